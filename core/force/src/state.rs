//! Contributions, movements and calls, computed from the record.

use std::collections::BTreeMap;

use guarantees::ObligationId;
use kernel::{Context, Identity, PartyId, Stamp, Time};

use crate::contribution::Contribution;
use crate::entry::{Entry, MovementKind};
use crate::gate::{Gate, gates};
use crate::plan::Plan;

/// Everything this pillar knows.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct State {
    plan: Plan,
    roles: BTreeMap<Identity, PartyId>,
    contributions: BTreeMap<String, Contribution>,
    earlier: BTreeMap<String, Vec<(Contribution, Time)>>,
    withdrawn: BTreeMap<String, String>,
    deployed: BTreeMap<String, u64>,
    calls: BTreeMap<(ObligationId, String), Call>,
}

/// A call on a contribution.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Call {
    /// When the obligation is due.
    pub due: Time,
    /// When it could be there at the earliest, where its notice to move is stated.
    pub earliest: Option<Time>,
    /// What the contributor said, if anything: whether it comes, and in what words.
    pub answer: Option<(bool, String)>,
    /// Whether the obligation behind it fell away.
    pub released: bool,
}

impl State {
    /// The state in which the house is founded.
    #[must_use]
    pub fn found(plan: Plan, roles: BTreeMap<Identity, PartyId>) -> Self {
        Self { contributions: plan.contributions.clone(), plan, roles, ..Self::default() }
    }

    /// Takes one entry in.
    pub fn evolve(&mut self, entry: &Entry, stamp: &Stamp) {
        match entry {
            Entry::ContributionOffered { contribution }
            | Entry::ContributionRevised { contribution } => {
                let id = contribution.id.clone();
                if let Some(before) = self.contributions.insert(id.clone(), contribution.clone()) {
                    self.earlier.entry(id).or_default().push((before, stamp.at));
                }
            }
            Entry::ContributionWithdrawn { contribution, reason } => {
                self.withdrawn.insert(contribution.clone(), reason.clone());
            }
            Entry::ReadinessStated { contribution, readiness, verified } => {
                if let Some(known) = self.contributions.get_mut(contribution) {
                    known.readiness = *readiness;
                    known.readiness_verified = verified.or(known.readiness_verified);
                }
            }
            Entry::MovementRecorded { contribution, movement, strength, .. } => {
                let there = self.deployed.entry(contribution.clone()).or_default();
                *there = match movement {
                    MovementKind::In => there.saturating_add(*strength),
                    MovementKind::Out => there.saturating_sub(*strength),
                    MovementKind::Rotation => *there,
                };
            }
            Entry::ContributionCalled { .. }
            | Entry::CallAnswered { .. }
            | Entry::CallReleased { .. } => {
                self.evolve_call(entry);
            }
        }
    }

    fn evolve_call(&mut self, entry: &Entry) {
        match entry {
            Entry::ContributionCalled { contribution, obligation, due, earliest, .. } => {
                let call = Call { due: *due, earliest: *earliest, answer: None, released: false };
                self.calls.insert((*obligation, contribution.clone()), call);
            }
            Entry::CallAnswered { contribution, obligation, accepts, text } => {
                if let Some(call) = self.calls.get_mut(&(*obligation, contribution.clone())) {
                    call.answer = Some((*accepts, text.clone()));
                }
            }
            Entry::CallReleased { contribution, obligation } => {
                if let Some(call) = self.calls.get_mut(&(*obligation, contribution.clone())) {
                    call.released = true;
                }
            }
            _ => {}
        }
    }

    /// What the agreement's `force.toml` says.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }
    /// The party an identity acts for.
    #[must_use]
    pub fn party(&self, identity: &Identity) -> Option<&PartyId> {
        self.roles.get(identity)
    }
    /// Contributions that are not withdrawn, by id.
    pub fn contributions(&self) -> impl Iterator<Item = &Contribution> {
        self.contributions.values().filter(|one| !self.withdrawn.contains_key(&one.id))
    }
    /// A contribution by its id, unless it was withdrawn.
    #[must_use]
    pub fn contribution(&self, id: &str) -> Option<&Contribution> {
        self.contributions.get(id).filter(|_| !self.withdrawn.contains_key(id))
    }
    /// Whether an id was ever used.
    #[must_use]
    pub fn is_known(&self, id: &str) -> bool {
        self.contributions.contains_key(id)
    }
    /// Earlier versions of a contribution, each with the time it was replaced.
    #[must_use]
    pub fn earlier(&self, id: &str) -> &[(Contribution, Time)] {
        self.earlier.get(id).map_or(&[], Vec::as_slice)
    }
    /// Withdrawn contributions with the reasons given.
    #[must_use]
    pub fn withdrawn(&self) -> &BTreeMap<String, String> {
        &self.withdrawn
    }
    /// How many are deployed, as reported.
    #[must_use]
    pub fn deployed(&self, id: &str) -> u64 {
        self.deployed.get(id).copied().unwrap_or(0)
    }
    /// Calls by obligation and contribution.
    #[must_use]
    pub fn calls(&self) -> &BTreeMap<(ObligationId, String), Call> {
        &self.calls
    }
    /// The gates of a contribution as the facts stand.
    #[must_use]
    pub fn gates(&self, contribution: &Contribution, context: &Context<'_>) -> Vec<Gate> {
        gates(contribution, &self.plan.mandate, context)
    }
}
