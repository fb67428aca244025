//! From stretches of waveform to detections: mend, filter, trigger, onset, measures. Many channels
//! go through the filter side by side.

use serde::{Deserialize, Serialize};

use crate::features::{Features, Spans, features};
use crate::filter::Bandpass;
use crate::health::{Flaw, FlawKind, mend};
use crate::onset::{SIDE_MIN, onset};
use crate::swell::{BACK, Swells};
use crate::trigger::{Averages, Stretch, parted, stretches};

/// How to detect.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Settings {
    /// Samples a second.
    pub rate_hz: f64,
    /// Lower corner of the band.
    pub low_hz: f64,
    /// Upper corner of the band.
    pub high_hz: f64,
    /// Poles on either side of the band.
    pub corners: usize,
    /// Short-term average.
    pub short_s: f64,
    /// Long-term average.
    pub long_s: f64,
    /// Ratio of energies at which it triggers.
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
    /// When it triggered.
    pub trigger_s: f64,
    /// How long the ratio stayed up.
    pub up_s: f64,
    /// Largest ratio of short-term to long-term energy.
    pub ratio: f64,
    /// What it looks like.
    pub features: Features,
}

/// What one channel gave.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Detected {
    /// The arrivals in order of time.
    pub detections: Vec<Detection>,
    /// What is wrong with the samples.
    pub flaws: Vec<Flaw>,
}

impl Settings {
    /// Time that filter and averages take to settle at the start of a stretch, seconds.
    #[must_use]
    pub fn settling_s(&self) -> f64 {
        self.long_s + 2.0 / self.low_hz
    }

    /// How far behind a trigger its measures are taken from, seconds.
    #[must_use]
    pub fn tail_s(&self) -> f64 {
        self.spans().longest_s + 4.0 * self.short_s
    }

    /// The short-term average in samples, at least one.
    pub(crate) fn short(&self) -> usize {
        (self.short_s * self.rate_hz).round().max(1.0) as usize
    }

    pub(crate) fn spans(&self) -> Spans {
        let signal_s = (2.0 * self.short_s).max(2.0 / self.low_hz);
        Spans { noise_s: self.long_s / 2.0, signal_s, longest_s: 3.0 * self.long_s }
    }

    /// Share of the filtered samples that is independent of the others.
    #[must_use]
    pub fn independent(&self) -> f64 {
        (2.0 * (self.high_hz - self.low_hz) / self.rate_hz).min(1.0)
    }
}

/// The arrivals in each channel. Samples are replaced by the mended and filtered ones. Empty when
/// the settings fit no filter.
#[must_use]
pub fn detect(channels: &mut [Vec<f64>], settings: &Settings) -> Vec<Detected> {
    let Settings { rate_hz, low_hz, high_hz, corners, .. } = *settings;
    let Some(filter) = Bandpass::new(rate_hz, low_hz, high_hz, corners) else { return Vec::new() };
    let flaws: Vec<Vec<Flaw>> =
        channels.iter_mut().map(|channel| ready(channel, rate_hz)).collect();
    filter.filter(&mut slices(channels));
    let mut ratios: Vec<Vec<f64>> = channels.to_vec();
    let (short, long) = (settings.short(), (settings.long_s * rate_hz).round().max(1.0) as u32);
    Averages { short: short as u32, long }.ratios(&mut slices(&mut ratios));
    let stretches = channels.iter().zip(&ratios).map(|(filtered, ratios)| {
        let up = stretches(ratios, settings.on, settings.off).into_iter();
        up.flat_map(|stretch| parted(stretch, filtered, ratios, short)).collect()
    });
    let stretches: Vec<Vec<Stretch>> = stretches.collect();
    let any = stretches.iter().any(|found| !found.is_empty());
    let swells = if any { Swells::new(settings) } else { None };
    let found = channels.iter().zip(stretches).zip(flaws);
    found
        .map(|((filtered, found), flaws)| {
            arrivals(filtered, found, flaws, swells.as_ref(), settings)
        })
        .collect()
}

fn slices(channels: &mut [Vec<f64>]) -> Vec<&mut [f64]> {
    channels.iter_mut().map(Vec::as_mut_slice).collect()
}

/// Mends the samples and takes off what they stand at, so that the filter begins near rest.
fn ready(samples: &mut [f64], rate_hz: f64) -> Vec<Flaw> {
    let flaws = mend(samples, rate_hz);
    let level = samples.iter().sum::<f64>() / samples.len().max(1) as f64;
    samples.iter_mut().for_each(|sample| *sample -= level);
    flaws
}

fn arrivals(
    filtered: &[f64],
    found: Vec<Stretch>,
    flaws: Vec<Flaw>,
    swells: Option<&Swells>,
    settings: &Settings,
) -> Detected {
    let samples = |span_s: f64| (span_s * settings.rate_hz) as usize;
    let (short, settling) = (settings.short(), samples(settings.settling_s()));
    // A mended spike leaves little behind; after a stretch of nothing everything seems loud.
    let sound = |stretch: &Stretch| {
        flaws.iter().all(|flaw| {
            let behind = if flaw.kind == FlawKind::Spike { short } else { settling };
            stretch.start + short < flaw.start || flaw.end + behind <= stretch.start
        })
    };
    let detections = found
        .into_iter()
        .filter(sound)
        .filter_map(|stretch| arrival(filtered, stretch, swells?, settings))
        .collect();
    Detected { detections, flaws }
}

/// How far behind a rough onset it is read again, samples.
pub(crate) fn behind(short: usize) -> usize {
    (short / 4).max(2 * SIDE_MIN)
}

fn arrival(
    filtered: &[f64],
    stretch: Stretch,
    swells: &Swells,
    settings: &Settings,
) -> Option<Detection> {
    let (rate_hz, short) = (settings.rate_hz, settings.short());
    // The ratio rises after the onset, so most of the window lies before the trigger.
    let from = stretch.start.saturating_sub(BACK * short);
    let to = (stretch.start + short).min(filtered.len());
    let rough = onset(&[filtered.get(from..to)?], settings.independent())?;
    // Read again about where it is. What it grows to later says nothing of how it began.
    let middle = from + rough.sample.round() as usize;
    // Whole short averages before it: the trigger's own sample is chance.
    let from = middle.saturating_sub((middle - from).div_ceil(short) * short);
    let to = (middle + behind(short)).max(stretch.start).min(filtered.len());
    let onset = swells.onset(&[filtered.get(from..to)?])?;
    let sample = from as f64 + onset.sample;
    Some(Detection {
        onset_s: sample / rate_hz,
        onset_error_s: onset.error_samples / rate_hz,
        trigger_s: stretch.start as f64 / rate_hz,
        up_s: (stretch.end - stretch.start) as f64 / rate_hz,
        ratio: stretch.ratio,
        features: features(filtered, sample.round() as usize, rate_hz, settings.spans()),
    })
}
