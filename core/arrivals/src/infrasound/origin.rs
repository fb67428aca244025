//! One source's place and origin time as a distribution, from detections that belong together.

use libm::{exp, log};

use super::Heard;
use super::cells::{Cell, Detail, FINE, cells, moments};
use super::density::{Density, Point};
use super::globe::Spot;
use super::origin_time::Normal;
use super::propagation::{Propagation, STRAYS};

/// Levels of the regions that are given.
pub const LEVELS: [f64; 3] = [0.5, 0.9, 0.99];
/// Places, equally likely, at which the law of the origin time is taken.
const TIMES_AT: usize = 256;
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

/// Place and time of the one source of all of `heard`; none without detections, or when they
/// leave no place within the prior's range.
#[must_use]
pub fn locate(heard: &[Heard], air: &Propagation) -> Option<Origin> {
    let mut plane = Plane::new(heard, air)?;
    let mut cells = plane.cells(FINE);
    let ((east, north), covariance_km2) = moments(&cells);
    let ln_evidence = norm(&mut cells)?;
    let best = cells.first()?;
    let middle = plane.middle;
    let best = middle.away(best.east_km, best.north_km);
    Some(Origin {
        mean_deg: middle.away(east, north).degrees(),
        best_deg: best.degrees(),
        covariance_km2,
        when: plane.when(&cells),
        regions: regions(&cells),
        ln_evidence,
        middle,
        cells,
    })
}

/// As [`locate`], for sources heard through one atmosphere: each is placed with what the others
/// say of how far bearings stray.
#[must_use]
pub fn locate_all(sources: &[Vec<Heard>], air: &Propagation) -> Vec<Option<Origin>> {
    if let [alone] = sources {
        return vec![locate(alone, air)];
    }
    let say = |heard: &Vec<Heard>| {
        let glance = glance(heard, air, FINE);
        glance.map_or([0.0; STRAYS], |mut glance| glance.plane.says(&glance.cells))
    };
    let says: Vec<[f64; STRAYS]> = sources.iter().map(say).collect();
    let all = says.iter().fold(air.ln_stray_prior(), |sum, says| plus(&sum, says, 1.0));
    let place = |(heard, own): (&Vec<Heard>, &[f64; STRAYS])| {
        locate(heard, &air.told(&plus(&all, own, -1.0)))
    };
    sources.iter().zip(&says).map(place).collect()
}

fn plus(one: &[f64; STRAYS], other: &[f64; STRAYS], times: f64) -> [f64; STRAYS] {
    core::array::from_fn(|at| one[at] + times * other[at])
}

/// A rough look at detections as one source's: enough to judge whether they are.
pub struct Glance<'a> {
    /// As [`Origin::ln_evidence`], right to a few per cent.
    pub ln_evidence: f64,
    plane: Plane<'a>,
    cells: Vec<Cell>,
}

/// As [`locate`], in a few per cent of its time.
pub fn glance<'a>(heard: &[Heard], air: &'a Propagation, detail: Detail) -> Option<Glance<'a>> {
    let mut plane = Plane::new(heard, air)?;
    let mut cells = plane.cells(detail);
    let ln_evidence = norm(&mut cells)?;
    Some(Glance { ln_evidence, plane, cells })
}

impl Glance<'_> {
    /// Equally likely places of the source, at which another detection can be judged.
    pub fn points(&mut self, count: usize) -> Vec<Point> {
        let Plane { density, middle, .. } = &mut self.plane;
        let point =
            |cell: &Cell| density.point(middle.up_away(cell.east_km, cell.north_km), cell.half_km);
        drawn(&self.cells, count).map(point).collect()
    }
}

/// The plane laid between the arrays, and the density on it.
struct Plane<'a> {
    density: Density<'a>,
    middle: Spot,
    reach_km: f64,
}

impl<'a> Plane<'a> {
    fn new(heard: &[Heard], air: &'a Propagation) -> Option<Self> {
        // Sums and the pruning of times depend on order in their last digits; the answer must not.
        let mut heard = heard.to_vec();
        heard.sort_by(canonical);
        let spot = |one: &Heard| Spot::new(one.lat_deg, one.lon_deg);
        let spots: Vec<Spot> = heard.iter().map(spot).collect();
        let middle = Spot::middle(&spots)?;
        let nearest = spots.iter().map(|spot| middle.to(spot).0).fold(f64::INFINITY, f64::min);
        let density = Density::new(&heard, air);
        Some(Self { density, middle, reach_km: air.range_max_km + nearest })
    }

    fn look(&mut self, cell: &Cell) {
        let up = self.middle.up_away(cell.east_km, cell.north_km);
        self.density.ln_at(up, cell.half_km, f64::NEG_INFINITY);
    }

    fn cells(&mut self, detail: Detail) -> Vec<Cell> {
        cells(self.reach_km, detail, |east_km, north_km, half_km, floor| {
            self.density.ln_at(self.middle.up_away(east_km, north_km), half_km, floor)
        })
    }

    /// Logarithm of the evidence under each deviation of bearings, but for one constant.
    fn says(&mut self, cells: &[Cell]) -> [f64; STRAYS] {
        let mut says = [0.0; STRAYS];
        for cell in drawn(cells, TIMES_AT) {
            self.look(cell);
            let sum: f64 = self.density.by_stray.iter().sum();
            says.iter_mut().zip(&self.density.by_stray).for_each(|(says, by)| *says += by / sum);
        }
        let prior = self.density.stray_chances();
        core::array::from_fn(|at| log((says[at] / prior[at]).max(1e-9)))
    }

    fn when(&mut self, cells: &[Cell]) -> Option<When> {
        let mut laws: Vec<Normal> = Vec::new();
        for cell in drawn(cells, TIMES_AT) {
            self.look(cell);
            let total = self.density.time.total().0;
            let share = |law: &Normal| Normal { weight: law.weight / total, ..*law };
            laws.extend(self.density.time.laws.iter().map(share));
        }
        quantiles(&laws)
    }
}

/// Squares drawn evenly by their share of the density, so that each stands for as much of it.
fn drawn(cells: &[Cell], count: usize) -> impl Iterator<Item = &Cell> {
    let total: f64 = cells.iter().map(mass).sum();
    let step = total / count as f64;
    let mut sum = 0.0;
    let mut next = 0.5 * step;
    cells.iter().flat_map(move |cell| {
        sum += mass(cell);
        let mut times = 0;
        while next < sum && times < count {
            (next, times) = (next + step, times + 1);
        }
        core::iter::repeat_n(cell, times)
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

/// Mean, spread and quantiles of a mixture of normal laws.
fn quantiles(laws: &[Normal]) -> Option<When> {
    let total: f64 = laws.iter().map(|law| law.weight).sum();
    if total.is_nan() || total <= 0.0 {
        return None;
    }
    let time_s = laws.iter().map(|law| law.weight * law.mean).sum::<f64>() / total;
    let square =
        |law: &Normal| law.weight * (law.variance + (law.mean - time_s) * (law.mean - time_s));
    let error_s = (laws.iter().map(square).sum::<f64>() / total).sqrt();
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
    for law in laws {
        let deviation = law.variance.sqrt();
        for (place, share) in POINTS {
            let at = ((law.mean + place * deviation - first_s) / slice_s).max(0.0) as usize;
            slices[at.min(SLICES - 1)] += law.weight * share / total;
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
