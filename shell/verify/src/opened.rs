//! Where a record rests: a house's folder or an export file, opened only for reading.

use std::fmt;
use std::path::{Path, PathBuf};

use desk::Folder;
use stores::{Export, FolderVault, RecordReader, SqliteRecord, StoreError, VaultReader};

/// A place that may hold a record. It is opened twice: to walk along it, and to read ahead.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Resting {
    /// A house's record and vault.
    House {
        /// The record.
        record: PathBuf,
        /// The vault.
        vault: PathBuf,
    },
    /// An export.
    Export(PathBuf),
}

/// There is neither a house nor a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NotOpened(pub PathBuf);

impl fmt::Display for NotOpened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is neither a house nor an export", self.0.display())
    }
}

impl Resting {
    /// What rests at `path`.
    ///
    /// # Errors
    /// When there is nothing of either kind.
    pub fn at(path: &Path) -> Result<Self, NotOpened> {
        if path.is_file() {
            return Ok(Self::Export(path.to_owned()));
        }
        let folder = Folder::existing(path).map_err(|_| NotOpened(path.to_owned()))?;
        Ok(Self::House { record: folder.record(), vault: folder.vault() })
    }

    /// Opens the vault alone.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn open_vault(&self) -> Result<Box<dyn VaultReader>, StoreError> {
        Ok(match self {
            Self::House { vault, .. } => Box::new(FolderVault::open_reader(vault)?),
            Self::Export(path) => Box::new(Export::open(path)?),
        })
    }
}

/// A record and a vault opened for reading.
pub enum Opened {
    /// Of a house.
    House(SqliteRecord, FolderVault),
    /// Of an export.
    Export(Export),
}

impl Opened {
    /// Opens both.
    ///
    /// # Errors
    /// When they cannot be read, or an export's frame is not what it must be.
    pub fn open(resting: &Resting) -> Result<Self, StoreError> {
        Ok(match resting {
            Resting::House { record, vault } => {
                Self::House(SqliteRecord::open_reader(record)?, FolderVault::open_reader(vault)?)
            }
            Resting::Export(path) => Self::Export(Export::open(path)?),
        })
    }
    /// The record.
    #[must_use]
    pub fn record(&self) -> &dyn RecordReader {
        match self {
            Self::House(record, _) => record,
            Self::Export(export) => export,
        }
    }
    /// The vault.
    #[must_use]
    pub fn vault(&self) -> &dyn VaultReader {
        match self {
            Self::House(_, vault) => vault,
            Self::Export(export) => export,
        }
    }
}
