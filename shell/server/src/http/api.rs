//! What the API answers from the house's views.

use desk::Error;
use kernel::{Duration, Interval, Time};
use serde::Deserialize;
use serde::de::value::StrDeserializer;
use watch::Class;

use super::answer::{Answer, CSV, GEOJSON};
use super::ask::Ask;
use super::hall::{Hall, Room};
use super::pages;
use super::problem::Problem;
use crate::views::capability::Noticing;
use crate::views::capability_map::Asked;
use crate::views::incidents::Filter;
use crate::views::{self, Window};

type Answered = Result<Answer, Problem>;

/// Items on a page of incidents when the question does not say.
const PAGE: usize = 500;
/// The most items on a page.
const PAGE_MAX: usize = 5_000;
/// Bins of the time axis when the question does not say.
const BINS: u32 = 120;
/// Width of a cell of the capability map when not given, kilometres.
const CELL_KM: f64 = 25.0;

/// The house at a glance.
pub(super) fn house(room: &Room<'_>, _: &Ask) -> Answered {
    let mut view = views::overview::overview(&room.sight, room.frontier);
    if let Some(fields) = view.as_object_mut() {
        fields.insert("accepts_submissions".into(), room.writes.into());
    }
    Ok(Answer::json(&view))
}

/// The list of incidents.
pub(super) fn incidents(room: &Room<'_>, ask: &Ask) -> Answered {
    let filter = filter(ask)?;
    let sight = &room.sight;
    match ask.word("format") {
        None | Some("json") => {
            let limit = ask.read("limit", "a number from 1 to 5000")?.unwrap_or(PAGE);
            let offset = ask.read("cursor", "the cursor of the page before")?.unwrap_or(0);
            let limit = limit.clamp(1, PAGE_MAX);
            Ok(Answer::json(&views::incidents::page(sight, &filter, offset, limit)))
        }
        Some("geojson") => {
            let chosen = views::incidents::chosen(sight, &filter);
            let released: Vec<_> = chosen
                .iter()
                .map(|incident| views::release::released(sight, incident, None))
                .collect();
            let collection = gateways::geojson::incidents(&released);
            Ok(Answer::new(GEOJSON, collection.to_string()))
        }
        Some("csv") => {
            let chosen = views::incidents::chosen(sight, &filter);
            Ok(Answer::new(CSV, gateways::csv_out::incidents(chosen.iter().copied())))
        }
        Some(other) => Err(Problem::unreadable(
            format!("`{other}` is no form of this list."),
            "Ask for json, geojson or csv.",
        )),
    }
}

fn filter(ask: &Ask) -> Result<Filter, Problem> {
    let classes = ask.word("class").map(|words| words.split(',').map(class).collect());
    Ok(Filter {
        window: Window { from: ask.time("from")?, to: ask.time("to")? },
        classes: classes.transpose()?.unwrap_or_default(),
        bounds: ask.word("bbox").map(bounds).transpose()?,
        words: ask.word("q").map(str::to_owned),
    })
}

fn class(word: &str) -> Result<Class, Problem> {
    Class::deserialize(StrDeserializer::<serde::de::value::Error>::new(word.trim())).map_err(|_| {
        Problem::unreadable(
            format!("`{word}` is no class of incidents."),
            "The schema of IncidentItem in /api/v1/openapi.json lists them.",
        )
    })
}

fn bounds(words: &str) -> Result<[f64; 4], Problem> {
    let numbers: Vec<f64> = words.split(',').filter_map(|word| word.trim().parse().ok()).collect();
    let refuse = || {
        let sentence = format!("`bbox={words}` is no box.");
        Problem::unreadable(sentence, "Give west,south,east,north in degrees: 33.5,46.2,38.9,50.1.")
    };
    <[f64; 4]>::try_from(numbers).map_err(|_| refuse())
}

fn id<T: std::str::FromStr>(ask: &Ask, what: &str) -> Result<T, Problem> {
    ask.name("id").parse().map_err(|_| missing(ask, what))
}

fn missing(ask: &Ask, what: &str) -> Problem {
    Problem::not_found(format!("There is no {what} {}.", ask.name("id")))
}

/// One incident. Nobody says here who asks, so that only what is released to everybody is shown.
pub(super) fn incident(room: &Room<'_>, ask: &Ask) -> Answered {
    let view = views::incidents::whole(&room.sight, &id(ask, "incident")?, None);
    view.map(|view| Answer::json(&view)).ok_or_else(|| missing(ask, "incident"))
}

/// The waveforms around an incident's onsets. Nobody says here who asks, so that only what is
/// released to everybody is shown.
pub(super) fn waveforms(hall: &Hall, ask: &Ask) -> Answered {
    let id = id(ask, "incident")?;
    let asked = hall.look(|room| views::waveforms::asked(&room.sight, &id, None));
    let mut asked = asked.ok_or_else(|| missing(ask, "incident"))?;
    let (_, vault) = hall.open_record()?;
    let shown = views::waveforms::read(&vault, &hall.waves, &mut asked).map_err(Error::from)?;
    Ok(Answer::json(&views::waveforms::view(&asked, &shown)))
}

