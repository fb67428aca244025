//! A case from its first allegation to a signed finding, and the ways it can go otherwise.

mod house;

use commission::exhibit::{Exhibit, Transfer};
use commission::finding::{CaseId, Ground, Level, Responsibility, Vote};
use commission::hypothesis::{Bearing, Cause, Evidence};
use commission::{Command, Stage, decision_box, ready};
use house::{House, allegation};
use kernel::{Digest, Duration, Interval, Truth};

fn hypothesis(case: CaseId, cause: Cause) -> Command {
    Command::ProposeHypothesis { case, cause, account: "as the sensors tell it".into() }
}

fn weigh(case: CaseId, evidence: &Evidence) -> Command {
    let reason = "the firing line lies on the other side".to_owned();
    let (hypothesis, bearing, evidence) = (1, Bearing::Inconsistent, evidence.clone());
    Command::WeighEvidence { case, hypothesis, evidence, bearing, reason }
}

/// Brings a case to the point where a finding can be moved.
fn heard(house: &mut House) -> CaseId {
    house.hear(&[allegation("a", 10, 37.5, 48.0, "RU")]);
    let case = house.only_case().id;
    house.ask("seat.fr", Command::Notify { case }).unwrap();
    let text = "It was a provocation by the other side.".to_owned();
    house.ask("ru.liaison", Command::Answer { case, to: None, text }).unwrap();
    house.ask("seat.fr", hypothesis(case, Cause::Party("RU".into()))).unwrap();
    house.ask("ru.liaison", hypothesis(case, Cause::Natural)).unwrap();
    let evidence = Evidence::Allegation(*house.only_case().cited.keys().next().unwrap());
    for seat in ["seat.fr", "seat.de"] {
        house.ask(seat, weigh(case, &evidence)).unwrap();
    }
    case
}

fn vote(house: &mut House, case: CaseId, seats: &[&str], vote: Vote) {
    for seat in seats {
        house.ask(seat, Command::Vote { case, vote }).unwrap();
    }
}

#[test]
fn from_allegation_to_signed_finding_without_the_vacant_seat() {
    let mut house = House::paris();
    let case = heard(&mut house);
    assert_eq!(house.only_case().stage, Stage::Deliberation);
    let attribution = house.only_case().attribution();
    assert!(attribution.shares.share(&Cause::Party("RU".into())) > 0.6);
    let proposal = house.proposal(case, "RU");
    house.ask("seat.fr", Command::MoveFinding { case, proposal }).unwrap();
    let conditions = decision_box(&house.state.rules, house.only_case());
    assert_eq!(ready(&conditions, Stage::Published), Truth::NotYetKnown);
    vote(
        &mut house,
        case,
        &["seat.fr", "seat.gb", "seat.de", "seat.ua", "chair", "seat.us"],
        Vote::For,
    );
    assert_eq!(house.only_case().stage, Stage::Signed);
    let text = "The sensors were on one side only.".to_owned();
    house.ask("seat.tr", Command::Dissent { case, text }).unwrap();
    for seat in ["seat.fr", "seat.gb", "seat.de", "seat.ua", "chair", "seat.us"] {
        assert!(house.state.findings.is_empty());
        house.ask(seat, Command::Sign { case }).unwrap();
    }
    let finding = house.state.findings.values().next().unwrap();
    assert_eq!((finding.ground, finding.level), (Ground::Voted, Level::Confirmed));
    assert_eq!(finding.responsibility, Responsibility::Party("RU".into()));
    assert_eq!((finding.votes.len(), finding.signatures.len(), finding.dissents.len()), (6, 6, 1));
    let signing = |at: u64| house.log[at as usize].0.kind().0 == "commission/finding-signed";
    assert!(finding.signatures.iter().all(|signature| signing(signature.entry)));
    assert!(finding.text.contains("it is almost certain that the rule was broken"));
    assert_eq!(house.only_case().stage, Stage::Published);
    assert_eq!(house.replayed(), house.state);
}

#[test]
fn the_accused_does_not_judge_and_the_refusal_says_what_it_may_do() {
    let mut house = House::paris();
    house.hear(&[allegation("a", 10, 37.5, 48.0, "UA")]);
    let case = house.only_case().id;
    let refusal = house.ask("seat.ua", Command::Notify { case }).unwrap_err();
    assert_eq!(refusal.code, "seat-recused");
    assert!(refusal.hint.unwrap().contains("answer"));
    assert_eq!(refusal.article.as_deref(), Some("1"));
}

