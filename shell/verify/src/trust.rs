//! Which keys are trusted, and why: those given, or those that the founding entry names.

use std::collections::BTreeMap;

use kernel::{Digest, Identity};
use record::{Entry, PublicKey};
use secretariat::Founding;
use secretariat::founding::HOUSE;
use stores::{FirstWrong, RecordReader, TrustedKeys, Wrong};

use crate::Given;

/// What the verifier trusts before it walks along the record.
#[derive(Clone, Debug)]
pub struct Trust {
    /// The founding entry as it stands at position 0.
    pub founding: Founding,
    /// The log's key and the witnesses'.
    pub keys: TrustedKeys,
    /// Every identity's key.
    pub identities: BTreeMap<Identity, PublicKey>,
    /// Names of the keys that were given and found to be the record's.
    pub given: Vec<String>,
}

impl Trust {
    /// Reads the founding entry and holds the given keys against it.
    ///
    /// # Errors
    /// When the record does not begin with a founding entry, a key in it cannot be used, or a
    /// given key is not the one it names.
    pub fn of(record: &dyn RecordReader, given: &Given) -> Result<Self, FirstWrong> {
        let founding = founding(record)?;
        let mut identities = BTreeMap::new();
        for (identity, text) in &founding.keys {
            let key: PublicKey = text.parse().map_err(|error| {
                wrong(Wrong::Signature, format!("the founding key of `{identity}`: {error}"))
            })?;
            identities.insert(identity.clone(), key);
        }
        let log =
            identities.remove(&Identity::from(founding.origin.as_str())).ok_or_else(|| {
                let why =
                    format!("the founding entry names no key of the log `{}`", founding.origin);
                wrong(Wrong::Signature, why)
            })?;
        for key in &given.keys {
            let named = if key.name() == founding.origin {
                Some(&log)
            } else {
                identities.get(&Identity::from(key.name()))
            };
            refuse_other_key(key, named)?;
        }
        let keys = TrustedKeys { log, witnesses: given.witnesses.clone() };
        let given = given.keys.iter().map(|key| key.name().to_owned()).collect();
        Ok(Self { founding, keys, identities, given })
    }

    /// Whether a given key vouches for the founding entry, and so for every key in it: the log's
    /// signs the tree it stands in, the house's signs the entry itself.
    #[must_use]
    pub fn is_anchored(&self) -> bool {
        self.given.iter().any(|name| *name == self.founding.origin || name == HOUSE)
    }

    /// The log key in a form that two people can compare by telephone.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        fingerprint(&self.keys.log)
    }
}

/// The first 16 bytes of SHA-256 of the key's text, in groups of four hexadecimal digits: nobody
/// can make another key with the same 128 bits.
#[must_use]
pub fn fingerprint(key: &PublicKey) -> String {
    let digest = Digest::of(key.to_string().as_bytes()).to_string();
    let groups: Vec<&str> = (0..32).step_by(4).map(|at| &digest[at..at + 4]).collect();
    groups.join(" ")
}

fn founding(record: &dyn RecordReader) -> Result<Founding, FirstWrong> {
    let first = record.read(0..1)?.next();
    let first = first.ok_or_else(|| wrong(Wrong::Length, "the record is empty".to_owned()))??;
    let entry =
        Entry::read(&first.bytes).map_err(|error| wrong(Wrong::Entry, error.to_string()))?;
    match secretariat::Entry::from_record(&entry.kind, entry.version, &entry.body) {
        Ok(secretariat::Entry::Founded(founding)) if entry.by.as_str() == HOUSE => Ok(*founding),
        Ok(_) => {
            let why = format!("the record begins with `{}` by `{}`", entry.kind, entry.by);
            Err(wrong(Wrong::Rule, format!("{why}; it must begin with its founding by `{HOUSE}`")))
        }
        Err(refusal) => Err(wrong(Wrong::Rule, refusal.sentence)),
    }
}

fn refuse_other_key(given: &PublicKey, named: Option<&PublicKey>) -> Result<(), FirstWrong> {
    let name = given.name();
    let why = match named {
        Some(named) if named == given => return Ok(()),
        Some(named) => format!(
            "the founding entry names another key of `{name}` than the one given: {named} (fingerprint {}), given {given} (fingerprint {})",
            fingerprint(named),
            fingerprint(given)
        ),
        None => format!("a key of `{name}` was given, and the founding entry names none"),
    };
    Err(wrong(Wrong::Signature, why))
}

fn wrong(what: Wrong, why: String) -> FirstWrong {
    FirstWrong { position: Some(0), what, why }
}
