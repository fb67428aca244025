//! The fixed header of version 2 and the blockettes 100, 1000 and 1001 behind it.

use kernel::Duration;
use signal::ChannelName;

use super::{Encoding, Found, Header, RECORD_BYTES_MAX, moment, words};
use crate::reading::Fault;

/// Bytes of the fixed header.
pub const HEADER_BYTES: usize = 48;
/// Shortest record, and the step at which headers stand when no blockette tells the length.
const STEP_BYTES: usize = 128;
/// Most blockettes followed in a record.
const BLOCKETTES_MAX: usize = 64;

/// Whether a data record, or a control header of full SEED, may begin here: six digits or spaces,
/// a quality letter, a space.
pub fn begins(window: &[u8]) -> bool {
    let Some(start) = window.first_chunk::<8>() else { return false };
    let numbered = start[..6].iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b' ' | 0));
    let lettered = matches!(start[6], b'D' | b'R' | b'Q' | b'M');
    let control = matches!(start[6], b'V' | b'A' | b'S' | b'T') && start[5].is_ascii_digit();
    let spaced = matches!(start[7], b' ' | b'*' | 0);
    numbered && spaced && (control || lettered && times(window).is_some())
}

/// Whether the bytes of the header are least significant first, by which order gives a year and a
/// day that can be.
fn times(window: &[u8]) -> Option<bool> {
    let [a, b, c, d, hour, minute, second] = *window.get(20..27)?.first_chunk()?;
    let sound = |year: u16, day: u16| (1900..=2100).contains(&year) && (1..=366).contains(&day);
    let clock = hour < 24 && minute < 60 && second <= 60;
    let big = sound(u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
    let little = sound(u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d]));
    (clock && (big || little)).then_some(!big)
}

/// Reads whole numbers at places of a record in its byte order.
struct Fields<'a> {
    bytes: &'a [u8],
    little_endian: bool,
}

impl Fields<'_> {
    fn bytes<const N: usize>(&self, at: usize) -> Option<[u8; N]> {
        let mut bytes: [u8; N] = *self.bytes.get(at..)?.first_chunk()?;
        if self.little_endian {
            bytes.reverse();
        }
        Some(bytes)
    }
    fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }
    fn short(&self, at: usize) -> Option<u16> {
        self.bytes(at).map(u16::from_be_bytes)
    }
    fn signed(&self, at: usize) -> Option<i16> {
        self.bytes(at).map(i16::from_be_bytes)
    }
}

/// What the blockettes add to the fixed header.
#[derive(Default)]
struct Blockettes {
    length: Option<usize>,
    encoding: Option<u8>,
    little_endian: Option<bool>,
    rate_hz: Option<f64>,
    timing_percent: Option<u8>,
    microseconds: i8,
}

/// Reads the record at the start of `window`, which holds a fixed header at least.
pub fn look(window: &[u8], ended: bool) -> Found {
    if matches!(window[6], b'V' | b'A' | b'S' | b'T') {
        return control_header(window, ended);
    }
    let fields = Fields { bytes: window, little_endian: times(window).unwrap_or_default() };
    let blockettes = match blockettes(&fields) {
        Ok(blockettes) => blockettes,
        Err(needed) => return Found::Needs(needed),
    };
    let length = match blockettes
        .length
        .map_or_else(|| length_to_next(window, ended), |length| Ok(Some(length)))
    {
        Ok(length) => length.unwrap_or(0),
        Err(needed) => return Found::Needs(needed),
    };
    if !(STEP_BYTES..=RECORD_BYTES_MAX).contains(&length) {
        let reason = "its length is not stated, or not 128 bytes to 4 MB";
        return Found::Broken(HEADER_BYTES, Fault::new("record-length-out-of-range", reason));
    }
    // A damaged length would swallow the records behind it: where none begins behind this one but
    // one does inside, it ends there.
    if window.len() < length + HEADER_BYTES && !ended {
        return Found::Needs(length + HEADER_BYTES);
    }
    let follows = window.get(length..).is_some_and(|next| next.is_empty() || super::begins(next));
    let another = |at: &usize| window.get(*at..).is_some_and(begins);
    if !follows && let Some(cut) = (STEP_BYTES..length).step_by(STEP_BYTES).find(another) {
        let reason = format!("a record of {length} bytes has another in it after {cut}");
        return Found::Broken(cut, Fault::new("record-length-out-of-range", reason));
    }
    if window.len() < length {
        return Found::Needs(length);
    }
    header(&fields, &blockettes, length)
        .map_or_else(|fault| Found::Broken(length, fault), Found::Record)
}

