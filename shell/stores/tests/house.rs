//! A house and its export: checked, changed in every way, and checked again.

mod common;

use std::fs;
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use common::{
    House, TestReading, checkpoint, commit, digest_of, entry, export, keys, log, witness,
};
use proptest::prelude::*;
use record::Signer;
use serde_json::json;
use stores::{
    Export, FirstWrong, FolderVault, MemoryRecord, MemoryVault, RecordReader, RecordStore,
    SqliteRecord, StoreError, Summary, VaultStore, Wrong, check_record,
};

fn check_memory(record: &MemoryRecord, witnesses: &[Signer]) -> Result<Summary, FirstWrong> {
    check_record(record, &MemoryVault::default(), &keys(witnesses), &mut TestReading)
}

fn check_export(path: &Path) -> Result<Summary, FirstWrong> {
    let export = Export::open(path).map_err(FirstWrong::from)?;
    check_record(&export, &export, &keys(&[]), &mut TestReading)
}

#[test]
fn a_house_and_its_export_say_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::filled(folder.path());
    let summary = house.check().unwrap();
    assert_eq!((summary.entries, summary.objects, summary.object_bytes), (300, 3, 1012));
    assert_eq!(summary.erased, [digest_of(b"erased")]);

    let bytes = house.export();
    assert_eq!(house.export(), bytes);
    let path = folder.path().join("export.tar");
    fs::write(&path, &bytes).unwrap();
    let opened = Export::open(&path).unwrap();
    assert_eq!(export(&opened, &opened), bytes);
    assert_eq!(check_export(&path).unwrap(), summary);
    let middle: Vec<_> = opened.read(250..260).unwrap().map(Result::unwrap).collect();
    let same: Vec<_> = house.record.read(250..260).unwrap().map(Result::unwrap).collect();
    assert_eq!(middle, same);
}

#[test]
fn two_houses_with_the_same_entries_export_the_same_bytes() {
    let [one, other] = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    assert_eq!(House::filled(one.path()).export(), House::filled(other.path()).export());
}

#[test]
fn tar_reads_an_export() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("export.tar");
    fs::write(&path, House::filled(folder.path()).export()).unwrap();
    let listed = std::process::Command::new("tar").arg("tf").arg(&path).output().unwrap();
    assert!(listed.status.success(), "{}", String::from_utf8_lossy(&listed.stderr));
    let names = String::from_utf8(listed.stdout).unwrap();
    let first: Vec<&str> = names.lines().take(4).collect();
    let expected = ["servanda-export", "checkpoint", "tile/entries/000", "tile/entries/001.p/44"];
    assert_eq!(first, expected);
}

#[test]
fn an_export_leaves_out_what_is_not_signed_yet() {
    let folder = tempfile::tempdir().unwrap();
    let mut house = House::filled(folder.path());
    let before = house.export();
    house.vault.put(&mut &b"for a later entry"[..]).unwrap();
    house.record.append(&[entry(300, "house", json!({}))]).unwrap();
    assert_eq!(house.export(), before);
}

/// What was wrong, with its position, after `change` was done to a good record's entries and the
/// log signed the result again (so that only the named thing is wrong).
fn wrong_after(change: impl FnOnce(&mut Vec<Vec<u8>>)) -> (Option<u64>, Wrong) {
    let mut entries: Vec<_> = (0..9).map(|n| entry(n, "house", json!({ "number": n }))).collect();
    change(&mut entries);
    let mut record = MemoryRecord::default();
    commit(&mut record, &entries);
    let wrong = check_memory(&record, &[]).unwrap_err();
    (wrong.position, wrong.what)
}

#[test]
fn the_first_wrong_entry_is_named() {
    let edit = |entries: &mut Vec<Vec<u8>>, from: &str, to: &str| {
        let text = String::from_utf8(entries[4].clone()).unwrap().replace(from, to);
        entries[4] = text.into_bytes();
    };
    let edited = wrong_after(|entries| edit(entries, "\"number\":4", "\"number\":5"));
    assert_eq!(edited, (Some(4), Wrong::Signature));
    let spaced = wrong_after(|entries| edit(entries, "\"number\":4", "\"number\": 4"));
    assert_eq!(spaced, (Some(4), Wrong::Entry));
    assert_eq!(wrong_after(|entries| entries.swap(4, 5)), (Some(5), Wrong::Time));
    let stranger = wrong_after(|entries| entries[4] = entry(4, "stranger", json!({})));
    assert_eq!(stranger, (Some(4), Wrong::Signature));
    let refused = wrong_after(|entries| entries[4] = entry(4, "house", json!({"refused": true})));
    assert_eq!(refused, (Some(4), Wrong::Rule));
    let rests_on = [digest_of(b"nowhere")];
    let missing =
        wrong_after(|entries| entries[4] = entry(4, "house", json!({ "rests_on": rests_on })));
    assert_eq!(missing, (Some(4), Wrong::ObjectMissing));
}

