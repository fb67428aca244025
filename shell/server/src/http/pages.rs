//! The public pages, server-rendered: they work without JavaScript, print and archive.

use std::collections::BTreeMap;

use askama::Template;
use cell::daily::DailyReport;
use commission::{Case, Finding, FindingId, finding};
use kernel::{Duration, Time};
use terms::agreement::{Article, Rule};
use terms::parties::{Names, Party, Stance};
use terms::{Allegation, Verdict};

use super::answer::Answer;
use super::ask::Ask;
use super::hall::Room;
use super::problem::Problem;
use super::public::{Published, publishing};
use super::words::Lang;
use super::{map, prose};
use crate::views::capability::{Noticing, Row};
use crate::views::{Sight, reports};

/// A page: what it shows of the house, or why it cannot.
pub type Shows = fn(&Room<'_>, &Ask) -> Result<Answer, Problem>;

/// All pages by address.
pub const PAGES: &[(&str, Shows)] = &[
    ("/", home),
    ("/findings", findings),
    ("/findings/{id}", one_finding),
    ("/incidents", incidents),
    ("/reports/daily", days),
    ("/reports/daily/{date}", daily),
    ("/agreement", agreement),
    ("/verify", verify),
];

/// The one style sheet.
pub const STYLE: &str = include_str!("style.css");
/// Findings on the first page.
const LATEST: usize = 5;
/// Incidents on a page.
const INCIDENTS: usize = 200;
/// Days of which reports are offered.
const DAYS: i64 = 31;

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

    /// Whose act it was, as found, in words.
    fn responsible(&self, found: &Finding, parties: &[Party]) -> String {
        let named = |id: &kernel::PartyId| parties.iter().find(|party| party.id == *id);
        match &found.responsibility {
            finding::Responsibility::Party(id) => named(id)
                .map_or_else(|| id.to_string(), |party| self.lang.name(&party.names).to_owned()),
            finding::Responsibility::Both => self.lang.say("responsible.both").to_owned(),
            finding::Responsibility::Undetermined => {
                self.lang.say("responsible.undetermined").to_owned()
            }
        }
    }
}

/// A template as a page. Writing into a string cannot fail, and no template of ours fails itself.
fn shown(template: &impl Template) -> String {
    template.render().unwrap_or_default()
}

#[derive(Template)]
#[template(path = "home.html")]
struct Home<'a> {
    page: Page<'a>,
    t0: Option<Time>,
    observations: usize,
    reporting: usize,
    sources: usize,
    incidents: usize,
    published: usize,
    alleged: usize,
    undetermined: usize,
    cases: usize,
    cases_open: usize,
    findings: Vec<&'a Finding>,
    findings_all: usize,
    obligations: usize,
    obligations_open: usize,
    parties: &'a [Party],
}

fn home(room: &Room<'_>, ask: &Ask) -> Result<Answer, Problem> {
    let sight = &room.sight;
    let state = sight.state;
    let raised = |verdict: Verdict| {
        state.terms.allegations().values().filter(|raised| raised.verdict == verdict).count()
    };
    let noticing = Noticing::of(sight);
    let owed = state.guarantees.obligations();
    let fact = state.facts().at(terms::CEASEFIRE, None, sight.as_of, sight.as_of);
    let page = Home {
        page: Page::of(sight, ask.lang(), "/"),
        t0: fact.filter(|fact| fact.holds == kernel::Truth::Yes).map(|fact| fact.since),
        observations: state.engine.observations(),
        reporting: state
            .watch
            .sources()
            .filter(|source| noticing.last(&source.id).is_some())
            .count(),
        sources: state.watch.sources().count(),
        incidents: sight.bulletin.len(),
        published: publishing(sight).shown.len(),
        alleged: raised(Verdict::Alleged),
        undetermined: raised(Verdict::Undetermined),
        cases: state.commission.cases.len(),
        cases_open: state.commission.cases.values().filter(|case| case.closed.is_none()).count(),
        findings: newest(sight).into_iter().take(LATEST).collect(),
        findings_all: state.commission.findings.len(),
        obligations: owed.len(),
        obligations_open: owed.values().filter(|owed| owed.standing.is_open()).count(),
        parties: &state.agreement.parties.parties,
    };
    Ok(Answer::page(shown(&page)))
}

