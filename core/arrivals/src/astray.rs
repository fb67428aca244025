//! Stations that do not stand where the list says: they hear much less of sure incidents than they should,
//! and much more once they are moved.

use crate::medium::Medium;
use crate::search::Search;
use crate::station::Station;

/// A station whose onsets fit another place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Astray {
    /// Index of the station.
    pub station: u32,
    /// How far east and north of the listed place its onsets put it, km.
    pub moved_km: [f64; 2],
    /// Arrivals of sure incidents that it should have had.
    pub expected: f64,
    /// Those that it had, where the list puts it.
    pub heard: u32,
    /// Onsets that fit from the other place.
    pub fitting: u32,
}

/// Incidents with log odds below this teach nothing here.
const SURE: f64 = 20.0;
/// Arrivals expected before a station can be suspected, and the share heard below which it is.
const EXPECTED_MIN: f64 = 8.0;
const HEARD_SHARE: f64 = 0.5;
/// Share of the expected that must fit elsewhere, how many times what fitted before, and how many
/// more: so many places are tried that a few more fit by chance in the best of them.
const FITTING_SHARE: f64 = 0.5;
const FITTING_GAIN: f64 = 2.0;
const FITTING_MORE: u32 = 8;
/// Steps of the search for its place to each side, and how far it goes in ranges of a source.
const STEPS: i32 = 25;
const SPAN: f64 = 0.75;
/// Incidents asked about one station, and stations asked about, at most.
const ASKED_MAX: usize = 120;
const SUSPECTS_MAX: usize = 20;

/// What one station should have had and had.
#[derive(Clone, Default)]
struct Share {
    expected: f64,
    heard: u32,
    /// Incidents that should be heard there, and the arrivals expected of them.
    incidents: Vec<u32>,
    asked: f64,
}

impl<const N: usize, M: Medium<N>> Search<'_, N, M> {
    /// Stations that the incidents put elsewhere, in station order.
    #[must_use]
    pub fn astray(&self) -> Vec<Astray> {
        let shares = self.shares();
        let suspect = |share: &Share| {
            share.expected >= EXPECTED_MIN && f64::from(share.heard) < HEARD_SHARE * share.expected
        };
        let suspects = shares.iter().enumerate().filter(|(_, share)| suspect(share));
        suspects
            .take(SUSPECTS_MAX)
            .filter_map(|(station, share)| self.placed_anew(station, share))
            .collect()
    }

    fn shares(&self) -> Vec<Share> {
        let phases = self.medium.phases().len();
        let mut shares = vec![Share::default(); self.network.stations().len()];
        let all = self.incidents.iter().enumerate();
        for (id, incident) in all.filter_map(|(id, incident)| Some((id, incident.as_ref()?))) {
            if incident.log_odds < SURE {
                continue;
            }
            let state = &incident.fit.state;
            for &station in self.network.near(state[1], state[2]) {
                let at = &self.network.stations()[station as usize];
                let distance_km = self.medium.hearing_km(state, at);
                let chance = |place| {
                    let odds =
                        self.model.detection.log_odds_of(place, distance_km, &incident.sizes);
                    1.0 / (1.0 + libm::exp(-odds))
                };
                let expected: f64 = (0..phases).map(chance).sum();
                let share = &mut shares[station as usize];
                share.expected += expected;
                if expected > HEARD_SHARE && share.incidents.len() < ASKED_MAX {
                    share.incidents.push(id as u32);
                    share.asked += expected;
                }
            }
            for &pick in &incident.picks {
                shares[self.picks.channel(pick) as usize / phases].heard += 1;
            }
        }
        shares
    }

    fn placed_anew(&self, station: usize, share: &Share) -> Option<Astray> {
        let listed = self.network.stations()[station];
        let span_km = SPAN * self.medium.range_km();
        let mut best = (0, [0.0; 2]);
        let mut centre = [0.0; 2];
        // The whole span, then around the best of it.
        for step_km in [span_km / f64::from(STEPS), span_km / f64::from(STEPS * STEPS)] {
            best.0 = 0;
            for i in -STEPS..=STEPS {
                for j in -STEPS..=STEPS {
                    let moved =
                        [centre[0] + f64::from(i) * step_km, centre[1] + f64::from(j) * step_km];
                    let there = Station {
                        x_km: listed.x_km + moved[0],
                        y_km: listed.y_km + moved[1],
                        ..listed
                    };
                    let fitting = self.fitting(station, &there, share, step_km);
                    if fitting > best.0 {
                        best = (fitting, moved);
                    }
                }
            }
            centre = best.1;
        }
        let (fitting, moved_km) = best;
        let before = self.fitting(station, &listed, share, 0.0).max(1);
        let enough = fitting >= before + FITTING_MORE
            && f64::from(fitting) >= FITTING_SHARE * share.asked
            && f64::from(fitting) >= FITTING_GAIN * f64::from(before);
        enough.then_some(Astray {
            station: station as u32,
            moved_km,
            expected: share.expected,
            heard: share.heard,
            fitting,
        })
    }

    /// Channels of sure incidents that hold an onset where a station there demands one.
    fn fitting(&self, station: usize, there: &Station, share: &Share, step_km: f64) -> u32 {
        let phases = self.medium.phases().len();
        let mut count = 0;
        for incident in
            share.incidents.iter().filter_map(|&id| self.incidents[id as usize].as_ref())
        {
            for place in 0..phases {
                let ray = self.medium.ray(&incident.fit.state, there, place);
                if !ray.travel_s.is_finite() {
                    continue;
                }
                let slope = libm::hypot(ray.row[1], ray.row[2]);
                let error_s = self.model.variance(place, station, ray.travel_s).sqrt();
                let gate_s = 2.0 * error_s + 0.71 * slope * step_km;
                let due_s = incident.fit.state[0] + ray.travel_s;
                let channel = (station * phases + place) as u32;
                count += u32::from(
                    !self.picks.within(channel, due_s - gate_s, due_s + gate_s).is_empty(),
                );
            }
        }
        count
    }
}
