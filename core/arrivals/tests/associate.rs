//! The whole search on small seeded scenes: what it must find, and what must not change what it finds.

mod scene;

use arrivals::air::Air;
use arrivals::{
    Arrival, Bulletin, LeftOut, Live, Network, Phase, Settings, Stage, Station, associate,
};
use proptest::prelude::*;
use scene::{Plan, Scene, play};

fn air() -> Air {
    Air { speed_km_s: 0.34, offset_error: 0.015, wind_error: 0.015, ..Air::default() }
}

const SETTINGS: Settings =
    Settings { picks_min: 5, log_odds_min: 2.0, share_medium: true, greedy: false };

fn run(stations: &[Station], arrivals: &[Arrival]) -> Bulletin<6> {
    let network = Network::new(stations.to_vec(), 20.0);
    associate(&air(), &network, arrivals, &SETTINGS)
}

/// Found explosions of five arrivals and more, how many there are, origins of nothing, and the
/// share of found ones inside their 90 % ellipse.
fn score(scene: &Scene, bulletin: &Bulletin<6>) -> (usize, usize, usize, f64) {
    let mut owner = vec![usize::MAX; scene.arrivals.len()];
    for (index, explosion) in scene.explosions.iter().enumerate() {
        explosion.arrivals.iter().for_each(|&a| owner[a as usize] = index);
    }
    let mut found = vec![false; scene.explosions.len()];
    let (mut wrong, mut inside) = (0, 0.0);
    for origin in &bulletin.origins {
        let mut of: Vec<usize> = origin.arrivals.iter().map(|&a| owner[a as usize]).collect();
        of.sort_unstable();
        let best = of.chunk_by(|a, b| a == b).max_by_key(|same| same.len()).unwrap();
        if best[0] == usize::MAX || best.len() < 4 {
            wrong += 1;
            continue;
        }
        let truth = &scene.explosions[best[0]];
        found[best[0]] = true;
        assert!((origin.state[0] - truth.time_s).abs() < 1.0);
        let (x, y) = (origin.state[1] - truth.place_km[0], origin.state[2] - truth.place_km[1]);
        let c = &origin.covariance;
        let determinant = c[1][1] * c[2][2] - c[1][2] * c[1][2];
        let distance = (c[2][2] * x * x - 2.0 * c[1][2] * x * y + c[1][1] * y * y) / determinant;
        inside += f64::from(u8::from(distance < 4.605));
    }
    let due = |index: usize| scene.explosions[index].arrivals.len() >= 5;
    let hit = (0..found.len()).filter(|&i| found[i] && due(i)).count();
    let all = (0..found.len()).filter(|&i| due(i)).count();
    (hit, all, wrong, inside / bulletin.origins.len().max(1) as f64)
}

#[test]
fn what_happened_is_found_and_placed() {
    for (seed, false_share) in [(1, 0.3), (2, 0.6)] {
        let scene = play(&Plan { seed, false_share, rate: 0.25, ..Plan::default() });
        let (hit, all, wrong, inside) = score(&scene, &run(&scene.stations, &scene.arrivals));
        assert!(hit as f64 >= 0.96 * all as f64, "{hit} of {all}");
        assert!(wrong <= 2, "{wrong} origins of nothing");
        assert!((0.78..=0.99).contains(&inside), "{inside} inside the 90 % ellipse");
    }
}

#[test]
fn noise_alone_gives_nothing() {
    let scene = play(&Plan { rate: 0.3, ..Plan::default() });
    let mut dice = scene::Dice(5);
    let arrivals: Vec<Arrival> = scene
        .arrivals
        .iter()
        .map(|arrival| Arrival { time_s: dice.even() * 600.0, ..*arrival })
        .collect();
    assert!(run(&scene.stations, &arrivals).origins.len() <= 1);
}

#[test]
fn what_cannot_take_part_is_named() {
    let scene = play(&Plan { rate: 0.05, ..Plan::default() });
    let clean = run(&scene.stations, &scene.arrivals);
    let mut arrivals = scene.arrivals.clone();
    let count = arrivals.len() as u32;
    let first = arrivals[0];
    arrivals.push(Arrival { station: 10_000, ..first });
    arrivals.push(Arrival { time_s: f64::NAN, ..first });
    arrivals.push(Arrival { time_s: 1e12, ..first });
    arrivals.push(Arrival { phase: Phase::P, ..first });
    arrivals.push(first);
    let dirty = run(&scene.stations, &arrivals);
    let named = [
        (count, LeftOut::StationUnknown),
        (count + 1, LeftOut::TimeNotFinite),
        (count + 2, LeftOut::ClockJump),
        (count + 3, LeftOut::PhaseNotCarried),
        (count + 4, LeftOut::Duplicate),
    ];
    assert_eq!(dirty.left_out, named);
    assert_eq!(clean.origins.len(), dirty.origins.len());
}

