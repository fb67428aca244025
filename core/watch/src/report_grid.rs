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
        for key in keys(&reach, settings) {
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

    /// Reports that share a cell and day with this one, ascending, itself apart.
    #[must_use]
    pub fn beside(&self, report: u32, settings: &Settings) -> Vec<u32> {
        let Some(reach) = self.reach(report) else { return vec![] };
        let mut beside: Vec<u32> = keys(reach, settings)
            .filter_map(|key| self.cells.get(&key))
            .flatten()
            .copied()
            .filter(|&other| other != report)
            .collect();
        beside.sort_unstable();
        beside.dedup();
        beside
    }
}

fn reach_of(atom: &Atom, settings: &Settings) -> Reach {
    let whole = atom.place.collapsed();
    let sigma_m = whole.map_or(0.0, |whole| {
        gauss::longest_sigma_m(&gauss::widened(&whole, 2.0 * settings.fire.spread_m))
    });
    Reach {
        middle: whole.map_or(Place { lon: 0.0, lat: 0.0 }, |whole| whole.mean),
        reach_m: evidence::reach_m(sigma_m, settings),
        window: atom.window,
    }
}

/// Every cell and day in reach. A hotspot is looked up by its first moment, which may lie a day
/// before the window (a date-only hotspot) or after it (a fire not seen at once).
fn keys(reach: &Reach, settings: &Settings) -> impl Iterator<Item = Key> {
    let unseen_us = (settings.fire.unseen_hours * 3.6e9) as i64;
    let first_day = (reach.window.start.0 - DAY_US).div_euclid(DAY_US);
    let last_day = (reach.window.end.0 + unseen_us).div_euclid(DAY_US);
    let up = reach.reach_m / M_PER_DEGREE;
    let Place { lon, lat } = reach.middle;
    let parallel = libm::cos((lat.abs() + up).min(89.0) * std::f64::consts::PI / 180.0);
    let across = (up / parallel).min(180.0);
    let (rows, columns) =
        (cell(lat - up)..=cell(lat + up), cell(lon - across)..=cell(lon + across));
    (first_day..=last_day).flat_map(move |day| {
        let columns = columns.clone();
        rows.clone().flat_map(move |row| columns.clone().map(move |column| (day, row, column)))
    })
}

fn key_of(day: i64, place: Place) -> Key {
    (day, cell(place.lat), cell(place.lon))
}

fn cell(degrees: f64) -> i32 {
    libm::floor(degrees / CELL_DEG) as i32
}