#[test]
fn no_motion_before_the_accused_is_heard_and_the_hint_names_who_owes() {
    let mut house = House::paris();
    house.hear(&[allegation("a", 10, 37.5, 48.0, "RU")]);
    let case = house.only_case().id;
    house.ask("chair", Command::Notify { case }).unwrap();
    let proposal = house.proposal(case, "RU");
    let refusal = house.ask("chair", Command::MoveFinding { case, proposal }).unwrap_err();
    assert_eq!(refusal.code, "not-in-deliberation");
    assert!(refusal.hint.unwrap().starts_with("RU: answer, until 2026-05-03T12:00:00Z"));
    house.wait(Duration::hours(49));
    assert_eq!(house.only_case().stage, Stage::Deliberation);
    let proposal = house.proposal(case, "RU");
    let refusal = house.ask("chair", Command::MoveFinding { case, proposal }).unwrap_err();
    assert_eq!(refusal.code, "prerequisite-open-hypotheses");
}

#[test]
fn a_provisional_finding_goes_out_unasked_and_is_reversed_when_the_evidence_goes() {
    let mut house = House::paris();
    let mut alleged = allegation("a", 10, 37.5, 48.0, "RU");
    house.hear(std::slice::from_ref(&alleged));
    house.wait(Duration::ZERO);
    assert!(house.only_case().draft.is_some() && house.state.findings.is_empty());
    house.wait(Duration::hours(6));
    let first = house.state.findings.values().next().unwrap().clone();
    assert_eq!((first.level, first.violation), (Level::Provisional, true));
    assert_eq!(first.responsibility, Responsibility::Party("RU".into()));
    (alleged.version, alleged.verdict) = (2, terms::Verdict::Withdrawn);
    house.hear(&[alleged]);
    house.wait(Duration::ZERO);
    house.wait(Duration::hours(6));
    let second = house.state.findings.values().find(|finding| finding.id != first.id).unwrap();
    assert_eq!((second.violation, second.supersedes), (false, Some(first.id)));
    assert_eq!(house.replayed(), house.state);
}

#[test]
fn a_waiting_draft_is_dropped_when_the_evidence_no_longer_bears_it() {
    let mut house = House::paris();
    let mut alleged = allegation("a", 10, 37.5, 48.0, "RU");
    house.hear(std::slice::from_ref(&alleged));
    house.wait(Duration::ZERO);
    (alleged.version, alleged.verdict) = (2, terms::Verdict::Withdrawn);
    house.hear(&[alleged]);
    house.wait(Duration::hours(6));
    assert!(house.state.findings.is_empty() && house.only_case().draft.is_none());
}

#[test]
fn the_chair_can_send_a_provisional_finding_out_at_once_and_nobody_else() {
    let mut house = House::paris();
    house.hear(&[allegation("a", 10, 37.5, 48.0, "RU")]);
    let case = house.only_case().id;
    house.wait(Duration::ZERO);
    let refusal = house.ask("seat.fr", Command::Publish { case }).unwrap_err();
    assert_eq!(refusal.code, "not-presiding");
    house.ask("chair", Command::Publish { case }).unwrap();
    assert_eq!(house.state.findings.len(), 1);
}

#[test]
fn a_deadlock_goes_up_and_silence_there_lets_the_provisional_finding_stand() {
    let mut house = House::paris();
    let case = heard(&mut house);
    house.wait(Duration::days(7));
    assert_eq!(house.only_case().escalated, 1);
    house.wait(Duration::days(7));
    assert_eq!(house.state.cases[&case].stage, Stage::Published);
    assert!(house.state.findings.values().all(|finding| finding.level == Level::Provisional));
    let proposal = house.proposal(case, "RU");
    house.ask("seat.fr", Command::MoveFinding { case, proposal }).unwrap();
    vote(&mut house, case, &["seat.fr", "seat.gb", "seat.de", "seat.us"], Vote::For);
    assert_eq!(house.only_case().stage, Stage::Vote);
    vote(&mut house, case, &["seat.it"], Vote::For);
    house.wait(Duration::days(2));
    house.wait(Duration::days(1));
    assert_eq!(
        house.state.findings.len(),
        2,
        "carried at the deadline; unsigned seats hold back nothing"
    );
    let confirmed = house.state.findings.values().find(|f| f.level == Level::Confirmed).unwrap();
    assert!(confirmed.supersedes.is_some() && confirmed.signatures.is_empty());
}

#[test]
fn any_party_opens_a_case_but_not_against_those_who_would_judge() {
    let mut house = House::paris();
    let open = |accused: &[&str]| Command::OpenCase {
        title: "Shelling".into(),
        articles: vec!["1".into()],
        accused: accused.iter().map(|party| (*party).into()).collect(),
        when: Interval::at("2026-05-01T03:00:00Z".parse().unwrap()),
        account: "Our village was shelled.".into(),
        cited: vec![],
    };
    house.ask("ru.liaison", open(&["UA"])).unwrap();
    assert_eq!(house.only_case().complainant, Some("RU".into()));
    let refusal = house.ask("ru.liaison", open(&["FR", "GB", "DE"])).unwrap_err();
    assert_eq!(refusal.code, "not-a-respondent");
}

