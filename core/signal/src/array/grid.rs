//! The search for the loudest beam: correlations read on a grid of slownesses.

use super::align::Kernel;
use super::correlate::Pair;
use super::prepare::{Prepared, aperture_m};

/// Nodes per width of the beam at the middle of the band, `1 / (f aperture)`: the loudest node
/// then loses at most a tenth of the power, and lies within reach of the refinement.
const NODES_A_BEAM: f64 = 3.0;
/// Fewest and most nodes from the middle of the grid to its edge.
const HALF_MIN: f64 = 4.0;
const HALF_MAX: f64 = 100.0;
/// Correlations are read at the nearest of so many places a cycle of the upper corner.
const PLACES_A_CYCLE: f64 = 10.0;
/// A second beam is looked at too when it has this share of the loudest one's power.
const RIVAL_SHARE: f32 = 0.8;
/// Binary places after the point of a reading position.
const POINT: u32 = 12;

/// Slownesses on a disc, and room to work in.
pub(super) struct Grid {
    spacing: f64,
    half: i32,
    /// For each row from south to north: how far it reaches from its middle.
    reaches: Vec<i32>,
    finer: usize,
    rate_hz: f64,
    fine: Vec<f32>,
    powers: Vec<f32>,
}

impl Grid {
    /// The disc of slownesses up to `slowest_m_s`, as fine as the array can tell apart.
    pub fn new(prepared: &Prepared, slowest_m_s: f64, (low_hz, high_hz): (f64, f64)) -> Self {
        let beam = 2.0 / ((low_hz + high_hz) * aperture_m(&prepared.places_m));
        let half = (NODES_A_BEAM / (slowest_m_s * beam)).clamp(HALF_MIN, HALF_MAX) as i32 + 1;
        let reach = |row: i32| f64::from(half * half - row * row).sqrt() as i32;
        let reaches: Vec<i32> = (-half..=half).map(reach).collect();
        let nodes = reaches.iter().map(|reach| 2 * *reach as usize + 1).sum();
        let finer = libm::ceil(PLACES_A_CYCLE * high_hz / prepared.rate_hz) as usize;
        Self {
            spacing: 1.0 / (slowest_m_s * f64::from(half)),
            half,
            reaches,
            finer,
            rate_hz: prepared.rate_hz,
            fine: Vec::new(),
            powers: vec![0.0; nodes],
        }
    }

    /// From one node to the next, s/m.
    pub fn spacing(&self) -> f64 {
        self.spacing
    }

    /// The loudest node, and one elsewhere that comes near it, by correlations weighed per pair.
    pub fn loudest(
        &mut self,
        pairs: &[Pair],
        correlations: &[f32],
        weigh: impl Fn(&Pair) -> f32,
        kernel: &Kernel,
    ) -> [Option<(f64, f64)>; 2] {
        self.powers.fill(0.0);
        for pair in pairs {
            let weight = weigh(pair);
            if weight > 0.0 {
                let lags = &correlations[pair.offset..pair.offset + pair.lags()];
                self.refine_lags(lags, weight, kernel);
                self.add(pair);
            }
        }
        let (best, most) = self.peak(None);
        let (rival, second) = self.peak(best);
        let near = second >= RIVAL_SHARE * most;
        let slowness = |(column, row): (i32, i32)| {
            (f64::from(column) * self.spacing, f64::from(row) * self.spacing)
        };
        [best.map(slowness), rival.filter(|_| near).map(slowness)]
    }

    /// The correlation at `finer` places a lag, weighed.
    fn refine_lags(&mut self, lags: &[f32], weight: f32, kernel: &Kernel) {
        self.fine.clear();
        if self.finer == 1 {
            self.fine.extend(lags.iter().map(|value| weight * value));
            return;
        }
        let phases: Vec<_> =
            (0..self.finer).map(|part| kernel.weights(part as f64 / self.finer as f64)).collect();
        for at in 0..lags.len() {
            for weights in &phases {
                let taps = weights.iter().enumerate();
                let value = |(tap, share): (usize, &f32)| {
                    (at + tap)
                        .checked_sub(Kernel::BEFORE)
                        .and_then(|at| lags.get(at))
                        .map_or(0.0, |lag| share * lag)
                };
                self.fine.push(weight * taps.map(value).sum::<f32>());
            }
        }
    }

    /// Adds a pair's correlations at the delays of every node.
    fn add(&mut self, pair: &Pair) {
        let unit = f64::from(1 << POINT) * self.spacing * self.rate_hz * self.finer as f64;
        let (east, north) = (pair.east_m * unit, pair.north_m * unit);
        let middle = ((pair.longest * self.finer) as f64 + 0.5) * f64::from(1 << POINT);
        let step = libm::round(east) as i32;
        let mut powers = self.powers.as_mut_slice();
        for (reach, row) in self.reaches.iter().zip(-self.half..) {
            let (these, rest) = powers.split_at_mut(2 * *reach as usize + 1);
            powers = rest;
            let mut at = libm::round(middle + north * f64::from(row)) as i32 - step * reach;
            for power in these {
                *power += self.fine.get((at >> POINT) as usize).copied().unwrap_or(0.0);
                at += step;
            }
        }
    }

    /// The loudest node, at least three nodes away from `from`.
    fn peak(&self, from: Option<(i32, i32)>) -> (Option<(i32, i32)>, f32) {
        let (mut best, mut most) = (None, 0.0);
        let mut powers = self.powers.as_slice();
        for (reach, row) in self.reaches.iter().zip(-self.half..) {
            let (these, rest) = powers.split_at(2 * *reach as usize + 1);
            powers = rest;
            for (power, column) in these.iter().zip(-reach..) {
                let away = from.is_none_or(|(other_column, other_row)| {
                    (column - other_column).abs() > 3 || (row - other_row).abs() > 3
                });
                if *power > most && away {
                    (best, most) = (Some((column, row)), *power);
                }
            }
        }
        (best, most)
    }
}
