//! The exercise with sensors: its files are read without a problem, its faults show, it is quick.

use gateways::{Format, ReadContext};
use kernel::{Place, Polyline, Time};
use sim::hear::Arrival;
use sim::{Scenario, What, World, built_in, play, sensing};

fn world(seed: u64) -> World {
    let scenario = Scenario::read(built_in("listening-line").unwrap()).unwrap();
    let line = Polyline(vec![Place { lon: 34.8, lat: 47.4 }, Place { lon: 36.4, lat: 47.7 }]);
    World::happen(scenario, line, seed)
}

#[test]
fn every_file_is_read_by_the_gateway_that_it_names() {
    let (mut arrivals, mut looks) = (0, 0);
    for step in play(&world(3)) {
        let What::Submit { name, format, source, bytes, baseline } = step.what else { continue };
        // A log is read with the party that files it, which the house knows.
        if baseline || format == "party-log" {
            continue;
        }
        let of_firms = format == "firms";
        let format: Format = format.parse().unwrap();
        let reading = format.read(&bytes, &ReadContext::whole(source.as_str().into(), Time::MAX));
        assert!(reading.problems.is_empty(), "{name}: {:?}", reading.problems.first());
        assert!(!of_firms || name.starts_with("viirs"));
        arrivals += usize::from(name.starts_with("acoustic-line-")) * reading.observations.len();
        looks += usize::from(name.starts_with("camera-line")) * reading.observations.len();
    }
    assert!(arrivals > 500 && looks >= 40, "{arrivals} {looks}");
}

#[test]
fn faults_show_in_what_is_sent() {
    let sensed = sensing::sense(&world(3)).unwrap();
    let of = |name: &str| -> &[Arrival] {
        let index = sensed.sensors.iter().position(|sensor| sensor.name == name).unwrap();
        &sensed.sent[index]
    };
    let t0 = world(3).scenario.t0;
    let after = |arrivals: &[Arrival], hours: i64| {
        let from = t0 + kernel::Duration::hours(hours);
        arrivals.iter().filter(|arrival| arrival.at >= from).count()
    };
    assert_eq!(after(of("AC014"), 12), 0, "a dead sensor says nothing");
    assert!(after(of("AC022"), 3) > after(of("AC001"), 3) + 40, "one that invents says much");
    let stuck: Vec<f64> = of("AC021").iter().map(|arrival| arrival.snr).collect();
    assert!(stuck.ends_with(&[7.0, 7.0]) || stuck.iter().filter(|snr| **snr == 7.0).count() > 10);
    let misplaced = sensed.sensors.iter().find(|sensor| sensor.name == "AC028").unwrap();
    assert!(misplaced.place.distance_m(misplaced.stated_place()) > 1_000.0);
}

#[test]
fn one_seed_is_one_world() {
    let texts = |seed| {
        let sensed = sensing::sense(&world(seed)).unwrap();
        sensing::arrivals(&sensed, sim::network::Ear::Acoustic, (Time::MIN, Time::MAX))
    };
    assert_eq!(texts(4), texts(4));
    assert_ne!(texts(4), texts(5));
}
