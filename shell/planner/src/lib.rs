//! Rotation plans with a certified bound: proposes, and the core checks.

pub mod bound;
pub mod rotation;

pub use bound::bound;
pub use rotation::{Proposal, Unsound, propose};
