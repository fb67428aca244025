//! The contract of every vault: sealed bytes by SHA-256, never altered, seldom erased.

use std::io::{self, Read};
use std::path::PathBuf;

use kernel::Digest;
use sha2::{Digest as _, Sha256};

use crate::error::StoreError;

/// The digests of all objects, in order.
pub type DigestStream<'a> = Box<dyn Iterator<Item = Result<Digest, StoreError>> + 'a>;

/// What can be read of a vault, whether it rests in a house or in an export.
pub trait VaultReader {
    /// Opens an object for reading.
    ///
    /// # Errors
    /// When it is not there or cannot be opened.
    fn open(&self, digest: &Digest) -> Result<VaultObject<'_>, StoreError>;

    /// Whether an object is there; says nothing of its bytes.
    ///
    /// # Errors
    /// When the vault cannot be read.
    fn contains(&self, digest: &Digest) -> Result<bool, StoreError>;

    /// All objects in order of digest; anything else that lies in the vault is an error.
    ///
    /// # Errors
    /// When the vault cannot be read.
    fn iter(&self) -> Result<DigestStream<'_>, StoreError>;

    /// The whole of an object, its digest checked.
    ///
    /// # Errors
    /// When it is missing, damaged or cannot be read.
    fn get(&self, digest: &Digest) -> Result<Vec<u8>, StoreError> {
        self.open(digest)?.read_whole()
    }

    /// Reads all of an object in constant memory to check its digest; its length.
    ///
    /// # Errors
    /// When it is missing, damaged or cannot be read.
    fn check(&self, digest: &Digest) -> Result<u64, StoreError> {
        self.open(digest)?.check()
    }
}

/// A vault that takes objects in. One writer at a time: whoever holds the record's lock.
pub trait VaultStore: VaultReader {
    /// Takes in what `bytes` gives, in constant memory. Durable when this returns.
    ///
    /// # Errors
    /// When it cannot be read or made durable; nothing half-written is ever visible.
    fn put(&mut self, bytes: &mut dyn Read) -> Result<Digest, StoreError>;

    /// Takes in several objects, made durable together. Their digests, in the same order.
    ///
    /// # Errors
    /// When they cannot be made durable; some of them may then be there, none of them half.
    fn put_many(&mut self, objects: &[&[u8]]) -> Result<Vec<Digest>, StoreError>;

    /// Erases an object; whether it was there. The record must say so first.
    ///
    /// # Errors
    /// When it cannot be erased.
    fn erase(&mut self, digest: &Digest) -> Result<bool, StoreError>;
}

/// An object being read; reading its last byte checks the digest of all of them.
pub struct VaultObject<'a> {
    digest: Digest,
    path: PathBuf,
    length: u64,
    bytes: Box<dyn Read + 'a>,
    so_far: Sha256,
}

impl<'a> VaultObject<'a> {
    /// The object `digest` at `path`, whose `length` bytes come from `bytes`.
    pub(crate) fn new(digest: Digest, path: PathBuf, length: u64, bytes: impl Read + 'a) -> Self {
        Self { digest, path, length, bytes: Box::new(bytes), so_far: Sha256::new() }
    }

    /// How many bytes it has.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Reads all of it.
    ///
    /// # Errors
    /// When it is damaged or cannot be read.
    pub fn read_whole(mut self) -> Result<Vec<u8>, StoreError> {
        let mut whole = Vec::with_capacity(usize::try_from(self.length).unwrap_or(0));
        let read = self.bytes.read_to_end(&mut whole);
        read.map_err(StoreError::io("read", &self.path))?;
        self.so_far.update(&whole);
        self.refuse_damage()?;
        Ok(whole)
    }

    /// Reads all of it in constant memory to check its digest; its length.
    ///
    /// # Errors
    /// When it is damaged or cannot be read.
    pub fn check(mut self) -> Result<u64, StoreError> {
        let mut buffer = vec![0; 1 << 16];
        let mut length = 0;
        loop {
            let count = self.bytes.read(&mut buffer).map_err(StoreError::io("read", &self.path))?;
            if count == 0 {
                return self.refuse_damage().map(|()| length);
            }
            self.so_far.update(&buffer[..count]);
            length += count as u64;
        }
    }

    fn refuse_damage(&self) -> Result<(), StoreError> {
        let found = Digest(self.so_far.clone().finalize().into());
        if found == self.digest {
            return Ok(());
        }
        Err(StoreError::Damaged { digest: self.digest, found, path: self.path.clone() })
    }
}

impl Read for VaultObject<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.bytes.read(buffer)?;
        self.so_far.update(&buffer[..count]);
        if count == 0 && !buffer.is_empty() {
            self.refuse_damage()
                .map_err(|damage| io::Error::new(io::ErrorKind::InvalidData, damage))?;
        }
        Ok(count)
    }
}
