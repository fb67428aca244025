//! Ellipses hold the truth as often as they say, and evidence moves chances the right way.
#![allow(clippy::disallowed_methods, reason = "a test world, not a recorded fact")]

mod common;

use common::{Dice, hotspot, report, source};
use kernel::{Interval, Place, PlaceBelief, Time};
use watch::{Change, Class, Engine, Incident, Observation, Settings, Shape};

fn assembled(observations: &[(&str, Observation)]) -> Vec<Incident> {
    let mut engine = Engine::new(Settings::default());
    for (id, observation) in observations {
        engine.absorb(&source(id), vec![observation.clone()]);
    }
    let changes = engine.assemble().into_iter();
    changes
        .map(|change| match change {
            Change::Added(incident) => *incident,
            other => panic!("nothing was on record before: {other:?}"),
        })
        .collect()
}

/// Squared distance from the truth in standard deviations.
fn away2(belief: &PlaceBelief, truth: Place) -> f64 {
    let (east, north) = belief.mean.offset_to_m(truth);
    let determinant = belief.ee_m2 * belief.nn_m2 - belief.en_m2 * belief.en_m2;
    (belief.nn_m2 * east * east - 2.0 * belief.en_m2 * east * north + belief.ee_m2 * north * north)
        / determinant
}

/// Asserts that 50 % and 90 % ellipses hold within what 99 of 100 fair trials would.
fn assert_held(away2s: &[f64]) {
    let count = away2s.len() as f64;
    for level in [0.5, 0.9] {
        let quantile = -2.0 * (1.0f64 - level).ln();
        let held = away2s.iter().filter(|away2| **away2 <= quantile).count() as f64 / count;
        let slack = 2.576 * (level * (1.0 - level) / count).sqrt();
        assert!((held - level).abs() <= slack, "{level}: {held} of {count}, slack {slack}");
    }
}

fn start() -> Time {
    Time::from_date(2026, 4, 21).unwrap()
}

/// A place on a wide lattice, so that incidents never meet.
fn lattice(number: usize) -> Place {
    Place { lon: 24.0 + 0.5 * (number % 30) as f64, lat: 45.0 + 0.2 * (number / 30) as f64 }
}

fn off(dice: &mut Dice, place: Place, sigma_m: f64) -> Place {
    place.shifted_m(sigma_m * dice.normal(), sigma_m * dice.normal())
}

#[test]
fn ellipses_of_small_fires_hold_the_truth_as_often_as_they_say() {
    let mut dice = Dice(1);
    let model_error_m = Settings::default().model_error_m;
    let mut observations = Vec::new();
    let truths: Vec<Place> = (0..900).map(lattice).collect();
    for truth in &truths {
        let shifted = off(&mut dice, *truth, model_error_m);
        for salt in 0..=dice.pick(5) as u64 {
            // Pixels as `common::hotspot` states them: 110 m along 10 degrees, 130 m across.
            let (along_m, across_m) = (110.0 * dice.normal(), 130.0 * dice.normal());
            let (sin, cos) = (10f64.to_radians().sin(), 10f64.to_radians().cos());
            let pixel =
                shifted.shifted_m(along_m * sin + across_m * cos, along_m * cos - across_m * sin);
            observations.push(("viirs-a", hotspot("viirs-a", pixel, Interval::at(start()), salt)));
        }
    }
    let incidents = assembled(&observations);
    assert_eq!(incidents.len(), truths.len());
    let nearest = |incident: &Incident| {
        let distance = |truth: &Place| incident.place.mean.distance_m(*truth);
        *truths.iter().min_by(|a, b| distance(a).total_cmp(&distance(b))).unwrap()
    };
    let away2s: Vec<f64> = incidents.iter().map(|one| away2(&one.place, nearest(one))).collect();
    assert_held(&away2s);
}

#[test]
fn ellipses_of_strikes_seen_burning_and_reported_hold_the_truth() {
    let mut dice = Dice(2);
    let settings = Settings::default();
    let mut observations = Vec::new();
    let truths: Vec<Place> = (0..900).map(lattice).collect();
    for truth in &truths {
        let shifted = off(&mut dice, *truth, settings.model_error_m);
        let burning = off(&mut dice, shifted, settings.fire.spread_m);
        for salt in 0..3 {
            let pixel = off(&mut dice, burning, 120.0);
            let seen = hotspot("viirs-a", pixel, Interval::at(start()), salt);
            observations.push(("viirs-a", seen));
        }
        // A third of a settlement's radius is left over: sigma = radius / 1.482.
        let center = off(&mut dice, shifted, 1_500.0 / 1.482);
        let shape = Shape::Area { center, radius_m: 1_500.0 };
        let said = report("press-a", shape, Interval::at(start()), Class::AirStrike, 1);
        observations.push(("press-a", said));
    }
    let incidents = assembled(&observations);
    let both: Vec<&Incident> = incidents.iter().filter(|one| one.members.len() == 4).collect();
    assert!(both.len() > 850, "{}", both.len());
    let nearest = |incident: &Incident| {
        let distance = |truth: &Place| incident.place.mean.distance_m(*truth);
        *truths.iter().min_by(|a, b| distance(a).total_cmp(&distance(b))).unwrap()
    };
    let away2s: Vec<f64> = both.iter().map(|one| away2(&one.place, nearest(one))).collect();
    assert_held(&away2s);
}

