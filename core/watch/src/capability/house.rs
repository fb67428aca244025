//! The scene as the record holds it: registered sources, stated outages, looks handed in.

use std::collections::BTreeMap;

use kernel::{Duration, Interval, Place, Time};

use super::law::Wave;
use super::scene::{
    Footprint, Group, Look, Loss, Network, Newsroom, Pass, Scene, Scope, Station, Watcher,
};
use crate::entry::Outage;
use crate::incident::{Class, Incident};
use crate::observation::{self, Shape};
use crate::outage::OutageKind;
use crate::settings::Settings;
use crate::source::{Source, SourceKind};

/// Noise taken where no sensor states its own: a windy field (Pa), a busy lowland site (nm).
const NOISE: [(Wave, f64); 2] = [(Wave::Acoustic, 0.1), (Wave::Seismic, 20.0)];
/// Signal-to-noise ratio of a detection.
const RATIO: f64 = 3.0;
/// Arrivals that an incident takes.
const NEEDS: usize = 4;
/// A restriction takes away the ground on which it was with this chance, and no less than this far.
const RESTRICTED_WITHIN: f64 = 0.9;
const RESTRICTED_MIN_M: f64 = 2_000.0;
/// Satellites are reckoned with so long after the window: fires are seen late.
const AFTER: Duration = Duration::days(2);

/// A look as the engine keeps it: whose, when, over what.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct LookHandedIn<'a> {
    /// Its source.
    pub source: &'a str,
    /// From when to when.
    pub when: Interval,
    /// What was in view.
    pub shape: &'a Shape,
    /// What it would have seen.
    pub look: &'a observation::Look,
}

/// What the house knows of who watched over a window. `stations` are those stated in batches of
/// their own, `looks` what was handed in for each source, `settlements` centre and radius in
/// metres of the places that the press covers.
#[must_use]
pub fn scene<'a>(
    sources: impl IntoIterator<Item = &'a Source>,
    outages: &[Outage],
    stations: &[(&str, Place)],
    looks: &[LookHandedIn<'_>],
    settlements: &[(Place, f64)],
    window: Interval,
    settings: &Settings,
) -> Scene {
    let mut house = House { scene: Scene::default(), by_id: BTreeMap::new() };
    for source in sources.into_iter().filter(|source| source.kind != SourceKind::PartyLog) {
        let watcher = house.watcher(source);
        let named = stations.iter().filter(|(id, _)| *id == source.id.to_string());
        let places: Vec<Place> = named.map(|(_, place)| *place).collect();
        match source.kind {
            SourceKind::Acoustic => house.network(source, Wave::Acoustic, watcher, &places),
            SourceKind::Seismic => house.network(source, Wave::Seismic, watcher, &places),
            SourceKind::ThermalSatellite => house.passes(watcher, window, settings),
            SourceKind::Press => house.scene.newsrooms.push(Newsroom {
                watcher,
                chance: settings.noticing.press,
                settlements: settlements.to_vec(),
            }),
            _ => {}
        }
    }
    for handed_in in looks {
        let watcher = house.by_id.get(handed_in.source);
        house.scene.looks.extend(watcher.and_then(|watcher| look(*watcher, handed_in)));
    }
    for outage in outages {
        if let Some(watcher) = house.by_id.get(&outage.source.to_string()) {
            let when = Interval::new(outage.from, outage.until.unwrap_or(Time::MAX));
            let (kind, scope) = (outage.kind, Scope::Watcher(*watcher));
            house.scene.losses.push(Loss { kind, when, scope, reason: outage.reason.clone() });
        }
    }
    house.scene
}

/// What reported incidents take from those who look: refused passage keeps patrols out of a place,
/// jamming and blinding keep drones and cameras from seeing it. Only likely ones count.
pub fn restricted<'a>(
    incidents: impl IntoIterator<Item = &'a Incident>,
) -> impl Iterator<Item = Loss> {
    let likely = incidents.into_iter().filter(|incident| {
        incident.lapse.is_none() && !incident.withdrawn && incident.real.value() >= 0.5
    });
    likely.filter_map(|incident| {
        let (kind, kinds) = match incident.classes.likeliest()? {
            Class::AccessDenial => (OutageKind::AccessDenied, vec![SourceKind::Patrol]),
            Class::Interference => {
                (OutageKind::Jamming, vec![SourceKind::Drone, SourceKind::Camera])
            }
            _ => return None,
        };
        let place = incident.place.mean;
        let radius_m = incident.place.ellipse(RESTRICTED_WITHIN).semi_major_m.max(RESTRICTED_MIN_M);
        let scope = Scope::Area { place, radius_m, kinds };
        Some(Loss { kind, when: incident.when, scope, reason: incident.id.to_string() })
    })
}

struct House {
    scene: Scene,
    by_id: BTreeMap<String, usize>,
}

impl House {
    fn watcher(&mut self, source: &Source) -> usize {
        let group = self.group(&source.independence_group);
        let (id, kind, delay) = (source.id.to_string(), source.kind, source.delay_max);
        self.scene.watchers.push(Watcher { id: id.clone(), kind, group, uptime: 1.0, delay });
        self.by_id.insert(id, self.scene.watchers.len() - 1);
        self.scene.watchers.len() - 1
    }

