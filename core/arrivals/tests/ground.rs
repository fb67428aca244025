//! Quakes under a network, with every kind of bad input among the picks.

use arrivals::ground::crust::Crust;
use arrivals::ground::frame::Frame;
use arrivals::ground::globe::{FRAME_REACH_KM, Globe};
use arrivals::{Arrival, Bulletin, LeftOut, Medium, Network, Phase, Settings, Station, associate};

const SPEEDS_KM_S: [f64; 2] = [6.1, 3.5];
const BOUNDS_KM: [[f64; 2]; 3] = [[0.0, 500.0], [0.0, 300.0], [0.0, 15.0]];

/// A grid of stations, each a little off it.
fn stations() -> Vec<Station> {
    let off = |i: i32, k: i32| f64::from((i * k) % 17) - 8.0;
    (0..40)
        .map(|i| Station {
            x_km: 30.0 + 62.0 * f64::from(i % 8) + off(i, 7),
            y_km: 30.0 + 60.0 * f64::from(i / 8) + off(i, 11),
            z_km: 0.0,
        })
        .collect()
}

/// Small errors that repeat in no simple way.
fn wobble(at: usize) -> f64 {
    ((at * 7919 + 13) % 1000) as f64 / 500.0 - 1.0
}

/// Quakes every quarter of a minute, each heard to 150 km, and a false pick for each true one.
fn picks(stations: &[Station], quakes: usize) -> (Vec<Arrival>, Vec<[f64; 4]>) {
    let (mut arrivals, mut truth) = (Vec::new(), Vec::new());
    for quake in 0..quakes {
        let [x, y] = [(quake * 137) % 440 + 30, (quake * 71) % 240 + 30].map(|km| km as f64);
        let origin = [15.0 * quake as f64 + 100.0, x, y, if quake % 5 == 0 { 9.0 } else { 0.0 }];
        for (index, station) in stations.iter().enumerate() {
            let (dx, dy) = (station.x_km - x, station.y_km - y);
            let path_km = (dx * dx + dy * dy + origin[3] * origin[3]).sqrt();
            for (place, phase) in [Phase::P, Phase::S].into_iter().enumerate() {
                let missed = (quake * 3 + index * 5 + place) % 9 == 0;
                if path_km < 150.0 && !missed {
                    let error_s = 0.05 * (1 + place) as f64 * wobble(arrivals.len());
                    let time_s = origin[0] + path_km / SPEEDS_KM_S[place] + error_s;
                    arrivals.push(Arrival { station: index as u32, phase, time_s, error_s: 0.0 });
                    let false_s = (arrivals.len() * 7907 % 99_991) as f64 / 99_991.0;
                    arrivals.push(Arrival {
                        station: ((arrivals.len() * 31) % stations.len()) as u32,
                        phase,
                        time_s: false_s * (15.0 * quakes as f64 + 200.0),
                        error_s: 0.0,
                    });
                }
            }
        }
        truth.push(origin);
    }
    (arrivals, truth)
}

fn run(stations: Vec<Station>, arrivals: &[Arrival]) -> Bulletin<4> {
    let crust = Crust::new(SPEEDS_KM_S, BOUNDS_KM, &stations);
    let network = Network::new(stations, crust.reach_km());
    associate(&crust, &network, arrivals, &Settings::default())
}

fn found(truth: &[[f64; 4]], bulletin: &Bulletin<4>) -> usize {
    let near = |t: &[f64; 4], s: &[f64; 4]| {
        (t[0] - s[0]).abs() < 1.0 && (t[1] - s[1]).abs() < 3.0 && (t[2] - s[2]).abs() < 3.0
    };
    truth.iter().filter(|t| bulletin.origins.iter().any(|o| near(t, &o.state))).count()
}

#[test]
fn overlapping_quakes_are_told_apart() {
    let stations = stations();
    let (arrivals, truth) = picks(&stations, 60);
    let bulletin = run(stations, &arrivals);
    assert!(found(&truth, &bulletin) >= 59, "{} of 60", found(&truth, &bulletin));
    assert!(bulletin.origins.len() <= 61, "{}", bulletin.origins.len());
    assert!(bulletin.astray.is_empty(), "{:?}", bulletin.astray);
}

