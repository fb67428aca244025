//! Submissions signed elsewhere: whose they are, that nothing in them was changed, and that they
//! count once.

use desk::keys;
use kernel::{Duration, Identity, Time};
use record::{Draft, Entry};
use secretariat::Command;
use serde_json::{Value, json};

use crate::house::{House, code, command, founded};

const KIND: &str = "terms/take-position";

fn at() -> Time {
    founded() + Duration::hours(1)
}

fn position(text: &str) -> Value {
    json!({"command": "take-position", "article": "2", "stance": "disputed", "text": text})
}

/// An entry by `by`, signed by the key of `signer` for the log `origin`.
fn signed(by: &str, signer: &str, origin: &str, body: Value) -> Entry {
    let (by, kind) = (Identity::from(by), KIND.to_owned());
    let draft = Draft { at: at(), by: by.clone(), kind, version: 1, body };
    let key = keys::of_exercise(signer, 1).unwrap();
    if signer == by.as_str() {
        return draft.sign(origin, &key).unwrap();
    }
    let signature = key.sign(&draft.bytes_to_sign(origin).unwrap());
    let Draft { at, by, kind, version, body } = draft;
    Entry { at, by, kind, version, body, signature }
}

fn said(entry: &Entry) -> Command {
    command(&entry.kind, entry.body.clone())
}

#[test]
fn only_the_submitters_own_key_on_this_log_and_these_words_will_do() {
    let mut house = House::of("sample-truce");
    let origin = house.desk.origin().to_owned();
    let good = signed("north.liaison", "north.liaison", &origin, position("as signed"));
    let mut edited = good.clone();
    edited.body = position("as edited");
    let mut renamed = good.clone();
    renamed.by = "south.liaison".into();
    let forged = [
        signed("north.liaison", "south.liaison", &origin, position("as signed")),
        signed("north.liaison", "north.liaison", "servanda-elsewhere", position("as signed")),
        edited,
        renamed,
    ];
    for entry in forged {
        let answer = house.desk.submit_signed(entry.clone(), said(&entry));
        assert_eq!(code(answer), "signature-does-not-hold");
    }
    let unknown = signed("nobody", "nobody", &origin, position("hello"));
    assert_eq!(code(house.desk.submit_signed(unknown.clone(), said(&unknown))), "identity-unknown");
    let as_house = signed("house", "house", &origin, position("hello"));
    assert_eq!(
        code(house.desk.submit_signed(as_house.clone(), said(&as_house))),
        "house-signs-here"
    );
    assert_eq!(house.desk.size(), 1);
    house.desk.submit_signed(good.clone(), said(&good)).unwrap();
}

#[test]
fn what_was_said_counts_once_whoever_repeats_it() {
    let mut house = House::of("sample-truce");
    let origin = house.desk.origin().to_owned();
    let entry = signed("north.liaison", "north.liaison", &origin, position("once"));
    house.desk.submit_signed(entry.clone(), said(&entry)).unwrap();
    assert_eq!(code(house.desk.submit_signed(entry.clone(), said(&entry))), "seen-before");
    let mut house = house.reopened();
    assert_eq!(code(house.desk.submit_signed(entry.clone(), said(&entry))), "seen-before");
    house.submit("satellite", &[]).unwrap_err();
    house.ask("south.liaison", KIND, position("later"), at() + Duration::hours(1)).unwrap();
    assert_eq!(code(house.desk.submit_signed(entry.clone(), said(&entry))), "seen-before");
    let late = signed("north.liaison", "north.liaison", &origin, position("too late"));
    let answer = house.desk.submit_signed(late.clone(), said(&late));
    assert_eq!(code(answer), "dated-before-the-record");
}

#[test]
fn an_office_may_say_the_same_again() {
    let mut house = House::of("sample-truce");
    for _ in 0..3 {
        house.ask("north.liaison", KIND, position("again"), at()).unwrap();
    }
    assert_eq!(house.desk.house().state().terms.positions().len(), 3);
    assert_eq!(house.desk.last(), at() + Duration(2));
}

#[test]
fn what_is_too_long_is_refused_and_the_house_goes_on() {
    let mut house = House::of("sample-truce");
    let long = position(&"x".repeat(70_000));
    assert_eq!(code(house.ask("north.liaison", KIND, long, at())), "entry-too-long");
    // Fits as a submission; what follows from it is the same text and fits as well.
    house.ask("north.liaison", KIND, position(&"x".repeat(60_000)), at()).unwrap();
    let accents = position(&"\u{1}".repeat(10_900));
    let answer = house.ask("north.liaison", KIND, accents, at());
    assert!(answer.is_ok() || code(answer) == "entry-too-long");
    let size = house.desk.size();
    house.ask("north.liaison", KIND, position("short"), at()).unwrap();
    let house = house.reopened();
    assert_eq!(house.desk.size(), size + 2);
}

#[test]
fn a_case_cites_allegations_as_they_are_recorded() {
    let mut house = House::of("sample-truce");
    let story = crate::story::truce(2);
    for step in story.steps(0) {
        house.take(&step);
    }
    let state = house.desk.house().state();
    let free = |one: &&terms::Allegation| !state.commission.case_of.contains_key(&one.id);
    let allegation = state.terms.allegations().values().find(free).expect("all are before a case");
    let known = commission::Cited::from(allegation);
    let open = |cited: &Value| {
        json!({"command": "open-case", "title": "By hand", "articles": ["1"], "accused": ["South"],
            "when": {"start": story.t0(), "end": story.t0()}, "account": "As cited.", "cited": [cited]})
    };
    let honest = serde_json::to_value(&known).unwrap();
    let (mut raised, mut unknown) = (honest.clone(), honest.clone());
    raised["severity"] = json!(known.severity + 1);
    unknown["allegation"] = json!("ALG-0000000000000000");
    let now = house.desk.last();
    for wrong in [raised, unknown] {
        let answer = house.ask("north.liaison", "commission/open-case", open(&wrong), now);
        assert_eq!(code(answer), "allegation-not-as-recorded");
    }
    house.ask("north.liaison", "commission/open-case", open(&honest), now).unwrap();
}

#[test]
fn a_batch_signed_elsewhere_must_be_summed_up_as_it_reads() {
    let mut house = House::of("sample-truce");
    let bytes = b"local_id,from,lon,lat,kind\n1,2026-03-02T10:00:00Z,20.0,40.0,explosion\n";
    let digest = house.desk.seal(bytes).unwrap();
    let origin = house.desk.origin().to_owned();
    let summed_up = |observations: u64, reader: &str| {
        let body = json!({"command": "receive-batch", "batch": {
            "digest": digest, "size_bytes": bytes.len(), "source": "north-log", "reader": reader,
            "first_line": 1, "lines": 2, "observations": observations, "problems": 0, "duplicates": 0,
        }});
        let draft = Draft {
            at: Time::from_day_text("2026-03-20").unwrap(),
            by: "north.liaison".into(),
            kind: "watch/receive-batch".to_owned(),
            version: 1,
            body,
        };
        draft.sign(&origin, &keys::of_exercise("north.liaison", 1).unwrap()).unwrap()
    };
    for entry in [summed_up(2, "party-log/1"), summed_up(1, "tea-leaves/1")] {
        let answer = house.desk.submit_signed(entry.clone(), said(&entry));
        assert_eq!(code(answer), "batch-misstated");
    }
    let entry = summed_up(1, "party-log/1");
    house.desk.submit_signed(entry.clone(), said(&entry)).unwrap();
}
