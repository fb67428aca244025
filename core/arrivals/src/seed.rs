//! Places to begin for one-phase waves in a plane: three arrivals at neighbouring stations.
//!
//! Sound drifts with the wind: seen from the air it spreads in circles, and a station moves against the wind until
//! it hears them. So each arrival is looked at from where the air that carried it was when the reference came in.

use crate::air::{Air, PARAMETERS};
use crate::arrival::NOBODY;
use crate::medium::{Seed, View};

/// Neighbours looked at around a station, at least.
const NEIGHBOURS_MIN: usize = 6;
/// Free arrivals gathered from neighbours before the rest of them is left alone.
const FREE_MAX: usize = 18;
/// Held arrivals gathered, nearest first: in a bombardment they are the many, and must not crowd out the free.
const HELD_MAX: usize = 5;
const NEARBY_MAX: usize = FREE_MAX + HELD_MAX;
/// Seeds handed on for each reference.
const KEPT: usize = 3;
/// Arrivals a seed must explain beyond its reference.
const MATCHED_MIN: usize = 3;

/// Of these, those that nobody holds.
const FREE_MIN: usize = 2;

/// An arrival near the reference, place and time relative to it.
#[derive(Clone, Copy, Default)]
struct Near {
    x_km: f64,
    y_km: f64,
    time_s: f64,
    pick: u32,
    station: u32,
    held: bool,
}

/// What three arrivals mistake their origin by, as a part of the way, on top of what is hidden: their onset errors
/// grow with the geometry.
const ROUGH: f64 = 0.01;

/// The air as it is believed to be around a reference.
#[derive(Clone, Copy)]
struct Carrier {
    /// Speed of sound in it, km/s.
    speed: f64,
    /// Wind, km/s.
    wind: [f64; 2],
    /// What is not known of either, as a part of the speed.
    hidden: f64,
}

impl Carrier {
    fn of(air: &Air, view: &View<'_>) -> Self {
        let mean = view.hidden.mean;
        let error = view.hidden.variance.map(f64::sqrt);
        Self {
            speed: air.speed_km_s * (1.0 + mean[0]),
            wind: [mean[1] * air.speed_km_s, mean[2] * air.speed_km_s],
            hidden: error[0] + error[1].max(error[2]),
        }
    }
}

/// Looks around a pick for two more that fit one origin, and for others that fit it too.
pub fn around(air: &Air, view: &View<'_>, pick: u32, out: &mut Vec<Seed<PARAMETERS>>) {
    let mut near = [Near::default(); NEARBY_MAX];
    let carrier = Carrier::of(air, view);
    let count = gather(air, &carrier, view, pick, &mut near);
    if count < MATCHED_MIN {
        return;
    }
    let near = &near[..count];
    // Where what is held may be taken, all that an incident needs must be in sight: less is found without contest.
    let beyond = if view.contest { 1 } else { 2 };
    let matched_min = MATCHED_MIN.max(view.picks_min.saturating_sub(beyond));
    let here = view.network.stations()[view.picks.channel(pick) as usize];
    let first = out.len();
    for (place, a) in near.iter().enumerate() {
        for b in &near[place + 1..] {
            if a.station == b.station || (a.held && b.held) {
                continue;
            }
            for origin in meet(carrier.speed, a, b).into_iter().flatten() {
                let distance_km = origin.distance_km();
                if distance_km > view.model.detection.reach_km {
                    continue;
                }
                let (score, matched) = rate(air, &carrier, view, near, &origin);
                if matched >= matched_min {
                    keep(
                        out,
                        first,
                        Seed {
                            state: [
                                view.picks.time_s(pick) + origin.time_s,
                                here.x_km + origin.x_km + carrier.wind[0] * origin.time_s,
                                here.y_km + origin.y_km + carrier.wind[1] * origin.time_s,
                                view.hidden.mean[0],
                                view.hidden.mean[1],
                                view.hidden.mean[2],
                            ],
                            picks: [pick, a.pick, b.pick, NOBODY],
                            count: 3,
                            score,
                        },
                    );
                }
            }
        }
    }
}

/// Free picks at the nearest stations, within the time that sound needs between them.
fn gather(
    air: &Air,
    carrier: &Carrier,
    view: &View<'_>,
    pick: u32,
    near: &mut [Near; NEARBY_MAX],
) -> usize {
    let station = view.picks.channel(pick);
    let stations = view.network.stations();
    let here = stations[station as usize];
    let time_s = view.picks.time_s(pick);
    let drift = libm::hypot(carrier.wind[0], carrier.wind[1]) / carrier.speed;
    let slack = 1.0 + carrier.hidden + drift;
    let (mut count, mut held_count) = (0, 0);
    for (rank, &other) in view.neighbours[station as usize].iter().enumerate() {
        let there = stations[other as usize];
        let (x_km, y_km) = (there.x_km - here.x_km, there.y_km - here.y_km);
        let apart_km = (x_km * x_km + y_km * y_km).sqrt();
        let window_s = apart_km / carrier.speed * slack + 4.0 * air.onset_error_s;
        for pick in view.picks.within(other, time_s - window_s, time_s + window_s) {
            let held = view.held(pick);
            let room = if held {
                view.contest && held_count < HELD_MAX
            } else {
                count - held_count < FREE_MAX
            };
            if room {
                let time_s = view.picks.time_s(pick) - time_s;
                near[count] = Near {
                    x_km: x_km - carrier.wind[0] * time_s,
                    y_km: y_km - carrier.wind[1] * time_s,
                    time_s,
                    pick,
                    station: other,
                    held,
                };
                count += 1;
                held_count += usize::from(held);
            }
        }
        let free = count - held_count;
        if free >= FREE_MAX || (rank >= NEIGHBOURS_MIN && free >= FREE_MAX * 2 / 3) {
            break;
        }
    }
    count
}

