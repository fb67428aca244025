//! The developer's desk: `cargo x demo`, `cargo x test`, and everything else that is not the product.

mod demo;
mod duplicates;
mod needs;
mod run;
mod score;
mod test;
mod thermal;
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
    /// A method held against what is known of the truth; what `docs/measured.md` quotes.
    #[command(subcommand)]
    Score(score::Score),
}

fn main() -> std::process::ExitCode {
    let outcome = match Desk::parse().task {
        Task::Demo(options) => demo::demo(&options),
        Task::Test(options) => test::test(&options),
        Task::Tidy => tidy::tidy(),
        Task::Score(which) => score::score(&which),
    };
    match outcome {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("cargo x: {reason}");
            std::process::ExitCode::FAILURE
        }
    }
}
