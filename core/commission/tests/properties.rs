//! Whatever people ask in whatever order, the rules hold. The auditor counts on its own.

mod house;

use std::collections::BTreeMap;

use commission::exhibit::{Exhibit, Transfer};
use commission::finding::{CaseId, Ground, Level, Vote};
use commission::hypothesis::{Bearing, Cause, Evidence};
use commission::{Command, Entry, Stage, State};
use house::{House, PARIS, TRUCE, allegation};
use kernel::{Digest, Duration, Interval};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

/// One thing done; numbers choose who, which case, which piece.
#[derive(Clone, Copy, Debug)]
struct Action {
    what: u8,
    who: u8,
    case: u8,
    which: u8,
}

fn actions(most: usize) -> impl Strategy<Value = Vec<Action>> {
    // Moving, voting and signing come often, or few runs would end in a finding.
    let what = prop_oneof![2 => 0..30_u8, 3 => 16..26_u8];
    let one = (what, any::<u8>(), 0..3_u8, 0..12_u8);
    let action = one.prop_map(|(what, who, case, which)| Action { what, who, case, which });
    proptest::collection::vec(action, 1..most)
}

/// The cast and the words of one agreement; the second of each is what swapping makes of it.
struct Cast {
    toml: String,
    offices: Vec<(String, String)>,
    parties: [String; 2],
    everyone: Vec<String>,
    article: &'static str,
}

fn truce(swapped: bool) -> Cast {
    let names = if swapped { ["South", "North"] } else { ["North", "South"] };
    let low = names.map(str::to_lowercase);
    let offices = (0..2).flat_map(|side| {
        ["liaison", "seat"].map(|office| match office {
            "seat" => (format!("seat.{}", low[side]), names[side].to_owned()),
            _ => (format!("{}.liaison", low[side]), names[side].to_owned()),
        })
    });
    let offices: Vec<_> = offices.collect();
    let mut everyone: Vec<String> = offices.iter().map(|(office, _)| office.clone()).collect();
    everyone.extend(["chair", "house"].map(String::from));
    let toml = if swapped { swap(TRUCE) } else { TRUCE.to_owned() };
    Cast { toml, offices, parties: names.map(String::from), everyone, article: "1" }
}

fn paris() -> Cast {
    let offices = [("ua.liaison", "UA"), ("ru.liaison", "RU")];
    let offices = offices.map(|(office, party)| (office.to_owned(), party.to_owned())).to_vec();
    let everyone =
        "ru.liaison seat.ua chair seat.us seat.fr seat.gb seat.de seat.it seat.pl seat.tr";
    Cast {
        toml: PARIS.to_owned(),
        offices,
        parties: ["UA".into(), "RU".into()],
        everyone: everyone.split(' ').map(String::from).collect(),
        article: "1",
    }
}

fn swap(text: &str) -> String {
    let marked = text.replace("North", "\u{1}").replace("north", "\u{2}");
    let turned = marked.replace("South", "North").replace("south", "north");
    turned.replace('\u{1}', "South").replace('\u{2}', "south")
}

/// Cases in the order they were opened.
fn cases(state: &State) -> Vec<CaseId> {
    let mut cases: Vec<_> = state.cases.values().collect();
    cases.sort_by_key(|case| case.entry);
    cases.into_iter().map(|case| case.id).collect()
}

fn exhibit(which: u8) -> Box<Exhibit> {
    let digest = Digest::of(&[which % 2]);
    let value = serde_json::json!({
        "digest": digest, "title": "crater", "media_type": "image/jpeg", "size_bytes": 1
    });
    serde_json::from_value(value).unwrap()
}

