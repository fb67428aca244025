//! Weighs pledges again when facts change: the host asks, a parliament approves, a pledge is signed.

use kernel::{Context, Truth};

use crate::cause::{Cause, Occasion};
use crate::entry::{Entry, NotTriggered};
use crate::from_findings::{conditions_changed, resting_on_case, waits_for_finding};

use crate::pledge::{Pledge, Trigger};
use crate::raise::{obligation_id, raise};
use crate::state::State;

/// What follows from the facts as they stand now: obligations that arise, and reasons that changed.
#[must_use]
pub fn from_facts(state: &State, context: &Context<'_>) -> Vec<Entry> {
    let mut raised = Vec::new();
    let mut changed = Vec::new();
    for cause in state.current_causes().filter(|cause| cause.violation) {
        for pledge in state.pledges().filter(|pledge| waits_for_finding(pledge)) {
            match of_finding(state, pledge, cause, context) {
                Some(Ok(entry)) => raised.push(entry),
                Some(Err(reason)) => changed.push(reason),
                None => {}
            }
        }
    }
    for pledge in state.pledges() {
        let found = occasions(state, pledge, context);
        raised.extend(found.into_iter().filter_map(|occasion| {
            let fresh = !state.obligations().contains_key(&obligation_id(pledge, occasion));
            let obligation = fresh.then(|| raise(state, pledge, occasion, context))?;
            obligation.ok().map(Entry::ObligationRaised)
        }));
    }
    raised.extend(conditions_changed(changed));
    raised
}

/// An obligation that arises, a reason that changed, or nothing new.
fn of_finding(
    state: &State,
    pledge: &Pledge,
    cause: &Cause,
    context: &Context<'_>,
) -> Option<Result<Entry, NotTriggered>> {
    let settled = resting_on_case(state, pledge, cause).is_some()
        || state.obligations().contains_key(&obligation_id(pledge, Occasion::Finding(cause)));
    if settled {
        return None;
    }
    match raise(state, pledge, Occasion::Finding(cause), context) {
        Ok(obligation) => Some(Ok(Entry::ObligationRaised(obligation))),
        Err(conditions) => {
            let (id, finding) = (pledge.id.clone(), cause.finding);
            let reason = NotTriggered { pledge: id, finding, conditions };
            let known = state.reason(finding, &pledge.id) == Some(&reason);
            (!known).then_some(Err(reason))
        }
    }
}

/// The requests or the fact that may set a pledge off.
fn occasions<'a>(state: &'a State, pledge: &Pledge, context: &Context<'a>) -> Vec<Occasion<'a>> {
    match &pledge.trigger {
        Trigger::Finding { .. } => Vec::new(),
        Trigger::Request => {
            let meant = state.requests().iter().filter(|request| {
                pledge.beneficiaries.contains(&request.party)
                    && (request.pledges.is_empty() || request.pledges.contains(&pledge.id))
            });
            meant.map(Occasion::Request).collect()
        }
        Trigger::Fact { fact } => {
            let now = context.stamp.at;
            let stated = context.facts.at(fact, None, now, now);
            stated.filter(|fact| fact.holds == Truth::Yes).map(Occasion::Fact).into_iter().collect()
        }
    }
}
