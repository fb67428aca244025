//! The signed, append-only log and its proofs; knows nothing of ceasefires.
//!
//! An entry is signed by whoever submitted it, hashed into one RFC 6962 tree per agreement, and the
//! tree is signed as a C2SP checkpoint that witnesses may cosign. Modules stand in reading order.

pub mod checkpoint;
pub mod entry;
pub mod key;
pub mod note;
pub mod proof;
pub mod tile;
pub mod tree;

pub use checkpoint::{Checkpoint, CheckpointError, SignedCheckpoint};
pub use entry::{Draft, Entry, EntryError, MAX_ENTRY_BYTES};
pub use key::{Algorithm, KeyError, PublicKey, Signature, Signer};
pub use proof::{check_consistency, check_inclusion, consistency_proof, inclusion_proof};
pub use tile::{TileError, TileNodes, TilePath};
pub use tree::{Frontier, Leaves, Nodes, Tree, TreeError, leaf_hash, node_hash};
