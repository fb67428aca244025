//! The medium over one box of place and time, as far as all incidents in and around it tell.
//!
//! The field is written through its values at a few of the hints' own places, chosen greedily where the
//! others tell least of it (pivoted Cholesky: Fine and Scheinberg 2001), until what they leave open is far
//! less than what hints do not know; the rest counts as each incident's own (FITC: Snelson and Ghahramani
//! 2006). So every hint counts at its own place, and the cost grows with the hints, not with their cube.

use crate::hint::{Hint, NUISANCES, Spread};
use crate::matrix::{self, Matrix, Vector};
use crate::scales::Scales;
use crate::triangle::{dot, factor, forward};

/// Share of the variance that a place may leave open before it is chosen.
const OPEN: f64 = 1e-4;
/// Places chosen at most.
const PLACES_MAX: usize = 96;
/// Hints' places that are candidates, at most.
const CANDIDATES_MAX: usize = 1000;

/// The field of one box.
#[derive(Clone, Debug)]
pub struct Tile {
    scales: Scales,
    variance: Vector<NUISANCES>,
    /// For offset and wind.
    frames: [Frame; 2],
    /// Factor of the information about the weights.
    information: Vec<f64>,
    /// The weights' estimate times that factor's transpose.
    whitened: Vec<f64>,
}

/// Places that stand for a field, and the Cholesky factor of its correlation there.
#[derive(Clone, Debug)]
struct Frame {
    places: Vec<[f64; 3]>,
    root: Vec<f64>,
}

/// The weights that make up the field at a place, for offset and wind, and what they leave out.
struct Basis {
    weights: [Vec<f64>; 2],
    left: Vector<NUISANCES>,
}

/// A Gaussian of the nuisances less their mean.
type Belief = (Vector<NUISANCES>, Matrix<NUISANCES>);

impl Frame {
    /// Chooses places and factors the correlation between them, column by column.
    fn new(hints: &[Hint], scales: &Scales, which: usize) -> Self {
        let step = hints.len().div_ceil(CANDIDATES_MAX).max(1);
        let hints: Vec<&Hint> = hints.iter().step_by(step).collect();
        let max = hints.len().min(PLACES_MAX);
        let mut open = vec![1.0; hints.len()];
        // A row for each hint: its entries in the factor's columns so far.
        let mut columns = vec![0.0; hints.len() * max];
        let mut chosen: Vec<usize> = Vec::new();
        while chosen.len() < max {
            let first = |best: usize, i: usize| if open[i] > open[best] { i } else { best };
            let next = (0..hints.len()).fold(0, first);
            if open[next] < OPEN {
                break;
            }
            let count = chosen.len();
            let per_root = 1.0 / open[next].sqrt();
            let row = columns[next * max..next * max + count].to_vec();
            for (i, hint) in hints.iter().enumerate() {
                let known = dot(&columns[i * max..i * max + count], &row);
                let alike = scales.alike(&hint.at, &hints[next].at)[which];
                let value = (alike - known) * per_root;
                columns[i * max + count] = value;
                open[i] = (open[i] - value * value).max(0.0);
            }
            open[next] = 0.0;
            chosen.push(next);
        }
        let size = chosen.len();
        let mut root = vec![0.0; size * size];
        for (a, &place) in chosen.iter().enumerate() {
            root[a * size..a * size + a].copy_from_slice(&columns[place * max..place * max + a]);
            root[a * size + a] = 1.0 / columns[place * max + a];
        }
        Self { places: chosen.iter().map(|&place| hints[place].at).collect(), root }
    }
}

impl Tile {
    /// The field from the hints around.
    pub fn new(hints: &[Hint], scales: &Scales, spread: &Spread) -> Option<Self> {
        let mut tile = Self {
            scales: *scales,
            variance: spread.variance,
            frames: [Frame::new(hints, scales, 0), Frame::new(hints, scales, 1)],
            information: Vec::new(),
            whitened: Vec::new(),
        };
        tile.learn(hints, spread)?;
        Some(tile)
    }

    /// Where the weights of each nuisance begin, and their number in all.
    fn starts(&self) -> ([usize; NUISANCES], usize) {
        let [offset, wind] = [0, 1].map(|which| self.frames[which].places.len());
        ([0, offset, offset + wind], offset + 2 * wind)
    }

