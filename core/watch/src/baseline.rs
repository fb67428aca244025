//! Peacetime burning: what was seen in which square, on which day of which year.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Place, Time};

/// Squares in a degree, along each axis.
const CELLS_PER_DEGREE: f64 = 10.0;
/// Days before and after that count as the same season.
pub const SEASON_DAYS: usize = 30;
const YEAR_DAYS: usize = 366;
/// What the square itself and its neighbours weigh, so that burning just over a square's edge is
/// not a surprise: the binomial kernel 1 2 1 along each axis.
const SMOOTHING: [(i32, u32); 3] = [(-1, 1), (0, 2), (1, 1)];
/// Sum of the kernel's weights over both axes.
const SMOOTHING_SUM: f64 = 16.0;
/// The half count of Jeffreys' prior for a Poisson rate: a square that never burnt in the years
/// we have may still burn.
pub(crate) const PRIOR_COUNT: f64 = 0.5;

/// A square of the grid, counted from longitude and latitude zero; 0.1 degrees wide unless
/// [`Cell::in_blocks_of`] made it coarser.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Cell {
    /// Rows north of the equator.
    pub row: i32,
    /// Columns east of Greenwich.
    pub column: i32,
}

impl Cell {
    /// The 0.1-degree cell that holds `place`.
    #[must_use]
    pub fn of(place: Place) -> Self {
        let count = |degrees: f64| libm::floor(degrees * CELLS_PER_DEGREE) as i32;
        Self { row: count(place.lat), column: count(place.lon) }
    }

    /// The coarser square, `width` by `width` of these, that holds this one.
    #[must_use]
    pub fn in_blocks_of(self, width: i32) -> Self {
        Self { row: self.row.div_euclid(width), column: self.column.div_euclid(width) }
    }
}

/// Hotspots of peacetime years. The same set gives the same baseline in whatever order it came.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Baseline {
    years: BTreeSet<i16>,
    cells: BTreeMap<Cell, BTreeMap<(i16, u16), u32>>,
}

/// What peacetime leads one to expect in a cell on a day.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Expected {
    /// Hotspots a day in this cell and season.
    pub rate: f64,
    /// Hotspots in this cell and season behind that rate, neighbours' share included.
    pub seen: f64,
    /// Years of baseline behind it; 0 means that there is none.
    pub years: u32,
}

impl Baseline {
    /// Takes in one peacetime hotspot.
    pub fn absorb(&mut self, place: Place, day: Time) {
        let year = year_of(day);
        self.years.insert(year);
        let days = self.cells.entry(Cell::of(place)).or_default();
        let count = days.entry((year, day.day_of_year())).or_default();
        *count = count.saturating_add(1);
    }

    /// How many years it holds.
    #[must_use]
    pub fn years(&self) -> u32 {
        self.years.len() as u32
    }

    /// What to expect where `place` lies, in the season of `day`.
    #[must_use]
    pub fn expected(&self, place: Place, day: Time) -> Expected {
        self.expected_by_season(&self.seasons_of_cell(Cell::of(place)), day.day_of_year())
    }

    /// The same from a cell's seasons, worked out once for many days.
    pub(crate) fn expected_by_season(&self, seasons: &Seasons, day_of_year: u16) -> Expected {
        let seen = seasons.around(day_of_year) as f64 / SMOOTHING_SUM;
        Expected { rate: self.rate(seen, PRIOR_COUNT), seen, years: self.years() }
    }

    /// So much seen in a season over all years, as a rate a day.
    pub(crate) fn rate(&self, seen: f64, prior_count: f64) -> f64 {
        let days = self.years().max(1) as usize * (2 * SEASON_DAYS + 1);
        (seen + prior_count) / days as f64
    }

    /// Smoothed counts of one cell.
    pub(crate) fn seasons_of_cell(&self, cell: Cell) -> Seasons {
        let mut daily = [0_u64; YEAR_DAYS];
        for (north, row_weight) in SMOOTHING {
            for (east, column_weight) in SMOOTHING {
                let neighbour = Cell { row: cell.row + north, column: cell.column + east };
                for ((_, day), count) in self.cells.get(&neighbour).into_iter().flatten() {
                    add(
                        &mut daily,
                        *day,
                        u64::from(row_weight * column_weight) * u64::from(*count),
                    );
                }
            }
        }
        Seasons::of(&daily)
    }

