//! `cargo x bench ingest`: a million hotspot lines through the door of a real house, pinned to one
//! core; then the same lines again, the house opened anew, and the house verified.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration as Pause;

use clap::Args;
use desk::{Desk, found};
use kernel::{Identity, Time, Truth};
use secretariat::Command as Ask;

use crate::hotspots::{Country, Instrument, MODIS, VIIRS};
use crate::meter::{Cost, Meter, cpu_s};
use crate::run::{Outcome, root};
use crate::stages::{self, Report};

/// How the run is made.
#[derive(Args)]
pub struct Options {
    /// Lines in all; one in ten is of MODIS, so that incidents have two independent groups.
    #[arg(long, default_value_t = 1_000_000)]
    lines: usize,
    /// Lines of peacetime baseline, handed in before.
    #[arg(long, default_value_t = 120_000)]
    baseline: usize,
    /// Where files and house are made; kept afterwards when it is named.
    #[arg(long)]
    keep: Option<PathBuf>,
    /// The core to which everything is pinned.
    #[arg(long, default_value_t = 0)]
    core: usize,
    /// Leave out the verification.
    #[arg(long)]
    no_verify: bool,
}

/// Seed of the generated country.
const SEED: u64 = 20_260_421;
/// Two years of it.
const DAYS: i64 = 730;

