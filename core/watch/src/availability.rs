//! Whether a source sends what it should, and in time: data availability and timeliness.
//!
//! The measure is that of the International Monitoring System: at least 98 % of the data that were
//! due, within the stated delay, by hour, day and month. A source that should have sent and did
//! not is a fact of its own: it lowers what its silence is worth.

use kernel::{Duration, Interval, SourceId, Time};
use serde::{Deserialize, Serialize};

use crate::capability::network::at_least;
use crate::outage::{Lapse, OutageKind};

/// A piece of data as it came in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Received {
    /// The time it speaks of.
    pub of: Interval,
    /// When it came in.
    pub at: Time,
    /// Whether it can be worked with: a station that sends nonsense is there but not capable.
    #[serde(default = "yes")]
    pub usable: bool,
    /// Whether it speaks of just that time; else it also stands for the cadence that follows, as a
    /// sign of life does.
    #[serde(default)]
    pub exact: bool,
}

fn yes() -> bool {
    true
}

/// What is expected of a source.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Expected {
    /// Longest time between two pieces of data; zero for a continuous stream.
    pub cadence: Duration,
    /// Delay within which they come in.
    pub delay: Duration,
}

/// How a source did over a window.
#[derive(Clone, PartialEq, Debug)]
pub struct Availability {
    /// What of the window was due when asked: data still under way are not missing.
    pub due: Interval,
    /// Share of the due time for which data came, 0 to 1; 1 when nothing was due.
    pub share_available: f64,
    /// Share for which usable data came: the source was capable of its mission.
    pub share_capable: f64,
    /// Share for which usable data came within the delay.
    pub share_timely: f64,
    /// What the shares are shares of: the due time less what was announced.
    pub promised: Duration,
    /// What of the due time was announced beforehand as lost; it counts for and against nobody.
    pub announced: Duration,
    /// Where nothing came that was promised.
    pub gaps: Vec<Interval>,
}

impl Availability {
    /// Whether it gave the share that is asked of it, in time.
    #[must_use]
    pub fn is_enough(&self, share_due: f64) -> bool {
        self.share_timely >= share_due
    }

    /// The share that came, but not in time or not usable.
    #[must_use]
    pub fn share_late(&self) -> f64 {
        (self.share_available - self.share_timely).max(0.0)
    }

    /// The share that never came.
    #[must_use]
    pub fn share_lost(&self) -> f64 {
        (1.0 - self.share_available).max(0.0)
    }

    /// The sentence for a report; `share_due` is what the agreement asks for.
    #[must_use]
    pub fn sentence(&self, share_due: f64) -> String {
        let percent = |share: f64| libm::floor(share * 1e3) / 1e1;
        let verdict = if self.is_enough(share_due) {
            "as required".to_owned()
        } else {
            format!("below the {} % required", percent(share_due))
        };
        format!(
            "{} % available, {} % capable, {} % in time: {verdict}; {} gaps",
            percent(self.share_available),
            percent(self.share_capable),
            percent(self.share_timely),
            self.gaps.len()
        )
    }
}

/// The data of one source, in order and put together, ready to be asked about any window.
#[derive(Clone, PartialEq, Debug)]
pub struct Ledger {
    expected: Expected,
    available: Vec<Interval>,
    capable: Vec<Interval>,
    timely: Vec<Interval>,
    announced: Vec<Interval>,
    /// What of before this was promised and has not come is missing.
    due_until: Time,
    as_of: Time,
}

