//! What the scored runs share: where the real data lie, and the engine fed with them.

use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Subcommand;
use gateways::{Format, ReadContext};
use kernel::belief::Reliability;
use kernel::{Duration, Time};
use watch::assemble::Change;
use watch::engine::Engine;
use watch::{Incident, Observation, Source, SourceKind};

use crate::run::{Outcome, root};

/// A method held against what is known of the truth; what `docs/measured.md` quotes.
#[derive(Subcommand)]
pub enum Score {
    /// Hotspots called abnormal, against an outside count of war fires and a year of peace.
    Thermal,
    /// Errors and false alarms of array processing, on simulated arrays.
    Array,
    /// Sources from bearings and times: a real shot beside BISL, regions, association.
    Infrasound(crate::infrasound::Options),
    /// Texts called the same, against known clusters; incidents called one, against a reader.
    Duplicates,
    /// Real seismic picks, against a catalogue and what the reference associator found.
    Glass3,
    /// The chance of noticing, stated against observed in a simulated world.
    Capability(crate::capability::Options),
    /// Causes and classes told from features, in simulated worlds of another physics.
    Classify(crate::classify::Options),
    /// Tracks against seeded scenes of every kind of sensor, and stated chances against shares.
    Tracks,
    /// Places with and without what the check of sources sets aside, in a simulated line of sensors.
    Doubts(crate::doubts::Options),
    /// Faults found in simulated sources, and sound sources accused.
    Trust(crate::trust::Options),
    /// Arrivals put together and moving things followed, on the scenarios the peers were measured on.
    Watch(crate::shared_watch::Options),
    /// Incidents missed at an equal number of false ones, beside a greedy baseline.
    Missed(crate::missed::Options),
}

/// Runs one of them.
pub fn score(which: &Score) -> Outcome {
    match which {
        Score::Thermal => crate::thermal::score(&data()),
        Score::Capability(options) => crate::capability::score(options),
        Score::Watch(options) => crate::shared_watch::score(options),
        Score::Missed(options) => crate::missed::score(options),
        Score::Array => crate::array::score(),
        Score::Glass3 => crate::glass3::score(),
        Score::Infrasound(options) => crate::infrasound::score(options),
        Score::Duplicates => crate::duplicates::score(&data()),
        Score::Classify(options) => crate::classify::score(options),
        Score::Tracks => crate::track_score::score(),
        Score::Doubts(options) => crate::doubts::score(options),
        Score::Trust(options) => crate::trust::score(options),
    }
}

/// The folder of real data, beside the workspace.
pub fn data() -> PathBuf {
    root().join("../shared/data")
}

/// A file as text.
pub fn text(path: &Path) -> Outcome<String> {
    std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// A file through the gateway that reads it in the house; every line must be read.
pub fn observations(path: &Path, format: Format, source: &Source) -> Outcome<Vec<Observation>> {
    let context = ReadContext::whole(source.id.clone(), Time::MAX);
    let reading = format.read(text(path)?.as_bytes(), &context);
    match reading.problems.first() {
        Some(problem) => Err(format!("{}: {problem:?}", path.display())),
        None => Ok(reading.observations),
    }
}

/// Seconds that `work` takes: the best of ten, since other work on the machine only ever adds.
pub fn seconds<T>(work: impl Fn() -> T) -> f64 {
    let time = |_| {
        let started = Instant::now();
        std::hint::black_box(work());
        started.elapsed().as_secs_f64()
    };
    (0..10).map(time).fold(f64::INFINITY, f64::min)
}

/// A source that nothing special is known of.
pub fn source(id: &str, kind: SourceKind, owner: &str) -> Source {
    Source {
        id: id.into(),
        kind,
        owner: owner.into(),
        side: None,
        independence_group: id.to_owned(),
        reliability: Reliability::C,
        false_alarm_share: 0.05,
        delay_max: Duration::hours(24),
        releasable_to: vec![],
        stations: vec![],
        cadence: None,
    }
}

/// What the engine makes of all it has taken in.
pub fn incidents(engine: &mut Engine) -> Vec<Incident> {
    let incident = |change| match change {
        Change::Added(incident) | Change::Revised(incident) => Some(*incident),
        Change::Replaced { .. } => None,
    };
    engine.assemble().into_iter().filter_map(incident).collect()
}
