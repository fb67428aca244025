//! An export opened for reading: the same traits as a house, and strict about every byte.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};

use kernel::Digest;
use record::TilePath;
use record::tile::{TILE_WIDTH, read_bundle};

use crate::error::StoreError;
use crate::export::{CHECKPOINT_NAME, FORMAT_NAME, FORMAT_TEXT, VAULT_FOLDER, WITNESSED_NAME};
use crate::record_store::{CheckpointKind, EntryStream, RecordReader, StoredEntry, stored};
use crate::ustar::{BLOCK, padding, read_header};
use crate::vault_store::{DigestStream, VaultObject, VaultReader};

/// Most bytes of a checkpoint that is read at all: 101 signatures take less.
const MAX_CHECKPOINT_BYTES: u64 = 1 << 16;

/// Where a member's bytes lie in the file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Extent {
    start: u64,
    size: u64,
}

/// An export file. Opening it checks its whole shape (headers, names, order, padding, end), so that
/// what is left to check are the contents that signatures and digests cover.
#[derive(Debug)]
pub struct Export {
    path: PathBuf,
    checkpoints: BTreeMap<CheckpointKind, String>,
    bundles: Vec<Extent>,
    size: u64,
    objects: BTreeMap<Digest, Extent>,
}

impl Export {
    /// Opens the export at `path`.
    ///
    /// # Errors
    /// When it cannot be read, or any byte of its frame is not what an export has there; the first
    /// wrong one is named.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let file = File::open(path).map_err(StoreError::io("open", path))?;
        let mut members = Members { path, file: BufReader::new(file), at: 0 };
        let mut export = Self {
            path: path.to_owned(),
            checkpoints: BTreeMap::new(),
            bundles: Vec::new(),
            size: 0,
            objects: BTreeMap::new(),
        };
        let format = members.next()?;
        if format.as_ref().is_none_or(|(name, _)| name != FORMAT_NAME)
            || members.text(format.map_or(0, |(_, size)| size))? != FORMAT_TEXT
        {
            return Err(members.wrong(format!("it does not begin as {}", FORMAT_TEXT.trim())));
        }
        while let Some((name, size)) = members.next()? {
            export.place(&name, size, &mut members)?;
        }
        if export.checkpoints.contains_key(&CheckpointKind::Latest) {
            return Ok(export);
        }
        Err(members.wrong("it has no checkpoint".to_owned()))
    }

    fn place(
        &mut self,
        name: &str,
        size: u64,
        members: &mut Members<'_>,
    ) -> Result<(), StoreError> {
        let late = !self.bundles.is_empty() || !self.objects.is_empty();
        let witnessed = self.checkpoints.contains_key(&CheckpointKind::Witnessed);
        match name {
            CHECKPOINT_NAME if self.checkpoints.is_empty() && !late => {
                let text = members.text(size)?;
                self.checkpoints.insert(CheckpointKind::Latest, text);
                Ok(())
            }
            WITNESSED_NAME if self.checkpoints.len() == 1 && !witnessed && !late => {
                let text = members.text(size)?;
                self.checkpoints.insert(CheckpointKind::Witnessed, text);
                Ok(())
            }
            _ => self.place_extent(name, size, members),
        }
    }

    fn place_extent(
        &mut self,
        name: &str,
        size: u64,
        members: &mut Members<'_>,
    ) -> Result<(), StoreError> {
        let extent = Extent { start: members.at, size };
        let object = name.strip_prefix(VAULT_FOLDER).and_then(|word| word.parse::<Digest>().ok());
        if let Some(digest) = object {
            if self.objects.last_key_value().is_some_and(|(last, _)| *last >= digest) {
                return Err(members.wrong(format!("`{name}` is out of order")));
            }
            self.objects.insert(digest, extent);
        } else if let Ok(TilePath::Entries { index, width }) = name.parse() {
            let follows = index * TILE_WIDTH == self.size && index == self.bundles.len() as u64;
            if !follows || !self.objects.is_empty() {
                return Err(members.wrong(format!("`{name}` is out of order")));
            }
            self.bundles.push(extent);
            self.size += u64::from(width);
        } else {
            return Err(members.wrong(format!("`{name}` is no member of an export, or misplaced")));
        }
        members.skip(size)
    }

    fn reader(&self, extent: Extent) -> Result<std::io::Take<File>, StoreError> {
        let mut file = File::open(&self.path).map_err(StoreError::io("open", &self.path))?;
        let sought = file.seek(SeekFrom::Start(extent.start));
        sought.map_err(StoreError::io("read", &self.path))?;
        Ok(file.take(extent.size))
    }

    fn bundle(&self, index: u64) -> Result<Vec<StoredEntry>, StoreError> {
        let first = index * TILE_WIDTH;
        let width = (self.size - first).min(TILE_WIDTH);
        let extent = usize::try_from(index).ok().and_then(|index| self.bundles.get(index));
        let gap = || StoreError::Gap { path: self.path.clone(), position: first };
        let mut bytes = Vec::new();
        let read = self.reader(*extent.ok_or_else(gap)?)?.read_to_end(&mut bytes);
        read.map_err(StoreError::io("read", &self.path))?;
        let entries = read_bundle(&bytes, width as u16).map_err(|error| StoreError::Form {
            path: self.path.clone(),
            what: format!("entries from {first}: {error}"),
        })?;
        (first..).zip(entries).map(|(position, bytes)| stored(position, bytes)).collect()
    }
}

