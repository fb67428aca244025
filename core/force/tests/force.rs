//! Gates, gaps, calls and movements on the built-in agreements.

use std::collections::BTreeMap;

use force::{
    Command, Entry, GateKind, Lasting, MovementKind, State, decide, from_obligations, gaps, gate,
    rotation,
};
use guarantees::{Anchor, Clock, Domain, Obligation, ObligationId, Standing};
use kernel::{
    Context, Duration, Fact, FactBook, Identity, PartyId, SourceText, Stamp, Time, Truth,
};

const PARIS: &str = include_str!("../../../agreements/paris/force.toml");
const SAMPLE: &str = include_str!("../../../agreements/sample-truce/force.toml");

fn founded(text: &str) -> State {
    let text = SourceText([("force.toml".to_owned(), text.to_owned())].into());
    let (plan, mistakes) = force::read(&text);
    assert!(mistakes.is_empty(), "{mistakes:#?}");
    let roles = [("gb.liaison", "GB"), ("harbour.liaison", "Harbour"), ("isle.liaison", "Isle")];
    let roles: BTreeMap<Identity, PartyId> =
        roles.map(|(one, party)| (one.into(), party.into())).into();
    State::found(plan, roles)
}

fn stamp(by: &str) -> Stamp {
    Stamp { position: 7, at: "2026-06-01".parse().unwrap(), by: by.into() }
}

fn facts(stated: &[(&str, Option<&str>, Truth)]) -> FactBook {
    let mut book = FactBook::default();
    for (name, subject, holds) in stated {
        book.state(Fact {
            name: (*name).into(),
            subject: subject.map(str::to_owned),
            holds: *holds,
            since: Time(0),
            known: Time(0),
            stated_by: "secretariat".into(),
            basis: None,
            entry: 0,
        });
    }
    book
}

const ALL_OPEN: [(&str, Option<&str>, Truth); 5] = [
    ("host-request", None, Truth::Yes),
    ("credible-cessation", None, Truth::Yes),
    ("legal-basis", None, Truth::Yes),
    ("approval", Some("harbour.escort/council"), Truth::Yes),
    ("location-agreed", None, Truth::Yes),
];

fn obligation(pledge: &str, standing: Standing) -> Obligation {
    Obligation {
        id: ObligationId::of(pledge.as_bytes()),
        pledge: pledge.into(),
        bearer: "Harbour".into(),
        action: "Escort".into(),
        domain: Domain::Force,
        finding: None,
        anchor: Anchor::Request,
        clock: Clock::Known,
        counted_from: Time(0),
        due: "2026-06-04".parse().unwrap(),
        raised: Time(0),
        standing,
        conditions: vec![],
    }
}

#[test]
fn gates_are_a_conjunction() {
    let state = founded(SAMPLE);
    let company = state.contribution("harbour.company").unwrap();
    let stamp = stamp("house");
    for left_out in 0..ALL_OPEN.len() {
        let mut stated = ALL_OPEN.to_vec();
        let (name, subject, _) = stated.remove(left_out);
        let book = facts(&stated);
        let gates = state.gates(company, &Context { stamp: &stamp, facts: &book });
        assert_eq!(gate::open(&gates), Truth::NotYetKnown, "{name}");
        assert_eq!(gates.iter().filter(|gate| gate.state.owed.is_some()).count(), 1, "{name}");
        stated.push((name, subject, Truth::No));
        let book = facts(&stated);
        assert_eq!(
            gate::open(&state.gates(company, &Context { stamp: &stamp, facts: &book })),
            Truth::No
        );
    }
    let book = facts(&ALL_OPEN);
    assert_eq!(
        gate::open(&state.gates(company, &Context { stamp: &stamp, facts: &book })),
        Truth::Yes
    );
}

#[test]
fn the_backstop_gates_only_what_is_tied_to_it_and_no_offer_stands_too_near() {
    let state = founded(PARIS);
    let (stamp, book) = (stamp("house"), FactBook::default());
    let context = Context { stamp: &stamp, facts: &book };
    let has = |id: &str, kind| {
        let gates = state.gates(state.contribution(id).unwrap(), &context);
        gates.iter().find(|gate| gate.gate == kind).map(|gate| gate.state.holds)
    };
    assert_eq!(has("gb.brigade", GateKind::Backstop), Some(Truth::NotYetKnown));
    assert_eq!(has("tr.sea", GateKind::Backstop), None);
    assert_eq!(has("tr.sea", GateKind::Location), Some(Truth::Yes));
    assert_eq!(has("nl.troops", GateKind::Location), Some(Truth::NotYetKnown));
    let mut near = state.contribution("gb.brigade").unwrap().clone();
    near.location = Some(force::LocationBand::Host { distance_m_min: 49_999 });
    let gates = state.gates(&near, &context);
    assert_eq!(gates.last().unwrap().state.holds, Truth::No);
}

