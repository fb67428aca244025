//! A table with a header, read a line at a time: the one way in which the workbench takes in CSV.
//!
//! Fields stand between commas, or between the semicolons or tabs of the header, with or without
//! quotes; a field in quotes may hold the separator, but no end of a line.

use std::io::{BufRead, BufReader, Error, ErrorKind, Read, Result};

/// Longest line that is read, bytes; what is longer is named and skipped.
const LINE_BYTES_MAX: u64 = 64 * 1024;

/// A table under way.
pub struct Table<R: Read> {
    input: BufReader<R>,
    names: Vec<Vec<u8>>,
    separator: u8,
    buffer: Vec<u8>,
    line: u64,
    /// Whether the line in the buffer is to be given again.
    kept: bool,
}

/// One line.
#[derive(Clone, Copy)]
pub struct Line<'a> {
    bytes: &'a [u8],
    separator: u8,
    /// Its number in the file, from 1.
    pub number: u64,
}

impl<R: Read> Table<R> {
    /// Reads the header.
    pub fn open(input: R) -> Result<Self> {
        let mut table = Self {
            input: BufReader::with_capacity(1 << 18, input),
            names: Vec::new(),
            separator: b',',
            buffer: Vec::new(),
            line: 0,
            kept: false,
        };
        let refused = |why: &str| Err(Error::new(ErrorKind::InvalidData, why));
        match table.read_line()? {
            Some(true) => {}
            Some(false) => return refused("its first line has over 64 KiB"),
            None => return refused("it is empty"),
        }
        if table.buffer.starts_with(b"\xFF\xFE") || table.buffer.starts_with(b"\xFE\xFF") {
            return refused("it is in UTF-16: save it as UTF-8");
        }
        if table.buffer.trim_ascii().contains(&b'\r') {
            return refused("its lines end in CR alone: save it with LF or CRLF");
        }
        let header = table.buffer.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&table.buffer);
        let separators = [b',', b';', b'\t'];
        let used = separators.into_iter().find(|separator| header.contains(separator));
        table.separator = used.unwrap_or(b',');
        let header = Line { bytes: header, separator: table.separator, number: 1 };
        table.names = header.parts().map(<[u8]>::to_ascii_lowercase).collect();
        Ok(table)
    }

    /// Where a column stands; of several of a name the first.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|known| known == name.as_bytes())
    }

    /// Where a column stands that must be there.
    pub fn column(&self, name: &str) -> Result<usize> {
        self.find(name).ok_or_else(|| {
            let names: Vec<_> = self.names.iter().map(|name| shown(name)).collect();
            let header: String = names.join(",").chars().take(200).collect();
            let words = format!("its header `{header}` has no column `{name}`");
            Error::new(ErrorKind::InvalidData, words)
        })
    }

    /// The first name that the header has twice.
    pub fn twice(&self) -> Option<String> {
        let mut names = self.names.iter().enumerate();
        let twice = names.find(|(at, name)| !name.is_empty() && self.names[..*at].contains(name));
        twice.map(|(_, name)| shown(name))
    }

    /// The next line that is not blank; `too_long` is told the numbers of those that are skipped.
    pub fn next(&mut self, too_long: &mut dyn FnMut(u64)) -> Result<Option<Line<'_>>> {
        loop {
            let Some(whole) = self.read_line()? else { return Ok(None) };
            let number = self.line;
            if !whole {
                too_long(number);
            } else if !self.buffer.trim_ascii().is_empty() {
                let (bytes, separator) = (&self.buffer[..], self.separator);
                return Ok(Some(Line { bytes, separator, number }));
            }
        }
    }

    /// Gives the last line again.
    pub fn keep(&mut self) {
        self.kept = true;
    }

    /// Reads a line into the buffer; tells whether it was whole, and nothing when there was none.
    fn read_line(&mut self) -> Result<Option<bool>> {
        if std::mem::take(&mut self.kept) {
            return Ok(Some(true));
        }
        self.buffer.clear();
        let mut limited = (&mut self.input).take(LINE_BYTES_MAX);
        let count = limited.read_until(b'\n', &mut self.buffer)?;
        if count == 0 {
            return Ok(None);
        }
        self.line += 1;
        let whole = self.buffer.ends_with(b"\n") || (count as u64) < LINE_BYTES_MAX;
        if !whole {
            self.input.skip_until(b'\n')?;
        }
        Ok(Some(whole))
    }
}

impl<'a> Line<'a> {
    /// What stands in some columns; nothing where the line ends before.
    pub fn cells<const N: usize>(&self, columns: [Option<usize>; N]) -> [Option<&'a [u8]>; N] {
        let mut cells = [None; N];
        let last = columns.iter().flatten().max().map_or(0, |last| last + 1);
        for (at, part) in self.parts().take(last).enumerate() {
            for (cell, column) in cells.iter_mut().zip(&columns) {
                if *column == Some(at) {
                    *cell = Some(part);
                }
            }
        }
        cells
    }

    /// What is wrong with it, its number and how it begins.
    pub fn tell(&self, what: &str) -> String {
        format!("line {}: {what}: {}", self.number, shown(self.bytes))
    }

    fn parts(&self) -> Parts<'a> {
        Parts { rest: Some(self.bytes), separator: self.separator }
    }
}

/// The fields of a line, in order.
struct Parts<'a> {
    rest: Option<&'a [u8]>,
    separator: u8,
}

