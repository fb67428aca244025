//! Tries to see: passes and looks, with what they have in common - the sky, the flames, how long
//! the thing lasts, and the group that fails together.
//!
//! The chance that all of them miss is the mean, over what they have in common, of the product
//! over what they have not. Everything in common is summed out exactly, state by state.

use libm::exp;

/// One try to see an incident that began at a given moment.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Try {
    /// Whose: index of the independence group.
    pub group: usize,
    /// Looks for flames (or smoke) rather than for the thing itself.
    pub fire: bool,
    /// Tries of one group in one slot of time count as the best of them.
    pub slot: i64,
    /// Time from the incident's beginning to the try, hours; 0 when it was under way.
    pub lead_hours: f64,
    /// Share of the sky overcast, for a try that cloud can block; else 0.
    pub overcast: f64,
    /// Chance that it sees what is there.
    pub chance: f64,
}

/// What the tries have in common.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Shared {
    /// The stretch, hours, over which incidents begin evenly; leads count from its middle.
    pub stretch_hours: f64,
    /// Share of incidents that set something burning.
    pub burns: f64,
    /// How long flames last, mean hours.
    pub burns_hours: f64,
    /// How long the thing itself can be seen, mean hours; 0 when it is over at once.
    pub lasts_hours: f64,
}

/// What else a group missed with: its uptime, and the chance that its networks and newsrooms
/// miss while it is in action.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Other {
    /// Index of the group.
    pub group: usize,
    /// Share of time in which it is in action.
    pub uptime: f64,
    /// Chance that its networks and newsrooms miss.
    pub missed: f64,
}

/// The chance that everybody misses. `others` names every group once, those of the tries among
/// them; `tries` is put into an order of its own. Adding a try or raising a chance never raises
/// the result; a darker sky never lowers it.
#[must_use]
pub fn all_miss(tries: &mut [Try], others: &[Other], shared: &Shared) -> f64 {
    tries.sort_unstable_by_key(|one| (one.group, one.fire, one.slot));
    let skies = steps(tries.iter().map(|one| one.overcast), |overcast| overcast);
    let lasting = |fire: bool, mean_hours: f64| {
        let leads = tries.iter().filter(|one| one.fire == fire).map(|one| one.lead_hours);
        steps(leads, |lead| over(lead, mean_hours, shared.stretch_hours))
    };
    let (flames, things) = (lasting(true, shared.burns_hours), lasting(false, shared.lasts_hours));
    let burns = shared.burns.clamp(0.0, 1.0);
    let mut missed = 0.0;
    for (sky, sky_weight) in &skies {
        for (thing, thing_weight) in &things {
            let with = |flame: Option<f64>| one_state(tries, others, *sky, *thing, flame);
            let mut here = if burns < 1.0 { (1.0 - burns) * with(None) } else { 0.0 };
            if burns > 0.0 {
                here += burns
                    * flames.iter().map(|(flame, weight)| weight * with(Some(*flame))).sum::<f64>();
            }
            missed += sky_weight * thing_weight * here;
        }
    }
    missed.clamp(0.0, 1.0)
}

/// The chance that what lasts `mean` hours, exponentially, is over before a try `lead` hours
/// after the middle of the stretch it began in: the mean over the stretch, in closed form, so
/// that cutting a stretch in two changes nothing. What lasts no time is over before any lead.
fn over(lead: f64, mean: f64, stretch: f64) -> f64 {
    if lead <= 0.0 {
        return 0.0;
    }
    if mean <= 0.0 {
        return 1.0;
    }
    let half = stretch / mean / 2.0;
    let spread = if half > 1e-6 { libm::sinh(half) / half } else { 1.0 };
    (1.0 - exp(-lead / mean) * spread).clamp(0.0, 1.0)
}

/// A hidden variable as steps: each threshold that a try must reach, with the chance that the
/// variable lies between it and the next. `below` is the chance of lying below a threshold.
fn steps(thresholds: impl Iterator<Item = f64>, below: impl Fn(f64) -> f64) -> Vec<(f64, f64)> {
    let mut at: Vec<f64> = thresholds.chain([0.0]).collect();
    at.sort_unstable_by(f64::total_cmp);
    at.dedup();
    let mut next = at.iter().skip(1).map(|threshold| below(*threshold)).chain([1.0]);
    let weigh = |threshold: f64| (threshold, next.next().unwrap_or(1.0) - below(threshold));
    at.iter().copied().map(weigh).filter(|(_, weight)| *weight > 0.0).collect()
}

