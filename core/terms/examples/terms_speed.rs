//! How fast incidents are held against the Paris rules:
//! `cargo run --release -p servanda-terms --example terms_speed`.
#![expect(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a measurement needs a clock, the agreement's files and a terminal"
)]

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use kernel::{
    CountRange, Duration, Interval, Place, PlaceBelief, Probability, Shares, SourceText, Stamp,
    Time, Truth,
};
use terms::{Entry, State, Verdict, from_incidents};
use watch::{Class, Incident, IncidentId, Product};

const INCIDENTS: usize = 200_000;

fn main() {
    let mut source = SourceText::default();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../agreements/paris");
    for file in [terms::read::AGREEMENT, terms::read::PARTIES, terms::read::ZONES] {
        source.0.insert(file.into(), std::fs::read_to_string(root.join(file)).expect(file));
    }
    let (agreement, mistakes) = terms::read(&source);
    assert!(mistakes.is_empty(), "{mistakes:?}");
    let agreement = Arc::new(agreement);
    let mut state = State::new(agreement);
    let start = Time::from_date(2026, 3, 1).expect("a day");
    let (fact, holds, since) = ("ceasefire-in-force".into(), Truth::Yes, start);
    let entry = Entry::FactStated { fact, subject: None, holds, since, basis: None };
    state.evolve(&entry, &Stamp { position: 1, at: start, by: "secretariat".into() });
    for (name, spread_deg, burning) in [
        ("typical: fires across the country", 9.0, true),
        ("worst: shelling at the line", 0.4, false),
    ] {
        let incidents: Vec<Incident> =
            (0..INCIDENTS).map(|index| incident(index, start, spread_deg, burning)).collect();
        let clock = Instant::now();
        let heard = from_incidents(&state, state.facts(), &incidents, &BTreeSet::new());
        let took = clock.elapsed().as_secs_f64();
        let alleged = heard.iter().filter(|one| one.verdict == Verdict::Alleged).count();
        println!(
            "{name}: {:.0} incidents/s, {alleged} alleged, {} undetermined of {INCIDENTS}",
            INCIDENTS as f64 / took,
            heard.len() - alleged
        );
    }
}

/// Incident number `index`, spread around the middle of the line by golden-ratio steps.
fn incident(index: usize, start: Time, spread_deg: f64, burning: bool) -> Incident {
    let step = |ratio: f64| (index as f64 * ratio).fract() - 0.5;
    let (east, north) = (step(0.618_033_988_7), step(0.754_877_666_2));
    let place = Place { lon: 35.8 + spread_deg * east, lat: 47.6 + spread_deg * 0.5 * north };
    let fires =
        [(Class::OrdinaryFire, 0.7), (Class::AbnormalFire, 0.25), (Class::ArtilleryFire, 0.05)];
    let shots = [(Class::ArtilleryFire, 0.7), (Class::Explosion, 0.3)];
    let from = start + Duration::hours((index % 500) as i64);
    Incident {
        id: IncidentId::of(&index.to_le_bytes()),
        version: 1,
        product: Product::Automatic1,
        when: Interval::new(from, from + Duration::hours(1)),
        place: PlaceBelief::round(place, 400.0),
        classes: if burning { Shares::from_weights(fires) } else { Shares::from_weights(shots) },
        real: Probability::new(0.95),
        count: CountRange { min: 1, max: None },
        members: Vec::new(),
        independent_groups: 1,
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