/// Follows the chain of blockettes; the bytes needed when the window does not hold it.
fn blockettes(fields: &Fields<'_>) -> Result<Blockettes, usize> {
    let mut found = Blockettes::default();
    let mut at = usize::from(fields.short(46).ok_or(HEADER_BYTES)?);
    for _ in 0..BLOCKETTES_MAX {
        if at < HEADER_BYTES {
            break;
        }
        let needed = at + 16;
        let kind = fields.short(at).ok_or(needed)?;
        let next = usize::from(fields.short(at + 2).ok_or(needed)?);
        match kind {
            100 => {
                let rate = f32::from_be_bytes(fields.bytes(at + 4).ok_or(needed)?);
                found.rate_hz =
                    Some(f64::from(rate)).filter(|rate| rate.is_finite() && *rate > 0.0);
            }
            1000 => {
                found.encoding = fields.byte(at + 4);
                found.little_endian = Some(fields.byte(at + 5).ok_or(needed)? == 0);
                let exponent = u32::from(fields.byte(at + 6).ok_or(needed)?);
                found.length = Some(1_usize.checked_shl(exponent).unwrap_or(usize::MAX));
            }
            1001 => {
                found.timing_percent =
                    Some(fields.byte(at + 4).ok_or(needed)?).filter(|p| *p <= 100);
                found.microseconds = fields.byte(at + 5).ok_or(needed)? as i8;
            }
            _ => {}
        }
        if next <= at {
            break;
        }
        at = next;
    }
    Ok(found)
}

/// Without a blockette 1000 a record ends where the next begins, or with the file: after a power
/// of two. None when neither is so; the bytes needed when the window does not tell.
fn length_to_next(window: &[u8], ended: bool) -> Result<Option<usize>, usize> {
    for length in (7..=16).map(|exponent| 1_usize << exponent) {
        match window.get(length..) {
            Some([]) if ended => return Ok(Some(length)),
            Some(rest) if begins(rest) => return Ok(Some(length)),
            Some(rest) if rest.len() >= HEADER_BYTES || ended => {}
            None if ended => return Ok(None),
            _ => return Err(length + HEADER_BYTES),
        }
    }
    Ok(None)
}

/// Control headers of full SEED hold no samples: they are stepped over without a word.
fn control_header(window: &[u8], ended: bool) -> Found {
    match length_to_next(window, ended) {
        Ok(Some(length)) => Found::Control(length),
        Ok(None) => Found::Control(window.len().min(STEP_BYTES)),
        Err(needed) => Found::Needs(needed),
    }
}

fn header(fields: &Fields<'_>, blockettes: &Blockettes, length: usize) -> Result<Header, Fault> {
    let short = || Fault::new("record-truncated", "the fixed header is cut short");
    let number = |at: usize| fields.short(at).ok_or_else(short);
    let byte = |at: usize| fields.byte(at).ok_or_else(short);
    let bytes = fields.bytes;
    let name = ChannelName {
        station: words(&bytes[8..13]),
        location: words(&bytes[13..15]),
        channel: words(&bytes[15..18]),
        network: words(&bytes[18..20]),
    };
    let clock = [byte(24)?, byte(25)?, byte(26)?];
    let ten_thousandths = u32::from(number(28)?).min(9_999);
    let mut start = moment(number(20)?, number(22)?, clock, ten_thousandths * 100_000)?;
    let (activity, quality) = (byte(36)?, byte(38)?);
    // Bit 1 says that the correction is in the start time already.
    if activity & 0b10 == 0 {
        let correction = i32::from_be_bytes(fields.bytes(40).ok_or_else(short)?);
        start = start + Duration(i64::from(correction) * 100);
    }
    start = start + Duration(i64::from(blockettes.microseconds));
    let nominal =
        rate_hz(fields.signed(32).ok_or_else(short)?, fields.signed(34).ok_or_else(short)?);
    let data_from = usize::from(number(44)?).min(length);
    Ok(Header {
        version: 2,
        name,
        start,
        rate_hz: blockettes.rate_hz.unwrap_or(nominal),
        count: usize::from(number(30)?),
        // Records without blockette 1000 are older than Steim 2 in practice.
        encoding: blockettes.encoding.map_or(Encoding::Steim1, Encoding::of),
        little_endian: blockettes.little_endian.unwrap_or(fields.little_endian),
        timing_percent: blockettes.timing_percent,
        time_questionable: quality & 0b1000_0000 != 0,
        leap_second: activity & 0b11_0000 != 0 || clock[2] == 60,
        length,
        data_from,
        data_to: length,
    })
}

/// Factor and multiplier: positive ones multiply, negative ones divide (manual, chapter 8, field 10).
fn rate_hz(factor: i16, multiplier: i16) -> f64 {
    let apply = |value: i16| match value {
        0 => 0.0,
        value if value > 0 => f64::from(value),
        value => -1.0 / f64::from(value),
    };
    apply(factor) * apply(multiplier)
}
