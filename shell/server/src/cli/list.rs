//! Lists and single things: read from the record without taking the writer's lock.

use kernel::{Identity, Refusal};
use serde_json::{Value, json};

use super::args::{Board, Form, List, ListVerb, Verb, Words};
use super::{drawn, print, refer, shown};
use crate::views::incidents::Filter;
use crate::views::{self, Sight, Window};
use desk::Error;
use desk::Reader;

/// What is listed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Noun {
    /// Incidents.
    Incidents,
    /// Allegations.
    Allegations,
    /// Cases.
    Cases,
    /// Findings.
    Findings,
    /// Pledges.
    Pledges,
    /// Obligations.
    Obligations,
    /// Facts.
    Facts,
    /// Contributions.
    Contributions,
    /// Packages.
    Packages,
    /// Sources.
    Sources,
    /// Tasks.
    Tasks,
    /// Notifications.
    Notifications,
}

/// The noun and list of a listing verb.
#[must_use]
pub fn of(words: &Words) -> Option<(Noun, &List)> {
    Some(match &words.verb {
        Verb::Incidents(list) => (Noun::Incidents, list),
        Verb::Allegations(list) => (Noun::Allegations, list),
        Verb::Cases(list) => (Noun::Cases, list),
        Verb::Findings(list) => (Noun::Findings, list),
        Verb::Pledges(list) => (Noun::Pledges, list),
        Verb::Obligations(list) => (Noun::Obligations, list),
        Verb::Facts(list) => (Noun::Facts, list),
        Verb::Contributions(list) => (Noun::Contributions, list),
        Verb::Packages(list) => (Noun::Packages, list),
        Verb::Sources(list) => (Noun::Sources, list),
        Verb::Tasks(list) => (Noun::Tasks, list),
        Verb::Notifications(list) => (Noun::Notifications, list),
        _ => return None,
    })
}

/// Lists, or shows one.
///
/// # Errors
/// When the house cannot be read, or there is no such thing.
pub fn list(words: &Words, noun: Noun, list: &List) -> Result<(), Error> {
    let form = &words.form;
    let reader = Reader::open(&list.at.house)?;
    let sight = Sight::of(&reader);
    let to = words.identity.as_ref();
    let window = Window { from: list.from, to: list.to };
    if let Some(ListVerb::Show { id, svg: Some(folder) }) = &list.verb {
        if noun != Noun::Incidents {
            return Err(Error::Usage("--svg goes with incidents".into()));
        }
        drawn::waveforms(&reader, &incident(&sight, id)?, folder, to)?;
    }
    match &list.verb {
        Some(ListVerb::Show { id, .. }) if noun == Noun::Incidents && !form.json => {
            print::text(&shown::incident(&one(&sight, noun, id, to)?))
        }
        Some(ListVerb::Show { id, .. }) => print::one(form, &one(&sight, noun, id, to)?),
        _ if noun == Noun::Incidents => incidents(form, &sight, window, to),
        _ => print::rows(form, noun, &rows(&sight, noun, window)),
    }
}

fn incidents(
    form: &Form,
    sight: &Sight,
    window: Window,
    to: Option<&Identity>,
) -> Result<(), Error> {
    let chosen = views::incidents::chosen(sight, &Filter { window, ..Filter::default() });
    if form.geojson {
        let released: Vec<_> =
            chosen.iter().map(|incident| views::release::released(sight, incident, to)).collect();
        return print::text(&gateways::geojson::incidents(&released).to_string());
    }
    if form.csv {
        return print::text(&gateways::csv_out::incidents(chosen.iter().copied()));
    }
    if form.json {
        return chosen.iter().try_for_each(|incident| {
            print::line(&views::json(&views::release::released(sight, incident, to)))
        });
    }
    let rows: Vec<Value> =
        chosen.iter().map(|incident| views::incidents::item(sight, incident)).collect();
    print::rows(form, Noun::Incidents, &rows)
}

