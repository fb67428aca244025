//! The chance of noticing an incident of one class and size, place by place and hour by hour.

use kernel::{Duration, Interval, Place, Time};

use super::class::{Signs, signs};
use super::law::Law;
use super::network::Fewer;
use super::normal::{below, root_sum_square};
use super::reach::{Reach, Zones, reaches};
use super::scene::Scene;
use super::sight::{Other, Shared, Try, all_miss};
use super::threshold::{Term, upper_limit};
use super::window::{
    Minutes, WHOLE_HOUR, edge, edges_of, in_action, minute_down, minute_up, stretches, without,
};
use crate::incident::Class;
use crate::settings::Settings;

/// A sensor this many standard deviations short of an arrival is not reckoned with (3 in 10^6).
const HOPELESS: f64 = -4.5;
/// What burns or stays is looked for this many mean lives ahead (95 % of what there is to see).
const LIVES_AHEAD: f64 = 3.0;
/// One group's tries that begin within a quarter of an hour count as the best of them; what is
/// left of a look that was interrupted is still one try.
const SLOT_MINUTES: i64 = 15;

/// What is asked.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Question {
    /// The class of incident.
    pub class: Class,
    /// Its size, kg of TNT; the class's usual one when absent.
    pub size_kg: Option<f64>,
    /// When it is asked: what is still under way counts for less. Absent: all has arrived.
    pub as_of: Option<Time>,
    /// Confidence of the upper-limit size, 0 to 1; Kvaerna and Ringdal use 0.9.
    pub level: f64,
}

/// The answer for one place and hour.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Noticed {
    /// Chance that one such incident, at any moment of the hour, would have been noticed.
    pub chance: f64,
    /// log10 kg of the largest that could have passed below the noise, at the level asked; absent
    /// for a class that makes no waves, infinite where no sensor was in action.
    pub limit_log_kg: Option<f64>,
}

/// A scene made ready for one question about many places.
pub struct Noticing<'a> {
    scene: &'a Scene,
    question: Question,
    signs: Signs,
    shared: Shared,
    press_share: f64,
    size_log_kg: Option<f64>,
    laws: Vec<Law>,
    zones: Zones,
    reaches: Vec<Reach>,
    station_zone: Vec<usize>,
    station_losses: Vec<Vec<Interval>>,
    press_losses: Vec<(usize, Vec<Interval>)>,
    passes: Vec<Flight>,
    /// Whether a group has satellites: then it cannot be split off from them.
    has_pass: Vec<bool>,
}

/// A pass that was in action.
struct Flight {
    at: Time,
    group: usize,
    chance: f64,
}

/// What an hour has in common for all places.
pub struct Hour {
    start: Time,
    /// By station: log10 kg that its noise adds, and the share of its chance that counts.
    stations: Vec<Heard>,
    /// By zone: the cloud at each flight ahead, with the flight's index.
    flights: Vec<Vec<(usize, f64)>>,
    /// By zone: the chance that all satellites miss.
    unseen: Vec<f64>,
    /// By source: the share of what it saw that has arrived.
    arrived: Vec<f64>,
    /// By source: the minutes in which a newsroom listened.
    listened: Vec<Minutes>,
}

#[derive(Clone, Copy)]
struct Heard {
    noise: f64,
    threshold: f64,
    counts: f64,
    minutes: Minutes,
}

