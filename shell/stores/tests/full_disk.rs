//! No room left: a clear error, nothing acknowledged lost, and work goes on when there is room again.
//!
//! Two ways to run out of room. A limit on the size of a file (`ulimit -f`) needs no rights: writes
//! fail or come back short (EFBIG). A small tmpfs gives the real thing (ENOSPC) for the record and the
//! vault together; it needs a user namespace, and where there is none the test says so and the first
//! one stands alone.

mod common;

use std::path::Path;
use std::process::{Command, Output};

use common::{House, commit, entry};
use serde_json::json;
use stores::{RecordReader, RecordStore, VaultStore};

const HOUSE: &str = "SERVANDA_TEST_HOUSE_WITHOUT_ROOM";

/// Not a test of its own: fills the house until there is no room, in the child process.
#[test]
fn submit_until_full() {
    let Ok(folder) = std::env::var(HOUSE) else { return };
    let mut house = House::open(Path::new(&folder));
    let object_error = (0..10_000_u64).find_map(|number| {
        let object = vec![number as u8; 1 << (10 + number.min(12))];
        house.vault.put(&mut &object[..]).err()
    });
    let object_error = object_error.expect("the vault never filled");
    assert!(object_error.is_full(), "{}", object_error.chain());
    println!("vault: {}", object_error.chain());

    let text = "x".repeat(10_000);
    let mut size = house.record.size().unwrap();
    let record_error = loop {
        let group = [entry(size, "house", json!({ "text": text }))];
        match house.record.append(&group) {
            Ok(position) => assert_eq!(position, size),
            Err(error) => break error,
        }
        size += 1;
        assert!(size < 10_000, "the record never filled");
    };
    assert!(record_error.is_full(), "{}", record_error.chain());
    println!("record: {}", record_error.chain());
    assert_eq!(house.record.size().unwrap(), size, "the failed group left something behind");

    // Room again: everything that was there is there, and the next submission is taken in.
    house.vault.settle(&house.resting()).unwrap();
    drop(std::fs::remove_dir_all(house.folder.join("vault.spare")));
    let after = entry(size, "house", json!({}));
    if std::env::var_os("SERVANDA_TEST_ROOM_RETURNS").is_some() {
        commit(&mut house.record, &[after]);
        house.check().unwrap();
    }
    println!("stood {size}");
}

fn fill(script: &str, folder: &Path, returns: bool) -> Output {
    let mut command = Command::new("sh");
    command.args(["-c", script, "sh"]).arg(std::env::current_exe().unwrap()).arg(folder);
    command.env(HOUSE, folder);
    if returns {
        command.env("SERVANDA_TEST_ROOM_RETURNS", "1");
    }
    command.output().unwrap()
}

fn stood(output: &Output) -> u64 {
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(text.contains("there is no room: free some there and submit again"), "{text}");
    let line = text.lines().find_map(|line| line.split_once("stood ")).expect("a last word");
    line.1.parse().unwrap()
}

#[test]
fn a_file_that_may_not_grow_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    // 600 blocks of 512 bytes; the signal would end the process before it could say anything.
    let script = "trap '' XFSZ; ulimit -f 600; exec \"$1\" --exact submit_until_full --nocapture";
    let size = stood(&fill(script, folder.path(), false));
    let mut house = House::open(folder.path());
    assert_eq!(house.record.size().unwrap(), size);
    commit(&mut house.record, &[entry(size, "house", json!({}))]);
    assert_eq!(house.check().unwrap().entries, size + 1);
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
                  exec \"$1\" --exact submit_until_full --nocapture' sh \"$1\" \"$2\"";
    assert!(stood(&fill(script, folder.path(), true)) > 0);
}
