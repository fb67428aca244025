//! The contract of every place a record can rest.

use std::ops::Range;

use kernel::Digest;
use record::leaf_hash;

use crate::error::StoreError;

/// An entry as it rests.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredEntry {
    /// Position on the record, from 0.
    pub position: u64,
    /// Its canonical bytes.
    pub bytes: Vec<u8>,
    /// Its leaf hash as stored; derived, so a verifier computes its own.
    pub leaf: Digest,
}

/// Entries in order of position.
pub type EntryStream<'a> = Box<dyn Iterator<Item = Result<StoredEntry, StoreError>> + 'a>;

/// Which signed checkpoint.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum CheckpointKind {
    /// The newest, over the whole record.
    Latest,
    /// The newest that witnesses cosigned; it may be over an earlier, shorter record.
    Witnessed,
}

/// What can be read of a record, whether it rests in a house or in an export.
pub trait RecordReader {
    /// Number of entries.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn size(&self) -> Result<u64, StoreError>;

    /// The entries at `positions`, one after the other and in bounded memory. A range that reaches
    /// beyond the record ends where the record ends.
    ///
    /// # Errors
    /// When the store cannot be read; the stream itself says when an entry cannot.
    fn read(&self, positions: Range<u64>) -> Result<EntryStream<'_>, StoreError>;

    /// The text of a signed checkpoint, if there is one.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn checkpoint(&self, kind: CheckpointKind) -> Result<Option<String>, StoreError>;

    /// All stored leaf hashes in order, to rebuild a [`record::Tree`] at start.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn leaves(&self) -> Result<Vec<Digest>, StoreError> {
        self.read(0..u64::MAX)?.map(|entry| Ok(entry?.leaf)).collect()
    }
}

/// A record that can grow. One writer at a time.
pub trait RecordStore: RecordReader {
    /// Appends a group of entries and, with them, the newest signed checkpoint: all of it is
    /// durable when this returns, or none of it happened. Returns the first entry's position.
    ///
    /// # Errors
    /// When it cannot be made durable; the record is then as before.
    fn commit(&mut self, entries: &[Vec<u8>], checkpoint: Option<&str>) -> Result<u64, StoreError>;

    /// Keeps the newest checkpoint that witnesses cosigned.
    ///
    /// # Errors
    /// When it cannot be made durable.
    fn keep_witnessed(&mut self, checkpoint: &str) -> Result<(), StoreError>;

    /// Appends without a new checkpoint.
    ///
    /// # Errors
    /// As [`Self::commit`].
    fn append(&mut self, entries: &[Vec<u8>]) -> Result<u64, StoreError> {
        self.commit(entries, None)
    }
}

/// An entry with its leaf hash, refused when it is longer than a bundle can hold.
pub(crate) fn stored(position: u64, bytes: &[u8]) -> Result<StoredEntry, StoreError> {
    if bytes.len() > record::MAX_ENTRY_BYTES {
        let source = record::EntryError::TooLong(bytes.len());
        return Err(StoreError::Entry { position, source });
    }
    Ok(StoredEntry { position, bytes: bytes.to_vec(), leaf: leaf_hash(bytes) })
}
