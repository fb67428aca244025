//! A CSV file as a header and rows, columns found by name.

use std::borrow::Cow;

use memchr::memchr;
use watch::Observation;

use crate::reading::{Fault, ReadContext, Reading, shown};
use crate::record::{Quoting, Record, Records};

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// The column names of a table, lower case, and the byte that parts its fields.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Header {
    /// In order.
    pub columns: Vec<String>,
    /// `,`, or `;` or a tabulator as spreadsheets write them in some countries.
    pub delimiter: u8,
}

impl Header {
    /// Reads a header line.
    #[must_use]
    pub fn parse(line: &str) -> Self {
        let line = line.trim_start_matches('\u{feff}').trim_end_matches(['\r', '\n']);
        let parts = |delimiter: u8| line.bytes().filter(|&byte| byte == delimiter).count();
        let delimiter = match (parts(b','), parts(b';'), parts(b'\t')) {
            (0, 0, 0) | (1.., ..) => b',',
            (_, semicolons, tabs) => {
                if semicolons >= tabs {
                    b';'
                } else {
                    b'\t'
                }
            }
        };
        let mut fields = Vec::new();
        split(line, delimiter, &mut fields);
        let columns = fields.iter().map(|name| name.trim().to_ascii_lowercase()).collect();
        Self { columns, delimiter }
    }
    /// Where the first column with one of these names stands.
    #[must_use]
    pub fn find(&self, names: &[&str]) -> Option<usize> {
        self.columns.iter().position(|column| names.contains(&column.as_str()))
    }
    /// Names of which no alternative is there.
    #[must_use]
    pub fn missing<'a>(&self, needed: &[&'a [&'a str]]) -> Vec<&'a str> {
        let absent = needed.iter().filter(|names| self.find(names).is_none());
        absent.filter_map(|names| names.first().copied()).collect()
    }
}

/// Splits a record into its fields, unquoted (RFC 4180). Text behind a closing quote is kept.
pub fn split<'a>(record: &'a str, delimiter: u8, fields: &mut Vec<Cow<'a, str>>) {
    fields.clear();
    let mut rest = record;
    loop {
        let (field, behind) = match rest.strip_prefix('"') {
            Some(quoted) => unquoted(quoted, delimiter),
            None => {
                let end = memchr(delimiter, rest.as_bytes());
                (Cow::Borrowed(&rest[..end.unwrap_or(rest.len())]), end.map(|at| &rest[at + 1..]))
            }
        };
        fields.push(field);
        let Some(behind) = behind else { return };
        rest = behind;
    }
}

/// The text of a field whose opening quote has been taken, and what follows its delimiter.
fn unquoted(quoted: &str, delimiter: u8) -> (Cow<'_, str>, Option<&str>) {
    let mut text = Cow::Borrowed("");
    let mut rest = quoted;
    loop {
        let Some(quote) = rest.find('"') else {
            text += rest;
            return (text, None);
        };
        text += &rest[..quote];
        rest = &rest[quote + 1..];
        let Some(behind) = rest.strip_prefix('"') else { break };
        text += "\"";
        rest = behind;
    }
    let end = memchr(delimiter, rest.as_bytes());
    text += &rest[..end.unwrap_or(rest.len())];
    (text, end.map(|at| &rest[at + 1..]))
}

/// Opens a table: its header, and the records behind it.
///
/// # Errors
/// `empty-file`, `utf-16`, `not-text`: nothing in the file can be read.
pub fn open<'a>(
    bytes: &'a [u8],
    context: &ReadContext,
    quoted: bool,
) -> Result<(Header, Records<'a>), Fault> {
    let (header, records) = match &context.header {
        Some(line) => (Header::parse(line), Records::new(bytes, context.first_line, Quoting::Off)),
        None => {
            let (line, records) = first_line(bytes, context.first_line)?;
            (Header::parse(line), records)
        }
    };
    let quoting = if quoted { Quoting::On(header.delimiter) } else { Quoting::Off };
    Ok((header, records.with(quoting)))
}

/// The first line that is not blank, which must be text, and the records behind it.
///
/// # Errors
/// `empty-file`, `utf-16`, `not-text`.
pub fn first_line(bytes: &[u8], line: u64) -> Result<(&str, Records<'_>), Fault> {
    not_utf16(bytes)?;
    let not_text = |why: &str| Fault::new("not-text", format!("the file is not text: {why}"));
    let body = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let mut records = Records::new(body, line, Quoting::Off);
    let head = records.find(|record| record.fault.is_some() || !is_blank(record.bytes, b','));
    let head = head.ok_or_else(|| Fault::new("empty-file", "the file holds no text at all"))?;
    if head.fault.is_some() {
        return Err(not_text("its first line is longer than 64 KiB"));
    }
    let line = text(head.bytes).map_err(|fault| not_text(&fault.reason))?;
    if line.trim_ascii().contains('\r') {
        return Err(not_text("its lines end in CR alone; save it with LF or CRLF"));
    }
    Ok((line, records))
}

