//! Incidents become allegations: new, changed, withdrawn.

use std::collections::BTreeSet;

use kernel::FactBook;
use watch::{Incident, IncidentId};

use crate::allegation::{Allegation, AllegationId, Verdict};
use crate::hear::hear;
use crate::scales::Scales;
use crate::scene::Scene;
use crate::state::State;

/// Holds incidents against every rule and gives what differs from the allegations in `state`:
/// new ones, new versions, and withdrawals (also of incidents that these take the place of).
///
/// `incidents` are the latest versions of those that are new or changed; after a fact or a notice
/// was recorded that rules ask about (T0 above all), pass every incident again: what stays the
/// same gives nothing. Allegations in `cited` (those a case rests on) are flagged for review when
/// they change.
#[must_use]
pub fn from_incidents<'i>(
    state: &State,
    facts: &FactBook,
    incidents: impl IntoIterator<Item = &'i Incident>,
    cited: &BTreeSet<AllegationId>,
) -> Vec<Allegation> {
    let agreement = state.agreement();
    let scales = Scales::new(agreement, facts, state.notices());
    let mut changes = Vec::new();
    // That the watch was hindered is a restriction; nobody is held to have broken a rule by it.
    for incident in incidents.into_iter().filter(|incident| incident.lapse.is_none()) {
        for replaced in &incident.replaces {
            changes.extend(withdrawn(state, *replaced, cited));
        }
        let scene = Scene::new(&scales, incident);
        let priors = state.of_incident(incident.id);
        for (rule, needs) in agreement.rules.iter().zip(&scales.needs) {
            let prior = priors.iter().copied().find(|prior| prior.rule == rule.id);
            let heard = hear(&scales, &scene, rule, needs, prior);
            let heard = heard.map(|heard| succeeding(state, heard, incident, cited));
            changes.extend(heard.and_then(|heard| changed(heard, prior, cited)));
        }
    }
    changes
}

/// With the allegations whose place it takes, because its incident took the place of theirs.
fn succeeding(
    state: &State,
    mut heard: Allegation,
    incident: &Incident,
    cited: &BTreeSet<AllegationId>,
) -> Allegation {
    let earlier = incident.replaces.iter().flat_map(|gone| state.of_incident(*gone));
    heard.replaces =
        earlier.filter(|prior| prior.rule == heard.rule).map(|prior| prior.id).collect();
    heard.review_due = heard.replaces.iter().any(|id| cited.contains(id));
    heard
}

/// The next version of an allegation; `None` when nothing changed.
fn changed(
    mut heard: Allegation,
    prior: Option<&Allegation>,
    cited: &BTreeSet<AllegationId>,
) -> Option<Allegation> {
    let Some(prior) = prior else { return Some(heard) };
    let succeeds = heard.review_due;
    heard.version = prior.version;
    heard.review_due = prior.review_due;
    let still_nothing = heard.verdict == Verdict::Withdrawn && prior.verdict == Verdict::Withdrawn;
    if heard == *prior || still_nothing {
        return None;
    }
    heard.version = prior.version.saturating_add(1);
    heard.review_due = succeeds || cited.contains(&heard.id);
    Some(heard)
}

/// Withdrawals of everything alleged of an incident that is no more.
#[must_use]
pub fn withdrawn(
    state: &State,
    incident: IncidentId,
    cited: &BTreeSet<AllegationId>,
) -> Vec<Allegation> {
    let standing = state.of_incident(incident).into_iter();
    let standing = standing.filter(|prior| prior.verdict != Verdict::Withdrawn);
    standing
        .map(|prior| Allegation {
            version: prior.version.saturating_add(1),
            verdict: Verdict::Withdrawn,
            review_due: cited.contains(&prior.id),
            ..prior.clone()
        })
        .collect()
}