fn command(house: &House, cast: &Cast, action: Action) -> Option<Command> {
    let cases = cases(&house.state);
    let case = *cases.get(usize::from(action.case) % cases.len().max(1))?;
    let docket = &house.state.cases[&case];
    let party = &cast.parties[usize::from(action.which) % 2];
    let by = &cast.everyone[usize::from(action.who) % cast.everyone.len()];
    let words = || "as it is".to_owned();
    let evidence = docket.cited.keys().next().map(|id| Evidence::Allegation(*id));
    let held = Digest::of(&[action.which % 2]);
    Some(match action.what {
        3 => Command::Notify { case },
        4 => Command::State { case, text: words(), log: vec![] },
        5 | 6 => Command::Answer { case, to: None, text: words() },
        7 => Command::AddExhibit { case, exhibit: exhibit(action.which) },
        8 => {
            let found = Digest::of(&[action.which % 3]);
            let (from, to) = (by.as_str().into(), "chair".into());
            let transfer = Transfer { at: house.at, from, to, purpose: words(), found };
            Command::TransferExhibit { case, exhibit: held, transfer }
        }
        9 => Command::SetAside { case, exhibit: held, reason: words() },
        10 | 11 => {
            let cause = match action.which % 4 {
                0 => Cause::Natural,
                1 => Cause::Unknown,
                _ => Cause::Party(party.as_str().into()),
            };
            Command::ProposeHypothesis { case, cause, account: words() }
        }
        12..=14 => Command::WeighEvidence {
            case,
            hypothesis: u32::from(action.which % 2),
            evidence: evidence?,
            bearing: Bearing::Inconsistent,
            reason: words(),
        },
        15 => {
            let seat =
                cast.everyone[usize::from(action.which) % cast.everyone.len()].as_str().into();
            Command::Recuse { case, seat, reason: words() }
        }
        16..=18 => {
            let mut proposal = house.proposal(case, party);
            proposal.level = if action.which > 8 { Level::Full } else { Level::Confirmed };
            Command::MoveFinding { case, proposal }
        }
        19..=23 => {
            let vote = [Vote::For, Vote::For, Vote::For, Vote::Against, Vote::Abstain];
            Command::Vote { case, vote: vote[usize::from(action.which) % 5] }
        }
        24 | 25 => Command::Sign { case },
        26 => Command::Dissent { case, text: words() },
        27 => Command::Publish { case },
        28 => Command::JoinCases { into: case, from: vec![*cases.last()?] },
        _ => {
            let allegations = docket.cited.keys().copied().take(1).collect();
            Command::SplitCase { case, title: words(), allegations }
        }
    })
}

fn open(house: &House, cast: &Cast, action: Action) -> Command {
    let accused = vec![cast.parties[usize::from(action.which) % 2].as_str().into()];
    Command::OpenCase {
        title: format!("complaint {}", action.case),
        articles: vec![cast.article.into()],
        accused,
        when: Interval::at(house.at),
        account: "it happened".into(),
        cited: vec![],
    }
}

/// Does it; a refusal must carry its code, a sentence and a hint.
fn act(house: &mut House, cast: &Cast, action: Action) -> Result<(), TestCaseError> {
    let by = cast.everyone[usize::from(action.who) % cast.everyone.len()].clone();
    let asked = match action.what {
        0 => {
            let party = &cast.parties[usize::from(action.which) % 2];
            let name = format!("a{}", action.which);
            house.hear(&[allegation(&name, i64::from(action.which), 37.5, 48.0, party)]);
            return Ok(());
        }
        1 => {
            house.wait(Duration::hours(i64::from(action.which)));
            return Ok(());
        }
        2 => Some(open(house, cast, action)),
        _ => command(house, cast, action),
    };
    let Some(asked) = asked else { return Ok(()) };
    let text = serde_json::to_string(&asked).unwrap();
    prop_assert_eq!(&serde_json::from_str::<Command>(&text).unwrap(), &asked);
    if let Err(refusal) = house.ask(&by, asked) {
        prop_assert!(refusal.hint.is_some_and(|hint| !hint.is_empty()), "{}", refusal.code);
        prop_assert!(refusal.sentence.ends_with('.') && refusal.article.is_some());
    }
    Ok(())
}

/// The auditor: goes over the record entry by entry, and counts by its own rules.
fn audit(house: &House, seats_min: usize) -> Result<usize, TestCaseError> {
    let mut state = house.founded.clone();
    let mut voted = 0;
    for (entry, stamp) in &house.log {
        match entry {
            Entry::CaseAdvanced { case, stage: Stage::Signed, .. } => {
                prerequisites_held(&state, *case)?;
            }
            Entry::FindingPublished { finding } if finding.ground == Ground::Voted => {
                let case = &state.cases[&finding.case];
                prop_assert_eq!(case.stage, Stage::Signed);
                let party_of: BTreeMap<_, _> = state
                    .rules
                    .seats
                    .iter()
                    .map(|seat| (seat.id.clone(), seat.party.clone()))
                    .collect();
                for (seat, _) in &finding.votes {
                    let party = party_of[seat].clone();
                    prop_assert!(party.is_none_or(|party| !case.accused.contains(&party)));
                    prop_assert!(!case.recused.contains(seat));
                }
                prop_assert!(finding.votes.len() >= seats_min);
                let count = |vote| finding.votes.iter().filter(|(_, cast)| *cast == vote).count();
                let (votes_for, against) = (count(Vote::For), count(Vote::Against));
                prop_assert!(votes_for * 3 >= 2 * (votes_for + against) || case.escalated > 0);
                voted += 1;
            }
            _ => {}
        }
        state.evolve(entry, stamp);
    }
    prop_assert_eq!(&state, &house.state);
    Ok(voted)
}

