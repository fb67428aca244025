//! The normal distribution, as far as chances of noticing need it.

use libm::{erfc, exp, log, sqrt};

const SQRT_TAU: f64 = 2.506_628_274_631_000_5;

/// Chance that a standard normal variable is below `z`.
#[must_use]
pub fn below(z: f64) -> f64 {
    erfc(-z * std::f64::consts::FRAC_1_SQRT_2) / 2.0
}

/// The logarithm of [`below`] and its slope, good far into the tail.
#[must_use]
pub fn log_below(z: f64) -> (f64, f64) {
    if z < -30.0 {
        // Mills' ratio, first two terms: below(z) = density(z) / -z (1 - 1/z²).
        let shrink = 1.0 - 1.0 / (z * z);
        return (-z * z / 2.0 - log(-z * SQRT_TAU) + log(shrink), -z / shrink);
    }
    let share = below(z);
    (log(share), exp(-z * z / 2.0) / SQRT_TAU / share)
}

/// The `z` below which a standard normal variable lies with chance `share`, by bisection on
/// [`below`]; infinite for 0 and 1.
#[must_use]
pub fn quantile(share: f64) -> f64 {
    if share.is_nan() || share <= 0.0 {
        return f64::NEG_INFINITY;
    }
    if share >= 1.0 {
        return f64::INFINITY;
    }
    let (mut low, mut high) = (-40.0, 40.0);
    for _ in 0..80 {
        let middle = (low + high) / 2.0;
        if below(middle) < share { low = middle } else { high = middle }
    }
    (low + high) / 2.0
}

/// The square root of a sum of squares, without the detours of `hypot` for huge numbers.
#[must_use]
pub fn root_sum_square(one: f64, other: f64) -> f64 {
    sqrt(one * one + other * other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_of_tables_come_out() {
        for (share, z) in [(0.5, 0.0), (0.9, 1.281_551_565_544_6), (0.025, -1.959_963_984_540_05)] {
            assert!((quantile(share) - z).abs() < 1e-9, "{share}");
            assert!((below(z) - share).abs() < 1e-12);
        }
        assert_eq!(quantile(0.0), f64::NEG_INFINITY);
        assert_eq!(quantile(1.0), f64::INFINITY);
    }

    #[test]
    fn the_tail_joins_without_a_step() {
        let (inner, outer) = (log_below(-29.999_999), log_below(-30.000_001));
        assert!((inner.0 - outer.0).abs() < 1e-4 && (inner.1 / outer.1 - 1.0).abs() < 1e-4);
        assert!(log_below(-1e3).0.is_finite());
    }
}
