//! What an analyst decided holds: later data are shown, and change nothing of it.
#![allow(clippy::disallowed_methods, reason = "a test world, not a recorded fact")]

mod common;

use std::collections::BTreeMap;

use common::{report, source};
use kernel::{Duration, Interval, ObservationId, Place, Probability, Time};
use watch::review::{Decision, Reviewed};
use watch::trust::State as Trust;
use watch::trust_doubt::SourceDoubted;
use watch::{
    Change, Class, Content, Engine, Incident, IncidentId, Mover, Observation, Product, Settings,
    Shape, TrackPoint,
};

const MIDDLE: Place = Place { lon: 36.2, lat: 47.6 };

struct House {
    engine: Engine,
    /// Every version that went on record.
    versions: Vec<Incident>,
    absorbed: Vec<(String, Observation)>,
}

impl House {
    fn new() -> Self {
        let engine = Engine::new(Settings::default());
        Self { engine, versions: vec![], absorbed: vec![] }
    }

    fn told(&mut self, by: &str, place: Place, at: Time, class: Class) -> ObservationId {
        let shape = Shape::Point { place, along_m: 300.0, across_m: 300.0, azimuth_deg: 0.0 };
        let told = report(by, shape, Interval::at(at), class, at.0 as u64);
        let id = told.id;
        self.engine.absorb(&source(by), vec![told.clone()]);
        self.absorbed.push((by.to_owned(), told));
        let changes = self.engine.assemble();
        self.take(changes);
        id
    }

    fn take(&mut self, changes: Vec<Change>) {
        for change in changes {
            if let Change::Added(incident) | Change::Revised(incident) = change {
                self.versions.push(*incident);
            }
        }
    }

    fn current(&self) -> BTreeMap<IncidentId, Incident> {
        let mut current = BTreeMap::new();
        for incident in &self.versions {
            for gone in &incident.replaces {
                current.remove(gone);
            }
            current.insert(incident.id, incident.clone());
        }
        current
    }

    fn review(&mut self, incident: IncidentId, decision: Decision) -> Result<(), String> {
        let version = self.engine.version_of(incident).unwrap_or(1);
        let review = Reviewed { incident, version, decision, reason: "seen".into() };
        let mut changes = Vec::new();
        let done = self.engine.review(&review, &"analyst".into(), noon(), &mut |change| {
            changes.push(change);
        });
        self.take(changes);
        done.map_err(|refusal| refusal.code)
    }

    /// An engine that takes up the record has nothing to add.
    fn holds_after_a_restart(&self) {
        let mut restored = Engine::new(Settings::default());
        restored.restore(self.versions.iter().cloned());
        for (by, one) in &self.absorbed {
            restored.absorb(&source(by), vec![one.clone()]);
        }
        let more = restored.assemble();
        assert!(more.is_empty(), "{more:#?}");
    }
}

fn noon() -> Time {
    "2026-04-21T12:00:00Z".parse().unwrap()
}

#[test]
fn what_comes_later_is_shown_and_moves_nothing() {
    let mut house = House::new();
    house.told("log-one", MIDDLE, noon(), Class::Explosion);
    let id = house.versions[0].id;
    let place = MIDDLE.shifted_m(700.0, 0.0);
    house.review(id, Decision::Relocate { place, error_m: 100.0 }).unwrap();
    let decided = house.current()[&id].clone();
    assert_eq!((decided.product, decided.version), (Product::Reviewed, 2));
    assert!(decided.place.mean.distance_m(place) < 1.0);
    house.told("patrol-a", MIDDLE, noon() + Duration::seconds(60), Class::Explosion);
    let later = house.current()[&id].clone();
    assert_eq!(house.current().len(), 1, "{:#?}", house.current());
    assert_eq!((later.place, later.real), (decided.place, decided.real));
    assert_eq!(later.since_review.as_ref().unwrap().members, 1);
    house.holds_after_a_restart();
    house.review(id, Decision::Accept).unwrap();
    let accepted = house.current()[&id].clone();
    assert!(accepted.since_review.is_none() && accepted.members.len() == 2);
    house.holds_after_a_restart();
}

#[test]
fn a_discarded_incident_stays_discarded() {
    let mut house = House::new();
    house.told("log-one", MIDDLE, noon(), Class::Explosion);
    let id = house.versions[0].id;
    house.review(id, Decision::Discard).unwrap();
    assert_eq!(house.engine.standing(), 0);
    house.told("patrol-a", MIDDLE, noon(), Class::Explosion);
    let now = house.current()[&id].clone();
    assert!(now.withdrawn && now.since_review.is_some() && house.current().len() == 1);
    house.holds_after_a_restart();
    house.review(id, Decision::Accept).unwrap();
    assert!(!house.current()[&id].withdrawn && house.current()[&id].real.value() > 0.5);
    assert_eq!(house.engine.standing(), 1);
    house.holds_after_a_restart();
}

