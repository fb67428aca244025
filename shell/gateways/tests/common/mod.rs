//! Shared by the tests: where the real data lies, and the accounting every reading must obey.

use std::collections::BTreeSet;
use std::path::PathBuf;

use gateways::{Format, ReadContext, Reading};
use kernel::{PartyId, SourceId};

/// The bytes of a real file, or none (said loudly) where the data is not at hand.
#[allow(dead_code, reason = "not every test file reads real data")]
pub fn real(name: &str) -> Option<Vec<u8>> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(name);
    let bytes = std::fs::read(&path).ok();
    if bytes.is_none() {
        eprintln!("NOT TESTED against real data: {} is absent", path.display());
    }
    bytes
}

/// A whole file, submitted long after what it tells of.
pub fn context() -> ReadContext {
    let received = "2026-11-20T00:00:00Z".parse().unwrap();
    let context = ReadContext::whole(SourceId::from("test-source"), received);
    ReadContext { claimant: Some(PartyId::from("AA")), ..context }
}

/// Lines that are neither header nor blank nor the later lines of a quoted record.
#[allow(dead_code, reason = "not every test file counts rows")]
pub fn rows(reading: &Reading) -> BTreeSet<u64> {
    let observed = reading.observations.iter().map(|observation| observation.line);
    observed.chain(reading.problems.iter().map(|problem| problem.line)).collect()
}

/// Reads bytes whose format must be recognised.
#[allow(dead_code, reason = "not every test file reads whole files")]
pub fn read(bytes: &[u8]) -> (Format, Reading) {
    let format = Format::detect(bytes).unwrap();
    (format, format.read(bytes, &context()))
}
