//! Hotspots in, what peacetime does not explain out.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use gateways::{Format, geojson};
use serde_json::json;
use watch::abnormality::is_abnormal;
use watch::engine::Engine;
use watch::settings::Settings;
use watch::{Incident, SourceKind};

use crate::reports_files::{Room, Written, incidents, open, read, source, write};
use crate::{Error, Unread};

/// The columns of the CSV, in order. `chance` is that of as much burning in peacetime; the ellipse
/// holds 95 %.
const COLUMNS: &str = "id,start,end,lon,lat,ellipse_semi_major_m,ellipse_semi_minor_m,\
    ellipse_azimuth_deg,verdict,chance,observed,expected,baseline_years,class,real,hotspots\n";

/// Hotspots that peacetime does not explain.
#[derive(Args, Debug)]
pub struct Thermal {
    /// Hotspot files.
    #[arg(long, num_args = 1.., required = true, value_name = "FILE")]
    pub hotspots: Vec<PathBuf>,
    /// Peacetime hotspot files; without any, no verdict is given.
    #[arg(long, num_args = 1.., value_name = "FILE")]
    pub baseline: Vec<PathBuf>,
    /// File to write, `.csv`, `.geojson` or `.json`.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

/// Hotspots that peacetime does not explain.
///
/// # Errors
/// When a file cannot be read or written or holds no hotspots; single bad lines are named on
/// standard error, and the rest is read.
pub fn thermal(words: &Thermal) -> Result<(), Error> {
    let written = Written::by_name(&words.out)?;
    let mut engine = Engine::new(Settings::default());
    let (mut problems, mut room) = (0, Room::default());
    // A verdict against half a baseline would be another one, so that nothing is said without it.
    for path in &words.baseline {
        let source = source(path, SourceKind::ThermalSatellite);
        let parts = open(path, Some(Format::Firms))?;
        problems += read(path, parts, &source, &mut room, |seen| engine.absorb_baseline(&seen))?;
    }
    let (mut hotspots, mut unread) = (0, Unread::default());
    for path in &words.hotspots {
        let source = source(path, SourceKind::ThermalSatellite);
        let count = open(path, Some(Format::Firms)).and_then(|parts| {
            read(path, parts, &source, &mut room, |seen| {
                hotspots += engine.absorb(&source, seen).new;
            })
        });
        problems += unread.note(count).unwrap_or_default();
    }
    if hotspots == 0 {
        unread.nothing()?;
    }
    let incidents = incidents(&mut engine);
    let text = match written {
        Written::Csv => csv(&incidents),
        Written::GeoJson => collection(&incidents),
    };
    write(&words.out, &text)?;
    let abnormal = incidents.iter().filter(|incident| verdict(incident) == "abnormal").count();
    let years = incidents.iter().filter_map(|one| Some(one.abnormality?.baseline_years)).max();
    println!(
        "{hotspots} hotspots in {} incidents, {abnormal} abnormal against {} years of baseline; \
         {problems} lines with problems",
        incidents.len(),
        years.unwrap_or(0),
    );
    unread.end()
}

/// `abnormal`, `usual`, or `unjudged` without a baseline.
fn verdict(incident: &Incident) -> &'static str {
    match &incident.abnormality {
        Some(abnormality) if abnormality.baseline_years == 0 => "unjudged",
        Some(abnormality) if is_abnormal(abnormality) => "abnormal",
        Some(_) => "usual",
        None => "unjudged",
    }
}

fn csv(incidents: &[Incident]) -> String {
    let mut text = COLUMNS.to_owned();
    for incident in incidents {
        let place = incident.place.mean.rounded();
        let ellipse = incident.place.ellipse(geojson::ELLIPSE_LEVEL);
        let (id, start, end) = (incident.id, incident.when.start, incident.when.end);
        let verdict = verdict(incident);
        let (chance, observed, expected, years) =
            incident.abnormality.map_or((1.0, 0, 0.0, 0), |one| {
                (one.chance.value(), one.observed, one.expected, one.baseline_years)
            });
        let class = incident.classes.likeliest().map(|class| json!(class));
        let class = class.as_ref().and_then(|class| class.as_str()).unwrap_or_default();
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{id},{start},{end},{},{},{:.0},{:.0},{:.1},{verdict},{chance},{observed},\
             {expected:.3},{years},{class},{},{}",
            place.lon,
            place.lat,
            ellipse.semi_major_m,
            ellipse.semi_minor_m,
            ellipse.azimuth_deg,
            incident.real.value(),
            incident.members.len(),
        );
    }
    text
}

/// As the house writes incidents, with the verdict besides.
fn collection(incidents: &[Incident]) -> String {
    let mut collection = geojson::incidents(incidents);
    let features = collection["features"].as_array_mut().into_iter().flatten();
    for (feature, incident) in features.zip(incidents) {
        feature["properties"]["verdict"] = json!(verdict(incident));
    }
    collection.to_string() + "\n"
}
