//! Cuts a file of any size into parts that a reader can take one by one, in constant memory.
//!
//! The parts read to the same observations as the whole file, wherever it is cut: what decides
//! about a record never lies outside it (see [`crate::record::window`]).

use std::io::{self, Read};

use kernel::Problem;
use memchr::memchr;
use sha2::{Digest as _, Sha256};

use crate::format::Format;
use crate::patrol::{ARRAY_LIMIT, Layout, array_too_large};
use crate::reading::Fault;
use crate::record::{Cut, LINE_LIMIT, Quoting, cut, line_too_long, quote_not_closed, window};
use crate::table::{Header, first_line};

/// A part is closed at the first end of a record behind so many bytes.
pub const PART_BYTES: usize = 8 * 1024 * 1024;
/// A part holds no more lines than this, so that a part of nothing but bad lines has no more
/// problems either.
pub const PART_LINES: u64 = 200_000;
/// Bytes asked of the input at a time.
const CHUNK_BYTES: u64 = 256 * 1024;

/// Some records of a file, to be read with the context that they carry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Part {
    /// The bytes, beginning and ending at ends of records. Lines that could not be taken in stand
    /// as empty lines.
    pub bytes: Vec<u8>,
    /// The header line, for every part but the first of a CSV file.
    pub header: Option<String>,
    /// The line of the file at which the part begins, from 1.
    pub first_line: u64,
    /// The lines that could not be taken in.
    pub problems: Vec<Problem>,
}

/// Why a file cannot be split.
#[derive(Debug, thiserror::Error)]
pub enum NotSplit {
    /// The input failed.
    #[error("cannot read the input")]
    Read(#[from] io::Error),
    /// Nothing in the file can be read, as a problem of the whole file says.
    #[error("{}", .0.reason)]
    Refused(Fault),
}

/// The parts of one file, in order.
#[derive(Debug)]
pub struct Parts<R> {
    input: R,
    format: Format,
    part_bytes: usize,
    part_lines: u64,
    buffer: Vec<u8>,
    /// How much of the buffer has been handed out.
    taken: usize,
    ended: bool,
    line: u64,
    header: Option<String>,
    quoting: Quoting,
    /// Whether no line but blank ones has been handed out: the header is still to come.
    at_header: bool,
}

impl<R: Read> Parts<R> {
    /// Begins to split `input`, whose format is recognised unless it is told.
    ///
    /// # Errors
    /// When the input fails or nothing in it can be read.
    pub fn open(input: R, format: Option<Format>) -> Result<Self, NotSplit> {
        Self::of_size(input, format, PART_BYTES)
    }

    /// As [`Self::open`], with parts of about `part_bytes`.
    ///
    /// # Errors
    /// When the input fails or nothing in it can be read.
    pub fn of_size(
        mut input: R,
        format: Option<Format>,
        part_bytes: usize,
    ) -> Result<Self, NotSplit> {
        let mut buffer = Vec::new();
        input.by_ref().take(2 * CHUNK_BYTES).read_to_end(&mut buffer)?;
        let line = first_line(&buffer, 1).map_err(NotSplit::Refused)?.0.to_owned();
        let format = match format {
            Some(told) => told.check(&buffer).map(|()| told),
            None => Format::detect(&buffer),
        };
        let format = format.map_err(NotSplit::Refused)?;
        let layout = if format.may_be_json() { Layout::of(&line) } else { Layout::Table };
        if layout == Layout::Array {
            input.by_ref().take(ARRAY_LIMIT as u64).read_to_end(&mut buffer)?;
            if buffer.len() > ARRAY_LIMIT {
                return Err(NotSplit::Refused(array_too_large()));
            }
        }
        let quoted = format != Format::Firms && layout == Layout::Table;
        let delimiter = Header::parse(&line).delimiter;
        Ok(Self {
            input,
            format,
            // An array is one part, as it stands.
            part_bytes: if layout == Layout::Array { usize::MAX } else { part_bytes },
            part_lines: if layout == Layout::Array { u64::MAX } else { PART_LINES },
            buffer,
            taken: 0,
            ended: false,
            line: 1,
            header: (layout == Layout::Table).then_some(line),
            quoting: if quoted { Quoting::On(delimiter) } else { Quoting::Off },
            at_header: layout == Layout::Table,
        })
    }

    /// The format of the file.
    #[must_use]
    pub fn format(&self) -> Format {
        self.format
    }

    /// Sees to it that the buffer holds a whole [`window`], unless the input has ended.
    fn fill(&mut self) -> io::Result<()> {
        if self.ended || self.buffer.len() - self.taken > LINE_LIMIT {
            return Ok(());
        }
        self.buffer.drain(..self.taken);
        self.taken = 0;
        while !self.ended && self.buffer.len() <= LINE_LIMIT {
            let read = self.input.by_ref().take(CHUNK_BYTES).read_to_end(&mut self.buffer)?;
            self.ended = read == 0;
        }
        Ok(())
    }

    fn part(&mut self) -> io::Result<Option<Part>> {
        let mut part = Part {
            bytes: Vec::new(),
            header: self.header.clone().filter(|_| !self.at_header),
            first_line: self.line,
            problems: Vec::new(),
        };
        while part.bytes.len() < self.part_bytes && self.line - part.first_line < self.part_lines {
            self.fill()?;
            if self.taken == self.buffer.len() {
                break;
            }
            self.take_record(&mut part)?;
        }
        Ok((!part.bytes.is_empty()).then_some(part))
    }

    /// Moves the next record into the part, or an empty line in its place.
    fn take_record(&mut self, part: &mut Part) -> io::Result<()> {
        let rest = &self.buffer[self.taken..];
        let quoting = if self.at_header { Quoting::Off } else { self.quoting };
        let fault = match cut(window(rest), quoting) {
            Cut::Whole(length, lines) => {
                let record = &rest[..length];
                self.at_header &= self.line_is_before_header(record);
                part.bytes.extend_from_slice(record);
                self.taken += length;
                self.line += lines;
                return Ok(());
            }
            Cut::Unclosed(length) => {
                self.taken += length;
                quote_not_closed()
            }
            Cut::TooLong => self.drop_line()?,
        };
        part.problems.push(fault.at(self.line));
        part.bytes.push(b'\n');
        self.line += 1;
        Ok(())
    }

    fn line_is_before_header(&self, line: &[u8]) -> bool {
        let body = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line);
        crate::table::is_blank(body, b',')
    }

    /// Reads past a line that is too long to hold, taking its length and digest.
    fn drop_line(&mut self) -> io::Result<Fault> {
        let (mut hash, mut length) = (Sha256::new(), 0_u64);
        loop {
            let rest = &self.buffer[self.taken..];
            let end = memchr(b'\n', rest);
            let line = &rest[..end.unwrap_or(rest.len())];
            hash.update(line);
            length += line.len() as u64;
            self.taken += line.len() + usize::from(end.is_some());
            self.fill()?;
            if end.is_some() || self.taken == self.buffer.len() {
                return Ok(line_too_long(length, kernel::Digest(hash.finalize().into())));
            }
        }
    }
}

impl<R: Read> Iterator for Parts<R> {
    type Item = io::Result<Part>;
    fn next(&mut self) -> Option<io::Result<Part>> {
        self.part().transpose()
    }
}
