//! Arrivals far from all others, of too few stations to be of anything: most likely a clock that is
//! off by minutes or days. They take part as they are; the station is named.

use std::collections::BTreeMap;

use crate::associate_read::{Onsets, Problems, Stations};

/// Share of the arrivals on either side that may lie outside the usual time.
const OUTSIDE: f64 = 0.01;
/// Arrivals looked at to learn the usual time.
const SAMPLE_MAX: usize = 10_000;
/// So many times its own length on either side belongs to the usual time.
const MARGIN: f64 = 0.5;
/// Least margin, seconds: waves are under way that long.
const MARGIN_MIN_S: f64 = 1_800.0;
/// Arrivals so near to each other may be of one thing, seconds.
const TOGETHER_S: f64 = 300.0;
/// Fewer stations than this place nothing.
const STATIONS_MIN: usize = 3;

/// Names the stations whose clocks seem off.
pub fn arrivals_astray(onsets: &Onsets, stations: &Stations, problems: &mut Problems) {
    let all = onsets.arrivals.iter().map(|arrival| (arrival.time_s, arrival.station));
    for (station, (count, off_s)) in alone(all) {
        problems.add("clock-astray", || {
            let name = &stations.names[station as usize];
            format!(
                "station {name} has {count} arrivals {:.1} h from nearly all others, and no two other \
                 stations near them: see to its clock",
                off_s / 3600.0
            )
        });
    }
}

/// The time of nearly all arrivals, by a sample of them; none when there are no arrivals.
fn usual_s(times_s: impl ExactSizeIterator<Item = f64>) -> Option<[f64; 2]> {
    let every = times_s.len().div_ceil(SAMPLE_MAX).max(1);
    let mut sample: Vec<f64> = times_s.step_by(every).collect();
    let last = sample.len().checked_sub(1)?;
    let outside = ((OUTSIDE * last as f64).ceil() as usize).min(last / 2);
    sample.sort_by(f64::total_cmp);
    Some([sample[outside], sample[last - outside]])
}

/// Stations with arrivals outside the usual time that are too few there: how many, and how far the
/// first of them lies from it, seconds.
fn alone(arrivals: impl ExactSizeIterator<Item = (f64, u32)> + Clone) -> BTreeMap<u32, (u64, f64)> {
    let mut found = BTreeMap::new();
    let usual_s = usual_s(arrivals.clone().map(|(time_s, _)| time_s));
    let Some([low_s, high_s]) = usual_s else { return found };
    let margin_s = (MARGIN * (high_s - low_s)).max(MARGIN_MIN_S);
    let off_s = |time_s: f64| (low_s - time_s).max(time_s - high_s);
    let mut outside: Vec<_> = arrivals.filter(|(time_s, _)| off_s(*time_s) > margin_s).collect();
    outside.sort_by(|one, other| one.0.total_cmp(&other.0));
    for group in outside.chunk_by(|one, next| next.0 - one.0 <= TOGETHER_S) {
        let mut stations: Vec<u32> = group.iter().map(|(_, station)| *station).collect();
        stations.sort_unstable();
        stations.dedup();
        if stations.len() < STATIONS_MIN {
            for (time_s, station) in group {
                found.entry(*station).or_insert((0, off_s(*time_s))).0 += 1;
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_hours_off_is_found_and_a_late_burst_is_not() {
        let mut arrivals: Vec<(f64, u32)> =
            (0..3_000).map(|at| (f64::from(at), at as u32 % 40)).collect();
        assert_eq!(alone(arrivals.iter().copied()), BTreeMap::new());
        // Eight stations hear something ten hours later.
        arrivals.extend((0..8).map(|at| (36_000.0 + f64::from(at), at as u32)));
        assert_eq!(alone(arrivals.iter().copied()), BTreeMap::new());
        arrivals.extend([(-86_400.0, 7), (-86_000.0, 7), (-86_000.0, 9)]);
        let found = alone(arrivals.into_iter());
        assert_eq!(found.keys().copied().collect::<Vec<u32>>(), [7, 9]);
        assert_eq!(found[&7].0, 2);
        assert_eq!(alone([(1e308, 0), (-1e308, 1)].into_iter()), BTreeMap::new());
        assert_eq!(alone([].into_iter()), BTreeMap::new());
    }
}
