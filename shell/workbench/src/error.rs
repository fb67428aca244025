//! What can go wrong at the workbench, with what to do next.

use std::path::Path;

/// Why a run ended early.
#[derive(Debug, thiserror::Error)]
#[error("{sentence}")]
pub struct Error {
    /// What went wrong.
    pub sentence: String,
    /// What to do next.
    pub hint: String,
}

impl Error {
    /// An error in words.
    pub fn new(sentence: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { sentence: sentence.into(), hint: hint.into() }
    }

    /// A file that could not be read or written.
    #[must_use]
    pub fn file(doing: &str, path: &Path, error: &std::io::Error) -> Self {
        Self::new(
            format!("could not {doing} {}: {error}", path.display()),
            "Check the path and who may read and write there.",
        )
    }
}
