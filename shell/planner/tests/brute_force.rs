//! Proposals against every possible plan of tiny cases.

use force::tours::check;
use force::{Component, Contingent, Need, Tour};
use planner::{bound, propose};
use proptest::prelude::*;

const MONTHS: u32 = 5;

fn contingent() -> impl Strategy<Value = Contingent> {
    (1..4u64, 1..4u32, 0..3u32, 0..3u32, any::<bool>()).prop_map(
        |(strength, tour, dwell, first, sea)| Contingent {
            contribution: "one".into(),
            number: 0,
            component: if sea { Component::Sea } else { Component::Land },
            unit: "units".into(),
            strength,
            tour_months: tour,
            dwell_months: dwell,
            first_month: first,
        },
    )
}

fn need() -> impl Strategy<Value = Need> {
    (prop::collection::vec(0..5u64, MONTHS as usize), any::<bool>()).prop_map(|(needed, sea)| {
        Need {
            line: "line".into(),
            component: if sea { Component::Sea } else { Component::Land },
            unit: "units".into(),
            needed,
        }
    })
}

/// The most any plan covers: every set of tours the core allows, contingent by contingent.
fn optimum(contingents: &[Contingent], needs: &[Need], index: usize, tours: &mut Vec<Tour>) -> u64 {
    let Ok(mut best) = check(contingents, needs, tours) else { return 0 };
    if index == contingents.len() {
        return best;
    }
    best = best.max(optimum(contingents, needs, index + 1, tours));
    let last =
        tours.last().filter(|tour| tour.contingent == index).map_or(0, |tour| tour.start_month + 1);
    for start_month in last..MONTHS {
        for line in 0..needs.len() {
            tours.push(Tour { contingent: index, line, start_month });
            best = best.max(optimum(contingents, needs, index, tours));
            tours.pop();
        }
    }
    best
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn half_the_optimum_at_least_and_never_above_the_bound(
        contingents in prop::collection::vec(contingent(), 0..4),
        needs in prop::collection::vec(need(), 0..3),
    ) {
        let proposal = propose(&contingents, &needs).unwrap();
        let optimum = optimum(&contingents, &needs, 0, &mut Vec::new());
        prop_assert!(proposal.covered <= optimum && optimum <= proposal.bound);
        prop_assert!(2 * proposal.covered >= optimum);
        prop_assert!(proposal.bound <= proposal.needed);
    }
}

#[test]
fn three_contingents_keep_one_always_there() {
    let unit = |number| Contingent {
        contribution: "brigade".into(),
        number,
        component: Component::Land,
        unit: "soldiers".into(),
        strength: 1_000,
        tour_months: 6,
        dwell_months: 12,
        first_month: 0,
    };
    let contingents: Vec<_> = (0..3).map(unit).collect();
    let need = Need {
        line: "land".into(),
        component: Component::Land,
        unit: "soldiers".into(),
        needed: vec![1_000; 36],
    };
    let proposal = propose(&contingents, std::slice::from_ref(&need)).unwrap();
    assert_eq!((proposal.covered, proposal.bound), (36_000, 36_000));
    assert_eq!(bound(&contingents[..2], &[need]), 24_000, "two cannot");
}
