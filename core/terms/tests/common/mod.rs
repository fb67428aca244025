//! What the terms' tests share: the built-in agreements, incidents made by hand, facts and notices.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::path::Path;
use std::sync::Arc;

use kernel::{
    CountRange, Duration, Interval, Place, PlaceBelief, Probability, Shares, SourceText, Stamp,
    Time, Truth,
};
use terms::{Agreement, Entry, Notice, NoticeId, State};
use watch::incident::Claim;
use watch::{Class, Incident, IncidentId, Product};

/// The terms' files of one of the built-in agreements.
pub fn folder(name: &str) -> SourceText {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../agreements").join(name);
    let mut source = SourceText::default();
    for file in [terms::read::AGREEMENT, terms::read::PARTIES, terms::read::ZONES] {
        #[expect(clippy::disallowed_methods, reason = "a test reads the agreements where they lie")]
        let text = std::fs::read_to_string(root.join(file)).expect(file);
        source.0.insert(file.to_owned(), text);
    }
    source
}

/// The agreement in `source`, which must have no mistake.
pub fn clean(source: &SourceText) -> Agreement {
    let (agreement, mistakes) = terms::read(source);
    assert!(mistakes.is_empty(), "{mistakes:#?}");
    agreement
}

/// T0 of the tests.
pub fn start() -> Time {
    "2026-03-01T00:00:00Z".parse().expect("a moment")
}

pub fn stamp(position: u64, at: Time, by: &str) -> Stamp {
    Stamp { position, at, by: by.into() }
}

/// A house in which the ceasefire came into force at T0, as was stated an hour later.
pub fn in_force(agreement: Agreement) -> State {
    let mut state = State::new(Arc::new(agreement));
    let known = stamp(1, start() + Duration::hours(1), "secretariat");
    state.evolve(&fact("ceasefire-in-force", None, Truth::Yes, start()), &known);
    state
}

pub fn fact(name: &str, subject: Option<&str>, holds: Truth, since: Time) -> Entry {
    let subject = subject.map(str::to_owned);
    Entry::FactStated { fact: name.into(), subject, holds, since, basis: None }
}

pub fn notice(kind: &str, window: Interval, center: Place, radius_m: f64, known: Time) -> Notice {
    let id = NoticeId::of(format!("{kind}{window:?}{known}").as_bytes());
    let (text, by) = (String::new(), "secretariat".into());
    Notice { id, kind: kind.into(), window, center, radius_m, party: None, text, known, by }
}

/// An incident a day after T0 that surely happened.
pub fn incident(name: &str, place: Place, sigma_m: f64, class: Class) -> Incident {
    Incident {
        id: IncidentId::of(name.as_bytes()),
        version: 1,
        product: Product::Automatic1,
        when: Interval::at(start() + Duration::hours(24)),
        place: PlaceBelief::round(place, sigma_m),
        classes: Shares::certain(class),
        real: Probability::ONE,
        count: CountRange::exactly(1),
        members: Vec::new(),
        independent_groups: 2,
        abnormality: None,
        claims: Vec::new(),
        replaces: Vec::new(),
        caveats: Vec::new(),
        located: vec![],
        silence: None,
        review: None,
        since_review: None,
        set_aside: vec![],
        path: vec![],
        lapse: None,
        withdrawn: false,
    }
}

pub fn claim(by: &str, against: &str, reports: u32) -> Claim {
    Claim { by: by.into(), against: Some(against.into()), reports }
}
