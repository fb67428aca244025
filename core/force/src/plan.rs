//! The force's part of an agreement folder, `force.toml`: mandate, requirement, contributions.

use std::collections::{BTreeMap, BTreeSet};

use guarantees::tables::Tables;
use kernel::{Mistake, PartyId, SourceText};
use serde::{Deserialize, Serialize};

use crate::contribution::{Component, Contribution, Strength};

/// Everything `force.toml` says.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Plan {
    /// What the force is for, and what it must not do.
    pub mandate: Mandate,
    /// What is needed, line by line.
    pub requirement: Vec<RequirementLine>,
    /// What is offered, by id.
    pub contributions: BTreeMap<String, Contribution>,
}

/// The mandate: a list of tasks with explicit exclusions, because its sources contradict each
/// other on the force's purpose.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mandate {
    /// The force's name.
    pub name: String,
    /// Other names in use.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// The state that hosts it and asks for it.
    pub host: PartyId,
    /// Who would give the backstop.
    #[serde(default)]
    pub backstop_by: Option<PartyId>,
    /// Least distance of any part of it from the line inside the host state, metres.
    pub distance_from_line_m_min: u32,
    /// What it does.
    #[serde(default)]
    pub tasks: Vec<Task>,
    /// What it does not do.
    #[serde(default)]
    pub exclusions: Vec<Task>,
}

impl Default for Mandate {
    /// An agreement without a force.
    fn default() -> Self {
        Self {
            name: String::new(),
            aliases: Vec::new(),
            host: PartyId(String::new()),
            backstop_by: None,
            distance_from_line_m_min: 0,
            tasks: Vec::new(),
            exclusions: Vec::new(),
        }
    }
}

/// One task or exclusion, with where it is known from.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Task {
    /// In words.
    pub text: String,
    /// Where it is known from.
    pub source: String,
}

/// One line of what is needed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequirementLine {
    /// Short name.
    pub id: String,
    /// Which part of the force.
    pub component: Component,
    /// What is needed, in words.
    pub capability: String,
    /// What the strength counts.
    pub unit: String,
    /// How many, as a range with its source.
    pub needed: Strength,
}

/// Reads `force.toml`, with every mistake in it.
#[must_use]
pub fn read(text: &SourceText) -> (Plan, Vec<Mistake>) {
    let mut tables = Tables::open(text, "force.toml");
    let mut mandates = tables.list::<Mandate>("mandate");
    for extra in mandates.split_off(mandates.len().min(1)) {
        tables.mistake(extra.bytes, "a force has one mandate".to_owned());
    }
    let lines = tables.list::<RequirementLine>("requirement");
    let mut named = BTreeSet::new();
    for line in &lines {
        if !named.insert(line.value.id.clone()) {
            tables.mistake(
                line.bytes.clone(),
                format!("the line `{}` is written twice", line.value.id),
            );
        }
    }
    let mut contributions = BTreeMap::new();
    for read in tables.list::<Contribution>("contribution") {
        if let Err(message) = check(&read.value) {
            tables.mistake(
                read.bytes.clone(),
                format!("contribution `{}`: {message}", read.value.id),
            );
        }
        if let Some(twice) = contributions.insert(read.value.id.clone(), read.value) {
            tables.mistake(read.bytes, format!("the contribution `{}` is written twice", twice.id));
        }
    }
    let mandate = mandates.pop().map(|read| read.value).unwrap_or_default();
    let requirement = lines.into_iter().map(|read| read.value).collect();
    (Plan { mandate, requirement, contributions }, tables.finish())
}

/// Whether a contribution's figures agree with each other.
///
/// # Errors
/// With what does not agree.
pub fn check(contribution: &Contribution) -> Result<(), String> {
    for strength in [&contribution.deployed, &contribution.pool].into_iter().flatten() {
        if strength.max.is_some_and(|max| max < strength.min) {
            return Err(format!("its range ends below {}, where it begins", strength.min));
        }
    }
    if contribution.tour.is_some_and(|tour| tour.0 <= 0) {
        return Err("a tour takes some time".to_owned());
    }
    if contribution.dwell.is_some_and(|dwell| dwell.0 < 0) {
        return Err("dwell cannot be less than nothing".to_owned());
    }
    Ok(())
}
