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
    /// Each incident's own hint, in order of incident.
    alone: Vec<Hint>,
    /// For each of them the one of `hints` it went into.
    cells: Vec<u32>,
    /// Hints in order of x; neighbours much nearer than the medium changes stand as one.
    hints: Vec<Hint>,
    /// Estimate less the mean, and its error, of each hint.
    estimates: Vec<Estimate>,
    /// Belief where nothing is near.
    pub spread: Spread,
    /// How far the medium stays alike.
    pub scales: Scales,
}

/// An estimate of the nuisances less their mean, and the covariance of its error.
type Estimate = (Vector<NUISANCES>, Matrix<NUISANCES>);

/// Neighbours a prediction is made from.
const NEIGHBOURS: usize = 24;
/// Hints that scales are chosen on: compact blocks of so many, so many of them.
const BLOCK: usize = 36;
const BLOCKS: usize = 16;
/// Hints kept apart while scales are chosen.
const APART_MAX: usize = 1200;
/// Fewer hints than this say nothing about scales.
const HINTS_MIN: usize = 12;
/// Squared distance of a hint from what is expected above which it is doubted (three degrees of
/// freedom: one in three hundred by chance).
const OFF_MAX: f64 = 14.0;
/// Hints of a cell stand as one. Its side is this share of the scales for hints as uncertain as
/// the medium itself, and smaller in proportion for better ones, so that what the medium changes
/// within a cell stays well below what a hint does not know.
const CELL: f64 = 0.3;
/// Side of a cell over the scales, at most.
const CELL_MAX: f64 = 0.1;

impl Field {
    /// A field from hints, its scales chosen by how well each hint is predicted by the others
    /// unless they are given.
    #[must_use]
    pub fn new(mut hints: Vec<Hint>, spread: Spread, scales: Option<Scales>) -> Option<Self> {
        if hints.len() < HINTS_MIN {
            return None;
        }
        hints.sort_by(by_place);
        let broad = Scales { km: [60.0; 2], s: [1800.0; 2], own: 0.01 };
        let mut field = Self {
            alone: hints,
            cells: Vec::new(),
            hints: Vec::new(),
            estimates: Vec::new(),
            spread,
            scales: scales.unwrap_or(broad),
        };
        if scales.is_none() {
            let mut share = 1.0 / 64.0;
            field.merge(share);
            while field.hints.len() > APART_MAX {
                share *= 1.5;
                field.merge(share);
            }
            field.choose_scales();
        }
        field.merge(field.cell_share());
        Some(field)
    }

    /// Side of a cell over the scales.
    fn cell_share(&self) -> f64 {
        let mut errors: Vec<f64> = Vec::with_capacity(self.alone.len());
        for hint in &self.alone {
            let (_, error) = estimate(hint, &self.spread);
            let over = |i: usize| error[i][i] / self.spread.variance[i];
            errors.push(over(0).min(over(1)).min(over(2)));
        }
        errors.sort_unstable_by(f64::total_cmp);
        let median = errors.get(errors.len() / 2).copied().unwrap_or(0.0);
        (CELL * median.sqrt()).clamp(1e-3, CELL_MAX)
    }

