//! Who looked and saw nothing: what that says against an incident that they should have seen.

use std::collections::BTreeMap;

use kernel::{Duration, Interval, Place, PlaceBelief};

use crate::cell_index::{Key, keys};
use crate::observation::{Content, Look, Shape};
use crate::settings::{CLASS_COUNT, CLASSES};
use crate::store::{FIRST_OTHER, KeptOther, Store};

const DAY: Duration = Duration::days(1);
/// Rings and spokes of the places at which a belief is held against a footprint; each stands for
/// the same share of it.
const RINGS: usize = 6;
const SPOKES: usize = 8;

/// Looks that saw nothing, by cell and day.
#[derive(Clone, Debug, Default)]
pub struct Looks {
    cells: BTreeMap<Key, Vec<u32>>,
    seen: usize,
}

/// What looks say of an incident.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Missed {
    /// How many covered some of its place and time.
    pub looks: u32,
    /// Chance that all of them missed it, for each class.
    pub chance: [f64; CLASS_COUNT],
}

impl Looks {
    /// Takes in the looks the store has got since; gives them.
    pub fn extend<'a>(&mut self, store: &'a Store) -> Vec<&'a KeptOther> {
        let fresh = store.others.get(self.seen..).unwrap_or_default();
        let mut found = Vec::new();
        for (kept, at) in fresh.iter().zip(self.seen as u32..) {
            if let (Content::Look(_), Shape::Footprint { center, radius_m }) =
                (&kept.content, kept.shape)
            {
                for key in keys(center, f64::from(radius_m), kept.when, DAY) {
                    self.cells.entry(key).or_default().push(FIRST_OTHER + at);
                }
                found.push(&**kept);
            }
        }
        self.seen = store.others.len();
        found
    }

    /// The looks that covered some of a place and time, each with its chance of noticing.
    pub fn over<'a>(
        &self,
        place: &PlaceBelief,
        when: Interval,
        store: &'a Store,
    ) -> Vec<(&'a KeptOther, &'a Look, f64)> {
        if self.cells.is_empty() {
            return Vec::new();
        }
        let spread_m = 4.0 * crate::gauss::longest_sigma_m(place);
        let mut numbers: Vec<u32> = keys(place.mean, spread_m, when, DAY)
            .filter_map(|key| self.cells.get(&key))
            .flatten()
            .copied()
            .collect();
        numbers.sort_unstable();
        numbers.dedup();
        let over = numbers.into_iter().filter_map(|number| {
            let kept = store.other(number)?;
            let Content::Look(look) = &kept.content else { return None };
            let covered = time_share(when, kept.when) * place_share(place, &kept.shape, look);
            let chance = (f64::from(look.chance) * covered).clamp(0.0, 1.0);
            (covered > 0.0).then_some((kept, &**look, chance))
        });
        over.collect()
    }

    /// What the looks say of something at a place and time; none when none covered it. Looks of
    /// one independence group miss together, so of a group the best counts; groups miss
    /// independently.
    #[must_use]
    pub fn missed(&self, place: &PlaceBelief, when: Interval, store: &Store) -> Option<Missed> {
        let over = self.over(place, when, store);
        let mut best = BTreeMap::<&str, [f64; CLASS_COUNT]>::new();
        for (kept, look, chance) in &over {
            let Some(source) = store.source(kept.source) else { continue };
            let counts = store.standings.silence(&source.id, &look.observer, kept.when.start);
            let group = best.entry(&source.independence_group).or_insert([0.0; CLASS_COUNT]);
            for (noticed, class) in group.iter_mut().zip(CLASSES) {
                if look.classes.is_empty() || look.classes.contains(&class) {
                    *noticed = noticed.max(*chance * counts);
                }
            }
        }
        let mut chance = [1.0; CLASS_COUNT];
        for group in best.values() {
            chance.iter_mut().zip(group).for_each(|(missed, noticed)| *missed *= 1.0 - noticed);
        }
        let looks = u32::try_from(over.len()).unwrap_or(u32::MAX);
        (looks > 0).then_some(Missed { looks, chance })
    }
}

/// Share of an interval that a look covers.
fn time_share(when: Interval, look: Interval) -> f64 {
    if !when.overlaps(look) {
        return 0.0;
    }
    let shared = when.end.min(look.end) - when.start.max(look.start);
    let whole = when.length().as_seconds();
    if whole > 0.0 { (shared.as_seconds() / whole).clamp(0.0, 1.0) } else { 1.0 }
}

/// Share of a belief that lies in what was in view.
fn place_share(place: &PlaceBelief, shape: &Shape, look: &Look) -> f64 {
    let Shape::Footprint { center, radius_m } = *shape else { return 0.0 };
    let ring: Vec<Place> = look.outline.iter().chain(look.outline.first()).copied().collect();
    let outline = (ring.len() > 3).then_some(kernel::Polygon(vec![ring]));
    let ellipse = place.ellipse(1.0 - libm::exp(-0.5));
    let turn = ellipse.azimuth_deg * std::f64::consts::PI / 180.0;
    let (sin, cos) = (libm::sin(turn), libm::cos(turn));
    let mut inside = 0;
    for ring in 0..RINGS {
        let share = (ring as f64 + 0.5) / RINGS as f64;
        let radius = (-2.0 * libm::log(1.0 - share)).sqrt();
        for spoke in 0..SPOKES {
            let angle = std::f64::consts::TAU * (spoke as f64 + 0.5) / SPOKES as f64;
            let along_m = ellipse.semi_major_m * radius * libm::cos(angle);
            let across_m = ellipse.semi_minor_m * radius * libm::sin(angle);
            let spot = place
                .mean
                .shifted_m(along_m * sin + across_m * cos, along_m * cos - across_m * sin);
            let seen = center.distance_m(spot) <= f64::from(radius_m)
                && outline.as_ref().is_none_or(|outline| outline.contains(spot));
            inside += usize::from(seen);
        }
    }
    inside as f64 / (RINGS * SPOKES) as f64
}
