//! The record in one SQLite file: WAL, one fsync a group commit, many readers beside one writer.

use std::ops::Range;
use std::path::{Path, PathBuf};

use kernel::Digest;
use rusqlite::{Connection, OpenFlags, OptionalExtension, params};

use crate::error::StoreError;
use crate::lock::WriterLock;
use crate::mark::Mark;
use crate::record_store::{
    CheckpointKind, EntryStream, RecordReader, RecordStore, StoredEntry, stored,
};

/// `SERV`, in the file's header, so that `file` and we know what it is.
const APPLICATION_ID: i64 = 0x5345_5256;
/// Version of the tables below.
const SCHEMA_VERSION: i64 = 1;
const SCHEMA: &str = "
    CREATE TABLE entry (position INTEGER PRIMARY KEY, bytes BLOB NOT NULL, leaf BLOB NOT NULL) STRICT;
    CREATE TABLE checkpoint (kind TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT, WITHOUT ROWID;
    PRAGMA application_id = 1397051990;
    PRAGMA user_version = 1;";
/// Entries fetched at once when reading: at most 16 MB, usually some 100 kB.
const PAGE_ENTRIES: u64 = 256;

/// A record in an SQLite file.
#[derive(Debug)]
pub struct SqliteRecord {
    path: PathBuf,
    connection: Connection,
    /// Held by a writer, absent in a reader.
    lock: Option<WriterLock>,
}

impl SqliteRecord {
    /// Opens the record at `path` as its one writer, and creates it when there is none.
    ///
    /// # Errors
    /// [`StoreError::Locked`] when another writer has it, [`StoreError::Cut`] when entries are gone
    /// that a checkpoint was signed over; otherwise when it cannot be opened or is not a record.
    pub fn open_writer(path: &Path) -> Result<Self, StoreError> {
        let lock = WriterLock::take(&path.with_extension("lock"))?;
        let failed = |source| StoreError::sqlite("open", path)(source);
        let connection = Connection::open(path).map_err(failed)?;
        let settings = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
                        PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF;";
        connection.execute_batch(settings).map_err(failed)?;
        let mut opened = Self { path: path.to_owned(), connection, lock: Some(lock) };
        opened.create_tables()?;
        opened.refuse_other_files()?;
        Mark::of(path).refuse_cut(opened.size()?)?;
        sync_folder_of(path)?;
        Ok(opened)
    }

    /// Opens the record at `path` to read; a writer may be at work meanwhile.
    ///
    /// # Errors
    /// When it is not there, cannot be opened, or is not a record.
    pub fn open_reader(path: &Path) -> Result<Self, StoreError> {
        std::fs::metadata(path).map_err(StoreError::io("open", path))?;
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let open = |name: &str, flags| {
            let connection = Connection::open_with_flags(name, flags)?;
            connection
                .execute_batch("PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF;")?;
            connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
            Ok(connection)
        };
        let name = path.to_string_lossy();
        let connection = open(&name, flags).or_else(|error| {
            // On a read-only disk WAL cannot set up its shared memory. A record that was closed
            // in good order has no log beside it, so nothing is missed by reading the file alone.
            let log = PathBuf::from(format!("{name}-wal"));
            if log.exists() {
                Err(error)
            } else {
                open(&immutable_uri(path), flags | OpenFlags::SQLITE_OPEN_URI)
            }
        });
        let connection = connection.map_err(StoreError::sqlite("open", path))?;
        let opened = Self { path: path.to_owned(), connection, lock: None };
        opened.refuse_other_files()?;
        Ok(opened)
    }

    fn create_tables(&mut self) -> Result<(), StoreError> {
        let failed = |source| StoreError::sqlite("create the tables of", &self.path)(source);
        let count = "SELECT count(*) FROM sqlite_schema";
        let tables: i64 = self.connection.query_row(count, [], |row| row.get(0)).map_err(failed)?;
        if tables > 0 {
            return Ok(());
        }
        let creation = self.connection.transaction().map_err(failed)?;
        creation.execute_batch(SCHEMA).map_err(failed)?;
        creation.commit().map_err(failed)
    }

    fn refuse_other_files(&self) -> Result<(), StoreError> {
        let pragma = |name| {
            let value = self.connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
            value.map_err(StoreError::sqlite("read the header of", &self.path))
        };
        let what = match (pragma("application_id")?, pragma("user_version")?) {
            (APPLICATION_ID, SCHEMA_VERSION) => return Ok(()),
            (APPLICATION_ID, version) => {
                format!("a record of version {version}; this program reads version 1")
            }
            _ => "an SQLite file, but not a record".to_owned(),
        };
        Err(StoreError::Form { path: self.path.clone(), what })
    }

    fn page(&self, positions: Range<u64>) -> Result<Vec<StoredEntry>, StoreError> {
        let page = || -> rusqlite::Result<Vec<StoredEntry>> {
            let mut select = self.connection.prepare_cached(
                "SELECT position, bytes, leaf FROM entry WHERE position >= ?1 AND position < ?2
                 ORDER BY position",
            )?;
            let rows = select.query_map(
                params![as_sql(positions.start), as_sql(positions.end)],
                |row| {
                    let position = u64::try_from(row.get::<_, i64>(0)?).unwrap_or(u64::MAX);
                    Ok(StoredEntry { position, bytes: row.get(1)?, leaf: Digest(row.get(2)?) })
                },
            )?;
            rows.collect()
        };
        page().map_err(StoreError::sqlite("read entries of", &self.path))
    }

    /// One transaction, so one fsync (SQLite syncs the log once a commit with `synchronous=FULL`).
    fn write(
        &mut self,
        entries: &[StoredEntry],
        checkpoint: Option<(CheckpointKind, &str)>,
    ) -> rusqlite::Result<()> {
        let transaction = self.connection.transaction()?;
        let mut insert = transaction
            .prepare_cached("INSERT INTO entry (position, bytes, leaf) VALUES (?1, ?2, ?3)")?;
        for entry in entries {
            insert.execute(params![as_sql(entry.position), entry.bytes, entry.leaf.0])?;
        }
        drop(insert);
        if let Some((kind, text)) = checkpoint {
            let replace = "INSERT OR REPLACE INTO checkpoint (kind, text) VALUES (?1, ?2)";
            transaction.execute(replace, params![kind_name(kind), text])?;
        }
        transaction.commit()
    }

    fn refuse_reader(&self) -> Result<(), StoreError> {
        if self.lock.is_some() {
            return Ok(());
        }
        let what = "opened to read; only a writer appends".to_owned();
        Err(StoreError::Form { path: self.path.clone(), what })
    }
}

/// SQLite's whole numbers are signed; no record reaches 2^63.
fn as_sql(position: u64) -> i64 {
    i64::try_from(position).unwrap_or(i64::MAX)
}

fn kind_name(kind: CheckpointKind) -> &'static str {
    match kind {
        CheckpointKind::Latest => "latest",
        CheckpointKind::Witnessed => "witnessed",
    }
}

