//! Patrol reports in the monitors' grammar: who, where, when, by what means, how many of what, in
//! which direction and how far; as CSV, JSON lines or a JSON array.

use kernel::{CountRange, Place};
use serde_json::Value;
use watch::{Content, Observation, Report, Shape};

use crate::cells::Cells;
use crate::compass::{Directions, sectors};
use crate::json::{Layout, read_array, read_lines};
use crate::number::{count, typed};
use crate::reading::{Fault, ReadContext, Reading, shown};
use crate::table::{open, read_rows};
use crate::words::{assessment, kind, plain, weapon, weigh};

/// Columns without which there is no report.
pub const NEEDED: &[&[&str]] = &[&["observer"], &["observer_lon"], &["observer_lat"], &["kind"]];
/// Every column that is read; others are ignored.
const COLUMNS: [&str; 25] = [
    "report_id",
    "observer",
    "observer_lon",
    "observer_lat",
    "date",
    "start",
    "end",
    "time_zone",
    "means",
    "count",
    "kind",
    "direction",
    "distance",
    "distance_km",
    "weapon",
    "calibre_mm",
    "assessment",
    "context",
    "lon",
    "lat",
    "error_m",
    "place",
    "party",
    "text",
    "link",
];
/// Position error of what a monitor puts on the map or of where a patrol stands, metres.
const POSITION_ERROR_M: f32 = 100.0;
/// Nothing is heard or seen from farther away, metres.
const DISTANCE_MAX_M: f64 = 100_000.0;
/// One stated distance is an estimate: this share of it either way.
const DISTANCE_SHARE: f64 = 0.25;

/// Reads patrol reports in any of the three layouts.
#[must_use]
pub fn read(bytes: &[u8], context: &ReadContext) -> Reading {
    let object = |value: &Value, line| observe(&Cells::from_json(&COLUMNS, value)?, line, context);
    match Layout::found(bytes, context) {
        Ok(Layout::Table) => read_table(bytes, context),
        Ok(Layout::Lines) => read_lines(bytes, context, &object),
        Ok(Layout::Array) => read_array(bytes, context, &object),
        Err(fault) => Reading::refused(fault),
    }
}

fn read_table(bytes: &[u8], context: &ReadContext) -> Reading {
    let (header, records) = match open(bytes, context, true) {
        Ok(opened) => opened,
        Err(fault) => return Reading::refused(fault),
    };
    let missing = header.missing(NEEDED);
    if !missing.is_empty() {
        return Reading::refused(crate::format::wrong_columns(&header, &missing));
    }
    read_rows(&header, records, context, |row, observations| {
        let cells = Cells::from_row(&COLUMNS, &header, row);
        observations.extend(observe(&cells, row.line, context)?);
        Ok(())
    })
}

/// One report: one observation for each sector it names.
fn observe(cells: &Cells, line: u64, context: &ReadContext) -> Result<Vec<Observation>, Fault> {
    let when = cells.interval("start", "end", context.received)?;
    let shapes = shapes(cells)?;
    let report = report(cells)?;
    let total = report.count;
    let observation = |(part, shape): (usize, &Shape)| Observation {
        id: cells.id(context.source.as_str(), part),
        line,
        when,
        shape: *shape,
        content: Content::Report(Box::new(Report {
            count: share_of_count(total, shapes.len()),
            ..report.clone()
        })),
    };
    Ok(shapes.iter().enumerate().map(observation).collect())
}

/// "48 explosions to the north and to the south": each sector has one at least, and at most what
/// the others leave.
fn share_of_count(total: Option<CountRange>, sectors: usize) -> Option<CountRange> {
    let total = total?;
    if sectors < 2 {
        return Some(total);
    }
    let others = sectors as u32 - 1;
    Some(CountRange { min: 1, max: total.max.map(|max| max.saturating_sub(others).max(1)) })
}

fn report(cells: &Cells) -> Result<Report, Fault> {
    let words = cells.need("kind")?;
    let unknown = |code: &'static str, words: &str| {
        Fault::new(code, format!("`{}` is not in the list", shown(words.as_bytes())))
    };
    let base = kind(words).ok_or_else(|| unknown("kind-unknown", words))?;
    let verb = cells.get("assessment");
    let share = assessment(verb).ok_or_else(|| unknown("assessment-unknown", verb))?;
    if !cells.get("calibre_mm").is_empty() {
        typed(cells.get("calibre_mm"))?;
    }
    let counted = (!cells.get("count").is_empty()).then(|| count(cells.get("count")));
    Ok(Report {
        classes: weigh(base, weapon(cells.get("weapon")), share),
        count: counted.transpose()?,
        reporter: cells.need("observer")?.to_owned(),
        claimed_by: None,
        claimed_against: cells.some("party").map(kernel::PartyId),
        text: cells.some("text").unwrap_or_else(|| sentence(cells)),
        link: cells.some("link"),
        place_name: cells.some("place"),
    })
}

