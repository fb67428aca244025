//! Sources in, the chance of noticing by cell and hour out.
//!
//! The sources file is JSON, or TOML with the same names (`docs/formats.md` has all of them):
//! `frame` (`degrees` or `km`), `area` [west, south, east, north], `as_of`, `seen`; `groups`
//! (what fails together, with its uptime); `laws` of waves; `weather` (cloud, wind, cells);
//! `networks` of sensors (wave, needs, noise by hour, stations or `stations_file`); `satellites`
//! (passes, or `daily` times); `lookers` (cameras, drones, patrols: looks that saw nothing among
//! them); `press` (settlements, delay); `party_logs` (counted for nothing); `losses` (outage,
//! jamming, blinded, access-denied, maintenance of a source, a group or an area); `received`
//! (what came in and when: gaps become losses). A wrong entry is named, and the rest is taken.

use std::path::PathBuf;

use clap::Args;
use kernel::{Duration, Interval, Time};
use serde::Deserialize;
use watch::Class;
use watch::capability::notice::Question;
use watch::capability::{Noticing, Scene};
use watch::settings::Settings;

use crate::Error;

mod add;
mod file;
mod grid;
mod map;
mod named;
mod read;
mod stations;
mod summary;
mod write;

use grid::Grid;
use read::Sources;
use summary::Summary;

/// Most rows that a run writes.
const ROWS_MAX: usize = 50_000_000;
/// How far beyond the outermost sensor the area reaches when the file states none, degrees.
const MARGIN_DEG: f64 = 0.2;

/// What would have been noticed.
#[derive(Args, Debug)]
pub struct Capability {
    /// Sources with their states, JSON or TOML.
    #[arg(long, value_name = "FILE")]
    pub sources: PathBuf,
    /// First hour.
    #[arg(long, value_name = "TIME")]
    pub from: Time,
    /// End, not included.
    #[arg(long, value_name = "TIME")]
    pub to: Time,
    /// Class of incident, as `explosion` or `abnormal-fire`.
    #[arg(long)]
    pub class: String,
    /// File to write, `.csv` or `.geojson`: one row a cell and hour.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Map over time to draw.
    #[arg(long, value_name = "FILE")]
    pub svg: Option<PathBuf>,
    /// Size whose chance is asked, kg of TNT; the class's usual one when absent.
    #[arg(long, value_name = "KG")]
    pub size: Option<f64>,
    /// Side of a cell, km.
    #[arg(long, default_value_t = 10.0, value_name = "KM")]
    pub cell_km: f64,
    /// Places along each side of a cell whose mean stands for it, 1 to 8.
    #[arg(long, default_value_t = 2, value_name = "COUNT")]
    pub points_per_side: usize,
    /// Confidence of the upper-limit size.
    #[arg(long, default_value_t = 0.9)]
    pub level: f64,
    /// How many were seen; the file's `seen`, or none, when absent.
    #[arg(long, value_name = "COUNT")]
    pub seen: Option<u64>,
    /// When it is asked: what is under way counts for less.
    #[arg(long, value_name = "TIME")]
    pub as_of: Option<Time>,
}

/// What would have been noticed.
///
/// # Errors
/// When the sources cannot be read at all, or the question cannot be answered in bounds.
pub fn capability(words: &Capability) -> Result<(), Error> {
    let (question, hours) = words.question()?;
    let window = Interval { start: hours[0], end: hours[hours.len() - 1] + Duration::hours(1) };
    let mut sources = read::sources(&words.sources, window)?;
    let question = Question { as_of: words.as_of.or(sources.as_of), ..question };
    sources.seen = words.seen.unwrap_or(sources.seen);
    sources.problems.tell();
    let grid = words.grid(&sources)?;
    if grid.len() * hours.len() > ROWS_MAX {
        let rows = grid.len() * hours.len();
        let sentence = format!("{rows} cells and hours; {ROWS_MAX} is the most of one run");
        return Err(Error::new(sentence, "Take larger cells with --cell-km, or fewer hours."));
    }
    let summary = work(words, &sources, question, &grid, &hours)?;
    if let Some(path) = &words.svg {
        let drawn = map::draw(&summary, &grid, sources.frame);
        std::fs::write(path, drawn).map_err(|error| Error::file("write", path, &error))?;
    }
    print!("{}", summary.text(&grid, &sources));
    Ok(())
}

