//! The developer's desk.
fn main() {}
