//! `cargo x test`: everything that must hold before a change lands.

use clap::Args;

use crate::run::{Outcome, run, run_in};
use crate::{browser, demo, needs, tidy};

/// Which parts to run; without a flag, all of them.
#[derive(Args)]
pub struct Options {
    /// Leave out the browser (for quick rounds at the desk; CI never does).
    #[arg(long)]
    no_browser: bool,
}

/// Runs the house rules, the linters, every test, and the browser's journey through the demo.
pub fn test(options: &Options) -> Outcome {
    needs::for_test()?;
    tidy::tidy()?;
    run("cargo", &["fmt", "--all", "--check"])?;
    run_in("ui", "npm", &["ci", "--no-audit", "--no-fund"])?;
    run_in("ui", "npm", &["run", "check"])?;
    run_in("ui", "npm", &["test"])?;
    demo::build()?;
    run("cargo", &["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"])?;
    run("cargo", &["test", "--workspace"])?;
    if !options.no_browser {
        browser::journey()?;
    }
    Ok(())
}
