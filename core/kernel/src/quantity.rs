//! How many and how much: counts are ranges, measures carry their error, money its currency.

use serde::{Deserialize, Serialize};

/// A count as people report it: exact, a range ("15-20"), or open upward ("multiple").
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CountRange {
    /// At least so many.
    pub min: u32,
    /// At most so many; absent when nobody can say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<u32>,
}

impl CountRange {
    /// Exactly so many.
    #[must_use]
    pub fn exactly(count: u32) -> Self {
        Self { min: count, max: Some(count) }
    }
}

/// A measured value with the interval that holds it at `level`.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Estimate {
    /// Best value, in the unit the field name ends with.
    pub value: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
    /// Chance that the truth lies between `low` and `high`.
    pub level: f64,
}

/// An amount of money in minor units (cents), so that sums are exact.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Money {
    /// Hundredths of the currency's unit.
    pub minor: i64,
    /// ISO 4217 code.
    pub currency: String,
}
