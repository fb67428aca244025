//! `servanda`: words in, one act, data out; errors once, with what to do next.

use std::process::ExitCode;

use clap::Parser as _;
use server::cli::{self, args::Words};

fn main() -> ExitCode {
    let words = Words::parse();
    let json = words.form.json;
    match cli::run(words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            cli::print::failed(&error, json);
            ExitCode::from(error.exit_code())
        }
    }
}
