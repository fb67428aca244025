//! What can go wrong where bytes rest: every error names the file and what to do.

use std::io;
use std::path::{Path, PathBuf};

use kernel::Digest;

/// The world failed. `Display` is one layer; [`StoreError::chain`] is the whole story.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A file operation failed.
    #[error("cannot {doing} {path}")]
    Io {
        /// What was tried, as a verb: `write`, `sync`.
        doing: &'static str,
        /// On which file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The data base failed.
    #[error("cannot {doing} {path}")]
    Sqlite {
        /// What was tried, as a verb.
        doing: &'static str,
        /// Which data base.
        path: PathBuf,
        /// What SQLite said.
        source: rusqlite::Error,
    },
    /// Another process writes to this record.
    #[error("{path} is held by {holder}: stop that process first; reading needs no lock")]
    Locked {
        /// The lock file.
        path: PathBuf,
        /// Who holds it.
        holder: String,
    },
    /// A file is not what its place says it is.
    #[error("{path}: {what}")]
    Form {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// A position that should hold an entry holds none.
    #[error("{path}: entry {position} is missing")]
    Gap {
        /// Which record.
        path: PathBuf,
        /// Which position.
        position: u64,
    },
    /// The record is shorter than a checkpoint that was signed over it.
    #[error("{path}: a checkpoint was signed over {signed} entries and {here} are here")]
    Cut {
        /// The file with the checkpoint.
        path: PathBuf,
        /// Entries signed over.
        signed: u64,
        /// Entries here.
        here: u64,
    },
    /// The vault does not hold an object.
    #[error("{path}: the vault object {digest} is missing")]
    Missing {
        /// Which object.
        digest: Digest,
        /// Where it should be.
        path: PathBuf,
    },
    /// An object's bytes are not those that were sealed.
    #[error("{path}: the vault object {digest} is damaged: its bytes have the digest {found}")]
    Damaged {
        /// Which object.
        digest: Digest,
        /// The digest of what is there.
        found: Digest,
        /// Where it is.
        path: PathBuf,
    },
    /// Something lies where only sealed objects belong.
    #[error("{path} does not belong in the vault")]
    Stray {
        /// What lies there.
        path: PathBuf,
    },
    /// There is nothing signed to export.
    #[error("the record has no signed checkpoint yet: sign one first")]
    NoCheckpoint,
    /// An entry that cannot be read or is too long to be kept.
    #[error("entry {position} cannot be kept")]
    Entry {
        /// Its position.
        position: u64,
        /// What is wrong with it.
        source: record::EntryError,
    },
}

impl StoreError {
    /// For `map_err`: the operation and the file that an I/O error is about.
    pub(crate) fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { doing, path: path.to_owned(), source }
    }

    /// For `map_err`: the operation and the data base that an SQLite error is about.
    pub(crate) fn sqlite(doing: &'static str, path: &Path) -> impl FnOnce(rusqlite::Error) -> Self {
        move |source| Self::Sqlite { doing, path: path.to_owned(), source }
    }

    /// Whether there was no room: the disk, the quota or the file size limit.
    #[must_use]
    pub fn is_full(&self) -> bool {
        use io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull, WriteZero};
        match self {
            Self::Io { source, .. } => {
                matches!(source.kind(), StorageFull | QuotaExceeded | FileTooLarge | WriteZero)
            }
            Self::Sqlite { source, .. } => source.sqlite_error().is_some_and(|error| {
                // SQLite reports a file size limit as a failed write, and a full disk as such.
                error.code == rusqlite::ErrorCode::DiskFull
                    || error.extended_code == rusqlite::ffi::SQLITE_IOERR_WRITE
            }),
            _ => false,
        }
    }

    /// What to do next, where that is known.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        if self.is_full() {
            return Some(
                "there is no room: free some there and submit again; nothing of this submission \
                 was taken in, and what was acknowledged before is safe",
            );
        }
        match self {
            Self::Cut { .. } => Some(
                "appending now would sign a second history: restore the record from a copy or an \
                 export that has them",
            ),
            Self::Damaged { .. } | Self::Gap { .. } | Self::Missing { .. } => {
                Some("restore it from an export or a copy; the record itself shows what it must be")
            }
            Self::Stray { .. } => Some("move it elsewhere"),
            Self::Locked { .. } => Some("wait until it is done, or hand this to that process"),
            _ => None,
        }
    }

    /// The error with everything beneath it and the hint, in one line.
    #[must_use]
    pub fn chain(&self) -> String {
        let mut text = self.to_string();
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            text = format!("{text}: {error}");
            cause = error.source();
        }
        self.hint().map_or(text.clone(), |hint| format!("{text} ({hint})"))
    }
}
