//! The vault as a folder: `vault/ab/cdef...`, each file named by the SHA-256 of its bytes.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use kernel::Digest;
use sha2::{Digest as _, Sha256};

use crate::error::StoreError;
use crate::references::Resting;
use crate::vault_store::{DigestStream, VaultObject, VaultReader, VaultStore};

/// Where objects are written before they are sealed; never read.
const UNSEALED: &str = "tmp";

/// What [`FolderVault::settle`] did.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Settled {
    /// Objects whose erasure was recorded and not yet carried out.
    pub erased: Vec<Digest>,
    /// Objects that no entry rests on.
    pub moved_out: Vec<Digest>,
}

/// A vault in a folder. An object is written aside, synced, renamed to its digest, and the folder
/// synced: a name that can be seen has all of its bytes.
#[derive(Debug)]
pub struct FolderVault {
    root: PathBuf,
    /// Counts the files written aside.
    written: u64,
}

impl FolderVault {
    /// Opens the vault in the folder `root` to read.
    ///
    /// # Errors
    /// When there is no such folder.
    pub fn open_reader(root: &Path) -> Result<Self, StoreError> {
        fs::read_dir(root).map_err(StoreError::io("open", root))?;
        Ok(Self { root: root.to_owned(), written: 0 })
    }

    /// Opens the vault in the folder `root` to write, creates it when there is none, and clears
    /// away what an interrupted writer left unsealed. Only for whoever holds the record's lock.
    ///
    /// # Errors
    /// When the folder cannot be made or cleared.
    pub fn open_writer(root: &Path) -> Result<Self, StoreError> {
        let unsealed = root.join(UNSEALED);
        if unsealed.exists() {
            fs::remove_dir_all(&unsealed).map_err(StoreError::io("clear", &unsealed))?;
        }
        fs::create_dir_all(&unsealed).map_err(StoreError::io("create", &unsealed))?;
        sync_folder(root)?;
        if let Some(parent) = root.parent().filter(|parent| *parent != Path::new("")) {
            sync_folder(parent)?;
        }
        Ok(Self { root: root.to_owned(), written: 0 })
    }

    /// Brings the vault in line with the record, when a writer starts: what was to be erased and
    /// is still there is erased, and what no entry rests on (sealed for a submission that was never
    /// acknowledged) is moved out of the vault, to `vault.spare` beside it, where anybody may delete
    /// it. It is not deleted here, so that nothing is lost by a mistake in `resting`.
    ///
    /// # Errors
    /// When the vault cannot be read or an object not moved or erased.
    pub fn settle(&mut self, resting: &Resting) -> Result<Settled, StoreError> {
        let all: Result<Vec<Digest>, _> = self.iter()?.collect();
        let mut settled = Settled::default();
        for digest in all? {
            if resting.erased().contains_key(&digest) {
                self.erase(&digest)?;
                settled.erased.push(digest);
            } else if !resting.needed().contains_key(&digest) {
                self.move_out(&digest)?;
                settled.moved_out.push(digest);
            }
        }
        Ok(settled)
    }

    fn move_out(&self, digest: &Digest) -> Result<(), StoreError> {
        let spare = self.root.with_extension("spare");
        fs::create_dir_all(&spare).map_err(StoreError::io("create", &spare))?;
        let path = self.path_of(digest);
        let moved = fs::rename(&path, spare.join(digest.to_string()));
        moved.map_err(StoreError::io("move out", &path))?;
        sync_folder(path.parent().unwrap_or(&self.root))
    }

    /// Where an object rests.
    #[must_use]
    pub fn path_of(&self, digest: &Digest) -> PathBuf {
        let name = digest.to_string();
        let (shard, rest) = name.split_at(2);
        self.root.join(shard).join(rest)
    }

    /// Writes `bytes` aside and syncs them; where they are and their digest.
    fn write_aside(&mut self, bytes: &mut dyn Read) -> Result<(PathBuf, Digest), StoreError> {
        self.written += 1;
        let aside = self.root.join(UNSEALED).join(self.written.to_string());
        let written = copy_hashing(bytes, &aside);
        if written.is_err() {
            // The failure to report is the first one; what remains is cleared at the next start.
            drop(fs::remove_file(&aside));
        }
        written.map(|digest| (aside, digest))
    }

