//! Onsets of waves by station, as pickers write them: one row a pick.

use kernel::{Interval, ObservationId, Time};
use watch::{Arrival, Content, Observation, Phase, Shape, Signal};

use crate::cells::{Cells, read_table};
use crate::reading::{Fault, ReadContext, Reading, shown};

/// Columns without which there are no picks.
pub const NEEDED: &[&[&str]] = &[&["station"], &["phase"], &["time"]];
/// Every column that is read; others are ignored.
const COLUMNS: [&str; 10] = [
    "station",
    "phase",
    "time",
    "error_s",
    "snr",
    "period_s",
    "duration_s",
    "amplitude",
    "lon",
    "lat",
];

/// Errors of a moment that a picker may state, seconds.
const ERROR_S: (f64, f64) = (1e-4, 600.0);

/// Reads picks.
#[must_use]
pub fn read(bytes: &[u8], context: &ReadContext) -> Reading {
    read_table(bytes, context, NEEDED, &COLUMNS, observe)
}

fn observe(cells: &Cells, line: u64, context: &ReadContext) -> Result<Observation, Fault> {
    let station = cells.name("station")?;
    let phase = phase(cells.need("phase")?)?;
    let at = cells.moment("time", context.received)?;
    let place = cells.position("lon", "lat")?.map(|at| at.place());
    let error_s = cells.number("error_s", ERROR_S.0, ERROR_S.1)?.map(|error_s| error_s as f32);
    let source = context.source.as_str();
    Ok(Observation {
        id: id(source, station, at, &[b'a', phase as u8]),
        line,
        when: Interval::at(at),
        shape: Shape::Station { place },
        content: Content::Arrival(Arrival {
            station: station.to_owned(),
            phase,
            error_s,
            signal: signal(cells)?,
        }),
    })
}

/// What an onset looked like, from the columns that several formats share.
///
/// # Errors
/// As [`Cells::number`].
pub fn signal(cells: &Cells) -> Result<Signal, Fault> {
    let number = |name: &str, high: f64| {
        Ok::<_, Fault>(cells.number(name, 0.0, high)?.map(|number| number as f32))
    };
    Ok(Signal {
        amplitude: number("amplitude", 1e9)?,
        period_s: number("period_s", 1e4)?,
        duration_s: number("duration_s", 1e5)?,
        snr: number("snr", 1e9)?,
    })
}

/// The id of what one station noticed: source, station, moment to the microsecond, and what kind
/// of thing. An error, an amplitude or a position stated anew make no new onset.
#[must_use]
pub fn id(source: &str, station: &str, at: Time, kind: &[u8]) -> ObservationId {
    let mut content = Vec::with_capacity(station.len() + 16);
    content.extend(at.0.to_be_bytes());
    content.extend(kind);
    content.extend(station.as_bytes());
    ObservationId::of(source, &content)
}

/// The wave by its name, in any case; the crustal and mantle branches of P and S count as P and S.
fn phase(words: &str) -> Result<Phase, Fault> {
    Ok(match words.to_ascii_lowercase().as_str() {
        "p" | "pg" | "pn" | "pb" => Phase::P,
        "s" | "sg" | "sn" | "sb" | "lg" => Phase::S,
        "a" | "acoustic" | "t-air" => Phase::Acoustic,
        "i" | "infrasound" => Phase::Infrasound,
        _ => {
            let reason =
                format!("`{}` is none of P, S, acoustic, infrasound", shown(words.as_bytes()));
            return Err(Fault::new("phase-unknown", reason));
        }
    })
}
