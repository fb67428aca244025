//! Plays a scenario: files laid ready, commands run through the built binary, the record verified.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use verify::{Failure, Given};

use super::story::{Part, Step, fits, read, write};

/// The house of every scenario.
const HOUSE: &str = "HOUSE";

/// What a scenario came to.
pub struct Played {
    /// The file as it would have to read.
    pub text: String,
    /// What is wrong at the end although every command said what was expected: the record.
    pub wrong: Option<String>,
}

/// Plays the scenario `text` in a folder of its own.
///
/// # Errors
/// When the file cannot be taken apart, or the machine fails.
pub fn play(text: &str) -> Result<Played, String> {
    let mut parts = read(text)?;
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let agreements = workspace().join("agreements");
    std::os::unix::fs::symlink(&agreements, folder.path().join("agreements"))
        .map_err(|error| error.to_string())?;
    for part in &mut parts {
        match part {
            Part::Line(_) => {}
            Part::File { name, text } => {
                fs::write(folder.path().join(&*name), text).map_err(|error| error.to_string())?;
            }
            Part::Step(step) => {
                let said = said(folder.path(), step)?;
                if !fits(&step.said, &said) {
                    step.said = said;
                }
            }
        }
    }
    Ok(Played { text: write(&parts), wrong: wrong(folder.path()) })
}

/// The top of the workspace.
pub fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn said(folder: &Path, step: &Step) -> Result<Vec<String>, String> {
    let (code, said) = match step.command.strip_prefix("servanda-verify ") {
        Some(words) => verified(folder, words)?,
        None => run(folder, &step.command)?,
    };
    let mut lines: Vec<String> = said.lines().map(str::to_owned).collect();
    if code != 0 {
        lines.push(format!("(exit {code})"));
    }
    Ok(lines)
}

/// Runs a line as a shell would, both outputs in the order they were written.
fn run(folder: &Path, line: &str) -> Result<(i32, String), String> {
    let told = folder.join(".said");
    let out = File::create(&told).map_err(|error| error.to_string())?;
    let program = Path::new(env!("CARGO_BIN_EXE_servanda"));
    let beside = program.parent().map(Path::as_os_str).unwrap_or_default().to_string_lossy();
    let path = format!("{beside}:{}", std::env::var("PATH").unwrap_or_default());
    let status = Command::new("sh")
        .args(["-c", line])
        .current_dir(folder)
        .env("PATH", path)
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::null())
        .stderr(out.try_clone().map_err(|error| error.to_string())?)
        .stdout(out)
        .status()
        .map_err(|error| format!("{line}: {error}"))?;
    let said = fs::read(&told).map_err(|error| error.to_string())?;
    Ok((status.code().unwrap_or(-1), String::from_utf8_lossy(&said).into_owned()))
}

/// `servanda-verify PATH [--key KEY]`: in this process, as cargo builds no other package's binary
/// for a test.
fn verified(folder: &Path, words: &str) -> Result<(i32, String), String> {
    let mut words = words.split_whitespace();
    let path = words.next().ok_or("servanda-verify needs a path")?;
    let mut given = Given::default();
    while let Some(word) = words.next() {
        let key = words.next().filter(|_| word == "--key").ok_or("only --key KEY is known")?;
        given.keys.push(key.parse().map_err(|error| format!("{key}: {error}"))?);
    }
    let (code, said) = match verify::verify(&folder.join(path), &given, &mut |_, _| {}) {
        Ok(report) => (0, report.to_string()),
        Err(Failure::NotOpened(nothing)) => (1, format!("{nothing}.\n")),
        Err(Failure::Wrong(wrong)) => (
            5,
            format!(
                "WRONG: {wrong}.\nThis is the first thing wrong; nothing after it was looked at.\n"
            ),
        ),
    };
    Ok((code, said.replace(&format!("{}/", folder.display()), "")))
}

/// Every story leaves a record that verifies.
fn wrong(folder: &Path) -> Option<String> {
    if !folder.join(HOUSE).exists() {
        return None;
    }
    match verified(folder, HOUSE) {
        Ok((0, _)) => None,
        Ok((_, said)) | Err(said) => Some(format!("at the end the record does not verify: {said}")),
    }
}
