//! Stations whose clock or place is off by more than association allows: their onsets fit none of the
//! incidents that they should have noticed, or the wrong round of a salvo, until all of them are moved
//! together.
//!
//! One incident and one onset tell nothing: which belong together is not known. But an offset with its
//! drift has two unknowns, a shift of place likewise, and two pairs of an incident and an onset give
//! both: the right ones are those under which most of the other onsets fall on incidents (consensus of
//! minimal sets; Fischler and Bolles 1981, Communications of the ACM 24, 381-395), here over all pairs.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{ObservationId, Place, Time};

use crate::incident::Residual;
use crate::judged_waves::{Heard, Origin};
use crate::loose::Travel;
use crate::onsets::PackedArrival;

/// A clock that is off by more is not sought, seconds; nor one that runs off faster, seconds a day.
const OFF_MAX_S: f64 = 120.0;
const DRIFT_MAX_S_DAY: f64 = 120.0;
/// A station is not sought farther away than so, metres.
const AWAY_MAX_M: f64 = 5_000.0;
/// An onset is of an incident within so many of its errors.
const NEAR: f64 = 3.0;
/// Incidents that must fall on onsets, share of those that could, and stretches of time that they must be
/// of: one salvo fits itself at many an offset.
const FITTING_MIN: usize = 5;
const FITTING_SHARE: f64 = 0.5;
const STRETCHES_MIN: usize = 3;
const STRETCH_S: f64 = 600.0;
/// So many that come on time after all others show that it was put right.
const RIGHT_MIN: usize = 3;
/// Onsets moved to where none can be right tell how many fit by chance; so many times as many must.
const DECOY_S: f64 = 1_800.0;
const DECOY_TIMES: usize = 2;
/// Pairs looked at, the latest, at most, and pairs that answers are made of.
const PAIRS_MAX: usize = 400;
const ANCHORS_MAX: usize = 120;
/// Two pairs that nearly say the same give no answer: their determinant over their lengths.
const APART_MIN: f64 = 0.05;

/// An incident that the station missed and an onset that could be of it.
struct Pair {
    /// Place of the incident in the list, and of the onset among the station's.
    of: (usize, usize),
    /// When the incident was, seconds.
    at_s: f64,
    /// Onset less expected, and its error, seconds.
    off_s: f64,
    sigma_s: f64,
    /// Derivatives of `off_s`: by offset and drift of the clock, or by place east and north.
    row: [f64; 2],
}

/// An incident as the station should have noticed it.
struct Due {
    at: usize,
    time_s: f64,
    sigma_s: f64,
    azimuth_deg: f64,
}

/// Replaces what each station is taken to have heard by what it heard if its clock or its
/// place is off, where that explains clearly more; gives the onsets so explained.
pub(crate) fn join(
    origins: &mut [Origin],
    travels: &[Option<Travel>],
    places: &BTreeMap<u32, Place>,
    arrivals: &[&PackedArrival],
    speed_m_s: f64,
) -> BTreeSet<ObservationId> {
    let mut by_station = BTreeMap::<u32, Vec<&PackedArrival>>::new();
    for arrival in arrivals {
        by_station.entry(arrival.station).or_default().push(arrival);
    }
    let mut joined = BTreeSet::new();
    for (station, mut onsets) in by_station {
        let Some(place) = places.get(&station) else { continue };
        onsets.sort_by_key(|onset| (onset.at_us, onset.id));
        let times: Vec<f64> = onsets.iter().map(|onset| seconds(Time(onset.at_us))).collect();
        let due = due(origins, travels, *place);
        let pairs = fitting(&due, &times, speed_m_s);
        let explained: BTreeSet<usize> = pairs.iter().map(|pair| pair.of.0).collect();
        forget(origins, station, &explained);
        for pair in pairs {
            let (at, onset) = (pair.of.0, onsets[pair.of.1]);
            let residual = Residual { value: pair.off_s, sigma: pair.sigma_s };
            let heard = Heard { station, at: Time(onset.at_us), residual, counts: false };
            origins[at].heard.insert(station, heard);
            joined.insert(onset.id);
        }
    }
    joined
}

/// Forgets what the station was taken to have heard meanwhile: the round that happened to be nearest.
/// Before the first explained incident it was right, and after the last one it may have been put right,
/// which one or two that come on time by chance do not show.
fn forget(origins: &mut [Origin], station: u32, explained: &BTreeSet<usize>) {
    let (Some(&first), Some(&last)) = (explained.first(), explained.last()) else { return };
    let later = origins[last + 1..].iter().filter(|origin| origin.heard.contains_key(&station));
    let end = if later.count() < RIGHT_MIN { origins.len() } else { last + 1 };
    for origin in &mut origins[first..end] {
        origin.heard.remove(&station);
    }
}

