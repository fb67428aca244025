//! Facts: what holds, since when, by which entry. Gates and conditions ask; nobody looks elsewhere.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::belief::Truth;
use crate::party::Identity;
use crate::time::Time;

/// One statement that something holds or does not.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Fact {
    /// What is stated, in the agreement's words: `ceasefire-in-force`, `host-request`.
    pub name: String,
    /// Of whom or what, where the name alone is not enough: a party, a pledge, a case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Whether it holds.
    pub holds: Truth,
    /// Since when it holds (when it happened).
    pub since: Time,
    /// When the record learnt of it (when it was known).
    pub known: Time,
    /// Who stated it.
    pub stated_by: Identity,
    /// What the statement rests on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<String>,
    /// Position of the entry on the record.
    pub entry: u64,
}

/// All facts ever stated; later statements do not erase earlier ones.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct FactBook(BTreeMap<(String, Option<String>), Vec<Fact>>);

impl FactBook {
    /// Adds a statement.
    pub fn state(&mut self, fact: Fact) {
        self.0.entry((fact.name.clone(), fact.subject.clone())).or_default().push(fact);
    }

    /// The statement in force at `at`, among those known by `known`: the one with the latest
    /// `since` not after `at`; among equals the one known last.
    #[must_use]
    pub fn at(&self, name: &str, subject: Option<&str>, at: Time, known: Time) -> Option<&Fact> {
        let key = (name.to_owned(), subject.map(str::to_owned));
        let stated = self.0.get(&key)?.iter();
        stated
            .filter(|fact| fact.since <= at && fact.known <= known)
            .max_by_key(|fact| (fact.since, fact.known, fact.entry))
    }

    /// Whether it holds at `at` as known then; not yet known when nobody has stated it.
    #[must_use]
    pub fn holds(&self, name: &str, subject: Option<&str>, at: Time) -> Truth {
        self.at(name, subject, at, at).map_or(Truth::NotYetKnown, |fact| fact.holds)
    }

    /// Since when it holds, if the latest statement known at `at` says that it does.
    #[must_use]
    pub fn since(&self, name: &str, subject: Option<&str>, at: Time) -> Option<Time> {
        let fact = self.at(name, subject, at, at)?;
        (fact.holds == Truth::Yes).then_some(fact.since)
    }

    /// Every statement, by name and subject, in the order they were made.
    pub fn iter(&self) -> impl Iterator<Item = &Fact> {
        self.0.values().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fact(holds: Truth, since: i64, known: i64) -> Fact {
        Fact {
            name: "ceasefire-in-force".into(),
            subject: None,
            holds,
            since: Time(since),
            known: Time(known),
            stated_by: "secretariat".into(),
            basis: None,
            entry: known.unsigned_abs(),
        }
    }

    #[test]
    fn what_was_known_then_is_kept_apart_from_what_is_known_now() {
        let mut book = FactBook::default();
        assert_eq!(book.holds("ceasefire-in-force", None, Time(9)), Truth::NotYetKnown);
        book.state(fact(Truth::Yes, 10, 12));
        book.state(fact(Truth::No, 11, 20));
        assert_eq!(book.holds("ceasefire-in-force", None, Time(15)), Truth::Yes);
        assert_eq!(book.holds("ceasefire-in-force", None, Time(25)), Truth::No);
        assert_eq!(book.since("ceasefire-in-force", None, Time(15)), Some(Time(10)));
    }
}
