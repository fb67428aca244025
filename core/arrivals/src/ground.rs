//! Waves through the ground: P and S, near and far.

pub mod crust;
pub mod depth;
pub mod earth;
mod far;
pub mod frame;
pub mod globe;
mod heard;
mod pairs;
mod rays;
mod sweep;
pub mod table;
