//! The density of a source's place, its time integrated, given what arrays heard of it.

use core::f64::consts::TAU;

use libm::{exp, log};

use super::Heard;
use super::globe::{Ray, Spot};
use super::origin_time::OriginTime;
use super::propagation::{Propagation, STRAYS, spread_squared};

/// Standard deviation of a uniform law over its half width.
const UNIFORM: f64 = 0.577_350_269_189_625_8;
/// A range shorter than this counts as this, km.
const NEAREST_KM: f64 = 0.1;
/// A deviation whose exponent is lower than the greatest by this adds nothing.
const FAINT: f64 = -30.0;
/// A product outside these is moved to the exponent, so that hundreds of detections fit.
const HOLDS: core::ops::Range<f64> = 1e-100..1e100;

/// A detection, ready to be compared with places.
struct Sight {
    ray: Ray,
    /// Of the array's own error, square radians.
    variance: f64,
    time_s: Option<f64>,
}

impl Sight {
    fn new(heard: &Heard) -> Self {
        let error = heard.error_deg.to_radians();
        let spot = Spot::new(heard.lat_deg, heard.lon_deg);
        let ray = spot.ray(heard.back_azimuth_deg.to_radians());
        Self { ray, variance: error * error, time_s: heard.time_s }
    }
}

/// The density of place given detections that belong together, for each deviation of bearings that
/// is told apart ([`Propagation::stray_variances`]).
pub struct Density<'a> {
    air: &'a Propagation,
    sights: Vec<Sight>,
    stray_variances: [f64; STRAYS],
    stray_chances: [f64; STRAYS],
    /// How many of them have a time.
    timed: usize,
    ranges_km: Vec<f64>,
    /// For each deviation, of the place last asked for: the exponent, and the square of the divisor.
    exponents: [f64; STRAYS],
    spreads: [f64; STRAYS],
    /// The law of the origin time at the place last asked for.
    pub time: OriginTime,
    /// What each deviation adds to the density there, not normed.
    pub by_stray: [f64; STRAYS],
}

/// What a density does not say of a detection that it does not hold yet.
#[derive(Clone, Debug)]
pub struct Point {
    up: [f64; 3],
    blur_km: f64,
    time: OriginTime,
    by_stray: [f64; STRAYS],
}

impl<'a> Density<'a> {
    /// The density of what was heard.
    pub fn new(heard: &[Heard], air: &'a Propagation) -> Self {
        Self {
            air,
            sights: heard.iter().map(Sight::new).collect(),
            stray_variances: air.stray_variances(),
            stray_chances: air.ln_stray_prior().map(exp),
            timed: heard.iter().filter(|one| one.time_s.is_some()).count(),
            ranges_km: Vec::new(),
            exponents: [0.0; STRAYS],
            spreads: [1.0; STRAYS],
            time: OriginTime::default(),
            by_stray: [0.0; STRAYS],
        }
    }

    /// Logarithm of the density at a place, smoothed over a square of so many km half width; minus
    /// infinity where it is surely below `floor`.
    pub fn ln_at(&mut self, up: [f64; 3], half_km: f64, floor: f64) -> f64 {
        let blur_km = UNIFORM * half_km;
        let Some(most) = self.bearings(up, half_km, floor) else { return f64::NEG_INFINITY };
        self.time.clear();
        for (sight, range_km) in self.sights.iter().zip(&self.ranges_km) {
            if let Some(time_s) = sight.time_s {
                self.time.hear(self.air, time_s, *range_km, slowed(self.air, blur_km));
            }
        }
        for stray in 0..STRAYS {
            let below = self.exponents[stray] - most;
            let chance = self.stray_chances[stray] / self.spreads[stray].sqrt();
            self.by_stray[stray] = if below > FAINT { chance * exp(below) } else { 0.0 };
        }
        let (total, ln_scale) = self.time.total();
        most + ln_scale + log(self.by_stray.iter().sum::<f64>() * total)
    }

