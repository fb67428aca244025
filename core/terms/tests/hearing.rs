//! Incidents against rules: verdicts, versions, a brute-force oracle, and the swap of the parties.

mod common;

use std::collections::BTreeSet;

use common::{claim, clean, fact, folder, in_force, incident, notice, stamp, start};
use kernel::party::Attributed;
use kernel::{
    CountRange, Duration, Interval, Place, PlaceBelief, Probability, Shares, SourceText, Time,
    Truth,
};
use proptest::prelude::*;
use terms::{Agreement, Allegation, Entry, State, Verdict, from_incidents};
use watch::incident::{Lapsed, Passed};
use watch::outage::OutageKind;
use watch::{Class, Incident};

fn hear(state: &State, incidents: &[Incident]) -> Vec<Allegation> {
    from_incidents(state, state.facts(), incidents, &BTreeSet::new())
}

fn truce() -> Agreement {
    clean(&folder("sample-truce"))
}

/// In the quiet strip, north of the line, well away from its edges and from the bridge quarter.
const IN_STRIP: Place = Place { lon: 10.2, lat: 60.045 };

#[test]
fn fire_in_the_strip_is_alleged_with_reasons_and_what_would_refute_it() {
    let state = in_force(truce());
    let heard = hear(&state, &[incident("a", IN_STRIP, 100.0, Class::ArtilleryFire)]);
    let [allegation] = &heard[..] else { panic!("{heard:#?}") };
    assert_eq!((&*allegation.rule, &*allegation.article), ("silence", "1"));
    assert_eq!((allegation.verdict, allegation.severity), (Verdict::Alleged, 1));
    assert_eq!(allegation.zone.as_deref(), Some("quiet-strip"));
    assert_eq!((allegation.chance, allegation.chance_max), (Probability::ONE, Probability::ONE));
    assert!(allegation.refuted_by.iter().any(|way| way.contains("quarry-blast notice")));
    let conditions: Vec<&str> = allegation.trace.iter().map(|step| &*step.condition).collect();
    assert!(conditions.contains(&"!in_zone('bridge-quarter')"), "{conditions:?}");
    // Fired at the side North holds: South is likelier, nobody is convicted.
    let south = allegation.alleged.share(&Attributed::Party("South".into()));
    let nobody = allegation.alleged.share(&Attributed::Unattributed);
    assert!(south > 0.5 && nobody > 0.1, "{:?}", allegation.alleged);
}

#[test]
fn a_moving_thing_was_in_a_zone_if_its_path_was_and_by_the_chance_of_its_path() {
    let state = in_force(truce());
    let far = Place { lon: 10.2, lat: 60.6 };
    let passed = |place, sigma_m| Passed { at: start(), place: PlaceBelief::round(place, sigma_m) };
    let chance = |path: Vec<Passed>| {
        let moving = Incident { path, ..incident("a", far, 100.0, Class::ArtilleryFire) };
        hear(&state, &[moving]).first().map_or(0.0, |allegation| allegation.chance.value())
    };
    assert_eq!(chance(vec![]), 0.0, "its middle is far outside");
    assert_eq!(chance(vec![passed(far, 100.0), passed(IN_STRIP, 100.0), passed(far, 100.0)]), 1.0);
    // Half in by one place: no more by passing the same edge many times.
    let edge = Place { lon: 10.2, lat: 60.071_3 };
    let once = chance(vec![passed(edge, 400.0)]);
    assert!(once > 0.05 && once < 0.95, "{once}");
    assert_eq!(chance(vec![passed(edge, 400.0); 20]), once);
}

#[test]
fn that_the_watch_was_hindered_is_held_against_nobody() {
    let state = in_force(truce());
    let mut lost = incident("a", IN_STRIP, 100.0, Class::ArtilleryFire);
    lost.lapse = Some(Lapsed {
        kinds: Shares::certain(OutageKind::Jamming),
        stated: true,
        until: None,
        sources: vec![],
        evidence: vec![],
    });
    assert!(hear(&state, &[lost]).is_empty());
}

