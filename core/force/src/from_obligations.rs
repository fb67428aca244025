//! Obligations to send forces call on the contributions behind their pledges.

use guarantees::{Domain, Obligation, Standing};
use kernel::Context;

use crate::entry::Entry;
use crate::state::State;

/// What follows from an obligation as it stands now: calls while it is owed, releases when it
/// has lapsed. Nothing moves by a call.
#[must_use]
pub fn from_obligations(
    state: &State,
    obligation: &Obligation,
    context: &Context<'_>,
) -> Vec<Entry> {
    if obligation.domain != Domain::Force {
        return Vec::new();
    }
    let call_of = |id: &str| state.calls().get(&(obligation.id, id.to_owned()));
    let behind =
        state.contributions().filter(|one| one.pledge.as_ref() == Some(&obligation.pledge));
    let lapsed = obligation.standing == Standing::Lapsed;
    behind
        .filter_map(|contribution| match call_of(&contribution.id) {
            Some(call) if lapsed && !call.released => Some(Entry::CallReleased {
                contribution: contribution.id.clone(),
                obligation: obligation.id,
            }),
            None if obligation.standing.is_open() => Some(Entry::ContributionCalled {
                contribution: contribution.id.clone(),
                obligation: obligation.id,
                due: obligation.due,
                earliest: contribution.notice_to_move.map(|notice| context.stamp.at + notice),
                gates: state.gates(contribution, context),
            }),
            _ => None,
        })
        .collect()
}
