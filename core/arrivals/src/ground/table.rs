//! Travel times of first P and S against distance and depth: computed once, then looked up.

use super::earth::Wave;
use super::rays::{Fan, fans};

/// Deepest source the table holds.
pub const DEPTH_MAX_KM: f64 = 50.0;

/// Furthest distance the table holds.
pub const DISTANCE_MAX_DEG: f64 = 110.0;

const DEPTH_STEP_KM: f64 = 2.5;
const DEPTHS: usize = 21;
/// Fine to 30 degrees, where the curve has its corners, coarse beyond.
const FINE_DEG: f64 = 0.1;
const FINE_END_DEG: f64 = 30.0;
const COARSE_DEG: f64 = 0.5;
const FINE: usize = 300;
const NODES: usize = FINE + 161;

/// Farther than this what stayed in the crust is never first.
const CRUST_FIRST_DEG: f64 = 3.0;

/// A travel time and its slopes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Travel {
    /// From origin to arrival.
    pub time_s: f64,
    /// Change with distance.
    pub per_deg_s: f64,
    /// Change with the source's depth.
    pub per_km_s: f64,
}

/// First arrivals of one wave through ak135.
#[derive(Debug, Clone)]
pub struct Table {
    crust: Vec<Row>,
    mantle: Vec<Row>,
}

/// Time and its slope at every distance, for one depth. Infinite where no ray arrives.
type Row = Vec<(f64, f64)>;

impl Table {
    /// Traces the rays of a wave: some milliseconds.
    pub fn new(wave: Wave) -> Self {
        let (mut crust, mut mantle) = (Vec::with_capacity(DEPTHS), Vec::with_capacity(DEPTHS));
        for level in 0..DEPTHS {
            let fans = fans(wave, level as f64 * DEPTH_STEP_KM);
            crust.push(row(&fans.crust));
            mantle.push(row(&fans.mantle));
        }
        Self { crust, mantle }
    }

    /// The first arrival at a distance from a source at a depth; none beyond the table.
    pub fn first(&self, distance_deg: f64, depth_km: f64) -> Option<Travel> {
        if !(0.0..=DISTANCE_MAX_DEG).contains(&distance_deg)
            || !(0.0..=DEPTH_MAX_KM).contains(&depth_km)
        {
            return None;
        }
        let at = Spot::new(distance_deg, depth_km);
        let mantle = at.between(&self.mantle, false);
        if distance_deg > CRUST_FIRST_DEG && mantle.is_some() {
            return mantle;
        }
        let crust = at.between(&self.crust, true);
        match (crust, mantle) {
            (Some(a), Some(b)) => Some(if a.time_s <= b.time_s { a } else { b }),
            (a, b) => a.or(b),
        }
    }
}

/// Where in the table: cell and position in it.
struct Spot {
    node: usize,
    /// Width of the cell.
    width_deg: f64,
    /// 0 to 1 across it.
    across: f64,
    level: usize,
    depth_km: f64,
}

impl Spot {
    fn new(distance_deg: f64, depth_km: f64) -> Self {
        let (node, width_deg, across) = if distance_deg < FINE_END_DEG {
            let cells = distance_deg / FINE_DEG;
            let node = (cells as usize).min(FINE - 1);
            (node, FINE_DEG, cells - node as f64)
        } else {
            let cells = (distance_deg - FINE_END_DEG) / COARSE_DEG;
            let node = (cells as usize).min(NODES - FINE - 2);
            (FINE + node, COARSE_DEG, cells - node as f64)
        };
        let level = ((depth_km / DEPTH_STEP_KM) as usize).min(DEPTHS - 2);
        Self { node, width_deg, across, level, depth_km }
    }