    /// Puts hints of one small cell of place and time together.
    fn merge(&mut self, share: f64) {
        let side =
            [self.scales.km[0].min(self.scales.km[1]), self.scales.s[0].min(self.scales.s[1])];
        let cell = |hint: &Hint| {
            let index = |value: f64, side: f64| libm::floor(value / (share * side)) as i64;
            [index(hint.at[0], side[0]), index(hint.at[1], side[0]), index(hint.at[2], side[1])]
        };
        let mut alone = core::mem::take(&mut self.alone);
        alone.sort_by(|a, b| cell(a).cmp(&cell(b)).then(a.incident.cmp(&b.incident)));
        let mut merged: Vec<(Hint, f64)> = Vec::new();
        let mut member_of: Vec<(u32, u32)> = Vec::with_capacity(alone.len());
        let mut last = None;
        for hint in &alone {
            let here = cell(hint);
            match merged.last_mut() {
                Some((sum, count)) if last == Some(here) => {
                    *count += 1.0;
                    sum.add(hint, 1.0);
                    (0..3).for_each(|i| sum.at[i] += (hint.at[i] - sum.at[i]) / *count);
                }
                _ => merged.push((*hint, 1.0)),
            }
            last = Some(here);
            member_of.push((hint.incident, merged.len() as u32 - 1));
        }
        let mut order: Vec<u32> = (0..merged.len() as u32).collect();
        order.sort_by(|&a, &b| by_place(&merged[a as usize].0, &merged[b as usize].0));
        let mut place = vec![0_u32; order.len()];
        for (rank, &cell) in order.iter().enumerate() {
            place[cell as usize] = rank as u32;
        }
        self.hints = order.iter().map(|&cell| merged[cell as usize].0).collect();
        self.estimates = self.hints.iter().map(|hint| estimate(hint, &self.spread)).collect();
        member_of.sort_unstable();
        self.cells = member_of.iter().map(|&(_, cell)| place[cell as usize]).collect();
        alone.sort_by_key(|hint| hint.incident);
        self.alone = alone;
    }

    /// What the neighbours of an incident say of its medium: mean and covariance.
    ///
    /// `without` leaves one incident's own hint out.
    #[must_use]
    pub fn predict(
        &self,
        at: &[f64; 3],
        without: Option<u32>,
        room: &mut Room,
    ) -> Option<(Vector<NUISANCES>, Matrix<NUISANCES>)> {
        let own =
            without.and_then(|id| self.alone.binary_search_by_key(&id, |hint| hint.incident).ok());
        let replaced = own.map(|own| {
            let cell = self.cells[own];
            let mut rest = self.hints[cell as usize];
            rest.add(&self.alone[own], -1.0);
            (cell, estimate(&rest, &self.spread))
        });
        self.krige(at, replaced, room)
    }

    /// Climbs the likelihood, all scales together first, then each on its own.
    fn choose_scales(&mut self) {
        for (knobs, factors) in [(0..2, [4.0, 2.0]), (2..7, [2.0, 1.5])] {
            let blocks = self.blocks();
            self.doubt(&blocks);
            let mut best = self.score(&blocks);
            for factor in factors {
                for knob in knobs.clone() {
                    for factor in [factor, 1.0 / factor] {
                        best = self.climb(knob, factor, &blocks, best);
                    }
                }
            }
        }
    }

    /// Turns a knob one way as long as it helps.
    fn climb(&mut self, knob: usize, factor: f64, blocks: &[Vec<u32>], mut best: f64) -> f64 {
        loop {
            let before = self.scales;
            let score =
                if turn(&mut self.scales, knob, factor) { self.score(blocks) } else { best };
            if score <= best + 0.1 {
                self.scales = before;
                return best;
            }
            best = score;
        }
    }

    /// Hints around evenly spaced ones, each with its nearest.
    fn blocks(&self) -> Vec<Vec<u32>> {
        let step = self.hints.len().div_ceil(BLOCKS);
        let mut near = Vec::new();
        (step / 2..self.hints.len())
            .step_by(step)
            .map(|middle| {
                self.nearest(&self.hints[middle].at, BLOCK, &mut near);
                near.iter().map(|pair| pair.1).collect()
            })
            .collect()
    }

    /// Log likelihood of the estimates in the blocks.
    fn score(&self, blocks: &[Vec<u32>]) -> f64 {
        let mut room = Room::default();
        let mut sum = self.scales.log_prior();
        for block in blocks {
            room.near.clear();
            room.near.extend(block.iter().map(|&hint| (0.0, hint)));
            let size = block.len() * NUISANCES;
            self.fill(&mut room, None);
            if factor(&mut room.system, size).is_none() {
                return f64::NEG_INFINITY;
            }
            forward(&room.system, size, &mut room.right[..size]);
            for i in 0..size {
                sum += libm::log(room.system[i * size + i]) - 0.5 * room.right[i] * room.right[i];
            }
        }
        sum
    }

