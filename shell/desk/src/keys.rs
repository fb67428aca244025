//! Signing keys on disk: one file an identity, readable by its owner only.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use kernel::{Digest, Identity};
use record::{Algorithm, Signer};

use crate::error::Error;

/// Name of the file that holds the log's own key; the key itself is named as the log is (C2SP
/// tlog-checkpoint).
pub const LOG: &str = "log";

/// The folder of a house's signing keys. In a real house each office keeps its own elsewhere and
/// lays it here (or submits signed entries over HTTP); the exercise keeps them all together.
pub struct KeyFolder(PathBuf);

impl KeyFolder {
    /// The keys of the house in `house`.
    #[must_use]
    pub fn of(house: &Path) -> Self {
        Self(house.join("keys"))
    }

    fn path(&self, identity: &Identity) -> PathBuf {
        self.0.join(format!("{identity}.key"))
    }

    /// Reads an identity's key.
    ///
    /// # Errors
    /// When there is none, or it cannot be read.
    pub fn read(&self, identity: &Identity) -> Result<Signer, Error> {
        let path = self.path(identity);
        let text = fs::read_to_string(&path).map_err(|error| {
            if error.kind() == std::io::ErrorKind::NotFound {
                return Error::NoKey { identity: identity.clone(), folder: self.0.clone() };
            }
            Error::file("read the key", &path, error)
        })?;
        Signer::from_private_text(text.trim()).map_err(|error| Error::Key { path, error })
    }

    /// Writes a key, readable by its owner only; an existing one is never overwritten.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(&self, identity: &Identity, signer: &Signer) -> Result<(), Error> {
        let path = self.path(identity);
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let written =
            fs::create_dir_all(&self.0).and_then(|()| options.open(&path)).and_then(|mut file| {
                writeln!(file, "{}", signer.private_text()).and_then(|()| file.sync_all())
            });
        written.map_err(|error| Error::file("write the key", &path, error))
    }
}

/// A new key from the machine's random source.
///
/// # Errors
/// When the machine has none to give, or the name cannot name a key.
pub fn random(name: &str) -> Result<Signer, Error> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|error| Error::NoRandomness(error.to_string()))?;
    from_seed(name, &seed)
}

/// The key an exercise gives `name` under a seed: the same seed gives the same record to the byte.
///
/// # Errors
/// When the name cannot name a key.
pub fn of_exercise(name: &str, seed: u64) -> Result<Signer, Error> {
    from_seed(name, &Digest::of(format!("servanda exercise key {seed} {name}").as_bytes()).0)
}

fn from_seed(name: &str, seed: &[u8; 32]) -> Result<Signer, Error> {
    Signer::from_seed(name, Algorithm::Ed25519, seed)
        .map_err(|error| Error::Key { path: PathBuf::from(name), error })
}
