//! Moments and spans: UTC microseconds inside, RFC 3339 outside.

use std::fmt;
use std::ops::{Add, Sub};
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::id::{NotAnId, text_form};

/// A moment, in microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Time(pub i64);

/// A length of time in microseconds; negative when it points backward.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Duration(pub i64);

const SECOND_US: i64 = 1_000_000;
const DAY_US: i64 = 86_400 * SECOND_US;

impl Time {
    /// The earliest moment RFC 3339 can write (year 0000 is left out).
    pub const MIN: Self = Self(-62_135_596_800 * SECOND_US);
    /// The last moment RFC 3339 can write: the end of the year 9999.
    pub const MAX: Self = Self(253_402_207_200 * SECOND_US - 1);

    /// The start of a civil day in UTC, if there is such a day.
    #[must_use]
    pub fn from_date(year: i16, month: i8, day: i8) -> Option<Self> {
        let date = Date::new(year, month, day).ok()?;
        let days = date.since(jiff::civil::date(1970, 1, 1)).ok()?.get_days();
        Some(Self(i64::from(days) * DAY_US))
    }

    /// A day written `2026-04-21`, as its first moment in UTC.
    #[must_use]
    pub fn from_day_text(text: &str) -> Option<Self> {
        let date: Date = text.parse().ok()?;
        (text.len() == 10).then(|| Self::from_date(date.year(), date.month(), date.day()))?
    }

    /// Whole days since 1970-01-01, rounded down.
    #[must_use]
    pub fn day_number(self) -> i64 {
        self.0.div_euclid(DAY_US)
    }

    /// The first moment of this moment's UTC day.
    #[must_use]
    pub fn day_start(self) -> Self {
        Self(self.day_number() * DAY_US)
    }

    /// Days since the first of January of the same year, 0 to 365.
    #[must_use]
    pub fn day_of_year(self) -> u16 {
        let date = self.to_jiff().to_zoned(jiff::tz::TimeZone::UTC).date();
        (date.day_of_year() - 1).unsigned_abs()
    }

    /// The day as `2026-04-21`.
    #[must_use]
    pub fn day_text(self) -> String {
        self.to_jiff().to_zoned(jiff::tz::TimeZone::UTC).date().to_string()
    }

    fn to_jiff(self) -> Timestamp {
        Timestamp::from_microsecond(self.0.clamp(Self::MIN.0, Self::MAX.0)).unwrap_or_default()
    }
}

impl Duration {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// So many seconds.
    #[must_use]
    pub const fn seconds(count: i64) -> Self {
        Self(count.saturating_mul(SECOND_US))
    }
    /// So many hours.
    #[must_use]
    pub const fn hours(count: i64) -> Self {
        Self::seconds(count.saturating_mul(3_600))
    }
    /// So many days of 24 hours.
    #[must_use]
    pub const fn days(count: i64) -> Self {
        Self::hours(count.saturating_mul(24))
    }
    /// This span in seconds.
    #[must_use]
    pub fn as_seconds(self) -> f64 {
        self.0 as f64 / SECOND_US as f64
    }
}

impl Add<Duration> for Time {
    type Output = Self;
    fn add(self, span: Duration) -> Self {
        Self(self.0.saturating_add(span.0).clamp(Self::MIN.0, Self::MAX.0))
    }
}
impl Sub<Duration> for Time {
    type Output = Self;
    fn sub(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(span.0).clamp(Self::MIN.0, Self::MAX.0))
    }
}
impl Sub for Time {
    type Output = Duration;
    fn sub(self, earlier: Self) -> Duration {
        Duration(self.0.saturating_sub(earlier.0))
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.to_jiff(), f)
    }
}
impl FromStr for Time {
    type Err = NotAnId;
    /// Reads RFC 3339 with a zone, or a bare day `2026-04-21` as its first moment in UTC.
    fn from_str(word: &str) -> Result<Self, NotAnId> {
        let refuse = || NotAnId {
            word: word.to_owned(),
            expected: "a time like 2026-04-21T00:03:00Z or a day like 2026-04-21",
        };
        if let Some(day) = Self::from_day_text(word) {
            return Ok(day);
        }
        let stamp: Timestamp = word.parse().map_err(|_| refuse())?;
        let time = Self(stamp.as_microsecond());
        (Self::MIN..=Self::MAX).contains(&time).then_some(time).ok_or_else(refuse)
    }
}
text_form!(Time);

