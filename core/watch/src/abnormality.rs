//! Whether burning is what peacetime explains: each hotspot held against its cell and season.

use std::collections::BTreeMap;

use kernel::{Place, Probability, Time};

use crate::baseline::{Baseline, Cell};
use crate::incident::Abnormality;

/// Hotspots farther away than this never change a hotspot's abnormality, metres.
pub const REACH_M: f64 = 60_000.0;
/// Hotspots more days away than this never change a hotspot's abnormality.
pub const REACH_DAYS: i64 = 15;
/// Burning with a smaller chance in peacetime than this is called abnormal.
pub const ABNORMAL_CHANCE: f64 = 0.05;

/// The abnormality of every hotspot, in the order given. A function of the set of hotspots: only
/// those within [`REACH_M`] and [`REACH_DAYS`] of one another have a say.
#[must_use]
pub fn abnormality_of_hotspots(
    baseline: &Baseline,
    hotspots: &[(Place, Time)],
) -> Vec<Abnormality> {
    let key = |(place, day): &(Place, Time)| (Cell::of(*place), day.day_number());
    let mut counts = BTreeMap::<(Cell, i64), u32>::new();
    for hotspot in hotspots {
        *counts.entry(key(hotspot)).or_default() += 1;
    }
    let mut memo = BTreeMap::<(Cell, i64), Abnormality>::new();
    hotspots
        .iter()
        .map(|hotspot| {
            *memo.entry(key(hotspot)).or_insert_with(|| {
                let observed = counts.get(&key(hotspot)).copied().unwrap_or(1);
                of_count(baseline, hotspot.0, hotspot.1, observed)
            })
        })
        .collect()
}

/// The abnormality of an incident: that of its most unusual hotspot, with the counts of all.
#[must_use]
pub fn of_incident(hotspots: &[Abnormality]) -> Option<Abnormality> {
    hotspots.iter().copied().min_by(|one, other| {
        one.chance.value().total_cmp(&other.chance.value()).then(other.observed.cmp(&one.observed))
    })
}

/// Whether burning is called abnormal.
#[must_use]
pub fn is_abnormal(abnormality: &Abnormality) -> bool {
    abnormality.baseline_years > 0 && abnormality.chance.value() < ABNORMAL_CHANCE
}

fn of_count(baseline: &Baseline, place: Place, day: Time, observed: u32) -> Abnormality {
    let expected = baseline.expected(place, day);
    let none = libm::exp(-expected.rate);
    let mut term = none;
    let mut fewer = none;
    for count in 1..observed.min(500) {
        term *= expected.rate / f64::from(count);
        fewer += term;
    }
    Abnormality {
        observed,
        expected: expected.rate,
        chance: Probability::new(1.0 - fewer),
        baseline_years: expected.years,
    }
}