/// The time axis.
pub(super) fn timeline(room: &Room<'_>, ask: &Ask) -> Answered {
    let sight = &room.sight;
    let first = sight.bulletin.in_order().first().map(|incident| incident.when.start);
    let to = ask.time("to")?.unwrap_or(sight.as_of);
    let from = ask.time("from")?.or(first).unwrap_or(to - Duration::days(1));
    if from >= to {
        let sentence = format!("The axis would end at {to}, before it begins at {from}.");
        return Err(Problem::unreadable(sentence, "Give a `from` before `to`."));
    }
    let bins = ask.read("bins", "a number from 1 to 1000")?.unwrap_or(BINS);
    let noticing = Noticing::of(sight);
    let chance = |moment: Time| noticing.at(moment);
    Ok(Answer::json(&views::incidents::timeline(sight, from, to, bins, &chance)))
}

/// What would have been noticed, by cell and hour; the last day when no time is given.
pub(super) fn capability(room: &Room<'_>, ask: &Ask) -> Answered {
    let sight = &room.sight;
    let end = ask.time("to")?.unwrap_or(sight.as_of);
    let start = ask.time("from")?.unwrap_or(end - Duration::days(1));
    let above_zero = |name: &str| {
        let number: Option<f64> = ask.read(name, "a number above 0")?;
        match number {
            Some(number) if !(number > 0.0 && number.is_finite()) => Err(Problem::unreadable(
                format!("`{name}={number}` is not a number above 0."),
                "Give one, or leave it out.",
            )),
            _ => Ok(number),
        }
    };
    let asked = Asked {
        class: ask.word("class").map_or(Ok(Class::Explosion), class)?,
        size_kg: above_zero("size_kg")?,
        window: Interval::new(start.min(end), end),
        cell_km: above_zero("cell_km")?.unwrap_or(CELL_KM),
    };
    Ok(Answer::json(&views::capability_map::map(sight, &asked)?))
}

/// Allegations.
pub(super) fn allegations(room: &Room<'_>, ask: &Ask) -> Answered {
    let incident = ask.read("incident", "the id of an incident")?;
    Ok(Answer::json(&views::lists::allegations(&room.sight, incident)))
}

/// The docket.
pub(super) fn cases(room: &Room<'_>, _: &Ask) -> Answered {
    Ok(Answer::json(&views::cases::docket(&room.sight)))
}

/// One case.
pub(super) fn case(room: &Room<'_>, ask: &Ask) -> Answered {
    let view = views::cases::whole(&room.sight, &id(ask, "case")?);
    view.map(|view| Answer::json(&view)).ok_or_else(|| missing(ask, "case"))
}

/// Findings.
pub(super) fn findings(room: &Room<'_>, _: &Ask) -> Answered {
    Ok(Answer::json(&views::cases::findings(&room.sight)))
}

/// One finding.
pub(super) fn finding(room: &Room<'_>, ask: &Ask) -> Answered {
    let finding = room.sight.state.commission.findings.get(&id(ask, "finding")?);
    finding.map(|found| Answer::json(&views::json(found))).ok_or_else(|| missing(ask, "finding"))
}

/// Pledges.
pub(super) fn pledges(room: &Room<'_>, _: &Ask) -> Answered {
    Ok(Answer::json(&views::pledges::board(&room.sight)))
}

/// Obligations.
pub(super) fn obligations(room: &Room<'_>, _: &Ask) -> Answered {
    Ok(Answer::json(&views::pledges::obligations(&room.sight)))
}

/// Facts.
pub(super) fn facts(room: &Room<'_>, _: &Ask) -> Answered {
    Ok(Answer::json(&views::lists::facts(&room.sight)))
}

/// Contributions.
pub(super) fn contributions(room: &Room<'_>, _: &Ask) -> Answered {
    Ok(Answer::json(&views::pledges::contributions(&room.sight)))
}

/// Packages.
pub(super) fn packages(room: &Room<'_>, _: &Ask) -> Answered {
    Ok(Answer::json(&views::pledges::packages(&room.sight)))
}

/// The board.
pub(super) fn board(room: &Room<'_>, _: &Ask) -> Answered {
    Ok(Answer::json(&views::board::board(&room.sight, room.log)?))
}

/// Zones.
pub(super) fn zones(room: &Room<'_>, _: &Ask) -> Answered {
    Ok(Answer::new(GEOJSON, views::zones::zones(&room.sight).to_string()))
}

/// Sources.
pub(super) fn sources(room: &Room<'_>, _: &Ask) -> Answered {
    Ok(Answer::json(&views::lists::sources(&room.sight)))
}

/// Tasks.
pub(super) fn tasks(room: &Room<'_>, _: &Ask) -> Answered {
    Ok(Answer::json(&views::lists::tasks(&room.sight)))
}

/// Notifications.
pub(super) fn notifications(room: &Room<'_>, _: &Ask) -> Answered {
    Ok(Answer::json(&views::lists::notifications(&room.sight)))
}

/// The daily report.
pub(super) fn daily(room: &Room<'_>, ask: &Ask) -> Answered {
    if ask.word("format") == Some("html") {
        return pages::daily(room, ask);
    }
    Ok(Answer::json(&views::json(&views::reports::daily(&room.sight, ask.name("date"))?)))
}
