//! The built-in agreements' pledges read without a mistake, and name only known parties.

mod house;

use commission::Level;
use house::{House, at, by_south, finding};
use kernel::{SourceText, Truth};

macro_rules! folder {
    ($name:literal) => {
        [
            ("pledges.toml", include_str!(concat!("../../../agreements/", $name, "/pledges.toml"))),
            ("parties.toml", include_str!(concat!("../../../agreements/", $name, "/parties.toml"))),
        ]
    };
}

#[test]
fn both_agreements_read() {
    for files in [folder!("paris"), folder!("sample-truce")] {
        let own = |(file, text): (&str, &str)| (file.to_owned(), text.to_owned());
        let text = SourceText(files.map(own).into());
        let (register, mistakes) = guarantees::read(&text);
        assert!(mistakes.is_empty(), "{mistakes:#?}");
        assert!(register.pledges.len() > 2);
        let parties = text.file("parties.toml").unwrap_or_default();
        for party in register.parties() {
            assert!(parties.contains(&format!("id = \"{party}\"")), "no party {party}");
        }
    }
}

/// The record takes entries of at most 65,535 bytes (docs/design/0010-record.md).
#[test]
fn weighing_every_paris_pledge_fits_the_record() {
    let [(_, pledges), _] = folder!("paris");
    let mut house = House::founded(pledges);
    let found = finding(Level::Confirmed, 3, by_south(), "2026-05-02");
    house.find(&found);
    house.state_fact("ceasefire-in-force", None, Truth::Yes, at("2026-04-20"));
    house.state_fact("host-request", None, Truth::Yes, at("2026-05-02"));
    let weighed = house.state.not_triggered(found.id).count() + house.state.obligations().len();
    assert!(weighed > 50, "{weighed} pledges weighed");
    for (entry, _) in &house.record {
        let bytes = kernel::canonical(entry).unwrap().len();
        assert!(bytes < 50_000, "{} is {bytes} bytes", entry.kind().0);
    }
}

/// Who owes what under the Paris file after a confirmed finding, once the host has asked: the
/// ladder's first step and the bilateral consultations, and nothing that waits for a parliament.
#[test]
fn paris_owes_consultations_and_the_first_step() {
    let [(_, pledges), _] = folder!("paris");
    let mut house = House::founded(&pledges.replace("\"RU\"", "\"South\""));
    house.now = at("2026-04-20");
    house.state_fact("ceasefire-in-force", None, Truth::Yes, at("2026-04-20"));
    house.find(&finding(Level::Confirmed, 3, by_south(), "2026-05-02"));
    let owed = |house: &House, part: &str| {
        let all = house.state.obligations().values().filter(|owed| owed.pledge.contains(part));
        all.map(|owed| (owed.due, owed.counted_from)).collect::<Vec<_>>()
    };
    assert_eq!(
        owed(&house, "ladder.1"),
        [(at("2026-05-02T06:00:00Z"), at("2026-05-01T06:00:00Z")); 4]
    );
    assert!(owed(&house, "consult").is_empty());
    house.now = at("2026-05-02T09:00:00Z");
    house.state_fact("host-request", None, Truth::Yes, at("2026-05-02T08:00:00Z"));
    assert_eq!(owed(&house, "consult"), [(at("2026-05-03T09:00:00Z"), house.now); 8]);
    assert!(owed(&house, "military").is_empty() && owed(&house, "backstop").is_empty());
    assert!(owed(&house, "relief").is_empty() && owed(&house, ".none").is_empty());
}
