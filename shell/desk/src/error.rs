//! What can go wrong, said once at the edge, with what to do next and the exit code.

use std::io;
use std::path::{Path, PathBuf};

use kernel::{Identity, Refusal};
use record::KeyError;

/// Everything that ends a command early.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The house says no.
    #[error("{0}")]
    Refused(#[from] Refusal),
    /// A file could not be read or written.
    #[error("could not {doing} {}: {error}", path.display())]
    File {
        /// What was being done: `read`, `write`.
        doing: &'static str,
        /// Which file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// A key file does not hold a key.
    #[error("the key in {} cannot be used: {error}", path.display())]
    Key {
        /// Which file.
        path: PathBuf,
        /// Why.
        error: KeyError,
    },
    /// There is no key for an identity.
    #[error("there is no key of `{identity}` in {}", folder.display())]
    NoKey {
        /// Whose key.
        identity: Identity,
        /// Where it was looked for.
        folder: PathBuf,
    },
    /// The machine gave no randomness.
    #[error("the machine gave no random bytes for a key: {0}")]
    NoRandomness(String),
    /// The store failed.
    #[error("{0}")]
    Store(#[from] stores::StoreError),
    /// An entry could not be made or read.
    #[error("{0}")]
    Entry(#[from] record::EntryError),
    /// Anything else, in a sentence.
    #[error("{sentence}")]
    Other {
        /// What went wrong.
        sentence: String,
        /// What to do next.
        hint: String,
    },
    /// Lines had problems, and none were to be had.
    #[error("{0} lines had problems; each is named above")]
    Problems(u64),
    /// Wrong words on the command line.
    #[error("{0}")]
    Usage(String),
}

impl Error {
    /// A file error that names the file.
    pub fn file(doing: &'static str, path: &Path, error: io::Error) -> Self {
        Self::File { doing, path: path.to_owned(), error }
    }

    /// Anything else, with what to do next.
    pub fn other(sentence: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Other { sentence: sentence.into(), hint: hint.into() }
    }

    /// The whole story, cause by cause.
    #[must_use]
    pub fn whole(&self) -> String {
        match self {
            Self::Store(error) => error.chain(),
            other => other.to_string(),
        }
    }

    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Refused(refusal) => refusal.hint.clone(),
            Self::File { error, .. } if error.kind() == io::ErrorKind::StorageFull => Some(
                "Free some space and submit again: what was acknowledged is safe, and what was not is not there.".into(),
            ),
            Self::File { error, .. } if error.kind() == io::ErrorKind::NotFound => {
                Some("Check the path.".into())
            }
            Self::NoKey { identity, .. } => Some(format!(
                "Lay the key of `{identity}` there, or choose another identity with --as."
            )),
            Self::Other { hint, .. } if !hint.is_empty() => Some(hint.clone()),
            Self::Store(error) => error.hint().map(|hint| hint.to_string()),
            _ => None,
        }
    }

    /// The exit code, as `servanda --help` lists them.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::Refused(_) => 3,
            Self::Problems(_) => 4,
            _ => 1,
        }
    }
}
