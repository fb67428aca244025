//! What was heard or felt before at the same place, and at what hours: quarries keep working hours.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound::{Excluded, Included};

use kernel::{Duration, Interval, Place, PlaceBelief, Time};

use crate::cell_index::{Key, keys};
use crate::classify_features::Pattern;
use crate::origin::{Band, Origin};
use crate::salvo::near;

/// How far back a place's history counts.
const BACK: Duration = Duration::hours(90 * 24);
/// Half the width of a quarry's workings, one standard deviation a direction, metres.
const SITE_M: f64 = 400.0;
/// Farther apart than this no place is the same, however badly located.
const REACH_M: f64 = 5_000.0;
/// What lies nearer in time is one blast or one salvo.
const APART_US: i64 = 600_000_000;
/// Origins of a cell that are looked through for those at one place, the nearest in time first: a
/// bombardment must not make every round ask after all others.
const ASKED_MAX: usize = 2_000;
/// More occasions than this say no more about the hours that a place keeps.
const OCCASIONS_MAX: u32 = 24;
/// Working hours by the sun, from and until: the law's clock differs from it by less than two hours.
const WORKING_H: (f64, f64) = (7.0, 18.0);

/// The moments of all origins by sound or through the ground, by place.
#[derive(Clone, Debug, Default)]
pub struct Recurrence {
    cells: BTreeMap<Key, BTreeMap<(i64, u32), PlaceBelief>>,
}

impl Recurrence {
    /// Takes an origin in, under the number that names it.
    pub fn insert(&mut self, node: u32, origin: &Origin) {
        if keeps(origin) {
            for key in cells(origin.place.mean, 0.0) {
                self.cells.entry(key).or_default().insert((origin.at_us, node), origin.place);
            }
        }
    }

    /// Takes an origin out.
    pub fn remove(&mut self, node: u32, origin: &Origin) {
        for key in cells(origin.place.mean, 0.0) {
            if let Some(cell) = self.cells.get_mut(&key) {
                cell.remove(&(origin.at_us, node));
            }
        }
    }

    /// The hours at which things happened at an origin's place up to its own moment: the latest
    /// occasions, it among them.
    #[must_use]
    pub fn pattern(&self, origin: &Origin) -> Option<Pattern> {
        if !keeps(origin) {
            return None;
        }
        let from = (origin.at_us - BACK.0, 0);
        let here = |cell: &BTreeMap<(i64, u32), PlaceBelief>| -> Vec<i64> {
            let before =
                cell.range((Included(from), Excluded((origin.at_us, 0)))).rev().take(ASKED_MAX);
            let same = before.filter(|(_, place)| near(&origin.place, place, SITE_M));
            same.map(|((at_us, _), _)| *at_us).collect()
        };
        let cells = cells(origin.place.mean, REACH_M).filter_map(|key| self.cells.get(&key));
        let mut moments: Vec<i64> = cells.flat_map(here).collect();
        moments.sort_unstable_by(|one, other| other.cmp(one));
        let mut pattern = Pattern { working: 0, other: 0 };
        let mut counted = i64::MAX;
        for at_us in std::iter::once(origin.at_us).chain(moments) {
            if counted.saturating_sub(at_us) < APART_US {
                continue;
            }
            counted = at_us;
            if working(Time(at_us), origin.place.mean) {
                pattern.working += 1;
            } else {
                pattern.other += 1;
            }
            if pattern.working + pattern.other == OCCASIONS_MAX {
                break;
            }
        }
        Some(pattern)
    }

    /// The origins after this one whose history it is part of.
    pub fn concerned(&self, origin: &Origin) -> BTreeSet<u32> {
        let until = (origin.at_us + BACK.0, u32::MAX);
        let later = |cell: &BTreeMap<(i64, u32), PlaceBelief>| -> Vec<u32> {
            let after = cell.range((Excluded((origin.at_us, u32::MAX)), Included(until)));
            let same =
                after.take(ASKED_MAX).filter(|(_, place)| near(&origin.place, place, SITE_M));
            same.map(|((_, node), _)| *node).collect()
        };
        let cells = cells(origin.place.mean, REACH_M).filter_map(|key| self.cells.get(&key));
        cells.flat_map(later).collect()
    }
}

