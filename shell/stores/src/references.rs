//! What entries rest on: which vault objects the record needs, and which it says are erased.

use std::collections::BTreeMap;

use kernel::Digest;

/// What one entry says of the vault.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct References {
    /// Objects it rests on.
    pub rests_on: Vec<Digest>,
    /// Objects it says are erased.
    pub erases: Vec<Digest>,
}

/// What all entries so far say of the vault, each object with the position that says so.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Resting {
    needed: BTreeMap<Digest, u64>,
    erased: BTreeMap<Digest, u64>,
}

impl Resting {
    /// Takes in what the entry at `position` says. The later word holds: an erased object that a
    /// later entry rests on is needed again.
    pub fn take(&mut self, position: u64, references: References) {
        for digest in references.rests_on {
            self.erased.remove(&digest);
            self.needed.entry(digest).or_insert(position);
        }
        for digest in references.erases {
            self.needed.remove(&digest);
            self.erased.entry(digest).or_insert(position);
        }
    }
    /// Objects that must be in the vault, with the first position that rests on each.
    #[must_use]
    pub fn needed(&self) -> &BTreeMap<Digest, u64> {
        &self.needed
    }
    /// Objects that must not be there, with the position that erased each.
    #[must_use]
    pub fn erased(&self) -> &BTreeMap<Digest, u64> {
        &self.erased
    }
}
