//! A source's time told stretch by stretch: what came of each, and what was promised of it.

use kernel::{Interval, Time};
use serde::Serialize;

use crate::availability::Ledger;

/// What came of a stretch of time.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Came {
    /// What can be worked with, within the delay.
    InTime,
    /// What can be worked with, after it.
    Late,
    /// Something, but nothing that can be worked with.
    Unusable,
    /// Nothing, though it was promised.
    Lost,
    /// Announced beforehand as lost: nothing was promised.
    Announced,
    /// Nothing yet, and the delay has not passed.
    UnderWay,
}

impl Ledger {
    /// A window from end to end, in order; neighbours differ.
    #[must_use]
    pub fn stretches(&self, window: Interval) -> Vec<(Interval, Came)> {
        let lists = self.covered().into_iter().flatten();
        let edges = lists.flat_map(|piece| [piece.start, piece.end]);
        let inside = |edge: &Time| window.start < *edge && *edge < window.end;
        let mut edges: Vec<Time> = edges.chain([self.due_until()]).filter(inside).collect();
        edges.extend([window.start, window.end]);
        edges.sort_unstable();
        edges.dedup();
        let mut stretches: Vec<(Interval, Came)> = vec![];
        for edge in edges.windows(2) {
            let stretch = Interval { start: edge[0], end: edge[1] };
            let came = self.came(stretch.middle());
            match stretches.last_mut() {
                Some((last, before)) if *before == came => last.end = stretch.end,
                _ => stretches.push((stretch, came)),
            }
        }
        stretches
    }

    /// What came of a moment that is no edge.
    fn came(&self, moment: Time) -> Came {
        let [timely, capable, available, announced] =
            self.covered().map(|list| holds(list, moment));
        match () {
            () if announced => Came::Announced,
            () if timely => Came::InTime,
            () if capable => Came::Late,
            () if available => Came::Unusable,
            () if moment >= self.due_until() => Came::UnderWay,
            () => Came::Lost,
        }
    }
}

fn holds(covered: &[Interval], moment: Time) -> bool {
    let first = covered.partition_point(|piece| piece.end <= moment);
    covered.get(first).is_some_and(|piece| piece.start <= moment)
}

#[cfg(test)]
mod tests {
    use kernel::Duration;
    use proptest::prelude::*;

    use super::*;
    use crate::availability::{Expected, Received};

    fn at(minute: i64) -> Time {
        Time(0) + Duration::seconds(60 * minute)
    }

    proptest! {
        #[test]
        fn stretches_fill_the_window_and_add_up_to_the_shares(
            pieces in prop::collection::vec((0..500_i64, 1..90_i64, 0..60_i64, any::<bool>()), 0..12),
            announced in (0..500_i64, 0..60_i64),
            as_of in 100..700_i64,
        ) {
            let received: Vec<Received> = pieces.iter().map(|(from, length, delay, usable)| Received {
                of: Interval { start: at(*from), end: at(from + length) },
                at: at(from + length + delay),
                usable: *usable,
                exact: true,
            }).collect();
            let expected = Expected { cadence: Duration::seconds(600), delay: Duration::seconds(1_200) };
            let out = Interval { start: at(announced.0), end: at(announced.0 + announced.1) };
            let ledger = Ledger::of(&received, expected, at(as_of)).announcing([out]);
            let window = Interval { start: at(0), end: at(600) };
            let stretches = ledger.stretches(window);
            prop_assert_eq!(stretches.first().map(|(first, _)| first.start), Some(window.start));
            prop_assert_eq!(stretches.last().map(|(last, _)| last.end), Some(window.end));
            prop_assert!(stretches.windows(2).all(|two| two[0].0.end == two[1].0.start && two[0].1 != two[1].1));
            let over = ledger.over(window);
            let length = |which: &[Came]| {
                let those = stretches.iter().filter(|(_, came)| which.contains(came));
                let within = those.map(|(stretch, _)| (stretch.end.min(over.due.end) - stretch.start).0.max(0));
                within.sum::<i64>() as f64
            };
            let promised = over.promised.0 as f64;
            if promised > 0.0 {
                prop_assert!((length(&[Came::InTime]) / promised - over.share_timely).abs() < 1e-9);
                prop_assert!((length(&[Came::InTime, Came::Late]) / promised - over.share_capable).abs() < 1e-9);
                prop_assert!((length(&[Came::Lost]) / promised - over.share_lost()).abs() < 1e-9);
            }
            prop_assert_eq!(length(&[Came::Announced]), over.announced.0 as f64);
        }
    }
}