impl RecordReader for Export {
    fn size(&self) -> Result<u64, StoreError> {
        Ok(self.size)
    }

    fn read(&self, positions: Range<u64>) -> Result<EntryStream<'_>, StoreError> {
        let positions = positions.start..positions.end.min(self.size);
        let bundles = positions.start / TILE_WIDTH..positions.end.div_ceil(TILE_WIDTH);
        let entries = bundles.flat_map(|index| match self.bundle(index) {
            Ok(entries) => entries.into_iter().map(Ok).collect(),
            Err(error) => vec![Err(error)],
        });
        Ok(Box::new(entries.filter(move |entry| {
            entry.as_ref().map_or(true, |entry| positions.contains(&entry.position))
        })))
    }

    fn checkpoint(&self, kind: CheckpointKind) -> Result<Option<String>, StoreError> {
        Ok(self.checkpoints.get(&kind).cloned())
    }
}

impl VaultReader for Export {
    fn open(&self, digest: &Digest) -> Result<VaultObject<'_>, StoreError> {
        let path = self.path.join(format!("{VAULT_FOLDER}{digest}"));
        let Some(&extent) = self.objects.get(digest) else {
            return Err(StoreError::Missing { digest: *digest, path });
        };
        Ok(VaultObject::new(*digest, path, extent.size, self.reader(extent)?))
    }

    fn contains(&self, digest: &Digest) -> Result<bool, StoreError> {
        Ok(self.objects.contains_key(digest))
    }

    fn iter(&self) -> Result<DigestStream<'_>, StoreError> {
        Ok(Box::new(self.objects.keys().copied().map(Ok)))
    }
}

/// The members of a tar, one after the other.
struct Members<'a> {
    path: &'a Path,
    file: BufReader<File>,
    /// Where the next unread byte is.
    at: u64,
}

impl Members<'_> {
    fn wrong(&self, what: String) -> StoreError {
        let what =
            format!("not an export as this program writes it, near byte {}: {what}", self.at);
        StoreError::Form { path: self.path.to_owned(), what }
    }

    fn block(&mut self) -> Result<[u8; BLOCK], StoreError> {
        let mut block = [0; BLOCK];
        match self.file.read_exact(&mut block) {
            Ok(()) => {
                self.at += BLOCK as u64;
                Ok(block)
            }
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
                Err(self.wrong("it ends here, cut short".to_owned()))
            }
            Err(error) => Err(StoreError::io("read", self.path)(error)),
        }
    }

    /// The next member's name and size, or nothing at the end, which is two empty blocks and not a
    /// byte more.
    fn next(&mut self) -> Result<Option<(String, u64)>, StoreError> {
        let block = self.block()?;
        if block != [0; BLOCK] {
            let read = read_header(&block);
            let wrong = || self.wrong("the header before it is not one it should have".to_owned());
            return read.ok_or_else(wrong).map(Some);
        }
        if self.block()? != [0; BLOCK] {
            return Err(self.wrong("its end is not two empty blocks".to_owned()));
        }
        let mut more = [0];
        let left = self.file.read(&mut more).map_err(StoreError::io("read", self.path))?;
        if left > 0 { Err(self.wrong("something follows its end".to_owned())) } else { Ok(None) }
    }

    fn text(&mut self, size: u64) -> Result<String, StoreError> {
        if size > MAX_CHECKPOINT_BYTES {
            return Err(self.wrong(format!("a text of {size} bytes, more than 65536")));
        }
        let mut bytes = vec![0; size as usize];
        self.file.read_exact(&mut bytes).map_err(StoreError::io("read", self.path))?;
        self.at += size;
        self.pad(size)?;
        String::from_utf8(bytes).map_err(|_| self.wrong("a text that is not UTF-8".to_owned()))
    }

    fn skip(&mut self, size: u64) -> Result<(), StoreError> {
        let by = i64::try_from(size).unwrap_or(i64::MAX);
        self.file.seek_relative(by).map_err(StoreError::io("read", self.path))?;
        self.at += size;
        self.pad(size)
    }

    fn pad(&mut self, size: u64) -> Result<(), StoreError> {
        let mut rest = vec![0; padding(size)];
        if self.file.read_exact(&mut rest).is_err() {
            return Err(self.wrong("it ends here, cut short".to_owned()));
        }
        if let Some(at) = rest.iter().position(|&byte| byte != 0) {
            self.at += at as u64;
            return Err(self.wrong("the filling between members is not empty".to_owned()));
        }
        self.at += rest.len() as u64;
        Ok(())
    }
}
