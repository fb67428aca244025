//! Where bytes rest: the record in SQLite, the vault in a folder, both in one export file.
//!
//! One contract ([`RecordStore`], [`VaultStore`]) and one conformance suite for every store; what
//! reads a house also reads an export, so that a verifier works on either.

pub mod check;
pub mod error;
pub mod export;
pub mod folder;
pub mod lock;
pub mod mark;
pub mod memory;
pub mod open_export;
pub mod record_store;
pub mod references;
pub mod sqlite;
pub mod ustar;
pub mod vault_store;

pub use check::{FirstWrong, Reading, Summary, TrustedKeys, Witnessing, Wrong, check_record};
pub use error::StoreError;
pub use export::{Exported, export};
pub use folder::{FolderVault, Settled};
pub use memory::{MemoryRecord, MemoryVault};
pub use open_export::Export;
pub use record_store::{CheckpointKind, EntryStream, RecordReader, RecordStore, StoredEntry};
pub use references::{References, Resting};
pub use sqlite::SqliteRecord;
pub use vault_store::{DigestStream, VaultObject, VaultReader, VaultStore};
