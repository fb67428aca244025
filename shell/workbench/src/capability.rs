//! Sources in, the chance of noticing by cell and hour out.

use std::path::PathBuf;

use clap::Args;

use crate::Error;

/// What would have been noticed.
#[derive(Args, Debug)]
pub struct Capability {
    /// Sources with their states.
    #[arg(long)]
    pub sources: PathBuf,
    /// First hour.
    #[arg(long)]
    pub from: String,
    /// Last hour.
    #[arg(long)]
    pub to: String,
    /// Class of incident.
    #[arg(long)]
    pub class: String,
    /// File to write.
    #[arg(long)]
    pub out: PathBuf,
}

/// What would have been noticed.
pub fn capability(words: &Capability) -> Result<(), Error> {
    Err(Error::new(format!("capability is not built yet: {words:?}"), "Wait for it."))
}