    /// Widens the error of hints that those before them in their block contradict: an incident
    /// with a false pick would else be taken for weather.
    fn doubt(&mut self, blocks: &[Vec<u32>]) {
        let mut room = Room::default();
        for block in blocks {
            room.near.clear();
            room.near.extend(block.iter().map(|&hint| (0.0, hint)));
            let size = block.len() * NUISANCES;
            self.fill(&mut room, None);
            if factor(&mut room.system, size).is_none() {
                return;
            }
            forward(&room.system, size, &mut room.right[..size]);
            for (&hint, off) in block.iter().zip(room.right.chunks_exact(NUISANCES)) {
                let off: f64 = off.iter().map(|off| off * off).sum();
                if off > OFF_MAX {
                    let error = &mut self.estimates[hint as usize].1;
                    error.iter_mut().flatten().for_each(|value| *value *= off / NUISANCES as f64);
                }
            }
        }
    }

    /// The covariance of the estimates listed in the room, and the estimates themselves.
    fn fill(&self, room: &mut Room, replaced: Option<&(u32, Estimate)>) {
        let size = room.near.len() * NUISANCES;
        room.system.clear();
        room.system.resize(size * size, 0.0);
        room.right.clear();
        room.right.resize(size * (NUISANCES + 1), 0.0);
        for (a, &(_, one)) in room.near.iter().enumerate() {
            let (estimate, error) = match replaced {
                Some((hint, instead)) if *hint == one => instead,
                _ => &self.estimates[one as usize],
            };
            for i in 0..NUISANCES {
                let row = a * NUISANCES + i;
                for j in 0..NUISANCES {
                    room.system[row * size + a * NUISANCES + j] += error[i][j];
                }
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
        }
    }

    fn krige(
        &self,
        at: &[f64; 3],
        replaced: Option<(u32, Estimate)>,
        room: &mut Room,
    ) -> Option<(Vector<NUISANCES>, Matrix<NUISANCES>)> {
        self.nearest(at, NEIGHBOURS, &mut room.near);
        let size = room.near.len() * NUISANCES;
        self.fill(room, replaced.as_ref());
        for (a, &(_, one)) in room.near.iter().enumerate() {
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
    fn nearest(&self, at: &[f64; 3], count: usize, near: &mut Vec<(f64, u32)>) {
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
            if far < worst {
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
pub struct Room {
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

impl Scales {
    /// Offset and wind come from the same weather: their scales differ by a factor of two or so,
    /// and air rarely changes within a kilometre and a minute.
    fn log_prior(&self) -> f64 {
        let km = libm::log2(self.km[0] / self.km[1]);
        let s = libm::log2(self.s[0] / self.s[1]);
        -0.5 * (km * km + s * s)
    }
}

fn by_place(a: &Hint, b: &Hint) -> core::cmp::Ordering {
    let order = |axis: usize| a.at[axis].total_cmp(&b.at[axis]);
    order(0).then(order(2)).then(order(1))
}

/// Turns one knob of the scales; false at the end of its range.
fn turn(scales: &mut Scales, knob: usize, factor: f64) -> bool {
    let both = |pair: &mut [f64; 2]| pair.iter_mut().for_each(|value| *value *= factor);
    match knob {
        0 => both(&mut scales.km),
        1 => both(&mut scales.s),
        2 | 3 => scales.km[knob - 2] *= factor,
        4 | 5 => scales.s[knob - 4] *= factor,
        _ => scales.own *= factor,
    }
    scales.km.iter().all(|km| (0.5..3000.0).contains(km))
        && scales.s.iter().all(|s| (20.0..200_000.0).contains(s))
        && (0.0001..0.9).contains(&scales.own)
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
