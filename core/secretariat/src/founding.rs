//! The founding entry: which agreement, whose keys, and whether it is an exercise.

use std::collections::BTreeMap;

use kernel::{Digest, Identity};
use serde::{Deserialize, Serialize};

/// Public keys by identity, in the C2SP verifier-key text form.
pub type Keys = BTreeMap<Identity, String>;

/// The identity that signs what follows from a submission, and the checkpoints.
pub const HOUSE: &str = "house";

/// The first entry of every record.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Founding {
    /// Name of the log, as in its checkpoints.
    pub origin: String,
    /// The agreement's id.
    pub agreement: String,
    /// The agreement's files by name; their bytes lie in the vault.
    pub files: BTreeMap<String, Digest>,
    /// Who may sign, with which key.
    pub keys: Keys,
    /// Whether everything on this record is an exercise.
    pub exercise: bool,
    /// The version of the rules by which what follows is derived from what is submitted. Readers
    /// have versions of their own, batch by batch. A record that names none is of the first.
    #[serde(default = "first_rules")]
    pub rules: u32,
}

/// The rules this program derives by: raised whenever the same submissions would be followed by
/// anything else (docs/design/0012-rules.md).
pub const RULES: u32 = 2;

/// Whether the rules of this number stay as they are. While they do not, a record founded today may
/// have to be founded again.
pub const SETTLED: bool = false;

fn first_rules() -> u32 {
    1
}
