//! Reading TOML tables field by field, so that every mistake is found and none hides another.

use std::cell::RefCell;
use std::ops::Range;
use std::str::FromStr;

use kernel::Mistake;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::suggest;

/// One file, and the mistakes found in it so far.
pub struct Page<'s> {
    /// File name, for mistakes.
    pub file: &'s str,
    /// Its whole text.
    pub text: &'s str,
    mistakes: RefCell<Vec<Mistake>>,
}

impl<'s> Page<'s> {
    /// A page without mistakes yet.
    #[must_use]
    pub fn new(file: &'s str, text: &'s str) -> Self {
        Self { file, text, mistakes: RefCell::default() }
    }
    /// Notes a mistake at `bytes` of the file, held to whole characters of it.
    pub fn note(&self, bytes: Range<usize>, message: impl Into<String>, hint: impl Into<String>) {
        let start = self.text.floor_char_boundary(bytes.start);
        let end = self.text.floor_char_boundary(bytes.end.max(start));
        let mut mistake = Mistake::new(self.file, start..end, message);
        mistake.hint = Some(hint.into()).filter(|hint| !hint.is_empty());
        self.mistakes.borrow_mut().push(mistake);
    }
    /// All mistakes noted, in the order of the text.
    #[must_use]
    pub fn into_mistakes(self) -> Vec<Mistake> {
        let mut mistakes = self.mistakes.into_inner();
        mistakes.sort_by_key(|mistake| (mistake.span.bytes.start, mistake.span.bytes.end));
        mistakes
    }
    /// Parses the TOML in `block` (a range of this page), noting every syntax mistake.
    #[must_use]
    pub fn parse(&self, block: Range<usize>) -> Spanned<DeTable<'s>> {
        let text = self.text.get(block.clone()).unwrap_or_default();
        let (table, errors) = DeTable::parse_recoverable(text);
        for error in errors {
            let bytes = error.span().unwrap_or(0..0);
            let bytes = block.start + bytes.start..block.start + bytes.end;
            self.note(bytes, format!("not TOML: {}", error.message()), "");
        }
        table
    }
}

/// A value with the bytes of the file that wrote it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Written<T> {
    /// The value.
    pub value: T,
    /// Bytes from the start of the file; of a text, without its quotes where that is exact.
    pub bytes: Range<usize>,
}

/// One TOML table being read. [`Table::close`] notes the fields nobody asked for.
pub struct Table<'p, 's> {
    page: &'p Page<'s>,
    table: &'p DeTable<'s>,
    bytes: Range<usize>,
    base: usize,
    asked: RefCell<Vec<&'static str>>,
}

impl<'p, 's> Table<'p, 's> {
    /// Reads `table`, which stands at `bytes` of the page; its own spans count from `base`.
    #[must_use]
    pub fn new(
        page: &'p Page<'s>,
        table: &'p DeTable<'s>,
        bytes: Range<usize>,
        base: usize,
    ) -> Self {
        Self { page, table, bytes, base, asked: RefCell::default() }
    }
    /// Where the table stands, for mistakes about the whole of it.
    #[must_use]
    pub fn bytes(&self) -> Range<usize> {
        self.bytes.clone()
    }
    /// The page it stands on.
    #[must_use]
    pub fn page(&self) -> &'p Page<'s> {
        self.page
    }

    fn place(&self, span: Range<usize>) -> Range<usize> {
        self.base + span.start..self.base + span.end
    }
    fn get(&self, name: &'static str) -> Option<(&'p DeValue<'s>, Range<usize>)> {
        self.asked.borrow_mut().push(name);
        let (_, value) = self.table.iter().find(|(key, _)| key.get_ref() == name)?;
        Some((value.get_ref(), self.place(value.span())))
    }
    fn missing(&self, name: &str) {
        self.page.note(self.bytes(), format!("`{name}` is missing"), format!("add `{name} = ...`"));
    }
    fn wrong(&self, name: &str, wanted: &str, found: &DeValue<'_>, bytes: Range<usize>) {
        let message = format!("`{name}` is {wanted}, not {}", found.type_str());
        self.page.note(bytes, message, "");
    }

