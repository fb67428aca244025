//! kill -9 at any moment: what was acknowledged is there, the house opens, and what waited to be
//! assembled is assembled.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use desk::{Desk, Reader, ingest};
use kernel::{Duration, Identity};

use crate::house::{agreement, found_at, founded};

const HOUSE: &str = "SERVANDA_TEST_DESK_TO_BE_KILLED";

/// A file of hotspots of its own for every number.
pub fn hotspots(number: u64) -> Vec<u8> {
    let mut text = "LATITUDE,LONGITUDE,ACQ_DATE\n".to_owned();
    for row in 0..40 {
        let lat = 47.0 + (number * 40 + row) as f64 * 1e-4;
        text.push_str(&format!("{lat:.4},36.5,2026-02-{:02}\n", 1 + row % 20));
    }
    text.into_bytes()
}

pub fn options() -> ingest::Options {
    ingest::Options {
        by: Identity::from("house"),
        format: None,
        source: Some("firms-history".into()),
        baseline: false,
        covers: None,
        now: founded() + Duration::hours(1),
    }
}

/// Not a test of its own: what the child process does until it is killed.
#[test]
fn ingest_until_killed() {
    let Ok(folder) = std::env::var(HOUSE) else { return };
    let mut desk = Desk::open(Path::new(&folder)).unwrap();
    let mut out = std::io::stdout().lock();
    for number in desk.house().state().watch.batches().len() as u64.. {
        let bytes = hotspots(number);
        ingest::stream(&mut desk, "file", &bytes[..], &options(), &mut |_| {}).unwrap();
        writeln!(out, "acknowledged {number}").unwrap();
        out.flush().unwrap();
        if number % 3 == 2 {
            ingest::assemble(&mut desk, options().now).unwrap();
        }
    }
}

#[test]
fn nothing_acknowledged_is_lost_by_kill_9() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("house");
    found_at(&path, &agreement("paris"));
    let mut acknowledged = None;
    for wait_for in [1, 5, 2, 9, 1, 4, 3] {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "kill::ingest_until_killed", "--nocapture"])
            .env(HOUSE, &path)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let number_in = |line: String| line.split_once("acknowledged ")?.1.parse::<u64>().ok();
        let numbers = lines.by_ref().filter_map(|line| number_in(line.unwrap()));
        acknowledged = numbers.take(wait_for).last().or(acknowledged);
        // The child goes on while this reaches it, so the moment is anybody's guess.
        child.kill().unwrap();
        child.wait().unwrap();
        let late = lines.filter_map(|line| number_in(line.unwrap()));
        acknowledged = late.last().or(acknowledged);
        check(&path, acknowledged.unwrap());
    }
    assemble_what_waits(&path);
}

fn check(path: &Path, acknowledged: u64) {
    let desk = Desk::open(path).unwrap();
    let state = desk.house().state();
    let batches = state.watch.batches().len() as u64;
    assert!(batches > acknowledged, "{acknowledged} was acknowledged and is lost");
    assert_eq!(state.engine.observations() as u64, batches * 40);
}

/// One file more: the batches that no assembly rests on are assembled with it.
fn assemble_what_waits(path: &Path) {
    let mut desk = Desk::open(path).unwrap();
    let number = desk.house().state().watch.batches().len() as u64;
    ingest::stream(&mut desk, "file", &hotspots(number)[..], &options(), &mut |_| {}).unwrap();
    assert!(desk.house().state().watch.assembly_due());
    drop(desk);
    let mut desk = Desk::open(path).unwrap();
    assert!(desk.house().state().watch.assembly_due(), "what waits was forgotten");
    ingest::assemble(&mut desk, options().now).unwrap();
    assert!(!desk.house().state().watch.assembly_due());
    let observations = desk.house().state().engine.observations();
    drop(desk);
    let reader = Reader::open(path).unwrap();
    let members =
        reader.bulletin.in_order().iter().map(|incident| incident.members.len()).sum::<usize>();
    assert_eq!(members, observations);
}