    /// Counts in a rectangle of cells, corners included: of hotspots by `measure`, or of days on
    /// which a cell burnt at all.
    pub(crate) fn seasons_of(&self, from: Cell, to: Cell, measure: Measure) -> Seasons {
        let mut daily = [0_u64; YEAR_DAYS];
        for row in from.row..=to.row {
            let (west, east) = (Cell { row, column: from.column }, Cell { row, column: to.column });
            for ((_, day), count) in self.cells.range(west..=east).flat_map(|(_, days)| days) {
                let amount = if measure == Measure::Hotspots { u64::from(*count) } else { 1 };
                add(&mut daily, *day, amount);
            }
        }
        Seasons::of(&daily)
    }
}

/// What is counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Measure {
    /// Every hotspot.
    Hotspots,
    /// Each cell once a day, however many hotspots it had.
    BurningCells,
}

/// Running sums over the days of a year, all years together: a season's count in one step.
#[derive(Clone, Debug)]
pub(crate) struct Seasons(Vec<u64>);

impl Seasons {
    fn of(daily: &[u64; YEAR_DAYS]) -> Self {
        let margin = daily.iter().skip(YEAR_DAYS - SEASON_DAYS);
        let round = margin.chain(daily).chain(daily.iter().take(SEASON_DAYS));
        let mut sum = 0;
        Self(
            std::iter::once(0)
                .chain(round.map(|count| {
                    sum += count;
                    sum
                }))
                .collect(),
        )
    }

    /// The count within [`SEASON_DAYS`] of a day of the year, across New Year where need be.
    pub(crate) fn around(&self, day_of_year: u16) -> u64 {
        let first = usize::from(day_of_year).min(YEAR_DAYS - 1);
        match (self.0.get(first), self.0.get(first + 2 * SEASON_DAYS + 1)) {
            (Some(before), Some(through)) => through - before,
            _ => 0,
        }
    }
}

fn add(daily: &mut [u64; YEAR_DAYS], day_of_year: u16, amount: u64) {
    if let Some(count) = daily.get_mut(usize::from(day_of_year)) {
        *count += amount;
    }
}

fn year_of(day: Time) -> i16 {
    day.day_text().get(..4).and_then(|year| year.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELD: Place = Place { lon: 36.05, lat: 49.05 };

    fn day(text: &str) -> Time {
        text.parse().unwrap()
    }

    #[test]
    fn a_season_reaches_across_new_year() {
        let mut baseline = Baseline::default();
        for _ in 0..16 {
            baseline.absorb(FIELD, day("2018-12-30"));
        }
        assert_eq!(baseline.expected(FIELD, day("2022-01-20")).seen, 4.0);
        assert_eq!(baseline.expected(FIELD, day("2022-03-20")).seen, 0.0);
    }

    #[test]
    fn neighbours_share_and_far_cells_do_not() {
        let mut baseline = Baseline::default();
        baseline.absorb(FIELD, day("2018-04-01"));
        baseline.absorb(FIELD, day("2021-04-01"));
        let seen = |lon| baseline.expected(Place { lon, ..FIELD }, day("2022-04-10"));
        assert_eq!((seen(36.05).seen, seen(36.15).seen, seen(36.25).seen), (0.5, 0.25, 0.0));
        assert_eq!(seen(36.25).years, 2);
        assert!((seen(36.25).rate - 0.5 / 122.0).abs() < 1e-15);
    }

    #[test]
    fn squares_count_downward_below_zero() {
        let cell = Cell::of(Place { lon: -0.05, lat: 0.05 });
        assert_eq!(cell, Cell { row: 0, column: -1 });
        assert_eq!(cell.in_blocks_of(10), Cell { row: 0, column: -1 });
    }
}
