//! What `thermal` and `reports` share: files through the gateways into the watch's engine, and its
//! incidents out as CSV or GeoJSON.

use std::fs::File;
use std::path::Path;

use gateways::split::{NotSplit, Parts};
use gateways::{Format, ReadContext};
use kernel::belief::Reliability;
use kernel::{Duration, Problem, Time};
use watch::Change;
use watch::engine::Engine;
use watch::{Incident, Observation, Source, SourceKind};

use crate::Error;

/// Problems shown of one file; the rest is counted.
const PROBLEMS_SHOWN: u64 = 20;
/// Most observations held of all files of a run.
const OBSERVATIONS_MAX: usize = 4_000_000;

/// A file that is not yet in a house: nothing is known of its source but its kind. The reliability
/// and the share of false alarms are those the built-in agreements give such sources.
pub fn source(path: &Path, kind: SourceKind) -> Source {
    let name = path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into());
    Source {
        id: name.as_str().into(),
        kind,
        owner: "unstated".into(),
        side: None,
        independence_group: name,
        reliability: Reliability::C,
        false_alarm_share: 0.05,
        delay_max: Duration::hours(24),
        releasable_to: vec![],
        stations: vec![],
        cadence: None,
    }
}

/// The kind of source that writes a format.
///
/// # Errors
/// For what instruments write, which other verbs work on.
pub fn kind(format: Format) -> Result<SourceKind, Error> {
    let other = |what: &str, verb: &str| {
        Err(Error::new(format!("{what} are no reports"), format!("Use {verb}.")))
    };
    match format {
        Format::Firms => Ok(SourceKind::ThermalSatellite),
        Format::Viina => Ok(SourceKind::Press),
        Format::Patrol => Ok(SourceKind::Patrol),
        Format::PartyLog => Ok(SourceKind::PartyLog),
        Format::Arrivals | Format::Stations => {
            other("arrivals and stations", "`servanda watch associate`, or submit them to a house")
        }
        Format::Waveforms | Format::StationXml => {
            other("waveforms and stations", "`servanda watch pick`, or submit them to a house")
        }
        Format::Bearings => other("bearings", "`servanda watch locate`, or submit them to a house"),
        Format::Looks => other("looks", "`servanda watch capability`, or submit them to a house"),
        Format::Tracks => other("tracks", "`servanda submit`"),
        Format::Uptime => other("signs of life", "`servanda submit`"),
    }
}

/// Opens a file, once only, so that it may be a pipe; its format is told by its columns unless it
/// is known.
pub fn open(path: &Path, format: Option<Format>) -> Result<Parts<File>, Error> {
    let file = File::open(path).map_err(|error| Error::file("read", path, &error))?;
    Parts::open(file, format).map_err(|error| not_split(path, &error))
}

/// How many more observations may be held.
pub struct Room(usize);

impl Default for Room {
    fn default() -> Self {
        Self(OBSERVATIONS_MAX)
    }
}

/// Reads a file part by part, hands each part's observations on, and names on standard error what
/// could not be read. Gives back how many lines had problems.
pub fn read(
    path: &Path,
    parts: Parts<File>,
    source: &Source,
    room: &mut Room,
    mut take: impl FnMut(Vec<Observation>),
) -> Result<u64, Error> {
    let format = parts.format();
    let mut problems = 0;
    let mut name = |problem: &Problem| {
        problems += 1;
        if problems <= PROBLEMS_SHOWN {
            let Problem { line, code, reason } = problem;
            eprintln!("{}:{line}: {code}: {reason}", path.display());
        }
    };
    for part in parts {
        let part = part.map_err(|error| Error::file("read", path, &error))?;
        let mut context = ReadContext::whole(source.id.clone(), Time::MAX);
        (context.header, context.first_line) = (part.header, part.first_line);
        if format == Format::PartyLog {
            context.claimant = Some(source.owner.clone());
        }
        let mut reading = format.read(&part.bytes, &context);
        part.problems.iter().chain(&reading.problems).for_each(&mut name);
        let full = reading.observations.len() > room.0;
        if full {
            let line = reading.observations[room.0].line;
            let reason = format!("{OBSERVATIONS_MAX} are held of all files; the rest is not read");
            name(&Problem::new(line, "observations-too-many", reason));
            reading.observations.truncate(room.0);
        }
        room.0 -= reading.observations.len();
        take(reading.observations);
        if full {
            break;
        }
    }
    if problems > PROBLEMS_SHOWN {
        eprintln!("{}: {} more lines like these", path.display(), problems - PROBLEMS_SHOWN);
    }
    Ok(problems)
}

fn not_split(path: &Path, error: &NotSplit) -> Error {
    match error {
        NotSplit::Read(error) => Error::file("read", path, error),
        NotSplit::Refused(fault) => Error::new(
            format!("{}: {}: {}", path.display(), fault.code, fault.reason),
            "docs/formats.md lists the columns that each format needs.",
        ),
    }
}

/// What the engine makes of all it has taken in, in order of time.
pub fn incidents(engine: &mut Engine) -> Vec<Incident> {
    let mut incidents = Vec::new();
    engine.assemble_each(|change| match change {
        Change::Added(incident) | Change::Revised(incident) => incidents.push(*incident),
        Change::Replaced { .. } => {}
    });
    incidents.sort_by_key(|incident| (incident.when.start, incident.id));
    incidents
}

/// How a file is to be written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Written {
    /// `.csv`
    Csv,
    /// `.geojson` or `.json`
    GeoJson,
}

impl Written {
    /// By the ending of the file's name.
    pub fn by_name(path: &Path) -> Result<Self, Error> {
        match path.extension().and_then(|ending| ending.to_str()) {
            Some("csv") => Ok(Self::Csv),
            Some("geojson" | "json") => Ok(Self::GeoJson),
            _ => Err(Error::new(
                format!("{} names no form to write", path.display()),
                "End the name in .csv, .geojson or .json.",
            )),
        }
    }
}

/// Writes a file whole.
pub fn write(path: &Path, text: &str) -> Result<(), Error> {
    std::fs::write(path, text).map_err(|error| Error::file("write", path, &error))
}
