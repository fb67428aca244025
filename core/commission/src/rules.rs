//! The commission's rules as an agreement states them: seats, quorum, votes, stages, defaults.

use std::collections::BTreeMap;

use kernel::belief::DegreeOfProof;
use kernel::{Duration, Identity, PartyId, Probability};
use serde::{Deserialize, Serialize};

use crate::finding::Level;

/// Everything an agreement says about its commission.
#[derive(Clone, PartialEq, Debug)]
pub struct Rules {
    /// The commission itself.
    pub body: Body,
    /// The seats, in the agreement's order, vacant ones among them.
    pub seats: Vec<Seat>,
    /// How many seats must take part, and from which groups.
    pub quorum: Quorum,
    /// How a motion is carried.
    pub voting: VotingRule,
    /// When a seat may not judge.
    pub recusal: Recusal,
    /// What must hold before a vote.
    pub prerequisites: Prerequisites,
    /// Deadlines and what happens when they pass.
    pub stages: BTreeMap<Stage, StageRule>,
    /// Where a matter goes when the commission cannot decide, first step first.
    pub escalation: Vec<Escalation>,
    /// What each level of finding asks for.
    pub levels: BTreeMap<Level, LevelRule>,
    /// How many allegations make one case.
    pub grouping: Grouping,
    /// When the house may assemble a provisional finding.
    pub provisional: Provisional,
    /// Whose signatures a finding needs.
    pub signatures: Signatures,
    /// When findings become public: one rule for all parties.
    pub publication: Publication,
    /// Remedies a finding may name, by id.
    pub remedies: BTreeMap<String, String>,
}

/// The commission itself.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Body {
    /// Its name.
    pub name: String,
    /// The article that creates it.
    pub article: String,
    /// `proposed` or `adopted`: composition that nobody has agreed says so.
    pub status: Status,
    /// What its findings do to remedies.
    pub outcome: OutcomeMode,
    /// The parties a case can be laid against.
    pub respondents: Vec<PartyId>,
}

/// Whether the parties have agreed to it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Somebody's proposal.
    Proposed,
    /// Agreed.
    Adopted,
}

/// What a finding does to remedies: reports speak of "recommend responses", the official text of
/// "determine remedies"; the agreement chooses.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OutcomeMode {
    /// Remedies are advice.
    Recommendation,
    /// Remedies bind.
    Determination,
}

/// One seat.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Seat {
    /// Who sits there.
    pub id: Identity,
    /// The party it acts for; none for a neutral seat.
    #[serde(default)]
    pub party: Option<PartyId>,
    /// The group it counts to in the quorum.
    pub group: String,
    /// Who may act in its place.
    #[serde(default)]
    pub alternates: Vec<Identity>,
    /// May preside; the first such seat that is not recused does.
    #[serde(default)]
    pub chair: bool,
    /// Invited, not taken: counts nowhere until the agreement says that it is filled.
    #[serde(default)]
    pub vacant: bool,
}

/// How many seats must cast a vote.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Quorum {
    /// In all.
    pub seats: usize,
    /// From each group named.
    #[serde(default)]
    pub groups: BTreeMap<String, usize>,
}

/// How a motion is carried.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", tag = "rule")]
pub enum VotingRule {
    /// No seat against, at least one for.
    Consensus,
    /// At most `minus` seats against, at least one for.
    ConsensusMinus {
        /// How many may stand against.
        minus: usize,
    },
    /// At least `for` parts in `of` for.
    Qualified {
        /// Parts for.
        r#for: usize,
        /// Parts in all.
        of: usize,
        /// Parts of what.
        base: Base,
    },
    /// The presiding seat decides, having heard the others.
    Chair,
}

/// What a share of votes is a share of.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Base {
    /// Votes for and against.
    Cast,
    /// All seats that may vote.
    Seats,
}

/// When a seat may not judge.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Recusal {
    /// A seat of an alleged party never judges its own cause.
    pub automatic: bool,
    /// More than half of the other seats may recuse a seat.
    pub by_motion: bool,
}

