//! A stretch of one channel without gaps: where it was recorded, when it begins, how fast it runs.

use std::fmt;

use kernel::{Duration, Time};
use serde::{Deserialize, Serialize};

/// A channel as the FDSN names it (source identifiers, 2019): network, station, location, channel.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Hash, Serialize, Deserialize)]
pub struct ChannelName {
    /// Who runs it.
    pub network: String,
    /// Where it stands.
    pub station: String,
    /// Which of several instruments there; often empty.
    pub location: String,
    /// Band, instrument and direction, like `HHZ`.
    pub channel: String,
}

impl ChannelName {
    /// The direction letter at the end of the channel: `Z`, `N`, `E`, `1`, ...
    #[must_use]
    pub fn direction(&self) -> Option<char> {
        self.channel.chars().last()
    }

    /// What the components of one instrument share: everything but the direction letter.
    #[must_use]
    pub fn instrument(&self) -> Self {
        let mut shared = self.clone();
        shared.channel.pop();
        shared
    }
}

impl fmt::Display for ChannelName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}.{}", self.network, self.station, self.location, self.channel)
    }
}

/// Samples at even steps.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Trace {
    /// Where from.
    pub name: ChannelName,
    /// When the first sample was taken, UTC without leap seconds.
    pub start: Time,
    /// Samples a second, above 0.
    pub rate_hz: f64,
    /// The samples, in counts unless the reader says otherwise.
    pub samples: Vec<f64>,
}

impl Trace {
    /// When sample `index` was taken (or would be, beyond the end).
    #[must_use]
    pub fn time_of(&self, index: f64) -> Time {
        self.start + Duration((index / self.rate_hz * 1e6).round() as i64)
    }

    /// When the next sample after the last is due.
    #[must_use]
    pub fn end(&self) -> Time {
        self.time_of(self.samples.len() as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_run_with_the_rate() {
        let name = ChannelName { channel: "HHZ".into(), ..ChannelName::default() };
        let trace = Trace { name, start: Time(5), rate_hz: 200.0, samples: vec![0.0; 400] };
        assert_eq!((trace.time_of(1.5), trace.end()), (Time(7_505), Time(2_000_005)));
        assert_eq!(trace.name.to_string(), "...HHZ");
        assert_eq!(
            (trace.name.direction(), trace.name.instrument().channel.as_str()),
            (Some('Z'), "HH")
        );
    }
}
