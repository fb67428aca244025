//! A record and a vault in memory, for tests and exercises.

use std::collections::BTreeMap;
use std::io::Read;
use std::ops::Range;
use std::path::{Path, PathBuf};

use kernel::Digest;

use crate::error::StoreError;
use crate::record_store::{
    CheckpointKind, EntryStream, RecordReader, RecordStore, StoredEntry, stored,
};
use crate::vault_store::{DigestStream, VaultObject, VaultReader, VaultStore};

/// A record in memory.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct MemoryRecord {
    entries: Vec<StoredEntry>,
    checkpoints: BTreeMap<CheckpointKind, String>,
}

impl RecordReader for MemoryRecord {
    fn size(&self) -> Result<u64, StoreError> {
        Ok(self.entries.len() as u64)
    }
    fn read(&self, positions: Range<u64>) -> Result<EntryStream<'_>, StoreError> {
        let entries = self.entries.iter();
        let within = entries.filter(move |entry| positions.contains(&entry.position));
        Ok(Box::new(within.cloned().map(Ok)))
    }
    fn checkpoint(&self, kind: CheckpointKind) -> Result<Option<String>, StoreError> {
        Ok(self.checkpoints.get(&kind).cloned())
    }
}

impl RecordStore for MemoryRecord {
    fn commit(&mut self, entries: &[Vec<u8>], checkpoint: Option<&str>) -> Result<u64, StoreError> {
        let first = self.entries.len() as u64;
        let numbered = (first..).zip(entries);
        let new: Result<Vec<_>, _> = numbered.map(|(at, bytes)| stored(at, bytes)).collect();
        self.entries.extend(new?);
        if let Some(text) = checkpoint {
            self.checkpoints.insert(CheckpointKind::Latest, text.to_owned());
        }
        Ok(first)
    }
    fn keep_witnessed(&mut self, checkpoint: &str) -> Result<(), StoreError> {
        self.checkpoints.insert(CheckpointKind::Witnessed, checkpoint.to_owned());
        Ok(())
    }
}

/// A vault in memory.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct MemoryVault(BTreeMap<Digest, Vec<u8>>);

/// What errors call an object that has no file.
fn memory_path(digest: &Digest) -> PathBuf {
    PathBuf::from(format!("(memory)/{digest}"))
}

impl VaultReader for MemoryVault {
    fn open(&self, digest: &Digest) -> Result<VaultObject<'_>, StoreError> {
        let path = memory_path(digest);
        match self.0.get(digest) {
            Some(bytes) => Ok(VaultObject::new(*digest, path, bytes.len() as u64, &bytes[..])),
            None => Err(StoreError::Missing { digest: *digest, path }),
        }
    }
    fn contains(&self, digest: &Digest) -> Result<bool, StoreError> {
        Ok(self.0.contains_key(digest))
    }
    fn iter(&self) -> Result<DigestStream<'_>, StoreError> {
        Ok(Box::new(self.0.keys().copied().map(Ok)))
    }
}

impl VaultStore for MemoryVault {
    fn put(&mut self, bytes: &mut dyn Read) -> Result<Digest, StoreError> {
        let mut whole = Vec::new();
        let read = bytes.read_to_end(&mut whole);
        read.map_err(StoreError::io("read", Path::new("(what is to be sealed)")))?;
        let digest = Digest::of(&whole);
        self.0.insert(digest, whole);
        Ok(digest)
    }
    fn put_many(&mut self, objects: &[&[u8]]) -> Result<Vec<Digest>, StoreError> {
        objects.iter().map(|object| self.put(&mut &object[..])).collect()
    }
    fn erase(&mut self, digest: &Digest) -> Result<bool, StoreError> {
        Ok(self.0.remove(digest).is_some())
    }
}
