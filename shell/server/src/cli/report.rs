//! `servanda report daily`.

use desk::{Desk, Error, Reader};
use kernel::{Identity, canonical};
use secretariat::Command;

use super::args::{ReportVerb, Words};
use super::{print, submitter, time_of};
use crate::views::{Sight, reports};

/// Writes a report, and puts it on the record when asked to.
///
/// # Errors
/// When the day is no day, the house cannot be read, or the report not be written.
pub fn report(words: &Words, verb: &ReportVerb) -> Result<(), Error> {
    let ReportVerb::Daily { at, date, lang, issue, out } = verb;
    let reader = Reader::open(&at.house)?;
    let sight = Sight::of(&reader);
    let report = reports::daily(&sight, date)?;
    let shown = if words.form.json {
        format!("{}\n", crate::views::json(&report))
    } else {
        reports::html(&sight, &report, lang)
    };
    match out {
        Some(path) => {
            std::fs::write(path, shown).map_err(|error| Error::file("write", path, error))?
        }
        None => print::text(&shown)?,
    }
    if !issue {
        return Ok(());
    }
    let bytes = canonical(&report).map_err(|error| Error::Usage(error.to_string()))?;
    let by: Identity = submitter(words, "cell.duty");
    let mut desk = Desk::open(&at.house)?;
    let now = time_of(words, &desk)?;
    let digest = desk.seal(&bytes)?;
    let command = cell::Command::IssueDailyReport { day: date.clone(), report: digest };
    let receipt = desk.submit(&by, Command::Cell(command), now)?;
    eprintln!("issued as entry {}", receipt.position);
    Ok(())
}
