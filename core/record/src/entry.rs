//! An entry: who said what when, in one byte form, signed for one log and no other.

use kernel::codec::NotCanonical;
use kernel::{Identity, Time, canonical};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::key::{Algorithm, KeyError, PublicKey, Signature, Signer};

/// The most bytes one entry may have: an entry bundle states lengths in 16 bits (C2SP tlog-tiles,
/// "Log entries"). Anything bulky rests in the vault and is named by its digest.
pub const MAX_ENTRY_BYTES: usize = 65_535;

/// Largest whole number that every JSON reader keeps exact: 2^53 - 1 (RFC 7493 section 2.2).
const MAX_EXACT: u64 = (1 << 53) - 1;

/// Why an entry is not accepted.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
pub enum EntryError {
    /// Not the JSON of an entry.
    #[error("not an entry: {0}")]
    Form(String),
    /// JSON of an entry, but not the one byte form it must have.
    #[error("byte {0} is not what RFC 8785 would write there: the entry is not in canonical form")]
    NotCanonical(usize),
    /// Too long for an entry bundle.
    #[error("an entry of {0} bytes: at most 65535 fit; put what is bulky in the vault, by digest")]
    TooLong(usize),
    /// A whole number that readers would round.
    #[error("the number {0} is beyond 2^53 - 1 and would be rounded by readers: write it as text")]
    NotExact(String),
    /// A body that has no JSON form.
    #[error("the body has no canonical JSON form: {0}")]
    Body(String),
    /// A log's origin is one line and not empty.
    #[error("`{0}` is not the origin of a log: an origin is one line, not empty")]
    Origin(String),
    /// The key is not the key of who the entry is by, or not one for entries.
    #[error("the entry is by `{by}` and the key is `{key}`, not a plain Ed25519 key of that name")]
    ForeignKey {
        /// Who the entry is by.
        by: Identity,
        /// The key offered, as text.
        key: String,
    },
    /// The signature does not hold.
    #[error("{0}")]
    Signature(#[from] KeyError),
}

impl From<NotCanonical> for EntryError {
    fn from(error: NotCanonical) -> Self {
        Self::Body(error.to_string())
    }
}

/// An entry before it is signed.
#[derive(Clone, PartialEq, Debug)]
pub struct Draft {
    /// When the record takes it in.
    pub at: Time,
    /// Who submits it: the name of the signing key.
    pub by: Identity,
    /// What kind of entry, e.g. `commission/case-opened`.
    pub kind: String,
    /// Version of that kind's body.
    pub version: u32,
    /// What is said.
    pub body: Value,
}

impl Draft {
    /// The bytes to sign: `servanda/entry/v1`, newline, the log's origin, newline, then the RFC
    /// 8785 form of the entry without its signature. The first line keeps such a signature from
    /// ever passing for one over a note, the second from passing on another log.
    ///
    /// # Errors
    /// When the origin is not one line, or the body has no exact canonical form.
    pub fn bytes_to_sign(&self, origin: &str) -> Result<Vec<u8>, EntryError> {
        let Self { at, by, kind, version, body } = self;
        Unsigned { at, by, kind, version, body }.bytes_to_sign(origin)
    }

    /// Signs it for the log named `origin`.
    ///
    /// # Errors
    /// When `signer` is not a plain Ed25519 key named as `by`, the entry is too long, or it has no
    /// exact canonical form.
    pub fn sign(self, origin: &str, signer: &Signer) -> Result<Entry, EntryError> {
        refuse_foreign(&self.by, signer.public())?;
        let signature = signer.sign(&self.bytes_to_sign(origin)?);
        let Self { at, by, kind, version, body } = self;
        let signed = Entry { at, by, kind, version, body, signature };
        // Reading back settles the numbers (1.0 is written 1), so that what the signer holds is
        // what every reader will hold.
        Entry::read(&signed.bytes()?)
    }
}

/// What a signature covers, in JSON.
#[derive(Serialize)]
struct Unsigned<'a> {
    at: &'a Time,
    by: &'a Identity,
    kind: &'a str,
    version: &'a u32,
    body: &'a Value,
}

