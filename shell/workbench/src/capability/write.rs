//! Rows of cells and hours, as CSV or GeoJSON.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use kernel::Time;
use watch::capability::Noticed;

use super::grid::{Frame, Grid};
use crate::Error;

/// The columns after the place: chances are shares from 0 to 1; `limit_kg` is the largest that
/// could have hidden, empty for a class without waves and `inf` where no sensor was in action.
const COLUMNS: &str = "chance,lost_to_outages,lost_to_weather,limit_kg";

/// A file being written.
pub struct Rows {
    path: PathBuf,
    file: BufWriter<File>,
    frame: Frame,
    geojson: bool,
    first: bool,
}

impl Rows {
    /// Begins a file; its ending says what it is.
    ///
    /// # Errors
    /// When the ending is neither, or the file cannot be made.
    pub fn create(path: &Path, frame: Frame) -> Result<Self, Error> {
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        let geojson = match ending.as_deref() {
            Some("csv") => false,
            Some("geojson" | "json") => true,
            _ => {
                let sentence = format!("{} ends in neither .csv nor .geojson", path.display());
                return Err(Error::new(sentence, "Name the file by what it shall hold."));
            }
        };
        if geojson && frame == Frame::Km {
            let hint = "Write CSV, or give the places of the sources file in degrees.";
            return Err(Error::new("GeoJSON holds degrees, and the sources are in km", hint));
        }
        let failed = |error| Error::file("write", path, &error);
        let file = BufWriter::with_capacity(1 << 20, File::create(path).map_err(failed)?);
        let mut rows = Self { path: path.to_owned(), file, frame, geojson, first: true };
        let head = if geojson {
            "{\"type\":\"FeatureCollection\",\"features\":[".to_owned()
        } else {
            format!("hour,{},{COLUMNS}\n", frame.columns())
        };
        rows.put(&head)?;
        Ok(rows)
    }

    fn put(&mut self, text: &str) -> Result<(), Error> {
        let written = self.file.write_all(text.as_bytes());
        written.map_err(|error| Error::file("write", &self.path, &error))
    }

    /// One cell at one hour, beside what it would be without losses and under a fair sky.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(
        &mut self,
        grid: &Grid,
        cell: usize,
        hour: Time,
        noticed: Noticed,
        better: [Noticed; 2],
    ) -> Result<(), Error> {
        let [outages, weather] = better.map(|one| (one.chance - noticed.chance).max(0.0));
        let (chance, limit) = (noticed.chance, limit_kg(noticed.limit_log_kg));
        if !self.geojson {
            let [x, y] = self.frame.pair(grid.within(cell, 0.5, 0.5));
            return self.put(&format!(
                "{hour},{x:.4},{y:.4},{chance:.4},{outages:.4},{weather:.4},{}\n",
                limit.unwrap_or_default()
            ));
        }
        let corners = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0)];
        let ring: Vec<String> = corners
            .iter()
            .map(|(east, north)| grid.within(cell, *east, *north))
            .map(|place| format!("[{:.5},{:.5}]", place.lon, place.lat))
            .collect();
        let limit = match noticed.limit_log_kg {
            Some(limit) if limit.is_finite() => limit_kg(Some(limit)).unwrap_or_default(),
            _ => "null".to_owned(),
        };
        let comma = if self.first { "" } else { "," };
        self.first = false;
        self.put(&format!(
            "{comma}\n{{\"type\":\"Feature\",\"geometry\":{{\"type\":\"Polygon\",\"coordinates\":[[{}]]}},\
             \"properties\":{{\"hour\":\"{hour}\",\"chance\":{chance:.4},\"lost_to_outages\":{outages:.4},\
             \"lost_to_weather\":{weather:.4},\"limit_kg\":{limit}}}}}",
            ring.join(",")
        ))
    }

    /// Ends the file.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(mut self) -> Result<(), Error> {
        if self.geojson {
            self.put("\n]}\n")?;
        }
        self.file.flush().map_err(|error| Error::file("write", &self.path, &error))
    }
}

/// A limit in kg with four digits that count.
fn limit_kg(log_kg: Option<f64>) -> Option<String> {
    let kg = libm::pow(10.0, log_kg?);
    Some(if kg.is_finite() { format!("{kg:.3e}") } else { "inf".to_owned() })
}