fn seconds(moment: Time) -> f64 {
    (moment - Time(0)).as_seconds()
}

/// When the station should have noticed each incident within its reach.
fn due(origins: &[Origin], travels: &[Option<Travel>], place: Place) -> Vec<Due> {
    let all = origins.iter().zip(travels).enumerate();
    let due = all.filter_map(|(at, (origin, travel))| {
        let (travel, away_m) = (travel.as_ref()?, place.distance_m(origin.place));
        Some(Due {
            at,
            time_s: seconds(origin.at) + travel.to(away_m)?,
            sigma_s: travel.error_s,
            azimuth_deg: place.bearing_deg(origin.place),
        })
    });
    due.collect()
}

/// The pairs that belong together if the clock or the place is off; none where nothing is clear.
fn fitting(due: &[Due], times: &[f64], speed_m_s: f64) -> Vec<Pair> {
    let within = |due: &Due, time: f64| (time - due.time_s).abs() <= NEAR * due.sigma_s;
    let missed: Vec<&Due> =
        due.iter().filter(|due| !times.iter().any(|time| within(due, *time))).collect();
    // What comes on time needs no other explanation, and explains no other round of its salvo.
    let late = |time: f64| !due.iter().any(|due| within(due, time));
    let free: Vec<(usize, f64)> =
        times.iter().copied().enumerate().filter(|(_, time)| late(*time)).collect();
    let best_of = |free: &[(usize, f64)]| {
        let [clock, place] = [0, 1].map(|kind| best(pairs(&missed, free, kind, speed_m_s), kind));
        if place.len() > clock.len() { place } else { clock }
    };
    let found = best_of(&free);
    if found.len() < FITTING_MIN || stretches(&found) < STRETCHES_MIN {
        return vec![];
    }
    let decoys: Vec<(usize, f64)> = free.iter().map(|(at, time)| (*at, time + DECOY_S)).collect();
    if found.len() < DECOY_TIMES * best_of(&decoys).len() { vec![] } else { found }
}

fn stretches(pairs: &[Pair]) -> usize {
    let mut times: Vec<f64> = pairs.iter().map(|pair| pair.at_s).collect();
    times.sort_by(f64::total_cmp);
    let gaps = times.windows(2).filter(|pair| pair[1] - pair[0] > STRETCH_S).count();
    gaps + usize::from(!times.is_empty())
}

/// Every missed incident with every onset that the clock (kind 0) or the place (1) could have moved away
/// from it, in the order of time.
fn pairs(missed: &[&Due], free: &[(usize, f64)], kind: usize, speed_m_s: f64) -> Vec<Pair> {
    let mut pairs = Vec::new();
    let off_max_s = [OFF_MAX_S, AWAY_MAX_M / speed_m_s][kind];
    let start_s = missed.first().map_or(0.0, |due| due.time_s);
    for due in missed {
        let turn = due.azimuth_deg.to_radians();
        let row = match kind {
            0 => [1.0, (due.time_s - start_s) / 86_400.0],
            _ => [-libm::sin(turn) / speed_m_s, -libm::cos(turn) / speed_m_s],
        };
        let near = free.iter().filter(|(_, time)| (time - due.time_s).abs() <= off_max_s);
        pairs.extend(near.map(|&(onset, time)| Pair {
            of: (due.at, onset),
            at_s: due.time_s,
            off_s: time - due.time_s,
            sigma_s: due.sigma_s,
            row,
        }));
    }
    pairs.sort_by(|one, other| one.at_s.total_cmp(&other.at_s).then(one.of.cmp(&other.of)));
    pairs.split_off(pairs.len().saturating_sub(PAIRS_MAX))
}

/// Of all answers that two pairs give, those pairs that fit the best one, each incident and each onset
/// once; none when they are not most of the incidents that could be explained.
fn best(pairs: Vec<Pair>, kind: usize) -> Vec<Pair> {
    let step = pairs.len().div_ceil(ANCHORS_MAX).max(1);
    let anchors: Vec<&Pair> = pairs.iter().step_by(step).collect();
    let mut best = BTreeSet::new();
    for (at, one) in anchors.iter().enumerate() {
        for other in &anchors[at + 1..] {
            let apart = one.of.0 != other.of.0 && one.of.1 != other.of.1;
            let Some(answer) = apart.then(|| meet(one, other, kind)).flatten() else { continue };
            if fits(&pairs, answer).count() > best.len() {
                let fitting = once(&pairs, answer);
                if fitting.len() > best.len() {
                    best = fitting;
                }
            }
        }
    }
    let incidents: BTreeSet<usize> = pairs.iter().map(|pair| pair.of.0).collect();
    if (best.len() as f64) < FITTING_SHARE * incidents.len() as f64 {
        return vec![];
    }
    let all = pairs.into_iter().enumerate();
    all.filter(|(at, _)| best.contains(at)).map(|(_, pair)| pair).collect()
}