fn prerequisites_held(state: &State, case: CaseId) -> Result<(), TestCaseError> {
    let case = &state.cases[&case];
    prop_assert!(case.exhibits.values().all(|held| held.set_aside || held.custody_intact()));
    prop_assert!(case.hypotheses.len() >= state.rules.prerequisites.hypotheses_min);
    prop_assert!(matches!(case.stage, Stage::Vote | Stage::Signed));
    let team: std::collections::BTreeSet<_> =
        case.weighings.keys().map(|(_, _, seat)| seat).collect();
    prop_assert!(team.len() >= state.rules.prerequisites.team_min);
    Ok(())
}

/// The record with the parties' names swapped back and hash-derived ids renamed in the order
/// they appear; lists of names sorted, for their order is that of the names.
fn told(house: &House, swapped: bool) -> Vec<String> {
    let mut names = BTreeMap::<String, usize>::new();
    let mut lines = Vec::new();
    for (entry, stamp) in &house.log {
        let mut value = serde_json::to_value(entry).unwrap();
        rename(&mut value, swapped, &mut names);
        let by = if swapped { swap(stamp.by.as_str()) } else { stamp.by.to_string() };
        lines.push(format!("{} {by} {value}", stamp.at));
    }
    lines
}

fn rename(value: &mut serde_json::Value, swapped: bool, names: &mut BTreeMap<String, usize>) {
    match value {
        serde_json::Value::String(text) => {
            if text.starts_with("CASE-") || text.starts_with("FND-") {
                let next = names.len();
                *text = format!("#{}", names.entry(text.clone()).or_insert(next));
            } else if swapped {
                *text = swap(text);
            }
        }
        serde_json::Value::Array(items) => {
            items.iter_mut().for_each(|item| rename(item, swapped, names));
            items.sort_by_key(ToString::to_string);
        }
        serde_json::Value::Object(fields) => {
            let old = std::mem::take(fields);
            for (key, mut field) in old {
                rename(&mut field, swapped, names);
                fields.insert(if swapped { swap(&key) } else { key }, field);
            }
        }
        _ => {}
    }
}

fn found(cast: &Cast) -> House {
    let offices: Vec<_> = cast.offices.iter().map(|(o, p)| (o.as_str(), p.as_str())).collect();
    House::found(&cast.toml, &offices)
}

/// Random actions alone seldom get far, so most runs start from a case that has been heard.
fn heard(house: &mut House, cast: &Cast) {
    house.hear(&[allegation("first", 1, 37.5, 48.0, &cast.parties[1])]);
    let case = house.only_case().id;
    house.ask("chair", Command::Notify { case }).unwrap();
    house.wait(Duration::hours(49));
    let evidence = Evidence::Allegation(*house.only_case().cited.keys().next().unwrap());
    for cause in [Cause::Natural, Cause::Party(cast.parties[1].as_str().into())] {
        let account = "so it was".to_owned();
        house.ask("chair", Command::ProposeHypothesis { case, cause, account }).unwrap();
    }
    for seat in cast.everyone.iter().filter(|who| who.starts_with("seat.") || *who == "chair") {
        let (bearing, reason, evidence) = (Bearing::Neutral, "none".to_owned(), evidence.clone());
        let weigh = Command::WeighEvidence { case, hypothesis: 0, evidence, bearing, reason };
        drop(house.ask(seat, weigh));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn the_rules_hold_in_paris(list in actions(160), start in any::<bool>()) {
        let cast = paris();
        let mut house = found(&cast);
        if start {
            heard(&mut house, &cast);
        }
        for action in list {
            act(&mut house, &cast, action)?;
        }
        audit(&house, 5)?;
    }

    #[test]
    fn the_rules_hold_in_the_truce(list in actions(160), start in any::<bool>()) {
        let cast = truce(false);
        let mut house = found(&cast);
        if start {
            heard(&mut house, &cast);
        }
        for action in list {
            act(&mut house, &cast, action)?;
        }
        audit(&house, 1)?;
    }

    #[test]
    fn swapping_the_parties_swaps_the_record(list in actions(120)) {
        let (cast, turned) = (truce(false), truce(true));
        let (mut house, mut mirror) = (found(&cast), found(&turned));
        for action in list {
            act(&mut house, &cast, action)?;
            act(&mut mirror, &turned, action)?;
        }
        prop_assert_eq!(told(&house, false), told(&mirror, true));
    }
}

/// The random runs do reach voted findings; otherwise the properties above would say little.
#[test]
fn random_runs_reach_voted_findings() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let cast = truce(false);
    let reached = (0..60).map(|_| {
        let list = actions(160).new_tree(&mut runner).unwrap().current();
        let mut house = found(&cast);
        heard(&mut house, &cast);
        list.into_iter().for_each(|action| act(&mut house, &cast, action).unwrap());
        audit(&house, 1).unwrap()
    });
    assert!(reached.sum::<usize>() >= 5);
}
