//! The reported ladder and its kin, against clocks counted by hand.

mod house;

use commission::{Level, Responsibility};
use guarantees::{ClauseStatus, Command, Entry, Extent, Life, Standing};
use house::{House, PLEDGES, at, by_south, finding};
use kernel::{Context, Truth};

fn with_truce() -> House {
    let mut house = House::founded(PLEDGES);
    house.now = at("2026-04-20");
    house.state_fact("ceasefire-in-force", None, Truth::Yes, at("2026-04-20"));
    house
}

#[test]
fn the_ladder_counts_from_the_breach_and_a_provisional_finding_arms_it() {
    let mut house = with_truce();
    house.find(&finding(Level::Provisional, 2, by_south(), "2026-05-01T10:00:00Z"));
    let owed = house.owed("isle.24h").unwrap();
    assert_eq!(owed.due, at("2026-05-02T06:00:00Z"), "24 h from 06:00, not from publication");
    assert_eq!(owed.standing, Standing::Due);
    assert!(house.owed("port.72h").is_none());
    assert!(house.tick(at("2026-05-02T06:00:00Z")).is_empty(), "due at the moment, not past it");
    let late = house.tick(at("2026-05-02T06:00:01Z"));
    assert!(matches!(late[..], [Entry::ObligationOverdue { .. }]));
    assert!(house.tick(at("2026-05-03")).is_empty(), "said once");
}

#[test]
fn a_finding_that_comes_late_is_overdue_at_birth() {
    let mut house = with_truce();
    house.find(&finding(Level::Confirmed, 2, by_south(), "2026-05-04T10:00:00Z"));
    assert_eq!(house.owed("isle.24h").unwrap().standing, Standing::Overdue);
}

#[test]
fn a_truce_that_began_after_the_breach_was_not_in_force_then() {
    let mut house = House::founded(PLEDGES);
    house.now = at("2026-05-01T09:00:00Z");
    house.state_fact("ceasefire-in-force", None, Truth::No, at("2026-04-01"));
    house.state_fact("ceasefire-in-force", None, Truth::Yes, at("2026-05-01T08:00:00Z"));
    let finding = finding(Level::Confirmed, 2, by_south(), "2026-05-01T10:00:00Z");
    house.find(&finding);
    assert!(house.owed("isle.24h").is_none());
    let reason = house.state.not_triggered(finding.id).find(|reason| reason.pledge == "isle.24h");
    assert_eq!(reason.unwrap().outcome(), Truth::No);
}

#[test]
fn reasons_name_who_owes_what_and_facts_bring_the_obligation_later() {
    let mut house = with_truce();
    let confirmed = finding(Level::Confirmed, 3, by_south(), "2026-05-02T10:00:00Z");
    house.find(&confirmed);
    let reason =
        house.state.not_triggered(confirmed.id).find(|reason| reason.pledge == "port.72h").unwrap();
    let open: Vec<_> = reason.conditions.iter().filter(|one| one.holds != Truth::Yes).collect();
    let owed: Vec<_> = open.iter().map(|one| one.owed.as_deref().unwrap()).collect();
    assert_eq!(
        owed,
        [
            "Port: state the decision of council",
            "Isle: bring isle.backstop into force",
            "North: ask for help"
        ]
    );

    house.now = at("2026-05-03T08:00:00Z");
    house.state_fact(
        "host-request",
        Some(&confirmed.id.to_string()),
        Truth::Yes,
        at("2026-05-03T07:00:00Z"),
    );
    house.now = at("2026-05-03T09:00:00Z");
    house.order("isle.liaison", Command::Sign { pledge: "isle.backstop".into() }).unwrap();
    let adopted =
        Command::RestateClause { pledge: "isle.backstop".into(), status: ClauseStatus::Adopted };
    house.order("isle.liaison", adopted).unwrap();
    assert!(house.owed("port.72h").is_none());
    house.now = at("2026-05-03T12:00:00Z");
    house.state_fact("approval", Some("port.72h/council"), Truth::Yes, at("2026-05-03T11:00:00Z"));
    let owed = house.owed("port.72h").unwrap();
    assert_eq!(
        owed.counted_from,
        at("2026-05-03T08:00:00Z"),
        "the request as the record learnt of it"
    );
    assert_eq!(owed.due, at("2026-05-06T08:00:00Z"));
    assert_eq!(
        house
            .state
            .not_triggered(confirmed.id)
            .filter(|reason| reason.pledge == "port.72h")
            .count(),
        0
    );
}

#[test]
fn a_later_finding_carries_the_obligation_or_lets_it_lapse() {
    let mut house = with_truce();
    house.find(&finding(Level::Provisional, 2, by_south(), "2026-05-01T10:00:00Z"));
    let mut confirmed = finding(Level::Confirmed, 2, by_south(), "2026-05-01T20:00:00Z");
    confirmed.breach = kernel::Interval::at(at("2026-05-01T07:00:00Z"));
    house.find(&confirmed);
    assert_eq!(house.state.obligations().len(), 1, "carried, not doubled");
    assert_eq!(
        house.owed("isle.24h").unwrap().due,
        at("2026-05-02T07:00:00Z"),
        "the breach was dated anew"
    );

    let mut reversed =
        finding(Level::Full, 2, Responsibility::Undetermined, "2026-05-20T20:00:00Z");
    reversed.violation = false;
    let entries = house.find(&reversed);
    assert!(entries.iter().any(|entry| matches!(entry, Entry::ObligationLapsed { .. })));
    assert_eq!(house.owed("isle.24h").unwrap().standing, Standing::Lapsed);
    assert!(house.find(&confirmed).is_empty(), "an older finding changes nothing");
}