    /// Between two depths. Crustal times squared are near linear in depth squared (a hyperbola);
    /// times from below fall evenly with depth inside a layer.
    fn between(&self, rows: &[Row], hyperbola: bool) -> Option<Travel> {
        let (t0, p0) = self.along(&rows[self.level], hyperbola)?;
        let top = self.level as f64 * DEPTH_STEP_KM;
        let offset = self.depth_km - top;
        if offset == 0.0 && self.along(&rows[self.level + 1], hyperbola).is_none() {
            return Some(Travel { time_s: t0, per_deg_s: p0, per_km_s: 0.0 });
        }
        let (t1, p1) = self.along(&rows[self.level + 1], hyperbola)?;
        if !hyperbola {
            let share = offset / DEPTH_STEP_KM;
            let (time_s, per_deg_s) = (t0 + share * (t1 - t0), p0 + share * (p1 - p0));
            return Some(Travel { time_s, per_deg_s, per_km_s: (t1 - t0) / DEPTH_STEP_KM });
        }
        let bottom = top + DEPTH_STEP_KM;
        let gain = (t1 * t1 - t0 * t0) / (bottom * bottom - top * top);
        let share = (self.depth_km * self.depth_km - top * top) / (bottom * bottom - top * top);
        let time_s = (t0 * t0 + share * (t1 * t1 - t0 * t0)).max(0.0).sqrt();
        let safe = time_s.max(1e-9);
        let per_deg_s = (t0 * p0 + share * (t1 * p1 - t0 * p0)) / safe;
        Some(Travel { time_s, per_deg_s, per_km_s: gain * self.depth_km / safe })
    }

    /// Along one depth: Hermite in time, or in time squared for a hyperbola.
    fn along(&self, row: &Row, hyperbola: bool) -> Option<(f64, f64)> {
        let ((t0, p0), (t1, p1)) = (row[self.node], row[self.node + 1]);
        if !(t0.is_finite() && t1.is_finite()) {
            return None;
        }
        if !hyperbola {
            return Some(hermite(t0, p0, t1, p1, self.width_deg, self.across));
        }
        let (squared, slope) =
            hermite(t0 * t0, 2.0 * t0 * p0, t1 * t1, 2.0 * t1 * p1, self.width_deg, self.across);
        let time = squared.max(0.0).sqrt();
        Some((time, if time > 0.0 { slope / (2.0 * time) } else { p0 }))
    }
}

/// Cubic through two values with their slopes: value and slope at `across` (0 to 1) of `width`.
fn hermite(a: f64, slope_a: f64, b: f64, slope_b: f64, width: f64, across: f64) -> (f64, f64) {
    let rise = (b - a) / width;
    let (u, v) = (across, 1.0 - across);
    let value = a * v + b * u + u * v * width * (v * (slope_a - rise) - u * (slope_b - rise));
    let slope =
        rise + (v * v - 2.0 * u * v) * (slope_a - rise) + (u * u - 2.0 * u * v) * (slope_b - rise);
    (value, slope)
}

fn distance_of(node: usize) -> f64 {
    if node <= FINE {
        node as f64 * FINE_DEG
    } else {
        FINE_END_DEG + (node - FINE) as f64 * COARSE_DEG
    }
}

/// The earliest arrival of all fans at every distance.
fn row(fans: &[Fan]) -> Row {
    let mut row = vec![(f64::INFINITY, 0.0); NODES];
    for fan in fans {
        for pair in fan.windows(2) {
            earliest(&mut row, pair[0].distance_rad, pair[0].time_s, pair[0].p, pair[1]);
        }
    }
    row
}

fn earliest(row: &mut Row, x0: f64, t0: f64, p0: f64, to: super::rays::Ray) {
    let degrees = 180.0 / core::f64::consts::PI;
    let (mut a, mut b) =
        ((x0 * degrees, t0, p0 / degrees), (to.distance_rad * degrees, to.time_s, to.p / degrees));
    if a.0 > b.0 {
        core::mem::swap(&mut a, &mut b);
    }
    let width = b.0 - a.0;
    let first = first_node(a.0 - 1e-9);
    for (node, best) in row.iter_mut().enumerate().skip(first) {
        let x = distance_of(node);
        if x > b.0 + 1e-9 {
            return;
        }
        let across = if width > 1e-12 { ((x - a.0) / width).clamp(0.0, 1.0) } else { 0.0 };
        let (time, slope) = hermite(a.1, a.2, b.1, b.2, width.max(1e-12), across);
        if time < best.0 {
            *best = (time, slope);
        }
    }
}

/// The first node at or beyond a distance.
fn first_node(distance_deg: f64) -> usize {
    if distance_deg <= 0.0 {
        return 0;
    }
    if distance_deg <= FINE_END_DEG {
        return libm::ceil(distance_deg / FINE_DEG) as usize;
    }
    FINE + libm::ceil((distance_deg - FINE_END_DEG) / COARSE_DEG) as usize
}
