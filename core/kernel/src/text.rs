//! Texts people wrote and the mistakes in them, each with the words to underline.

use std::collections::BTreeMap;
use std::ops::Range;

/// A range of bytes in one file of an agreement.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Span {
    /// File name relative to the agreement's folder, with `/` between folders.
    pub file: String,
    /// Bytes from the start of the file.
    pub bytes: Range<usize>,
}

/// A mistake in an agreement's text. All are gathered before any is shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mistake {
    /// Which words to underline.
    pub span: Span,
    /// What is wrong with them.
    pub message: String,
    /// What to write instead, where that is known.
    pub hint: Option<String>,
}

impl Mistake {
    /// A mistake in `file` at `bytes`.
    #[must_use]
    pub fn new(file: &str, bytes: Range<usize>, message: impl Into<String>) -> Self {
        let span = Span { file: file.to_owned(), bytes };
        Self { span, message: message.into(), hint: None }
    }
    /// With what to write instead.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// The files of an agreement by relative name. The founding entry names the digest of each, and
/// the vault keeps their bytes.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct SourceText(pub BTreeMap<String, String>);

impl SourceText {
    /// The text of one file.
    #[must_use]
    pub fn file(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}