#[test]
fn the_bearer_reports_and_only_others_confirm() {
    let mut house = with_truce();
    house.find(&finding(Level::Provisional, 2, by_south(), "2026-05-01T10:00:00Z"));
    let obligation = house.owed("isle.24h").unwrap().id;
    let report = || Command::ReportPerformance {
        obligation,
        extent: Extent::Full,
        done: at("2026-05-01T09:00:00Z"),
        text: "Note handed over".into(),
        proof: vec![kernel::Digest::of(b"note")],
    };
    let verify =
        |confirms| Command::VerifyPerformance { obligation, confirms, text: "seen".into() };
    let code = |refused: Result<_, kernel::Refusal>| refused.unwrap_err().code;
    assert_eq!(code(house.order("port.liaison", report())), "not-the-bearer");
    assert_eq!(code(house.order("north.liaison", verify(true))), "nothing-reported");
    house.order("isle.liaison", report()).unwrap();
    assert_eq!(code(house.order("isle.liaison", verify(true))), "own-performance");
    assert_eq!(code(house.order("south.liaison", verify(true))), "not-a-verifier");
    house.order("north.liaison", verify(false)).unwrap();
    assert_eq!(
        house.owed("isle.24h").unwrap().standing,
        Standing::Performed,
        "disputed, and both stand"
    );
    house.order("north.liaison", verify(true)).unwrap();
    assert_eq!(house.owed("isle.24h").unwrap().standing, Standing::Verified);
}

#[test]
fn silence_brings_an_eased_measure_back() {
    let mut house = with_truce();
    house.state_fact("credible-cessation", None, Truth::Yes, at("2026-04-20"));
    let obligation = house.owed("isle.relief").unwrap().id;
    let done = at("2026-04-20");
    let report = Command::ReportPerformance {
        obligation,
        extent: Extent::Full,
        done,
        text: "eased".into(),
        proof: vec![],
    };
    house.order("isle.liaison", report).unwrap();
    house.now = at("2026-07-01");
    house.order("isle.liaison", Command::Renew { pledge: "isle.relief".into() }).unwrap();
    assert!(house.tick(at("2026-07-25")).is_empty(), "renewed for 90 days from 1 July");
    let back = house.tick(at("2026-09-30"));
    assert_eq!(back, [Entry::MeasureReturned { obligation }]);
}

#[test]
fn approvals_after_the_act_fall_due_and_pledges_lapse() {
    let mut house = with_truce();
    let pledge = || "isle.backstop".to_owned();
    house.order("isle.liaison", Command::Sign { pledge: pledge() }).unwrap();
    let adopted = Command::RestateClause { pledge: pledge(), status: ClauseStatus::Adopted };
    house.order("isle.liaison", adopted).unwrap();
    house.now = at("2026-05-01T07:00:00Z");
    let approve = |given| Command::Approve {
        pledge: "port.72h".into(),
        body: "council".into(),
        given,
        reference: "vote 1".into(),
    };
    house.order("port.liaison", approve(true)).unwrap();
    house.state_fact("host-request", None, Truth::Yes, at("2026-04-25"));
    house.find(&finding(Level::Confirmed, 3, by_south(), "2026-05-02T10:00:00Z"));
    let owed = house.owed("port.72h").unwrap();
    assert_eq!(
        owed.counted_from,
        at("2026-05-02T10:00:00Z"),
        "a standing request waits for its occasion"
    );
    let obligation = owed.id;
    let done = house.now;
    let report = Command::ReportPerformance {
        obligation,
        extent: Extent::Part,
        done,
        text: "one ship".into(),
        proof: vec![],
    };
    house.order("port.liaison", report).unwrap();
    let due = house.tick(at("2026-05-06"));
    assert!(
        matches!(&due[..], [.., Entry::ApprovalFellDue { body, .. }] if body == "senate"),
        "{due:?}"
    );
    let lapsed = house.tick(at("2027-01-01"));
    assert!(
        matches!(&lapsed[..], [Entry::PledgeLapsed { pledge, .. }] if pledge == "isle.backstop"),
        "{lapsed:?}"
    );
}

#[test]
fn a_request_sets_off_what_answers_requests() {
    let mut house = with_truce();
    house.now = at("2026-05-01");
    let request =
        || Command::RecordRequest { pledges: vec![], made: at("2026-04-30"), text: "help".into() };
    let refusal = house.order("south.liaison", request());
    assert_eq!(refusal.unwrap_err().code, "not-a-beneficiary");
    house.order("north.liaison", request()).unwrap();
    assert!(house.owed("isle.backstop").is_none(), "not signed yet");
    house.order("isle.liaison", Command::Sign { pledge: "isle.backstop".into() }).unwrap();
    let adopted =
        Command::RestateClause { pledge: "isle.backstop".into(), status: ClauseStatus::Adopted };
    house.order("isle.liaison", adopted).unwrap();
    let owed = house.owed("isle.backstop").unwrap();
    assert_eq!((owed.due, owed.finding), (at("2026-05-02"), None));
    let stamp = house.stamp("house");
    let context = Context { stamp: &stamp, facts: &house.facts };
    let pledge = house.state.pledge("isle.backstop").unwrap();
    assert_eq!(house.state.life(pledge, &context), Life::Triggered);
}
