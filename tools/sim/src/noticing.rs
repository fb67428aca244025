//! What all the means of a world notice of one happening, and its features as a classifier may know
//! them: from what was sent, never from the truth.

use kernel::Place;
use watch::Class;
use watch::classify_cause::Cause;
use watch::classify_features::{
    Features, Fire, Heard, Lightning, Path, Pattern, Reading, of_heard,
};
use watch::classify_line::{SoundArrival, line_log};
use watch::settings::{CLASS_COUNT, CLASSES, Settings};

use crate::happening::{Extent, Happening, log_normal};
use crate::hear::{Arrival, Listening, Phase, TRIGGER_SNR};
use crate::laws::Laws;
use crate::network::{Ear, Sensor};
use crate::random::Random;
use crate::weather;

/// Microphones farther than this are not asked what they might have heard, metres.
const ASKED_M: f64 = 40_000.0;

/// Everything noticed of one happening.
#[derive(Clone, PartialEq, Debug)]
pub struct Noticed {
    /// Arrivals of its first event, with their sensors.
    pub first: Vec<(usize, Arrival)>,
    /// How many of its events the sensor that heard most of them counted, and the median time
    /// between those.
    pub counted: (u32, Option<f64>),
    /// What is known of its nature.
    pub features: Features,
}

/// What the sensors, satellites and people of a world make of one happening.
#[must_use]
pub fn notice(
    laws: &Laws,
    seed: u64,
    sensors: &[Sensor],
    happening: &Happening,
    random: &mut Random,
) -> Noticed {
    let listening = Listening::under(laws, seed, happening);
    let mut first = Vec::new();
    for (index, sensor) in sensors.iter().enumerate() {
        let arrivals = listening.at(sensor, 0.0, random);
        first.extend(arrivals.into_iter().map(|arrival| (index, arrival)));
    }
    let counted = count(&listening, sensors, &first, random);
    let located = happening.place.shifted_m(250.0 * random.normal(), 250.0 * random.normal());
    let mut features = if first.len() < 4 {
        // Too few to say that anything was: nothing was heard, which is below a limit.
        of_heard(&heard(seed, sensors, &[], happening, located))
    } else {
        let mut heard = of_heard(&heard(seed, sensors, &first, happening, located));
        heard.events = (counted.0 > 0).then_some(counted.0);
        heard.gap_s = counted.1.and_then(|gap| Reading::at(gap, 0.2));
        heard.line_log = line_log(&sound_arrivals(sensors, &first, located));
        heard
    };
    circumstances(laws, seed, happening, random, &mut features);
    Noticed { first, counted, features }
}

fn count(
    listening: &Listening<'_>,
    sensors: &[Sensor],
    first: &[(usize, Arrival)],
    random: &mut Random,
) -> (u32, Option<f64>) {
    let loudest = first.iter().max_by(|one, other| one.1.snr.total_cmp(&other.1.snr));
    let Some((index, arrival)) = loudest else { return (0, None) };
    let mut at_s: Vec<f64> = Vec::new();
    for event_s in &listening.happening.events_s {
        let again = listening.at(&sensors[*index], *event_s, random);
        if again.iter().any(|one| one.phase == arrival.phase) || *event_s == 0.0 {
            at_s.push(*event_s);
        }
    }
    let mut gaps: Vec<f64> = at_s.windows(2).map(|pair| pair[1] - pair[0]).collect();
    gaps.sort_by(f64::total_cmp);
    (at_s.len() as u32, gaps.get(gaps.len() / 2).copied())
}

fn heard(
    seed: u64,
    sensors: &[Sensor],
    first: &[(usize, Arrival)],
    happening: &Happening,
    located: Place,
) -> Vec<Heard> {
    let mut parts = Vec::new();
    for (index, sensor) in sensors.iter().enumerate() {
        let path = if sensor.ear == Ear::Seismic { Path::Ground } else { Path::Air };
        let distance_m = sensor.stated_place().distance_m(located);
        let of_sensor = first.iter().filter(|(of, _)| *of == index);
        let strongest =
            of_sensor.max_by(|one, other| one.1.amplitude.total_cmp(&other.1.amplitude));
        if let Some((_, arrival)) = strongest {
            parts.push(Heard {
                path,
                distance_m,
                amplitude: Some(arrival.amplitude),
                noticed: true,
                period_s: Some(arrival.period_s),
                duration_s: Some(arrival.duration_s),
            });
        } else if distance_m < ASKED_M {
            let limit = sensor.noise_at(seed, happening.at) * TRIGGER_SNR;
            let amplitude = Some(limit);
            parts.push(Heard {
                path,
                distance_m,
                amplitude,
                noticed: false,
                period_s: None,
                duration_s: None,
            });
        }
    }
    parts
}