#[test]
fn bad_picks_are_named_and_change_nothing() {
    let stations = stations();
    let (arrivals, _) = picks(&stations, 20);
    let clean = run(stations.clone(), &arrivals);
    let mut bad: Vec<Arrival> = arrivals.iter().flat_map(|one| [*one; 10]).collect();
    bad.reverse();
    bad.push(Arrival { station: 7, phase: Phase::P, time_s: f64::NAN, error_s: 0.0 });
    bad.push(Arrival { station: 7, phase: Phase::P, time_s: f64::INFINITY, error_s: 0.0 });
    bad.push(Arrival { station: 999, phase: Phase::P, time_s: 120.0, error_s: 0.0 });
    bad.push(Arrival { station: 7, phase: Phase::Acoustic, time_s: 120.0, error_s: 0.0 });
    bad.push(Arrival { station: 7, phase: Phase::P, time_s: 4e9, error_s: 0.0 });
    let dirty = run(stations, &bad);
    let count = |why| dirty.left_out.iter().filter(|(_, reason)| *reason == why).count();
    assert_eq!(count(LeftOut::TimeNotFinite), 2);
    assert_eq!(count(LeftOut::StationUnknown), 1);
    assert_eq!(count(LeftOut::PhaseNotCarried), 1);
    assert_eq!(count(LeftOut::ClockJump), 1);
    assert_eq!(count(LeftOut::Duplicate), 9 * arrivals.len());
    assert_eq!(clean.origins.len(), dirty.origins.len());
    for (a, b) in clean.origins.iter().zip(&dirty.origins) {
        assert!((0..4).all(|i| (a.state[i] - b.state[i]).abs() < 1e-3), "{a:?} {b:?}");
    }
}

#[test]
fn a_station_listed_in_the_wrong_place_is_found() {
    let mut stations = stations();
    let (arrivals, _) = picks(&stations, 60);
    stations[20].x_km += 32.0;
    stations[20].y_km -= 21.0;
    stations.push(Station { x_km: f64::NAN, y_km: 0.0, z_km: 0.0 });
    let bulletin = run(stations, &arrivals);
    let [astray] = bulletin.astray[..] else { panic!("{:?}", bulletin.astray) };
    assert_eq!(astray.station, 20);
    assert!((astray.moved_km[0] + 32.0).abs() < 4.0 && (astray.moved_km[1] - 21.0).abs() < 4.0);
}

#[test]
fn onsets_without_names_find_a_quake_on_the_globe() {
    let globe = Globe::default();
    let places: Vec<(f64, f64)> =
        (0..36).map(|i| (28.0 + f64::from(i % 6) * 1.7, 46.0 + f64::from(i / 6) * 1.1)).collect();
    let frame = Frame::around(places.iter().copied());
    let framed = |(lon, lat): (f64, f64)| {
        let (x_km, y_km) = frame.project(lon, lat);
        Station { x_km, y_km, z_km: -0.2 }
    };
    let stations: Vec<Station> = places.iter().copied().map(framed).collect();
    let at = framed((32.3, 48.9));
    let source = [5000.0, at.x_km, at.y_km, 10.0];
    let mut arrivals = Vec::new();
    for (index, station) in stations.iter().enumerate() {
        for place in 0..4 {
            let ray = globe.ray(&source, station, place);
            if ray.travel_s < 130.0 && (index + place) % 4 != 0 {
                let time_s = source[0] + ray.travel_s + 0.6 * wobble(index + 40 * place);
                arrivals.push(Arrival {
                    station: index as u32,
                    phase: Phase::Unknown,
                    time_s,
                    error_s: 0.0,
                });
            }
        }
        let time_s = 3600.0 * ((index * 523) % 997) as f64 / 997.0 + 3000.0;
        arrivals.push(Arrival {
            station: index as u32,
            phase: Phase::Unknown,
            time_s,
            error_s: 0.0,
        });
    }
    let network = Network::new(stations, FRAME_REACH_KM);
    let bulletin = associate(&globe, &network, &arrivals, &Settings::default());
    let [origin] = &bulletin.origins[..] else { panic!("{:?}", bulletin.origins) };
    let spot = frame.spot(origin.state[1], origin.state[2]);
    assert!((spot.lon_deg - 32.3).abs() < 0.1 && (spot.lat_deg - 48.9).abs() < 0.07, "{spot:?}");
    assert!((origin.state[0] - 5000.0).abs() < 2.0);
}
