//! Onsets that no incident explains, held against the incidents that their station should have
//! noticed and did not: a clock that is further off than association allows shows nowhere else.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{ObservationId, Place, Time};

use crate::incident::Residual;
use crate::judged_waves::{Heard, Origin};
use crate::onsets::PackedArrival;

/// A clock that is off by more cannot be told from silence and false onsets, seconds.
const OFF_MAX_S: f64 = 120.0;
/// A second incident must lie so many times as far from the onset.
const CLEARLY: f64 = 2.0;
/// A station farther than so many times the farthest that noticed is not asked.
const FARTHER_MAX: f64 = 1.2;
/// Nothing is predicted better than so by a straight line, seconds.
const LINE_ERROR_S: f64 = 0.3;

/// Travel time over distance among those who located an incident: a straight line, by least squares.
pub(crate) struct Travel {
    start_s: f64,
    slowness_s_m: f64,
    farthest_m: f64,
    /// How well it is known, seconds.
    pub error_s: f64,
}

/// When a station should have noticed an incident, seconds, and the incident's place in the list.
type Predicted = (f64, usize);

impl Travel {
    /// None for fewer than three stations.
    pub fn of(origin: &Origin, places: &BTreeMap<u32, Place>) -> Option<Self> {
        let counted = origin.heard.values().filter(|heard| heard.counts);
        let points: Vec<(f64, f64)> = counted
            .filter_map(|heard| {
                let away_m = places.get(&heard.station)?.distance_m(origin.place);
                Some((away_m, (heard.at - origin.at).as_seconds() - heard.residual.value))
            })
            .collect();
        if points.len() < 3 {
            return None;
        }
        let count = points.len() as f64;
        let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / count;
        let (away, travel) = (mean(|point| point.0), mean(|point| point.1));
        let spread: f64 = points.iter().map(|point| (point.0 - away) * (point.0 - away)).sum();
        let shared: f64 = points.iter().map(|point| (point.0 - away) * (point.1 - travel)).sum();
        // All at one distance tell no slowness of their own: then it is as from the start.
        let slowness_s_m = if spread > 1.0 { shared / spread } else { travel / away.max(1.0) };
        let start_s = travel - slowness_s_m * away;
        let misfit = points.iter().map(|point| {
            let off = point.1 - start_s - slowness_s_m * point.0;
            off * off
        });
        let error_s = libm::hypot(libm::sqrt(misfit.sum::<f64>() / count), LINE_ERROR_S);
        let farthest_m = points.iter().map(|point| point.0).fold(0.0, f64::max);
        Some(Self { start_s, slowness_s_m, farthest_m, error_s })
    }

    /// Seconds to a station so far away; none where it is too far to be asked.
    pub fn to(&self, away_m: f64) -> Option<f64> {
        let near = away_m <= FARTHER_MAX * self.farthest_m;
        near.then_some(self.start_s + self.slowness_s_m * away_m)
    }
}

/// Adds to each origin the loose onset that can only be of it, for each station that should have
/// noticed and did not; gives the onsets so explained.
pub(crate) fn join(
    origins: &mut [Origin],
    travels: &[Option<Travel>],
    places: &BTreeMap<u32, Place>,
    free: &[&PackedArrival],
) -> BTreeSet<ObservationId> {
    let mut by_station = BTreeMap::<u32, Vec<&PackedArrival>>::new();
    for arrival in free {
        by_station.entry(arrival.station).or_default().push(arrival);
    }
    let mut joined = BTreeSet::new();
    for (station, mut onsets) in by_station {
        let Some(place) = places.get(&station) else { continue };
        onsets.sort_by_key(|onset| (onset.at_us, onset.id));
        let mut missed: Vec<Predicted> = origins
            .iter()
            .zip(travels)
            .enumerate()
            .filter(|(_, (origin, _))| !origin.heard.contains_key(&station))
            .filter_map(|(at, (origin, travel))| {
                let travel_s = travel.as_ref()?.to(place.distance_m(origin.place))?;
                Some(((origin.at - Time(0)).as_seconds() + travel_s, at))
            })
            .collect();
        missed.sort_by(|one, other| one.0.total_cmp(&other.0));
        for (onset, at, off_s) in clear(&onsets, &missed) {
            let Some(sigma) = travels[at].as_ref().map(|travel| travel.error_s) else { continue };
            let residual = Residual { value: off_s, sigma };
            let heard = Heard { station, at: Time(onset.at_us), residual, counts: false };
            origins[at].heard.insert(station, heard);
            joined.insert(onset.id);
        }
    }
    joined
}

/// Onsets each with the one missed incident that it can be of: no second incident and no second
/// onset lies anywhere near as close.
fn clear<'a>(
    onsets: &[&'a PackedArrival],
    missed: &[Predicted],
) -> Vec<(&'a PackedArrival, usize, f64)> {
    let time = |onset: &PackedArrival| (Time(onset.at_us) - Time(0)).as_seconds();
    let times: Vec<f64> = onsets.iter().map(|onset| time(onset)).collect();
    let expected: Vec<f64> = missed.iter().map(|(at_s, _)| *at_s).collect();
    let pairs = onsets.iter().zip(&times).filter_map(|(onset, at_s)| {
        let (nearest, off_s) = sole(&expected, *at_s)?;
        let (back, _) = sole(&times, expected[nearest])?;
        (times[back] == *at_s).then_some((*onset, missed[nearest].1, off_s))
    });
    pairs.collect()
}

/// The place of the number nearest to `at`, and `at` less it, unless it is too far or a second one
/// is nearly as near.
fn sole(sorted: &[f64], at: f64) -> Option<(usize, f64)> {
    let above = sorted.partition_point(|number| *number < at);
    let mut near: Vec<(usize, f64)> = (above.saturating_sub(2)..(above + 2).min(sorted.len()))
        .map(|place| (place, at - sorted[place]))
        .collect();
    near.sort_by(|one, other| one.1.abs().total_cmp(&other.1.abs()));
    let (place, off_s) = *near.first()?;
    let clear = near.get(1).is_none_or(|second| second.1.abs() >= CLEARLY * off_s.abs());
    (off_s.abs() <= OFF_MAX_S && clear).then_some((place, off_s))
}
