//! A party's own incident log as CSV: its claims, kept apart from what others saw.

use watch::{Content, Observation, Report, Shape};

use crate::cells::{Cells, read_table};
use crate::number::count;
use crate::reading::{Fault, ReadContext, Reading, shown};
use crate::words::{kind, weapon, weigh};

/// Columns without which there is no log.
pub const NEEDED: &[&[&str]] = &[&["local_id"], &["from"], &["lon"], &["lat"], &["kind"]];
/// Every column that is read; others are ignored.
const COLUMNS: [&str; 15] = [
    "local_id",
    "date",
    "from",
    "to",
    "time_zone",
    "lon",
    "lat",
    "place",
    "radius_m",
    "kind",
    "count",
    "weapon",
    "accused",
    "text",
    "link",
];

/// Position error of a stated point, metres: one standard deviation.
const POSITION_ERROR_M: f32 = 100.0;
/// A place by name without a radius is a settlement, as in press reports, metres.
const SETTLEMENT_RADIUS_M: f32 = 5_000.0;
/// Nobody can mean a place larger than this, metres.
const RADIUS_MAX_M: f64 = 200_000.0;
/// How much of an event's weight a party's word for the weapon moves.
const WEAPON_SHARE: f32 = 0.9;

/// Reads a party's log. `context.claimant` is the party that files it, and must be known.
#[must_use]
pub fn read(bytes: &[u8], context: &ReadContext) -> Reading {
    if context.claimant.is_none() {
        let reason = "a party's log must name the party that files it";
        return Reading::refused(Fault::new("claimant-missing", reason));
    }
    read_table(bytes, context, NEEDED, &COLUMNS, observe)
}

fn observe(cells: &Cells, line: u64, context: &ReadContext) -> Result<Observation, Fault> {
    cells.need("local_id")?;
    Ok(Observation {
        id: cells.id(context.source.as_str(), 0),
        line,
        when: cells.interval("from", "to", context.received)?,
        shape: shape(cells)?,
        content: Content::Report(Box::new(report(cells, context)?)),
    })
}

fn shape(cells: &Cells) -> Result<Shape, Fault> {
    let radius_m = cells.length_m("radius_m", RADIUS_MAX_M)?;
    let missing = || Fault::new("field-missing", "neither `lon` nor `lat` is filled");
    let place = cells.position("lon", "lat")?.ok_or_else(missing)?.place();
    Ok(match (radius_m, cells.get("place")) {
        (Some(radius_m), _) => Shape::Area { center: place, radius_m },
        (None, "") => Shape::Point {
            place,
            along_m: POSITION_ERROR_M,
            across_m: POSITION_ERROR_M,
            azimuth_deg: 0.0,
        },
        (None, _) => Shape::Area { center: place, radius_m: SETTLEMENT_RADIUS_M },
    })
}

fn report(cells: &Cells, context: &ReadContext) -> Result<Report, Fault> {
    let words = cells.need("kind")?;
    let base = kind(words).ok_or_else(|| {
        let reason = format!("`{}` is not in the list", shown(words.as_bytes()));
        Fault::new("kind-unknown", reason)
    })?;
    let counted = (!cells.get("count").is_empty()).then(|| count(cells.get("count")));
    let claimant = context.claimant.clone();
    Ok(Report {
        classes: weigh(base, weapon(cells.get("weapon")), WEAPON_SHARE),
        count: counted.transpose()?,
        reporter: claimant.as_ref().map_or_else(String::new, ToString::to_string),
        claimed_by: claimant,
        claimed_against: cells.some("accused").map(kernel::PartyId),
        text: cells.some("text").unwrap_or_else(|| words.to_owned()),
        link: cells.some("link"),
        place_name: cells.some("place"),
    })
}
