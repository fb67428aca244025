//! How sure: three-valued truth, probabilities, shares of a whole, and the words used for them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::place::round_to;

/// Yes, no, or not yet known (Kleene's strong three-valued logic).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Truth {
    /// Known not to hold.
    No,
    /// Nobody mandated has said, or the evidence does not settle it.
    NotYetKnown,
    /// Known to hold.
    Yes,
}

impl Truth {
    /// Both hold.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.min(other)
    }
    /// At least one holds.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.max(other)
    }
}
impl std::ops::Not for Truth {
    type Output = Self;
    fn not(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::NotYetKnown => Self::NotYetKnown,
            Self::No => Self::Yes,
        }
    }
}
impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

/// A chance between 0 and 1, recorded to 1e-4.
#[derive(Clone, Copy, PartialEq, PartialOrd, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Probability(f64);

impl Probability {
    /// Impossible.
    pub const ZERO: Self = Self(0.0);
    /// Certain.
    pub const ONE: Self = Self(1.0);

    /// `value` held between 0 and 1 and rounded to 1e-4; not a number counts as 0.
    #[must_use]
    pub fn new(value: f64) -> Self {
        if value.is_nan() { Self::ZERO } else { Self(round_to(value.clamp(0.0, 1.0), 1e4)) }
    }
    /// The number.
    #[must_use]
    pub fn value(self) -> f64 {
        self.0
    }
}

/// Shares of a whole: which of several it is, as chances that add up to one.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Shares<T: Ord>(BTreeMap<T, Probability>);

/// Shares are kept in so many parts of the whole.
const SHARE_PARTS: f64 = 1e4;

/// The sum, the same whatever the order.
fn sum_by_size(mut weights: Vec<f64>) -> f64 {
    weights.sort_by(f64::total_cmp);
    weights.into_iter().sum()
}

impl<T: Ord + Clone> Shares<T> {
    /// Weights scaled to add up to one and rounded to 1e-4; the largest take up the rounding in equal
    /// parts, so that no order of outcomes decides. Weights that are negative or not finite count as
    /// nothing.
    #[must_use]
    pub fn from_weights(weights: impl IntoIterator<Item = (T, f64)>) -> Self {
        let mut listed = BTreeMap::<T, Vec<f64>>::new();
        for (outcome, weight) in weights {
            if weight.is_finite() && weight > 0.0 {
                listed.entry(outcome).or_default().push(weight);
            }
        }
        let sums: BTreeMap<T, f64> =
            listed.into_iter().map(|(outcome, parts)| (outcome, sum_by_size(parts))).collect();
        let total = sum_by_size(sums.values().copied().collect());
        let parts: BTreeMap<T, i32> = sums
            .into_iter()
            .map(|(outcome, weight)| (outcome, libm::round(weight / total * SHARE_PARTS) as i32))
            .filter(|(_, parts)| *parts > 0)
            .collect();
        let most = parts.values().copied().max().unwrap_or_default();
        let rest = SHARE_PARTS - f64::from(parts.values().sum::<i32>());
        let largest = parts.values().filter(|parts| **parts == most).count().max(1);
        let top = Probability((f64::from(most) + rest / largest as f64) / SHARE_PARTS);
        let share = |parts: i32| Probability(f64::from(parts) / SHARE_PARTS);
        Self(
            parts
                .into_iter()
                .map(|(outcome, of)| (outcome, if of == most { top } else { share(of) }))
                .collect(),
        )
    }
    /// All on one outcome.
    #[must_use]
    pub fn certain(outcome: T) -> Self {
        Self(BTreeMap::from([(outcome, Probability::ONE)]))
    }
    /// The share of one outcome; zero when it is not listed.
    #[must_use]
    pub fn share(&self, outcome: &T) -> f64 {
        self.0.get(outcome).map_or(0.0, |share| share.value())
    }
    /// The outcome with the largest share; the first in order among equals.
    #[must_use]
    pub fn likeliest(&self) -> Option<&T> {
        let largest = self.0.values().map(|share| share.value()).fold(0.0, f64::max);
        self.0.iter().find(|(_, share)| share.value() == largest).map(|(outcome, _)| outcome)
    }
    /// Outcomes with their shares, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&T, f64)> {
        self.0.iter().map(|(outcome, share)| (outcome, share.value()))
    }
}

