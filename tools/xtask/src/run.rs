//! Running other programs from the root of the workspace, and saying which one failed.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// Why a task ended early, in a sentence for the terminal.
pub type Outcome<T = ()> = Result<T, String>;

/// The root of the workspace.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}

/// A command that starts in the root.
pub fn command(program: &str, words: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(words).current_dir(root()).stdin(Stdio::null());
    command
}

/// Runs `program` and fails with its name when it does.
pub fn run(program: &str, words: &[&str]) -> Outcome {
    run_in(".", program, words)
}

/// Runs `program` in a folder below the root.
pub fn run_in(folder: &str, program: &str, words: &[&str]) -> Outcome {
    let line = format!("{program} {}", words.join(" "));
    eprintln!("\n==> {line}");
    let begun = Instant::now();
    let status = command(program, words).current_dir(root().join(folder)).status();
    let status = status.map_err(|error| format!("could not start `{line}`: {error}"))?;
    if !status.success() {
        return Err(format!("`{line}` in {folder} ended with {status}; its words stand above"));
    }
    eprintln!("    {line}: {:.0} s", begun.elapsed().as_secs_f64());
    Ok(())
}

/// The binary of this workspace as cargo lays it down for the profile in use.
pub fn binary(name: &str) -> PathBuf {
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    target.join("debug").join(name)
}