impl<'a> Noticing<'a> {
    /// Makes a scene ready. Its indices must lead somewhere ([`Scene::mistake`]).
    #[must_use]
    pub fn new(
        scene: &'a Scene,
        question: Question,
        settings: &Settings,
        places: &[Place],
    ) -> Self {
        let signs = signs(question.class);
        let of_class = |shares: &[f64]| shares.get(question.class as usize).copied().unwrap_or(0.0);
        let sees: Vec<bool> = scene
            .looks
            .iter()
            .map(|look| {
                signs.visible && (look.classes.is_empty() || look.classes.contains(&question.class))
            })
            .collect();
        let (reaches, mut zones) = reaches(scene, places, &sees);
        let station_zone =
            scene.stations.iter().map(|station| zones.of(scene, station.place)).collect();
        let station_losses = scene
            .stations
            .iter()
            .map(|station| scene.losses_of(station.watcher, Some(station.place)))
            .collect();
        let mut noticing = Self {
            scene,
            question,
            signs,
            shared: Shared {
                stretch_hours: 1.0,
                burns: if signs.burning { 1.0 } else { of_class(&settings.burns_share) },
                burns_hours: settings.fire.lasts_hours,
                lasts_hours: signs.lasts_hours,
            },
            press_share: of_class(&settings.reported_share),
            size_log_kg: signs.usual_kg.map(|usual| libm::log10(question.size_kg.unwrap_or(usual))),
            laws: scene.networks.iter().map(|network| scene.law(network.wave)).collect(),
            zones,
            reaches,
            station_zone,
            station_losses,
            press_losses: scene
                .newsrooms
                .iter()
                .map(|newsroom| (newsroom.watcher, scene.losses_of(newsroom.watcher, None)))
                .collect(),
            passes: vec![],
            has_pass: vec![false; scene.groups.len()],
        };
        noticing.take_passes();
        noticing
    }

    fn take_passes(&mut self) {
        for pass in &self.scene.passes {
            let lost = self.scene.losses_of(pass.watcher, None);
            let source = &self.scene.watchers[pass.watcher];
            let arrived = self.arrived(pass.watcher, pass.at);
            if self.shared.burns > 0.0 && !without(Interval::at(pass.at), &lost).is_empty() {
                self.has_pass[source.group] = true;
                let chance = pass.chance * source.uptime * arrived;
                self.passes.push(Flight { at: pass.at, group: source.group, chance });
            }
        }
        self.passes.sort_by(|a, b| (a.at, a.group).cmp(&(b.at, b.group)));
    }

    /// The share of what a source saw at a moment that has arrived: evenly within its delay.
    fn arrived(&self, watcher: usize, seen: Time) -> f64 {
        let Some(as_of) = self.question.as_of else { return 1.0 };
        let delay_s = self.scene.watchers[watcher].delay.as_seconds();
        let since_s = (as_of - seen).as_seconds();
        if since_s < 0.0 {
            0.0
        } else if since_s >= delay_s {
            1.0
        } else {
            since_s / delay_s
        }
    }

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
        let stations = (0..self.scene.stations.len())
            .map(|at| self.heard(at, start, of_day as usize, &winds, &arrived))
            .collect();
        let mut listened = vec![WHOLE_HOUR; self.scene.watchers.len()];
        for (watcher, losses) in &self.press_losses {
            listened[*watcher] = in_action(start, losses);
        }
        let (flights, unseen) = (vec![], vec![]);
        let mut hour = Hour { start, stations, flights, unseen, arrived, listened };
        hour.flights = self.zones.all().iter().map(|over| self.flights(start, over)).collect();
        hour.unseen = (0..hour.flights.len()).map(|zone| self.unseen(&hour, zone)).collect();
        hour
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

    fn alone(&self, group: usize) -> Other {
        Other { group, uptime: self.scene.groups[group].uptime, missed: 1.0 }
    }

    fn shared_over(&self, (_, length): (u32, u32)) -> Shared {
        Shared { stretch_hours: f64::from(length) / 60.0, ..self.shared }
    }

    fn flight_edges(&self, hour: &Hour, zone: usize) -> Minutes {
        let minutes = hour.flights[zone].iter().map(|flight| self.flight_minute(hour, flight.0));
        minutes.fold(0, |edges, minute| edges | edge(minute))
    }

    fn flight_minute(&self, hour: &Hour, flight: usize) -> i64 {
        minute_down(hour.start, self.passes[flight].at)
    }