#[test]
fn ten_of_every_arrival_change_nothing() {
    let scene = play(&Plan { rate: 0.1, ..Plan::default() });
    let once = run(&scene.stations, &scene.arrivals);
    let many: Vec<Arrival> = (0..10).flat_map(|_| scene.arrivals.iter().copied()).collect();
    let ten = run(&scene.stations, &many);
    assert_eq!(once.origins.len(), ten.origins.len());
    for (a, b) in once.origins.iter().zip(&ten.origins) {
        assert_eq!((a.state, &a.arrivals), (b.state, &b.arrivals));
    }
}

#[test]
fn nothing_in_nothing_out() {
    assert!(run(&[], &[]).origins.is_empty());
    assert!(run(&[Station::default()], &[]).origins.is_empty());
    let odd = Station { x_km: f64::NAN, ..Station::default() };
    let arrival = Arrival { station: 0, phase: Phase::Acoustic, time_s: 1.0, error_s: 0.0 };
    assert_eq!(run(&[odd], &[arrival]).left_out, [(0, LeftOut::StationUnknown)]);
}

#[test]
fn a_live_watch_tells_what_the_whole_run_finds() {
    let scene = play(&Plan { rate: 0.2, duration_s: 300.0, ..Plan::default() });
    let network = Network::new(scene.stations.clone(), 20.0);
    let air = air();
    let mut live = Live::new(&air, &network, &SETTINGS, 0.0);
    let (mut news, mut next) = (Vec::new(), 0);
    for tick in 1..=760 {
        let now_s = f64::from(tick) * 0.5;
        while next < scene.arrivals.len() && scene.arrivals[next].time_s <= now_s {
            live.push(scene.arrivals[next]).unwrap();
            next += 1;
        }
        live.mark(now_s, &mut news);
    }
    let count = |stage| news.iter().filter(|one| one.stage == stage).count();
    let stood = count(Stage::Automatic1) - count(Stage::Withdrawn);
    assert_eq!(stood, count(Stage::Automatic2));
    let whole = run(&scene.stations, &scene.arrivals).origins.len();
    assert!(stood as f64 >= 0.85 * whole as f64, "{stood} of {whole}");
    assert!(stood as f64 <= 1.1 * whole as f64 + 1.0, "{stood} of {whole}");
    assert_eq!(
        live.push(Arrival { station: 0, phase: Phase::Acoustic, time_s: 1e6, error_s: 0.0 }),
        Err(LeftOut::ClockJump)
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]

    #[test]
    fn order_does_not_matter(seed in 0_u64..1000) {
        let scene = play(&Plan { seed, rate: 0.1, duration_s: 300.0, ..Plan::default() });
        let mut dice = scene::Dice(seed);
        let mut order: Vec<(f64, usize)> =
            (0..scene.arrivals.len()).map(|index| (dice.even(), index)).collect();
        order.sort_by(|a, b| a.0.total_cmp(&b.0));
        let shuffled: Vec<Arrival> = order.iter().map(|pair| scene.arrivals[pair.1]).collect();
        let (a, b) = (run(&scene.stations, &scene.arrivals), run(&scene.stations, &shuffled));
        prop_assert_eq!(a.origins.len(), b.origins.len());
        for (a, b) in a.origins.iter().zip(&b.origins) {
            let mut same: Vec<u32> = b.arrivals.iter().map(|&at| order[at as usize].1 as u32).collect();
            same.sort_unstable();
            prop_assert_eq!(&a.arrivals, &same);
            prop_assert_eq!(a.state, b.state);
        }
    }

    #[test]
    fn the_epoch_and_the_frame_do_not_matter(seed in 0_u64..1000) {
        let scene = play(&Plan { seed, rate: 0.1, duration_s: 300.0, ..Plan::default() });
        // Whole seconds and kilometres that a float carries without loss.
        let arrivals: Vec<Arrival> = scene.arrivals.iter()
            .map(|a| Arrival { time_s: a.time_s + 1_048_576.0, ..*a }).collect();
        let stations: Vec<Station> = scene.stations.iter()
            .map(|s| Station { x_km: s.x_km + 512.0, y_km: s.y_km - 256.0, z_km: 0.0 }).collect();
        let (a, b) = (run(&scene.stations, &scene.arrivals), run(&stations, &arrivals));
        prop_assert!(a.origins.len().abs_diff(b.origins.len()) <= 1);
        let near = |o: &arrivals::Origin<6>| b.origins.iter().any(|p| {
            (p.state[0] - o.state[0] - 1_048_576.0).abs() < 0.1
                && (p.state[1] - o.state[1] - 512.0).abs() < 0.05
                && (p.state[2] - o.state[2] + 256.0).abs() < 0.05
        });
        let same = a.origins.iter().filter(|o| near(o)).count();
        prop_assert!(same + 1 >= a.origins.len(), "{} of {}", same, a.origins.len());
    }
}
