//! From the record back to the house: what was acknowledged once is there again.

use std::collections::BTreeSet;

use kernel::{Digest, Identity, Refusal, Stamp, Time};
use record::{Entry, PublicKey};
use secretariat::founding::HOUSE;
use secretariat::{Command, House, references};
use stores::{RecordReader, References, Resting, VaultReader};
use watch::Observation;

use crate::bulk::VaultBulk;
use crate::error::Error;

/// A house as its record gives it.
pub struct Replayed {
    /// The house.
    pub house: House,
    /// Name of the log.
    pub origin: String,
    /// Time of the last entry.
    pub last: Time,
    /// Who made the last submission.
    by: Identity,
    /// What lies in the vault because an entry rests on it.
    pub resting: Resting,
    /// Digests of the offices' submissions.
    seen: BTreeSet<Digest>,
    /// A batch read a moment ago, for the submission that is about to name it.
    pub fresh: Option<(Digest, Vec<Observation>)>,
}

impl Replayed {
    /// Whether this very submission of an office is on the record. The house's own may be there
    /// twice: advancing the clock twice at one moment changes nothing.
    ///
    /// # Errors
    /// When the entry has no canonical form.
    pub fn has_seen(&self, entry: &Entry) -> Result<bool, Error> {
        Ok(entry.by.as_str() != HOUSE && self.seen.contains(&Digest::of(&entry.bytes()?)))
    }

    /// Remembers a submission.
    ///
    /// # Errors
    /// When the entry has no canonical form.
    pub fn see(&mut self, entry: &Entry) -> Result<(), Error> {
        if entry.by.as_str() != HOUSE {
            self.seen.insert(Digest::of(&entry.bytes()?));
        }
        Ok(())
    }
}

/// Replays a record.
///
/// # Errors
/// When an entry or something it rests on cannot be read.
pub fn replay(log: &dyn RecordReader, vault: &dyn VaultReader) -> Result<Replayed, Error> {
    let erased = erased_batches(log)?;
    let mut entries = log.read(0..u64::MAX)?;
    let first = entries.next().ok_or_else(not_founded)??;
    let mut replayed = founded(&Entry::read(&first.bytes)?, vault)?;
    for stored in entries {
        let stored = stored?;
        let entry = Entry::read(&stored.bytes)?;
        take(&mut replayed, stored.position, &entry, vault, &erased)?;
    }
    let bulk = VaultBulk::new(vault, None);
    replayed.house.settle(&bulk);
    bulk.failure().map_or(Ok(replayed), |failure| Err(failure.into()))
}

fn not_founded() -> Error {
    Error::other(
        "the record is empty: the house was never founded",
        "Found one with `servanda init`.",
    )
}

fn founded(entry: &Entry, vault: &dyn VaultReader) -> Result<Replayed, Error> {
    let followed = secretariat::Entry::from_record(&entry.kind, entry.version, &entry.body)?;
    let secretariat::Entry::Founded(founding) = &followed else { return Err(not_founded()) };
    let bulk = VaultBulk::new(vault, None);
    let house = House::found((**founding).clone(), &bulk);
    if let Some(failure) = bulk.failure() {
        return Err(failure.into());
    }
    let mut resting = Resting::default();
    resting.take(0, references_of(&followed));
    Ok(Replayed {
        house: house?,
        origin: founding.origin.clone(),
        last: entry.at,
        by: entry.by.clone(),
        resting,
        seen: BTreeSet::new(),
        fresh: None,
    })
}

/// Batches that a later entry erases: they are not missed.
fn erased_batches(log: &dyn RecordReader) -> Result<Vec<Digest>, Error> {
    let mut erased = Vec::new();
    for stored in log.read(0..u64::MAX)? {
        let entry = Entry::read(&stored?.bytes)?;
        if entry.kind == "watch/batch-erased" {
            let followed =
                secretariat::Entry::from_record(&entry.kind, entry.version, &entry.body)?;
            erased.extend(references::erased_by(&followed));
        }
    }
    Ok(erased)
}

fn take(
    replayed: &mut Replayed,
    position: u64,
    entry: &Entry,
    vault: &dyn VaultReader,
    erased: &[Digest],
) -> Result<(), Error> {
    replayed.last = entry.at;
    if let Some(command) = Command::from_record(&entry.kind, entry.version, &entry.body)? {
        let named = References { rests_on: references::of_command(&command), erases: Vec::new() };
        replayed.resting.take(position, named);
        replayed.by.clone_from(&entry.by);
        return replayed.see(entry);
    }
    let followed = secretariat::Entry::from_record(&entry.kind, entry.version, &entry.body)?;
    replayed.resting.take(position, references_of(&followed));
    let stamp = Stamp { position, at: entry.at, by: replayed.by.clone() };
    let bulk = VaultBulk::new(vault, None);
    replayed.house.restore(&followed, &stamp, &bulk);
    match bulk.failure() {
        Some(stores::StoreError::Missing { digest, .. }) if erased.contains(&digest) => Ok(()),
        Some(failure) => Err(failure.into()),
        None => Ok(()),
    }
}

/// What an entry on the record says of the vault, be it a submission or what followed.
///
/// # Errors
/// When the entry's body is not of its kind.
pub fn references_of_record(entry: &Entry) -> Result<References, Refusal> {
    if let Some(command) = Command::from_record(&entry.kind, entry.version, &entry.body)? {
        return Ok(References { rests_on: references::of_command(&command), erases: Vec::new() });
    }
    Ok(references_of(&secretariat::Entry::from_record(&entry.kind, entry.version, &entry.body)?))
}

/// What an entry says of the vault.
#[must_use]
pub fn references_of(entry: &secretariat::Entry) -> References {
    References { rests_on: references::of_entry(entry), erases: references::erased_by(entry) }
}

/// Whether an entry is signed by the key that the record knows for its submitter.
///
/// # Errors
/// When nobody knows the submitter, or the signature does not hold.
pub fn check_signature(replayed: &Replayed, entry: &Entry) -> Result<(), Error> {
    let key = key_of(&replayed.house, &entry.by)?;
    entry.check(&replayed.origin, &key).map_err(|error| {
        Refusal::new(
            "signature-does-not-hold",
            format!("The submission of `{}` is not signed by its key: {error}.", entry.by),
        )
        .hint("Sign with the key whose public half stands in the founding entry.")
        .into()
    })
}

fn key_of(house: &House, identity: &Identity) -> Result<PublicKey, Error> {
    let known = house.state().founding.keys.get(identity);
    let text = known.ok_or_else(|| {
        Refusal::new("identity-unknown", format!("Nobody is known here as `{identity}`."))
            .hint("The agreement's parties.toml names who may act.")
    })?;
    text.parse().map_err(|error: record::KeyError| {
        Error::other(error.to_string(), "The founding entry is damaged: run servanda-verify.")
    })
}
