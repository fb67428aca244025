//! Signed notes (C2SP signed-note): a text, a blank line, and lines of signatures over the text.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::key::{PublicKey, is_key_name};

/// Most signature lines a note may carry (C2SP signed-note, "Security considerations": verifiers
/// limit them). A log and a hundred witnesses are plenty.
const MAX_SIGNATURES: usize = 101;

/// Why bytes are not a signed note.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NoteError {
    /// Not UTF-8.
    #[error("byte {0} of the note is not UTF-8")]
    NotText(usize),
    /// A control character other than newline.
    #[error("byte {0} of the note is a control character")]
    Control(usize),
    /// No blank line between text and signatures.
    #[error("the note has no blank line before its signatures")]
    NoSignatures,
    /// A line that is not a signature.
    #[error("line {0} of the note is not a signature line")]
    Line(usize),
    /// More signatures than any verifier should look at.
    #[error("the note has {0} signatures, more than 101")]
    TooMany(usize),
    /// Two lines of the same key.
    #[error("the note has two signatures of `{0}`")]
    Twice(String),
}

/// One signature line: whose, by which key, and the bytes after the key id.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NoteSignature {
    /// The key's name.
    pub name: String,
    /// The key's id.
    pub key_id: u32,
    /// 64 bytes of Ed25519; 8 bytes of time and 64 of Ed25519 for a cosignature.
    pub bytes: Vec<u8>,
}

impl NoteSignature {
    /// Whether the line names this key; says nothing of the signature itself.
    #[must_use]
    pub fn is_by(&self, key: &PublicKey) -> bool {
        self.name == key.name() && self.key_id == key.id()
    }

    fn parse(line: &str) -> Option<Self> {
        let (name, encoded) = line.strip_prefix("\u{2014} ")?.split_once(' ')?;
        let decoded = STANDARD.decode(encoded).ok()?;
        let (id, bytes) = decoded.split_first_chunk::<4>()?;
        let key_id = u32::from_be_bytes(*id);
        (is_key_name(name) && !bytes.is_empty()).then(|| Self {
            name: name.to_owned(),
            key_id,
            bytes: bytes.to_vec(),
        })
    }

    fn line(&self) -> String {
        let bytes = [&self.key_id.to_be_bytes(), &self.bytes[..]].concat();
        format!("\u{2014} {} {}\n", self.name, STANDARD.encode(bytes))
    }
}

/// A text and the signatures over it, none of them checked yet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Note {
    /// The signed text with its final newline.
    pub text: String,
    /// Signatures in the order of their lines.
    pub signatures: Vec<NoteSignature>,
}

impl Note {
    /// Reads a note strictly: writing it again gives the same bytes.
    ///
    /// # Errors
    /// When the bytes are not a signed note.
    pub fn read(bytes: &[u8]) -> Result<Self, NoteError> {
        let whole =
            str::from_utf8(bytes).map_err(|error| NoteError::NotText(error.valid_up_to()))?;
        let is_control = |byte: &u8| *byte < 0x20 && *byte != b'\n';
        if let Some(at) = bytes.iter().position(is_control) {
            return Err(NoteError::Control(at));
        }
        let split = whole.rfind("\n\n").ok_or(NoteError::NoSignatures)?;
        let (text, lines) = whole.split_at(split + 1);
        let first_line = text.matches('\n').count() + 2;
        let lines = lines.strip_prefix('\n').and_then(|lines| lines.strip_suffix('\n'));
        let lines = lines.ok_or(NoteError::NoSignatures)?;
        let mut signatures = Vec::new();
        for (number, line) in lines.split('\n').enumerate() {
            let signature =
                NoteSignature::parse(line).ok_or(NoteError::Line(first_line + number))?;
            signatures.push(signature);
        }
        let note = Self { text: text.to_owned(), signatures };
        note.refuse_crowds()?;
        Ok(note)
    }

    fn refuse_crowds(&self) -> Result<(), NoteError> {
        if self.signatures.len() > MAX_SIGNATURES {
            return Err(NoteError::TooMany(self.signatures.len()));
        }
        for (at, one) in self.signatures.iter().enumerate() {
            let earlier = self.signatures.iter().take(at);
            let mut same = earlier.filter(|e| e.name == one.name && e.key_id == one.key_id);
            if same.next().is_some() {
                return Err(NoteError::Twice(one.name.clone()));
            }
        }
        Ok(())
    }

    /// The note as bytes.
    #[must_use]
    pub fn write(&self) -> String {
        let lines: String = self.signatures.iter().map(NoteSignature::line).collect();
        format!("{}\n{lines}", self.text)
    }
}
