//! What the commission says to a command: entries, or a refusal that names the way on.

mod docket;
mod hearing;
mod judging;

use kernel::{Context, Identity, PartyId, Refusal, Time};

use crate::case::Case;
use crate::command::Command;
use crate::entry::Entry;
use crate::finding::CaseId;
use crate::rules::{Rules, Seat, Stage};
use crate::state::State;

/// Longest text one entry takes, bytes; longer ones are exhibits.
pub const TEXT_BYTES_MAX: usize = 8_000;
/// Most log lines or allegations one entry takes.
pub const ROWS_MAX: usize = 60;
/// Longest name or number, bytes.
const NAME_BYTES_MAX: usize = 200;

/// Decides on a command.
///
/// # Errors
/// A refusal with code, sentence, article and hint when the rules do not allow it.
pub fn decide(state: &State, command: Command, context: &Context) -> Result<Vec<Entry>, Refusal> {
    let desk = Desk { state, rules: &state.rules, by: &context.stamp.by, at: context.stamp.at };
    match command {
        Command::OpenCase { title, articles, accused, when, account, cited } => {
            let opening = docket::ByHand { title, articles, accused, when, account, cited };
            desk.open_case(opening, context.stamp.position)
        }
        Command::AddAllegations { case, cited } => desk.add_allegations(case, cited),
        Command::Notify { case } => desk.notify(case),
        Command::State { case, text, log } => desk.file_statement(case, text, log),
        Command::Answer { case, to, text } => desk.answer(case, to, text),
        Command::AddExhibit { case, exhibit } => desk.add_exhibit(case, exhibit),
        Command::TransferExhibit { case, exhibit, transfer } => {
            desk.transfer_exhibit(case, exhibit, transfer)
        }
        Command::ScoreExhibit { case, exhibit, source, information, reason } => {
            desk.score_exhibit(case, exhibit, (source, information), reason)
        }
        Command::SetAside { case, exhibit, reason } => desk.set_aside(case, exhibit, reason),
        Command::ProposeHypothesis { case, cause, account } => {
            desk.propose_hypothesis(case, cause, account)
        }
        Command::WeighEvidence { case, hypothesis, evidence, bearing, reason } => {
            desk.weigh_evidence(case, hypothesis, evidence, (bearing, reason))
        }
        Command::Recuse { case, seat, reason } => desk.recuse(case, seat, reason),
        Command::MoveFinding { case, proposal } => desk.move_finding(case, proposal),
        Command::Vote { case, vote } => desk.vote(case, vote),
        Command::Dissent { case, text } => desk.dissent(case, text),
        Command::Sign { case } => desk.sign(case, context.stamp.position),
        Command::Publish { case } => desk.publish(case),
        Command::AssembleProvisional { case } => desk.assemble_provisional(case),
        Command::JoinCases { into, from } => desk.join_cases(into, from),
        Command::SplitCase { case, title, allegations } => {
            desk.split_case(case, title, allegations, context.stamp.position)
        }
        Command::Withdraw { case, reason } => desk.withdraw(case, reason),
    }
}

type Decision = Result<Vec<Entry>, Refusal>;

/// One command being decided: the state, who asks, and when.
struct Desk<'a> {
    state: &'a State,
    rules: &'a Rules,
    by: &'a Identity,
    at: Time,
}

impl<'a> Desk<'a> {
    fn refuse(&self, code: &str, sentence: impl Into<String>, hint: impl Into<String>) -> Refusal {
        Refusal::new(code, sentence).under(self.rules.body.article.as_str()).hint(hint)
    }

    /// The case, standing open.
    fn case(&self, id: CaseId) -> Result<&'a Case, Refusal> {
        let case = self.state.cases.get(&id).ok_or_else(|| {
            let hint = "List the cases with `servanda cases`.";
            self.refuse("no-such-case", format!("There is no case {id}."), hint)
        })?;
        if case.closed.is_some() {
            let sentence = format!("{id} is closed.");
            return Err(self.refuse("case-closed", sentence, "Open a new case that names it."));
        }
        Ok(case)
    }

    /// The case, at or before `latest`.
    fn case_until(&self, id: CaseId, latest: Stage) -> Result<&'a Case, Refusal> {
        let case = self.case(id)?;
        if case.stage > latest {
            let sentence = format!("{id} is past the stage at which this can be done.");
            let hint = "Open a new case, or wait for the finding and move one that supersedes it.";
            return Err(self.refuse("stage-over", sentence, hint));
        }
        Ok(case)
    }

    /// The party `by` acts for. Who may submit what at all is the door's to check, by mandate.
    fn party(&self) -> Option<PartyId> {
        let of_seat = || self.rules.seat_of(self.by)?.party.as_ref();
        self.state.roles.get(self.by).or_else(of_seat).cloned()
    }

    /// The seat `by` acts for, if it may judge this case.
    fn judge(&self, case: &Case) -> Result<&'a Seat, Refusal> {
        let Some(seat) = self.rules.seat_of(self.by) else {
            let sentence = format!("{} holds no seat on the commission.", self.by);
            let hint = "Statements, answers, exhibits and hypotheses are open to every party.";
            return Err(self.refuse("no-seat", sentence, hint));
        };
        if case.is_recused(seat, self.rules) {
            let sentence = format!("{} takes no part in judging {}.", seat.id, case.id);
            let hint = "It may state, answer and deposit exhibits as a party.";
            return Err(self.refuse("seat-recused", sentence, hint));
        }
        Ok(seat)
    }

    fn text(&self, text: &str, what: &str) -> Result<(), Refusal> {
        if text.trim().is_empty() {
            let hint = format!("Write the {what}.");
            return Err(self.refuse("text-missing", format!("The {what} is empty."), hint));
        }
        if text.len() > TEXT_BYTES_MAX {
            let sentence = format!("The {what} is longer than {TEXT_BYTES_MAX} bytes.");
            let hint = "Deposit the long text as an exhibit and state what it shows.";
            return Err(self.refuse("text-too-long", sentence, hint));
        }
        let unreadable = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
        if text.contains(unreadable) {
            let sentence = format!("The {what} has characters that cannot be read.");
            let hint = "Submit plain text in UTF-8.";
            return Err(self.refuse("text-unreadable", sentence, hint));
        }
        Ok(())
    }

    fn name(&self, name: &str, what: &str) -> Result<(), Refusal> {
        if name.len() > NAME_BYTES_MAX {
            let sentence = format!("The {what} is longer than {NAME_BYTES_MAX} bytes.");
            return Err(self.refuse("text-too-long", sentence, format!("Shorten the {what}.")));
        }
        self.text(name, what)
    }

    fn rows(&self, count: usize, what: &str) -> Result<(), Refusal> {
        if count > ROWS_MAX {
            let sentence = format!("{count} {what} at once are more than {ROWS_MAX}.");
            return Err(self.refuse("too-many-at-once", sentence, "Submit them in several parts."));
        }
        Ok(())
    }

    fn advance(&self, case: &Case, stage: Stage) -> Entry {
        crate::falls_due::advance(self.rules, case, stage, self.at)
    }
}
