//! What flew towards a place and was lost from sight before something was heard there.
//!
//! What still flies at the moment of a bang is weighed with it as one by the search; this is about
//! what a tracker lost shortly before, low over its target or beyond a tracker's reach.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound::{Excluded, Included};

use kernel::Place;

use crate::incident::Class;
use crate::origin::{Band, Origin, SLACK};

/// What was lost longer before than this may be anywhere, µs.
const LOST_MAX_US: i64 = 180_000_000;
/// What was lost more shortly before than this is weighed as one with the bang, µs: both have that
/// much slack for the clocks of different networks.
const LOST_MIN_US: i64 = 2 * SLACK.0;
/// A stretch that begins so soon after another ended, where it would be, goes on with it, µs.
const RESUMES_US: i64 = 60_000_000;
/// What flies turns and changes speed by so much, m/s², and no more than makes half the way.
const ACCELERATION_M_S2: f64 = 3.0;
const STRAYS_SHARE: f64 = 0.5;
/// Error of where the bang was and of where the track ended, metres, beside what they state.
const SLACK_M: f64 = 300.0;
/// Stated errors count so many times.
const SIGMAS: f64 = 3.0;

/// The end of a stretch of something that flies.
#[derive(Clone, Copy, Debug)]
struct End {
    place: Place,
    sigma_m: f64,
    /// Metres a second, east and north.
    velocity: [f64; 2],
}

impl End {
    /// Whether it would be there after a time, as it flew.
    fn reaches(&self, there: Place, sigma_m: f64, after_s: f64) -> bool {
        let [east, north] = self.velocity;
        let ahead = self.place.shifted_m(east * after_s, north * after_s);
        let way_m = libm::hypot(east, north) * after_s;
        let turned_m = (ACCELERATION_M_S2 / 2.0 * after_s * after_s).min(STRAYS_SHARE * way_m);
        ahead.distance_m(there) <= turned_m + SIGMAS * libm::hypot(sigma_m, self.sigma_m) + SLACK_M
    }
}

/// Where stretches of flight begin and end, and what was heard, by time.
#[derive(Clone, Debug, Default)]
pub struct Flights {
    begins: BTreeMap<(i64, u32), Place>,
    ends: BTreeMap<(i64, u32), End>,
    heard: BTreeSet<(i64, u32)>,
}

impl Flights {
    /// Takes an origin in, under the number that names it.
    pub fn insert(&mut self, node: u32, origin: &Origin) {
        if is_heard(origin) {
            self.heard.insert((origin.at_us, node));
        }
        let [.., before, last] = &origin.path[..] else { return };
        let apart_s = (last.at - before.at).as_seconds();
        if !flies(origin) || apart_s <= 0.0 {
            return;
        }
        let (east_m, north_m) = before.place.mean.offset_to_m(last.place.mean);
        let end = End {
            place: last.place.mean,
            sigma_m: (last.place.ee_m2.max(last.place.nn_m2)).sqrt(),
            velocity: [east_m / apart_s, north_m / apart_s],
        };
        self.ends.insert((last.at.0, node), end);
        self.begins.insert((origin.path[0].at.0, node), origin.path[0].place.mean);
    }

    /// Takes an origin out.
    pub fn remove(&mut self, node: u32, origin: &Origin) {
        self.heard.remove(&(origin.at_us, node));
        if let [first, .., last] = &origin.path[..] {
            self.begins.remove(&(first.at.0, node));
            self.ends.remove(&(last.at.0, node));
        }
    }

    /// Whether something that was lost shortly before flew to where an origin was.
    #[must_use]
    pub fn approached(&self, origin: &Origin) -> bool {
        if !is_heard(origin) {
            return false;
        }
        let sigma_m = (origin.place.ee_m2.max(origin.place.nn_m2)).sqrt();
        let lost = (origin.at_us - LOST_MAX_US, 0)..(origin.at_us - LOST_MIN_US, 0);
        self.ends.range(lost).any(|((end_us, _), end)| {
            let after_s = (origin.at_us - end_us) as f64 / 1e6;
            end.reaches(origin.place.mean, sigma_m, after_s) && !self.goes_on(*end_us, end)
        })
    }

