//! Everything that can be asked of the house, by pillar, and its form on the record.

use kernel::Refusal;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A request. On the record it is the submitter's own signed entry, in the imperative.
#[derive(Clone, PartialEq, Debug)]
pub enum Command {
    /// Of the house itself.
    House(HouseCommand),
    /// Of the watch.
    Watch(watch::command::Command),
    /// Of the terms.
    Terms(terms::Command),
    /// Of the commission.
    Commission(commission::Command),
    /// Of the guarantees.
    Guarantees(guarantees::Command),
    /// Of the force.
    Force(force::Command),
    /// Of the support.
    Support(support::Command),
    /// Of the cell.
    Cell(cell::Command),
}

/// What the house asks of itself.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "kebab-case")]
pub enum HouseCommand {
    /// Time has come to the entry's own time: whatever is due by then falls due.
    AdvanceClock,
    /// Make incidents of the observations received since the last time. Once a day sources are
    /// checked first.
    Assemble,
    /// Hold every source beside the others, and make incidents anew where one is doubted now, or no
    /// longer.
    CheckSources,
}

/// Version of every command's form; a new form gets a new version and the old one is kept.
pub const VERSION: u32 = 1;

impl Command {
    /// The kind (`commission/open-case`) and the body as they stand on the record.
    ///
    /// # Errors
    /// When the command has no JSON form, which no command built by this program has.
    pub fn to_record(&self) -> Result<(String, Value), Refusal> {
        let (pillar, body) = match self {
            Self::House(command) => ("house", serde_json::to_value(command)),
            Self::Watch(command) => ("watch", serde_json::to_value(command)),
            Self::Terms(command) => ("terms", serde_json::to_value(command)),
            Self::Commission(command) => ("commission", serde_json::to_value(command)),
            Self::Guarantees(command) => ("guarantees", serde_json::to_value(command)),
            Self::Force(command) => ("force", serde_json::to_value(command)),
            Self::Support(command) => ("support", serde_json::to_value(command)),
            Self::Cell(command) => ("cell", serde_json::to_value(command)),
        };
        let body = body.map_err(|error| unreadable(pillar, &error))?;
        let word = body.get("command").and_then(Value::as_str).unwrap_or("unnamed");
        Ok((format!("{pillar}/{word}"), body))
    }

    /// The command in an entry, or nothing when the entry is not a command.
    ///
    /// # Errors
    /// When the body is not of the form its kind and version promise.
    pub fn from_record(kind: &str, version: u32, body: &Value) -> Result<Option<Self>, Refusal> {
        if body.get("command").is_none() {
            return Ok(None);
        }
        if version != VERSION {
            let sentence = format!("`{kind}` version {version} is not known to this program.");
            return Err(Refusal::new("unknown-version", sentence)
                .hint("Use a newer servanda: old forms are kept for ever, new ones are added."));
        }
        let command = match kind.split('/').next().unwrap_or_default() {
            "house" => Self::House(read(kind, body)?),
            "watch" => Self::Watch(read(kind, body)?),
            "terms" => Self::Terms(read(kind, body)?),
            "commission" => Self::Commission(read(kind, body)?),
            "guarantees" => Self::Guarantees(read(kind, body)?),
            "force" => Self::Force(read(kind, body)?),
            "support" => Self::Support(read(kind, body)?),
            "cell" => Self::Cell(read(kind, body)?),
            _ => return Err(unknown_kind(kind)),
        };
        Ok(Some(command))
    }
}

pub(crate) fn read<T: DeserializeOwned>(kind: &str, body: &Value) -> Result<T, Refusal> {
    T::deserialize(body).map_err(|error| unreadable(kind, &error))
}

pub(crate) fn unknown_kind(kind: &str) -> Refusal {
    Refusal::new("unknown-kind", format!("No pillar knows entries of kind `{kind}`."))
}

fn unreadable(kind: &str, error: &serde_json::Error) -> Refusal {
    Refusal::new("unreadable-body", format!("The body of `{kind}` cannot be read: {error}."))
        .hint("docs/formats.md shows the form of each kind.")
}