/// What the machine checks before a vote; procedure must not become a way to block the truth, so
/// groups with no seat able to act are not asked for.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Prerequisites {
    /// Every alleged party has answered, or its time has run out.
    pub reply: bool,
    /// Every exhibit's custody is unbroken.
    pub custody: bool,
    /// Competing hypotheses that must have been put.
    pub hypotheses_min: usize,
    /// Seats that must have weighed the evidence.
    pub team_min: usize,
    /// Groups that must be among them.
    #[serde(default)]
    pub team_groups: Vec<String>,
}

/// Where a case stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Opened, to be notified to those it alleges against.
    Docket,
    /// The alleged parties may answer.
    Reply,
    /// Evidence is weighed and a finding drafted.
    Deliberation,
    /// A motion is before the seats.
    Vote,
    /// Carried; signatures are gathered.
    Signed,
    /// A finding is published and stands; a later one may supersede it.
    Published,
}

/// A stage's deadline.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct StageRule {
    /// Which stage.
    pub name: Stage,
    /// How long it may last.
    pub within: Duration,
    /// Counted from what.
    pub clock: Clock,
    /// What happens when it has run out.
    pub on_expiry: OnExpiry,
}

/// What a stage's time counts from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Clock {
    /// From the beginning of what is alleged.
    Happened,
    /// From the stage's beginning on the record.
    Known,
}

/// What happens when a stage's time has run out. Silence never leaves a case lying.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnExpiry {
    /// On to the next stage.
    Proceed,
    /// Up to the next body, which decides by its own rule.
    Escalate,
    /// The house publishes what the evidence says, as provisional, and that stands.
    PublishProvisional,
    /// The case closes without a finding.
    Lapse,
    /// The motion before the seats, or else the allegation, is presumed.
    Presume,
}

/// A step up when the commission cannot decide.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Escalation {
    /// The body, in words.
    pub to: String,
    /// How it decides; the same seats vote for their governments.
    pub voting: VotingRule,
    /// How long it has.
    pub within: Duration,
    /// What happens when that has run out.
    pub on_expiry: OnExpiry,
}

/// What a level of finding asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LevelRule {
    /// Which level.
    pub name: Level,
    /// The least degree of proof for holding that a rule was broken.
    pub proof_min: DegreeOfProof,
    /// A finding of this level must have been published in the case before.
    #[serde(default)]
    pub after: Option<Level>,
    /// Exhibits that must lie before the commission.
    #[serde(default)]
    pub exhibits_min: usize,
}

/// How allegations are gathered into cases.
#[derive(Clone, Copy, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Grouping {
    /// Side of a place cell, degrees.
    pub cell_deg: f64,
    /// Length of a time window.
    pub window: Duration,
    /// Least severity that opens a case; less severe allegations join one that is open.
    pub severity_min: u8,
    /// Least share at which a party counts as alleged.
    pub party_share_min: Probability,
    /// Cases by place in one window; what comes beyond is gathered by article and parties only.
    pub cases_per_window_max: usize,
}

/// When the house may assemble a provisional finding, and when it is published.
#[derive(Clone, Copy, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Provisional {
    /// Assembled without being asked, as soon as the threshold is reached.
    pub automatic: bool,
    /// Least chance of the strongest allegation.
    pub chance_min: Probability,
    /// Least share of one party for naming it; below, responsibility is undetermined.
    pub party_share_min: Probability,
    /// Least number of allegations.
    pub allegations_min: usize,
    /// Published when the chair confirms, or after this time.
    pub publish_after: Duration,
}

/// Whose signatures a finding needs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Signatures {
    /// The seats.
    pub required: Signers,
}

/// Which seats must sign.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Signers {
    /// Every seat that voted for.
    Majority,
    /// The presiding seat.
    Chair,
}

/// When findings become public. There is no field for a party: the rule is the same for all.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Publication {
    /// Time between the last signature and publication.
    pub delay: Duration,
}

impl Rules {
    /// The seat `by` may act for, as holder or alternate.
    #[must_use]
    pub fn seat_of(&self, by: &Identity) -> Option<&Seat> {
        let acts = |seat: &&Seat| !seat.vacant && (seat.id == *by || seat.alternates.contains(by));
        self.seats.iter().find(acts)
    }

    /// The deadline rule of a stage.
    #[must_use]
    pub fn stage(&self, stage: Stage) -> Option<&StageRule> {
        self.stages.get(&stage)
    }
}