impl Ledger {
    /// Puts together what came in by `as_of`. Order and repetition do not matter.
    #[must_use]
    pub fn of(received: &[Received], expected: Expected, as_of: Time) -> Self {
        let covers = |take: &dyn Fn(&Received) -> Option<Interval>| {
            union(received.iter().filter(|piece| piece.at <= as_of).filter_map(take))
        };
        let whole = |piece: &Received| {
            let stands_for = if piece.exact { Duration::ZERO } else { expected.cadence };
            Interval { start: piece.of.start, end: piece.of.end + stands_for }
        };
        let usable = |piece: &Received| piece.usable.then(|| whole(piece));
        // Who speaks once a cadence may speak of its beginning a whole cadence later; a stream's
        // packet is in time as a whole.
        let timely = |piece: &Received| {
            let covered = usable(piece)?;
            let first = match expected.cadence {
                Duration::ZERO if piece.at - piece.of.end <= expected.delay => covered.start,
                Duration::ZERO => return None,
                cadence => covered.start.max(piece.at - expected.delay - cadence),
            };
            (first <= covered.end).then_some(Interval { start: first, end: covered.end })
        };
        let ends = received.iter().filter(|piece| piece.at <= as_of).map(|piece| {
            (whole(piece).end, if piece.exact { expected.cadence } else { Duration::ZERO })
        });
        let next_within = ends.max().map_or(Duration::ZERO, |(_, cadence)| cadence);
        Self {
            expected,
            available: covers(&|piece| Some(whole(piece))),
            capable: covers(&usable),
            timely: covers(&timely),
            announced: vec![],
            due_until: as_of - expected.delay - next_within,
            as_of,
        }
    }

    /// The same with times that were announced beforehand as lost: nothing was promised of them.
    #[must_use]
    pub fn announcing(self, announced: impl IntoIterator<Item = Interval>) -> Self {
        Self { announced: union(announced.into_iter()), ..self }
    }

    /// What of before this was promised and has not come is missing; of later it is under way.
    #[must_use]
    pub fn due_until(&self) -> Time {
        self.due_until
    }

    /// What came in time, what can be worked with, what came at all, and what was announced as lost;
    /// each in order and disjoint.
    pub(crate) fn covered(&self) -> [&[Interval]; 4] {
        [&self.timely, &self.capable, &self.available, &self.announced]
    }

    /// How the source did over a window.
    #[must_use]
    pub fn over(&self, window: Interval) -> Availability {
        let due =
            Interval { start: window.start, end: window.end.min(self.due_until).max(window.start) };
        let promised = gaps(&self.announced, due);
        let length: i64 = promised.iter().map(|stretch| stretch.length().0).sum();
        let share = |covered: &[Interval]| {
            let held: i64 = promised.iter().map(|stretch| overlap(covered, *stretch)).sum();
            if length == 0 { 1.0 } else { held as f64 / length as f64 }
        };
        Availability {
            due,
            share_available: share(&self.available),
            share_capable: share(&self.capable),
            share_timely: share(&self.timely),
            promised: Duration(length),
            announced: Duration(due.length().0 - length),
            gaps: promised.iter().flat_map(|stretch| gaps(&self.available, *stretch)).collect(),
        }
    }

    /// The same slice by slice: hours, days, months.
    #[must_use]
    pub fn by(&self, window: Interval, step: Duration) -> Vec<Availability> {
        if step.0 <= 0 {
            return vec![self.over(window)];
        }
        let starts = std::iter::successors(Some(window.start), |start| Some(*start + step));
        let slices = starts.take_while(|start| *start < window.end);
        slices
            .map(|start| self.over(Interval { start, end: (start + step).min(window.end) }))
            .collect()
    }

    /// Every time promised of which nothing came that can be worked with, and whether something
    /// came all the same.
    #[must_use]
    pub fn losses(&self, window: Interval) -> Vec<(Interval, bool)> {
        let due = self.over(window).due;
        let promised = gaps(&self.announced, due).into_iter();
        let lost = promised.flat_map(|stretch| gaps(&self.capable, stretch));
        lost.map(|gap| (gap, 2 * overlap(&self.available, gap) > gap.length().0)).collect()
    }

    /// Whether something came of a moment.
    #[must_use]
    pub fn spoke_of(&self, moment: Time) -> bool {
        meeting(&self.available, Interval::at(moment)).next().is_some()
    }

    /// Since when the source has been silent, if it should have sent by now.
    #[must_use]
    pub fn silent_since(&self) -> Option<Time> {
        let last = self.available.last()?.end;
        (self.due_until > last).then_some(last)
    }

