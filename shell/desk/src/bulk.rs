//! Answers the house's questions for bulk data from the vault.

use std::cell::RefCell;

use gateways::onsets::{self, Seam};
use gateways::stationxml::Inventory;
use gateways::{Format, ReadContext, Reading, picked, stationxml};
use kernel::{Digest, Duration, Time};
use secretariat::Bulk;
use stores::{FolderVault, StoreError, VaultReader, VaultStore};
use watch::entry::BatchReceived;
use watch::promise::Covers;
use watch::{Observation, Source, SourceKind};

/// Reads payloads from a vault. A failure is kept for the caller, who must ask for it.
pub struct VaultBulk<'a> {
    vault: &'a dyn VaultReader,
    sealer: Option<&'a RefCell<FolderVault>>,
    fresh: RefCell<Option<(Digest, Vec<Observation>)>>,
    failure: RefCell<Option<StoreError>>,
}

impl<'a> VaultBulk<'a> {
    /// Reads from `vault`; `fresh` is a batch that was just read and need not be read again.
    pub fn new(vault: &'a dyn VaultReader, fresh: Option<(Digest, Vec<Observation>)>) -> Self {
        Self { vault, sealer: None, fresh: RefCell::new(fresh), failure: RefCell::new(None) }
    }

    /// The same, with a vault to seal payloads in. Without one, sealing only computes digests.
    #[must_use]
    pub fn sealing_in(mut self, sealer: &'a RefCell<FolderVault>) -> Self {
        self.sealer = Some(sealer);
        self
    }

    /// The first failure to read something that should be there.
    pub fn failure(&self) -> Option<StoreError> {
        self.failure.borrow_mut().take()
    }
}

impl Bulk for VaultBulk<'_> {
    fn observations(
        &self,
        batch: &BatchReceived,
        source: &Source,
        received: Time,
    ) -> Option<Vec<Observation>> {
        if let Some((digest, observations)) = self.fresh.borrow_mut().take()
            && digest == batch.digest
        {
            return Some(observations);
        }
        let context = read_context(source, received, batch.first_line, batch.header.clone());
        if let Some(kept) = self.as_picked(batch, &context) {
            return Some(kept.observations);
        }
        let bytes = self.payload(&batch.digest)?;
        let read = read_batch(self.vault, &bytes, batch, &context);
        Some(read.map_err(|error| self.keep(error)).ok()??.observations)
    }

    fn payload(&self, digest: &Digest) -> Option<Vec<u8>> {
        let read = self.vault.get(digest);
        read.map_err(|error| self.keep(error)).ok()
    }

    fn seal(&self, payload: &[u8]) -> Digest {
        let sealed = self.sealer.map(|sealer| sealer.borrow_mut().put_many(&[payload]));
        match sealed.transpose() {
            Ok(digests) => digests.and_then(|digests| digests.first().copied()),
            Err(error) => {
                self.keep(error);
                None
            }
        }
        .unwrap_or_else(|| Digest::of(payload))
    }
}

impl VaultBulk<'_> {
    /// What was read in a batch, where it is kept beside it.
    fn as_picked(&self, batch: &BatchReceived, context: &ReadContext) -> Option<Reading> {
        let kept = self.payload(&batch.picked?)?;
        picked::read(&kept, batch.lines, context)
    }

    fn keep(&self, error: StoreError) {
        self.failure.borrow_mut().get_or_insert(error);
    }
}

/// Reads a batch's bytes with the reader it names; nothing when this program has no such reader.
///
/// # Errors
/// When what it is to be read with is not in `vault`.
pub fn read_batch(
    vault: &dyn VaultReader,
    bytes: &[u8],
    batch: &BatchReceived,
    context: &ReadContext,
) -> Result<Option<Reading>, StoreError> {
    let format: Option<Format> = batch.reader.parse().ok();
    format.map(|format| read_as(vault, bytes, format, context)).transpose()
}

/// Reads bytes of a format. Waveforms are read with the description of their stations that their
/// header names; it lies in `vault` as a batch of its own.
///
/// # Errors
/// When it does not.
pub fn read_as(
    vault: &dyn VaultReader,
    bytes: &[u8],
    format: Format,
    context: &ReadContext,
) -> Result<Reading, StoreError> {
    let seam = Seam::of(context.header.as_deref()).ok();
    let stations = seam.filter(|_| format == Format::Waveforms).map(|seam| seam.stations);
    match stations {
        Some(stations) if !stations.is_empty() => {
            Ok(onsets::read(bytes, context, &described(vault, &stations)?))
        }
        _ => Ok(format.read(bytes, context)),
    }
}

/// What descriptions of stations, which lie in `vault`, say together; a later one counts before an
/// earlier.
///
/// # Errors
/// When one does not lie there.
pub fn described(vault: &dyn VaultReader, stations: &[Digest]) -> Result<Inventory, StoreError> {
    let mut inventory = Inventory::default();
    for digest in stations {
        inventory.extend(stationxml::read(&*vault.get(digest)?).0);
    }
    Ok(inventory)
}

/// What a reader is told of a source's bytes: the same when they come in and when they are checked.
#[must_use]
pub fn read_context(
    source: &Source,
    received: Time,
    first_line: u64,
    header: Option<String>,
) -> ReadContext {
    let is_log = source.kind == SourceKind::PartyLog;
    ReadContext {
        source: source.id.clone(),
        received,
        header,
        first_line,
        claimant: is_log.then(|| source.owner.clone()),
    }
}

/// Where the summary of a batch on the record is not that of its bytes; `cadence` is what its source
/// promised.
#[must_use]
pub fn misstated(
    batch: &BatchReceived,
    cadence: Option<Duration>,
    reading: &Reading,
    size_bytes: u64,
) -> Option<String> {
    let problems = reading.problems.len() as u64 + batch.oversize;
    let observations = reading.observations.len() as u64;
    let pairs = [
        ("bytes", batch.size_bytes, size_bytes),
        ("lines", batch.lines, reading.lines),
        ("observations", batch.observations, observations),
        ("problems", batch.problems, problems),
    ];
    if let Some((what, said, read)) = pairs.into_iter().find(|(_, said, read)| said != read) {
        return Some(format!("the batch is said to have {said} {what}; its bytes have {read}"));
    }
    let kept = batch.picked.filter(|kept| *kept != Digest::of(&picked::write(reading)));
    if kept.is_some() {
        return Some("what is kept as read in the batch is not what its bytes give".to_owned());
    }
    // What was stated is the submitter's word; what is said to be the rows' must be the rows'.
    let covers = batch.covers.as_ref().filter(|covers| !covers.stated)?;
    let by_rows = cadence.map(|cadence| Covers::of(&reading.observations, cadence));
    (by_rows.as_ref() != Some(covers))
        .then(|| "the time that it is said to speak of is not that of its rows".to_owned())
}
