//! Sorted counts by square and day, and running sums over days.

use kernel::Time;

use crate::abnormality::REACH_DAYS;
use crate::baseline::Cell;

/// Sorted counts by square and day.
pub(crate) struct Tally(pub(crate) Vec<((Cell, i64), u64)>);

impl Tally {
    pub(crate) fn of(mut counts: Vec<((Cell, i64), u64)>) -> Self {
        counts.sort_unstable();
        counts.dedup_by(|later, earlier| {
            let same = later.0 == earlier.0;
            if same {
                earlier.1 += later.1;
            }
            same
        });
        Self(counts)
    }

    /// The days of one square.
    pub(crate) fn days(&self, square: Cell) -> &[((Cell, i64), u64)] {
        let start = self.0.partition_point(|((other, _), _)| *other < square);
        let rest = self.0.get(start..).unwrap_or_default();
        rest.get(..rest.partition_point(|((other, _), _)| *other == square)).unwrap_or_default()
    }
}

/// A sum over a day and the [`REACH_DAYS`] before it, for days asked in rising order.
#[derive(Default)]
pub(crate) struct Window {
    first: usize,
    next: usize,
    sum: u64,
}

impl Window {
    pub(crate) fn sum(&mut self, days: &[(i64, u64)], day: i64) -> u64 {
        while let Some((_, amount)) = days.get(self.next).filter(|(other, _)| *other <= day) {
            self.sum += amount;
            self.next += 1;
        }
        while let Some((_, amount)) =
            days.get(self.first).filter(|(other, _)| *other < day - REACH_DAYS)
        {
            self.sum -= amount;
            self.first += 1;
        }
        self.sum
    }
}

/// Remembers the day of the year of the day asked last.
#[derive(Default)]
pub(crate) struct Calendar(Option<(i64, u16)>);

impl Calendar {
    pub(crate) fn day_of_year(&mut self, day_number: i64) -> u16 {
        if let Some((day, known)) = self.0
            && day == day_number
        {
            return known;
        }
        let found = (Time(0) + kernel::Duration::days(day_number)).day_of_year();
        self.0 = Some((day_number, found));
        found
    }
}
