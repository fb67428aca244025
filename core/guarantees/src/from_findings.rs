//! Holds a published finding against every pledge: obligations, or the reasons why not.

use commission::Finding;
use kernel::Context;

use crate::cause::{Cause, Occasion};
use crate::entry::{Entry, NotTriggered};
use crate::obligation::{Anchor, Clock, Obligation, Standing};
use crate::pledge::{Pledge, Trigger};
use crate::raise::{counted_from, open_standing, raise};
use crate::state::State;

/// What follows from a finding. A finding already weighed, or older than the newest of its case,
/// changes nothing.
#[must_use]
pub fn from_findings(state: &State, finding: &Finding, context: &Context<'_>) -> Vec<Entry> {
    let newest = state.current_of(finding.case);
    let stale = newest.is_some_and(|newest| newest.published > finding.published);
    if stale || state.cause(finding.id).is_some() {
        return Vec::new();
    }
    let cause = Cause::of(finding, context.stamp.at);
    let mut not_triggered = Vec::new();
    let mut follow = Vec::new();
    for pledge in state.pledges().filter(|pledge| waits_for_finding(pledge)) {
        let resting = resting_on_case(state, pledge, &cause);
        match (raise(state, pledge, Occasion::Finding(&cause), context), resting) {
            (Ok(_), Some(resting)) => follow.push(carried(state, pledge, resting, &cause, context)),
            (Ok(obligation), None) => follow.push(Entry::ObligationRaised(obligation)),
            (Err(conditions), resting) => {
                follow.extend(resting.filter(|owed| owed.standing.is_open()).map(lapsed));
                let (pledge, finding) = (pledge.id.clone(), cause.finding);
                not_triggered.push(NotTriggered { pledge, finding, conditions });
            }
        }
    }
    let rest = not_triggered.split_off(not_triggered.len().min(REASONS_PER_ENTRY));
    let mut entries = vec![Entry::FindingWeighed { cause, not_triggered }];
    entries.extend(conditions_changed(rest));
    entries.extend(follow);
    entries
}

/// An entry is at most 65,535 bytes long, and a reason with its conditions up to some 2,000.
const REASONS_PER_ENTRY: usize = 20;

/// Reasons in entries that are not too long for the record.
pub(crate) fn conditions_changed(reasons: Vec<NotTriggered>) -> impl Iterator<Item = Entry> {
    let parts: Vec<_> = reasons.chunks(REASONS_PER_ENTRY).map(<[_]>::to_vec).collect();
    parts.into_iter().map(|not_triggered| Entry::ConditionsChanged { not_triggered })
}

pub(crate) fn waits_for_finding(pledge: &Pledge) -> bool {
    matches!(pledge.trigger, Trigger::Finding { .. })
}

/// The obligation of a pledge that rests on an earlier finding of the same case.
pub(crate) fn resting_on_case<'a>(
    state: &'a State,
    pledge: &Pledge,
    cause: &Cause,
) -> Option<&'a Obligation> {
    let owed = state.obligation_of(cause.case, &pledge.id)?;
    (owed.standing != Standing::Lapsed).then_some(owed)
}

/// The obligation goes on under the later finding. Only a clock that runs from the breach as it
/// happened moves, when the later finding dates the breach otherwise.
fn carried(
    state: &State,
    pledge: &Pledge,
    resting: &Obligation,
    cause: &Cause,
    context: &Context<'_>,
) -> Entry {
    let moves = (resting.anchor, resting.clock) == (Anchor::Breach, Clock::Happened);
    let moved = counted_from(state, pledge, Occasion::Finding(cause), context).filter(|_| moves);
    let counted_from = moved.unwrap_or(resting.counted_from);
    let due = moved.map_or(resting.due, |start| start + pledge.deadline.within);
    let standing = match resting.standing {
        Standing::Due | Standing::Overdue => open_standing(due, context.stamp.at),
        other => other,
    };
    let (obligation, finding) = (resting.id, cause.finding);
    Entry::ObligationCarried { obligation, finding, counted_from, due, standing }
}

fn lapsed(owed: &Obligation) -> Entry {
    let reason = "a later finding of the case no longer meets the pledge's conditions".to_owned();
    Entry::ObligationLapsed { obligation: owed.id, reason }
}
