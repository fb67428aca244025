//! Origins and reviewed incidents by place and time, for those who may be of the same.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Interval, Place};

use crate::evidence::{self, Atom, Evidence, Joint};
use crate::gauss;
use crate::settings::Settings;

const CELL_DEG: f64 = 0.25;
const HOUR_US: i64 = 3_600_000_000;
const M_PER_DEGREE: f64 = 111_195.0;
/// Two that lose more than this by being joined (log) are not even linked: a third member seldom
/// makes up for it, and under a bombardment everything would hang together with everything.
const LINK_GAIN: f64 = -2.0;

/// Hour, row, column.
type Key = (i64, i32, i32);

/// One of them.
#[derive(Clone, Debug)]
pub struct Spot {
    /// What it says.
    pub atom: Atom,
    /// Its middle.
    pub middle: Place,
    /// Beyond this nothing joins it, metres.
    pub reach_m: f64,
}

/// All of them, by node.
#[derive(Clone, Debug, Default)]
pub struct Spots {
    spots: BTreeMap<u32, Spot>,
    cells: BTreeMap<Key, BTreeSet<u32>>,
    reach_m_max: f64,
}

impl Spots {
    /// Adds one.
    pub fn insert(&mut self, node: u32, atom: Atom, settings: &Settings) {
        self.remove(node);
        let whole = atom.place.collapsed();
        let sigma_m = whole.map_or(0.0, |whole| {
            gauss::longest_sigma_m(&gauss::widened(&whole, 2.0 * settings.fire.spread_m))
        });
        let middle = whole.map_or(Place { lon: 0.0, lat: 0.0 }, |whole| whole.mean);
        let reach_m = evidence::reach_m(sigma_m, settings);
        self.reach_m_max = self.reach_m_max.max(reach_m);
        for key in keys(middle, 0.0, atom.window) {
            self.cells.entry(key).or_default().insert(node);
        }
        self.spots.insert(node, Spot { atom, middle, reach_m });
    }

    /// Takes one away.
    pub fn remove(&mut self, node: u32) {
        let Some(spot) = self.spots.remove(&node) else { return };
        for key in keys(spot.middle, 0.0, spot.atom.window) {
            if let Some(cell) = self.cells.get_mut(&key) {
                cell.remove(&node);
                if cell.is_empty() {
                    self.cells.remove(&key);
                }
            }
        }
    }

    /// One of them.
    #[must_use]
    pub fn get(&self, node: u32) -> Option<&Spot> {
        self.spots.get(&node)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.spots.is_empty()
    }

    /// All of them.
    pub fn nodes(&self) -> impl Iterator<Item = u32> {
        self.spots.keys().copied()
    }

    /// Those whose window overlaps and whose middle, or whose own reach, comes within `reach_m`.
    #[must_use]
    pub fn near(&self, middle: Place, reach_m: f64, window: Interval) -> Vec<(u32, &Spot)> {
        if self.spots.is_empty() {
            return Vec::new();
        }
        let wide_m = reach_m.max(self.reach_m_max);
        let nodes: BTreeSet<u32> = keys(middle, wide_m, window)
            .filter_map(|key| self.cells.get(&key))
            .flatten()
            .copied()
            .collect();
        nodes
            .into_iter()
            .filter_map(|node| Some((node, self.spots.get(&node)?)))
            .filter(|(_, spot)| spot.atom.window.overlaps(window))
            .filter(|(_, spot)| middle.distance_m(spot.middle) <= reach_m.max(spot.reach_m))
            .collect()
    }
}

impl Spot {
    /// Whether it may be of the same as something else that says something.
    #[must_use]
    pub fn may_join(&self, other: &Atom, settings: &Settings) -> bool {
        let (one, two) = (Evidence::alone(&self.atom), Evidence::alone(other));
        match one.and(&two) {
            Joint::Never => false,
            Joint::Entangled => true,
            Joint::Both(both) => {
                both.log(settings) - one.log(settings) - two.log(settings) > LINK_GAIN
            }
        }
    }
}

/// Cells and hours within reach of a place and window.
fn keys(middle: Place, reach_m: f64, window: Interval) -> impl Iterator<Item = Key> {
    let up = reach_m / M_PER_DEGREE;
    let parallel = libm::cos((middle.lat.abs() + up).min(89.0) * std::f64::consts::PI / 180.0);
    let across = (up / parallel).min(180.0);
    let rows = cell(middle.lat - up)..=cell(middle.lat + up);
    let columns = cell(middle.lon - across)..=cell(middle.lon + across);
    let hours = window.start.0.div_euclid(HOUR_US)..=window.end.0.div_euclid(HOUR_US);
    hours.flat_map(move |hour| {
        let columns = columns.clone();
        rows.clone().flat_map(move |row| columns.clone().map(move |column| (hour, row, column)))
    })
}

fn cell(degrees: f64) -> i32 {
    libm::floor(degrees / CELL_DEG) as i32
}
