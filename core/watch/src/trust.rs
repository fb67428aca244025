//! How far a source is to be trusted now, from how it has behaved beside the others.
//!
//! A source is in one of eight states and changes between them at unknown moments. Its items in
//! order of time are filtered over all moments of change (Adams and MacKay 2007, Bayesian online
//! changepoint detection), so that a fault is found from its first items and a repair from its
//! first good ones. Nothing in it knows parties: what is "own side" is a flag that swaps with them.

use kernel::{Probability, Time};
use serde::{Deserialize, Serialize};

use crate::trust_runs::Filter;
pub use crate::trust_runs::STATES;

/// The state of a source.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// As registered.
    Sound,
    /// Its clock is off or runs off.
    DriftingClock,
    /// It stands or points elsewhere than stated.
    Misplaced,
    /// It gives one reading again and again.
    Stuck,
    /// Its messages come more than once.
    Duplicated,
    /// It misses what it should notice, whatever that is.
    Deaf,
    /// It tells of what never was.
    Inventing,
    /// It leaves out what falls on one side.
    Hiding,
}

/// Whether a reading repeats the one before.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Same {
    /// A new reading.
    No,
    /// A new message with the same values.
    Value,
    /// The same message once more.
    Message,
}

/// One thing learnt about a source.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum What {
    /// Others made an incident certain that it might have noticed.
    Chance {
        /// The chance that it would, as capability states it.
        chance: f64,
        /// Whether it did.
        noticed: bool,
        /// Whether the incident fell on the side on which the source or its owner stands; absent
        /// where there are no sides.
        own_side: Option<bool>,
    },
    /// It noticed an incident that others located without it.
    Timing {
        /// Its time less the time expected, seconds.
        residual_s: f64,
        /// One standard deviation of that, the others' location among it, seconds.
        sigma_s: f64,
        /// Direction from the source to the incident, degrees clockwise from north.
        azimuth_deg: f64,
        /// Of the wave at the source, seconds a metre.
        slowness_s_m: f64,
    },
    /// It pointed to an incident that others located without it.
    Pointing {
        /// Its direction less that of the incident, degrees.
        residual_deg: f64,
        /// One standard deviation of that, degrees.
        sigma_deg: f64,
    },
    /// It spoke of an incident.
    Spoke {
        /// Chance that somebody else would have noticed too, had it been so.
        others: f64,
        /// Whether nobody else did.
        alone: bool,
    },
    /// It gave a reading.
    Gave {
        /// Chance that two readings of a sound source of this kind are the same.
        chance: f64,
        /// Whether this one is the same as the one before.
        same: Same,
    },
}

/// One thing learnt, and when it was so.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Item {
    /// When.
    pub at: Time,
    /// What.
    pub what: What,
}

/// What the register says of the source, and how often sources fail.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Stated {
    /// Share of its observations that are of nothing, 0 to 1.
    pub false_share: f64,
    /// One standard deviation of its clock, seconds.
    pub clock_error_s: f64,
    /// How often a sound source goes wrong, a day.
    pub faults_per_day: f64,
    /// How often one that is wrong is put right, a day.
    pub repairs_per_day: f64,
}

impl Default for Stated {
    fn default() -> Self {
        Self {
            false_share: 0.05,
            clock_error_s: 0.02,
            faults_per_day: 1.0 / 1_000.0,
            repairs_per_day: 1.0 / 60.0,
        }
    }
}

/// Where a source stands.
#[derive(Clone, PartialEq, Debug)]
pub struct Verdict {
    /// The likeliest state.
    pub state: State,
    /// Chance of each state, by [`State`] as index.
    pub chances: [f64; STATES],
    /// Since when it is in the likeliest state: half the chance lies before.
    pub since: Option<Time>,
    /// How far what it says counts, 0 to 1.
    pub weight: Probability,
    /// How far its silence counts, 0 to 1.
    pub silence_weight: Probability,
}

