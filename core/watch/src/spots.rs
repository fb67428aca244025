//! Origins and reviewed incidents by place and time, for those who may be of the same.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Duration, Interval, Place};

use crate::cell_index::{Key, keys};
use crate::evidence::{self, Atom, Evidence, Joint};
use crate::gauss;
use crate::settings::Settings;

const HOUR: Duration = Duration::hours(1);
/// Two that lose more than this by being joined (log) are not even linked: a third member seldom
/// makes up for it, and under a bombardment everything would hang together with everything.
const LINK_GAIN: f64 = -2.0;

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
        for key in keys(middle, 0.0, atom.window, HOUR) {
            self.cells.entry(key).or_default().insert(node);
        }
        self.spots.insert(node, Spot { atom, middle, reach_m });
    }

    /// Takes one away.
    pub fn remove(&mut self, node: u32) {
        let Some(spot) = self.spots.remove(&node) else { return };
        for key in keys(spot.middle, 0.0, spot.atom.window, HOUR) {
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
        let nodes: BTreeSet<u32> = keys(middle, wide_m, window, HOUR)
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
