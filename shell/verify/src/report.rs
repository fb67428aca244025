//! What was checked, in plain words for people and as JSON for machines.

use std::fmt;

use kernel::{Digest, Time};
use secretariat::founding::{RULES, SETTLED};
use serde::Serialize;
use stores::{Summary, Witnessing};

use crate::replay::{NotRecomputable, Replayed};
use crate::trust::Trust;

/// The report on a record in which nothing is wrong.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Report {
    /// The log.
    pub origin: String,
    /// The agreement it was founded on.
    pub agreement: String,
    /// Whether everything on it is an exercise.
    pub exercise: bool,
    /// Entries.
    pub entries: u64,
    /// Of these, submissions acted on again.
    pub submissions: u64,
    /// And entries that followed from them, all computed again unless listed below.
    pub followed: u64,
    /// Observations read again from the vault.
    pub observations: u64,
    /// Assemblies of incidents computed again.
    pub assemblies: u64,
    /// Root of the tree.
    pub root: Digest,
    /// When the first entry was taken in.
    pub first: Option<Time>,
    /// When the last was.
    pub last: Option<Time>,
    /// Vault objects, each with its digest checked.
    pub objects: u64,
    /// Bytes in them.
    pub object_bytes: u64,
    /// Objects that the record says are erased.
    pub erased: Vec<Digest>,
    /// What could not be computed again because of that.
    pub not_recomputable: Vec<NotRecomputable>,
    /// The log's key.
    pub log_key: String,
    /// The same in a form for the telephone.
    pub log_key_fingerprint: String,
    /// Names of the keys that were given and are the record's.
    pub keys_given: Vec<String>,
    /// Whether a given key vouches for all keys in the founding entry.
    pub anchored: bool,
    /// Witnesses that had to cosign and did.
    pub witnesses: Vec<Witnessing>,
}

impl Report {
    /// Puts together what was found.
    #[must_use]
    pub fn new(summary: Summary, trust: &Trust, replayed: Replayed) -> Self {
        Self {
            origin: summary.origin,
            agreement: trust.founding.agreement.clone(),
            exercise: trust.founding.exercise,
            entries: summary.entries,
            submissions: replayed.submissions,
            followed: replayed.followed,
            observations: replayed.observations,
            assemblies: replayed.assemblies,
            root: summary.root,
            first: summary.first,
            last: summary.last,
            objects: summary.objects,
            object_bytes: summary.object_bytes,
            erased: summary.erased,
            not_recomputable: replayed.not_recomputable,
            log_key: trust.keys.log.to_string(),
            log_key_fingerprint: trust.fingerprint(),
            keys_given: trust.given.clone(),
            anchored: trust.is_anchored(),
            witnesses: summary.witnesses,
        }
    }

    fn why_trusted(&self) -> String {
        if self.anchored {
            let given = self.keys_given.join("`, `");
            return format!(
                "the key of `{given}` was given and is the record's; it vouches for the founding entry and all keys in it"
            );
        }
        let part = if self.keys_given.is_empty() {
            "no key was given".to_owned()
        } else {
            let given = self.keys_given.join("`, `");
            format!("the key given of `{given}` is the record's, but does not vouch for the others")
        };
        format!(
            "{part}, so the keys in the founding entry are trusted on its own word. Somebody who \
             invented the whole record would pass this check: compare the fingerprint below with \
             the house's by another way (telephone, print), or give --key"
        )
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = if self.exercise { " (EXERCISE: nothing in it happened)" } else { "" };
        writeln!(f, "{} under `{}` is whole and in order{mark}.", self.origin, self.agreement)?;
        if let (Some(first), Some(last)) = (self.first, self.last) {
            writeln!(f, "  time      {first} to {last}")?;
        }
        writeln!(
            f,
            "  record    {} entries: canonical, signed by who they are by, in order; one tree",
            self.entries
        )?;
        writeln!(f, "  root      {}", self.root)?;
        writeln!(
            f,
            "  replay    {} submissions acted on again; the {} entries that followed are those of the rules, version {RULES}{}",
            self.submissions,
            self.followed,
            if SETTLED { "" } else { " in the making" }
        )?;
        writeln!(
            f,
            "  watch     {} observations read again, {} assemblies of incidents computed again",
            self.observations, self.assemblies
        )?;
        writeln!(
            f,
            "  vault     {} objects, {} bytes, each with its digest; none missing, none spare",
            self.objects, self.object_bytes
        )?;
        for witness in &self.witnesses {
            writeln!(
                f,
                "  witness   {} cosigned {} entries at {}",
                witness.witness, witness.entries, witness.at
            )?;
        }
        writeln!(f, "  keys      {}.", self.why_trusted())?;
        writeln!(f, "  log key   {}", self.log_key)?;
        writeln!(f, "            fingerprint {}", self.log_key_fingerprint)?;
        if !self.not_recomputable.is_empty() {
            let count = self.not_recomputable.len();
            writeln!(
                f,
                "  NOT RECOMPUTABLE ({count}): taken as recorded, because bytes were erased"
            )?;
        }
        for listed in &self.not_recomputable {
            writeln!(f, "    entry {}: `{}`: {}", listed.position, listed.kind, listed.why)?;
        }
        Ok(())
    }
}