#[test]
fn a_record_cut_longer_or_exchanged_after_signing_is_noticed() {
    let entries: Vec<_> = (0..9).map(|n| entry(n, "house", json!({ "number": n }))).collect();
    let mut whole = MemoryRecord::default();
    commit(&mut whole, &entries);
    let text = checkpoint(&whole, &[]).sign(&log()).unwrap().text();
    let wrong = |entries: &[Vec<u8>]| {
        let mut record = MemoryRecord::default();
        record.commit(entries, Some(&text)).unwrap();
        check_memory(&record, &[]).unwrap_err().what
    };
    assert_eq!(wrong(&entries[..8]), Wrong::Length);
    let longer = [&entries[..], &[entry(9, "house", json!({}))]].concat();
    assert_eq!(wrong(&longer), Wrong::Length);
    let mut exchanged = entries.clone();
    exchanged[8] = entry(8, "house", json!({ "number": "another" }));
    assert_eq!(wrong(&exchanged), Wrong::Root);
    let mut unsigned = MemoryRecord::default();
    unsigned.append(&entries).unwrap();
    assert_eq!(check_memory(&unsigned, &[]).unwrap_err().what, Wrong::Checkpoint);
}

#[test]
fn witnesses_must_have_seen_this_record() {
    let mut record = MemoryRecord::default();
    commit(&mut record, &[entry(0, "house", json!({}))]);
    let time = "2026-04-21T00:03:00Z".parse().unwrap();
    let mut signed = checkpoint(&record, &[]).sign(&log()).unwrap();
    signed.cosign(&witness(), time).unwrap();
    let missing = check_memory(&record, &[witness()]).unwrap_err();
    assert_eq!(missing.what, Wrong::Witness);

    record.keep_witnessed(&signed.text()).unwrap();
    commit(&mut record, &[entry(1, "house", json!({}))]);
    let summary = check_memory(&record, &[witness()]).unwrap();
    assert_eq!((summary.witnesses[0].entries, summary.witnesses[0].at), (1, time));
    // An untrusted cosignature would be bytes nobody checks.
    assert_eq!(check_memory(&record, &[]).unwrap_err().what, Wrong::Witness);

    let mut forked = MemoryRecord::default();
    forked.keep_witnessed(&signed.text()).unwrap();
    commit(
        &mut forked,
        &[entry(0, "house", json!({ "other": true })), entry(1, "house", json!({}))],
    );
    assert_eq!(check_memory(&forked, &[witness()]).unwrap_err().what, Wrong::Witness);
}

#[test]
fn a_vault_with_too_little_or_too_much_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let mut house = House::filled(folder.path());
    let wrong = |house: &House| house.check().unwrap_err();

    let spare = house.vault.put(&mut &b"spare"[..]).unwrap();
    assert_eq!(wrong(&house).what, Wrong::ObjectStray);
    let resting = house.resting();
    assert_eq!(house.vault.settle(&resting).unwrap().moved_out, [spare]);
    assert!(folder.path().join(format!("vault.spare/{spare}")).exists());
    house.check().unwrap();
    let erased = house.vault.put(&mut &b"erased"[..]).unwrap();
    assert_eq!((wrong(&house).what, wrong(&house).position), (Wrong::ObjectNotErased, Some(3)));
    let resting = house.resting();
    assert_eq!(house.vault.settle(&resting).unwrap().erased, [erased]);
    house.check().unwrap();

    let stray = folder.path().join("vault/ab");
    fs::create_dir_all(&stray).unwrap();
    fs::write(stray.join("notes.txt"), "x").unwrap();
    assert_eq!(wrong(&house).what, Wrong::ObjectStray);
    fs::remove_file(stray.join("notes.txt")).unwrap();

    let first = digest_of(b"first object");
    house.vault.erase(&first).unwrap();
    assert_eq!((wrong(&house).what, wrong(&house).position), (Wrong::ObjectMissing, Some(1)));
    house.vault.put(&mut &b"first object"[..]).unwrap();
    house.check().unwrap();
}

#[test]
fn a_second_writer_is_told_whom_to_stop() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::filled(folder.path());
    let path = folder.path().join("record.sqlite");
    let refused = SqliteRecord::open_writer(&path).unwrap_err();
    assert!(matches!(refused, StoreError::Locked { .. }));
    assert!(refused.to_string().contains(&std::process::id().to_string()), "{refused}");
    let mut reader = SqliteRecord::open_reader(&path).unwrap();
    assert_eq!(reader.size().unwrap(), 300);
    assert!(reader.append(&[vec![1]]).is_err());
    drop(house);
    SqliteRecord::open_writer(&path).unwrap();
}

