//! An incident: what the observations together say happened, with every number's error.

use kernel::{
    CountRange, Estimate, Identity, Interval, ObservationId, PartyId, PlaceBelief, Probability,
    Shares, SourceId, Time,
};
use serde::{Deserialize, Serialize};

use crate::classify_cause::Cause;
use crate::outage::OutageKind;
use crate::salvo::Salvo;
use crate::trust::State;

kernel::short_id!(
    /// Names an incident after its earliest observation (of waves and tracks, if there is one; else
    /// of those timed to six hours, if there is one), so that the same observations give the same incidents in whatever order they arrive.
    IncidentId,
    "INC"
);

/// What happened. Neutral words: none of them says that a rule was broken.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// An explosion of unknown origin.
    Explosion,
    /// A strike from an aircraft or by a missile.
    AirStrike,
    /// A strike by an uncrewed aircraft.
    UavStrike,
    /// Artillery, mortars, rockets.
    ArtilleryFire,
    /// Shots and bursts.
    SmallArmsFire,
    /// Heavy weapons seen.
    WeaponsPresence,
    /// An aircraft, crewed or not, that did not strike.
    Overflight,
    /// Monitors refused, delayed or turned back.
    AccessDenial,
    /// Jamming or blinding of the monitors' means.
    Interference,
    /// Burning that peacetime does not explain.
    AbnormalFire,
    /// Burning as in peacetime: fields, flares, steel works.
    OrdinaryFire,
    /// Anything else.
    Other,
    /// A source that failed. No observation says it: the watch finds it of itself, or is told.
    Outage,
}

impl Class {
    /// Its word in files and on the record.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Explosion => "explosion",
            Self::AirStrike => "air-strike",
            Self::UavStrike => "uav-strike",
            Self::ArtilleryFire => "artillery-fire",
            Self::SmallArmsFire => "small-arms-fire",
            Self::WeaponsPresence => "weapons-presence",
            Self::Overflight => "overflight",
            Self::AccessDenial => "access-denial",
            Self::Interference => "interference",
            Self::AbnormalFire => "abnormal-fire",
            Self::OrdinaryFire => "ordinary-fire",
            Self::Other => "other",
            Self::Outage => "outage",
        }
    }
}

/// How far an incident has been worked over.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Product {
    /// Assembled by machine, minutes after its first observations.
    Automatic1,
    /// Reassembled by machine when late data came.
    Automatic2,
    /// Reviewed by an analyst.
    Reviewed,
}

/// An observation's part in an incident.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Member {
    /// Which observation.
    pub observation: ObservationId,
    /// Its source.
    pub source: SourceId,
    /// Chance that it belongs here rather than elsewhere or to nothing.
    pub weight: Probability,
    /// How far an arrival or bearing lies from what the incident's origin predicts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub residual: Option<Residual>,
}

/// Observed less predicted, of one arrival (seconds) or bearing (degrees); recorded to 1e-4.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Residual {
    /// Observed less predicted.
    pub value: f64,
    /// One standard deviation of it, every error together.
    pub sigma: f64,
}

/// An observation that is of this incident or may be, and does not count because its source is
/// doubted.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct SetAside {
    /// Which observation.
    pub observation: ObservationId,
    /// Its source.
    pub source: SourceId,
    /// How far an arrival or bearing lies from what the others, without it, predict.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub residual: Option<Residual>,
    /// What its source, or its station, is held to be.
    pub state: State,
    /// Position of the entry on the record that says so, with its evidence.
    pub entry: u64,
}

/// An origin that waves gave, beside what else the incident rests on.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Located {
    /// Through what the waves came: `air`, `ground`, `bearings`.
    pub through: String,
    /// When.
    pub at: Time,
    /// One standard deviation of it, seconds.
    pub error_s: f64,
    /// Where, by these waves alone.
    pub place: PlaceBelief,
    /// How many arrivals or bearings it explains.
    pub explains: u32,
    /// Log odds that it is no chance meeting of false alarms, missed detections counted.
    pub log_odds: f64,
    /// The detonations around it at the same place, where it was heard in air and not alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub salvo: Option<Salvo>,
    /// The likeliest cause by sound, where onsets tell amplitude, period or duration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
    /// Kilograms of TNT with as much sound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size_kg: Option<Estimate>,
}

