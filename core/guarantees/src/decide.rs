//! Says yes or no to a command, with the clause it rests on.

use kernel::{Context, PartyId, Refusal};

use crate::cause::Request;
use crate::command::Command;
use crate::entry::Entry;
use crate::obligation::{Obligation, ObligationId, Standing};
use crate::pledge::{Life, Pledge, Trigger};
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
    let party = state.party(&context.stamp.by).ok_or_else(|| {
        Refusal::new(
            "no-party",
            format!("{} acts for no party to the agreement.", context.stamp.by),
        )
        .hint("Submit as an office that acts for a party.")
    })?;
    let asking = Asking { state, party, context };
    let entry = match command {
        Command::RecordRequest { pledges, made, text } => asking.request(pledges, made, text)?,
        Command::DecideObligation { obligation, decision } => {
            asking.may_answer(obligation)?;
            Entry::ObligationDecided { obligation, decision }
        }
        Command::DeclineObligation { obligation, reason } => {
            asking.may_answer(obligation)?;
            said("reason", &reason)?;
            Entry::ObligationDeclined { obligation, reason }
        }
        Command::ReportPerformance { obligation, extent, done, text, proof } => {
            asking.may_report(obligation, done)?;
            Entry::PerformanceReported { obligation, extent, done, text, proof }
        }
        Command::VerifyPerformance { obligation, confirms, text } => {
            asking.may_verify(obligation)?;
            Entry::PerformanceVerified { obligation, confirms, text }
        }
        of_pledge => asking.pledge_step(of_pledge)?,
    };
    Ok(vec![entry])
}

struct Asking<'a> {
    state: &'a State,
    party: &'a PartyId,
    context: &'a Context<'a>,
}

impl<'a> Asking<'a> {
    fn pledge_step(&self, command: Command) -> Result<Entry, Refusal> {
        match command {
            Command::Announce { pledge } => {
                self.step(&pledge, Life::Announced)?;
                Ok(Entry::PledgeAnnounced { pledge })
            }
            Command::Sign { pledge } => {
                self.step(&pledge, Life::Signed)?;
                Ok(Entry::PledgeSigned { pledge })
            }
            Command::MarkReady { pledge } => {
                let own = self.step(&pledge, Life::Ready)?;
                if self.state.early_life(own) < Life::Signed {
                    return Err(under(own, "not-signed", "A pledge is signed before it is ready.")
                        .hint("Sign the pledge first."));
                }
                Ok(Entry::PledgeReady { pledge })
            }
            Command::Approve { pledge, body, given, reference } => {
                self.approval(&pledge, &body)?;
                Ok(Entry::PledgeApproved { pledge, body, given, reference })
            }
            Command::Renew { pledge } => {
                let own = self.own_pledge(&pledge)?;
                if own.validity.renewal.is_none() {
                    return Err(under(own, "no-renewal", "This pledge has no term to renew."));
                }
                Ok(Entry::PledgeRenewed { pledge })
            }
            Command::Withdraw { pledge, reason } => {
                self.own_pledge(&pledge)?;
                said("reason", &reason)?;
                Ok(Entry::PledgeWithdrawn { pledge, reason })
            }
            Command::RestateClause { pledge, status } => {
                self.own_pledge(&pledge)?;
                Ok(Entry::ClauseRestated { pledge, status })
            }
            _ => Err(Refusal::new("not-a-pledge-step", "This command does not concern a pledge.")),
        }
    }

