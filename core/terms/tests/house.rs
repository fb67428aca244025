//! Requests and deadlines: mandates, refusals with hints, notices in time, omissions, stances.

mod common;

use common::{clean, fact, folder, in_force, stamp, start};
use kernel::{Context, Duration, Interval, Place, Time, Truth};
use terms::{Command, Entry, Stance, State, decide, falls_due};

fn paris() -> State {
    in_force(clean(&folder("paris")))
}

fn ask(state: &State, by: &str, at: Time, command: Command) -> Result<Vec<Entry>, String> {
    let stamp = stamp(7, at, by);
    let context = Context { stamp: &stamp, facts: state.facts() };
    decide(state, command, &context).map_err(|refusal| refusal.code)
}

fn state_fact(name: &str, subject: Option<&str>, since: Time) -> Command {
    let (fact, subject) = (name.to_owned(), subject.map(str::to_owned));
    Command::StateFact { fact, subject, holds: Truth::Yes, since, basis: None }
}

#[test]
fn only_the_mandated_state_a_fact_and_only_one_that_is_declared() {
    let state = paris();
    let refusal = |by, name, subject, since| {
        ask(&state, by, start(), state_fact(name, subject, since)).unwrap_err()
    };
    assert!(ask(&state, "ua.liaison", start(), state_fact("host-request", None, start())).is_ok());
    assert_eq!(refusal("ru.liaison", "host-request", None, start()), "no-mandate");
    assert_eq!(refusal("nobody", "host-request", None, start()), "no-mandate");
    assert_eq!(refusal("ua.liaison", "host-reqest", None, start()), "unknown-fact");
    assert_eq!(refusal("secretariat", "inventory-received", None, start()), "subject-missing");
    assert_eq!(
        refusal("secretariat", "peace-agreement", Some("UA"), start()),
        "subject-not-expected"
    );
    let later = start() + Duration::hours(1);
    assert_eq!(refusal("secretariat", "peace-agreement", None, later), "fact-in-the-future");
}

#[test]
fn a_notice_is_filed_ahead_of_its_window_and_for_ones_own_party() {
    let state = paris();
    let file = |by: &str, kind: &str, ahead_h, lasts_h, party: Option<&str>| {
        let from = start() + Duration::hours(ahead_h);
        let command = Command::FileNotice {
            kind: kind.into(),
            window: Interval::new(from, from + Duration::hours(lasts_h)),
            center: Place { lon: 36.0, lat: 48.0 },
            radius_m: 500.0,
            party: party.map(Into::into),
            text: "clearing a field".into(),
        };
        ask(&state, by, start(), command)
    };
    for (officer, party) in [("ua.liaison", "UA"), ("ru.liaison", "RU")] {
        let filed = file(officer, "demining", 24, 8, None).expect("in time");
        let [Entry::NoticeFiled { notice }] = &filed[..] else { panic!("{filed:?}") };
        assert_eq!(notice.party.as_ref().map(|party| party.as_str()), Some(party));
    }
    let code =
        |by, kind, ahead_h, lasts_h, party| file(by, kind, ahead_h, lasts_h, party).unwrap_err();
    assert_eq!(code("ua.liaison", "demining", 23, 8, None), "notice-too-late");
    assert_eq!(code("ua.liaison", "demining", 24, 0, None), "window-not-allowed");
    assert_eq!(code("ua.liaison", "demning", 24, 8, None), "unknown-notice");
    assert_eq!(code("ua.liaison", "demining", 24, 8, Some("RU")), "not-its-party");
    assert_eq!(code("seat.fr", "demining", 24, 8, None), "no-mandate");
}

#[test]
fn positions_are_dated_and_the_latest_counts() {
    let mut state = paris();
    let ukraine = "UA".into();
    assert_eq!(state.stance(&ukraine, "7", start()), Stance::NotStated);
    assert_eq!(state.stance(&"RU".into(), "3", start()), Stance::Disputed);
    assert_eq!(state.stance(&"RU".into(), "2", start()), Stance::NotAParty);
    assert_eq!(state.stance(&ukraine, "1", Time::default()), Stance::NotStated);
    let (article, text) = ("7".to_owned(), "once the list is complete".to_owned());
    let command = Command::TakePosition { article, stance: Stance::Disputed, text };
    let taken = ask(&state, "ua.liaison", start(), command.clone()).expect("mandated");
    state.evolve(&taken[0], &stamp(8, start(), "ua.liaison"));
    assert_eq!(state.stance(&ukraine, "7", start()), Stance::Disputed);
    assert_eq!(ask(&state, "secretariat", start(), command), Err("no-mandate".into()));
}

#[test]
fn an_inventory_that_is_not_handed_in_is_alleged_without_an_incident() {
    let mut state = paris();
    let due = start() + Duration::days(3);
    let raised = |state: &State, at: Time| {
        let stamp = stamp(50, at, "house");
        falls_due(state, &Context { stamp: &stamp, facts: state.facts() })
    };
    let rules = |entries: &[Entry]| -> Vec<String> {
        let name = |entry: &Entry| match entry {
            Entry::OmissionRaised { omission } => format!("{} {}", omission.rule, omission.bearer),
            Entry::OmissionWithdrawn { omission } => {
                format!("not {} {}", omission.rule, omission.bearer)
            }
            other => format!("{other:?}"),
        };
        entries.iter().map(name).collect()
    };
    let record = |state: &mut State, at: Time| {
        let entries = raised(state, at);
        entries.iter().for_each(|entry| state.evolve(entry, &stamp(51, at, "house")));
        rules(&entries)
    };
    assert_eq!(record(&mut state, start() + Duration::days(2)), ["order UA", "order RU"]);
    let in_time = fact("inventory-received", Some("UA"), Truth::Yes, due - Duration::hours(2));
    state.evolve(&in_time, &stamp(60, due, "secretariat"));
    assert_eq!(record(&mut state, due), ["inventory RU"]);
    assert_eq!(record(&mut state, due), [""; 0]);
    // It had come in time after all, and was stated late.
    let late = fact("inventory-received", Some("RU"), Truth::Yes, due - Duration::hours(1));
    state.evolve(&late, &stamp(70, due + Duration::days(1), "secretariat"));
    assert_eq!(record(&mut state, due + Duration::days(1)), ["not inventory RU"]);
}

#[test]
fn entries_read_back_what_they_write() {
    let entry = fact("approval", Some("fr.force/parliament"), Truth::NotYetKnown, start());
    let text = serde_json::to_string(&entry).expect("JSON");
    assert!(text.starts_with(r#"{"entry":"fact-stated","fact":"approval""#), "{text}");
    assert_eq!(serde_json::from_str::<Entry>(&text).expect("reads"), entry);
    assert_eq!(entry.kind(), ("terms/fact-stated", 1));
    assert!(Entry::of_allegations(&[]).expect("no number").is_none());
}
