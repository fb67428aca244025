//! Late, repeated and out-of-order batches give the incidents that in-order ones give.

mod common;

use std::collections::BTreeMap;

use common::{Dice, source, world};
use kernel::{Duration, Interval, ObservationId};
use proptest::prelude::*;
use watch::{Change, Engine, Incident, IncidentId, Observation, Product, Settings, Source};

type Final = BTreeMap<IncidentId, Incident>;

/// Feeds batches one by one and keeps the record as a house would.
fn run(engine: &mut Engine, batches: &[Vec<(Source, Observation)>]) -> Vec<Change> {
    let mut changes = Vec::new();
    for batch in batches {
        for (source, observation) in batch {
            engine.absorb(source, vec![observation.clone()]);
        }
        changes.extend(engine.assemble());
    }
    changes
}

fn apply(record: &mut Final, changes: &[Change]) {
    for change in changes {
        match change {
            Change::Added(incident) => {
                assert!(record.insert(incident.id, (**incident).clone()).is_none());
            }
            Change::Revised(incident) => {
                assert_eq!(incident.product, Product::Automatic2);
                if let Some(before) = record.insert(incident.id, (**incident).clone()) {
                    assert_eq!(incident.version, before.version + 1);
                }
            }
            Change::Replaced { id, .. } => assert!(record.remove(id).is_some()),
        }
    }
}

/// What must not depend on the order: everything but how the record came to hold it.
fn plain(record: &Final) -> Vec<Incident> {
    let plain = |incident: &Incident| Incident {
        version: 1,
        product: Product::Automatic1,
        replaces: vec![],
        ..incident.clone()
    };
    record.values().map(plain).collect()
}

fn shuffled(seed: u64, size: usize, splits: usize) -> Vec<Vec<(Source, Observation)>> {
    let mut dice = Dice(seed);
    let mut observations = world(seed, size);
    for at in (1..observations.len()).rev() {
        let other = (dice.next() * (at + 1) as f64) as usize;
        observations.swap(at, other);
    }
    let mut batches = vec![Vec::new(); splits];
    for observation in observations {
        let batch = (dice.next() * splits as f64) as usize;
        if dice.next() < 0.2 {
            let again = (dice.next() * splits as f64) as usize;
            batches[again].push(observation.clone());
        }
        batches[batch].push(observation);
    }
    batches
}

/// The same two and five years earlier, for a baseline.
fn years_before(observations: &[(Source, Observation)]) -> Vec<Observation> {
    let earlier = |years: i64| {
        observations.iter().map(move |(_, observation)| shifted(observation, -365 * years))
    };
    earlier(2).chain(earlier(5)).collect()
}

/// The observation, later in every second batch.
fn days_apart(
    batch: usize,
    (source, observation): &(Source, Observation),
) -> (Source, Observation) {
    let days = if batch.is_multiple_of(2) { 0 } else { 20 };
    (source.clone(), shifted(observation, days))
}

fn shifted(observation: &Observation, days: i64) -> Observation {
    let when = Interval {
        start: observation.when.start + Duration::days(days),
        end: observation.when.end + Duration::days(days),
    };
    let name = format!("{}{days}", observation.id);
    Observation { id: ObservationId::of("shifted", name.as_bytes()), when, ..observation.clone() }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_order_of_arrival_does_not_matter(seed: u64, size in 1usize..160, splits in 1usize..8) {
        let mut in_order = Final::new();
        apply(&mut in_order, &run(&mut Engine::new(Settings::default()), &[world(seed, size)]));
        let mut late = Final::new();
        let mut engine = Engine::new(Settings::default());
        for batch in shuffled(seed, size, splits) {
            apply(&mut late, &run(&mut engine, &[batch]));
        }
        prop_assert_eq!(plain(&in_order), plain(&late));
        prop_assert!(engine.assemble().is_empty());
    }

    #[test]
    fn neither_does_it_matter_when_the_baseline_comes(seed: u64, size in 1usize..80, at in 0usize..4) {
        let batches = shuffled(seed, size, 3);
        let peace: Vec<Observation> = years_before(&world(seed ^ 1, 60));
        let run_with = |at: usize| {
            let (mut record, mut engine) = (Final::new(), Engine::new(Settings::default()));
            for turn in 0..=batches.len() {
                if turn == at {
                    engine.absorb_baseline(&peace);
                    apply(&mut record, &engine.assemble());
                }
                if let Some(batch) = batches.get(turn) {
                    // Some days apart, so that not everything weighs on everything.
                    let later: Vec<_> = batch.iter().map(|one| days_apart(turn, one)).collect();
                    apply(&mut record, &run(&mut engine, &[later]));
                }
            }
            plain(&record)
        };
        prop_assert_eq!(run_with(at), run_with(0));
    }

    #[test]
    fn a_restored_engine_goes_on_as_if_it_had_never_stopped(
        seed: u64, size in 2usize..120, splits in 2usize..6, stop in 1usize..5,
    ) {
        let batches = shuffled(seed, size, splits);
        let stop = stop.min(splits - 1);
        let mut steady = Engine::new(Settings::default());
        let before = run(&mut steady, &batches[..stop]);

        let mut restored = Engine::new(Settings::default());
        restored.restore(before.iter().filter_map(|change| match change {
            Change::Added(incident) | Change::Revised(incident) => {
                let line = serde_json::to_string(incident).unwrap();
                Some(serde_json::from_str(&line).unwrap())
            }
            Change::Replaced { .. } => None,
        }));
        for (source, observation) in batches[..stop].iter().flatten() {
            restored.absorb(source, vec![observation.clone()]);
        }
        let after = run(&mut steady, &batches[stop..]);
        let after_restart = run(&mut restored, &batches[stop..]);
        prop_assert_eq!(after, after_restart);
    }
}

#[test]
fn a_source_told_anew_changes_its_incidents() {
    let mut engine = Engine::new(Settings::default());
    let batch = world(7, 60);
    let added = run(&mut engine, std::slice::from_ref(&batch)).len();
    assert!(added > 5);
    let mut doubtful = source("viirs-a");
    doubtful.false_alarm_share = 0.5;
    engine.absorb(&doubtful, vec![]);
    let revised = engine.assemble();
    assert!(!revised.is_empty());
    assert!(revised.iter().all(|change| matches!(change, Change::Revised(_))));
}
