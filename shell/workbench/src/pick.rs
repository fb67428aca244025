//! Waveforms in, onsets with their errors out.

use std::path::PathBuf;

use clap::Args;

use crate::Error;

/// Find onsets in waveforms.
#[derive(Args, Debug)]
pub struct Pick {
    /// Waveforms.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

/// Find onsets in waveforms.
pub fn pick(words: &Pick) -> Result<(), Error> {
    Err(Error::new(format!("pick is not built yet: {words:?}"), "Wait for it."))
}
