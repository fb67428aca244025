//! Many incidents make few cases, the same ones in whatever order they come.

mod house;

use std::collections::BTreeSet;

use commission::State;
use house::{House, allegation};
use terms::{Allegation, AllegationId, Verdict};

fn bombardment(count: i64) -> Vec<Allegation> {
    // Along a front of about four degrees, both sides, through one day.
    (0..count)
        .map(|at| {
            let party = if at % 3 == 0 { "UA" } else { "RU" };
            let along = (at * 7_919 % 4_000) as f64 / 1_000.0;
            allegation(
                &format!("a{at}"),
                at * 1_440 / count,
                34.0 + along,
                47.2 + along / 8.0,
                party,
            )
        })
        .collect()
}

/// The cases as sets of allegations.
fn groups(state: &State) -> BTreeSet<BTreeSet<AllegationId>> {
    state.cases.values().map(|case| case.cited.keys().copied().collect()).collect()
}

#[test]
fn ten_thousand_incidents_a_day_make_a_handful_of_cases() {
    let mut house = House::paris();
    let entries = house.hear(&bombardment(10_000));
    assert!(house.state.cases.len() <= 20, "{} cases", house.state.cases.len());
    assert!(entries.len() <= 110, "{} entries", entries.len());
    let cited: usize = house.state.cases.values().map(|case| case.cited.len()).sum();
    assert_eq!(cited, 10_000);
    assert!(house.state.cases.values().all(|case| case.cited.len() <= 1_000));
}

#[test]
fn the_order_of_arrival_plays_no_part_while_cases_have_room() {
    let allegations = bombardment(600);
    let mut at_once = House::paris();
    at_once.hear(&allegations);
    let mut backward = House::paris();
    for part in allegations.rchunks(37) {
        backward.hear(part);
    }
    assert_eq!(groups(&at_once.state), groups(&backward.state));
    assert_eq!(backward.replayed(), backward.state);
}

#[test]
fn many_places_in_one_window_stay_bounded() {
    let mut house = House::paris();
    let scattered: Vec<_> = (0..400)
        .map(|at| {
            let (lon, lat) = (22.0 + f64::from(at % 20), 45.0 + f64::from(at / 20) / 2.0);
            allegation(&format!("s{at}"), 5, lon, lat, "RU")
        })
        .collect();
    house.hear(&scattered);
    let most = house.state.rules.grouping.cases_per_window_max + 1;
    assert_eq!(house.state.cases.len(), most);
}

#[test]
fn the_same_again_adds_nothing_and_a_newer_version_replaces() {
    let mut house = House::paris();
    let mut alleged = allegation("a", 10, 37.5, 48.0, "RU");
    assert_eq!(house.hear(std::slice::from_ref(&alleged)).len(), 1);
    assert_eq!(house.hear(std::slice::from_ref(&alleged)).len(), 0);
    alleged.version = 2;
    assert_eq!(house.hear(std::slice::from_ref(&alleged)).len(), 1);
    assert_eq!(house.only_case().cited[&alleged.id].version, 2);
}

#[test]
fn what_the_evidence_does_not_settle_opens_no_case_but_joins_one() {
    let mut house = House::paris();
    let mut weak = allegation("weak", 10, 37.5, 48.0, "RU");
    weak.verdict = Verdict::Undetermined;
    assert!(house.hear(std::slice::from_ref(&weak)).is_empty());
    house.hear(&[weak, allegation("strong", 12, 37.5, 48.0, "RU")]);
    assert_eq!(house.only_case().cited.len(), 2);
}
