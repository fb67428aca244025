//! What a house could keep of each sensor's behaviour: the chances it had, the times it gave, what it
//! told alone and what it repeated. Made from what was sent, with incidents as others locate them.

use kernel::{Duration, Place, Time};
use watch::trust::{Item, Same, What};

use crate::happening::Happening;
use crate::hear::{Arrival, TRIGGER_SNR};
use crate::network::Sensor;
use crate::random::Random;
use crate::sending::{Sending, sent};

/// A sensor's behaviour.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Watched {
    /// In no order.
    pub items: Vec<Item>,
}

/// A sensor's arrival this near the expected time may be of the incident.
const GATE_S: f64 = 60.0;
/// The behaviour of each sensor beside the others.
#[must_use]
pub fn watch(
    seed: u64,
    sensors: &[Sensor],
    happenings: &[Happening],
    span: (Time, Time),
    middle: Place,
) -> Vec<Watched> {
    let all = sent(&Sending { seed, sensors, happenings, span, middle, every_event: false });
    let mut used: Vec<Vec<bool>> = all.iter().map(|of| vec![false; of.len()]).collect();
    let mut watched: Vec<Watched> = vec![Watched::default(); sensors.len()];
    let mut random = Random::of(seed, "watching");
    for happening in happenings {
        one_incident(seed, sensors, happening, middle, &all, &mut used, &mut watched, &mut random);
    }
    for (index, arrivals) in all.iter().enumerate() {
        told(arrivals, &used[index], &mut watched[index]);
    }
    watched
}

#[allow(clippy::too_many_arguments, reason = "one step of `watch`, split for length")]
fn one_incident(
    seed: u64,
    sensors: &[Sensor],
    happening: &Happening,
    middle: Place,
    all: &[Vec<Arrival>],
    used: &mut [Vec<bool>],
    watched: &mut [Watched],
    random: &mut Random,
) {
    let located = happening.place.shifted_m(40.0 * random.normal(), 40.0 * random.normal());
    let sound = crate::physics::sound_m_s(crate::weather::hour(seed, happening.at).temperature_k);
    let hour = crate::weather::hour(seed, happening.at);
    let mut levels = Vec::new();
    let mut near: Vec<Option<usize>> = Vec::new();
    for (index, sensor) in sensors.iter().enumerate() {
        let stands = sensor.stated_place();
        let range = located.distance_m(stands);
        // The medium as the other arrivals of the incident give it: nearly right.
        let speed = sound + hour.along_m_s(located, stands) + 0.3 * random.normal();
        let expected = happening.at + Duration((range / speed * 1e6) as i64);
        let found = nearest(&all[index], &used[index], expected);
        if let Some(at) = found {
            let late = (all[index][at].at - expected).as_seconds();
            if late.abs() < 2.0 {
                levels.push(libm::log(all[index][at].amplitude) + 1.1 * libm::log(range));
            }
        }
        near.push(found);
    }
    if levels.len() < 4 {
        return;
    }
    levels.sort_by(f64::total_cmp);
    let level = levels[levels.len() / 2];
    for (index, sensor) in sensors.iter().enumerate() {
        let stands = sensor.stated_place();
        let range = located.distance_m(stands);
        let limit = libm::log(TRIGGER_SNR * sensor.noise_at(seed, happening.at));
        let excess = (level - 1.1 * libm::log(range) - limit - 0.15 * range / 1_000.0) / 1.2;
        let chance = libm::erfc(-excess / std::f64::consts::SQRT_2) / 2.0;
        let speed = sound + hour.along_m_s(located, stands) + 0.3 * random.normal();
        let expected = happening.at + Duration((range / speed * 1e6) as i64);
        let own_side = Some((stands.lon < middle.lon) == (located.lon < middle.lon));
        let late = near[index].map(|at| (all[index][at].at - expected).as_seconds());
        let noticed = late.is_some();
        if chance > 0.02 || noticed {
            watched[index]
                .items
                .push(Item { at: happening.at, what: What::Chance { chance, noticed, own_side } });
        }
        if let (Some(residual_s), Some(at)) = (late, near[index]) {
            used[index][at] = true;
            let arrival = &all[index][at];
            let doubt_s = libm::hypot(50.0 / 340.0, 0.003 * range / 340.0);
            let sigma_s = libm::hypot(arrival.error_s, doubt_s);
            let azimuth_deg = stands.bearing_deg(located);
            let what = What::Timing { residual_s, sigma_s, azimuth_deg, slowness_s_m: 1.0 / 340.0 };
            watched[index].items.push(Item { at: happening.at, what });
        }
    }
}

/// The sensor's free arrival nearest the expected time.
fn nearest(arrivals: &[Arrival], used: &[bool], expected: Time) -> Option<usize> {
    let gate = Duration((GATE_S * 1e6) as i64);
    let from = arrivals.partition_point(|arrival| arrival.at < expected - gate);
    let near = (from..arrivals.len()).take_while(|index| arrivals[*index].at <= expected + gate);
    let off = |index: &usize| (arrivals[*index].at - expected).as_seconds().abs();
    near.filter(|index| !used[*index]).min_by(|one, other| off(one).total_cmp(&off(other)))
}

/// What it told, alone or not, and what it repeated.
fn told(arrivals: &[Arrival], used: &[bool], watched: &mut Watched) {
    for (index, arrival) in arrivals.iter().enumerate() {
        let same = match index.checked_sub(1).map(|before| &arrivals[before]) {
            Some(before) if before == arrival || before.at == arrival.at => Same::Message,
            Some(before)
                if before.snr == arrival.snr
                    && before.period_s == arrival.period_s
                    && before.amplitude == arrival.amplitude =>
            {
                Same::Value
            }
            _ => Same::No,
        };
        let what = What::Gave { chance: 1e-3, same };
        watched.items.push(Item { at: arrival.at, what });
        if same != Same::Message {
            // What is barely above the noise here may be below it everywhere else.
            let others = if arrival.snr > 8.0 { 0.95 } else { 0.75 };
            let what = What::Spoke { others, alone: !used[index] };
            watched.items.push(Item { at: arrival.at, what });
        }
    }
}
