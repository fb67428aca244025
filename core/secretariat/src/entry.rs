//! Everything that follows from a request, by pillar, and its form on the record.

use kernel::Refusal;
use serde_json::Value;

use crate::command::{read, unknown_kind};
use crate::founding::Founding;

/// What happened, in the past tense. The house signs it; anyone can derive it again.
#[derive(Clone, PartialEq, Debug)]
pub enum Entry {
    /// The record was founded.
    Founded(Box<Founding>),
    /// Of the watch.
    Watch(watch::entry::Entry),
    /// Of the terms.
    Terms(terms::Entry),
    /// Of the commission.
    Commission(commission::Entry),
    /// Of the guarantees.
    Guarantees(guarantees::Entry),
    /// Of the force.
    Force(force::Entry),
    /// Of the support.
    Support(support::Entry),
    /// Of the cell.
    Cell(cell::Entry),
}

/// Kind of the founding entry.
pub const FOUNDED: &str = "house/founded";

impl Entry {
    /// Stable name and version of the form.
    #[must_use]
    pub fn kind(&self) -> (&'static str, u32) {
        match self {
            Self::Founded(_) => (FOUNDED, 1),
            Self::Watch(entry) => entry.kind(),
            Self::Terms(entry) => entry.kind(),
            Self::Commission(entry) => entry.kind(),
            Self::Guarantees(entry) => entry.kind(),
            Self::Force(entry) => entry.kind(),
            Self::Support(entry) => entry.kind(),
            Self::Cell(entry) => entry.kind(),
        }
    }

    /// The body as it stands on the record.
    ///
    /// # Errors
    /// When the entry has no JSON form, which no entry built by this program has.
    pub fn body(&self) -> Result<Value, Refusal> {
        let body = match self {
            Self::Founded(entry) => serde_json::to_value(entry),
            Self::Watch(entry) => serde_json::to_value(entry),
            Self::Terms(entry) => serde_json::to_value(entry),
            Self::Commission(entry) => serde_json::to_value(entry),
            Self::Guarantees(entry) => serde_json::to_value(entry),
            Self::Force(entry) => serde_json::to_value(entry),
            Self::Support(entry) => serde_json::to_value(entry),
            Self::Cell(entry) => serde_json::to_value(entry),
        };
        body.map_err(|error| Refusal::new("unwritable-body", format!("{}: {error}", self.kind().0)))
    }

    /// The entry of a kind, version and body.
    ///
    /// # Errors
    /// When the kind is unknown or the body is not of its form.
    pub fn from_record(kind: &str, version: u32, body: &Value) -> Result<Self, Refusal> {
        if kind == FOUNDED {
            return Ok(Self::Founded(Box::new(read(kind, body)?)));
        }
        let entry = match kind.split('/').next().unwrap_or_default() {
            "watch" => Self::Watch(read(kind, body)?),
            "terms" => Self::Terms(read(kind, body)?),
            "commission" => Self::Commission(read(kind, body)?),
            "guarantees" => Self::Guarantees(read(kind, body)?),
            "force" => Self::Force(read(kind, body)?),
            "support" => Self::Support(read(kind, body)?),
            "cell" => Self::Cell(read(kind, body)?),
            _ => return Err(unknown_kind(kind)),
        };
        if entry.kind() != (kind, version) {
            let sentence = format!(
                "An entry says it is `{kind}` version {version} and holds `{}`.",
                entry.kind().0
            );
            return Err(Refusal::new("kind-and-body-differ", sentence));
        }
        Ok(entry)
    }
}
