//! What a reader is told, what it hands back, and what it says of a line it cannot read.

use kernel::{PartyId, Problem, SourceId, Time};
use watch::Observation;

/// What a reader is told beside the bytes. The same bytes and the same context give the same
/// reading, whenever and wherever they are read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReadContext {
    /// The source that the bytes come from.
    pub source: SourceId,
    /// When the bytes were submitted: nothing can have happened much later.
    pub received: Time,
    /// The header line, when the bytes are a later part of a split file and do not begin with it.
    pub header: Option<String>,
    /// Line in the submitted file at which the bytes begin, from 1.
    pub first_line: u64,
    /// The party that files the bytes, for a party's own log.
    pub claimant: Option<PartyId>,
}

impl ReadContext {
    /// The context of a whole file of `source`, submitted at `received`.
    #[must_use]
    pub fn whole(source: SourceId, received: Time) -> Self {
        Self { source, received, header: None, first_line: 1, claimant: None }
    }
}

/// What a reader made of the bytes.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Reading {
    /// In the order of their lines; a line may hold several.
    pub observations: Vec<Observation>,
    /// One for each line that could not be read; line 0 when it concerns the whole file.
    pub problems: Vec<Problem>,
    /// Lines in the bytes. Unless the whole file was refused, each is a header, blank, read into
    /// observations, or named by a problem (a quoted record counts all its lines).
    pub lines: u64,
}

impl Reading {
    /// Nothing was read: the whole file has a problem.
    #[must_use]
    pub fn refused(fault: Fault) -> Self {
        Self { problems: vec![fault.at(0)], ..Self::default() }
    }
}

/// Why a line could not be read, before it is known which line it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fault {
    /// Stable code, listed in `docs/errors.md`.
    pub code: &'static str,
    /// What is wrong, with the offending words.
    pub reason: String,
}

impl Fault {
    /// A fault with its stable code.
    #[must_use]
    pub fn new(code: &'static str, reason: impl Into<String>) -> Self {
        Self { code, reason: reason.into() }
    }
    /// The problem at `line`.
    #[must_use]
    pub fn at(self, line: u64) -> Problem {
        Problem::new(line, self.code, self.reason)
    }
}

/// The offending words as they may be shown: text, at most 60 characters of it.
#[must_use]
pub fn shown(words: &[u8]) -> String {
    let text = String::from_utf8_lossy(words);
    let mut short: String = text.trim().chars().take(60).collect();
    if short.len() < text.trim().len() {
        short.push('…');
    }
    short
}
