//! What the log only names: bytes in the vault, handed in and out by the shell.

use kernel::{Digest, Time};
use watch::entry::BatchReceived;
use watch::{Observation, Source};

/// Access to the vault. The shell answers; when something cannot be read it says nothing here and
/// keeps the failure for its caller. An erased payload is simply absent.
pub trait Bulk {
    /// The observations of a batch of `source`, received at `received`, read from its raw bytes by
    /// the reader it names.
    fn observations(
        &self,
        batch: &BatchReceived,
        source: &Source,
        received: Time,
    ) -> Option<Vec<Observation>>;

    /// The bytes of a payload.
    fn payload(&self, digest: &Digest) -> Option<Vec<u8>>;

    /// Seals a payload that an entry is about to name. A verifier seals nothing: it computes the
    /// digest, and the entry shows whether it is the recorded one.
    fn seal(&self, payload: &[u8]) -> Digest;
}

/// One JSON object a line.
#[must_use]
pub fn to_lines<T: serde::Serialize>(items: &[T]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(items.len() * 512);
    for item in items {
        // A noun of ours always has a JSON form; a line that had none would be left out and missed
        // by whoever counts.
        if serde_json::to_writer(&mut bytes, item).is_ok() {
            bytes.push(b'\n');
        }
    }
    bytes
}

/// What [`to_lines`] wrote.
#[must_use]
pub fn from_lines<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Vec<T> {
    let lines = bytes.split(|&byte| byte == b'\n').filter(|line| !line.is_empty());
    lines.filter_map(|line| serde_json::from_slice(line).ok()).collect()
}