    fn group(&mut self, name: &str) -> usize {
        let known = self.scene.groups.iter().position(|group| group.name == name);
        known.unwrap_or_else(|| {
            self.scene.groups.push(Group { name: name.to_owned(), uptime: 1.0 });
            self.scene.groups.len() - 1
        })
    }

    /// The sensors of a source; an outage of the source takes all of them.
    fn network(&mut self, source: &Source, wave: Wave, watcher: usize, stated: &[Place]) {
        let group = self.scene.watchers[watcher].group;
        let name = source.id.to_string();
        self.scene.networks.push(Network { name, wave, group, needs: NEEDS });
        let network = self.scene.networks.len() - 1;
        let level = NOISE.iter().find(|(of, _)| *of == wave).map_or(1.0, |(_, level)| *level);
        let places = source.stations.iter().map(crate::source::Station::place);
        let stations = places.chain(stated.iter().copied());
        self.scene.stations.extend(stations.map(|place| Station {
            watcher,
            network,
            place,
            noise: [level; 24],
            ratio: RATIO,
        }));
    }

    /// Passes spread evenly over the day, as many as the settings say.
    fn passes(&mut self, watcher: usize, window: Interval, settings: &Settings) {
        let per_day = settings.noticing.passes_per_day.clamp(0.0, 200.0);
        if per_day <= 0.0 {
            return;
        }
        let apart = Duration((Duration::days(1).0 as f64 / per_day) as i64);
        let first = window.start.day_start() + Duration(apart.0 / 2);
        let until = window.end + AFTER;
        let times = std::iter::successors(Some(first), |at| Some(*at + apart));
        let chance = settings.noticing.thermal_pass;
        let passes = times.take_while(|at| *at <= until).map(|at| Pass { watcher, at, chance });
        self.scene.passes.extend(passes);
    }
}

/// A look as the scene has it; an outline within the disc counts as the whole of it.
fn look(watcher: usize, handed_in: &LookHandedIn<'_>) -> Option<Look> {
    let disc = |from, radius_m| Footprint {
        from,
        range_m: f64::from(radius_m),
        azimuth_deg: 0.0,
        half_width_deg: 180.0,
    };
    let footprint = match *handed_in.shape {
        Shape::Footprint { center, radius_m } | Shape::Area { center, radius_m } => {
            disc(center, radius_m)
        }
        Shape::Sector { from, azimuth_deg, half_width_deg, range_max_m, .. } => Footprint {
            azimuth_deg: f64::from(azimuth_deg),
            half_width_deg: f64::from(half_width_deg),
            ..disc(from, range_max_m)
        },
        _ => return None,
    };
    let chance = [f64::from(handed_in.look.chance).clamp(0.0, 1.0); 24];
    let (when, classes) = (handed_in.when, handed_in.look.classes.clone());
    Some(Look { watcher, when, footprint, chance, classes, above_cloud: false })
}

#[cfg(test)]
mod tests {
    use kernel::belief::Reliability;

    use super::*;
    use crate::capability::notice::{Noticing, Question};

    fn source(id: &str, kind: SourceKind) -> Source {
        Source {
            id: id.into(),
            kind,
            owner: "house".into(),
            side: None,
            independence_group: id.to_owned(),
            reliability: Reliability::B,
            false_alarm_share: 0.1,
            delay_max: Duration::hours(1),
            releasable_to: vec![],
            stations: vec![],
            cadence: None,
        }
    }

    #[test]
    fn what_the_record_holds_is_enough_to_ask() {
        let here = Place { lon: 30.0, lat: 48.0 };
        let day = Interval { start: Time(0), end: Time(0) + Duration::days(1) };
        let sources = [
            source("ears", SourceKind::Acoustic),
            source("viirs", SourceKind::ThermalSatellite),
            source("log", SourceKind::PartyLog),
        ];
        let places: Vec<(&str, Place)> =
            (0..6).map(|at| ("ears", here.shifted_m(f64::from(at) * 500.0, 900.0))).collect();
        let chance = |sources: &[Source], outages: &[Outage], class| {
            let settings = Settings::default();
            let scene = scene(sources, outages, &places, &[], &[], day, &settings);
            assert_eq!(scene.mistake(), None);
            let question = Question { class, size_kg: None, as_of: None, level: 0.9 };
            let noticing = Noticing::new(&scene, question, &settings, &[here]);
            noticing.at(&noticing.hour(Time(0)), 0).chance
        };
        let strike = chance(&sources, &[], Class::AirStrike);
        assert!(strike > 0.99, "{strike}");
        assert!(chance(&sources, &[], Class::AbnormalFire) > 0.05);
        assert_eq!(chance(&sources[2..], &[], Class::AirStrike), 0.0);
        let jammed = Outage {
            source: "ears".into(),
            from: Time(0),
            until: None,
            kind: OutageKind::Jamming,
            reason: "navigation lost".into(),
        };
        assert!(chance(&sources, &[jammed], Class::AirStrike) < 0.1);
    }
}
