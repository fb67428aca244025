//! A house on disk and the single writer that keeps it: found, submit, replay, read.

pub mod bulk;
pub mod bulletin;
pub mod doubts;
pub mod error;
pub mod folder;
pub mod found;
pub mod ingest;
pub mod keys;
mod late_description;
pub mod reader;
pub mod replay;
pub mod writer;

pub use bulletin::Bulletin;
pub use error::Error;
pub use folder::Folder;
pub use reader::Reader;
pub use replay::Replayed;
pub use writer::{Desk, Receipt};
