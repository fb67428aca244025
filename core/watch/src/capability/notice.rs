//! The chance of noticing an incident of one class and size, place by place and hour by hour.

use kernel::{Duration, Interval, Place, Time};

use super::class::{Signs, signs};
use super::law::Law;
use super::reach::{Reach, Zones, reaches};
use super::scene::Scene;
use super::sight::{Other, Shared, Try, all_miss};
use super::threshold::Level;
use super::window::{edge, edges_of, minute_down, minute_up, stretches, without};
use crate::incident::Class;
use crate::settings::Settings;

mod hour;
mod others;

pub use hour::Hour;

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
    level: Level,
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
            level: Level::of(question.level),
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
        self.passes.sort_by_key(|flight| (flight.at, flight.group));
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

    /// The answer for a cell that these places stand for: the mean chance, and the largest limit.
    #[must_use]
    pub fn over(&self, hour: &Hour, places: std::ops::Range<usize>) -> Noticed {
        let count = places.len().max(1) as f64;
        let none = Noticed { chance: 0.0, limit_log_kg: None };
        places.map(|place| self.at(hour, place)).fold(none, |sum, one| Noticed {
            chance: sum.chance + one.chance / count,
            // Nothing is less than anything: a limit that some place has is the cell's.
            limit_log_kg: sum.limit_log_kg.into_iter().chain(one.limit_log_kg).reduce(f64::max),
        })
    }

    /// The answer for a place, by its index among those given.
    #[must_use]
    pub fn at(&self, hour: &Hour, place: usize) -> Noticed {
        let reach = &self.reaches[place];
        let mut minutes = 0;
        if hour.interrupted {
            for near in &reach.near {
                minutes |= edges_of(hour.stations[near.station as usize].minutes);
            }
            for (.., watcher) in &reach.press {
                minutes |= edges_of(hour.listened[*watcher]);
            }
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
            if self.size_log_kg.is_some() && (from == 0 || minutes >> from & 1 == 1) {
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
        let near = reach.networks.iter().map(|(at, _)| self.scene.networks[*at].group);
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
