//! Arrivals become incidents: placed, merged with what others saw, and the same in any order.
#![allow(clippy::disallowed_methods, reason = "a test world, not a recorded fact")]

mod common;

use std::collections::BTreeMap;

use common::{Dice, arrival, microphones, report, source};
use kernel::{Duration, Interval, ObservationId, Place, Time};
use watch::{
    Change, Class, Content, Engine, Incident, IncidentId, Look, Observation, Product, Settings,
    Shape, Source,
};

const MIDDLE: Place = Place { lon: 36.2, lat: 47.6 };

/// Microphones four kilometres apart.
fn network() -> Source {
    let at = |at: i32| (f64::from(at % 6) - 2.5, f64::from(at / 6) - 2.5);
    microphones((0..36).map(at).map(|(east, north)| MIDDLE.shifted_m(4e3 * east, 4e3 * north)))
}

/// What the network hears of explosions, with false onsets among it.
fn heard(dice: &mut Dice, explosions: &[(Place, Time)], falses: usize) -> Vec<Observation> {
    let network = network();
    let mut heard = Vec::new();
    for (place, at) in explosions {
        for station in &network.stations {
            let far_m = place.distance_m(station.place());
            if far_m < 9_000.0 && dice.next() < 0.9 {
                let travel_s = far_m / 340.0 + 0.02 * dice.normal();
                heard.push(arrival(&station.name, *at + Duration((travel_s * 1e6) as i64)));
            }
        }
    }
    for _ in 0..falses {
        let at = explosions[0].1 + Duration::seconds((dice.next() * 900.0) as i64);
        heard.push(arrival(&format!("M{}", dice.pick(36)), at));
    }
    heard
}

fn explosions(dice: &mut Dice, count: usize) -> Vec<(Place, Time)> {
    let start: Time = "2026-04-21T10:00:00Z".parse().unwrap();
    (0..count)
        .map(|_| {
            let (east, north) = (dice.next() - 0.5, dice.next() - 0.5);
            let later = Duration((dice.next() * 600e6) as i64);
            (MIDDLE.shifted_m(14_000.0 * east, 14_000.0 * north), start + later)
        })
        .collect()
}

type Final = BTreeMap<IncidentId, Incident>;

fn take(record: &mut Final, changes: Vec<Change>) {
    for change in changes {
        match change {
            Change::Added(incident) | Change::Revised(incident) => {
                for gone in &incident.replaces {
                    record.remove(gone);
                }
                record.insert(incident.id, *incident);
            }
            Change::Replaced { id, .. } => {
                record.remove(&id);
            }
        }
    }
    record.retain(|_, incident| !incident.withdrawn);
}

fn plain(record: &Final) -> Vec<Incident> {
    let plain = |incident: &Incident| Incident {
        version: 1,
        product: Product::Automatic1,
        replaces: vec![],
        ..incident.clone()
    };
    record.values().map(plain).collect()
}

#[test]
fn explosions_are_found_and_placed() {
    let mut dice = Dice(3);
    let truth = explosions(&mut dice, 6);
    let mut engine = Engine::new(Settings::default());
    engine.absorb(&network(), heard(&mut dice, &truth, 60));
    let mut record = Final::new();
    take(&mut record, engine.assemble());
    assert_eq!(record.len(), truth.len(), "{record:#?}");
    for (place, at) in truth {
        let nearest = record
            .values()
            .min_by(|one, other| {
                let far = |incident: &Incident| (incident.located[0].at - at).as_seconds().abs();
                far(one).total_cmp(&far(other))
            })
            .unwrap();
        let (away_m, apart_s) =
            (nearest.place.mean.distance_m(place), (nearest.located[0].at - at).as_seconds());
        assert!(away_m < 300.0 && apart_s.abs() < 1.0, "{away_m} {apart_s}");
        assert!(nearest.real.value() > 0.9 && nearest.classes.share(&Class::OrdinaryFire) < 0.01);
        assert!(nearest.members.iter().all(|member| member.residual.is_some()));
    }
}

