//! An obligation: what a guarantor owes, by when, on which clock, and whether it was done.

use commission::FindingId;
use kernel::{PartyId, Time, Truth};
use serde::{Deserialize, Serialize};

use crate::pledge::Domain;

kernel::short_id!(
    /// Names an obligation after its pledge and what triggered it.
    ObligationId,
    "OBL"
);

/// Where a deadline counts from, as its clause names it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Anchor {
    /// The breach itself.
    Breach,
    /// Publication of the finding.
    FindingPublished,
    /// The host's request.
    Request,
    /// The fact that sets the pledge off.
    Fact,
}

/// Which clock a deadline runs on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Clock {
    /// When it happened.
    Happened,
    /// When it was known to the record.
    Known,
}

/// One condition of a pledge, held against the facts.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ConditionState {
    /// The condition as the pledge words it.
    pub condition: String,
    /// Yes, no, or not yet known.
    pub holds: Truth,
    /// Who owes the missing statement or act, and what it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owed: Option<String>,
}

/// Where an obligation stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Owed, not yet past its time.
    Due,
    /// Past its time without a report of performance.
    Overdue,
    /// The guarantor has decided what to do.
    Decided,
    /// Done, as the guarantor reports.
    Performed,
    /// Done in part.
    PartlyPerformed,
    /// Refused by the guarantor.
    Declined,
    /// Done, and confirmed by the recipient or a monitor.
    Verified,
    /// Fell away: a later finding of the case no longer bears it out, or eased measures returned.
    /// Withdrawing a pledge does not undo what is owed already.
    Lapsed,
}

impl Standing {
    /// Whether something is still owed.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Due | Self::Overdue | Self::Decided | Self::PartlyPerformed)
    }
}

/// One obligation.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Obligation {
    /// Names it.
    pub id: ObligationId,
    /// The pledge, by its id in the agreement.
    pub pledge: String,
    /// Who owes.
    pub bearer: PartyId,
    /// What is owed, in the pledge's words.
    pub action: String,
    /// What kind of act it is.
    pub domain: Domain,
    /// The finding that triggered it; absent when a request or a fact did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finding: Option<FindingId>,
    /// Where the deadline counts from.
    pub anchor: Anchor,
    /// On which clock.
    pub clock: Clock,
    /// The moment the deadline counts from.
    pub counted_from: Time,
    /// When it is due.
    pub due: Time,
    /// When the record raised it.
    pub raised: Time,
    /// Where it stands.
    pub standing: Standing,
    /// The conditions as they stood when it was raised.
    pub conditions: Vec<ConditionState>,
}
