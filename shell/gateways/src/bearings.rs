//! Directions from which waves came to arrays: one row a detection, or InfraPy's detection JSON, as
//! an array or an object a line.

use kernel::Interval;
use serde_json::Value;
use watch::{Bearing, Content, Observation, Shape};

use crate::arrivals_csv::{id, signal};
use crate::cells::{Cells, read_table};
use crate::json::{Layout, read_array, read_lines};
use crate::reading::{Fault, ReadContext, Reading};

/// Columns without which there are no bearings.
pub const NEEDED: &[&[&str]] = &[&["station"], &["time"], &["back_azimuth_deg"]];
/// Every column that is read; others are ignored.
const COLUMNS: [&str; 11] = [
    "station",
    "time",
    "back_azimuth_deg",
    "error_deg",
    "trace_velocity_m_s",
    "snr",
    "period_s",
    "duration_s",
    "amplitude",
    "lon",
    "lat",
];
/// A word by which InfraPy's detections are known (Blom et al. 2016; infrapy 0.4, `infrapy.utils.data_io`).
pub const INFRAPY: &str = "\"Back Azimuth\"";

/// Reads bearings in any of the layouts.
#[must_use]
pub fn read(bytes: &[u8], context: &ReadContext) -> Reading {
    let object = |value: &Value, line| Ok(vec![observe(&of_infrapy(value)?, line, context)?]);
    match Layout::found(bytes, context) {
        Ok(Layout::Table) => read_table(bytes, context, NEEDED, &COLUMNS, observe),
        Ok(Layout::Lines) => read_lines(bytes, context, &object),
        Ok(Layout::Array) => read_array(bytes, context, &object),
        Err(fault) => Reading::refused(fault),
    }
}

/// InfraPy's names as the columns of the table.
fn of_infrapy(value: &Value) -> Result<Cells, Fault> {
    const NAMES: [(&str, &str); 10] = [
        ("Name", "station"),
        ("Time (UTC)", "time"),
        ("Peak F-Stat Time (UTC)", "time"),
        ("Back Azimuth", "back_azimuth_deg"),
        ("Back Azimuth Error", "error_deg"),
        ("Trace Vel. (m/s)", "trace_velocity_m_s"),
        ("Trace Velocity (m/s)", "trace_velocity_m_s"),
        ("Longitude", "lon"),
        ("Latitude", "lat"),
        ("Amplitude", "amplitude"),
    ];
    let mut named = serde_json::Map::new();
    for (theirs, ours) in NAMES {
        if let Some(value) = value.get(theirs).filter(|value| !value.is_null()) {
            named.insert(ours.to_owned(), value.clone());
        }
    }
    // Their times are UTC without saying so, and one array is told from another by its station
    // where the detection has no name.
    if let Some(Value::String(time)) = named.get_mut("time")
        && !time.ends_with('Z')
    {
        time.push('Z');
    }
    let unnamed = named.get("station").and_then(Value::as_str).is_none_or(str::is_empty);
    if let (true, Some(station)) = (unnamed, value.get("Station")) {
        named.insert("station".to_owned(), station.clone());
    }
    let unnamed = named.get("station").and_then(Value::as_str).is_none_or(str::is_empty);
    if unnamed {
        // An array without a name is where it stands.
        let degrees = |name: &str| value.get(name).and_then(Value::as_f64);
        if let (Some(lon), Some(lat)) = (degrees("Longitude"), degrees("Latitude")) {
            named.insert("station".to_owned(), Value::String(format!("{lon:.4} {lat:.4}")));
        }
    }
    Cells::from_json(&COLUMNS, &Value::Object(named))
}

fn observe(cells: &Cells, line: u64, context: &ReadContext) -> Result<Observation, Fault> {
    let station = cells.name("station")?;
    let at = cells.moment("time", context.received)?;
    let azimuth = cells.number("back_azimuth_deg", -360.0, 360.0)?;
    let azimuth =
        azimuth.ok_or_else(|| Fault::new("field-missing", "`back_azimuth_deg` is empty"))?;
    let place = cells.position("lon", "lat")?.map(|at| at.place());
    let error_deg = cells.number("error_deg", 0.01, 180.0)?;
    let trace_velocity = cells.number("trace_velocity_m_s", 100.0, 20_000.0)?;
    let thousandths = (azimuth.rem_euclid(360.0) * 1e3).round() as i64;
    Ok(Observation {
        id: id(
            context.source.as_str(),
            station,
            at,
            &[&b"b"[..], &thousandths.to_be_bytes()].concat(),
        ),
        line,
        when: Interval::at(at),
        shape: Shape::Station { place },
        content: Content::Bearing(Bearing {
            station: station.to_owned(),
            azimuth_deg: azimuth.rem_euclid(360.0) as f32,
            error_deg: error_deg.map(|error_deg| error_deg as f32),
            trace_velocity_m_s: trace_velocity.map(|velocity| velocity as f32),
            signal: signal(cells)?,
        }),
    })
}
