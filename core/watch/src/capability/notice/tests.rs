//! What the chance of noticing must hold to, whatever the scene: closed forms where there are
//! any, and that no loss, noise, cloud or distance ever makes silence worth more.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::capability::law::Wave;
use crate::capability::scene::{
    Footprint, Group, Look, Loss, Network, Newsroom, Pass, Scope, Station, Watcher,
};
use crate::capability::sky::WeatherCell;
use crate::outage::OutageKind;
use crate::source::SourceKind;

fn place(east_km: f64, north_km: f64) -> Place {
    Place { lon: 30.0, lat: 48.0 }.shifted_m(east_km * 1e3, north_km * 1e3)
}

fn minutes(from: i64, until: i64) -> Interval {
    Interval { start: Time(from * 60_000_000), end: Time(until * 60_000_000) }
}

fn question(class: Class) -> Question {
    Question { class, size_kg: None, as_of: None, level: 0.9 }
}

fn ask(scene: &Scene, question: Question) -> Noticed {
    assert_eq!(scene.mistake(), None);
    let noticing = Noticing::new(scene, question, &Settings::default(), &[place(0.0, 0.0)]);
    noticing.at(&noticing.hour(Time(0)), 0)
}

fn watcher(scene: &mut Scene, kind: SourceKind, group: usize, uptime: f64) -> usize {
    let id = format!("w{}", scene.watchers.len());
    scene.watchers.push(Watcher { id, kind, group, uptime, delay: Duration::hours(1) });
    scene.watchers.len() - 1
}

fn groups(scene: &mut Scene, uptimes: &[f64]) {
    for (at, uptime) in uptimes.iter().enumerate() {
        scene.groups.push(Group { name: format!("g{at}"), uptime: *uptime });
    }
}

fn station(scene: &mut Scene, network: usize, at: Place, noise: f64) {
    let group = scene.networks[network].group;
    let watcher = watcher(scene, SourceKind::Acoustic, group, 0.9);
    scene.stations.push(Station { watcher, network, place: at, noise: [noise; 24], ratio: 3.0 });
}

fn look(watcher: usize, when: Interval, chance: f64) -> Look {
    let footprint =
        Footprint { from: place(0.5, 0.0), range_m: 3e3, azimuth_deg: 0.0, half_width_deg: 180.0 };
    let (chance, classes) = ([chance; 24], vec![]);
    Look { watcher, when, footprint, chance, classes, above_cloud: false }
}

fn loss(kind: OutageKind, when: Interval, scope: Scope) -> Loss {
    Loss { kind, when, scope, reason: String::new() }
}

#[test]
fn looks_add_up_over_the_hour_and_not_over_each_other() {
    let mut scene = Scene::default();
    groups(&mut scene, &[1.0, 1.0]);
    let one = watcher(&mut scene, SourceKind::Camera, 0, 1.0);
    let other = watcher(&mut scene, SourceKind::Camera, 1, 1.0);
    scene.looks = vec![look(one, minutes(0, 30), 0.8), look(other, minutes(30, 60), 0.8)];
    let chance = |scene: &Scene| ask(scene, question(Class::Explosion)).chance;
    assert!((chance(&scene) - 0.8).abs() < 1e-9, "one after the other");
    scene.looks[1].when = minutes(0, 30);
    assert!((chance(&scene) - 0.5 * 0.96).abs() < 1e-9, "both at once");
    scene.watchers[other].group = 0;
    assert!((chance(&scene) - 0.5 * 0.8).abs() < 1e-9, "one group is one voice");
    scene.losses = vec![loss(OutageKind::Blinded, minutes(0, 15), Scope::Group(0))];
    assert!((chance(&scene) - 0.25 * 0.8).abs() < 0.02 * 0.8, "{}", chance(&scene));
}