#[test]
fn nothing_is_alleged_before_the_ceasefire_is_a_fact_and_all_is_heard_again_when_it_is() {
    let mut state = State::new(std::sync::Arc::new(truce()));
    let mut early = incident("early", IN_STRIP, 100.0, Class::ArtilleryFire);
    early.when = Interval::at(start() - Duration::hours(1));
    let incidents = [early, incident("late", IN_STRIP, 100.0, Class::ArtilleryFire)];
    assert!(hear(&state, &incidents).is_empty());
    let known = stamp(9, start() + Duration::days(2), "secretariat");
    state.evolve(&fact("ceasefire-in-force", None, Truth::Yes, start()), &known);
    let heard = hear(&state, &incidents);
    assert_eq!(heard.len(), 1);
    assert_eq!(heard[0].incident, incidents[1].id);
    state.absorb(heard);
    assert!(hear(&state, &incidents).is_empty(), "what stays the same gives nothing");
}

#[test]
fn a_new_version_is_heard_anew_and_flagged_where_a_case_cites_it() {
    let mut state = in_force(truce());
    let first = incident("a", IN_STRIP, 100.0, Class::ArtilleryFire);
    state.absorb(hear(&state, std::slice::from_ref(&first)));
    let cited: BTreeSet<_> = state.allegations().keys().copied().collect();
    let mut second = Incident { version: 2, ..first };
    let heard = from_incidents(&state, state.facts(), [&second], &cited);
    assert_eq!((heard[0].version, heard[0].review_due), (2, true));
    state.absorb(heard);
    // A third version turns out to be burning as in peacetime.
    (second.version, second.classes) = (3, Shares::certain(Class::OrdinaryFire));
    let heard = hear(&state, &[second.clone()]);
    assert_eq!((heard[0].version, heard[0].verdict), (3, Verdict::Withdrawn));
    state.absorb(heard);
    assert!(hear(&state, &[second]).is_empty(), "withdrawn once");
}

#[test]
fn an_incident_that_takes_the_place_of_another_withdraws_what_was_alleged_of_it() {
    let mut state = in_force(truce());
    let first = incident("a", IN_STRIP, 100.0, Class::ArtilleryFire);
    state.absorb(hear(&state, std::slice::from_ref(&first)));
    let mut second = incident("b", IN_STRIP, 100.0, Class::ArtilleryFire);
    second.replaces = vec![first.id];
    let heard = hear(&state, &[second]);
    let verdicts: Vec<_> =
        heard.iter().map(|one| (one.incident == first.id, one.verdict)).collect();
    assert_eq!(verdicts, [(true, Verdict::Withdrawn), (false, Verdict::Alleged)]);
}

#[test]
fn a_notice_in_time_lifts_the_rule_and_a_late_one_does_not() {
    let blast = incident("a", IN_STRIP, 100.0, Class::Explosion);
    let window = Interval::new(start() + Duration::hours(23), start() + Duration::hours(25));
    let heard = |known: Time| {
        let mut state = in_force(truce());
        let notice = notice("quarry-blast", window, IN_STRIP, 1_000.0, known);
        state.evolve(&Entry::NoticeFiled { notice }, &stamp(2, known, "secretariat"));
        hear(&state, std::slice::from_ref(&blast)).len()
    };
    assert_eq!(heard(start() - Duration::hours(2)), 0);
    assert_eq!(heard(start() + Duration::hours(2)), 1);
}