    /// The flights that come after a stretch of the hour.
    fn add_flights(&self, hour: &Hour, zone: usize, stretch: (u32, u32), tries: &mut Vec<Try>) {
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

    /// The answer for a place, by its index among those given.
    #[must_use]
    pub fn at(&self, hour: &Hour, place: usize) -> Noticed {
        let reach = &self.reaches[place];
        let mut minutes = 0;
        for near in &reach.near {
            minutes |= edges_of(hour.stations[near.station as usize].minutes);
        }
        for (.., watcher) in &reach.press {
            minutes |= edges_of(hour.listened[*watcher]);
        }
        let looked = self.looked(hour, reach);
        let together = !looked.is_empty() || self.shares_a_group(reach);
        let mut edges = minutes;
        if together || minutes != 0 {
            edges |= self.flight_edges(hour, reach.zone);
        }
        for at in &looked {
            let when = reach.looked[*at].when;
            let (first, last) = whole_minutes(hour, when);
            edges |= edge(first) | edge(last);
        }
        let (mut missed, mut limit) = (0.0, f64::NEG_INFINITY);
        let mut others = vec![];
        for stretch in stretches(edges) {
            let from = stretch.0;
            self.others(hour, reach, from, &mut others);
            let here = if together || edges != 0 {
                self.all_miss(hour, reach, &looked, &mut others, stretch)
            } else {
                hour.unseen[reach.zone] * others.iter().map(Other::misses).product::<f64>()
            };
            missed += share(stretch) * here;
            if from == 0 || minutes >> from & 1 == 1 {
                limit = limit.max(self.limit(hour, reach, from));
            }
        }
        Noticed {
            chance: (1.0 - missed).clamp(0.0, 1.0),
            limit_log_kg: self.size_log_kg.map(|_| limit),
        }
    }

    /// The stretches of looks that could see something that began in the hour, by index.
    fn looked(&self, hour: &Hour, reach: &Reach) -> Vec<usize> {
        let lasts_hours =
            if self.signs.burning { self.shared.burns_hours } else { self.shared.lasts_hours };
        let ahead = Duration((lasts_hours * LIVES_AHEAD * 3.6e9) as i64);
        let last = hour.start + Duration::hours(1) + ahead;
        let within = reach.looked.partition_point(|looked| looked.when.start < last);
        let still = |at: &usize| reach.looked[*at].when.end >= hour.start;
        (0..within).filter(still).collect()
    }

    /// Whether satellites and something else here fail together.
    fn shares_a_group(&self, reach: &Reach) -> bool {
        let near = reach.near.iter().map(|near| {
            self.scene.networks[self.scene.stations[near.station as usize].network].group
        });
        let press = reach.press.iter().map(|(group, ..)| *group);
        !self.passes.is_empty() && near.chain(press).any(|group| self.has_pass[group])
    }

    /// The chance that everybody misses what begins in a stretch of the hour.
    fn all_miss(
        &self,
        hour: &Hour,
        reach: &Reach,
        looked: &[usize],
        others: &mut Vec<Other>,
        stretch: (u32, u32),
    ) -> f64 {
        let mut tries = vec![];
        self.add_flights(hour, reach.zone, stretch, &mut tries);
        for at in looked {
            tries.extend(self.look(hour, reach, *at, stretch));
        }
        for one in &tries {
            if !others.iter().any(|other| other.group == one.group) {
                others.push(self.alone(one.group));
            }
        }
        all_miss(&mut tries, others, &self.shared_over(stretch))
    }

    /// A look as a try at what begins in a stretch of the hour, if it could see it.
    fn look(&self, hour: &Hour, reach: &Reach, at: usize, stretch: (u32, u32)) -> Option<Try> {
        let looked = reach.looked[at];
        let look = &self.scene.looks[looked.look as usize];
        let source = &self.scene.watchers[look.watcher];
        let (first, last) = whole_minutes(hour, looked.when);
        let from = i64::from(stretch.0);
        let under_way = first <= from && from < last;
        if !under_way && first <= from {
            return None;
        }
        let seen = looked.when.start.max(hour.start);
        let of_day = ((seen - seen.day_start()).0 / Duration::hours(1).0) as usize;
        let cells = self.zones.all().get(reach.zone).map_or(&[][..], Vec::as_slice);
        Some(Try {
            group: source.group,
            fire: self.signs.burning,
            slot: minute_up(hour.start, look.when.start).div_euclid(SLOT_MINUTES),
            lead_hours: if under_way { 0.0 } else { lead_hours(stretch, first) },
            overcast: if look.above_cloud { self.scene.weather.cloud(cells, seen) } else { 0.0 },
            chance: look.chance[of_day.min(23)] * source.uptime * hour.arrived[look.watcher],
        })
    }

    /// What networks and newsrooms miss of something that begins in the minute `from`.
    fn others(&self, hour: &Hour, reach: &Reach, from: u32, others: &mut Vec<Other>) {
        others.clear();
        if let Some(size) = self.size_log_kg {
            for near in
                reach.near.chunk_by(|a, b| self.network(a.station) == self.network(b.station))
            {
                let network = self.network(near[0].station);
                let per_scatter = 1.0 / self.laws[network].size_scatter();
                let mut fewer = Fewer::than(self.scene.networks[network].needs);
                for one in near {
                    let heard = &hour.stations[one.station as usize];
                    let z = (size - f64::from(one.size_at) - heard.threshold) * per_scatter;
                    if z > HOPELESS && heard.minutes >> from & 1 == 1 {
                        fewer.add(heard.counts * below(z));
                    }
                }
                self.multiply(others, self.scene.networks[network].group, fewer.chance());
            }
        }
        let mut press: Vec<(usize, f64)> = vec![];
        for (group, chance, watcher) in &reach.press {
            let up = hour.listened[*watcher] >> from & 1 == 1;
            let chance = if up { chance * self.press_share * hour.arrived[*watcher] } else { 0.0 };
            match press.iter_mut().find(|(other, _)| other == group) {
                Some((_, best)) => *best = best.max(chance),
                None => press.push((*group, chance)),
            }
        }
        for (group, chance) in press {
            self.multiply(others, group, 1.0 - chance);
        }
    }

    fn network(&self, station: u32) -> usize {
        self.scene.stations[station as usize].network
    }

    fn multiply(&self, others: &mut Vec<Other>, group: usize, missed: f64) {
        match others.iter_mut().find(|other| other.group == group) {
            Some(other) => other.missed *= missed,
            None => others.push(Other { missed, ..self.alone(group) }),
        }
    }

    /// The largest size that could have stayed below the noise in the minute `from`.
    fn limit(&self, hour: &Hour, reach: &Reach, from: u32) -> f64 {
        if self.size_log_kg.is_none() {
            return f64::INFINITY;
        }
        let terms = reach.near.iter().filter_map(|near| {
            let heard = &hour.stations[near.station as usize];
            let spread = self.laws[self.network(near.station)].size_scatter();
            let up = heard.minutes >> from & 1 == 1;
            up.then(|| Term { size: f64::from(near.size_at) + heard.noise, spread })
        });
        upper_limit(terms, self.question.level)
    }
}

impl Other {
    fn misses(&self) -> f64 {
        1.0 - self.uptime * (1.0 - self.missed)
    }
}

/// The share of the hour that a stretch is.
fn share((_, length): (u32, u32)) -> f64 {
    f64::from(length) / 60.0
}

/// From the middle of a stretch to a minute after it, hours.
fn lead_hours((from, length): (u32, u32), minute: i64) -> f64 {
    (minute as f64 - f64::from(from) - f64::from(length) / 2.0) / 60.0
}

/// The first whole minute of an interval, and the first that is not whole again: rounding never
/// adds to a look.
fn whole_minutes(hour: &Hour, when: Interval) -> (i64, i64) {
    let end = minute_down(hour.start, when.end + Duration(1));
    (minute_up(hour.start, when.start), end)
}

#[cfg(test)]
mod tests;
