//! What watched, where and when: the state of every source, as far as it bears on noticing.
//!
//! Nothing here says whose side a source is on: both sides are reckoned alike. A party's log has
//! no place in a scene: that it names nothing is no sign that nothing was.

use std::collections::BTreeMap;

use kernel::{Duration, Interval, Place, Time};

use super::law::{Law, Wave};
use super::sky::Weather;
use crate::incident::Class;
use crate::outage::OutageKind;
use crate::source::SourceKind;

/// Everything that could have noticed.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Scene {
    /// How waves travel, where it is not [`Law::of`].
    pub laws: BTreeMap<Wave, Law>,
    /// Independence groups: what fails together.
    pub groups: Vec<Group>,
    /// Every source, sensors among them.
    pub watchers: Vec<Watcher>,
    /// Networks that need several arrivals.
    pub networks: Vec<Network>,
    /// Their sensors.
    pub stations: Vec<Station>,
    /// Satellites passing over.
    pub passes: Vec<Pass>,
    /// Looks of cameras, drones and patrols, those among them that saw nothing.
    pub looks: Vec<Look>,
    /// Reporters and the settlements they cover.
    pub newsrooms: Vec<Newsroom>,
    /// Times in which something did not watch.
    pub losses: Vec<Loss>,
    /// Cloud and wind.
    pub weather: Weather,
}

/// Sources that fail together: one power line, one uplink, one owner, one editor.
#[derive(Clone, PartialEq, Debug)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// Share of time, 0 to 1, in which the whole group is in action, beyond stated losses.
    pub uptime: f64,
}

/// One source.
#[derive(Clone, PartialEq, Debug)]
pub struct Watcher {
    /// Its name.
    pub id: String,
    /// What it is.
    pub kind: SourceKind,
    /// Its group, an index into [`Scene::groups`].
    pub group: usize,
    /// Share of time in which it is in action while its group is, 0 to 1, beyond stated losses.
    pub uptime: f64,
    /// Delay within which what it saw arrives.
    pub delay: Duration,
}

/// Sensors worked on together: an incident is noticed when enough of them have it.
#[derive(Clone, PartialEq, Debug)]
pub struct Network {
    /// Its name.
    pub name: String,
    /// What it listens for.
    pub wave: Wave,
    /// Its group, an index into [`Scene::groups`].
    pub group: usize,
    /// How many arrivals it takes.
    pub needs: usize,
}

/// A sensor of a network.
#[derive(Clone, PartialEq, Debug)]
pub struct Station {
    /// Its source, an index into [`Scene::watchers`].
    pub watcher: usize,
    /// Its network, an index into [`Scene::networks`].
    pub network: usize,
    /// Where it stands.
    pub place: Place,
    /// Noise amplitude at each hour of the UTC day, in the wave's unit (pascal, nanometres).
    pub noise: [f64; 24],
    /// Signal-to-noise ratio at which it makes a detection, above 0.
    pub ratio: f64,
}

/// A satellite's overpass; it sees the whole area.
#[derive(Clone, PartialEq, Debug)]
pub struct Pass {
    /// Its source.
    pub watcher: usize,
    /// When.
    pub at: Time,
    /// Chance that it sees a fire that burns below, under a clear sky.
    pub chance: f64,
}

/// Somebody looked over a footprint for a while.
#[derive(Clone, PartialEq, Debug)]
pub struct Look {
    /// Who.
    pub watcher: usize,
    /// From when to when.
    pub when: Interval,
    /// What was looked over.
    pub footprint: Footprint,
    /// Chance that what shows in it is seen, by hour of the UTC day.
    pub chance: [f64; 24],
    /// What is looked for; empty for everything that can be seen.
    pub classes: Vec<Class>,
    /// Whether cloud lies between: a drone above it, a satellite's camera.
    pub above_cloud: bool,
}

/// A piece of ground looked over: a disc, or a part of one.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Footprint {
    /// Where the disc's centre is, or the camera stands.
    pub from: Place,
    /// How far it reaches, metres.
    pub range_m: f64,
    /// Middle of the direction, degrees clockwise from north.
    pub azimuth_deg: f64,
    /// Half the width, degrees; 180 for all round.
    pub half_width_deg: f64,
}

