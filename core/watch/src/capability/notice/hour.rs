//! An hour made ready: what all places have in common in it.

use kernel::{Duration, Interval, Time};

use super::super::normal::root_sum_square;
use super::super::sight::{Other, Shared, Try, all_miss};
use super::super::window::{Minutes, WHOLE_HOUR, edge, in_action, minute_down, stretches};
use super::{LIVES_AHEAD, Noticing, SLOT_MINUTES, lead_hours, share};

/// What an hour has in common for all places.
pub struct Hour {
    pub(super) start: Time,
    /// By station: log10 kg that its noise adds, and the share of its chance that counts.
    pub(super) stations: Vec<Heard>,
    /// By network: the least that noise adds, and the least that a detection takes.
    pub(super) quietest: Vec<Quietest>,
    /// Whether any sensor or newsroom was in action for a part of the hour only.
    pub(super) interrupted: bool,
    /// By zone: the cloud at each flight ahead, with the flight's index.
    pub(super) flights: Vec<Vec<(usize, f64)>>,
    /// By zone: the chance that all satellites miss.
    pub(super) unseen: Vec<f64>,
    /// By source: the share of what it saw that has arrived.
    pub(super) arrived: Vec<f64>,
    /// By source: the minutes in which a newsroom listened.
    pub(super) listened: Vec<Minutes>,
}

/// What a sensor hears in an hour.
#[derive(Clone, Copy)]
pub(super) struct Heard {
    pub(super) noise: f64,
    pub(super) threshold: f64,
    pub(super) counts: f64,
    pub(super) minutes: Minutes,
}

/// The best of a network's sensors, log10 kg: nobody does better at any distance.
#[derive(Clone, Copy)]
pub(super) struct Quietest {
    pub(super) noise: f64,
    pub(super) threshold: f64,
}

impl Noticing<'_> {
    /// Makes the hour that begins at `start` ready.
    #[must_use]
    pub fn hour(&self, start: Time) -> Hour {
        let end = start + Duration::hours(1);
        let of_day = (start - start.day_start()).0 / Duration::hours(1).0;
        let winds: Vec<f64> = self
            .zones
            .all()
            .iter()
            .map(|over| {
                self.scene.weather.wind_m_s(over, Interval { start, end: end + Duration(-1) })
            })
            .collect();
        let arrived: Vec<f64> =
            (0..self.scene.watchers.len()).map(|at| self.arrived(at, end)).collect();
        let stations: Vec<Heard> = (0..self.scene.stations.len())
            .map(|at| self.heard(at, start, of_day as usize, &winds, &arrived))
            .collect();
        let mut listened = vec![WHOLE_HOUR; self.scene.watchers.len()];
        for (watcher, losses) in &self.press_losses {
            listened[*watcher] = in_action(start, losses);
        }
        let partial = |minutes: &Minutes| *minutes != 0 && *minutes != WHOLE_HOUR;
        let mut hour = Hour {
            start,
            quietest: self.quietest(&stations),
            interrupted: stations.iter().map(|heard| &heard.minutes).chain(&listened).any(partial),
            stations,
            flights: vec![],
            unseen: vec![],
            arrived,
            listened,
        };
        hour.flights = self.zones.all().iter().map(|over| self.flights(start, over)).collect();
        hour.unseen = (0..hour.flights.len()).map(|zone| self.unseen(&hour, zone)).collect();
        hour
    }

    fn quietest(&self, stations: &[Heard]) -> Vec<Quietest> {
        let none = Quietest { noise: f64::INFINITY, threshold: f64::INFINITY };
        let mut quietest = vec![none; self.scene.networks.len()];
        for (station, heard) in self.scene.stations.iter().zip(stations) {
            let best = &mut quietest[station.network];
            best.noise = best.noise.min(heard.noise);
            best.threshold = best.threshold.min(heard.threshold);
        }
        quietest
    }

    fn heard(
        &self,
        at: usize,
        start: Time,
        of_day: usize,
        winds: &[f64],
        arrived: &[f64],
    ) -> Heard {
        let station = &self.scene.stations[at];
        let law = &self.laws[station.network];
        let wind = winds[self.station_zone[at]];
        let noise = root_sum_square(station.noise[of_day.min(23)], law.wind_noise * wind * wind);
        Heard {
            noise: law.size_of(noise),
            threshold: law.size_of(noise) + law.size_of(station.ratio),
            counts: self.scene.watchers[station.watcher].uptime * arrived[station.watcher],
            minutes: in_action(start, &self.station_losses[at]),
        }
    }

    /// The flights that could still see something that began in the hour, with the cloud then.
    fn flights(&self, start: Time, over: &[u32]) -> Vec<(usize, f64)> {
        let ahead = Duration((self.shared.burns_hours * LIVES_AHEAD * 3.6e9) as i64);
        let first = self.passes.partition_point(|flight| flight.at < start);
        let last = start + Duration::hours(1) + ahead;
        let flights = self.passes.iter().enumerate().skip(first);
        flights
            .take_while(|(_, flight)| flight.at <= last)
            .map(|(at, flight)| (at, self.scene.weather.cloud(over, flight.at)))
            .collect()
    }

    /// The chance that all satellites miss, for a place of the zone that nobody looks at.
    fn unseen(&self, hour: &Hour, zone: usize) -> f64 {
        if hour.flights[zone].is_empty() {
            return 1.0;
        }
        let groups = (0..self.scene.groups.len()).filter(|group| self.has_pass[*group]);
        let others: Vec<Other> = groups.map(|group| self.alone(group)).collect();
        let edges = self.flight_edges(hour, zone);
        let stretch = |stretch: (u32, u32)| {
            let mut tries = vec![];
            self.add_flights(hour, zone, stretch, &mut tries);
            share(stretch) * all_miss(&mut tries, &others, &self.shared_over(stretch))
        };
        stretches(edges).map(stretch).sum()
    }

    pub(super) fn alone(&self, group: usize) -> Other {
        Other { group, uptime: self.scene.groups[group].uptime, missed: 1.0 }
    }

    pub(super) fn shared_over(&self, (_, length): (u32, u32)) -> Shared {
        Shared { stretch_hours: f64::from(length) / 60.0, ..self.shared }
    }

    pub(super) fn flight_edges(&self, hour: &Hour, zone: usize) -> Minutes {
        let minutes = hour.flights[zone].iter().map(|flight| self.flight_minute(hour, flight.0));
        minutes.fold(0, |edges, minute| edges | edge(minute))
    }

    fn flight_minute(&self, hour: &Hour, flight: usize) -> i64 {
        minute_down(hour.start, self.passes[flight].at)
    }

    /// The flights that come after a stretch of the hour.
    pub(super) fn add_flights(
        &self,
        hour: &Hour,
        zone: usize,
        stretch: (u32, u32),
        tries: &mut Vec<Try>,
    ) {
        for (at, overcast) in &hour.flights[zone] {
            let minute = self.flight_minute(hour, *at);
            if minute > i64::from(stretch.0) {
                tries.push(Try {
                    group: self.passes[*at].group,
                    fire: true,
                    slot: minute.div_euclid(SLOT_MINUTES),
                    lead_hours: lead_hours(stretch, minute),
                    overcast: *overcast,
                    chance: self.passes[*at].chance,
                });
            }
        }
    }
}
