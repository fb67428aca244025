//! What stands on either side of a comparison.

use kernel::{Duration, Time};

use super::condition::{Compare, Condition, Moment};

/// What a side of a comparison may be.
pub enum Operand {
    /// A moment or a span: a sum of `incident.at`, `T0`, fixed moments and microseconds.
    Linear(Linear),
    /// A plain number.
    Number(f64),
    /// `incident.count` or `incident.groups`.
    Tally(fn(Compare, f64) -> Condition),
    /// `incident.class`.
    Class,
    /// A text.
    Text(String),
}

/// A sum of `incident.at`, `T0`, a fixed moment and microseconds, each so many times.
#[derive(Clone, Copy, Default)]
pub struct Linear {
    /// How often `incident.at` is in it.
    pub happened: i64,
    /// How often `T0` is in it.
    pub start: i64,
    /// How often a fixed moment is in it.
    pub fixed: i64,
    /// Microseconds, those of fixed moments included.
    pub offset_us: i64,
}

impl Linear {
    /// 1 for a moment, 0 for a span; anything else has no meaning.
    #[must_use]
    pub fn degree(self) -> i64 {
        self.happened + self.start + self.fixed
    }
    /// The sum, or with `sign` -1 the difference.
    #[must_use]
    pub fn plus(self, other: Self, sign: i64) -> Self {
        Self {
            happened: self.happened + sign * other.happened,
            start: self.start + sign * other.start,
            fixed: self.fixed + sign * other.fixed,
            offset_us: self.offset_us.saturating_add(other.offset_us.saturating_mul(sign)),
        }
    }
    fn name(self) -> &'static str {
        if self.degree() == 1 { "a moment" } else { "a duration" }
    }
    /// The moment this is, when it does not depend on the incident.
    #[must_use]
    pub fn moment(self) -> Option<Moment> {
        match (self.happened, self.start, self.fixed) {
            (0, 1, 0) => Some(Moment::AfterStart(Duration(self.offset_us))),
            (0, 0, 1) => Some(Moment::Fixed(Time(self.offset_us))),
            _ => None,
        }
    }
}

impl Operand {
    /// What it is, for messages.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Linear(linear) => linear.name(),
            Self::Number(_) | Self::Tally(_) => "a number",
            Self::Class => "a class",
            Self::Text(_) => "a text",
        }
    }
}
