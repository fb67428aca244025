//! Checks a record and what it rests on, in a house or in an export, and names the first thing wrong.

use std::fmt;

use kernel::{Digest, Identity, Time};
use record::tree::empty_root;
use record::{Checkpoint, Entry, Frontier, PublicKey, SignedCheckpoint, leaf_hash};
use serde::Serialize;

use crate::error::StoreError;
use crate::record_store::{CheckpointKind, RecordReader, StoredEntry};
use crate::references::{References, Resting};
use crate::vault_store::VaultReader;

/// The keys a verifier trusts before it reads anything.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TrustedKeys {
    /// The log's key; its name is the log's origin.
    pub log: PublicKey,
    /// Witnesses. When there are any, every one of them must have cosigned.
    pub witnesses: Vec<PublicKey>,
}

/// How entries are read by whoever knows what they mean: whose key is whose as of a position, what
/// an entry rests on, and whether it could be there at all (mandates, replay).
pub trait Reading {
    /// The key with which `entry.by` signs at `position`; asked before [`Self::take`], so the
    /// founding entry's key may come out of the entry itself.
    fn key(&self, position: u64, entry: &Entry) -> Option<PublicKey>;

    /// Takes in an entry whose signature holds, and says what it rests on.
    ///
    /// # Errors
    /// A sentence that says why this entry cannot stand here.
    fn take(&mut self, position: u64, entry: &Entry) -> Result<References, String>;
}

/// What kind of thing is wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wrong {
    /// The store cannot be read.
    Unreadable,
    /// The checkpoint is missing, is not one, or is not signed by the log.
    Checkpoint,
    /// A cosignature is missing, does not hold, or is by nobody who is trusted.
    Witness,
    /// The record is shorter or longer than the checkpoint says.
    Length,
    /// An entry is not in canonical form.
    Entry,
    /// An entry's stored leaf hash is not its own.
    LeafHash,
    /// Nobody knows the signer's key at that position, or the signature does not hold.
    Signature,
    /// An entry is earlier than the one before it.
    Time,
    /// An entry that could not stand there.
    Rule,
    /// The tree has another root than the checkpoint says.
    Root,
    /// A vault object that the record rests on is missing.
    ObjectMissing,
    /// A vault object is not what was sealed.
    ObjectDamaged,
    /// A vault object that the record says is erased is still there.
    ObjectNotErased,
    /// Something in the vault that no entry rests on.
    ObjectStray,
}

/// The first thing wrong.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, thiserror::Error)]
pub struct FirstWrong {
    /// The position on the record it concerns, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<u64>,
    /// What kind of thing.
    pub what: Wrong,
    /// Why, in one sentence with the offending numbers.
    pub why: String,
}

impl fmt::Display for FirstWrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.position {
            Some(position) => write!(f, "entry {position}: {}", self.why),
            None => f.write_str(&self.why),
        }
    }
}

impl FirstWrong {
    fn new(what: Wrong, why: impl Into<String>) -> Self {
        Self { position: None, what, why: why.into() }
    }
    fn at(position: u64, what: Wrong, why: impl Into<String>) -> Self {
        Self { position: Some(position), what, why: why.into() }
    }
}

impl From<StoreError> for FirstWrong {
    fn from(error: StoreError) -> Self {
        let what = match error {
            StoreError::Missing { .. } => Wrong::ObjectMissing,
            StoreError::Damaged { .. } => Wrong::ObjectDamaged,
            StoreError::Stray { .. } => Wrong::ObjectStray,
            StoreError::Cut { .. } => Wrong::Length,
            _ => Wrong::Unreadable,
        };
        let position = match error {
            StoreError::Gap { position, .. } | StoreError::Entry { position, .. } => Some(position),
            _ => None,
        };
        Self { position, what, why: error.chain() }
    }
}

/// What was checked and holds.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Summary {
    /// The log.
    pub origin: String,
    /// Entries.
    pub entries: u64,
    /// Root of the tree over them.
    pub root: Digest,
    /// When the first entry was taken in.
    pub first: Option<Time>,
    /// When the last entry was taken in.
    pub last: Option<Time>,
    /// Vault objects.
    pub objects: u64,
    /// Bytes in them.
    pub object_bytes: u64,
    /// Objects that the record says are erased.
    pub erased: Vec<Digest>,
    /// Witnesses, how many entries each vouches for, and since when.
    pub witnesses: Vec<Witnessing>,
}

/// What a witness vouches for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Witnessing {
    /// The witness's name.
    pub witness: String,
    /// Entries it vouches for.
    pub entries: u64,
    /// When it cosigned.
    pub at: Time,
}

