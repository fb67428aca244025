//! What a house could keep of each sensor's behaviour: the chances it had, the times it gave, what it
//! told alone and what it repeated. Made from what was sent, with incidents as others locate them.

use kernel::{Duration, Place, Time};
use watch::trust::{Item, Same, What};

use crate::faults::FaultKind;
use crate::happening::Happening;
use crate::hear::{Arrival, Listening, Phase, TRIGGER_SNR};
use crate::network::Sensor;
use crate::random::Random;

/// A sensor's behaviour.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Watched {
    /// In no order.
    pub items: Vec<Item>,
}

/// A sensor's arrival this near the expected time may be of the incident.
const GATE_S: f64 = 60.0;
/// Onsets of nothing that a sound sensor sends, a day.
const FALSE_A_DAY: f64 = 1.0;

/// Everything each sensor sends over a span of time, faults included, in order of sending time.
#[must_use]
pub fn sent(
    seed: u64,
    sensors: &[Sensor],
    happenings: &[Happening],
    (start, end): (Time, Time),
    middle: Place,
) -> Vec<Vec<Arrival>> {
    let mut all: Vec<Vec<Arrival>> = vec![Vec::new(); sensors.len()];
    let mut random = Random::of(seed, "sent");
    for happening in happenings {
        let listening = Listening::to(seed, happening);
        for (index, sensor) in sensors.iter().enumerate() {
            let arrivals = listening.at(sensor, 0.0, &mut random);
            for arrival in arrivals {
                match sensor.fault {
                    Some(fault) if hides(&fault.kind, sensor, happening, middle) => {
                        all[index].extend(fault.act(arrival, &mut random));
                    }
                    _ => all[index].push(arrival),
                }
            }
        }
    }
    for (index, sensor) in sensors.iter().enumerate() {
        let days = (end - start).as_seconds() / 86_400.0;
        let mut moments: Vec<Time> = (0..random.poisson((FALSE_A_DAY * days).min(500.0)))
            .map(|_| start + Duration((random.unit() * days * 86_400.0 * 1e6) as i64))
            .collect();
        let dead = sensor.fault.filter(|fault| fault.kind == FaultKind::Dead);
        moments.retain(|at| dead.is_none_or(|fault| *at < fault.since));
        moments
            .extend(sensor.fault.map_or(vec![], |fault| fault.inventions(start, end, &mut random)));
        all[index].extend(moments.into_iter().map(|at| of_nothing(sensor, at, &mut random)));
        all[index].sort_by_key(|arrival| arrival.at);
    }
    all
}

/// Whether a fault acts on this happening: what hides, hides what falls on one side only.
fn hides(kind: &FaultKind, sensor: &Sensor, happening: &Happening, middle: Place) -> bool {
    let same_side = (sensor.place.lon < middle.lon) == (happening.place.lon < middle.lon);
    !matches!(kind, FaultKind::Hiding { .. }) || !same_side
}

fn of_nothing(sensor: &Sensor, at: Time, random: &mut Random) -> Arrival {
    let snr = 3.5 + 4.0 * random.unit();
    Arrival {
        sensor: sensor.name.clone(),
        phase: Phase::Acoustic,
        at,
        sent: at + Duration::seconds(1),
        error_s: random.between(0.01, 0.05),
        snr,
        period_s: random.between(0.02, 0.2),
        duration_s: random.between(0.2, 2.0),
        amplitude: sensor.noise * snr,
        azimuth_deg: None,
    }
}

/// The behaviour of each sensor beside the others.
#[must_use]
pub fn watch(
    seed: u64,
    sensors: &[Sensor],
    happenings: &[Happening],
    span: (Time, Time),
    middle: Place,
) -> Vec<Watched> {
    let all = sent(seed, sensors, happenings, span, middle);
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
