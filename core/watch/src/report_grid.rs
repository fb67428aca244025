//! Which reports may speak of a place and day: each report stands in every cell it reaches.

use std::collections::BTreeMap;

use kernel::{Interval, Place, Time};

use crate::evidence::{self, Atom};
use crate::gauss;
use crate::settings::Settings;

const CELL_DEG: f64 = 0.25;
const M_PER_DEGREE: f64 = 111_195.0;
const DAY_US: i64 = 86_400_000_000;

/// A cell on a day: day, row, column.
type Key = (i64, i32, i32);

/// How far a report speaks.
#[derive(Clone, Copy, Debug)]
pub struct Reach {
    /// The middle of where it says it was.
    pub middle: Place,
    /// Beyond this nothing joins it, metres.
    pub reach_m: f64,
    /// When it may have been.
    pub window: Interval,
    /// The first and last cell and day that it reaches.
    span: (Key, Key),
}

/// Reports by cell and day.
#[derive(Clone, Default, Debug)]
pub struct ReportGrid {
    cells: BTreeMap<Key, Vec<u32>>,
    reaches: Vec<Reach>,
}

impl ReportGrid {
    /// Adds the next report.
    pub fn push(&mut self, atom: &Atom, settings: &Settings) {
        let number = self.reaches.len() as u32;
        let reach = reach_of(atom, settings);
        for key in keys(reach.span) {
            self.cells.entry(key).or_default().push(number);
        }
        self.reaches.push(reach);
    }

    /// How many reports it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.reaches.len()
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.reaches.is_empty()
    }

    /// How far a report speaks.
    #[must_use]
    pub fn reach(&self, report: u32) -> Option<&Reach> {
        self.reaches.get(report as usize)
    }

    /// Reports that reach `place` on the day of `start`, with their reach.
    pub fn near(&self, place: Place, start: Time) -> impl Iterator<Item = (u32, &Reach)> {
        let reports = self.cells.get(&key_of(start.day_number(), place)).into_iter().flatten();
        reports
            .filter_map(|&report| Some((report, self.reaches.get(report as usize)?)))
            .filter(move |(_, reach)| reach.middle.distance_m(place) <= reach.reach_m)
    }

    /// Reports that reach within `reach_m` of a place on the days of `window`, each once: all that
    /// do, and some that do not.
    #[must_use]
    pub fn around(&self, middle: Place, reach_m: f64, window: Interval) -> Vec<(u32, &Reach)> {
        if self.reaches.is_empty() {
            return vec![];
        }
        let day = |time: Time| time.0.div_euclid(DAY_US);
        let up = reach_m / M_PER_DEGREE;
        let parallel = libm::cos((middle.lat.abs() + up).min(89.0) * std::f64::consts::PI / 180.0);
        let across = (up / parallel).min(180.0);
        let first = (day(window.start), cell(middle.lat - up), cell(middle.lon - across));
        let last = (day(window.end), cell(middle.lat + up), cell(middle.lon + across));
        let mut found: Vec<u32> =
            keys((first, last)).filter_map(|key| self.cells.get(&key)).flatten().copied().collect();
        found.sort_unstable();
        found.dedup();
        found.into_iter().filter_map(|report| Some((report, self.reach(report)?))).collect()
    }

    /// Reports that share a cell and day with this one, each once, itself apart.
    #[must_use]
    pub fn beside(&self, report: u32) -> Vec<(u32, &Reach)> {
        let Some(own) = self.reach(report) else { return vec![] };
        let mut beside = Vec::new();
        for key in keys(own.span) {
            for &other in self.cells.get(&key).into_iter().flatten() {
                // Of the cells that two share, the first counts.
                if other != report
                    && let Some(reach) = self.reach(other)
                    && first_shared(own.span.0, reach.span.0) == key
                {
                    beside.push((other, reach));
                }
            }
        }
        beside
    }
}

fn first_shared(one: Key, other: Key) -> Key {
    (one.0.max(other.0), one.1.max(other.1), one.2.max(other.2))
}

fn reach_of(atom: &Atom, settings: &Settings) -> Reach {
    let whole = atom.place.collapsed();
    let sigma_m = whole.map_or(0.0, |whole| {
        gauss::longest_sigma_m(&gauss::widened(&whole, 2.0 * settings.fire.spread_m))
    });
    let middle = whole.map_or(Place { lon: 0.0, lat: 0.0 }, |whole| whole.mean);
    let reach_m = evidence::reach_m(sigma_m, settings);
    let span = span_of(middle, reach_m, atom.window, settings);
    Reach { middle, reach_m, window: atom.window, span }
}

/// The first and last cell and day in reach. A hotspot is looked up by its first moment, which may
/// lie a day before the window (a date-only hotspot) or after it (a fire not seen at once).
fn span_of(middle: Place, reach_m: f64, window: Interval, settings: &Settings) -> (Key, Key) {
    let unseen_us = (settings.fire.unseen_hours * 3.6e9) as i64;
    let up = reach_m / M_PER_DEGREE;
    let Place { lon, lat } = middle;
    let parallel = libm::cos((lat.abs() + up).min(89.0) * std::f64::consts::PI / 180.0);
    let across = (up / parallel).min(180.0);
    (
        ((window.start.0 - DAY_US).div_euclid(DAY_US), cell(lat - up), cell(lon - across)),
        ((window.end.0 + unseen_us).div_euclid(DAY_US), cell(lat + up), cell(lon + across)),
    )
}

fn keys((first, last): (Key, Key)) -> impl Iterator<Item = Key> {
    (first.0..=last.0).flat_map(move |day| {
        (first.1..=last.1)
            .flat_map(move |row| (first.2..=last.2).map(move |column| (day, row, column)))
    })
}

fn key_of(day: i64, place: Place) -> Key {
    (day, cell(place.lat), cell(place.lon))
}

fn cell(degrees: f64) -> i32 {
    libm::floor(degrees / CELL_DEG) as i32
}
