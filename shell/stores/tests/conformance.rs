//! One contract, one suite: what every record and every vault must do.

mod common;

use std::io::{self, Read};

use kernel::Digest;
use record::leaf_hash;
use stores::{
    CheckpointKind, FolderVault, MemoryRecord, MemoryVault, RecordStore, SqliteRecord, StoreError,
    VaultStore,
};

fn record_conforms(record: &mut dyn RecordStore) {
    assert_eq!(record.size().unwrap(), 0);
    assert_eq!(record.read(0..10).unwrap().count(), 0);
    assert_eq!(record.checkpoint(CheckpointKind::Latest).unwrap(), None);

    let entries: Vec<Vec<u8>> = (0..700_u32).map(|n| n.to_be_bytes().to_vec()).collect();
    assert_eq!(record.append(&entries[..3]).unwrap(), 0);
    assert_eq!(record.commit(&entries[3..600], Some("one\n")).unwrap(), 3);
    assert_eq!(record.append(&entries[600..]).unwrap(), 600);
    assert_eq!(record.append(&[]).unwrap(), 700);
    assert_eq!(record.size().unwrap(), 700);

    let all: Vec<_> = record.read(0..u64::MAX).unwrap().map(Result::unwrap).collect();
    assert!(all.iter().map(|entry| &entry.bytes).eq(&entries));
    assert!(all.iter().map(|entry| entry.position).eq(0..700));
    assert!(all.iter().all(|entry| entry.leaf == leaf_hash(&entry.bytes)));
    assert!(record.leaves().unwrap().iter().eq(all.iter().map(|entry| &entry.leaf)));
    let some: Vec<_> =
        record.read(250..260).unwrap().map(|entry| entry.unwrap().position).collect();
    assert!(some.into_iter().eq(250..260));
    assert_eq!(record.read(700..900).unwrap().count(), 0);
    let reversed = std::ops::Range { start: 9, end: 3 };
    assert_eq!(record.read(reversed).unwrap().count(), 0);

    let latest = |record: &dyn RecordStore| record.checkpoint(CheckpointKind::Latest).unwrap();
    assert_eq!(latest(record).as_deref(), Some("one\n"));
    record.commit(&[], Some("two\n")).unwrap();
    record.keep_witnessed("three\n").unwrap();
    assert_eq!(latest(record).as_deref(), Some("two\n"));
    let witnessed = record.checkpoint(CheckpointKind::Witnessed).unwrap();
    assert_eq!(witnessed.as_deref(), Some("three\n"));

    // A group is taken in whole or not at all.
    let refused = record.commit(&[vec![1], vec![0; 65_536]], Some("four\n"));
    assert!(matches!(refused, Err(StoreError::Entry { position: 701, .. })));
    assert_eq!(record.size().unwrap(), 700);
    assert_eq!(latest(record).as_deref(), Some("two\n"));
}

/// Gives some bytes and then fails, as a broken upload does.
struct Broken(usize);

impl Read for Broken {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.0.min(buffer.len());
        self.0 -= count;
        if count == 0 { Err(io::Error::other("the line broke")) } else { Ok(count) }
    }
}

fn vault_conforms(vault: &mut dyn VaultStore) {
    assert_eq!(vault.iter().unwrap().count(), 0);
    let big: Vec<u8> = (0..200_000_u32).map(|n| n as u8).collect();
    let put = vault.put(&mut &big[..]).unwrap();
    assert_eq!(put, Digest::of(&big));
    assert_eq!(vault.put(&mut &big[..]).unwrap(), put);
    let many = vault.put_many(&[b"one", b"", b"one"]).unwrap();
    assert_eq!(many, [Digest::of(b"one"), Digest::of(b""), Digest::of(b"one")]);

    assert_eq!(vault.get(&put).unwrap(), big);
    assert_eq!(vault.get(&many[1]).unwrap(), b"");
    assert_eq!(vault.open(&put).unwrap().check().unwrap(), 200_000);
    let mut streamed = Vec::new();
    vault.open(&put).unwrap().read_to_end(&mut streamed).unwrap();
    assert_eq!(streamed, big);
    let mut all = vec![put, many[0], many[1]];
    all.sort();
    let listed: Vec<Digest> = vault.iter().unwrap().map(Result::unwrap).collect();
    assert_eq!(listed, all);

    assert!(vault.put(&mut Broken(100_000)).is_err());
    assert_eq!(vault.iter().unwrap().count(), 3);
    assert!(vault.contains(&put).unwrap());
    assert!(vault.erase(&put).unwrap() && !vault.erase(&put).unwrap());
    assert!(!vault.contains(&put).unwrap());
    assert!(matches!(vault.get(&put), Err(StoreError::Missing { digest, .. }) if digest == put));
}

#[test]
fn every_record_conforms() {
    record_conforms(&mut MemoryRecord::default());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record.sqlite");
    let mut written = SqliteRecord::open_writer(&path).unwrap();
    record_conforms(&mut written);
    drop(written);
    let again = SqliteRecord::open_writer(&path).unwrap();
    assert_eq!(stores::RecordReader::size(&again).unwrap(), 700);
}

#[test]
fn every_vault_conforms() {
    vault_conforms(&mut MemoryVault::default());
    let folder = tempfile::tempdir().unwrap();
    vault_conforms(&mut FolderVault::open_writer(&folder.path().join("vault")).unwrap());
}
