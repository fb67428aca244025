//! What was heard or felt before at the same place: at what hours, for quarries keep working hours;
//! and of what class, where an analyst decided it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound::{Excluded, Included};

use kernel::{Duration, Interval, Place, PlaceBelief, Time};

use crate::cell_index::{Key, keys};
use crate::classify_features::Pattern;
use crate::incident::{Class, Incident};
use crate::origin::{Band, Origin};
use crate::salvo::near;
use crate::settings::{CLASS_COUNT, CLASSES};

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
const OCCASIONS_MAX: usize = 24;
/// Working hours by the sun, from and until: the law's clock differs from it by less than two hours.
const WORKING_H: (f64, f64) = (7.0, 18.0);

/// What is known of an origin's place.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Past {
    /// The hours of the latest occasions, its own among them; those that are known to be no work are
    /// left out.
    pub pattern: Pattern,
    /// Sum of the class shares of those that an analyst decided.
    pub known: [f64; CLASS_COUNT],
}

/// Something that was heard or felt.
#[derive(Clone, Copy, Debug)]
struct Occasion {
    place: PlaceBelief,
    /// What it was, where an analyst decided it.
    known: Option<[f64; CLASS_COUNT]>,
}

/// The moments of all origins by sound or through the ground and of what was reviewed of them, by place.
#[derive(Clone, Debug, Default)]
pub struct Recurrence {
    cells: BTreeMap<Key, BTreeMap<(i64, u32), Occasion>>,
    /// When and where what was reviewed stands, by its node.
    reviewed: BTreeMap<u32, (i64, PlaceBelief)>,
}

impl Recurrence {
    /// Takes an origin in, under the number that names it.
    pub fn insert(&mut self, node: u32, origin: &Origin) {
        if keeps(origin) {
            let occasion = Occasion { place: origin.place, known: None };
            self.put((origin.at_us, node), occasion);
        }
    }

    /// Takes an origin out.
    pub fn remove(&mut self, node: u32, origin: &Origin) {
        self.drop((origin.at_us, node), origin.place);
    }

    /// Takes in what was decided of an incident that was heard or felt, in place of what was decided
    /// before; gives the origins whose history either is part of.
    pub fn review(&mut self, node: u32, incident: Option<&Incident>) -> BTreeSet<u32> {
        let mut concerned = BTreeSet::new();
        if let Some((at_us, place)) = self.reviewed.remove(&node) {
            self.drop((at_us, node), place);
            concerned.extend(self.after(at_us, &place));
        }
        let waves = [Band::Air.word(), Band::Ground.word()];
        let heard = incident.and_then(|one| {
            let mut located = one.located.iter();
            Some((one, located.find(|located| waves.contains(&located.through.as_str()))?))
        });
        if let Some((incident, located)) = heard {
            let known = CLASSES.map(|class| incident.classes.share(&class) * incident.real.value());
            let (at_us, place) = (located.at.0, incident.place);
            self.put((at_us, node), Occasion { place, known: Some(known) });
            self.reviewed.insert(node, (at_us, place));
            concerned.extend(self.after(at_us, &place));
        }
        concerned.retain(|other| !self.reviewed.contains_key(other));
        concerned
    }

    fn put(&mut self, at: (i64, u32), occasion: Occasion) {
        for key in cells(occasion.place.mean, 0.0) {
            self.cells.entry(key).or_default().insert(at, occasion);
        }
    }

    fn drop(&mut self, at: (i64, u32), place: PlaceBelief) {
        for key in cells(place.mean, 0.0) {
            if let Some(cell) = self.cells.get_mut(&key) {
                cell.remove(&at);
            }
        }
    }

