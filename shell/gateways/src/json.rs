//! Records as JSON: one object a line, or one array of them. A bad one costs itself, and what is
//! left of an array that was cut off is read.

use std::borrow::Cow;

use serde_json::Value;
use watch::Observation;

use crate::reading::{Fault, ReadContext, Reading};
use crate::record::{Quoting, Records};
use crate::table::{first_line, is_blank, text};

/// Longest JSON array, in bytes; longer collections come as JSON lines.
pub const ARRAY_LIMIT: usize = 2 * 1024 * 1024;

/// How records are written down.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Layout {
    /// CSV with a header.
    Table,
    /// One JSON object a line.
    Lines,
    /// One JSON array of objects.
    Array,
}

impl Layout {
    /// The layout that a file's first line shows.
    #[must_use]
    pub fn of(first_line: &str) -> Self {
        match first_line.trim_start().as_bytes().first() {
            Some(b'{') => Self::Lines,
            Some(b'[') => Self::Array,
            _ => Self::Table,
        }
    }

    /// The layout of a file or of a part of one.
    ///
    /// # Errors
    /// `empty-file`, `utf-16`, `not-text`.
    pub fn found(bytes: &[u8], context: &ReadContext) -> Result<Self, Fault> {
        match &context.header {
            Some(_) => Ok(Self::Table),
            // A later part of a file of JSON lines may begin with a line that is none.
            None if context.first_line > 1 => Ok(Self::Lines),
            None => Ok(Self::of(first_line(bytes, 1)?.0)),
        }
    }
}

/// How the object that begins on a line is read.
pub type ReadObject<'a> = &'a dyn Fn(&Value, u64) -> Result<Vec<Observation>, Fault>;

/// Reads one object a line.
#[must_use]
pub fn read_lines(bytes: &[u8], context: &ReadContext, object: ReadObject<'_>) -> Reading {
    let mut reading = Reading::default();
    // The byte order mark belongs to the first line of the file, not of a later part.
    let mark = bytes.strip_prefix(b"\xEF\xBB\xBF").filter(|_| context.first_line == 1);
    let mut records = Records::new(mark.unwrap_or(bytes), context.first_line, Quoting::Off);
    for record in records.by_ref() {
        if record.fault.is_none() && is_blank(record.bytes, b' ') {
            continue;
        }
        let json = record.fault.map_or_else(|| text(record.bytes), Err);
        reading.add(record.line, json.and_then(|json| object(&value(json)?, record.line)));
    }
    reading.lines = records.next_line() - context.first_line;
    reading
}

/// Reads an array object by object.
#[must_use]
pub fn read_array(bytes: &[u8], context: &ReadContext, object: ReadObject<'_>) -> Reading {
    if bytes.len() > ARRAY_LIMIT {
        return Reading::refused(array_too_large());
    }
    let body = match utf8(bytes) {
        Ok(body) => body,
        Err(fault) => return Reading::refused(fault),
    };
    let lines = Records::new(bytes, 1, Quoting::Off).lines_left() as u64;
    let mut reading = Reading { lines, ..Reading::default() };
    for (line, element) in elements(body) {
        // What a file lacks behind its last line end is named at that line.
        let line = line.min(lines) + context.first_line - 1;
        reading.add(line, element.and_then(|json| object(&value(json)?, line)));
    }
    reading
}

impl Reading {
    fn add(&mut self, line: u64, read: Result<Vec<Observation>, Fault>) {
        match read {
            Ok(observations) => self.observations.extend(observations),
            Err(fault) => self.problems.push(fault.at(line)),
        }
    }
}

/// The text of a file without its byte order mark.
///
/// # Errors
/// `not-utf8`.
pub fn utf8(bytes: &[u8]) -> Result<&str, Fault> {
    let body = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    str::from_utf8(body).map_err(|error| {
        Fault::new("not-utf8", format!("not UTF-8 from byte {}", error.valid_up_to() + 1))
    })
}

/// The fault of a JSON array that is too large to be read at once.
#[must_use]
pub fn array_too_large() -> Fault {
    let reason = format!("a JSON array over {ARRAY_LIMIT} bytes: write one object a line instead");
    Fault::new("array-too-large", reason)
}

fn malformed(why: impl std::fmt::Display) -> Fault {
    Fault::new("json-malformed", format!("not JSON: {why}"))
}

/// A value; where Python wrote that a number is none (`NaN`, `Infinity`), it is `null`.
///
/// # Errors
/// `json-malformed`.
pub fn value(json: &str) -> Result<Value, Fault> {
    serde_json::from_str(&without_nan(json)).map_err(malformed)
}

