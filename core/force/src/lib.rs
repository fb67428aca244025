//! The Multinational Force: contributions, requirement, rotation, gates.

pub mod command;
pub mod contribution;
pub mod decide;
pub mod entry;
pub mod from_obligations;
pub mod gap;
pub mod gate;
pub mod plan;
pub mod rotation;
pub mod state;
pub mod tours;

pub use command::Command;
pub use contribution::{Component, Contribution, LocationBand, Readiness, Strength};
pub use decide::decide;
pub use entry::{Entry, MovementKind};
pub use from_obligations::from_obligations;
pub use gap::{Gap, gaps};
pub use gate::{Gate, GateKind};
pub use plan::{Mandate, Plan, RequirementLine, read};
pub use rotation::{Lasting, Range, Rotation, rotation};
pub use state::State;
pub use tours::{Contingent, Need, Tour, contingents};
