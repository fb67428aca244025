//! The one door: submissions in, entries out.
//!
//! ```text
//! submission -> admit (signature, mandate) -> pillar::decide -> entries -> evolve -> react -> more entries
//! ```
//! A submission and what followed from it stand next to each other on the record, so that anyone
//! can do the same again and must get the same entries: replay, restore and verification are one.

pub mod admit;
pub mod bulk;
pub mod command;
pub mod engine_anew;
pub mod entry;
pub mod evolve;
pub mod founding;
pub mod house;
pub mod react;
pub mod references;
pub mod state;

pub use bulk::Bulk;
pub use command::Command;
pub use entry::Entry;
pub use founding::{Founding, Keys};
pub use house::House;
pub use state::State;
