//! How far the medium stays alike, chosen by how likely that makes what incidents say of it.
//!
//! Gaussian processes with a Matern 5/2 or a Gaussian correlation (Rasmussen and Williams 2006, section
//! 4.2) over scaled distance and time, and a part of its own for every incident.

use crate::hint::{Hint, NUISANCES, Spread};
use crate::matrix::{self, Matrix, Vector};
use crate::triangle::{factor, forward};

/// How far the medium stays alike.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scales {
    /// Over the ground, km: of the common offset, and of the two components of wind.
    pub km: [f64; 2],
    /// In time, s, likewise.
    pub s: [f64; 2],
    /// Share of the variance that an incident does not have in common with any other, likewise.
    pub own: [f64; 2],
    /// Whether the medium changes as smoothly as can be, or with kinks in its slope.
    pub smooth: bool,
}

/// Before any is chosen.
const BROAD: Scales = Scales { km: [60.0; 2], s: [1800.0; 2], own: [0.01; 2], smooth: false };
/// Scales are chosen on blocks of so many hints, so many of them.
const BLOCK: usize = 36;
const BLOCKS: usize = 16;
/// Of a block this many are the nearest, the others every third of those farther out: what is near
/// tells of an incident's own part, what is farther of the scales.
const BLOCK_NEAR: usize = 12;
const STRIDE: usize = 3;
/// Hints looked at, at most.
const HINTS_MAX: usize = 1200;
/// Squared distance of a hint from what is expected above which its error is widened, to as many times
/// its distance over what is usual (three degrees of freedom: one in three hundred by chance).
const OFF_MAX: f64 = 14.0;
const WIDER: f64 = 2.0;
/// Share of hints that a false pick spoils, and how many times wider those are.
const SPOILT: f64 = 0.05;
const SPOILT_WIDER: f64 = 4.0;
/// Least share of an incident's own.
const OWN_MIN: f64 = 1e-6;
/// What can be turned: scales and shares, for offset and wind together and apart.
const KNOBS: usize = 9;
/// Gain in log likelihood below which a climb ends.
const GAIN_MIN: f64 = 0.02;
/// Ratio of a Gaussian's scale to that of a Matern correlation that falls alike.
const SMOOTHER: f64 = 0.7;

impl Scales {
    /// How alike offset and wind are at two places and times.
    #[must_use]
    #[inline]
    pub fn alike(&self, a: &[f64; 3], b: &[f64; 3]) -> [f64; 2] {
        let (dx, dy, dt) = (a[0] - b[0], a[1] - b[1], a[2] - b[2]);
        let apart2 = dx * dx + dy * dy;
        let value = |which: usize| {
            let (km, s) = (self.km[which], self.s[which]);
            let far2 = apart2 / (km * km) + dt * dt / (s * s);
            if far2 > 60.0 {
                return 0.0;
            }
            if self.smooth {
                return libm::exp(-0.5 * far2);
            }
            let far = (5.0 * far2).sqrt();
            (1.0 + far + far * far / 3.0) * libm::exp(-far)
        };
        [value(0), value(1)]
    }

    /// Shortest scales, km and s.
    #[must_use]
    pub fn shortest(&self) -> [f64; 2] {
        [self.km[0].min(self.km[1]), self.s[0].min(self.s[1])]
    }

    /// Offset and wind come from the same weather: their scales differ by a factor of two or so.
    fn log_prior(&self) -> f64 {
        let km = libm::log2(self.km[0] / self.km[1]);
        let s = libm::log2(self.s[0] / self.s[1]);
        -0.5 * (km * km + s * s)
    }

    /// Turns one knob; false at the end of its range.
    fn turn(&mut self, knob: usize, factor: f64) -> bool {
        let both = |pair: &mut [f64; 2]| pair.iter_mut().for_each(|value| *value *= factor);
        match knob {
            0 => both(&mut self.km),
            1 => both(&mut self.s),
            2 => self.own.iter_mut().for_each(|own| *own *= factor * factor),
            3 | 4 => self.km[knob - 3] *= factor,
            5 | 6 => self.s[knob - 5] *= factor,
            _ => self.own[knob - 7] *= factor * factor,
        }
        self.km.iter().all(|km| (0.5..3000.0).contains(km))
            && self.s.iter().all(|s| (20.0..200_000.0).contains(s))
            && self.own.iter().all(|own| (OWN_MIN..0.9).contains(own))
    }

