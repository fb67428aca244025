//! Hotspots in, what peacetime does not explain out.

use std::path::PathBuf;

use clap::Args;

use crate::Error;

/// Hotspots that peacetime does not explain.
#[derive(Args, Debug)]
pub struct Thermal {
    /// Hotspot files.
    #[arg(long, num_args = 1..)]
    pub hotspots: Vec<PathBuf>,
    /// Peacetime hotspot files.
    #[arg(long, num_args = 1..)]
    pub baseline: Vec<PathBuf>,
    /// File to write.
    #[arg(long)]
    pub out: PathBuf,
}

/// Hotspots that peacetime does not explain.
pub fn thermal(words: &Thermal) -> Result<(), Error> {
    Err(Error::new(format!("thermal is not built yet: {words:?}"), "Wait for it."))
}
