//! Origins by windows of time, so that new arrivals cost what they touch and no more.
//!
//! Windows are fixed by absolute time. Each is worked over with what was noticed somewhat before
//! and after it, and gives the origins whose moment lies within. So the origins are a function of
//! the set of arrivals, whatever the order in which they came.

use std::collections::{BTreeMap, BTreeSet};

use kernel::Time;

use crate::locating::{self, Locator};
use crate::origin::{Band, Origin};
use crate::salvo;
use crate::store::Store;

/// Length of a window, and how far it looks beyond both ends: the longest way of a wave.
fn lengths_us(band: Band) -> (i64, i64) {
    let (window_s, beyond_s) = match band {
        // Sound takes a minute for 20 km.
        Band::Air => (120, 60),
        // S waves take some 250 s for 1,000 km.
        Band::Ground => (600, 300),
        // Infrasound takes some 75 minutes for 1,000 km.
        Band::Bearings => (7_200, 5_400),
        // A track is told in stretches of ten minutes.
        Band::Tracks => (600, 0),
    };
    (window_s * 1_000_000, beyond_s * 1_000_000)
}

/// Members below which an origin that lost some to a neighbouring window is none any more.
fn members_min(band: Band) -> usize {
    match band {
        Band::Air | Band::Ground => 4,
        Band::Bearings => 2,
        Band::Tracks => 1,
    }
}

/// The windows of one band.
#[derive(Clone, Debug, Default)]
struct Windows {
    /// What was noticed, by the window it lies in.
    noticed: BTreeMap<i64, Vec<u32>>,
    /// Windows in which anything changed.
    touched: BTreeSet<i64>,
    /// Each window's origins as found from what it looks at.
    found: BTreeMap<i64, Vec<Origin>>,
    /// The same after neighbours have settled who explains what, each with its salvo.
    told: BTreeMap<i64, Vec<Origin>>,
}

/// All windows, and how far the store has been looked through.
#[derive(Clone, Debug, Default)]
pub struct Stage {
    windows: [Windows; 4],
    looked: (usize, usize),
    locator: Locator,
}

/// What an update changed.
#[derive(Clone, Debug, Default)]
pub struct Moved {
    /// Origins that are no more, or not as they were.
    pub gone: Vec<Origin>,
    /// Origins that are new, or not as they were.
    pub come: Vec<Origin>,
}

impl Stage {
    /// Has every window worked over again.
    pub fn touch_all(&mut self) {
        for windows in &mut self.windows {
            windows.touched.extend(windows.noticed.keys().flat_map(|key| key - 1..=key + 1));
        }
    }

    /// Has every window worked over again that looks at anything from a moment on.
    pub fn touch_from(&mut self, since: Time) {
        for (windows, band) in self.windows.iter_mut().zip(Band::ALL) {
            let first = since.0.div_euclid(lengths_us(band).0).saturating_sub(1);
            let keys = windows.noticed.range(first..).map(|(key, _)| *key);
            windows.touched.extend(keys.flat_map(|key| key - 1..=key + 1));
        }
    }

    /// Has the windows worked over again that look at an observation.
    pub fn touch(&mut self, number: u32, store: &Store) {
        if let Some(band) = locating::band_of(number, store) {
            self.windows[band as usize].touch(band, store.when(number).start.0);
        }
    }

    /// The origins of some waves alone.
    pub fn origins(&mut self, band: Band, numbers: &[u32], store: &Store, at: Time) -> Vec<Origin> {
        self.locator.origins(band, numbers, store, at)
    }

    /// Works over what changed. Observations for which `taken` holds are explained already.
    pub fn update(&mut self, store: &Store, taken: &dyn Fn(u32) -> bool) -> Moved {
        for number in locating::waves_from(self.looked, store) {
            let Some(band) = locating::band_of(number, store) else { continue };
            let at_us = store.when(number).start.0;
            let windows = &mut self.windows[band as usize];
            let key = at_us.div_euclid(lengths_us(band).0);
            windows.noticed.entry(key).or_default().push(number);
            windows.touch(band, at_us);
        }
        self.looked = (store.onsets.arrivals.len(), store.others.len());
        let mut moved = Moved::default();
        for (windows, band) in self.windows.iter_mut().zip(Band::ALL) {
            windows.update(band, store, taken, &mut self.locator, &mut moved);
        }
        moved
    }
}

