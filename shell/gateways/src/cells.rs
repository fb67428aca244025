//! One report as named cells, the same whether it came as a CSV row or a JSON object.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use kernel::{Duration, Interval, ObservationId, Time};
use serde_json::Value;
use watch::Observation;

use crate::moment::{Stated, plausible, stated, zone};
use crate::number::typed;
use crate::position::{MicroDegrees, position};
use crate::reading::{Fault, ReadContext, Reading, shown};
use crate::table::{Header, Row, open, read_rows};

/// A time given to the minute lies within that minute.
const MINUTE: Duration = Duration(59_999_999);
/// Longest interval of one report.
const INTERVAL_MAX: Duration = Duration::days(31);

/// Cells that are not empty, by the name of their column, trimmed.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Cells(BTreeMap<&'static str, String>);

/// Reads a table of one observation a row: the columns `needed` must be there, those in `columns`
/// are read, others are left out.
#[must_use]
pub fn read_table(
    bytes: &[u8],
    context: &ReadContext,
    needed: &[&[&str]],
    columns: &[&'static str],
    observe: impl Fn(&Cells, u64, &ReadContext) -> Result<Observation, Fault>,
) -> Reading {
    let (header, records) = match open(bytes, context, true) {
        Ok(opened) => opened,
        Err(fault) => return Reading::refused(fault),
    };
    let missing = header.missing(needed);
    if !missing.is_empty() {
        return Reading::refused(crate::format::wrong_columns(&header, &missing));
    }
    read_rows(&header, records, context, |row, observations| {
        let cells = Cells::from_row(columns, &header, row);
        observations.push(observe(&cells, row.line, context)?);
        Ok(())
    })
}

impl Cells {
    /// The cells of a table's row; columns that are not in `names` are left out.
    #[must_use]
    pub fn from_row(names: &[&'static str], header: &Header, row: &Row<'_>) -> Self {
        let cell = |name: &&'static str| {
            let text = row.get(header.find(&[name]));
            (!text.is_empty()).then(|| (*name, text.to_owned()))
        };
        Self(names.iter().filter_map(cell).collect())
    }

    /// The cells of a JSON object: texts, numbers, or lists of them, which are joined with `|`.
    ///
    /// # Errors
    /// `json-malformed` when it is no object or holds other values in these names.
    pub fn from_json(names: &[&'static str], value: &Value) -> Result<Self, Fault> {
        let refuse = |why: String| Fault::new("json-malformed", why);
        let object = value.as_object().ok_or_else(|| refuse("not a JSON object".to_owned()))?;
        let mut cells = BTreeMap::new();
        for name in names {
            let Some(value) = object.get(*name) else { continue };
            let text = cell_text(value).ok_or_else(|| {
                refuse(format!("`{name}` is neither a text, a number nor a list of them"))
            })?;
            if text.chars().any(|letter| letter.is_control() && !letter.is_whitespace()) {
                return Err(Fault::new("not-text", format!("control character in `{name}`")));
            }
            if !text.trim().is_empty() {
                cells.insert(*name, text.trim().to_owned());
            }
        }
        Ok(Self(cells))
    }

    /// The text of a cell; empty when it was.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// The text of a cell that is not empty.
    #[must_use]
    pub fn some(&self, name: &str) -> Option<String> {
        self.0.get(name).cloned()
    }

    /// The text of a cell that must be filled.
    ///
    /// # Errors
    /// `field-missing`.
    pub fn need(&self, name: &str) -> Result<&str, Fault> {
        let missing = || Fault::new("field-missing", format!("`{name}` is empty"));
        self.0.get(name).map(String::as_str).ok_or_else(missing)
    }

    /// The id of the report's `part`-th observation: source, and all cells by name and text.
    #[must_use]
    pub fn id(&self, source: &str, part: usize) -> ObservationId {
        let mut content = part.to_string();
        for (name, text) in &self.0 {
            content.extend(["\u{1f}", name, "\u{1e}", text]);
        }
        ObservationId::of(source, content.as_bytes())
    }

    /// A position from two cells; none when both are empty.
    ///
    /// # Errors
    /// As [`position`], and `field-missing` when only one is filled.
    pub fn position(&self, lon: &str, lat: &str) -> Result<Option<MicroDegrees>, Fault> {
        if self.get(lon).is_empty() && self.get(lat).is_empty() {
            return Ok(None);
        }
        let point = |name: &str| Ok(self.need(name)?.replacen(',', ".", 1));
        position(point(lon)?.as_bytes(), point(lat)?.as_bytes()).map(Some)
    }

    /// A length in metres from a cell; none when it is empty.
    ///
    /// # Errors
    /// `number-unreadable`, and `distance-unreadable` outside `0..=max_m`.
    pub fn length_m(&self, name: &str, max_m: f64) -> Result<Option<f32>, Fault> {
        let words = self.get(name);
        if words.is_empty() {
            return Ok(None);
        }
        let length_m = typed(words)?;
        let refuse = || {
            let reason = format!("`{}` is not 0 to {max_m} m", shown(words.as_bytes()));
            Fault::new("distance-unreadable", reason)
        };
        (length_m > 0.0 && length_m <= max_m).then_some(Some(length_m as f32)).ok_or_else(refuse)
    }

    /// The interval between the cells `start` and `end`: full times, or times of day on the cell
    /// `date`. Without `end` it is the stated minute or day; local times need `time_zone`.
    ///
    /// # Errors
    /// As [`stated`] and [`plausible`], and `interval-unreadable` when it runs backward or is
    /// longer than 31 days.
    pub fn interval(&self, start: &str, end: &str, received: Time) -> Result<Interval, Fault> {
        let zone = match self.get("time_zone") {
            "" => None,
            words => Some(zone(words)?),
        };
        let first = self.stated(start, zone.as_ref())?;
        let mut when = first.when;
        if !first.day_only {
            when.end = when.end + MINUTE;
        }
        if !self.get(end).is_empty() {
            let mut last = self.stated(end, zone.as_ref())?.when.end;
            if last < when.start && !self.get("date").is_empty() {
                last = last + Duration::days(1);
            }
            when.end = last;
        }
        if when.end < when.start || when.length() > INTERVAL_MAX {
            let reason =
                format!("from {} to {} runs backward or is too long", when.start, when.end);
            return Err(Fault::new("interval-unreadable", reason));
        }
        plausible(when, received)
    }

    fn stated(&self, name: &str, zone: Option<&TimeZone>) -> Result<Stated, Fault> {
        match (self.get("date"), self.get(name)) {
            ("", _) => stated(self.need(name)?, zone),
            (date, "") => stated(date, zone),
            (date, time) => stated(&format!("{date} {time}"), zone),
        }
    }
}

fn cell_text(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some(String::new()),
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(items) if items.iter().all(|item| !item.is_array()) => {
            Some(items.iter().map(cell_text).collect::<Option<Vec<_>>>()?.join("|"))
        }
        _ => None,
    }
}