/// The rows of a noun, in the order of meaning.
fn rows(sight: &Sight, noun: Noun, window: Window) -> Vec<Value> {
    let state = sight.state;
    let items =
        |view: Value| view.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
    match noun {
        Noun::Incidents => Vec::new(),
        Noun::Allegations => {
            let mut raised: Vec<_> = state.terms.allegations().values().collect();
            raised.retain(|raised| window.holds(raised.when.start));
            raised.sort_by_key(|raised| (raised.when, raised.rule.clone(), raised.id));
            raised.into_iter().map(views::json).collect()
        }
        Noun::Cases => items(views::cases::docket(sight)),
        Noun::Findings => items(views::cases::findings(sight)),
        Noun::Pledges => items(views::pledges::board(sight)),
        Noun::Obligations => items(views::pledges::obligations(sight)),
        Noun::Facts => state.facts().iter().map(views::json).collect(),
        Noun::Contributions => items(views::pledges::contributions(sight)),
        Noun::Packages => items(views::pledges::packages(sight)),
        Noun::Sources => views::overview::sources(sight),
        Noun::Tasks => numbered(&state.cell.tasks),
        Noun::Notifications => numbered(&state.cell.notifications),
    }
}

fn numbered<T: serde::Serialize>(things: &std::collections::BTreeMap<u64, T>) -> Vec<Value> {
    let number = |(number, thing): (&u64, &T)| {
        let mut row = views::json(thing);
        if let Some(fields) = row.as_object_mut() {
            fields.insert("number".into(), json!(number));
        }
        row
    };
    things.iter().map(number).collect()
}

fn incident(sight: &Sight, id: &str) -> Result<watch::IncidentId, Error> {
    let ids: Vec<_> = sight.bulletin.in_order().into_iter().map(|incident| incident.id).collect();
    let withdrawn = id.parse().ok().filter(|id| sight.bulletin.get(id).is_some());
    withdrawn.map_or_else(|| refer::resolve("incident", id, &ids), Ok)
}

fn one(sight: &Sight, noun: Noun, id: &str, to: Option<&Identity>) -> Result<Value, Error> {
    if noun == Noun::Incidents {
        let id = incident(sight, id)?;
        return views::incidents::whole(sight, &id, to)
            .ok_or_else(|| unknown(noun, &id.to_string()));
    }
    if noun == Noun::Cases {
        let id = refer::case(sight.state, id)?;
        return views::cases::whole(sight, &id).ok_or_else(|| unknown(noun, &id.to_string()));
    }
    let rows = rows(sight, noun, Window::default());
    let position = match id.strip_prefix('@') {
        Some("latest") => rows.len().checked_sub(1),
        Some("first") => Some(0),
        Some(number) => number.parse::<usize>().ok().and_then(|number| number.checked_sub(1)),
        None => rows.iter().position(|row| names(row, id)),
    };
    position.and_then(|position| rows.get(position).cloned()).ok_or_else(|| unknown(noun, id))
}

/// Whether a row is the thing called `id`.
fn names(row: &Value, id: &str) -> bool {
    let called = |field: &str| {
        row.get(field).is_some_and(|value| {
            value == id || value.as_u64().is_some_and(|number| number.to_string() == id)
        })
    };
    called("id")
        || called("name")
        || called("number")
        || row.get("contribution").is_some_and(|inner| names(inner, id))
}

fn unknown(noun: Noun, id: &str) -> Error {
    let plural = format!("{noun:?}").to_lowercase();
    let sentence = format!("There is no {} {id}.", plural.trim_end_matches('s'));
    Refusal::new("unknown-id", sentence)
        .hint(format!("List them with `servanda {plural} HOUSE`."))
        .into()
}

/// The 48-hour board.
///
/// # Errors
/// When the house cannot be read.
pub fn board(form: &Form, board: &Board) -> Result<(), Error> {
    let reader = Reader::open(&board.at.house)?;
    let view = views::board::board(&Sight::of(&reader), &reader.log)?;
    if form.json {
        return print::one(form, &view);
    }
    for line in view.get("items").and_then(Value::as_array).into_iter().flatten() {
        let field =
            |name: &str| line.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let (at, kind, title, about) = (field("at"), field("kind"), field("title"), field("about"));
        let shown = format!("{at}  {kind:<11} {title} {about}");
        print::text(&format!("{}\n", shown.trim_end()))?;
    }
    Ok(())
}
