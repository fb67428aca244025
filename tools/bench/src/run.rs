//! Where the workspace lies, and how a measured run says that it failed.

use std::path::{Path, PathBuf};

/// Why a run ended early, in a sentence for the terminal.
pub type Outcome<T = ()> = Result<T, String>;

/// The root of the workspace.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}