    /// Every time it should have sent and did not, as a lapse; the last one is open when it
    /// still goes on.
    #[must_use]
    pub fn lapses(&self, source: &SourceId, window: Interval) -> Vec<Lapse> {
        let over = self.over(window);
        let lapse = |gap: &Interval| {
            let goes_on = gap.end >= over.due.end;
            let next = if goes_on { "nothing has come since" } else { "then it came again" };
            Lapse {
                source: source.clone(),
                kind: OutageKind::Outage,
                from: gap.start,
                until: (!goes_on).then_some(gap.end),
                place: None,
                evidence: vec![format!(
                    "expected every {} within {}, nothing of {} to {}; {next}",
                    self.expected.cadence, self.expected.delay, gap.start, gap.end
                )],
            }
        };
        over.gaps.iter().map(lapse).collect()
    }
}

/// How a source did over a window: [`Ledger::of`] and [`Ledger::over`] in one.
#[must_use]
pub fn availability(
    received: &[Received],
    expected: Expected,
    window: Interval,
    as_of: Time,
) -> Availability {
    Ledger::of(received, expected, as_of).over(window)
}

/// Share of time a network had at least `needs` of its members capable.
#[must_use]
pub fn mission_capable(members: &[Ledger], needs: usize, window: Interval) -> f64 {
    let clip = |covered: &Interval| (covered.start.max(window.start), covered.end.min(window.end));
    let mut turns: Vec<(Time, i64)> = members
        .iter()
        .flat_map(|member| member.capable.iter().map(clip))
        .filter(|(from, until)| from < until)
        .flat_map(|(from, until)| [(from, 1), (until, -1)])
        .collect();
    turns.sort_unstable();
    let (mut count, mut since, mut covered) = (0_i64, window.start, 0_i64);
    for (at, turn) in turns {
        if count >= needs as i64 {
            covered += (at - since).0;
        }
        (count, since) = (count + turn, at);
    }
    let length = window.length().0;
    if length == 0 { 0.0 } else { covered as f64 / length as f64 }
}

/// The chance that so many sources fall silent at once by coincidence, from the share of time
/// each is silent anyway; a small one says that something common silenced them.
#[must_use]
pub fn coincidence(silent: usize, silent_shares: &[f64]) -> f64 {
    if silent == 0 { 1.0 } else { at_least(silent, silent_shares.iter().copied()) }
}

/// Stretches in order, those that touch in one.
pub(crate) fn union(pieces: impl Iterator<Item = Interval>) -> Vec<Interval> {
    let mut pieces: Vec<Interval> = pieces.collect();
    pieces.sort_unstable_by_key(|piece| (piece.start, piece.end));
    let mut joined: Vec<Interval> = vec![];
    for piece in pieces {
        match joined.last_mut() {
            Some(last) if piece.start <= last.end => last.end = last.end.max(piece.end),
            _ => joined.push(piece),
        }
    }
    joined
}

/// The part of an ordered, disjoint list that could meet a window.
fn meeting(covered: &[Interval], window: Interval) -> impl Iterator<Item = &Interval> {
    let first = covered.partition_point(|piece| piece.end < window.start);
    covered[first..].iter().take_while(move |piece| piece.start <= window.end)
}

fn overlap(covered: &[Interval], window: Interval) -> i64 {
    meeting(covered, window)
        .map(|piece| (piece.end.min(window.end) - piece.start.max(window.start)).0.max(0))
        .sum()
}

