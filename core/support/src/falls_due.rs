//! What has fallen due at the record's time: promised rungs not reached, depots that did not answer.

use kernel::Context;

use crate::entry::Entry;
use crate::state::State;

/// Everything that has fallen due and is not on the record yet.
#[must_use]
pub fn falls_due(state: &State, context: &Context<'_>) -> Vec<Entry> {
    let now = context.stamp.at;
    let alive = state.packages().values().filter(|progress| progress.withdrawn.is_none());
    let slipped = alive.flat_map(|progress| {
        let promised = progress.package.promised.iter().filter(move |(rung, time)| {
            **time < now && **rung > progress.rung && !progress.slipped.contains(rung)
        });
        promised.map(|(rung, time)| Entry::PromiseSlipped {
            package: progress.package.id.clone(),
            rung: *rung,
            promised: *time,
        })
    });
    let waiting = state.draws().iter().filter(|(_, draw)| {
        let refused = matches!(draw.answer, Some((false, _)));
        draw.due < now && draw.dispatched.is_none() && !draw.overdue && !refused
    });
    slipped.chain(waiting.map(|(draw, _)| Entry::DrawOverdue { draw: *draw })).collect()
}