    fn learn(&mut self, hints: &[Hint], spread: &Spread) -> Option<()> {
        let (starts, all) = self.starts();
        let mut information = vec![0.0; all * all];
        let mut vector = vec![0.0; all];
        (0..all).for_each(|i| information[i * all + i] = 1.0);
        for hint in hints {
            let basis = self.basis(&hint.at);
            let (says, of) = seen(hint, &basis.left, spread);
            for i in 0..NUISANCES {
                let weights = &basis.weights[i.min(1)];
                for (a, &weight) in weights.iter().enumerate() {
                    let row = starts[i] + a;
                    vector[row] += weight * of[i];
                    for j in 0..=i {
                        let scale = weight * says[i][j];
                        let others = &basis.weights[j.min(1)];
                        let until = if i == j { a + 1 } else { others.len() };
                        let into = &mut information[row * all + starts[j]..][..until];
                        for (into, other) in into.iter_mut().zip(others) {
                            *into += scale * other;
                        }
                    }
                }
            }
        }
        factor(&mut information, all)?;
        forward(&information, all, 0, &mut vector);
        self.information = information;
        self.whitened = vector;
        Some(())
    }

    fn basis(&self, at: &[f64; 3]) -> Basis {
        let own = self.scales.own;
        let mut left = [0.0; NUISANCES];
        let weights = [0, 1].map(|which| {
            let Frame { places, root } = &self.frames[which];
            let mut weights: Vec<f64> =
                places.iter().map(|place| self.scales.alike(at, place)[which]).collect();
            forward(root, places.len(), 0, &mut weights);
            left[which] = (1.0 - dot(&weights, &weights)).max(0.0);
            let root = ((1.0 - own[which]) * self.variance[which]).sqrt();
            weights.iter_mut().for_each(|weight| *weight *= root);
            weights
        });
        left[2] = left[1];
        for i in 0..NUISANCES {
            let own = own[i.min(1)];
            left[i] = self.variance[i] * ((1.0 - own) * left[i] + own);
        }
        Basis { weights, left }
    }

    /// What the field is at a place and time, less its mean; with a hint, as if that had not been
    /// among those the tile was made from.
    pub fn predict(
        &self,
        at: &[f64; 3],
        without: Option<&Hint>,
        spread: &Spread,
    ) -> Option<Belief> {
        let (starts, all) = self.starts();
        let basis = self.basis(at);
        let mut mean = [0.0; NUISANCES];
        let mut covariance = matrix::zeros();
        let mut columns: [Vec<f64>; NUISANCES] = Default::default();
        for i in 0..NUISANCES {
            let mut column = vec![0.0; all];
            let weights = &basis.weights[i.min(1)];
            column[starts[i]..][..weights.len()].copy_from_slice(weights);
            forward(&self.information, all, starts[i], &mut column);
            mean[i] = dot(&column[starts[i]..], &self.whitened[starts[i]..]);
            columns[i] = column;
            for j in 0..=i {
                covariance[i][j] = dot(&columns[i][starts[i]..], &columns[j][starts[i]..]);
                covariance[j][i] = covariance[i][j];
            }
        }
        if let Some(hint) = without {
            let (says, of) = seen(hint, &basis.left, spread);
            let mut information = matrix::inverse(&matrix::cholesky(&covariance)?);
            let mut vector = matrix::times(&information, &mean);
            for i in 0..NUISANCES {
                vector[i] -= of[i];
                (0..NUISANCES).for_each(|j| information[i][j] -= says[i][j]);
            }
            let root = matrix::cholesky(&information)?;
            mean = matrix::solve(&root, &vector);
            covariance = matrix::inverse(&root);
        }
        (0..NUISANCES).for_each(|i| covariance[i][i] += basis.left[i]);
        Some((mean, covariance))
    }
}

