//! The agreement as rules: incidents become allegations.

pub mod allegation;

pub use allegation::{Allegation, AllegationId, TraceStep, Verdict};
