//! The one door: submissions in, entries out.
