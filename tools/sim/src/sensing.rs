//! A scenario's sensors: where they stand, what they hear of the story and of peaceful noise, and the
//! files in which they send it.

use std::fmt::Write as _;

use kernel::{Duration, Place, Time};
use serde::Deserialize;
use watch::classify_cause::Cause;

use crate::eyes::Camera;
use crate::faults::{Fault, FaultKind};
use crate::happening::Happening;
use crate::hear::Arrival;
use crate::network::{Ear, Sensor, network};
use crate::random::Random;
use crate::scenario::Scenario;
use crate::sending::{Sending, sent};
use crate::weather;
use crate::world::{Kind, World};

/// The `[sensors]` of a scenario.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sensors {
    /// Middle of the network: degrees east, degrees north.
    pub middle: [f64; 2],
    /// How wide it is, metres.
    pub side_m: f64,
    /// Between microphones, metres; seismometers stand five times as far apart.
    pub spacing_m: f64,
    /// The source of the microphones.
    pub acoustic: String,
    /// The source of the seismometers.
    pub seismic: String,
    /// The source of the infrasound arrays, if it has any.
    #[serde(default)]
    pub infrasound: Option<String>,
    /// The source of the cameras, if it has any.
    #[serde(default)]
    pub camera: Option<String>,
    /// The cameras.
    #[serde(default)]
    pub cameras: Vec<Camera>,
    /// Quarries, degrees east and north: they blast on working days.
    #[serde(default)]
    pub quarries: Vec<[f64; 2]>,
    /// Thunderclaps an hour in a storm.
    #[serde(default)]
    pub thunder_an_hour: f64,
    /// Booms of aircraft a day.
    #[serde(default)]
    pub booms_a_day: f64,
    /// Launches of large rockets a day.
    #[serde(default)]
    pub launches_a_day: f64,
    /// What is wrong with which sensor.
    #[serde(default, rename = "fault")]
    pub faults: Vec<Broken>,
}

/// A fault as a scenario states it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Broken {
    /// The sensor, by its place in the network: `AC012`.
    pub sensor: String,
    /// From when, counted from T0.
    pub after: Duration,
    /// What: `clock-drift`, `clock-jump`, `dead`, `stuck`, `duplicated`, `late`, `inventing`,
    /// `hiding`, `misplaced`, `jammed`.
    pub kind: String,
    /// How much: seconds a day, seconds, a day, a share, metres east; nothing for some kinds.
    #[serde(default)]
    pub amount: f64,
}

impl Broken {
    /// The fault; none when there is no such kind.
    #[must_use]
    pub fn fault(&self, t0: Time) -> Option<Fault> {
        let amount = self.amount;
        let kind = match self.kind.as_str() {
            "clock-drift" => FaultKind::ClockDrift { s_per_day: amount },
            "clock-jump" => FaultKind::ClockJump { by_s: amount },
            "dead" => FaultKind::Dead,
            "stuck" => FaultKind::Stuck,
            "duplicated" => FaultKind::Duplicated,
            "late" => FaultKind::Late { by_s: amount },
            "inventing" => FaultKind::Inventing { a_day: amount },
            "hiding" => FaultKind::Hiding { share: amount },
            "misplaced" => FaultKind::Misplaced { east_m: amount, north_m: 0.0 },
            "jammed" => FaultKind::Jammed { for_s: amount },
            _ => return None,
        };
        Some(Fault { since: t0 + self.after, kind })
    }
}

/// The sensors of a world and everything they send.
#[derive(Clone, Debug)]
pub struct Sensed {
    /// The sensors.
    pub sensors: Vec<Sensor>,
    /// What made the sounds, in order: attacks of the story and what is peaceful.
    pub happenings: Vec<Happening>,
    /// What each sensor sent.
    pub sent: Vec<Vec<Arrival>>,
}

/// Lets the sensors hear the world; none when the scenario has no sensors.
#[must_use]
pub fn sense(world: &World) -> Option<Sensed> {
    let with = world.scenario.sensors.as_ref()?;
    let middle = Place { lon: with.middle[0], lat: with.middle[1] };
    let mut sensors = network(world.seed, middle, with.side_m, with.spacing_m);
    if with.infrasound.is_none() {
        sensors.retain(|sensor| sensor.ear != Ear::Infrasound);
    }
    for broken in &with.faults {
        let fault = broken.fault(world.scenario.t0);
        for sensor in sensors.iter_mut().filter(|sensor| sensor.name == broken.sensor) {
            sensor.fault = fault;
        }
    }
    let happenings = happenings(world);
    let span = (world.scenario.t0, world.day_start(world.scenario.days));
    let seed = world.seed;
    let sending = Sending {
        seed,
        sensors: &sensors,
        happenings: &happenings,
        span,
        middle,
        every_event: true,
    };
    let sent = sent(&sending);
    Some(Sensed { sensors, happenings, sent })
}

/// The attacks of the story and the peaceful noise around them, in order.
fn happenings(world: &World) -> Vec<Happening> {
    let mut all = attacks(world);
    all.extend(peaceful_noises(world));
    all.sort_by_key(|one| one.at);
    all
}