impl<'a> Iterator for Parts<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let rest = self.rest?;
        let end = |from: usize| {
            let found = rest[from..].iter().position(|&byte| byte == self.separator);
            found.map(|at| from + at)
        };
        let mut at = end(0);
        let blank = rest.len() - rest.trim_ascii_start().len();
        if rest.get(blank) == Some(&b'"')
            && let Some(quote) = rest[blank + 1..].iter().position(|&byte| byte == b'"')
        {
            at = end(blank + 1 + quote);
        }
        self.rest = at.map(|at| &rest[at + 1..]);
        Some(bare(&rest[..at.unwrap_or(rest.len())]))
    }
}

/// A field without the blanks and quotes around it.
fn bare(field: &[u8]) -> &[u8] {
    let field = field.trim_ascii();
    let inner = field.strip_prefix(b"\"").and_then(|field| field.strip_suffix(b"\""));
    inner.map_or(field, <[u8]>::trim_ascii)
}

/// The beginning of a line, as it may be shown.
fn shown(line: &[u8]) -> String {
    let text = String::from_utf8_lossy(&line[..line.len().min(80)]);
    text.trim_end().replace(char::is_control, " ")
}

/// A finite number. Plain decimals take a short way that is exact; the rest takes the library's.
pub fn number(text: &[u8]) -> Option<f64> {
    plain(text).or_else(|| {
        let value: f64 = std::str::from_utf8(text).ok()?.trim().parse().ok()?;
        value.is_finite().then_some(value)
    })
}

/// Seconds: a number of them, or those from the beginning of 1970 to a moment like
/// `2026-11-22T10:00:15.25Z`.
pub fn seconds(text: &[u8]) -> Option<f64> {
    number(text).or_else(|| {
        let moment: kernel::Time = std::str::from_utf8(text).ok()?.parse().ok()?;
        Some((moment - kernel::Time(0)).as_seconds())
    })
}

/// Digits, a point, digits: exact when mantissa and power of ten are (Clinger 1990).
fn plain(text: &[u8]) -> Option<f64> {
    const POWERS: [f64; 16] =
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];
    let (negative, digits) = match text.split_first()? {
        (b'-', rest) => (true, rest),
        _ => (false, text),
    };
    if digits.is_empty() || digits.len() > 16 {
        return None;
    }
    let (mut mantissa, mut decimals, mut point) = (0_u64, 0, false);
    for &byte in digits {
        match byte {
            b'0'..=b'9' => {
                mantissa = mantissa * 10 + u64::from(byte - b'0');
                decimals += usize::from(point);
            }
            b'.' if !point => point = true,
            _ => return None,
        }
    }
    if mantissa >= 1 << 53 || digits == b"." {
        return None;
    }
    let value = mantissa as f64 / POWERS[decimals];
    Some(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(text: &[u8]) -> Result<Table<&[u8]>> {
        Table::open(text)
    }

    #[test]
    fn a_header_is_found_whatever_wrote_it() {
        let mut table =
            open("\u{feff}\"Station\"; lon ;LAT;lon\r\n\"A;1\"; 1.5;\r\n\r\nB".as_bytes()).unwrap();
        let columns = ["station", "lon", "lat"].map(|name| table.find(name));
        assert_eq!((columns, table.twice()), ([Some(0), Some(1), Some(2)], Some("lon".into())));
        let line = table.next(&mut |_| ()).unwrap().unwrap();
        assert_eq!(line.cells(columns), [Some(&b"A;1"[..]), Some(&b"1.5"[..]), Some(&b""[..])]);
        let line = table.next(&mut |_| ()).unwrap().unwrap();
        assert_eq!((line.number, line.cells(columns)), (4, [Some(&b"B"[..]), None, None]));
        assert!(table.next(&mut |_| ()).unwrap().is_none());
    }

    #[test]
    fn what_is_no_table_is_refused_in_words() {
        let why = |text: &[u8]| open(text).err().unwrap().to_string();
        assert!(why(b"").contains("empty"));
        assert!(why(b"\xFF\xFEs\0").contains("UTF-16"));
        assert!(why(b"a,b\r1,2\r").contains("CR alone"));
        assert!(why("x".repeat(70_000).as_bytes()).contains("64 KiB"));
        let why = open(b"id|time\n").unwrap().column("time_s").unwrap_err().to_string();
        assert!(why.contains("`id|time` has no column `time_s`"));
    }

    #[test]
    fn a_line_without_end_is_skipped_and_the_next_is_read() {
        let text = format!("a,b\n{}\n1,\"2\n", "x".repeat(70_000));
        let mut table = open(text.as_bytes()).unwrap();
        let mut skipped = vec![];
        let line = table.next(&mut |number| skipped.push(number)).unwrap().unwrap();
        assert_eq!(skipped, [2]);
        assert_eq!(line.cells([Some(0), Some(1)]), [Some(&b"1"[..]), Some(&b"\"2"[..])]);
    }

    #[test]
    fn the_short_way_to_a_number_agrees_with_the_long() {
        for text in ["0", "-1.5", "3408.45855", "170.00001", "9007199254740991", ".5", "5."] {
            assert_eq!(number(text.as_bytes()), text.parse().ok(), "{text}");
        }
        for text in ["", "-", ".", "1.2.3", "nan", "inf", "1e400", "x"] {
            assert_eq!(number(text.as_bytes()), None, "{text}");
        }
        assert_eq!(seconds(b"1970-01-01T00:01:00.25Z"), Some(60.25));
    }
}
