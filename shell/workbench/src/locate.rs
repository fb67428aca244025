//! Bearings in, a place with its region out.

use std::path::PathBuf;

use clap::Args;

use crate::Error;

/// Place an origin from bearings.
#[derive(Args, Debug)]
pub struct Locate {
    /// Detections as InfraPy writes them, JSON.
    #[arg(long)]
    pub bearings: PathBuf,
}

/// Place an origin from bearings.
pub fn locate(words: &Locate) -> Result<(), Error> {
    Err(Error::new(format!("locate is not built yet: {words:?}"), "Wait for it."))
}