/// The attacks of the story as they sound, in its order.
#[must_use]
pub fn attacks(world: &World) -> Vec<Happening> {
    let mut random = Random::of(world.seed, "happenings");
    let mut all = Vec::new();
    for event in &world.truth {
        let cause = match event.kind {
            Kind::Shelling => Cause::Artillery,
            Kind::Drone => Cause::UavStrike,
            Kind::AirStrike => Cause::AirStrike,
            Kind::FieldBurning | Kind::AccessDenied => continue,
        };
        let mut one = Happening::draw(cause, event.at, event.place, &mut random);
        one.events_s.truncate(event.count as usize);
        all.push(one);
    }
    all
}

/// What is loud and no attack: quarries, thunder, booms, rockets; none without sensors.
#[must_use]
pub fn peaceful_noises(world: &World) -> Vec<Happening> {
    let Some(with) = &world.scenario.sensors else { return vec![] };
    let mut random = Random::of(world.seed, "peaceful noises");
    let middle = Place { lon: with.middle[0], lat: with.middle[1] };
    let mut all = Vec::new();
    for day in 0..world.scenario.days {
        peaceful(world, with, middle, day, &mut random, &mut all);
    }
    all
}

fn peaceful(
    world: &World,
    with: &Sensors,
    middle: Place,
    day: u32,
    random: &mut Random,
    all: &mut Vec<Happening>,
) {
    let start = world.day_start(day);
    let anywhere = |random: &mut Random| {
        let half_m = with.side_m / 2.0;
        middle.shifted_m(random.between(-half_m, half_m), random.between(-half_m, half_m))
    };
    let moment = |random: &mut Random| start + Duration((random.unit() * 86_400e6) as i64);
    let seconds = |seconds: f64| Duration((seconds * 1e6) as i64);
    // 1970-01-01 was a Thursday.
    let working = (start.day_number() + 3).rem_euclid(7) < 5;
    for quarry in with.quarries.iter().filter(|_| working) {
        let place = Place { lon: quarry[0], lat: quarry[1] };
        // About noon and the end of the shift, local time.
        let at = start.day_start() + seconds(3_600.0 * random.between(8.0, 13.5));
        all.push(Happening::draw(Cause::QuarryBlast, at, place, random));
    }
    for storm in weather::storms(world.seed, start.day_start(), middle, with.side_m / 2.0) {
        let claps = random.poisson((with.thunder_an_hour * storm.lasts_s / 3_600.0).min(300.0));
        for _ in 0..claps {
            let at = storm.from + seconds(random.unit() * storm.lasts_s);
            let spread_m = storm.radius_m;
            let place =
                storm.place.shifted_m(random.normal() * spread_m, random.normal() * spread_m);
            all.push(Happening::draw(Cause::Thunder, at, place, random));
        }
    }
    for (cause, a_day) in
        [(Cause::SonicBoom, with.booms_a_day), (Cause::RocketLaunch, with.launches_a_day)]
    {
        for _ in 0..random.poisson(a_day) {
            let (at, place) = (moment(random), anywhere(random));
            all.push(Happening::draw(cause, at, place, random));
        }
    }
}

/// The stations of one kind, as their owner states them.
#[must_use]
pub fn stations(sensed: &Sensed, ear: Ear) -> String {
    let mut text = String::from("station,lon,lat,error_m\n");
    for sensor in sensed.sensors.iter().filter(|sensor| sensor.ear == ear) {
        let place = sensor.stated_place();
        let _ = writeln!(text, "{},{:.6},{:.6},5", sensor.name, place.lon, place.lat);
    }
    text
}

/// What sensors of one kind sent between two moments: arrivals, or bearings for arrays.
#[must_use]
pub fn arrivals(sensed: &Sensed, ear: Ear, (from, to): (Time, Time)) -> String {
    let mut text = String::from(if ear == Ear::Infrasound {
        "station,time,back_azimuth_deg,error_deg,snr,period_s,duration_s,amplitude\n"
    } else {
        "station,phase,time,error_s,snr,period_s,duration_s,amplitude\n"
    });
    let of_kind = sensed.sensors.iter().zip(&sensed.sent).filter(|(sensor, _)| sensor.ear == ear);
    let mut all: Vec<&Arrival> = of_kind.flat_map(|(_, sent)| sent).collect();
    all.retain(|one| from <= one.sent && one.sent < to);
    all.sort_by(|one, other| (one.sent, &one.sensor).cmp(&(other.sent, &other.sensor)));
    for one in all {
        let how = match one.azimuth_deg {
            Some((azimuth, error)) => format!("{},{azimuth:.2},{error:.2}", one.at),
            None if ear == Ear::Infrasound => continue,
            None => format!("{},{},{:.4}", one.phase.word(), one.at, one.error_s.max(1e-3)),
        };
        let _ = writeln!(
            text,
            "{},{how},{:.2},{:.4},{:.3},{:e}",
            one.sensor, one.snr, one.period_s, one.duration_s, one.amplitude
        );
    }
    text
}

/// The sources, kinds and formats in which a scenario's sensors send.
#[must_use]
pub fn channels(scenario: &Scenario) -> Vec<(&str, Ear, &'static str)> {
    let Some(with) = &scenario.sensors else { return vec![] };
    let mut all = vec![
        (with.acoustic.as_str(), Ear::Acoustic, "arrivals"),
        (with.seismic.as_str(), Ear::Seismic, "arrivals"),
    ];
    all.extend(with.infrasound.as_deref().map(|source| (source, Ear::Infrasound, "bearings")));
    all
}
