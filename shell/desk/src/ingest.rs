//! Files in: split into batches, read once, sealed, submitted, then made into incidents.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use gateways::Format;
use gateways::picked;
use gateways::split::{NotSplit, Part, Parts};
use kernel::{Digest, Identity, Interval, Problem, Refusal, SourceId, Time};
use secretariat::Command;
use secretariat::command::HouseCommand;
use secretariat::founding::HOUSE;
use stores::VaultReader as _;
use watch::entry::BatchReceived;
use watch::promise::Covers;
use watch::{Source, SourceKind};

use crate::bulk::{read_as, read_context};
use crate::error::Error;
use crate::late_description;
use crate::writer::Desk;

/// How files are handed in.
#[derive(Clone, Debug)]
pub struct Options {
    /// Who hands them in.
    pub by: Identity,
    /// Their format, when it is not to be recognised.
    pub format: Option<Format>,
    /// Their source, when it is not the usual one of the format.
    pub source: Option<SourceId>,
    /// Peacetime baseline.
    pub baseline: bool,
    /// What time the file speaks of, when it is not to be taken from its rows.
    pub covers: Option<Interval>,
    /// The record's time.
    pub now: Time,
}

/// Problems shown one by one; the rest are counted. All of them can be had again by reading the
/// batch again.
const PROBLEMS_KEPT: usize = 1_000;

/// What one file came to.
#[derive(Clone, Default, PartialEq, Debug, serde::Serialize)]
pub struct Outcome {
    /// The file as named by the submitter.
    pub file: String,
    /// The format it was read as.
    pub format: String,
    /// The source it was taken for.
    pub source: String,
    /// Lines in it.
    pub lines: u64,
    /// Observations read.
    pub observations: u64,
    /// Of these, known before.
    pub duplicates: u64,
    /// Lines named as problems.
    pub problems: u64,
    /// Batches it was taken in as.
    pub batches: u64,
    /// Batches whose very bytes were taken in before.
    pub already_received: u64,
    /// The first problems; of a batch taken in before only their number is told.
    pub first_problems: Vec<Problem>,
}

/// Hands in a file; `progress` is told the lines so far.
///
/// # Errors
/// When the file cannot be read, its format is not known, its source is not registered, the
/// submitter has no mandate, or a batch cannot be made durable. Batches acknowledged before stay.
pub fn file(
    desk: &mut Desk,
    path: &Path,
    options: &Options,
    progress: &mut dyn FnMut(u64),
) -> Result<Outcome, Error> {
    let opened = File::open(path).map_err(|error| Error::file("read", path, error))?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    stream(desk, &name, opened, options, progress)
}

/// Hands in what `bytes` gives, part by part; `progress` is told the lines so far.
///
/// # Errors
/// As [`file`].
pub fn stream(
    desk: &mut Desk,
    name: &str,
    bytes: impl Read,
    options: &Options,
    progress: &mut dyn FnMut(u64),
) -> Result<Outcome, Error> {
    let mut outcome = Outcome { file: name.to_owned(), ..Outcome::default() };
    let parts = Parts::open(bytes, options.format).map_err(|error| not_split(name, error))?;
    let format = parts.format();
    for part in parts {
        let part = part.map_err(|error| not_split(name, NotSplit::Read(error)))?;
        one_part(desk, part, format, options, &mut outcome)?;
        progress(outcome.lines);
    }
    Ok(outcome)
}

fn not_split(name: &str, error: NotSplit) -> Error {
    match error {
        NotSplit::Read(error) => Error::other(
            format!("could not read {name}: {error}"),
            "Check the file and submit it again: what was taken in is not doubled.",
        ),
        NotSplit::Refused(fault) => Refusal::new(fault.code, format!("{name}: {}.", fault.reason))
            .hint("docs/formats.md shows the columns of each format; --format names one.")
            .into(),
    }
}

fn one_part(
    desk: &mut Desk,
    part: Part,
    format: Format,
    options: &Options,
    outcome: &mut Outcome,
) -> Result<(), Error> {
    let source = source_of(desk, format, options)?;
    outcome.format = format.to_string();
    outcome.source = source.id.to_string();
    let now = options.now.max(desk.last());
    if let Some(batch) = sound_batch(desk, &part.bytes, &source.id) {
        outcome.lines += batch.lines;
        outcome.problems += batch.problems;
        return submit(desk, batch, options, now, outcome);
    }
    let header = match format {
        Format::Waveforms => late_description::header(desk, &source.id, part.header)?,
        _ => part.header,
    };
    let context = read_context(&source, now, part.first_line, header.clone());
    let reading = read_as(desk.vault(), &part.bytes, format, &context)?;
    let problems = reading.problems.len() as u64 + part.problems.len() as u64;
    outcome.lines += reading.lines;
    outcome.problems += problems;
    let room = PROBLEMS_KEPT.saturating_sub(outcome.first_problems.len());
    outcome
        .first_problems
        .extend(part.problems.iter().chain(&reading.problems).take(room).cloned());
    let duplicates = known(desk, &reading.observations, options.baseline);
    let digest = desk.seal(&part.bytes)?;
    let picked = match format {
        Format::Waveforms => Some(desk.seal(&picked::write(&reading))?),
        _ => None,
    };
    let batch = BatchReceived {
        digest,
        size_bytes: part.bytes.len() as u64,
        source: source.id.clone(),
        reader: format.to_string(),
        first_line: part.first_line,
        lines: reading.lines,
        observations: reading.observations.len() as u64,
        problems,
        duplicates,
        header,
        oversize: part.problems.len() as u64,
        picked,
        covers: covers(&source, &reading.observations, options),
        baseline: options.baseline,
    };
    desk.keep_reading(digest, reading.observations);
    submit(desk, batch, options, now, outcome)?;
    match format {
        Format::StationXml => late_description::read_again(desk, &source, &options.by, now),
        _ => Ok(()),
    }
}

