//! The signed, append-only log and its proofs; knows nothing of ceasefires.
