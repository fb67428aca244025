//! What a state offers to the force: how many, how fast, for how long, where, and with which limits.

use guarantees::pledge::{Approval, Statement};
use kernel::{Duration, PartyId, Time};
use serde::{Deserialize, Serialize};

/// A part of the force by the medium it works in, and the fourth role of rebuilding.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum Component {
    Land,
    Air,
    Sea,
    Reconstruction,
}

/// A strength as a range with its source; whoever says one number has both ends equal.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Strength {
    /// At least so many.
    pub min: u64,
    /// At most so many; absent when nobody says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<u64>,
    /// Where the figure is from.
    pub source: String,
}

/// Readiness as in the United Nations' register: each level asks for more than a statement.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Readiness {
    /// Said, without tables of organisation.
    #[default]
    Stated,
    /// Organisation and equipment lists handed in and checked at the desk.
    DeskChecked,
    /// Visited by an assessment team.
    Visited,
    /// Bound to deploy within 60 days of a request.
    Rapid,
}

/// Where a contribution would stand. A class and a distance, never coordinates.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "in", rename_all = "kebab-case", deny_unknown_fields)]
pub enum LocationBand {
    /// Inside the host state, no nearer to the line than this.
    Host {
        /// Least distance from the line, metres.
        distance_m_min: u32,
    },
    /// In a neighbouring state.
    Neighbour,
    /// At sea.
    Sea,
    /// In the air, from bases outside the host state.
    Air,
}

/// One contribution.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contribution {
    /// Short name within the agreement: `gb.brigade`.
    pub id: String,
    /// Who contributes.
    pub contributor: PartyId,
    /// Which part of the force.
    pub component: Component,
    /// What it is, in words.
    pub capability: String,
    /// What the strengths count: `soldiers`, `ships`.
    pub unit: String,
    /// How many would be deployed at a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deployed: Option<Strength>,
    /// How many there are in the whole cycle of rotation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool: Option<Strength>,
    /// Notice it needs before it moves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice_to_move: Option<Duration>,
    /// How long one rotation stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tour: Option<Duration>,
    /// How long those who come home stay there before they go again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dwell: Option<Duration>,
    /// How ready, as last stated.
    #[serde(default)]
    pub readiness: Readiness,
    /// When the readiness was last verified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub readiness_verified: Option<Time>,
    /// Where it would stand; absent while undecided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<LocationBand>,
    /// What it will not do or where it will not go.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub caveats: Vec<String>,
    /// What it needs from others: lift, intelligence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub enablers: Vec<String>,
    /// National approvals for the deployment.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub approvals: Vec<Approval>,
    /// Whether it is tied to the backstop.
    #[serde(default)]
    pub needs_backstop: bool,
    /// The pledge it would fulfil.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pledge: Option<String>,
    /// What people said about it, side by side.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub statements: Vec<Statement>,
    /// Where it is known from; `[o]` marks what the seed articles do not say.
    pub source: Vec<String>,
}
