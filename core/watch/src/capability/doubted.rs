//! Doubted sources in capability: a silence that counts for little is reckoned as none, so that a
//! doubt never raises the chance that something would have been noticed.

use kernel::{Interval, Place, SourceId, Time};

use super::scene::{Loss, Scene, Scope};
use crate::entry::Outage;
use crate::outage::OutageKind;
use crate::source::SourceKind;
use crate::standing::{Standing, Standings};

/// Silence that counts less than this is none.
pub const COUNTS_FROM: f64 = 0.5;
/// A station is found in a scene by its place, metres.
const SAME_PLACE_M: f64 = 1.0;

/// Times over which a whole source is not to be believed when it is silent, as if it had been out
/// of action.
#[must_use]
pub fn outages(standings: &Standings) -> Vec<Outage> {
    let lost = mute(standings).filter(|(_, station, ..)| station.is_empty());
    lost.map(|(source, _, from, until, standing)| Outage {
        source: source.clone(),
        from,
        until: Some(until).filter(|until| *until < Time::MAX),
        kind: OutageKind::Outage,
        reason: reason(standing),
    })
    .collect()
}

/// Takes doubted stations out of a scene for as long as they are doubted. `post` gives what a
/// station of a source is, and where it stood at a moment.
pub fn without_stations(
    scene: &mut Scene,
    standings: &Standings,
    post: impl Fn(&SourceId, &str, Time) -> Option<(SourceKind, Place)>,
) {
    for (source, station, from, until, standing) in mute(standings) {
        let Some((kind, place)) = post(source, station, from) else { continue };
        scene.losses.push(Loss {
            kind: OutageKind::Outage,
            when: Interval::new(from, until),
            scope: Scope::Area { place, radius_m: SAME_PLACE_M, kinds: vec![kind] },
            reason: reason(standing),
        });
    }
}

fn mute(standings: &Standings) -> impl Iterator<Item = (&SourceId, &str, Time, Time, Standing)> {
    standings.silences().filter(|(.., standing)| standing.silence_weight < COUNTS_FROM)
}

fn reason(standing: Standing) -> String {
    format!("doubted by entry {}", standing.entry)
}

#[cfg(test)]
mod tests {
    use kernel::belief::Reliability;
    use kernel::{Duration, Probability};
    use proptest::prelude::*;

    use super::*;
    use crate::capability::house::scene;
    use crate::capability::notice::{Noticing, Question};
    use crate::incident::Class;
    use crate::settings::Settings;
    use crate::source::{Source, Station};
    use crate::trust::State;
    use crate::trust_doubt::SourceDoubted;

    const HERE: Place = Place { lon: 30.0, lat: 48.0 };

    fn ears() -> Source {
        let station = |at: usize| {
            let place = HERE.shifted_m(1_500.0 * at as f64, 900.0);
            Station {
                name: format!("mic-{at}"),
                lon: place.lon,
                lat: place.lat,
                error_m: None,
                elevation_m: None,
                clock_error_s: None,
            }
        };
        Source {
            id: "ears".into(),
            kind: SourceKind::Acoustic,
            owner: "house".into(),
            side: None,
            independence_group: "ears".to_owned(),
            reliability: Reliability::B,
            false_alarm_share: 0.1,
            delay_max: Duration::hours(1),
            releasable_to: vec![],
            stations: (0..7).map(station).collect(),
            cadence: None,
        }
    }

    fn chance(standings: &Standings) -> f64 {
        let (source, settings) = (ears(), Settings::default());
        let day = Interval { start: Time(0), end: Time(0) + Duration::days(1) };
        let outages = outages(standings);
        let mut scene = scene([&source], &outages, &[], &[], &[], day, &settings);
        without_stations(&mut scene, standings, |_, name, _| {
            let station = source.stations.iter().find(|station| station.name == name)?;
            Some((source.kind, station.place()))
        });
        assert_eq!(scene.mistake(), None);
        let class = Class::ArtilleryFire;
        let question = Question { class, size_kg: Some(0.5), as_of: None, level: 0.9 };
        let noticing = Noticing::new(&scene, question, &settings, &[HERE.shifted_m(0.0, 9_000.0)]);
        noticing.at(&noticing.hour(Time(0)), 0).chance
    }

    fn doubt(station: Option<usize>, since_hours: i64, silence_weight: f64) -> SourceDoubted {
        SourceDoubted {
            source: "ears".into(),
            station: station.map(|at| format!("mic-{at}")),
            state: State::Deaf,
            probability: Probability::ONE,
            since: Some(Time(0) + Duration::hours(since_hours)),
            weight: Probability::ONE,
            silence_weight: Probability::new(silence_weight),
            evidence: vec!["heard nothing".into()],
        }
    }

    #[test]
    fn a_deaf_network_notices_nothing_from_its_moment_on() {
        let mut standings = Standings::default();
        let whole = chance(&standings);
        standings.take_in(&doubt(None, 2, 0.0), 1);
        assert_eq!(chance(&standings), whole, "it was sound before");
        standings.take_in(&doubt(None, -2, 0.0), 2);
        assert_eq!(chance(&standings), 0.0);
        standings.take_in(&SourceDoubted { state: State::Sound, ..doubt(None, -1, 1.0) }, 3);
        assert_eq!(chance(&standings), whole, "it was put right");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn a_doubt_never_raises_the_chance(
            doubts in proptest::collection::vec((0_usize..8, -3_i64..3, 0.0f64..=1.0), 0..6),
            one_more in (0_usize..7, -3_i64..3, 0.0f64..=1.0),
        ) {
            let mut standings = Standings::default();
            for (entry, (station, since, weight)) in (0..).zip(&doubts) {
                // Of one station each, so that no doubt takes another's place.
                let station = station.checked_sub(1).map(|at| (at + entry as usize) % 7);
                if Some(one_more.0) != station {
                    standings.take_in(&doubt(station, *since, *weight), entry);
                }
            }
            let before = chance(&standings);
            standings.take_in(&doubt(Some(one_more.0), one_more.1, one_more.2), 100);
            prop_assert!(chance(&standings) <= before + 1e-12);
        }
    }
}
