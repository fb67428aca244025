//! The daily report: a fixed cut-off, counts against the day before, what we could have noticed,
//! restrictions, corrections. The order follows the monitors' own (OSCE SMM daily reports).

use std::collections::BTreeMap;

use commission::Finding;
use guarantees::Obligation;
use kernel::{Digest, Interval, Probability, SourceId, Time};
use serde::Serialize;
use terms::{Allegation, Verdict};
use watch::{Class, Incident};

/// What a report is made from: everything known at its cut-off.
#[derive(Clone, Debug)]
pub struct Material<'a> {
    /// The record's time at which the report is made.
    pub as_of: Time,
    /// The day's 24 hours, ending at the cut-off.
    pub period: Interval,
    /// The current version of every incident.
    pub incidents: &'a [&'a Incident],
    /// The current version of every allegation.
    pub allegations: &'a [&'a Allegation],
    /// All findings.
    pub findings: &'a [&'a Finding],
    /// All obligations.
    pub obligations: &'a [&'a Obligation],
    /// Chance that an incident of each class would have been noticed, averaged over the watched
    /// area and the period; absent where nothing watches for the class.
    pub chance_noticed: &'a BTreeMap<Class, Probability>,
    /// What each source promised of the period and how it kept it.
    pub sources: Vec<SourceKept>,
    /// Whether this is an exercise.
    pub exercise: bool,
    /// The report it corrects, if one was issued for this period before.
    pub corrects: Option<Digest>,
}

/// A count with what it is a count of.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Counted {
    /// What is counted.
    pub class: Class,
    /// In the period: incidents whose likeliest class it is.
    pub incidents: u32,
    /// Expected number, each incident counted with its chance of being real and of this class.
    pub expected: f64,
    /// In the 24 hours before.
    pub incidents_before: u32,
    /// Chance that one would have been noticed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chance_noticed: Option<Probability>,
}

/// How one source kept its promise over the period.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct SourceKept {
    /// The source.
    pub source: SourceId,
    /// Share of the promised time for which data came, 0 to 1.
    pub available: f64,
    /// Share for which usable data came in time.
    pub timely: f64,
    /// Share that came late or unusable.
    pub late: f64,
    /// Share that never came.
    pub lost: f64,
    /// What the shares are shares of, seconds.
    pub promised_s: u64,
    /// What was announced beforehand as lost and is left out of it, seconds.
    pub announced_s: u64,
    /// How many times nothing came.
    pub gaps: u32,
    /// Whether it gave, in time, the share that the agreement asks for.
    pub enough: bool,
}

/// Allegations under one article.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct UnderArticle {
    /// The article.
    pub article: String,
    /// Allegations in the period.
    pub alleged: u32,
    /// Incidents that the evidence does not settle.
    pub undetermined: u32,
}

/// A daily report. Its canonical JSON is what is signed.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct DailyReport {
    /// The 24 hours it covers.
    pub period: Interval,
    /// The record's time at which it was made.
    pub as_of: Time,
    /// Set when everything here is an exercise.
    pub exercise: bool,
    /// Incidents by class, in the order of classes.
    pub incidents: Vec<Counted>,
    /// Allegations by article.
    pub allegations: Vec<UnderArticle>,
    /// Refused or delayed access and interference with the monitors, by incident id.
    pub restrictions: Vec<String>,
    /// What each source promised and kept; those that promised nothing are not among them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<SourceKept>,
    /// Findings published in the period.
    pub findings: Vec<String>,
    /// Obligations that fall due within 48 hours after the cut-off, or are overdue.
    pub obligations_due: Vec<String>,
    /// Incidents of earlier days that late data changed.
    pub corrections: Vec<String>,
    /// The report it corrects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corrects: Option<Digest>,
}

/// Makes the report of a period.
#[must_use]
pub fn daily(material: &Material) -> DailyReport {
    let period = material.period;
    let before = Interval { start: period.start - period.length(), end: period.start };
    let within = |incident: &&Incident, interval: Interval| {
        let middle = incident.when.middle();
        interval.start <= middle && middle < interval.end
    };
    // What of the watch was lost is no incident among those that it watches for.
    let happened = material.incidents.iter().copied().filter(|incident| incident.lapse.is_none());
    let now: Vec<&Incident> =
        happened.clone().filter(|incident| within(incident, period)).collect();
    let earlier: Vec<&Incident> = happened.filter(|incident| within(incident, before)).collect();
    DailyReport {
        period,
        as_of: material.as_of,
        exercise: material.exercise,
        incidents: counted(&now, &earlier, material.chance_noticed),
        allegations: under_articles(material.allegations, period),
        restrictions: restrictions(&now, material.incidents, period),
        sources: material.sources.clone(),
        findings: published(material.findings, period),
        obligations_due: due(material.obligations, period.end),
        corrections: corrections(material.incidents, period),
        corrects: material.corrects,
    }
}

