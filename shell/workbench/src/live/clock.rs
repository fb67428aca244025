//! What time it is by the arrivals themselves.

use std::collections::BTreeMap;

/// So many stations must have come to an instant before it is believed: one or two with a clock that
/// jumped would push all others into the past.
const WITNESSES: usize = 3;

/// The latest arrival of each station.
#[derive(Default)]
pub struct Clock {
    latest: BTreeMap<u32, f64>,
    /// The latest few of them: station and time, the latest first.
    top: Vec<(u32, f64)>,
}

impl Clock {
    /// Takes in an arrival; the instant that three stations have come to, once there are three.
    pub fn hear(&mut self, station: u32, time_s: f64) -> Option<f64> {
        let kept = self.latest.entry(station).or_insert(time_s);
        if time_s >= *kept {
            *kept = time_s;
            self.top.retain(|(other, _)| *other != station);
            let place = self.top.partition_point(|(_, latest_s)| *latest_s > time_s);
            self.top.insert(place, (station, time_s));
            self.top.truncate(WITNESSES);
        }
        (self.top.len() == WITNESSES).then(|| self.latest_s())
    }

    /// The instant that three stations have come to; the earliest of fewer.
    pub fn latest_s(&self) -> f64 {
        self.top.last().map_or(0.0, |(_, time_s)| *time_s)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_clock_that_jumps_moves_nothing() {
        let mut clock = Clock::default();
        assert_eq!((clock.hear(0, 10.0), clock.hear(1, 11.0)), (None, None));
        assert_eq!(clock.hear(1, 1e9), None, "the same station again is no witness");
        assert_eq!(clock.hear(2, 12.0), Some(10.0));
        assert_eq!(clock.hear(3, 13.0), Some(12.0));
        assert_eq!(clock.hear(0, 12.5), Some(12.5));
        assert_eq!(clock.hear(3, 11.0), Some(12.5), "time does not go back");
    }
}
