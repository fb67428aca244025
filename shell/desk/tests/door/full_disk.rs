//! A full disk: a clear answer, nothing acknowledged lost, and work goes on when there is room.
//!
//! As in shell/stores: a limit on the size of a file needs no rights; a small tmpfs is the real thing
//! and needs a user namespace. Where there is none the test says so.

use std::path::Path;
use std::process::{Command, Output};

use desk::{Desk, Error, ingest};

use crate::house::{agreement, found_at};
use crate::kill::{hotspots, options};

const HOUSE: &str = "SERVANDA_TEST_DESK_WITHOUT_ROOM";

/// Not a test of its own: fills the house until there is no room, in the child process.
#[test]
fn ingest_until_full() {
    let Ok(folder) = std::env::var(HOUSE) else { return };
    let path = Path::new(&folder).join("house");
    if !path.exists() {
        found_at(&path, &agreement("sample-truce"));
    }
    let mut desk = Desk::open(&path).unwrap();
    let options = ingest::Options { source: Some("satellite".into()), ..options() };
    let mut taken = desk.house().state().watch.batches().len() as u64;
    let error = loop {
        match ingest::stream(&mut desk, "file", &hotspots(taken)[..], &options, &mut |_| {}) {
            Ok(outcome) => assert_eq!(outcome.batches, 1),
            Err(error) => break error,
        }
        taken += 1;
        assert!(taken < 20_000, "never full");
    };
    assert!(!matches!(error, Error::Refused(_)), "{error}");
    println!("error: {} {}", error.whole(), error.hint().unwrap_or_default());
    let batches = desk.house().state().watch.batches().len() as u64;
    // A batch may be in memory that the record refused; asking again sets that right.
    drop(ingest::stream(&mut desk, "file", &hotspots(taken)[..], &options, &mut |_| {}));
    assert!(batches == taken || batches == taken + 1);
    drop(desk);
    println!("stood {taken}");
}

fn fill(script: &str, folder: &Path) -> Output {
    let mut command = Command::new("sh");
    command.args(["-c", script, "sh"]).arg(std::env::current_exe().unwrap()).arg(folder);
    command.env(HOUSE, folder).output().unwrap()
}

fn stood(output: &Output) -> u64 {
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(text.contains("there is no room"), "{text}");
    let line = text.lines().find_map(|line| line.split_once("stood ")).expect("a last word");
    line.1.parse().unwrap()
}

#[test]
fn a_file_that_may_not_grow_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("house");
    found_at(&path, &agreement("sample-truce"));
    let script =
        "trap '' XFSZ; ulimit -f 400; exec \"$1\" --exact full_disk::ingest_until_full --nocapture";
    let taken = stood(&fill(script, folder.path()));
    let mut desk = Desk::open(&path).unwrap();
    assert_eq!(desk.house().state().watch.batches().len() as u64, taken);
    let options = ingest::Options { source: Some("satellite".into()), ..options() };
    ingest::stream(&mut desk, "file", &hotspots(taken)[..], &options, &mut |_| {}).unwrap();
    ingest::assemble(&mut desk, options.now).unwrap();
    assert_eq!(desk.house().state().engine.observations() as u64, (taken + 1) * 40);
}

#[test]
fn a_full_disk_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let possible = Command::new("unshare").args(["-rm", "true"]).status();
    if !possible.is_ok_and(|status| status.success()) {
        eprintln!("NOT TESTED: no user namespaces here, so no small disk can be mounted (ENOSPC)");
        return;
    }
    let script = "exec unshare -rm sh -c 'mount -t tmpfs -o size=4m none \"$2\" && \
                  exec \"$1\" --exact full_disk::ingest_until_full --nocapture' sh \"$1\" \"$2\"";
    assert!(stood(&fill(script, folder.path())) > 0);
}
