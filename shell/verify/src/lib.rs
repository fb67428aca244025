//! Anyone checks everything, offline.
