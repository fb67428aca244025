//! Numbers as the formats write them: decimals, degrees, counts.

use kernel::CountRange;

use crate::reading::{Fault, shown};

const TEN: [f64; 16] =
    [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

/// Sign, digits without the point, and how many of them stand behind it; none unless the field
/// is a plain decimal of at most 15 digits, which an `f64` holds exactly.
fn plain(field: &[u8]) -> Option<(bool, i64, usize)> {
    let (negative, digits) = match field {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    let (mut mantissa, mut point, mut count) = (0_i64, None, 0);
    for (index, &byte) in digits.iter().enumerate() {
        match byte {
            b'0'..=b'9' => {
                mantissa = mantissa.wrapping_mul(10) + i64::from(byte - b'0');
                count += 1;
            }
            b'.' if point.is_none() => point = Some(index + 1),
            _ => return None,
        }
    }
    let decimals = point.map_or(0, |behind| digits.len() - behind);
    (1..=15).contains(&count).then_some((negative, mantissa, decimals))
}

/// A finite number; plain decimals take a short way, exponents and long ones `str::parse`.
#[must_use]
pub fn decimal(field: &[u8]) -> Option<f64> {
    if let Some((negative, mantissa, decimals)) = plain(field) {
        // Both are exact in an f64, so that the quotient is the nearest one (Clinger 1990).
        let value = mantissa as f64 / TEN[decimals];
        return Some(if negative { -value } else { value });
    }
    let value: f64 = str::from_utf8(field).ok()?.parse().ok()?;
    value.is_finite().then_some(value)
}

/// A number in millionths, rounded half away from zero (as `Place::rounded` does).
#[must_use]
pub fn millionths(field: &[u8]) -> Option<i64> {
    if let Some((negative, mantissa, decimals @ 0..=6)) = plain(field) {
        let value = mantissa.checked_mul(10_i64.pow(6 - decimals as u32))?;
        return Some(if negative { -value } else { value });
    }
    let value = decimal(field)? * 1e6;
    (value.abs() < 9e15).then(|| value.round() as i64)
}

/// A number as people type it: a decimal comma is accepted.
///
/// # Errors
/// `number-unreadable`, also for NaN and infinity.
pub fn typed(words: &str) -> Result<f64, Fault> {
    let with_point = words.trim().replacen(',', ".", 1);
    decimal(with_point.as_bytes()).ok_or_else(|| unreadable(words.as_bytes()))
}

/// The fault of a field that is no finite number.
#[must_use]
pub fn unreadable(field: &[u8]) -> Fault {
    Fault::new("number-unreadable", format!("`{}` is not a finite number", shown(field)))
}

/// A count as monitors write it: `48`, `15-20`, `5+`, `at least 5`, `multiple`.
///
/// # Errors
/// `count-unreadable` for anything else, for zero and for a range that runs backward.
pub fn count(words: &str) -> Result<CountRange, Fault> {
    let refuse = || {
        let expected = "a count like 48, 15-20, 5+ or multiple";
        Fault::new("count-unreadable", format!("`{}` is not {expected}", shown(words.as_bytes())))
    };
    let plain = words.trim().to_ascii_lowercase().replace(['–', '—'], "-");
    let whole = |word: &str| word.trim().parse::<u32>().ok().filter(|&count| count > 0);
    if plain == "multiple" {
        return Ok(CountRange { min: 2, max: None });
    }
    let open = plain.strip_suffix('+').or_else(|| plain.strip_prefix("at least "));
    if let Some(least) = open {
        return Ok(CountRange { min: whole(least).ok_or_else(refuse)?, max: None });
    }
    let (low, high) = plain.split_once('-').unwrap_or((&plain, &plain));
    let (min, max) = whole(low).zip(whole(high)).ok_or_else(refuse)?;
    (min <= max).then_some(CountRange { min, max: Some(max) }).ok_or_else(refuse)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn odd_numbers() {
        for word in ["", "-", ".", "1.2.3", "nan", "inf", "1e999", "0x10", " 1", "12a"] {
            assert_eq!(decimal(word.as_bytes()), None, "{word}");
        }
        assert_eq!(millionths(b"1e2"), Some(100_000_000));
        assert_eq!(millionths(b"-0.1234567"), Some(-123_457));
        assert_eq!(typed(" 48,25 "), Ok(48.25));
    }

    #[test]
    fn counts() {
        let range = |min, max| Ok(CountRange { min, max });
        assert_eq!(count("48"), range(48, Some(48)));
        assert_eq!(count("15–20"), range(15, Some(20)));
        assert_eq!(count("Multiple"), range(2, None));
        assert_eq!(count("at least 5"), range(5, None));
        for word in ["", "0", "some", "20-15", "-3", "1-2-3", "99999999999"] {
            assert!(count(word).is_err(), "{word}");
        }
    }

    proptest! {
        #[test]
        fn the_short_way_reads_what_the_standard_library_reads(
            whole in -99_999_i64..99_999, part in "[0-9]{0,12}",
        ) {
            let word = format!("{whole}.{part}");
            prop_assert_eq!(decimal(word.as_bytes()), word.parse().ok());
        }
    }
}
