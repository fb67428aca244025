//! Days and times as the formats write them, in UTC or in a stated zone.

use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use kernel::{Duration, Interval, Time};

use crate::reading::{Fault, shown};

/// How far ahead of the submission a time may lie: clocks of sources differ by minutes.
pub const FUTURE_TOLERANCE: Duration = Duration::seconds(600);
/// Nothing that the formats describe is older (1990-01-01T00:00:00Z).
pub const EARLIEST: Time = Time(631_152_000 * SECOND_US);
/// Kyiv civil time: EET, and EEST from the last Sunday of March to that of October. The rule of
/// 1996 onward, as a POSIX TZ string (POSIX.1-2017, 8.3), so that no zone database is needed.
pub const KYIV: &str = "EET-2EEST,M3.5.0/3,M10.5.0/4";

const SECOND_US: i64 = 1_000_000;
const LAST: Duration = Duration(-1);

/// The whole UTC day that begins at `start`, first and last microsecond included.
#[must_use]
pub fn utc_day(start: Time) -> Interval {
    Interval { start, end: start + Duration::days(1) + LAST }
}

/// `when`, unless it begins in the future of `received` or before [`EARLIEST`].
///
/// # Errors
/// `time-in-future`, `time-too-early`.
pub fn plausible(when: Interval, received: Time) -> Result<Interval, Fault> {
    if when.start > received + FUTURE_TOLERANCE {
        let reason = format!("{} is after the submission at {received}", when.start);
        return Err(Fault::new("time-in-future", reason));
    }
    if when.start < EARLIEST {
        return Err(Fault::new("time-too-early", format!("{} is before {EARLIEST}", when.start)));
    }
    Ok(when)
}

/// The first moment of a UTC day written `2026-04-21`.
///
/// # Errors
/// `date-unreadable` when it is written otherwise or is no day of the calendar.
pub fn utc_date(field: &[u8]) -> Result<Time, Fault> {
    let day = str::from_utf8(field).ok().and_then(Time::from_day_text);
    day.ok_or_else(|| date_unreadable(field))
}

/// The fault of a field that is no date.
#[must_use]
pub fn date_unreadable(field: &[u8]) -> Fault {
    Fault::new("date-unreadable", format!("`{}` is not a day like 2026-04-21", shown(field)))
}

/// Reads a zone: `UTC`, an offset like `+03:00`, `Europe/Kyiv`, or a POSIX TZ string.
///
/// # Errors
/// `zone-unreadable`.
pub fn zone(words: &str) -> Result<TimeZone, Fault> {
    let words = words.trim();
    let known = match words {
        "UTC" | "Z" => return Ok(TimeZone::UTC),
        "Europe/Kyiv" | "Europe/Kiev" => KYIV,
        "EET" => "+02:00",
        "EEST" => "+03:00",
        other => other,
    };
    offset(known).map(TimeZone::fixed).or_else(|| TimeZone::posix(known).ok()).ok_or_else(|| {
        let expected = "a zone like UTC, +03:00, Europe/Kyiv or a POSIX TZ string";
        Fault::new("zone-unreadable", format!("`{}` is not {expected}", shown(words.as_bytes())))
    })
}

/// `+03:00` or `-0930` as an offset.
fn offset(words: &str) -> Option<Offset> {
    let (sign, digits) = match words.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let digits: String = digits.chars().filter(|&c| c != ':').collect();
    if digits.len() != 4 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes) = (digits[..2].parse::<i32>().ok()?, digits[2..].parse::<i32>().ok()?);
    (minutes < 60).then(|| Offset::from_seconds(sign * (hours * 3_600 + minutes * 60)).ok())?
}

/// What a time field holds: a moment, or a whole day when it gives no time of day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stated {
    /// The moment as an interval of no length, or the day.
    pub when: Interval,
    /// Whether only the day was given.
    pub day_only: bool,
}

