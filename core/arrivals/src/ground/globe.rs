//! The layered globe: first P and S through ak135, and the two waves guided by the crust that follow them.

use crate::arrival::Phase;
use crate::matrix::{Vector, zeros};
use crate::medium::{Medium, Prior, Ray, Seed, View};
use crate::search::Search;
use crate::station::Station;

use super::earth::{EARTH_RADIUS_KM, Wave};
use super::frame::angle;
use super::table::{DEPTH_MAX_KM, Table, Travel};
use super::{depth, far, sweep};

/// Travel times over the whole globe, in a [`super::frame::Frame`].
#[derive(Debug, Clone)]
pub struct Globe {
    waves: [Table; 2],
    /// Where each guided wave parts from the first arrival (km), by depth in steps.
    parting_km: [Vec<f64>; 2],
}

/// First arrivals, then crustal waves; a pick that nobody named may be any of them.
const PHASES: [Phase; 4] = [Phase::P, Phase::S, Phase::Pg, Phase::Lg];

/// Group speeds of the guided waves: Storchak, D. A., Schweitzer, J. and Bormann, P. (2003), "The IASPEI
/// standard seismic phase list", Seismol. Res. Lett. 74, 761-772: Lg about 3.5 km/s; Pg as ak135's upper crust
/// and the 6.2 km/s of continents allow.
const GUIDED_KM_S: [f64; 2] = [6.1, 3.5];

/// Beyond this, amplitudes of first P hardly fall (Gutenberg and Richter 1956, the Q of body-wave
/// magnitude); a kilometre further counts only so much.
const NEAR_FIELD_KM: f64 = 2500.0;
const FAR_SHARE: f64 = 0.05;

/// How far a middling source is heard before more is learned (km).
const RANGE_KM: f64 = 400.0;

/// How far from the stations the frame must reach, km: to where P ends at 100 degrees.
pub const FRAME_REACH_KM: f64 = 26_000.0;

/// Where guided waves end.
const GUIDED_MAX_KM: f64 = 2200.0;

/// Below this lag behind the first arrival a guided wave is the first arrival.
const GUIDED_LAG_S: f64 = 1.5;

const PARTING_STEP_KM: f64 = 2.5;

/// Speeds that take an arrival from sea level up to its station.
const SURFACE_KM_S: [f64; 2] = [5.8, 3.46];

const KM_PER_DEG: f64 = EARTH_RADIUS_KM * core::f64::consts::PI / 180.0;

impl Default for Globe {
    fn default() -> Self {
        Self::new()
    }
}

impl Globe {
    /// Traces the rays; some milliseconds.
    #[must_use]
    pub fn new() -> Self {
        let waves = [Table::new(Wave::P), Table::new(Wave::S)];
        let parting_km = [0, 1].map(|guided| partings(&waves[guided], GUIDED_KM_S[guided]));
        Self { waves, parting_km }
    }

    /// Travel of a branch at a distance from a source at a depth; none where the branch is absent.
    pub fn travel(&self, place: usize, distance_km: f64, depth_km: f64) -> Option<Travel> {
        if place < 2 {
            return self.waves[place].first(distance_km / KM_PER_DEG, depth_km);
        }
        if !self.parted(place - 2, distance_km, depth_km) {
            return None;
        }
        let speed = GUIDED_KM_S[place - 2];
        let path_km = (distance_km * distance_km + depth_km * depth_km).sqrt().max(1e-3);
        Some(Travel {
            time_s: path_km / speed,
            per_deg_s: distance_km / path_km / speed * KM_PER_DEG,
            per_km_s: depth_km / path_km / speed,
        })
    }

    fn parted(&self, guided: usize, distance_km: f64, depth_km: f64) -> bool {
        let level = (depth_km / PARTING_STEP_KM) as usize;
        let from_km = self.parting_km[guided].get(level).copied().unwrap_or(f64::INFINITY);
        (from_km..=GUIDED_MAX_KM).contains(&distance_km)
    }
}