    /// Ranges, and what the bearings say under each deviation; gives back the greatest exponent, or
    /// nothing when the bearings alone put the place below `floor`.
    fn bearings(&mut self, up: [f64; 3], half_km: f64, floor: f64) -> Option<f64> {
        let blur_km = UNIFORM * half_km;
        self.exponents = [0.0; STRAYS];
        self.spreads = [1.0; STRAYS];
        self.ranges_km.clear();
        for sight in &self.sights {
            let (range_km, past_ahead) = sight.ray.to(up);
            let range_km = range_km.max(NEAREST_KM);
            if range_km - 2.0 * half_km > self.air.range_max_km {
                return None;
            }
            self.ranges_km.push(range_km);
            let own = sight.variance + blurred(blur_km, range_km);
            for stray in 0..STRAYS {
                let variance = own + self.stray_variances[stray];
                self.exponents[stray] -= past_ahead / variance;
                self.spreads[stray] *= spread_squared(variance);
                if !HOLDS.contains(&self.spreads[stray]) {
                    self.exponents[stray] -= 0.5 * log(self.spreads[stray]);
                    self.spreads[stray] = 1.0;
                }
            }
        }
        // No deviation gives more than the greatest exponent over the least spread, and times no more
        // than laws that meet exactly.
        let most = self.exponents.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let least = self.spreads.iter().copied().fold(f64::INFINITY, f64::min);
        let slow_s = slowed(self.air, blur_km);
        let own = self.air.time_error_s * self.air.time_error_s + slow_s * slow_s;
        let meetings = self.timed.saturating_sub(1) as f64;
        let bound = most - 0.5 * (log(least) + meetings * log(2.0 * TAU * own));
        (bound > floor).then_some(most)
    }

    /// The chances of the deviations that it was made under.
    pub fn stray_chances(&self) -> [f64; STRAYS] {
        self.stray_chances
    }

    /// What is needed to judge one more detection at a place.
    pub fn point(&mut self, up: [f64; 3], half_km: f64) -> Point {
        self.ln_at(up, half_km, f64::NEG_INFINITY);
        let sum: f64 = self.by_stray.iter().sum();
        let by_stray = self.by_stray.map(|part| part / sum);
        Point { up, blur_km: UNIFORM * half_km, time: self.time.clone(), by_stray }
    }
}

/// One more detection, to be judged at [`Point`]s.
pub struct Candidate<'a> {
    air: &'a Propagation,
    sight: Sight,
    stray_variances: [f64; STRAYS],
}

impl<'a> Candidate<'a> {
    pub fn new(heard: &Heard, air: &'a Propagation) -> Self {
        Self { air, sight: Sight::new(heard), stray_variances: air.stray_variances() }
    }

    /// Its density there, a radian and second, given those that made the point.
    pub fn density_at(&self, point: &Point) -> f64 {
        let (range_km, past_ahead) = self.sight.ray.to(point.up);
        let range_km = range_km.max(NEAREST_KM);
        if range_km > self.air.range_max_km {
            return 0.0;
        }
        let own = self.sight.variance + blurred(point.blur_km, range_km);
        let strays = self.stray_variances.iter().zip(&point.by_stray);
        let bearing: f64 = strays
            .map(|(stray, chance)| {
                let variance = own + stray;
                chance * exp(-past_ahead / variance) / spread_squared(variance).sqrt()
            })
            .sum();
        let Some(time_s) = self.sight.time_s.filter(|_| bearing > 1e-6) else { return bearing };
        let blur_s = slowed(self.air, point.blur_km);
        bearing * point.time.density_of(self.air, time_s, range_km, blur_s)
    }
}

/// Variance of a bearing over a square's width, square radians.
fn blurred(blur_km: f64, range_km: f64) -> f64 {
    let blur = blur_km / range_km.max(blur_km);
    blur * blur
}

/// What a square's width adds to the error of a time, seconds.
fn slowed(air: &Propagation, blur_km: f64) -> f64 {
    air.paths[0].mean_s_km * blur_km
}
