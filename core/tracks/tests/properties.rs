//! What must hold of any scene, however it is turned, shuffled or damaged.

use proptest::prelude::*;
use tracks::{
    Detection, Incursions, Kind, Look, Problem, Reach, Rect, Sensor, Settings, Told, Tracker, Zone,
};

const SIDE_M: f64 = 4000.0;
const SIGMA_M: f64 = 15.0;

fn sensor() -> Sensor {
    Sensor {
        kind: Kind::Position,
        detection_chance: 0.9,
        false_a_look: Some(4.0),
        sigma: SIGMA_M,
        reach: None,
    }
}

fn tracker() -> Tracker {
    let mut settings = Settings::new(vec![sensor()]);
    settings.area = Some(Rect { low_m: [-SIDE_M; 2], high_m: [SIDE_M; 2] });
    Tracker::new(settings)
}

/// Numbers between -1 and 1 that depend on nothing but the seed.
fn noise(seed: &mut u64) -> f64 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*seed >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
}

/// Things on straight ways, each missed now and then, with clutter.
fn scene(seed: u64, scans: usize) -> Vec<Vec<Detection>> {
    let mut seed = seed ^ 0x5851_f42d_4c95_7f2d;
    let mut things: Vec<[f64; 4]> = Vec::new();
    for _ in 0..5 {
        let [x, y] = [0.7 * SIDE_M * noise(&mut seed), 0.7 * SIDE_M * noise(&mut seed)];
        things.push([x, y, 40.0 * noise(&mut seed), 40.0 * noise(&mut seed)]);
    }
    let scan = |_| {
        let mut seen = Vec::new();
        for thing in &mut things {
            thing[0] += thing[2];
            thing[1] += thing[3];
            if noise(&mut seed) > -0.8 {
                let off = [20.0 * noise(&mut seed), 20.0 * noise(&mut seed)];
                seen.push(Detection::position(thing[0] + off[0], thing[1] + off[1]));
            }
        }
        for _ in 0..4 {
            let at = [SIDE_M * noise(&mut seed), SIDE_M * noise(&mut seed)];
            seen.push(Detection::position(at[0], at[1]));
        }
        seen
    };
    (0..scans).map(scan).collect()
}

#[test]
fn a_place_that_gives_many_false_detections_gives_no_tracks() {
    let (mut tracker, mut seed) = (tracker(), 11);
    let mut told = 0;
    for (scan, mut seen) in scene(5, 80).into_iter().enumerate() {
        for _ in 0..8 {
            let off = [400.0 * noise(&mut seed), 400.0 * noise(&mut seed)];
            seen.push(Detection::position(1_000.0 + off[0], -2_000.0 + off[1]));
        }
        tracker.scan(scan as f64, &[Look { sensor: 0, detections: &seen }]);
        told += if scan >= 40 { tracker.tracks().count() } else { 0 };
    }
    assert!(told < 40 * 7, "{told} told of five things in 40 scans");
}

#[test]
fn a_burst_of_false_detections_gives_no_tracks() {
    let (mut tracker, mut seed) = (tracker(), 12);
    let mut told = 0;
    for scan in 0..100 {
        let count = if scan / 10 % 3 == 1 { 150 } else { 4 };
        let place = |seed: &mut u64| [SIDE_M * noise(seed), SIDE_M * noise(seed)];
        let places = (0..count).map(|_| place(&mut seed));
        let seen: Vec<_> = places.map(|[x, y]| Detection::position(x, y)).collect();
        tracker.scan(f64::from(scan), &[Look { sensor: 0, detections: &seen }]);
        told += if scan >= 30 { tracker.tracks().count() } else { 0 };
    }
    assert!(told < 35, "{told} told in 70 scans");
}

