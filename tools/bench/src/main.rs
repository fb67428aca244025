//! Measured runs: `cargo x bench NAME` and `cargo x score NAME` come here, built for release.

mod array;
mod capability;
mod classify;
mod doubts;
mod duplicates;
#[path = "../../../core/arrivals/tests/scene/mod.rs"]
#[allow(dead_code)] // The tests read what the bench does not.
mod explosions;
mod glass3;
mod hotspots;
mod infrasound;
mod ingest;
mod live;
mod meter;
mod missed;
mod run;
mod score;
mod shared_watch;
mod signal_bench;
mod stages;
mod thermal;
mod track_bench;
mod track_scenes;
mod track_score;
mod trust;
mod variations;

use clap::{Parser, Subcommand};

/// How fast, how large, how right.
#[derive(Parser)]
struct Bench {
    #[command(subcommand)]
    run: Run,
}

#[derive(Subcommand)]
enum Run {
    /// A million hotspot lines through the door on one core, and what follows from them.
    Ingest(ingest::Options),
    /// Onsets of thousands of sensors as they come, and how late the first word is.
    Live(live::Options),
    /// Waves across arrays, beside ObsPy.
    Array(array::Options),
    /// Waveforms decoded, filtered and triggered, beside ObsPy.
    Signal(signal_bench::Options),
    /// A theatre's chance of noticing, cell by cell and hour by hour.
    Capability(capability::SpeedOptions),
    /// Moving things followed, by how many there are.
    Tracks(track_bench::Options),
    /// A method held against what is known of the truth.
    #[command(subcommand)]
    Score(score::Score),
    /// The workbench, in a process of its own so that its cost can be told.
    #[command(hide = true)]
    Watch {
        #[command(subcommand)]
        verb: workbench::Verb,
    },
    /// One stage of `ingest`, in a process of its own so that its memory can be told.
    #[command(hide = true, subcommand)]
    Stage(stages::Stage),
}

fn main() -> std::process::ExitCode {
    let outcome = match Bench::parse().run {
        Run::Ingest(options) => ingest::ingest(&options),
        Run::Live(options) => live::live(&options),
        Run::Array(options) => array::bench(&options),
        Run::Signal(options) => signal_bench::bench(&options),
        Run::Capability(options) => capability::speed(&options),
        Run::Tracks(options) => track_bench::bench(&options),
        Run::Score(which) => score::score(&which),
        Run::Watch { verb } => {
            workbench::run(&verb).map_err(|error| format!("{error}. {}", error.hint))
        }
        Run::Stage(stage) => stages::run(&stage),
    };
    match outcome {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("bench: {reason}");
            std::process::ExitCode::FAILURE
        }
    }
}