#[test]
fn a_brigade_counted_two_ways_sustains_a_range() {
    let state = founded(PARIS);
    let figures = rotation(state.contribution("gb.brigade").unwrap());
    let sustained = figures.sustained.unwrap();
    assert_eq!((sustained.min, sustained.max), (1_250, Some(5_000)));
    assert_eq!(figures.lasts_least, Some(Lasting::For(Duration::days(180))));
    assert_eq!(figures.lasts_most, Some(Lasting::Indefinitely));
    assert_eq!(rotation(state.contribution("fr.troops").unwrap()).sustained, None);
}

#[test]
fn gaps_keep_offer_open_and_deployed_apart() {
    let mut state = founded(SAMPLE);
    let (stamp, book) = (stamp("harbour.liaison"), facts(&ALL_OPEN[..3]));
    let context = Context { stamp: &stamp, facts: &book };
    let movement = |movement, strength| Command::RecordMovement {
        contribution: "harbour.company".into(),
        movement,
        strength,
        happened: Time(0),
    };
    let refused = decide(&state, movement(MovementKind::Out, 1), &context).unwrap_err();
    assert_eq!(refused.code, "more-than-there");
    let entries = decide(&state, movement(MovementKind::In, 40), &context).unwrap();
    let [Entry::MovementRecorded { gates_not_open, .. }] = &entries[..] else {
        panic!("{entries:?}")
    };
    assert_eq!(gates_not_open[..], [GateKind::Approval, GateKind::Location], "recorded, and said");
    state.evolve(&entries[0], &stamp);
    let gap = &gaps(&state, &context)[0];
    assert_eq!((gap.offered.min, gap.gates_open.min, gap.deployed), (100, 0, 40));
    assert_eq!((gap.missing_least, gap.missing_most), (20, Some(50)));
}

#[test]
fn an_obligation_calls_once_and_releases_when_it_lapses() {
    let mut state = founded(SAMPLE);
    let (stamp, book) = (stamp("house"), FactBook::default());
    let context = Context { stamp: &stamp, facts: &book };
    let owed = obligation("harbour.escort", Standing::Due);
    let called = from_obligations(&state, &owed, &context);
    let [Entry::ContributionCalled { earliest, due, .. }] = &called[..] else {
        panic!("{called:?}")
    };
    assert!(earliest.unwrap() > *due, "ten days' notice cannot meet three days");
    state.evolve(&called[0], &stamp);
    assert!(from_obligations(&state, &owed, &context).is_empty());
    let lapsed = obligation("harbour.escort", Standing::Lapsed);
    assert!(matches!(
        from_obligations(&state, &lapsed, &context)[..],
        [Entry::CallReleased { .. }]
    ));
    assert!(from_obligations(&state, &obligation("isle.lift", Standing::Due), &context).is_empty());
}

#[test]
fn only_the_contributor_speaks_and_revisions_keep_what_was_said() {
    let mut state = founded(SAMPLE);
    let mut revised = state.contribution("harbour.company").unwrap().clone();
    revised.tour = Some(Duration::days(90));
    let book = FactBook::default();
    let command = Command::ReviseContribution { contribution: Box::new(revised.clone()) };
    let other = stamp("isle.liaison");
    let refused =
        decide(&state, command.clone(), &Context { stamp: &other, facts: &book }).unwrap_err();
    assert_eq!(refused.code, "not-the-contributor");
    let own = stamp("harbour.liaison");
    let context = Context { stamp: &own, facts: &book };
    for entry in decide(&state, command, &context).unwrap() {
        let written = serde_json::to_string(&entry).unwrap();
        assert_eq!(serde_json::from_str::<Entry>(&written).unwrap(), entry);
        state.evolve(&entry, &own);
    }
    assert_eq!(state.earlier("harbour.company").len(), 1);
    revised.tour = Some(Duration::ZERO);
    let refused =
        decide(&state, Command::ReviseContribution { contribution: revised.into() }, &context);
    assert_eq!(refused.unwrap_err().code, "figures-disagree");
}

#[test]
fn mistakes_are_told_together() {
    let broken = SAMPLE
        .replace("min = 100, max = 100", "min = 100, max = 10")
        .replace("component = \"land\"", "component = \"moon\"");
    let text = SourceText([("force.toml".to_owned(), broken)].into());
    let (_, mistakes) = force::read(&text);
    assert_eq!(mistakes.len(), 2, "{mistakes:?}");
}