/// Checks everything that can be checked without knowing what the entries mean; `reading` adds what
/// can be checked by those who know. Entries are read once, objects once, in constant memory. A
/// writer may be at work meanwhile; only an object it has sealed in this very moment, and whose
/// entry is not committed yet, may then be called a stray.
///
/// # Errors
/// The first thing wrong: checkpoint, then entries in order, then root, then witnesses, then vault.
pub fn check_record(
    record: &dyn RecordReader,
    vault: &dyn VaultReader,
    keys: &TrustedKeys,
    reading: &mut dyn Reading,
) -> Result<Summary, FirstWrong> {
    // The latest checkpoint is read last, so that it covers everything looked at before it even
    // while a writer is at work.
    let least = record.size()?;
    let lying: Result<Vec<Digest>, StoreError> = vault.iter()?.collect();
    let witnessed = read_checkpoint(record, CheckpointKind::Witnessed, keys)?;
    let latest = read_checkpoint(record, CheckpointKind::Latest, keys)?;
    let latest = latest
        .ok_or_else(|| FirstWrong::new(Wrong::Checkpoint, "the record has no signed checkpoint"))?;
    let stated = latest.checkpoint();
    refuse_other_length(stated, least, record.size()?)?;
    let early = witnessed.as_ref().map(SignedCheckpoint::checkpoint);
    let walk = Walk::along(record, stated, early, reading)?;
    let witnesses = check_witnesses(&latest, witnessed.as_ref(), keys)?;
    let (objects, object_bytes) = check_vault(vault, lying?, &walk.resting)?;
    Ok(Summary {
        origin: stated.origin.clone(),
        entries: stated.size,
        root: stated.root,
        first: walk.first,
        last: walk.last,
        objects,
        object_bytes,
        erased: walk.resting.erased().keys().copied().collect(),
        witnesses,
    })
}

fn read_checkpoint(
    record: &dyn RecordReader,
    kind: CheckpointKind,
    keys: &TrustedKeys,
) -> Result<Option<SignedCheckpoint>, FirstWrong> {
    let Some(text) = record.checkpoint(kind)? else { return Ok(None) };
    let signed = SignedCheckpoint::read(text.as_bytes(), &keys.log);
    signed.map(Some).map_err(|error| FirstWrong::new(Wrong::Checkpoint, error.to_string()))
}

/// Refuses a checkpoint over fewer entries than were here before it was read, or more than are here
/// after.
fn refuse_other_length(stated: &Checkpoint, least: u64, most: u64) -> Result<(), FirstWrong> {
    if (least..=most).contains(&stated.size) {
        return Ok(());
    }
    let (signed, here) = (stated.size, if stated.size > most { most } else { least });
    let why = format!("the checkpoint signs {signed} entries and {here} are here");
    Err(FirstWrong::at(here.min(signed), Wrong::Length, why))
}

fn refuse_other_root(stated: &Checkpoint, root: Digest, what: Wrong) -> Result<(), FirstWrong> {
    if root == stated.root {
        return Ok(());
    }
    let (size, expected) = (stated.size, stated.root);
    let why = format!("the first {size} entries have the root {root}; signed is {expected}");
    Err(FirstWrong::new(what, why))
}

/// One walk along the entries.
struct Walk<'a> {
    origin: &'a str,
    reading: &'a mut dyn Reading,
    frontier: Frontier,
    resting: Resting,
    first: Option<Time>,
    last: Option<Time>,
    /// A size of interest on the way, and the root there once it is reached.
    early: (u64, Digest),
}

impl<'a> Walk<'a> {
    /// Walks to the end, where the root must be the one `stated`; on the way it must be the one of
    /// the `early` checkpoint that witnesses saw.
    fn along(
        record: &dyn RecordReader,
        stated: &'a Checkpoint,
        early: Option<&Checkpoint>,
        reading: &'a mut dyn Reading,
    ) -> Result<Self, FirstWrong> {
        if let Some(early) = early.filter(|early| early.size > stated.size) {
            let (saw, here) = (early.size, stated.size);
            let why = format!("a witness vouches for {saw} entries and {here} are here");
            return Err(FirstWrong::new(Wrong::Length, why));
        }
        let mut walk = Self {
            origin: &stated.origin,
            reading,
            frontier: Frontier::default(),
            resting: Resting::default(),
            first: None,
            last: None,
            early: (early.map_or(0, |early| early.size), empty_root()),
        };
        for entry in record.read(0..stated.size)? {
            walk.step(&entry?)?;
        }
        refuse_other_root(stated, walk.frontier.root(), Wrong::Root)?;
        if let Some(early) = early {
            refuse_other_root(early, walk.early.1, Wrong::Witness)?;
        }
        Ok(walk)
    }

