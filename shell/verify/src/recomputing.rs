//! Bulk data for the replay: read from the vault, computed again, never sealed.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::sync::mpsc::Receiver;

use gateways::{ReadContext, Reading};
use kernel::{Digest, Time};
use secretariat::Bulk;
use stores::{FirstWrong, StoreError, VaultReader, Wrong};
use watch::entry::BatchReceived;
use watch::{Observation, Source};

use crate::ahead::ReadAhead;
use crate::outline::Outline;

/// Answers the house's questions from the vault. What went wrong is kept for the replay to ask for.
pub struct Recomputing<'a> {
    vault: &'a dyn VaultReader,
    erased: &'a BTreeMap<Digest, u64>,
    /// Batches read ahead; gone once the order of asking is another than foreseen.
    ahead: RefCell<Option<Receiver<ReadAhead>>>,
    /// Payloads computed since [`Self::forget`] that do not lie in the vault.
    computed: RefCell<BTreeMap<Digest, Vec<u8>>>,
    wrong: RefCell<Option<FirstWrong>>,
    /// Whether a batch could not be read because it was erased.
    lacking: Cell<bool>,
    observations: Cell<u64>,
}

impl<'a> Recomputing<'a> {
    /// Reads from `vault`, and takes from `ahead` what is read already.
    #[must_use]
    pub fn new(
        vault: &'a dyn VaultReader,
        outline: &'a Outline,
        ahead: Receiver<ReadAhead>,
    ) -> Self {
        Self {
            vault,
            erased: &outline.erased,
            ahead: RefCell::new(Some(ahead)),
            computed: RefCell::default(),
            wrong: RefCell::default(),
            lacking: Cell::new(false),
            observations: Cell::new(0),
        }
    }

    /// The first thing wrong since the last time.
    pub fn wrong(&self) -> Option<FirstWrong> {
        self.wrong.borrow_mut().take()
    }
    /// Whether observations are lacking, so that incidents cannot be computed any more.
    pub fn is_lacking(&self) -> bool {
        self.lacking.get()
    }
    /// Where the record says that a batch's bytes were erased, if it does and they are not here.
    pub fn erased_at(&self, digest: &Digest) -> Option<u64> {
        let here = self.vault.contains(digest).unwrap_or(true);
        self.erased.get(digest).copied().filter(|_| !here)
    }
    /// Observations read so far.
    pub fn observations_read(&self) -> u64 {
        self.observations.get()
    }
    /// Forgets payloads computed for what has been compared.
    pub fn forget(&self) {
        self.computed.borrow_mut().clear();
    }
    /// A payload, computed or lying in the vault, for comparing; nothing when neither.
    pub fn any_payload(&self, digest: &Digest) -> Option<Vec<u8>> {
        let computed = self.computed.borrow().get(digest).cloned();
        computed.or_else(|| self.vault.get(digest).ok())
    }

    fn keep(&self, wrong: FirstWrong) {
        self.wrong.borrow_mut().get_or_insert(wrong);
    }

    fn stored(&self, digest: &Digest) -> Option<Vec<u8>> {
        match self.vault.get(digest) {
            Ok(bytes) => Some(bytes),
            Err(StoreError::Missing { .. }) if self.erased.contains_key(digest) => None,
            Err(error) => {
                self.keep(error.into());
                None
            }
        }
    }

    /// The reading made ahead, if it is of this batch in this context.
    fn read_ahead(&self, batch: &BatchReceived, context: &ReadContext) -> Option<(Reading, u64)> {
        let mut queue = self.ahead.borrow_mut();
        let ahead = queue.as_ref()?.recv().ok()?;
        if ahead.batch == *batch && ahead.context == *context {
            return ahead.reading;
        }
        *queue = None;
        None
    }

    fn read(&self, batch: &BatchReceived, context: &ReadContext) -> Option<(Reading, u64)> {
        let bytes = self.stored(&batch.digest)?;
        let reading = desk::bulk::read_batch(self.vault, &bytes, batch, context);
        let reading = match reading {
            Ok(reading) => reading,
            Err(StoreError::Missing { digest, .. }) if self.erased.contains_key(&digest) => {
                return None;
            }
            Err(error) => {
                self.keep(error.into());
                return None;
            }
        };
        if reading.is_none() {
            let why = format!(
                "the batch was read by `{}`, which this program does not know: use a newer servanda-verify",
                batch.reader
            );
            self.keep(FirstWrong { position: None, what: Wrong::Rule, why });
        }
        Some((reading?, bytes.len() as u64))
    }
}

impl Bulk for Recomputing<'_> {
    fn observations(
        &self,
        batch: &BatchReceived,
        source: &Source,
        received: Time,
    ) -> Option<Vec<Observation>> {
        let (first_line, header) = (batch.first_line, batch.header.clone());
        let context = desk::bulk::read_context(source, received, first_line, header);
        let read = self.read_ahead(batch, &context).or_else(|| self.read(batch, &context));
        let Some((reading, size_bytes)) = read else {
            self.lacking.set(true);
            return None;
        };
        if let Some(why) = desk::bulk::misstated(batch, source.cadence, &reading, size_bytes) {
            self.keep(FirstWrong { position: None, what: Wrong::Rule, why });
        }
        self.observations.set(self.observations.get() + reading.observations.len() as u64);
        Some(reading.observations)
    }

    fn payload(&self, digest: &Digest) -> Option<Vec<u8>> {
        let computed = self.computed.borrow().get(digest).cloned();
        computed.or_else(|| self.stored(digest))
    }

    /// Seals nothing. What does not lie in the vault under this digest is kept at hand: it will
    /// show in which line it differs from what was recorded.
    fn seal(&self, payload: &[u8]) -> Digest {
        let digest = Digest::of(payload);
        if !self.vault.contains(&digest).unwrap_or(false) {
            self.computed.borrow_mut().insert(digest, payload.to_vec());
        }
        digest
    }
}