    /// What happened at an origin's place up to its own moment: the latest occasions, it among them.
    #[must_use]
    pub fn past(&self, origin: &Origin) -> Option<Past> {
        if !keeps(origin) {
            return None;
        }
        let from = (origin.at_us - BACK.0, 0);
        let here = |cell: &BTreeMap<(i64, u32), Occasion>| -> Vec<(i64, Option<_>)> {
            let before =
                cell.range((Included(from), Excluded((origin.at_us, 0)))).rev().take(ASKED_MAX);
            let same = before.filter(|(_, occasion)| near(&origin.place, &occasion.place, SITE_M));
            same.map(|((at_us, _), occasion)| (*at_us, occasion.known)).collect()
        };
        let cells = cells(origin.place.mean, REACH_M).filter_map(|key| self.cells.get(&key));
        let mut moments: Vec<(i64, Option<[f64; CLASS_COUNT]>)> = cells.flat_map(here).collect();
        moments.sort_by_key(|(at_us, _)| std::cmp::Reverse(*at_us));
        let decided = moments.iter().filter_map(|(at_us, known)| Some((*at_us, (*known)?)));
        let mut known = [0.0; CLASS_COUNT];
        for (_, shares) in apart(decided) {
            known.iter_mut().zip(shares).for_each(|(sum, share)| *sum += share);
        }
        let own = std::iter::once((origin.at_us, None));
        let of_hours = own.chain(moments).filter(|(_, known)| known.is_none_or(may_work));
        let mut pattern = Pattern { working: 0, other: 0 };
        for (at_us, _) in apart(of_hours).take(OCCASIONS_MAX) {
            if working(Time(at_us), origin.place.mean) {
                pattern.working += 1;
            } else {
                pattern.other += 1;
            }
        }
        Some(Past { pattern, known })
    }

    /// The origins after this one whose history it is part of.
    pub fn concerned(&self, origin: &Origin) -> BTreeSet<u32> {
        let mut later = self.after(origin.at_us, &origin.place);
        later.retain(|other| !self.reviewed.contains_key(other));
        later
    }

    fn after(&self, at_us: i64, place: &PlaceBelief) -> BTreeSet<u32> {
        let until = (at_us + BACK.0, u32::MAX);
        let later = |cell: &BTreeMap<(i64, u32), Occasion>| -> Vec<u32> {
            let after = cell.range((Excluded((at_us, u32::MAX)), Included(until)));
            let same =
                after.take(ASKED_MAX).filter(|(_, occasion)| near(place, &occasion.place, SITE_M));
            same.map(|((_, node), _)| *node).collect()
        };
        let cells = cells(place.mean, REACH_M).filter_map(|key| self.cells.get(&key));
        cells.flat_map(later).collect()
    }
}

/// Those of what stands in falling order of time that are occasions of their own.
fn apart<T>(moments: impl Iterator<Item = (i64, T)>) -> impl Iterator<Item = (i64, T)> {
    let mut counted = i64::MAX;
    moments.filter(move |(at_us, _)| {
        let own = counted.saturating_sub(*at_us) >= APART_US;
        if own {
            counted = *at_us;
        }
        own
    })
}

/// Whether what was decided may have been work: it was none of what people do to each other.
fn may_work(known: [f64; CLASS_COUNT]) -> bool {
    known[Class::Other as usize] >= 0.5
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

    /// Monday 2026-05-04, at an hour by the sun of this place, so many days later.
    fn blast(day: i64, hour: f64, north_m: f64) -> Origin {
        let place = Place { lon: 35.0, lat: 47.5 };
        let noon = Time::from_date(2026, 5, 4).expect("a date");
        let seconds = (hour * 3_600.0) as i64 + day * 86_400 - 8_400;
        Origin::loud_at(
            Band::Air,
            (noon + Duration::seconds(seconds)).0,
            place.shifted_m(0.0, north_m),
        )
    }

    fn of(all: &[Origin]) -> Recurrence {
        let mut history = Recurrence::default();
        all.iter().zip(0..).for_each(|(origin, node)| history.insert(node, origin));
        history
    }

    fn hours(history: &Recurrence, origin: &Origin) -> (u32, u32) {
        let pattern = history.past(origin).expect("what was heard has a history").pattern;
        (pattern.working, pattern.other)
    }

    #[test]
    fn a_quarry_keeps_working_hours() {
        let all = [blast(0, 12.0, 0.0), blast(1, 11.5, 300.0), blast(4, 16.9, -200.0)];
        assert_eq!(hours(&of(&all), &all[2]), (3, 0));
        assert_eq!(hours(&of(&all), &all[0]), (1, 0));
    }

    #[test]
    fn nights_and_sundays_are_no_working_hours() {
        let all = [blast(0, 3.0, 0.0), blast(6, 12.0, 0.0), blast(7, 12.0, 0.0)];
        assert_eq!(hours(&of(&all), &all[2]), (1, 2));
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
        assert_eq!(hours(&of(&all), &all[4]), (2, 0));
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
