//! One byte form for everything that is signed: canonical JSON (RFC 8785).

use serde::Serialize;

use crate::id::Digest;

/// A value that has no canonical JSON form (a map with non-text keys, a number that is not finite).
#[derive(Debug, thiserror::Error)]
#[error("no canonical JSON form: {0}")]
pub struct NotCanonical(String);

/// The RFC 8785 bytes of `value`: keys sorted, no white space, numbers as ECMAScript writes them.
///
/// # Errors
/// When the value has no JSON form.
pub fn canonical<T: Serialize>(value: &T) -> Result<Vec<u8>, NotCanonical> {
    serde_json_canonicalizer::to_vec(value).map_err(|error| NotCanonical(error.to_string()))
}

/// SHA-256 of the canonical bytes.
///
/// # Errors
/// When the value has no JSON form.
pub fn digest<T: Serialize>(value: &T) -> Result<Digest, NotCanonical> {
    Ok(Digest::of(&canonical(value)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_sorted_and_numbers_are_short() {
        let value = serde_json::json!({"b": 1.0, "a": [0.1, 1e21, "\u{e9}"]});
        assert_eq!(canonical(&value).unwrap(), "{\"a\":[0.1,1e+21,\"é\"],\"b\":1}".as_bytes());
    }
}