#[test]
fn an_unseen_calibre_leaves_the_paris_withdrawal_rule_undetermined() {
    let state = in_force(clean(&folder("paris")));
    let mut seen = incident("gun", Place { lon: 36.0, lat: 48.0 }, 300.0, Class::WeaponsPresence);
    assert!(hear(&state, &[seen.clone()]).is_empty(), "not before the due time");
    seen.when = Interval::at(start() + Duration::days(15));
    let heard = hear(&state, &[seen.clone()]);
    let [allegation] = &heard[..] else { panic!("{heard:#?}") };
    assert_eq!(allegation.verdict, Verdict::Undetermined);
    assert_eq!((allegation.chance.value(), allegation.chance_max.value()), (0.0, 1.0));
    // Ten kilometres from the line even the shortest distance is not kept.
    seen.place.mean = Place { lon: 36.0, lat: 47.65 };
    assert_eq!(hear(&state, &[seen])[0].verdict, Verdict::Alleged);
}

/// A reproducible stream of numbers between 0 and 1 (SplitMix64).
struct Stream(u64);

impl Stream {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) as f64 / u64::MAX as f64
    }
    fn normal(&mut self) -> f64 {
        let radius = libm::sqrt(-2.0 * libm::log(self.next().max(1e-300)));
        radius * libm::cos(std::f64::consts::TAU * self.next())
    }
}

/// The silence rule of the sample truce by brute force: draw a world, ask the rule plainly.
fn silence_by_brute_force(
    agreement: &Agreement,
    incident: &Incident,
    blast: &terms::Notice,
) -> f64 {
    const DRAWS: u32 = 40_000;
    let mut stream = Stream(7);
    let line = &agreement.zones.lines[0].path;
    let terms::zones::Ground::Polygons { polygons } = &agreement.zones.zones[1].ground else {
        panic!("the bridge quarter is a polygon")
    };
    let PlaceBelief { mean, ee_m2, en_m2, nn_m2 } = incident.place;
    let mut broken = 0;
    for _ in 0..DRAWS {
        let (u, v) = (stream.normal(), stream.normal());
        let east_m = libm::sqrt(ee_m2) * u;
        let tilt = en_m2 / libm::sqrt(ee_m2);
        let north_m = tilt * u + libm::sqrt(nn_m2 - tilt * tilt) * v;
        let place = mean.shifted_m(east_m, north_m);
        let late = incident.when.length().as_seconds() * stream.next();
        let at = incident.when.start + Duration((late * 1e6) as i64);
        let exempt = blast.known + Duration::hours(24) <= at
            && blast.window.contains(at)
            && blast.center.distance_m(place) <= blast.radius_m + 200.0;
        let holds = at >= start()
            && line.distance_m(place) <= 5_000.0
            && !polygons[0].contains(place)
            && !exempt;
        broken += u32::from(holds);
    }
    f64::from(broken) / f64::from(DRAWS)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_quadrature_agrees_with_brute_force(
        lon in 10.1..11.1f64, lat in 59.93..60.12f64,
        along_m in 200.0..4_000.0f64, across_m in 200.0..4_000.0f64, tilt in -0.9..0.9f64,
        from_h in -20i64..40, lasts_h in 1i64..30, blast_h in -40i64..30,
    ) {
        let mut state = in_force(truce());
        let mut heard = incident("a", Place { lon, lat }, 1.0, Class::ArtilleryFire);
        let (ee_m2, nn_m2) = (along_m * along_m, across_m * across_m);
        heard.place = PlaceBelief { ee_m2, nn_m2, en_m2: tilt * along_m * across_m, ..heard.place };
        let from = start() + Duration::hours(from_h);
        heard.when = Interval::new(from, from + Duration::hours(lasts_h));
        let known = start() + Duration::hours(blast_h);
        let window = Interval::new(known + Duration::hours(20), known + Duration::hours(40));
        let blast = notice("quarry-blast", window, Place { lon: 10.6, lat: 60.03 }, 3_000.0, known);
        let truth = silence_by_brute_force(state.agreement(), &heard, &blast);
        state.evolve(&Entry::NoticeFiled { notice: blast }, &stamp(2, known, "secretariat"));
        let chance = hear(&state, &[heard]).first().map_or(0.0, |one| one.chance.value());
        let none = state.agreement().heading.p_none;
        if chance > 0.0 {
            prop_assert!((chance - truth).abs() < 0.035, "{} against {}", chance, truth);
        } else {
            prop_assert!(truth <= none + 0.035, "nothing against {}", truth);
        }
    }

    #[test]
    fn swapping_the_parties_swaps_the_outcome_and_nothing_else(
        worlds in prop::collection::vec(world(), 1..6),
    ) {
        let own = folder("paris");
        let theirs = swapped_text(&own);
        let incidents: Vec<Incident> = worlds.iter().enumerate().map(made).collect();
        let mirrored: Vec<Incident> = incidents.iter().cloned().map(swapped_incident).collect();
        let one = hear(&in_force(clean(&own)), &incidents);
        let other = hear(&in_force(clean(&theirs)), &mirrored);
        let one: Vec<Allegation> = one.into_iter().map(swapped_allegation).collect();
        prop_assert_eq!(one, other);
    }

    #[test]
    fn a_line_walked_the_other_way_gives_the_same(world in world()) {
        let ahead = clean(&folder("paris"));
        let mut back = ahead.clone();
        let line = &mut back.zones.lines[0];
        line.path.0.reverse();
        std::mem::swap(&mut line.left, &mut line.right);
        let incidents = [made((0, &world))];
        let (one, other) = (hear(&in_force(ahead), &incidents), hear(&in_force(back), &incidents));
        prop_assert_eq!(one.len(), other.len());
        for (one, other) in one.iter().zip(&other) {
            prop_assert_eq!(one.verdict, other.verdict);
            for (who, share) in one.alleged.iter() {
                prop_assert!((share - other.alleged.share(who)).abs() < 0.02, "{:?} {:?}", one, other);
            }
        }
    }
}