/// The distance from which a guided wave lags enough behind the first arrival, at each depth.
fn partings(first: &Table, speed_km_s: f64) -> Vec<f64> {
    let lags = |distance_km: f64, depth_km: f64| {
        let guided_s = (distance_km * distance_km + depth_km * depth_km).sqrt() / speed_km_s;
        let first = first.first(distance_km / KM_PER_DEG, depth_km);
        first.is_some_and(|first| guided_s > first.time_s + GUIDED_LAG_S)
    };
    let parting = |depth_km: f64| {
        let steps = (0..400).map(|step| f64::from(step) * 5.0);
        steps.into_iter().find(|&distance_km| lags(distance_km, depth_km)).unwrap_or(f64::INFINITY)
    };
    let levels = (DEPTH_MAX_KM / PARTING_STEP_KM) as u32;
    (0..=levels).map(|level| parting(f64::from(level) * PARTING_STEP_KM)).collect()
}

impl Medium<4> for Globe {
    const ORIGIN: usize = 4;
    const STRONGEST_FIRST: bool = true;

    fn phases(&self) -> &[Phase] {
        &PHASES
    }

    fn ray(&self, state: &Vector<4>, station: &Station, place: usize) -> Ray<4> {
        let (angle_rad, slopes) = angle((state[1], state[2]), (station.x_km, station.y_km));
        let Some(travel) = self.travel(place, angle_rad * EARTH_RADIUS_KM, state[3]) else {
            return Ray { travel_s: f64::INFINITY, row: [1.0, 0.0, 0.0, 0.0] };
        };
        let per_rad = travel.per_deg_s * 180.0 / core::f64::consts::PI;
        let steep = 1.0 / (SURFACE_KM_S[place % 2] * SURFACE_KM_S[place % 2])
            - (travel.per_deg_s / KM_PER_DEG) * (travel.per_deg_s / KM_PER_DEG);
        let rise_s = -station.z_km * steep.max(0.0).sqrt();
        Ray {
            travel_s: travel.time_s + rise_s,
            row: [1.0, per_rad * slopes[0], per_rad * slopes[1], travel.per_km_s],
        }
    }

    fn hold(&self, state: &mut Vector<4>) {
        state[3] = state[3].clamp(0.0, DEPTH_MAX_KM - 1e-6);
    }

    /// Most sources lie in the upper crust.
    fn prior(&self) -> Prior<4> {
        let mut information = zeros();
        information[3][3] = 1.0 / 100.0;
        Prior { mean: [0.0, 0.0, 0.0, 8.0], information }
    }

    fn onset_error_s(&self, place: usize) -> f64 {
        [1.0, 2.0, 1.5, 2.5][place.min(3)]
    }

    fn range_km(&self) -> f64 {
        RANGE_KM
    }

    fn size_span(&self) -> (f64, f64) {
        (0.2, 8.0)
    }

    fn path_error(&self) -> f64 {
        0.01
    }

    fn depth_km(&self) -> f64 {
        DEPTH_MAX_KM
    }

    fn hearing_km(&self, state: &Vector<4>, station: &Station) -> f64 {
        let away = angle((state[1], state[2]), (station.x_km, station.y_km)).0 * EARTH_RADIUS_KM;
        away.min(NEAR_FIELD_KM) + FAR_SHARE * (away - NEAR_FIELD_KM).max(0.0)
    }

    fn carries(&self, place: usize, distance_km: f64) -> bool {
        place < 2 || self.parted(place - 2, distance_km, 8.0)
    }

    fn neighbour_reach_km(&self) -> f64 {
        600.0
    }

    fn finish(&self, search: &mut Search<'_, 4, Self>) {
        depth::sum_out(search, [0.0, DEPTH_MAX_KM]);
    }

    fn seeds(&self, view: &View<'_>, pick: u32, out: &mut Vec<Seed<4>>) {
        sweep::seeds(self, view, pick, out);
        far::seeds(self, view, pick, out);
    }
}