#[test]
fn a_network_needs_its_sensors_and_an_outage_takes_its_minutes() {
    let mut scene = Scene::default();
    groups(&mut scene, &[0.5]);
    scene.networks = vec![Network { name: "n".into(), wave: Wave::Acoustic, group: 0, needs: 3 }];
    for north_km in [1.0, -1.0, 2.0] {
        station(&mut scene, 0, place(1.0, north_km), 1e-3);
    }
    let loud = ask(&scene, question(Class::AirStrike));
    assert!((loud.chance - 0.5 * 0.9f64.powi(3)).abs() < 1e-6, "{loud:?}");
    assert!(loud.limit_log_kg.is_some_and(|limit| limit < -1.0));
    let jammed = Scope::Area { place: place(1.0, 0.0), radius_m: 5e3, kinds: vec![] };
    scene.losses = vec![loss(OutageKind::Jamming, minutes(30, 90), jammed)];
    let half = ask(&scene, question(Class::AirStrike));
    assert!((half.chance - loud.chance / 2.0).abs() < 1e-6, "{half:?}");
    assert_eq!(half.limit_log_kg, Some(f64::INFINITY));
    let silent = ask(&scene, question(Class::Overflight));
    assert_eq!((silent.chance, silent.limit_log_kg), (0.0, None));
}

#[test]
fn a_fire_is_seen_by_a_later_pass_and_what_is_under_way_counts_for_less() {
    let mut scene = Scene::default();
    groups(&mut scene, &[1.0]);
    let viirs = watcher(&mut scene, SourceKind::ThermalSatellite, 0, 1.0);
    scene.passes = vec![Pass { watcher: viirs, at: minutes(330, 330).start, chance: 0.7 }];
    scene.weather.cloud = 0.4;
    let asked = ask(&scene, question(Class::AbnormalFire)).chance;
    let over_the_hour = libm::sinh(0.05) / 0.05;
    assert!((asked - libm::exp(-0.5) * over_the_hour * 0.7 * 0.6).abs() < 1e-9, "{asked}");
    let as_of = Some(minutes(360, 360).start);
    let half = ask(&scene, Question { as_of, ..question(Class::AbnormalFire) }).chance;
    assert!((half - asked / 2.0).abs() < 1e-9);
    let strike = ask(&scene, question(Class::AirStrike)).chance;
    assert!((strike - 0.2 * asked).abs() < 1e-9);
}

/// A scene of everything, from a few numbers.
fn scene(seed: &[(f64, f64, f64)]) -> Scene {
    let mut scene = Scene::default();
    groups(&mut scene, &[0.9, 1.0, 0.7]);
    for (group, wave) in [Wave::Acoustic, Wave::Seismic].into_iter().enumerate() {
        let name = format!("{wave:?}");
        scene.networks.push(Network { name, wave, group, needs: 2 + group });
    }
    for (at, (x, y, z)) in seed.iter().enumerate() {
        let group = at % 3;
        let here = place((x - 0.5) * 12.0, (y - 0.5) * 12.0);
        match at % 5 {
            0 => station(&mut scene, 0, here, 0.01 + z),
            1 => station(&mut scene, 1, here, 1.0 + 30.0 * z),
            2 => {
                let source = watcher(&mut scene, SourceKind::Camera, group, 0.95);
                let from = (x * 90.0) as i64 - 30;
                let mut look = look(source, minutes(from, from + (y * 60.0) as i64), *z);
                look.above_cloud = *x > 0.5;
                scene.looks.push(look);
            }
            3 => {
                let source = watcher(&mut scene, SourceKind::ThermalSatellite, group, 0.95);
                let at =
                    minutes((x * 600.0) as i64, 0).end.max(minutes((x * 600.0) as i64, 0).start);
                scene.passes.push(Pass { watcher: source, at, chance: *z });
            }
            _ => {
                let source = watcher(&mut scene, SourceKind::Press, group, 0.95);
                let settlements = vec![(here, 6e3)];
                scene.newsrooms.push(Newsroom { watcher: source, chance: *z, settlements });
            }
        }
    }
    scene.laws = BTreeMap::new();
    scene
}

