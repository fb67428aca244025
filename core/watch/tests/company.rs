//! What was heard around a blast tells what it was: rounds of a salvo, the hours that a quarry keeps.
#![allow(clippy::disallowed_methods, reason = "a test world, not a recorded fact")]

mod common;

use common::{Dice, arrival, microphones};
use kernel::{Duration, Place, Time};
use watch::{Change, Class, Content, Engine, Incident, Observation, Settings, Signal, Source};

const MIDDLE: Place = Place { lon: 36.2, lat: 47.6 };

/// Microphones four kilometres apart.
fn network() -> Source {
    let at = |at: i32| (f64::from(at % 6) - 2.5, f64::from(at / 6) - 2.5);
    microphones((0..36).map(at).map(|(east, north)| MIDDLE.shifted_m(4e3 * east, 4e3 * north)))
}

/// What the network hears of blasts of some ten kilograms.
fn heard(dice: &mut Dice, blasts: &[(Place, Time)]) -> Vec<Observation> {
    let mut heard = Vec::new();
    for (place, at) in blasts {
        for station in network().stations {
            let far_m = place.distance_m(station.place());
            if far_m > 9_000.0 || dice.next() > 0.9 {
                continue;
            }
            let travel_s = far_m / 340.0 + 0.02 * dice.normal();
            let when = *at + Duration((travel_s * 1e6) as i64);
            let pressure_pa = 1_200.0 * (far_m / 100.0).powf(-1.1) * (0.4 * dice.normal()).exp();
            let duration_s = (0.2 * (0.4 * dice.normal()).exp()) as f32;
            let signal = Signal {
                amplitude: Some(pressure_pa as f32),
                duration_s: Some(duration_s),
                ..Signal::default()
            };
            let mut onset = arrival(&station.name, when);
            if let Content::Arrival(arrival) = &mut onset.content {
                arrival.signal = signal;
            }
            heard.push(onset);
        }
    }
    heard
}

/// The last version of every incident, by time.
fn told(batches: Vec<Vec<Observation>>) -> Vec<Incident> {
    let mut engine = Engine::new(Settings::default());
    let mut record = std::collections::BTreeMap::new();
    for batch in batches {
        engine.absorb(&network(), batch);
        for change in engine.assemble() {
            match change {
                Change::Added(incident) | Change::Revised(incident) => {
                    record.insert(incident.id, Incident { version: 1, ..*incident });
                }
                Change::Replaced { id, .. } => {
                    record.remove(&id);
                }
            }
        }
    }
    let mut all: Vec<Incident> = record.into_values().filter(|one| !one.withdrawn).collect();
    all.sort_by_key(|one| one.when);
    all
}

fn noon() -> Time {
    "2026-05-04T09:30:00Z".parse().expect("a time")
}

#[test]
fn rounds_tell_what_each_of_them_was() {
    let mut dice = Dice(5);
    let place = MIDDLE.shifted_m(1_500.0, 900.0);
    let at = |seconds: i64| (place, noon() + Duration::seconds(seconds));
    let alone = told(vec![heard(&mut dice, &[at(0)])]);
    let salvo = told(vec![heard(&mut dice, &[at(0), at(7), at(15), at(24), at(31)])]);
    assert_eq!((alone.len(), salvo.len()), (1, 5));
    assert_eq!(alone[0].located[0].salvo, None);
    let share = |one: &Incident| one.classes.share(&Class::ArtilleryFire);
    for round in &salvo {
        let company = round.located[0].salvo.expect("company");
        assert_eq!(company.events, 5);
        assert!((7.0..9.5).contains(&company.gap_s), "{company:?}");
        assert!(share(round) > 0.9 && share(round) > share(&alone[0]), "{:?}", round.classes);
    }
}

#[test]
fn a_quarry_gives_itself_away_by_its_hours() {
    let mut dice = Dice(6);
    let place = MIDDLE.shifted_m(-2_500.0, 1_100.0);
    let on = |hours: &[i64]| -> Vec<(Place, Time)> {
        hours.iter().map(|&hours| (place, noon() + Duration::hours(hours))).collect()
    };
    // Nine working days, about noon; or the same number of blasts by night as well.
    let by_day = [0, 25, 47, 72, 96, 167, 193, 215, 241];
    let at_all_hours = [0, 13, 30, 56, 85, 130, 158, 186, 241];
    let quarry = told(vec![heard(&mut dice, &on(&by_day))]);
    let other = told(vec![heard(&mut dice, &on(&at_all_hours))]);
    assert_eq!((quarry.len(), other.len()), (9, 9));
    let peaceful = |one: &Incident| one.classes.share(&Class::Other);
    let (first, last) = (peaceful(&quarry[0]), peaceful(&quarry[8]));
    assert!(last > 5.0 * first, "{first} {last}");
    assert!(last > 4.0 * peaceful(&other[8]), "{last} {}", peaceful(&other[8]));
}

#[test]
fn neither_order_nor_batches_matter_to_the_company() {
    for seed in 0..3 {
        let mut dice = Dice(70 + seed);
        let place = MIDDLE.shifted_m(-1_500.0, -700.0);
        let hours = [0, 24, 48, 73, 97, 168];
        let mut blasts: Vec<(Place, Time)> =
            hours.iter().map(|&one| (place, noon() + Duration::hours(one))).collect();
        blasts.extend((1..4).map(|one| (place, noon() + Duration::seconds(11 * one))));
        let mut all = heard(&mut dice, &blasts);
        let whole = told(vec![all.clone()]);
        for at in (1..all.len()).rev() {
            all.swap(at, dice.pick(at + 1));
        }
        let parts = told(all.chunks(all.len() / 5).map(<[Observation]>::to_vec).collect());
        let plain = |all: &[Incident]| -> Vec<Incident> {
            let plain = |one: &Incident| Incident {
                replaces: vec![],
                product: watch::Product::Automatic1,
                ..one.clone()
            };
            all.iter().map(plain).collect()
        };
        assert_eq!(plain(&whole), plain(&parts), "seed {seed}");
    }
}
