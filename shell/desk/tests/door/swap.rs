//! Both sides alike: the parties exchanged in all that goes in are exchanged in all that comes out,
//! and nothing else changes but what is named by a hash.

use kernel::SourceText;
use record::Entry;
use secretariat::bulk::from_lines;
use serde_json::{Value, json};
use stores::{RecordReader, VaultReader};

use crate::canon;
use crate::house::{House, agreement, nouns};
use crate::mirror::Mirror;
use crate::story::{Step, Story, paris, truce};

/// Everything that came out: refusals, entries and payloads by the submission they follow from, nouns.
fn outputs(text: &SourceText, steps: &[Step]) -> Vec<Value> {
    let mut house = House::under(text);
    let mut all = Vec::new();
    for (number, step) in steps.iter().enumerate() {
        if let Some(code) = house.take(step) {
            all.push(json!({"step": number, "refused": code}));
        }
    }
    let mut submission = 0;
    for stored in house.desk.log().read(1..u64::MAX).unwrap() {
        let entry = Entry::read(&stored.unwrap().bytes).unwrap();
        if entry.body.get("command").is_some() {
            submission += 1;
        }
        for payload in payloads(&house, &entry) {
            all.push(json!({"submission": submission, "line": payload}));
        }
        all.push(json!({"submission": submission, "at": entry.at, "by": entry.by, "kind": entry.kind, "body": entry.body}));
    }
    let nouns = nouns(house.desk.house().state(), &house.bulletin());
    for (kind, list) in nouns.as_object().unwrap() {
        let list = list.as_array().into_iter().flatten();
        all.extend(list.map(|noun| json!({"noun": kind, "is": noun})));
    }
    all
}

fn payloads(house: &House, entry: &Entry) -> Vec<Value> {
    let named = ["watch/incidents-assembled", "terms/allegations-raised"];
    if !named.contains(&entry.kind.as_str()) {
        return Vec::new();
    }
    let digest = entry.body["payload"].as_str().unwrap().parse().unwrap();
    from_lines(&house.desk.vault().get(&digest).unwrap())
}

fn swapped_back(mirror: Mirror, outputs: &[Value]) -> Vec<Value> {
    outputs
        .iter()
        .map(|one| serde_json::from_str(&mirror.text(&one.to_string())).unwrap())
        .collect()
}

/// Fails with the first documents that only one of the lists has.
fn assert_same(what: &str, one: &[String], other: &[String]) {
    let only = |here: &[String], there: &[String]| {
        let missing = here.iter().filter(|line| there.binary_search(line).is_err());
        missing.take(4).map(|line| line.chars().take(3_000).collect()).collect::<Vec<String>>()
    };
    let (here, there) = (only(one, other), only(other, one));
    assert!(
        one == other,
        "{what}\nas told:\n{}\n\nswapped and swapped back:\n{}",
        here.join("\n"),
        there.join("\n")
    );
}

fn hold(story: &Story, seeds: std::ops::Range<u64>) {
    let text = agreement(story.agreement);
    let mirrored = story.mirror.agreement(&text);
    for seed in seeds {
        let steps = story.steps(seed);
        let swapped: Vec<Step> = steps.iter().map(|step| step.mirrored(story.mirror)).collect();
        let told = outputs(&text, &steps);
        let back = swapped_back(story.mirror, &outputs(&mirrored, &swapped));
        let what = format!("{} with seed {seed}", story.agreement);
        for kind in ["cases", "allegations", "obligations", "notifications"] {
            assert!(told.iter().any(|one| one["noun"] == kind), "{what}: a story without {kind}");
        }
        assert_same(&what, &canon::plain(&told), &canon::plain(&back));
        assert_same(&what, &canon::renamed(&told), &canon::renamed(&back));
    }
}

#[test]
fn swapping_the_parties_of_paris_swaps_what_comes_out() {
    hold(&paris(2), 0..4);
}

#[test]
fn swapping_the_parties_of_the_sample_truce_swaps_what_comes_out() {
    hold(&truce(2), 0..8);
}
