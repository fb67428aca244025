//! What may be asked of the commission.

use kernel::belief::{Credibility, Reliability};
use kernel::{Digest, Identity, Interval, PartyId};
use serde::{Deserialize, Serialize};
use terms::AllegationId;

use crate::case::{Cited, Proposal};
use crate::exhibit::{Exhibit, Transfer};
use crate::finding::{CaseId, Vote};
use crate::hypothesis::{Bearing, Cause, Evidence};
use crate::logs::LogLine;

/// A command. Who asks, and when, is in the context.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "command")]
pub enum Command {
    /// Opens a case by hand. Any party may, and nobody can stop it.
    OpenCase {
        /// What it is about.
        title: String,
        /// The articles said to be broken.
        articles: Vec<String>,
        /// Whom it is laid against; may be empty.
        #[serde(default)]
        accused: Vec<PartyId>,
        /// When it is said to have happened.
        when: Interval,
        /// The complainant's account.
        account: String,
        /// Allegations it rests on.
        #[serde(default)]
        cited: Vec<Cited>,
    },
    /// Adds allegations to a case. The door holds them against the terms' own: see
    /// [`crate::from_allegations::check_cited`].
    AddAllegations {
        /// The case.
        case: CaseId,
        /// The allegations.
        cited: Vec<Cited>,
    },
    /// Tells the alleged parties; their time to answer begins.
    Notify {
        /// The case.
        case: CaseId,
    },
    /// Files a statement, with lines of the party's own log if it keeps one.
    State {
        /// The case.
        case: CaseId,
        /// The statement.
        text: String,
        /// Lines of the party's log.
        #[serde(default)]
        log: Vec<LogLine>,
    },
    /// Answers the case or one statement in it.
    Answer {
        /// The case.
        case: CaseId,
        /// The statement's number; the case itself when absent.
        #[serde(default)]
        to: Option<u32>,
        /// The answer.
        text: String,
    },
    /// Deposits an exhibit.
    AddExhibit {
        /// The case.
        case: CaseId,
        /// What is deposited.
        exhibit: Box<Exhibit>,
    },
    /// Records that an exhibit changed hands.
    TransferExhibit {
        /// The case.
        case: CaseId,
        /// The exhibit.
        exhibit: Digest,
        /// From whom to whom, when, what for, with which bytes.
        transfer: Transfer,
    },
    /// Grades an exhibit's source, its information, or both, each apart.
    ScoreExhibit {
        /// The case.
        case: CaseId,
        /// The exhibit.
        exhibit: Digest,
        /// Reliability of the source.
        #[serde(default)]
        source: Option<Reliability>,
        /// Credibility of the information.
        #[serde(default)]
        information: Option<Credibility>,
        /// Why.
        reason: String,
    },
    /// Sets an exhibit aside: it stays, and counts for nothing.
    SetAside {
        /// The case.
        case: CaseId,
        /// The exhibit.
        exhibit: Digest,
        /// Why.
        reason: String,
    },
    /// Puts forward an explanation.
    ProposeHypothesis {
        /// The case.
        case: CaseId,
        /// Whose act, or what.
        cause: Cause,
        /// What happened, if it is true.
        account: String,
    },
    /// Says what a piece of evidence means for a hypothesis.
    WeighEvidence {
        /// The case.
        case: CaseId,
        /// The hypothesis, by its number from 0.
        hypothesis: u32,
        /// The evidence.
        evidence: Evidence,
        /// What it says.
        bearing: Bearing,
        /// Why.
        reason: String,
    },
    /// A seat steps aside, or moves that another should.
    Recuse {
        /// The case.
        case: CaseId,
        /// The seat.
        seat: Identity,
        /// Why.
        reason: String,
    },
    /// Puts a finding to the vote.
    MoveFinding {
        /// The case.
        case: CaseId,
        /// The finding proposed.
        proposal: Box<Proposal>,
    },
    /// Votes on the motion.
    Vote {
        /// The case.
        case: CaseId,
        /// The vote.
        vote: Vote,
    },
    /// Annexes a dissent to the finding.
    Dissent {
        /// The case.
        case: CaseId,
        /// The dissent.
        text: String,
    },
    /// Signs the carried finding; with the last signature it is published.
    Sign {
        /// The case.
        case: CaseId,
    },
    /// Confirms the provisional finding that waits.
    Publish {
        /// The case.
        case: CaseId,
    },
    /// Asks the house to assemble a provisional finding from the evidence.
    AssembleProvisional {
        /// The case.
        case: CaseId,
    },
    /// Makes one case of several.
    JoinCases {
        /// The case that goes on.
        into: CaseId,
        /// The cases that go into it.
        from: Vec<CaseId>,
    },
    /// Makes two cases of one.
    SplitCase {
        /// The case.
        case: CaseId,
        /// What the new case is about.
        title: String,
        /// The allegations that go there.
        allegations: Vec<AllegationId>,
    },
    /// Takes back a case opened by hand.
    Withdraw {
        /// The case.
        case: CaseId,
        /// Why.
        reason: String,
    },
}

impl Command {
    /// The mandates of which one lets an identity submit it; the door checks them. Whose seat and
    /// whose party it is, [`crate::decide`] checks.
    #[must_use]
    pub fn mandates(&self) -> &'static [&'static str] {
        match self {
            Self::OpenCase { .. } | Self::AddAllegations { .. } | Self::Withdraw { .. } => {
                &["case:open"]
            }
            Self::State { .. } => &["case:state"],
            Self::Answer { .. } => &["case:answer"],
            Self::AddExhibit { .. } | Self::TransferExhibit { .. } => &["exhibit", "seat", "chair"],
            Self::ProposeHypothesis { .. } => {
                &["seat", "chair", "case:state", "case:answer", "review"]
            }
            Self::AssembleProvisional { .. } => &["seat", "chair", "case:open", "publish"],
            Self::Publish { .. } => &["publish", "chair", "seat"],
            Self::Notify { .. }
            | Self::ScoreExhibit { .. }
            | Self::SetAside { .. }
            | Self::WeighEvidence { .. }
            | Self::Recuse { .. }
            | Self::MoveFinding { .. }
            | Self::Vote { .. }
            | Self::Dissent { .. }
            | Self::Sign { .. }
            | Self::JoinCases { .. }
            | Self::SplitCase { .. } => &["seat", "chair"],
        }
    }
}
