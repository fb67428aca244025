//! Where somebody looked: a footprint, an interval, and what was seen or that nothing was.

use kernel::Place;
use watch::{Class, Content, Look, Observation, Report, Shape};

use crate::cells::{Cells, read_table};
use crate::reading::{Fault, ReadContext, Reading, shown};
use crate::words::{kind, plain, together};

/// Columns without which there is no look.
pub const NEEDED: &[&[&str]] = &[&["lon"], &["lat"], &["radius_m"], &["start"], &["end"]];
/// Every column that is read; others are ignored.
const COLUMNS: [&str; 14] = [
    "look_id",
    "observer",
    "lon",
    "lat",
    "radius_m",
    "outline",
    "date",
    "start",
    "end",
    "time_zone",
    "chance",
    "classes",
    "saw",
    "text",
];

/// Chance of noticing where the look does not state it: half, as one who looks for something seen
/// or heard plainly would.
const CHANCE: f64 = 0.5;
/// Nobody looks over more than this at once, metres.
const RADIUS_MAX_M: f64 = 200_000.0;
/// Corners of an outline at most.
const CORNERS_MAX: usize = 64;

/// Reads looks.
#[must_use]
pub fn read(bytes: &[u8], context: &ReadContext) -> Reading {
    read_table(bytes, context, NEEDED, &COLUMNS, observe)
}

fn observe(cells: &Cells, line: u64, context: &ReadContext) -> Result<Observation, Fault> {
    let center = cells.place()?;
    let missing = || Fault::new("field-missing", "`radius_m` is empty");
    let radius_m = cells.length_m("radius_m", RADIUS_MAX_M)?.ok_or_else(missing)?;
    cells.need("end")?;
    let saw = plain(cells.get("saw"));
    let content = match saw.as_str() {
        "" | "nothing" | "none" => Content::Look(Box::new(Look {
            chance: cells.number("chance", 0.0, 1.0)?.unwrap_or(CHANCE) as f32,
            classes: classes(cells.get("classes"))?,
            outline: outline(cells.get("outline"))?,
            observer: cells.get("observer").to_owned(),
        })),
        _ => Content::Report(Box::new(seen(cells, &saw, context)?)),
    };
    Ok(Observation {
        id: cells.id(context.source.as_str(), 0),
        line,
        when: cells.interval("start", "end", context.received)?,
        shape: Shape::Footprint { center, radius_m },
        content,
    })
}

/// A look that saw something is a report of it.
fn seen(cells: &Cells, saw: &str, context: &ReadContext) -> Result<Report, Fault> {
    let weights = kind(saw).ok_or_else(|| {
        let reason = format!("`{}` is not in the list", shown(saw.as_bytes()));
        Fault::new("kind-unknown", reason)
    })?;
    let observer = cells.some("observer").unwrap_or_else(|| context.source.to_string());
    Ok(Report {
        classes: together([weights]),
        count: None,
        text: cells.some("text").unwrap_or_else(|| format!("{observer} saw {saw}")),
        reporter: observer,
        claimed_by: None,
        claimed_against: None,
        link: None,
        place_name: None,
    })
}

/// Classes parted by `|`, by their words on the record.
fn classes(words: &str) -> Result<Vec<Class>, Fault> {
    let mut classes = Vec::new();
    for word in words.split('|').map(plain).filter(|word| !word.is_empty()) {
        let class = watch::settings::CLASSES.into_iter().find(|class| class.word() == word);
        classes.push(class.ok_or_else(|| {
            let reason = format!("`{}` is no class", shown(word.as_bytes()));
            Fault::new("kind-unknown", reason)
        })?);
    }
    classes.sort_unstable();
    classes.dedup();
    Ok(classes)
}

/// Corners `lon lat` parted by `|`; none, or three and more.
fn outline(words: &str) -> Result<Vec<Place>, Fault> {
    let mut corners = Vec::new();
    for corner in words.split('|').map(str::trim).filter(|corner| !corner.is_empty()) {
        let (lon, lat) = corner.split_once(' ').unwrap_or((corner, ""));
        let corner = crate::position::position(lon.as_bytes(), lat.trim().as_bytes())?;
        corners.push(corner.place());
    }
    // A closed ring repeats its first corner.
    if corners.len() > 3 && corners.first() == corners.last() {
        corners.pop();
    }
    let sound = corners.is_empty() || (3..=CORNERS_MAX).contains(&corners.len());
    let refuse = || {
        let reason = format!("an outline has 3 to {CORNERS_MAX} corners, not {}", corners.len());
        Fault::new("outline-unreadable", reason)
    };
    if sound { Ok(corners) } else { Err(refuse()) }
}
