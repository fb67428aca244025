//! The chance of noticing by cell and hour, as a map over time; where the watch was hindered.

use kernel::place::round_to;
use kernel::{Duration, Interval, Place, Refusal, Time};
use serde_json::{Value, json};
use watch::capability::house::{LookHandedIn, restricted, scene};
use watch::capability::notice::Question;
use watch::capability::{Denominator, Noticing as Grid, Scene, doubted};
use watch::entry::Outage;
use watch::{Class, Source};

use super::capability::Noticing;
use super::{Sight, availability};

/// Most cells of a map, and most of its hours.
const CELLS_MAX: usize = 4_000;
const HOURS_MAX: usize = 72;
/// Cells reach so far beyond the line, metres.
const MARGIN_M: f64 = 40e3;
/// A source that reported this long before or after counts as watching.
const AROUND: Duration = Duration::days(1);
/// Kilometres in a degree of the sphere that the house reckons on.
const DEGREE_KM: f64 = kernel::place::EARTH_RADIUS_M * std::f64::consts::PI / 180.0 / 1e3;
/// Confidence of the interval around a count.
const LEVEL: f64 = 0.95;

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// The class of incident.
    pub class: Class,
    /// Its size, kg of TNT; the class's usual one when absent.
    pub size_kg: Option<f64>,
    /// Over which time; whole hours are answered for.
    pub window: Interval,
    /// Width of a cell, kilometres.
    pub cell_km: f64,
}

/// The map. The press is counted nowhere in it, since the house holds no list of the settlements
/// that are covered: the chance is never too high for that.
///
/// # Errors
/// When the map would be too large or has no place.
pub fn map(sight: &Sight<'_>, asked: &Asked) -> Result<Value, Refusal> {
    let hours = hours(asked.window)?;
    let cells = cells(sight, asked.cell_km)?;
    let watched = Noticing::of(sight);
    let engine = &sight.state.engine;
    let sources = watched.reporting(padded(asked.window));
    let scene = scene_over(sight, &sources, watched.outages(), asked.window);
    let chance = chances(sight, asked, &scene, &hours, &cells);
    let seen = seen(sight, asked);
    let all: Vec<f64> = chance.iter().flatten().copied().collect();
    let noticing = all.iter().sum::<f64>() / all.len().max(1) as f64;
    let rounded: Vec<Vec<f64>> = chance
        .iter()
        .map(|row| row.iter().map(|chance| round_to(*chance, 1e3)).collect())
        .collect();
    Ok(json!({
        "as_of": sight.as_of,
        "class": asked.class,
        "cell_km": asked.cell_km,
        "cells": cells,
        "hours": hours,
        "chance": rounded,
        "seen": seen,
        "sentence": Denominator { seen, noticing }.sentence(LEVEL),
        "share_due": engine.settings().share_due,
        "blind": hindered(sight, asked.window),
        "availability": sight.state.watch.sources().map(|source| availability::line(sight, source, asked.window)).collect::<Vec<_>>(),
    }))
}

/// A window with the time around it in which a source that reported counts as watching.
#[must_use]
pub fn padded(window: Interval) -> Interval {
    Interval::new(window.start - AROUND, window.end + AROUND)
}

/// What these sources were doing over a window, less what took them away.
#[must_use]
pub fn scene_over(
    sight: &Sight<'_>,
    sources: &[&Source],
    outages: &[Outage],
    window: Interval,
) -> Scene {
    let engine = &sight.state.engine;
    let posts = engine.posts(window.end);
    let posts: Vec<(&str, Place)> = posts.iter().map(|(id, place)| (id.as_str(), *place)).collect();
    let looked = engine.looks_over(window);
    let looks: Vec<LookHandedIn<'_>> = looked.iter().map(|look| look.handed_in()).collect();
    let sources = sources.iter().copied();
    let mut scene = scene(sources, outages, &posts, &looks, &[], window, engine.settings());
    let post = |source: &_, station: &_, at| engine.post(source, station, at);
    doubted::without_stations(&mut scene, sight.state.watch.standings(), post);
    scene.losses.extend(restricted(sight.bulletin.in_order()));
    scene
}

fn chances(
    sight: &Sight<'_>,
    asked: &Asked,
    scene: &Scene,
    hours: &[Time],
    cells: &[Place],
) -> Vec<Vec<f64>> {
    let question = Question {
        class: asked.class,
        size_kg: asked.size_kg,
        as_of: Some(sight.as_of),
        level: 0.9,
    };
    let grid = Grid::new(scene, question, sight.state.engine.settings(), cells);
    let row = |hour: &Time| {
        let hour = grid.hour(*hour);
        (0..cells.len()).map(|cell| grid.at(&hour, cell).chance).collect()
    };
    hours.iter().map(row).collect()
}

