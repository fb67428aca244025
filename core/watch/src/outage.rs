//! A time in which a source did not watch, and why.

use kernel::{Place, SourceId, Time};
use serde::{Deserialize, Serialize};

use crate::incident::Class;

/// Why a source did not watch.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OutageKind {
    /// It failed, or nobody knows why it was silent.
    #[default]
    Outage,
    /// What feeds or connects it failed: power, an uplink, a mast.
    Power,
    /// Its signals were jammed.
    Jamming,
    /// It was blinded: a laser, paint, a turned camera.
    Blinded,
    /// Those who look were refused passage.
    AccessDenied,
    /// It was taken out of action by plan.
    Maintenance,
}

impl OutageKind {
    /// The class of incident it is: neutral words, none of which says that a rule was broken.
    #[must_use]
    pub fn class(self) -> Class {
        match self {
            Self::Jamming | Self::Blinded => Class::Interference,
            Self::AccessDenied => Class::AccessDenial,
            Self::Outage | Self::Power | Self::Maintenance => Class::Outage,
        }
    }

    /// Whether it is the kind taken when none is said.
    #[must_use]
    pub fn is_outage(&self) -> bool {
        *self == Self::Outage
    }
}

/// A time in which a source did not watch, as an incident of its own: named kind, interval,
/// place, source and what shows it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Lapse {
    /// Whose.
    pub source: SourceId,
    /// Why, as far as is known.
    pub kind: OutageKind,
    /// First moment.
    pub from: Time,
    /// Last moment; absent while it goes on.
    pub until: Option<Time>,
    /// Where, if it has a place.
    pub place: Option<Place>,
    /// What shows it, in sentences.
    pub evidence: Vec<String>,
}