/// Reads `2026-04-21`, `20260421`, `2026-04-21 19:11[:30]` or RFC 3339. A time without an offset
/// of its own is local time of `zone`.
///
/// # Errors
/// `zone-missing` when it needs a zone and there is none, `time-unreadable` otherwise.
pub fn stated(words: &str, zone: Option<&TimeZone>) -> Result<Stated, Fault> {
    let words = words.trim();
    let unreadable = || {
        let expected = "a day like 2026-04-21 or a time like 2026-04-21 19:11";
        Fault::new("time-unreadable", format!("`{}` is not {expected}", shown(words.as_bytes())))
    };
    if let Ok(stamp) = words.parse::<jiff::Timestamp>() {
        let when = Interval::at(Time(stamp.as_microsecond()));
        return Ok(Stated { when, day_only: false });
    }
    let dashed = dashed_day(words);
    let civil: DateTime = dashed.as_deref().unwrap_or(words).parse().map_err(|_| unreadable())?;
    let day_only = dashed.is_some() || words.len() == "2026-04-21".len();
    let missing = || Fault::new("zone-missing", format!("`{words}` has no time zone"));
    let zone = zone.ok_or_else(missing)?;
    let moment = |civil: DateTime| -> Option<Time> {
        let zoned = zone.to_ambiguous_zoned(civil).compatible().ok()?;
        Some(Time(zoned.timestamp().as_microsecond()))
    };
    let start = moment(civil).ok_or_else(unreadable)?;
    if !day_only {
        return Ok(Stated { when: Interval::at(start), day_only });
    }
    let next = civil.date().tomorrow().ok().and_then(|day| moment(day.at(0, 0, 0, 0)));
    let end = next.ok_or_else(unreadable)? + LAST;
    Ok(Stated { when: Interval { start, end }, day_only })
}

/// `20260421` as `2026-04-21`.
fn dashed_day(words: &str) -> Option<String> {
    let compact = words.len() == 8 && words.bytes().all(|byte| byte.is_ascii_digit());
    compact.then(|| format!("{}-{}-{}", &words[..4], &words[4..6], &words[6..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start(words: &str, zone_words: &str) -> String {
        stated(words, Some(&zone(zone_words).unwrap())).unwrap().when.start.to_string()
    }

    #[test]
    fn local_times_follow_the_summer_rule() {
        assert_eq!(start("2026-01-15 19:11", "Europe/Kyiv"), "2026-01-15T17:11:00Z");
        assert_eq!(start("2026-07-15 19:11:30", "Europe/Kyiv"), "2026-07-15T16:11:30Z");
        assert_eq!(start("2026-07-15T19:11", "+03:00"), "2026-07-15T16:11:00Z");
        assert_eq!(start("2026-07-15T19:11Z", "+03:00"), "2026-07-15T19:11:00Z");
    }

    #[test]
    fn a_day_is_as_long_as_its_zone_makes_it() {
        let kyiv = zone("Europe/Kyiv").unwrap();
        let day = |words| stated(words, Some(&kyiv)).unwrap();
        assert_eq!(day("20260421").when.start.to_string(), "2026-04-20T21:00:00Z");
        assert_eq!(day("2026-03-29").when.length(), Duration(Duration::hours(23).0 - 1));
        assert_eq!(day("2026-10-25").when.length(), Duration(Duration::hours(25).0 - 1));
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let code = |words, zone: Option<&TimeZone>| stated(words, zone).unwrap_err().code;
        assert_eq!(code("2026-04-21 19:11", None), "zone-missing");
        assert_eq!(code("2026-02-30", Some(&TimeZone::UTC)), "time-unreadable");
        assert_eq!(code("20260230", Some(&TimeZone::UTC)), "time-unreadable");
        assert!(zone("Mars").is_err() && zone("+9").is_err() && zone("").is_err());
        assert_eq!(utc_date(b"2026-13-01").unwrap_err().code, "date-unreadable");
    }
}
