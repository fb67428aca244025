//! Tracks as origins: a window's stretch of each, those of different trackers that are one thing in
//! one.
//!
//! Two trackers of one drone disagree by their errors; two drones disagree by where they are. Both
//! are weighed: the differences at one time, as they are if it is one thing, against a second thing
//! anywhere about and moving as it likes (Bar-Shalom and Chen 2004, track-to-track association; the
//! alternative is stated here, not a threshold on distance). A tracker that keeps two tracks apart
//! is believed: tracks of one source are never joined.

use std::collections::BTreeMap;

use kernel::{PlaceBelief, SourceId, Time};

use crate::gauss::Mixture;
use crate::observation::{Content, Mover};
use crate::origin::{Band, Explained, Origin, Passed, moved};
use crate::standing;
use crate::store::{KeptOther, Store};

/// Trackers are out of place against each other by this, metres (registration).
const REGISTRATION_M: f64 = 30.0;
/// Between two positions nobody knows how it moved: so much acceleration, m/s².
const ACCELERATION_M_S2: f64 = 3.0;
/// Positions farther apart in time than this tell nothing of the time between, seconds.
const GAP_MAX_S: f64 = 60.0;
/// Another thing that somebody tracks at the same time: so many a square metre (one in 100 km²).
const OTHERS_PER_M2: f64 = 1e-8;
/// Speed of one thing against another, m/s.
const APART_M_S: f64 = 25.0;
/// A tracker's errors hold on for so long: positions closer in time count as one, seconds.
const ERRORS_LAST_S: f64 = 5.0;
/// Positions of a stretch that are told.
const PASSED_MAX: usize = 32;

/// A tracker's stretch.
struct Stretch<'a> {
    source: &'a SourceId,
    group: &'a str,
    mover: Mover,
    false_share: f64,
    points: Vec<(u32, Passed)>,
}

/// Origins of the positions with these numbers, which stand in order of time.
#[must_use]
pub fn origins(numbers: &[u32], store: &Store) -> Vec<Origin> {
    let mut tracks = BTreeMap::<(&str, &str), Vec<(u32, &KeptOther, Mover)>>::new();
    for &number in numbers {
        let Some(kept) = store.other(number) else { continue };
        let Content::TrackPoint(point) = &kept.content else { continue };
        let Some(source) = store.source(kept.source) else { continue };
        let track = tracks.entry((source.id.as_str(), &point.track)).or_default();
        track.push((number, kept, point.mover));
    }
    let stretches: Vec<Stretch<'_>> =
        tracks.into_values().filter_map(|points| stretch(&points, store)).collect();
    joined(&stretches).iter().filter_map(|one| origin(&stretches, one, store)).collect()
}

fn stretch<'a>(points: &[(u32, &KeptOther, Mover)], store: &'a Store) -> Option<Stretch<'a>> {
    let (_, first, mover) = *points.first()?;
    let source = store.source(first.source)?;
    let passed = points.iter().filter_map(|(number, kept, _)| {
        let place = crate::shape_belief::belief(&kept.shape).collapsed()?;
        Some((*number, Passed { at: kept.when.start, place }))
    });
    Some(Stretch {
        source: &source.id,
        group: &source.independence_group,
        mover,
        false_share: standing::false_share(
            source.false_alarm_share.clamp(1e-6, 1.0 - 1e-6),
            points.first().and_then(|(number, ..)| store.standing(*number)),
        )
        .min(1.0 - 1e-6),
        points: passed.collect(),
    })
}

