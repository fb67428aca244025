//! A broken station is found from what the network heard together, and a sound network accuses nobody.
#![allow(clippy::disallowed_methods, reason = "a test world, not a recorded fact")]

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::{Dice, arrival, microphones, report, source};
use kernel::{Duration, Interval, Place, Probability, Stamp, Time};
use watch::entry::Entry;
use watch::state::State;
use watch::trust::State as Trust;
use watch::trust_doubt::SourceDoubted;
use watch::{
    Change, Class, Engine, Incident, IncidentId, Observation, Product, SetAside, Settings, Shape,
    Source,
};

const MIDDLE: Place = Place { lon: 36.2, lat: 47.6 };
const BROKEN: usize = 14;

/// Microphones four kilometres apart; the broken one stands `east_m` beside where it is said to.
fn network(east_m: f64) -> Source {
    microphones((0..36).map(|at| {
        let (east, north) = ((at % 6) as f64 - 2.5, (at / 6) as f64 - 2.5);
        let astray_m = if at == BROKEN { east_m } else { 0.0 };
        MIDDLE.shifted_m(4e3 * east - astray_m, 4e3 * north)
    }))
}

/// What goes wrong with the broken one.
#[derive(Clone, Copy)]
enum Fault {
    No,
    Dead,
    Late(f64),
    /// Late between two of the hours.
    LateBetween(f64, i64, i64),
}

const HOURS: i64 = 60;

fn start() -> Time {
    "2026-04-21T10:00:00Z".parse().unwrap()
}

/// Where 60 explosions were, an hour from one to the next, and what is heard of them, with a false
/// onset beside each.
fn heard(fault: Fault) -> (Vec<Place>, Vec<Observation>) {
    let mut dice = Dice(7);
    let real = network(0.0);
    let (mut places, mut heard) = (Vec::new(), Vec::new());
    for hour in 0..HOURS {
        let at = start() + Duration::hours(hour);
        let (east, north) = (dice.next() - 0.5, dice.next() - 0.5);
        let place = MIDDLE.shifted_m(14_000.0 * east, 14_000.0 * north);
        places.push(place);
        for (number, station) in real.stations.iter().enumerate() {
            let far_m = place.distance_m(station.place());
            let noticed = far_m < 9_000.0 && dice.next() < 0.9;
            let mut travel_s = far_m / 340.0 + 0.02 * dice.normal();
            match fault {
                Fault::Dead if number == BROKEN => continue,
                Fault::Late(by_s) if number == BROKEN => travel_s += by_s,
                Fault::LateBetween(by_s, from, to)
                    if number == BROKEN && (from..to).contains(&hour) =>
                {
                    travel_s += by_s;
                }
                _ => {}
            }
            if noticed {
                heard.push(arrival(&station.name, at + Duration((travel_s * 1e6) as i64)));
            }
        }
        let strayed = real.stations[dice.pick(35) % BROKEN].name.clone();
        heard.push(arrival(&strayed, at + Duration::seconds((dice.next() * 3_000.0) as i64)));
    }
    (places, heard)
}

/// The record as far as it matters here: current incidents, what is said of sources, and how many
/// entries there are.
struct Book {
    engine: Engine,
    state: State,
    current: BTreeMap<IncidentId, Incident>,
    entries: u64,
}

impl Book {
    fn of(stated: &Source, heard: Vec<Observation>) -> Self {
        let mut engine = Engine::new(Settings::default());
        engine.absorb(stated, heard);
        let (state, current) = (State::default(), BTreeMap::new());
        let mut book = Self { engine, state, current, entries: 0 };
        book.assemble();
        book
    }

    fn assemble(&mut self) -> usize {
        let changes = self.engine.assemble();
        let count = changes.len();
        for change in changes {
            match change {
                Change::Added(incident) | Change::Revised(incident) => {
                    self.current.insert(incident.id, *incident);
                }
                Change::Replaced { id, .. } => drop(self.current.remove(&id)),
            }
        }
        self.current.retain(|_, incident| !incident.withdrawn);
        count
    }

