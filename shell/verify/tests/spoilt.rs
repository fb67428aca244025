//! Whatever is changed in what the record or the vault says is found, and named.

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::{Random, build, check, copy, export_of, files, wrong};
use record::Entry;
use stores::Wrong;
use verify::Failure;

const CASES: usize = 300;

#[test]
fn a_changed_byte_of_the_export_is_found() {
    let built = build();
    let sound = built.export();
    let path = built.folder.path().join("export");
    let mut random = Random(20_260_421);
    for _ in 0..CASES {
        let mut spoilt = sound.clone();
        let place = random.below(spoilt.len());
        spoilt[place] ^= 1 << random.below(8);
        fs::write(&path, &spoilt).unwrap();
        let wrong = wrong(&path);
        assert!(!wrong.why.is_empty(), "byte {place}: no reason");
    }
    fs::write(&path, &sound[..sound.len() - 1]).unwrap();
    wrong(&path);
}

#[test]
fn a_changed_byte_of_a_file_is_found_or_is_no_change() {
    let built = build();
    let sound = built.export();
    let mut random = Random(7);
    let mut found = 0;
    let spoilt = built.folder.path().join("spoilt");
    copy(&built.house.join("vault"), &spoilt.join("vault"));
    for case in 0..CASES {
        copy_record(&built.house, &spoilt);
        // The files of the record are few among those of the vault: half of the cases are theirs.
        let folder = if case % 2 == 0 { spoilt.clone() } else { spoilt.join("vault") };
        let mut among = if case % 2 == 0 { record_files(&folder) } else { files(&folder) };
        among.retain(|path| fs::metadata(path).unwrap().len() > 0);
        let path = &among[random.below(among.len())];
        let before = fs::read(path).unwrap();
        let mut bytes = before.clone();
        let place = random.below(bytes.len());
        bytes[place] ^= 1 << random.below(8);
        fs::write(path, &bytes).unwrap();
        match check(&spoilt) {
            Err(Failure::Wrong(wrong)) => {
                assert!(!wrong.why.is_empty());
                found += 1;
            }
            Err(failure) => panic!("{}: {failure:?}", path.display()),
            Ok(_) => {
                let same = export_of(&spoilt) == Ok(sound.clone());
                assert!(same, "{} byte {place}: a change passed", path.display());
            }
        }
        fs::write(path, &before).unwrap();
    }
    assert!(found > CASES / 2, "only {found} of {CASES} changes mattered");
}

/// The files beside the vault: the record, its mark, what SQLite left.
fn record_files(house: &Path) -> Vec<PathBuf> {
    let paths = fs::read_dir(house).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<PathBuf> = paths.filter(|path| path.is_file()).collect();
    paths.sort();
    paths
}

fn copy_record(from: &Path, to: &Path) {
    record_files(to).iter().for_each(|path| fs::remove_file(path).unwrap());
    for path in record_files(from) {
        fs::write(to.join(path.file_name().unwrap()), fs::read(&path).unwrap()).unwrap();
    }
}

#[test]
fn a_dropped_last_entry_is_found() {
    let built = build();
    let mut entries = built.entries();
    entries.pop();
    built.rewrite(&entries, Some(built.checkpoint()));
    assert_eq!(wrong(&built.house).what, Wrong::Length);
    // Signed again by the log itself, it is still missing: it follows from its submission.
    built.rewrite(&entries, None);
    let wrong = wrong(&built.house);
    assert_eq!(wrong.position, Some(entries.len() as u64));
    assert!(wrong.why.contains("is missing"), "{wrong}");
}

#[test]
fn an_entry_that_does_not_follow_is_found_at_every_position() {
    let built = build();
    let sound = built.entries();
    for (position, bytes) in sound.iter().enumerate().skip(1) {
        let entry = Entry::read(bytes).unwrap();
        if entry.body.get("command").is_some() {
            continue;
        }
        let change = |draft: &mut record::Draft| assert!(spoil(&mut draft.body));
        let forged = built.signed("house", change, &entry);
        let mut entries = sound.clone();
        entries[position] = forged;
        built.rewrite(&entries, None);
        let wrong = wrong(&built.house);
        assert_eq!(wrong.position, Some(position as u64), "{wrong}");
        assert_eq!(wrong.what, Wrong::Rule, "{wrong}");
    }
}

/// Changes the first number or text it meets, but leaves the entry's own name.
fn spoil(value: &mut serde_json::Value) -> bool {
    use serde_json::Value;
    match value {
        Value::Number(number) => *value = Value::from(number.as_f64().unwrap_or(0.0) + 1.0),
        Value::String(text) => text.push('x'),
        Value::Array(items) => return items.iter_mut().any(spoil),
        Value::Object(fields) => {
            return fields
                .iter_mut()
                .filter(|(key, _)| *key != "entry")
                .any(|(_, item)| spoil(item));
        }
        _ => return false,
    }
    true
}

