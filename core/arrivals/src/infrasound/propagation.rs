//! What the atmosphere does to time and direction, as a broad prior.

use libm::{exp, log};

/// A kind of path: its reciprocal celerity (time over distance along the ground) as a normal law.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Path {
    /// Share of detections that came by such a path.
    pub share: f64,
    /// Mean reciprocal celerity, s/km.
    pub mean_s_km: f64,
    /// One standard deviation of it, s/km.
    pub spread_s_km: f64,
}

/// The prior of the atmosphere.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Propagation {
    /// Tropospheric, stratospheric and thermospheric paths.
    pub paths: [Path; 3],
    /// By how much winds and ground turn a bearing aside, one standard deviation, degrees.
    pub deviation_deg: f64,
    /// Error of a detection's time against the true arrival, one standard deviation, seconds.
    pub time_error_s: f64,
    /// Farthest source looked for, km.
    pub range_max_km: f64,
}

impl Default for Propagation {
    /// Means and spreads of the canonical mixture of Blom et al. 2018 (celerities about 327, 293
    /// and 260 m/s). Their shares count rays (86 % thermospheric); those here count what arrays
    /// detect, which absorption in the thermosphere makes mostly stratospheric (Green & Nippress
    /// 2019). Bearings deviate by a few degrees (Blom et al.: 1 to 4). The farthest is what kiloton
    /// sources reach; nearer ones are no likelier a priori.
    fn default() -> Self {
        let path = |share, celerity_km_s: f64, spread_s_km| Path {
            share,
            mean_s_km: 1.0 / celerity_km_s,
            spread_s_km,
        };
        Self {
            paths: [path(0.15, 0.327, 0.066), path(0.50, 0.293, 0.08), path(0.35, 0.26, 0.33)],
            deviation_deg: 3.0,
            time_error_s: 5.0,
            range_max_km: 3_000.0,
        }
    }
}

impl Propagation {
    /// Earliest and latest time over distance worth considering, s/km: four deviations.
    #[must_use]
    pub fn limits_s_km(&self) -> (f64, f64) {
        let low = self.paths.iter().map(|path| path.mean_s_km - 4.0 * path.spread_s_km);
        let high = self.paths.iter().map(|path| path.mean_s_km + 4.0 * path.spread_s_km);
        (low.fold(f64::INFINITY, f64::min).max(1.0 / 0.6), high.fold(0.0, f64::max))
    }

    /// Concentration of the von Mises law of a bearing whose array's error is `error_deg`, with
    /// `blur` radians besides.
    #[must_use]
    pub fn concentration(&self, error_deg: f64, blur: f64) -> f64 {
        let degrees = error_deg * error_deg + self.deviation_deg * self.deviation_deg;
        1.0 / (degrees * DEGREE * DEGREE + blur * blur)
    }
}

const DEGREE: f64 = core::f64::consts::PI / 180.0;

/// Logarithm of the von Mises density at an angle from its mean.
#[must_use]
pub fn ln_von_mises(angle: f64, concentration: f64) -> f64 {
    concentration * (libm::cos(angle) - 1.0)
        - ln_scaled_bessel(concentration)
        - log(2.0 * core::f64::consts::PI)
}

/// `ln(e^-k I0(k))` (Abramowitz & Stegun 9.8.1 and 9.8.2).
fn ln_scaled_bessel(k: f64) -> f64 {
    let horner = |x: f64, terms: &[f64]| terms.iter().rev().fold(0.0, |sum, term| sum * x + term);
    if k < 3.75 {
        let x = (k / 3.75) * (k / 3.75);
        let terms = [1.0, 3.5156229, 3.0899424, 1.2067492, 0.2659732, 0.0360768, 0.0045813];
        log(horner(x, &terms)) - k
    } else {
        let terms = [
            0.39894228,
            0.01328592,
            0.00225319,
            -0.00157565,
            0.00916281,
            -0.02057706,
            0.02635537,
            -0.01647633,
            0.00392377,
        ];
        log(horner(3.75 / k, &terms)) - 0.5 * log(k)
    }
}

/// A normal law with a weight.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Normal {
    /// Logarithm of its weight.
    pub ln_weight: f64,
    /// Mean.
    pub mean: f64,
    /// Variance.
    pub variance: f64,
}