    /// The likeliest scales for hints in order of x.
    #[must_use]
    pub fn choose(hints: &[Hint], spread: &Spread) -> Self {
        let step = hints.len().div_ceil(HINTS_MAX).max(1);
        let thinned: Vec<Hint> = hints.iter().step_by(step).copied().collect();
        let mut choice = Choice::new(&thinned, spread);
        choice.climb_all(&[4.0, 2.0], 0..3);
        choice.renew();
        choice.climb_all(&[2.0, 1.4], 0..KNOBS);
        choice.renew();
        choice.climb_all(&[1.4], 0..3);
        let rough = (choice.scales, choice.best);
        choice.scales.smooth = true;
        for scale in choice.scales.km.iter_mut().chain(&mut choice.scales.s) {
            *scale *= SMOOTHER;
        }
        choice.best = choice.score();
        choice.climb_all(&[1.4, 1.15], 0..KNOBS);
        if choice.best <= rough.1 {
            (choice.scales, choice.best) = rough;
        }
        choice.spare();
        choice.scales
    }
}

/// Scales being chosen.
struct Choice<'a> {
    hints: &'a [Hint],
    spread: &'a Spread,
    scales: Scales,
    best: f64,
    estimates: Vec<Estimate>,
    blocks: Vec<Vec<u32>>,
    system: Vec<f64>,
    right: Vec<f64>,
}

/// An estimate of the nuisances less their mean, and the covariance of its error.
type Estimate = (Vector<NUISANCES>, Matrix<NUISANCES>);

impl<'a> Choice<'a> {
    fn new(hints: &'a [Hint], spread: &'a Spread) -> Self {
        let mut choice = Self {
            hints,
            spread,
            scales: BROAD,
            best: 0.0,
            estimates: Vec::new(),
            blocks: Vec::new(),
            system: Vec::new(),
            right: Vec::new(),
        };
        choice.renew();
        choice
    }

    /// Blocks and doubts as the scales are now.
    fn renew(&mut self) {
        self.estimates = self.hints.iter().map(|hint| estimate(hint, self.spread)).collect();
        let step = self.hints.len().div_ceil(BLOCKS);
        self.blocks =
            (step / 2..self.hints.len()).step_by(step).map(|middle| self.block(middle)).collect();
        self.doubt();
        self.best = self.score();
    }

    /// Hints around one: the nearest, then every so many.
    fn block(&self, middle: usize) -> Vec<u32> {
        let at = &self.hints[middle].at;
        let per_km = 0.5 * (1.0 / self.scales.km[0] + 1.0 / self.scales.km[1]);
        let per_s = 0.5 * (1.0 / self.scales.s[0] + 1.0 / self.scales.s[1]);
        let far = |hint: &Hint| {
            let (dx, dy) = ((hint.at[0] - at[0]) * per_km, (hint.at[1] - at[1]) * per_km);
            let dt = (hint.at[2] - at[2]) * per_s;
            dx * dx + dy * dy + dt * dt
        };
        let mut near: Vec<(f64, u32)> =
            self.hints.iter().enumerate().map(|(i, hint)| (far(hint), i as u32)).collect();
        near.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let first = near.iter().take(BLOCK_NEAR);
        let then = near.iter().skip(BLOCK_NEAR).step_by(STRIDE).take(BLOCK - BLOCK_NEAR);
        first.chain(then).map(|pair| pair.1).collect()
    }

    /// Turns knobs until none helps, by coarse factors, then by finer.
    fn climb_all(&mut self, factors: &[f64], knobs: core::ops::Range<usize>) {
        for &factor in factors {
            for knob in knobs.clone() {
                if !self.climb(knob, factor) {
                    self.climb(knob, 1.0 / factor);
                }
            }
        }
    }

    /// Leaves out an own share that adds less to the log likelihood than a parameter must (AIC: Akaike 1974).
    fn spare(&mut self) {
        for which in 0..2 {
            let before = self.scales;
            self.scales.own[which] = OWN_MIN;
            let score = self.score();
            if score > self.best - 1.0 {
                self.best = score;
            } else {
                self.scales = before;
            }
        }
    }

    /// Turns a knob one way as long as it helps; tells whether it did.
    fn climb(&mut self, knob: usize, factor: f64) -> bool {
        let mut helped = false;
        loop {
            let before = self.scales;
            let score = if self.scales.turn(knob, factor) { self.score() } else { self.best };
            if score <= self.best + GAIN_MIN {
                self.scales = before;
                return helped;
            }
            self.best = score;
            helped = true;
        }
    }

    /// Log likelihood of the estimates in the blocks.
    fn score(&mut self) -> f64 {
        let mut sum = self.scales.log_prior();
        for block in 0..self.blocks.len() {
            let Some(size) = self.whiten(block) else { return f64::NEG_INFINITY };
            sum += (0..size).map(|i| libm::log(self.system[i * size + i])).sum::<f64>();
            sum +=
                self.right.chunks_exact(NUISANCES).map(|off| log_chance(squares(off))).sum::<f64>();
        }
        sum
    }

