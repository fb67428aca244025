//! One writer at a time: a locked file that says who holds it.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

use crate::error::StoreError;

/// Held while a record is open for writing; the system lets go of it when the process ends, however
/// it ends.
#[derive(Debug)]
pub struct WriterLock(#[expect(dead_code, reason = "dropping the file releases the lock")] File);

impl WriterLock {
    /// Takes the lock file at `path`.
    ///
    /// # Errors
    /// [`StoreError::Locked`] with the holder's name when another writer has it.
    pub fn take(path: &Path) -> Result<Self, StoreError> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let mut file = options.open(path).map_err(StoreError::io("open the lock", path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let read = file.read_to_string(&mut holder);
                let holder = read.ok().map(|_| holder.trim().to_owned());
                let holder = holder.filter(|holder| !holder.is_empty());
                return Err(StoreError::Locked {
                    path: path.to_owned(),
                    holder: holder.unwrap_or_else(|| "another process".to_owned()),
                });
            }
            Err(TryLockError::Error(error)) => return Err(StoreError::io("lock", path)(error)),
        }
        let program = std::env::current_exe().ok();
        let program = program.as_deref().and_then(Path::file_name);
        let program = program.map_or("unknown".into(), |name| name.to_string_lossy());
        let holder = format!("process {} ({program})\n", std::process::id());
        let written = file.set_len(0).and_then(|()| file.rewind());
        let written = written.and_then(|()| file.write_all(holder.as_bytes()));
        written.map_err(StoreError::io("write the lock", path))?;
        Ok(Self(file))
    }
}
