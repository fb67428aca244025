//! Seeds from P and S at one station: their difference is its distance, so two such stations place a source.

use crate::incident::LOG_ROOT_TWO_PI;
use crate::medium::{Seed, View};
use crate::model::SIZES;
use crate::station::Station;

use super::crust::Crust;

/// Stations around the first that are asked for their pair, and then for support.
const NEIGHBOURS: usize = 12;

/// Relative error of a travel time, and error of an onset, that a seed must bear before anything is learned.
const PATH_ERROR: f64 = 0.015;
const ONSET_ERROR_S: f64 = 0.2;

/// Widths of a window in standard deviations.
const GATE: f64 = 3.0;

/// Log of the volume in time and space that a source so found is uncertain in (s km^3).
const LOG_VOLUME: f64 = 6.0;

/// Rough log odds from which a place is worth growing: below zero, for stations further away may help.
const SCORE_MIN: f64 = -4.0;

/// P and S at one station, taken as one source's.
#[derive(Clone, Copy)]
struct Pair {
    picks: [u32; 2],
    path_km: f64,
    origin_s: f64,
    /// Error of the origin time.
    error_s: f64,
}

/// Appends a seed for each pair at the pick's station that pairs at neighbours agree with.
pub fn seeds(crust: &Crust, view: &View<'_>, pick: u32, out: &mut Vec<Seed<4>>) {
    let channel = view.picks.channel(pick);
    if !channel.is_multiple_of(2) || !view.free(pick) {
        return;
    }
    let here = channel / 2;
    let onset_s = view.picks.time_s(pick);
    let longest_s = REACHES * crust.range_km * lag(crust);
    for second in view.picks.within(channel + 1, onset_s, onset_s + longest_s) {
        // A pair of which another holds a half has little new to say; its partner may well be held.
        if view.held(second) {
            continue;
        }
        let pair = pair(crust, [pick, second], onset_s, view.picks.time_s(second));
        if let Some(best) = best_partner(crust, view, here, &pair) {
            out.push(best);
        }
    }
}

/// Furthest pair, in ranges of a middling source.
const REACHES: f64 = 1.5;

/// Seconds of S after P for each kilometre of path.
fn lag(crust: &Crust) -> f64 {
    1.0 / crust.speeds_km_s[1] - 1.0 / crust.speeds_km_s[0]
}

fn pair(crust: &Crust, picks: [u32; 2], p_s: f64, s_s: f64) -> Pair {
    let path_km = (s_s - p_s) / lag(crust);
    let travel_s = path_km / crust.speeds_km_s[0];
    let ratio = 1.0 / (crust.speeds_km_s[0] / crust.speeds_km_s[1] - 1.0);
    let (p_error, s_error) = (error_s(travel_s), error_s(path_km / crust.speeds_km_s[1]));
    let error = ((1.0 + ratio) * (1.0 + ratio) * p_error * p_error
        + ratio * ratio * s_error * s_error)
        .sqrt();
    Pair { picks, path_km, origin_s: p_s - travel_s, error_s: error }
}

fn error_s(travel_s: f64) -> f64 {
    (ONSET_ERROR_S * ONSET_ERROR_S + PATH_ERROR * PATH_ERROR * travel_s * travel_s).sqrt()
}

