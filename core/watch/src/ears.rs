//! Networks that listened and located nothing: what their silence says against an incident known
//! from reports or fires alone.
//!
//! An explosion amid thirty microphones that heard nothing is less likely than the report alone makes
//! it, by the chance that enough of them would have noticed. What is common to all of them is averaged
//! over rather than known: the wind in their ears, the day's path, the size; and a network fails as a
//! whole now and then, so that its silence never settles the matter.

use std::collections::BTreeMap;

use kernel::{Interval, Place, PlaceBelief, SourceId, Time};

use crate::capability::class::signs;
use crate::capability::law::{Law, Wave};
use crate::capability::network::Fewer;
use crate::capability::normal::{below, root_sum_square};
use crate::entry::Outage;
use crate::observation::{Content, Phase};
use crate::settings::{CLASS_COUNT, CLASSES};
use crate::source::SourceKind;
use crate::store::Store;

/// Arrivals that an origin takes, and the signal-to-noise ratio of one.
const NEEDS: usize = 4;
const RATIO: f64 = 3.0;
/// Chance that a network as a whole was deaf without anybody's knowing: its clock, its link, its
/// picker, or the engine that puts arrivals together.
const DEAF: f64 = 0.1;
/// Stations that matter: with so many in reach, more change nothing.
const NEAREST: usize = 24;
/// Winds at the stations, m/s, each as likely.
const WINDS_M_S: [f64; 3] = [1.0, 4.0, 9.0];
/// Gauss-Hermite nodes and weights for what all paths of a day share, and for the size.
const NODES: [(f64, f64); 3] =
    [(-1.732_050_807_568_877_2, 1.0 / 6.0), (0.0, 2.0 / 3.0), (1.732_050_807_568_877_2, 1.0 / 6.0)];
/// Share of a path's variance that is the day's, common to all stations.
const COMMON: f64 = 0.5;
/// One standard deviation of log10 size about the usual one of a class.
const SIZE_SPREAD: f64 = 0.5;
/// A place belief is held against the network on so many rings, with so many places each.
const RINGS: usize = 2;
const SPOKES: usize = 6;

/// What one source listens for.
fn wave_of(kind: SourceKind) -> Option<(Wave, Phase, f64)> {
    match kind {
        // Noise: a windy field (Pa), a busy lowland site (nm).
        SourceKind::Acoustic => Some((Wave::Acoustic, Phase::Acoustic, 0.1)),
        SourceKind::Seismic => Some((Wave::Seismic, Phase::P, 20.0)),
        _ => None,
    }
}

/// Silence of those who would have missed it with this chance says nothing.
const SAYS_NOTHING: f64 = 0.999;

/// One network: where its stations stand and when it listened.
#[derive(Clone, Debug, Default)]
struct Network {
    stations: Vec<(String, Place)>,
    /// From its first arrival to its last: between them it was there.
    heard: Option<Interval>,
    /// Signs of life by station, where it gives any; of the source as a whole under no name.
    up: BTreeMap<String, Vec<Interval>>,
}

/// Networks by their source's number.
#[derive(Clone, Debug, Default)]
pub struct Ears {
    networks: BTreeMap<u16, Network>,
    /// Stated outages of each source.
    lost: BTreeMap<SourceId, Vec<Interval>>,
    arrivals_seen: usize,
    others_seen: usize,
}

/// What networks say of something by having located nothing.
#[derive(Clone, PartialEq, Debug)]
pub struct Unheard {
    /// Stations within reach that listened.
    pub stations: u32,
    /// Chance that none of the networks would have located it, for each class.
    pub missed: [f64; CLASS_COUNT],
}

/// Ground over which and time in which somebody listens now who did not before.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Listened {
    /// Middle of the network.
    pub center: Place,
    /// How far it hears beyond its middle, metres.
    pub radius_m: f64,
    /// When.
    pub when: Interval,
}