type World = (f64, f64, f64, i64, Vec<(usize, f64)>, u32, u32);

fn world() -> impl Strategy<Value = World> {
    let classes = prop::collection::vec((0..terms::words::CLASSES.len(), 0.1..1.0f64), 1..4);
    (31.0..39.0f64, 46.0..51.0f64, 50.0..20_000.0f64, -48i64..480, classes, 0..9u32, 0..9u32)
}

fn made((index, world): (usize, &World)) -> Incident {
    let (lon, lat, sigma_m, hours, classes, by_one, by_other) = world;
    let mut made =
        incident(&index.to_string(), Place { lon: *lon, lat: *lat }, *sigma_m, Class::Other);
    made.classes = Shares::from_weights(
        classes.iter().map(|(class, weight)| (terms::words::CLASSES[*class].1, *weight)),
    );
    made.when = Interval::at(start() + Duration::hours(*hours));
    made.count = CountRange { min: *by_one, max: None };
    made.claims = vec![claim("UA", "RU", *by_one), claim("RU", "UA", *by_other)];
    made
}

fn swapped(name: &str) -> &str {
    match name {
        "UA" => "RU",
        "RU" => "UA",
        other => other,
    }
}

fn swapped_text(source: &SourceText) -> SourceText {
    let mut source = source.clone();
    for text in source.0.values_mut() {
        *text =
            text.replace("\"UA\"", "\"?\"").replace("\"RU\"", "\"UA\"").replace("\"?\"", "\"RU\"");
    }
    source
}

fn swapped_incident(mut incident: Incident) -> Incident {
    for claim in &mut incident.claims {
        claim.by = swapped(claim.by.as_str()).into();
        claim.against = claim.against.as_ref().map(|party| swapped(party.as_str()).into());
    }
    incident
}

fn swapped_allegation(mut allegation: Allegation) -> Allegation {
    let shares = allegation.alleged.iter();
    allegation.alleged = Shares::from_weights(shares.map(|(who, share)| match who {
        Attributed::Party(party) => (Attributed::Party(swapped(party.as_str()).into()), share),
        Attributed::Unattributed => (Attributed::Unattributed, share),
    }));
    allegation
}
