//! A condition's chance: every uncertain quantity is taken through its possible values at once.
//!
//! Place: 256 equally likely points of the incident's Gaussian (a sunflower spiral, so any
//! half-plane's share is met within 0.015). Time: the incident's interval is cut at every
//! moment at which a condition can change, so its shares are exact. Class: summed exactly.
//! What nobody has stated: a condition gives two sets of points, those where it holds and those
//! where it may hold, so every chance comes as an interval. Because all conditions of a rule are
//! weighed on the same points, `in_zone('a') && !in_zone('b')` is a joint chance.

use std::ops::{BitAnd, BitOr, Not};

use kernel::PlaceBelief;
use libm::{cos, log, sin, sqrt};

const WORDS: usize = 4;
/// Points of the quadrature.
pub const POINTS: usize = 64 * WORDS;

/// A set of points.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Mask([u64; WORDS]);

impl Mask {
    /// No point.
    pub const NONE: Self = Self([0; WORDS]);
    /// Every point.
    pub const ALL: Self = Self([u64::MAX; WORDS]);

    /// The points for which `holds` does.
    pub fn of<T>(points: &[T], holds: impl Fn(&T) -> bool) -> Self {
        let mut mask = [0; WORDS];
        for (word, chunk) in mask.iter_mut().zip(points.chunks(64)) {
            for (bit, point) in chunk.iter().enumerate() {
                *word |= u64::from(holds(point)) << bit;
            }
        }
        Self(mask)
    }
    /// The share of points in the set.
    #[must_use]
    pub fn share(self) -> f64 {
        f64::from(self.0.iter().map(|word| word.count_ones()).sum::<u32>()) / POINTS as f64
    }
}
impl BitAnd for Mask {
    type Output = Self;
    fn bitand(self, other: Self) -> Self {
        let [a, b, c, d] = self.0;
        let [e, f, g, h] = other.0;
        Self([a & e, b & f, c & g, d & h])
    }
}
impl BitOr for Mask {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        !(!self & !other)
    }
}
impl Not for Mask {
    type Output = Self;
    fn not(self) -> Self {
        Self(self.0.map(|word| !word))
    }
}

/// Where a condition holds, and where it may hold for all that is known (Kleene's three values,
/// point by point).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sieve {
    /// It holds here.
    pub yes: Mask,
    /// It holds here or nobody can say; contains `yes`.
    pub may: Mask,
}

impl Sieve {
    /// Holds everywhere.
    pub const YES: Self = Self { yes: Mask::ALL, may: Mask::ALL };
    /// Holds nowhere.
    pub const NO: Self = Self { yes: Mask::NONE, may: Mask::NONE };
    /// Not yet known anywhere.
    pub const UNKNOWN: Self = Self { yes: Mask::NONE, may: Mask::ALL };

    /// Known everywhere.
    #[must_use]
    pub fn known(mask: Mask) -> Self {
        Self { yes: mask, may: mask }
    }
}
impl From<bool> for Sieve {
    fn from(holds: bool) -> Self {
        if holds { Self::YES } else { Self::NO }
    }
}
impl From<kernel::Truth> for Sieve {
    fn from(truth: kernel::Truth) -> Self {
        match truth {
            kernel::Truth::Yes => Self::YES,
            kernel::Truth::NotYetKnown => Self::UNKNOWN,
            kernel::Truth::No => Self::NO,
        }
    }
}
impl BitAnd for Sieve {
    type Output = Self;
    fn bitand(self, other: Self) -> Self {
        Self { yes: self.yes & other.yes, may: self.may & other.may }
    }
}
impl BitOr for Sieve {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self { yes: self.yes | other.yes, may: self.may | other.may }
    }
}
impl Not for Sieve {
    type Output = Self;
    fn not(self) -> Self {
        Self { yes: !self.may, may: !self.yes }
    }
}

/// Equally likely points of the standard Gaussian in two dimensions.
#[derive(Clone, Debug)]
pub struct Quadrature {
    points: Vec<(f64, f64)>,
    radius_max: f64,
}

impl Default for Quadrature {
    /// Vogel's spiral (Math. Biosci. 44, 1979) with radii at equal steps of the Rayleigh law.
    fn default() -> Self {
        let golden = std::f64::consts::PI * (3.0 - sqrt(5.0));
        let point = |index: usize| {
            let level = (index as f64 + 0.5) / POINTS as f64;
            let radius = sqrt(-2.0 * log(1.0 - level));
            let angle = golden * index as f64;
            (radius * cos(angle), radius * sin(angle))
        };
        let points: Vec<(f64, f64)> = (0..POINTS).map(point).collect();
        Self { points, radius_max: sqrt(-2.0 * log(0.5 / POINTS as f64)) }
    }
}

impl Quadrature {
    /// How far the farthest point of a belief lies from its mean, metres, at most.
    #[must_use]
    pub fn reach_m(&self, place: &PlaceBelief) -> f64 {
        let half_sum = (place.ee_m2 + place.nn_m2) / 2.0;
        let half_difference = (place.ee_m2 - place.nn_m2) / 2.0;
        let spread = sqrt(half_difference * half_difference + place.en_m2 * place.en_m2);
        self.radius_max * sqrt((half_sum + spread).max(0.0))
    }
    /// The points of a belief, east and north metres from its mean (Cholesky factor).
    #[must_use]
    pub fn points_m(&self, place: &PlaceBelief) -> Vec<(f64, f64)> {
        let east = sqrt(place.ee_m2.max(0.0));
        let tilt = if east > 0.0 { place.en_m2 / east } else { 0.0 };
        let north = sqrt((place.nn_m2 - tilt * tilt).max(0.0));
        self.points.iter().map(|(u, v)| (east * u, tilt * u + north * v)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_planes_are_met_within_the_stated_error() {
        let quadrature = Quadrature::default();
        let phi = |z: f64| 0.5 * libm::erfc(-z / std::f64::consts::SQRT_2);
        for turn in 0..36 {
            let angle = f64::from(turn) * std::f64::consts::PI / 18.0;
            for cut in [-2.0, -1.0, -0.3, 0.0, 0.5, 1.5] {
                let mask =
                    Mask::of(&quadrature.points, |(u, v)| u * cos(angle) + v * sin(angle) < cut);
                assert!((mask.share() - phi(cut)).abs() < 0.015, "{turn} {cut} {}", mask.share());
            }
        }
    }

    #[test]
    fn the_unknown_widens_and_never_contradicts() {
        let half = Sieve::known(Mask([u64::MAX, u64::MAX, 0, 0]));
        let both = half & Sieve::UNKNOWN;
        assert_eq!((both.yes.share(), both.may.share()), (0.0, 0.5));
        let either = half | Sieve::UNKNOWN;
        assert_eq!((either.yes.share(), either.may.share()), (0.5, 1.0));
        assert_eq!(!!either, either);
        assert_eq!(half & !half, Sieve::NO);
    }
}
