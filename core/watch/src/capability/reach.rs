//! Who could notice something at a place, whatever the hour: sorted out once, used every hour.

use std::collections::BTreeMap;
use std::ops::Range;

use kernel::{Interval, Place};

use super::scene::{Scene, Scope};
use super::window::without;
use crate::source::SourceKind;

/// One degree of latitude is never longer than this, metres.
const DEGREE_M: f64 = 111_700.0;

/// A sensor that a place is in reach of.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Near {
    /// Index of the station.
    pub station: u32,
    /// Size that amplitude 1 there means here, log10 kg.
    pub size_at: f32,
}

/// A stretch of a look that holds a place.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Looked {
    /// Index of the look.
    pub look: u32,
    /// What is left of it when its losses are taken out.
    pub when: Interval,
}

/// All that bears on one place at any hour.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Reach {
    /// Sensors, network by network, those first that a small size reaches.
    pub near: Vec<Near>,
    /// Which of them are of which network.
    pub networks: Vec<(usize, Range<usize>)>,
    /// Looks that hold it, by their beginning.
    pub looked: Vec<Looked>,
    /// Newsrooms that cover it: group, chance and index of the source.
    pub press: Vec<(usize, f64, usize)>,
    /// Which weather it has, an index into [`Zones`].
    pub zone: usize,
}

/// Places of the same weather.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Zones {
    by_cells: BTreeMap<Vec<u32>, usize>,
    cells: Vec<Vec<u32>>,
}

impl Zones {
    /// The zone of a place.
    pub fn of(&mut self, scene: &Scene, place: Place) -> usize {
        let over = scene.weather.over(place);
        let next = self.cells.len();
        let zone = *self.by_cells.entry(over.clone()).or_insert(next);
        if zone == next {
            self.cells.push(over);
        }
        zone
    }

    /// The cells of weather over each zone.
    #[must_use]
    pub fn all(&self) -> &[Vec<u32>] {
        &self.cells
    }
}

/// Places by latitude, so that those near one need not be sought among all.
struct Band {
    by_lat: Vec<(f64, u32)>,
}

impl Band {
    fn of(places: &[Place]) -> Self {
        let mut by_lat: Vec<(f64, u32)> =
            places.iter().enumerate().map(|(at, place)| (place.lat, at as u32)).collect();
        by_lat.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        Self { by_lat }
    }

    /// Indices of places whose latitude is within `range_m` of `middle`'s.
    fn within(&self, middle: Place, range_m: f64) -> impl Iterator<Item = usize> + '_ {
        let span = range_m / DEGREE_M * 1.01;
        let first = self.by_lat.partition_point(|(lat, _)| *lat < middle.lat - span);
        let last = middle.lat + span;
        self.by_lat[first..]
            .iter()
            .take_while(move |(lat, _)| *lat <= last)
            .map(|(_, at)| *at as usize)
    }
}

/// Sorts out, for every place, who could notice something there.
#[must_use]
pub fn reaches(scene: &Scene, places: &[Place], sees: &[bool]) -> (Vec<Reach>, Zones) {
    let mut zones = Zones::default();
    let mut reaches: Vec<Reach> = places
        .iter()
        .map(|place| Reach { zone: zones.of(scene, *place), ..Reach::default() })
        .collect();
    let band = Band::of(places);
    add_stations(scene, places, &band, &mut reaches);
    add_looks(scene, places, &band, sees, &mut reaches);
    add_press(scene, places, &band, &mut reaches);
    (reaches, zones)
}

fn add_stations(scene: &Scene, places: &[Place], band: &Band, reaches: &mut [Reach]) {
    for (at, station) in scene.stations.iter().enumerate() {
        let law = scene.law(scene.networks[station.network].wave);
        let range_m = law.reach_km * 1e3;
        for place in band.within(station.place, range_m) {
            let away_m = flat_m(station.place, places[place], range_m);
            if away_m <= range_m {
                let size_at = law.size_at(away_m / 1e3) as f32;
                reaches[place].near.push(Near { station: at as u32, size_at });
            }
        }
    }
    let network = |near: &Near| scene.stations[near.station as usize].network;
    for reach in reaches {
        reach.near.sort_unstable_by(|a, b| {
            let (one, other) = ((network(a), a.station), (network(b), b.station));
            one.0.cmp(&other.0).then(a.size_at.total_cmp(&b.size_at)).then(one.1.cmp(&other.1))
        });
        let mut from = 0;
        for chunk in reach.near.chunk_by(|a, b| network(a) == network(b)) {
            reach.networks.push((network(&chunk[0]), from..from + chunk.len()));
            from += chunk.len();
        }
    }
}

/// Distance on the tangent plane for what is near; the great circle for what is far.
fn flat_m(one: Place, other: Place, range_m: f64) -> f64 {
    if range_m > 200e3 {
        return one.distance_m(other);
    }
    let (east, north) = one.offset_to_m(other);
    (east * east + north * north).sqrt()
}

fn add_looks(scene: &Scene, places: &[Place], band: &Band, sees: &[bool], reaches: &mut [Reach]) {
    for (at, look) in scene.looks.iter().enumerate().filter(|(at, _)| sees[*at]) {
        let named = scene.losses_of(look.watcher, Some(look.footprint.from));
        let kind = scene.watchers[look.watcher].kind;
        for place in band.within(look.footprint.from, look.footprint.range_m) {
            if !look.footprint.holds(places[place]) {
                continue;
            }
            let mut losses = named.clone();
            losses.extend(denied(scene, kind, places[place]));
            let parts = without(look.when, &losses).into_iter();
            reaches[place].looked.extend(parts.map(|when| Looked { look: at as u32, when }));
        }
    }
    for reach in reaches {
        reach
            .looked
            .sort_unstable_by_key(|looked| (looked.when.start, looked.when.end, looked.look));
    }
}

/// The times at which a place itself could not be looked at.
fn denied(scene: &Scene, kind: SourceKind, at: Place) -> impl Iterator<Item = Interval> + '_ {
    scene.losses.iter().filter_map(move |loss| match &loss.scope {
        Scope::Area { place, radius_m, kinds }
            if (kinds.is_empty() || kinds.contains(&kind)) && place.distance_m(at) <= *radius_m =>
        {
            Some(loss.when)
        }
        _ => None,
    })
}

fn add_press(scene: &Scene, places: &[Place], band: &Band, reaches: &mut [Reach]) {
    for newsroom in &scene.newsrooms {
        let source = &scene.watchers[newsroom.watcher];
        let entry = (source.group, newsroom.chance * source.uptime, newsroom.watcher);
        for (middle, radius_m) in &newsroom.settlements {
            for place in band.within(*middle, *radius_m) {
                let press = &mut reaches[place].press;
                if middle.distance_m(places[place]) <= *radius_m && !press.contains(&entry) {
                    press.push(entry);
                }
            }
        }
    }
}
