//! The watch's part of an agreement: its sources and its settings.

use std::collections::BTreeMap;

use kernel::{Mistake, SourceId, SourceText};
use serde::Deserialize;
use serde::de::IntoDeserializer;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::settings::Settings;
use crate::source::Source;

/// The file of sources in an agreement's folder.
pub const SOURCES_FILE: &str = "sources.toml";

/// What an agreement says about watching.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct WatchPart {
    /// The sources it names, by name.
    pub sources: BTreeMap<SourceId, Source>,
    /// Rates and spreads.
    pub settings: Settings,
}

/// Reads `sources.toml` and `watch.toml`; every mistake is named.
#[must_use]
pub fn read(text: &SourceText) -> (WatchPart, Vec<Mistake>) {
    let (settings, mut mistakes) = Settings::read(text);
    let sources = text
        .file(SOURCES_FILE)
        .map_or_else(BTreeMap::new, |source| read_sources(source, &mut mistakes));
    (WatchPart { sources, settings }, mistakes)
}

fn read_sources(text: &str, mistakes: &mut Vec<Mistake>) -> BTreeMap<SourceId, Source> {
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        mistakes.push(mistake(error.span().unwrap_or(0..0), error.message()));
    }
    let mut sources = BTreeMap::new();
    for (name, value) in table.get_ref() {
        let Some(list) = value.get_ref().as_array().filter(|_| name.get_ref() == "source") else {
            mistakes.push(
                mistake(name.span(), "only sources stand in this file")
                    .hint("write each source under [[source]]"),
            );
            continue;
        };
        for entry in list {
            read_source(entry, &mut sources, mistakes);
        }
    }
    sources
}

fn read_source(
    entry: &Spanned<DeValue<'_>>,
    sources: &mut BTreeMap<SourceId, Source>,
    mistakes: &mut Vec<Mistake>,
) {
    let source = match Source::deserialize(entry.clone().into_deserializer()) {
        Ok(source) => source,
        Err(error) => {
            let span = error.span().unwrap_or_else(|| entry.span());
            mistakes.push(mistake(span, error.message()));
            return;
        }
    };
    let span_of =
        |key: &str| entry.get_ref().get(key).map_or_else(|| entry.span(), |value| value.span());
    if !(0.0..=1.0).contains(&source.false_alarm_share) {
        mistakes.push(mistake(span_of("false-alarm-share"), "a share lies between 0 and 1"));
    }
    if source.independence_group.is_empty() {
        mistakes.push(mistake(span_of("independence-group"), "a group needs a name"));
    }
    if sources.contains_key(&source.id) {
        mistakes.push(mistake(span_of("id"), "this source stands in the file twice"));
    }
    sources.insert(source.id.clone(), source);
}

fn mistake(span: std::ops::Range<usize>, message: &str) -> Mistake {
    Mistake::new(SOURCES_FILE, span, message)
}
