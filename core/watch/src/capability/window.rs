//! The minutes of an hour in which something was in action.

use kernel::{Duration, Interval, Time};

/// Minutes of an hour as bits; bit 0 is the first.
pub type Minutes = u64;

/// All sixty.
pub const WHOLE_HOUR: Minutes = (1 << 60) - 1;
const MINUTE_US: i64 = 60_000_000;

/// The minutes of the hour from `start` that none of the losses touches: a loss that touches a
/// minute takes all of it, so that rounding never adds time in action.
#[must_use]
pub fn in_action(start: Time, losses: &[Interval]) -> Minutes {
    let mut minutes = WHOLE_HOUR;
    for loss in losses {
        let first = (loss.start - start).0.max(0) / MINUTE_US;
        let last = (loss.end - start).0.min(60 * MINUTE_US - 1);
        if first >= 60 || last < 0 {
            continue;
        }
        for minute in first..=(last / MINUTE_US) {
            minutes &= !(1 << minute);
        }
    }
    minutes
}

/// Whole minutes from `start` to a moment, rounded down; before it they are negative.
#[must_use]
pub fn minute_down(start: Time, moment: Time) -> i64 {
    (moment - start).0.div_euclid(MINUTE_US)
}

/// The same, rounded up.
#[must_use]
pub fn minute_up(start: Time, moment: Time) -> i64 {
    -(start - moment).0.div_euclid(MINUTE_US)
}

/// An edge at a minute, if the hour has it.
#[must_use]
pub fn edge(minute: i64) -> Minutes {
    if (1..60).contains(&minute) { 1 << minute } else { 0 }
}

/// The minutes at which something begins or ends.
#[must_use]
pub fn edges_of(minutes: Minutes) -> Minutes {
    (minutes ^ (minutes << 1)) & WHOLE_HOUR & !1
}

/// The stretches between edges: first minute and how many. An hour without edges is one stretch.
pub fn stretches(edges: Minutes) -> impl Iterator<Item = (u32, u32)> {
    let mut from = 0;
    std::iter::from_fn(move || {
        if from >= 60 {
            return None;
        }
        let later = edges & WHOLE_HOUR & !((2u64 << from) - 1);
        let until = if later == 0 { 60 } else { later.trailing_zeros() };
        let stretch = (from, until - from);
        from = until;
        Some(stretch)
    })
}

/// What is left of an interval when the losses are taken out.
#[must_use]
pub fn without(when: Interval, losses: &[Interval]) -> Vec<Interval> {
    let mut losses: Vec<Interval> =
        losses.iter().copied().filter(|loss| loss.overlaps(when)).collect();
    losses.sort_unstable_by_key(|loss| (loss.start, loss.end));
    let (mut left, mut from) = (vec![], when.start);
    for loss in losses {
        if loss.start > from {
            left.push(Interval { start: from, end: loss.start + Duration(-1) });
        }
        from = from.max(loss.end + Duration(1));
    }
    if from <= when.end {
        left.push(Interval { start: from, end: when.end });
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minutes(from: i64, until: i64) -> Interval {
        Interval { start: Time(from * MINUTE_US), end: Time(until * MINUTE_US) }
    }

    #[test]
    fn a_loss_takes_every_minute_it_touches() {
        let up = in_action(Time(0), &[minutes(10, 20), minutes(50, 90), minutes(-9, -1)]);
        assert_eq!(up.count_ones(), 60 - 11 - 10);
        assert_eq!(in_action(Time(0), &[]), WHOLE_HOUR);
        assert_eq!(in_action(Time(0), &[minutes(-5, 70)]), 0);
        let lengths: Vec<_> = stretches(edges_of(up)).collect();
        assert_eq!(lengths, [(0, 10), (10, 11), (21, 29), (50, 10)]);
        assert_eq!(stretches(0).collect::<Vec<_>>(), [(0, 60)]);
        assert_eq!(stretches(edges_of(WHOLE_HOUR)).collect::<Vec<_>>(), [(0, 60)]);
    }

    #[test]
    fn what_is_left_of_a_look_lies_outside_every_loss() {
        let left = without(minutes(0, 60), &[minutes(10, 20), minutes(15, 30), minutes(60, 70)]);
        let ends: Vec<_> = left.iter().map(|part| (part.start.0, part.end.0)).collect();
        let m = MINUTE_US;
        assert_eq!(ends, [(0, 10 * m - 1), (30 * m + 1, 60 * m - 1)]);
        assert_eq!(without(minutes(0, 60), &[minutes(-1, 61)]), vec![]);
    }
}
