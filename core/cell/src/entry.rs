//! What the cell did.

use kernel::{Digest, Identity, Time};
use serde::{Deserialize, Serialize};

/// Something the cell did.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "entry", rename_all = "kebab-case")]
pub enum Entry {
    /// A task was given.
    TaskAssigned {
        /// Counts up from 1.
        task: u64,
        /// What.
        text: String,
        /// Who.
        to: Identity,
        /// By when.
        due: Time,
        /// What it concerns.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        about: Option<String>,
    },
    /// A task was closed.
    TaskClosed {
        /// Which.
        task: u64,
        /// What came of it.
        outcome: String,
    },
    /// Somebody must know something. Its number is the position of this entry: entries that follow
    /// at one moment cannot count each other.
    NotificationRaised {
        /// Who must know.
        to: Identity,
        /// What, as a code: `finding-published`, `obligation-raised`, `case-opened`.
        what: String,
        /// The case, finding or obligation.
        about: String,
    },
    /// A notification was read.
    NotificationAcknowledged {
        /// Which.
        notification: u64,
    },
    /// A daily report was issued.
    DailyReportIssued {
        /// The day it covers.
        day: String,
        /// Digest of its canonical JSON.
        report: Digest,
        /// The report it corrects, when one was issued for that day before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        corrects: Option<Digest>,
    },
}

impl Entry {
    /// Stable name and version of the form.
    #[must_use]
    pub fn kind(&self) -> (&'static str, u32) {
        let name = match self {
            Self::TaskAssigned { .. } => "cell/task-assigned",
            Self::TaskClosed { .. } => "cell/task-closed",
            Self::NotificationRaised { .. } => "cell/notification-raised",
            Self::NotificationAcknowledged { .. } => "cell/notification-acknowledged",
            Self::DailyReportIssued { .. } => "cell/daily-report-issued",
        };
        (name, 1)
    }
}
