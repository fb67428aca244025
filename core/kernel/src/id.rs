//! Names derived from content: digests, observation ids, and short quotable ids.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest as _, Sha256};

/// SHA-256 of some bytes, written as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// The digest of `bytes`.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

/// A word that could not be read as the id it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{word}` is not {expected}")]
pub struct NotAnId {
    /// What was given.
    pub word: String,
    /// What an id of this kind looks like.
    pub expected: &'static str,
}

/// Hexadecimal digits in one piece: a million ids are written, and one call each is dear enough.
fn write_hex<const N: usize>(bytes: &[u8; N], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut digits = [[0; 2]; N];
    for (pair, byte) in digits.iter_mut().zip(bytes) {
        *pair = [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]];
    }
    f.write_str(str::from_utf8(digits.as_flattened()).unwrap_or_default())
}

fn read_hex<const N: usize>(word: &str, expected: &'static str) -> Result<[u8; N], NotAnId> {
    let refuse = || NotAnId { word: word.to_owned(), expected };
    let digits = word.as_bytes();
    if digits.len() != 2 * N {
        return Err(refuse());
    }
    let nibble = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let (high, low) = nibble(pair[0]).zip(nibble(pair[1])).ok_or_else(refuse)?;
        *byte = high << 4 | low;
    }
    Ok(bytes)
}

macro_rules! text_form {
    ($name:ident) => {
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                word.parse().map_err(de::Error::custom)
            }
        }
    };
}
pub(crate) use text_form;

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(&self.0, f)
    }
}
impl FromStr for Digest {
    type Err = NotAnId;
    fn from_str(word: &str) -> Result<Self, NotAnId> {
        read_hex(word, "a SHA-256 digest of 64 hexadecimal digits").map(Self)
    }
}
text_form!(Digest);

/// An observation's id: the first 16 bytes of the SHA-256 of its source and content, so the same
/// line submitted twice, in any file and any order, is the same observation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObservationId(pub [u8; 16]);

impl ObservationId {
    /// The id of what `source` said in `content` (the reader states which bytes are content).
    #[must_use]
    pub fn of(source: &str, content: &[u8]) -> Self {
        let hash = Sha256::new().chain_update(source).chain_update([0]).chain_update(content);
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&hash.finalize()[..16]);
        Self(bytes)
    }
}
impl fmt::Display for ObservationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(&self.0, f)
    }
}
impl FromStr for ObservationId {
    type Err = NotAnId;
    fn from_str(word: &str) -> Result<Self, NotAnId> {
        read_hex(word, "an observation id of 32 hexadecimal digits").map(Self)
    }
}
text_form!(ObservationId);

/// Crockford's base 32: no I, L, O, U, so that an id survives a telephone call.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Sixteen characters of five bits: 80 bits of the digest.
const SHORT_LENGTH: usize = 16;

/// Writes the low 80 bits of `value` as sixteen base-32 characters.
pub fn write_short(value: u128, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut word = [0; SHORT_LENGTH];
    for (index, character) in word.iter_mut().enumerate() {
        let shift = 5 * (SHORT_LENGTH - 1 - index);
        *character = ALPHABET[(value >> shift & 31) as usize];
    }
    f.write_str(str::from_utf8(&word).unwrap_or_default())
}

/// Reads what [`write_short`] wrote; lower case is accepted, as people type.
#[must_use]
pub fn read_short(word: &str) -> Option<u128> {
    if word.len() != SHORT_LENGTH {
        return None;
    }
    word.bytes().try_fold(0, |value, character| {
        let upper = character.to_ascii_uppercase();
        let index = ALPHABET.iter().position(|&known| known == upper)?;
        Some(value << 5 | index as u128)
    })
}

/// The first 80 bits of the SHA-256 of `content`, as the number inside a short id.
#[must_use]
pub fn short_of(content: &[u8]) -> u128 {
    let hash = Sha256::digest(content);
    hash[..10].iter().fold(0, |value, &byte| value << 8 | u128::from(byte))
}

/// Declares a short quotable id such as `INC-7F3K2QXM91ABCDEF`: a prefix and 80 bits of a digest.
#[macro_export]
macro_rules! short_id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u128);

        impl $name {
            /// The id derived from `content`: the first 80 bits of its SHA-256.
            #[must_use]
            pub fn of(content: &[u8]) -> Self {
                Self($crate::id::short_of(content))
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!($prefix, "-"))?;
                $crate::id::write_short(self.0, f)
            }
        }
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(self, f)
            }
        }
        impl std::str::FromStr for $name {
            type Err = $crate::id::NotAnId;
            fn from_str(word: &str) -> Result<Self, Self::Err> {
                word.strip_prefix(concat!($prefix, "-"))
                    .and_then($crate::id::read_short)
                    .map(Self)
                    .ok_or_else(|| $crate::id::NotAnId {
                        word: word.to_owned(),
                        expected: concat!("an id like ", $prefix, "-7F3K2QXM91ABCDEF"),
                    })
            }
        }
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                word.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    short_id!(
        /// For these tests.
        CaseId, "CASE"
    );

    #[test]
    fn ids_read_back_what_they_write() {
        let id = CaseId::of(b"one");
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(id.to_string().len(), 21);
        let observation = ObservationId::of("viina", b"line");
        assert_eq!(observation.to_string().parse(), Ok(observation));
        assert_ne!(observation, ObservationId::of("viin", b"aline"));
    }

    #[test]
    fn a_wrong_word_is_named() {
        let error = "CASE-12".parse::<CaseId>().unwrap_err();
        assert_eq!(error.to_string(), "`CASE-12` is not an id like CASE-7F3K2QXM91ABCDEF");
        assert!("zz".parse::<Digest>().is_err());
    }
}
