//! VIINA press reports, coded to settlements: daily events, incidents, and the 2022 rebuild.

use jiff::tz::TimeZone;
use kernel::{Duration, Interval, ObservationId};
use watch::{Class, Content, Observation, Report, Shape};

use crate::moment::{KYIV, plausible, stated, zone};
use crate::position::{MicroDegrees, position};
use crate::reading::{Fault, ReadContext, Reading, shown};
use crate::table::{Header, Row, open, read_rows};
use crate::words::{attack_term, together, viina_type};

/// A settlement's centroid stands for all of it. Nothing says how large it is: villages have a
/// radius near 1 km, Kyiv some 12 km, and gazetteers differ by a few, metres.
const SETTLEMENT_RADIUS_M: f32 = 5_000.0;
/// A report with a time of day was published then; what it tells of happened within a day before.
const REPORTING_DELAY: Duration = Duration::hours(24);
/// On these hosts the account is the outlet: the first word of the path belongs to its name.
const SHARED_HOSTS: [&str; 6] =
    ["t.me", "telegram.me", "facebook.com", "twitter.com", "x.com", "youtube.com"];

/// What each layout needs; the first whose columns are there is taken.
const LAYOUTS: [(Kind, &[&[&str]]); 3] = [
    (Kind::TypeCode, &[&["date"], LON, LAT, &["place"], &["type_code"]]),
    (Kind::EventType, &[&["datetime"], LON, LAT, &["place_name"], &["event_type"]]),
    (
        Kind::AttackTerms,
        &[&["date"], LON, LAT, &["asciiname"], &["attack_terms"], &["event_id_1pd"]],
    ),
];
const LON: &[&str] = &["lon", "longitude"];
const LAT: &[&str] = &["lat", "latitude"];

/// Which of the three layouts: they say in different ways what happened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    /// One letter (`viina_events_*`).
    TypeCode,
    /// Words parted by `|` (`viina_incidents_*`).
    EventType,
    /// Stems found in the text, parted by `|` (`VIINA_2022_REBUILD`).
    AttackTerms,
}

/// The columns that the nearest layout lacks; none when one fits.
#[must_use]
pub fn missing(header: &Header) -> Vec<&'static str> {
    let lacks = LAYOUTS.iter().map(|(_, needed)| header.missing(needed));
    lacks.min_by_key(Vec::len).unwrap_or_default()
}

/// Reads a VIINA CSV file of any of the three layouts.
#[must_use]
pub fn read(bytes: &[u8], context: &ReadContext) -> Reading {
    let (header, records) = match open(bytes, context, true) {
        Ok(opened) => opened,
        Err(fault) => return Reading::refused(fault),
    };
    let Some((kind, needed)) = LAYOUTS.iter().find(|(_, needed)| header.missing(needed).is_empty())
    else {
        return Reading::refused(crate::format::wrong_columns(&header, &missing(&header)));
    };
    let reader = match Reader::new(*kind, needed, &header, context) {
        Ok(reader) => reader,
        Err(fault) => return Reading::refused(fault),
    };
    read_rows(&header, records, context, |row, observations| {
        observations.extend(reader.observe(row)?);
        Ok(())
    })
}

/// Where the columns stand.
struct Reader<'a> {
    context: &'a ReadContext,
    kyiv: TimeZone,
    kind: Kind,
    when: Option<usize>,
    lon: Option<usize>,
    lat: Option<usize>,
    place: Option<usize>,
    what: Option<usize>,
    text: Option<usize>,
    links: Option<usize>,
}

impl<'a> Reader<'a> {
    fn new(
        kind: Kind,
        needed: &[&[&str]],
        header: &Header,
        context: &'a ReadContext,
    ) -> Result<Self, Fault> {
        let find = |index: usize| needed.get(index).and_then(|names| header.find(names));
        Ok(Self {
            context,
            kyiv: zone(KYIV)?,
            kind,
            when: find(0),
            lon: find(1),
            lat: find(2),
            place: find(3),
            what: find(4),
            text: header.find(&["headline", "representative_text"]),
            links: header.find(&["source_urls"]),
        })
    }