#[test]
fn what_is_not_a_record_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record.sqlite");
    let missing = SqliteRecord::open_reader(&path).unwrap_err().chain();
    assert!(missing.contains("record.sqlite: No such file"), "{missing}");
    fs::write(&path, "not a data base, but long enough to be looked at as one").unwrap();
    assert!(SqliteRecord::open_reader(&path).unwrap_err().chain().contains("not a database"));
    let empty = folder.path().join("empty.tar");
    fs::write(&empty, "").unwrap();
    assert!(Export::open(&empty).unwrap_err().to_string().contains("cut short"));
}

/// All files of a closed house.
fn files_under(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() { files.extend(files_under(&path)) } else { files.push(path) }
    }
    files.sort();
    files
}

/// Changes one byte in place; the same call again changes it back.
fn change_byte(path: &Path, place: usize, by: u8) {
    let mut permissions = fs::metadata(path).unwrap().permissions();
    permissions.set_mode(0o600);
    fs::set_permissions(path, permissions).unwrap();
    let mut file = fs::OpenOptions::new().read(true).write(true).open(path).unwrap();
    let place = place as u64 % file.metadata().unwrap().len();
    let mut byte = [0];
    file.seek(SeekFrom::Start(place)).unwrap();
    file.read_exact(&mut byte).unwrap();
    file.seek(SeekFrom::Start(place)).unwrap();
    file.write_all(&[byte[0] ^ by]).unwrap();
}

#[test]
fn a_changed_byte_anywhere_in_an_export_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = House::of_entries(4, folder.path()).export();
    let path = folder.path().join("export.tar");
    fs::write(&path, &bytes).unwrap();
    check_export(&path).unwrap();
    for place in 0..bytes.len() {
        change_byte(&path, place, 1 << (place % 8));
        assert!(check_export(&path).is_err(), "byte {place} changed and passed");
        change_byte(&path, place, 1 << (place % 8));
    }
    for length in [0, 511, 512, 5000, bytes.len() - 512, bytes.len() - 1] {
        fs::write(&path, &bytes[..length]).unwrap();
        assert!(check_export(&path).is_err(), "cut to {length} bytes");
    }
    fs::write(&path, [&bytes[..], &[0; 512]].concat()).unwrap();
    assert!(check_export(&path).is_err());
}

#[test]
fn a_changed_byte_anywhere_in_a_house_is_noticed_or_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let exported = House::of_entries(60, folder.path()).export();
    let mut files = files_under(folder.path());
    files.retain(|path| {
        path.extension().is_none_or(|e| e != "lock") && path.metadata().unwrap().len() > 0
    });
    assert_eq!(files.len(), 4);
    let open = || -> Result<Vec<u8>, FirstWrong> {
        let record = SqliteRecord::open_reader(&folder.path().join("record.sqlite"))?;
        let vault = FolderVault::open_reader(&folder.path().join("vault"))?;
        check_record(&record, &vault, &keys(&[]), &mut TestReading)?;
        Ok(export(&record, &vault))
    };
    assert_eq!(open().unwrap(), exported);
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    runner
        .run(&(0..files.len(), any::<usize>(), 1_u8..=255), |(file, place, by)| {
            change_byte(&files[file], place, by);
            let found = open();
            change_byte(&files[file], place, by);
            if let Ok(same) = found {
                prop_assert!(same == exported, "{:?} byte {place}", files[file]);
            }
            Ok(())
        })
        .unwrap();
    assert_eq!(open().unwrap(), exported);
}

#[test]
fn entries_lost_from_the_log_of_the_data_base_are_missed() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::filled(folder.path());
    // As after kill -9: the newest entries are still in the write-ahead log.
    let copy = tempfile::tempdir().unwrap();
    for name in ["record.sqlite", "record.sqlite-wal", "record.checkpoint"] {
        fs::copy(folder.path().join(name), copy.path().join(name)).unwrap();
    }
    let path = copy.path().join("record.sqlite");
    let whole = SqliteRecord::open_reader(&path).unwrap();
    assert_eq!(check_record(&whole, &house.vault, &keys(&[]), &mut TestReading), house.check());
    drop(whole);
    let log = copy.path().join("record.sqlite-wal");
    let end = fs::metadata(&log).unwrap().len() as usize - 100;
    change_byte(&log, end, 1);
    let cut = SqliteRecord::open_reader(&path).unwrap();
    assert!(cut.size().unwrap() < 300);
    let wrong = check_record(&cut, &house.vault, &keys(&[]), &mut TestReading).unwrap_err();
    assert_eq!(wrong.what, Wrong::Length);
    drop(cut);
    let refused = SqliteRecord::open_writer(&path).unwrap_err();
    assert!(matches!(refused, StoreError::Cut { signed: 300, .. }), "{refused}");
    fs::remove_file(copy.path().join("record.checkpoint")).unwrap();
    SqliteRecord::open_writer(&path).unwrap();
}
