//! Who entered which zone, when, and how sure.

use std::collections::BTreeMap;

use crate::tracker::Tracker;
use crate::zone::Zone;

/// Chance of being inside from which an incursion may have begun, and below which it has ended.
const MAYBE: f64 = 0.05;
/// Chance of being inside from which it surely has begun.
const SURELY: f64 = 0.95;

/// The chance that a track exists and is inside a zone now.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Inside {
    /// The track.
    pub track: u64,
    /// The chance, never below that of being inside at this moment.
    pub chance: f64,
}

/// A stay in a zone.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Incursion {
    /// Index of the zone.
    pub zone: usize,
    /// The track.
    pub track: u64,
    /// The greatest chance, at any scan, that the track existed and was inside: no more than the
    /// chance that it ever was.
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
        let inside = self.alternatives().map(|(track, existence, parts)| {
            let chance = parts.iter().map(|(weight, state)| weight * zone.chance(state));
            Inside { track, chance: existence * chance.sum::<f64>() }
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
    chance: f64,
    last_inside_s: f64,
    sure_s: Option<f64>,
}

impl Stay {
    fn note(&mut self, now_s: f64, chance: f64) {
        if chance > self.chance {
            (self.chance, self.likeliest_s) = (chance, now_s);
        }
        if chance >= SURELY && self.sure_s.is_none() {
            self.sure_s = Some(now_s);
        }
        if chance >= SURELY.min(self.chance) {
            self.last_inside_s = now_s;
        }
    }

    fn told(&self, (zone, track): (usize, u64), left_s: Option<f64>) -> Incursion {
        Incursion {
            zone,
            track,
            chance: self.chance,
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
                    now.insert((zone, inside.track), inside.chance);
                }
            }
        }
        for (&key, &chance) in &now {
            let fresh = Stay {
                before_s,
                likeliest_s: now_s,
                chance: 0.0,
                last_inside_s: now_s,
                sure_s: None,
            };
            self.under_way.entry(key).or_insert(fresh).note(now_s, chance);
        }
        let mut ended = Vec::new();
        self.under_way.retain(|key, stay| {
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
