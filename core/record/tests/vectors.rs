//! Byte-exact vectors for other implementations: `vectors/record.json` says what this crate writes.
//!
//! `BLESS=1 cargo test -p servanda-record --test vectors this_crate_writes` rewrites the file. A change
//! to it is a change of the format: every signature ever made would have to be made again.
#![allow(clippy::disallowed_methods, reason = "a test may read the file it compares with")]

use kernel::Digest;
use record::tile::{entry_bundle, hash_tile};
use record::tree::root_at;
use record::{
    Algorithm, Checkpoint, Draft, Entry, SignedCheckpoint, Signer, TilePath, Tree,
    check_consistency, check_inclusion, consistency_proof, inclusion_proof, leaf_hash,
};
use serde_json::{Value, json};

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../vectors/record.json");
const ORIGIN: &str = "servanda.example/vectors";
const SIZES: [u64; 9] = [1, 2, 3, 4, 5, 7, 8, 13, 20];

fn signer(name: &str, algorithm: Algorithm, seed: u8) -> Signer {
    Signer::from_seed(name, algorithm, &[seed; 32]).unwrap()
}
fn log() -> Signer {
    signer(ORIGIN, Algorithm::Ed25519, 1)
}
fn witness() -> Signer {
    signer("witness.example/w1", Algorithm::CosignatureV1, 2)
}
fn house() -> Signer {
    signer("house", Algorithm::Ed25519, 3)
}

/// Bodies that show what canonical JSON does to numbers, text and order.
fn body(number: u64) -> Value {
    match number {
        0 => json!({}),
        1 => json!({ "z": 1, "a": 2, "\u{e9}": 3, "\u{1f600}": 4, "\u{fb33}": 5 }),
        2 => json!([1.0, 0.1, -0.0, 1e21, 1e-7, 123_456_789.012_345_67, 9_007_199_254_740_991_u64]),
        3 => json!("quote \" backslash \\ newline \n control \u{1} slash / \u{2028} мова"),
        4 => json!([null, true, false, "", [], {}]),
        _ => json!({ "number": number }),
    }
}

