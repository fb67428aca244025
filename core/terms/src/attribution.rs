//! The alleged party as chances, from data alone: who holds the ground, what the class leans to,
//! what the parties say. `unattributed` is always among them; attribution is the commission's.
//!
//! Every party is weighed by the same numbers, so exchanging two parties exchanges their shares.

use std::collections::BTreeMap;

use kernel::party::Attributed;
use kernel::place::round_to;
use kernel::{PartyId, Shares};

use crate::agreement::{Leaning, Rule, Weights};
use crate::scene::Scene;
use crate::zones::{Hand, Line};

/// The shares of the parties that bear `rule`, and of nobody in particular.
#[must_use]
pub fn alleged(
    scene: &Scene<'_>,
    rule: &Rule,
    weights: &Weights,
    lines: &[Line],
) -> Shares<Attributed> {
    let mut parties: BTreeMap<&PartyId, f64> = BTreeMap::new();
    let line = weights.line.and_then(|index| Some((index, lines.get(index)?)));
    if let Some((index, line)) = line {
        let [left, right] = leaning(scene, rule, weights, index);
        *parties.entry(&line.left).or_default() += left;
        *parties.entry(&line.right).or_default() += right;
    }
    for (party, weight) in claims(scene, weights) {
        *parties.entry(party).or_default() += weight;
    }
    parties.retain(|party, _| rule.bearers.contains(party));
    shares(parties, weights.unattributed)
}

/// Weights of the parties to the left and to the right of the line.
fn leaning(scene: &Scene<'_>, rule: &Rule, weights: &Weights, line: usize) -> [f64; 2] {
    let left = scene.terrain().buffer(line, f64::INFINITY, Hand::Left).yes.share();
    let right = 1.0 - left;
    let distance_m = scene.terrain().line_m(line);
    let mut sums = [0.0; 2];
    let classes = scene.incident().classes.iter();
    for (class, share) in classes.filter(|(class, _)| rule.trigger.contains(class)) {
        let Some(leaning) = weights.leanings.get(class) else { continue };
        let across = leaning.opposite * within_reach(leaning, distance_m);
        sums[0] += share * (left * leaning.holder + right * across);
        sums[1] += share * (right * leaning.holder + left * across);
    }
    sums
}

/// 1 within the class's reach, falling to 0 at twice that: reaches are known roughly.
fn within_reach(leaning: &Leaning, distance_m: f64) -> f64 {
    if leaning.reach_m.is_infinite() {
        return 1.0;
    }
    (2.0 - distance_m / leaning.reach_m).clamp(0.0, 1.0)
}

/// What the parties say, discounted: one claimant's reports together weigh at most `claims_max`.
fn claims<'a>(scene: &Scene<'a>, weights: &Weights) -> Vec<(&'a PartyId, f64)> {
    let claims = scene.incident().claims.iter();
    let weighed = claims.filter_map(|claim| {
        let against = claim.against.as_ref()?;
        let each = if *against == claim.by { weights.admission } else { weights.claim };
        Some((against, (each * f64::from(claim.reports)).min(weights.claims_max)))
    });
    weighed.collect()
}

/// Shares to 1e-4, rounded party by party; the rest is nobody's, so that no order of names decides.
fn shares(parties: BTreeMap<&PartyId, f64>, unattributed: f64) -> Shares<Attributed> {
    let mut sizes: Vec<f64> = parties.values().copied().collect();
    sizes.sort_by(f64::total_cmp);
    let total: f64 = unattributed + sizes.iter().sum::<f64>();
    let share = |weight: f64| round_to(weight / total, 1e4);
    let mut rest = 1.0;
    let mut all: Vec<(Attributed, f64)> = Vec::with_capacity(parties.len() + 1);
    for size in sizes {
        rest -= share(size);
    }
    for (party, weight) in parties {
        all.push((Attributed::Party(party.clone()), share(weight)));
    }
    all.push((Attributed::Unattributed, round_to(rest, 1e4)));
    Shares::from_weights(all)
}