fn keeps(origin: &Origin) -> bool {
    matches!(origin.band, Band::Air | Band::Ground)
}

/// Cells of place alone.
fn cells(middle: Place, reach_m: f64) -> impl Iterator<Item = Key> {
    let ever = Interval { start: Time(0), end: Time(0) };
    keys(middle, reach_m, ever, Duration::hours(1))
}

/// Whether people are at work where the sun stands so: by day, from Monday to Friday.
fn working(at: Time, place: Place) -> bool {
    let by_sun = at + Duration::seconds(libm::round(place.lon * 240.0) as i64);
    let hour = (by_sun - by_sun.day_start()).as_seconds() / 3_600.0;
    // 1970-01-01 was a Thursday.
    let weekday = (by_sun.day_number() + 3).rem_euclid(7);
    weekday < 5 && (WORKING_H.0..WORKING_H.1).contains(&hour)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::origin::loud;

    /// Monday 2026-05-04, at an hour by the sun of this place, so many days later.
    fn blast(day: i64, hour: f64, north_m: f64) -> Origin {
        let place = Place { lon: 35.0, lat: 47.5 };
        let noon = Time::from_date(2026, 5, 4).expect("a date");
        let seconds = (hour * 3_600.0) as i64 + day * 86_400 - 8_400;
        Origin {
            band: Band::Air,
            at_us: (noon + Duration::seconds(seconds)).0,
            at_sigma_s: 0.1,
            place: PlaceBelief {
                mean: place.shifted_m(0.0, north_m),
                ee_m2: 2_500.0,
                en_m2: 0.0,
                nn_m2: 2_500.0,
            },
            log_odds: 20.0,
            members: vec![],
            aside: vec![],
            likelihood_log: loud(),
            salvo: None,
            sound: None,
            path: vec![],
        }
    }

    fn of(all: &[Origin]) -> Recurrence {
        let mut history = Recurrence::default();
        all.iter().zip(0..).for_each(|(origin, node)| history.insert(node, origin));
        history
    }

    #[test]
    fn a_quarry_keeps_working_hours() {
        let all = [blast(0, 12.0, 0.0), blast(1, 11.5, 300.0), blast(4, 16.9, -200.0)];
        let last = of(&all).pattern(&all[2]);
        assert_eq!(last, Some(Pattern { working: 3, other: 0 }));
        assert_eq!(of(&all).pattern(&all[0]), Some(Pattern { working: 1, other: 0 }));
    }

    #[test]
    fn nights_and_sundays_are_no_working_hours() {
        let all = [blast(0, 3.0, 0.0), blast(6, 12.0, 0.0), blast(7, 12.0, 0.0)];
        assert_eq!(of(&all).pattern(&all[2]), Some(Pattern { working: 1, other: 2 }));
    }

    #[test]
    fn a_salvo_is_one_occasion_and_another_place_none() {
        let all = [
            blast(0, 12.0, 0.0),
            blast(0, 12.01, 50.0),
            blast(0, 12.02, 0.0),
            blast(0, 9.0, 9_000.0),
            blast(1, 12.0, 0.0),
        ];
        assert_eq!(of(&all).pattern(&all[4]), Some(Pattern { working: 2, other: 0 }));
    }

    #[test]
    fn what_comes_late_concerns_what_is_after_it() {
        let all = [blast(0, 12.0, 0.0), blast(1, 12.0, 0.0), blast(200, 12.0, 0.0)];
        let mut history = of(&all);
        assert_eq!(history.concerned(&all[0]), BTreeSet::from([1]));
        history.remove(1, &all[1]);
        assert!(history.concerned(&all[0]).is_empty());
    }
}
