//! Onsets and stations as CSV, with the columns that `watch associate` reads first.

use std::fmt::Write as _;
use std::path::Path;

use gateways::picker::{Found, station};
use gateways::stationxml::Inventory;

use crate::Error;
use crate::plot::waveform::Mark;

/// An onset as a mark in a drawing.
pub fn mark(found: &Found) -> Mark<'_> {
    let error_s = found.arrival.detection.onset_error_s;
    Mark { name: &found.name, time: found.time, error_s, letter: found.arrival.phase.letter() }
}

/// An onset as a row of the table.
pub fn row(id: usize, found: &Found) -> String {
    let detection = &found.arrival.detection;
    let features = &detection.features;
    let (amplitude, unit) = match &found.gain {
        Some(gain) => (features.amplitude / gain.counts_a_unit, gain.unit.as_str()),
        None => (features.amplitude, "count"),
    };
    let mut row = format!(
        "{id},{},{},{:.6},{:.6},{},{},{:.3},{amplitude:.6e},{unit},{:.4},{:.3},{:.4}",
        station(&found.name),
        found.arrival.phase.letter(),
        found.time.0 as f64 / 1e6,
        detection.onset_error_s,
        found.time,
        found.name,
        features.snr,
        features.period_s,
        features.duration_s,
        features.rise_s,
    );
    match &found.arrival.polarisation {
        Some(motion) => {
            let _ = write!(
                row,
                ",{:.2},{:.2},{:.2},{:.3},{:.3}",
                motion.back_azimuth_deg,
                motion.back_azimuth_error_deg,
                motion.incidence_deg,
                motion.rectilinearity,
                motion.vertical_share
            );
        }
        None => row.push_str(",,,,,"),
    }
    row
}

/// The names of the columns.
pub const HEADER: &str = "pick_id,station,phase,time_s,error_s,time,channel,snr,amplitude,unit,period_s,\
duration_s,rise_s,back_azimuth_deg,back_azimuth_error_deg,incidence_deg,rectilinearity,vertical_share";

/// Writes the onsets to a file or to standard output.
pub fn write_picks(path: Option<&Path>, found: &[Found]) -> Result<(), Error> {
    let mut text = format!("{HEADER}\n");
    for (id, one) in found.iter().enumerate() {
        text.push_str(&row(id, one));
        text.push('\n');
    }
    match path {
        Some(path) => {
            std::fs::write(path, text).map_err(|error| Error::file("write", path, &error))
        }
        None => {
            use std::io::Write as _;
            let written = std::io::stdout().write_all(text.as_bytes());
            written.map_err(|error| Error::file("write", Path::new("standard output"), &error))
        }
    }
}

/// Writes the stations with their places: each once, at the mean of its channels.
pub fn write_stations(path: &Path, inventory: &Inventory) -> Result<(), Error> {
    let mut text = String::from("station,lon,lat,z_km\n");
    for (name, place) in inventory.stations() {
        let [lon, lat, up_m] = place;
        let _ = writeln!(text, "{name},{lon:.6},{lat:.6},{:.4}", -up_m / 1_000.0);
    }
    std::fs::write(path, text).map_err(|error| Error::file("write", path, &error))
}
