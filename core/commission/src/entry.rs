//! What the record keeps of the commission's work.

use std::collections::BTreeSet;

use kernel::{Digest, Identity, Interval, PartyId, Time};
use serde::{Deserialize, Serialize};
use terms::AllegationId;

use crate::case::{Cited, Closure, Key, Proposal};
use crate::exhibit::{Exhibit, Grade, Transfer};
use crate::finding::{CaseId, Finding, Vote};
use crate::hypothesis::{Bearing, Evidence, Hypothesis};
use crate::logs::LogLine;
use crate::rules::Stage;

/// A case as opened.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Opening {
    /// Names it.
    pub case: CaseId,
    /// What it is about.
    pub title: String,
    /// The articles it concerns.
    pub articles: BTreeSet<String>,
    /// Whom it is laid against.
    pub accused: BTreeSet<PartyId>,
    /// When it is said to have happened.
    pub when: Interval,
    /// What gathered it, when the house opened it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Key>,
    /// The earlier case it continues.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follows: Option<CaseId>,
    /// The party that complains.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub complainant: Option<PartyId>,
    /// The opening account.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub account: String,
    /// Its first allegations.
    pub cited: Vec<Cited>,
    /// When it must have been notified.
    pub due: Option<Time>,
}

/// An entry. Past tense, versioned for ever; deadlines are written down, not worked out again.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "entry")]
#[allow(missing_docs, reason = "the fields are those of the commands and of the case they change")]
pub enum Entry {
    CaseOpened {
        opening: Box<Opening>,
    },
    AllegationsAdded {
        case: CaseId,
        cited: Vec<Cited>,
    },
    CaseAdvanced {
        case: CaseId,
        stage: Stage,
        due: Option<Time>,
    },
    PartyAccused {
        case: CaseId,
        party: PartyId,
    },
    StatementFiled {
        case: CaseId,
        party: Option<PartyId>,
        text: String,
        log: Vec<LogLine>,
    },
    AnswerFiled {
        case: CaseId,
        party: Option<PartyId>,
        to: Option<u32>,
        text: String,
        late: bool,
    },
    ExhibitAdded {
        case: CaseId,
        party: Option<PartyId>,
        exhibit: Box<Exhibit>,
    },
    ExhibitTransferred {
        case: CaseId,
        exhibit: Digest,
        transfer: Transfer,
    },
    ExhibitScored {
        case: CaseId,
        exhibit: Digest,
        grade: Grade,
    },
    ExhibitSetAside {
        case: CaseId,
        exhibit: Digest,
        seat: Identity,
        reason: String,
    },
    HypothesisProposed {
        case: CaseId,
        hypothesis: Hypothesis,
    },
    EvidenceWeighed {
        case: CaseId,
        seat: Identity,
        hypothesis: u32,
        evidence: Evidence,
        bearing: Bearing,
        reason: String,
    },
    RecusalMoved {
        case: CaseId,
        seat: Identity,
        by: Identity,
        reason: String,
    },
    SeatRecused {
        case: CaseId,
        seat: Identity,
        reason: String,
    },
    FindingMoved {
        case: CaseId,
        seat: Identity,
        proposal: Box<Proposal>,
    },
    VoteCast {
        case: CaseId,
        seat: Identity,
        vote: Vote,
    },
    MotionRejected {
        case: CaseId,
    },
    DissentFiled {
        case: CaseId,
        seat: Identity,
        text: String,
    },
    FindingSigned {
        case: CaseId,
        seat: Identity,
    },
    ProvisionalAssembled {
        finding: Box<Finding>,
    },
    ProvisionalDropped {
        case: CaseId,
    },
    FindingPublished {
        finding: Box<Finding>,
    },
    CaseEscalated {
        case: CaseId,
        to: String,
        due: Time,
    },
    CasesJoined {
        into: CaseId,
        from: CaseId,
    },
    CaseSplit {
        case: CaseId,
        new: CaseId,
        title: String,
        allegations: Vec<AllegationId>,
    },
    CaseClosed {
        case: CaseId,
        how: Closure,
        reason: String,
    },
}

impl Entry {
    /// Its kind and version on the record.
    #[must_use]
    pub fn kind(&self) -> (&'static str, u32) {
        let name = match self {
            Self::CaseOpened { .. } => "commission/case-opened",
            Self::AllegationsAdded { .. } => "commission/allegations-added",
            Self::CaseAdvanced { .. } => "commission/case-advanced",
            Self::PartyAccused { .. } => "commission/party-accused",
            Self::StatementFiled { .. } => "commission/statement-filed",
            Self::AnswerFiled { .. } => "commission/answer-filed",
            Self::ExhibitAdded { .. } => "commission/exhibit-added",
            Self::ExhibitTransferred { .. } => "commission/exhibit-transferred",
            Self::ExhibitScored { .. } => "commission/exhibit-scored",
            Self::ExhibitSetAside { .. } => "commission/exhibit-set-aside",
            Self::HypothesisProposed { .. } => "commission/hypothesis-proposed",
            Self::EvidenceWeighed { .. } => "commission/evidence-weighed",
            Self::RecusalMoved { .. } => "commission/recusal-moved",
            Self::SeatRecused { .. } => "commission/seat-recused",
            Self::FindingMoved { .. } => "commission/finding-moved",
            Self::VoteCast { .. } => "commission/vote-cast",
            Self::MotionRejected { .. } => "commission/motion-rejected",
            Self::DissentFiled { .. } => "commission/dissent-filed",
            Self::FindingSigned { .. } => "commission/finding-signed",
            Self::ProvisionalAssembled { .. } => "commission/provisional-assembled",
            Self::ProvisionalDropped { .. } => "commission/provisional-dropped",
            Self::FindingPublished { .. } => "commission/finding-published",
            Self::CaseEscalated { .. } => "commission/case-escalated",
            Self::CasesJoined { .. } => "commission/cases-joined",
            Self::CaseSplit { .. } => "commission/case-split",
            Self::CaseClosed { .. } => "commission/case-closed",
        };
        (name, 1)
    }
}
