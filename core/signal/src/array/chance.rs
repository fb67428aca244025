//! The chance that noise alone makes so loud a beam.
//!
//! One beam's ratio of powers follows Fisher's law. The loudest of all beams is the peak of a
//! random field on the disc of slownesses: the ratio is turned into a normal deviate of the same
//! chance, and the mean number of peaks above it follows from the field's roughness (Adler 1981;
//! Worsley 1994; for arrays, Blandford 1974 counts beams by hand).

use core::f64::consts::PI;
use libm::{erfc, exp, lgamma, log};

/// What the chance depends on.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Beams {
    /// Elements.
    pub elements: f64,
    /// Independent values a window holds of each element, twice bandwidth times length.
    pub freedom: f64,
    /// Area of the disc of slownesses, in units of the field's roughness: `pi a^2 sqrt(det L)`.
    pub area: f64,
    /// Its circumference in the same units.
    pub edge: f64,
}

impl Beams {
    /// Chance that the loudest beam of noise reaches `f_statistic`.
    #[must_use]
    pub fn chance(&self, f_statistic: f64) -> f64 {
        let tail = ln_tail(f_statistic, self.freedom, self.freedom * (self.elements - 1.0));
        let deviate = deviate(tail);
        let high = deviate.max(1.0);
        let bell = exp(-high * high / 2.0);
        let peaks = self.area * high * bell / (2.0 * PI * (2.0 * PI).sqrt())
            + self.edge / 2.0 * bell / (2.0 * PI);
        let single = exp(tail);
        single - (1.0 - single) * libm::expm1(-peaks)
    }

    /// The ratio that noise reaches with this chance.
    #[must_use]
    pub fn ratio(&self, chance: f64) -> f64 {
        let (mut low, mut high) = (0.0, 1.0);
        while self.chance(high) > chance && high < 1e6 {
            (low, high) = (high, high * 2.0);
        }
        for _ in 0..50 {
            let middle = (low + high) / 2.0;
            if self.chance(middle) > chance { low = middle } else { high = middle }
        }
        high
    }
}

/// Logarithm of the chance that Fisher's law with these degrees of freedom exceeds `ratio`.
#[must_use]
pub fn ln_tail(ratio: f64, above: f64, below: f64) -> f64 {
    if ratio.is_nan() || ratio <= 0.0 {
        return 0.0;
    }
    // The regularised incomplete beta function (DLMF 8.17) at `below / (below + above ratio)`.
    let x = below / (below + above * ratio);
    let (a, b) = (below / 2.0, above / 2.0);
    let front = a * log(x) + b * log(1.0 - x) + lgamma(a + b) - lgamma(a) - lgamma(b);
    if x < (a + 1.0) / (a + b + 2.0) {
        front - log(a) + log(continued(a, b, x))
    } else {
        let other = exp(front - log(b) + log(continued(b, a, 1.0 - x)));
        libm::log1p(-other.min(1.0 - f64::EPSILON))
    }
}

/// The continued fraction of DLMF 8.17.22 by Lentz's method.
fn continued(a: f64, b: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let safe = |value: f64| if value.abs() < TINY { TINY } else { value };
    let (mut upper, mut lower) = (1.0, 1.0 / safe(1.0 - (a + b) * x / (a + 1.0)));
    let mut value = lower;
    for step in 1..400 {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut change = 1.0;
        for term in [even, odd] {
            lower = 1.0 / safe(1.0 + term * lower);
            upper = safe(1.0 + term / upper);
            change = lower * upper;
            value *= change;
        }
        if (change - 1.0).abs() < 1e-12 {
            break;
        }
    }
    value
}

/// The normal deviate that is exceeded with this chance, given by its logarithm.
fn deviate(ln_chance: f64) -> f64 {
    let (mut low, mut high) = (-9.0, 9.0 + (-2.0 * ln_chance).max(0.0).sqrt());
    for _ in 0..50 {
        let middle = (low + high) / 2.0;
        if ln_normal_tail(middle) > ln_chance { low = middle } else { high = middle }
    }
    low
}

fn ln_normal_tail(deviate: f64) -> f64 {
    if deviate < 20.0 {
        log(erfc(deviate / core::f64::consts::SQRT_2) / 2.0)
    } else {
        -deviate * deviate / 2.0 - log(deviate) - log(2.0 * PI) / 2.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fishers_law_has_its_tabled_tails() {
        // 5 % points of standard tables: F(4, 10) 3.478, F(10, 100) 1.927; F(1, 1) 1 % 4052.2.
        for (ratio, above, below, chance) in
            [(3.478, 4.0, 10.0, 0.05), (1.927, 10.0, 100.0, 0.05), (4052.2, 1.0, 1.0, 0.01)]
        {
            assert!((exp(ln_tail(ratio, above, below)) / chance - 1.0).abs() < 2e-3);
        }
        assert_eq!(ln_tail(0.0, 4.0, 10.0), 0.0);
        assert!(ln_tail(50.0, 140.0, 1_120.0) < -300.0);
    }

    #[test]
    fn a_ratio_and_its_chance_turn_into_each_other() {
        let beams = Beams { elements: 4.0, freedom: 80.0, area: 20.0, edge: 16.0 };
        for chance in [0.5, 0.05, 1e-4, 1e-9] {
            assert!((beams.chance(beams.ratio(chance)) / chance - 1.0).abs() < 1e-3);
        }
        let few = Beams { area: 0.0, edge: 0.0, ..beams };
        assert!(few.chance(2.0) < beams.chance(2.0));
    }
}
