//! Band-pass filtering sample by sample: a second-order high-pass and low-pass in series.

use core::f64::consts::{FRAC_1_SQRT_2, PI};

/// One second-order section in direct form I (Bristow-Johnson, "Cookbook formulae for audio
/// equalizer biquad filter coefficients"), Butterworth-shaped.
#[derive(Clone, Debug)]
struct Section {
    feed: [f64; 3],
    back: [f64; 2],
    inputs: [f64; 2],
    outputs: [f64; 2],
}

impl Section {
    fn new(rate_hz: f64, corner_hz: f64, high_pass: bool) -> Self {
        let omega = 2.0 * PI * corner_hz / rate_hz;
        let (sin, cos) = (libm::sin(omega), libm::cos(omega));
        let alpha = sin / (2.0 * FRAC_1_SQRT_2);
        let scale = 1.0 + alpha;
        let sign = if high_pass { 1.0 } else { -1.0 };
        let outer = (1.0 + sign * cos) / 2.0 / scale;
        let middle = -sign * (1.0 + sign * cos) / scale;
        let back = [-2.0 * cos / scale, (1.0 - alpha) / scale];
        Self { feed: [outer, middle, outer], back, inputs: [0.0; 2], outputs: [0.0; 2] }
    }

    fn next(&mut self, input: f64) -> f64 {
        let [b0, b1, b2] = self.feed;
        let [a1, a2] = self.back;
        let ([x1, x2], [y1, y2]) = (self.inputs, self.outputs);
        let output = b0 * input + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2;
        self.inputs = [input, x1];
        self.outputs = [output, y1];
        output
    }
}

/// A band-pass with memory, so that a stream may come in pieces.
#[derive(Clone, Debug)]
pub struct Bandpass([Section; 2]);

impl Bandpass {
    /// Passes `low_hz` to `high_hz` of samples at `rate_hz`; none when the band is empty or
    /// reaches half the rate.
    #[must_use]
    pub fn new(rate_hz: f64, low_hz: f64, high_hz: f64) -> Option<Self> {
        let fits = 0.0 < low_hz && low_hz < high_hz && high_hz < rate_hz / 2.0;
        let sections =
            || [Section::new(rate_hz, low_hz, true), Section::new(rate_hz, high_hz, false)];
        fits.then(|| Self(sections()))
    }

    /// The filtered sample. A sample that is not finite counts as silence.
    pub fn next(&mut self, sample: f64) -> f64 {
        let input = if sample.is_finite() { sample } else { 0.0 };
        self.0.iter_mut().fold(input, |value, section| section.next(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gain_at(hz: f64) -> f64 {
        let mut filter = Bandpass::new(200.0, 2.0, 20.0).unwrap();
        let wave = (0..4_000).map(|n| libm::sin(2.0 * PI * hz * f64::from(n) / 200.0));
        let filtered: Vec<_> = wave.map(|sample| filter.next(sample)).collect();
        filtered[2_000..].iter().fold(0.0, |most, sample| f64::max(most, sample.abs()))
    }

    #[test]
    fn the_band_passes_and_its_sides_do_not() {
        assert!((gain_at(6.3) - 1.0).abs() < 0.02);
        assert!(
            (gain_at(2.0) - FRAC_1_SQRT_2).abs() < 0.02
                && (gain_at(20.0) - FRAC_1_SQRT_2).abs() < 0.02
        );
        assert!(gain_at(0.2) < 0.02 && gain_at(90.0) < 0.02);
        assert!(Bandpass::new(200.0, 20.0, 100.0).is_none());
    }
}
