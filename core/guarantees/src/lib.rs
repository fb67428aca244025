//! Findings become obligations.

pub mod condition;
pub mod obligation;
pub mod pledge;

pub use condition::Condition;
pub use obligation::{Anchor, Clock, ConditionState, Obligation, ObligationId, Standing};
pub use pledge::{ClauseStatus, Domain, Life, Pledge};
