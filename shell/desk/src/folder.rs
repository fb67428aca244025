//! The layout of a house on disk.

use std::path::{Path, PathBuf};

use crate::error::Error;

/// A house's folder: `record.sqlite`, `vault/`, `keys/`. All else in it is derived and may be
/// deleted.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// A folder that holds a house.
    ///
    /// # Errors
    /// When it holds none.
    pub fn existing(path: &Path) -> Result<Self, Error> {
        let folder = Self(path.to_owned());
        if folder.record().is_file() {
            return Ok(folder);
        }
        let sentence = format!("{} holds no house", path.display());
        Err(Error::other(sentence, "Found one with `servanda init HOUSE --agreement DIR`."))
    }

    /// A folder in which a house can be founded: new, or empty.
    ///
    /// # Errors
    /// When something is there already, or the folder cannot be made.
    pub fn vacant(path: &Path) -> Result<Self, Error> {
        std::fs::create_dir_all(path).map_err(|error| Error::file("make", path, error))?;
        let mut entries =
            std::fs::read_dir(path).map_err(|error| Error::file("read", path, error))?;
        if entries.next().is_some() {
            let sentence = format!("{} is not empty", path.display());
            return Err(Error::other(sentence, "Found the house in a new folder."));
        }
        Ok(Self(path.to_owned()))
    }

    /// The folder itself.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }
    /// The record.
    #[must_use]
    pub fn record(&self) -> PathBuf {
        self.0.join("record.sqlite")
    }
    /// The vault.
    #[must_use]
    pub fn vault(&self) -> PathBuf {
        self.0.join("vault")
    }
}
