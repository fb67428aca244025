//! Packages, money, depots, resupply, works, training, industry.

pub mod command;
pub mod decide;
pub mod depot;
pub mod entry;
pub mod falls_due;
pub mod from_obligations;
pub mod package;
pub mod plan;
pub mod state;
pub mod totals;

pub use command::Command;
pub use decide::decide;
pub use depot::{Depot, LocationClass};
pub use entry::{DrawId, Entry};
pub use falls_due::falls_due;
pub use from_obligations::from_obligations;
pub use package::{Kind, Package, PriceBasis, Rung};
pub use plan::{Plan, read};
pub use state::State;
pub use totals::{Row, totals};
