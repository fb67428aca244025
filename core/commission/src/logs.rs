//! Two parties' logs side by side: the same event? the same culprit?
//!
//! Two joint bodies once counted 71 violations each, the same day, with different culprits; only
//! line-by-line matching shows that.

use kernel::{Duration, Interval, PartyId, PlaceBelief, Truth};
use serde::{Deserialize, Serialize};

/// One line of a party's log.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct LogLine {
    /// The party's own number for it.
    pub reference: String,
    /// When.
    pub when: Interval,
    /// Where, with its error.
    pub place: PlaceBelief,
    /// Whom it lays it to, if anybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub against: Option<PartyId>,
    /// What it says.
    pub text: String,
}

/// A row of the comparison. A line that nothing matches stands alone.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Row {
    /// Index in the first log.
    pub one: Option<usize>,
    /// Index in the other log.
    pub other: Option<usize>,
    /// Whether both tell of one event: not yet known where time and place only just allow it.
    pub same_event: Truth,
    /// Whether both lay it to the same party: not yet known where one names nobody.
    pub same_attribution: Truth,
}

/// The rows counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Summary {
    /// Rows both logs have.
    pub matched: usize,
    /// Of these, laid to the same party.
    pub same_attribution: usize,
    /// Of these, laid to different parties.
    pub opposed: usize,
    /// Lines only the first has.
    pub only_one: usize,
    /// Lines only the other has.
    pub only_other: usize,
}

/// How far two clocks and two hands may differ.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Tolerance {
    /// Gap between the intervals that is still the same moment.
    pub time: Duration,
    /// One standard deviation added to each place's own, metres.
    pub place_m: f64,
}

/// Chi-square with two degrees of freedom: 95 % of true pairs lie within the first, 99 % within
/// the second.
const SURE: f64 = 5.991;
const POSSIBLE: f64 = 9.210;

/// Pairs the lines of two logs, nearest pairs first, each line once. Swapping the logs swaps the
/// columns and nothing else.
#[must_use]
pub fn compare(one: &[LogLine], other: &[LogLine], tolerance: Tolerance) -> Vec<Row> {
    let mut pairs = candidates(one, other, tolerance);
    pairs.sort_by(|a, b| {
        a.order(one, other).partial_cmp(&b.order(one, other)).unwrap_or(std::cmp::Ordering::Equal)
    });
    let (mut taken_one, mut taken_other) = (vec![false; one.len()], vec![false; other.len()]);
    let mut rows = Vec::new();
    for pair in pairs {
        let (Some(left), Some(right)) =
            (taken_one.get_mut(pair.one), taken_other.get_mut(pair.other))
        else {
            continue;
        };
        if !*left && !*right {
            (*left, *right) = (true, true);
            rows.push(pair.row(one, other));
        }
    }
    let alone = |taken: Vec<bool>| {
        (0..taken.len()).filter(move |&at| !taken.get(at).copied().unwrap_or(true))
    };
    let nothing = (Truth::No, Truth::NotYetKnown);
    rows.extend(alone(taken_one).map(|at| Row {
        one: Some(at),
        other: None,
        same_event: nothing.0,
        same_attribution: nothing.1,
    }));
    rows.extend(alone(taken_other).map(|at| Row {
        one: None,
        other: Some(at),
        same_event: nothing.0,
        same_attribution: nothing.1,
    }));
    let start =
        |log: &[LogLine], at: Option<usize>| at.and_then(|at| Some(log.get(at)?.when.start));
    rows.sort_by_key(|row| {
        [start(one, row.one), start(other, row.other)].into_iter().flatten().min()
    });
    rows
}

/// Counts the rows.
#[must_use]
pub fn summary(rows: &[Row]) -> Summary {
    let mut counts = Summary::default();
    for row in rows {
        match (row.one, row.other) {
            (Some(_), Some(_)) => {
                counts.matched += 1;
                counts.same_attribution += usize::from(row.same_attribution == Truth::Yes);
                counts.opposed += usize::from(row.same_attribution == Truth::No);
            }
            (Some(_), None) => counts.only_one += 1,
            (None, _) => counts.only_other += 1,
        }
    }
    counts
}

/// Two lines that may tell of one event.
struct Pair {
    one: usize,
    other: usize,
    distance2: f64,
}

