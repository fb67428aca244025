//! Two ways of saying no: a refusal of a whole submission, a problem with one line of it.

use serde::{Deserialize, Serialize};

/// The house says no. Every code is listed with its cause and cure in `docs/errors.md`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, thiserror::Error)]
#[error("{sentence}")]
pub struct Refusal {
    /// Stable, kebab-case, documented: `quorum-not-reached`.
    pub code: String,
    /// One sentence that a delegate can read.
    pub sentence: String,
    /// The article it rests on, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub article: Option<String>,
    /// What to do next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

impl Refusal {
    /// A refusal without article or hint.
    #[must_use]
    pub fn new(code: &str, sentence: impl Into<String>) -> Self {
        Self { code: code.to_owned(), sentence: sentence.into(), article: None, hint: None }
    }
    /// With the article it rests on.
    #[must_use]
    pub fn under(mut self, article: impl Into<String>) -> Self {
        self.article = Some(article.into());
        self
    }
    /// With what to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// One bad line: named, counted, and the rest is read.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Problem {
    /// Line in the submitted file, from 1; 0 when it concerns the whole file.
    pub line: u64,
    /// Stable, kebab-case, documented in `docs/errors.md`: `latitude-out-of-range`.
    pub code: String,
    /// What is wrong, with the offending words.
    pub reason: String,
}

impl Problem {
    /// A problem at `line` (from 1).
    #[must_use]
    pub fn new(line: u64, code: &str, reason: impl Into<String>) -> Self {
        Self { line, code: code.to_owned(), reason: reason.into() }
    }
}
