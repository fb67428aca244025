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

/// Files among several that could not be read, while the rest was worked on.
#[derive(Debug, Default)]
pub struct Unread(u64);

impl Unread {
    /// What came of a file; why it could not be read is told on standard error.
    pub fn note<T>(&mut self, outcome: Result<T, Error>) -> Option<T> {
        outcome
            .inspect_err(|error| {
                eprintln!("{error}. {}", error.hint);
                self.0 += 1;
            })
            .ok()
    }

    /// The end of a run that has done what it could.
    ///
    /// # Errors
    /// When any file could not be read.
    pub fn end(&self) -> Result<(), Error> {
        match self.0 {
            0 => Ok(()),
            count => Err(Error::new(
                format!("{count} of the files could not be read, as named above"),
                "The rest was worked on and is written. Run it again over all when those can be read.",
            )),
        }
    }
}
