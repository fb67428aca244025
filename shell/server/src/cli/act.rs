//! Submissions by hand: from words to a command on the record.

use std::path::Path;

use indicatif::{ProgressBar, ProgressStyle};
use kernel::{Identity, Interval, Place, Time, Truth};
use secretariat::Command;
use secretariat::command::{HouseCommand, VERSION};
use secretariat::founding::HOUSE;
use serde_json::{Value, json};

use super::args::{
    self, At, ClockVerb, FactVerb, HoldsWord, NoticeVerb, ObligationVerb, Verb, Words,
};
use super::incident::{self, IncidentVerb};
use super::source::SourceVerb;
use super::{case, refer, submitter};
use desk::Error;
use desk::ingest;
use desk::{Desk, Receipt};

/// What a command came to, for people and machines.
#[derive(Clone, PartialEq, Debug)]
pub enum Said {
    /// A submission is on the record.
    Entered(Receipt),
    /// Sources were held against what the house holds.
    Sources(Vec<watch::trust_doubt::SourceDoubted>),
    /// Files were handed in.
    Files {
        /// One for each file.
        files: Vec<ingest::Outcome>,
        /// Incidents after it.
        incidents: u64,
        /// End with code 4 when a line had a problem.
        strict: bool,
    },
}

/// The house a verb speaks of.
#[must_use]
pub fn house_of(verb: &Verb) -> Option<&Path> {
    let at: &At = match verb {
        Verb::Submit(submit) => &submit.at,
        Verb::Act(act) => &act.at,
        Verb::Fact { verb: FactVerb::State { at, .. } }
        | Verb::Notice { verb: NoticeVerb::File { at, .. } }
        | Verb::Clock { verb: ClockVerb::Advance { at } } => at,
        Verb::Case { verb } => case::house_of(verb),
        Verb::Incident { verb: IncidentVerb::Review(review) } => &review.at,
        Verb::Source { verb: SourceVerb::Check { at } | SourceVerb::Availability { at, .. } } => at,
        Verb::Obligation { verb } => match verb {
            ObligationVerb::Decide(what) | ObligationVerb::Decline(what) => &what.at,
            ObligationVerb::Report { what, .. } | ObligationVerb::Verify { what, .. } => &what.at,
        },
        _ => return None,
    };
    Some(&at.house)
}

/// Acts on an open desk.
///
/// # Errors
/// When the house refuses, or the world fails.
pub fn act(desk: &mut Desk, words: &Words, now: Time) -> Result<Said, Error> {
    let (usual, command) = match &words.verb {
        Verb::Submit(submit) => return files(desk, words, submit, now),
        Verb::Fact { verb } => ("secretariat", fact(verb, now)),
        Verb::Notice { verb } => ("secretariat", notice(verb)),
        Verb::Source { verb: SourceVerb::Check { .. } } => {
            let by = submitter(words, HOUSE);
            return Ok(Said::Sources(desk::doubts::check(desk, &by, now)?));
        }
        Verb::Clock { .. } => (HOUSE, Command::House(HouseCommand::AdvanceClock)),
        Verb::Obligation { verb } => return obligation(desk, words, verb, now),
        Verb::Case { verb } => ("secretariat", case::command(desk, words, verb, now)?),
        Verb::Incident { verb } => ("secretariat", incident::command(desk, verb)?),
        Verb::Act(act) => ("secretariat", any(desk.house().state(), act)?),
        _ => return Err(Error::Usage("this command changes nothing in a house".into())),
    };
    let by = submitter(words, usual);
    Ok(Said::Entered(desk.submit(&by, command, now)?))
}

fn files(desk: &mut Desk, words: &Words, submit: &args::Submit, now: Time) -> Result<Said, Error> {
    let format = submit.format.as_deref().map(str::parse).transpose();
    let format = format.map_err(|fault: gateways::reading::Fault| Error::Usage(fault.reason))?;
    let options = ingest::Options {
        by: submitter(words, HOUSE),
        format,
        source: submit.source.clone(),
        baseline: submit.baseline,
        covers: submit.covers,
        now,
    };
    let mut outcomes = Vec::new();
    for path in &submit.files {
        let shown = progress(path);
        outcomes.push(ingest::file(desk, path, &options, &mut |lines| shown.set_position(lines))?);
        shown.finish_and_clear();
    }
    if !submit.no_assemble {
        ingest::assemble(desk, now)?;
    }
    let incidents = desk.house().state().engine.standing() as u64;
    Ok(Said::Files { files: outcomes, incidents, strict: submit.strict })
}

