//! A source of observations: what it is, whose it is, and how far it is trusted.

use kernel::belief::Reliability;
use kernel::{Duration, PartyId, Place, SourceId};
use serde::{Deserialize, Serialize};

/// What kind of instrument or person watches.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SourceKind {
    /// Satellite thermal anomalies (VIIRS, MODIS).
    ThermalSatellite,
    /// Press and social media, coded to settlements.
    Press,
    /// A patrol's own hearing and sight.
    Patrol,
    /// A party's incident log.
    PartyLog,
    /// A fixed camera.
    Camera,
    /// A drone's sensors.
    Drone,
    /// An acoustic sensor or array.
    Acoustic,
    /// A seismic station or array.
    Seismic,
}

impl SourceKind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::ThermalSatellite,
        Self::Press,
        Self::Patrol,
        Self::PartyLog,
        Self::Camera,
        Self::Drone,
        Self::Acoustic,
        Self::Seismic,
    ];
}

/// A source as registered. Its side and owner are recorded, never guessed from its name.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Source {
    /// Short name used in submissions.
    pub id: SourceId,
    /// What kind of instrument or person it is.
    pub kind: SourceKind,
    /// Who runs it.
    pub owner: PartyId,
    /// The party on whose side of the line it stands or reports from, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub side: Option<PartyId>,
    /// Sources in one group fail together and never corroborate each other.
    pub independence_group: String,
    /// Admiralty reliability, A to F.
    pub reliability: Reliability,
    /// Share of its observations that are of nothing (false alarms), 0 to 1.
    pub false_alarm_share: f64,
    /// Delay within which its observations arrive.
    pub delay_max: Duration,
    /// How often it promises to say something, if only that it was there: what nothing was said of
    /// for longer is missing. Absent when it promises nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cadence: Option<Duration>,
    /// Audiences its raw observations may be shown to; empty for everybody.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub releasable_to: Vec<String>,
    /// Where its stations stand, for a network of sensors. A network of many states them in
    /// batches of their own (`stations/1`) instead.
    #[serde(default, rename = "station", skip_serializing_if = "Vec::is_empty")]
    pub stations: Vec<Station>,
}

/// A sensor of a network, or an array taken as one.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Station {
    /// Its name within the source.
    pub name: String,
    /// Degrees east.
    pub lon: f64,
    /// Degrees north.
    pub lat: f64,
    /// One standard deviation of the position, metres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_m: Option<f64>,
    /// Height above the sea, metres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub elevation_m: Option<f64>,
    /// One standard deviation of its clock against UTC, seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock_error_s: Option<f64>,
}

impl Station {
    /// Where it stands.
    #[must_use]
    pub fn place(&self) -> Place {
        Place { lon: self.lon, lat: self.lat }
    }
}
