//! The workbench alone, quick to build: `cargo run --release -p servanda-workbench --example watch -- associate ...`.

use std::process::ExitCode;

use clap::Parser;

/// The watch's engines on files.
#[derive(Parser)]
struct Words {
    #[command(subcommand)]
    verb: workbench::Verb,
}

fn main() -> ExitCode {
    match workbench::run(&Words::parse().verb) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}\n{}", error.hint);
            ExitCode::FAILURE
        }
    }
}