impl Ears {
    /// Whether nobody listens.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.networks.is_empty()
    }

    /// Takes in what the store has got since; gives where and when somebody listens now who did
    /// not. When stations moved (`anew`), that is everywhere.
    pub fn extend(&mut self, store: &Store, anew: bool) -> Vec<Listened> {
        let mut fresh = BTreeMap::<u16, Interval>::new();
        let mut widen = |source: u16, when: Interval| {
            fresh.entry(source).and_modify(|so_far| *so_far = so_far.hull(when)).or_insert(when);
        };
        for arrival in store.onsets.arrivals.get(self.arrivals_seen..).unwrap_or_default() {
            let Some(number) = store.onsets.source_of(arrival.station) else { continue };
            let kind = store.source(number).and_then(|source| wave_of(source.kind));
            if kind.is_none_or(|(_, phase, _)| phase != arrival.phase) {
                continue;
            }
            let network = self.networks.entry(number).or_default();
            let at = Interval::at(Time(arrival.at_us));
            let heard = network.heard.map_or(at, |heard| heard.hull(at));
            if network.heard.replace(heard) != Some(heard) {
                widen(number, heard);
            }
        }
        for kept in store.others.get(self.others_seen..).unwrap_or_default() {
            let Content::Up(up) = &kept.content else { continue };
            if store.source(kept.source).and_then(|source| wave_of(source.kind)).is_none() {
                continue;
            }
            let network = self.networks.entry(kept.source).or_default();
            let signs = network.up.entry(up.station.clone()).or_default();
            if up.usable {
                signs.push(kept.when);
            }
            widen(kept.source, kept.when);
        }
        (self.arrivals_seen, self.others_seen) = (store.onsets.arrivals.len(), store.others.len());
        self.settle(store, &fresh, anew)
    }

    fn settle(
        &mut self,
        store: &Store,
        fresh: &BTreeMap<u16, Interval>,
        anew: bool,
    ) -> Vec<Listened> {
        let mut listened = Vec::new();
        for (number, network) in &mut self.networks {
            if !anew && !fresh.contains_key(number) {
                continue;
            }
            let stations = store.onsets.stations().iter().filter(|kept| kept.source == *number);
            let stood = stations.filter_map(|kept| {
                Some((
                    kept.name.clone(),
                    kept.at(network.heard.map_or(Time::MAX, |at| at.end))?.place(),
                ))
            });
            network.stations = stood.collect();
            network.stations.sort_by(|one, other| one.0.cmp(&other.0));
            for signs in network.up.values_mut() {
                *signs = crate::availability::union(std::mem::take(signs).into_iter());
            }
            let signs = network.up.values().flatten().copied();
            let ever = signs.chain(network.heard).reduce(Interval::hull);
            let when = if anew { ever } else { fresh.get(number).copied() };
            let kind = store.source(*number).and_then(|source| wave_of(source.kind));
            if let (Some(when), Some((wave, ..))) = (when, kind) {
                listened.extend(network.over(wave, when));
            }
        }
        listened
    }

    /// Takes in all that was stated of the outages of a source: then it did not listen.
    pub fn lose<'a>(&mut self, source: &SourceId, outages: impl Iterator<Item = &'a Outage>) {
        let lost = outages.map(|outage| Interval {
            start: outage.from,
            end: outage.until.unwrap_or(Time::MAX).max(outage.from),
        });
        self.lost.insert(source.clone(), crate::availability::union(lost));
    }

    /// Share of a time over which a source's station listened, as far as anything tells.
    #[must_use]
    pub fn listened(&self, source: u16, station: &str, when: Interval) -> f64 {
        self.networks.get(&source).map_or(0.0, |network| network.listened(station, when))
    }

    /// What the networks say of something at a place and time that none of them located; waves
    /// through which it was located (`heard`) are left out. None when nobody in reach listened.
    #[must_use]
    pub fn unheard(
        &self,
        place: &PlaceBelief,
        when: Interval,
        heard: &[Wave],
        store: &Store,
    ) -> Option<Unheard> {
        let mut stations = 0;
        let mut best = BTreeMap::<&str, [f64; CLASS_COUNT]>::new();
        for (number, network) in &self.networks {
            let Some(source) = store.source(*number) else { continue };
            let Some((wave, _, noise)) = wave_of(source.kind) else { continue };
            let lost = self.lost.get(&source.id).map_or(&[][..], Vec::as_slice);
            let near = network.near(wave, place, when, lost);
            if heard.contains(&wave) || near.len() < NEEDS {
                continue;
            }
            stations += near.len() as u32;
            let noticed = noticed(&Law::of(wave), noise, place, &near);
            // Networks of one group fail together: of a group the best counts.
            let group = best.entry(&source.independence_group).or_insert([0.0; CLASS_COUNT]);
            group.iter_mut().zip(noticed).for_each(|(kept, chance)| *kept = kept.max(chance));
        }
        let mut missed = [1.0; CLASS_COUNT];
        for group in best.values() {
            missed
                .iter_mut()
                .zip(group)
                .for_each(|(missed, noticed)| *missed *= 1.0 - (1.0 - DEAF) * noticed);
        }
        let says = missed.iter().any(|missed| *missed < SAYS_NOTHING);
        says.then_some(Unheard { stations, missed })
    }
}

impl Network {
    /// The ground over which it listens, over a time.
    fn over(&self, wave: Wave, when: Interval) -> Option<Listened> {
        let count = self.stations.len() as f64;
        let mean = |of: fn(&Place) -> f64| {
            self.stations.iter().map(|(_, place)| of(place)).sum::<f64>() / count
        };
        if self.stations.is_empty() {
            return None;
        }
        let center = Place { lon: mean(|place| place.lon), lat: mean(|place| place.lat) };
        let farthest = self.stations.iter().map(|(_, place)| place.distance_m(center));
        let radius_m = farthest.fold(0.0, f64::max) + Law::of(wave).reach_km * 1e3;
        Some(Listened { center, radius_m, when })
    }