#[test]
fn broken_custody_stops_a_vote_that_is_under_way() {
    let mut house = House::paris();
    let case = heard(&mut house);
    let digest = Digest::of(b"photograph");
    let exhibit = serde_json::json!({
        "digest": digest, "title": "crater", "media_type": "image/jpeg", "size_bytes": 10
    });
    let exhibit: Box<Exhibit> = serde_json::from_value(exhibit).unwrap();
    house.ask("ua.liaison", Command::AddExhibit { case, exhibit }).unwrap();
    let proposal = house.proposal(case, "RU");
    house.ask("seat.fr", Command::MoveFinding { case, proposal }).unwrap();
    vote(&mut house, case, &["seat.fr"], Vote::For);
    let transfer = Transfer {
        at: house.at,
        from: "ua.liaison".into(),
        to: "seat.de".into(),
        purpose: "inspection".into(),
        found: Digest::of(b"retouched"),
    };
    house.ask("seat.de", Command::TransferExhibit { case, exhibit: digest, transfer }).unwrap();
    let refusal = house.ask("seat.de", Command::Vote { case, vote: Vote::For }).unwrap_err();
    assert_eq!(refusal.code, "prerequisite-open-custody");
    assert!(refusal.hint.unwrap().contains("set \"crater\" aside"));
    let reason = "its bytes changed on the way".to_owned();
    house.ask("seat.gb", Command::SetAside { case, exhibit: digest, reason }).unwrap();
    vote(&mut house, case, &["seat.de"], Vote::For);
}

#[test]
fn a_party_named_late_gets_its_time_to_answer() {
    let mut house = House::paris();
    let case = heard(&mut house);
    let mut proposal = house.proposal(case, "UA");
    let refusal = house
        .ask("seat.fr", Command::MoveFinding { case, proposal: proposal.clone() })
        .unwrap_err();
    assert_eq!(refusal.code, "responsible-not-heard");
    house.ask("seat.fr", hypothesis(case, Cause::Party("UA".into()))).unwrap();
    assert_eq!(house.only_case().stage, Stage::Reply);
    proposal.responsibility = Responsibility::Both;
    let refusal = house.ask("seat.fr", Command::MoveFinding { case, proposal }).unwrap_err();
    assert_eq!(refusal.code, "not-in-deliberation");
}

#[test]
fn an_account_that_mixes_proof_and_likelihood_is_refused() {
    let mut house = House::paris();
    let case = heard(&mut house);
    let mut proposal = house.proposal(case, "RU");
    proposal.account = "With high confidence it is very likely their doing.".into();
    let refusal = house.ask("seat.fr", Command::MoveFinding { case, proposal }).unwrap_err();
    assert_eq!(refusal.code, "proof-and-likelihood-mixed");
}

#[test]
fn failing_motions_buy_no_time() {
    let mut house = House::paris();
    let case = heard(&mut house);
    let until = house.only_case().due;
    let proposal = house.proposal(case, "RU");
    house.ask("seat.fr", Command::MoveFinding { case, proposal }).unwrap();
    let seats = ["seat.fr", "seat.gb", "seat.de", "seat.it"];
    vote(&mut house, case, &seats, Vote::Against);
    assert_eq!((house.only_case().stage, house.only_case().due), (Stage::Deliberation, until));
    assert!(house.only_case().motion.is_none());
}

#[test]
fn joined_cases_hear_everybody_again_and_a_split_one_keeps_what_was_said() {
    let mut house = House::paris();
    let first = heard(&mut house);
    house.hear(&[allegation("b", 20, 30.5, 50.0, "RU"), allegation("c", 20, 30.5, 50.0, "RU")]);
    let second = *house.state.cases.keys().find(|case| **case != first).unwrap();
    house.ask("seat.fr", Command::JoinCases { into: first, from: vec![second] }).unwrap();
    assert_eq!(house.state.cases[&first].cited.len(), 3);
    assert_eq!(house.state.cases[&first].stage, Stage::Docket, "the second was never notified");
    let one = *house.state.cases[&first].cited.keys().next().unwrap();
    let split = Command::SplitCase { case: first, title: "apart".into(), allegations: vec![one] };
    house.ask("seat.fr", split).unwrap();
    let part = &house.state.cases[&house.state.case_of[&one]];
    assert_eq!((part.cited.len(), part.statements.len(), part.follows), (1, 1, Some(first)));
    assert_eq!(house.replayed(), house.state);
}
