//! Onsets and stations as CSV, with the columns that `watch associate` reads first.

use std::cmp::Ordering;
use std::fmt::Write as _;
use std::path::Path;

use gateways::stationxml::{Gain, Inventory};
use kernel::Time;
use signal::{Arrival, ChannelName};

use crate::Error;
use crate::plot::waveform::Mark;

/// An onset with where and when.
pub struct Found {
    /// The channel that it is read from.
    pub name: ChannelName,
    /// When.
    pub time: Time,
    /// What.
    pub arrival: Arrival,
    /// Counts for a unit of ground motion or pressure, when known.
    pub gain: Option<Gain>,
}

impl Found {
    /// By time, then by name.
    pub fn order(&self, other: &Self) -> Ordering {
        self.time.cmp(&other.time).then_with(|| self.name.cmp(&other.name))
    }

    /// Whether this is `earlier` over again, as may be where two pieces meet.
    pub fn repeats(&self, earlier: &Self, within_s: f64) -> bool {
        self.name == earlier.name
            && self.arrival.phase == earlier.arrival.phase
            && (self.time - earlier.time).as_seconds().abs() <= 0.5 * within_s
    }

    /// As a mark in a drawing.
    pub fn mark(&self) -> Mark<'_> {
        let error_s = self.arrival.detection.onset_error_s;
        Mark { name: &self.name, time: self.time, error_s, letter: self.arrival.phase.letter() }
    }

    fn row(&self, id: usize) -> String {
        let detection = &self.arrival.detection;
        let features = &detection.features;
        let (amplitude, unit) = match &self.gain {
            Some(gain) => (features.amplitude / gain.counts_a_unit, gain.unit.as_str()),
            None => (features.amplitude, "count"),
        };
        let mut row = format!(
            "{id},{},{},{:.6},{:.6},{},{},{:.3},{amplitude:.6e},{unit},{:.4},{:.3},{:.4}",
            station(&self.name),
            self.arrival.phase.letter(),
            self.time.0 as f64 / 1e6,
            detection.onset_error_s,
            self.time,
            self.name,
            features.snr,
            features.period_s,
            features.duration_s,
            features.rise_s,
        );
        match &self.arrival.polarisation {
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
}

const HEADER: &str = "pick_id,station,phase,time_s,error_s,time,channel,snr,amplitude,unit,period_s,\
duration_s,rise_s,back_azimuth_deg,back_azimuth_error_deg,incidence_deg,rectilinearity,vertical_share";

/// What a station is called: network and station, or the station alone where no network is named.
fn station(name: &ChannelName) -> String {
    let parts = [name.network.as_str(), name.station.as_str()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(".")
}

/// Writes the onsets to a file or to standard output.
pub fn write_picks(path: Option<&Path>, found: &[Found]) -> Result<(), Error> {
    let mut text = format!("{HEADER}\n");
    for (id, one) in found.iter().enumerate() {
        text.push_str(&one.row(id));
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