    /// Gives a synced file its name. The folders to sync are added to `touched`.
    fn seal(
        &self,
        aside: &Path,
        digest: &Digest,
        touched: &mut BTreeSet<PathBuf>,
    ) -> Result<(), StoreError> {
        let path = self.path_of(digest);
        let shard = path.parent().unwrap_or(&self.root);
        match fs::create_dir(shard) {
            Ok(()) => {
                touched.insert(self.root.clone());
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(StoreError::io("create", shard)(error)),
        }
        // Renaming over an object of the same digest puts sound bytes in place of damaged ones.
        fs::rename(aside, &path).map_err(StoreError::io("seal", &path))?;
        touched.insert(shard.to_owned());
        Ok(())
    }

    fn shards(&self) -> Result<Vec<PathBuf>, StoreError> {
        let mut shards = list(&self.root)?;
        shards.retain(|path| path.file_name().is_none_or(|name| name != UNSEALED));
        Ok(shards)
    }
}

/// The paths in a folder, in order.
fn list(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let failed = |error| StoreError::io("list", folder)(error);
    let entries = fs::read_dir(folder).map_err(failed)?;
    let paths: io::Result<Vec<PathBuf>> = entries.map(|entry| Ok(entry?.path())).collect();
    let mut paths = paths.map_err(failed)?;
    paths.sort();
    Ok(paths)
}

/// The digest that a shard and a file in it spell.
fn digest_at(shard: &Path, path: &Path) -> Result<Digest, StoreError> {
    let stray = || StoreError::Stray { path: path.to_owned() };
    let name = |path: &Path| path.file_name().and_then(|name| name.to_str()).map(str::to_owned);
    let (first, rest) = name(shard).zip(name(path)).ok_or_else(stray)?;
    let kind = fs::symlink_metadata(path).map_err(StoreError::io("look at", path))?;
    if first.len() != 2 || !kind.is_file() {
        return Err(stray());
    }
    format!("{first}{rest}").parse().map_err(|_| stray())
}

fn sync_folder(folder: &Path) -> Result<(), StoreError> {
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(StoreError::io("sync", folder))
}

fn copy_hashing(bytes: &mut dyn Read, path: &Path) -> Result<Digest, StoreError> {
    let mut file = File::create(path).map_err(StoreError::io("create", path))?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let count = match bytes.read(&mut buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            read => read.map_err(StoreError::io("read what is to be sealed in", path))?,
        };
        if count == 0 {
            break;
        }
        hash.update(&buffer[..count]);
        file.write_all(&buffer[..count]).map_err(StoreError::io("write", path))?;
    }
    let mut permissions = file.metadata().map_err(StoreError::io("look at", path))?.permissions();
    permissions.set_readonly(true);
    let sealed = file.set_permissions(permissions).and_then(|()| file.sync_all());
    sealed.map_err(StoreError::io("sync", path))?;
    Ok(Digest(hash.finalize().into()))
}

impl VaultReader for FolderVault {
    fn open(&self, digest: &Digest) -> Result<VaultObject<'_>, StoreError> {
        let path = self.path_of(digest);
        let file = File::open(&path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => StoreError::Missing { digest: *digest, path: path.clone() },
            _ => StoreError::io("open", &path)(error),
        })?;
        let length = file.metadata().map_err(StoreError::io("look at", &path))?.len();
        Ok(VaultObject::new(*digest, path, length, file))
    }

    fn contains(&self, digest: &Digest) -> Result<bool, StoreError> {
        let path = self.path_of(digest);
        path.try_exists().map_err(StoreError::io("look at", &path))
    }

    fn iter(&self) -> Result<DigestStream<'_>, StoreError> {
        let shards = self.shards()?;
        Ok(Box::new(shards.into_iter().flat_map(|shard| {
            if !shard.is_dir() {
                return vec![Err(StoreError::Stray { path: shard })];
            }
            match list(&shard) {
                Ok(paths) => paths.iter().map(|path| digest_at(&shard, path)).collect(),
                Err(error) => vec![Err(error)],
            }
        })))
    }
}

impl VaultStore for FolderVault {
    fn put(&mut self, bytes: &mut dyn Read) -> Result<Digest, StoreError> {
        let (aside, digest) = self.write_aside(bytes)?;
        let mut touched = BTreeSet::new();
        self.seal(&aside, &digest, &mut touched)?;
        touched.iter().try_for_each(|folder| sync_folder(folder))?;
        Ok(digest)
    }

    fn put_many(&mut self, objects: &[&[u8]]) -> Result<Vec<Digest>, StoreError> {
        let mut touched = BTreeSet::new();
        let mut digests = Vec::with_capacity(objects.len());
        for object in objects {
            let (aside, digest) = self.write_aside(&mut &object[..])?;
            self.seal(&aside, &digest, &mut touched)?;
            digests.push(digest);
        }
        touched.iter().try_for_each(|folder| sync_folder(folder))?;
        Ok(digests)
    }

    fn erase(&mut self, digest: &Digest) -> Result<bool, StoreError> {
        let path = self.path_of(digest);
        match fs::remove_file(&path) {
            Ok(()) => sync_folder(path.parent().unwrap_or(&self.root)).map(|()| true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(StoreError::io("erase", &path)(error)),
        }
    }
}