    /// The nearest stations that could hear something, each with its place and the share of the
    /// time over which it listened.
    fn near(
        &self,
        wave: Wave,
        place: &PlaceBelief,
        when: Interval,
        lost: &[Interval],
    ) -> Vec<(Place, f64)> {
        let reach_m = Law::of(wave).reach_km * 1e3;
        let mut near: Vec<(f64, Place, f64)> = self
            .stations
            .iter()
            .filter_map(|(name, stood)| {
                let away_m = stood.distance_m(place.mean);
                let there = if away_m <= reach_m { self.listened(name, when) } else { 0.0 };
                let share = (there - share_of(lost, when)).max(0.0);
                (share > 0.0).then_some((away_m, *stood, share))
            })
            .collect();
        near.sort_by(|one, other| one.0.total_cmp(&other.0));
        near.truncate(NEAREST);
        near.into_iter().map(|(_, stood, share)| (stood, share)).collect()
    }

    /// Share of a time over which a station listened, as far as anything tells.
    fn listened(&self, station: &str, when: Interval) -> f64 {
        let alive = [station, ""].into_iter().filter_map(|name| self.up.get(name));
        let by_signs = || crate::availability::union(alive.flatten().copied());
        let there = if self.up.is_empty() { self.heard.into_iter().collect() } else { by_signs() };
        share_of(&there, when)
    }
}

/// Share of a time that disjoint stretches cover.
fn share_of(covered: &[Interval], when: Interval) -> f64 {
    let whole = when.length().0;
    if whole == 0 {
        return f64::from(u8::from(covered.iter().any(|of| of.contains(when.start))));
    }
    let held: i64 =
        covered.iter().map(|of| (of.end.min(when.end) - of.start.max(when.start)).0.max(0)).sum();
    held as f64 / whole as f64
}

/// Chance that a network locates something of each class at a place.
fn noticed(
    law: &Law,
    quiet: f64,
    place: &PlaceBelief,
    near: &[(Place, f64)],
) -> [f64; CLASS_COUNT] {
    let spots = spots(place);
    let apart: Vec<Vec<(f64, f64)>> = spots
        .iter()
        .map(|spot| {
            near.iter()
                .map(|(stood, share)| (law.size_at(stood.distance_m(*spot) / 1e3), *share))
                .collect()
        })
        .collect();
    let mut known = BTreeMap::<u64, f64>::new();
    CLASSES.map(|class| {
        let Some(kg) = signs(class).usual_kg else { return 0.0 };
        *known.entry(kg.to_bits()).or_insert_with(|| located(law, quiet, libm::log10(kg), &apart))
    })
}

/// Chance that enough stations hear it, averaged over what is common to them and over its place.
fn located(law: &Law, quiet: f64, log_kg: f64, apart: &[Vec<(f64, f64)>]) -> f64 {
    let scatter = law.size_scatter();
    let (day, path) = (scatter * COMMON.sqrt(), scatter * (1.0 - COMMON).sqrt());
    let mut chance = 0.0;
    for wind_m_s in WINDS_M_S {
        let noise = root_sum_square(quiet, law.wind_noise * wind_m_s * wind_m_s);
        let threshold = law.size_of(noise) + law.size_of(RATIO);
        for (common, weight) in NODES {
            for (size, of_size) in NODES {
                let log_kg = log_kg + size * SIZE_SPREAD + common * day;
                let mean = apart.iter().map(|stations| {
                    let mut fewer = Fewer::than(NEEDS);
                    for (size_at, share) in stations {
                        fewer.add(share * below((log_kg - size_at - threshold) / path));
                    }
                    1.0 - fewer.chance()
                });
                chance += weight * of_size * mean.sum::<f64>() / apart.len() as f64;
            }
        }
    }
    chance / WINDS_M_S.len() as f64
}

/// Places that stand for a belief, each for the same share of it.
fn spots(place: &PlaceBelief) -> Vec<Place> {
    let ellipse = place.ellipse(1.0 - libm::exp(-0.5));
    let turn = ellipse.azimuth_deg * std::f64::consts::PI / 180.0;
    let (sin, cos) = (libm::sin(turn), libm::cos(turn));
    let mut spots = Vec::with_capacity(RINGS * SPOKES);
    for ring in 0..RINGS {
        let radius = (-2.0 * libm::log(1.0 - (ring as f64 + 0.5) / RINGS as f64)).sqrt();
        for spoke in 0..SPOKES {
            let angle = std::f64::consts::TAU * (spoke as f64 + 0.5) / SPOKES as f64;
            let along_m = ellipse.semi_major_m * radius * libm::cos(angle);
            let across_m = ellipse.semi_minor_m * radius * libm::sin(angle);
            let (east_m, north_m) =
                (along_m * sin + across_m * cos, along_m * cos - across_m * sin);
            spots.push(place.mean.shifted_m(east_m, north_m));
        }
    }
    spots
}
