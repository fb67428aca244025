//! Whatever happens: nothing panics, replay equals live, and swapping parties swaps the outcome.

mod house;

use commission::{CaseId, FindingId, Level, Responsibility};
use guarantees::{ClauseStatus, Command, Entry, Extent, ObligationId};
use house::{House, PLEDGES, at, finding, founded};
use kernel::{Duration, Truth};
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Step {
    Find { case: u8, level: u8, severity: u8, blame: u8, violation: bool },
    Fact { name: u8, holds: u8, of_finding: bool, back_h: u8 },
    Order { by: u8, what: u8, pledge: u8, obligation: u8 },
    Wait { hours: u16 },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0..3u8, 0..3u8, 0..5u8, 0..5u8, any::<bool>()).prop_map(
            |(case, level, severity, blame, violation)| Step::Find {
                case,
                level,
                severity,
                blame,
                violation
            }
        ),
        (0..4u8, 0..3u8, any::<bool>(), 0..72u8).prop_map(|(name, holds, of_finding, back_h)| {
            Step::Fact { name, holds, of_finding, back_h }
        }),
        (0..5u8, 0..12u8, 0..5u8, 0..4u8).prop_map(|(by, what, pledge, obligation)| Step::Order {
            by,
            what,
            pledge,
            obligation
        }),
        (0..3000u16).prop_map(|hours| Step::Wait { hours }),
    ]
}

fn blame(choice: u8) -> Responsibility {
    match choice {
        0 => Responsibility::Party("North".into()),
        1 | 2 => Responsibility::Party("South".into()),
        3 => Responsibility::Both,
        _ => Responsibility::Undetermined,
    }
}

fn command(house: &House, what: u8, pledge: u8, obligation: u8) -> Command {
    let names = ["isle.24h", "port.72h", "isle.backstop", "isle.relief", "nobody.knows"];
    let pledge = names[usize::from(pledge)].to_owned();
    let unknown = ObligationId::of(b"unknown");
    let obligation = *house.state.obligations().keys().nth(obligation.into()).unwrap_or(&unknown);
    let (done, text, reason) = (house.now, "as said".to_owned(), "changed course".to_owned());
    match what {
        0 => Command::Announce { pledge },
        1 => Command::Sign { pledge },
        2 => {
            Command::Approve { pledge, body: "council".into(), given: true, reference: "1".into() }
        }
        3 => Command::MarkReady { pledge },
        4 => Command::Renew { pledge },
        5 => Command::Withdraw { pledge, reason },
        6 => Command::RestateClause { pledge, status: ClauseStatus::Adopted },
        7 => Command::RecordRequest { pledges: vec![], made: done, text },
        8 => Command::DecideObligation { obligation, decision: text },
        9 => Command::DeclineObligation { obligation, reason },
        10 => Command::ReportPerformance {
            obligation,
            extent: Extent::Full,
            done,
            text,
            proof: vec![],
        },
        _ => Command::VerifyPerformance { obligation, confirms: true, text },
    }
}

fn play(house: &mut House, steps: &[Step], rename: &dyn Fn(&str) -> String) {
    house.now = at("2026-05-01T08:00:00Z");
    let mut last: Option<FindingId> = None;
    for (index, step) in steps.iter().enumerate() {
        match step {
            Step::Find { case, level, severity, blame: who, violation } => {
                let level =
                    [Level::Provisional, Level::Confirmed, Level::Full][usize::from(*level)];
                let responsibility = match blame(*who) {
                    Responsibility::Party(party) => {
                        Responsibility::Party(rename(party.as_str()).as_str().into())
                    }
                    other => other,
                };
                let mut found = finding(level, *severity, responsibility, &house.now.to_string());
                found.id = FindingId::of(&[*case, u8::try_from(index).unwrap()]);
                found.case = CaseId::of(&[*case]);
                found.violation = *violation;
                last = Some(found.id);
                house.find(&found);
            }
            Step::Fact { name, holds, of_finding, back_h } => {
                let name = ["ceasefire-in-force", "host-request", "credible-cessation", "approval"]
                    [usize::from(*name)];
                let holds = [Truth::No, Truth::NotYetKnown, Truth::Yes][usize::from(*holds)];
                let subject = match name {
                    "approval" => Some("port.72h/council".to_owned()),
                    "host-request" if *of_finding => last.map(|finding| finding.to_string()),
                    _ => None,
                };
                let since = house.now - Duration::hours(i64::from(*back_h));
                house.state_fact(name, subject.as_deref(), holds, since);
            }
            Step::Order { by, what, pledge, obligation } => {
                let office =
                    ["north.liaison", "south.liaison", "isle.liaison", "port.liaison", "stranger"];
                let command = command(house, *what, *pledge, *obligation);
                let _ = house.order(office[usize::from(*by)], command);
            }
            Step::Wait { hours } => {
                house.tick(house.now + Duration::hours(i64::from(*hours)));
            }
        }
    }
}

/// Exchanges the two names wherever they stand in a serialised value.
fn swapped(text: &str, one: &str, other: &str) -> String {
    text.replace(one, "\u{1}").replace(other, one).replace('\u{1}', other)
}

fn record_text(house: &House) -> String {
    let entries: Vec<&Entry> = house.record.iter().map(|(entry, _)| entry).collect();
    serde_json::to_string(&entries).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Entries read back from the record, taken in again, give the same state.
    #[test]
    fn replay_equals_live(steps in prop::collection::vec(step(), 0..40)) {
        let mut house = House::founded(PLEDGES);
        play(&mut house, &steps, &str::to_owned);
        let mut replayed = founded(PLEDGES);
        for (entry, stamp) in &house.record {
            let written = serde_json::to_string(entry).unwrap();
            let read: Entry = serde_json::from_str(&written).unwrap();
            prop_assert_eq!(&read, entry);
            replayed.evolve(&read, stamp);
        }
        prop_assert_eq!(replayed, house.state);
    }

    /// The two parties to the truce exchanged in the agreement and in every finding: every entry
    /// is the same with the names exchanged.
    #[test]
    fn swapping_parties_swaps_the_record(steps in prop::collection::vec(step(), 0..30)) {
        // Offices stay with the names they had: commands of the two sides are left out.
        let steps: Vec<_> = steps
            .into_iter()
            .filter(|step| !matches!(step, Step::Order { by: 0 | 1, .. }))
            .collect();
        let (one, other) = ("North", "South");
        let mut house = House::founded(PLEDGES);
        play(&mut house, &steps, &str::to_owned);
        let mut mirrored = House::founded(&swapped(PLEDGES, one, other));
        play(&mut mirrored, &steps, &|name| swapped(name, one, other));
        prop_assert_eq!(swapped(&record_text(&mirrored), one, other), record_text(&house));
    }

    /// A second look at unchanged facts finds nothing new.
    #[test]
    fn looking_twice_adds_nothing(steps in prop::collection::vec(step(), 0..30)) {
        let mut house = House::founded(PLEDGES);
        play(&mut house, &steps, &str::to_owned);
        house.follow();
        prop_assert!(house.follow().is_empty());
        house.tick(house.now);
        prop_assert!(house.tick(house.now).is_empty());
    }
}
