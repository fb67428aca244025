//! SAC files: a header of 632 bytes and real samples, in either byte order (SAC manual 102.0,
//! "SAC data files"; header versions 6 and 7).

use std::io::Read;

use kernel::{Duration, Problem, Time};
use signal::ChannelName;

use crate::reading::Fault;
use crate::waveform::{Assembler, Piece};

/// Bytes before the samples.
pub const HEADER_BYTES: usize = 632;
/// What stands where nothing is known.
const UNKNOWN: f64 = -12_345.0;
/// Samples taken at once, so that a file of any length fits into memory.
const CHUNK_SAMPLES: usize = 1 << 15;

/// What stands before the samples.
#[derive(Clone, PartialEq, Debug)]
pub struct Header {
    /// Where it was recorded.
    pub name: ChannelName,
    /// When the first sample was taken.
    pub start: Time,
    /// Samples a second.
    pub rate_hz: f64,
    /// Samples that follow.
    pub count: usize,
    /// Longitude and latitude in degrees, height in metres (burial taken off), when stated.
    pub place: Option<[f64; 3]>,
    little_endian: bool,
}

/// Whether the bytes begin a SAC file: by the header version in either byte order.
#[must_use]
pub fn begins(bytes: &[u8]) -> bool {
    bytes.len() >= HEADER_BYTES && little_endian(bytes).is_some()
}

fn little_endian(header: &[u8]) -> Option<bool> {
    match *header.get(304..308)?.first_chunk::<4>()? {
        [6 | 7, 0, 0, 0] => Some(true),
        [0, 0, 0, 6 | 7] => Some(false),
        _ => None,
    }
}

/// Reads a header.
///
/// # Errors
/// `header-unreadable` when it is none, or none of a series at even steps; `time-unreadable`.
pub fn header(bytes: &[u8]) -> Result<Header, Fault> {
    let refuse = |reason: &str| Fault::new("header-unreadable", reason);
    let little_endian = little_endian(bytes)
        .filter(|_| bytes.len() >= HEADER_BYTES)
        .ok_or_else(|| refuse("no SAC header"))?;
    let word = |index: usize| {
        let mut word = [0; 4];
        word.copy_from_slice(&bytes[4 * index..4 * index + 4]);
        if little_endian {
            word.reverse();
        }
        word
    };
    let real = |index: usize| f64::from(f32::from_be_bytes(word(index)));
    let integer = |index: usize| i32::from_be_bytes(word(index));
    let text = |index: usize| {
        let text = String::from_utf8_lossy(&bytes[440 + 8 * index..448 + 8 * index]).into_owned();
        let text = text.trim_matches([' ', '\0']);
        if text == "-12345" { String::new() } else { text.to_owned() }
    };
    let (step_s, begin_s) = (real(0), real(5));
    let count = usize::try_from(integer(79)).map_err(|_| refuse("a negative count of samples"))?;
    // ITIME, time series, evenly spaced; some writers leave the two unset.
    let series = matches!(integer(85), 1 | -12_345) && integer(105) != 0;
    if !(step_s > 0.0 && step_s.is_finite() && begin_s.is_finite() && series) {
        return Err(refuse("no time series at even steps"));
    }
    let name =
        ChannelName { station: text(0), location: text(3), channel: text(20), network: text(21) };
    Ok(Header {
        name,
        start: reference([70, 71, 72, 73, 74, 75].map(integer))?
            + Duration((begin_s * 1e6).round() as i64),
        rate_hz: seven_digits(1.0 / step_s),
        count,
        place: place([32, 31, 33, 34].map(real)),
        little_endian,
    })
}

/// The step is stored with seven digits: so many does the rate have.
fn seven_digits(value: f64) -> f64 {
    let scale = 10_f64.powi(6 - value.abs().log10().floor() as i32);
    (value * scale).round() / scale
}

/// The time that the samples' times count from; the start of 1970 when it is not stated.
fn reference([year, day, hour, minute, second, millisecond]: [i32; 6]) -> Result<Time, Fault> {
    if f64::from(year) == UNKNOWN {
        return Ok(Time(0));
    }
    let words = format!("year {year}, day {day}, {hour}:{minute}:{second}");
    let refuse = || Fault::new("time-unreadable", words.clone());
    let first = i16::try_from(year).ok().and_then(|year| Time::from_date(year, 1, 1));
    let first = first.filter(|_| (1..=366).contains(&day)).ok_or_else(refuse)?;
    let clock = [hour, minute, second, millisecond].map(|part| i64::from(part.max(0)));
    let [hour, minute, second, millisecond] = clock;
    let seconds = i64::from(day - 1) * 86_400 + hour * 3_600 + minute * 60 + second;
    Ok(first + Duration(seconds * 1_000_000 + millisecond * 1_000))
}

fn place([longitude, latitude, height_m, burial_m]: [f64; 4]) -> Option<[f64; 3]> {
    let known = |value: f64| if value == UNKNOWN || !value.is_finite() { 0.0 } else { value };
    let stated = (-180.0..=360.0).contains(&longitude) && (-90.0..=90.0).contains(&latitude);
    stated.then(|| [longitude, latitude, known(height_m) - known(burial_m)])
}

/// Reads a file through `assembler`.
///
/// # Errors
/// When the source itself cannot be read.
pub fn read(
    mut source: impl Read,
    assembler: &mut Assembler,
    hand: &mut impl FnMut(Piece),
) -> std::io::Result<()> {
    let mut bytes = Vec::with_capacity(HEADER_BYTES);
    source.by_ref().take(HEADER_BYTES as u64).read_to_end(&mut bytes)?;
    let header = match header(&bytes) {
        Ok(header) => header,
        Err(fault) => {
            assembler.account.add(fault.at(1));
            return Ok(());
        }
    };
    assembler.account.records += 1;
    if let Some(place) = header.place {
        assembler.account.places.insert(header.name.clone(), place);
    }
    let mut done = 0;
    while done < header.count {
        let wanted = CHUNK_SAMPLES.min(header.count - done);
        bytes.clear();
        source.by_ref().take(4 * wanted as u64).read_to_end(&mut bytes)?;
        let samples: Vec<f64> = bytes
            .as_chunks::<4>()
            .0
            .iter()
            .map(|word| sample(*word, header.little_endian))
            .collect();
        let start = header.start + Duration((done as f64 / header.rate_hz * 1e6).round() as i64);
        assembler.samples(1, &header.name, start, header.rate_hz, &samples, hand);
        done += samples.len();
        if samples.len() < wanted {
            let reason = format!("{}: {done} of {} samples", header.name, header.count);
            assembler.account.add(Problem::new(1, "record-truncated", reason));
            break;
        }
    }
    Ok(())
}

fn sample(word: [u8; 4], little_endian: bool) -> f64 {
    f64::from(if little_endian { f32::from_le_bytes(word) } else { f32::from_be_bytes(word) })
}