    /// A text, when it is there.
    pub fn text_if(&self, name: &'static str) -> Option<Written<String>> {
        let (value, bytes) = self.get(name)?;
        match value {
            DeValue::String(text) => Some(self.written(text, bytes)),
            other => {
                self.wrong(name, "a text", other, bytes);
                None
            }
        }
    }
    /// A text that must be there; empty with a mistake noted when it is not.
    pub fn text(&self, name: &'static str) -> Written<String> {
        let absent = !self.has(name);
        self.text_if(name).unwrap_or_else(|| {
            if absent {
                self.missing(name);
            }
            Written { value: String::new(), bytes: self.bytes() }
        })
    }
    /// A text that reads as `T`, when it is there and does.
    pub fn word_if<T: FromStr<Err: std::fmt::Display>>(
        &self,
        name: &'static str,
    ) -> Option<Written<T>> {
        let text = self.text_if(name)?;
        match text.value.parse() {
            Ok(value) => Some(Written { value, bytes: text.bytes }),
            Err(error) => {
                self.page.note(text.bytes, error.to_string(), "");
                None
            }
        }
    }
    /// One of a few words, each with its meaning; the first when absent and `required` is not set.
    pub fn choice<T: Copy>(&self, name: &'static str, words: &[(&str, T)], fallback: T) -> T {
        let Some(text) = self.text_if(name) else { return fallback };
        match words.iter().find(|(word, _)| *word == text.value) {
            Some((_, value)) => *value,
            None => {
                let hint = suggest::hint(&text.value, words.iter().map(|(word, _)| *word));
                self.page.note(text.bytes, format!("unknown {name} `{}`", text.value), hint);
                fallback
            }
        }
    }
    /// A number, when it is there.
    pub fn number_if(&self, name: &'static str) -> Option<Written<f64>> {
        let (value, bytes) = self.get(name)?;
        let number = match value {
            DeValue::Integer(whole) if whole.radix() == 10 => plain(whole.as_str()),
            DeValue::Float(float) => plain(float.as_str()),
            _ => None,
        };
        if number.is_none() {
            self.wrong(name, "a finite number", value, bytes.clone());
        }
        Some(Written { value: number?, bytes })
    }
    /// A number that must be there and lie in `range`.
    pub fn number_in(&self, name: &'static str, range: std::ops::RangeInclusive<f64>) -> f64 {
        if !self.has(name) {
            self.missing(name);
        }
        let Some(number) = self.number_if(name) else { return *range.start() };
        if !range.contains(&number.value) {
            let message = format!(
                "`{name}` lies between {} and {}, not {}",
                range.start(),
                range.end(),
                number.value
            );
            self.page.note(number.bytes, message, "");
        }
        number.value.clamp(*range.start(), *range.end())
    }
    /// Yes or no; `fallback` when absent.
    pub fn flag(&self, name: &'static str, fallback: bool) -> bool {
        match self.get(name) {
            None => fallback,
            Some((DeValue::Boolean(flag), _)) => *flag,
            Some((other, bytes)) => {
                self.wrong(name, "true or false", other, bytes);
                fallback
            }
        }
    }
    /// A day or moment, written as TOML's own date or as text; what it says, as written.
    pub fn date(&self, name: &'static str) -> Written<String> {
        let Some((value, bytes)) = self.get(name) else {
            self.missing(name);
            return Written { value: String::new(), bytes: self.bytes() };
        };
        match value {
            DeValue::Datetime(date) => Written { value: date.to_string(), bytes },
            DeValue::String(text) => self.written(text, bytes),
            other => {
                self.wrong(name, "a day", other, bytes.clone());
                Written { value: String::new(), bytes }
            }
        }
    }
    /// A list of texts; empty when absent.
    pub fn texts(&self, name: &'static str) -> Vec<Written<String>> {
        let Some((value, bytes)) = self.get(name) else { return Vec::new() };
        let DeValue::Array(items) = value else {
            self.wrong(name, "a list of texts", value, bytes);
            return Vec::new();
        };
        let read = items.iter().filter_map(|item| match item.get_ref() {
            DeValue::String(text) => Some(self.written(text, self.place(item.span()))),
            other => {
                self.wrong(name, "a list of texts", other, self.place(item.span()));
                None
            }
        });
        read.collect()
    }
    /// A table inside this one, when it is there.
    pub fn table_if(&self, name: &'static str) -> Option<Self> {
        let (value, bytes) = self.get(name)?;
        let DeValue::Table(table) = value else {
            self.wrong(name, "a table", value, bytes);
            return None;
        };
        Some(Self::new(self.page, table, bytes, self.base))
    }
    /// A list of tables (`[[name]]`); empty when absent.
    pub fn tables(&self, name: &'static str) -> Vec<Self> {
        let Some((value, bytes)) = self.get(name) else { return Vec::new() };
        let DeValue::Array(items) = value else {
            self.wrong(name, "a list of tables, `[[...]]`", value, bytes);
            return Vec::new();
        };
        let read = items.iter().filter_map(|item| {
            let bytes = self.place(item.span());
            let DeValue::Table(table) = item.get_ref() else {
                self.wrong(name, "a list of tables", item.get_ref(), bytes);
                return None;
            };
            Some(Self::new(self.page, table, bytes, self.base))
        });
        read.collect()
    }
    /// Whether the field is there at all.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.table.iter().any(|(key, _)| key.get_ref() == name)
    }
    /// Every field's name with its place, for tables whose keys are data.
    pub fn keys(&self) -> Vec<Written<String>> {
        let keys = self.table.iter();
        keys.map(|(key, _)| Written {
            value: key.get_ref().to_string(),
            bytes: self.place(key.span()),
        })
        .collect()
    }
    /// Notes every field that nobody asked for.
    pub fn close(self) {
        let asked = self.asked.borrow();
        for key in self.keys() {
            if !asked.contains(&key.value.as_str()) {
                let hint = suggest::hint(&key.value, asked.iter().copied());
                self.page.note(key.bytes, format!("unknown field `{}`", key.value), hint);
            }
        }
    }

    /// A text with the bytes between its quotes; of a text with escapes, the quotes too.
    fn written(&self, text: &str, bytes: Range<usize>) -> Written<String> {
        let raw = self.page.text.get(bytes.clone()).unwrap_or_default();
        let inner = raw.find(text).filter(|_| !text.is_empty());
        let bytes =
            inner.map_or(bytes.clone(), |at| bytes.start + at..bytes.start + at + text.len());
        Written { value: text.to_owned(), bytes }
    }
}

fn plain(digits: &str) -> Option<f64> {
    digits.replace('_', "").parse().ok().filter(|number: &f64| number.is_finite())
}