impl Unsigned<'_> {
    fn bytes_to_sign(&self, origin: &str) -> Result<Vec<u8>, EntryError> {
        if origin.is_empty() || origin.contains('\n') {
            return Err(EntryError::Origin(origin.to_owned()));
        }
        refuse_inexact(self.body)?;
        Ok([&b"servanda/entry/v1\n"[..], origin.as_bytes(), b"\n", &canonical(self)?].concat())
    }
}

/// A signed entry.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// When the record took it in.
    pub at: Time,
    /// Who submitted it.
    pub by: Identity,
    /// What kind of entry.
    pub kind: String,
    /// Version of that kind's body.
    pub version: u32,
    /// What is said.
    pub body: Value,
    /// Ed25519 over [`Draft::bytes_to_sign`].
    pub signature: Signature,
}

impl Entry {
    /// The one byte form (RFC 8785), which is also what the tree hashes.
    ///
    /// # Errors
    /// When the body has no exact canonical form or the entry is longer than [`MAX_ENTRY_BYTES`].
    pub fn bytes(&self) -> Result<Vec<u8>, EntryError> {
        refuse_inexact(&self.body)?;
        let bytes = canonical(self)?;
        if bytes.len() > MAX_ENTRY_BYTES {
            Err(EntryError::TooLong(bytes.len()))
        } else {
            Ok(bytes)
        }
    }

    /// Reads an entry; anything but the exact bytes that [`Self::bytes`] would write is refused.
    /// The signature is not looked at: see [`Self::check`].
    ///
    /// # Errors
    /// When the bytes are not an entry in canonical form.
    pub fn read(bytes: &[u8]) -> Result<Self, EntryError> {
        if bytes.len() > MAX_ENTRY_BYTES {
            return Err(EntryError::TooLong(bytes.len()));
        }
        let entry: Self =
            serde_json::from_slice(bytes).map_err(|error| EntryError::Form(error.to_string()))?;
        let canonical = entry.bytes()?;
        if canonical == bytes {
            return Ok(entry);
        }
        let same = canonical.iter().zip(bytes).take_while(|(ours, theirs)| ours == theirs).count();
        Err(EntryError::NotCanonical(same))
    }

    /// Whether it is signed by `key`, which must be a plain Ed25519 key named as the entry's `by`,
    /// for the log named `origin`.
    ///
    /// # Errors
    /// When it is not.
    pub fn check(&self, origin: &str, key: &PublicKey) -> Result<(), EntryError> {
        refuse_foreign(&self.by, key)?;
        Ok(key.check(&self.signed_bytes(origin)?, &self.signature)?)
    }

    /// The bytes that [`Self::signature`] is over: see [`Draft::bytes_to_sign`].
    ///
    /// # Errors
    /// When the origin is not one line, or the body has no exact canonical form.
    pub fn signed_bytes(&self, origin: &str) -> Result<Vec<u8>, EntryError> {
        let Self { at, by, kind, version, body, .. } = self;
        Unsigned { at, by, kind, version, body }.bytes_to_sign(origin)
    }
}

fn refuse_foreign(by: &Identity, key: &PublicKey) -> Result<(), EntryError> {
    if key.name() == by.as_str() && key.algorithm() == Algorithm::Ed25519 {
        return Ok(());
    }
    Err(EntryError::ForeignKey { by: by.clone(), key: key.to_string() })
}