/// A file name as SQLite URI, with the promise that nobody changes the file.
fn immutable_uri(path: &Path) -> String {
    let escaped: String = path
        .to_string_lossy()
        .chars()
        .map(|c| match c {
            '%' => "%25".to_owned(),
            '?' => "%3f".to_owned(),
            '#' => "%23".to_owned(),
            other => other.to_string(),
        })
        .collect();
    format!("file:{escaped}?immutable=1")
}

/// Makes the names in the folder of `path` durable.
fn sync_folder_of(path: &Path) -> Result<(), StoreError> {
    let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    let synced = std::fs::File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(StoreError::io("sync", folder))
}

impl RecordReader for SqliteRecord {
    fn size(&self) -> Result<u64, StoreError> {
        let last = "SELECT max(position) FROM entry";
        let last = self.connection.query_row(last, [], |row| row.get::<_, Option<i64>>(0));
        let last = last.map_err(StoreError::sqlite("read the size of", &self.path))?;
        Ok(last.map_or(0, |last| u64::try_from(last).unwrap_or(0) + 1))
    }

    fn read(&self, positions: Range<u64>) -> Result<EntryStream<'_>, StoreError> {
        let end = positions.end.min(self.size()?);
        let starts = (positions.start..end).step_by(PAGE_ENTRIES as usize);
        Ok(Box::new(starts.flat_map(move |start| {
            let wanted = start..(start + PAGE_ENTRIES).min(end);
            let page = match self.page(wanted.clone()) {
                Ok(page) => page,
                Err(error) => return vec![Err(error)],
            };
            let mut found = page.into_iter().peekable();
            let next = |position| {
                let entry = found.next_if(|entry| entry.position == position);
                entry.ok_or_else(|| StoreError::Gap { path: self.path.clone(), position })
            };
            wanted.map(next).collect()
        })))
    }

    /// The mark's when it is newer: then the data base was cut, and a verifier must notice.
    fn checkpoint(&self, kind: CheckpointKind) -> Result<Option<String>, StoreError> {
        let select = "SELECT text FROM checkpoint WHERE kind = ?1";
        let text = self.connection.query_row(select, [kind_name(kind)], |row| row.get(0));
        let failed = StoreError::sqlite("read the checkpoint of", &self.path);
        let text: Option<String> = text.optional().map_err(failed)?;
        match kind {
            CheckpointKind::Latest => Mark::of(&self.path).newer_than(text),
            CheckpointKind::Witnessed => Ok(text),
        }
    }

    fn leaves(&self) -> Result<Vec<Digest>, StoreError> {
        let leaves = || -> rusqlite::Result<Vec<Digest>> {
            let mut select = self.connection.prepare("SELECT leaf FROM entry ORDER BY position")?;
            select.query_map([], |row| row.get(0).map(Digest))?.collect()
        };
        leaves().map_err(StoreError::sqlite("read the leaf hashes of", &self.path))
    }
}

impl RecordStore for SqliteRecord {
    fn commit(&mut self, entries: &[Vec<u8>], checkpoint: Option<&str>) -> Result<u64, StoreError> {
        self.refuse_reader()?;
        let first = self.size()?;
        let numbered = (first..).zip(entries);
        let new: Result<Vec<_>, _> = numbered.map(|(at, bytes)| stored(at, bytes)).collect();
        let latest = checkpoint.map(|text| (CheckpointKind::Latest, text));
        let written = self.write(&new?, latest);
        written.map_err(StoreError::sqlite("append to", &self.path))?;
        // What is committed stays acknowledged even where there is no room left for its mark.
        if let Some(text) = checkpoint {
            drop(Mark::of(&self.path).write(text));
        }
        Ok(first)
    }

    fn keep_witnessed(&mut self, checkpoint: &str) -> Result<(), StoreError> {
        self.refuse_reader()?;
        let written = self.write(&[], Some((CheckpointKind::Witnessed, checkpoint)));
        written.map_err(StoreError::sqlite("write the checkpoint of", &self.path))
    }
}
