//! Writing whole-number samples as miniSEED of either version, for simulated sensors and to hold
//! the reader against.

use kernel::{Duration, Time};
use signal::ChannelName;

use crate::crc32c::crc32c;
use crate::steim::{FRAME_BYTES, Packing, pack};

/// Bytes before the frames of a version 2 record: fixed header and blockettes.
const HEADER_BYTES: usize = 128;

/// What is written, and how.
#[derive(Clone, PartialEq, Debug)]
pub struct Stream {
    /// Where the samples are from.
    pub name: ChannelName,
    /// When the first was taken.
    pub start: Time,
    /// Samples a second.
    pub rate_hz: f64,
    /// 2 or 3.
    pub version: u8,
    /// How they are packed.
    pub packing: Packing,
    /// Length of a record, bytes: a power of two from 256 on.
    pub record_bytes: usize,
}

/// The records of `samples`; none when a difference is too wide for the packing.
#[must_use]
pub fn write(stream: &Stream, samples: &[i32]) -> Option<Vec<u8>> {
    let frames = (stream.record_bytes.max(256) - HEADER_BYTES) / FRAME_BYTES;
    let mut bytes = Vec::new();
    let (mut done, mut number) = (0, 1);
    while done < samples.len() {
        let before = done.checked_sub(1).map_or(samples[0], |at| samples[at]);
        let (packed, count) = pack(&samples[done..], before, frames, stream.packing)?;
        let since_us = done as f64 / stream.rate_hz * 1e6;
        let start = stream.start + Duration(since_us.round() as i64);
        if stream.version == 3 {
            version3(&mut bytes, stream, start, count, &packed);
        } else {
            version2(&mut bytes, stream, start, (number, count), &packed);
        }
        (done, number) = (done + count, number % 999_999 + 1);
    }
    Some(bytes)
}

/// Year, day of the year and seconds of the day.
fn calendar(start: Time) -> (u16, u16, u32) {
    let year = start.day_text().get(..4).and_then(|year| year.parse().ok()).unwrap_or(1970);
    let seconds = (start - start.day_start()).0 / 1_000_000;
    (year, start.day_of_year() + 1, seconds as u32)
}

fn clock(seconds: u32) -> [u8; 3] {
    [(seconds / 3_600) as u8, (seconds / 60 % 60) as u8, (seconds % 60) as u8]
}

fn code(packing: Packing) -> u8 {
    if packing == Packing::Steim1 { 10 } else { 11 }
}

/// A fixed header, blockettes 1000, 1001 and 100, and the frames, filled up to the full length.
fn version2(
    bytes: &mut Vec<u8>,
    stream: &Stream,
    start: Time,
    (number, count): (u32, usize),
    packed: &[u8],
) {
    let from = bytes.len();
    let microseconds = start.0.rem_euclid(1_000_000);
    // Ten-thousandths here, what is left over in blockette 1001.
    let (fraction, left) = (microseconds / 100, microseconds % 100);
    let (year, day, seconds) = calendar(start);
    let name = &stream.name;
    let fields = format!(
        "{number:06}D {:<5.5}{:<2.2}{:<3.3}{:<2.2}",
        name.station, name.location, name.channel, name.network
    );
    bytes.extend(fields.as_bytes());
    bytes.extend([year, day].iter().flat_map(|field| field.to_be_bytes()));
    bytes.extend(clock(seconds));
    bytes.push(0);
    bytes.extend([fraction as u16, count as u16].iter().flat_map(|field| field.to_be_bytes()));
    bytes.extend((stream.rate_hz.round().clamp(1.0, 32_767.0) as i16).to_be_bytes());
    bytes.extend([0, 1, 0, 0, 0, 3, 0, 0, 0, 0, 0, HEADER_BYTES as u8, 0, 48]);
    let exponent = stream.record_bytes.max(256).ilog2() as u8;
    bytes.extend([3, 232, 0, 56, code(stream.packing), 1, exponent, 0]);
    bytes.extend([3, 233, 0, 64, 100, left as u8, 0, (packed.len() / FRAME_BYTES) as u8]);
    bytes.extend([0, 100, 0, 0]);
    bytes.extend((stream.rate_hz as f32).to_be_bytes());
    bytes.resize(from + HEADER_BYTES, 0);
    bytes.extend(packed);
    bytes.resize(from + (1 << exponent), 0);
}

fn version3(bytes: &mut Vec<u8>, stream: &Stream, start: Time, count: usize, packed: &[u8]) {
    let from = bytes.len();
    let (year, day, seconds) = calendar(start);
    let letters: Vec<String> = stream.name.channel.chars().map(String::from).collect();
    let name = &stream.name;
    let name =
        format!("FDSN:{}_{}_{}_{}", name.network, name.station, name.location, letters.join("_"));
    bytes.extend(b"MS\x03\x00");
    bytes.extend((start.0.rem_euclid(1_000_000) as u32 * 1_000).to_le_bytes());
    bytes.extend([year, day].iter().flat_map(|field| field.to_le_bytes()));
    bytes.extend(clock(seconds));
    bytes.push(code(stream.packing));
    bytes.extend(stream.rate_hz.to_le_bytes());
    bytes.extend((count as u32).to_le_bytes());
    bytes.extend([0; 4]);
    bytes.extend([1, name.len() as u8, 0, 0]);
    bytes.extend((packed.len() as u32).to_le_bytes());
    bytes.extend(name.as_bytes());
    bytes.extend(packed);
    let sum = crc32c(&[&bytes[from..]]);
    bytes[from + 28..from + 32].copy_from_slice(&sum.to_le_bytes());
}
