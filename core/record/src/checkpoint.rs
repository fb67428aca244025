//! Checkpoints (C2SP tlog-checkpoint): how long the record is and its root, signed by the log and
//! cosigned by witnesses (C2SP tlog-cosignature).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kernel::{Digest, Time};

use crate::key::{Algorithm, KeyError, PublicKey, Signature, Signer};
use crate::note::{Note, NoteError, NoteSignature};

/// Why a checkpoint is not accepted.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CheckpointError {
    /// Not a signed note.
    #[error("{0}")]
    Note(#[from] NoteError),
    /// A line that does not say what it should (C2SP tlog-checkpoint, "Note text").
    #[error("line {line} of the checkpoint is `{given}`: it should be {expected}")]
    Line {
        /// Line, from 1.
        line: usize,
        /// What stands there.
        given: String,
        /// What should.
        expected: &'static str,
    },
    /// The checkpoint is another log's.
    #[error("the checkpoint is of the log `{origin}` and the key is of `{key}`")]
    OtherLog {
        /// Origin in the checkpoint.
        origin: String,
        /// The key's name.
        key: String,
    },
    /// No signature by that key.
    #[error("the checkpoint carries no signature of `{0}`")]
    Unsigned(String),
    /// A key of the wrong kind: logs sign with plain Ed25519, witnesses with cosignature/v1.
    #[error("`{0}` is not a key for this kind of signature")]
    KeyKind(String),
    /// The signature does not hold.
    #[error("{0}")]
    Signature(#[from] KeyError),
    /// The signature bytes have the wrong length for their kind.
    #[error("the signature of `{name}` has {given} bytes instead of {expected}")]
    SignatureLength {
        /// Whose.
        name: String,
        /// Bytes given.
        given: usize,
        /// Bytes expected.
        expected: usize,
    },
    /// A cosignature's time must be a moment that can be written.
    #[error("{0} seconds since 1970 is not a time for a cosignature")]
    CosignatureTime(u64),
}

/// What a log commits to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Checkpoint {
    /// The log's name, which is also the name of its key.
    pub origin: String,
    /// Number of entries.
    pub size: u64,
    /// Root of the tree over them (RFC 6962 section 2.1).
    pub root: Digest,
}

impl Checkpoint {
    /// The note text: origin, size, root in base64, a line each (C2SP tlog-checkpoint, "Note
    /// text"). This log writes no extension lines and accepts none.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, STANDARD.encode(self.root.0))
    }

    fn parse(text: &str) -> Result<Self, CheckpointError> {
        let lines: Vec<&str> = text.lines().collect();
        let wrong = |line: usize, expected| CheckpointError::Line {
            line,
            given: lines.get(line - 1).copied().unwrap_or_default().to_owned(),
            expected,
        };
        let &[origin, size_text, root_text] = &lines[..] else {
            return Err(wrong(lines.len().clamp(1, 4), "one of three lines: origin, size, root"));
        };
        if origin.is_empty() {
            return Err(wrong(1, "the log's origin"));
        }
        let size = size_text.parse().ok().filter(|size: &u64| size.to_string() == size_text);
        let size = size.ok_or_else(|| wrong(2, "a number of entries without leading zeros"))?;
        let root = STANDARD.decode(root_text).ok().and_then(|bytes| bytes.try_into().ok());
        let root = root.map(Digest).ok_or_else(|| wrong(3, "32 bytes in base64"))?;
        Ok(Self { origin: origin.to_owned(), size, root })
    }

    /// Signs it with the log's key, whose name must be the origin.
    ///
    /// # Errors
    /// When the key is another log's or no plain Ed25519 key.
    pub fn sign(self, log: &Signer) -> Result<SignedCheckpoint, CheckpointError> {
        refuse_other_log(&self.origin, log.public())?;
        let text = self.text();
        let bytes = log.sign(text.as_bytes()).0.to_vec();
        let key = log.public();
        let signature = NoteSignature { name: key.name().to_owned(), key_id: key.id(), bytes };
        Ok(SignedCheckpoint { checkpoint: self, note: Note { text, signatures: vec![signature] } })
    }
}

fn refuse_other_log(origin: &str, key: &PublicKey) -> Result<(), CheckpointError> {
    if key.algorithm() != Algorithm::Ed25519 {
        return Err(CheckpointError::KeyKind(key.name().to_owned()));
    }
    if key.name() != origin {
        let (origin, key) = (origin.to_owned(), key.name().to_owned());
        return Err(CheckpointError::OtherLog { origin, key });
    }
    Ok(())
}