/// Lines so far, on standard error; nothing where that is no terminal.
fn progress(path: &Path) -> ProgressBar {
    let form = ProgressStyle::with_template("{prefix}: {human_pos} lines, {elapsed}");
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    ProgressBar::new_spinner()
        .with_style(form.unwrap_or_else(|_| ProgressStyle::default_spinner()))
        .with_prefix(name.unwrap_or_default())
}

fn fact(verb: &FactVerb, now: Time) -> Command {
    let FactVerb::State { name, subject, holds, since, basis, .. } = verb;
    let holds = match holds {
        HoldsWord::Yes => Truth::Yes,
        HoldsWord::No => Truth::No,
        HoldsWord::NotYetKnown => Truth::NotYetKnown,
    };
    Command::Terms(terms::Command::StateFact {
        fact: name.clone(),
        subject: subject.clone(),
        holds,
        since: since.unwrap_or(now),
        basis: basis.clone(),
    })
}

fn notice(verb: &NoticeVerb) -> Command {
    let NoticeVerb::File { kind, from, to, lon, lat, radius_m, text, .. } = verb;
    Command::Terms(terms::Command::FileNotice {
        kind: kind.clone(),
        window: Interval::new(*from, *to),
        center: Place { lon: *lon, lat: *lat },
        radius_m: *radius_m,
        party: None,
        text: text.clone(),
    })
}

fn obligation(
    desk: &mut Desk,
    words: &Words,
    verb: &ObligationVerb,
    now: Time,
) -> Result<Said, Error> {
    let (ObligationVerb::Decide(what) | ObligationVerb::Decline(what)) = verb else {
        return reported(desk, words, verb, now);
    };
    let obligation = refer::obligation(desk.house().state(), &what.obligation)?;
    let text = what.text.clone();
    let command = match verb {
        ObligationVerb::Decline(_) => {
            guarantees::Command::DeclineObligation { obligation, reason: text }
        }
        _ => guarantees::Command::DecideObligation { obligation, decision: text },
    };
    enter(desk, words, command, now)
}

fn reported(
    desk: &mut Desk,
    words: &Words,
    verb: &ObligationVerb,
    now: Time,
) -> Result<Said, Error> {
    let command = match verb {
        ObligationVerb::Report { what, partly, done } => guarantees::Command::ReportPerformance {
            obligation: refer::obligation(desk.house().state(), &what.obligation)?,
            extent: if *partly { guarantees::Extent::Part } else { guarantees::Extent::Full },
            done: done.unwrap_or(now),
            text: what.text.clone(),
            proof: Vec::new(),
        },
        ObligationVerb::Verify { what, dispute } => guarantees::Command::VerifyPerformance {
            obligation: refer::obligation(desk.house().state(), &what.obligation)?,
            confirms: !dispute,
            text: what.text.clone(),
        },
        ObligationVerb::Decide(_) | ObligationVerb::Decline(_) => {
            return Err(Error::Usage("not a report".into()));
        }
    };
    enter(desk, words, command, now)
}

fn enter(
    desk: &mut Desk,
    words: &Words,
    command: guarantees::Command,
    now: Time,
) -> Result<Said, Error> {
    let by: Identity = words.identity.clone().ok_or_else(|| {
        Error::Usage("say who submits with --as: the liaison officer of the guarantor".into())
    })?;
    Ok(Said::Entered(desk.submit(&by, Command::Guarantees(command), now)?))
}

/// Any command, its fields given as JSON; `@latest` and its like are resolved in `case` and
/// `obligation`.
fn any(state: &secretariat::State, act: &args::Act) -> Result<Command, Error> {
    let text = if act.fields == "-" {
        std::io::read_to_string(std::io::stdin())
            .map_err(|error| Error::file("read", Path::new("standard input"), error))?
    } else {
        act.fields.clone()
    };
    let wrong =
        |why: String| Error::Usage(format!("the fields of `{}` cannot be read: {why}", act.kind));
    let mut body: Value = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
    let word = act.kind.split('/').nth(1).unwrap_or_default();
    let fields = body.as_object_mut().ok_or_else(|| wrong("they are no JSON object".into()))?;
    fields.insert("command".into(), json!(word));
    for (name, value) in fields.iter_mut() {
        let counted = value.as_str().filter(|word| word.starts_with('@'));
        let resolved = match (name.as_str(), counted) {
            ("case", Some(word)) => json!(refer::case(state, word)?),
            ("obligation", Some(word)) => json!(refer::obligation(state, word)?),
            _ => continue,
        };
        *value = resolved;
    }
    Command::from_record(&act.kind, VERSION, &body)?
        .ok_or_else(|| wrong("they name no command".into()))
}