/// A thing that appears late, where one detection in tens of thousands is of something new.
#[test]
fn what_appears_in_heavy_clutter_is_followed() {
    const FALSE_A_LOOK: usize = 700;
    let mut settings =
        Settings::new(vec![Sensor { false_a_look: Some(FALSE_A_LOOK as f64), ..sensor() }]);
    settings.area = Some(Rect { low_m: [-SIDE_M; 2], high_m: [SIDE_M; 2] });
    let mut tracker = Tracker::new(settings);
    let mut seed = 7;
    let mut at = [-500.0, 300.0];
    for scan in 0..70 {
        let clutter = |_| Detection::position(SIDE_M * noise(&mut seed), SIDE_M * noise(&mut seed));
        let mut seen: Vec<Detection> = (0..FALSE_A_LOOK).map(clutter).collect();
        if scan >= 30 {
            at = [at[0] + 20.0, at[1] - 5.0];
            let off = [20.0 * noise(&mut seed), 20.0 * noise(&mut seed)];
            seen.push(Detection::position(at[0] + off[0], at[1] + off[1]));
        }
        tracker.scan(f64::from(scan), &[Look { sensor: 0, detections: &seen }]);
    }
    let near = |told: &Told| {
        let miss = [told.state.at_m[0] - at[0], told.state.at_m[1] - at[1]];
        miss[0] * miss[0] + miss[1] * miss[1] < 60.0 * 60.0
    };
    assert!(tracker.tracks().any(|told| near(&told)), "not followed after 40 sightings");
}

fn run(scans: &[Vec<Detection>]) -> Vec<Told> {
    let mut tracker = tracker();
    for (index, detections) in scans.iter().enumerate() {
        let problems = tracker.scan(index as f64, &[Look { sensor: 0, detections }]);
        assert!(problems.is_empty(), "{problems:?}");
    }
    tracker.tracks().collect()
}

/// Places and chances, in an order of their own.
fn sorted(told: &[Told], place: impl Fn([f64; 2]) -> [f64; 2]) -> Vec<[f64; 3]> {
    let mut all: Vec<[f64; 3]> = told
        .iter()
        .map(|told| {
            let [x, y] = place(told.state.at_m);
            [x, y, told.existence]
        })
        .collect();
    all.sort_by(|one, other| one[0].total_cmp(&other[0]));
    all
}

