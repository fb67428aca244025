//! Errors that pickers and owners of stations state: what is worse by its own word counts for less,
//! and where nothing is stated nothing changes.

mod scene;

use arrivals::air::Air;
use arrivals::{Arrival, Bulletin, Network, Settings, Station, StationError, associate};
use scene::{Dice, Plan, Scene, play};

fn run(stations: &[Station], errors: &[StationError], arrivals: &[Arrival]) -> Bulletin<6> {
    let air = Air { speed_km_s: 0.34, offset_error: 0.015, wind_error: 0.015, ..Air::default() };
    let network = Network::new(stations.to_vec(), 20.0).stating(errors.to_vec());
    associate(&air, &network, arrivals, &Settings { picks_min: 5, ..Settings::default() })
}

/// Explosions found within three seconds and two kilometres, their squared errors of place in the
/// mean, km^2, and the share inside the 90 % ellipse.
fn placed(scene: &Scene, bulletin: &Bulletin<6>) -> (f64, f64, f64) {
    let (mut found, mut squares, mut inside) = (0.0, 0.0, 0.0);
    for truth in &scene.explosions {
        let off = |state: &[f64; 6]| [state[1] - truth.place_km[0], state[2] - truth.place_km[1]];
        let far2 = |state: &[f64; 6]| off(state).iter().map(|part| part * part).sum::<f64>();
        let near = bulletin.origins.iter().filter(|origin| {
            (origin.state[0] - truth.time_s).abs() < 3.0 && far2(&origin.state) < 4.0
        });
        let Some(best) = near.min_by(|a, b| far2(&a.state).total_cmp(&far2(&b.state))) else {
            continue;
        };
        let ([x, y], c) = (off(&best.state), &best.covariance);
        let determinant = c[1][1] * c[2][2] - c[1][2] * c[1][2];
        let away = (c[2][2] * x * x - 2.0 * c[1][2] * x * y + c[1][1] * y * y) / determinant;
        found += 1.0;
        squares += far2(&best.state);
        inside += f64::from(u8::from(away < 4.605));
    }
    (found, squares / found, inside / found)
}

fn scene() -> Scene {
    play(&Plan { seed: 7, rate: 0.15, ..Plan::default() })
}

#[test]
fn an_onset_stated_worse_weighs_less() {
    let scene = scene();
    let mut dice = Dice(11);
    let noisy = |(index, arrival): (usize, &Arrival)| {
        let error_s = if index % 2 == 0 { 0.3 } else { 0.01 };
        let time_s = arrival.time_s + f64::from(error_s) * dice.normal();
        Arrival { time_s, error_s, ..*arrival }
    };
    let told: Vec<Arrival> = scene.arrivals.iter().enumerate().map(noisy).collect();
    let untold: Vec<Arrival> = told.iter().map(|one| Arrival { error_s: 0.0, ..*one }).collect();
    let (found, squares, inside) = placed(&scene, &run(&scene.stations, &[], &told));
    let without = placed(&scene, &run(&scene.stations, &[], &untold));
    assert!(found >= without.0, "{found} against {without:?}");
    assert!(squares < 0.5 * without.1, "{squares} against {without:?}");
    assert!((0.82..=0.98).contains(&inside), "{inside} inside the 90 % ellipse");
}

#[test]
fn a_station_whose_place_or_clock_is_not_exact_weighs_less() {
    let scene = scene();
    let mut dice = Dice(12);
    let error = |index: usize| match index % 4 {
        0 => StationError { place_km: 0.1, clock_s: 0.0 },
        1 => StationError { place_km: 0.0, clock_s: 0.3 },
        _ => StationError::default(),
    };
    let errors: Vec<StationError> = (0..scene.stations.len()).map(error).collect();
    let listed: Vec<Station> = scene
        .stations
        .iter()
        .zip(&errors)
        .map(|(station, error)| Station {
            x_km: station.x_km + error.place_km * dice.normal(),
            y_km: station.y_km + error.place_km * dice.normal(),
            ..*station
        })
        .collect();
    let clocks: Vec<f64> = errors.iter().map(|error| error.clock_s * dice.normal()).collect();
    let late =
        |one: &Arrival| Arrival { time_s: one.time_s + clocks[one.station as usize], ..*one };
    let arrivals: Vec<Arrival> = scene.arrivals.iter().map(late).collect();
    let (found, squares, inside) = placed(&scene, &run(&listed, &errors, &arrivals));
    let without = placed(&scene, &run(&listed, &[], &arrivals));
    assert!(found >= without.0, "{found} against {without:?}");
    assert!(squares < 0.7 * without.1, "{squares} against {without:?}");
    assert!((0.82..=0.98).contains(&inside), "{inside} inside the 90 % ellipse");
}

#[test]
fn what_is_no_error_changes_nothing() {
    let scene = scene();
    let with = |error_s: f32, stated: f64| {
        let arrivals: Vec<Arrival> =
            scene.arrivals.iter().map(|one| Arrival { error_s, ..*one }).collect();
        let error = StationError { place_km: stated, clock_s: stated };
        run(&scene.stations, &vec![error; scene.stations.len()], &arrivals)
    };
    let none = run(&scene.stations, &[], &scene.arrivals);
    for odd in [f32::NAN, f32::INFINITY, -1.0] {
        let told = with(odd, if odd > 0.0 { f64::INFINITY } else { 0.0 });
        assert_eq!(told.origins.len(), none.origins.len());
        for (a, b) in told.origins.iter().zip(&none.origins) {
            assert_eq!((a.state, &a.arrivals), (b.state, &b.arrivals));
        }
    }
}

#[test]
fn of_one_onset_given_twice_the_one_stated_better_counts() {
    let scene = scene();
    let stated = |error_s: f32| scene.arrivals.iter().map(move |one| Arrival { error_s, ..*one });
    let better: Vec<Arrival> = stated(0.02).collect();
    let once = run(&scene.stations, &[], &better);
    for both in [stated(0.5).chain(stated(0.02)), stated(0.02).chain(stated(0.5))] {
        let twice = run(&scene.stations, &[], &both.collect::<Vec<_>>());
        let states = |of: &Bulletin<6>| of.origins.iter().map(|one| one.state).collect::<Vec<_>>();
        assert_eq!(states(&twice), states(&once));
    }
}