/// The text with `null` for what is no number, outside of quotes.
fn without_nan(json: &str) -> Cow<'_, str> {
    const NONE: [&str; 3] = ["-Infinity", "Infinity", "NaN"];
    if !NONE.iter().any(|word| json.contains(word)) {
        return Cow::Borrowed(json);
    }
    let (mut out, mut rest, mut quotes) = (String::with_capacity(json.len()), json, Quotes::new());
    while let Some(letter) = rest.chars().next() {
        let none = NONE.iter().find(|word| !quotes.open && rest.starts_with(**word));
        let (length, put) = match none {
            Some(word) => (word.len(), "null"),
            None => (letter.len_utf8(), &rest[..letter.len_utf8()]),
        };
        quotes.pass(letter);
        out.push_str(put);
        rest = &rest[length..];
    }
    Cow::Owned(out)
}

/// Whether a text stands open.
struct Quotes {
    open: bool,
    escaped: bool,
}

impl Quotes {
    fn new() -> Self {
        Self { open: false, escaped: false }
    }

    fn pass(&mut self, letter: char) {
        self.open ^= letter == '"' && !self.escaped;
        self.escaped = self.open && letter == '\\' && !self.escaped;
    }
}

/// What stands between the commas of an array, with the line on which each begins. Behind them
/// stands a fault when the array has no end, or when something follows its end.
pub fn elements(text: &str) -> Elements<'_> {
    Elements { rest: text, line: 1, state: State::Before }
}

/// The elements of an array, in order.
#[derive(Clone, Debug)]
pub struct Elements<'a> {
    rest: &'a str,
    line: u64,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    Before,
    Within,
    Behind,
    Over,
}

impl<'a> Elements<'a> {
    /// Steps past so many bytes, over the ends of their lines.
    fn pass(&mut self, length: usize) -> &'a str {
        let (passed, rest) = self.rest.split_at(length);
        self.line += memchr::memchr_iter(b'\n', passed.as_bytes()).count() as u64;
        self.rest = rest;
        passed
    }

    fn pass_blank(&mut self) {
        self.pass(self.rest.len() - self.rest.trim_start().len());
    }

    /// The next element up to the comma or bracket that ends it, which is taken too.
    fn element(&mut self) -> (&'a str, State) {
        let (mut depth, mut quotes) = (0_u32, Quotes::new());
        for (at, byte) in self.rest.bytes().enumerate() {
            let outside = depth == 0 && !quotes.open;
            match byte {
                b',' | b']' if outside => {
                    let element = self.pass(at);
                    self.pass(1);
                    return (element, if byte == b']' { State::Behind } else { State::Within });
                }
                b'{' | b'[' if !quotes.open => depth += 1,
                b'}' | b']' if !quotes.open => depth = depth.saturating_sub(1),
                _ => {}
            }
            quotes.pass(char::from(byte));
        }
        (self.pass(self.rest.len()), State::Over)
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = (u64, Result<&'a str, Fault>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            self.pass_blank();
            let line = self.line;
            match self.state {
                State::Before => {
                    let opened = self.rest.starts_with('[');
                    self.pass(usize::from(opened));
                    self.state = State::Within;
                }
                State::Within if self.rest.is_empty() => {
                    self.state = State::Over;
                    return Some((line, Err(malformed("the array has no end; was it cut off?"))));
                }
                State::Within => {
                    let (element, state) = self.element();
                    // What is cut off within an element still lacks the end of the array.
                    self.state = if state == State::Over { State::Within } else { state };
                    if !element.trim().is_empty() {
                        return Some((line, Ok(element.trim())));
                    }
                }
                State::Behind => {
                    self.state = State::Over;
                    if !self.rest.is_empty() {
                        return Some((line, Err(malformed("something stands behind the array"))));
                    }
                }
                State::Over => return None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<(u64, String)> {
        let told = |(line, element): (u64, Result<&str, Fault>)| {
            (line, element.map_or_else(|fault| fault.code.to_owned(), ToOwned::to_owned))
        };
        elements(text).map(told).collect()
    }

    #[test]
    fn an_array_is_cut_into_its_elements() {
        let told = |list: &[(u64, &str)]| -> Vec<(u64, String)> {
            list.iter().map(|(line, text)| (*line, (*text).to_owned())).collect()
        };
        let text = "\n[{\"a\": [1, 2]},\n \"]\\\",\", 7\n, ]\n";
        assert_eq!(cut(text), told(&[(2, "{\"a\": [1, 2]}"), (3, "\"]\\\",\""), (3, "7")]));
        assert_eq!(cut(" [ ] "), []);
        assert_eq!(cut("[1,\n{\"a"), told(&[(1, "1"), (2, "{\"a"), (2, "json-malformed")]));
        assert_eq!(cut("[1,2"), told(&[(1, "1"), (1, "2"), (1, "json-malformed")]));
        assert_eq!(cut("[1]\n]"), told(&[(1, "1"), (2, "json-malformed")]));
    }

    #[test]
    fn what_is_no_number_is_null_but_in_a_text() {
        let read = value(r#"{"a": NaN, "b": -Infinity, "c": "\"NaN", "d": "Infinity ü"}"#).unwrap();
        assert_eq!(
            read,
            serde_json::json!({"a": null, "b": null, "c": "\"NaN", "d": "Infinity ü"})
        );
        assert_eq!(value("NaN1").unwrap_err().code, "json-malformed");
    }
}
