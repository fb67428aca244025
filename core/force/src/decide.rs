//! Says yes or no to a command about the force.

use kernel::{Context, Refusal, Time, Truth};

use crate::command::Command;
use crate::contribution::Contribution;
use crate::entry::{Entry, MovementKind};
use crate::plan::check;
use crate::state::State;

/// The entries a command leads to.
///
/// # Errors
/// When the office may not give it, or things do not stand as it presumes.
pub fn decide(
    state: &State,
    command: Command,
    context: &Context<'_>,
) -> Result<Vec<Entry>, Refusal> {
    let entry = match command {
        Command::OfferContribution { contribution } => {
            if state.is_known(&contribution.id) {
                let sentence = format!("A contribution is called {} already.", contribution.id);
                return Err(Refusal::new("contribution-known", sentence)
                    .hint("Revise it, or choose another name."));
            }
            speaks_for(state, &contribution, context)?;
            sound(&contribution)?;
            Entry::ContributionOffered { contribution: *contribution }
        }
        Command::ReviseContribution { contribution } => {
            let before = own(state, &contribution.id, context)?;
            if before.contributor != contribution.contributor {
                return Err(Refusal::new(
                    "contributor-changed",
                    "A revision cannot change who contributes.",
                ));
            }
            sound(&contribution)?;
            Entry::ContributionRevised { contribution: *contribution }
        }
        Command::WithdrawContribution { contribution, reason } => {
            own(state, &contribution, context)?;
            Entry::ContributionWithdrawn { contribution, reason }
        }
        Command::StateReadiness { contribution, readiness, verified } => {
            own(state, &contribution, context)?;
            verified.map_or(Ok(()), |time| past(time, context))?;
            Entry::ReadinessStated { contribution, readiness, verified }
        }
        Command::RecordMovement { contribution, movement, strength, happened } => {
            movement_entry(state, contribution, (movement, strength, happened), context)?
        }
        Command::AnswerCall { contribution, obligation, accepts, text } => {
            own(state, &contribution, context)?;
            let call = state.calls().get(&(obligation, contribution.clone()));
            if call.is_none_or(|call| call.released) {
                let sentence = format!("{obligation} does not call on {contribution}.");
                return Err(Refusal::new("not-called", sentence));
            }
            Entry::CallAnswered { contribution, obligation, accepts, text }
        }
    };
    Ok(vec![entry])
}

/// A state's report is recorded even when gates were shut; the entry then says which.
fn movement_entry(
    state: &State,
    contribution: String,
    (movement, strength, happened): (MovementKind, u64, Time),
    context: &Context<'_>,
) -> Result<Entry, Refusal> {
    let known = own(state, &contribution, context)?;
    past(happened, context)?;
    let there = state.deployed(&contribution);
    if movement != MovementKind::In && strength > there {
        let sentence = format!("{strength} cannot leave where {there} are reported to be.");
        return Err(Refusal::new("more-than-there", sentence)
            .hint("Record the arrivals first, or correct the strength."));
    }
    let gates = state.gates(known, context);
    let shut = gates.iter().filter(|gate| gate.state.holds != Truth::Yes);
    let mut gates_not_open: Vec<_> = shut.map(|gate| gate.gate).collect();
    gates_not_open.dedup();
    Ok(Entry::MovementRecorded { contribution, movement, strength, happened, gates_not_open })
}

fn own<'a>(state: &'a State, id: &str, context: &Context<'_>) -> Result<&'a Contribution, Refusal> {
    let contribution = state.contribution(id).ok_or_else(|| {
        Refusal::new("unknown-contribution", format!("No contribution in force is called {id}."))
    })?;
    speaks_for(state, contribution, context)?;
    Ok(contribution)
}

fn speaks_for(
    state: &State,
    contribution: &Contribution,
    context: &Context<'_>,
) -> Result<(), Refusal> {
    let by = &context.stamp.by;
    if state.party(by) == Some(&contribution.contributor) {
        return Ok(());
    }
    let sentence = format!(
        "{by} does not speak for {}, whose contribution this is.",
        contribution.contributor
    );
    Err(Refusal::new("not-the-contributor", sentence))
}

fn sound(contribution: &Contribution) -> Result<(), Refusal> {
    check(contribution).map_err(|message| {
        Refusal::new("figures-disagree", format!("{}: {message}.", contribution.id))
    })
}

fn past(time: Time, context: &Context<'_>) -> Result<(), Refusal> {
    if time <= context.stamp.at {
        return Ok(());
    }
    Err(Refusal::new("in-the-future", "What has not happened yet cannot be recorded as done."))
}