    fn take(&mut self, doubt: &SourceDoubted) {
        self.entries += 1;
        let stamp = Stamp { position: self.entries, at: start(), by: "house".into() };
        self.state.evolve(&Entry::SourceDoubted(doubt.clone()), &stamp);
        self.engine.take_doubt(doubt, self.entries);
    }

    fn check(&mut self) -> Vec<SourceDoubted> {
        let doubts = self.engine.check(&self.state).doubts;
        doubts.iter().for_each(|doubt| self.take(doubt));
        self.assemble();
        doubts
    }

    /// How far off the located explosions are, metres, and what of them is set aside.
    fn errors(&self, places: &[Place]) -> (f64, Vec<&SetAside>) {
        let (mut sum, mut count, mut aside) = (0.0, 0.0, Vec::new());
        for incident in self.current.values().filter(|incident| incident.members.len() > 4) {
            let hour = (incident.when.middle() - start()).as_seconds() / 3_600.0;
            let Some(place) = places.get(hour.round() as usize) else { continue };
            let off_m = incident.place.mean.distance_m(*place);
            sum += off_m * off_m;
            count += 1.0;
            aside.extend(&incident.set_aside);
        }
        ((sum / count).sqrt(), aside)
    }
}

fn said(stated: &Source, fault: Fault) -> Vec<SourceDoubted> {
    let mut book = Book::of(stated, heard(fault).1);
    let doubts = book.check();
    assert_eq!(book.check(), [], "nothing is said twice, and a doubt keeps its ground");
    doubts
}

fn only_the_broken(doubts: &[SourceDoubted]) -> &SourceDoubted {
    let [doubt] = doubts else { panic!("{doubts:#?}") };
    assert_eq!(doubt.station.as_deref(), Some("M14"));
    assert!(doubt.probability.value() >= 0.95 && !doubt.evidence.is_empty());
    doubt
}

#[test]
fn a_sound_network_accuses_nobody() {
    assert_eq!(said(&network(0.0), Fault::No), []);
}

#[test]
fn a_dead_station_is_found() {
    let doubts = said(&network(0.0), Fault::Dead);
    let doubt = only_the_broken(&doubts);
    assert_eq!(doubt.state, Trust::Deaf);
    assert!(doubt.silence_weight.value() < 0.1);
}

#[test]
fn a_station_a_kilometre_off_is_found() {
    let doubts = said(&network(1_000.0), Fault::No);
    only_the_broken(&doubts);
}

#[test]
fn a_clock_is_found_whether_association_still_takes_it_or_not() {
    for late_s in [1.0, 1.5, 20.0, 70.0] {
        let doubts = said(&network(0.0), Fault::Late(late_s));
        let doubt = only_the_broken(&doubts);
        assert_eq!(doubt.state, Trust::DriftingClock, "{late_s} s: {doubt:?}");
        assert!(doubt.weight.value() < 0.4 && doubt.silence_weight.value() < 0.4);
    }
}

#[test]
fn what_a_doubted_station_heard_is_set_aside_and_moves_nothing() {
    let (places, heard) = heard(Fault::Late(1.0));
    let mut book = Book::of(&network(0.0), heard);
    let (before_m, none) = book.errors(&places);
    assert!(none.is_empty());
    let doubts = book.check();
    let doubt = only_the_broken(&doubts);
    let (after_m, aside) = book.errors(&places);
    assert!(after_m < 0.8 * before_m, "{before_m} m with it, {after_m} m without");
    assert!(aside.len() > 10, "{}", aside.len());
    for one in &aside {
        assert_eq!((one.state, one.entry), (doubt.state, 1));
        let residual = one.residual.unwrap();
        assert!((residual.value - 1.0).abs() < 4.0 * residual.sigma + 0.1, "{residual:?}");
    }
    let counted = aside.iter().map(|one| one.observation).collect::<BTreeSet<_>>();
    let members = book.current.values().flat_map(|incident| &incident.members);
    assert!(members.clone().all(|member| !counted.contains(&member.observation)));
}

