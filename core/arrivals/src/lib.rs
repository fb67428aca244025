//! Arrivals at many sensors become located origins: which belong together, where they came from, how sure.
//!
//! One generative model for every medium and phase: an incident happens somewhere at some time, a
//! station within reach notices it with a chance that falls with distance, its arrival comes when
//! the medium says give or take an error, and false arrivals come at each station at its own rate.
//! The list of incidents with the highest posterior is searched by births, deaths, contests and
//! relocations; what is not known beforehand is learned from the confident incidents.

// Loops over small matrices read as the formulas do: by index.
#![allow(clippy::needless_range_loop)]

pub mod air;
pub mod arrival;
pub mod associate;
pub mod astray;
mod deaths;
mod doubt;
mod due;
mod following;
pub mod ground;
mod grow;
pub mod hint;
mod improve;
pub mod incident;
pub mod infrasound;
pub mod learn;
pub mod locate;
pub mod matrix;
pub mod medium;
pub mod model;
mod notice;
mod rungs;
mod scales;
pub mod search;
mod seed;
mod settle;
pub mod share;
pub mod station;
pub mod stream;
mod strongest;
mod tile;
mod triangle;

pub use arrival::{Arrival, LeftOut, Phase, Picks};
pub use associate::{Bulletin, Origin, Settings, associate};
pub use astray::Astray;
pub use medium::{Medium, Prior, Ray, Seed, View};
pub use station::{Network, Station, StationError};
pub use stream::{Live, News, Stage};