/// Most normal laws kept of a product; the least weighty beyond are left out.
const LAWS_MAX: usize = 12;
/// Laws lighter than the heaviest by this, as logarithm, are left out.
const LIGHT: f64 = 9.0;

/// The law of an origin time, being multiplied up from detections.
#[derive(Clone, Debug, Default)]
pub struct OriginTime {
    /// A mixture; empty when nothing is known yet, or when no time suits all.
    pub laws: Vec<Normal>,
    spare: Vec<Normal>,
    begun: bool,
}

impl OriginTime {
    /// Forgets everything.
    pub fn clear(&mut self) {
        self.laws.clear();
        self.begun = false;
    }

    /// Takes in a detection at `time_s` and `range_km`, `blur_s` of error besides.
    pub fn hear(&mut self, air: &Propagation, time_s: f64, range_km: f64, blur_s: f64) {
        let own = air.time_error_s * air.time_error_s + blur_s * blur_s;
        let law = |path: &Path| {
            let spread = path.spread_s_km * range_km;
            Normal {
                ln_weight: log(path.share),
                mean: time_s - path.mean_s_km * range_km,
                variance: spread * spread + own,
            }
        };
        let heard = air.paths.each_ref().map(law);
        if !self.begun {
            self.begun = true;
            self.laws.extend(heard);
            return;
        }
        self.spare.clear();
        for one in &self.laws {
            self.spare.extend(heard.iter().filter_map(|other| product(one, other)));
        }
        let most = self.spare.iter().map(|law| law.ln_weight).fold(f64::NEG_INFINITY, f64::max);
        self.laws.clear();
        self.laws.extend(self.spare.iter().filter(|law| law.ln_weight > most - LIGHT));
        if self.laws.len() > LAWS_MAX {
            self.laws.sort_by(|one, other| other.ln_weight.total_cmp(&one.ln_weight));
            self.laws.truncate(LAWS_MAX);
        }
    }

    /// Logarithm of the integral over all origin times.
    #[must_use]
    pub fn ln_total(&self) -> f64 {
        let most = self.laws.iter().map(|law| law.ln_weight).fold(f64::NEG_INFINITY, f64::max);
        if !most.is_finite() {
            return if self.begun { f64::NEG_INFINITY } else { 0.0 };
        }
        most + log(self.laws.iter().map(|law| exp(law.ln_weight - most)).sum())
    }
}

/// The product of two normal laws, which is one with a weight; none when they are so far apart
/// that the weight is nothing.
fn product(one: &Normal, other: &Normal) -> Option<Normal> {
    let sum = one.variance + other.variance;
    let apart = one.mean - other.mean;
    if apart * apart > 400.0 * sum {
        return None;
    }
    Some(Normal {
        ln_weight: one.ln_weight + other.ln_weight
            - 0.5 * (apart * apart / sum + log(2.0 * core::f64::consts::PI * sum)),
        mean: (one.mean * other.variance + other.mean * one.variance) / sum,
        variance: one.variance * other.variance / sum,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bearing_density_adds_up_to_one() {
        for concentration in [0.1, 1.0, 4.0, 200.0, 5_000.0] {
            let steps = 20_000;
            let width = 2.0 * core::f64::consts::PI / f64::from(steps);
            let sum: f64 = (0..steps)
                .map(|step| exp(ln_von_mises(f64::from(step) * width, concentration)) * width)
                .sum();
            assert!((sum - 1.0).abs() < 1e-5, "{concentration}: {sum}");
        }
    }

    #[test]
    fn two_detections_fix_the_origin_time() {
        let air = Propagation::default();
        let mut time = OriginTime::default();
        assert_eq!(time.ln_total(), 0.0);
        time.hear(&air, 300.0 / 0.293, 300.0, 0.0);
        time.hear(&air, 500.0 / 0.293, 500.0, 0.0);
        let agreeing = time.ln_total();
        let best = time.laws.iter().max_by(|a, b| a.ln_weight.total_cmp(&b.ln_weight)).unwrap();
        assert!(best.mean.abs() < 1.0 && best.variance.sqrt() < 25.0);
        time.clear();
        time.hear(&air, 300.0 / 0.293, 300.0, 0.0);
        time.hear(&air, 500.0 / 0.1, 500.0, 0.0);
        assert!(time.ln_total() < agreeing - 20.0);
    }
}