#[test]
fn a_doubt_holds_from_its_moment_until_it_is_lifted() {
    let (places, heard) = heard(Fault::LateBetween(1.0, 15, 30));
    let mut book = Book::of(&network(0.0), heard);
    // As it would have been found on the way, and lifted after.
    let at = |hour| Some(start() + Duration::hours(hour));
    let doubt = SourceDoubted {
        source: "acoustic-line".into(),
        station: Some("M14".into()),
        state: Trust::DriftingClock,
        probability: Probability::ONE,
        since: at(15),
        weight: Probability::ZERO,
        silence_weight: Probability::ZERO,
        evidence: vec!["its times lie a second off".into()],
    };
    let free = book.current.clone();
    book.take(&doubt);
    assert!(book.assemble() > 0);
    let lifted = SourceDoubted {
        state: Trust::Sound,
        since: at(30),
        weight: Probability::ONE,
        silence_weight: Probability::ONE,
        ..doubt
    };
    book.take(&lifted);
    assert!(book.assemble() > 0, "what it heard after its repair counts again");
    let (_, aside) = book.errors(&places);
    assert!((5..=15).contains(&aside.len()), "{}", aside.len());
    book.take(&SourceDoubted { since: None, ..lifted });
    book.assemble();
    let plain = |incidents: &BTreeMap<IncidentId, Incident>| -> Vec<Incident> {
        let plain = |one: &Incident| Incident {
            version: 1,
            product: Product::Automatic1,
            replaces: vec![],
            ..one.clone()
        };
        incidents.values().map(plain).collect()
    };
    assert_eq!(plain(&book.current), plain(&free), "lifted without a moment, it never stood");
}

#[test]
fn it_does_not_matter_whether_the_doubt_or_the_data_came_first() {
    let (_, heard) = heard(Fault::Late(1.0));
    let mut late = Book::of(&network(0.0), heard.clone());
    let doubts = late.check();
    let mut early = Book::of(&network(0.0), vec![]);
    doubts.iter().for_each(|doubt| early.take(doubt));
    for part in heard.chunks(97) {
        early.engine.absorb(&network(0.0), part.to_vec());
        early.assemble();
    }
    assert_eq!(early.check(), []);
    let places = |book: &Book| -> Vec<_> {
        let said = |one: &Incident| (one.place, one.members.clone(), one.set_aside.clone());
        book.current.values().map(said).collect()
    };
    assert_eq!(places(&early), places(&late));
}

#[test]
fn what_a_doubted_person_said_stays_with_little_chance_and_a_caveat() {
    let place = Shape::Area { center: MIDDLE, radius_m: 500.0 };
    let when = Interval { start: start(), end: start() + Duration::hours(1) };
    let one = report("patrol-west", place, when, Class::ArtilleryFire, 1);
    let mut book = Book::of(&source("patrol-west"), vec![one]);
    let before = book.current.values().next().unwrap().clone();
    assert!(!before.caveats.contains(&"doubted-source".to_owned()));
    book.take(&SourceDoubted {
        source: "patrol-west".into(),
        station: None,
        state: Trust::Inventing,
        probability: Probability::ONE,
        since: None,
        weight: Probability::new(0.1),
        silence_weight: Probability::ONE,
        evidence: vec!["nine of ten things it told nobody else noticed".into()],
    });
    assert_eq!(book.assemble(), 1);
    let after = book.current.values().next().unwrap();
    assert_eq!((after.id, after.version), (before.id, 2));
    assert!(after.real.value() < 0.11 && after.caveats.contains(&"doubted-source".to_owned()));
    let sure = report("patrol-east", place, when, Class::ArtilleryFire, 2);
    book.engine.absorb(&source("patrol-east"), vec![sure]);
    book.assemble();
    let [joined] = book.current.values().collect::<Vec<_>>()[..] else { panic!() };
    assert_eq!((joined.members.len(), joined.set_aside.len()), (1, 1));
    assert!(joined.real.value() > 0.8);
}
