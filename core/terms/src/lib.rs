//! The agreement as rules: incidents become allegations.
//!
//! [`read()`] turns an agreement's folder into an [`Agreement`] and every mistake in it;
//! [`from_incidents()`] holds incidents against its rules.

pub mod agreement;
pub mod fields;
pub mod guard;
pub mod markdown;
pub mod parties;
pub mod read;
mod read_rule;
mod read_settings;
pub mod suggest;
pub mod words;
pub mod zones;

pub mod allegation;
mod attribution;
mod ground;
mod hear;
pub mod notice;
pub mod omission;
mod scales;
mod scene;

pub mod command;
pub mod decide;
pub mod entry;
pub mod falls_due;
pub mod from_incidents;
pub mod state;

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
