//! What the house knows: one state a pillar, and the agreement they all read.

use std::collections::BTreeMap;
use std::sync::Arc;

use kernel::{FactBook, Identity, Mistake, PartyId, SourceText, Stamp, Time};

use crate::founding::Founding;

/// Everything the house knows. It is a function of the record and the vault.
pub struct State {
    /// The founding entry.
    pub founding: Founding,
    /// The agreement.
    pub agreement: Arc<terms::Agreement>,
    /// Sources, batches, assemblies.
    pub watch: watch::state::State,
    /// Observations and the incidents they make.
    pub engine: watch::Engine,
    /// Set when the engine holds what has since been read otherwise: it is made anew before it is
    /// asked again.
    pub engine_outdated: bool,
    /// Facts, notices, positions, allegations.
    pub terms: terms::State,
    /// Cases and findings.
    pub commission: commission::State,
    /// Pledges and obligations.
    pub guarantees: guarantees::State,
    /// Contributions, calls, rotation.
    pub force: force::State,
    /// Packages, depots, deliveries.
    pub support: support::State,
    /// Tasks, notifications, reports.
    pub cell: cell::State,
    /// The time of the last entry.
    pub now: Time,
}

/// Every pillar's part of an agreement, read at once.
pub struct Parts {
    agreement: terms::Agreement,
    watch: watch::WatchPart,
    commission: commission::Rules,
    guarantees: guarantees::Register,
    force: force::Plan,
    support: support::Plan,
}

impl Parts {
    /// Reads an agreement's files; every mistake of every pillar is named.
    #[must_use]
    pub fn read(text: &SourceText) -> (Self, Vec<Mistake>) {
        let (agreement, mut mistakes) = terms::read(text);
        let (watch, of_watch) = watch::read(text);
        let (commission, of_commission) = commission::read(text);
        let (guarantees, of_guarantees) = guarantees::read(text);
        let (force, of_force) = force::read(text);
        let (support, of_support) = support::read(text);
        for more in [of_watch, of_commission, of_guarantees, of_force, of_support] {
            mistakes.extend(more);
        }
        (Self { agreement, watch, commission, guarantees, force, support }, mistakes)
    }
}

impl State {
    /// The state in which a house is founded.
    #[must_use]
    pub fn found(founding: Founding, text: &SourceText) -> Self {
        let (parts, _) = Parts::read(text);
        let agreement = Arc::new(parts.agreement);
        let roles = roles(&agreement);
        Self {
            founding,
            watch: registered(&parts.watch),
            engine: watch::Engine::new(parts.watch.settings),
            engine_outdated: false,
            terms: terms::State::new(agreement.clone()),
            commission: commission::State::found(parts.commission, roles.clone()),
            guarantees: guarantees::State::found(parts.guarantees, roles.clone()),
            force: force::State::found(parts.force, roles.clone()),
            support: support::State::found(parts.support, roles),
            cell: cell::State::default(),
            agreement,
            now: Time::MIN,
        }
    }

    /// All facts stated so far.
    #[must_use]
    pub fn facts(&self) -> &FactBook {
        self.terms.facts()
    }

    /// The offices that speak for a party.
    pub fn offices_of<'a>(&'a self, party: &'a PartyId) -> impl Iterator<Item = &'a Identity> {
        let speaks = |office: &&terms::parties::Office| {
            office.acts_for.as_ref() == Some(party)
                && office.mandates.iter().any(|mandate| mandate == "position")
        };
        self.agreement.parties.offices.iter().filter(speaks).map(|office| &office.id)
    }
}

fn roles(agreement: &terms::Agreement) -> BTreeMap<Identity, PartyId> {
    let offices = agreement.parties.offices.iter();
    offices.filter_map(|office| Some((office.id.clone(), office.acts_for.clone()?))).collect()
}

/// The watch with the agreement's sources registered from the start.
fn registered(part: &watch::WatchPart) -> watch::state::State {
    let mut state = watch::state::State::default();
    let stamp = Stamp { position: 0, at: Time::MIN, by: Identity::from(crate::founding::HOUSE) };
    for source in part.sources.values() {
        state.evolve(&watch::entry::Entry::SourceRegistered(source.clone()), &stamp);
    }
    state
}
