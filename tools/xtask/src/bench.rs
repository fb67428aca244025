//! `cargo x bench` and `cargo x score`: measured runs, built for release in a crate of their own.

use clap::Args;

use crate::run::{Outcome, run};

/// What is handed on to the measured run.
#[derive(Args)]
pub struct Words {
    /// Its name and options; `--help` lists them.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    words: Vec<String>,
}

/// Runs a bench; the verifier is built beside it, since some benches time it.
pub fn bench(words: &Words) -> Outcome {
    run("cargo", &["build", "--release", "--package", "servanda-verify"])?;
    let named = words.words.first().is_some_and(|word| !word.starts_with("--"));
    release(if named { &[] } else { &["ingest"] }, words)
}

/// Runs a scored run.
pub fn score(words: &Words) -> Outcome {
    release(&["score"], words)
}

fn release(first: &[&str], words: &Words) -> Outcome {
    let cargo = ["run", "--release", "--quiet", "--package", "servanda-bench", "--"];
    let rest = words.words.iter().map(String::as_str);
    run("cargo", &cargo.iter().chain(first).copied().chain(rest).collect::<Vec<_>>())
}
