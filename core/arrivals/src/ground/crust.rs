//! A crust of one speed in a flat frame: straight rays from a source at depth.

use crate::arrival::Phase;
use crate::matrix::{Vector, zeros};
use crate::medium::{Medium, Prior, Ray, Seed, View};
use crate::search::Search;
use crate::station::Station;

use super::{depth, pairs};

/// What is known of a uniform crust and of where sources can be.
#[derive(Debug, Clone, PartialEq)]
pub struct Crust {
    /// Speeds of P and S (km/s), in channel order.
    pub speeds_km_s: [f64; 2],
    /// Bounds of the sources' x, y and z (km).
    pub bounds_km: [[f64; 2]; 3],
    /// Distance at which a middling source is noticed half as often as from near (km).
    pub range_km: f64,
}

const PHASES: [Phase; 2] = [Phase::P, Phase::S];

/// Shortest path, so that slopes stay finite under a station.
const PATH_MIN_KM: f64 = 1e-3;

impl Crust {
    /// A crust under a network. Sources are taken to be heard over two station spacings until more is learned.
    pub fn new(speeds_km_s: [f64; 2], bounds_km: [[f64; 2]; 3], stations: &[Station]) -> Self {
        let placed = stations
            .iter()
            .filter(|station| station.x_km.is_finite() && station.y_km.is_finite())
            .count();
        let [x, y, _] = bounds_km;
        let spacing_km = ((x[1] - x[0]) * (y[1] - y[0]) / placed.max(1) as f64).sqrt();
        Self { speeds_km_s, bounds_km, range_km: (2.0 * spacing_km).max(1.0) }
    }

    /// How far the largest source is heard (km).
    pub fn reach_km(&self) -> f64 {
        self.range_km * self.size_span().1
    }
}

impl Medium<4> for Crust {
    const ORIGIN: usize = 4;

    fn phases(&self) -> &[Phase] {
        &PHASES
    }

    #[inline]
    fn ray(&self, state: &Vector<4>, station: &Station, place: usize) -> Ray<4> {
        let (dx, dy, dz) =
            (state[1] - station.x_km, state[2] - station.y_km, state[3] - station.z_km);
        let path_km = (dx * dx + dy * dy + dz * dz).sqrt().max(PATH_MIN_KM);
        let slowness = 1.0 / self.speeds_km_s[place];
        let per_km = slowness / path_km;
        Ray { travel_s: path_km * slowness, row: [1.0, dx * per_km, dy * per_km, dz * per_km] }
    }

    fn hold(&self, state: &mut Vector<4>) {
        for (value, bounds) in state[1..].iter_mut().zip(&self.bounds_km) {
            *value = value.clamp(bounds[0], bounds[1]);
        }
    }

    /// Depth somewhere in its bounds: as Gaussian, their middle and the spread of a uniform law.
    fn prior(&self) -> Prior<4> {
        let [top, bottom] = self.bounds_km[2];
        let mut information = zeros();
        information[3][3] = 12.0 / ((bottom - top) * (bottom - top)).max(1e-6);
        Prior { mean: [0.0, 0.0, 0.0, (top + bottom) / 2.0], information }
    }

    fn onset_error_s(&self, place: usize) -> f64 {
        [0.1, 0.2][place.min(1)]
    }

    fn range_km(&self) -> f64 {
        self.range_km
    }

    fn size_span(&self) -> (f64, f64) {
        (0.3, 10.0)
    }

    fn path_error(&self) -> f64 {
        0.015
    }

    fn depth_km(&self) -> f64 {
        self.bounds_km[2][1] - self.bounds_km[2][0]
    }

    fn neighbour_reach_km(&self) -> f64 {
        3.0 * self.range_km
    }

    fn finish(&self, search: &mut Search<'_, 4, Self>) {
        depth::sum_out(search, self.bounds_km[2]);
    }

    fn seeds(&self, view: &View<'_>, pick: u32, out: &mut Vec<Seed<4>>) {
        pairs::seeds(self, view, pick, out);
    }
}
