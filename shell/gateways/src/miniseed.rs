//! miniSEED 2 and 3 as records: headers, byte orders and encodings; damage is stepped over.
//!
//! Version 2: SEED reference manual 2.4 (FDSN, IRIS, USGS 2012), chapter 8, appendices A and B.
//! Version 3: FDSN miniSEED 3 specification (2023), <https://docs.fdsn.org/projects/miniseed3>.

mod encoding;
mod version2;
mod version3;
mod write;

use std::io::Read;

use kernel::{Problem, Time};
use signal::ChannelName;

use crate::reading::Fault;

pub use encoding::Encoding;
pub use write::{Stream, write};

/// Longest record read, bytes. The standards allow more (2^256, 4 GB); nobody writes it.
pub const RECORD_BYTES_MAX: usize = 1 << 22;
/// How much is read from the source at once, bytes.
const READ_BYTES: usize = 1 << 18;

/// What stands before a record's samples.
#[derive(Clone, PartialEq, Debug)]
pub struct Header {
    /// 2 or 3.
    pub version: u8,
    /// Where it was recorded.
    pub name: ChannelName,
    /// When the first sample was taken, corrections applied, UTC without leap seconds.
    pub start: Time,
    /// Samples a second; 0 for records without a time series.
    pub rate_hz: f64,
    /// Samples that the header promises.
    pub count: usize,
    /// How they are packed.
    pub encoding: Encoding,
    /// Whether the samples are least significant byte first.
    pub little_endian: bool,
    /// Quality of the clock by the digitiser's own measure, 0 to 100 %, when stated.
    pub timing_percent: Option<u8>,
    /// Whether the header calls its own time questionable.
    pub time_questionable: bool,
    /// Whether a leap second falls into the record.
    pub leap_second: bool,
    /// Bytes of the whole record.
    pub length: usize,
    /// Where the samples begin, bytes from the start of the record.
    pub data_from: usize,
    /// Where they end.
    pub data_to: usize,
}

/// A record with its packed samples.
#[derive(Clone, PartialEq, Debug)]
pub struct Record<'a> {
    /// Which one of its source, from 1.
    pub number: u64,
    /// What stands before the samples.
    pub header: Header,
    /// The packed samples.
    pub payload: &'a [u8],
}

impl Record<'_> {
    /// Unpacks the samples onto the end of `samples`. On a fault nothing is added.
    ///
    /// # Errors
    /// With what is wrong with the samples.
    pub fn unpack<T: From<i32> + encoding::FromReal>(
        &self,
        samples: &mut Vec<T>,
    ) -> Result<(), Fault> {
        let Header { encoding, count, little_endian, .. } = self.header;
        encoding.unpack(self.payload, count, little_endian, samples)
    }
}

/// What the bytes at the start of a window are.
enum Found {
    /// A record.
    Record(Header),
    /// A record of which so many bytes are needed to go on.
    Needs(usize),
    /// A record that is to be left out, and how many of the bytes at hand to step over.
    Broken(usize, Fault),
    /// So many bytes that hold no samples and are none the worse for it.
    Control(usize),
    /// No record begins here.
    Nothing,
}

/// Records one after another from a file or a socket of any length. Holds one record at a time.
pub struct Records<R> {
    source: R,
    buffer: Vec<u8>,
    from: usize,
    ended: bool,
    number: u64,
    offset: u64,
}

impl<R: Read> Records<R> {
    /// Records of `source`.
    pub fn new(source: R) -> Self {
        Self { source, buffer: Vec::new(), from: 0, ended: false, number: 0, offset: 0 }
    }

