//! Allegations become findings.

pub mod agreement;
pub mod case;
pub mod clock;
pub mod command;
pub mod decide;
pub mod decision_box;
pub mod entry;
mod evolve;
pub mod exhibit;
pub mod falls_due;
pub mod finding;
pub mod from_allegations;
pub mod hypothesis;
pub mod logs;
pub mod provisional;
pub mod rules;
pub mod state;
pub mod tally;
pub mod wording;

pub use agreement::read;
pub use case::{Case, Cited, Proposal};
pub use command::Command;
pub use decide::decide;
pub use decision_box::{Condition, decision_box, ready};
pub use entry::Entry;
pub use falls_due::falls_due;
pub use finding::{CaseId, Finding, FindingId, Ground, Level, Responsibility, Signature, Vote};
pub use from_allegations::from_allegations;
pub use rules::{Rules, Stage};
pub use state::State;