fn counted(
    now: &[&Incident],
    before: &[&Incident],
    chance_noticed: &BTreeMap<Class, Probability>,
) -> Vec<Counted> {
    let mut rows = BTreeMap::<Class, Counted>::new();
    let empty = |class: Class| Counted {
        class,
        incidents: 0,
        expected: 0.0,
        incidents_before: 0,
        chance_noticed: chance_noticed.get(&class).copied(),
    };
    for class in chance_noticed.keys() {
        rows.insert(*class, empty(*class));
    }
    for incident in now {
        for (class, share) in incident.classes.iter() {
            rows.entry(*class).or_insert_with(|| empty(*class)).expected +=
                share * incident.real.value();
        }
        if let Some(class) = incident.classes.likeliest() {
            rows.entry(*class).or_insert_with(|| empty(*class)).incidents += 1;
        }
    }
    for class in before.iter().filter_map(|incident| incident.classes.likeliest()) {
        rows.entry(*class).or_insert_with(|| empty(*class)).incidents_before += 1;
    }
    for row in rows.values_mut() {
        row.expected = kernel::place::round_to(row.expected, 10.0);
    }
    rows.into_values().collect()
}

fn under_articles(allegations: &[&Allegation], period: Interval) -> Vec<UnderArticle> {
    let mut rows = BTreeMap::<&str, (u32, u32)>::new();
    for allegation in allegations {
        let middle = allegation.when.middle();
        if middle < period.start || middle >= period.end {
            continue;
        }
        let row = rows.entry(&allegation.article).or_default();
        match allegation.verdict {
            Verdict::Alleged => row.0 += 1,
            Verdict::Undetermined => row.1 += 1,
            Verdict::Withdrawn => {}
        }
    }
    rows.into_iter()
        .map(|(article, (alleged, undetermined))| UnderArticle {
            article: article.to_owned(),
            alleged,
            undetermined,
        })
        .collect()
}

/// What happened to the monitors in the period, and what they lost over any of it.
fn restrictions(now: &[&Incident], all: &[&Incident], period: Interval) -> Vec<String> {
    let restricts = |incident: &&&Incident| {
        matches!(incident.classes.likeliest(), Some(Class::AccessDenial | Class::Interference))
    };
    let lost = |incident: &&&Incident| {
        let goes_on = |lapse: &watch::incident::Lapsed| lapse.until.is_none();
        incident.lapse.as_ref().is_some_and(|lapse| {
            incident.when.start < period.end && (goes_on(lapse) || incident.when.end > period.start)
        })
    };
    let restrictions = now.iter().filter(restricts).chain(all.iter().filter(lost));
    restrictions.map(|incident| incident.id.to_string()).collect()
}

fn published(findings: &[&Finding], period: Interval) -> Vec<String> {
    let fresh = findings
        .iter()
        .filter(|finding| period.start <= finding.published && finding.published < period.end);
    fresh.map(|finding| finding.id.to_string()).collect()
}

fn due(obligations: &[&Obligation], cut_off: Time) -> Vec<String> {
    use guarantees::Standing::{Decided, Due, Overdue};
    let pressing = obligations.iter().filter(|obligation| {
        matches!(obligation.standing, Due | Overdue | Decided)
            && obligation.raised <= cut_off
            && obligation.due <= cut_off + crate::board::WINDOW
    });
    pressing.map(|obligation| obligation.id.to_string()).collect()
}

/// Incidents that happened before the period and have a later version than their first.
fn corrections(incidents: &[&Incident], period: Interval) -> Vec<String> {
    let changed = incidents.iter().filter(|incident| {
        incident.version > 1
            && incident.when.end < period.start
            && period.start - incident.when.end <= period.length()
    });
    changed.map(|incident| incident.id.to_string()).collect()
}