impl Capability {
    /// What is asked, and the hours it is asked of.
    fn question(&self) -> Result<(Question, Vec<Time>), Error> {
        let class = serde::de::value::StrDeserializer::<serde::de::value::Error>::new(&self.class);
        let class = Class::deserialize(class).map_err(|_| {
            let hint = "Write explosion, air-strike, uav-strike, artillery-fire, small-arms-fire, \
                weapons-presence, overflight, abnormal-fire or ordinary-fire.";
            Error::new(format!("there is no class {:?}", self.class), hint)
        })?;
        let sized = self.size.is_none_or(|kg| (1e-6..=1e9).contains(&kg));
        if !sized
            || self.cell_km.is_nan()
            || self.cell_km <= 0.0
            || !(0.5..=0.999).contains(&self.level)
        {
            return Err(Error::new(
                "--size is from 1e-6 to 1e9 kg, --cell-km above 0, --level from 0.5 to 0.999",
                "Correct the one that is not.",
            ));
        }
        let hour_us = Duration::hours(1).0;
        let first = Time(self.from.0.div_euclid(hour_us) * hour_us);
        let count = ((self.to - first).0 as f64 / hour_us as f64).ceil();
        if !(1.0..=100_000.0).contains(&count) {
            let hint = "--from comes before --to, and no more than 100000 hours lie between them.";
            return Err(Error::new(format!("no hours from {} to {}", self.from, self.to), hint));
        }
        let hours = (0..count as i64).map(|at| first + Duration::hours(at)).collect();
        let (size_kg, level) = (self.size, self.level);
        Ok((Question { class, size_kg, as_of: self.as_of, level }, hours))
    }

    fn grid(&self, sources: &Sources) -> Result<Grid, Error> {
        let (west_south, east_north) = match sources.area {
            Some(area) => area,
            None => around(&sources.scene).ok_or_else(|| {
                let hint = "Write `area` as [west, south, east, north] in the sources file.";
                Error::new("no source has a place, and no area is stated", hint)
            })?,
        };
        Grid::new(west_south, east_north, self.cell_km, self.points_per_side)
    }
}

/// The area around all that has a place.
fn around(scene: &Scene) -> Option<(kernel::Place, kernel::Place)> {
    let places = scene
        .stations
        .iter()
        .map(|station| station.place)
        .chain(scene.looks.iter().map(|look| look.footprint.from))
        .chain(scene.newsrooms.iter().flat_map(|room| room.settlements.iter().map(|s| s.0)));
    let corners = places.fold(None, |corners: Option<[f64; 4]>, place| {
        let [w, s, e, n] = corners.unwrap_or([place.lon, place.lat, place.lon, place.lat]);
        Some([w.min(place.lon), s.min(place.lat), e.max(place.lon), n.max(place.lat)])
    })?;
    let [west, south, east, north] = corners;
    let place = |lon, lat| kernel::Place { lon, lat };
    Some((
        place(west - MARGIN_DEG, (south - MARGIN_DEG).max(-89.0)),
        place(east + MARGIN_DEG, (north + MARGIN_DEG).min(89.0)),
    ))
}

/// The scene as it would be with nothing lost, and as it would be under a clear, still sky; absent
/// where that is how it is.
fn better(scene: &Scene) -> (Option<Scene>, Option<Scene>) {
    let mut whole = scene.clone();
    whole.losses.clear();
    let mut fair = scene.clone();
    fair.weather = watch::capability::sky::Weather { cloud: 0.0, wind_m_s: 0.0, cells: vec![] };
    let (lost, foul) = (whole != *scene, fair != *scene);
    (lost.then_some(whole), foul.then_some(fair))
}

/// Asks hour by hour, writes as it goes, and adds up.
fn work(
    words: &Capability,
    sources: &Sources,
    question: Question,
    grid: &Grid,
    hours: &[Time],
) -> Result<Summary, Error> {
    let (settings, places) = (Settings::default(), grid.places());
    let (whole, fair) = better(&sources.scene);
    let ready = |scene| Noticing::new(scene, question, &settings, &places);
    let noticing = ready(&sources.scene);
    let (whole, fair) = (whole.as_ref().map(ready), fair.as_ref().map(ready));
    let mut out = write::Rows::create(&words.out, sources.frame)?;
    let mut summary = Summary::new(question, grid, hours);
    for start in hours {
        let now = noticing.hour(*start);
        let better = [&whole, &fair].map(|one| one.as_ref().map(|one| (one, one.hour(*start))));
        for cell in 0..grid.len() {
            let from = cell * grid.places_a_cell();
            let places = from..from + grid.places_a_cell();
            let noticed = noticing.over(&now, places.clone());
            let better = better.each_ref().map(|other| {
                let other = other.as_ref().map(|(one, hour)| one.over(hour, places.clone()));
                other.unwrap_or(noticed)
            });
            out.write(grid, cell, *start, noticed, better)?;
            summary.add(cell, *start, noticed, better);
        }
    }
    out.finish()?;
    Ok(summary)
}

#[cfg(test)]
mod tests;
