//! A small seeded world: a few places where things burn and are reported, more than once.
#![allow(dead_code, clippy::disallowed_methods, reason = "a test world, not a recorded fact")]

use kernel::belief::Reliability;
use kernel::{CountRange, Duration, Interval, ObservationId, Place, Time};
use watch::{
    Arrival, Class, Content, Hotspot, HotspotConfidence, Observation, Phase, Report, Shape, Signal,
    Source, SourceKind, Station,
};

/// SplitMix64: seeded dice.
pub struct Dice(pub u64);

impl Dice {
    /// Even between 0 and 1.
    pub fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((bits ^ (bits >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }
    /// Standard normal.
    pub fn normal(&mut self) -> f64 {
        (-2.0 * (1.0 - self.next()).ln()).sqrt() * (std::f64::consts::TAU * self.next()).cos()
    }
    /// Even among `count`.
    pub fn pick(&mut self, count: usize) -> usize {
        (self.next() * count as f64) as usize
    }
}

pub fn source(id: &str) -> Source {
    let kind = match id.split('-').next() {
        Some("viirs" | "modis") => SourceKind::ThermalSatellite,
        Some("press") => SourceKind::Press,
        Some("log") => SourceKind::PartyLog,
        _ => SourceKind::Patrol,
    };
    Source {
        id: id.into(),
        kind,
        owner: "house".into(),
        side: None,
        independence_group: id.to_owned(),
        reliability: Reliability::B,
        false_alarm_share: 0.1,
        delay_max: Duration::hours(6),
        releasable_to: vec![],
        stations: vec![],
        cadence: None,
    }
}

pub fn hotspot(source: &str, place: Place, when: Interval, salt: u64) -> Observation {
    let name = format!("{place:?}{when:?}{salt}");
    Observation {
        id: ObservationId::of(source, name.as_bytes()),
        line: 1,
        when,
        shape: Shape::Point { place, along_m: 110.0, across_m: 130.0, azimuth_deg: 10.0 },
        content: Content::Hotspot(Hotspot {
            power_mw: None,
            confidence: HotspotConfidence::Nominal,
        }),
    }
}

pub fn report(source: &str, shape: Shape, when: Interval, class: Class, salt: u64) -> Observation {
    let name = format!("{shape:?}{when:?}{class:?}{salt}");
    Observation {
        id: ObservationId::of(source, name.as_bytes()),
        line: 1,
        when,
        shape,
        content: Content::Report(Box::new(Report {
            classes: vec![(class, 1.0)],
            count: salt.is_multiple_of(2).then(|| CountRange::exactly(2)),
            reporter: format!("{source} office {}", salt % 3),
            claimed_by: source.strip_prefix("log-").map(Into::into),
            claimed_against: None,
            text: ["explosions were heard in the night", "a strike hit the depot at the edge", ""]
                [salt as usize % 3]
                .to_owned(),
            link: None,
            place_name: None,
        })),
    }
}

/// `size` observations around a handful of places within three days.
pub fn world(seed: u64, size: usize) -> Vec<(Source, Observation)> {
    let mut dice = Dice(seed);
    let start = Time::from_date(2026, 4, 21).unwrap();
    let places: Vec<Place> = (0..4)
        .map(|_| {
            Place { lon: 37.0, lat: 48.0 }
                .shifted_m(12_000.0 * dice.normal(), 12_000.0 * dice.normal())
                .rounded()
        })
        .collect();
    let mut world: Vec<(Source, Observation)> = (0..size as u64)
        .map(|salt| {
            let middle = places[dice.pick(places.len())];
            let minute = (dice.next() * 4_320.0) as i64;
            let moment = start + Duration::seconds(60 * minute);
            if dice.next() < 0.6 {
                let id = ["viirs-a", "viirs-b", "modis-a"][dice.pick(3)];
                let pass = start + Duration::hours(12 * dice.pick(6) as i64);
                let place = middle.shifted_m(600.0 * dice.normal(), 600.0 * dice.normal());
                let when = if dice.next() < 0.2 { day(pass) } else { Interval::at(pass) };
                return (source(id), hotspot(id, place.rounded(), when, salt));
            }
            let class =
                [Class::AirStrike, Class::UavStrike, Class::Explosion, Class::Other][dice.pick(4)];
            let (id, shape, when) = match dice.pick(3) {
                0 => ("press-a", Shape::Area { center: middle, radius_m: 3_000.0 }, day(moment)),
                1 => ("log-one", at_point(middle), Interval::at(moment)),
                _ => ("patrol-a", sector(middle, &mut dice), Interval::at(moment)),
            };
            (source(id), report(id, shape, when, class, salt))
        })
        .collect();
    world.sort_by_key(|(_, observation)| observation.when.start);
    world
}

fn day(moment: Time) -> Interval {
    let start = moment.day_start();
    Interval::new(start, start + Duration::seconds(86_399))
}

fn at_point(place: Place) -> Shape {
    Shape::Point { place, along_m: 500.0, across_m: 500.0, azimuth_deg: 0.0 }
}

fn sector(middle: Place, dice: &mut Dice) -> Shape {
    let toward = 22.5 * dice.pick(16) as f64;
    let away_m = 4_000.0;
    let (sin, cos) = (toward.to_radians().sin(), toward.to_radians().cos());
    Shape::Sector {
        from: middle.shifted_m(-away_m * sin, -away_m * cos).rounded(),
        azimuth_deg: toward as f32,
        half_width_deg: if dice.next() < 0.2 { 180.0 } else { 11.25 },
        range_min_m: 3_000.0,
        range_max_m: 5_000.0,
    }
}

/// Microphones at these places, named `M0` on.
pub fn microphones(places: impl Iterator<Item = Place>) -> Source {
    let station = |(at, place): (usize, Place)| {
        let Place { lon, lat } = place.rounded();
        let (error_m, elevation_m, clock_error_s) = (None, None, None);
        Station { name: format!("M{at}"), lon, lat, error_m, elevation_m, clock_error_s }
    };
    let stations = places.enumerate().map(station).collect();
    Source { kind: SourceKind::Acoustic, stations, ..source("acoustic-line") }
}

/// The onset of a sound at one of them.
pub fn arrival(station: &str, at: Time) -> Observation {
    Observation {
        id: ObservationId::of("acoustic-line", format!("{station} {at}").as_bytes()),
        line: 1,
        when: Interval::at(at),
        shape: Shape::Station { place: None },
        content: Content::Arrival(Arrival {
            station: station.to_owned(),
            phase: Phase::Acoustic,
            error_s: None,
            signal: Signal::default(),
        }),
    }
}
