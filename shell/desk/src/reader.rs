//! A house opened for reading; a writer may be at work beside it.

use std::path::Path;

use stores::{FolderVault, SqliteRecord};

use crate::bulletin::Bulletin;
use crate::error::Error;
use crate::folder::Folder;
use crate::replay::{self, Replayed};

/// What a house shows, as of its last entry.
pub struct Reader {
    /// The record.
    pub log: SqliteRecord,
    /// The vault.
    pub vault: FolderVault,
    /// The house.
    pub replayed: Replayed,
    /// Its incidents.
    pub bulletin: Bulletin,
}

impl Reader {
    /// Opens the house in `path`.
    ///
    /// # Errors
    /// When there is none, or it cannot be read.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let folder = Folder::existing(path)?;
        let log = SqliteRecord::open_reader(&folder.record())?;
        let vault = FolderVault::open_reader(&folder.vault())?;
        let replayed = replay::replay(&log, &vault)?;
        let mut bulletin = Bulletin::default();
        bulletin.update(&log, &vault)?;
        Ok(Self { log, vault, replayed, bulletin })
    }
}
