//! How many states have come how far: separate counts that are never added up or merged.
//!
//! Attendance and membership are reported counts and stand with the parties; what a pledge
//! register can count by itself stands here.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Context, PartyId, Truth};
use serde::{Deserialize, Serialize};

use crate::pledge::{ApprovalTime, ClauseStatus, Life};
use crate::state::State;

/// What is counted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CountKind {
    /// Said in public that it would.
    PledgedInPrinciple,
    /// Signed an adopted clause.
    Concrete,
    /// Has every approval that must come before; a clause that needs none counts.
    Approved,
    /// Reported that it performed at least once.
    Performed,
}

/// Who counts as what, over pledges that have not ended.
#[must_use]
pub fn counts(state: &State, context: &Context<'_>) -> BTreeMap<CountKind, BTreeSet<PartyId>> {
    let mut counted = BTreeMap::<_, BTreeSet<PartyId>>::new();
    for pledge in state.pledges().filter(|pledge| state.in_force(pledge, context.stamp.at)) {
        let endorsed = !matches!(
            state.clause_status(pledge),
            ClauseStatus::Deleted | ClauseStatus::NotEndorsed
        );
        let adopted = state.clause_status(pledge) == ClauseStatus::Adopted;
        let early = state.early_life(pledge);
        let concrete = adopted && early >= Life::Signed;
        let approved = pledge
            .approvals
            .iter()
            .filter(|approval| approval.when == ApprovalTime::Before)
            .all(|approval| state.approved(pledge, &approval.body, context) == Truth::Yes);
        let performed = matches!(
            state.life(pledge, context),
            Life::Performed | Life::PartlyPerformed | Life::Verified
        );
        let kinds = [
            (CountKind::PledgedInPrinciple, endorsed && early >= Life::Announced),
            (CountKind::Concrete, concrete),
            (CountKind::Approved, concrete && approved),
            (CountKind::Performed, performed),
        ];
        for (kind, _) in kinds.into_iter().filter(|(_, counts)| *counts) {
            counted.entry(kind).or_default().insert(pledge.pledger.clone());
        }
    }
    counted
}