impl Pair {
    /// Nearest first; then the earlier, then by content, the same whichever log comes first.
    fn order<'a>(
        &self,
        one: &'a [LogLine],
        other: &'a [LogLine],
    ) -> (f64, Vec<(Interval, &'a str)>) {
        let key = |line: &'a LogLine| (line.when, line.reference.as_str());
        let lines = [one.get(self.one), other.get(self.other)];
        let mut keys: Vec<_> = lines.into_iter().flatten().map(key).collect();
        keys.sort_unstable();
        (self.distance2, keys)
    }

    fn row(&self, one: &[LogLine], other: &[LogLine]) -> Row {
        let against =
            |log: &[LogLine], at: usize| log.get(at).and_then(|line| line.against.clone());
        let culprits = against(one, self.one).zip(against(other, self.other));
        Row {
            one: Some(self.one),
            other: Some(self.other),
            same_event: if self.distance2 <= SURE { Truth::Yes } else { Truth::NotYetKnown },
            same_attribution: culprits.map_or(Truth::NotYetKnown, |(a, b)| Truth::from(a == b)),
        }
    }
}

fn candidates(one: &[LogLine], other: &[LogLine], tolerance: Tolerance) -> Vec<Pair> {
    let mut by_start: Vec<usize> = (0..other.len()).collect();
    by_start.sort_by_key(|&at| other.get(at).map(|line| line.when.start));
    let mut pairs = Vec::new();
    for (at, line) in one.iter().enumerate() {
        let latest = line.when.end + tolerance.time;
        for &against in &by_start {
            let Some(candidate) = other.get(against) else { continue };
            if candidate.when.start > latest {
                break;
            }
            if candidate.when.end + tolerance.time < line.when.start {
                continue;
            }
            let distance2 = distance2(&line.place, &candidate.place, tolerance.place_m);
            if distance2 <= POSSIBLE {
                pairs.push(Pair { one: at, other: against, distance2 });
            }
        }
    }
    pairs
}

/// Squared Mahalanobis distance between two beliefs about a place, rounded so that it does not
/// depend on which of the two comes first.
fn distance2(one: &PlaceBelief, other: &PlaceBelief, tolerance_m: f64) -> f64 {
    let (east, north) = one.mean.offset_to_m(other.mean);
    let variance = 2.0 * tolerance_m * tolerance_m;
    let (ee, en, nn) = (
        one.ee_m2 + other.ee_m2 + variance,
        one.en_m2 + other.en_m2,
        one.nn_m2 + other.nn_m2 + variance,
    );
    let determinant = ee * nn - en * en;
    if determinant > 0.0 {
        let squared =
            (nn * east * east - 2.0 * en * east * north + ee * north * north) / determinant;
        kernel::place::round_to(squared, 1e6)
    } else {
        f64::INFINITY
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::{Place, Time};

    fn line(reference: &str, minute: i64, lat: f64, against: Option<&str>) -> LogLine {
        LogLine {
            reference: reference.into(),
            when: Interval::at(Time(minute * 60_000_000)),
            place: PlaceBelief::round(Place { lon: 37.5, lat }, 200.0),
            against: against.map(PartyId::from),
            text: String::new(),
        }
    }

    const TOLERANCE: Tolerance = Tolerance { time: Duration::seconds(900), place_m: 500.0 };

    #[test]
    fn the_same_total_with_different_culprits_is_seen() {
        let north = [line("n1", 0, 48.0, Some("south")), line("n2", 60, 48.1, Some("south"))];
        let south = [line("s1", 5, 48.001, Some("north")), line("s2", 600, 48.5, None)];
        let rows = compare(&north, &south, TOLERANCE);
        assert_eq!(rows[0].same_event, Truth::Yes);
        assert_eq!(rows[0].same_attribution, Truth::No);
        let counts = summary(&rows);
        assert_eq!(
            (counts.matched, counts.opposed, counts.only_one, counts.only_other),
            (1, 1, 1, 1)
        );
    }

    #[test]
    fn swapping_the_logs_swaps_the_columns() {
        let north: Vec<_> =
            (0..12).map(|at| line("n", at * 7, 48.0 + 0.003 * at as f64, Some("south"))).collect();
        let south: Vec<_> =
            (0..9).map(|at| line("s", at * 9, 48.02 - 0.002 * at as f64, Some("south"))).collect();
        let turned = |rows: Vec<Row>| {
            let pairs = rows.into_iter().map(|row| (row.other, row.one, row.same_event));
            let mut pairs: Vec<_> = pairs.collect();
            pairs.sort();
            pairs
        };
        let mut straight: Vec<_> = compare(&north, &south, TOLERANCE)
            .into_iter()
            .map(|row| (row.one, row.other, row.same_event))
            .collect();
        straight.sort();
        assert_eq!(turned(compare(&south, &north, TOLERANCE)), straight);
    }
}