fn draft(number: u64) -> Draft {
    let at: kernel::Time = "2026-04-21T00:03:00Z".parse().unwrap();
    let at = at + kernel::Duration(number as i64 * 1_500_000);
    Draft { at, by: "house".into(), kind: "vectors/said".into(), version: 1, body: body(number) }
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn key(signer: &Signer, seed: u8) -> Value {
    let (public, private) = (signer.public().to_string(), signer.private_text());
    json!({ "name": signer.public().name(), "seed": hex(&[seed; 32]), "public": public, "private": private })
}

fn made() -> Value {
    let entries: Vec<Entry> =
        (0..20).map(|number| draft(number).sign(ORIGIN, &house()).unwrap()).collect();
    let bytes: Vec<Vec<u8>> = entries.iter().map(|entry| entry.bytes().unwrap()).collect();
    let tree: Tree = bytes.iter().map(|bytes| leaf_hash(bytes)).collect();
    let described = entries.iter().zip(&bytes).map(|(entry, bytes)| {
        json!({
            "signed_bytes": text(entry.signed_bytes(ORIGIN).unwrap()),
            "bytes": text(bytes.clone()),
            "leaf_hash": leaf_hash(bytes),
        })
    });
    let checkpoint = Checkpoint { origin: ORIGIN.into(), size: 20, root: tree.root() };
    let signed = checkpoint.sign(&log()).unwrap();
    let mut cosigned = signed.clone();
    cosigned.cosign(&witness(), "2026-04-21T01:00:00Z".parse().unwrap()).unwrap();
    json!({
        "about": "servanda record format 1: C2SP signed-note, tlog-checkpoint, tlog-cosignature, tlog-tiles; RFC 6962; RFC 8785",
        "origin": ORIGIN,
        "keys": { "log": key(&log(), 1), "witness": key(&witness(), 2), "house": key(&house(), 3) },
        "entries": described.collect::<Vec<_>>(),
        "roots": (0..=20).map(|size| root_at(&tree, size).unwrap()).collect::<Vec<_>>(),
        "inclusion": inclusions(&tree),
        "consistency": consistencies(&tree),
        "checkpoint": signed.text(),
        "cosigned_checkpoint": cosigned.text(),
        "tiles": {
            TilePath::Hashes { level: 0, index: 0, width: 20 }.to_string():
                hex(&hash_tile(&tree, 0, 0, 20).unwrap()),
            TilePath::Entries { index: 0, width: 20 }.to_string():
                hex(&entry_bundle(bytes.iter().map(Vec::as_slice)).unwrap()),
        },
    })
}

fn inclusions(tree: &Tree) -> Value {
    let every = SIZES.into_iter().flat_map(|size| (0..size).map(move |index| (index, size)));
    let proofs = every.map(|(index, size)| {
        let proof = inclusion_proof(tree, index, size).unwrap();
        json!({ "index": index, "size": size, "proof": proof })
    });
    proofs.collect()
}

fn consistencies(tree: &Tree) -> Value {
    let every = SIZES.into_iter().flat_map(|size| (0..=size).map(move |old| (old, size)));
    let proofs = every.map(|(old, size)| {
        let proof = consistency_proof(tree, old, size).unwrap();
        json!({ "old": old, "size": size, "proof": proof })
    });
    proofs.collect()
}

fn kept() -> Value {
    let bytes = std::fs::read(PATH).expect("vectors/record.json; BLESS=1 writes it");
    serde_json::from_slice(&bytes).unwrap()
}

#[test]
fn this_crate_writes_the_vectors() {
    let made = made();
    if std::env::var("BLESS").is_ok_and(|bless| bless == "1") {
        let text = serde_json::to_string_pretty(&made).unwrap() + "\n";
        std::fs::write(PATH, text).unwrap();
    }
    let kept = kept();
    for (name, value) in made.as_object().unwrap() {
        assert_eq!(&kept[name], value, "`{name}` differs from vectors/record.json");
    }
}

/// Reads the vectors as another implementation would: from the file alone.
#[test]
fn the_vectors_hold_by_themselves() {
    let kept = kept();
    let public = |name: &str| kept["keys"][name]["public"].as_str().unwrap().parse().unwrap();
    let digests = |value: &Value| serde_json::from_value::<Vec<Digest>>(value.clone()).unwrap();
    let number = |value: &Value| value.as_u64().unwrap();
    let roots = digests(&kept["roots"]);
    let root = |value: &Value| &roots[number(value) as usize];
    let mut leaves = Vec::new();
    for entry in kept["entries"].as_array().unwrap() {
        let bytes = entry["bytes"].as_str().unwrap().as_bytes();
        Entry::read(bytes).unwrap().check(ORIGIN, &public("house")).unwrap();
        leaves.push(leaf_hash(bytes));
        assert_eq!(leaves.last().unwrap().to_string(), entry["leaf_hash"]);
    }
    for given in kept["inclusion"].as_array().unwrap() {
        let (index, size) = (number(&given["index"]), number(&given["size"]));
        let (proof, leaf) = (digests(&given["proof"]), &leaves[index as usize]);
        check_inclusion(&proof, leaf, index, size, root(&given["size"])).unwrap();
    }
    for given in kept["consistency"].as_array().unwrap() {
        let (old, size) = (number(&given["old"]), number(&given["size"]));
        let proof = digests(&given["proof"]);
        check_consistency(&proof, old, root(&given["old"]), size, root(&given["size"])).unwrap();
    }
    for name in ["checkpoint", "cosigned_checkpoint"] {
        let text = kept[name].as_str().unwrap();
        let signed = SignedCheckpoint::read(text.as_bytes(), &public("log")).unwrap();
        assert_eq!((signed.checkpoint().size, signed.checkpoint().root), (20, roots[20]));
        assert_eq!(signed.cosigned(&public("witness")).is_ok(), name == "cosigned_checkpoint");
    }
}
