//! Where the stations of a source stand, from when on: one row a station.

use kernel::{Interval, Time};
use watch::{Content, Observation, Shape, Station, StationNote};

use crate::cells::{Cells, read_table};
use crate::reading::{Fault, ReadContext, Reading};

/// Columns without which there are no stations.
pub const NEEDED: &[&[&str]] = &[&["station"], &["lon"], &["lat"]];
/// Every column that is read; others are ignored.
const COLUMNS: [&str; 7] =
    ["station", "lon", "lat", "error_m", "elevation_m", "clock_error_s", "from"];

/// A position that holds from the beginning says so by the earliest time that a row may state.
const FROM_ALWAYS: Time = crate::moment::EARLIEST;

/// Reads stations.
#[must_use]
pub fn read(bytes: &[u8], context: &ReadContext) -> Reading {
    read_table(bytes, context, NEEDED, &COLUMNS, observe)
}

fn observe(cells: &Cells, line: u64, context: &ReadContext) -> Result<Observation, Fault> {
    let name = cells.name("station")?.to_owned();
    let place = cells.place()?;
    let stated = !cells.get("from").is_empty();
    let from = if stated { cells.moment("from", context.received)? } else { FROM_ALWAYS };
    let station = Station {
        name,
        lon: place.lon,
        lat: place.lat,
        error_m: cells.number("error_m", 0.0, 1e5)?,
        elevation_m: cells.number("elevation_m", -1_000.0, 9_000.0)?,
        clock_error_s: cells.number("clock_error_s", 0.0, 3_600.0)?,
    };
    Ok(Observation {
        id: cells.id(context.source.as_str(), 0),
        line,
        when: Interval::at(from),
        shape: Shape::Station { place: Some(place) },
        content: Content::Station(Box::new(StationNote { station })),
    })
}
