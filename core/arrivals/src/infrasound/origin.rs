//! One source's place and origin time as a distribution, from detections that belong together.

use libm::{exp, log};

use super::Heard;
use super::cells::{COARSE, Cell, FINE, cells, moments};
use super::globe::Spot;
use super::propagation::{Normal, OriginTime, Propagation, ln_von_mises};

/// Levels of the regions that are given.
pub const LEVELS: [f64; 3] = [0.5, 0.9, 0.99];
/// Standard deviation of a uniform law over its half width.
const UNIFORM: f64 = 0.577_350_269_189_625_8;
/// Slices into which an origin time's law is sorted for its quantiles.
const SLICES: usize = 400;

/// The smallest region that holds a share of the distribution.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Region {
    /// The share.
    pub level: f64,
    /// Its area, km².
    pub area_km2: f64,
    /// Logarithm of the density on its border, a km².
    pub ln_density: f64,
}

/// When the source spoke.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct When {
    /// Mean, in the seconds of the detections.
    pub time_s: f64,
    /// One standard deviation, seconds.
    pub error_s: f64,
    /// The 5 % and 95 % points.
    pub from_s: f64,
    /// The 95 % point.
    pub to_s: f64,
}

/// A source as the detections together have it.
#[derive(Clone, PartialEq, Debug)]
pub struct Origin {
    /// Mean place, degrees north and east.
    pub mean_deg: (f64, f64),
    /// Likeliest place, degrees north and east.
    pub best_deg: (f64, f64),
    /// Covariance about the mean, km²: east-east, east-north, north-north.
    pub covariance_km2: [f64; 3],
    /// When; none when no detection has a time.
    pub when: Option<When>,
    /// The regions of [`LEVELS`].
    pub regions: [Region; 3],
    /// Logarithm of the density of these detections given that there is a source, integrated over
    /// its place and time: per radian and second of each detection, times km² and second.
    pub ln_evidence: f64,
    /// Place of the plane that the squares lie on.
    pub middle: Spot,
    /// The density: squares of one size, normed to 1, the densest first.
    pub cells: Vec<Cell>,
}

/// The density of place (and time, integrated) given the detections.
struct Density<'a> {
    air: &'a Propagation,
    heard: &'a [Heard],
    spots: Vec<Spot>,
    middle: Spot,
    time: OriginTime,
}

/// Place and time of the one source of all of `heard`; none without detections, or when they
/// leave no place within the prior's range.
#[must_use]
pub fn locate(heard: &[Heard], air: &Propagation) -> Option<Origin> {
    located(heard, air, FINE)
}

/// As [`locate`], in a few per cent of its time, regions and quantiles being rough.
#[must_use]
pub fn glance(heard: &[Heard], air: &Propagation) -> Option<Origin> {
    located(heard, air, COARSE)
}

fn located(heard: &[Heard], air: &Propagation, fine: f64) -> Option<Origin> {
    // Sums and the pruning of times depend on order in their last digits; the answer must not.
    let mut heard = heard.to_vec();
    heard.sort_by(canonical);
    let spots: Vec<Spot> = heard.iter().map(|one| Spot::new(one.lat_deg, one.lon_deg)).collect();
    let middle = Spot::middle(&spots)?;
    let mut density = Density { air, heard: &heard, spots, middle, time: OriginTime::default() };
    let nearest = density.spots.iter().map(|spot| middle.to(spot).0).fold(f64::INFINITY, f64::min);
    let reach_km = air.range_max_km + nearest;
    let mut cells = cells(reach_km, fine, |east, north, half| density.ln_at(east, north, half));
    let ((east, north), covariance_km2) = moments(&cells);
    let ln_evidence = norm(&mut cells)?;
    let best = cells.first()?;
    let best = middle.away(best.east_km, best.north_km);
    Some(Origin {
        mean_deg: middle.away(east, north).degrees(),
        best_deg: best.degrees(),
        covariance_km2,
        when: density.when(&cells),
        regions: regions(&cells),
        ln_evidence,
        middle,
        cells,
    })
}

fn canonical(one: &Heard, other: &Heard) -> core::cmp::Ordering {
    let key = |heard: &Heard| {
        let time_s = heard.time_s.unwrap_or(f64::INFINITY);
        [time_s, heard.lat_deg, heard.lon_deg, heard.back_azimuth_deg, heard.error_deg]
    };
    let pairs = key(one).into_iter().zip(key(other));
    pairs.fold(core::cmp::Ordering::Equal, |order, (a, b)| order.then(a.total_cmp(&b)))
}

impl Origin {
    /// The share of the distribution that is denser than at a place: the level of the smallest
    /// region that holds it.
    #[must_use]
    pub fn level_at(&self, lat_deg: f64, lon_deg: f64) -> f64 {
        let (east, north) = self.middle.offset_km(&Spot::new(lat_deg, lon_deg));
        let holds = |cell: &&Cell| {
            (cell.east_km - east).abs() <= cell.half_km
                && (cell.north_km - north).abs() <= cell.half_km
        };
        let Some(here) = self.cells.iter().find(holds) else { return 1.0 };
        let denser = self.cells.iter().take_while(|cell| cell.ln_density > here.ln_density);
        denser.map(mass).sum::<f64>() + mass(here) / 2.0
    }
}