fn assert_same(one: &[[f64; 3]], other: &[[f64; 3]]) {
    assert_eq!(one.len(), other.len());
    for (one, other) in one.iter().zip(other) {
        let near = (0..2).all(|axis| (one[axis] - other[axis]).abs() < 0.01);
        assert!(near && (one[2] - other[2]).abs() < 1e-3, "{one:?} {other:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn order_within_a_scan_does_not_matter(seed in any::<u64>(), turn in 1_usize..9) {
        let scans = scene(seed, 12);
        let mut shuffled = scans.clone();
        for scan in &mut shuffled {
            let by = turn % scan.len();
            scan.rotate_left(by);
            scan.reverse();
        }
        prop_assert_eq!(run(&scans), run(&shuffled));
    }

    #[test]
    fn a_turned_or_mirrored_scene_gives_turned_or_mirrored_tracks(seed in any::<u64>()) {
        let scans = scene(seed, 12);
        let told = run(&scans);
        prop_assert!(!told.is_empty());
        let map = |by: fn([f64; 2]) -> [f64; 2]| -> Vec<Vec<Detection>> {
            let each = |d: &Detection| Detection { said: by(d.said), ..*d };
            scans.iter().map(|scan| scan.iter().map(each).collect()).collect()
        };
        let turn: fn([f64; 2]) -> [f64; 2] = |[x, y]| [-y, x];
        let mirror: fn([f64; 2]) -> [f64; 2] = |[x, y]| [-x, y];
        for by in [turn, mirror] {
            assert_same(&sorted(&told, by), &sorted(&run(&map(by)), |at| at));
        }
    }

    #[test]
    fn repeated_and_unusable_detections_change_nothing_and_are_named(seed in any::<u64>()) {
        let scans = scene(seed, 10);
        let clean = run(&scans);
        let mut tracker = tracker();
        for (index, scan) in scans.iter().enumerate() {
            let mut damaged = scan.repeat(10);
            damaged.push(Detection::position(f64::NAN, 1.0));
            damaged.push(Detection::position(f64::INFINITY, 1.0));
            let problems = tracker.scan(index as f64, &[Look { sensor: 0, detections: &damaged }]);
            let repeated = Problem::Repeated { count: 9 * scan.len() };
            prop_assert_eq!(problems, vec![Problem::NotFinite { count: 2 }, repeated]);
        }
        prop_assert_eq!(clean, tracker.tracks().collect::<Vec<_>>());
    }

    #[test]
    fn without_looks_nothing_becomes_surer(seed in any::<u64>()) {
        let mut tracker = tracker();
        for (index, detections) in scene(seed, 10).iter().enumerate() {
            tracker.scan(index as f64, &[Look { sensor: 0, detections }]);
        }
        let before: Vec<Told> = tracker.tracks().collect();
        for time_s in [10.0, 12.0, 20.0] {
            tracker.scan(time_s, &[]);
            for after in tracker.tracks() {
                let same = before.iter().find(|told| told.track == after.track).unwrap();
                prop_assert!(after.existence <= same.existence);
                prop_assert!(after.state.position.xx > same.state.position.xx);
                prop_assert!(after.state.position.determinant() > same.state.position.determinant());
            }
        }
    }

    #[test]
    fn a_silent_sensor_more_never_raises_a_chance(seed in any::<u64>()) {
        let second = Sensor { sigma: 40.0, detection_chance: 0.6, ..sensor() };
        let mut settings = Settings::new(vec![sensor(), second]);
        settings.area = Some(Rect { low_m: [-SIDE_M; 2], high_m: [SIDE_M; 2] });
        let mut tracker = Tracker::new(settings);
        for (index, detections) in scene(seed, 10).iter().enumerate() {
            tracker.scan(index as f64, &[Look { sensor: 0, detections }]);
        }
        let mut silent = tracker.clone();
        tracker.scan(10.0, &[]);
        silent.scan(10.0, &[Look { sensor: 1, detections: &[] }]);
        for told in silent.tracks() {
            let without = tracker.tracks().find(|other| other.track == told.track).unwrap();
            prop_assert!(told.existence <= without.existence + 1e-12);
        }
    }

    #[test]
    fn covariances_are_sound_whatever_comes(
        scans in prop::collection::vec(
            prop::collection::vec((-1e7_f64..1e7, -1e7_f64..1e7), 0..30), 1..12),
        steps in prop::collection::vec(-5.0_f64..700.0, 12),
    ) {
        let mut tracker = Tracker::new(Settings::new(vec![sensor()]));
        let mut time_s = 0.0;
        for (scan, step_s) in scans.iter().zip(steps) {
            time_s += step_s;
            let detections: Vec<Detection> =
                scan.iter().map(|&(x, y)| Detection::position(x, y)).collect();
            tracker.scan(time_s, &[Look { sensor: 0, detections: &detections }]);
            for told in tracker.tracks() {
                prop_assert!((0.0..=1.0).contains(&told.existence));
                prop_assert!(told.state.at_m.iter().all(|part| part.is_finite()));
                prop_assert!(told.state.position.xx > 0.0);
                prop_assert!(told.state.position.determinant() > 0.0);
            }
        }
    }
}

#[test]
fn scans_out_of_order_are_left_out_and_a_new_clock_is_believed_the_third_time() {
    let scans = scene(7, 12);
    let whole = run(&scans);
    let mut tracker = tracker();
    for (index, detections) in scans.iter().enumerate() {
        let look = [Look { sensor: 0, detections }];
        assert!(tracker.scan(index as f64, &look).is_empty());
        if index % 4 == 3 {
            for time_s in [index as f64, -1e9, f64::NAN, 1e9] {
                let problems = tracker.scan(time_s, &look);
                assert!(matches!(problems[..], [Problem::TimeUnusable { .. }]), "{problems:?}");
            }
        }
    }
    assert_eq!(whole, tracker.tracks().collect::<Vec<_>>());
    let set = |time_s: f64, tracker: &mut Tracker| {
        tracker.scan(time_s, &[]).contains(&Problem::ClockSetAnew { time_s })
    };
    assert!(!set(1e6, &mut tracker) && !set(1e6 + 1.0, &mut tracker));
    assert!(set(1e6 + 2.0, &mut tracker));
    assert_eq!(tracker.tracks().count(), 0);
}

#[test]
fn unknown_sensors_and_floods_are_named() {
    let mut settings = Settings::new(vec![sensor()]);
    settings.detections_max = 3;
    let mut tracker = Tracker::new(settings);
    let four = [Detection::position(0.0, 0.0); 4];
    let problems = tracker
        .scan(0.0, &[Look { sensor: 0, detections: &four }, Look { sensor: 9, detections: &[] }]);
    let flood = Problem::TooMany { seen: 4, most: 3 };
    assert_eq!(problems, vec![flood, Problem::SensorUnknown { sensor: 9 }]);
}

#[test]
fn a_thing_out_of_sight_is_kept_and_handed_over() {
    let circle = |x_m: f64| Sensor {
        reach: Some(Reach {
            at_m: [x_m, 0.0],
            range_m: 1500.0,
            from_rad: 0.0,
            width_rad: core::f64::consts::TAU,
        }),
        false_a_look: Some(0.5),
        ..sensor()
    };
    let mut settings = Settings::new(vec![circle(-2000.0), circle(2000.0)]);
    settings.area = Some(Rect { low_m: [-SIDE_M; 2], high_m: [SIDE_M; 2] });
    let mut tracker = Tracker::new(settings);
    let mut labels = Vec::new();
    let mut widest_m: f64 = 0.0;
    for step in 0..120 {
        let x_m = -3000.0 + 50.0 * f64::from(step);
        let detection = [Detection::position(x_m, 10.0 * f64::from(step % 3 - 1))];
        let sees =
            |middle_m: f64| if (x_m - middle_m).abs() <= 1500.0 { &detection[..] } else { &[] };
        let looks = [
            Look { sensor: 0, detections: sees(-2000.0) },
            Look { sensor: 1, detections: sees(2000.0) },
        ];
        assert!(tracker.scan(f64::from(step), &looks).is_empty());
        let told: Vec<Told> = tracker.tracks().collect();
        if step > 5 {
            assert_eq!(told.len(), 1, "at step {step}");
            labels.push(told[0].track);
            widest_m = widest_m.max(told[0].state.position.xx.sqrt());
        }
    }
    assert!(labels.iter().all(|label| *label == labels[0]));
    assert!(widest_m > 3.0 * SIGMA_M, "no wider than {widest_m} m while out of sight");
}

#[test]
fn directions_from_three_posts_make_a_track() {
    let post = |x_m: f64, y_m: f64| Sensor {
        kind: Kind::Azimuth { at_m: [x_m, y_m] },
        detection_chance: 0.95,
        false_a_look: Some(0.2),
        sigma: 0.01,
        reach: None,
    };
    let posts = [[-3000.0, -3000.0], [3000.0, -2500.0], [0.0, 3500.0]];
    let sensors = posts.iter().map(|at| post(at[0], at[1])).collect();
    let mut settings = Settings::new(sensors);
    settings.area = Some(Rect { low_m: [-SIDE_M; 2], high_m: [SIDE_M; 2] });
    let mut tracker = Tracker::new(settings);
    let mut at_m = [-800.0, 200.0];
    for step in 0..30 {
        at_m = [at_m[0] + 30.0, at_m[1] + 5.0];
        let off = 0.005 * f64::from(step % 3 - 1);
        let said: Vec<[Detection; 1]> = posts
            .iter()
            .map(|post| {
                let azimuth = libm::atan2(at_m[0] - post[0], at_m[1] - post[1]);
                [Detection::number(azimuth + off)]
            })
            .collect();
        let looks: Vec<Look<'_>> = said
            .iter()
            .enumerate()
            .map(|(sensor, detections)| Look { sensor, detections })
            .collect();
        assert!(tracker.scan(f64::from(step), &looks).is_empty());
    }
    let told: Vec<Told> = tracker.tracks().collect();
    assert_eq!(told.len(), 1);
    let [dx, dy] = told[0].state.miss(at_m);
    assert!(libm::hypot(dx, dy) < 60.0, "{dx} {dy}");
    assert!((told[0].state.velocity_mps[0] - 30.0).abs() < 6.0);
}

#[test]
fn a_stay_in_a_zone_is_told_with_its_times() {
    let corners = vec![[-500.0, -500.0], [500.0, -500.0], [500.0, 500.0], [-500.0, 500.0]];
    let zone = Zone::new(vec![corners]).unwrap();
    let mut stays = Incursions::new(vec![zone]);
    let mut tracker = tracker();
    let mut ended = Vec::new();
    for step in 0..80 {
        let x_m = -2000.0 + 50.0 * f64::from(step);
        let detections = [Detection::position(x_m, 5.0 * f64::from(step % 3 - 1))];
        tracker.scan(f64::from(step), &[Look { sensor: 0, detections: &detections }]);
        ended.extend(stays.note(f64::from(step), &tracker));
    }
    assert_eq!(ended.len(), 1);
    let stay = ended[0];
    assert!(stay.chance > 0.95);
    // inside from x = -500 at 30 s to x = 500 at 50 s
    assert!(stay.entered_s.0 <= 30.0 && stay.entered_s.1 >= 30.0 && stay.entered_s.1 <= 32.0);
    let (after_s, before_s) = stay.left_s.unwrap();
    assert!((48.0..=50.0).contains(&after_s) && (50.0..=52.0).contains(&before_s));
    assert_eq!(stays.under_way().count(), 0);
}