impl Footprint {
    /// Whether a place lies in it.
    #[must_use]
    pub fn holds(&self, place: Place) -> bool {
        if self.from.distance_m(place) > self.range_m {
            return false;
        }
        if self.half_width_deg >= 180.0 {
            return true;
        }
        let off = (self.from.bearing_deg(place) - self.azimuth_deg).rem_euclid(360.0);
        off.min(360.0 - off) <= self.half_width_deg
    }
}

/// A reporter and where it has its ears.
#[derive(Clone, PartialEq, Debug)]
pub struct Newsroom {
    /// Its source.
    pub watcher: usize,
    /// Chance that it covers what happens in or near a settlement of its own.
    pub chance: f64,
    /// Its settlements: centre and radius in metres.
    pub settlements: Vec<(Place, f64)>,
}

/// A time in which something did not watch, and why.
#[derive(Clone, PartialEq, Debug)]
pub struct Loss {
    /// What it was.
    pub kind: OutageKind,
    /// From when to when; [`Time::MAX`] while it goes on.
    pub when: Interval,
    /// What it took away.
    pub scope: Scope,
    /// Why, in words; may be empty.
    pub reason: String,
}

/// What a loss takes away.
#[derive(Clone, PartialEq, Debug)]
pub enum Scope {
    /// One source, an index into [`Scene::watchers`].
    Watcher(usize),
    /// A whole group, an index into [`Scene::groups`].
    Group(usize),
    /// What stands or looks in a disc: sensors that stand there, and looks at what lies there.
    Area {
        /// Its centre.
        place: Place,
        /// Its radius, metres.
        radius_m: f64,
        /// Kinds it takes away; empty for every kind that stands or looks.
        kinds: Vec<SourceKind>,
    },
}

impl Scene {
    /// The law of a wave.
    #[must_use]
    pub fn law(&self, wave: Wave) -> Law {
        self.laws.get(&wave).copied().unwrap_or_else(|| Law::of(wave))
    }

    /// The times a source that stands or looks at `place` was lost, in any order; a source with
    /// no place is lost only by name.
    pub fn losses_of(&self, watcher: usize, place: Option<Place>) -> Vec<Interval> {
        let Some(source) = self.watchers.get(watcher) else { return vec![] };
        let meets = |loss: &&Loss| match &loss.scope {
            Scope::Watcher(lost) => *lost == watcher,
            Scope::Group(lost) => *lost == source.group,
            Scope::Area { place: middle, radius_m, kinds } => {
                (kinds.is_empty() || kinds.contains(&source.kind))
                    && place.is_some_and(|place| middle.distance_m(place) <= *radius_m)
            }
        };
        self.losses.iter().filter(meets).map(|loss| loss.when).collect()
    }

    /// The first index that leads nowhere, or share that is none, in words; what reads a scene
    /// asks this before it asks for chances.
    #[must_use]
    pub fn mistake(&self) -> Option<String> {
        let share = |number: f64| (0.0..=1.0).contains(&number);
        let watcher = |at: usize| at < self.watchers.len();
        let group = |at: usize| at < self.groups.len();
        let checks = [
            (self.groups.iter().all(|of| share(of.uptime)), "a group's uptime is no share"),
            (
                self.watchers.iter().all(|of| group(of.group) && share(of.uptime)),
                "a source's group or uptime is wrong",
            ),
            (self.networks.iter().all(|of| group(of.group) && of.needs > 0), "a network is wrong"),
            (
                self.stations.iter().all(|of| {
                    let noise = of.noise.iter().all(|n| n.is_finite() && *n > 0.0);
                    let ratio = of.ratio.is_finite() && of.ratio > 0.0;
                    watcher(of.watcher) && of.network < self.networks.len() && noise && ratio
                }),
                "a sensor's network, noise or ratio is wrong",
            ),
            (
                self.passes.iter().all(|of| watcher(of.watcher) && share(of.chance)),
                "a pass is wrong",
            ),
            (
                self.looks
                    .iter()
                    .all(|of| watcher(of.watcher) && of.chance.iter().all(|c| share(*c))),
                "a look is wrong",
            ),
            (
                self.newsrooms.iter().all(|of| watcher(of.watcher) && share(of.chance)),
                "a newsroom is wrong",
            ),
        ];
        let law = self.laws.values().find_map(Law::mistake).map(str::to_owned);
        law.or_else(|| {
            checks.into_iter().find(|(right, _)| !right).map(|(_, words)| words.to_owned())
        })
    }
}