impl Density<'_> {
    fn ln_at(&mut self, east_km: f64, north_km: f64, half_km: f64) -> f64 {
        let spot = self.middle.away(east_km, north_km);
        let blur_km = UNIFORM * half_km;
        let mut ln = 0.0;
        self.time.clear();
        for (heard, station) in self.heard.iter().zip(&self.spots) {
            let (range_km, bearing) = station.to(&spot);
            let range_km = range_km.max(0.1);
            if range_km - 2.0 * half_km > self.air.range_max_km {
                return f64::NEG_INFINITY;
            }
            let blur = blur_km / range_km.max(blur_km);
            let concentration = self.air.concentration(heard.error_deg, blur);
            ln += ln_von_mises(bearing - heard.back_azimuth_deg.to_radians(), concentration);
            if let Some(time_s) = heard.time_s {
                let [first, ..] = &self.air.paths;
                self.time.hear(self.air, time_s, range_km, first.mean_s_km * blur_km);
            }
        }
        ln + self.time.ln_total()
    }

    fn when(&mut self, cells: &[Cell]) -> Option<When> {
        let mut laws: Vec<Normal> = Vec::new();
        for cell in cells {
            let ln = self.ln_at(cell.east_km, cell.north_km, cell.half_km);
            let share = cell.ln_density + 2.0 * log(2.0 * cell.half_km) - self.time.ln_total();
            if ln.is_finite() {
                let weighed = |law: &Normal| Normal { ln_weight: law.ln_weight + share, ..*law };
                laws.extend(self.time.laws.iter().map(weighed));
            }
        }
        quantiles(&laws)
    }
}

/// Mean, spread and quantiles of a mixture of normal laws.
fn quantiles(laws: &[Normal]) -> Option<When> {
    let weights: Vec<f64> = laws.iter().map(|law| exp(law.ln_weight)).collect();
    let total: f64 = weights.iter().sum();
    if total.is_nan() || total <= 0.0 {
        return None;
    }
    let pairs = || laws.iter().zip(&weights);
    let time_s = pairs().map(|(law, weight)| weight * law.mean).sum::<f64>() / total;
    let square = |(law, weight): (&Normal, &f64)| {
        weight * (law.variance + (law.mean - time_s) * (law.mean - time_s))
    };
    let error_s = (pairs().map(square).sum::<f64>() / total).sqrt();
    // Each law as five points of equal moments up to the ninth (Gauss and Hermite).
    const POINTS: [(f64, f64); 5] = [
        (-2.856_970, 0.011_257_4),
        (-1.355_626, 0.222_075_9),
        (0.0, 0.533_333_3),
        (1.355_626, 0.222_075_9),
        (2.856_970, 0.011_257_4),
    ];
    let slice_s = 10.0 * error_s / SLICES as f64;
    let first_s = time_s - 5.0 * error_s;
    let mut slices = vec![0.0; SLICES];
    for (law, weight) in pairs() {
        let deviation = law.variance.sqrt();
        for (place, share) in POINTS {
            let at = ((law.mean + place * deviation - first_s) / slice_s).max(0.0) as usize;
            slices[at.min(SLICES - 1)] += weight * share / total;
        }
    }
    let quantile = |wanted: f64| {
        let mut sum = 0.0;
        let at = slices.iter().position(|slice| {
            sum += slice;
            sum >= wanted
        });
        first_s + slice_s * (at.unwrap_or(SLICES - 1) as f64 + 0.5)
    };
    Some(When { time_s, error_s, from_s: quantile(0.05), to_s: quantile(0.95) })
}

/// Sorts squares by density, norms them to 1, gives back the logarithm of what they summed to.
fn norm(cells: &mut [Cell]) -> Option<f64> {
    cells.sort_by(|one, other| {
        (other.ln_density.total_cmp(&one.ln_density))
            .then(one.east_km.total_cmp(&other.east_km))
            .then(one.north_km.total_cmp(&other.north_km))
    });
    let most = cells.first().map(|cell| cell.ln_density).filter(|most| most.is_finite())?;
    let sum: f64 = cells.iter().map(|cell| exp(cell.ln_density - most)).sum();
    let area = cells.first().map_or(1.0, |cell| 4.0 * cell.half_km * cell.half_km);
    let ln_evidence = most + log(sum * area);
    cells.iter_mut().for_each(|cell| cell.ln_density -= ln_evidence);
    Some(ln_evidence)
}

fn mass(cell: &Cell) -> f64 {
    exp(cell.ln_density) * 4.0 * cell.half_km * cell.half_km
}

fn regions(cells: &[Cell]) -> [Region; 3] {
    LEVELS.map(|level| {
        let (mut sum, mut area_km2, mut ln_density) = (0.0, 0.0, f64::NEG_INFINITY);
        for cell in cells {
            let mass = mass(cell);
            let area = 4.0 * cell.half_km * cell.half_km;
            ln_density = cell.ln_density;
            if sum + mass >= level {
                area_km2 += area * (level - sum) / mass;
                break;
            }
            (sum, area_km2) = (sum + mass, area_km2 + area);
        }
        Region { level, area_km2, ln_density }
    })
}