fn sound_arrivals(
    sensors: &[Sensor],
    first: &[(usize, Arrival)],
    middle: Place,
) -> Vec<SoundArrival> {
    let start = first.iter().map(|(_, arrival)| arrival.at).min();
    let of_air = first.iter().filter(|(_, arrival)| arrival.phase == Phase::Acoustic);
    let arrival = |(index, arrival): &(usize, Arrival)| {
        let (east_m, north_m) = middle.offset_to_m(sensors[*index].stated_place());
        let time_s = (arrival.at - start?).as_seconds();
        Some(SoundArrival { east_m, north_m, time_s, sigma_s: arrival.error_s })
    };
    of_air.filter_map(arrival).collect()
}

/// What satellites, stroke networks, files and people add.
fn circumstances(
    laws: &Laws,
    seed: u64,
    happening: &Happening,
    random: &mut Random,
    features: &mut Features,
) {
    let cause = happening.cause;
    features.lightning = Some(lightning(cause, random));
    features.pattern = Some(pattern(laws, cause, random));
    if random.chance(0.4) {
        features.approach = Some(happening.approach || random.chance(0.02));
    }
    let hour = weather::hour(seed, happening.at);
    if !random.chance(hour.cloud) {
        features.fire = Some(fire(laws, happening, random));
    }
    features.words = words(laws, happening, random);
}

fn lightning(cause: Cause, random: &mut Random) -> Lightning {
    let thunder = cause == Cause::Thunder;
    let stormy = thunder || random.chance(0.05);
    let chance = if stormy { random.between(0.05, 0.5) } else { 0.002 };
    Lightning { seen: (thunder && random.chance(0.85)) || random.chance(chance), chance }
}

fn pattern(laws: &Laws, cause: Cause, random: &mut Random) -> Pattern {
    let quarry = cause == Cause::QuarryBlast && random.chance(laws.hours);
    let before = random.poisson(if quarry { 6.0 } else { 0.4 });
    let inside = if quarry { 0.95 } else { 0.36 };
    let working = (0..=before).filter(|_| random.chance(inside)).count() as u32;
    Pattern { working, other: before + 1 - working }
}

fn fire(laws: &Laws, happening: &Happening, random: &mut Random) -> Fire {
    let burns_share = Settings::default().burns_share;
    let fires = matches!(happening.cause, Cause::OrdinaryFire | Cause::AbnormalFire);
    // A pixel's background lets about 2 MW through at night and 5 MW by day (Schroeder and others 2014).
    let seen = happening.burns_mw > 0.0
        && (fires || random.chance(0.7))
        && happening.burns_mw * log_normal(random, 1.0, 1.5) > 2.5;
    let coincident = random.chance(0.01);
    if !seen && !coincident {
        return Fire::NotSeen { burns_share, chance: 0.5 };
    }
    let ordinary =
        happening.cause == Cause::OrdinaryFire || !seen || !random.chance(laws.odd_fires);
    let chance = random.unit();
    let peacetime_chance = if ordinary { chance } else { chance * chance * chance * 0.05 };
    let power_mw = Reading::at(if seen { happening.burns_mw } else { 4.0 }, 0.4);
    Fire::Seen { burns_share, power_mw, peacetime_chance }
}

/// What people say it was: mostly right, often just "an explosion", sometimes wrong.
fn words(laws: &Laws, happening: &Happening, random: &mut Random) -> Option<[f64; CLASS_COUNT]> {
    let settings = Settings::default();
    let class = happening.cause.class();
    let loud = happening.charge_kg > 0.01 || happening.level_pa > 1.0;
    let told = match happening.cause {
        Cause::Weapons | Cause::AccessDenial | Cause::Interference | Cause::News => 1.0,
        Cause::OrdinaryFire | Cause::AbnormalFire => laws.fires_told,
        _ if class == Class::Other => 0.05,
        _ => 0.35,
    };
    if !random.chance(told) {
        return None;
    }
    let said = match random.unit() {
        share if share < laws.words => class,
        share if share < laws.words + 0.25 && loud && happening.extent == Extent::Point => {
            Class::Explosion
        }
        share if share < 0.97 => class,
        _ => CLASSES[random.index(CLASS_COUNT)],
    };
    Some(
        CLASSES
            .map(|was| libm::log(settings.reported_share[was as usize] * settings.says(was, said))),
    )
}
