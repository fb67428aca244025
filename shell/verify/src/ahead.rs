//! The second core: reads batches before the walk asks for them, and checks digests meanwhile.
//!
//! Nothing that goes wrong here is reported from here: it is left to the walk, which meets it in its
//! own order, so that the first thing wrong is the same on every machine.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use gateways::{ReadContext, Reading};
use kernel::Digest;
use stores::{DigestStream, StoreError, VaultObject, VaultReader};
use watch::entry::BatchReceived;

use crate::opened::Resting;
use crate::outline::Outline;

/// Batches read and not yet asked for: each may hold some 200,000 observations.
const BATCHES_AHEAD: usize = 1;

/// A batch as read ahead of the walk.
pub struct ReadAhead {
    /// Which batch.
    pub batch: BatchReceived,
    /// What the reader was told.
    pub context: ReadContext,
    /// What it made of the bytes, and how many there were; nothing when the walk must see to it.
    pub reading: Option<(Reading, u64)>,
}

/// The work of the second core.
pub struct Ahead<'a> {
    resting: &'a Resting,
    outline: &'a Outline,
    sound: &'a Sound,
    stop: &'a AtomicBool,
    queue: SyncSender<ReadAhead>,
}

impl<'a> Ahead<'a> {
    /// The work, and the queue that its readings come out of.
    #[must_use]
    pub fn new(
        resting: &'a Resting,
        outline: &'a Outline,
        sound: &'a Sound,
        stop: &'a AtomicBool,
    ) -> (Self, Receiver<ReadAhead>) {
        let (queue, readings) = sync_channel(BATCHES_AHEAD);
        (Self { resting, outline, sound, stop, queue }, readings)
    }

    /// Does it, until all is read or the walk has ended.
    pub fn run(self) {
        let Ok(vault) = self.resting.open_vault() else { return };
        for (batch, context) in &self.outline.batches {
            let reading = self.read(&*vault, batch, context);
            let ahead = ReadAhead { batch: batch.clone(), context: context.clone(), reading };
            if self.queue.send(ahead).is_err() {
                break;
            }
        }
        drop(self.queue);
        let Ok(lying) = vault.iter() else { return };
        let mut digests: Vec<Digest> = lying.filter_map(Result::ok).collect();
        // The walk ends with the same check in rising order: the two meet half-way.
        digests.reverse();
        for digest in digests {
            if self.stop.load(Ordering::Relaxed) {
                return;
            }
            if self.sound.length(&digest).is_none()
                && let Ok(length) = vault.check(&digest)
            {
                self.sound.keep(digest, length);
            }
        }
    }

    fn read(
        &self,
        vault: &dyn VaultReader,
        batch: &BatchReceived,
        context: &ReadContext,
    ) -> Option<(Reading, u64)> {
        let bytes = vault.get(&batch.digest).ok()?;
        self.sound.keep(batch.digest, bytes.len() as u64);
        let reading = desk::bulk::read_batch(vault, &bytes, batch, context).ok()??;
        Some((reading, bytes.len() as u64))
    }
}

/// Objects whose bytes were found to be those sealed, with their lengths.
#[derive(Default)]
pub struct Sound(Mutex<BTreeMap<Digest, u64>>);

impl Sound {
    fn keep(&self, digest: Digest, length: u64) {
        if let Ok(mut sound) = self.0.lock() {
            sound.insert(digest, length);
        }
    }
    fn length(&self, digest: &Digest) -> Option<u64> {
        self.0.lock().ok()?.get(digest).copied()
    }
    /// `vault`, in which what was found sound once is not checked again.
    pub fn over<'a>(&'a self, vault: &'a dyn VaultReader) -> SoundVault<'a> {
        SoundVault { vault, sound: self }
    }
}

/// A vault that remembers what was found sound.
pub struct SoundVault<'a> {
    vault: &'a dyn VaultReader,
    sound: &'a Sound,
}

impl VaultReader for SoundVault<'_> {
    fn open(&self, digest: &Digest) -> Result<VaultObject<'_>, StoreError> {
        self.vault.open(digest)
    }
    fn contains(&self, digest: &Digest) -> Result<bool, StoreError> {
        self.vault.contains(digest)
    }
    fn iter(&self) -> Result<DigestStream<'_>, StoreError> {
        self.vault.iter()
    }
    fn get(&self, digest: &Digest) -> Result<Vec<u8>, StoreError> {
        let bytes = self.vault.get(digest)?;
        self.sound.keep(*digest, bytes.len() as u64);
        Ok(bytes)
    }
    fn check(&self, digest: &Digest) -> Result<u64, StoreError> {
        self.sound.length(digest).map_or_else(|| self.vault.check(digest), Ok)
    }
}
