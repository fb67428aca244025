//! Tables and lines of JSON cut at the ends of records.

use std::io::{self, Read};

use memchr::memchr;
use sha2::{Digest as _, Sha256};

use super::{CHUNK_BYTES, NotSplit, PART_LINES, Part};
use crate::format::Format;
use crate::json::{ARRAY_LIMIT, Layout, array_too_large};
use crate::reading::Fault;
use crate::record::{Cut, LINE_LIMIT, Quoting, cut, line_too_long, quote_not_closed, window};
use crate::table::{Header, is_blank};

/// The parts of a table, or of JSON, in order.
#[derive(Debug)]
pub struct Lines<R> {
    input: R,
    part_bytes: usize,
    part_lines: u64,
    buffer: Vec<u8>,
    /// How much of the buffer has been handed out.
    taken: usize,
    ended: bool,
    line: u64,
    header: Option<String>,
    quoting: Quoting,
    /// Whether no line but blank ones has been taken: the header, or the first object, is still to
    /// come. It stands in the first part, which shows the reader what the file is.
    at_start: bool,
}

impl<R: Read> Lines<R> {
    /// Begins to split `input`, the first bytes of which stand in `buffer` and have `line` for
    /// their first.
    pub fn new(
        mut input: R,
        mut buffer: Vec<u8>,
        line: &str,
        format: Format,
        part_bytes: usize,
    ) -> Result<Self, NotSplit> {
        let layout = if format.may_be_json() { Layout::of(line) } else { Layout::Table };
        if layout == Layout::Array {
            input.by_ref().take(ARRAY_LIMIT as u64).read_to_end(&mut buffer)?;
            if buffer.len() > ARRAY_LIMIT {
                return Err(NotSplit::Refused(array_too_large()));
            }
        }
        let quoted = format != Format::Firms && layout == Layout::Table;
        let delimiter = Header::parse(line).delimiter;
        Ok(Self {
            input,
            // An array is one part, as it stands.
            part_bytes: if layout == Layout::Array { usize::MAX } else { part_bytes },
            part_lines: if layout == Layout::Array { u64::MAX } else { PART_LINES },
            buffer,
            taken: 0,
            ended: false,
            line: 1,
            header: (layout == Layout::Table).then(|| line.to_owned()),
            quoting: if quoted { Quoting::On(delimiter) } else { Quoting::Off },
            at_start: true,
        })
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

    /// The next part.
    pub fn part(&mut self) -> io::Result<Option<Part>> {
        let mut part = Part {
            bytes: Vec::new(),
            header: self.header.clone().filter(|_| !self.at_start),
            first_line: self.line,
            problems: Vec::new(),
        };
        while self.at_start || self.has_room(&part) {
            self.fill()?;
            if self.taken == self.buffer.len() {
                break;
            }
            self.take_record(&mut part)?;
        }
        Ok((!part.bytes.is_empty()).then_some(part))
    }

    fn has_room(&self, part: &Part) -> bool {
        part.bytes.len() < self.part_bytes && self.line - part.first_line < self.part_lines
    }

    /// Moves the next record into the part, or an empty line in its place.
    fn take_record(&mut self, part: &mut Part) -> io::Result<()> {
        let rest = &self.buffer[self.taken..];
        let quoting = if self.at_start { Quoting::Off } else { self.quoting };
        let fault = match cut(window(rest), quoting) {
            Cut::Whole(length, lines) => {
                let record = &rest[..length];
                self.at_start &= is_before_text(record, self.line);
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

/// Whether a line at the start of a file is blank, as [`crate::table::first_line`] sees it: only
/// the first line of the file may begin with a byte order mark.
fn is_before_text(line: &[u8], number: u64) -> bool {
    let mark = line.strip_prefix(b"\xEF\xBB\xBF").filter(|_| number == 1);
    is_blank(mark.unwrap_or(line), b',')
}