/// The best-supported place among all that a neighbour's pair allows.
fn best_partner(crust: &Crust, view: &View<'_>, here: u32, pair: &Pair) -> Option<Seed<4>> {
    let stations = view.network.stations();
    let first = stations[here as usize];
    let mut best: Option<Seed<4>> = None;
    for &there in view.neighbours[here as usize].iter().take(NEIGHBOURS) {
        let second = stations[there as usize];
        let apart_km = libm::hypot(second.x_km - first.x_km, second.y_km - first.y_km);
        let slack_s = GATE * pair.error_s;
        let nearest_s = (apart_km - pair.path_km).abs() / crust.speeds_km_s[0];
        let furthest_s = (apart_km + pair.path_km) / crust.speeds_km_s[0];
        let window = view.picks.within(
            there * 2,
            pair.origin_s + nearest_s - slack_s,
            pair.origin_s + furthest_s + slack_s,
        );
        for p in window.filter(|p| view.free(*p)) {
            let travel_s = (view.picks.time_s(p) - pair.origin_s).max(0.0);
            let expected_s = pair.origin_s + travel_s * crust.speeds_km_s[0] / crust.speeds_km_s[1];
            let gate_s = GATE * error_s(2.0 * travel_s) + slack_s;
            for s in view.picks.within(there * 2 + 1, expected_s - gate_s, expected_s + gate_s) {
                if !view.free(s) {
                    continue;
                }
                let partner = self::pair(crust, [p, s], view.picks.time_s(p), view.picks.time_s(s));
                let both = pair.error_s * pair.error_s + partner.error_s * partner.error_s;
                if (partner.origin_s - pair.origin_s).abs() > GATE * both.sqrt() {
                    continue;
                }
                for place in crossings(&first, pair.path_km, &second, partner.path_km) {
                    let seed = supported(crust, view, here, [pair, &partner], place);
                    if seed.score > SCORE_MIN && best.as_ref().is_none_or(|b| seed.score > b.score)
                    {
                        best = Some(seed);
                    }
                }
            }
        }
    }
    best
}

/// Where two circles cross; where they just miss, the point between them twice.
fn crossings(a: &Station, radius_a: f64, b: &Station, radius_b: f64) -> [[f64; 2]; 2] {
    let (dx, dy) = (b.x_km - a.x_km, b.y_km - a.y_km);
    let apart = libm::hypot(dx, dy).max(1e-6);
    let along = ((apart * apart + radius_a * radius_a - radius_b * radius_b) / (2.0 * apart))
        .clamp(-radius_a, radius_a);
    let aside = (radius_a * radius_a - along * along).max(0.0).sqrt();
    let (ux, uy) = (dx / apart, dy / apart);
    [aside, -aside].map(|off| [a.x_km + along * ux - off * uy, a.y_km + along * uy + off * ux])
}

/// Rough log odds of a source there, from the channels of the first station and those around it.
fn supported(
    crust: &Crust,
    view: &View<'_>,
    here: u32,
    pairs: [&Pair; 2],
    place: [f64; 2],
) -> Seed<4> {
    let weights = pairs.map(|pair| 1.0 / (pair.error_s * pair.error_s));
    let total = weights[0] + weights[1];
    let origin_s = (pairs[0].origin_s * weights[0] + pairs[1].origin_s * weights[1]) / total;
    let slack = 1.0 / total;
    let mut score = view.model.log_rate + LOG_VOLUME;
    let mut by_size = [0.0; SIZES];
    let around = view.neighbours[here as usize].iter().take(NEIGHBOURS);
    for &other in around.chain(core::iter::once(&here)) {
        let station = view.network.stations()[other as usize];
        let path_km = libm::hypot(station.x_km - place[0], station.y_km - place[1]);
        for phase in 0..2 {
            let travel_s = path_km / crust.speeds_km_s[phase];
            let error = error_s(travel_s);
            let variance = error * error + slack;
            let gate_s = GATE * variance.sqrt();
            let due_s = origin_s + travel_s;
            let channel = other * 2 + phase as u32;
            let seen = view.picks.within(channel, due_s - gate_s, due_s + gate_s);
            let late = seen.filter(|&pick| view.free(pick)).map(|pick| view.picks.time_s(pick));
            let nearest = late.map(|time_s| (time_s - due_s).abs()).reduce(f64::min);
            let notice = if let Some(late_s) = nearest {
                score -= view.model.log_false_rate[channel as usize]
                    + LOG_ROOT_TWO_PI
                    + 0.5 * (libm::log(variance) + late_s * late_s / variance);
                view.model.detection.hit(phase, path_km)
            } else {
                view.model.detection.miss(phase, path_km)
            };
            (0..SIZES).for_each(|size| by_size[size] += notice[size]);
        }
    }
    score += view.model.detection.sum_out(&by_size).0;
    let depth_km = (crust.bounds_km[2][0] + crust.bounds_km[2][1]) / 4.0;
    let [a, b] = [pairs[0].picks, pairs[1].picks];
    let state = [origin_s, place[0], place[1], depth_km];
    Seed { state, picks: [a[0], a[1], b[0], b[1]], count: 4, score }
}