fn newest<'a>(sight: &Sight<'a>) -> Vec<&'a Finding> {
    let mut all: Vec<&Finding> = sight.state.commission.findings.values().collect();
    all.sort_by_key(|found| std::cmp::Reverse((found.published, found.id)));
    all
}

#[derive(Template)]
#[template(path = "findings.html")]
struct Findings<'a> {
    page: Page<'a>,
    findings: Vec<&'a Finding>,
    superseded: BTreeMap<FindingId, FindingId>,
    parties: &'a [Party],
}

fn findings(room: &Room<'_>, ask: &Ask) -> Result<Answer, Problem> {
    let sight = &room.sight;
    let page = Findings {
        page: Page::of(sight, ask.lang(), "/findings"),
        findings: newest(sight),
        superseded: superseded(sight),
        parties: &sight.state.agreement.parties.parties,
    };
    Ok(Answer::page(shown(&page)))
}

/// Which finding took the place of which.
fn superseded(sight: &Sight) -> BTreeMap<FindingId, FindingId> {
    let all = sight.state.commission.findings.values();
    all.filter_map(|found| Some((found.supersedes?, found.id))).collect()
}

#[derive(Template)]
#[template(path = "finding.html")]
struct OneFinding<'a> {
    page: Page<'a>,
    found: &'a Finding,
    case: Option<&'a Case>,
    allegations: Vec<&'a Allegation>,
    superseded_by: Option<FindingId>,
    authoritative: &'a str,
    severity: &'a str,
    parties: &'a [Party],
}

fn one_finding(room: &Room<'_>, ask: &Ask) -> Result<Answer, Problem> {
    let sight = &room.sight;
    let state = sight.state;
    let id: Option<FindingId> = ask.name("id").parse().ok();
    let found = id.and_then(|id| state.commission.findings.get(&id));
    let missing = || Problem::not_found(format!("There is no finding {}.", ask.name("id")));
    let found = found.ok_or_else(missing)?;
    let names = &state.agreement.heading.severity;
    let severity = usize::from(found.severity).checked_sub(1).and_then(|at| names.get(at));
    let page = OneFinding {
        page: Page::of(sight, ask.lang(), "/findings"),
        found,
        case: state.commission.cases.get(&found.case),
        allegations: found
            .allegations
            .iter()
            .filter_map(|id| state.terms.allegations().get(id))
            .collect(),
        superseded_by: superseded(sight).get(&found.id).copied(),
        authoritative: &state.agreement.heading.authoritative_language,
        severity: severity.map_or("", String::as_str),
        parties: &state.agreement.parties.parties,
    };
    Ok(Answer::page(shown(&page)))
}

#[derive(Template)]
#[template(path = "incidents.html")]
struct Incidents<'a> {
    page: Page<'a>,
    delay: Duration,
    coarse_km: f64,
    withheld_classes: Vec<String>,
    all: usize,
    delayed: usize,
    withheld: usize,
    published: usize,
    map: String,
    rows: Vec<Published>,
    older: Option<usize>,
}

fn incidents(room: &Room<'_>, ask: &Ask) -> Result<Answer, Problem> {
    let sight = &room.sight;
    let lang = ask.lang();
    let settings = &sight.state.agreement.heading.publication;
    let publishing = publishing(sight);
    let skip: usize = ask.read("skip", "a number of incidents")?.unwrap_or(0);
    let published = publishing.shown.len();
    let next = skip.saturating_add(INCIDENTS);
    let page = Incidents {
        page: Page::of(sight, lang, "/incidents"),
        delay: settings.delay,
        coarse_km: settings.coarse_m / 1_000.0,
        withheld_classes: settings.withheld.iter().map(|class| lang.word("class", class)).collect(),
        all: sight.bulletin.len(),
        delayed: publishing.delayed,
        withheld: publishing.withheld,
        published,
        map: map::svg(sight, &publishing.shown, lang),
        rows: publishing.shown.into_iter().skip(skip).take(INCIDENTS).collect(),
        older: (next < published).then_some(next),
    };
    Ok(Answer::page(shown(&page)))
}

