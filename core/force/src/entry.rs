//! What has happened to contributions: the only serialised type of this pillar.

use guarantees::ObligationId;
use kernel::Time;
use serde::{Deserialize, Serialize};

use crate::contribution::{Contribution, Readiness};
use crate::gate::{Gate, GateKind};

/// Which way a movement went.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MovementKind {
    /// Into the deployment.
    In,
    /// Out of it.
    Out,
    /// One contingent for another of the same strength.
    Rotation,
}

/// One entry.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "entry")]
#[allow(
    missing_docs,
    reason = "each variant says what happened; fields are named alike throughout"
)]
pub enum Entry {
    ContributionOffered {
        contribution: Contribution,
    },
    ContributionRevised {
        contribution: Contribution,
    },
    ContributionWithdrawn {
        contribution: String,
        reason: String,
    },
    ReadinessStated {
        contribution: String,
        readiness: Readiness,
        verified: Option<Time>,
    },
    /// A movement as reported, with the gates that were not open when it was.
    MovementRecorded {
        contribution: String,
        movement: MovementKind,
        strength: u64,
        happened: Time,
        gates_not_open: Vec<GateKind>,
    },
    /// An obligation calls on a contribution.
    ContributionCalled {
        contribution: String,
        obligation: ObligationId,
        due: Time,
        /// When it could be there at the earliest by its notice to move, where that is stated.
        earliest: Option<Time>,
        gates: Vec<Gate>,
    },
    CallAnswered {
        contribution: String,
        obligation: ObligationId,
        accepts: bool,
        text: String,
    },
    /// The obligation behind a call fell away.
    CallReleased {
        contribution: String,
        obligation: ObligationId,
    },
}

impl Entry {
    /// Name and version of this kind of entry on the record.
    #[must_use]
    pub fn kind(&self) -> (&'static str, u32) {
        let name = match self {
            Self::ContributionOffered { .. } => "force/contribution-offered",
            Self::ContributionRevised { .. } => "force/contribution-revised",
            Self::ContributionWithdrawn { .. } => "force/contribution-withdrawn",
            Self::ReadinessStated { .. } => "force/readiness-stated",
            Self::MovementRecorded { .. } => "force/movement-recorded",
            Self::ContributionCalled { .. } => "force/contribution-called",
            Self::CallAnswered { .. } => "force/call-answered",
            Self::CallReleased { .. } => "force/call-released",
        };
        (name, 1)
    }
}
