//! What can set a pledge off: a finding, a recorded request, a fact.

use commission::{CaseId, Finding, FindingId, Level, Responsibility};
use kernel::{Fact, Interval, PartyId, Time};
use serde::{Deserialize, Serialize};

/// What guarantees keep of a finding: enough to weigh every pledge again when facts change.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Cause {
    /// The finding.
    pub finding: FindingId,
    /// Its case; a later finding of the case takes this one's place.
    pub case: CaseId,
    /// How firm a product it is.
    pub level: Level,
    /// Whether a rule was broken.
    pub violation: bool,
    /// On the agreement's scale.
    pub severity: u8,
    /// Whose act it was.
    pub responsibility: Responsibility,
    /// When the breach happened.
    pub breach: Interval,
    /// When the finding was published.
    pub published: Time,
    /// When the record took it in.
    pub known: Time,
}

impl Cause {
    /// What to keep of `finding`, learnt at `known`.
    #[must_use]
    pub fn of(finding: &Finding, known: Time) -> Self {
        Self {
            finding: finding.id,
            case: finding.case,
            level: finding.level,
            violation: finding.violation,
            severity: finding.severity,
            responsibility: finding.responsibility.clone(),
            breach: finding.breach,
            published: finding.published,
            known,
        }
    }
}

/// A beneficiary's request for what was pledged.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Request {
    /// Position of its entry on the record.
    pub position: u64,
    /// Who asks.
    pub party: PartyId,
    /// Which pledges; empty for every pledge to this party that answers requests.
    pub pledges: Vec<String>,
    /// When it was made.
    pub made: Time,
    /// When the record took it in.
    pub known: Time,
    /// In what words.
    pub text: String,
}

/// The occasion on which a pledge is weighed.
#[derive(Clone, Copy, Debug)]
pub enum Occasion<'a> {
    /// A finding.
    Finding(&'a Cause),
    /// A request.
    Request(&'a Request),
    /// A fact that came to hold.
    Fact(&'a Fact),
    /// None yet: what is missing in general.
    None,
}

impl<'a> Occasion<'a> {
    /// The finding, where there is one.
    #[must_use]
    pub fn cause(self) -> Option<&'a Cause> {
        match self {
            Self::Finding(cause) => Some(cause),
            Self::Request(_) | Self::Fact(_) | Self::None => None,
        }
    }
}