#[test]
fn another_kind_or_one_too_many_does_not_follow() {
    let built = build();
    let sound = built.entries();
    let position = sound.len() - 1;
    let last = Entry::read(&sound[position]).unwrap();
    let mut entries = sound.clone();
    entries.push(built.signed("house", |_| (), &last));
    built.rewrite(&entries, None);
    let wrong_end = wrong(&built.house);
    assert_eq!(wrong_end.position, Some(entries.len() as u64 - 1));
    assert!(wrong_end.why.contains("does not follow"), "{wrong_end}");
    let received = sound.iter().position(|bytes| kind(bytes) == "watch/batch-received").unwrap();
    let stray = Entry::read(&sound[received]).unwrap();
    let mut entries = sound.clone();
    entries[position] = built.signed("house", |draft| draft.at = last.at, &stray);
    built.rewrite(&entries, None);
    assert!(
        wrong(&built.house).why.contains("does not follow: recorded is `watch/batch-received`")
    );
}

fn kind(bytes: &[u8]) -> String {
    Entry::read(bytes).unwrap().kind
}

#[test]
fn a_record_of_other_rules_is_refused_by_their_number_and_not_called_false() {
    let built = build();
    let sound = built.entries();
    let founding = Entry::read(&sound[0]).unwrap();
    let rules = secretariat::founding::RULES;
    for (other, number) in [(Some(rules - 1), rules - 1), (Some(rules + 1), rules + 1), (None, 1)] {
        let of_other_rules = |draft: &mut record::Draft| match other {
            Some(number) => draft.body["rules"] = number.into(),
            None => {
                draft.body.as_object_mut().unwrap().remove("rules");
            }
        };
        let mut entries = sound.clone();
        entries[0] = built.signed("house", of_other_rules, &founding);
        built.rewrite(&entries, None);
        let wrong = wrong(&built.house);
        assert_eq!(wrong.position, Some(0));
        assert!(wrong.why.contains(&format!("founded under rules version {number};")), "{wrong}");
        assert!(wrong.why.contains("Use the servanda that knows those rules"), "{wrong}");
        let refused = desk::Desk::open(&built.house).map(|_| ()).unwrap_err();
        assert!(refused.to_string().contains("rules version"), "{refused}");
    }
}

#[test]
fn a_submission_without_mandate_is_found() {
    let built = build();
    let mut entries = built.entries();
    let fact = entries.iter().position(|bytes| kind(bytes) == "terms/state-fact").unwrap();
    let entry = Entry::read(&entries[fact]).unwrap();
    entries[fact] = built.signed("seat.fr", |_| (), &entry);
    built.rewrite(&entries, None);
    let wrong = wrong(&built.house);
    assert_eq!(wrong.position, Some(fact as u64));
    assert!(wrong.why.contains("no-mandate"), "{wrong}");
}

#[test]
fn the_same_submission_again_is_found() {
    let built = build();
    let mut entries = built.entries();
    let case = entries.iter().position(|bytes| kind(bytes) == "commission/open-case").unwrap();
    let followed = entries[case + 1..].iter();
    let group = 1 + followed
        .take_while(|bytes| {
            Entry::read(bytes).unwrap().by.as_str() == "house"
                && Entry::read(bytes).unwrap().body.get("command").is_none()
        })
        .count();
    let again = entries[case].clone();
    entries.insert(case + group, again);
    built.rewrite(&entries, None);
    let wrong = wrong(&built.house);
    assert_eq!(wrong.position, Some((case + group) as u64));
    assert!(wrong.why.contains("seen before"), "{wrong}");
}

#[test]
fn another_order_is_found() {
    let built = build();
    let sound = built.entries();
    let mut random = Random(11);
    for _ in 0..40 {
        let (one, other) = (random.below(sound.len()), random.below(sound.len()));
        let mut entries = sound.clone();
        entries.swap(one, other);
        if entries == sound {
            continue;
        }
        built.rewrite(&entries, None);
        // Where a later submission could also have stood, the next entry shows that it did not.
        let wrong = wrong(&built.house);
        assert!(wrong.position >= Some(one.min(other) as u64), "{wrong}");
    }
}

#[test]
fn incidents_that_do_not_follow_from_the_observations_are_found() {
    let built = build();
    let mut entries = built.entries();
    let at = entries.iter().position(|bytes| kind(bytes) == "watch/incidents-assembled").unwrap();
    let entry = Entry::read(&entries[at]).unwrap();
    let digest: kernel::Digest = entry.body["payload"].as_str().unwrap().parse().unwrap();
    let vault = built.house.join("vault");
    let path = |digest: &kernel::Digest| {
        let name = digest.to_string();
        vault.join(&name[..2]).join(&name[2..])
    };
    let payload = fs::read_to_string(path(&digest)).unwrap();
    let forged = payload.replacen("\"version\":1", "\"version\":7", 1);
    assert_ne!(payload, forged);
    let forged_digest = kernel::Digest::of(forged.as_bytes());
    fs::create_dir_all(path(&forged_digest).parent().unwrap()).unwrap();
    fs::write(path(&forged_digest), &forged).unwrap();
    let name = |draft: &mut record::Draft| {
        draft.body["payload"] = forged_digest.to_string().into();
    };
    entries[at] = built.signed("house", name, &entry);
    built.rewrite(&entries, None);
    let wrong = wrong(&built.house);
    assert_eq!(wrong.position, Some(at as u64));
    let named = "`version` is recorded as 7 and is 1 by the rules";
    assert!(wrong.why.contains(named), "{wrong}");
}
