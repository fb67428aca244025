//! kill -9 at any moment: what was acknowledged is there, and the record checks.
//!
//! A killed process loses nothing that it wrote; what only a power failure loses (bytes written but
//! not synced) is guarded by the order of syncs in the stores and not by this test.

mod common;

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use common::{House, commit, digest_of, entry};
use serde_json::json;
use stores::{RecordReader, VaultStore};

const HOUSE: &str = "SERVANDA_TEST_HOUSE_TO_BE_KILLED";

/// Not a test of its own: what the child process does until it is killed.
#[test]
fn submit_until_killed() {
    let Ok(folder) = std::env::var(HOUSE) else { return };
    let mut house = House::open(Path::new(&folder));
    let mut out = std::io::stdout().lock();
    for number in house.record.size().unwrap().. {
        let digest = house.vault.put(&mut &number.to_be_bytes()[..]).unwrap();
        commit(&mut house.record, &[entry(number, "house", json!({ "rests_on": [digest] }))]);
        writeln!(out, "acknowledged {number}").unwrap();
        out.flush().unwrap();
    }
}

#[test]
fn nothing_acknowledged_is_lost_by_kill_9() {
    let folder = tempfile::tempdir().unwrap();
    let mut acknowledged = None;
    for wait_for in [1, 7, 2, 30, 1, 13, 3, 50] {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "submit_until_killed", "--nocapture"])
            .env(HOUSE, folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let number_in = |line: String| line.split_once("acknowledged ")?.1.parse::<u64>().ok();
        let numbers = lines.by_ref().filter_map(|line| number_in(line.unwrap()));
        acknowledged = numbers.take(wait_for).last().or(acknowledged);
        // The child goes on submitting while this reaches it, so the moment is anybody's guess.
        child.kill().unwrap();
        child.wait().unwrap();
        let late = lines.filter_map(|line| number_in(line.unwrap()));
        acknowledged = late.last().or(acknowledged);
        check_after_kill(folder.path(), acknowledged.unwrap());
    }
}

fn check_after_kill(folder: &Path, acknowledged: u64) {
    let mut house = House::open(folder);
    let stored: Vec<_> = house.record.read(0..u64::MAX).unwrap().map(Result::unwrap).collect();
    assert!(stored.len() as u64 > acknowledged, "{acknowledged} was acknowledged and is lost");
    let resting = house.resting();
    assert!(resting.needed().contains_key(&digest_of(&acknowledged.to_be_bytes())));
    // At most the one object of the submission that was not acknowledged is moved out.
    assert!(house.vault.settle(&resting).unwrap().moved_out.len() <= 1);
    assert_eq!(house.check().unwrap().entries, stored.len() as u64);
}
