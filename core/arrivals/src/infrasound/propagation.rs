//! What the atmosphere does to time and direction, as a broad prior.

use libm::{exp, log};

use super::origin_time::Normal;

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
    /// By how much winds and ground turn a bearing aside, one standard deviation, degrees: the
    /// middle of what is thought possible before bearings are compared.
    pub deviation_deg: f64,
    /// How unsure that is: one standard deviation of its natural logarithm.
    pub deviation_doubt: f64,
    /// Error of a detection's time against the true arrival, one standard deviation, seconds.
    pub time_error_s: f64,
    /// Farthest source looked for, km.
    pub range_max_km: f64,
}

impl Default for Propagation {
    /// Means and spreads of the canonical mixture of Blom et al. 2018 (celerities about 327, 293
    /// and 260 m/s). Their shares count rays (86 % thermospheric); those here count what arrays
    /// detect, which absorption in the thermosphere makes mostly stratospheric (Green & Nippress
    /// 2019). Bearings deviate by a few degrees (Blom et al.: 1 to 4; here 1.5 to 6 within one
    /// deviation and a half of the doubt). The farthest is what kiloton sources reach; nearer ones
    /// are no likelier a priori.
    fn default() -> Self {
        let path = |share, celerity_km_s: f64, spread_s_km| Path {
            share,
            mean_s_km: 1.0 / celerity_km_s,
            spread_s_km,
        };
        Self {
            paths: [path(0.15, 0.327, 0.066), path(0.50, 0.293, 0.08), path(0.35, 0.26, 0.33)],
            deviation_deg: 3.0,
            deviation_doubt: 0.5,
            time_error_s: 5.0,
            range_max_km: 3_000.0,
        }
    }
}

/// Deviations of bearings that are told apart.
pub const STRAYS: usize = 5;
/// Where they lie, in deviations of the doubt.
const STRAYS_AT: [f64; STRAYS] = [-1.8, -0.9, 0.0, 0.9, 1.8];

impl Propagation {
    /// Earliest and latest time over distance worth considering, s/km: four deviations.
    #[must_use]
    pub fn limits_s_km(&self) -> (f64, f64) {
        let low = self.paths.iter().map(|path| path.mean_s_km - 4.0 * path.spread_s_km);
        let high = self.paths.iter().map(|path| path.mean_s_km + 4.0 * path.spread_s_km);
        (low.fold(f64::INFINITY, f64::min).max(1.0 / 0.6), high.fold(0.0, f64::max))
    }

    /// Variances of the deviation that are told apart, square radians.
    #[must_use]
    pub fn stray_variances(&self) -> [f64; STRAYS] {
        STRAYS_AT.map(|at| {
            let radians = (self.deviation_deg * exp(self.deviation_doubt * at)).to_radians();
            radians * radians
        })
    }

    /// Logarithms of the prior chances of them.
    #[must_use]
    pub fn ln_stray_prior(&self) -> [f64; STRAYS] {
        let sum: f64 = STRAYS_AT.iter().map(|at| exp(-0.5 * at * at)).sum();
        STRAYS_AT.map(|at| -0.5 * at * at - log(sum))
    }

    /// The same atmosphere after detections have been compared: logarithms of the chances of the
    /// deviations told apart, prior included, become a log-normal law about their peak, by the
    /// parabola through the likeliest three.
    #[must_use]
    pub fn told(&self, ln_chances: &[f64; STRAYS]) -> Self {
        let likelier = |one: &usize, other: &usize| ln_chances[*one].total_cmp(&ln_chances[*other]);
        let peak = (1..STRAYS - 1).max_by(likelier).unwrap_or(STRAYS / 2);
        let step = STRAYS_AT[1] - STRAYS_AT[0];
        let [low, middle, high] = [peak - 1, peak, peak + 1].map(|at| ln_chances[at]);
        let slope = (high - low) / (2.0 * step);
        let bend = (low - 2.0 * middle + high) / (step * step);
        // It bends at least as the prior alone does; beyond the outermost it may seem not to.
        let bend = -f64::min(bend, -1.0);
        let at = (STRAYS_AT[peak] + slope / bend).clamp(STRAYS_AT[0], STRAYS_AT[STRAYS - 1]);
        Self {
            deviation_deg: self.deviation_deg * exp(self.deviation_doubt * at),
            deviation_doubt: self.deviation_doubt / bend.sqrt(),
            ..*self
        }
    }