#[test]
fn a_strike_reported_where_it_burns_raises_the_chance_that_burning_is_no_ordinary_fire() {
    let place = lattice(0);
    let noon = Interval::at(start());
    let burns = ("viirs-a", hotspot("viirs-a", place, noon, 0));
    let shape = Shape::Area { center: place, radius_m: 1_500.0 };
    let alone = assembled(std::slice::from_ref(&burns));
    let said = ("press-a", report("press-a", shape, noon, Class::AirStrike, 1));
    let both = assembled(&[burns, said]);
    let [alone, both] = [&alone[..], &both[..]].map(|incidents| match incidents {
        [only] => only.clone(),
        others => panic!("one incident: {others:?}"),
    });
    let ordinary = |incident: &Incident| incident.classes.share(&Class::OrdinaryFire);
    assert!(ordinary(&alone) > 0.5, "{:?}", alone.classes);
    assert!(ordinary(&both) < 0.1, "{:?}", both.classes);
    assert!(both.real > alone.real && both.independent_groups == 2);
    assert!(alone.caveats.contains(&"cloud".to_owned()), "{:?}", alone.caveats);
    assert!(alone.caveats.contains(&"baseline-missing".to_owned()));
}

#[test]
fn copies_and_colleagues_corroborate_nothing() {
    let place = lattice(0);
    let noon = Interval::at(start());
    let shape = Shape::Area { center: place, radius_m: 1_500.0 };
    // Salts 1 and 4 give the same text; 1 and 2 give different ones.
    let said = |id: &'static str, salt| (id, report(id, shape, noon, Class::AirStrike, salt));
    let chance = |observations: &[(&str, Observation)]| {
        let incidents = assembled(observations);
        assert_eq!(incidents.len(), 1, "{incidents:?}");
        (incidents[0].real.value(), incidents[0].independent_groups)
    };
    let one = chance(&[said("press-a", 1)]);
    assert_eq!(chance(&[said("press-a", 1), said("press-a", 2)]), one);
    assert_eq!(chance(&[said("press-a", 1), said("press-b", 4)]), one);
    let (more, groups) = chance(&[said("press-a", 1), said("press-b", 2)]);
    assert!(more > one.0 && groups == 2);
}

#[test]
fn two_posts_hear_one_thing_where_their_sectors_cross() {
    let place = lattice(0);
    let heard = |id: &'static str, azimuth_deg: f32| {
        let turn = f64::from(azimuth_deg).to_radians();
        let from = place.shifted_m(-5_000.0 * turn.sin(), -5_000.0 * turn.cos());
        let shape = Shape::Sector {
            from,
            azimuth_deg,
            half_width_deg: 11.25,
            range_min_m: 3_000.0,
            range_max_m: 7_000.0,
        };
        let when = Interval::new(start(), Time(start().0 + 300_000_000));
        (id, report(id, shape, when, Class::Explosion, 1))
    };
    let [first, second] = [heard("patrol-a", 0.0), heard("patrol-b", 90.0)];
    let alone = assembled(std::slice::from_ref(&first));
    let both = assembled(&[first, second]);
    assert_eq!((alone.len(), both.len()), (1, 1));
    assert!(both[0].place.mean.distance_m(place) < 300.0);
    let area = |belief: &PlaceBelief| belief.ee_m2 * belief.nn_m2 - belief.en_m2 * belief.en_m2;
    assert!(area(&both[0].place) < area(&alone[0].place) / 2.0);
    assert!(away2(&both[0].place, place) < 6.0);
}

#[test]
fn what_lies_apart_in_place_or_time_stays_apart() {
    let place = lattice(0);
    let hours = |hours: i64| Interval::at(Time(start().0 + hours * 3_600_000_000));
    let seen = |place, when| ("viirs-a", hotspot("viirs-a", place, when, 0));
    let near = place.shifted_m(500.0, 0.0);
    let far = place.shifted_m(6_000.0, 0.0);
    let count = |second| assembled(&[seen(place, hours(0)), second]).len();
    assert_eq!(count(seen(near, hours(12))), 1);
    assert_eq!(count(seen(far, hours(0))), 2);
    assert_eq!(count(seen(near, hours(96))), 2);
}
