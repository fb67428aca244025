//! Peacetime burning: what was seen in which cell, on which day of which year.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Place, Time};

/// Cells are squares of so many degrees.
pub const CELL_DEG: f64 = 0.1;
/// Days before and after that count as the same season.
pub const SEASON_DAYS: i32 = 15;
const YEAR_DAYS: i32 = 366;

/// A square of the grid, counted from longitude and latitude zero.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Cell {
    /// Columns east of Greenwich.
    pub column: i32,
    /// Rows north of the equator.
    pub row: i32,
}

impl Cell {
    /// The cell that holds `place`.
    #[must_use]
    pub fn of(place: Place) -> Self {
        let count = |degrees: f64| libm::floor(degrees / CELL_DEG) as i32;
        Self { column: count(place.lon), row: count(place.lat) }
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
    /// Years of baseline behind it; 0 means that there is none.
    pub years: u32,
}

impl Baseline {
    /// Takes in one peacetime hotspot.
    pub fn absorb(&mut self, place: Place, day: Time) {
        let year = year_of(day);
        self.years.insert(year);
        *self
            .cells
            .entry(Cell::of(place))
            .or_default()
            .entry((year, day.day_of_year()))
            .or_default() += 1;
    }

    /// How many years it holds.
    #[must_use]
    pub fn years(&self) -> u32 {
        self.years.len() as u32
    }

    /// What to expect where `place` lies, in the season of `day`.
    #[must_use]
    pub fn expected(&self, place: Place, day: Time) -> Expected {
        let years = self.years();
        let season = i32::from(day.day_of_year());
        let seen: u32 = self.cells.get(&Cell::of(place)).map_or(0, |days| {
            days.iter()
                .filter(|((_, other), _)| season_gap(season, i32::from(*other)) <= SEASON_DAYS)
                .map(|(_, count)| count)
                .sum()
        });
        let window = f64::from(years.max(1)) * f64::from(2 * SEASON_DAYS + 1);
        Expected { rate: f64::from(seen) / window, years }
    }
}

fn year_of(day: Time) -> i16 {
    day.day_text().get(..4).and_then(|year| year.parse().ok()).unwrap_or(0)
}

/// Days between two days of the year, the shorter way round.
fn season_gap(one: i32, other: i32) -> i32 {
    let gap = (one - other).abs();
    gap.min(YEAR_DAYS - gap)
}