    /// The laws of the origin time that a detection at `time_s` and `range_km` leaves, `blur_s` of
    /// error besides.
    #[must_use]
    pub fn origin_times(&self, time_s: f64, range_km: f64, blur_s: f64) -> [Normal; 3] {
        let own = self.time_error_s * self.time_error_s + blur_s * blur_s;
        self.paths.each_ref().map(|path| {
            let spread = path.spread_s_km * range_km;
            Normal {
                weight: path.share,
                mean: time_s - path.mean_s_km * range_km,
                variance: spread * spread + own,
            }
        })
    }
}

/// The square of what the von Mises density is divided by, `(2 pi e^-k I0(k))^2`, at the
/// concentration `k = 1 / variance`: the density is `e^(k (cos angle - 1))` over its root.
#[must_use]
pub fn spread_squared(variance: f64) -> f64 {
    if variance < 0.05 {
        // The asymptotic series of I0 (Abramowitz & Stegun 9.7.1), squared.
        let series = 1.0 + variance * (0.25 + variance * (0.156_25 + variance * 0.164_062_5));
        return core::f64::consts::TAU * variance * series;
    }
    let scaled = scaled_bessel(1.0 / variance) * core::f64::consts::TAU;
    scaled * scaled
}

/// `e^-k I0(k)` (Abramowitz & Stegun 9.8.1 and 9.8.2).
fn scaled_bessel(k: f64) -> f64 {
    let horner = |x: f64, terms: &[f64]| terms.iter().rev().fold(0.0, |sum, term| sum * x + term);
    if k < 3.75 {
        let x = (k / 3.75) * (k / 3.75);
        let terms = [1.0, 3.5156229, 3.0899424, 1.2067492, 0.2659732, 0.0360768, 0.0045813];
        horner(x, &terms) * exp(-k)
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
        horner(3.75 / k, &terms) / k.sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bearing_density_adds_up_to_one() {
        for concentration in [0.1, 1.0, 4.0, 19.0, 21.0, 200.0, 5_000.0] {
            let steps = 20_000;
            let width = core::f64::consts::TAU / f64::from(steps);
            let under = spread_squared(1.0 / concentration).sqrt();
            let density =
                |step: i32| exp(concentration * (libm::cos(f64::from(step) * width) - 1.0)) / under;
            let sum: f64 = (0..steps).map(|step| density(step) * width).sum();
            assert!((sum - 1.0).abs() < 3e-5, "{concentration}: {sum}");
        }
    }

    #[test]
    fn what_is_told_moves_and_narrows_the_deviation() {
        let air = Propagation::default();
        let prior = air.ln_stray_prior();
        let same = air.told(&prior);
        assert!((same.deviation_deg - air.deviation_deg).abs() < 1e-9);
        assert!((same.deviation_doubt - air.deviation_doubt).abs() < 1e-9);
        // Fifteen times the prior's own information, about one deviation of the doubt above.
        let heard = |at: usize| prior[at] - 7.5 * (STRAYS_AT[at] - 1.0) * (STRAYS_AT[at] - 1.0);
        let told = air.told(&core::array::from_fn(heard));
        assert!((told.deviation_doubt - air.deviation_doubt / 4.0).abs() < 1e-9);
        let by = log(told.deviation_deg / air.deviation_deg) / air.deviation_doubt;
        assert!((by - 15.0 / 16.0).abs() < 1e-9);
    }

    #[test]
    fn the_prior_of_the_deviation_adds_up_to_one() {
        let sum: f64 = Propagation::default().ln_stray_prior().iter().map(|ln| exp(*ln)).sum();
        assert!((sum - 1.0).abs() < 1e-12);
    }
}