/// A source is doubted on the record from this chance of not being sound.
pub const DOUBTED: f64 = 0.95;
/// And cleared again below this one.
pub const CLEARED: f64 = 0.5;
/// A fault takes the place of another on the record when it is so many times as likely.
const CLEARLY: f64 = 4.0;
/// Older items than so many tell nothing of today.
const ITEMS_MAX: usize = 2_000;

impl Verdict {
    /// Chance that it is not sound.
    #[must_use]
    pub fn unsound(&self) -> f64 {
        1.0 - self.chances[State::Sound as usize]
    }

    /// Whether what is said of it still holds where `now` is likelier: one fault gives way to
    /// another only when that is clearly likelier, so that two that look alike do not take turns.
    #[must_use]
    pub fn is_still(&self, said: State, now: State) -> bool {
        let clearly = CLEARLY * self.chances[said as usize] < self.chances[now as usize];
        said == now || (now != State::Sound && said != State::Sound && !clearly)
    }

    /// Whether it is doubted, given whether it was before: what is doubted stays so until it is
    /// clearly better.
    #[must_use]
    pub fn doubted(&self, before: bool) -> bool {
        self.unsound() >= if before { CLEARED } else { DOUBTED }
    }
}

/// Where a source stands after these items, in whatever order they are given. Items that hold a
/// number that is none, or a chance outside 0 to 1, are passed over.
#[must_use]
pub fn assess(items: &[Item], stated: &Stated) -> Verdict {
    let mut filter = Filter::new(stated);
    for item in in_order(items) {
        filter.take_in(item);
    }
    filter.verdict()
}

/// Where it stood after each item, oldest first.
#[must_use]
pub fn follow(items: &[Item], stated: &Stated) -> Vec<(Time, Verdict)> {
    let mut filter = Filter::new(stated);
    let step = |item: &Item| {
        filter.take_in(item);
        (item.at, filter.verdict())
    };
    in_order(items).into_iter().map(step).collect()
}

/// The last items that are good, in the order that is the same however they came.
fn in_order(items: &[Item]) -> Vec<&Item> {
    let mut sorted: Vec<&Item> = items.iter().filter(|item| item.is_good()).collect();
    sorted.sort_by_key(|item| item.key());
    let old = sorted.len().saturating_sub(ITEMS_MAX);
    sorted.into_iter().skip(old).collect()
}

impl Item {
    pub(crate) fn is_good(&self) -> bool {
        let share = |value: f64| (0.0..=1.0).contains(&value);
        match self.what {
            What::Chance { chance, .. } | What::Gave { chance, .. } => share(chance),
            What::Spoke { others, .. } => share(others),
            What::Pointing { residual_deg, sigma_deg } => {
                residual_deg.abs() <= 180.0 && sigma_deg.is_finite() && sigma_deg > 0.0
            }
            What::Timing { residual_s, sigma_s, azimuth_deg, slowness_s_m } => {
                let all = [residual_s, sigma_s, azimuth_deg, slowness_s_m];
                all.iter().all(|value| value.is_finite()) && sigma_s > 0.0
            }
        }
    }

    /// An order of items that is the same however they came.
    fn key(&self) -> ([i64; 2], [u64; 4]) {
        let (kind, parts) = match self.what {
            What::Chance { chance, noticed, own_side } => {
                let side = own_side.map_or(2, u64::from);
                (0, [chance.to_bits(), u64::from(noticed), side, 0])
            }
            What::Timing { residual_s, sigma_s, azimuth_deg, slowness_s_m } => {
                (1, [residual_s, sigma_s, azimuth_deg, slowness_s_m].map(f64::to_bits))
            }
            What::Spoke { others, alone } => (2, [others.to_bits(), u64::from(alone), 0, 0]),
            What::Gave { chance, same } => (3, [chance.to_bits(), same as u64, 0, 0]),
            What::Pointing { residual_deg, sigma_deg } => {
                (4, [residual_deg.to_bits(), sigma_deg.to_bits(), 0, 0])
            }
        };
        ([self.at.0, kind], parts)
    }
}