    /// One observation for each outlet that the row cites, so that outlets stay apart.
    fn observe(&self, row: &Row<'_>) -> Result<Vec<Observation>, Fault> {
        let at = position(row.get(self.lon).as_bytes(), row.get(self.lat).as_bytes())?;
        let when = self.when(row.get(self.when))?;
        let what = row.get(self.what);
        let classes = self.classes(what)?;
        let (place_name, text) = (row.get(self.place), row.get(self.text));
        let outlets = outlets(row.get(self.links));
        let unnamed = [(self.context.source.as_str().to_owned(), "")];
        let outlets = if outlets.is_empty() { &unnamed[..] } else { &outlets[..] };
        Ok(outlets
            .iter()
            .map(|(reporter, link)| Observation {
                id: id(self.context.source.as_str(), when, at, &[what, place_name, text, link]),
                line: row.line,
                when,
                shape: Shape::Area { center: at.place(), radius_m: SETTLEMENT_RADIUS_M },
                content: Content::Report(Box::new(Report {
                    classes: classes.clone(),
                    count: None,
                    reporter: reporter.clone(),
                    claimed_by: None,
                    claimed_against: None,
                    text: text.to_owned(),
                    link: (!link.is_empty()).then(|| (*link).to_owned()),
                    place_name: (!place_name.is_empty()).then(|| place_name.to_owned()),
                })),
            })
            .collect())
    }

    /// A day is the Kyiv civil day. Midnight exactly means that no time of day was given.
    fn when(&self, words: &str) -> Result<Interval, Fault> {
        let words = words.strip_suffix(" 00:00:00").unwrap_or(words);
        let stated = stated(words, Some(&self.kyiv))?;
        let when = plausible(stated.when, self.context.received)?;
        let published = when.end;
        Ok(if stated.day_only {
            when
        } else {
            Interval::new(published - REPORTING_DELAY, published)
        })
    }

    fn classes(&self, words: &str) -> Result<Vec<(Class, f32)>, Fault> {
        let mut lists = Vec::new();
        for word in words.split('|').map(str::trim) {
            lists.push(match self.kind {
                Kind::AttackTerms => attack_term(word),
                Kind::TypeCode | Kind::EventType => viina_type(word).ok_or_else(|| {
                    let reason = format!("`{}` is no event type of VIINA", shown(word.as_bytes()));
                    Fault::new("kind-unknown", reason)
                })?,
            });
        }
        Ok(together(lists))
    }
}

/// The id of a report: days and times as read, position in millionths of a degree, and the words
/// that say what, where by name, the text and the link; never how many reports a row counts.
fn id(source: &str, when: Interval, at: MicroDegrees, words: &[&str]) -> ObservationId {
    let mut content = Vec::new();
    content.extend(when.start.0.to_be_bytes());
    content.extend(when.end.0.to_be_bytes());
    content.extend(at.lat.to_be_bytes());
    content.extend(at.lon.to_be_bytes());
    for word in words {
        content.extend(word.as_bytes());
        // The unit separator cannot stand in a field: control characters are refused.
        content.push(0x1f);
    }
    ObservationId::of(source, &content)
}

/// The outlets that a list of links names, in their order by name, each once with the first of
/// its links in alphabetical order: how the list is sorted does not matter.
fn outlets(links: &str) -> Vec<(String, &str)> {
    let links = links.split('|').map(str::trim);
    let mut outlets: Vec<_> = links.filter_map(|link| Some((outlet(link)?, link))).collect();
    outlets.sort();
    outlets.dedup_by(|next, kept| next.0 == kept.0);
    outlets
}

/// The outlet behind a link: its host without `www.`, on shared hosts with the account.
fn outlet(link: &str) -> Option<String> {
    let (scheme, rest) = link.split_once("://")?;
    if !scheme.starts_with("http") {
        return None;
    }
    let mut parts = rest.split(['/', '?', '#']);
    let host = parts.next()?.to_ascii_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    let account = parts.next().filter(|word| !word.is_empty());
    match account {
        Some(account) if SHARED_HOSTS.contains(&host) => Some(format!("{host}/{account}")),
        _ => (!host.is_empty()).then(|| host.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outlets_by_host_and_account() {
        let links = "https://www.ria.ru/b | https://t.me/one/5|https://ria.ru/a|https://t.me/two|x";
        let expected = [
            ("ria.ru", "https://ria.ru/a"),
            ("t.me/one", "https://t.me/one/5"),
            ("t.me/two", "https://t.me/two"),
        ];
        let found = outlets(links);
        assert_eq!(found, expected.map(|(outlet, link)| (outlet.to_owned(), link)));
        assert!(outlets("").is_empty());
    }
}
