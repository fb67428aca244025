//! Deadlines: what fell due before a late submission falls due before it on the record.

use desk::keys;
use kernel::Duration;
use record::{Draft, Entry};
use serde_json::json;
use stores::RecordReader;

use crate::house::{House, command, founded};

fn kinds(house: &House, from: u64) -> Vec<String> {
    let entries = house.desk.log().read(from..u64::MAX).unwrap();
    entries.map(|stored| Entry::read(&stored.unwrap().bytes).unwrap().kind).collect()
}

/// The lists of guns are owed seven days after T0, and nobody has handed one in.
fn house_with_lists_owed() -> House {
    let mut house = House::of("sample-truce");
    house.state_fact("secretariat", "ceasefire-in-force", founded() + Duration::hours(1));
    house
}

#[test]
fn the_clock_advances_before_a_late_submission() {
    let mut house = house_with_lists_owed();
    let size = house.desk.size();
    let late = founded() + Duration::days(8);
    let body = json!({"command": "state-fact", "fact": "inventory-received", "subject": "North", "holds": "yes", "since": late});
    house.ask("secretariat", "terms/state-fact", body, late).unwrap();
    let followed = kinds(&house, size);
    assert_eq!(followed[0], "house/advance-clock");
    assert_eq!(followed.iter().filter(|kind| *kind == "terms/omission-raised").count(), 2);
    let stated = followed.iter().position(|kind| kind == "terms/state-fact").unwrap();
    let raised = followed.iter().rposition(|kind| kind == "terms/omission-raised").unwrap();
    assert!(raised < stated, "{followed:?}");
    assert_eq!(house.desk.house().state().terms.omissions().len(), 2);
}

#[test]
fn a_submission_signed_elsewhere_does_not_overtake_a_deadline_either() {
    let mut house = house_with_lists_owed();
    let size = house.desk.size();
    let body =
        json!({"command": "take-position", "article": "2", "stance": "accepted", "text": "late"});
    let draft = Draft {
        at: founded() + Duration::days(8),
        by: "north.liaison".into(),
        kind: "terms/take-position".into(),
        version: 1,
        body: body.clone(),
    };
    let key = keys::of_exercise("north.liaison", 1).unwrap();
    let entry = draft.sign(house.desk.origin(), &key).unwrap();
    house.desk.submit_signed(entry, command("terms/take-position", body)).unwrap();
    let followed = kinds(&house, size);
    assert_eq!(followed[0], "house/advance-clock");
    assert_eq!(followed[followed.len() - 2..], ["terms/take-position", "terms/position-taken"]);
}

#[test]
fn nothing_is_written_when_nothing_is_due() {
    let mut house = house_with_lists_owed();
    let size = house.desk.size();
    house.desk.let_fall_due(founded() + Duration::days(6)).unwrap();
    assert_eq!(house.desk.size(), size);
    house.desk.let_fall_due(founded() + Duration::days(8)).unwrap();
    let after = house.desk.size();
    house.desk.let_fall_due(founded() + Duration::days(8)).unwrap();
    assert!(size < after && house.desk.size() == after);
}
