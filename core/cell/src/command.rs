//! What can be asked of the cell.

use kernel::{Digest, Identity, Time};
use serde::{Deserialize, Serialize};

/// A request to the cell.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "kebab-case")]
pub enum Command {
    /// Give somebody something to do.
    AssignTask {
        /// What.
        text: String,
        /// Who.
        to: Identity,
        /// By when.
        due: Time,
        /// What it concerns: an incident, a case, an obligation.
        about: Option<String>,
    },
    /// Say that a task is done, or why it is not.
    CloseTask {
        /// The task's number.
        task: u64,
        /// What came of it.
        outcome: String,
    },
    /// Say that a notification was read.
    AcknowledgeNotification {
        /// The notification's number.
        notification: u64,
    },
    /// Put a daily report on the record, so that nobody can change it later unseen.
    IssueDailyReport {
        /// The day it covers, `2026-03-02`.
        day: String,
        /// Digest of its canonical JSON, which lies in the vault.
        report: Digest,
    },
}
