//! A time in which sources did not watch, for its page: what they had promised and kept around it,
//! and what would have been noticed meanwhile had they watched.

use kernel::place::round_to;
use kernel::{Duration, Interval, Place, Probability, Time};
use serde_json::{Value, json};
use watch::capability::notice::Question;
use watch::capability::{Noticing as Grid, Scene};
use watch::entry::Outage;
use watch::incident::Lapsed;
use watch::settings::CLASSES;
use watch::{Class, Incident, Source};

use super::capability::{Noticing, is_watched};
use super::{Sight, availability, capability_map};

/// Shown before the lapse, and after it: how the sources did otherwise.
const AROUND: Duration = Duration::hours(6);
/// Stretches of one source that are shown; the longest stay.
const STRETCHES_MAX: usize = 60;
/// Half the width of the country about a lapse that is asked about, and of one of its cells.
const REACH_M: f64 = 25e3;
const CELL_M: f64 = 10e3;
/// Hours asked about, spread over a longer lapse.
const HOURS_MAX: i64 = 24;
/// The least by which a class must have become harder to notice to be named.
const LOSS_MIN: f64 = 5e-4;

/// What a lapse's page shows beside the lapse itself; none for other incidents.
#[must_use]
pub fn view(sight: &Sight<'_>, incident: &Incident) -> Option<Value> {
    let lapse = incident.lapse.as_ref()?;
    let end = lapse.until.unwrap_or(sight.as_of).max(incident.when.start);
    let during = Interval { start: incident.when.start, end };
    let shown =
        Interval { start: during.start - AROUND, end: (end + AROUND).min(sight.as_of).max(end) };
    let sources = lapse.sources.iter().filter_map(|lapsed| {
        let source = sight.state.watch.source(&lapsed.source)?;
        let mut line = availability::line(sight, source, shown);
        line["stretches"] =
            Value::from(availability::stretches(sight, source, shown, STRETCHES_MAX));
        Some(line)
    });
    Some(json!({
        "from": shown.start,
        "until": shown.end,
        "sources": sources.collect::<Vec<_>>(),
        "reach_km": REACH_M / 1e3,
        "lost": lost(sight, incident, lapse, during),
    }))
}

/// Class by class, the mean chance of noticing about the lapse while it lasted, as it was and as it
/// would have been had these sources watched; what hardly differs is left out.
fn lost(sight: &Sight<'_>, incident: &Incident, lapse: &Lapsed, during: Interval) -> Vec<Value> {
    let watched = Noticing::of(sight);
    let mut sources: Vec<&Source> = watched.reporting(capability_map::padded(during));
    for lapsed in &lapse.sources {
        if !sources.iter().any(|source| source.id == lapsed.source) {
            sources.extend(sight.state.watch.source(&lapsed.source));
        }
    }
    let is_its = |outage: &Outage| {
        let same = |of: &watch::incident::LapsedSource| {
            of.source == outage.source && of.from == outage.from
        };
        lapse.sources.iter().any(same)
    };
    let others: Vec<Outage> =
        watched.outages().iter().filter(|outage| !is_its(outage)).cloned().collect();
    let scene = |outages: &[Outage]| capability_map::scene_over(sight, &sources, outages, during);
    let (was, had) = (scene(watched.outages()), scene(&others));
    let cells = around(incident.place.mean);
    let hours = hours(during);
    let mean = |scene: &Scene, class: Class| {
        let question = Question { class, size_kg: None, as_of: Some(sight.as_of), level: 0.9 };
        let grid = Grid::new(scene, question, sight.state.engine.settings(), &cells);
        let chances = hours.iter().flat_map(|hour| {
            let hour = grid.hour(*hour);
            (0..cells.len()).map(|cell| grid.at(&hour, cell).chance).collect::<Vec<_>>()
        });
        let all: Vec<f64> = chances.collect();
        Probability::new(all.iter().sum::<f64>() / all.len().max(1) as f64).value()
    };
    let classes = CLASSES.into_iter().filter(|class| is_watched(*class));
    let rows = classes.map(|class| (class, mean(&was, class), mean(&had, class)));
    let fallen = rows.filter(|(_, was, had)| had - was >= LOSS_MIN);
    let told = |(class, was, had)| json!({"class": class, "chance": round_to(was, 1e3), "had_they_watched": round_to(had, 1e3)});
    fallen.map(told).collect()
}

/// Middles of square cells about a place.
fn around(middle: Place) -> Vec<Place> {
    let degree_m = kernel::place::EARTH_RADIUS_M * std::f64::consts::PI / 180.0;
    let narrow = libm::cos(middle.lat.to_radians()).max(0.01);
    let steps = (REACH_M / CELL_M) as i32;
    let offsets = move || (-steps..=steps).map(move |step| f64::from(step) * CELL_M / degree_m);
    let cells = offsets().flat_map(|north| {
        offsets().filter_map(move |east| Place::new(middle.lon + east / narrow, middle.lat + north))
    });
    cells.collect()
}

/// Whole hours of a time, at most so many, evenly over it.
fn hours(during: Interval) -> Vec<Time> {
    let hour = Duration::hours(1).0;
    let (first, last) = (during.start.0.div_euclid(hour), during.end.0.div_euclid(hour));
    let count = last - first + 1;
    let asked = count.min(HOURS_MAX);
    (0..asked).map(|at| Time((first + at * count / asked) * hour)).collect()
}