/// The chance that everybody misses when the hidden variables are known: a try sees through a sky
/// whose state is at least its overcast, and what lasts at least to its lead.
fn one_state(tries: &[Try], others: &[Other], sky: f64, thing: f64, flame: Option<f64>) -> f64 {
    let mut product = 1.0;
    for other in others {
        let first = tries.partition_point(|one| one.group < other.group);
        let own = tries[first..].iter().take_while(|one| one.group == other.group);
        let (mut missed, mut slot, mut best) = (other.missed, None, 0.0);
        for one in own {
            if slot != Some((one.fire, one.slot)) {
                missed *= 1.0 - best;
                (slot, best) = (Some((one.fire, one.slot)), 0.0);
            }
            let lasted = if one.fire { flame } else { Some(thing) };
            if one.overcast <= sky && lasted.is_some_and(|until| one.lead_hours <= until) {
                best = one.chance.max(best);
            }
        }
        product *= 1.0 - other.uptime * (1.0 - missed * (1.0 - best));
    }
    product
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ALONE: [Other; 2] = [
        Other { group: 0, uptime: 1.0, missed: 1.0 },
        Other { group: 1, uptime: 0.8, missed: 0.9 },
    ];

    fn a_try() -> impl Strategy<Value = Try> {
        (0usize..2, any::<bool>(), 0i64..4, 0.25f64..20.0, 0.0f64..=1.0, 0.0f64..=1.0).prop_map(
            |(group, fire, slot, lead_hours, overcast, chance)| Try {
                group,
                fire,
                slot,
                lead_hours,
                overcast,
                chance,
            },
        )
    }

    fn shared() -> impl Strategy<Value = Shared> {
        (0.0f64..=1.0, 0.1f64..20.0, prop_oneof![Just(0.0), 0.1f64..20.0]).prop_map(
            |(burns, burns_hours, lasts_hours)| Shared {
                stretch_hours: 0.5,
                burns,
                burns_hours,
                lasts_hours,
            },
        )
    }

    #[test]
    fn one_pass_under_half_a_sky() {
        let shared = Shared { stretch_hours: 0.0, burns: 0.5, burns_hours: 10.0, lasts_hours: 0.0 };
        let pass =
            Try { group: 0, fire: true, slot: 3, lead_hours: 5.0, overcast: 0.4, chance: 0.7 };
        let missed = all_miss(&mut [pass], &ALONE[..1], &shared);
        let seen = 0.5 * exp(-0.5) * 0.6 * 0.7;
        assert!((missed - (1.0 - seen)).abs() < 1e-12, "{missed}");
        let look = Try { fire: false, lead_hours: 0.0, overcast: 0.0, ..pass };
        let missed = all_miss(&mut [look], &ALONE[..1], &shared);
        assert!((missed - 0.3).abs() < 1e-12);
        let later = Try { lead_hours: 0.1, ..look };
        assert_eq!(all_miss(&mut [later], &ALONE[..1], &shared), 1.0);
    }

    proptest! {
        #[test]
        fn more_tries_never_miss_more_and_a_darker_sky_never_less(
            tries in proptest::collection::vec(a_try(), 1..7),
            shared in shared(),
            gone: prop::sample::Index,
            darker in 0.0f64..=1.0,
        ) {
            let all = all_miss(&mut tries.clone(), &ALONE, &shared);
            let at = gone.index(tries.len());
            let mut fewer = tries.clone();
            fewer.remove(at);
            prop_assert!(all_miss(&mut fewer, &ALONE, &shared) >= all - 1e-12);
            let mut dark = tries.clone();
            dark.iter_mut().for_each(|one| one.overcast = one.overcast.max(darker));
            prop_assert!(all_miss(&mut dark, &ALONE, &shared) >= all - 1e-12);
            let mut back: Vec<Try> = tries.iter().rev().copied().collect();
            prop_assert!((all_miss(&mut back, &ALONE, &shared) - all).abs() < 1e-12);
        }
    }
}
