//! Entry -> state. It cannot fail: what was decided once is taken in for ever.

use kernel::Stamp;

use crate::bulk::{Bulk, from_lines};
use crate::entry::Entry;
use crate::state::State;

/// Whether the entry follows from what the house is doing now, or from an earlier run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// The engine that made the incidents is this one.
    Acting,
    /// The engine must be told what it made before.
    Restoring,
}

/// Takes in an entry.
pub fn evolve(state: &mut State, entry: &Entry, stamp: &Stamp, bulk: &dyn Bulk, mode: Mode) {
    match entry {
        // The founding entry is the state's beginning: see `State::found`.
        Entry::Founded(_) => {}
        Entry::Watch(entry) => of_watch(state, entry, stamp, bulk, mode),
        Entry::Terms(entry) => {
            state.terms.evolve(entry, stamp);
            if let terms::Entry::AllegationsRaised { payload, .. } = entry
                && let Some(bytes) = bulk.payload(payload)
            {
                state.terms.absorb(from_lines(&bytes));
            }
        }
        Entry::Commission(entry) => state.commission.evolve(entry, stamp),
        Entry::Guarantees(entry) => state.guarantees.evolve(entry, stamp),
        Entry::Force(entry) => state.force.evolve(entry, stamp),
        Entry::Support(entry) => state.support.evolve(entry, stamp),
        Entry::Cell(entry) => state.cell.evolve(entry, stamp),
    }
}

fn of_watch(
    state: &mut State,
    entry: &watch::entry::Entry,
    stamp: &Stamp,
    bulk: &dyn Bulk,
    mode: Mode,
) {
    use watch::entry::Entry as Watched;
    let read_before = matches!(
        entry,
        Watched::BatchReceived(batch) if state.watch.has_received(batch.digest, &batch.source)
    );
    state.watch.evolve(entry, stamp);
    state.engine_outdated |= read_before;
    match entry {
        Watched::BatchReceived(batch) => {
            let Some(source) = state.watch.source(&batch.source).cloned() else { return };
            let Some(observations) = bulk.observations(batch, &source, stamp.at) else { return };
            if batch.baseline {
                state.engine.absorb_baseline(&observations);
            } else {
                state.engine.absorb(&source, observations);
            }
        }
        Watched::OutageStated(outage) => {
            let stated = state.watch.outages().iter();
            let its = stated.filter(|stated| stated.source == outage.source);
            state.engine.tell_outages(&outage.source, its);
        }
        Watched::IncidentsAssembled(assembled) => {
            if mode == Mode::Restoring
                && let Some(bytes) = bulk.payload(&assembled.payload)
            {
                state.engine.restore(from_lines::<watch::Incident>(&bytes));
            }
            state.engine.mark_assembled();
        }
        Watched::SourceDoubted(doubt) => state.engine.take_doubt(doubt, stamp.position),
        _ => {}
    }
}
