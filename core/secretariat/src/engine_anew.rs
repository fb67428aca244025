//! The watch's engine made anew from what counts on the record, when a batch that it holds is read
//! otherwise: it takes observations in and cannot give them back.

use watch::Engine;

use crate::bulk::{Bulk, from_lines};
use crate::state::State;

/// An engine that holds the latest reading of every batch and knows what was assembled, doubted and
/// stated. The next assembly weighs everything again.
pub fn engine_anew(state: &State, bulk: &dyn Bulk) -> Engine {
    let mut engine = Engine::new(state.engine.settings().clone());
    for (batch, received) in state.watch.current() {
        let Some(source) = state.watch.source(&batch.source) else { continue };
        let Some(observations) = bulk.observations(batch, source, received) else { continue };
        if batch.baseline {
            engine.absorb_baseline(&observations);
        } else {
            engine.absorb(source, observations);
        }
    }
    for assembled in state.watch.assemblies() {
        if let Some(bytes) = bulk.payload(&assembled.payload) {
            engine.restore(from_lines::<watch::Incident>(&bytes));
        }
    }
    for source in state.watch.sources() {
        let stated = state.watch.outages().iter().filter(|stated| stated.source == source.id);
        engine.tell_outages(&source.id, stated);
    }
    engine.take_standings(state.watch.standings());
    engine
}