/// Says of a file in UTF-16 that it is one.
///
/// # Errors
/// `utf-16`.
pub fn not_utf16(bytes: &[u8]) -> Result<(), Fault> {
    let marked = bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF");
    let fault = || Fault::new("utf-16", "the file is in UTF-16: save it as UTF-8");
    (!marked).then_some(()).ok_or_else(fault)
}

/// Whether a record holds nothing but white space and delimiters, as spreadsheets append.
#[must_use]
pub fn is_blank(record: &[u8], delimiter: u8) -> bool {
    record.iter().all(|&byte| byte == delimiter || byte.is_ascii_whitespace())
}

/// The record as text.
///
/// # Errors
/// `not-utf8`, and `not-text` for control characters.
pub fn text(record: &[u8]) -> Result<&str, Fault> {
    // The common case first, in a form the compiler turns into vector instructions.
    let plain = record.iter().fold(true, |plain, &byte| plain & (0x20..0x7f).contains(&byte));
    let control = |byte: &u8| *byte < 0x20 && !byte.is_ascii_whitespace() || *byte == 0x7f;
    if !plain && let Some(byte) = record.iter().find(|byte| control(byte)) {
        return Err(Fault::new("not-text", format!("control character 0x{byte:02x}")));
    }
    str::from_utf8(record).map_err(|error| {
        let reason = format!("not UTF-8 from byte {}: {}", error.valid_up_to() + 1, shown(record));
        Fault::new("not-utf8", reason)
    })
}

/// One row of a table.
#[derive(Debug)]
pub struct Row<'a> {
    fields: &'a [Cow<'a, str>],
    /// The line it begins on.
    pub line: u64,
}

impl Row<'_> {
    /// The trimmed text of a column; empty when the table has no such column.
    #[must_use]
    pub fn get(&self, column: Option<usize>) -> &str {
        column.and_then(|index| self.fields.get(index)).map_or("", |field| field.trim())
    }
}

/// Reads every row of an open table with `observe`, which adds the row's observations.
pub fn read_rows(
    header: &Header,
    mut records: Records<'_>,
    context: &ReadContext,
    mut observe: impl FnMut(&Row<'_>, &mut Vec<Observation>) -> Result<(), Fault>,
) -> Reading {
    let mut reading = Reading::default();
    for record in records.by_ref() {
        if record.fault.is_none() && is_blank(record.bytes, header.delimiter) {
            continue;
        }
        let line = record.line;
        let before = reading.observations.len();
        if let Err(fault) =
            read_row(header, record, &mut |row| observe(row, &mut reading.observations))
        {
            reading.observations.truncate(before);
            reading.problems.push(fault.at(line));
        }
    }
    reading.lines = records.next_line() - context.first_line;
    reading
}

fn read_row(
    header: &Header,
    record: Record<'_>,
    observe: &mut dyn FnMut(&Row<'_>) -> Result<(), Fault>,
) -> Result<(), Fault> {
    if let Some(fault) = record.fault {
        return Err(fault);
    }
    let mut fields = Vec::with_capacity(header.columns.len());
    split(text(record.bytes)?, header.delimiter, &mut fields);
    if fields.len() != header.columns.len() {
        return Err(field_count(fields.len(), header.columns.len()));
    }
    observe(&Row { fields: &fields, line: record.line })
}

/// The fault of a row with too few or too many fields.
#[must_use]
pub fn field_count(found: usize, expected: usize) -> Fault {
    Fault::new("field-count", format!("{found} fields where the header has {expected}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(record: &str) -> Vec<String> {
        let mut fields = Vec::new();
        split(record, b',', &mut fields);
        fields.into_iter().map(Cow::into_owned).collect()
    }

    #[test]
    fn fields_are_unquoted() {
        assert_eq!(fields("a,\"b,\"\"c\"\"\",,d\"e"), ["a", "b,\"c\"", "", "d\"e"]);
        assert_eq!(fields("\"a\"b,c,"), ["ab", "c", ""]);
        assert_eq!(fields(""), [""]);
    }

    #[test]
    fn headers_of_other_countries() {
        let header = Header::parse("\u{feff}\"Date\"; LON ;lat\r\n");
        assert_eq!((header.delimiter, header.find(&["x", "lon"])), (b';', Some(1)));
        assert_eq!(header.missing(&[&["date"], &["place", "place_name"]]), ["place"]);
    }

    #[test]
    fn what_is_no_table() {
        let code = |bytes: &[u8]| first_line(bytes, 1).unwrap_err().code;
        assert_eq!(code(b" \n\r\n"), "empty-file");
        assert_eq!(code(b"\xFF\xFEa\0"), "utf-16");
        assert_eq!(code(b"\x89PNG\r\n"), "not-text");
        assert_eq!(code(b"PK\x03\x04"), "not-text");
        assert_eq!(code(b"a,b\r1,2\r"), "not-text");
        let (line, mut records) = first_line(b"\xEF\xBB\xBF\na,b\r\n1,2", 1).unwrap();
        assert_eq!((line, records.next().map(|record| record.line)), ("a,b", Some(3)));
    }
}