impl Windows {
    /// Touches the windows that look at a moment.
    fn touch(&mut self, band: Band, at_us: i64) {
        let (window_us, beyond_us) = lengths_us(band);
        let key = |us: i64| us.div_euclid(window_us);
        self.touched.extend(key(at_us - beyond_us)..=key(at_us + beyond_us));
    }

    fn update(
        &mut self,
        band: Band,
        store: &Store,
        taken: &dyn Fn(u32) -> bool,
        locator: &mut Locator,
        moved: &mut Moved,
    ) {
        let touched = std::mem::take(&mut self.touched);
        for &key in &touched {
            let numbers = self.seen_by(band, key, store, taken);
            let found = self.find(band, key, &numbers, store, locator);
            if found.is_empty() {
                self.found.remove(&key)
            } else {
                self.found.insert(key, found)
            };
        }
        // Settling looks one window about, and a salvo another.
        let around = |far: i64| -> BTreeSet<i64> {
            touched.iter().flat_map(|key| key - far..=key + far).collect()
        };
        let settled: BTreeMap<i64, Vec<Origin>> =
            around(3).into_iter().map(|key| (key, self.settle(band, key))).collect();
        for key in around(2) {
            let now = in_salvos(key, &settled);
            let before = self.told.remove(&key).unwrap_or_default();
            moved.gone.extend(before.iter().filter(|origin| !now.contains(origin)).cloned());
            moved.come.extend(now.iter().filter(|origin| !before.contains(origin)).cloned());
            if !now.is_empty() {
                self.told.insert(key, now);
            }
        }
    }

    /// What a window looks at.
    fn seen_by(
        &self,
        band: Band,
        key: i64,
        store: &Store,
        taken: &dyn Fn(u32) -> bool,
    ) -> Vec<u32> {
        let (window_us, beyond_us) = lengths_us(band);
        let (from, until) = (key * window_us - beyond_us, (key + 1) * window_us + beyond_us);
        let keys = from.div_euclid(window_us)..=until.div_euclid(window_us);
        let numbers = self.noticed.range(keys).flat_map(|(_, numbers)| numbers).copied();
        numbers
            .filter(|&number| (from..until).contains(&store.when(number).start.0))
            .filter(|&number| !taken(number))
            .collect()
    }

    fn find(
        &self,
        band: Band,
        key: i64,
        numbers: &[u32],
        store: &Store,
        locator: &mut Locator,
    ) -> Vec<Origin> {
        if numbers.len() < members_min(band) {
            return Vec::new();
        }
        let (window_us, _) = lengths_us(band);
        let (from, until) = (key * window_us, (key + 1) * window_us);
        let mut found = locator.origins(band, numbers, store, Time(from));
        found.retain(|origin| (from..until).contains(&origin.at_us));
        for origin in &mut found {
            origin.members.sort_by(|one, other| store.cmp_canonical(one.number, other.number));
        }
        found
    }

    /// A window's origins less what its neighbours' explain better: an arrival belongs to the
    /// likelier of two, to the earlier window's where they are equal.
    fn settle(&self, band: Band, key: i64) -> Vec<Origin> {
        let own = self.found.get(&key).map_or(&[][..], Vec::as_slice);
        let mut claims = BTreeMap::<u32, (f64, bool)>::new();
        for (neighbour, earlier) in [(key - 1, true), (key + 1, false)] {
            for origin in self.found.get(&neighbour).into_iter().flatten() {
                for member in &origin.members {
                    let claim = claims.entry(member.number).or_insert((origin.log_odds, earlier));
                    if origin.log_odds > claim.0 {
                        *claim = (origin.log_odds, earlier);
                    }
                }
            }
        }
        let settled = own.iter().filter_map(|origin| {
            let lost = |number: &u32| {
                claims.get(number).is_some_and(|(odds, earlier)| {
                    *odds > origin.log_odds || *odds == origin.log_odds && *earlier
                })
            };
            let mut left = origin.clone();
            left.members.retain(|member| !lost(&member.number));
            let whole = left.members.len() == origin.members.len();
            (whole || left.members.len() >= members_min(band)).then_some(left)
        });
        settled.collect()
    }
}

/// A window's origins with the salvos that they are of; a salvo may reach into its neighbours.
fn in_salvos(key: i64, settled: &BTreeMap<i64, Vec<Origin>>) -> Vec<Origin> {
    let around: Vec<&Origin> = settled.range(key - 1..=key + 1).flat_map(|(_, all)| all).collect();
    let with = |origin: &Origin| Origin { salvo: salvo::of(origin, &around), ..origin.clone() };
    settled.get(&key).into_iter().flatten().map(with).collect()
}
