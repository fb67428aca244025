//! `servanda-verify`: checks a house or an export, offline, and trusts nobody.

use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;
use record::PublicKey;
use verify::{Failure, Given, verify};

/// Checks everything that a house says, offline and trusting nobody: tree, signatures, order,
/// mandates, that every entry follows by the rules, and that the incidents follow from the
/// observations in the vault.
///
/// Exit codes: 0 all holds; 1 there is no house and no export there; 2 wrong words; 5 something is
/// wrong, and the first thing is named.
#[derive(Parser)]
#[command(name = "servanda-verify", version)]
struct Words {
    /// A house's folder, or an export file.
    #[arg(value_name = "HOUSE|EXPORT")]
    path: PathBuf,
    /// A key to trust (name+hash+base64): the log's, or an identity's. Without any, the keys in the
    /// founding entry are trusted on its own word.
    #[arg(long = "key", value_name = "KEY")]
    keys: Vec<PublicKey>,
    /// A witness that must have cosigned (name+hash+base64).
    #[arg(long = "witness", value_name = "KEY")]
    witnesses: Vec<PublicKey>,
    /// Report as JSON.
    #[arg(long)]
    json: bool,
}

/// Between two words of progress.
const PROGRESS_EVERY: Duration = Duration::from_millis(200);

fn main() -> ExitCode {
    let words = Words::parse();
    let given = Given { keys: words.keys, witnesses: words.witnesses };
    let checked = verify(&words.path, &given, &mut progress());
    if std::io::stderr().is_terminal() {
        eprint!("\r\x1b[K");
    }
    let (code, told) = match checked {
        Ok(report) if words.json => (0, json(&serde_json::json!({"ok": true, "report": report}))),
        Ok(report) => (0, report.to_string()),
        Err(failure) => failed(&failure, words.json),
    };
    // Nobody is left to tell when standard output is gone.
    drop(std::io::stdout().write_all(told.as_bytes()));
    ExitCode::from(code)
}

fn failed(failure: &Failure, as_json: bool) -> (u8, String) {
    match failure {
        Failure::NotOpened(nothing) if as_json => {
            (1, json(&serde_json::json!({"ok": false, "error": nothing.to_string()})))
        }
        Failure::NotOpened(nothing) => (1, format!("{nothing}.\n")),
        Failure::Wrong(wrong) if as_json => {
            (5, json(&serde_json::json!({"ok": false, "wrong": wrong})))
        }
        Failure::Wrong(wrong) => {
            let told = format!(
                "WRONG: {wrong}.\nThis is the first thing wrong; nothing after it was looked at.\n"
            );
            (5, told)
        }
    }
}

fn json(value: &serde_json::Value) -> String {
    format!("{value:#}\n")
}

/// Tells how far it is, on a terminal only.
fn progress() -> impl FnMut(u64, u64) {
    let shown = std::io::stderr().is_terminal();
    let mut last = Instant::now();
    move |position, size| {
        if shown && last.elapsed() >= PROGRESS_EVERY {
            last = Instant::now();
            eprint!("\r\x1b[Kentry {position} of {size}");
        }
    }
}
