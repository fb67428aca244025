//! The public pages, server-rendered: they work without JavaScript, print and archive.

use askama::Template;
use cell::daily::DailyReport;
use kernel::Time;
use terms::parties::Names;

use super::answer::Answer;
use super::ask::Ask;
use super::hall::Room;
use super::problem::Problem;
use super::words::Lang;
use crate::views::capability::{Noticing, Row};
use crate::views::{Sight, reports};

/// The one style sheet.
pub const STYLE: &str = include_str!("style.css");

/// What every page has.
pub struct Page<'a> {
    /// Its language.
    pub lang: Lang,
    /// Its address.
    pub path: &'a str,
    /// The agreement's title.
    pub house: &'a Names,
    /// Whether all of it is an exercise.
    pub exercise: bool,
    /// The moment it shows.
    pub as_of: Time,
    /// The style sheet, for a page that must stand alone.
    pub style: Option<&'static str>,
}

impl<'a> Page<'a> {
    fn of(sight: &Sight<'a>, lang: Lang, path: &'a str) -> Self {
        Self {
            lang,
            path,
            house: &sight.state.agreement.heading.title,
            exercise: sight.state.founding.exercise,
            as_of: sight.as_of,
            style: None,
        }
    }

    fn links(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("/", "home"),
            ("/findings", "findings"),
            ("/incidents", "incidents"),
            ("/reports/daily", "daily"),
            ("/agreement", "agreement"),
            ("/verify", "verify"),
        ]
    }

    fn languages(&self) -> &'static [Lang] {
        &Lang::ALL
    }
}

#[derive(Template)]
#[template(path = "daily.html")]
struct Daily<'a> {
    page: Page<'a>,
    day: String,
    report: &'a DailyReport,
    capability: Vec<Row>,
}

/// The daily report as a document that needs no other file.
#[must_use]
pub fn daily_alone(sight: &Sight, report: &DailyReport, lang: Lang) -> String {
    let mut page = Page::of(sight, lang, "");
    page.style = Some(STYLE);
    shown(&daily_of(sight, report, page))
}

fn daily_of<'a>(sight: &Sight<'a>, report: &'a DailyReport, page: Page<'a>) -> Daily<'a> {
    let capability = Noticing::of(sight).over(report.period);
    Daily { page, day: reports::day_of(sight, report.period.end), report, capability }
}

/// A page: what it shows of the house, or why it cannot.
pub type Shows = fn(&Room<'_>, &Ask) -> Result<Answer, Problem>;

/// All pages by address.
pub const PAGES: &[(&str, Shows)] = &[("/reports/daily/{date}", daily)];

/// The daily report of a day.
pub(super) fn daily(room: &Room<'_>, ask: &Ask) -> Result<Answer, Problem> {
    let report = reports::daily(&room.sight, ask.name("date"))?;
    let page = Page::of(&room.sight, ask.lang(), "/reports/daily");
    Ok(Answer::page(shown(&daily_of(&room.sight, &report, page))))
}

/// What could not be shown, and where to go from there.
#[must_use]
pub fn problem(room: &Room<'_>, ask: &Ask, problem: &Problem) -> String {
    let page = Page::of(&room.sight, ask.lang(), "");
    shown(&Wrong { page, problem })
}

#[derive(Template)]
#[template(path = "problem.html")]
struct Wrong<'a> {
    page: Page<'a>,
    problem: &'a Problem,
}

/// A template as text. Writing into a string cannot fail, and no template of ours does otherwise.
fn shown(template: &impl Template) -> String {
    template.render().unwrap_or_default()
}