    /// Widens the error of hints that those before them in their block contradict: an incident
    /// with a false pick would else be taken for weather.
    fn doubt(&mut self) {
        for block in 0..self.blocks.len() {
            let Some(size) = self.whiten(block) else { return };
            let offs = self.right[..size].chunks_exact(NUISANCES);
            for (&hint, off) in self.blocks[block].iter().zip(offs) {
                let off = squares(off);
                if off > OFF_MAX {
                    let error = &mut self.estimates[hint as usize].1;
                    error
                        .iter_mut()
                        .flatten()
                        .for_each(|value| *value *= WIDER * off / NUISANCES as f64);
                }
            }
        }
    }

    /// Factors the covariance of a block and whitens its estimates; gives their number.
    fn whiten(&mut self, block: usize) -> Option<usize> {
        let block = &self.blocks[block];
        let size = block.len() * NUISANCES;
        self.system.clear();
        self.system.resize(size * size, 0.0);
        self.right.clear();
        let shared: [f64; NUISANCES] =
            core::array::from_fn(|i| self.spread.variance[i] * (1.0 - self.scales.own[i.min(1)]));
        for (a, &one) in block.iter().enumerate() {
            let (estimate, error) = &self.estimates[one as usize];
            self.right.extend(estimate);
            for i in 0..NUISANCES {
                let row = (a * NUISANCES + i) * size;
                self.system[row + a * NUISANCES..][..NUISANCES].copy_from_slice(&error[i]);
                self.system[row + a * NUISANCES + i] += self.spread.variance[i];
            }
            for (b, &other) in block[..a].iter().enumerate() {
                let [offset, wind] =
                    self.scales.alike(&self.hints[one as usize].at, &self.hints[other as usize].at);
                for (i, like) in [offset, wind, wind].into_iter().enumerate() {
                    self.system[(a * NUISANCES + i) * size + b * NUISANCES + i] = like * shared[i];
                }
            }
        }
        factor(&mut self.system, size)?;
        forward(&self.system, size, 0, &mut self.right);
        Some(size)
    }
}

fn squares(off: &[f64]) -> f64 {
    off.iter().map(|off| off * off).sum()
}

/// Log density at a squared distance, up to a constant, when some hints are spoilt.
fn log_chance(off: f64) -> f64 {
    let wide = SPOILT / (SPOILT_WIDER * SPOILT_WIDER * SPOILT_WIDER);
    let far = off / (SPOILT_WIDER * SPOILT_WIDER);
    -0.5 * far + libm::log((1.0 - SPOILT) * libm::exp(-0.5 * (off - far)) + wide)
}

/// A hint as an estimate with an error, the mean taken off. Where the hint says nothing about a
/// direction the error is ten times the spread, and the estimate is drawn to the mean as much.
fn estimate(hint: &Hint, spread: &Spread) -> Estimate {
    let mut information = hint.information;
    let mut vector = hint.vector;
    for i in 0..NUISANCES {
        vector[i] -= matrix::dot(&hint.information[i], &spread.mean);
    }
    for (i, row) in information.iter_mut().enumerate() {
        row[i] += 0.01 / spread.variance[i];
    }
    match matrix::cholesky(&information) {
        Some(factor) => (matrix::solve(&factor, &vector), matrix::inverse(&factor)),
        None => {
            let mut error = matrix::zeros();
            (0..NUISANCES).for_each(|i| error[i][i] = 100.0 * spread.variance[i]);
            ([0.0; NUISANCES], error)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_smooth_medium_is_known_as_one_and_a_rough_one_is_not() {
        for rough in [0.0, 0.004] {
            let mut hints: Vec<Hint> = (0..400_u32)
                .map(|incident| {
                    let spin = f64::from(incident) * 0.618_034;
                    let at =
                        [f64::from(incident), 30.0 * spin.fract(), 900.0 * (spin * 7.3).fract()];
                    let mut information = matrix::zeros();
                    (0..NUISANCES).for_each(|i| information[i][i] = 1e6);
                    let dice = dice(f64::from(incident) * 12.9898);
                    let wave =
                        0.01 * libm::sin(at[0] / 60.0) + (rough + 0.001) * 3.5 * (dice - 0.5);
                    let vector = matrix::times(&information, &[wave; NUISANCES]);
                    Hint { incident, at, information, vector }
                })
                .collect();
            hints.sort_by(|a, b| a.at[0].total_cmp(&b.at[0]));
            let spread = Spread { mean: [0.0; NUISANCES], variance: [6e-5; NUISANCES] };
            let scales = Scales::choose(&hints, &spread);
            assert!((20.0..240.0).contains(&scales.km[0]), "{scales:?}");
            assert_eq!(scales.own[0] > 0.05, rough > 0.0, "{scales:?}");
        }
    }

    /// Dice without a generator: the fraction of a large sine.
    fn dice(value: f64) -> f64 {
        (libm::sin(value) * 43_758.545_3).abs().fract()
    }
}