    /// Whether another stretch takes up where one ended.
    fn goes_on(&self, end_us: i64, end: &End) -> bool {
        let soon = (Excluded((end_us, u32::MAX)), Included((end_us + RESUMES_US, u32::MAX)));
        self.begins.range(soon).any(|((begin_us, _), place)| {
            end.reaches(*place, end.sigma_m, (begin_us - end_us) as f64 / 1e6)
        })
    }

    /// What was heard for which a stretch of flight may matter.
    pub fn concerned(&self, origin: &Origin) -> BTreeSet<u32> {
        let [first, .., last] = &origin.path[..] else { return BTreeSet::new() };
        let from = (first.at.0 - RESUMES_US, 0);
        let heard = self.heard.range(from..=(last.at.0 + LOST_MAX_US, u32::MAX));
        heard.map(|(_, node)| *node).collect()
    }
}

fn is_heard(origin: &Origin) -> bool {
    matches!(origin.band, Band::Air | Band::Ground)
}

/// Whether a track's thing flies rather than drives.
fn flies(origin: &Origin) -> bool {
    let says = |class: Class| origin.likelihood_log[class as usize];
    origin.band == Band::Tracks && says(Class::Overflight) >= says(Class::Other)
}

#[cfg(test)]
mod tests {
    use kernel::{PlaceBelief, Time};

    use super::*;
    use crate::observation::Mover;
    use crate::origin::{Passed, moved};

    const HERE: Place = Place { lon: 36.0, lat: 48.0 };

    fn origin(band: Band, at_s: f64, east_m: f64) -> Origin {
        Origin::loud_at(band, (at_s * 1e6) as i64, HERE.shifted_m(east_m, 0.0))
    }

    /// Something that flies east at 40 m/s until a moment, at its place of that moment.
    fn flown(mover: Mover, until_s: f64) -> Origin {
        let passed = |at_s: f64| Passed {
            at: Time((at_s * 1e6) as i64),
            place: PlaceBelief::round(HERE.shifted_m(40.0 * at_s, 0.0), 40.0),
        };
        let path = vec![passed(until_s - 40.0), passed(until_s - 20.0), passed(until_s)];
        Origin { likelihood_log: moved(mover), path, ..origin(Band::Tracks, until_s - 20.0, 0.0) }
    }

    fn approached(tracks: &[Origin], bang: &Origin) -> bool {
        let mut flights = Flights::default();
        tracks.iter().zip(1..).for_each(|(track, node)| flights.insert(node, track));
        flights.insert(0, bang);
        flights.approached(bang)
    }

    #[test]
    fn what_was_lost_on_its_way_there_approached() {
        let bang = origin(Band::Air, 120.0, 4_800.0);
        assert!(approached(&[flown(Mover::Drone, 40.0)], &bang));
        // It still flew, it was lost long before, it flew elsewhere, it drives.
        assert!(!approached(&[flown(Mover::Drone, 80.0)], &bang));
        assert!(!approached(&[flown(Mover::Drone, -90.0)], &bang));
        assert!(!approached(&[flown(Mover::Drone, 40.0)], &origin(Band::Air, 120.0, -4_800.0)));
        assert!(!approached(&[flown(Mover::Vehicle, 40.0)], &bang));
    }

    #[test]
    fn what_is_seen_again_was_not_lost() {
        let bang = origin(Band::Air, 120.0, 4_800.0);
        let again = [flown(Mover::Drone, 40.0), flown(Mover::Drone, 150.0)];
        assert!(approached(&again, &bang), "a gap of more than a minute parts two");
        let soon = [flown(Mover::Drone, 40.0), flown(Mover::Drone, 90.0)];
        assert!(!approached(&soon, &bang));
    }

    #[test]
    fn a_track_that_comes_late_concerns_what_was_heard_after_it() {
        let mut flights = Flights::default();
        flights.insert(7, &origin(Band::Air, 120.0, 4_800.0));
        flights.insert(8, &origin(Band::Air, 500.0, 4_800.0));
        let track = flown(Mover::Drone, 40.0);
        assert_eq!(flights.concerned(&track), BTreeSet::from([7]));
        flights.remove(7, &origin(Band::Air, 120.0, 4_800.0));
        assert!(flights.concerned(&track).is_empty());
    }
}
