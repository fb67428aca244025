//! A broken station is found from what the network heard together, and a sound network accuses nobody.
#![allow(clippy::disallowed_methods, reason = "a test world, not a recorded fact")]

mod common;

use std::collections::BTreeMap;

use common::{Dice, source};
use kernel::{Duration, Interval, ObservationId, Place, Stamp, Time};
use watch::entry::Entry;
use watch::state::State;
use watch::trust::State as Trust;
use watch::trust_doubt::SourceDoubted;
use watch::{
    Arrival, Change, Content, Engine, Incident, IncidentId, Observation, Phase, Settings, Shape,
    Signal, Source, SourceKind, Station,
};

const MIDDLE: Place = Place { lon: 36.2, lat: 47.6 };
const BROKEN: usize = 14;

/// Microphones four kilometres apart; the broken one stands `east_m` beside where it is said to.
fn network(east_m: f64) -> Source {
    let station = |at: usize| {
        let (east, north) = ((at % 6) as f64 - 2.5, (at / 6) as f64 - 2.5);
        let astray_m = if at == BROKEN { east_m } else { 0.0 };
        let place = MIDDLE.shifted_m(4_000.0 * east - astray_m, 4_000.0 * north).rounded();
        Station {
            name: format!("M{at}"),
            lon: place.lon,
            lat: place.lat,
            error_m: None,
            elevation_m: None,
            clock_error_s: None,
        }
    };
    let stations = (0..36).map(station).collect();
    Source { kind: SourceKind::Acoustic, stations, ..source("acoustic-line") }
}

fn arrival(station: &str, at: Time) -> Observation {
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

/// What is said after 60 explosions, an hour from one to the next, with a false onset beside each.
fn said(stated: &Source, dead: bool, late_s: f64) -> Vec<SourceDoubted> {
    let mut dice = Dice(7);
    let start: Time = "2026-04-21T10:00:00Z".parse().unwrap();
    let real = network(0.0);
    let mut heard = Vec::new();
    for hour in 0..60 {
        let at = start + Duration::hours(hour);
        let (east, north) = (dice.next() - 0.5, dice.next() - 0.5);
        let place = MIDDLE.shifted_m(14_000.0 * east, 14_000.0 * north);
        for (number, station) in real.stations.iter().enumerate() {
            let far_m = place.distance_m(station.place());
            let noticed = far_m < 9_000.0 && dice.next() < 0.9;
            let late_s = if number == BROKEN { late_s } else { 0.0 };
            let travel_s = far_m / 340.0 + 0.02 * dice.normal() + late_s;
            if noticed && !(dead && number == BROKEN) {
                heard.push(arrival(&station.name, at + Duration((travel_s * 1e6) as i64)));
            }
        }
        let strayed = real.stations[dice.pick(35) % BROKEN].name.clone();
        heard.push(arrival(&strayed, at + Duration::seconds((dice.next() * 3_000.0) as i64)));
    }
    let mut engine = Engine::new(Settings::default());
    engine.absorb(stated, heard);
    let mut current: BTreeMap<IncidentId, Incident> = BTreeMap::new();
    for change in engine.assemble() {
        if let Change::Added(incident) | Change::Revised(incident) = change {
            current.insert(incident.id, *incident);
        }
    }
    let mut state = State::default();
    let doubts = engine.doubts(current.values(), &state);
    let stamp = Stamp { position: 0, at: start, by: "house".into() };
    for doubt in &doubts {
        state.evolve(&Entry::SourceDoubted(doubt.clone()), &stamp);
    }
    assert_eq!(engine.doubts(current.values(), &state), [], "nothing is said twice");
    doubts
}

fn only_the_broken(doubts: &[SourceDoubted]) -> &SourceDoubted {
    let [doubt] = doubts else { panic!("{doubts:#?}") };
    assert_eq!(doubt.station.as_deref(), Some("M14"));
    assert!(doubt.probability.value() >= 0.95 && !doubt.evidence.is_empty());
    doubt
}

#[test]
fn a_sound_network_accuses_nobody() {
    assert_eq!(said(&network(0.0), false, 0.0), []);
}

#[test]
fn a_dead_station_is_found() {
    let doubts = said(&network(0.0), true, 0.0);
    let doubt = only_the_broken(&doubts);
    assert_eq!(doubt.state, Trust::Deaf);
    assert!(doubt.silence_weight.value() < 0.1);
}

#[test]
fn a_station_with_a_wrong_clock_is_found() {
    let doubts = said(&network(0.0), false, 1.0);
    assert!(only_the_broken(&doubts).weight.value() < 0.5);
}

#[test]
fn a_station_a_kilometre_off_is_found() {
    let doubts = said(&network(1_000.0), false, 0.0);
    only_the_broken(&doubts);
}
