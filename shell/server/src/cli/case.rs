//! The verbs of a case, from words to commands.

use commission::Command as Ask;
use commission::exhibit::Exhibit;
use commission::{CaseId, Cited, Level, Proposal, Responsibility, Vote};
use kernel::{Interval, PartyId, Probability, Time};
use secretariat::{Command, State};
use serde::de::DeserializeOwned;
use serde_json::json;

use super::args::{At, Words};
use super::case_args::{CaseVerb, Move, OutcomeWord, VoteWord};
use super::refer;
use desk::Desk;
use desk::Error;

/// The house a verb speaks of.
#[must_use]
pub fn house_of(verb: &CaseVerb) -> &At {
    match verb {
        CaseVerb::Open { at, .. }
        | CaseVerb::Exhibit { at, .. }
        | CaseVerb::Recuse { at, .. }
        | CaseVerb::Vote { at, .. } => at,
        CaseVerb::State(what) | CaseVerb::Dissent(what) | CaseVerb::Answer { what, .. } => &what.at,
        CaseVerb::Move(what) => &what.at,
        CaseVerb::Sign(what)
        | CaseVerb::Notify(what)
        | CaseVerb::Provisional(what)
        | CaseVerb::Publish(what) => &what.at,
    }
}

/// The command of a verb; an exhibit's bytes are sealed on the way.
///
/// # Errors
/// When the case is unknown, or a file cannot be read.
pub fn command(
    desk: &mut Desk,
    words: &Words,
    verb: &CaseVerb,
    now: Time,
) -> Result<Command, Error> {
    let state = desk.house().state();
    let ask = match verb {
        CaseVerb::Open { title, articles, accused, when, until, account, allegations, .. } => {
            Ask::OpenCase {
                title: title.clone(),
                articles: articles.clone(),
                accused: accused.clone(),
                when: Interval::new(*when, until.unwrap_or(*when)),
                account: account.clone(),
                cited: cited(state, allegations)?,
            }
        }
        CaseVerb::Exhibit { case, file, title, method, .. } => {
            let case = refer::case(state, case)?;
            let exhibit = exhibit(desk, file, title, method, now)?;
            Ask::AddExhibit { case, exhibit: Box::new(exhibit) }
        }
        CaseVerb::Move(what) => motion(state, what)?,
        CaseVerb::Recuse { case, seat, reason, .. } => Ask::Recuse {
            case: refer::case(state, case)?,
            seat: seat.clone().or_else(|| words.identity.clone()).ok_or_else(|| {
                Error::Usage("name the seat with --seat, or submit --as it".into())
            })?,
            reason: reason.clone(),
        },
        _ => plain(state, verb)?,
    };
    Ok(Command::Commission(ask))
}

fn plain(state: &State, verb: &CaseVerb) -> Result<Ask, Error> {
    Ok(match verb {
        CaseVerb::State(what) => Ask::State {
            case: refer::case(state, &what.case)?,
            text: what.text.clone(),
            log: Vec::new(),
        },
        CaseVerb::Answer { what, to } => {
            Ask::Answer { case: refer::case(state, &what.case)?, to: *to, text: what.text.clone() }
        }
        CaseVerb::Vote { case, vote, .. } => {
            let vote = match vote {
                VoteWord::For => Vote::For,
                VoteWord::Against => Vote::Against,
                VoteWord::Abstain => Vote::Abstain,
            };
            Ask::Vote { case: refer::case(state, case)?, vote }
        }
        CaseVerb::Dissent(what) => {
            Ask::Dissent { case: refer::case(state, &what.case)?, text: what.text.clone() }
        }
        CaseVerb::Sign(what) => Ask::Sign { case: refer::case(state, &what.case)? },
        CaseVerb::Notify(what) => Ask::Notify { case: refer::case(state, &what.case)? },
        CaseVerb::Provisional(what) => {
            Ask::AssembleProvisional { case: refer::case(state, &what.case)? }
        }
        CaseVerb::Publish(what) => Ask::Publish { case: refer::case(state, &what.case)? },
        _ => return Err(Error::Usage("this verb takes more than a case".into())),
    })
}

fn cited(state: &State, words: &[String]) -> Result<Vec<Cited>, Error> {
    let cite = |word: &String| {
        let id = refer::allegation(state, word)?;
        let raised = state.terms.allegations().get(&id);
        raised
            .map(Cited::from)
            .ok_or_else(|| Error::Usage(format!("there is no allegation {word}")))
    };
    words.iter().map(cite).collect()
}

fn exhibit(
    desk: &mut Desk,
    file: &std::path::Path,
    title: &str,
    method: &str,
    now: Time,
) -> Result<Exhibit, Error> {
    let bytes = std::fs::read(file).map_err(|error| Error::file("read", file, error))?;
    let digest = desk.seal(&bytes)?;
    let extension = file.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    Ok(Exhibit {
        digest,
        title: title.to_owned(),
        media_type: media_type(extension).to_owned(),
        size_bytes: bytes.len() as u64,
        captured: Some(Interval::at(now)),
        method: (!method.is_empty()).then(|| method.to_owned()),
        place: None,
        source: None,
        made_from: None,
        handling: String::new(),
        releasable_to: Vec::new(),
    })
}

fn media_type(extension: &str) -> &'static str {
    match extension.to_ascii_lowercase().as_str() {
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "mp4" => "video/mp4",
        "pdf" => "application/pdf",
        "csv" => "text/csv",
        "json" | "geojson" => "application/json",
        "txt" | "md" => "text/plain",
        _ => "application/octet-stream",
    }
}

fn motion(state: &State, what: &Move) -> Result<Ask, Error> {
    let case_id: CaseId = refer::case(state, &what.case)?;
    let case = state.commission.cases.get(&case_id);
    let case = case.ok_or_else(|| Error::Usage(format!("there is no case {}", what.case)))?;
    let responsibility = match what.responsible.as_str() {
        "both" => Responsibility::Both,
        "undetermined" => Responsibility::Undetermined,
        party => Responsibility::Party(PartyId::from(party)),
    };
    let proposal = Proposal {
        level: word::<Level>("level", &what.level)?,
        violation: what.outcome == OutcomeWord::Violation,
        articles: case.articles.iter().cloned().collect(),
        allegations: case.cited.keys().copied().collect(),
        proof: word("proof", &what.proof)?,
        chance: Probability::new(what.chance),
        responsibility,
        severity: what.severity,
        breach: case.when,
        remedies: what.remedies.clone(),
        account: what.text.clone(),
    };
    Ok(Ask::MoveFinding { case: case_id, proposal: Box::new(proposal) })
}

/// A word of a closed list.
fn word<T: DeserializeOwned>(what: &str, given: &str) -> Result<T, Error> {
    serde_json::from_value(json!(given)).map_err(|error| Error::Usage(format!("--{what}: {error}")))
}
