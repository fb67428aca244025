//! The stages of the ingest run, each in a process of its own: its memory is its own, and what one
//! leaves warm in memory does not help the next.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use desk::ingest::{self, Outcome as Taken};
use desk::{Desk, Reader};
use kernel::{Identity, Time};
use serde::{Deserialize, Serialize};

use crate::meter::{Cost, Meter, peak_mb, resident_mb};
use crate::run::Outcome;

/// Who hands the files in: an identity of the agreement with the mandate to submit everything.
const SUBMITTER: &str = "house";

/// One stage.
#[derive(Subcommand)]
pub enum Stage {
    /// Take the files in, then make incidents and what follows from them.
    Take(Files),
    /// Open the house for writing and hand the same files in once more.
    Again(Files),
    /// Open the house for reading.
    Read(House),
}

/// The house.
#[derive(clap::Args)]
pub struct House {
    /// Its folder.
    house: PathBuf,
}

/// The house, its time, and files with their sources.
#[derive(clap::Args)]
pub struct Files {
    /// Its folder.
    house: PathBuf,
    /// The record's time.
    #[arg(long)]
    now: Time,
    /// `SOURCE=FILE`.
    files: Vec<String>,
}

/// What a stage found; one JSON line on standard output.
#[derive(Clone, Default, Debug, Serialize, Deserialize)]
pub struct Report {
    /// Opening the house.
    pub open: Cost,
    /// Taking the files in, to acknowledged and durable.
    pub take: Cost,
    /// The most memory up to then, megabytes.
    pub take_peak_mb: f64,
    /// Making incidents, allegations and cases.
    pub assemble: Cost,
    /// The most memory ever, megabytes.
    pub peak_mb: f64,
    /// The memory held in the end, megabytes.
    pub resident_mb: f64,
    /// Lines handed in.
    pub lines: u64,
    /// Lines named as problems.
    pub problems: u64,
    /// Batches taken in.
    pub batches: u64,
    /// Batches known before.
    pub already_received: u64,
    /// Entries on the record.
    pub entries: u64,
    /// Allegations in force.
    pub allegations: u64,
    /// Cases on the docket.
    pub cases: u64,
    /// Incidents in the bulletin.
    pub incidents: u64,
}

/// Runs one stage and prints its report.
pub fn run(stage: &Stage) -> Outcome {
    let report = match stage {
        Stage::Take(files) => take(files, true),
        Stage::Again(files) => take(files, false),
        Stage::Read(house) => read(&house.house),
    };
    let line = serde_json::to_string(&report?).map_err(|error| error.to_string())?;
    println!("{line}");
    Ok(())
}

fn take(files: &Files, assemble: bool) -> Outcome<Report> {
    let mut report = Report::default();
    let meter = Meter::start();
    let mut desk = Desk::open(&files.house).map_err(|error| error.to_string())?;
    report.open = meter.cost();
    let meter = Meter::start();
    for file in &files.files {
        let (source, path) = file.split_once('=').ok_or("files are named SOURCE=FILE")?;
        let taken = hand_in(&mut desk, source, Path::new(path), files.now)?;
        report.lines += taken.lines;
        report.problems += taken.problems;
        report.batches += taken.batches;
        report.already_received += taken.already_received;
    }
    report.take = meter.cost();
    report.take_peak_mb = peak_mb();
    if assemble {
        let meter = Meter::start();
        ingest::assemble(&mut desk, files.now).map_err(|error| error.to_string())?;
        report.assemble = meter.cost();
    }
    let state = desk.house().state();
    report.allegations = state.terms.allegations().len() as u64;
    report.cases = state.commission.cases.len() as u64;
    report.entries = desk.size();
    (report.peak_mb, report.resident_mb) = (peak_mb(), resident_mb());
    Ok(report)
}

/// Hands in one file as `servanda submit` does.
pub fn hand_in(desk: &mut Desk, source: &str, path: &Path, now: Time) -> Outcome<Taken> {
    let options = ingest::Options {
        by: Identity::from(SUBMITTER),
        format: None,
        source: Some(source.into()),
        baseline: source.ends_with("history"),
        covers: None,
        now,
    };
    ingest::file(desk, path, &options, &mut |_| {}).map_err(|error| error.to_string())
}

fn read(house: &Path) -> Outcome<Report> {
    let mut report = Report::default();
    let meter = Meter::start();
    let reader = Reader::open(house).map_err(|error| error.to_string())?;
    report.open = meter.cost();
    report.incidents = reader.bulletin.len() as u64;
    (report.peak_mb, report.resident_mb) = (peak_mb(), resident_mb());
    Ok(report)
}
