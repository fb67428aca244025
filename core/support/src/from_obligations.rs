//! Obligations to support, finance, supply or inform ask for what was pledged to be delivered.

use guarantees::{Domain, Obligation, Standing};
use kernel::Context;

use crate::entry::Entry;
use crate::state::State;

/// What follows from an obligation as it stands now. Nothing is sent by it.
#[must_use]
pub fn from_obligations(state: &State, obligation: &Obligation, _: &Context<'_>) -> Vec<Entry> {
    let concerns = matches!(
        obligation.domain,
        Domain::Support
            | Domain::Finance
            | Domain::Logistics
            | Domain::Intelligence
            | Domain::Reconstruction
    );
    let known = state.deliveries().get(&obligation.id);
    match known {
        Some(delivery) if obligation.standing == Standing::Lapsed && !delivery.released => {
            vec![Entry::DeliveryReleased { obligation: obligation.id }]
        }
        None if concerns && obligation.standing.is_open() => {
            let under = state.packages().values().filter(|progress| {
                progress.withdrawn.is_none()
                    && progress.package.pledge.as_ref() == Some(&obligation.pledge)
            });
            vec![Entry::DeliveryDue {
                obligation: obligation.id,
                bearer: obligation.bearer.clone(),
                due: obligation.due,
                packages: under.map(|progress| progress.package.id.clone()).collect(),
            }]
        }
        _ => Vec::new(),
    }
}