/// What those say who looked and saw nothing.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Silence {
    /// Looks that covered its place and time.
    pub looks: u32,
    /// Stations in reach that listened, of networks that located nothing.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub stations: u32,
    /// Chance that all of them missed it, if it was there.
    pub missed: Probability,
}

fn is_zero(count: &u32) -> bool {
    *count == 0
}

/// An analyst's decision about an incident.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Review {
    /// Who decided.
    pub by: Identity,
    /// When.
    pub at: Time,
    /// What: `accept`, `discard`, `split`, `merge`, `relocate`, `reclassify`.
    pub act: String,
    /// Why.
    pub reason: String,
}

/// What came after a review. The review stands; this shows what the machine would now make of it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct SinceReview {
    /// How many observations: the last ones of the members.
    pub members: u32,
    /// Where it would be with them.
    pub place: PlaceBelief,
    /// What it would be with them.
    pub classes: Shares<Class>,
}

/// Where a moving thing was at a moment.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Passed {
    /// When.
    pub at: Time,
    /// Where.
    pub place: PlaceBelief,
}

/// What of the watch was lost.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Lapsed {
    /// Why, as chances that add up to one.
    pub kinds: Shares<OutageKind>,
    /// Whether somebody stated it; else it was found from what did not come.
    pub stated: bool,
    /// Last moment; absent while it goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Time>,
    /// Whose, each with its own time.
    pub sources: Vec<LapsedSource>,
    /// What shows it, in sentences.
    pub evidence: Vec<String>,
}

/// One source that did not watch.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LapsedSource {
    /// Which.
    pub source: SourceId,
    /// First moment.
    pub from: Time,
    /// Last moment; absent while it goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Time>,
}

/// How unusual the burning is, held against peacetime in the same cell and season.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Abnormality {
    /// Hotspots seen in the cell and window.
    pub observed: u32,
    /// Hotspots expected in peacetime.
    pub expected: f64,
    /// Chance of so many or more in peacetime.
    pub chance: Probability,
    /// Years of baseline behind `expected`; 0 means that there is no baseline.
    pub baseline_years: u32,
}

/// A party's own claim about an incident, counted.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Claim {
    /// Who claims.
    pub by: PartyId,
    /// Against whom; absent when the log names nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub against: Option<PartyId>,
    /// In how many reports.
    pub reports: u32,
}

/// One version of one incident.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Incident {
    /// Stays the same while its earliest observation does.
    pub id: IncidentId,
    /// Counts up from 1; what cited an older version keeps it.
    pub version: u32,
    /// How far it has been worked over.
    pub product: Product,
    /// When: the interval that holds it.
    pub when: Interval,
    /// Where, with its covariance.
    pub place: PlaceBelief,
    /// What, as chances that add up to one.
    pub classes: Shares<Class>,
    /// Chance that it happened at all rather than being false alarms.
    pub real: Probability,
    /// How many single events (explosions, shots) it comprises.
    pub count: CountRange,
    /// The observations it rests on, by id.
    pub members: Vec<Member>,
    /// What was heard or said of it and is set aside: its source is doubted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub set_aside: Vec<SetAside>,
    /// How many independence groups saw it.
    pub independent_groups: u32,
    /// How unusual its burning is; absent without hotspots.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub abnormality: Option<Abnormality>,
    /// What the parties say about it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<Claim>,
    /// Incidents this one took the place of when late data came.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replaces: Vec<IncidentId>,
    /// What a reader must bear in mind, as codes listed in `docs/formats.md`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub caveats: Vec<String>,
    /// Origins that waves gave, through each kind of medium one at most.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub located: Vec<Located>,
    /// What those say who looked and saw nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub silence: Option<Silence>,
    /// The analyst's last decision; from then on the incident stays as decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<Review>,
    /// What came after the review.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since_review: Option<SinceReview>,
    /// Where a moving thing was and when, in order: what a rule about zones asks of it. It stays
    /// within the house.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub path: Vec<Passed>,
    /// A time in which sources did not watch: then it rests on what did not come, has no members,
    /// and is a restriction, never by itself a violation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lapse: Option<Lapsed>,
    /// It is none any more: late data explain its observations otherwise, or an analyst discarded it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub withdrawn: bool,
}
