//! A small house for the tests: a log, two identities, entries that rest on vault objects.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::path::{Path, PathBuf};

use kernel::{Digest, Time};
use record::{Algorithm, Checkpoint, Draft, Entry, Frontier, PublicKey, Signer, leaf_hash};
use serde_json::{Value, json};
use stores::{
    FirstWrong, FolderVault, Reading, RecordReader, RecordStore, References, Resting, SqliteRecord,
    Summary, TrustedKeys, VaultReader, VaultStore, check_record,
};

pub const ORIGIN: &str = "servanda.test/log";

pub fn log() -> Signer {
    Signer::from_seed(ORIGIN, Algorithm::Ed25519, &[1; 32]).unwrap()
}
pub fn witness() -> Signer {
    Signer::from_seed("witness.test/w", Algorithm::CosignatureV1, &[2; 32]).unwrap()
}
pub fn identity(name: &str) -> Signer {
    let mut seed = [3; 32];
    seed[..name.len()].copy_from_slice(name.as_bytes());
    Signer::from_seed(name, Algorithm::Ed25519, &seed).unwrap()
}
pub fn keys(witnesses: &[Signer]) -> TrustedKeys {
    let witnesses = witnesses.iter().map(|witness| witness.public().clone()).collect();
    TrustedKeys { log: log().public().clone(), witnesses }
}

/// An entry `number` minutes after the first, by `by`.
pub fn entry(number: u64, by: &str, body: Value) -> Vec<u8> {
    let at = Time(1_776_729_600_000_000 + number as i64 * 60_000_000);
    let draft = Draft { at, by: by.into(), kind: "test/said".into(), version: 1, body };
    draft.sign(ORIGIN, &identity(by)).unwrap().bytes().unwrap()
}

/// The checkpoint over what `record` holds and `more` would add.
pub fn checkpoint(record: &dyn RecordReader, more: &[Vec<u8>]) -> Checkpoint {
    let leaves = record.leaves().unwrap().into_iter();
    let tree: Frontier = leaves.chain(more.iter().map(|bytes| leaf_hash(bytes))).collect();
    Checkpoint { origin: ORIGIN.into(), size: tree.size(), root: tree.root() }
}

/// Appends with a fresh checkpoint, as a desk does.
pub fn commit(record: &mut dyn RecordStore, entries: &[Vec<u8>]) {
    let signed = checkpoint(record, entries).sign(&log()).unwrap();
    record.commit(entries, Some(&signed.text())).unwrap();
}

/// Bodies say `{"rests_on": [...], "erases": [...]}`; keys follow from names.
#[derive(Default)]
pub struct TestReading;

impl Reading for TestReading {
    fn key(&self, _: u64, entry: &Entry) -> Option<PublicKey> {
        let known = ["house", "ua.liaison"].contains(&entry.by.as_str());
        known.then(|| identity(entry.by.as_str()).public().clone())
    }
    fn take(&mut self, _: u64, entry: &Entry) -> Result<References, String> {
        if entry.body["refused"] == true {
            return Err("it says so itself".to_owned());
        }
        Ok(references(entry))
    }
}

pub fn references(entry: &Entry) -> References {
    let list = |name: &str| serde_json::from_value(entry.body[name].clone()).unwrap_or_default();
    References { rests_on: list("rests_on"), erases: list("erases") }
}

pub struct House {
    pub folder: PathBuf,
    pub record: SqliteRecord,
    pub vault: FolderVault,
}

impl House {
    pub fn open(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            record: SqliteRecord::open_writer(&folder.join("record.sqlite")).unwrap(),
            vault: FolderVault::open_writer(&folder.join("vault")).unwrap(),
        }
    }

    /// 300 entries: more than one bundle.
    pub fn filled(folder: &Path) -> Self {
        Self::of_entries(300, folder)
    }

    /// Entries of which two rest on objects; one object is erased.
    pub fn of_entries(count: u64, folder: &Path) -> Self {
        let mut house = Self::open(folder);
        let digests = house.vault.put_many(&[b"first object", b"", &[7; 1000], b"erased"]).unwrap();
        let body = |number: u64| match number {
            1 => json!({ "rests_on": digests[..2] }),
            2 => json!({ "rests_on": digests[2..] }),
            3 => json!({ "erases": digests[3..] }),
            _ => json!({ "number": number }),
        };
        let by = |number: u64| if number.is_multiple_of(3) { "ua.liaison" } else { "house" };
        let entries: Vec<_> = (0..count).map(|n| entry(n, by(n), body(n))).collect();
        for group in entries.chunks(40) {
            commit(&mut house.record, group);
        }
        house.vault.erase(&digests[3]).unwrap();
        house
    }

    pub fn export(&self) -> Vec<u8> {
        export(&self.record, &self.vault)
    }

    /// What the entries say of the vault.
    pub fn resting(&self) -> Resting {
        let mut resting = Resting::default();
        for stored in self.record.read(0..u64::MAX).unwrap().map(Result::unwrap) {
            resting.take(stored.position, references(&Entry::read(&stored.bytes).unwrap()));
        }
        resting
    }

    pub fn check(&self) -> Result<Summary, FirstWrong> {
        check_record(&self.record, &self.vault, &keys(&[]), &mut TestReading)
    }
}

pub fn export(record: &dyn RecordReader, vault: &dyn VaultReader) -> Vec<u8> {
    let mut bytes = Vec::new();
    stores::export(record, vault, &mut |_, entry| references(entry), &mut bytes).unwrap();
    bytes
}

pub fn digest_of(bytes: &[u8]) -> Digest {
    Digest::of(bytes)
}