/// What of a window an ordered, disjoint list leaves uncovered.
pub(crate) fn gaps(covered: &[Interval], window: Interval) -> Vec<Interval> {
    let (mut gaps, mut from) = (vec![], window.start);
    for piece in meeting(covered, window) {
        if piece.start > from {
            gaps.push(Interval { start: from, end: piece.start });
        }
        from = from.max(piece.end);
    }
    if from < window.end {
        gaps.push(Interval { start: from, end: window.end });
    }
    gaps
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn hours(from: i64, until: i64) -> Interval {
        Interval { start: Time(0) + Duration::hours(from), end: Time(0) + Duration::hours(until) }
    }

    fn piece(from: i64, until: i64, late: i64) -> Received {
        let of = hours(from, until);
        Received { of, at: of.end + Duration::hours(late), usable: true, exact: false }
    }

    const HOURLY: Expected = Expected { cadence: Duration::ZERO, delay: Duration::hours(2) };

    #[test]
    fn late_data_are_available_but_not_in_time() {
        let received = [piece(0, 5, 1), piece(5, 8, 9), piece(10, 20, 0), piece(0, 5, 7)];
        let day = availability(&received, HOURLY, hours(0, 20), hours(40, 40).start);
        assert_eq!((day.share_available, day.share_timely), (0.9, 0.75));
        assert_eq!(day.gaps, [hours(8, 10)]);
        assert_eq!(
            day.sentence(0.98),
            "90 % available, 90 % capable, 75 % in time: below the 98 % required; 1 gaps"
        );
    }

    #[test]
    fn what_is_under_way_is_not_missing_and_what_is_overdue_is() {
        let received = [piece(0, 10, 0)];
        let asked = |hour| Ledger::of(&received, HOURLY, hours(hour, hour).start);
        assert_eq!(asked(11).silent_since(), None);
        assert_eq!(asked(11).over(hours(0, 24)).share_available, 1.0);
        assert_eq!(asked(13).silent_since(), Some(hours(10, 10).start));
        let lapses = asked(16).lapses(&"cam-1".into(), hours(0, 24));
        assert_eq!(lapses.len(), 1);
        assert_eq!((lapses[0].from, lapses[0].until), (hours(10, 10).start, None));
        let months = asked(16).by(hours(0, 24), Duration::hours(8));
        let shares: Vec<f64> = months.iter().map(|slice| slice.share_available).collect();
        assert_eq!(shares, [1.0, 2.0 / 6.0, 1.0]);
    }

    #[test]
    fn a_network_is_capable_while_enough_of_it_is() {
        let as_of = hours(99, 99).start;
        let ledger = |pieces: &[Received]| Ledger::of(pieces, HOURLY, as_of);
        let nonsense = Received { usable: false, ..piece(0, 20, 0) };
        let members = [
            ledger(&[piece(0, 10, 0)]),
            ledger(&[piece(5, 20, 0)]),
            ledger(&[piece(8, 12, 0), nonsense]),
        ];
        assert_eq!(mission_capable(&members, 2, hours(0, 20)), 7.0 / 20.0);
        assert_eq!(mission_capable(&members, 1, hours(0, 20)), 1.0);
        assert_eq!(mission_capable(&members, 4, hours(0, 20)), 0.0);
        assert_eq!(members[2].over(hours(0, 20)).share_available, 1.0);
        assert_eq!(members[2].over(hours(0, 20)).share_capable, 0.2);
    }

    #[test]
    fn many_silent_at_once_is_no_coincidence() {
        assert!(coincidence(5, &[0.02; 6]) < 1e-6);
        assert!(coincidence(1, &[0.02; 6]) > 0.1);
        assert_eq!(coincidence(0, &[]), 1.0);
    }

    proptest! {
        #[test]
        fn order_and_repetition_do_not_matter_and_more_data_never_make_it_worse(
            pieces in proptest::collection::vec((0i64..100, 0i64..10, 0i64..10), 0..20),
        ) {
            let received: Vec<Received> = pieces.iter().map(|(a, b, c)| piece(*a, a + b, *c)).collect();
            let ask = |r: &[Received]| availability(r, HOURLY, hours(0, 100), hours(200, 200).start);
            let all = ask(&received);
            let mut back: Vec<Received> = received.iter().rev().copied().collect();
            back.extend(received.first().copied());
            prop_assert_eq!(&ask(&back), &all);
            prop_assert!(all.share_timely <= all.share_capable && all.share_capable <= 1.0);
            if let Some((_, fewer)) = received.split_first() {
                prop_assert!(ask(fewer).share_timely <= all.share_timely);
            }
            let missing: i64 = all.gaps.iter().map(|gap| gap.length().0).sum();
            let covered = all.share_available * all.due.length().0 as f64;
            prop_assert!((covered + missing as f64 - all.due.length().0 as f64).abs() < 1.0);
        }
    }
}