/// A checkpoint whose log signature holds, and the note that carries it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignedCheckpoint {
    checkpoint: Checkpoint,
    note: Note,
}

impl SignedCheckpoint {
    /// Reads a checkpoint and checks the log's signature. Cosignatures are carried along unchecked:
    /// see [`Self::cosigned`].
    ///
    /// # Errors
    /// When the bytes are no checkpoint, or not one that `log` signed.
    pub fn read(bytes: &[u8], log: &PublicKey) -> Result<Self, CheckpointError> {
        let note = Note::read(bytes)?;
        let checkpoint = Checkpoint::parse(&note.text)?;
        refuse_other_log(&checkpoint.origin, log)?;
        let signed = Self { checkpoint, note };
        let line = signed.line_of(log)?;
        let signature = signature_of(log, &line.bytes)?;
        log.check(signed.note.text.as_bytes(), &signature)?;
        Ok(signed)
    }

    /// What the log commits to.
    #[must_use]
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }
    /// All signature lines, the log's among them.
    #[must_use]
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.note.signatures
    }
    /// The note as it is stored and published.
    #[must_use]
    pub fn text(&self) -> String {
        self.note.write()
    }

    /// Adds a witness's cosignature made at `at`, in whole seconds; an earlier one of the same key
    /// is replaced.
    ///
    /// # Errors
    /// When the key is no cosignature key, or the time is before 1970.
    pub fn cosign(&mut self, witness: &Signer, at: Time) -> Result<(), CheckpointError> {
        let key = witness.public();
        refuse_other_kind(key)?;
        let seconds = u64::try_from(at.0.div_euclid(1_000_000))
            .map_err(|_| CheckpointError::CosignatureTime(0))?;
        let signature = witness.sign(&self.cosigned_message(seconds));
        let bytes = [&seconds.to_be_bytes()[..], &signature.0[..]].concat();
        self.note.signatures.retain(|line| !line.is_by(key));
        let line = NoteSignature { name: key.name().to_owned(), key_id: key.id(), bytes };
        self.note.signatures.push(line);
        Ok(())
    }

    /// Takes over the cosignatures of the same checkpoint received from elsewhere (a witness
    /// answers with signature lines only): `lines` as in a note. Only those that hold under one of
    /// `witnesses` are kept; how many is returned.
    ///
    /// # Errors
    /// When a line is not a signature line.
    pub fn take_cosignatures(
        &mut self,
        lines: &str,
        witnesses: &[PublicKey],
    ) -> Result<usize, CheckpointError> {
        let note = Note::read(format!("{}\n{lines}", self.note.text).as_bytes())?;
        let offered = Self { checkpoint: self.checkpoint.clone(), note };
        let mut kept = 0;
        for witness in witnesses.iter().filter(|witness| offered.cosigned(witness).is_ok()) {
            let line = offered.line_of(witness)?.clone();
            self.note.signatures.retain(|known| !known.is_by(witness));
            self.note.signatures.push(line);
            kept += 1;
        }
        Ok(kept)
    }

    /// When `witness` cosigned, if its cosignature is there and holds.
    ///
    /// # Errors
    /// When it is missing or does not hold.
    pub fn cosigned(&self, witness: &PublicKey) -> Result<Time, CheckpointError> {
        refuse_other_kind(witness)?;
        let line = self.line_of(witness)?;
        let wrong_length = || CheckpointError::SignatureLength {
            name: line.name.clone(),
            given: line.bytes.len(),
            expected: 72,
        };
        let (seconds, signature) = line.bytes.split_first_chunk::<8>().ok_or_else(wrong_length)?;
        let signature = signature.try_into().map(Signature).map_err(|_| wrong_length())?;
        let seconds = u64::from_be_bytes(*seconds);
        witness.check(&self.cosigned_message(seconds), &signature)?;
        let micros = i64::try_from(seconds).ok().and_then(|whole| whole.checked_mul(1_000_000));
        let time = micros.map(Time).filter(|time| *time <= Time::MAX);
        time.ok_or(CheckpointError::CosignatureTime(seconds))
    }

    /// C2SP tlog-cosignature, "Format": a line naming the version, a line with the time, the note.
    fn cosigned_message(&self, seconds: u64) -> Vec<u8> {
        format!("cosignature/v1\ntime {seconds}\n{}", self.note.text).into_bytes()
    }

    fn line_of(&self, key: &PublicKey) -> Result<&NoteSignature, CheckpointError> {
        let mut lines = self.note.signatures.iter();
        let unsigned = || CheckpointError::Unsigned(key.name().to_owned());
        lines.find(|line| line.is_by(key)).ok_or_else(unsigned)
    }
}

