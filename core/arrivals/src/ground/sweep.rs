//! Seeds from onsets without a name: places around a station are tried, and those that its neighbours' onsets
//! agree with become seeds.

use crate::medium::{Seed, View};
use crate::station::Station;

use super::earth::EARTH_RADIUS_KM;
use super::frame::{angle, bulge};
use super::globe::Globe;
use super::heard::{self, Heard, Window};

/// Rings tried around the station (km), and the arc between neighbouring places.
const RINGS_KM: [f64; 10] = [5.0, 35.0, 70.0, 110.0, 150.0, 200.0, 260.0, 330.0, 420.0, 540.0];
const ARC_KM: f64 = 55.0;

/// What an onset may be late or early, beyond what a place between two tried ones explains.
const SLACK_S: f64 = 3.0;

/// Fewest onsets that must agree besides the first.
const AGREEING_MIN: usize = 3;

/// Places kept for each onset.
const KEPT: usize = 2;

const DEPTH_KM: f64 = 8.0;

/// Appends the best-supported places for an onset taken as first P.
pub fn seeds(globe: &Globe, view: &View<'_>, pick: u32, out: &mut Vec<Seed<4>>) {
    let heard = heard::around(view, pick, window);
    if heard.len() < AGREEING_MIN {
        return;
    }
    let station = view.network.stations()[(view.picks.channel(pick) / 4) as usize];
    let onset_s = view.picks.time_s(pick);
    let stretch = 1.0 + bulge(station.x_km, station.y_km);
    let mut best: Vec<Seed<4>> = Vec::new();
    for ring_km in RINGS_KM {
        let arcs = libm::ceil(2.0 * core::f64::consts::PI * ring_km / ARC_KM) as u32;
        let Some(travel) = globe.travel(0, ring_km, DEPTH_KM) else { continue };
        for arc in 0..arcs {
            let bearing = 2.0 * core::f64::consts::PI * f64::from(arc) / f64::from(arcs);
            let x_km = station.x_km + ring_km * stretch * libm::cos(bearing);
            let y_km = station.y_km + ring_km * stretch * libm::sin(bearing);
            let state = [onset_s - travel.time_s, x_km, y_km, DEPTH_KM];
            let seed = supported(globe, &heard, (pick, onset_s), state);
            if seed.count > AGREEING_MIN {
                keep(&mut best, seed);
            }
        }
    }
    out.extend(best);
}

/// An onset may come from a source within the outermost ring, as any branch.
fn window(here: &Station, there: &Station) -> Window {
    let place_km = (there.x_km, there.y_km);
    let apart_km = angle(place_km, (here.x_km, here.y_km)).0 * EARTH_RADIUS_KM;
    let furthest_km = apart_km + RINGS_KM[RINGS_KM.len() - 1];
    let late_s = furthest_km / 3.4 - furthest_km / 8.2 + apart_km / 3.4 + SLACK_S;
    Window { place_km, early_s: apart_km / 5.5 + SLACK_S, late_s }
}

/// Onsets that agree with a source, as any branch; the state moves to their mean lateness.
fn supported(
    globe: &Globe,
    heard: &[Heard],
    (first, onset_s): (u32, f64),
    state: [f64; 4],
) -> Seed<4> {
    let mut seed = Seed { state, picks: [first; 4], count: 1, score: 0.0 };
    for one in heard {
        let distance_km = angle((state[1], state[2]), one.place_km).0 * EARTH_RADIUS_KM;
        for branch in [0, 3, 1, 2] {
            let Some(travel) = globe.travel(branch, distance_km, state[3]) else { continue };
            let miss = (onset_s + one.late_s - state[0] - travel.time_s)
                / (SLACK_S + 0.01 * travel.time_s);
            if miss.abs() < 1.0 {
                seed.score += (1.0 - miss * miss) * if branch == 0 { 1.0 } else { 0.5 };
                if seed.count < 4 && branch == 0 {
                    seed.picks[seed.count] = one.pick;
                }
                seed.count += usize::from(branch == 0);
                break;
            }
        }
    }
    seed
}

fn keep(best: &mut Vec<Seed<4>>, seed: Seed<4>) {
    let at = best.partition_point(|other| other.score >= seed.score);
    if at < KEPT {
        best.insert(at, Seed { count: seed.count.min(4), ..seed });
        best.truncate(KEPT);
    }
}
