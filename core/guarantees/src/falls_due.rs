//! What has fallen due at the record's time: overdue acts, approvals, lapses, measures that return.

use kernel::{Context, Time, Truth};

use crate::entry::{Entry, Extent};
use crate::obligation::{Obligation, Standing};
use crate::pledge::{ApprovalTime, Pledge, Renewal, Silence};
use crate::state::State;

/// Everything that has fallen due and is not on the record yet.
#[must_use]
pub fn falls_due(state: &State, context: &Context<'_>) -> Vec<Entry> {
    let now = context.stamp.at;
    let mut entries: Vec<_> =
        state.pledges().filter_map(|pledge| lapse(state, pledge, now)).collect();
    for obligation in state.obligations().values() {
        let Some(pledge) = state.pledge(&obligation.pledge) else { continue };
        let waiting = matches!(obligation.standing, Standing::Due | Standing::Decided);
        if waiting && obligation.due < now {
            entries.push(Entry::ObligationOverdue { obligation: obligation.id });
        }
        entries.extend(approvals(state, pledge, obligation, context));
        entries.extend(measure_returns(state, pledge, obligation, now));
    }
    entries
}

fn lapse(state: &State, pledge: &Pledge, now: Time) -> Option<Entry> {
    if state.ended(pledge).is_some() {
        return None;
    }
    let over = pledge.validity.until.filter(|until| *until < now);
    let silent = state.lapses_at(pledge).filter(|end| *end < now);
    let reason = match (over, silent) {
        (Some(until), _) => format!("its validity ended at {until}"),
        (None, Some(end)) => format!("nobody renewed it by {end}"),
        (None, None) => return None,
    };
    Some(Entry::PledgeLapsed { pledge: pledge.id.clone(), reason })
}

/// When the act began, as its bearer first reported.
fn begun(state: &State, obligation: &Obligation) -> Option<Time> {
    state.reports(obligation.id).iter().find_map(|report| match &report.entry {
        Entry::PerformanceReported { done, .. } => Some(*done),
        _ => None,
    })
}

/// Approvals that come after the act and are due now (France, article 35: inform within three
/// days, authorise beyond four months).
fn approvals(
    state: &State,
    pledge: &Pledge,
    obligation: &Obligation,
    context: &Context<'_>,
) -> Vec<Entry> {
    let Some(begun) = begun(state, obligation) else { return Vec::new() };
    let after = pledge.approvals.iter().filter(|approval| approval.when == ApprovalTime::After);
    let owed = after.filter_map(|approval| {
        let due = begun + approval.within?;
        let known = state.approvals_due().contains_key(&(obligation.id, approval.body.clone()));
        let silent = state.approved(pledge, &approval.body, context) == Truth::NotYetKnown;
        let body = approval.body.clone();
        (due < context.stamp.at && !known && silent).then_some(Entry::ApprovalFellDue {
            obligation: obligation.id,
            body,
            due,
        })
    });
    owed.collect()
}

/// Relief ends by silence: its term runs from the last full report or renewal.
fn measure_returns(
    state: &State,
    pledge: &Pledge,
    obligation: &Obligation,
    now: Time,
) -> Option<Entry> {
    let Renewal { every, silence } = pledge.validity.renewal?;
    let eased = matches!(obligation.standing, Standing::Performed | Standing::Verified);
    if silence != Silence::Returns || !eased {
        return None;
    }
    let reports = state.reports(obligation.id).iter().rev();
    let since = reports.filter_map(|report| match &report.entry {
        Entry::PerformanceReported { extent: Extent::Full, done, .. } => Some(*done),
        _ => None,
    });
    let since = since.chain(state.renewed(pledge)).max()?;
    (since + every < now).then_some(Entry::MeasureReturned { obligation: obligation.id })
}
