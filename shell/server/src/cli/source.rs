//! Sources held against what they and the others said: found out, and put on the record.

use clap::Subcommand;
use desk::{Error, Reader};
use kernel::{Duration, Interval, SourceId, Time};
use serde_json::Value;
use watch::trust_doubt::SourceDoubted;

use super::args::{At, Form, source, time};
use super::print;
use crate::views::{Sight, availability};

/// Verbs of sources.
#[derive(Debug, Subcommand)]
pub enum SourceVerb {
    /// Hold every station beside the others; whoever is doubted, or no longer, goes on the record.
    Check {
        /// The house.
        #[command(flatten)]
        at: At,
    },
    /// What each source promised and how it kept it, by source and day.
    Availability {
        /// The house.
        #[command(flatten)]
        at: At,
        /// One source only.
        #[arg(long, value_parser = source)]
        source: Option<SourceId>,
        /// From when; a week before the end when not given.
        #[arg(long, value_name = "TIME", value_parser = time)]
        from: Option<Time>,
        /// Until when; the house's time when not given.
        #[arg(long, value_name = "TIME", value_parser = time)]
        to: Option<Time>,
    },
}

/// Says how each source kept its promise, day by day.
///
/// # Errors
/// When the house cannot be read, or there is no such source.
pub fn availability(form: &Form, verb: &SourceVerb) -> Result<(), Error> {
    let SourceVerb::Availability { at, source, from, to } = verb else { return Ok(()) };
    let reader = Reader::open(&at.house)?;
    let sight = Sight::of(&reader);
    let end = to.unwrap_or(sight.as_of);
    let start = from.unwrap_or(end - Duration::days(7)).min(end);
    let watch = &sight.state.watch;
    if let Some(unknown) = source.as_ref().filter(|id| watch.source(id).is_none()) {
        return Err(kernel::Refusal::new(
            "source-unknown",
            format!("No source is registered as `{unknown}`."),
        )
        .hint("List them with `servanda sources HOUSE`.")
        .into());
    }
    let asked = |known: &&watch::Source| match source {
        Some(id) => known.id == *id,
        None => known.cadence.is_some(),
    };
    for known in watch.sources().filter(asked) {
        for day in availability::days(&sight, known, Interval { start, end }) {
            if form.json { print::line(&day)? } else { print::text(&kept(&day))? }
        }
    }
    Ok(())
}

/// One source on one day, for people.
fn kept(line: &Value) -> String {
    let text = |name: &str| line.get(name).and_then(Value::as_str).unwrap_or_default();
    let number = |name: &str| line.get(name).and_then(Value::as_f64);
    let percent =
        |name: &str| number(name).map_or(String::new(), |share| format!("{:.1} %", share * 1e2));
    let day = text("from").get(..10).unwrap_or_default();
    let mut out = format!("{} {day}: ", text("source"));
    if number("share_available").is_none() {
        let promised = line.get("cadence").is_some_and(|cadence| !cadence.is_null());
        out.push_str(if promised { "nothing was due\n" } else { "it promised nothing\n" });
    } else {
        let verdict = match line.get("enough").and_then(Value::as_bool) {
            Some(true) => "enough",
            _ => "too little",
        };
        out.push_str(&format!(
            "{} received, {} in time ({} asked): {verdict}; late {}, lost {}, twice {} of {} rows; \
             of {:.2} h promised, {:.2} h announced as lost\n",
            percent("share_available"),
            percent("share_timely"),
            percent("share_due"),
            percent("share_late"),
            percent("share_lost"),
            number("duplicates").unwrap_or_default(),
            number("observations").unwrap_or_default(),
            number("promised_s").unwrap_or_default() / 3_600.0,
            number("announced_s").unwrap_or_default() / 3_600.0,
        ));
    }
    for gap in line.get("reasons").and_then(Value::as_array).into_iter().flatten() {
        let text = |name: &str| gap.get(name).and_then(Value::as_str).unwrap_or_default();
        let why = match (text("kind"), text("reason")) {
            ("", _) => "nobody has said why".to_owned(),
            (kind, reason) => format!("{kind}, {reason}"),
        };
        out.push_str(&format!("  {} to {}: {why}\n", text("from"), text("until")));
    }
    out
}

/// What was found, for people.
#[must_use]
pub fn told(doubts: &[SourceDoubted]) -> String {
    if doubts.is_empty() {
        return "nothing new: no station gives reason to say more than the record says\n".into();
    }
    doubts.iter().map(one).collect()
}

fn one(doubt: &SourceDoubted) -> String {
    let station = doubt.station.as_ref().map(|name| format!(" {name}")).unwrap_or_default();
    let since = doubt.since.map(|since| format!(" since {since}")).unwrap_or_default();
    let state = crate::views::json(&doubt.state);
    let mut out = format!(
        "{}{station}: {}{since}, chance of not being sound {:.3}, weight {:.2}, of its silence {:.2}\n",
        doubt.source,
        state.as_str().unwrap_or_default(),
        doubt.probability.value(),
        doubt.weight.value(),
        doubt.silence_weight.value(),
    );
    for sentence in &doubt.evidence {
        out.push_str("  ");
        out.push_str(sentence);
        out.push('\n');
    }
    out
}
