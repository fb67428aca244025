//! Keys with names, as text: who can sign, and how a signature is told from another's.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{SigningKey, VerifyingKey};
use kernel::Digest;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// What a key signs with: the type byte of C2SP signed-note ("Signature types").
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Algorithm {
    /// Plain Ed25519 (RFC 8032): entries and log checkpoints.
    Ed25519,
    /// Timestamped Ed25519 of a witness (C2SP tlog-cosignature, `cosignature/v1`).
    CosignatureV1,
}

impl Algorithm {
    /// The type byte (C2SP signed-note, "Signature types").
    #[must_use]
    pub fn type_byte(self) -> u8 {
        match self {
            Self::Ed25519 => 0x01,
            Self::CosignatureV1 => 0x04,
        }
    }

    fn from_type_byte(byte: u8) -> Result<Self, KeyError> {
        match byte {
            0x01 => Ok(Self::Ed25519),
            0x04 => Ok(Self::CosignatureV1),
            other => Err(KeyError::Algorithm(other)),
        }
    }
}

/// Why a key or signature could not be read or does not hold.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum KeyError {
    /// A key name is not empty and has neither spaces, control characters nor `+`.
    #[error("`{0}` is not a key name: a name is not empty and has no spaces and no `+`")]
    Name(String),
    /// The text is not `name+hash+base64`.
    #[error("`{0}` is not a key: a key is written name+hash+base64 (C2SP signed-note)")]
    Form(String),
    /// A type byte this software does not know.
    #[error("key type {0:#04x} is not known here: 0x01 (Ed25519) and 0x04 (cosignature/v1) are")]
    Algorithm(u8),
    /// A key must be 32 bytes.
    #[error("the key has {0} bytes instead of 32")]
    Length(usize),
    /// The 32 bytes are no point of the curve, or one of small order that proves nothing.
    #[error("the key of `{0}` is not a usable Ed25519 key")]
    Weak(String),
    /// The hash in the text is not that of the key.
    #[error("the key of `{name}` carries the hash {stated} and hashes to {actual:08x}")]
    Hash {
        /// Whose key.
        name: String,
        /// The hash as written.
        stated: String,
        /// The hash as computed.
        actual: u32,
    },
    /// The signature does not hold.
    #[error("the signature does not hold under the key of `{0}`")]
    Signature(String),
}

/// Whether `name` may name a key (C2SP signed-note: non-empty, no Unicode spaces, no plus).
#[must_use]
pub fn is_key_name(name: &str) -> bool {
    let refused = |c: char| c.is_whitespace() || c.is_control() || c == '+';
    !name.is_empty() && !name.contains(refused)
}

/// A signature: 64 bytes (RFC 8032), in JSON as standard base64.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signature(pub [u8; 64]);

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&STANDARD.encode(self.0))
    }
}
impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
impl Serialize for Signature {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for Signature {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        let bytes = STANDARD.decode(word.as_bytes()).map_err(de::Error::custom)?;
        let refuse = |bytes: Vec<u8>| {
            de::Error::custom(format!("a signature has 64 bytes, not {}", bytes.len()))
        };
        bytes.try_into().map(Self).map_err(refuse)
    }
}

/// A key to verify with, and whose it is. As text (and in JSON): `name+hash+base64`, the verifier
/// key of C2SP signed-note.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey {
    name: String,
    algorithm: Algorithm,
    key: VerifyingKey,
}

impl PublicKey {
    /// The key of `name` from its 32 bytes.
    ///
    /// # Errors
    /// When the name cannot name a key, or the bytes are not a usable Ed25519 key.
    pub fn new(name: &str, algorithm: Algorithm, bytes: &[u8]) -> Result<Self, KeyError> {
        if !is_key_name(name) {
            return Err(KeyError::Name(name.to_owned()));
        }
        let bytes = bytes.try_into().map_err(|_| KeyError::Length(bytes.len()))?;
        let weak = || KeyError::Weak(name.to_owned());
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| weak())?;
        if key.is_weak() {
            return Err(weak());
        }
        Ok(Self { name: name.to_owned(), algorithm, key })
    }

    /// Whose key it is.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
    /// What it signs with.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
    /// The key id: the first 4 bytes of SHA-256 of name, newline, type byte and key (C2SP
    /// signed-note, "Signatures").
    #[must_use]
    pub fn id(&self) -> u32 {
        let typed = self.typed_bytes();
        let digest = Digest::of(&[self.name.as_bytes(), b"\n", &typed].concat());
        digest.0.iter().take(4).fold(0, |id, &byte| id << 8 | u32::from(byte))
    }
    /// The 32 bytes of the key.
    #[must_use]
    pub fn bytes(&self) -> [u8; 32] {
        self.key.to_bytes()
    }
    /// Whether `signature` is this key's over `message`, by the strict rules (no small-order
    /// points, one form only), so that every verifier agrees.
    ///
    /// # Errors
    /// When it is not.
    pub fn check(&self, message: &[u8], signature: &Signature) -> Result<(), KeyError> {
        let signature = ed25519_dalek::Signature::from_bytes(&signature.0);
        let refused = |_| KeyError::Signature(self.name.clone());
        self.key.verify_strict(message, &signature).map_err(refused)
    }

    fn typed_bytes(&self) -> Vec<u8> {
        [&[self.algorithm.type_byte()], &self.key.as_bytes()[..]].concat()
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}+{:08x}+{}", self.name, self.id(), STANDARD.encode(self.typed_bytes()))
    }
}
impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
impl FromStr for PublicKey {
    type Err = KeyError;
    fn from_str(word: &str) -> Result<Self, KeyError> {
        let (name, stated, typed) = split_key(word, word)?;
        let (&type_byte, bytes) =
            typed.split_first().ok_or_else(|| KeyError::Form(word.to_owned()))?;
        let key = Self::new(name, Algorithm::from_type_byte(type_byte)?, bytes)?;
        key.refuse_other_hash(stated)?;
        Ok(key)
    }
}
impl PublicKey {
    fn refuse_other_hash(&self, stated: &str) -> Result<(), KeyError> {
        let actual = self.id();
        if stated == format!("{actual:08x}") {
            return Ok(());
        }
        Err(KeyError::Hash { name: self.name.clone(), stated: stated.to_owned(), actual })
    }
}
impl Serialize for PublicKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for PublicKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        word.parse().map_err(de::Error::custom)
    }
}

