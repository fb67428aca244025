//! Findings become obligations.

pub mod obligation;

pub use obligation::{Anchor, Clock, ConditionState, Obligation, ObligationId, Standing};
