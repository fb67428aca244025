//! Butterworth band-pass of any order as second-order sections, for many channels at once.

use core::f64::consts::PI;

use crate::complex::Complex;
use crate::lanes::{LANES, Work, alone, side_by_side};

/// Most corners: beyond it the sections of narrow bands lose digits.
pub const CORNERS_MAX: usize = 16;
/// Memory smaller than this is let go: what is left of it is below any instrument, and numbers
/// that small slow a processor down a hundred times.
const NOTHING: f64 = 1e-100;

/// A band-pass. Each section is `(1 - z^-2) / (1 + a1 z^-1 + a2 z^-2)`: one zero at no frequency
/// and one at half the rate, since an n-corner band-pass has n of each.
#[derive(Clone, PartialEq, Debug)]
pub struct Bandpass {
    gain: f64,
    sections: Vec<[f64; 2]>,
}

/// What a section remembers of each lane (transposed direct form II).
type Memory<const L: usize> = [[f64; L]; 2];

impl Bandpass {
    /// Passes `low_hz` to `high_hz` of samples at `rate_hz`, falling off with `corners` poles on
    /// either side; none when the band is empty or reaches half the rate, or for no corners or
    /// more than [`CORNERS_MAX`].
    ///
    /// The analogue prototype's poles, moved to the band and mapped by the bilinear transform with
    /// prewarped corners (Oppenheim and Schafer, Discrete-Time Signal Processing, section 7.2).
    #[must_use]
    pub fn new(rate_hz: f64, low_hz: f64, high_hz: f64, corners: usize) -> Option<Self> {
        let fits = 0.0 < low_hz && low_hz < high_hz && high_hz < rate_hz / 2.0;
        if !fits || !rate_hz.is_finite() || corners == 0 || corners > CORNERS_MAX {
            return None;
        }
        // The prototype runs at two samples a second, so that 2 / T = 4.
        let warped = |hz: f64| 4.0 * libm::tan(PI * hz / rate_hz);
        let (low, high) = (warped(low_hz), warped(high_hz));
        let (width, middle2) = (high - low, low * high);
        let mut filter = Self { gain: 1.0, sections: Vec::with_capacity(corners) };
        for index in 0..corners.div_ceil(2) {
            let angle = PI * (2 * index + 1 + corners) as f64 / (2 * corners) as f64;
            // The middle pole of an odd order lies on the real axis and brings one section.
            let real = 2 * index + 1 == corners;
            let sin = if real { 0.0 } else { libm::sin(angle) };
            let half = Complex::new(libm::cos(angle), sin) * (width / 2.0);
            let root = (half * half - Complex::new(middle2, 0.0)).sqrt();
            let (one, other) = (digital(half + root), digital(half - root));
            if real {
                filter.sections.push([-(one + other).re, (one * other).re]);
                filter.gain *= width * 4.0
                    / ((Complex::FOUR - half - root) * (Complex::FOUR - half + root)).re;
            } else {
                for (pole, analogue) in [(one, half + root), (other, half - root)] {
                    filter.sections.push([-2.0 * pole.re, pole.norm2()]);
                    filter.gain *= width * 4.0 / (Complex::FOUR - analogue).norm2();
                }
            }
        }
        Some(filter)
    }

    /// Filters every channel in place, each from rest. A sample that is not finite counts as the
    /// last finite one before it.
    pub fn filter(&self, channels: &mut [&mut [f64]]) {
        for group in channels.chunks_mut(LANES) {
            match group {
                [channel] => alone(channel, &mut Pass::new(self)),
                _ => filter_eight(self, group),
            }
        }
    }

    /// Filters forwards and backwards: no delay, twice the corners, and the onset is smeared to
    /// both sides.
    pub fn filter_zero_phase(&self, channels: &mut [&mut [f64]]) {
        for _ in 0..2 {
            self.filter(channels);
            channels.iter_mut().for_each(|channel| channel.reverse());
        }
    }
}

/// A filter on its way through lanes.
struct Pass<'a, const L: usize> {
    filter: &'a Bandpass,
    memory: [Memory<L>; CORNERS_MAX],
    held: [f64; L],
}

impl<'a, const L: usize> Pass<'a, L> {
    fn new(filter: &'a Bandpass) -> Self {
        Self { filter, memory: [[[0.0; L]; 2]; CORNERS_MAX], held: [0.0; L] }
    }
}

impl<const L: usize> Work<L> for Pass<'_, L> {
    #[inline(always)]
    fn block(&mut self, lanes: &mut [[f64; L]]) {
        let (mut held, gain) = (self.held, self.filter.gain);
        for lane in &mut *lanes {
            for (sample, held) in lane.iter_mut().zip(&mut held) {
                *held = if sample.is_finite() { *sample } else { *held };
                *sample = gain * *held;
            }
        }
        self.held = held;
        let sections = &self.filter.sections;
        let memory = &mut self.memory[..sections.len()];
        let (fours, rest) = sections.as_chunks::<4>();
        let (memory_fours, memory_rest) = memory.as_chunks_mut::<4>();
        for (sections, memory) in fours.iter().zip(memory_fours) {
            pass(lanes, sections, memory);
        }
        for (section, memory) in rest.iter().zip(memory_rest) {
            pass(lanes, &[*section], std::array::from_mut(memory));
        }
        for value in memory.iter_mut().flatten().flatten() {
            *value = if value.abs() < NOTHING { 0.0 } else { *value };
        }
    }
}

#[multiversion::multiversion(targets("x86_64+avx2"))]
fn filter_eight(filter: &Bandpass, group: &mut [&mut [f64]]) {
    side_by_side(group, &mut Pass::new(filter));
}

/// Sends a block through `S` sections one behind another.
#[inline(always)]
fn pass<const L: usize, const S: usize>(
    lanes: &mut [[f64; L]],
    sections: &[[f64; 2]; S],
    memory: &mut [Memory<L>; S],
) {
    let mut kept = *memory;
    for lane in lanes {
        for ([a1, a2], [first, second]) in sections.iter().zip(&mut kept) {
            for index in 0..L {
                let input = lane[index];
                let output = input + first[index];
                first[index] = second[index] - a1 * output;
                second[index] = -input - a2 * output;
                lane[index] = output;
            }
        }
    }
    *memory = kept;
}

/// The bilinear transform of an analogue pole.
fn digital(analogue: Complex) -> Complex {
    (Complex::FOUR + analogue) / (Complex::FOUR - analogue)
}
