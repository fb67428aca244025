//! The built operations app, embedded.
