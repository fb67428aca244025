//! The law of an origin time as detections multiply it up: a mixture of normal laws.

use core::f64::consts::TAU;

use libm::{exp, log};

use super::propagation::Propagation;

/// A normal law with a weight.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Normal {
    /// Its weight.
    pub weight: f64,
    /// Mean.
    pub mean: f64,
    /// Variance.
    pub variance: f64,
}

/// Most normal laws kept of a product; the least weighty beyond are left out.
const LAWS_MAX: usize = 8;
/// Laws lighter than this share of the heaviest are left out.
const LIGHT: f64 = 1e-3;
/// A product whose exponent lies so far below the best one's is not computed.
const FAR: f64 = 10.0;
/// Times whose exponent is worse do not suit each other at all.
const NEVER: f64 = 200.0;

/// The law of an origin time, being multiplied up from detections.
#[derive(Clone, Debug, Default)]
pub struct OriginTime {
    /// A mixture, its weights times `e^ln_scale`; empty when nothing is known yet, or when no time
    /// suits all.
    pub laws: Vec<Normal>,
    ln_scale: f64,
    spare: Vec<(f64, Normal)>,
    begun: bool,
}

impl OriginTime {
    /// Forgets everything.
    pub fn clear(&mut self) {
        self.laws.clear();
        self.ln_scale = 0.0;
        self.begun = false;
    }

    /// Takes in a detection at `time_s` and `range_km`, `blur_s` of error besides.
    pub fn hear(&mut self, air: &Propagation, time_s: f64, range_km: f64, blur_s: f64) {
        let heard = air.origin_times(time_s, range_km, blur_s);
        if !self.begun {
            self.begun = true;
            self.laws.extend(heard);
            return;
        }
        self.spare.clear();
        let mut least = NEVER;
        for one in &self.laws {
            for other in &heard {
                let sum = one.variance + other.variance;
                let apart = one.mean - other.mean;
                let half_square = 0.5 * apart * apart;
                if half_square < (least + FAR).min(NEVER) * sum {
                    let per_sum = 1.0 / sum;
                    least = least.min(half_square * per_sum);
                    let variance = one.variance * other.variance * per_sum;
                    let mean = (one.mean * other.variance + other.mean * one.variance) * per_sum;
                    let weight = one.weight * other.weight * (per_sum / TAU).sqrt();
                    self.spare.push((half_square * per_sum, Normal { weight, mean, variance }));
                }
            }
        }
        self.ln_scale -= least;
        self.keep_heaviest(least);
    }

    fn keep_heaviest(&mut self, least: f64) {
        self.laws.clear();
        let mut most = 0.0_f64;
        for (exponent, law) in &self.spare {
            let above = exponent - least;
            if above < FAR {
                let weight = law.weight * exp(-above);
                most = most.max(weight);
                self.laws.push(Normal { weight, ..*law });
            }
        }
        self.laws.retain(|law| law.weight > LIGHT * most);
        if self.laws.len() > LAWS_MAX {
            self.laws.sort_by(|one, other| other.weight.total_cmp(&one.weight));
            self.laws.truncate(LAWS_MAX);
        }
        // Weights fall with every detection; hundreds of them must not come to nothing.
        if most > 0.0 && most < 1e-100 {
            self.laws.iter_mut().for_each(|law| law.weight /= most);
            self.ln_scale += log(most);
        }
    }

    /// The integral over all origin times, as a factor and the logarithm of another.
    #[must_use]
    pub fn total(&self) -> (f64, f64) {
        if !self.begun {
            return (1.0, 0.0);
        }
        (self.laws.iter().map(|law| law.weight).sum(), self.ln_scale)
    }

    /// The density of one more detection's time, given those heard; 1 when none has a time.
    #[must_use]
    pub fn density_of(&self, air: &Propagation, time_s: f64, range_km: f64, blur_s: f64) -> f64 {
        if !self.begun {
            return 1.0;
        }
        let (mut sum, mut total) = (0.0, 0.0);
        let heard = air.origin_times(time_s, range_km, blur_s);
        for one in &self.laws {
            total += one.weight;
            for other in &heard {
                let (spread, apart) = (one.variance + other.variance, one.mean - other.mean);
                let exponent = 0.5 * apart * apart / spread;
                if exponent < FAR {
                    let height = exp(-exponent) / (TAU * spread).sqrt();
                    sum += one.weight * other.weight * height;
                }
            }
        }
        if total > 0.0 { sum / total } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_detections_fix_the_origin_time() {
        let air = Propagation::default();
        let mut time = OriginTime::default();
        assert_eq!(time.total(), (1.0, 0.0));
        time.hear(&air, 300.0 / 0.293, 300.0, 0.0);
        let told = time.density_of(&air, 500.0 / 0.293, 500.0, 0.0);
        time.hear(&air, 500.0 / 0.293, 500.0, 0.0);
        let ln = |time: &OriginTime| log(time.total().0) + time.total().1;
        let agreeing = ln(&time);
        assert!((log(told) - agreeing).abs() < 0.01);
        let best = time.laws.iter().max_by(|a, b| a.weight.total_cmp(&b.weight)).unwrap();
        assert!(best.mean.abs() < 1.0 && best.variance.sqrt() < 25.0);
        time.clear();
        time.hear(&air, 300.0 / 0.293, 300.0, 0.0);
        time.hear(&air, 500.0 / 0.1, 500.0, 0.0);
        assert!(ln(&time) < agreeing - 12.0);
    }
}
