//! The record and all it rests on as one file: the same bytes every time.
//!
//! A plain tar (docs/design/0010-record.md lists its members): `servanda-export`, `checkpoint`,
//! `checkpoint.witnessed` if there is one, the C2SP entry bundles in order of position, and the
//! vault objects in order of digest.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use kernel::Digest;
use record::tile::{TILE_WIDTH, entry_bundle};
use record::{Entry, TilePath};

use crate::error::StoreError;
use crate::mark::stated_size;
use crate::record_store::{CheckpointKind, RecordReader};
use crate::references::{References, Resting};
use crate::ustar::{BLOCK, header, padding};
use crate::vault_store::VaultReader;

/// First member: what the file is.
pub(crate) const FORMAT_NAME: &str = "servanda-export";
/// Its content; the number is the version of this format.
pub(crate) const FORMAT_TEXT: &str = "servanda-export 1\n";
/// The latest checkpoint.
pub(crate) const CHECKPOINT_NAME: &str = "checkpoint";
/// The latest one with cosignatures.
pub(crate) const WITNESSED_NAME: &str = "checkpoint.witnessed";
/// Folder of the vault objects.
pub(crate) const VAULT_FOLDER: &str = "vault/";

/// What was written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Exported {
    /// Entries.
    pub entries: u64,
    /// Vault objects.
    pub objects: u64,
    /// Bytes of the whole file.
    pub bytes: u64,
}

/// Writes the record up to its latest checkpoint, and every vault object that `references` says it
/// rests on, to `out`. A writer may be at work meanwhile: what it adds is not in this export.
///
/// # Errors
/// When there is no checkpoint, an object is missing or damaged, or `out` cannot be written.
pub fn export(
    record: &dyn RecordReader,
    vault: &dyn VaultReader,
    references: &mut dyn FnMut(u64, &Entry) -> References,
    out: &mut dyn Write,
) -> Result<Exported, StoreError> {
    let mut tar = Tar { out, bytes: 0 };
    let latest = record.checkpoint(CheckpointKind::Latest)?.ok_or(StoreError::NoCheckpoint)?;
    let entries = stated_size(&latest).ok_or(StoreError::NoCheckpoint)?;
    tar.file(FORMAT_NAME, FORMAT_TEXT.as_bytes())?;
    tar.file(CHECKPOINT_NAME, latest.as_bytes())?;
    if let Some(witnessed) = record.checkpoint(CheckpointKind::Witnessed)? {
        // A witness may have answered for a longer record than the checkpoint just read.
        if stated_size(&witnessed).is_some_and(|size| size <= entries) {
            tar.file(WITNESSED_NAME, witnessed.as_bytes())?;
        }
    }
    let resting = write_entries(record, entries, references, &mut tar)?;
    for digest in resting.needed().keys() {
        tar.object(vault, digest)?;
    }
    tar.write(&[0; 2 * BLOCK])?;
    tar.out.flush().map_err(StoreError::io("write", Path::new(OUT)))?;
    Ok(Exported { entries, objects: resting.needed().len() as u64, bytes: tar.bytes })
}

/// What errors call the file being written; the caller knows its name.
const OUT: &str = "the export";

fn write_entries(
    record: &dyn RecordReader,
    size: u64,
    references: &mut dyn FnMut(u64, &Entry) -> References,
    tar: &mut Tar<'_>,
) -> Result<Resting, StoreError> {
    let mut resting = Resting::default();
    let mut stored = record.read(0..size)?;
    for path in TilePath::bundles(size) {
        let TilePath::Entries { index, width } = path else { continue };
        let mut bundle = Vec::with_capacity(width.into());
        for position in index * TILE_WIDTH..index * TILE_WIDTH + u64::from(width) {
            let gap = || StoreError::Gap { path: PathBuf::from("the record"), position };
            let bytes = stored.next().ok_or_else(gap)??.bytes;
            let entry =
                Entry::read(&bytes).map_err(|source| StoreError::Entry { position, source })?;
            resting.take(position, references(position, &entry));
            bundle.push(bytes);
        }
        let bytes = entry_bundle(bundle.iter().map(Vec::as_slice));
        let bytes = bytes.map_err(|error| refused(&path.to_string(), &error.to_string()))?;
        tar.file(&path.to_string(), &bytes)?;
    }
    Ok(resting)
}

fn refused(member: &str, why: &str) -> StoreError {
    StoreError::Form { path: PathBuf::from(OUT), what: format!("{member}: {why}") }
}

struct Tar<'a> {
    out: &'a mut dyn Write,
    bytes: u64,
}

impl Tar<'_> {
    fn write(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        self.bytes += bytes.len() as u64;
        self.out.write_all(bytes).map_err(StoreError::io("write", Path::new(OUT)))
    }

    fn head(&mut self, name: &str, size: u64) -> Result<(), StoreError> {
        let too_large = || refused(name, "larger than 8 GiB, which a ustar header cannot say");
        self.write(&header(name, size).ok_or_else(too_large)?)
    }

    fn file(&mut self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        self.head(name, bytes.len() as u64)?;
        self.write(bytes)?;
        self.write(&[0; BLOCK][..padding(bytes.len() as u64)])
    }

    /// Copies an object in constant memory; its digest is checked on the way.
    fn object(&mut self, vault: &dyn VaultReader, digest: &Digest) -> Result<(), StoreError> {
        let object = vault.open(digest)?;
        let size = object.length();
        let name = format!("{VAULT_FOLDER}{digest}");
        self.head(&name, size)?;
        let mut counted = object.take(size + 1);
        let copied = io::copy(&mut counted, self.out).map_err(|error| match error.downcast() {
            Ok(damage) => damage,
            Err(error) => StoreError::io("copy a vault object to", Path::new(OUT))(error),
        })?;
        if copied != size {
            return Err(refused(&name, "its length changed while it was read"));
        }
        self.bytes += copied;
        self.write(&[0; BLOCK][..padding(size)])
    }
}
