//! Seeds from onsets without a name: places around a station are tried, and those that its neighbours' onsets
//! agree with become seeds.

use crate::medium::{Seed, View};

use super::earth::EARTH_RADIUS_KM;
use super::frame::{angle, bulge};
use super::globe::Globe;

/// Rings tried around the station (km), and the arc between neighbouring places.
const RINGS_KM: [f64; 10] = [5.0, 35.0, 70.0, 110.0, 150.0, 200.0, 260.0, 330.0, 420.0, 540.0];
const ARC_KM: f64 = 55.0;

/// Neighbours that are asked.
const NEIGHBOURS: usize = 24;

/// What an onset may be late or early, beyond what a place between two tried ones explains.
const SLACK_S: f64 = 3.0;

/// Fewest onsets that must agree besides the first.
const AGREEING_MIN: usize = 3;

/// Places kept for each onset.
const KEPT: usize = 2;

const DEPTH_KM: f64 = 8.0;

/// An onset at a neighbour.
struct Heard {
    pick: u32,
    place: (f64, f64),
    time_s: f64,
}

/// Appends the best-supported places for an onset taken as first P.
pub fn seeds(globe: &Globe, view: &View<'_>, pick: u32, out: &mut Vec<Seed<4>>) {
    let channel = view.picks.channel(pick);
    if !channel.is_multiple_of(4) || !view.free(pick) {
        return;
    }
    let here = channel / 4;
    let heard = heard_around(view, here, view.picks.time_s(pick));
    if heard.len() < AGREEING_MIN {
        return;
    }
    let station = view.network.stations()[here as usize];
    let stretch = 1.0 + bulge(station.x_km, station.y_km);
    let mut best: Vec<Seed<4>> = Vec::new();
    for ring_km in RINGS_KM {
        let arcs = libm::ceil(2.0 * core::f64::consts::PI * ring_km / ARC_KM) as u32;
        let Some(travel) = globe.travel(0, ring_km, DEPTH_KM) else { continue };
        for arc in 0..arcs {
            let bearing = 2.0 * core::f64::consts::PI * f64::from(arc) / f64::from(arcs);
            let x_km = station.x_km + ring_km * stretch * libm::cos(bearing);
            let y_km = station.y_km + ring_km * stretch * libm::sin(bearing);
            let state = [view.picks.time_s(pick) - travel.time_s, x_km, y_km, DEPTH_KM];
            let seed = supported(globe, &heard, pick, state);
            if seed.count > AGREEING_MIN {
                keep(&mut best, seed);
            }
        }
    }
    out.extend(best);
}

/// Onsets at neighbours that may belong to a source within the outermost ring.
fn heard_around(view: &View<'_>, here: u32, onset_s: f64) -> Vec<Heard> {
    let stations = view.network.stations();
    let station = stations[here as usize];
    let mut heard = Vec::new();
    for &other in view.neighbours[here as usize].iter().take(NEIGHBOURS) {
        let there = stations[other as usize];
        let place = (there.x_km, there.y_km);
        let apart_km = angle(place, (station.x_km, station.y_km)).0 * EARTH_RADIUS_KM;
        let furthest_km = apart_km + RINGS_KM[RINGS_KM.len() - 1];
        let early_s = apart_km / 5.5 + SLACK_S;
        let late_s = furthest_km / 3.4 - furthest_km / 8.2 + apart_km / 3.4 + SLACK_S;
        let window = view.picks.within(other * 4, onset_s - early_s, onset_s + late_s);
        let free = window.filter(|pick| view.free(*pick));
        heard.extend(free.map(|pick| Heard { pick, place, time_s: view.picks.time_s(pick) }));
    }
    heard
}

/// Onsets that agree with a source, as any branch; the state moves to their mean lateness.
fn supported(globe: &Globe, heard: &[Heard], first: u32, state: [f64; 4]) -> Seed<4> {
    let mut seed = Seed { state, picks: [first; 4], count: 1, score: 0.0 };
    for one in heard {
        let distance_km = angle((state[1], state[2]), one.place).0 * EARTH_RADIUS_KM;
        for branch in [0, 3, 1, 2] {
            let Some(travel) = globe.travel(branch, distance_km, state[3]) else { continue };
            let miss = (one.time_s - state[0] - travel.time_s) / (SLACK_S + 0.01 * travel.time_s);
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
