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
        let expected: Vec<Expected> = {
            let place = happening.place;
            let located = place.shifted_m(40.0 * random.normal(), 40.0 * random.normal());
            let of = |sensor: &Sensor| expect(seed, sensor, happening, located, &mut random);
            sensors.iter().map(of).collect()
        };
        let near: Vec<Option<usize>> = expected
            .iter()
            .enumerate()
            .map(|(index, of)| nearest(&all[index], &used[index], of.at))
            .collect();
        let Some(level) = level(&all, &near, &expected) else { continue };
        for (index, of) in expected.iter().enumerate() {
            let arrival = near[index].map(|at| &all[index][at]);
            let west = |place: Place| place.lon < middle.lon;
            let own_side = Some(west(sensors[index].stated_place()) == west(happening.place));
            note(&mut watched[index], happening.at, of, arrival, level, own_side);
            if let Some(at) = near[index] {
                used[index][at] = true;
            }
        }
    }
    for (index, arrivals) in all.iter().enumerate() {
        told(arrivals, &used[index], &mut watched[index]);
    }
    watched
}

/// What is expected of a sensor for an incident that others located.
struct Expected {
    at: Time,
    range_m: f64,
    azimuth_deg: f64,
    /// Log of the amplitude that it would just notice.
    limit_log: f64,
}

fn expect(
    seed: u64,
    sensor: &Sensor,
    happening: &Happening,
    located: Place,
    random: &mut Random,
) -> Expected {
    let stands = sensor.stated_place();
    let range_m = located.distance_m(stands);
    let hour = crate::weather::hour(seed, happening.at);
    // The medium as the other arrivals of the incident give it: nearly right.
    let speed = crate::physics::sound_m_s(hour.temperature_k)
        + hour.along_m_s(located, stands)
        + 0.3 * random.normal();
    Expected {
        at: happening.at + Duration((range_m / speed * 1e6) as i64),
        range_m,
        azimuth_deg: stands.bearing_deg(located),
        limit_log: libm::log(TRIGGER_SNR * sensor.noise_at(seed, happening.at)),
    }
}

/// Log of the incident's amplitude at one metre, the middle of those who noticed it in time; none
/// when too few did to be sure of it.
fn level(all: &[Vec<Arrival>], near: &[Option<usize>], expected: &[Expected]) -> Option<f64> {
    let mut levels = Vec::new();
    for (index, of) in expected.iter().enumerate() {
        let arrival = near[index].map(|at| &all[index][at]);
        let in_time = |arrival: &&Arrival| (arrival.at - of.at).as_seconds().abs() < 2.0;
        if let Some(arrival) = arrival.filter(in_time) {
            levels.push(libm::log(arrival.amplitude) + 1.1 * libm::log(of.range_m));
        }
    }
    levels.sort_by(f64::total_cmp);
    (levels.len() >= 4).then(|| levels[levels.len() / 2])
}

/// The chance that a sensor had, and the time that it gave.
fn note(
    watched: &mut Watched,
    at: Time,
    of: &Expected,
    arrival: Option<&Arrival>,
    level: f64,
    own_side: Option<bool>,
) {
    let loud = level - 1.1 * libm::log(of.range_m) - 0.15 * of.range_m / 1_000.0;
    let excess = (loud - of.limit_log) / 1.2;
    let chance = libm::erfc(-excess / std::f64::consts::SQRT_2) / 2.0;
    let noticed = arrival.is_some();
    if chance > 0.02 || noticed {
        watched.items.push(Item { at, what: What::Chance { chance, noticed, own_side } });
    }
    if let Some(arrival) = arrival {
        let residual_s = (arrival.at - of.at).as_seconds();
        // The others' location is 50 m off, the medium three thousandths of the way.
        let doubt_s = libm::hypot(50.0 / 340.0, 0.003 * of.range_m / 340.0);
        let sigma_s = libm::hypot(arrival.error_s, doubt_s);
        let (azimuth_deg, slowness_s_m) = (of.azimuth_deg, 1.0 / 340.0);
        let what = What::Timing { residual_s, sigma_s, azimuth_deg, slowness_s_m };
        watched.items.push(Item { at, what });
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
