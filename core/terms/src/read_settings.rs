//! Reads the ```agreement block: settings, facts, notices, weapons, weights, publication.

use std::collections::{BTreeMap, BTreeSet};

use kernel::Duration;
use watch::Class;

use crate::agreement::{
    Agreement, FactKind, Heading, Leaning, NoticeKind, Outcome, Publication, WeaponClass, Weights,
};
use crate::fields::{Table, Written};
use crate::parties::Names;
use crate::suggest;
use crate::words::CLASSES;

/// The fact whose `since` is T0; every agreement declares it.
pub const CEASEFIRE: &str = "ceasefire-in-force";

/// Reads the block into `agreement`, whose zones are already there.
pub fn read(table: Table<'_, '_>, agreement: &mut Agreement) {
    agreement.heading = heading(&table);
    agreement.facts = table.tables("fact").into_iter().map(fact).collect();
    agreement.notices = table.tables("notice").into_iter().map(notice).collect();
    agreement.weapons = table.tables("weapons").into_iter().map(weapons).collect();
    agreement.weights = match table.table_if("attribution") {
        Some(inner) => weights(inner, agreement),
        None => Weights { unattributed: 1.0, ..Weights::default() },
    };
    if !agreement.facts.iter().any(|fact| fact.name == CEASEFIRE) {
        let hint = "its `since` is T0: add a [[fact]] of that name";
        table.page().note(table.bytes(), format!("the fact `{CEASEFIRE}` is not declared"), hint);
    }
    table.close();
}

fn heading(table: &Table<'_, '_>) -> Heading {
    let outcomes =
        [("recommendation", Outcome::Recommendation), ("determination", Outcome::Determination)];
    let read = Heading {
        id: table.text("id").value,
        version: table.number_in("version", 1.0..=1e6) as u32,
        title: Names::read(table, "title"),
        short: table.text("short").value,
        status: table.text("status").value,
        outcome: table.choice("outcome", &outcomes, Outcome::Recommendation),
        authoritative_language: table.text("authoritative_language").value,
        boundary_view: table.text("boundary_view").value,
        time_zone: table.text("time_zone").value,
        p_alleged: table.number_in("p_alleged", 0.5..=1.0),
        p_none: table.number_in("p_none", 0.0..=0.5),
        severity: table.texts("severity").into_iter().map(|level| level.value).collect(),
        publication: table.table_if("publication").map(publication).unwrap_or_default(),
    };
    if read.severity.is_empty() {
        let hint = "severity = [\"minor\", \"serious\"]";
        table.page().note(table.bytes(), "`severity` names no level", hint);
    }
    read
}

fn publication(table: Table<'_, '_>) -> Publication {
    let read = Publication {
        delay: span(&table, "delay"),
        coarse_m: table.number_in("coarse_m", 0.0..=1e6),
        withheld: classes(&table, table.texts("withheld")),
    };
    table.close();
    read
}

fn span(table: &Table<'_, '_>, name: &'static str) -> Duration {
    if !table.has(name) {
        let message = format!("`{name}` is missing");
        table.page().note(table.bytes(), message, format!("{name} = \"24h\""));
    }
    table.word_if(name).map_or(Duration::ZERO, |written| written.value)
}

/// The classes that a list of words names; unknown words are noted.
pub fn classes(table: &Table<'_, '_>, words: Vec<Written<String>>) -> BTreeSet<Class> {
    let read = words.into_iter().filter_map(|word| {
        let known = CLASSES.iter().find(|(name, _)| *name == word.value);
        if known.is_none() {
            let hint = suggest::hint(&word.value, CLASSES.iter().map(|(name, _)| *name));
            table.page().note(word.bytes, format!("unknown class `{}`", word.value), hint);
        }
        known.map(|(_, class)| *class)
    });
    read.collect()
}

fn fact(table: Table<'_, '_>) -> FactKind {
    let read = FactKind {
        name: table.text("name").value,
        meaning: table.text("meaning").value,
        subject: table.text_if("subject").map(|subject| subject.value),
        subject_required: table.flag("subject_required", false),
    };
    table.close();
    read
}

fn notice(table: Table<'_, '_>) -> NoticeKind {
    let read = NoticeKind {
        name: table.text("name").value,
        meaning: table.text("meaning").value,
        lead_min: span(&table, "lead_min"),
        margin_m: table.number_in("margin_m", 0.0..=1e5),
        length_max: span(&table, "length_max"),
    };
    table.close();
    read
}

fn weapons(table: Table<'_, '_>) -> WeaponClass {
    let read = WeaponClass {
        name: table.text("name").value,
        covers: table.text("covers").value,
        withdraw_m: table.number_in("withdraw_km", 0.0..=1_000.0) * 1_000.0,
        source: table.text("source").value,
    };
    table.close();
    read
}

fn weights(table: Table<'_, '_>, agreement: &Agreement) -> Weights {
    let lines = &agreement.zones.lines;
    let line = table.text_if("line").and_then(|name| {
        let index = lines.iter().position(|line| line.id == name.value);
        if index.is_none() {
            let hint = suggest::hint(&name.value, lines.iter().map(|line| line.id.as_str()));
            table.page().note(name.bytes, format!("unknown line `{}`", name.value), hint);
        }
        index
    });
    let mut leanings = BTreeMap::new();
    for inner in table.tables("class") {
        let leaning = Leaning {
            holder: inner.number_in("holder", 0.0..=100.0),
            opposite: inner.number_in("opposite", 0.0..=100.0),
            reach_m: inner
                .number_if("reach_km")
                .map_or(f64::INFINITY, |reach_km| reach_km.value * 1_000.0),
        };
        for class in classes(&inner, inner.texts("classes")) {
            leanings.insert(class, leaning.clone());
        }
        inner.close();
    }
    let read = Weights {
        unattributed: table.number_in("unattributed", 0.01..=100.0),
        claim: table.number_in("claim", 0.0..=100.0),
        admission: table.number_in("admission", 0.0..=100.0),
        claims_max: table.number_in("claims_max", 0.0..=100.0),
        line,
        leanings,
    };
    table.close();
    read
}