/// The scene without one of its sources.
fn without_source(scene: &Scene, gone: usize) -> Scene {
    let mut fewer = scene.clone();
    fewer.stations.retain(|of| of.watcher != gone);
    fewer.looks.retain(|of| of.watcher != gone);
    fewer.passes.retain(|of| of.watcher != gone);
    fewer.newsrooms.retain(|of| of.watcher != gone);
    fewer
}

const ASKED: [Class; 4] =
    [Class::Explosion, Class::AirStrike, Class::WeaponsPresence, Class::AbnormalFire];

fn never_more(worse: Noticed, better: Noticed) -> Result<(), TestCaseError> {
    prop_assert!(worse.chance <= better.chance + 1e-9, "{worse:?} {better:?}");
    if let (Some(worse), Some(better)) = (worse.limit_log_kg, better.limit_log_kg) {
        prop_assert!(worse >= better - 1e-6, "{worse} {better}");
    }
    Ok(())
}

proptest! {
    #[test]
    fn no_loss_noise_cloud_or_wind_ever_makes_silence_worth_more(
        seed in proptest::collection::vec((0.0f64..1.0, 0.0f64..1.0, 0.0f64..1.0), 1..16),
        gone: prop::sample::Index,
        worse in 0.0f64..1.0,
        which in 0usize..4,
    ) {
        let (whole, question) = (scene(&seed), question(ASKED[which]));
        let all = ask(&whole, question);
        let gone = gone.index(whole.watchers.len());
        never_more(ask(&without_source(&whole, gone), question), all)?;
        let mut lost = whole.clone();
        let when = minutes((worse * 50.0) as i64 - 10, (worse * 90.0) as i64);
        lost.losses.push(loss(OutageKind::Outage, when, Scope::Watcher(gone)));
        let area = Scope::Area { place: place(0.0, 0.0), radius_m: 4e3, kinds: vec![] };
        never_more(ask(&lost, question), all)?;
        lost.losses.push(loss(OutageKind::AccessDenied, when, area));
        never_more(ask(&lost, question), all)?;
        let mut noisy = whole.clone();
        noisy.stations.iter_mut().for_each(|one| one.noise = one.noise.map(|n| n * (1.0 + worse)));
        never_more(ask(&noisy, question), all)?;
        let mut dark = whole.clone();
        let everywhere = WeatherCell {
            within: None, when: minutes(-100, 9_000), cloud: Some(0.8 + 0.2 * worse), wind_m_s: Some(20.0 * worse),
        };
        dark.weather.cells.push(everywhere);
        never_more(ask(&dark, question), all)?;
    }

    #[test]
    fn a_larger_size_is_noticed_no_less_and_the_sources_order_does_not_matter(
        seed in proptest::collection::vec((0.0f64..1.0, 0.0f64..1.0, 0.0f64..1.0), 1..16),
        size_kg in 0.01f64..1e3,
        times in 1.0f64..100.0,
    ) {
        let scene = scene(&seed);
        let sized = |size_kg| Question { size_kg: Some(size_kg), ..question(Class::Explosion) };
        let small = ask(&scene, sized(size_kg));
        prop_assert!(ask(&scene, sized(size_kg * times)).chance >= small.chance - 1e-9);
        let mut back = scene.clone();
        back.stations.reverse();
        back.looks.reverse();
        back.passes.reverse();
        back.newsrooms.reverse();
        let other = ask(&back, sized(size_kg));
        prop_assert!((other.chance - small.chance).abs() < 1e-12);
        prop_assert_eq!(other.limit_log_kg.map(f32_of), small.limit_log_kg.map(f32_of));
    }
}

fn f32_of(number: f64) -> f32 {
    kernel::place::round_to(number, 1e6) as f32
}