#[cfg(test)]
mod tests {
    use kernel::Duration;
    use proptest::prelude::*;

    use super::*;

    fn hourly(count: i64, what: impl Fn(i64) -> What) -> Vec<Item> {
        (0..count)
            .map(|hour| Item { at: Time(0) + Duration::hours(hour), what: what(hour) })
            .collect()
    }

    fn noticing(hour: i64, noticed: bool) -> What {
        What::Chance { chance: 0.9, noticed, own_side: Some(hour % 2 == 0) }
    }

    fn timing(residual_s: f64, azimuth_deg: f64) -> What {
        What::Timing { residual_s, sigma_s: 0.1, azimuth_deg, slowness_s_m: 1.0 / 340.0 }
    }

    /// Turns through all directions, with residuals of some tenths that average out.
    fn jitter(hour: i64) -> (f64, f64) {
        (0.12 * libm::sin(hour as f64 * 2.3), (hour * 67 % 360) as f64)
    }

    fn state(items: &[Item]) -> (State, f64) {
        let verdict = assess(items, &Stated::default());
        (verdict.state, verdict.unsound())
    }

    #[test]
    fn each_fault_is_found_and_named() {
        let deaf = hourly(12, |hour| noticing(hour, false));
        let hiding = hourly(40, |hour| noticing(hour, hour % 2 == 1));
        let drifting =
            hourly(40, |hour| timing(0.05 * hour as f64 + jitter(hour).0, jitter(hour).1));
        let misplaced = hourly(40, |hour| {
            let (late, azimuth) = jitter(hour);
            timing(late - 3.0 * libm::sin(azimuth.to_radians()), azimuth)
        });
        let turned = hourly(12, |hour| What::Pointing {
            residual_deg: 14.0 + 30.0 * jitter(hour).0,
            sigma_deg: 3.0,
        });
        let inventing = hourly(30, |_| What::Spoke { others: 0.9, alone: true });
        let stuck = hourly(8, |_| What::Gave { chance: 0.001, same: Same::Value });
        let twice = hourly(8, |hour| What::Gave {
            chance: 0.001,
            same: if hour % 2 == 0 { Same::Message } else { Same::No },
        });
        let cases = [
            (deaf, State::Deaf),
            (hiding, State::Hiding),
            (drifting, State::DriftingClock),
            (misplaced, State::Misplaced),
            (turned, State::Misplaced),
            (inventing, State::Inventing),
            (stuck, State::Stuck),
            (twice, State::Duplicated),
        ];
        for (items, right) in cases {
            let verdict = assess(&items, &Stated::default());
            assert_eq!(verdict.state, right, "{verdict:?}");
            assert!(verdict.unsound() >= DOUBTED, "{verdict:?}");
        }
    }

    #[test]
    fn a_sound_source_is_left_alone() {
        let mut items = hourly(200, |hour| noticing(hour, hour % 8 != 0));
        items.extend(hourly(200, |hour| timing(jitter(hour).0, jitter(hour).1)));
        items.extend(hourly(200, |hour| What::Spoke { others: 0.8, alone: hour % 5 == 0 }));
        let steps = follow(&items, &Stated::default());
        assert!(steps.iter().all(|(_, verdict)| verdict.unsound() < DOUBTED));
        assert!(assess(&items, &Stated::default()).weight.value() > 0.95);
    }

    #[test]
    fn a_repaired_source_is_trusted_again_and_the_break_is_dated() {
        let broken = |hour: i64| (100..160).contains(&hour);
        let mut items = hourly(160, |hour| noticing(hour, !broken(hour)));
        let verdict = assess(&items, &Stated::default());
        assert_eq!(verdict.state, State::Deaf);
        let since = verdict.since.unwrap() - Time(0);
        assert!((since.as_seconds() / 3_600.0 - 100.0).abs() <= 3.0, "{since:?}");
        items = hourly(260, |hour| noticing(hour, !broken(hour)));
        assert!(state(&items).1 < CLEARED);
    }