/// What a hint says of the shared field (information, and information times estimate less mean),
/// when `left` of the variance is its own: `H - H S (1 + S H S)^-1 S H` with `S` the root of it.
fn seen(
    hint: &Hint,
    left: &Vector<NUISANCES>,
    spread: &Spread,
) -> (Matrix<NUISANCES>, Vector<NUISANCES>) {
    let h = &hint.information;
    let mut vector = hint.vector;
    for i in 0..NUISANCES {
        vector[i] -= matrix::dot(&h[i], &spread.mean);
    }
    let root = left.map(f64::sqrt);
    let mut inner: Matrix<NUISANCES> = matrix::zeros();
    for i in 0..NUISANCES {
        (0..NUISANCES).for_each(|j| inner[i][j] = root[i] * h[i][j] * root[j]);
        inner[i][i] += 1.0;
    }
    let Some(inner) = matrix::cholesky(&inner).map(|factor| matrix::inverse(&factor)) else {
        return (matrix::zeros(), [0.0; NUISANCES]);
    };
    // What is taken off: H S inner S, times H and times the vector.
    let mut off: Matrix<NUISANCES> = matrix::zeros();
    for i in 0..NUISANCES {
        for j in 0..NUISANCES {
            off[i][j] =
                (0..NUISANCES).map(|k| h[i][k] * root[k] * inner[k][j]).sum::<f64>() * root[j];
        }
    }
    let mut says = *h;
    let mut of = vector;
    for i in 0..NUISANCES {
        of[i] -= matrix::dot(&off[i], &vector);
        for j in 0..NUISANCES {
            says[i][j] -= (0..NUISANCES).map(|k| off[i][k] * h[k][j]).sum::<f64>();
        }
    }
    (says, of)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hints of a wavy medium along a line, each sure of some directions and not of others.
    fn hints() -> Vec<Hint> {
        (0..60_u32)
            .map(|incident| {
                let along = f64::from(incident);
                let at = [3.0 * along, 10.0 * libm::sin(along), 40.0 * (along * 0.37).fract()];
                let mut information = matrix::zeros();
                let row = [1.0, libm::sin(2.1 * along), libm::cos(2.1 * along)];
                matrix::add_outer(&mut information, &row, 4e5);
                (0..NUISANCES).for_each(|i| information[i][i] += 1e4 * (i + 1) as f64);
                let wave = 0.01 * libm::sin(at[0] / 40.0);
                let vector = matrix::times(&information, &[wave, -wave, 0.5 * wave]);
                Hint { incident, at, information, vector }
            })
            .collect()
    }

    const SPREAD: Spread = Spread { mean: [0.001, 0.0, 0.0], variance: [1e-4, 5e-5, 5e-5] };

    #[test]
    fn leaving_a_hint_out_is_never_having_had_it() {
        for smooth in [false, true] {
            let scales =
                Scales { km: [50.0, 60.0], s: [500.0, 400.0], own: [0.003, 0.002], smooth };
            let hints = hints();
            let tile = Tile::new(&hints, &scales, &SPREAD).unwrap();
            for out in [0, 17, 42, 59] {
                let mut others = hints.clone();
                let own = others.remove(out);
                let without = Tile::new(&others, &scales, &SPREAD).unwrap();
                let (mean, covariance) = tile.predict(&own.at, Some(&own), &SPREAD).unwrap();
                let (expected, width) = without.predict(&own.at, None, &SPREAD).unwrap();
                for i in 0..NUISANCES {
                    let ratio = covariance[i][i] / width[i][i];
                    assert!((0.97..1.03).contains(&ratio), "{smooth} {out} {i}: {ratio}");
                    let off = (mean[i] - expected[i]) / width[i][i].sqrt();
                    assert!(off.abs() < 0.1, "{smooth} {out} {i}: {off}");
                }
            }
        }
    }

    #[test]
    fn the_medium_is_told_where_nobody_is_and_nothing_is_known_far_away() {
        let scales = Scales { km: [50.0; 2], s: [500.0; 2], own: [1e-5; 2], smooth: true };
        let tile = Tile::new(&hints(), &scales, &SPREAD).unwrap();
        let (mean, covariance) = tile.predict(&[91.5, 0.0, 20.0], None, &SPREAD).unwrap();
        let wave = 0.01 * libm::sin(91.5 / 40.0);
        assert!((mean[0] + 0.001 - wave).abs() < 3.0 * covariance[0][0].sqrt().min(5e-4));
        let (mean, covariance) = tile.predict(&[5000.0, 0.0, 20.0], None, &SPREAD).unwrap();
        assert!(mean[0].abs() < 1e-9 && (covariance[0][0] / 1e-4 - 1.0).abs() < 1e-6);
    }
}
