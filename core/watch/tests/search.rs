//! The search finds the likeliest partition: held against every partition of small sets.
#![allow(clippy::disallowed_methods, reason = "a test world, not a recorded fact")]

mod common;

use common::Dice;
use kernel::{Duration, Interval, Place, PlaceBelief, Time};
use watch::Settings;
use watch::evidence::{self, Atom};
use watch::gauss::Mixture;
use watch::search::{Component, partition};

const ATOMS: usize = 6;

fn atoms(dice: &mut Dice, settings: &Settings) -> Vec<Atom> {
    let start = Time::from_date(2026, 4, 21).unwrap();
    let middle = Place { lon: 37.0, lat: 48.0 };
    let mut hours: Vec<i64> = (0..ATOMS).map(|_| dice.pick(12) as i64).collect();
    hours.sort_unstable();
    hours
        .into_iter()
        .enumerate()
        .map(|(number, hour)| {
            let place = middle.shifted_m(2_500.0 * dice.normal(), 2_500.0 * dice.normal());
            let sigma_m = [300.0, 1_000.0, 2_700.0][dice.pick(3)];
            let said = watch::settings::CLASSES[1 + dice.pick(3)];
            let class = watch::settings::CLASSES.map(|was| settings.says(was, said).ln());
            let from = start + Duration::hours(hour);
            Atom {
                place: Mixture::single(PlaceBelief::round(place, sigma_m)),
                area: None,
                window: Interval { start: from, end: from + Duration::hours(6) },
                likelihood_log: class,
                voices: vec![number as u64],
                false_share: 0.1,
                bands: 0,
            }
        })
        .collect()
}

fn total(atoms: &[Atom], clusters: &[Vec<usize>], settings: &Settings) -> f64 {
    let log = |members: &Vec<usize>| {
        let members: Vec<&Atom> = members.iter().map(|&member| &atoms[member]).collect();
        evidence::of(&members).map_or(f64::NEG_INFINITY, |sum| sum.log(settings))
    };
    clusters.iter().map(log).sum()
}

/// The best of all partitions of the atoms from `next` on, given the clusters so far.
fn best(atoms: &[Atom], next: usize, so_far: &mut Vec<Vec<usize>>, settings: &Settings) -> f64 {
    if next == atoms.len() {
        return total(atoms, so_far, settings);
    }
    let mut found = f64::NEG_INFINITY;
    for at in 0..so_far.len() {
        so_far[at].push(next);
        found = found.max(best(atoms, next + 1, so_far, settings));
        so_far[at].pop();
    }
    so_far.push(vec![next]);
    found = found.max(best(atoms, next + 1, so_far, settings));
    so_far.pop();
    found
}

#[test]
fn the_search_finds_the_best_of_all_partitions_nearly_always() {
    let (mut dice, settings) = (Dice(5), Settings::default());
    let (mut exact, mut joined) = (0, 0);
    for _ in 0..200 {
        let atoms = atoms(&mut dice, &settings);
        let links = (0..ATOMS).map(|one| (0..ATOMS).filter(|&other| other != one).collect());
        let component = Component { atoms: atoms.clone(), links: links.collect() };
        let clusters: Vec<Vec<usize>> =
            partition(&component, &settings).into_iter().map(|cluster| cluster.members).collect();
        let found = total(&atoms, &clusters, &settings);
        let optimum = best(&atoms, 0, &mut Vec::new(), &settings);
        assert!(found <= optimum + 1e-6, "{found} {optimum}");
        exact += usize::from(found >= optimum - 1e-6);
        joined += usize::from(clusters.len() < ATOMS);
    }
    assert!(joined > 150, "the trial is too easy: {joined}");
    assert!(exact >= 190, "{exact} of 200");
}
