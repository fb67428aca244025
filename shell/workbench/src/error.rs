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
        self.told("The others were worked on and what they gave is written.")
    }

    /// The end of a run in which no file gave anything.
    ///
    /// # Errors
    /// When any file could not be read.
    pub fn nothing(&self) -> Result<(), Error> {
        self.told(
            "Nothing was written. docs/formats.md has the formats with the columns they need.",
        )
    }

    fn told(&self, hint: &str) -> Result<(), Error> {
        let sentence = format!("{} of the files could not be read, as named above", self.0);
        if self.0 == 0 { Ok(()) } else { Err(Error::new(sentence, hint)) }
    }
}
