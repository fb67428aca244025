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

/// [`log_below`] from a table, for loops that ask for it a hundred million times.
///
/// Cubic Hermite pieces over steps of 1/64, from values and slopes of their own: the error is
/// under 1e-9, and the pieces fall and bend as the function does.
#[derive(Clone, PartialEq, Debug)]
pub struct Table {
    knots: Vec<(f64, f64)>,
}

const LEFT: f64 = -6.0;
const RIGHT: f64 = 6.0;
const A_UNIT: f64 = 64.0;

impl Table {
    /// Makes the table.
    #[must_use]
    pub fn new() -> Self {
        let last = ((RIGHT - LEFT) * A_UNIT) as usize + 1;
        let knot = |at: usize| log_below(LEFT + at as f64 / A_UNIT);
        Self { knots: (0..=last).map(knot).collect() }
    }

    /// The logarithm of [`below`] and its slope.
    #[inline]
    #[must_use]
    pub fn log_below(&self, z: f64) -> (f64, f64) {
        if z >= RIGHT {
            return (0.0, 0.0);
        }
        if z.is_nan() || z < LEFT {
            return log_below(z);
        }
        let steps = (z - LEFT) * A_UNIT;
        let at = steps as usize;
        let (part, step) = (steps - at as f64, 1.0 / A_UNIT);
        let ((one, one_slope), (other, other_slope)) = (self.knots[at], self.knots[at + 1]);
        let rise = (other - one) * A_UNIT;
        let (square, cube) =
            (3.0 * rise - 2.0 * one_slope - other_slope, one_slope + other_slope - 2.0 * rise);
        let value = one + step * part * (one_slope + part * (square + part * cube));
        (value, one_slope + part * (2.0 * square + 3.0 * part * cube))
    }
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
    fn the_table_is_the_function() {
        let table = Table::new();
        for at in -7_000..7_000 {
            let z = f64::from(at) / 1_000.3;
            let (exact, quick) = (log_below(z), table.log_below(z));
            let away = (exact.0 - quick.0).abs().max((exact.1 - quick.1).abs() / 100.0);
            assert!(away < 2e-9, "{z} {away}");
        }
    }

    #[test]
    fn the_tail_joins_without_a_step() {
        let (inner, outer) = (log_below(-29.999_999), log_below(-30.000_001));
        assert!((inner.0 - outer.0).abs() < 1e-4 && (inner.1 / outer.1 - 1.0).abs() < 1e-4);
        assert!(log_below(-1e3).0.is_finite());
    }
}
