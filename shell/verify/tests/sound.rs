//! A house that is in order passes, as a folder and as an export, and the report is honest.

mod common;

use std::fs;

use common::{at, build, build_reopening, check, copy, export_of, files, founded, hand_in};
use desk::{Desk, ingest};
use record::{Algorithm, SignedCheckpoint, Signer};
use secretariat::Command;
use stores::{RecordStore as _, SqliteRecord, Wrong};
use verify::{Failure, Given, verify};

#[test]
fn house_and_export_pass_and_say_the_same() {
    let built = build();
    let of_house = built.verify().unwrap();
    let export = built.folder.path().join("export");
    fs::write(&export, built.export()).unwrap();
    assert_eq!(check(&export).unwrap(), of_house);
    assert!(of_house.exercise && of_house.not_recomputable.is_empty());
    assert_eq!((of_house.observations, of_house.assemblies), (11, 2));
    assert_eq!(of_house.entries, 1 + of_house.submissions + of_house.followed);
    let words = of_house.to_string();
    for expected in ["EXERCISE", "on its own word", "fingerprint", &of_house.log_key] {
        assert!(words.contains(expected), "{expected} is missing in:\n{words}");
    }
}

#[test]
fn many_writers_one_after_the_other_keep_the_same_record() {
    let built = build_reopening();
    assert_eq!(built.verify(), build().verify());
}

#[test]
fn given_keys_must_be_the_records() {
    let built = build();
    let with = |key: &record::PublicKey| {
        let given = Given { keys: vec![key.clone()], witnesses: vec![] };
        verify(&built.house, &given, &mut |_, _| {})
    };
    assert!(with(built.log_signer().public()).unwrap().anchored);
    assert!(with(built.signer("house").public()).unwrap().anchored);
    assert!(!with(built.signer("ua.liaison").public()).unwrap().anchored);
    let origin = built.origin();
    for name in [origin.as_str(), "ua.liaison", "nobody"] {
        let impostor = Signer::from_seed(name, Algorithm::Ed25519, &[9; 32]).unwrap();
        let Err(Failure::Wrong(wrong)) = with(impostor.public()) else { panic!("{name} passed") };
        assert!(wrong.why.contains(name) && wrong.what == Wrong::Signature, "{wrong}");
    }
}

#[test]
fn a_required_witness_must_have_cosigned() {
    let built = build();
    let witness = Signer::from_seed("witness.one", Algorithm::CosignatureV1, &[5; 32]).unwrap();
    let given = Given { keys: vec![], witnesses: vec![witness.public().clone()] };
    let ask = || verify(&built.house, &given, &mut |_, _| {});
    assert!(matches!(ask(), Err(Failure::Wrong(wrong)) if wrong.what == Wrong::Witness));
    let text = built.checkpoint();
    let mut signed = SignedCheckpoint::read(text.as_bytes(), built.log_signer().public()).unwrap();
    signed.cosign(&witness, at("2026-04-30T00:00:00Z")).unwrap();
    let mut log = SqliteRecord::open_writer(&built.house.join("record.sqlite")).unwrap();
    log.keep_witnessed(&signed.text()).unwrap();
    drop(log);
    assert_eq!(ask().unwrap().witnesses.len(), 1);
}

#[test]
fn what_is_derived_can_go() {
    let built = build();
    let before = built.export();
    let bare = built.folder.path().join("bare");
    copy(&built.house, &bare);
    for path in files(&bare) {
        let kept = path.ends_with("record.sqlite")
            || path.strip_prefix(&bare).unwrap().starts_with("vault");
        if !kept {
            fs::remove_file(path).unwrap();
        }
    }
    fs::remove_dir_all(bare.join("vault/tmp")).unwrap();
    assert_eq!(export_of(&bare).unwrap(), before);
    check(&bare).unwrap();
}

#[test]
fn what_rests_on_an_erased_batch_is_listed_and_the_rest_is_checked() {
    let built = founded(2);
    let mut desk = Desk::open(&built.house).unwrap();
    let batches = ["2026-04-21", "2026-04-22", "2026-04-23"].map(|day| {
        let now = format!("{day}T12:00:00Z");
        let head = "latitude,longitude,acq_date,acq_time,satellite,source,confidence,frp,brightness,daynight";
        let line = format!("48.01,37.8,{day},0003,N20,VIIRS_NOAA20_NRT,n,13.88,336.44,N");
        hand_in(&mut desk, &format!("{head}\n{line}\n"), &now);
        ingest::assemble(&mut desk, at(&now)).unwrap();
        desk.house().state().watch.batches().last().unwrap().clone()
    });
    let erase = watch::command::Command::EraseBatch {
        digest: batches[1].digest,
        source: batches[1].source.clone(),
        reason: "a person asked".into(),
    };
    let monitoring = "us.monitoring".into();
    desk.submit(&monitoring, Command::Watch(erase), at("2026-04-24T00:00:00Z")).unwrap();
    drop(desk);
    // The bytes go when the desk is opened the next time; until then they must not be called sound.
    drop(Desk::open(&built.house).unwrap());
    let report = built.verify().unwrap();
    let kinds: Vec<&str> = report.not_recomputable.iter().map(|one| one.kind.as_str()).collect();
    let assembled = "watch/incidents-assembled";
    assert_eq!(kinds, ["watch/batch-received", assembled, assembled]);
    assert_eq!((report.assemblies, report.observations, report.erased.len()), (1, 2, 1));
    assert!(report.to_string().contains("NOT RECOMPUTABLE (3)"));
    let export = built.folder.path().join("export");
    fs::write(&export, built.export()).unwrap();
    assert_eq!(check(&export).unwrap(), report);
}