#[derive(Template)]
#[template(path = "days.html")]
struct Days<'a> {
    page: Page<'a>,
    days: Vec<(String, bool)>,
}

/// The days of which there are incidents, newest first, and whether a report was issued for each.
fn days(room: &Room<'_>, ask: &Ask) -> Result<Answer, Problem> {
    let sight = &room.sight;
    let first = sight.bulletin.in_order().first().map_or(sight.as_of, |first| first.when.start);
    let back = (0..DAYS).map(|count| sight.as_of - Duration::days(count));
    let moments = back.take_while(|moment| *moment >= first - Duration::days(1));
    let issued = |day: String| {
        let issued = sight.state.cell.reports.contains_key(&day);
        (day, issued)
    };
    let days = moments.map(|moment| issued(reports::day_of(sight, moment))).collect();
    Ok(Answer::page(shown(&Days { page: Page::of(sight, ask.lang(), "/reports/daily"), days })))
}

#[derive(Template)]
#[template(path = "daily.html")]
struct Daily<'a> {
    page: Page<'a>,
    day: String,
    report: &'a DailyReport,
    capability: Vec<Row>,
}

/// The daily report of a day.
pub(super) fn daily(room: &Room<'_>, ask: &Ask) -> Result<Answer, Problem> {
    let report = reports::daily(&room.sight, ask.name("date"))?;
    let page = Page::of(&room.sight, ask.lang(), "/reports/daily");
    Ok(Answer::page(shown(&daily_of(&room.sight, &report, page))))
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

/// An article with what stands beneath it.
struct Clause<'a> {
    article: &'a Article,
    text: String,
    rules: Vec<&'a Rule>,
    stances: Vec<(&'a Party, Stance)>,
}

#[derive(Template)]
#[template(path = "agreement.html")]
struct Agreement<'a> {
    page: Page<'a>,
    heading: &'a terms::agreement::Heading,
    clauses: Vec<Clause<'a>>,
}

fn agreement(room: &Room<'_>, ask: &Ask) -> Result<Answer, Problem> {
    let sight = &room.sight;
    let agreement = &sight.state.agreement;
    let stances = |number: &str| {
        let stance = |party: &Party| sight.state.terms.stance(&party.id, number, sight.as_of);
        let all = agreement.parties.parties.iter().map(|party| (party, stance(party)));
        all.filter(|(party, stance)| party.bears_rules() || *stance != Stance::NotStated).collect()
    };
    let clauses = agreement.articles.iter().map(|article| Clause {
        article,
        text: prose::html(&article.text),
        rules: agreement.rules.iter().filter(|rule| rule.article == article.number).collect(),
        stances: stances(&article.number),
    });
    let page = Agreement {
        page: Page::of(sight, ask.lang(), "/agreement"),
        heading: &agreement.heading,
        clauses: clauses.collect(),
    };
    Ok(Answer::page(shown(&page)))
}

#[derive(Template)]
#[template(path = "verify.html")]
struct Verify<'a> {
    page: Page<'a>,
    origin: &'a str,
    log_key: &'a str,
    size: u64,
    root: String,
}

fn verify(room: &Room<'_>, ask: &Ask) -> Result<Answer, Problem> {
    let sight = &room.sight;
    let founding = &sight.state.founding;
    let key = founding.keys.iter().find(|(name, _)| name.as_str() == founding.origin);
    let page = Verify {
        page: Page::of(sight, ask.lang(), "/verify"),
        origin: &founding.origin,
        log_key: key.map_or("", |(_, key)| key.as_str()),
        size: room.frontier.size(),
        root: room.frontier.root().to_string(),
    };
    Ok(Answer::page(shown(&page)))
}

/// What could not be shown, and where to go from there.
#[must_use]
pub fn problem(room: &Room<'_>, ask: &Ask, problem: &Problem) -> String {
    shown(&Wrong { page: Page::of(&room.sight, ask.lang(), ""), problem })
}

#[derive(Template)]
#[template(path = "problem.html")]
struct Wrong<'a> {
    page: Page<'a>,
    problem: &'a Problem,
}