#[test]
fn neither_order_nor_batches_matter() {
    for seed in 0..4 {
        let mut dice = Dice(seed);
        let truth = explosions(&mut dice, 8);
        let mut all: Vec<(Source, Observation)> =
            heard(&mut dice, &truth, 80).into_iter().map(|one| (network(), one)).collect();
        for (place, at) in &truth[..3] {
            let shape = Shape::Area { center: *place, radius_m: 1_500.0 };
            let when = Interval::new(*at - Duration::hours(1), *at + Duration::hours(1));
            let seen = report("patrol-a", shape, when, Class::Explosion, at.0 as u64);
            all.push((source("patrol-a"), seen));
        }
        let mut whole = Final::new();
        let mut engine = Engine::new(Settings::default());
        for (source, one) in &all {
            engine.absorb(source, vec![one.clone()]);
        }
        take(&mut whole, engine.assemble());
        for at in (1..all.len()).rev() {
            let other = (dice.next() * (at + 1) as f64) as usize;
            all.swap(at, other);
        }
        let (mut parts, mut changes) = (Final::new(), Vec::new());
        let mut engine = Engine::new(Settings::default());
        for batch in all.chunks(all.len() / 7) {
            for (source, one) in batch {
                engine.absorb(source, vec![one.clone()]);
            }
            let now = engine.assemble();
            changes.extend(now.clone());
            take(&mut parts, now);
        }
        assert_eq!(plain(&whole), plain(&parts), "seed {seed}");
        assert!(engine.assemble().is_empty());
        goes_on_after_a_restart(&all, &changes);
    }
}

/// An engine that takes up the record finds nothing to add to it.
fn goes_on_after_a_restart(all: &[(Source, Observation)], changes: &[Change]) {
    let mut restored = Engine::new(Settings::default());
    restored.restore(changes.iter().filter_map(|change| match change {
        Change::Added(incident) | Change::Revised(incident) => Some((**incident).clone()),
        Change::Replaced { .. } => None,
    }));
    for (source, one) in all {
        restored.absorb(source, vec![one.clone()]);
    }
    let more = restored.assemble();
    assert!(more.is_empty(), "{more:#?}");
}

#[test]
fn a_look_that_saw_nothing_lowers_what_it_covers_and_nothing_else() {
    let at: Time = "2026-04-21T10:00:00Z".parse().unwrap();
    let told = |place: Place| {
        let shape = Shape::Area { center: place, radius_m: 800.0 };
        report("log-one", shape, Interval::at(at), Class::Explosion, 1)
    };
    let far = MIDDLE.shifted_m(80_000.0, 0.0);
    let mut engine = Engine::new(Settings::default());
    engine.absorb(&source("log-one"), vec![told(MIDDLE), told(far)]);
    let mut record = Final::new();
    take(&mut record, engine.assemble());
    let before: Vec<f64> = record.values().map(|incident| incident.real.value()).collect();
    let look = Observation {
        id: ObservationId::of("drone-a", b"look"),
        line: 1,
        when: Interval::new(at - Duration::hours(1), at + Duration::hours(1)),
        shape: Shape::Footprint { center: MIDDLE, radius_m: 6_000.0 },
        content: Content::Look(Box::new(Look {
            chance: 0.9,
            classes: vec![],
            outline: vec![],
            observer: String::new(),
        })),
    };
    engine.absorb(&source("drone-a"), vec![look]);
    let changes = engine.assemble();
    assert_eq!(changes.len(), 1, "only the one that was looked at changes");
    take(&mut record, changes);
    for (incident, before) in record.values().zip(before) {
        let near = incident.place.mean.distance_m(MIDDLE) < 1_000.0;
        let odds = |real: f64| real / (1.0 - real);
        let ratio = odds(incident.real.value()) / odds(before);
        assert!(if near { (ratio - 0.1).abs() < 0.02 } else { ratio == 1.0 }, "{ratio}");
        assert_eq!(incident.silence.is_some(), near);
    }
}