/// What time a batch speaks of: as stated, else by its rows if its source promised a cadence.
fn covers(
    source: &Source,
    observations: &[watch::Observation],
    options: &Options,
) -> Option<Covers> {
    let by_rows = || source.cadence.map(|cadence| Covers::of(observations, cadence));
    options.covers.map(Covers::stated).or_else(by_rows).filter(|_| !options.baseline)
}

/// The batch that these very bytes were taken in as and still lie sound in the vault: there is
/// nothing to read or to seal, and the house will say so to whoever may submit.
fn sound_batch(desk: &Desk, bytes: &[u8], source: &SourceId) -> Option<BatchReceived> {
    let watch = &desk.house().state().watch;
    let digest = Digest::of(bytes);
    let known = watch.latest(digest, source)?;
    desk.vault().check(&digest).is_ok().then(|| known.clone())
}

fn submit(
    desk: &mut Desk,
    batch: BatchReceived,
    options: &Options,
    now: Time,
    outcome: &mut Outcome,
) -> Result<(), Error> {
    let (observations, known) = (batch.observations, batch.duplicates);
    let command = Command::Watch(watch::command::Command::ReceiveBatch { batch });
    match desk.submit(&options.by, command, now) {
        Ok(_) => {
            outcome.batches += 1;
            outcome.observations += observations;
            outcome.duplicates += known;
        }
        Err(Error::Refused(refusal)) if refusal.code == "already-received" => {
            outcome.already_received += 1
        }
        Err(error) => return Err(error),
    }
    Ok(())
}

/// Observations that the watch knows already.
fn known(desk: &Desk, observations: &[watch::Observation], baseline: bool) -> u64 {
    let engine = &desk.house().state().engine;
    let knows = |seen: &&watch::Observation| match baseline {
        true => engine.baseline_knows(&seen.id),
        false => engine.knows(&seen.id),
    };
    observations.iter().filter(knows).count() as u64
}

/// The source that was named, or the one that is meant when none was: of the format's kind, one
/// that the submitter may hand in for.
fn source_of(desk: &Desk, format: Format, options: &Options) -> Result<Source, Refusal> {
    let state = desk.house().state();
    if let Some(id) = &options.source {
        return state.watch.source(id).cloned().ok_or_else(|| {
            Refusal::new("source-unknown", format!("No source is registered as `{id}`."))
                .hint("List them with `servanda sources HOUSE`, or name one with --source.")
        });
    }
    let (kinds, usual): (&[SourceKind], _) = match format {
        Format::Firms => (&[SourceKind::ThermalSatellite], "firms-viirs"),
        Format::Viina => (&[SourceKind::Press], "viina"),
        Format::Patrol => (&[SourceKind::Patrol], "patrol"),
        Format::PartyLog => (&[SourceKind::PartyLog], "party-log"),
        Format::Arrivals | Format::Stations | Format::Waveforms | Format::StationXml => {
            (&[SourceKind::Acoustic, SourceKind::Seismic], "arrivals")
        }
        Format::Uptime => (&SourceKind::ALL, "uptime"),
        Format::Bearings => (&[SourceKind::Acoustic], "bearings"),
        Format::Looks => (&[SourceKind::Patrol, SourceKind::Camera, SourceKind::Drone], "looks"),
        Format::Tracks => (&[SourceKind::Drone, SourceKind::Camera], "tracks"),
    };
    let may = |source: &&Source| {
        let act = format!("submit:{}", source.id);
        kinds.contains(&source.kind) && state.agreement.parties.mandated(&options.by, &act)
    };
    let candidates: Vec<&Source> = state.watch.sources().filter(may).collect();
    let meant = match candidates[..] {
        [only] => Some(only),
        _ => candidates.iter().copied().find(|source| source.id.as_str() == usual),
    };
    meant.cloned().ok_or_else(|| {
        let names: Vec<&str> = candidates.iter().map(|source| source.id.as_str()).collect();
        let sentence = format!("It is not clear which source the {} file is from.", format.name());
        let hint = match names[..] {
            [] => "List the sources with `servanda sources HOUSE`.".to_owned(),
            _ => format!("Name one with --source: {}.", names.join(", ")),
        };
        Refusal::new("source-unclear", sentence).hint(hint)
    })
}

/// Makes incidents of what was taken in, if anything waits for it.
///
/// # Errors
/// When it cannot be made durable.
pub fn assemble(desk: &mut Desk, now: Time) -> Result<(), Error> {
    if desk.house().state().watch.assembly_due() {
        desk.submit(&Identity::from(HOUSE), Command::House(HouseCommand::Assemble), now)?;
    }
    Ok(())
}
