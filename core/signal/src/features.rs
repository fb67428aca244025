//! What an arrival looks like, for telling classes apart: size, period, length, how it stands out.

use serde::{Deserialize, Serialize};

/// Measures of an arrival in a filtered trace; the unit of the samples, seconds.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Features {
    /// Largest amplitude behind the onset.
    pub amplitude: f64,
    /// Root mean square before the onset.
    pub noise: f64,
    /// Amplitude power behind the onset over that before it.
    pub snr: f64,
    /// Dominant period: `2 pi sqrt(sum x^2 / sum x'^2)` (Nakamura 1988, taken over the window).
    pub period_s: f64,
    /// How long the signal stays above twice the noise.
    pub duration_s: f64,
    /// From the onset to the largest amplitude.
    pub rise_s: f64,
}

/// Spans about the onset that measures are taken from, seconds.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Spans {
    /// Noise before the onset.
    pub noise_s: f64,
    /// Signal behind it, for power and period.
    pub signal_s: f64,
    /// How far the end is looked for.
    pub longest_s: f64,
}

/// Measures the arrival that begins at sample `onset` of a filtered trace.
#[must_use]
pub fn features(filtered: &[f64], onset: usize, rate_hz: f64, spans: Spans) -> Features {
    let samples = |span_s: f64| (span_s * rate_hz).round().max(1.0) as usize;
    let onset = onset.min(filtered.len());
    let before = &filtered[onset.saturating_sub(samples(spans.noise_s))..onset];
    let tail = &filtered[onset..];
    let signal = &tail[..samples(spans.signal_s).min(tail.len())];
    let long = &tail[..samples(spans.longest_s).min(tail.len())];
    let (noise2, signal2) = (mean_square(before), mean_square(signal));
    let loudest = loudest(signal);
    let steps = signal.windows(2).map(|pair| (pair[1] - pair[0]) * (pair[1] - pair[0]));
    let step2 = steps.sum::<f64>() / (signal.len().max(2) - 1) as f64;
    Features {
        amplitude: loudest.map_or(0.0, |(_, amplitude)| amplitude),
        noise: noise2.sqrt(),
        snr: if noise2 > 0.0 { signal2 / noise2 } else { 0.0 },
        period_s: period_s(signal2, step2, rate_hz),
        duration_s: quiet_from(long, 4.0 * noise2, samples(spans.signal_s)) as f64 / rate_hz,
        rise_s: loudest.map_or(0.0, |(at, _)| at as f64 / rate_hz),
    }
}

fn mean_square(samples: &[f64]) -> f64 {
    samples.iter().map(|sample| sample * sample).sum::<f64>() / samples.len().max(1) as f64
}

fn loudest(samples: &[f64]) -> Option<(usize, f64)> {
    let sizes = samples.iter().map(|sample| sample.abs()).enumerate();
    sizes.reduce(|most, next| if next.1 > most.1 { next } else { most })
}

/// The period of a sine with so much energy in its samples and in its steps:
/// `step2 / signal2 = 4 sin^2(pi f / rate)`.
fn period_s(signal2: f64, step2: f64, rate_hz: f64) -> f64 {
    let half_sine = (step2 / signal2).sqrt() / 2.0;
    if !(half_sine > 0.0 && half_sine.is_finite()) {
        return 0.0;
    }
    core::f64::consts::PI / (rate_hz * libm::asin(half_sine.min(1.0)))
}

/// The first place from which a whole stretch is no louder than `power`.
fn quiet_from(samples: &[f64], power: f64, stretch: usize) -> usize {
    let parts = samples.chunks(stretch.max(1));
    parts.take_while(|part| mean_square(part) > power).map(<[f64]>::len).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wave_of_known_period_and_length_is_measured() {
        let wave =
            |at: usize| 50.0 * libm::sin(2.0 * core::f64::consts::PI * 5.0 * at as f64 / 100.0);
        let noise = |at: usize| if at.is_multiple_of(2) { 0.5 } else { -0.5 };
        let samples: Vec<f64> = (0..3_000)
            .map(|at| noise(at) + if (1_000..1_800).contains(&at) { wave(at - 1_000) } else { 0.0 })
            .collect();
        let spans = Spans { noise_s: 5.0, signal_s: 1.0, longest_s: 15.0 };
        let found = features(&samples, 1_000, 100.0, spans);
        assert!((found.period_s - 0.2).abs() < 0.005, "{found:?}");
        assert!((found.amplitude - 50.0).abs() < 1.0 && (found.duration_s - 8.0).abs() < 1e-9);
        assert!((found.snr - 5_001.0).abs() < 20.0 && (found.noise - 0.5).abs() < 1e-9);
        assert_eq!(features(&[], 5, 100.0, spans).amplitude, 0.0);
    }
}
