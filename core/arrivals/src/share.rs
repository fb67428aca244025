//! The medium shared between neighbours: wind and speed as smooth random fields over place and time.
//!
//! Each nuisance is a Gaussian process with a Matern 5/2 correlation (Rasmussen and Williams 2006,
//! section 4.2) over scaled distance and time, plus a part of its own for every incident. An
//! incident's prior is predicted from the hints of its nearest neighbours (local kriging), its own
//! left out, so that no arrival is used twice. The scales are those that predict best.

use crate::hint::{Hint, NUISANCES, Spread};
use crate::matrix::{self, Matrix, Vector};

/// How far the medium stays alike.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scales {
    /// Over the ground, km: of the common offset, and of the two components of wind.
    pub km: [f64; 2],
    /// In time, s, likewise.
    pub s: [f64; 2],
    /// Share of the variance that an incident does not have in common with any other.
    pub own: f64,
}

/// Hints with what is needed to predict from them.
#[derive(Clone, Debug)]
pub struct Field {
    /// Hints in order of x.
    hints: Vec<Hint>,
    /// Estimate less the mean, and its error, of each hint.
    estimates: Vec<(Vector<NUISANCES>, Matrix<NUISANCES>)>,
    /// Belief where nothing is near.
    pub spread: Spread,
    /// How far the medium stays alike.
    pub scales: Scales,
}

/// Neighbours a prediction is made from.
const NEIGHBOURS: usize = 24;
/// Neighbours while scales are chosen.
const NEIGHBOURS_TRIED: usize = 12;
/// Incidents that scales are tried on.
const TRIED: usize = 120;
/// Fewer hints than this say nothing about scales.
const HINTS_MIN: usize = 12;

impl Field {
    /// A field from hints, its scales chosen by how well each hint is predicted by the others.
    #[must_use]
    pub fn new(mut hints: Vec<Hint>, spread: Spread) -> Option<Self> {
        if hints.len() < HINTS_MIN {
            return None;
        }
        hints.sort_by(|a, b| {
            a.at[0].total_cmp(&b.at[0]).then(a.at[2].total_cmp(&b.at[2])).then(a.at[1].total_cmp(&b.at[1]))
        });
        let estimates = hints.iter().map(|hint| estimate(hint, &spread)).collect();
        let scales = Scales { km: [60.0; 2], s: [1800.0; 2], own: 0.05 };
        let mut field = Self { hints, estimates, spread, scales };
        field.choose_scales();
        Some(field)
    }

    /// What the neighbours of an incident say of its medium: mean and covariance.
    ///
    /// `without` leaves one incident's own hint out.
    #[must_use]
    pub fn predict(
        &self,
        at: &[f64; 3],
        without: Option<u32>,
    ) -> Option<(Vector<NUISANCES>, Matrix<NUISANCES>)> {
        let mut room = Room::default();
        self.predict_with(at, without, NEIGHBOURS, &mut room)
    }

    fn choose_scales(&mut self) {
        let step = (self.hints.len() / TRIED).max(1);
        let mut best = self.score(step);
        for _ in 0..2 {
            for knob in 0..5 {
                for factor in [0.5, 2.0] {
                    loop {
                        let before = self.scales;
                        if !turn(&mut self.scales, knob, factor) {
                            self.scales = before;
                            break;
                        }
                        let score = self.score(step);
                        if score <= best + 0.5 {
                            self.scales = before;
                            break;
                        }
                        best = score;
                    }
                }
            }
        }
    }

    /// Log predictive density of a sample of hints, each from its neighbours.
    fn score(&self, step: usize) -> f64 {
        let mut room = Room::default();
        let mut sum = 0.0;
        for index in (0..self.hints.len()).step_by(step) {
            let hint = &self.hints[index];
            let predicted =
                self.predict_with(&hint.at, Some(hint.incident), NEIGHBOURS_TRIED, &mut room);
            let Some((mean, mut covariance)) = predicted else { continue };
            let (estimate, error) = &self.estimates[index];
            let mut off = [0.0; NUISANCES];
            for i in 0..NUISANCES {
                off[i] = estimate[i] + self.spread.mean[i] - mean[i];
                for j in 0..NUISANCES {
                    covariance[i][j] += error[i][j];
                }
            }
            let Some(factor) = matrix::cholesky(&covariance) else { continue };
            let solved = matrix::solve(&factor, &off);
            sum -= 0.5 * matrix::dot(&off, &solved) + matrix::log_root_determinant(&factor);
        }
        sum
    }

    fn predict_with(
        &self,
        at: &[f64; 3],
        without: Option<u32>,
        count: usize,
        room: &mut Room,
    ) -> Option<(Vector<NUISANCES>, Matrix<NUISANCES>)> {
        self.nearest(at, without, count, &mut room.near);
        let size = room.near.len() * NUISANCES;
        room.system.clear();
        room.system.resize(size * size, 0.0);
        room.right.clear();
        room.right.resize(size * (NUISANCES + 1), 0.0);
        for (a, &(_, one)) in room.near.iter().enumerate() {
            let (estimate, error) = &self.estimates[one as usize];
            for i in 0..NUISANCES {
                for j in 0..NUISANCES {
                    room.system[(a * NUISANCES + i) * size + a * NUISANCES + j] += error[i][j];
                }
                let row = a * NUISANCES + i;
                room.system[row * size + row] += self.spread.variance[i];
                room.right[row] = estimate[i];
            }
            for (b, &(_, other)) in room.near[..a].iter().enumerate() {
                let like = self.alike(&self.hints[one as usize].at, &self.hints[other as usize].at);
                for (i, like) in like.iter().enumerate() {
                    room.system[(a * NUISANCES + i) * size + b * NUISANCES + i] =
                        like * self.spread.variance[i];
                }
            }
            let like = self.alike(&self.hints[one as usize].at, at);
            for (i, like) in like.iter().enumerate() {
                room.right[size * (1 + i) + a * NUISANCES + i] = like * self.spread.variance[i];
            }
        }
        factor(&mut room.system, size)?;
        for column in 0..=NUISANCES {
            forward(&room.system, size, &mut room.right[size * column..size * (column + 1)]);
        }
        let column = |c: usize| &room.right[size * c..size * (c + 1)];
        let product = |a: &[f64], b: &[f64]| -> f64 { a.iter().zip(b).map(|(a, b)| a * b).sum() };
        let mut mean = self.spread.mean;
        let mut covariance = matrix::zeros();
        for i in 0..NUISANCES {
            mean[i] += product(column(0), column(1 + i));
            for j in 0..NUISANCES {
                covariance[i][j] = -product(column(1 + i), column(1 + j));
            }
            covariance[i][i] += self.spread.variance[i];
        }
        Some((mean, covariance))
    }

