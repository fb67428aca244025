//! The same files in another order, cut differently, handed in twice: the same incidents and the same
//! allegations stand in the end, whatever the record's history.

use std::collections::BTreeMap;

use desk::ingest;
use kernel::Duration;
use serde_json::{Value, json};

use crate::house::{House, agreement};
use crate::story::{Deed, Step, Story, paris, truce};

/// What stands in the end: incidents without their history, allegations that are not withdrawn.
fn standing(story: &Story, files: &[Step], assemble_each: usize) -> BTreeMap<String, Value> {
    let mut house = House::under(&agreement(story.agreement));
    house.take(&story.in_force());
    let now = story.t0() + Duration::days(30);
    for (number, step) in files.iter().enumerate() {
        let Deed::File { source, by, bytes, baseline } = &step.deed else { continue };
        house.hand_in(source, bytes, by, *baseline, now).unwrap();
        if number % assemble_each == assemble_each - 1 {
            ingest::assemble(&mut house.desk, now).unwrap();
        }
    }
    ingest::assemble(&mut house.desk, now).unwrap();
    let mut stands = BTreeMap::new();
    for incident in house.bulletin().in_order() {
        let mut shown = serde_json::to_value(incident).unwrap();
        for history in ["version", "product", "replaces"] {
            shown.as_object_mut().unwrap().remove(history);
        }
        stands.insert(incident.id.to_string(), shown);
    }
    let allegations = house.desk.house().state().terms.allegations().values();
    for one in allegations.filter(|one| one.verdict != terms::Verdict::Withdrawn) {
        let shown = json!([
            one.rule,
            one.incident,
            one.chance,
            one.chance_max,
            one.verdict,
            one.severity,
            one.alleged
        ]);
        stands.insert(one.id.to_string(), shown);
    }
    stands
}

/// Every table cut in two after some of its rows.
fn cut(files: &[Step], seed: u64) -> Vec<Step> {
    let mut random = sim::random::Random::of(seed, "cut");
    let mut parts = Vec::new();
    for step in files {
        let Deed::File { source, by, bytes, baseline } = &step.deed else { continue };
        let text = std::str::from_utf8(bytes).unwrap();
        let (header, rows) = text.split_once('\n').unwrap();
        let rows: Vec<&str> = rows.lines().collect();
        let (one, other) = rows.split_at(random.index(rows.len() + 1));
        for rows in [one, other].into_iter().filter(|rows| !rows.is_empty()) {
            let bytes = format!("{header}\n{}\n", rows.join("\n")).into_bytes();
            let (source, by, baseline) = (source.clone(), by.clone(), *baseline);
            parts.push(Step { at: step.at, deed: Deed::File { source, by, bytes, baseline } });
        }
    }
    parts
}

fn shuffled(files: &[Step], seed: u64) -> Vec<Step> {
    let mut random = sim::random::Random::of(seed, "order");
    let mut left = files.to_vec();
    let mut order = Vec::with_capacity(left.len());
    while !left.is_empty() {
        order.push(left.swap_remove(random.index(left.len())));
    }
    order
}

fn hold(story: &Story, seed: u64) {
    let files: Vec<Step> = story
        .files(seed)
        .into_iter()
        .filter(|step| matches!(step.deed, Deed::File { .. }))
        .collect();
    let in_order = standing(story, &files, 5);
    assert!(in_order.keys().any(|id| id.starts_with("ALG")), "a story without allegations");
    let backwards: Vec<Step> = files.iter().rev().cloned().collect();
    assert_same(&in_order, &standing(story, &backwards, 3), "backwards");
    assert_same(&in_order, &standing(story, &shuffled(&files, seed), 1), "shuffled");
    let parts = shuffled(&cut(&files, seed), seed);
    assert_same(&in_order, &standing(story, &parts, 7), "cut");
    let twice: Vec<Step> = parts.iter().chain(&files).cloned().collect();
    assert_same(&in_order, &standing(story, &twice, 9), "cut, and then once more whole");
}

fn assert_same(one: &BTreeMap<String, Value>, other: &BTreeMap<String, Value>, how: &str) {
    for (id, shown) in one {
        assert_eq!(other.get(id), Some(shown), "{how}: {id}");
    }
    let more: Vec<_> = other.iter().filter(|(id, _)| !one.contains_key(*id)).collect();
    assert!(more.is_empty(), "{how}: {more:?}");
}

#[test]
fn neither_order_nor_lateness_nor_repetition_shows_in_the_end() {
    for seed in 0..3 {
        hold(&truce(2), seed);
        hold(&paris(1), seed);
    }
}