/// Splits `name+hash+base64`; `shown` is what an error may repeat.
fn split_key<'a>(word: &'a str, shown: &str) -> Result<(&'a str, &'a str, Vec<u8>), KeyError> {
    let refuse = || KeyError::Form(shown.to_owned());
    let (name, rest) = word.split_once('+').ok_or_else(refuse)?;
    let (hash, typed) = rest.split_once('+').ok_or_else(refuse)?;
    let typed = STANDARD.decode(typed).map_err(|_| refuse())?;
    Ok((name, hash, typed))
}

const PRIVATE_PREFIX: &str = "PRIVATE+KEY+";

/// A key to sign with. Its secret is overwritten when dropped and never printed by `Debug`.
#[derive(Clone)]
pub struct Signer {
    public: PublicKey,
    key: SigningKey,
}

impl Signer {
    /// The key of `name` grown from a 32-byte seed (RFC 8032 5.1.5). The seed must come from a
    /// random source; the core has none.
    ///
    /// # Errors
    /// When the name cannot name a key.
    pub fn from_seed(name: &str, algorithm: Algorithm, seed: &[u8; 32]) -> Result<Self, KeyError> {
        let key = SigningKey::from_bytes(seed);
        let public = PublicKey::new(name, algorithm, key.verifying_key().as_bytes())?;
        Ok(Self { public, key })
    }

    /// The key others verify with.
    #[must_use]
    pub fn public(&self) -> &PublicKey {
        &self.public
    }
    /// Signs `message`.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> Signature {
        use ed25519_dalek::Signer as _;
        Signature(self.key.sign(message).to_bytes())
    }
    /// The secret as one line for a key file: `PRIVATE+KEY+name+hash+base64`, the form of Go's
    /// `note` package, which C2SP signed-note follows.
    #[must_use]
    pub fn private_text(&self) -> String {
        let typed = [&[self.public.algorithm.type_byte()], &self.key.as_bytes()[..]].concat();
        let (name, id) = (&self.public.name, self.public.id());
        format!("{PRIVATE_PREFIX}{name}+{id:08x}+{}", STANDARD.encode(typed))
    }

    /// Reads what [`Self::private_text`] wrote. Errors never repeat the secret.
    ///
    /// # Errors
    /// When the text is not a private key, or its hash is another key's.
    pub fn from_private_text(text: &str) -> Result<Self, KeyError> {
        const SHOWN: &str = "(a private key)";
        let refuse = || KeyError::Form(SHOWN.to_owned());
        let rest = text.strip_prefix(PRIVATE_PREFIX).ok_or_else(refuse)?;
        let (name, stated, typed) = split_key(rest, SHOWN)?;
        let (&type_byte, seed) = typed.split_first().ok_or_else(refuse)?;
        let seed = seed.try_into().map_err(|_| KeyError::Length(seed.len()))?;
        let signer = Self::from_seed(name, Algorithm::from_type_byte(type_byte)?, seed)?;
        signer.public.refuse_other_hash(stated)?;
        Ok(signer)
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.public)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_read_back_what_they_write() {
        for algorithm in [Algorithm::Ed25519, Algorithm::CosignatureV1] {
            let signer = Signer::from_seed("ua.liaison", algorithm, &[7; 32]).unwrap();
            assert_eq!(signer.public().to_string().parse(), Ok(signer.public().clone()));
            let again = Signer::from_private_text(&signer.private_text()).unwrap();
            assert_eq!(again.public(), signer.public());
            assert!(!format!("{signer:?}").contains("PRIVATE"));
        }
    }

    #[test]
    fn a_wrong_key_is_named() {
        let key = Signer::from_seed("house", Algorithm::Ed25519, &[7; 32]).unwrap();
        let text = key.public().to_string().replace("house", "horse");
        assert!(matches!(text.parse::<PublicKey>(), Err(KeyError::Hash { .. })));
        assert!(matches!("house".parse::<PublicKey>(), Err(KeyError::Form(_))));
        assert!(matches!(
            Signer::from_seed("a b", Algorithm::Ed25519, &[7; 32]),
            Err(KeyError::Name(_))
        ));
        let small_order = PublicKey::new("house", Algorithm::Ed25519, &[0; 32]);
        assert_eq!(small_order, Err(KeyError::Weak("house".into())));
    }

    #[test]
    fn one_key_never_passes_for_another() {
        let [one, other] =
            [1, 2].map(|s| Signer::from_seed("x", Algorithm::Ed25519, &[s; 32]).unwrap());
        let signature = one.sign(b"message");
        assert_eq!(one.public().check(b"message", &signature), Ok(()));
        assert!(other.public().check(b"message", &signature).is_err());
        assert!(one.public().check(b"massage", &signature).is_err());
    }
}