    #[test]
    fn numbers_that_are_none_are_passed_over() {
        let items = hourly(20, |_| timing(f64::NAN, 0.0));
        assert_eq!(state(&items), (State::Sound, 0.0));
        assert!(crate::trust_evidence::sentences(&items, Time(0), 0.05).is_empty());
    }

    #[test]
    fn the_evidence_counts_what_was_to_be_expected() {
        let items = hourly(10, |hour| noticing(hour, false));
        let said = crate::trust_evidence::sentences(&items, Time(0), 0.05);
        assert_eq!(said[0], "noticed 0 of 10 incidents; 9.0 were to be expected");
        let items = hourly(10, |_| What::Spoke { others: 0.75, alone: true });
        let said = crate::trust_evidence::sentences(&items, Time(0), 0.8);
        let expected = "10 of 10 things it told nobody else noticed; 8.5 were to be expected";
        assert_eq!(said[0], expected);
    }

    fn any_item() -> impl Strategy<Value = Item> {
        let what = prop_oneof![
            (0.0..1.0, any::<bool>(), any::<bool>()).prop_map(|(chance, noticed, own)| {
                What::Chance { chance, noticed, own_side: Some(own) }
            }),
            (-5.0..5.0, 0.01..1.0, 0.0..360.0).prop_map(|(residual_s, sigma_s, azimuth_deg)| {
                What::Timing { residual_s, sigma_s, azimuth_deg, slowness_s_m: 1.0 / 340.0 }
            }),
            (0.0..1.0, any::<bool>()).prop_map(|(others, alone)| What::Spoke { others, alone }),
            (-60.0..60.0, 1.0..5.0).prop_map(|(residual_deg, sigma_deg)| {
                What::Pointing { residual_deg, sigma_deg }
            }),
        ];
        (0_i64..400, what)
            .prop_map(|(hour, what)| Item { at: Time(0) + Duration::hours(hour), what })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn the_order_does_not_matter(mut items in proptest::collection::vec(any_item(), 0..40)) {
            let forward = assess(&items, &Stated::default());
            items.reverse();
            prop_assert_eq!(forward, assess(&items, &Stated::default()));
        }

        #[test]
        fn both_sides_are_treated_alike(items in proptest::collection::vec(any_item(), 0..40)) {
            let swapped: Vec<Item> = items.iter().map(|item| Item {
                what: match item.what {
                    What::Chance { chance, noticed, own_side } => {
                        What::Chance { chance, noticed, own_side: own_side.map(|own| !own) }
                    }
                    other => other,
                },
                ..*item
            }).collect();
            let (one, other) =
                (assess(&items, &Stated::default()), assess(&swapped, &Stated::default()));
            for (a, b) in one.chances.iter().zip(other.chances) {
                prop_assert!((a - b).abs() < 1e-6, "{:?} {:?}", one, other);
            }
        }

        /// A miss is as likely of every source that nothing keeps from noticing, and likelier of one
        /// that something does.
        #[test]
        fn one_more_miss_never_makes_silence_count_more(
            mut items in proptest::collection::vec(any_item(), 0..60),
            chance in 0.01..1.0,
            own_side in prop_oneof![Just(None), Just(Some(true)), Just(Some(false))],
        ) {
            let what = |noticed| What::Chance { chance, noticed, own_side };
            let at = Time(0) + Duration::hours(400);
            items.push(Item { at, what: what(true) });
            let noticed = assess(&items, &Stated::default());
            items.pop();
            items.push(Item { at, what: what(false) });
            let missed = assess(&items, &Stated::default());
            prop_assert!(missed.silence_weight.value() <= noticed.silence_weight.value() + 1e-9);
        }
    }
}
