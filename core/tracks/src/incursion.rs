//! Who entered which zone, when, and how sure.

use std::collections::BTreeMap;

use crate::tracker::Tracker;
use crate::zone::Zone;

/// Chance of being inside from which an incursion may have begun, and below which it has ended.
const MAYBE: f64 = 0.05;
/// Chance of being inside from which it surely has begun.
const SURELY: f64 = 0.95;

/// How a track stands to a zone now.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Inside {
    /// The track.
    pub track: u64,
    /// Chance that it exists and is inside.
    pub chance: f64,
    /// Chance that it exists and is inside, given that it ever existed.
    pub if_real: f64,
    /// Chance that it ever existed.
    pub ever_real: f64,
}

/// A stay in a zone.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Incursion {
    /// Index of the zone.
    pub zone: usize,
    /// The track.
    pub track: u64,
    /// The chance that the track ever existed, as known by now, times the greatest chance at any scan
    /// that it was there and inside: what a passing false track seemed to be does not stay said of it.
    pub chance: f64,
    /// It entered after the first of these and before the second, seconds; the second is when it was
    /// surely inside, or likeliest so if that never was.
    pub entered_s: (f64, f64),
    /// It left, or was lost, after the first and before the second; `None` while it may be inside.
    pub left_s: Option<(f64, f64)>,
}

impl Tracker {
    /// The chance of each told track's being in a zone now; those without a chance are left out.
    #[must_use]
    pub fn incursions(&self, zone: &Zone) -> Vec<Inside> {
        let inside = self.followed().map(|followed| {
            let parts = followed.parts.iter().map(|(weight, state)| weight * zone.chance(state));
            let chance = followed.existence * parts.sum::<f64>().min(1.0);
            let if_real = chance / followed.ever.max(f64::MIN_POSITIVE);
            Inside { track: followed.track, chance, if_real, ever_real: followed.ever }
        });
        inside.filter(|inside| inside.chance > 0.0).collect()
    }
}

/// Keeps account of stays in zones over time. Memory is bounded by the stays under way.
#[derive(Clone, Debug, Default)]
pub struct Incursions {
    zones: Vec<Zone>,
    under_way: BTreeMap<(usize, u64), Stay>,
    last_s: Option<f64>,
}

#[derive(Clone, Copy, Debug)]
struct Stay {
    before_s: f64,
    likeliest_s: f64,
    /// Greatest chance of existing and being inside, given that it ever existed.
    if_real: f64,
    ever_real: f64,
    last_inside_s: f64,
    sure_s: Option<f64>,
}

impl Stay {
    fn note(&mut self, now_s: f64, inside: &Inside) {
        if inside.if_real > self.if_real {
            (self.if_real, self.likeliest_s) = (inside.if_real, now_s);
        }
        if inside.chance >= SURELY && self.sure_s.is_none() {
            self.sure_s = Some(now_s);
        }
        if inside.if_real >= SURELY.min(self.if_real) {
            self.last_inside_s = now_s;
        }
    }

    fn told(&self, (zone, track): (usize, u64), left_s: Option<f64>) -> Incursion {
        Incursion {
            zone,
            track,
            chance: self.if_real * self.ever_real,
            entered_s: (self.before_s, self.sure_s.unwrap_or(self.likeliest_s)),
            left_s: left_s.map(|left_s| (self.last_inside_s, left_s)),
        }
    }
}

impl Incursions {
    /// Of these zones.
    #[must_use]
    pub fn new(zones: Vec<Zone>) -> Self {
        Self { zones, ..Self::default() }
    }

    /// Takes note of where tracks are at a time; the stays that have ended come back.
    pub fn note(&mut self, now_s: f64, tracker: &Tracker) -> Vec<Incursion> {
        let before_s = self.last_s.unwrap_or(now_s);
        let mut now = BTreeMap::new();
        for (zone, shape) in self.zones.iter().enumerate() {
            for inside in tracker.incursions(shape) {
                if inside.chance >= MAYBE {
                    now.insert((zone, inside.track), inside);
                }
            }
        }
        for (&key, inside) in &now {
            let fresh = Stay {
                before_s,
                likeliest_s: now_s,
                if_real: 0.0,
                ever_real: 0.0,
                last_inside_s: now_s,
                sure_s: None,
            };
            self.under_way.entry(key).or_insert(fresh).note(now_s, inside);
        }
        let ever: BTreeMap<u64, f64> =
            tracker.followed().map(|followed| (followed.track, followed.ever)).collect();
        let mut ended = Vec::new();
        self.under_way.retain(|key, stay| {
            stay.ever_real = ever.get(&key.1).copied().unwrap_or(stay.ever_real);
            let stays = now.contains_key(key);
            if !stays {
                ended.push(stay.told(*key, Some(now_s)));
            }
            stays
        });
        self.last_s = Some(now_s);
        ended
    }

    /// The stays that have not ended.
    pub fn under_way(&self) -> impl Iterator<Item = Incursion> + '_ {
        self.under_way.iter().map(|(key, stay)| stay.told(*key, None))
    }
}