    /// The next record, or what is wrong with it; none at the end. After a problem the reading
    /// goes on behind it.
    ///
    /// # Errors
    /// When the source itself cannot be read.
    pub fn next_record(&mut self) -> std::io::Result<Option<Result<Record<'_>, Problem>>> {
        let mut needed = version2::HEADER_BYTES;
        loop {
            self.fill(needed)?;
            if self.left() < version2::HEADER_BYTES {
                return Ok(self.rest(needed).map(Err));
            }
            match look(&self.buffer[self.from..], self.ended) {
                Found::Needs(bytes) if self.ended && bytes > self.left() => {
                    return Ok(self.rest(bytes).map(Err));
                }
                Found::Needs(bytes) => needed = bytes,
                Found::Control(length) => {
                    self.step(length);
                    needed = version2::HEADER_BYTES;
                }
                Found::Nothing => {
                    needed = version2::HEADER_BYTES;
                    if let Some(problem) = self.skip()? {
                        return Ok(Some(Err(problem)));
                    }
                }
                Found::Broken(length, fault) => {
                    self.step(length);
                    self.number += 1;
                    return Ok(Some(Err(fault.at(self.number))));
                }
                Found::Record(header) => {
                    let at = self.from;
                    self.step(header.length);
                    self.number += 1;
                    let payload = &self.buffer[at + header.data_from..at + header.data_to];
                    return Ok(Some(Ok(Record { number: self.number, header, payload })));
                }
            }
        }
    }

    /// How many bytes of the source have been read as records or stepped over.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// How many records were met, broken ones included.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.number
    }

    fn step(&mut self, bytes: usize) {
        self.from += bytes;
        self.offset += bytes as u64;
    }

    fn left(&self) -> usize {
        self.buffer.len() - self.from
    }

    /// Reads on until `needed` bytes stand ready or the source ends.
    fn fill(&mut self, needed: usize) -> std::io::Result<()> {
        while self.left() < needed && !self.ended {
            self.buffer.drain(..self.from);
            self.from = 0;
            let held = self.buffer.len();
            self.buffer.resize(held.max(needed) + READ_BYTES, 0);
            let read = match self.source.read(&mut self.buffer[held..]) {
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => None,
                other => Some(other?),
            };
            self.buffer.truncate(held + read.unwrap_or(0));
            self.ended = read == Some(0);
        }
        Ok(())
    }

    /// What is left at the end and is no whole record, up to where another one begins inside it.
    fn rest(&mut self, needed: usize) -> Option<Problem> {
        let rest = &self.buffer[self.from..];
        let next = (1..rest.len()).find(|at| begins(&rest[*at..])).unwrap_or(rest.len());
        let blank = rest[..next].iter().all(|byte| *byte == 0);
        let offset = self.offset;
        let reason =
            format!("a record at byte {offset} needs {needed} bytes; {} are left", rest.len());
        self.step(next);
        self.number += u64::from(next > 0 && !blank);
        let fault = Fault::new("record-truncated", reason);
        (next > 0 && !blank).then(|| fault.at(self.number))
    }

    /// Steps over bytes that are no record to where one may begin.
    fn skip(&mut self) -> std::io::Result<Option<Problem>> {
        let began = self.offset;
        let mut blank = true;
        loop {
            blank &= self.buffer[self.from..].first().is_none_or(|byte| *byte == 0);
            self.step(1);
            self.fill(version2::HEADER_BYTES)?;
            if self.left() < version2::HEADER_BYTES || begins(&self.buffer[self.from..]) {
                break;
            }
        }
        let reason = format!("{} bytes from byte {began} on are no record", self.offset - began);
        let problem = || Fault::new("record-unrecognised", reason).at(self.number + 1);
        Ok((!blank).then(problem))
    }
}

/// Whether a record of either version, or a control header of full SEED, may begin here.
#[must_use]
pub fn begins(window: &[u8]) -> bool {
    version3::begins(window) || version2::begins(window)
}

fn look(window: &[u8], ended: bool) -> Found {
    if version3::begins(window) {
        version3::look(window)
    } else if version2::begins(window) {
        version2::look(window, ended)
    } else {
        Found::Nothing
    }
}

/// The moment that a header's calendar fields name; second 60 is the first of the next minute.
fn moment(year: u16, day: u16, clock: [u8; 3], nanoseconds: u32) -> Result<Time, Fault> {
    let [hour, minute, second] = clock;
    let refuse = || {
        let words = format!("year {year}, day {day}, {hour}:{minute}:{second} is not a time");
        Fault::new("time-unreadable", words)
    };
    let sound = (1..=366).contains(&day) && hour < 24 && minute < 60 && second <= 60;
    let first = i16::try_from(year).ok().and_then(|year| Time::from_date(year, 1, 1));
    let first = first.filter(|_| sound && year > 0).ok_or_else(refuse)?;
    let seconds = (i64::from(day) - 1) * 86_400
        + i64::from(hour) * 3_600
        + i64::from(minute) * 60
        + i64::from(second);
    Ok(first + kernel::Duration(seconds * 1_000_000 + i64::from(nanoseconds + 500) / 1_000))
}

/// Words as a header holds them: spaces and zero bytes around them taken off.
fn words(field: &[u8]) -> String {
    String::from_utf8_lossy(field).trim_matches([' ', '\0']).to_owned()
}