/// The report as a sentence, for people and for telling duplicates, where nobody wrote one.
fn sentence(cells: &Cells) -> String {
    let calibre = cells.some("calibre_mm").map(|calibre| format!("{calibre} mm"));
    let distance = cells.some("distance_km").map(|distance| format!("{distance} km"));
    let order = ["means", "count", "kind", "assessment", "weapon"].map(|name| cells.some(name));
    let rest = ["distance", "direction", "context"].map(|name| cells.some(name));
    let words = order.into_iter().chain([calibre, distance]).chain(rest).flatten();
    words.collect::<Vec<_>>().join(" ")
}

/// Where it was: a position on the map if one is given, otherwise sectors seen from the observer.
fn shapes(cells: &Cells) -> Result<Vec<Shape>, Fault> {
    let error_m = cells.length_m("error_m", DISTANCE_MAX_M)?.unwrap_or(POSITION_ERROR_M);
    let from = cells.position("observer_lon", "observer_lat")?;
    let from = from.ok_or_else(|| Fault::new("field-missing", "the observer has no position"))?;
    if let Some(at) = cells.position("lon", "lat")? {
        return Ok(vec![point(at.place(), error_m)]);
    }
    let range_m = distance(cells)?;
    let means = means(cells.get("means"))?;
    let happens_there = matches!(
        plain(cells.get("kind")).as_str(),
        "access-denied" | "access-denial" | "access-delayed" | "jamming" | "interference"
    );
    if happens_there && range_m.is_none() && cells.get("direction").is_empty() {
        return Ok(vec![point(from.place(), error_m)]);
    }
    let (range_min_m, range_max_m) = range_m.unwrap_or_else(|| default_range_m(means, cells));
    let sector = |Directions { azimuth_deg, half_width_deg }| Shape::Sector {
        from: from.place(),
        azimuth_deg,
        half_width_deg,
        range_min_m,
        range_max_m,
    };
    Ok(sectors(cells.get("direction"))?.into_iter().map(sector).collect())
}

fn point(place: Place, error_m: f32) -> Shape {
    Shape::Point { place, along_m: error_m, across_m: error_m, azimuth_deg: 0.0 }
}

/// By what means it was noticed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Means {
    Heard,
    Seen,
    FollowedUp,
}

fn means(words: &str) -> Result<Means, Fault> {
    match plain(words).as_str() {
        "" | "heard" => Ok(Means::Heard),
        "saw" | "seen" | "camera" | "camera-recorded" | "uav" | "uav-spotted" => Ok(Means::Seen),
        "followed-up" | "followed-up-from-report" => Ok(Means::FollowedUp),
        _ => {
            let reason = format!("`{}` is not in the list", shown(words.as_bytes()));
            Err(Fault::new("means-unknown", reason))
        }
    }
}

/// Where no distance is stated: the ring in which such things are commonly noticed, metres.
fn default_range_m(means: Means, cells: &Cells) -> (f32, f32) {
    let small_arms = weapon(cells.get("weapon")) == Some(watch::Class::SmallArmsFire)
        || matches!(plain(cells.get("kind")).as_str(), "burst" | "shot" | "small-arms-fire");
    match (means, small_arms) {
        (Means::FollowedUp, _) => (0.0, 1_000.0),
        (Means::Heard, true) => (100.0, 4_000.0),
        (Means::Heard, false) => (500.0, 15_000.0),
        (Means::Seen, _) => (100.0, 8_000.0),
    }
}

/// `2-7 km`, `800 m`, or bare kilometres in the column `distance_km`.
fn distance(cells: &Cells) -> Result<Option<(f32, f32)>, Fault> {
    let (words, unit) = match (cells.get("distance"), cells.get("distance_km")) {
        ("", "") => return Ok(None),
        ("", bare) => (bare, Some(1_000.0)),
        (stated, _) => (stated, None),
    };
    let refuse = || {
        let expected = "a distance like 2-7 km or 800 m, up to 100 km";
        let reason = format!("`{}` is not {expected}", shown(words.as_bytes()));
        Fault::new("distance-unreadable", reason)
    };
    let lower = words.to_lowercase().replace(['–', '—'], "-");
    let unit_m = lower.strip_suffix("km").map(|rest| (rest, 1_000.0));
    let unit_m = unit_m.or_else(|| lower.strip_suffix('m').map(|rest| (rest, 1.0)));
    let (numbers, unit_m) = unit_m.or(unit.map(|unit| (&lower[..], unit))).ok_or_else(refuse)?;
    let metres = |number: &str| typed(number).map(|value| value * unit_m).map_err(|_| refuse());
    let (near_m, far_m) = match numbers.split_once('-') {
        Some((near, far)) => (metres(near)?, metres(far)?),
        None => {
            let about_m = metres(numbers)?;
            (about_m * (1.0 - DISTANCE_SHARE), about_m * (1.0 + DISTANCE_SHARE))
        }
    };
    let sensible = 0.0 <= near_m && near_m <= far_m && far_m > 0.0 && far_m <= DISTANCE_MAX_M;
    sensible.then_some(Some((near_m as f32, far_m as f32))).ok_or_else(refuse)
}
