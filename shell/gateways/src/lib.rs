//! The world's formats become observations, one file per standard.