impl fmt::Display for Duration {
    /// Writes hours, minutes and seconds: `72h`, `30m`, `1h30m`, `0.5s`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 < 0 {
            f.write_str("-")?;
        }
        let total = self.0.unsigned_abs();
        let (hours, rest) = (total / 3_600_000_000, total % 3_600_000_000);
        let (minutes, micros) = (rest / 60_000_000, rest % 60_000_000);
        if hours > 0 {
            write!(f, "{hours}h")?;
        }
        if minutes > 0 {
            write!(f, "{minutes}m")?;
        }
        if micros > 0 || total == 0 {
            write!(f, "{}s", micros as f64 / 1e6)?;
        }
        Ok(())
    }
}
impl FromStr for Duration {
    type Err = NotAnId;
    /// Reads `72h`, `14d`, `30m`, `1h30m`, `90s`, with a leading `-` for backward.
    fn from_str(word: &str) -> Result<Self, NotAnId> {
        let refuse =
            || NotAnId { word: word.to_owned(), expected: "a duration like 72h, 14d or 1h30m" };
        let (sign, mut rest) = word.strip_prefix('-').map_or((1.0, word), |rest| (-1.0, rest));
        let mut micros = 0.0;
        if rest.is_empty() {
            return Err(refuse());
        }
        while !rest.is_empty() {
            let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').ok_or_else(refuse)?;
            let amount: f64 = rest[..digits].parse().map_err(|_| refuse())?;
            let unit_us = match rest.as_bytes()[digits] {
                b'd' => 86_400e6,
                b'h' => 3_600e6,
                b'm' => 60e6,
                b's' => 1e6,
                _ => return Err(refuse()),
            };
            micros += amount * unit_us;
            rest = &rest[digits + 1..];
        }
        if micros > 9e18 {
            return Err(refuse());
        }
        Ok(Self((sign * micros) as i64))
    }
}
text_form!(Duration);

/// From `start` to `end`, both included; a moment when they are equal.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Interval {
    /// First moment.
    pub start: Time,
    /// Last moment, never before `start`.
    pub end: Time,
}

impl Interval {
    /// The interval between two moments, whichever comes first.
    #[must_use]
    pub fn new(one: Time, other: Time) -> Self {
        Self { start: one.min(other), end: one.max(other) }
    }
    /// A single moment.
    #[must_use]
    pub fn at(moment: Time) -> Self {
        Self { start: moment, end: moment }
    }
    /// How long it lasts.
    #[must_use]
    pub fn length(self) -> Duration {
        self.end - self.start
    }
    /// The moment half-way.
    #[must_use]
    pub fn middle(self) -> Time {
        self.start + Duration(self.length().0 / 2)
    }
    /// Whether two intervals share a moment.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.start <= other.end && other.start <= self.end
    }
    /// Whether `moment` lies inside.
    #[must_use]
    pub fn contains(self, moment: Time) -> bool {
        self.start <= moment && moment <= self.end
    }
    /// The smallest interval that holds both.
    #[must_use]
    pub fn hull(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_back_what_they_write() {
        let time: Time = "2026-04-21T00:03:00Z".parse().unwrap();
        assert_eq!(time.to_string(), "2026-04-21T00:03:00Z");
        assert_eq!(time.day_text(), "2026-04-21");
        assert_eq!(time.day_of_year(), 110);
        assert_eq!("2026-04-21".parse::<Time>().unwrap(), time.day_start());
        assert_eq!("2026-04-21T02:03:00+02:00".parse::<Time>().unwrap(), time);
        assert!("yesterday".parse::<Time>().is_err());
        for end in [Time::MIN, Time::MAX] {
            assert_eq!(end.to_string().parse::<Time>().unwrap(), end);
        }
    }

    #[test]
    fn durations_read_back_what_they_write() {
        for word in ["72h", "1h30m", "30m", "0.5s", "0s", "-2h"] {
            assert_eq!(word.parse::<Duration>().unwrap().to_string(), word);
        }
        assert_eq!("14d".parse::<Duration>().unwrap(), Duration::days(14));
        assert!("14".parse::<Duration>().is_err());
    }
}
