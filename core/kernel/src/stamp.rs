//! When, by whom and where on the record: what every entry carries and every decision is told.

use serde::{Deserialize, Serialize};

use crate::fact::FactBook;
use crate::party::Identity;
use crate::time::Time;

/// The circumstances of an entry.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Stamp {
    /// Position on the record, from 0.
    pub position: u64,
    /// When the record took it in (when it was known).
    pub at: Time,
    /// Who submitted it.
    pub by: Identity,
}

/// What a pillar is told when it decides: the circumstances, and the facts.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// Who asks, and the record's time. `position` is where the next entry would stand.
    pub stamp: &'a Stamp,
    /// All facts stated so far.
    pub facts: &'a FactBook,
}
