//! An allegation: an incident held against a rule. Not yet a violation: that word waits for a finding.

use kernel::party::Attributed;
use kernel::{Interval, PlaceBelief, Probability, Shares};
use serde::{Deserialize, Serialize};
use watch::IncidentId;

kernel::short_id!(
    /// Names an allegation after its rule and incident.
    AllegationId,
    "ALG"
);

/// One step of the reasoning that led to an allegation, for people to read and machines to replay.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct TraceStep {
    /// The condition as written in the agreement.
    pub condition: String,
    /// Chance that it holds, given the incident's uncertainty.
    pub chance: Probability,
    /// What it was held against: the zone, the fact, the notice; and how far the chance would
    /// rise if what is not yet known turned out to hold.
    pub against: String,
}

/// An incident that a rule speaks to, with the chance that the rule was broken.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Allegation {
    /// Names the rule and the incident.
    pub id: AllegationId,
    /// Counts up when the incident's version changes.
    pub version: u32,
    /// The rule, by its id in the agreement.
    pub rule: String,
    /// The article it rests on.
    pub article: String,
    /// The incident.
    pub incident: IncidentId,
    /// The incident's version that was held against the rule.
    pub incident_version: u32,
    /// When the incident happened.
    pub when: Interval,
    /// Where.
    pub place: PlaceBelief,
    /// The zone, where the rule names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// Chance that the rule's conditions hold, taking what is not yet known as not holding.
    pub chance: Probability,
    /// The same, taking what is not yet known as holding; equal to `chance` when all is known.
    pub chance_max: Probability,
    /// Whether the chance reaches the agreement's threshold, or the evidence does not settle it.
    pub verdict: Verdict,
    /// Severity on the agreement's own scale, 1 upward.
    pub severity: u8,
    /// The alleged party as chances, with `unattributed` among them: attribution is the
    /// commission's.
    pub alleged: Shares<Attributed>,
    /// Why, step by step.
    pub trace: Vec<TraceStep>,
    /// What would refute it.
    pub refuted_by: Vec<String>,
    /// Allegations under the same rule whose incidents this one's incident took the place of: a
    /// case that rests on one of them now rests on this.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replaces: Vec<AllegationId>,
    /// Set when the incident has a newer version than the one cited: somebody must look again.
    #[serde(default)]
    pub review_due: bool,
}

/// What holding an incident against a rule gave.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The chance reaches the agreement's upper threshold.
    Alleged,
    /// Between the thresholds: the evidence does not settle it.
    Undetermined,
    /// Withdrawn: a later version of the incident no longer meets the rule.
    Withdrawn,
}
