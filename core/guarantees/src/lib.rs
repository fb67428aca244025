//! Findings become obligations: pledges are data, conditions ask facts, deadlines name their clock.
//!
//! Only `cause` and `from_findings` look at the commission.

pub mod cause;
pub mod command;
pub mod condition;
pub mod counts;
pub mod decide;
pub mod entry;
pub mod falls_due;
pub mod from_facts;
pub mod from_findings;
pub mod obligation;
pub mod pledge;
mod raise;
pub mod register;
pub mod state;
pub mod tables;
pub mod weigh;

pub use command::Command;
pub use condition::Condition;
pub use counts::{CountKind, counts};
pub use decide::decide;
pub use entry::{Entry, Extent, NotTriggered};
pub use falls_due::falls_due;
pub use from_facts::from_facts;
pub use from_findings::from_findings;
pub use obligation::{Anchor, Clock, ConditionState, Obligation, ObligationId, Standing};
pub use pledge::{ClauseStatus, Domain, Life, Pledge};
pub use register::{Register, read};
pub use state::State;
