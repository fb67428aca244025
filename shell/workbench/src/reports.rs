//! Reports in, incidents out.

use std::path::PathBuf;

use clap::Args;

use crate::Error;

/// Reports put together into incidents.
#[derive(Args, Debug)]
pub struct Reports {
    /// Report files.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// File to write.
    #[arg(long)]
    pub out: PathBuf,
}

/// Reports put together into incidents.
pub fn reports(words: &Reports) -> Result<(), Error> {
    Err(Error::new(format!("reports is not built yet: {words:?}"), "Wait for it."))
}
