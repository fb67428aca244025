//! Correlations of every pair of elements, step by step, so that overlapping windows share them.

use super::prepare::Prepared;

/// Two elements and the delays between them that are looked at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair {
    pub one: usize,
    pub other: usize,
    /// From `one` to `other`, metres.
    pub east_m: f64,
    pub north_m: f64,
    /// Longest delay, samples; lags run from `-longest` to `longest`.
    pub longest: usize,
    /// Where its lags begin among those of all pairs.
    pub offset: usize,
}

impl Pair {
    pub fn lags(&self) -> usize {
        2 * self.longest + 1
    }
}

/// Every pair, and the sum of their lags.
pub(super) fn pairs(prepared: &Prepared, slowest_m_s: f64) -> (Vec<Pair>, usize) {
    let places = &prepared.places_m;
    let (mut pairs, mut offset) = (Vec::new(), 0);
    for one in 0..places.len() {
        for other in one + 1..places.len() {
            let (east_m, north_m) =
                (places[other].0 - places[one].0, places[other].1 - places[one].1);
            let delay_s = libm::hypot(east_m, north_m) / slowest_m_s;
            // Three more on each side, for reading between samples.
            let longest = (delay_s * prepared.rate_hz) as usize + 4;
            pairs.push(Pair { one, other, east_m, north_m, longest, offset });
            offset += 2 * longest + 1;
        }
    }
    (pairs, offset)
}

/// Correlations of one step: of all pairs at all lags, and the energy of every element.
#[derive(Clone, Debug)]
pub(super) struct Block {
    pub correlations: Vec<f32>,
    pub energies: Vec<f32>,
}

/// Correlations over `length` samples from `start`: `sum_t x_one(t) x_other(t + lag)`.
pub(super) fn block(
    prepared: &Prepared,
    pairs: &[Pair],
    lags: usize,
    start: usize,
    length: usize,
) -> Block {
    let from = prepared.pad + start;
    let piece = |element: usize| &prepared.traces[element][from..from + length];
    let mut correlations = vec![0.0; lags];
    for pair in pairs {
        let sums = &mut correlations[pair.offset..pair.offset + pair.lags()];
        let begin = from - pair.longest;
        let other = &prepared.traces[pair.other][begin..begin + length + pair.lags() - 1];
        correlate(piece(pair.one), other, sums);
    }
    let energy = |element| piece(element).iter().map(|sample| sample * sample).sum();
    Block { correlations, energies: (0..prepared.traces.len()).map(energy).collect() }
}

/// Adds `sum_t one[t] other[t + lag]` to `sums[lag]`: four samples at a time, along the lags, so
/// that it runs in vectors and always adds in the same order.
fn correlate(one: &[f32], other: &[f32], sums: &mut [f32]) {
    let lags = sums.len();
    let mut quads = one.chunks_exact(4);
    let mut at = 0;
    for quad in quads.by_ref() {
        let [a, b, c, d] = [quad[0], quad[1], quad[2], quad[3]];
        let reach = &other[at..at + lags + 3];
        let shifted = reach[..lags].iter().zip(&reach[1..]).zip(&reach[2..]).zip(&reach[3..]);
        for (sum, (((w, x), y), z)) in sums.iter_mut().zip(shifted) {
            *sum += (a * w + b * x) + (c * y + d * z);
        }
        at += 4;
    }
    for sample in quads.remainder() {
        for (sum, value) in sums.iter_mut().zip(&other[at..at + lags]) {
            *sum += sample * value;
        }
        at += 1;
    }
}
