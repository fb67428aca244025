//! Allegations become findings.

pub mod finding;

pub use finding::{CaseId, Finding, FindingId, Level, Responsibility, Vote};
