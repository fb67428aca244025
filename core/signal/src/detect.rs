//! From a stretch of waveform to detections: filter, trigger, onset.

use serde::{Deserialize, Serialize};

use crate::filter::Bandpass;
use crate::onset::onset;
use crate::trigger::{Trigger, trigger};

/// How to detect.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Settings {
    /// Samples a second.
    pub rate_hz: f64,
    /// Lower corner of the band.
    pub low_hz: f64,
    /// Upper corner of the band.
    pub high_hz: f64,
    /// Short-term average.
    pub short_s: f64,
    /// Long-term average.
    pub long_s: f64,
    /// Ratio at which it triggers.
    pub on: f64,
    /// Ratio below which it ends.
    pub off: f64,
}

/// One arrival, in seconds from the first sample.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Detection {
    /// Onset.
    pub onset_s: f64,
    /// One standard deviation of the onset.
    pub onset_error_s: f64,
    /// How long the ratio stayed up.
    pub duration_s: f64,
    /// Largest ratio of short-term to long-term energy.
    pub ratio: f64,
    /// Largest filtered amplitude, in the unit of the samples.
    pub amplitude: f64,
}

/// The arrivals in `samples`; none when the settings fit no filter.
#[must_use]
pub fn detect(samples: &[f64], settings: &Settings) -> Vec<Detection> {
    let Settings { rate_hz, low_hz, high_hz, short_s, long_s, on, off } = *settings;
    let Some(mut filter) = Bandpass::new(rate_hz, low_hz, high_hz) else { return Vec::new() };
    let filtered: Vec<f64> = samples.iter().map(|sample| filter.next(*sample)).collect();
    let (short, long) = ((short_s * rate_hz) as u32, (long_s * rate_hz) as u32);
    let stretches = trigger(&filtered, Trigger { short, long, on, off });
    let found = stretches.into_iter().filter_map(|stretch| {
        // The ratio rises after the onset, so most of the window lies before the trigger.
        let from = stretch.start.saturating_sub(4 * short as usize);
        let to = (stretch.start + 2 * short as usize).min(filtered.len());
        let onset = onset(filtered.get(from..to)?)?;
        let amplitude = filtered
            .get(stretch.start..stretch.end)?
            .iter()
            .fold(0.0, |most, sample| f64::max(most, sample.abs()));
        Some(Detection {
            onset_s: (from + onset.sample) as f64 / rate_hz,
            onset_error_s: onset.error_samples / rate_hz,
            duration_s: (stretch.end - stretch.start) as f64 / rate_hz,
            ratio: stretch.ratio,
            amplitude,
        })
    });
    found.collect()
}