    fn step(&mut self, stored: &StoredEntry) -> Result<(), FirstWrong> {
        let position = self.frontier.size();
        let wrong = |what, why: String| FirstWrong::at(position, what, why);
        let entry =
            Entry::read(&stored.bytes).map_err(|error| wrong(Wrong::Entry, error.to_string()))?;
        let leaf = leaf_hash(&stored.bytes);
        if leaf != stored.leaf {
            let why = format!("its leaf hash is {leaf}; stored is {}", stored.leaf);
            return Err(wrong(Wrong::LeafHash, why));
        }
        self.check_signature(position, &entry)?;
        if let Some(last) = self.last.filter(|last| entry.at < *last) {
            let why = format!("it is of {}, earlier than the entry before it ({last})", entry.at);
            return Err(wrong(Wrong::Time, why));
        }
        let references = self.reading.take(position, &entry);
        self.resting.take(position, references.map_err(|why| wrong(Wrong::Rule, why))?);
        self.first = self.first.or(Some(entry.at));
        self.last = Some(entry.at);
        self.frontier.push(leaf);
        if self.frontier.size() == self.early.0 {
            self.early.1 = self.frontier.root();
        }
        Ok(())
    }

    fn check_signature(&self, position: u64, entry: &Entry) -> Result<(), FirstWrong> {
        let unknown = |by: &Identity| format!("no key of `{by}` is known at this position");
        let wrong = |why| FirstWrong::at(position, Wrong::Signature, why);
        let key = self.reading.key(position, entry).ok_or_else(|| wrong(unknown(&entry.by)))?;
        entry.check(self.origin, &key).map_err(|error| wrong(error.to_string()))
    }
}

/// Every signature line must be the log's or that of a trusted witness, and hold: a line nobody
/// checks would be bytes that anybody could change.
fn check_witnesses(
    latest: &SignedCheckpoint,
    witnessed: Option<&SignedCheckpoint>,
    keys: &TrustedKeys,
) -> Result<Vec<Witnessing>, FirstWrong> {
    let signed = [Some(latest), witnessed].into_iter().flatten();
    for line in signed.flat_map(SignedCheckpoint::signatures) {
        let known = line.is_by(&keys.log) || keys.witnesses.iter().any(|key| line.is_by(key));
        if !known {
            let why = format!(
                "`{}` (key {:08x}) cosigned and is not trusted here",
                line.name, line.key_id
            );
            return Err(FirstWrong::new(Wrong::Witness, why));
        }
    }
    keys.witnesses.iter().map(|key| check_witness(latest, witnessed, key)).collect()
}

fn check_witness(
    latest: &SignedCheckpoint,
    witnessed: Option<&SignedCheckpoint>,
    key: &PublicKey,
) -> Result<Witnessing, FirstWrong> {
    let carries =
        |signed: &&SignedCheckpoint| signed.signatures().iter().any(|line| line.is_by(key));
    let both: Vec<&SignedCheckpoint> =
        [Some(latest), witnessed].into_iter().flatten().filter(carries).collect();
    let mut best = None;
    for signed in both {
        let at = signed
            .cosigned(key)
            .map_err(|error| FirstWrong::new(Wrong::Witness, error.to_string()))?;
        let entries = signed.checkpoint().size;
        best = best.or(Some(Witnessing { witness: key.name().to_owned(), entries, at }));
    }
    let why = || format!("no checkpoint here is cosigned by `{}`", key.name());
    best.ok_or_else(|| FirstWrong::new(Wrong::Witness, why()))
}

/// Every object needed is there and sound, and of the objects `lying` there none is erased or spare.
fn check_vault(
    vault: &dyn VaultReader,
    lying: Vec<Digest>,
    resting: &Resting,
) -> Result<(u64, u64), FirstWrong> {
    let mut bytes = 0;
    for (digest, &position) in resting.needed() {
        let named = |error| FirstWrong { position: Some(position), ..FirstWrong::from(error) };
        bytes += vault.check(digest).map_err(named)?;
    }
    for digest in lying {
        if let Some(&position) = resting.erased().get(&digest) {
            let why = format!("it erased the vault object {digest}, which is still there");
            return Err(FirstWrong::at(position, Wrong::ObjectNotErased, why));
        }
        if !resting.needed().contains_key(&digest) {
            let why = format!("no entry rests on the vault object {digest}");
            return Err(FirstWrong::new(Wrong::ObjectStray, why));
        }
    }
    Ok((resting.needed().len() as u64, bytes))
}
