//! An analyst's review, from words to a command on the record.

use std::collections::BTreeMap;

use clap::{Args, Subcommand, ValueEnum};
use kernel::{ObservationId, Place};
use secretariat::Command;
use watch::review::{Decision, Reviewed};
use watch::settings::CLASSES;
use watch::{Class, IncidentId};

use super::args::At;
use super::refer;
use desk::{Desk, Error};

/// Verbs of an incident.
#[derive(Debug, Subcommand)]
pub enum IncidentVerb {
    /// Decide what it is; from then on it stays as decided, and what comes later is shown as new.
    Review(ReviewWords),
}

/// `incident review`.
#[derive(Args, Debug)]
pub struct ReviewWords {
    /// The house.
    #[command(flatten)]
    pub at: At,
    /// The incident: its id, `@latest`, `@first`, `@3`.
    pub incident: String,
    /// What is decided.
    pub act: ActWord,
    /// Why; stands on the record beside the decision.
    #[arg(long)]
    pub reason: String,
    /// The version that was looked at; the current one when not given.
    #[arg(long)]
    pub version: Option<u32>,
    /// split: an observation that is of another incident; may be given several times.
    #[arg(long = "observation", value_name = "ID")]
    pub observations: Vec<ObservationId>,
    /// merge: an incident that is the same; may be given several times.
    #[arg(long = "with", value_name = "INCIDENT")]
    pub with: Vec<String>,
    /// relocate: degrees east.
    #[arg(long, allow_negative_numbers = true, requires = "lat")]
    pub lon: Option<f64>,
    /// relocate: degrees north.
    #[arg(long, allow_negative_numbers = true, requires = "lon")]
    pub lat: Option<f64>,
    /// relocate: one standard deviation of the place, metres.
    #[arg(long, default_value_t = 200.0)]
    pub error_m: f64,
    /// reclassify: a class, or a class with its share, `air-strike=0.8`; may be given several times.
    #[arg(long = "class", value_name = "CLASS[=SHARE]", value_parser = class)]
    pub classes: Vec<(Class, f64)>,
}

/// What can be decided.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum ActWord {
    /// It is as the machine says.
    Accept,
    /// It is no incident.
    Discard,
    /// Some of its observations are of another.
    Split,
    /// Others are of the same.
    Merge,
    /// It was elsewhere.
    Relocate,
    /// It was something else.
    Reclassify,
}

fn class(word: &str) -> Result<(Class, f64), String> {
    let (name, share) = word.split_once('=').unwrap_or((word, "1"));
    let known = CLASSES.into_iter().find(|class| class.word() == name);
    let known = known.ok_or_else(|| {
        format!("`{name}` is no class; there are {}", CLASSES.map(Class::word).join(", "))
    })?;
    let share = share.parse().map_err(|_| format!("`{share}` is no share"))?;
    Ok((known, share))
}

/// The command that the words ask for.
///
/// # Errors
/// When they name no incident, or a share is no number.
pub fn command(desk: &Desk, verb: &IncidentVerb) -> Result<Command, Error> {
    let IncidentVerb::Review(words) = verb;
    let current = desk.incidents()?;
    let ids: Vec<IncidentId> = desk::bulletin::in_order(current.values())
        .into_iter()
        .map(|incident| incident.id)
        .collect();
    let find = |word: &str| match word.parse() {
        // One that is not listed may have been discarded, or may be no more: the house says so.
        Ok(id) => Ok(id),
        Err(_) => refer::resolve("incident", word, &ids),
    };
    let incident = find(&words.incident)?;
    let decision = match words.act {
        ActWord::Accept => Decision::Accept,
        ActWord::Discard => Decision::Discard,
        ActWord::Split => Decision::Split { members: words.observations.clone() },
        ActWord::Merge => Decision::Merge {
            with: words.with.iter().map(|word| find(word)).collect::<Result<_, _>>()?,
        },
        ActWord::Relocate => {
            let missing = || Error::Usage("say where with --lon and --lat".into());
            let (lon, lat) = words.lon.zip(words.lat).ok_or_else(missing)?;
            Decision::Relocate { place: Place { lon, lat }, error_m: words.error_m }
        }
        ActWord::Reclassify => {
            let mut classes = BTreeMap::new();
            for (class, share) in &words.classes {
                *classes.entry(*class).or_default() += share;
            }
            Decision::Reclassify { classes }
        }
    };
    let now = desk.house().state().engine.version_of(incident);
    let version = words.version.or(now).unwrap_or_default();
    let review = Reviewed { incident, version, decision, reason: words.reason.clone() };
    Ok(Command::Watch(watch::command::Command::ReviewIncident { review }))
}