fn refuse_other_kind(witness: &PublicKey) -> Result<(), CheckpointError> {
    if witness.algorithm() == Algorithm::CosignatureV1 {
        return Ok(());
    }
    Err(CheckpointError::KeyKind(witness.name().to_owned()))
}

fn signature_of(key: &PublicKey, bytes: &[u8]) -> Result<Signature, CheckpointError> {
    bytes.try_into().map(Signature).map_err(|_| CheckpointError::SignatureLength {
        name: key.name().to_owned(),
        given: bytes.len(),
        expected: 64,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn log() -> Signer {
        Signer::from_seed("servanda.test/log", Algorithm::Ed25519, &[1; 32]).unwrap()
    }
    fn witness() -> Signer {
        Signer::from_seed("witness.test/w", Algorithm::CosignatureV1, &[2; 32]).unwrap()
    }
    fn cosigned() -> SignedCheckpoint {
        let root = Digest::of(b"root");
        let checkpoint = Checkpoint { origin: "servanda.test/log".into(), size: 7, root };
        let mut signed = checkpoint.sign(&log()).unwrap();
        signed.cosign(&witness(), "2026-04-21T00:03:00Z".parse().unwrap()).unwrap();
        signed
    }

    #[test]
    fn a_checkpoint_reads_back_what_it_writes() {
        let signed = cosigned();
        let read = SignedCheckpoint::read(signed.text().as_bytes(), log().public()).unwrap();
        assert_eq!(read, signed);
        let time = read.cosigned(witness().public()).unwrap();
        assert_eq!(time.to_string(), "2026-04-21T00:03:00Z");
    }

    #[test]
    fn an_independent_implementation_reads_it() {
        let text = cosigned().text();
        let note = signed_note::Note::from_bytes(text.as_bytes()).unwrap();
        let verifier = signed_note::StandardVerifier::new(&log().public().to_string()).unwrap();
        let known = signed_note::VerifierList::new(vec![Box::new(verifier)]);
        let (verified, unknown) = note.verify(&known).unwrap();
        assert_eq!((verified.len(), unknown.len()), (1, 1));
        let theirs = tlog_tiles::Checkpoint::from_bytes(note.text()).unwrap();
        assert_eq!((theirs.origin(), theirs.size()), ("servanda.test/log", 7));
        assert_eq!(theirs.hash().0, Digest::of(b"root").0);
        let signer = signed_note::StandardSigner::new(&log().private_text()).unwrap();
        let mut note = signed_note::Note::new(note.text(), &[]).unwrap();
        note.add_sigs(&[&signer]).unwrap();
        assert!(text.as_bytes().starts_with(&note.to_bytes()));
    }

    #[test]
    fn the_wrong_log_or_kind_of_key_is_refused() {
        let signed = cosigned();
        let other = Signer::from_seed("servanda.test/x", Algorithm::Ed25519, &[1; 32]).unwrap();
        let read = SignedCheckpoint::read(signed.text().as_bytes(), other.public());
        assert!(matches!(read, Err(CheckpointError::OtherLog { .. })));
        assert!(matches!(signed.cosigned(log().public()), Err(CheckpointError::KeyKind(_))));
        let stranger = Signer::from_seed("w2", Algorithm::CosignatureV1, &[2; 32]).unwrap();
        assert!(matches!(signed.cosigned(stranger.public()), Err(CheckpointError::Unsigned(_))));
    }

    #[test]
    fn cosignatures_are_taken_only_when_they_hold() {
        let full = cosigned();
        let mut bare = full.checkpoint().clone().sign(&log()).unwrap();
        let lines = full.text().lines().skip(5).map(|l| format!("{l}\n")).collect::<String>();
        assert_eq!(bare.take_cosignatures(&lines, &[witness().public().clone()]).unwrap(), 1);
        assert_eq!(bare, full);
        let other = Checkpoint { size: 8, ..full.checkpoint().clone() };
        let mut longer = other.sign(&log()).unwrap();
        assert_eq!(longer.take_cosignatures(&lines, &[witness().public().clone()]).unwrap(), 0);
    }

    proptest! {
        #[test]
        fn a_changed_byte_is_noticed(place in 0_usize..1000, to in any::<u8>()) {
            let text = cosigned().text().into_bytes();
            let mut changed = text.clone();
            let place = place % text.len();
            changed[place] = to;
            let read = SignedCheckpoint::read(&changed, log().public());
            let accepted = read.and_then(|read| read.cosigned(witness().public()));
            prop_assert_eq!(accepted.is_ok(), changed == text);
        }
    }
}