    /// How alike the nuisances are at two places and times.
    fn alike(&self, a: &[f64; 3], b: &[f64; 3]) -> [f64; NUISANCES] {
        let (dx, dy, dt) = (a[0] - b[0], a[1] - b[1], a[2] - b[2]);
        let apart2 = dx * dx + dy * dy;
        let value = |which: usize| {
            let (km, s) = (self.scales.km[which], self.scales.s[which]);
            let far = (5.0 * (apart2 / (km * km) + dt * dt / (s * s))).sqrt();
            if far > 30.0 {
                return 0.0;
            }
            (1.0 - self.scales.own) * (1.0 + far + far * far / 3.0) * libm::exp(-far)
        };
        let wind = value(1);
        [value(0), wind, wind]
    }

    /// The hints nearest in scaled distance.
    fn nearest(
        &self,
        at: &[f64; 3],
        without: Option<u32>,
        count: usize,
        near: &mut Vec<(f64, u32)>,
    ) {
        near.clear();
        let per_km = 0.5 * (1.0 / self.scales.km[0] + 1.0 / self.scales.km[1]);
        let per_s = 0.5 * (1.0 / self.scales.s[0] + 1.0 / self.scales.s[1]);
        let middle = self.hints.partition_point(|hint| hint.at[0] < at[0]);
        let mut consider = |index: usize| -> bool {
            let hint = &self.hints[index];
            let dx = (hint.at[0] - at[0]) * per_km;
            let worst = if near.len() < count { f64::INFINITY } else { near[count - 1].0 };
            if dx * dx > worst {
                return false;
            }
            let dy = (hint.at[1] - at[1]) * per_km;
            let dt = (hint.at[2] - at[2]) * per_s;
            let far = dx * dx + dy * dy + dt * dt;
            if far < worst && Some(hint.incident) != without {
                let rank = near.partition_point(|kept| kept.0 < far);
                near.insert(rank, (far, index as u32));
                near.truncate(count);
            }
            true
        };
        let mut east = middle..self.hints.len();
        let mut west = (0..middle).rev();
        let (mut go_east, mut go_west) = (true, true);
        while go_east || go_west {
            go_east = go_east && east.next().is_some_and(&mut consider);
            go_west = go_west && west.next().is_some_and(&mut consider);
        }
    }
}

/// Space for one prediction, used again and again.
#[derive(Default)]
struct Room {
    near: Vec<(f64, u32)>,
    system: Vec<f64>,
    right: Vec<f64>,
}

/// A hint as an estimate with an error, the mean taken off. Where the hint says nothing about a
/// direction the error is ten times the spread, and the estimate is drawn to the mean as much.
fn estimate(hint: &Hint, spread: &Spread) -> (Vector<NUISANCES>, Matrix<NUISANCES>) {
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

/// Turns one knob of the scales; false at the end of its range.
fn turn(scales: &mut Scales, knob: usize, factor: f64) -> bool {
    let (value, low, high) = match knob {
        0 | 1 => (&mut scales.km[knob], 1.0, 2000.0),
        2 | 3 => (&mut scales.s[knob - 2], 30.0, 200_000.0),
        _ => (&mut scales.own, 0.0001, 0.9),
    };
    *value *= factor;
    (low..=high).contains(value)
}

/// Cholesky in place, lower triangle.
fn factor(m: &mut [f64], size: usize) -> Option<()> {
    for j in 0..size {
        let (above, below) = m.split_at_mut(j * size);
        let row_j = &mut below[..size];
        for k in 0..j {
            let row_k = &above[k * size..k * size + k + 1];
            let sum = dot(&row_j[..k], &row_k[..k]);
            row_j[k] = (row_j[k] - sum) * row_k[k];
        }
        let pivot = row_j[j] - dot(&row_j[..j], &row_j[..j]);
        if !(pivot > 0.0 && pivot.is_finite()) {
            return None;
        }
        // The diagonal holds its inverse: every use is a product.
        row_j[j] = 1.0 / pivot.sqrt();
    }
    Some(())
}

fn forward(l: &[f64], size: usize, right: &mut [f64]) {
    for i in 0..size {
        let row = &l[i * size..i * size + i + 1];
        right[i] = (right[i] - dot(&row[..i], &right[..i])) * row[i];
    }
}

/// A product in four running sums: one sum would wait for each addition.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sums = [0.0; 4];
    let (a4, b4) = (a.chunks_exact(4), b.chunks_exact(4));
    let tail: f64 = a4.remainder().iter().zip(b4.remainder()).map(|(a, b)| a * b).sum();
    for (a, b) in a4.zip(b4) {
        for i in 0..4 {
            sums[i] += a[i] * b[i];
        }
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + tail
}