/// RFC 8785 writes every number as a double, so a larger whole number would change silently.
fn refuse_inexact(value: &Value) -> Result<(), EntryError> {
    match value {
        Value::Number(number) => {
            let magnitude = number.as_u64().or_else(|| number.as_i64().map(i64::unsigned_abs));
            match magnitude {
                Some(whole) if whole > MAX_EXACT => Err(EntryError::NotExact(number.to_string())),
                _ => Ok(()),
            }
        }
        Value::Array(items) => items.iter().try_for_each(refuse_inexact),
        Value::Object(fields) => fields.values().try_for_each(refuse_inexact),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const ORIGIN: &str = "servanda.test/log";

    fn signer() -> Signer {
        Signer::from_seed("ua.liaison", Algorithm::Ed25519, &[3; 32]).unwrap()
    }

    fn draft(body: Value) -> Draft {
        let at = "2026-04-21T00:03:00Z".parse().unwrap();
        Draft { at, by: "ua.liaison".into(), kind: "test/said".into(), version: 1, body }
    }

    #[test]
    fn an_entry_reads_back_what_it_writes() {
        let entry = draft(json!({"b": 1.0, "a": "\u{e9}"})).sign(ORIGIN, &signer()).unwrap();
        let bytes = entry.bytes().unwrap();
        assert_eq!(Entry::read(&bytes).unwrap(), entry);
        assert_eq!(entry.check(ORIGIN, signer().public()), Ok(()));
        assert!(bytes.starts_with(br#"{"at":"2026-04-21T00:03:00Z","body":{"a":"#));
    }

    #[test]
    fn another_log_or_another_key_does_not_accept_it() {
        let entry = draft(json!(1)).sign(ORIGIN, &signer()).unwrap();
        let elsewhere = entry.check("servanda.test/other", signer().public());
        assert!(matches!(elsewhere, Err(EntryError::Signature(_))));
        let chair = Signer::from_seed("chair", Algorithm::Ed25519, &[3; 32]).unwrap();
        assert!(matches!(entry.check(ORIGIN, chair.public()), Err(EntryError::ForeignKey { .. })));
        assert!(draft(json!(1)).sign(ORIGIN, &chair).is_err());
        let witness = Signer::from_seed("ua.liaison", Algorithm::CosignatureV1, &[3; 32]).unwrap();
        assert!(entry.check(ORIGIN, witness.public()).is_err());
    }

    #[test]
    fn only_one_byte_form_is_read() {
        let bytes = draft(json!({"n": 1})).sign(ORIGIN, &signer()).unwrap().bytes().unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let cases = [
            text.replace("\"n\":1", "\"n\": 1"),
            text.replace("\"n\":1", "\"n\":1.0"),
            text.replace("\"n\":1", "\"n\":2,\"n\":1"),
            text.replace("00:03:00Z", "00:03:00.000Z"),
            format!("{text}\n"),
        ];
        for changed in cases {
            assert_ne!(changed, text);
            let read = Entry::read(changed.as_bytes());
            assert!(matches!(read, Err(EntryError::NotCanonical(_))), "{changed}: {read:?}");
        }
        let extra = text.replace("\"body\"", "\"bodx\":0,\"body\"");
        assert!(matches!(Entry::read(extra.as_bytes()), Err(EntryError::Form(_))));
    }

    #[test]
    fn what_cannot_be_kept_exact_is_refused() {
        let refused = |body| draft(body).sign(ORIGIN, &signer()).unwrap_err();
        assert_eq!(
            refused(json!([9_007_199_254_740_992_u64])),
            EntryError::NotExact("9007199254740992".into())
        );
        let long = refused(json!("x".repeat(70_000)));
        assert!(matches!(long, EntryError::TooLong(length) if length > 70_000));
        let two_lines = draft(json!(1)).bytes_to_sign("a\nb");
        assert_eq!(two_lines, Err(EntryError::Origin("a\nb".into())));
    }

    proptest! {
        #[test]
        fn any_number_survives(number in any::<f64>().prop_filter("finite", |n| n.is_finite())) {
            let entry = draft(json!([number])).sign(ORIGIN, &signer());
            // Whole numbers beyond 2^53 read back as integers and are refused: never altered.
            if let Ok(entry) = entry {
                prop_assert_eq!(entry.body[0].as_f64(), Some(number));
                prop_assert_eq!(entry.check(ORIGIN, signer().public()), Ok(()));
            } else {
                prop_assert!(number.abs() > MAX_EXACT as f64);
            }
        }

        #[test]
        fn an_edited_entry_is_noticed(place in 0_usize..1000, to in any::<u8>()) {
            let bytes = draft(json!({"text": "seen"})).sign(ORIGIN, &signer()).unwrap().bytes().unwrap();
            let mut edited = bytes.clone();
            let place = place % bytes.len();
            edited[place] = to;
            let accepted = Entry::read(&edited).and_then(|e| e.check(ORIGIN, signer().public()));
            prop_assert_eq!(accepted.is_ok(), edited == bytes);
        }
    }
}
