//! What people may ask of this pillar.

use kernel::{Digest, Time};
use serde::{Deserialize, Serialize};

use crate::entry::Extent;
use crate::obligation::ObligationId;
use crate::pledge::ClauseStatus;

/// One command. Only the pledger moves its pledge; only a beneficiary asks or, with monitors,
/// confirms.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "command")]
#[allow(missing_docs, reason = "fields are named as in the entries that follow")]
pub enum Command {
    /// Say in public that this is pledged.
    Announce { pledge: String },
    /// Sign it.
    Sign { pledge: String },
    /// State what a body decided about it.
    Approve { pledge: String, body: String, given: bool, reference: String },
    /// State that it is resourced.
    MarkReady { pledge: String },
    /// Say it again for another term.
    Renew { pledge: String },
    /// Take it back.
    Withdraw { pledge: String, reason: String },
    /// State what has become of the clause for this pledger.
    RestateClause { pledge: String, status: ClauseStatus },
    /// Ask for what was pledged; no pledges named means every pledge that answers requests.
    RecordRequest { pledges: Vec<String>, made: Time, text: String },
    /// State what was decided about an obligation.
    DecideObligation { obligation: ObligationId, decision: String },
    /// Refuse an obligation.
    DeclineObligation { obligation: ObligationId, reason: String },
    /// Report what was done.
    ReportPerformance {
        obligation: ObligationId,
        extent: Extent,
        done: Time,
        text: String,
        proof: Vec<Digest>,
    },
    /// Confirm or dispute a report.
    VerifyPerformance { obligation: ObligationId, confirms: bool, text: String },
}
