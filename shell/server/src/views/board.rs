//! The 48-hour board from the record itself: what the house took in, in one sentence each.

use cell::board::Line;
use kernel::Time;
use record::Entry;
use secretariat::Command;
use serde_json::{Value, json};
use stores::RecordReader;

use super::Sight;
use desk::Error;

/// The board as of the sight's moment.
///
/// # Errors
/// When the record cannot be read.
pub fn board(sight: &Sight, log: &dyn RecordReader) -> Result<Value, Error> {
    let mut lines = Vec::new();
    for stored in log.read(first_since(log, sight.as_of - cell::board::WINDOW)?..u64::MAX)? {
        lines.extend(line(&Entry::read(&stored?.bytes)?));
    }
    Ok(json!({"as_of": sight.as_of, "items": cell::board::board(lines, sight.as_of)}))
}

/// The position of the first entry not before a moment. The record's time never runs back.
fn first_since(log: &dyn RecordReader, since: Time) -> Result<u64, Error> {
    let (mut low, mut high) = (0, log.size()?);
    while low < high {
        let middle = low + (high - low) / 2;
        let stored = log.read(middle..middle + 1)?.next().transpose()?;
        match stored {
            Some(stored) if Entry::read(&stored.bytes)?.at < since => low = middle + 1,
            _ => high = middle,
        }
    }
    Ok(low)
}

/// The sentence of one entry; none for what is only machinery.
fn line(entry: &Entry) -> Option<Line> {
    if Command::from_record(&entry.kind, entry.version, &entry.body).ok()?.is_some() {
        return None;
    }
    let followed = secretariat::Entry::from_record(&entry.kind, entry.version, &entry.body).ok()?;
    let (kind, title, about) = sentence(&followed)?;
    Some(Line { at: entry.at, kind, title, about })
}

type Sentence = (&'static str, String, Option<String>);

fn sentence(entry: &secretariat::Entry) -> Option<Sentence> {
    use secretariat::Entry as Of;
    match entry {
        Of::Watch(entry) => of_watch(entry),
        Of::Terms(entry) => of_terms(entry),
        Of::Commission(entry) => of_commission(entry),
        Of::Guarantees(entry) => of_guarantees(entry),
        Of::Cell(cell::Entry::TaskAssigned { text, to, .. }) => {
            Some(("task", format!("{to}: {text}"), None))
        }
        _ => None,
    }
}

fn of_watch(entry: &watch::entry::Entry) -> Option<Sentence> {
    match entry {
        watch::entry::Entry::IncidentsAssembled(assembled)
            if assembled.added + assembled.revised + assembled.replaced > 0 =>
        {
            let title = format!(
                "{} new incidents, {} revised, {} replaced",
                assembled.added, assembled.revised, assembled.replaced
            );
            Some(("incidents", title, None))
        }
        watch::entry::Entry::OutageStated(outage) => {
            Some(("outage", format!("{}: {}", outage.source, outage.reason), None))
        }
        _ => None,
    }
}

fn of_terms(entry: &terms::Entry) -> Option<Sentence> {
    match entry {
        terms::Entry::FactStated { fact, subject, holds, .. } => {
            let of = subject.as_ref().map_or_else(String::new, |subject| format!(" ({subject})"));
            Some(("fact", format!("{fact}{of}: {}", super::word(holds)), None))
        }
        terms::Entry::NoticeFiled { notice } => Some((
            "notice",
            format!("{}: {}", notice.kind, notice.text),
            Some(notice.id.to_string()),
        )),
        terms::Entry::OmissionRaised { omission } => {
            let title =
                format!("{} owed {} by {}", omission.bearer, omission.fulfilled_by, omission.due);
            Some(("omission", title, Some(omission.id.to_string())))
        }
        _ => None,
    }
}

fn of_commission(entry: &commission::Entry) -> Option<Sentence> {
    match entry {
        commission::Entry::CaseOpened { opening } => {
            Some(("case", format!("opened: {}", opening.title), Some(opening.case.to_string())))
        }
        commission::Entry::FindingPublished { finding } => {
            let title = format!(
                "{} finding on {}",
                super::word(&finding.level),
                finding.articles.join(", ")
            );
            Some(("finding", title, Some(finding.id.to_string())))
        }
        _ => None,
    }
}

fn of_guarantees(entry: &guarantees::Entry) -> Option<Sentence> {
    match entry {
        guarantees::Entry::ObligationRaised(owed) => {
            let title = format!("{} owes: {} (due {})", owed.bearer, owed.action, owed.due);
            Some(("obligation", title, Some(owed.id.to_string())))
        }
        guarantees::Entry::ObligationOverdue { obligation } => {
            Some(("obligation", "overdue".to_owned(), Some(obligation.to_string())))
        }
        _ => None,
    }
}
