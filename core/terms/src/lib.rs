//! The agreement as rules: incidents become allegations.
//!
//! [`read()`] turns an agreement's folder into an [`Agreement`] and every mistake in it;
//! [`from_incidents()`] holds incidents against its rules.

pub mod suggest;
pub mod fields;
pub mod markdown;
pub mod words;
pub mod guard;
pub mod parties;
pub mod zones;
pub mod agreement;
pub mod read;
mod read_settings;
mod read_rule;

pub mod allegation;
pub mod notice;
pub mod omission;
mod ground;
mod scales;
mod scene;
mod attribution;
mod hear;

pub mod command;
pub mod entry;
pub mod decide;
pub mod state;
pub mod from_incidents;
pub mod falls_due;

pub use agreement::Agreement;
pub use allegation::{Allegation, AllegationId, TraceStep, Verdict};
pub use command::Command;
pub use decide::decide;
pub use entry::Entry;
pub use falls_due::falls_due;
pub use from_incidents::from_incidents;
pub use notice::{Notice, NoticeId};
pub use omission::{Omission, OmissionId};
pub use parties::{Parties, Party, Stance};
pub use read::read;
pub use read_settings::CEASEFIRE;
pub use state::State;