/// The one answer of two pairs, unless it is beyond what is sought.
fn meet(one: &Pair, other: &Pair, kind: usize) -> Option<[f64; 2]> {
    let ([a, b], [c, d]) = (one.row, other.row);
    let determinant = a * d - b * c;
    if determinant.abs() < APART_MIN * libm::hypot(a, b) * libm::hypot(c, d) {
        return None;
    }
    let (p, q) = (one.off_s, other.off_s);
    let answer = [(p * d - b * q) / determinant, (a * q - p * c) / determinant];
    let within = match kind {
        0 => answer[1].abs() <= DRIFT_MAX_S_DAY,
        _ => libm::hypot(answer[0], answer[1]) <= AWAY_MAX_M,
    };
    within.then_some(answer)
}

/// How far a pair lies from an answer, in its errors.
fn misfit(pair: &Pair, answer: [f64; 2]) -> f64 {
    (pair.off_s - pair.row[0] * answer[0] - pair.row[1] * answer[1]).abs() / pair.sigma_s
}

fn fits(pairs: &[Pair], answer: [f64; 2]) -> impl Iterator<Item = usize> {
    let near = move |pair: &Pair| misfit(pair, answer) <= NEAR;
    pairs.iter().enumerate().filter(move |(_, pair)| near(pair)).map(|(at, _)| at)
}

fn once(pairs: &[Pair], answer: [f64; 2]) -> BTreeSet<usize> {
    let off = |at: usize| misfit(&pairs[at], answer);
    let mut fitting: Vec<usize> = fits(pairs, answer).collect();
    fitting.sort_by(|one, other| off(*one).total_cmp(&off(*other)).then(one.cmp(other)));
    let (mut incidents, mut onsets) = (BTreeSet::new(), BTreeSet::new());
    fitting.retain(|at| {
        let (incident, onset) = pairs[*at].of;
        let free = !incidents.contains(&incident) && !onsets.contains(&onset);
        free && incidents.insert(incident) && onsets.insert(onset)
    });
    fitting.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPEED_M_S: f64 = 340.0;

    /// Thirty incidents over two days, all around.
    fn due() -> Vec<Due> {
        (0..30_u32)
            .map(|at| Due {
                at: at as usize,
                time_s: f64::from(at) * 5_760.0 + f64::from(at * 7919 % 1_000),
                sigma_s: 0.3,
                azimuth_deg: f64::from(at * 137 % 360),
            })
            .collect()
    }

    /// Onsets of those incidents, each moved, among false ones.
    fn told(due: &[Due], moved_s: impl Fn(&Due) -> f64) -> Vec<f64> {
        let heard = due.iter().map(|due| due.time_s + moved_s(due));
        let mut times: Vec<f64> =
            heard.chain((0..40_u32).map(|at| f64::from(at * 4_321 % 172_800) + 11.0)).collect();
        times.sort_by(f64::total_cmp);
        times
    }

    fn right(found: &[Pair], times: &[f64], due: &[Due], moved_s: impl Fn(&Due) -> f64) -> usize {
        let is_right = |pair: &&Pair| {
            let of = &due[pair.of.0];
            (times[pair.of.1] - of.time_s - moved_s(of)).abs() < 1e-6
        };
        found.iter().filter(is_right).count()
    }

    #[test]
    fn a_clock_that_runs_off_is_found_by_all_its_onsets() {
        let due = due();
        let drift = |due: &Due| 3.0 + 20.0 * due.time_s / 86_400.0;
        let times = told(&due, drift);
        let found = fitting(&due, &times, SPEED_M_S);
        let right = right(&found, &times, &due, drift);
        assert!(right >= 28 && found.len() - right <= 1, "{right} of {}", found.len());
    }

    #[test]
    fn a_station_that_stands_elsewhere_is_found_by_its_directions() {
        let due = due();
        // 1.5 km east of where it is listed: what comes from the east arrives the earlier.
        let moved = |due: &Due| -libm::sin(due.azimuth_deg.to_radians()) * 1_500.0 / SPEED_M_S;
        let times = told(&due, moved);
        let found = fitting(&due, &times, SPEED_M_S);
        let right = right(&found, &times, &due, moved);
        // Those to the north and south come on time wherever it stands.
        assert!(right >= 20 && found.len() - right <= 1, "{right} of {}", found.len());
    }

    #[test]
    fn a_sound_station_and_one_that_tells_only_false_onsets_are_not_moved() {
        let due = due();
        assert!(fitting(&due, &told(&due, |_| 0.2), SPEED_M_S).is_empty());
        assert!(fitting(&due, &told(&[], |_| 0.0), SPEED_M_S).is_empty());
    }
}
