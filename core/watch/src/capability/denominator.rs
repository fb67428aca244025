//! The denominator of a count: how many there may have been, given how many were seen and how
//! likely one would have been noticed.

use libm::{exp, fabs, lgamma, log};

/// A count with what it takes to read it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Denominator {
    /// How many were seen.
    pub seen: u64,
    /// Chance that one would have been noticed, 0 to 1, as a mean over the place and time counted.
    pub noticing: f64,
}

impl Denominator {
    /// How many happened, between what and what, with a chance of `level`: the exact (Garwood
    /// 1936) interval of a Poisson mean, divided by the chance of noticing. With none seen the
    /// whole error goes upward and the bound is -ln(1 - level) / chance. Infinite when blind.
    #[must_use]
    pub fn happened(&self, level: f64) -> (f64, f64) {
        let level = level.clamp(0.0, 0.999_999_9);
        let noticing = self.noticing.clamp(0.0, 1.0);
        if noticing <= 0.0 {
            return (self.seen as f64, f64::INFINITY);
        }
        if self.seen == 0 {
            return (0.0, -log(1.0 - level) / noticing);
        }
        let (seen, tail) = (self.seen as f64, (1.0 - level) / 2.0);
        // At least `seen` at the lower end, at most `seen` at the upper, each with chance `tail`.
        let low = solve(|mean| gamma_share(seen, mean) < tail, seen);
        let high = solve(|mean| 1.0 - gamma_share(seen + 1.0, mean) > tail, seen + 1.0);
        // What was seen did happen, whatever the chance of noticing.
        ((low / noticing).max(seen), (high / noticing).max(seen))
    }

    /// The sentence for a report.
    #[must_use]
    pub fn sentence(&self, level: f64) -> String {
        let percent = libm::floor(self.noticing.clamp(0.0, 1.0) * 100.0);
        let said = format!("{} seen; we would have noticed {percent} %", self.seen);
        let (low, high) = self.happened(level);
        let level = libm::round(level * 1000.0) / 10.0;
        if !high.is_finite() {
            format!("{said}; nobody was watching, so nothing follows")
        } else if self.seen == 0 {
            format!("{said}; at most {high:.1} happened unseen ({level} %)")
        } else {
            format!("{said}; {low:.0} to {high:.0} happened ({level} %)")
        }
    }
}

/// The mean at which `is_low` stops holding, by doubling and halving.
fn solve(is_low: impl Fn(f64) -> bool, guess: f64) -> f64 {
    let (mut low, mut high) = (0.0, guess.max(1.0));
    while is_low(high) && high < 1e300 {
        (low, high) = (high, high * 2.0);
    }
    for _ in 0..100 {
        let middle = (low + high) / 2.0;
        if is_low(middle) { low = middle } else { high = middle }
    }
    (low + high) / 2.0
}

/// The regularised lower incomplete gamma function P(shape, x): the chance that a Poisson count
/// of mean `x` is at least `shape`. Series below the mean, continued fraction above it (Abramowitz
/// and Stegun 6.5.29 and 6.5.31, the latter by Lentz's method).
#[must_use]
pub fn gamma_share(shape: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    let front = exp(shape * log(x) - x - lgamma(shape));
    if x < shape + 1.0 {
        let (mut term, mut sum, mut n) = (1.0 / shape, 1.0 / shape, shape);
        while term > sum * 1e-16 {
            n += 1.0;
            term *= x / n;
            sum += term;
        }
        (front * sum).min(1.0)
    } else {
        1.0 - (front * fraction(shape, x)).min(1.0)
    }
}

fn fraction(shape: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let mut b = x + 1.0 - shape;
    let (mut c, mut d) = (1.0 / TINY, 1.0 / b);
    let mut product = d;
    let mut n = 0.0;
    loop {
        n += 1.0;
        let a = -n * (n - shape);
        b += 2.0;
        let under = a * d + b;
        d = 1.0 / if fabs(under) < TINY { TINY } else { under };
        let over = b + a / c;
        c = if fabs(over) < TINY { TINY } else { over };
        product *= c * d;
        if fabs(c * d - 1.0) < 1e-15 || n > 1e6 {
            return product;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn garwoods_table_comes_out() {
        // Garwood 1936, 95 %: 1 -> 0.0253..5.572, 10 -> 4.795..18.39; 0 one-sided -> 2.996.
        for (seen, low, high) in [(1, 0.0253, 5.572), (10, 4.795, 18.39), (100, 81.36, 121.63)] {
            let share = 0.5;
            let (from, to) = Denominator { seen, noticing: share }.happened(0.95);
            assert!((from - (low / share).max(seen as f64)).abs() < 0.01, "{seen} {from}");
            assert!((to - high / share).abs() < 0.02, "{seen} {to}");
        }
        let (from, to) = Denominator { seen: 0, noticing: 0.63 }.happened(0.95);
        assert!(from == 0.0 && (to - 2.995_732 / 0.63).abs() < 1e-5);
    }

    #[test]
    fn the_sentence_says_what_may_have_been_missed() {
        let none = Denominator { seen: 0, noticing: 0.63 };
        assert_eq!(
            none.sentence(0.95),
            "0 seen; we would have noticed 63 %; at most 4.8 happened unseen (95 %)"
        );
        let some = Denominator { seen: 12, noticing: 0.5 };
        assert_eq!(
            some.sentence(0.95),
            "12 seen; we would have noticed 50 %; 12 to 42 happened (95 %)"
        );
        let blind = Denominator { seen: 0, noticing: 0.0 };
        assert_eq!(
            blind.sentence(0.9),
            "0 seen; we would have noticed 0 %; nobody was watching, so nothing follows"
        );
    }

    proptest! {
        #[test]
        fn seeing_worse_never_narrows_what_may_have_happened(
            seen in 0u64..5_000,
            noticing in 0.01f64..=1.0,
            worse in 0.1f64..=1.0,
        ) {
            let here = Denominator { seen, noticing }.happened(0.9);
            let there = Denominator { seen, noticing: noticing * worse }.happened(0.9);
            prop_assert!(here.0 <= seen as f64 / noticing + 1e-9 && here.1 >= seen as f64);
            prop_assert!(there.1 >= here.1 * (1.0 - 1e-12));
        }
    }
}
