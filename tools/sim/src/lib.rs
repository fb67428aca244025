//! A seeded world: truth -> sources with noise -> files and steps for a house -> an auditor.
//!
//! One seed is one story. The world knows what really happened; the house is told only what the
//! sources say, in the same files that real sources send; the auditor holds what the house then
//! says against the truth.

pub mod audit;
pub mod eyes;
pub mod faults;
pub mod happening;
pub mod hear;
pub mod laws;
pub mod matching;
pub mod moving;
pub mod network;
pub mod noticing;
pub mod physics;
pub mod play;
pub mod random;
pub mod scenario;
pub mod sending;
pub mod sensing;
pub mod sources;
pub mod watching;
pub mod weather;
pub mod world;

pub use audit::{Audit, audit};
pub use play::{Step, What, play};
pub use scenario::{BUILT_IN, Scenario, built_in};
pub use world::{Truth, World};
