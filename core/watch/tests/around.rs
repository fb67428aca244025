//! What is known around a bang that says no more than when it was: what flew to it, and what an
//! analyst decided of its place before.
#![allow(clippy::disallowed_methods, reason = "a test world, not a recorded fact")]

mod common;

use std::collections::BTreeMap;

use common::{arrival, microphones};
use kernel::{Duration, Interval, ObservationId, Place, Time};
use watch::review::{Decision, Reviewed};
use watch::{
    Change, Class, Content, Engine, Incident, Mover, Observation, Settings, Shape, Source,
    SourceKind, TrackPoint,
};

const MIDDLE: Place = Place { lon: 36.2, lat: 47.6 };

fn network() -> Source {
    let at = |at: i32| (f64::from(at % 4) - 1.5, f64::from(at / 4) - 1.5);
    microphones((0..16).map(at).map(|(east, north)| MIDDLE.shifted_m(4e3 * east, 4e3 * north)))
}

fn at(seconds: f64) -> Time {
    let start: Time = "2026-04-21T10:00:00Z".parse().unwrap();
    start + Duration((seconds * 1e6) as i64)
}

fn bang(place: Place, when: Time) -> Vec<Observation> {
    let stations = network().stations;
    let heard = stations.iter().map(|station| {
        let travel_s = place.distance_m(station.place()) / 340.0;
        arrival(&station.name, when + Duration((travel_s * 1e6) as i64))
    });
    heard.collect()
}

/// A drone's positions, east at 40 m/s, from 100 s before it is lost at a place.
fn track(until: Time, lost_at: Place) -> Vec<Observation> {
    let position = |number: i32| {
        let before_s = f64::from(5 - number) * 20.0;
        let place = lost_at.shifted_m(-40.0 * before_s, 0.0);
        let when = until - Duration::seconds(before_s as i64);
        Observation {
            id: ObservationId::of("radar", format!("{number}{when}").as_bytes()),
            line: 1,
            when: Interval::at(when),
            shape: Shape::Point { place, along_m: 40.0, across_m: 40.0, azimuth_deg: 0.0 },
            content: Content::TrackPoint(TrackPoint { track: "t".into(), mover: Mover::Drone }),
        }
    };
    (0..=5).map(position).collect()
}

fn radar() -> Source {
    Source { kind: SourceKind::Drone, ..common::source("radar") }
}

#[derive(Default)]
struct Record(BTreeMap<watch::IncidentId, Incident>);

impl Record {
    fn take(&mut self, changes: Vec<Change>) {
        for change in changes {
            match change {
                Change::Added(incident) | Change::Revised(incident) => {
                    for gone in &incident.replaces {
                        self.0.remove(gone);
                    }
                    self.0.insert(incident.id, *incident);
                }
                Change::Replaced { id, .. } => {
                    self.0.remove(&id);
                }
            }
        }
    }

    /// The incident by sound at a moment.
    fn heard(&self, when: Time) -> &Incident {
        let of = |incident: &&Incident| {
            let mut located = incident.located.iter();
            located.any(|one| one.through == "air" && (one.at - when).as_seconds().abs() < 2.0)
        };
        self.0.values().find(of).expect("it was heard")
    }
}

#[test]
fn a_drone_lost_on_its_way_makes_a_bang_a_strike_in_any_order() {
    let place = MIDDLE.shifted_m(900.0, 400.0);
    let when = at(600.0);
    let lost_at = place.shifted_m(-4_000.0, 0.0);
    let flight = track(when - Duration::seconds(100), lost_at);
    let mut alone = Engine::new(Settings::default());
    alone.absorb(&network(), bang(place, when));
    let mut record = Record::default();
    record.take(alone.assemble());
    let share = |record: &Record| record.heard(when).classes.share(&Class::UavStrike);
    let before = share(&record);
    alone.absorb(&radar(), flight.clone());
    record.take(alone.assemble());
    let after = share(&record);
    assert!(after > 2.0 * before && after > 0.6, "{before} {after}");
    let mut other = Engine::new(Settings::default());
    let mut turned = Record::default();
    other.absorb(&radar(), flight);
    turned.take(other.assemble());
    other.absorb(&network(), bang(place, when));
    turned.take(other.assemble());
    assert_eq!(turned.heard(when).classes, record.heard(when).classes);
}

#[test]
fn what_an_analyst_decided_of_a_place_counts_for_what_happens_there_next() {
    let place = MIDDLE.shifted_m(-700.0, 300.0);
    let (first, second) = (at(600.0), at(90_000.0));
    let mut engine = Engine::new(Settings::default());
    let mut record = Record::default();
    engine.absorb(&network(), bang(place, first));
    engine.absorb(&network(), bang(place.shifted_m(150.0, 0.0), second));
    record.take(engine.assemble());
    let other = |record: &Record| record.heard(second).classes.share(&Class::Other);
    let before = other(&record);
    let incident = record.heard(first);
    let review = Reviewed {
        incident: incident.id,
        version: incident.version,
        decision: Decision::Reclassify { classes: BTreeMap::from([(Class::Other, 1.0)]) },
        reason: "the quarry's own log".into(),
    };
    let mut changes = Vec::new();
    let done = engine.review(&review, &"analyst".into(), second, &mut |change| {
        changes.push(change);
    });
    assert!(done.is_ok());
    record.take(changes);
    let after = other(&record);
    assert!(after > 0.5 && after > before + 0.1, "{before} {after}");

    // Whoever takes up the record and hears it all again says the same.
    let mut restored = Engine::new(Settings::default());
    restored.restore(record.0.values().cloned());
    restored.absorb(&network(), bang(place.shifted_m(150.0, 0.0), second));
    restored.absorb(&network(), bang(place, first));
    assert_eq!(restored.assemble(), vec![]);
}
