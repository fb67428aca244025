//! Waveforms of an array in, direction and speed of the waves out.

mod elements;
mod sheet;
mod written;

use std::path::{Path, PathBuf};

use clap::Args;
use signal::{ArraySettings, Element, sweep};

use crate::{Error, Unread};

/// Direction and speed of waves across an array.
#[derive(Args, Debug)]
pub struct Beam {
    /// Waveforms of the array's elements: SAC with positions, or miniSEED with `--stations`.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// CSV to write, a row for each window.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Positions of the elements as StationXML, where the waveforms state none.
    #[arg(long, value_name = "XML")]
    pub stations: Option<PathBuf>,
    /// Detections to write as JSON that InfraPy and `watch locate` read.
    #[arg(long, value_name = "FILE")]
    pub detections: Option<PathBuf>,
    /// Polar plot to write.
    #[arg(long, value_name = "FILE")]
    pub svg: Option<PathBuf>,
    /// Band, Hz: lower and upper corner.
    #[arg(long, value_name = "LOW,HIGH", value_delimiter = ',', num_args = 2, default_values_t = [0.5, 2.5])]
    pub band: Vec<f64>,
    /// Length of a window, seconds.
    #[arg(long, default_value_t = 20.0)]
    pub window: f64,
    /// From one window to the next, seconds.
    #[arg(long, default_value_t = 5.0)]
    pub step: f64,
    /// Slowest trace velocity looked for, m/s.
    #[arg(long, default_value_t = 250.0)]
    pub slowest: f64,
    /// Windows a day that noise alone may raise.
    #[arg(long, default_value_t = 1.0)]
    pub false_alarms: f64,
    /// Error of an element's clock, seconds.
    #[arg(long, default_value_t = 0.001)]
    pub timing_error_s: f64,
    /// Error of an element's position in each direction, metres.
    #[arg(long, default_value_t = 1.0)]
    pub position_error_m: f64,
}

/// Direction and speed of waves across an array.
///
/// # Errors
/// When a file cannot be read or written, or fewer than three elements can be used; what is wrong
/// with single records or elements is named on standard error, and the rest is worked on.
pub fn beam(words: &Beam) -> Result<(), Error> {
    let mut unread = Unread::default();
    let array = elements::read(words, &mut unread)?;
    let &[low_hz, high_hz] = words.band.as_slice() else {
        return Err(Error::new("a band has two corners", "Write `--band 0.5,2.5`."));
    };
    let settings = ArraySettings {
        rate_hz: array.rate_hz,
        low_hz,
        high_hz,
        window_s: words.window,
        step_s: words.step,
        slowest_m_s: words.slowest,
        false_alarms_a_day: words.false_alarms,
        timing_error_s: words.timing_error_s,
        position_error_m: words.position_error_m,
    };
    let element = |one: &elements::Placed| {
        let (east_m, north_m) = array.middle.offset_to_m(one.place);
        (one.name.clone(), east_m, north_m)
    };
    let placed: Vec<(String, f64, f64)> = array.elements.iter().map(element).collect();
    let given: Vec<Element> = placed
        .iter()
        .zip(&array.elements)
        .map(|((name, east_m, north_m), one)| Element {
            name,
            east_m: *east_m,
            north_m: *north_m,
            samples: &one.samples,
        })
        .collect();
    let swept = sweep(&given, &settings).map_err(|fault| {
        Error::new(fault.to_string(), "See `watch beam --help` for band, window and slowest.")
    })?;
    for dropped in &swept.dropped {
        eprintln!("{} takes no part: {}", dropped.name, dropped.reason);
    }
    if swept.windows.is_empty() && swept.skipped == 0 {
        eprintln!(
            "no window of {} s fits into what the files hold: take a shorter --window",
            words.window
        );
    }
    if swept.skipped > 0 {
        eprintln!("{} windows left out: fewer than three elements were whole", swept.skipped);
    }
    put(&words.out, &written::table(&swept, &array))?;
    if let Some(path) = &words.detections {
        put(path, &written::detections(&swept, &array))?;
    }
    if let Some(path) = &words.svg {
        put(path, &sheet::sheet(&swept, words.slowest))?;
    }
    print!("{}", written::summary(&swept, &array));
    unread.end()
}

fn put(path: &Path, text: &str) -> Result<(), Error> {
    std::fs::write(path, text).map_err(|error| Error::file("write", path, &error))
}
