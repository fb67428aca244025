//! `cargo x demo`: from a fresh clone to a map in the browser.

use std::fs;
use std::path::PathBuf;

use clap::Args;

use crate::needs;
use crate::run::{Outcome, binary, command, root, run, run_in};

/// How the demo is played.
#[derive(Args)]
pub struct Options {
    /// Port on loopback.
    #[arg(long, default_value_t = 8420)]
    port: u16,
    /// Seed of the exercise: the same seed plays the same story.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Build and play, but do not serve.
    #[arg(long)]
    no_serve: bool,
}

/// Builds everything, makes a house, plays the built-in exercise, serves it.
pub fn demo(options: &Options) -> Outcome {
    needs::for_demo()?;
    build()?;
    let house = play(options.seed)?;
    if options.no_serve {
        return Ok(());
    }
    let servanda = binary("servanda");
    let status = command(
        &servanda.to_string_lossy(),
        &["serve", &house.to_string_lossy(), "--port", &options.port.to_string()],
    )
    .status()
    .map_err(|error| format!("{}: {error}", servanda.display()))?;
    if status.success() { Ok(()) } else { Err(format!("`servanda serve` ended with {status}")) }
}

/// Builds the operations app and both binaries.
pub fn build() -> Outcome {
    if !root().join("ui/node_modules").exists() {
        run_in("ui", "npm", &["ci", "--no-audit", "--no-fund"])?;
    }
    run_in("ui", "npm", &["run", "build"])?;
    run("cargo", &["build", "--package", "servanda-server", "--package", "servanda-verify"])
}

/// Makes a new house under `target/demo` and plays the built-in exercise in it.
pub fn play(seed: u64) -> Outcome<PathBuf> {
    let house = root().join("target/demo/house");
    if house.exists() {
        fs::remove_dir_all(&house).map_err(|error| format!("{}: {error}", house.display()))?;
    }
    let servanda = binary("servanda").to_string_lossy().into_owned();
    let house_text = house.to_string_lossy().into_owned();
    run(&servanda, &["init", &house_text, "--agreement", "agreements/paris", "--exercise"])?;
    run(&servanda, &["exercise", &house_text, "--seed", &seed.to_string()])?;
    run(&binary("servanda-verify").to_string_lossy(), &[&house_text])?;
    Ok(house)
}
