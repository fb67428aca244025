//! What a whole silent network says against a report: weighed down by its chance of noticing, never to
//! nothing, and only where and while it listened.
#![allow(clippy::disallowed_methods, reason = "a test world, not a recorded fact")]

mod common;

use common::{microphones, report, source};
use kernel::{Duration, Interval, ObservationId, Place, Time};
use watch::entry::Outage;
use watch::outage::OutageKind;
use watch::{
    Arrival, Change, Class, Content, Engine, Incident, Observation, Phase, Settings, Shape, Signal,
    Source, Up,
};

const MIDDLE: Place = Place { lon: 36.2, lat: 47.6 };

fn noon() -> Time {
    Time::from_date(2026, 3, 2).unwrap() + Duration::hours(12)
}

/// Thirty microphones two kilometres apart.
fn network() -> Source {
    let at = |at: i32| (f64::from(at % 6) - 2.5, f64::from(at / 6) - 2.0);
    microphones((0..30).map(at).map(|(east, north)| MIDDLE.shifted_m(2e3 * east, 2e3 * north)))
}

fn of_network(name: &str, when: Interval, content: Content) -> Observation {
    Observation {
        id: ObservationId::of("acoustic-line", format!("{name} {when:?}").as_bytes()),
        line: 1,
        when,
        shape: Shape::Station { place: None },
        content,
    }
}

/// A single onset of nothing, which shows that the network was there.
fn onset(hours: i64) -> Observation {
    let content = Content::Arrival(Arrival {
        station: "M0".to_owned(),
        phase: Phase::Acoustic,
        error_s: None,
        signal: Signal::default(),
    });
    of_network("M0", Interval::at(noon() + Duration::hours(hours)), content)
}

fn up(from: i64, until: i64) -> Observation {
    let when =
        Interval { start: noon() + Duration::hours(from), end: noon() + Duration::hours(until) };
    of_network("up", when, Content::Up(Up { station: String::new(), usable: true }))
}

fn said(away_m: f64) -> Observation {
    let shape = Shape::Point {
        place: MIDDLE.shifted_m(away_m, 0.0).rounded(),
        along_m: 400.0,
        across_m: 400.0,
        azimuth_deg: 0.0,
    };
    let minutes = Duration::seconds(600);
    let when = Interval { start: noon(), end: noon() + minutes };
    report("patrol-a", shape, when, Class::Explosion, 1)
}

/// The one incident of a report, after the network has said what it said.
fn told(heard: Vec<Observation>, away_m: f64, lost: bool) -> Incident {
    let mut engine = Engine::new(Settings::default());
    engine.absorb(&source("patrol-a"), vec![said(away_m)]);
    let mut last = None;
    let mut take = |changes: Vec<Change>| {
        for change in changes {
            if let Change::Added(incident) | Change::Revised(incident) = change {
                last = Some(*incident);
            }
        }
    };
    take(engine.assemble());
    engine.absorb(&network(), heard);
    if lost {
        let outage = Outage {
            source: "acoustic-line".into(),
            from: noon() + Duration::hours(-1),
            until: Some(noon() + Duration::hours(1)),
            kind: OutageKind::Jamming,
            reason: "the link was jammed".into(),
        };
        engine.tell_outages(&"acoustic-line".into(), [&outage].into_iter());
    }
    take(engine.assemble());
    last.unwrap()
}

#[test]
fn a_silent_network_weighs_down_what_only_a_report_says() {
    let alone = told(vec![], 0.0, false);
    let amid = told(vec![onset(-3), onset(3)], 0.0, false);
    assert!(alone.silence.is_none());
    let silence = amid.silence.unwrap();
    assert!(silence.stations >= 20 && silence.missed.value() < 0.7, "{silence:?}");
    let odds =
        |incident: &Incident| incident.real.value() / (1.0 - incident.real.value()).max(1e-9);
    assert!(odds(&amid) < odds(&alone), "{amid:?} {alone:?}");
    assert!(amid.classes.share(&Class::Explosion) < alone.classes.share(&Class::Explosion));
    // Networks fail as a whole now and then: a witness is never struck out by silence.
    assert!(amid.real.value() > 0.1 && amid.classes.share(&Class::Explosion) > 0.05);
}

#[test]
fn only_what_listened_there_and_then_is_silent() {
    let far = told(vec![onset(-3), onset(3)], 150_000.0, false);
    let before = told(vec![onset(-6), onset(-3)], 0.0, false);
    let lost = told(vec![onset(-3), onset(3)], 0.0, true);
    let other_hours = told(vec![onset(-3), onset(3), up(-3, -2), up(2, 3)], 0.0, false);
    for incident in [far, before, lost, other_hours] {
        assert_eq!(incident.silence, None);
    }
    assert!(told(vec![up(-3, 3)], 0.0, false).silence.is_some());
}

#[test]
fn it_does_not_matter_who_came_first() {
    let mut engine = Engine::new(Settings::default());
    engine.absorb(&network(), vec![onset(3), onset(-3)]);
    engine.absorb(&source("patrol-a"), vec![said(0.0)]);
    let changes = engine.assemble();
    let [Change::Added(first)] = &changes[..] else { panic!("{changes:?}") };
    let later = told(vec![onset(-3), onset(3)], 0.0, false);
    assert_eq!(
        (first.real, &first.classes, first.silence),
        (later.real, &later.classes, later.silence)
    );
}
