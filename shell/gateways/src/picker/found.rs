//! An onset with where and when.

use std::cmp::Ordering;

use kernel::Time;
use signal::{Arrival, ChannelName};

use crate::stationxml::Gain;

/// An onset with where and when.
#[derive(Clone, PartialEq, Debug)]
pub struct Found {
    /// The channel that it is read from.
    pub name: ChannelName,
    /// When.
    pub time: Time,
    /// What.
    pub arrival: Arrival,
    /// Counts for a unit of ground motion or pressure, when known.
    pub gain: Option<Gain>,
}

impl Found {
    /// By time, then by name.
    #[must_use]
    pub fn order(&self, other: &Self) -> Ordering {
        self.time.cmp(&other.time).then_with(|| self.name.cmp(&other.name))
    }

    /// Whether this is `earlier` over again, as may be where two pieces meet.
    #[must_use]
    pub fn repeats(&self, earlier: &Self, within_s: f64) -> bool {
        self.name == earlier.name
            && self.arrival.phase == earlier.arrival.phase
            && (self.time - earlier.time).as_seconds().abs() <= 0.5 * within_s
    }
}

/// What a station is called: network and station, or the station alone where no network is named.
#[must_use]
pub fn station(name: &ChannelName) -> String {
    let parts = [name.network.as_str(), name.station.as_str()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(".")
}