/// An origin relative to the reference.
#[derive(Clone, Copy)]
struct Origin {
    x_km: f64,
    y_km: f64,
    time_s: f64,
}

impl Origin {
    fn distance_km(&self) -> f64 {
        (self.x_km * self.x_km + self.y_km * self.y_km).sqrt()
    }
}

/// Where three circles that grow at one speed meet: the reference stands at zero.
///
/// Taking the reference's equation off the two others leaves two that are linear in place given
/// origin time; put back into the first, a quadratic in origin time (Bancroft 1985).
fn meet(speed: f64, a: &Near, b: &Near) -> [Option<Origin>; 2] {
    let determinant = a.x_km * b.y_km - a.y_km * b.x_km;
    let (at, bt) = (a.time_s * speed, b.time_s * speed);
    let (a2, b2) = (a.x_km * a.x_km + a.y_km * a.y_km, b.x_km * b.x_km + b.y_km * b.y_km);
    if determinant.abs() < 0.05 * (a2 * b2).sqrt() {
        return [None, None];
    }
    let (ha, hb) = (0.5 * (a2 - at * at), 0.5 * (b2 - bt * bt));
    let scale = 1.0 / determinant;
    // place = p + q tau, with tau the origin time in km.
    let (px, py) = ((ha * b.y_km - hb * a.y_km) * scale, (hb * a.x_km - ha * b.x_km) * scale);
    let (qx, qy) = ((at * b.y_km - bt * a.y_km) * scale, (bt * a.x_km - at * b.x_km) * scale);
    let (square, half, constant) = (qx * qx + qy * qy - 1.0, px * qx + py * qy, px * px + py * py);
    // A little wind can push the arrivals just past what any place gives; take the nearest.
    let root = (half * half - square * constant).max(0.0).sqrt();
    let origin = |tau: f64| {
        let early = tau <= 1e-9 && tau <= at + 1e-9 && tau <= bt + 1e-9;
        early.then(|| Origin { x_km: px + qx * tau, y_km: py + qy * tau, time_s: tau / speed })
    };
    if square.abs() < 1e-9 {
        return [origin(-0.5 * constant / half), None];
    }
    [origin((-half - root) / square), origin((-half + root) / square)]
}

/// How many of the arrivals nearby an origin explains, and how much that is worth; nothing when
/// all but one of them are held by others, since then it has nothing new to say.
fn rate(
    air: &Air,
    carrier: &Carrier,
    view: &View<'_>,
    near: &[Near],
    origin: &Origin,
) -> (f64, usize) {
    let slowness = 1.0 / carrier.speed;
    let spread = carrier.hidden + ROUGH;
    let reference_km = origin.distance_km();
    let (mut score, mut matched, mut free) = (0.0, 0, 0);
    let (mut station, mut best) = (NOBODY, 0.0_f64);
    for one in near {
        if one.station != station {
            score += best;
            matched += usize::from(best > 0.0);
            (station, best) = (one.station, 0.0);
        }
        let (dx, dy) = (one.x_km - origin.x_km, one.y_km - origin.y_km);
        let distance_km = (dx * dx + dy * dy).sqrt();
        // What the medium hides grows with the way that differs from the reference's.
        let apart_km = (one.x_km * one.x_km + one.y_km * one.y_km).sqrt();
        let hidden_s = spread * slowness * apart_km.min(distance_km + reference_km) * 0.5;
        let error_s = 3.0 * air.onset_error_s + hidden_s;
        let late_s = one.time_s - origin.time_s - distance_km * slowness;
        if late_s.abs() < error_s {
            let within = late_s / error_s;
            let window = view.model.log_false_rate[one.station as usize];
            best = best.max((1.0 - 0.5 * within * within) - 0.1 * window);
            free += usize::from(!one.held);
        }
    }
    score += best;
    matched += usize::from(best > 0.0);
    (score, if free < FREE_MIN { 0 } else { matched })
}

/// Keeps the best few seeds that differ, best first.
fn keep(out: &mut Vec<Seed<PARAMETERS>>, first: usize, seed: Seed<PARAMETERS>) {
    for place in first..out.len() {
        let other = &out[place].state;
        let (dx, dy) = (other[1] - seed.state[1], other[2] - seed.state[2]);
        if dx * dx + dy * dy < 0.09 && (other[0] - seed.state[0]).abs() < 1.0 {
            if seed.score > out[place].score {
                out[place] = seed;
            }
            return;
        }
    }
    out.push(seed);
    out[first..].sort_by(|a, b| b.score.total_cmp(&a.score));
    out.truncate(first + KEPT);
}
