//! The developer's desk: `cargo x demo`, `cargo x test`, and everything else that is not the product.

mod bench;
mod browser;
mod demo;
mod needs;
mod run;
mod test;
mod tidy;

use clap::{Parser, Subcommand};

/// Everything a developer of Servanda does, in one place.
#[derive(Parser)]
#[command(name = "cargo x", bin_name = "cargo x")]
struct Desk {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build everything, make a house, play the built-in exercise, serve the map on loopback.
    Demo(demo::Options),
    /// Everything that must hold before a change lands; what CI runs.
    Test(test::Options),
    /// The house rules that a machine can check: captions, lengths, story order, error lists.
    Tidy,
    /// How fast and how large; what `docs/measured.md` quotes. `ingest` by default.
    Bench(bench::Words),
    /// A method held against what is known of the truth: `thermal`, `duplicates`.
    Score(bench::Words),
}

fn main() -> std::process::ExitCode {
    let outcome = match Desk::parse().task {
        Task::Demo(options) => demo::demo(&options),
        Task::Test(options) => test::test(&options),
        Task::Tidy => tidy::tidy(),
        Task::Bench(words) => bench::bench(&words),
        Task::Score(words) => bench::score(&words),
    };
    match outcome {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("cargo x: {reason}");
            std::process::ExitCode::FAILURE
        }
    }
}
