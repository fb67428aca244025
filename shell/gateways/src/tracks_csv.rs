//! Positions of moving things that a tracker, a transponder or an observer follows: one row each.

use kernel::Interval;
use watch::{Content, Mover, Observation, Shape, TrackPoint};

use crate::arrivals_csv::id;
use crate::cells::{Cells, read_table};
use crate::reading::{Fault, ReadContext, Reading, shown};
use crate::words::plain;

/// Columns without which there are no tracks.
pub const NEEDED: &[&[&str]] = &[&["track_id"], &["time"], &["lon"], &["lat"]];
/// Every column that is read; others are ignored.
const COLUMNS: [&str; 9] =
    ["track_id", "time", "lon", "lat", "error_m", "cxx_m2", "cxy_m2", "cyy_m2", "kind"];
/// Position error where none is stated, metres: one standard deviation.
const ERROR_M: f64 = 50.0;
/// Largest position error that still tells where something is, metres.
const ERROR_MAX_M: f64 = 50_000.0;

/// Reads positions of tracks.
#[must_use]
pub fn read(bytes: &[u8], context: &ReadContext) -> Reading {
    read_table(bytes, context, NEEDED, &COLUMNS, observe)
}

fn observe(cells: &Cells, line: u64, context: &ReadContext) -> Result<Observation, Fault> {
    let track = cells.name("track_id")?;
    let at = cells.moment("time", context.received)?;
    let place = cells.place()?;
    let micro =
        [place.lon, place.lat].map(|degrees| ((degrees * 1e6).round() as i64).to_be_bytes());
    Ok(Observation {
        id: id(context.source.as_str(), track, at, &[&b"t"[..], &micro.concat()].concat()),
        line,
        when: Interval::at(at),
        shape: shape(cells, place)?,
        content: Content::TrackPoint(TrackPoint {
            track: track.to_owned(),
            mover: mover(cells.get("kind"))?,
        }),
    })
}

/// A covariance (east-east, east-north, north-north) or one standard deviation all round.
fn shape(cells: &Cells, place: kernel::Place) -> Result<Shape, Fault> {
    let most = ERROR_MAX_M * ERROR_MAX_M;
    let covariance = (
        cells.number("cxx_m2", 0.0, most)?,
        cells.number("cxy_m2", -most, most)?,
        cells.number("cyy_m2", 0.0, most)?,
    );
    let (along_m, across_m, azimuth_deg) = match covariance {
        (Some(ee_m2), en_m2, Some(nn_m2)) => {
            let en_m2 = en_m2.unwrap_or(0.0);
            if en_m2 * en_m2 > ee_m2 * nn_m2 {
                let reason = "the covariance is not positive: cxy_m2² is above cxx_m2 cyy_m2";
                return Err(Fault::new("number-out-of-range", reason));
            }
            let belief = kernel::PlaceBelief { mean: place, ee_m2, en_m2, nn_m2 };
            // The level whose ellipse has axes of one standard deviation: 1 - exp(-1/2).
            let ellipse = belief.ellipse(0.393_469_340_287_366_6);
            (ellipse.semi_major_m, ellipse.semi_minor_m, ellipse.azimuth_deg)
        }
        _ => {
            let error_m = cells.number("error_m", 0.0, ERROR_MAX_M)?.unwrap_or(ERROR_M);
            (error_m, error_m, 0.0)
        }
    };
    Ok(Shape::Point {
        place,
        along_m: along_m as f32,
        across_m: across_m as f32,
        azimuth_deg: azimuth_deg as f32,
    })
}

fn mover(words: &str) -> Result<Mover, Fault> {
    Ok(match plain(words).as_str() {
        "" | "unknown" => Mover::Unknown,
        "vehicle" | "car" | "truck" => Mover::Vehicle,
        "drone" | "uav" => Mover::Drone,
        "aircraft" | "helicopter" => Mover::Aircraft,
        other => {
            let reason = format!(
                "`{}` is none of vehicle, drone, aircraft, unknown",
                shown(other.as_bytes())
            );
            return Err(Fault::new("kind-unknown", reason));
        }
    })
}
