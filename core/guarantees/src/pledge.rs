//! A pledge: what a guarantor has said it will do, under which text, on which conditions.

use commission::Level;
use kernel::{Duration, PartyId, Time};
use serde::{Deserialize, Serialize};

use crate::condition::Condition;
use crate::obligation::{Anchor, Clock};

/// One clause of one pledger, as data. The fields are those of the register in seed fact N2.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pledge {
    /// Short name within the agreement: `gb.consult`.
    pub id: String,
    /// Who pledges.
    pub pledger: PartyId,
    /// For whose benefit: they may ask, and they may confirm that it was done.
    pub beneficiaries: Vec<PartyId>,
    /// Monitors who may also confirm that it was done.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub verifiers: Vec<PartyId>,
    /// The text it stands in.
    pub instrument: String,
    /// Which version of that text.
    pub version: String,
    /// The clause, by number or by its words.
    pub clause: String,
    /// What became of the clause.
    pub status: ClauseStatus,
    /// Who is bound by it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bound: Vec<PartyId>,
    /// Who is expressly not bound, or did not endorse it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_bound: Vec<PartyId>,
    /// How far the pledge had come when the agreement was founded.
    pub life: Life,
    /// What is promised, in words.
    pub action: String,
    /// What kind of act it is.
    pub domain: Domain,
    /// How much, as a range.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Quantity>,
    /// Whether it binds politically or legally.
    pub binding: Binding,
    /// What sets it off.
    pub trigger: Trigger,
    /// What must hold besides, each by itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Condition>,
    /// What must not hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unless: Vec<Condition>,
    /// Where it applies or does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub geographic_limit: Option<String>,
    /// National approvals it needs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub approvals: Vec<Approval>,
    /// Pledges that must stand before this one can (the backstop).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub depends_on: Vec<String>,
    /// By when, counted from what, on which clock.
    pub deadline: Deadline,
    /// From when until when, and whether it must be renewed.
    #[serde(default)]
    pub validity: Validity,
    /// What people said about it, side by side, contradictions included.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub statements: Vec<Statement>,
    /// Where this is known from; `[o]` marks what the seed articles do not say.
    pub source: Vec<String>,
}

/// What became of a clause between drafts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClauseStatus {
    /// Put forward by somebody.
    Proposed,
    /// In a draft under negotiation.
    Draft,
    /// In the text as adopted.
    Adopted,
    /// Was in a draft, is not in the text.
    Deleted,
    /// In the text, without this pledger's endorsement.
    NotEndorsed,
}

/// How far a pledge has come. Early steps are entries, later ones follow from its obligations.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Life {
    /// Text exists.
    Drafted,
    /// Said in public.
    Announced,
    /// Signed by the pledger.
    Signed,
    /// Every approval that must come before has been given.
    Approved,
    /// Resourced, as the pledger states.
    Ready,
    /// Every condition that does not wait for a finding holds.
    Armed,
    /// An obligation is running.
    Triggered,
    /// Its time has come and nothing is reported.
    Due,
    /// The pledger has decided what to do.
    Decided,
    /// Done, as the pledger reports.
    Performed,
    /// Done in part.
    PartlyPerformed,
    /// Refused.
    Declined,
    /// Done, and confirmed.
    Verified,
    /// Its validity ended, or nobody renewed it.
    Lapsed,
    /// Taken back by the pledger.
    Withdrawn,
}

/// What kind of act is promised.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum Domain {
    Consultation,
    Diplomacy,
    Sanctions,
    SanctionsRelief,
    Intelligence,
    Logistics,
    Monitoring,
    Force,
    Support,
    Finance,
    Prisoners,
    HumanitarianAccess,
    NuclearSafety,
    Reconstruction,
}

/// A quantity as a range, in its own unit.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quantity {
    /// At least so many.
    pub min: u64,
    /// At most so many; absent when nobody says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<u64>,
    /// Of what: `soldiers`, `EUR`, `persons`.
    pub unit: String,
}

/// How a pledge binds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Binding {
    /// A word given.
    Political,
    /// Enforceable under a ratified text.
    Legal,
}

/// What sets a pledge off.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "on", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Trigger {
    /// A finding that a rule was broken.
    Finding {
        /// The level that arms it; fuller findings do as well.
        armed_by: Level,
        /// The least severity, on the agreement's scale.
        #[serde(default)]
        severity_min: u8,
        /// Whose breach; empty for anybody's.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        responsible: Vec<PartyId>,
    },
    /// A beneficiary's recorded request.
    Request,
    /// A fact coming to hold.
    Fact {
        /// The fact's name; it is asked without a subject.
        fact: String,
    },
}

/// A national approval.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// Which body, as it appears in the fact `approval(pledge/body)`.
    pub body: String,
    /// What it must do.
    pub kind: ApprovalKind,
    /// Before the act or after it.
    pub when: ApprovalTime,
    /// For an approval after the act: how long after its start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<Duration>,
}

/// What a body must do for an approval (DCAF's grades).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the names are the grades")]
pub enum ApprovalKind {
    Inform,
    Consult,
    Consent,
    Ratify,
}

/// When an approval is needed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ApprovalTime {
    /// Nothing may be done without it.
    Before,
    /// It is due some time after the act began.
    After,
}

/// By when an obligation is due.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deadline {
    /// How long after the anchor.
    pub within: Duration,
    /// What it counts from.
    pub anchor: Anchor,
    /// On which clock.
    pub clock: Clock,
}

/// From when until when a pledge holds.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Validity {
    /// First moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Time>,
    /// Last moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Time>,
    /// Whether it must be renewed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renewal: Option<Renewal>,
}

/// A pledge that must be said again from time to time.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Renewal {
    /// How often.
    pub every: Duration,
    /// What saying nothing does.
    pub silence: Silence,
}

/// What happens when nobody renews.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Silence {
    /// The pledge lapses; the term runs from its signature or beginning.
    Lapses,
    /// The eased measure returns (snapback); the term runs from the report that it was eased.
    Returns,
}

/// A statement about a pledge, with its date as precisely as its source gives it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// Who said it.
    pub by: String,
    /// When: `2026-01-06`, `2025-09`.
    pub date: String,
    /// What was said.
    pub text: String,
    /// Where it is known from.
    pub source: String,
}