fn hours(window: Interval) -> Result<Vec<Time>, Refusal> {
    let hour = Duration::hours(1);
    let first = Time(window.start.0.div_euclid(hour.0) * hour.0);
    let hours: Vec<Time> = std::iter::successors(Some(first), |at| Some(*at + hour))
        .take_while(|at| *at < window.end)
        .take(HOURS_MAX + 1)
        .collect();
    if hours.is_empty() || hours.len() > HOURS_MAX {
        return Err(too_large(format!(
            "A map shows from 1 to {HOURS_MAX} hours, and `from` and `to` do not."
        )));
    }
    Ok(hours)
}

fn too_large(sentence: String) -> Refusal {
    Refusal::new("unreadable-question", sentence)
        .hint("Give a shorter time with `from` and `to`, or larger cells with `cell_km`.")
}

/// Middles of the cells of a grid that holds the agreement's lines and objects, row by row from the
/// south-west, without those farther than the margin from any of them.
fn cells(sight: &Sight<'_>, cell_km: f64) -> Result<Vec<Place>, Refusal> {
    let zones = &sight.state.agreement.zones;
    let on_lines = zones.lines.iter().flat_map(|line| line.path.0.iter().copied());
    let places: Vec<Place> =
        on_lines.chain(zones.objects.iter().map(|object| object.place)).collect();
    let margin_deg = MARGIN_M / 1e3 / DEGREE_KM;
    let south = places.iter().map(|place| place.lat).fold(f64::INFINITY, f64::min) - margin_deg;
    let north = places.iter().map(|place| place.lat).fold(f64::NEG_INFINITY, f64::max) + margin_deg;
    if places.is_empty() {
        return Err(too_large("The agreement has no line and no object to map.".to_owned()));
    }
    let (high_deg, middle) = (cell_km / DEGREE_KM, (south + north) / 2.0);
    let narrow = libm::cos(middle.to_radians()).max(0.01);
    let wide_deg = high_deg / narrow;
    let west =
        places.iter().map(|place| place.lon).fold(f64::INFINITY, f64::min) - margin_deg / narrow;
    let east = places.iter().map(|place| place.lon).fold(f64::NEG_INFINITY, f64::max)
        + margin_deg / narrow;
    let count = |from: f64, to: f64, step: f64| ((to - from) / step).ceil() as usize;
    let (columns, rows) = (count(west, east, wide_deg), count(south, north, high_deg));
    if columns.saturating_mul(rows) > 16 * CELLS_MAX {
        return Err(too_large(format!("Cells of {cell_km} km are too many here.")));
    }
    let middles = (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column)));
    let cells: Vec<Place> = middles
        .filter_map(|(row, column)| {
            let lon = west + (column as f64 + 0.5) * wide_deg;
            Place::new(round_to(lon, 1e5), round_to(south + (row as f64 + 0.5) * high_deg, 1e5))
        })
        .filter(|cell| {
            let reach_m = MARGIN_M + cell_km * 1e3;
            let near_line = zones.lines.iter().any(|line| line.path.distance_m(*cell) <= reach_m);
            near_line
                || zones.objects.iter().any(|object| object.place.distance_m(*cell) <= reach_m)
        })
        .collect();
    if cells.len() > CELLS_MAX {
        return Err(too_large(format!(
            "A map has at most {CELLS_MAX} cells, not {}.",
            cells.len()
        )));
    }
    Ok(cells)
}

/// How many incidents of the class the bulletin has in the window.
fn seen(sight: &Sight<'_>, asked: &Asked) -> u64 {
    let all = sight.bulletin.in_order();
    let of_class = all.iter().filter(|incident| {
        incident.when.overlaps(asked.window) && incident.classes.likeliest() == Some(&asked.class)
    });
    of_class.count() as u64
}

/// What is on record of sources that did not watch.
fn hindered(sight: &Sight<'_>, window: Interval) -> Vec<Value> {
    let outages = sight.outages().into_iter();
    let during = outages.filter(|outage| {
        Interval::new(outage.from, outage.until.unwrap_or(Time::MAX)).overlaps(window)
    });
    during
        .map(|outage| {
            json!({
                "why": outage.kind,
                "from": outage.from,
                "until": outage.until,
                "sources": [outage.source],
                "reason": outage.reason,
            })
        })
        .collect()
}
