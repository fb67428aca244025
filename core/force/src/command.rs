//! What contributors may ask of this pillar.

use guarantees::ObligationId;
use kernel::Time;
use serde::{Deserialize, Serialize};

use crate::contribution::{Contribution, Readiness};
use crate::entry::MovementKind;

/// One command. Each state speaks for its own contributions.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "command")]
#[allow(missing_docs, reason = "fields are named as in the entries that follow")]
pub enum Command {
    /// Offer something new.
    OfferContribution { contribution: Box<Contribution> },
    /// Put new figures or limits in the place of old ones.
    ReviseContribution { contribution: Box<Contribution> },
    /// Take an offer back.
    WithdrawContribution { contribution: String, reason: String },
    /// State how ready it is, and when that was verified.
    StateReadiness { contribution: String, readiness: Readiness, verified: Option<Time> },
    /// Record that people or means have moved. Nothing is moved by this.
    RecordMovement { contribution: String, movement: MovementKind, strength: u64, happened: Time },
    /// Say whether a call will be answered.
    AnswerCall { contribution: String, obligation: ObligationId, accepts: bool, text: String },
}