    /// The asking party's own pledge, still alive.
    fn own_pledge(&self, id: &str) -> Result<&'a Pledge, Refusal> {
        let pledge = self.state.pledge(id).ok_or_else(|| {
            Refusal::new("unknown-pledge", format!("No pledge is called {id}."))
                .hint("List them with `servanda pledges HOUSE list`.")
        })?;
        if pledge.pledger != *self.party {
            let sentence =
                format!("Only {} can move its pledge {id}; {} asked.", pledge.pledger, self.party);
            return Err(under(pledge, "not-the-pledger", sentence));
        }
        match self.state.ended(pledge) {
            Some((_, reason)) => {
                Err(under(pledge, "pledge-ended", format!("The pledge {id} has ended: {reason}.")))
            }
            None => Ok(pledge),
        }
    }

    /// A step forward in the early life of an own pledge.
    fn step(&self, id: &str, to: Life) -> Result<&'a Pledge, Refusal> {
        let pledge = self.own_pledge(id)?;
        if self.state.early_life(pledge) >= to {
            let word = format!("{to:?}").to_lowercase();
            return Err(under(
                pledge,
                "already-done",
                format!("The pledge {id} is {word} already."),
            ));
        }
        Ok(pledge)
    }

    fn approval(&self, id: &str, body: &str) -> Result<(), Refusal> {
        let pledge = self.own_pledge(id)?;
        if pledge.approvals.iter().any(|approval| approval.body == body) {
            return Ok(());
        }
        let bodies: Vec<_> =
            pledge.approvals.iter().map(|approval| approval.body.as_str()).collect();
        let sentence = format!("The pledge {id} needs no approval by {body}.");
        let needs = if bodies.is_empty() { "none".to_owned() } else { bodies.join(", ") };
        Err(under(pledge, "unknown-body", sentence).hint(format!("Approvals it names: {needs}.")))
    }

    fn request(
        &self,
        pledges: Vec<String>,
        made: kernel::Time,
        text: String,
    ) -> Result<Entry, Refusal> {
        let known = self.context.stamp.at;
        if made > known {
            return Err(Refusal::new(
                "in-the-future",
                "A request cannot be made after it is recorded.",
            ));
        }
        let answers = |pledge: &&Pledge| {
            pledge.trigger == Trigger::Request && pledge.beneficiaries.contains(self.party)
        };
        let open: Vec<_> =
            self.state.pledges().filter(answers).map(|pledge| pledge.id.as_str()).collect();
        let strange = pledges.iter().find(|id| !open.contains(&id.as_str()));
        if let Some(id) = strange {
            let sentence = format!("{id} is no pledge to {} that answers a request.", self.party);
            return Err(Refusal::new("not-a-beneficiary", sentence).hint(format!(
                "Pledges that answer requests of {}: {}.",
                self.party,
                open.join(", ")
            )));
        }
        if open.is_empty() {
            let sentence = format!("Nobody has pledged to answer requests of {}.", self.party);
            return Err(Refusal::new("not-a-beneficiary", sentence));
        }
        let (position, party) = (self.context.stamp.position, self.party.clone());
        Ok(Entry::RequestRecorded(Request { position, party, pledges, made, known, text }))
    }

    fn obligation(&self, id: ObligationId) -> Result<(&'a Obligation, &'a Pledge), Refusal> {
        let found = self.state.obligations().get(&id);
        found.and_then(|owed| Some((owed, self.state.pledge(&owed.pledge)?))).ok_or_else(|| {
            Refusal::new("unknown-obligation", format!("No obligation is called {id}."))
                .hint("List them with `servanda obligations HOUSE list`.")
        })
    }

    fn own_obligation(&self, id: ObligationId) -> Result<(&'a Obligation, &'a Pledge), Refusal> {
        let (owed, pledge) = self.obligation(id)?;
        if owed.bearer != *self.party {
            let sentence =
                format!("{id} is owed by {}; {} cannot answer for it.", owed.bearer, self.party);
            return Err(under(pledge, "not-the-bearer", sentence));
        }
        Ok((owed, pledge))
    }

    fn may_answer(&self, id: ObligationId) -> Result<(), Refusal> {
        let (owed, pledge) = self.own_obligation(id)?;
        match owed.standing {
            Standing::Due | Standing::Overdue | Standing::Decided => Ok(()),
            settled => Err(settled_already(pledge, id, settled)),
        }
    }

    fn may_report(&self, id: ObligationId, done: kernel::Time) -> Result<(), Refusal> {
        let (owed, pledge) = self.own_obligation(id)?;
        if done > self.context.stamp.at {
            let sentence = "What has not happened yet cannot be reported as done.";
            return Err(under(pledge, "in-the-future", sentence));
        }
        match owed.standing {
            // Declining may be thought better of; a report then stands as the later word.
            Standing::Declined => Ok(()),
            open if open.is_open() => Ok(()),
            settled => Err(settled_already(pledge, id, settled)),
        }
    }

    fn may_verify(&self, id: ObligationId) -> Result<(), Refusal> {
        let (owed, pledge) = self.obligation(id)?;
        if owed.bearer == *self.party {
            let sentence = "Nobody confirms its own performance.";
            return Err(under(pledge, "own-performance", sentence)
                .hint("The recipient or a monitor named in the pledge confirms it."));
        }
        if !pledge.beneficiaries.contains(self.party) && !pledge.verifiers.contains(self.party) {
            let sentence =
                format!("{} is neither recipient nor monitor of {}.", self.party, pledge.id);
            return Err(under(pledge, "not-a-verifier", sentence));
        }
        match owed.standing {
            Standing::Performed | Standing::PartlyPerformed => Ok(()),
            _ => Err(under(pledge, "nothing-reported", format!("No open report stands for {id}."))),
        }
    }
}

fn under(pledge: &Pledge, code: &str, sentence: impl Into<String>) -> Refusal {
    Refusal::new(code, sentence).under(format!("{}, {}", pledge.instrument, pledge.clause))
}

fn settled_already(pledge: &Pledge, id: ObligationId, standing: Standing) -> Refusal {
    let word = format!("{standing:?}").to_lowercase();
    under(pledge, "already-settled", format!("{id} is {word} already."))
}

fn said(what: &str, words: &str) -> Result<(), Refusal> {
    if words.trim().is_empty() {
        return Err(Refusal::new("nothing-said", format!("A {what} must be given.")));
    }
    Ok(())
}
