//! Products of beliefs about one place: closed forms for Gaussians and mixtures of them.

use kernel::PlaceBelief;
use libm::{exp, log, sqrt};

/// Parts a mixture keeps at most; the lightest go first.
const PARTS_MAX: usize = 16;
/// A part lighter than this share of the heaviest is dropped (e^-14, about one in a million).
const LIGHTEST_LOG: f64 = -14.0;
const M2_PER_KM2_LOG: f64 = 13.815_510_557_964_274;

/// The product of two beliefs about one place: the log of its mass per km², and its shape.
/// ∫ N(x; a, A) N(x; b, B) dx = N(a - b; 0, A + B) (Petersen and Pedersen 2012, 8.1.8).
#[must_use]
pub fn product(one: &PlaceBelief, other: &PlaceBelief) -> (f64, PlaceBelief) {
    let (east, north) = one.mean.offset_to_m(other.mean);
    let (ee, en, nn) = (one.ee_m2 + other.ee_m2, one.en_m2 + other.en_m2, one.nn_m2 + other.nn_m2);
    let determinant = (ee * nn - en * en).max(1e-6);
    // The gain matrix A (A + B)^-1 carries the first mean towards the second.
    let (iee, ien, inn) = (nn / determinant, -en / determinant, ee / determinant);
    let (kee, ken) = (one.ee_m2 * iee + one.en_m2 * ien, one.ee_m2 * ien + one.en_m2 * inn);
    let (kne, knn) = (one.en_m2 * iee + one.nn_m2 * ien, one.en_m2 * ien + one.nn_m2 * inn);
    let away2 = east * (iee * east + ien * north) + north * (ien * east + inn * north);
    let belief = PlaceBelief {
        mean: one.mean.shifted_m(kee * east + ken * north, kne * east + knn * north),
        ee_m2: one.ee_m2 - kee * one.ee_m2 - ken * one.en_m2,
        en_m2: one.en_m2 - kee * one.en_m2 - ken * one.nn_m2,
        nn_m2: one.nn_m2 - kne * one.en_m2 - knn * one.nn_m2,
    };
    let density = -log(std::f64::consts::TAU) - log(determinant) / 2.0 - away2 / 2.0;
    (density + M2_PER_KM2_LOG, belief)
}

/// A belief with several humps: what a sector or a ring needs. Weights add up to one.
#[derive(Clone, PartialEq, Debug)]
pub struct Mixture(Vec<(f64, PlaceBelief)>);

impl Mixture {
    /// One hump.
    #[must_use]
    pub fn single(belief: PlaceBelief) -> Self {
        Self(vec![(0.0, belief)])
    }

    /// Equal weights for all parts.
    #[must_use]
    pub fn even(parts: Vec<PlaceBelief>) -> Self {
        let weight = -log(parts.len().max(1) as f64);
        Self(parts.into_iter().map(|part| (weight, part)).collect())
    }

    /// The parts with the logs of their weights.
    #[must_use]
    pub fn parts(&self) -> &[(f64, PlaceBelief)] {
        &self.0
    }

    /// The product of two mixtures: the log of its mass per km², and its shape.
    #[must_use]
    pub fn product(&self, other: &Self) -> (f64, Self) {
        let mut parts = Vec::with_capacity(self.0.len() * other.0.len());
        for (weight, part) in &self.0 {
            for (other_weight, other_part) in &other.0 {
                let (mass, belief) = product(part, other_part);
                parts.push((weight + other_weight + mass, belief));
            }
        }
        parts.sort_by(|one, other| other.0.total_cmp(&one.0));
        let heaviest = parts.first().map_or(0.0, |part| part.0);
        parts.retain(|part| part.0 >= heaviest + LIGHTEST_LOG);
        let mass = log_sum(parts.iter().map(|part| part.0));
        parts.truncate(PARTS_MAX);
        let kept = log_sum(parts.iter().map(|part| part.0));
        parts.iter_mut().for_each(|part| part.0 -= kept);
        (mass, Self(parts))
    }

    /// The Gaussian with the same mean and covariance.
    #[must_use]
    pub fn collapsed(&self) -> Option<PlaceBelief> {
        let ((_, first), rest) = self.0.split_first()?;
        if rest.is_empty() {
            return Some(*first);
        }
        let mut sums = [0.0; 5];
        for (weight, part) in &self.0 {
            let (share, (east, north)) = (exp(*weight), first.mean.offset_to_m(part.mean));
            sums[0] += share * east;
            sums[1] += share * north;
            sums[2] += share * (part.ee_m2 + east * east);
            sums[3] += share * (part.en_m2 + east * north);
            sums[4] += share * (part.nn_m2 + north * north);
        }
        let [east, north, ee, en, nn] = sums;
        Some(PlaceBelief {
            mean: first.mean.shifted_m(east, north),
            ee_m2: ee - east * east,
            en_m2: en - east * north,
            nn_m2: nn - north * north,
        })
    }
}

/// Widened by `sigma_m` in every direction.
#[must_use]
pub fn widened(belief: &PlaceBelief, sigma_m: f64) -> PlaceBelief {
    let more = sigma_m * sigma_m;
    PlaceBelief { ee_m2: belief.ee_m2 + more, nn_m2: belief.nn_m2 + more, ..*belief }
}

/// One standard deviation along the longest axis, metres.
#[must_use]
pub fn longest_sigma_m(belief: &PlaceBelief) -> f64 {
    let half_sum = (belief.ee_m2 + belief.nn_m2) / 2.0;
    let half_difference = (belief.ee_m2 - belief.nn_m2) / 2.0;
    sqrt(half_sum + sqrt(half_difference * half_difference + belief.en_m2 * belief.en_m2))
}

/// The log of a sum of exponentials, without overflow.
#[must_use]
pub fn log_sum(logs: impl Iterator<Item = f64> + Clone) -> f64 {
    let largest = logs.clone().fold(f64::NEG_INFINITY, f64::max);
    if largest == f64::NEG_INFINITY {
        return largest;
    }
    largest + log(logs.map(|one| exp(one - largest)).sum())
}

#[cfg(test)]
mod tests {
    use kernel::Place;

    use super::*;

    const KYIV: Place = Place { lon: 30.52, lat: 50.45 };

    #[test]
    fn a_product_is_the_precision_weighted_mean() {
        let near = PlaceBelief::round(KYIV, 100.0);
        let far = PlaceBelief::round(KYIV.shifted_m(300.0, 0.0), 200.0);
        let (mass, both) = product(&near, &far);
        let (east, north) = KYIV.offset_to_m(both.mean);
        assert!((east - 60.0).abs() < 0.1 && north.abs() < 0.1, "{east} {north}");
        assert!((both.ee_m2 - 8_000.0).abs() < 1e-6 && both.en_m2.abs() < 1e-9);
        // N(300 m; 0, 50000 m²) in two dimensions, per km².
        let expected = exp(-0.9) / (std::f64::consts::TAU * 50_000.0) * 1e6;
        assert!((exp(mass) / expected - 1.0).abs() < 1e-3, "{mass}");
    }

    #[test]
    fn a_mixture_of_one_is_that_one() {
        let belief = PlaceBelief::round(KYIV, 100.0);
        let pair = Mixture::even(vec![belief, belief]);
        let (mass, both) = pair.product(&Mixture::single(belief));
        assert!((mass - product(&belief, &belief).0).abs() < 1e-9);
        assert!((both.collapsed().unwrap().ee_m2 - 5_000.0).abs() < 1e-3);
    }
}