#[test]
fn incidents_are_merged_and_split_with_every_observation() {
    let mut house = House::new();
    house.told("log-one", MIDDLE, noon(), Class::Explosion);
    let far = MIDDLE.shifted_m(9_000.0, 0.0);
    let other = house.told("log-two", far, noon() + Duration::seconds(600), Class::Explosion);
    let ids: Vec<IncidentId> = house.current().into_keys().collect();
    assert_eq!(ids.len(), 2);
    let first = house.versions[0].id;
    let second = *ids.iter().find(|id| **id != first).unwrap();
    assert_eq!(house.review(first, Decision::Merge { with: vec![second] }), Ok(()));
    let merged = house.current();
    assert_eq!((merged.len(), merged[&first].members.len()), (1, 2));
    assert_eq!(house.engine.standing(), 1);
    house.holds_after_a_restart();
    assert_eq!(
        house.review(first, Decision::Split { members: vec![] }),
        Err("split-divides-nothing".into())
    );
    house.review(first, Decision::Split { members: vec![other] }).unwrap();
    let split = house.current();
    assert!(split.len() == 2 && split.values().all(|incident| incident.members.len() == 1));
    house.holds_after_a_restart();
}

#[test]
fn only_what_is_there_and_was_looked_at_is_reviewed() {
    let mut house = House::new();
    house.told("log-one", MIDDLE, noon(), Class::Explosion);
    let id = house.versions[0].id;
    let nobody = IncidentId::of(b"nobody");
    assert_eq!(house.review(nobody, Decision::Accept), Err("incident-unknown".into()));
    let stale =
        Reviewed { incident: id, version: 9, decision: Decision::Accept, reason: "seen".into() };
    let refused = house.engine.review(&stale, &"analyst".into(), noon(), &mut |_| {});
    assert_eq!(refused.unwrap_err().code, "incident-changed");
    assert!(house.engine.assemble().is_empty());
}

#[test]
fn a_track_is_an_overflight_where_its_positions_lie() {
    let mut engine = Engine::new(Settings::default());
    let points = (0..20).map(|step| {
        let place = MIDDLE.shifted_m(100.0 * f64::from(step), 0.0).rounded();
        let at = noon() + Duration::seconds(i64::from(step) * 5);
        Observation {
            id: ObservationId::of("drone-a", format!("{at}").as_bytes()),
            line: 1,
            when: Interval::at(at),
            shape: Shape::Point { place, along_m: 20.0, across_m: 20.0, azimuth_deg: 0.0 },
            content: Content::TrackPoint(TrackPoint { track: "t".into(), mover: Mover::Drone }),
        }
    });
    engine.absorb(&source("drone-a"), points.collect());
    let changes = engine.assemble();
    let [Change::Added(incident)] = &changes[..] else { panic!("{changes:#?}") };
    assert_eq!(incident.classes.likeliest(), Some(&Class::Overflight));
    assert!(incident.place.mean.distance_m(MIDDLE.shifted_m(950.0, 0.0)) < 20.0);
    assert!((incident.when.length().as_seconds() - 95.0).abs() < 0.1);
}

#[test]
fn a_review_stands_and_says_that_its_source_is_doubted_since() {
    let mut house = House::new();
    house.told("patrol-west", MIDDLE, noon(), Class::ArtilleryFire);
    let before = house.current().into_values().next().unwrap();
    house.review(before.id, Decision::Accept).unwrap();
    let doubt = |state, chance| SourceDoubted {
        source: "patrol-west".into(),
        station: None,
        state,
        probability: Probability::new(chance),
        since: None,
        weight: Probability::new(1.0 - chance),
        silence_weight: Probability::ONE,
        evidence: vec!["nine of ten things it told nobody else noticed".into()],
    };
    let says = |incident: &Incident| incident.caveats.contains(&"doubted-since-review".to_owned());
    for (entry, state, chance) in [(7, Trust::Inventing, 0.9), (8, Trust::Sound, 0.0)] {
        house.engine.take_doubt(&doubt(state, chance), entry);
        let changes = house.engine.assemble();
        house.take(changes);
        let current = house.current();
        let after = &current[&before.id];
        assert_eq!((after.place, &after.members), (before.place, &before.members));
        assert_eq!(says(after), state != Trust::Sound, "{after:?}");
    }
}
