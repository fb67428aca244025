//! The latest checkpoint once more, beside the data base: shows when entries were cut off its end.
//!
//! SQLite drops a damaged end of its log without a word, and the checkpoint in it too, so a record
//! can fall back to an earlier state that is sound in itself. Signing on from there would make a
//! second history. The mark is derived: deleting it loses nothing but this guard.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::StoreError;

/// The file beside a record that holds the newest checkpoint signed over it.
#[derive(Debug)]
pub(crate) struct Mark(PathBuf);

/// The number of entries that a checkpoint's second line states (C2SP tlog-checkpoint).
pub(crate) fn stated_size(checkpoint: &str) -> Option<u64> {
    checkpoint.lines().nth(1)?.parse().ok()
}

impl Mark {
    /// The mark of the record at `path`.
    pub(crate) fn of(path: &Path) -> Self {
        Self(path.with_extension("checkpoint"))
    }

    /// Writes the mark once the entries are durable, whole or not at all. It is not synced: after
    /// a power failure an older mark stands, which is never newer than the record.
    pub(crate) fn write(&self, checkpoint: &str) -> Result<(), StoreError> {
        let aside = self.0.with_extension("checkpoint.new");
        let written = fs::write(&aside, checkpoint).and_then(|()| fs::rename(&aside, &self.0));
        written.map_err(StoreError::io("write", &self.0))
    }

    /// Refuses a record of `here` entries when more were signed over.
    pub(crate) fn refuse_cut(&self, here: u64) -> Result<(), StoreError> {
        match self.read()?.as_deref().and_then(stated_size) {
            Some(signed) if signed > here => {
                Err(StoreError::Cut { path: self.0.clone(), signed, here })
            }
            _ => Ok(()),
        }
    }

    /// The mark's checkpoint if it is over more entries than `stored`, otherwise `stored`.
    pub(crate) fn newer_than(&self, stored: Option<String>) -> Result<Option<String>, StoreError> {
        let size = stored.as_deref().and_then(stated_size);
        let mark = self.read()?.filter(|mark| stated_size(mark) > size);
        Ok(mark.or(stored))
    }

    fn read(&self) -> Result<Option<String>, StoreError> {
        match fs::read(&self.0) {
            Ok(bytes) => Ok(String::from_utf8(bytes).ok()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(StoreError::io("read", &self.0)(error)),
        }
    }
}