/// Which stretches are one thing, the surest pair first; no two of one source together.
fn joined(stretches: &[Stretch<'_>]) -> Vec<Vec<usize>> {
    let mut pairs: Vec<(f64, usize, usize)> = Vec::new();
    for (at, one) in stretches.iter().enumerate() {
        for (beyond, other) in stretches[at + 1..].iter().enumerate() {
            let log =
                if one.source == other.source { f64::NEG_INFINITY } else { same_log(one, other) };
            if log > 0.0 {
                pairs.push((log, at, at + 1 + beyond));
            }
        }
    }
    pairs.sort_by(|one, other| {
        other.0.total_cmp(&one.0).then((one.1, one.2).cmp(&(other.1, other.2)))
    });
    let mut of: Vec<usize> = (0..stretches.len()).collect();
    for (_, one, other) in pairs {
        let (keep, gone) = (of[one].min(of[other]), of[one].max(of[other]));
        let members =
            |whole: usize| -> Vec<usize> { (0..of.len()).filter(|at| of[*at] == whole).collect() };
        let (kept, joining) = (members(keep), members(gone));
        let of_one = |one: usize, other: usize| stretches[one].source == stretches[other].source;
        let clash = kept.iter().any(|one| joining.iter().any(|other| of_one(*one, *other)));
        if keep != gone && !clash {
            of.iter_mut().filter(|whole| **whole == gone).for_each(|whole| *whole = keep);
        }
    }
    let mut wholes = BTreeMap::<usize, Vec<usize>>::new();
    for (at, whole) in of.iter().enumerate() {
        wholes.entry(*whole).or_default().push(at);
    }
    wholes.into_values().collect()
}

/// Log odds that two stretches are one thing; both are as likely beforehand as that somebody tracks
/// another thing about.
fn same_log(one: &Stretch<'_>, other: &Stretch<'_>) -> f64 {
    let kinds = [one.mover, other.mover];
    if kinds[0] != kinds[1] && !kinds.contains(&Mover::Unknown) {
        return f64::NEG_INFINITY;
    }
    let mut log = 0.0;
    let mut before: Option<(Time, [f64; 2], [f64; 3])> = None;
    for (_, passed) in &one.points {
        let Some(there) = at(&other.points, passed.at) else { continue };
        if before.is_some_and(|(at, ..)| (passed.at - at).as_seconds() < ERRORS_LAST_S) {
            continue;
        }
        let (east_m, north_m) = passed.place.mean.offset_to_m(there.mean);
        let least = REGISTRATION_M * REGISTRATION_M;
        let spread = [
            passed.place.ee_m2 + there.ee_m2 + least,
            passed.place.en_m2 + there.en_m2,
            passed.place.nn_m2 + there.nn_m2 + least,
        ];
        let off = [east_m, north_m];
        log += density_log(off, spread);
        log -= before.map_or(libm::log(OTHERS_PER_M2), |(at, from, had)| {
            let roamed = APART_M_S * (passed.at - at).as_seconds();
            let wide = [
                spread[0] + had[0] + roamed * roamed,
                spread[1] + had[1],
                spread[2] + had[2] + roamed * roamed,
            ];
            density_log([off[0] - from[0], off[1] - from[1]], wide)
        });
        before = Some((passed.at, off, spread));
    }
    log
}

/// Where a stretch was at a moment, between its positions on either side.
fn at(points: &[(u32, Passed)], moment: Time) -> Option<PlaceBelief> {
    let after = points.partition_point(|(_, passed)| passed.at < moment);
    let (_, next) = points.get(after)?;
    if next.at == moment {
        return Some(next.place);
    }
    let (_, last) = points.get(after.checked_sub(1)?)?;
    let whole_s = (next.at - last.at).as_seconds();
    if whole_s > GAP_MAX_S {
        return None;
    }
    let share = (moment - last.at).as_seconds() / whole_s;
    // A bridge between both ends: free in the middle, held at the ends.
    let strayed = ACCELERATION_M_S2 / 2.0 * whole_s * whole_s * share * (1.0 - share);
    let (east_m, north_m) = last.place.mean.offset_to_m(next.place.mean);
    let mix = |one: f64, other: f64| one * (1.0 - share) + other * share;
    Some(PlaceBelief {
        mean: last.place.mean.shifted_m(east_m * share, north_m * share),
        ee_m2: mix(last.place.ee_m2, next.place.ee_m2) + strayed * strayed,
        en_m2: mix(last.place.en_m2, next.place.en_m2),
        nn_m2: mix(last.place.nn_m2, next.place.nn_m2) + strayed * strayed,
    })
}

/// Log of a Gaussian's density, per square metre.
fn density_log(off: [f64; 2], [ee, en, nn]: [f64; 3]) -> f64 {
    let determinant = (ee * nn - en * en).max(1.0);
    let form =
        (off[0] * off[0] * nn - 2.0 * off[0] * off[1] * en + off[1] * off[1] * ee) / determinant;
    -form / 2.0 - libm::log(std::f64::consts::TAU * determinant.sqrt())
}

fn origin(stretches: &[Stretch<'_>], one: &[usize], store: &Store) -> Option<Origin> {
    let mut points: Vec<(u32, Passed)> =
        one.iter().flat_map(|at| stretches[*at].points.iter().copied()).collect();
    points.sort_by(|one, other| store.cmp_canonical(one.0, other.0));
    let (first, last) = (points.first()?.1.at, points.last()?.1.at);
    let half_s = (last - first).as_seconds() / 2.0;
    let parts = points.iter().map(|(_, passed)| passed.place).collect();
    // Trackers that fail together are one voice; the best of them counts.
    let mut unreal = BTreeMap::<&str, f64>::new();
    for stretch in one.iter().map(|at| &stretches[*at]) {
        let share = unreal.entry(stretch.group).or_insert(1.0);
        *share = share.min(stretch.false_share);
    }
    let false_share: f64 = unreal.values().product();
    let movers = one.iter().map(|at| stretches[*at].mover);
    let mover = movers.filter(|mover| *mover != Mover::Unknown).min().unwrap_or(Mover::Unknown);
    let members =
        points.iter().map(|(number, _)| Explained { number: *number, residual: 0.0, sigma: 0.0 });
    Some(Origin {
        band: Band::Tracks,
        at_us: first.0 + libm::round(half_s * 1e6) as i64,
        at_sigma_s: half_s / 3.0,
        place: Mixture::even(parts).collapsed()?,
        log_odds: libm::log((1.0 - false_share) / false_share),
        members: members.collect(),
        aside: vec![],
        likelihood_log: moved(mover),
        salvo: None,
        sound: None,
        path: path(&points),
    })
}

/// The positions that are told of a stretch: evenly chosen, its ends among them, each to a metre.
fn path(points: &[(u32, Passed)]) -> Vec<Passed> {
    let last = points.len().saturating_sub(1);
    let kept = points.len().min(PASSED_MAX);
    let chosen = (0..kept).filter_map(|at| points.get(at * last / kept.saturating_sub(1).max(1)));
    chosen.map(|(_, passed)| Passed { at: passed.at, place: passed.place.rounded() }).collect()
}

#[cfg(test)]
mod tests {
    use kernel::Place;

    use super::*;

    const HERE: Place = Place { lon: 36.0, lat: 48.0 };

    /// A thing that flies east at 25 m/s, seen every `step_s` from `from_s` on, off by some metres.
    fn flown(source: &SourceId, from_s: f64, step_s: f64, off_m: (f64, f64)) -> Stretch<'_> {
        let points = (0..40_u32).map(|at| {
            let time_s = from_s + f64::from(at) * step_s;
            let wobble = f64::from(at * 7 % 5) * 6.0 - 12.0;
            let mean = HERE.shifted_m(25.0 * time_s + off_m.0 + wobble, off_m.1 - wobble);
            let at_us = Time((time_s * 1e6) as i64);
            (at, Passed { at: at_us, place: PlaceBelief::round(mean, 30.0) })
        });
        Stretch {
            source,
            group: "g",
            mover: Mover::Drone,
            false_share: 0.1,
            points: points.collect(),
        }
    }

    #[test]
    fn two_trackers_of_one_drone_are_one_and_two_drones_are_two() {
        let names: [SourceId; 3] = ["radar".into(), "ears".into(), "eyes".into()];
        let radar = flown(&names[0], 0.0, 4.0, (0.0, 0.0));
        let ears = flown(&names[1], 1.3, 5.0, (25.0, -20.0));
        let beside = flown(&names[2], 0.0, 4.0, (0.0, 600.0));
        assert!(same_log(&radar, &ears) > 5.0);
        assert!(same_log(&radar, &beside) < -20.0);
        assert_eq!(joined(&[radar, ears, beside]), [vec![0, 1], vec![2]]);
    }

    #[test]
    fn a_tracker_that_keeps_two_apart_is_believed() {
        let names: [SourceId; 2] = ["radar".into(), "ears".into()];
        let one = flown(&names[0], 0.0, 4.0, (0.0, 0.0));
        let close = flown(&names[0], 0.0, 4.0, (40.0, 0.0));
        let heard = flown(&names[1], 0.0, 4.0, (5.0, 5.0));
        let wholes = joined(&[one, close, heard]);
        assert_eq!(wholes.len(), 2, "{wholes:?}");
    }

    #[test]
    fn stretches_that_share_no_time_say_nothing_of_each_other() {
        let names: [SourceId; 2] = ["radar".into(), "ears".into()];
        let early = flown(&names[0], 0.0, 4.0, (0.0, 0.0));
        let late = flown(&names[1], 400.0, 4.0, (0.0, 0.0));
        assert!(same_log(&early, &late) <= 0.0);
    }
}
