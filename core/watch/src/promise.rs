//! What a source promised to say, and how its batches keep it: the measure of availability held
//! against what the record has.
//!
//! A source that states a cadence promises to say something that often, and each of it within its
//! delay. A batch speaks of the time that whoever handed it in says, else of that of its rows. What
//! nothing was said of is lost; what came later than promised is late; what came twice counts once.

use kernel::{Duration, Interval, SourceId, Time};
use serde::{Deserialize, Serialize};

use crate::availability::{Availability, Expected, Ledger, Received};
use crate::entry::Outage;
use crate::observation::{Content, Observation};
use crate::outage::OutageKind;
use crate::source::Source;
use crate::state::State;

/// Stretches of one batch at most; beyond, the shortest gaps between them are closed.
const SPANS_MAX: usize = 512;

/// What time a batch speaks of.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Covers {
    /// Whether whoever handed it in said so; else it is the time of its rows.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stated: bool,
    /// Stretches that it speaks of, in order.
    pub spans: Vec<Interval>,
    /// Stretches of which it says that nothing in them can be worked with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unusable: Vec<Interval>,
}

impl Covers {
    /// What was stated.
    #[must_use]
    pub fn stated(interval: Interval) -> Self {
        Self { stated: true, spans: vec![interval], unusable: vec![] }
    }

    /// What the rows of a batch speak of, by a source that promised to speak every `cadence`.
    #[must_use]
    pub fn of(observations: &[Observation], cadence: Duration) -> Self {
        let spans = |usable: bool| {
            let rows = observations.iter().filter(|row| match &row.content {
                Content::Up(up) => up.usable == usable,
                // Where a station stands says nothing of when it watched.
                Content::Station(_) => false,
                _ => usable,
            });
            joined(rows.map(|row| row.when).collect(), cadence)
        };
        Self { stated: false, spans: spans(true), unusable: spans(false) }
    }
}

/// Stretches in order, those closer than `cadence` in one.
fn joined(mut rows: Vec<Interval>, cadence: Duration) -> Vec<Interval> {
    rows.sort_unstable_by_key(|row| (row.start, row.end));
    let mut spans: Vec<Interval> = vec![];
    for row in rows {
        match spans.last_mut() {
            Some(last) if row.start - last.end <= cadence => last.end = last.end.max(row.end),
            _ => spans.push(row),
        }
    }
    if spans.len() > SPANS_MAX {
        let mut apart: Vec<i64> =
            spans.windows(2).map(|two| (two[1].start - two[0].end).0).collect();
        apart.sort_unstable();
        let closed = apart.get(spans.len() - SPANS_MAX - 1).copied().unwrap_or(i64::MAX);
        return joined(spans, Duration(closed));
    }
    spans
}

/// How a source keeps its promise.
#[derive(Clone, PartialEq, Debug)]
pub struct Kept {
    /// What came, and when.
    pub ledger: Ledger,
    /// From when on it is held to it: since it is known, or since the first thing it spoke of; where
    /// it promised later, since then.
    pub since: Time,
}

/// How a source keeps its promise as the record has it at `as_of`; none when it promised nothing.
#[must_use]
pub fn kept(state: &State, source: &Source, as_of: Time) -> Option<Kept> {
    let expected = Expected { cadence: source.cadence?, delay: source.delay_max };
    let batches =
        state.received().filter(|(batch, _)| batch.source == source.id && !batch.baseline);
    let mut received = Vec::new();
    for (batch, at) in batches {
        let Some(covers) = &batch.covers else { continue };
        let piece =
            |usable| move |of: &Interval| Received { of: *of, at, usable, exact: covers.stated };
        received.extend(covers.spans.iter().map(piece(true)));
        received.extend(covers.unusable.iter().map(piece(false)));
    }
    let first = received.iter().map(|piece| piece.of.start).min();
    let known = first.into_iter().chain(state.known_since(&source.id)).min()?;
    let since = state.promised_later(&source.id).unwrap_or(known);
    let announced = state.announced(&source.id);
    let lost =
        announced.map(|outage| Interval::new(outage.from, outage.until.unwrap_or(Time::MAX)));
    Some(Kept { ledger: Ledger::of(&received, expected, as_of).announcing(lost), since })
}

/// A time in which a source did not say what it promised.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Gap {
    /// First moment.
    pub from: Time,
    /// Last moment.
    pub until: Time,
    /// What was stated of it, if anything was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<OutageKind>,
    /// Why, in the words of who stated it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// How a source did over a window.
#[derive(Clone, PartialEq, Debug)]
pub struct Done {
    /// Shares and their denominator.
    pub availability: Availability,
    /// Where nothing came, with the reasons that were stated.
    pub gaps: Vec<Gap>,
}

impl Kept {
    /// The last 24 hours that were due.
    #[must_use]
    pub fn last_day(&self) -> Interval {
        let end = self.ledger.due_until();
        Interval { start: end - Duration::days(1), end }
    }

    /// How the source did over a window, no earlier than its promise.
    #[must_use]
    pub fn over(&self, source: &SourceId, window: Interval, outages: &[Outage]) -> Done {
        let start = window.start.max(self.since).min(window.end);
        let availability = self.ledger.over(Interval { start, end: window.end });
        let stated = |gap: &Interval| {
            let during = outages.iter().filter(|outage| outage.source == *source);
            let mut during = during.filter(|outage| {
                outage.from < gap.end && outage.until.is_none_or(|end| end > gap.start)
            });
            during.next()
        };
        let gap = |gap: &Interval| {
            let stated = stated(gap);
            Gap {
                from: gap.start,
                until: gap.end,
                kind: stated.map(|outage| outage.kind),
                reason: stated.map(|outage| outage.reason.clone()),
            }
        };
        let gaps = availability.gaps.iter().map(gap).collect();
        Done { availability, gaps }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minutes(from: i64, until: i64) -> Interval {
        let at = |minute| Time(0) + Duration::seconds(60 * minute);
        Interval { start: at(from), end: at(until) }
    }

    #[test]
    fn rows_closer_than_the_cadence_are_one_stretch() {
        let rows = vec![minutes(20, 21), minutes(0, 2), minutes(3, 3), minutes(9, 9)];
        let spans = joined(rows, Duration::seconds(300));
        assert_eq!(spans, [minutes(0, 3), minutes(9, 9), minutes(20, 21)]);
    }

    #[test]
    fn a_batch_of_many_gaps_keeps_the_long_ones() {
        let long = |at: i64| if at == 300 { 50 } else { 0 };
        let mut from = 0;
        let rows: Vec<Interval> = (0..2_000)
            .map(|at| {
                from += 3 + at % 2 + long(at);
                minutes(from, from)
            })
            .collect();
        let spans = joined(rows, Duration::ZERO);
        assert!(spans.len() <= SPANS_MAX, "{}", spans.len());
        let longest = spans.windows(2).map(|two| (two[1].start - two[0].end).0).max();
        assert_eq!(longest, Some(Duration::seconds(60 * 53).0));
    }
}
