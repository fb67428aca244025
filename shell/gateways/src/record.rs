//! Cuts bytes into records: lines, or CSV records whose quoted fields run over line ends.

use memchr::{memchr, memchr_iter};

use crate::reading::Fault;

/// Longest line, and longest CSV record over several lines, in bytes without the line end.
pub const LINE_LIMIT: usize = 64 * 1024;
/// Most lines that one CSV record may run over: bounds the search for a closing quote.
pub const RECORD_LINES: usize = 100;

/// Whether a quoted field may hold line ends (RFC 4180, section 2, rule 6).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Quoting {
    /// Every line is a record.
    Off,
    /// A field that begins with `"` runs to the closing quote; fields are parted by this byte.
    On(u8),
}

/// Where the record at the start of a window ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cut {
    /// After so many bytes and lines, line end included.
    Whole(usize, u64),
    /// A quote opens in the first line (so many bytes) and does not close within the limit:
    /// the quote is taken for a stray one, and the next line begins a record of its own.
    Unclosed(usize),
    /// The first line is longer than the limit.
    TooLong,
}

/// The part of `rest` that decides where its first record ends. What lies behind never matters,
/// so that a file split anywhere is cut at the same places as the whole one.
#[must_use]
pub fn window(rest: &[u8]) -> &[u8] {
    &rest[..rest.len().min(LINE_LIMIT + 1)]
}

/// Finds the end of the record at the start of a [`window`].
#[must_use]
pub fn cut(window: &[u8], quoting: Quoting) -> Cut {
    let line = match memchr(b'\n', window) {
        Some(end) => end + 1,
        None if window.len() > LINE_LIMIT => return Cut::TooLong,
        None => window.len(),
    };
    let Quoting::On(delimiter) = quoting else { return Cut::Whole(line, 1) };
    if memchr(b'"', &window[..line]).is_none() {
        return Cut::Whole(line, 1);
    }
    let lines_end = memchr_iter(b'\n', window).nth(RECORD_LINES - 1);
    match quoted_end(&window[..lines_end.map_or(window.len(), |end| end + 1)], delimiter) {
        Some(end) => {
            let inner = memchr_iter(b'\n', &window[..end - 1]).count() as u64;
            Cut::Whole(end, inner + 1)
        }
        None => Cut::Unclosed(line),
    }
}

/// The end of a record with quoted fields, line end included; none when a quote stays open.
fn quoted_end(window: &[u8], delimiter: u8) -> Option<usize> {
    let (mut at, mut field_start) = (0, true);
    while at < window.len() {
        match window[at] {
            b'"' if field_start => {
                at = closing_quote(window, at + 1)?;
                field_start = false;
            }
            b'\n' => return Some(at + 1),
            other => field_start = other == delimiter,
        }
        at += 1;
    }
    (window.len() <= LINE_LIMIT).then_some(window.len())
}

/// The position of the quote that closes a field; doubled quotes inside it are text.
fn closing_quote(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += memchr(b'"', bytes.get(at..)?)?;
        if bytes.get(at + 1) != Some(&b'"') {
            return Some(at);
        }
        at += 2;
    }
}

/// One record, without its line end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Record<'a> {
    /// Its bytes.
    pub bytes: &'a [u8],
    /// The line it begins on.
    pub line: u64,
    /// How many lines it takes.
    pub lines: u64,
    /// Why it cannot be read, when that is clear from its outline.
    pub fault: Option<Fault>,
}

/// The records of some bytes, in order.
#[derive(Clone, Debug)]
pub struct Records<'a> {
    rest: &'a [u8],
    line: u64,
    quoting: Quoting,
}

