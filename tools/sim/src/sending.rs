//! Everything the sensors send: what they noticed, what they take for something, and what their
//! faults make of both.

use kernel::{Duration, Place, Time};

use crate::faults::FaultKind;
use crate::happening::Happening;
use crate::hear::{Arrival, Listening, Phase};
use crate::network::Sensor;
use crate::random::Random;

/// Onsets of nothing that a sound sensor sends, a day.
const FALSE_A_DAY: f64 = 1.0;

/// Sensors, what happens around them, and when.
#[derive(Clone, Copy, Debug)]
pub struct Sending<'a> {
    /// Of the weather and all chance.
    pub seed: u64,
    /// Who hears.
    pub sensors: &'a [Sensor],
    /// What happens.
    pub happenings: &'a [Happening],
    /// From when to when.
    pub span: (Time, Time),
    /// What lies west of it is one side, what lies east the other.
    pub middle: Place,
    /// Whether every single event of a salvo is heard, or the first alone.
    pub every_event: bool,
}

/// What each sensor sends, in order of its clock.
#[must_use]
pub fn sent(of: &Sending<'_>) -> Vec<Vec<Arrival>> {
    let mut all: Vec<Vec<Arrival>> = vec![Vec::new(); of.sensors.len()];
    let mut random = Random::of(of.seed, "sent");
    for happening in of.happenings {
        let listening = Listening::to(of.seed, happening);
        let events = if of.every_event { &happening.events_s[..] } else { &[0.0][..] };
        for (index, sensor) in of.sensors.iter().enumerate() {
            for event_s in events {
                for arrival in listening.at(sensor, *event_s, &mut random) {
                    match sensor.fault {
                        Some(fault) if acts(&fault.kind, sensor, happening, of.middle) => {
                            all[index].extend(fault.act(arrival, &mut random));
                        }
                        _ => all[index].push(arrival),
                    }
                }
            }
        }
    }
    for (index, sensor) in of.sensors.iter().enumerate() {
        all[index].extend(imagined(sensor, of.span, &mut random));
        all[index].sort_by_key(|arrival| arrival.at);
    }
    all
}

/// Onsets of nothing: a few from every sensor, many from one that invents or is jammed.
fn imagined(sensor: &Sensor, (start, end): (Time, Time), random: &mut Random) -> Vec<Arrival> {
    let days = (end - start).as_seconds() / 86_400.0;
    let mut moments: Vec<Time> = (0..random.poisson((FALSE_A_DAY * days).min(500.0)))
        .map(|_| start + Duration((random.unit() * days * 86_400.0 * 1e6) as i64))
        .collect();
    let dead = sensor.fault.filter(|fault| fault.kind == FaultKind::Dead);
    moments.retain(|at| dead.is_none_or(|fault| *at < fault.since));
    moments.extend(sensor.fault.map_or(vec![], |fault| fault.inventions(start, end, random)));
    moments.into_iter().map(|at| of_nothing(sensor, at, random)).collect()
}

/// Whether a fault acts on this happening: what hides, hides what falls on its own side only.
fn acts(kind: &FaultKind, sensor: &Sensor, happening: &Happening, middle: Place) -> bool {
    let same_side = (sensor.place.lon < middle.lon) == (happening.place.lon < middle.lon);
    !matches!(kind, FaultKind::Hiding { .. }) || same_side
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
