//! Waveforms of an array in, direction and speed of the waves out.

use std::path::PathBuf;

use clap::Args;

use crate::Error;

/// Direction and speed of waves across an array.
#[derive(Args, Debug)]
pub struct Beam {
    /// Waveforms of the array's elements.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// CSV to write.
    #[arg(long)]
    pub out: PathBuf,
}

/// Direction and speed of waves across an array.
pub fn beam(words: &Beam) -> Result<(), Error> {
    Err(Error::new(format!("beam is not built yet: {words:?}"), "Wait for it."))
}