impl<'a> Records<'a> {
    /// Records of `bytes`, the first on `first_line`.
    #[must_use]
    pub fn new(bytes: &'a [u8], first_line: u64, quoting: Quoting) -> Self {
        Self { rest: bytes, line: first_line, quoting }
    }
    /// The same records, cut with another quoting from here on.
    #[must_use]
    pub fn with(self, quoting: Quoting) -> Self {
        Self { quoting, ..self }
    }
    /// The line that the next record begins on.
    #[must_use]
    pub fn next_line(&self) -> u64 {
        self.line
    }
    /// How many lines are still to come.
    #[must_use]
    pub fn lines_left(&self) -> usize {
        let open_line = self.rest.last().is_some_and(|&byte| byte != b'\n');
        memchr_iter(b'\n', self.rest).count() + usize::from(open_line)
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;
    fn next(&mut self) -> Option<Record<'a>> {
        if self.rest.is_empty() {
            return None;
        }
        let (length, lines, fault) = match cut(window(self.rest), self.quoting) {
            Cut::Whole(length, lines) => (length, lines, None),
            Cut::Unclosed(length) => (length, 1, Some(quote_not_closed())),
            Cut::TooLong => {
                let end = memchr(b'\n', self.rest);
                let line = &self.rest[..end.unwrap_or(self.rest.len())];
                let fault = line_too_long(line.len() as u64, kernel::Digest::of(line));
                (line.len() + usize::from(end.is_some()), 1, Some(fault))
            }
        };
        let (bytes, rest) = self.rest.split_at(length);
        let record = Record { bytes: without_line_end(bytes), line: self.line, lines, fault };
        (self.rest, self.line) = (rest, self.line.saturating_add(lines));
        Some(record)
    }
}

fn without_line_end(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    bytes.strip_suffix(b"\r").unwrap_or(bytes)
}

/// The fault of a line in which a quote opens that does not close.
#[must_use]
pub fn quote_not_closed() -> Fault {
    let reason = format!(
        "a field opens with \" and does not close within {RECORD_LINES} lines and {LINE_LIMIT} bytes"
    );
    Fault::new("quote-not-closed", reason)
}

/// The fault of a line of `length` bytes, over the limit.
#[must_use]
pub fn line_too_long(length: u64, digest: kernel::Digest) -> Fault {
    let reason = format!("{length} bytes, the limit is {LINE_LIMIT}; SHA-256 {digest}");
    Fault::new("line-too-long", reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cuts(text: &str) -> Vec<(u64, u64, String)> {
        Records::new(text.as_bytes(), 1, Quoting::On(b','))
            .map(|record| {
                let words = record.fault.map_or_else(
                    || String::from_utf8(record.bytes.to_vec()).unwrap(),
                    |fault| fault.code.to_owned(),
                );
                (record.line, record.lines, words)
            })
            .collect()
    }

    #[test]
    fn quoted_fields_run_over_line_ends() {
        let records = cuts("a,\"b\nc \"\"d\"\"\"\r\ne,f\"g\n\nlast");
        let expected =
            [(1, 2, "a,\"b\nc \"\"d\"\"\""), (3, 1, "e,f\"g"), (4, 1, ""), (5, 1, "last")];
        assert_eq!(records, expected.map(|(line, lines, text)| (line, lines, text.to_owned())));
    }

    #[test]
    fn a_stray_quote_costs_one_line() {
        for lines in [1, RECORD_LINES, LINE_LIMIT] {
            let records = cuts(&format!("\"a\n{}", "b,c\n".repeat(lines)));
            assert_eq!(records[0], (1, 1, "quote-not-closed".to_owned()));
            assert_eq!((records.len(), records[1].2.as_str()), (lines + 1, "b,c"));
        }
    }

    #[test]
    fn a_line_over_the_limit_is_named_and_the_next_is_read() {
        let at_limit = "x".repeat(LINE_LIMIT);
        let records = cuts(&format!("{at_limit}x\n{at_limit}\nlast"));
        assert_eq!(records[0], (1, 1, "line-too-long".to_owned()));
        assert_eq!((records[1].2.len(), records[2].2.as_str()), (LINE_LIMIT, "last"));
    }
}