/// The likelihood words of ICD 203 (first row), for the chance that a statement is true.
/// They are kept apart from the degree of proof and never share a sentence with a confidence.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LikelihoodWord {
    /// 1 to 5 %.
    AlmostNoChance,
    /// 5 to 20 %.
    VeryUnlikely,
    /// 20 to 45 %.
    Unlikely,
    /// 45 to 55 %.
    RoughlyEvenChance,
    /// 55 to 80 %.
    Likely,
    /// 80 to 95 %.
    VeryLikely,
    /// 95 to 99 %.
    AlmostCertain,
}

impl LikelihoodWord {
    /// The word for a chance. ICD 203 gives no word below 1 % or above 99 %: the outer ones serve.
    #[must_use]
    pub fn of(chance: Probability) -> Self {
        match chance.value() {
            p if p < 0.05 => Self::AlmostNoChance,
            p if p < 0.20 => Self::VeryUnlikely,
            p if p < 0.45 => Self::Unlikely,
            p if p <= 0.55 => Self::RoughlyEvenChance,
            p if p <= 0.80 => Self::Likely,
            p if p <= 0.95 => Self::VeryLikely,
            _ => Self::AlmostCertain,
        }
    }
}

/// Admiralty reliability of a source, A to F; F is "cannot be judged", not "worst".
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the letters are the standard's own names (AJP-2.1)")]
pub enum Reliability {
    A,
    B,
    C,
    D,
    E,
    F,
}

/// Admiralty credibility of one piece of information, 1 to 6; 6 is "cannot be judged". Scored
/// apart from the source, so that a good source does not make a doubtful report credible.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Credibility(u8);

impl TryFrom<u8> for Credibility {
    type Error = String;
    fn try_from(grade: u8) -> Result<Self, String> {
        (1..=6).contains(&grade).then_some(Self(grade)).ok_or_else(|| {
            format!("credibility is a grade from 1 to 6, not {grade}; 6 is \"cannot be judged\"")
        })
    }
}
impl From<Credibility> for u8 {
    fn from(grade: Credibility) -> Self {
        grade.0
    }
}

/// How firmly a finding is proved. The order is the order of firmness.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DegreeOfProof {
    /// Suspicion with a basis; below every standard.
    Insufficient,
    /// More than suspicion: an objective basis in credible information.
    ReasonableGrounds,
    /// More likely than not.
    BalanceOfProbabilities,
    /// Highly probable.
    ClearAndConvincing,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_stays_unknown_until_it_no_longer_matters() {
        use Truth::{No, NotYetKnown, Yes};
        assert_eq!(Yes.and(NotYetKnown), NotYetKnown);
        assert_eq!(No.and(NotYetKnown), No);
        assert_eq!(Yes.or(NotYetKnown), Yes);
        assert_eq!(!NotYetKnown, NotYetKnown);
    }

    #[test]
    fn shares_add_up_to_one() {
        let shares = Shares::from_weights([("a", 1.0), ("b", 1.0), ("c", 1.0), ("d", f64::NAN)]);
        let total: f64 = shares.iter().map(|(_, share)| share).sum();
        assert!((total - 1.0).abs() < 1e-12);
        assert_eq!(shares.share(&"d"), 0.0);
        assert_eq!(shares.share(&"a"), shares.share(&"c"));
        assert!(Shares::<u8>::from_weights([]).likeliest().is_none());
    }

    #[test]
    fn icd_203_words() {
        let word = |p| LikelihoodWord::of(Probability::new(p));
        assert_eq!(word(0.5), LikelihoodWord::RoughlyEvenChance);
        assert_eq!(word(0.9), LikelihoodWord::VeryLikely);
        assert_eq!(word(f64::NAN), LikelihoodWord::AlmostNoChance);
    }
}