/// Makes the files and the house, runs the stages, prints what they cost.
pub fn ingest(options: &Options) -> Outcome {
    let named = options.keep.clone();
    let folder = named.unwrap_or_else(|| {
        std::env::temp_dir().join(format!("servanda-bench-{}", std::process::id()))
    });
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let outcome = measure(options, &folder);
    if options.keep.is_none() {
        std::fs::remove_dir_all(&folder)
            .map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    outcome
}

fn measure(options: &Options, folder: &Path) -> Outcome {
    let house = folder.join("house");
    if house.exists() {
        std::fs::remove_dir_all(&house).map_err(|error| format!("{}: {error}", house.display()))?;
    }
    let files = files(options, folder)?;
    let now = settle(&house, folder)?;
    let mut words = vec![house.display().to_string(), "--now".into(), now.to_string()];
    words.extend(files);
    let taken = stage(options, "take", &words)?;
    print_taken(&taken);
    let read = stage(options, "read", &words[..1])?;
    println!(
        "incidents {}, allegations {}, cases {}",
        read.incidents, taken.allegations, taken.cases
    );
    print_sizes(&house, &taken)?;
    print_cost("open to read", read.open, None);
    println!("  peak {:.0} MB", read.peak_mb);
    let again = stage(options, "again", &words)?;
    print_cost("open to write", again.open, None);
    print_cost("the same files again", again.take, Some(again.lines));
    println!(
        "  {} of {} batches known, peak {:.0} MB",
        again.already_received, taken.batches, again.peak_mb
    );
    if !options.no_verify {
        verify(options, &house, taken.take.wall_s + taken.assemble.wall_s)?;
    }
    Ok(())
}

/// The submitted files as `SOURCE=FILE`; the baseline lies beside them.
fn files(options: &Options, folder: &Path) -> Outcome<Vec<String>> {
    let agreement = found::read_agreement(&root().join("agreements/paris"))
        .map_err(|error| error.to_string())?;
    let (agreement, _) = terms::read(&agreement);
    let line = agreement.zones.lines.first().ok_or("the agreement names no line")?.path.clone();
    let start = Time::from_date(2024, 1, 1).ok_or("no such day")?;
    let before = Time::from_date(2021, 1, 1).ok_or("no such day")?;
    let peace =
        Country { line: line.clone(), start: before, days: DAYS, seed: SEED + 1, war: false };
    let war = Country { line, start, days: DAYS, seed: SEED, war: true };
    let write = |name: &str, country: &Country, instrument: Instrument, lines: usize| {
        let path = folder.join(name);
        let text = country.file(instrument, lines);
        std::fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok::<_, String>(path.display().to_string())
    };
    write("baseline.csv", &peace, VIIRS, options.baseline)?;
    let modis = options.lines / 10;
    Ok(vec![
        format!("firms-viirs={}", write("viirs.csv", &war, VIIRS, options.lines - modis)?),
        format!("firms-modis={}", write("modis.csv", &war, MODIS, modis)?),
    ])
}

/// Founds the house, lets the ceasefire begin, hands in the baseline; the time of what follows.
fn settle(house: &Path, folder: &Path) -> Outcome<Time> {
    let day = |year| Time::from_date(year, 1, 1).ok_or("no such day");
    let failed = |error: desk::Error| error.to_string();
    let text = found::read_agreement(&root().join("agreements/paris")).map_err(failed)?;
    found::found(house, &text, found::Options { exercise: true, seed: Some(SEED), at: day(2023)? })
        .map_err(failed)?;
    let mut desk = Desk::open(house).map_err(failed)?;
    let fact = terms::Command::StateFact {
        fact: "ceasefire-in-force".into(),
        subject: None,
        holds: Truth::Yes,
        since: day(2024)?,
        basis: None,
    };
    desk.submit(&Identity::from("secretariat"), Ask::Terms(fact), day(2024)?).map_err(failed)?;
    stages::hand_in(&mut desk, "firms-history", &folder.join("baseline.csv"), day(2024)?)?;
    desk::ingest::assemble(&mut desk, day(2024)?).map_err(failed)?;
    Ok(day(2026)?)
}

/// Runs a stage pinned to one core, in a process of its own.
fn stage(options: &Options, name: &str, words: &[String]) -> Outcome<Report> {
    let me = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut command = pinned(&options.core.to_string(), &me);
    let output = command.args(["stage", name]).args(words).stderr(Stdio::inherit()).output();
    let output = output.map_err(|error| {
        format!("could not start `taskset`: {error} (Debian package util-linux)")
    })?;
    if !output.status.success() {
        return Err(format!("stage `{name}` ended with {}", output.status));
    }
    serde_json::from_slice(&output.stdout).map_err(|error| format!("stage `{name}`: {error}"))
}

fn pinned(cores: &str, program: &Path) -> Command {
    let mut command = Command::new("taskset");
    command.args(["-c", cores]).arg(program);
    command
}

fn print_cost(what: &str, cost: Cost, lines: Option<u64>) {
    let Cost { wall_s, cpu_s } = cost;
    let rate = lines.map_or(String::new(), |lines| {
        let lines = lines as f64;
        format!(
            ": {:.0} lines/s by the clock, {:.0} by processor time",
            lines / wall_s,
            lines / cpu_s
        )
    });
    println!("{what}: {wall_s:.2} s ({cpu_s:.2} s of processor){rate}");
}

fn print_taken(taken: &Report) {
    let (take, assemble) = (taken.take, taken.assemble);
    println!("{} lines, {} problems, {} batches", taken.lines, taken.problems, taken.batches);
    print_cost("acknowledged and durable", take, Some(taken.lines));
    println!("  peak {:.0} MB", taken.take_peak_mb);
    let both = Cost { wall_s: take.wall_s + assemble.wall_s, cpu_s: take.cpu_s + assemble.cpu_s };
    print_cost("with incidents, allegations and cases", both, Some(taken.lines));
    println!("  peak {:.0} MB, in the end {:.0} MB", taken.peak_mb, taken.resident_mb);
}

fn print_sizes(house: &Path, taken: &Report) -> Outcome {
    let megabytes = |path: &Path| size_bytes(path).map(|bytes| bytes as f64 / 1e6);
    println!(
        "record {} entries, {:.1} MB; vault {:.1} MB",
        taken.entries,
        megabytes(&house.join("record.sqlite"))?,
        megabytes(&house.join("vault"))?,
    );
    Ok(())
}

fn size_bytes(path: &Path) -> Outcome<u64> {
    let failed = |error| format!("{}: {error}", path.display());
    if path.is_file() {
        return Ok(path.metadata().map_err(failed)?.len());
    }
    let entries = std::fs::read_dir(path).map_err(failed)?;
    entries.map(|entry| size_bytes(&entry.map_err(failed)?.path())).sum()
}

/// Verifies the house on one core, then on two.
fn verify(options: &Options, house: &Path, ingest_s: f64) -> Outcome {
    let me = std::env::current_exe().map_err(|error| error.to_string())?;
    let program = me.with_file_name("servanda-verify");
    if !program.exists() {
        return Err(format!(
            "{} is not built: cargo build --release --package servanda-verify",
            program.display()
        ));
    }
    let one = options.core.to_string();
    for cores in [one.as_str(), "0,1"] {
        let (before, meter) = (cpu_s("self", true), Meter::start());
        let child = pinned(cores, &program).arg(house).stdout(Stdio::null()).spawn();
        let mut child = child.map_err(|error| format!("{}: {error}", program.display()))?;
        let peak_mb = watch_peak_mb(&mut child)?;
        let cost = Cost { wall_s: meter.cost().wall_s, cpu_s: cpu_s("self", true) - before };
        print_cost(&format!("verified on core {cores}"), cost, None);
        println!("  peak {peak_mb:.0} MB; {:.2} of the ingest's time", cost.wall_s / ingest_s);
    }
    Ok(())
}

/// Waits for a child; the most memory it was ever seen to hold, megabytes.
fn watch_peak_mb(child: &mut Child) -> Outcome<f64> {
    let mut peak_mb = 0.0_f64;
    loop {
        peak_mb = peak_mb.max(crate::meter::peak_mb_of(&child.id().to_string()));
        if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
            return if status.success() {
                Ok(peak_mb)
            } else {
                Err(format!("servanda-verify ended with {status}"))
            };
        }
        std::thread::sleep(Pause::from_millis(10));
    }
}
