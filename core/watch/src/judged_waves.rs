//! What onsets teach of the stations that gave them, beside the incidents that others located.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{ObservationId, Place, Time};

use crate::company::Company;
use crate::doubts::{CERTAIN, Learnt};
use crate::engine::Engine;
use crate::incident::{Incident, Residual};
use crate::loose::{self, Travel};
use crate::observation::Phase;
use crate::onsets::PackedArrival;
use crate::shifted;
use crate::source::SourceKind;
use crate::trust::{Item, What};
use crate::trust_items::{Located, Onset, Post, beside};

/// A kind of wave.
pub struct Waves {
    /// The word of its origins.
    pub through: &'static str,
    /// The sources that are made to notice it; of others nobody can say how likely they were to.
    pub by: SourceKind,
    /// The phase that is waited for.
    pub first: Phase,
    /// Its usual speed over the ground, m/s.
    pub speed_m_s: f64,
    /// One that is timed where it comes besides, and its speed.
    pub later: Option<(Phase, f64)>,
}

/// What a located incident says of one station.
#[derive(Clone, Copy)]
pub(crate) struct Heard {
    /// Which station.
    pub station: u32,
    /// When its onset was.
    pub at: Time,
    /// Observed less predicted.
    pub residual: Residual,
    /// Whether it had a part in locating.
    pub counts: bool,
}

/// The incident as its origin through one medium says.
pub(crate) struct Origin {
    /// When.
    pub at: Time,
    /// Where.
    pub place: Place,
    /// Each station's first onset of the phase.
    pub heard: BTreeMap<u32, Heard>,
}

/// Learns from the incidents, which stand in the order of time.
pub(crate) fn learn(engine: &Engine, waves: &Waves, incidents: &[&Incident], learnt: &mut Learnt) {
    let arrivals: Vec<&PackedArrival> =
        engine.assembled_arrivals().iter().filter(|kept| kept.phase == waves.first).collect();
    let stations = stations(engine, waves.by, &arrivals);
    let mut origins: Vec<Origin> = incidents
        .iter()
        .filter_map(|incident| origin(engine, incident, waves.through, waves.first))
        .filter(|origin| origin.heard.values().filter(|heard| heard.counts).count() >= CERTAIN)
        .collect();
    let places: BTreeMap<u32, Place> =
        stations.iter().map(|(number, post)| (*number, post.place)).collect();
    let travels: Vec<Option<Travel>> =
        origins.iter().map(|origin| Travel::of(origin, &places)).collect();
    let mut taken: BTreeSet<ObservationId> = of_incidents(incidents);
    taken.extend(shifted::join(&mut origins, &travels, &places, &arrivals, waves.speed_m_s));
    let free: Vec<&PackedArrival> =
        arrivals.iter().copied().filter(|kept| !taken.contains(&kept.id)).collect();
    taken.extend(loose::join(&mut origins, &travels, &places, &free));
    let post_of: BTreeMap<u32, usize> =
        stations.iter().zip(0..).map(|((number, _), post)| (*number, post)).collect();
    let located: Vec<Located> =
        origins.iter().map(|origin| as_located(origin, waves.speed_m_s, &post_of)).collect();
    let posts: Vec<Post> = stations.iter().map(|(_, post)| *post).collect();
    let told = arrivals.iter().filter_map(|kept| Some((*post_of.get(&kept.station)?, *kept)));
    let at = |(post, kept): (usize, &PackedArrival)| (post, Time(kept.at_us));
    let company = Company::new(&posts, told.clone().map(at), waves.speed_m_s);
    let onsets: Vec<Onset> = told
        .map(|(post, kept)| {
            let (at, signal) = (Time(kept.at_us), &kept.signal);
            let explained = taken.contains(&kept.id).then_some(true);
            Onset {
                post,
                at,
                shared: explained.or_else(|| company.of(post, at)),
                reading: [signal.snr, signal.period_s, signal.amplitude],
            }
        })
        .collect();
    let mut items = beside(&posts, &located, &onsets);
    if let Some((later, speed_m_s)) = waves.later {
        for incident in incidents {
            let Some(origin) = origin(engine, incident, waves.through, later) else { continue };
            time_later(&origin, speed_m_s, &post_of, &posts, &mut items);
        }
    }
    for ((number, _), items) in stations.iter().zip(items) {
        if let Some(name) = named(engine, *number) {
            learnt.entry(name).or_default().extend(items);
        }
    }
}

fn named(engine: &Engine, station: u32) -> Option<(kernel::SourceId, String)> {
    let onsets = &engine.store.onsets;
    let source = engine.store.source(onsets.source_of(station)?)?;
    Some((source.id.clone(), onsets.name_of(station).to_owned()))
}

/// The stations of every source of a kind that gave one of these arrivals, in the order of source and name,
/// where they stood at the last of them.
fn stations(engine: &Engine, kind: SourceKind, arrivals: &[&PackedArrival]) -> Vec<(u32, Post)> {
    let onsets = &engine.store.onsets;
    let mut last = BTreeMap::<u16, Time>::new();
    for arrival in arrivals {
        let Some(source) = onsets.source_of(arrival.station) else { continue };
        let latest = last.entry(source).or_insert(Time(arrival.at_us));
        *latest = (*latest).max(Time(arrival.at_us));
    }
    let mut stations: Vec<_> = onsets
        .stations()
        .iter()
        .zip(0_u32..)
        .filter_map(|(station, number)| {
            let place = station.at(*last.get(&station.source)?)?.place();
            let source = engine.store.source(station.source).filter(|of| of.kind == kind)?;
            Some((&source.id, &station.name, number, Post { place, side: None }))
        })
        .collect();
    stations.sort_by(|one, other| (one.0, one.1).cmp(&(other.0, other.1)));
    stations.into_iter().map(|(_, _, number, post)| (number, post)).collect()
}

/// Every observation that an incident rests on by its time, or lists as set aside.
fn of_incidents(incidents: &[&Incident]) -> BTreeSet<ObservationId> {
    let members = incidents.iter().flat_map(|incident| &incident.members);
    let timed = members.filter(|member| member.residual.is_some());
    let aside = incidents.iter().flat_map(|incident| &incident.set_aside);
    timed.map(|member| member.observation).chain(aside.map(|one| one.observation)).collect()
}

/// An incident's origin through one medium, with each station's first onset of a phase.
fn origin(engine: &Engine, incident: &Incident, through: &str, phase: Phase) -> Option<Origin> {
    let located = incident.located.iter().find(|located| located.through == through)?;
    let members = incident.members.iter().map(|member| (member.observation, member.residual, true));
    let aside = incident.set_aside.iter().map(|aside| (aside.observation, aside.residual, false));
    let mut heard = BTreeMap::<u32, Heard>::new();
    for (observation, residual, counts) in members.chain(aside) {
        let number = engine.store.find(&observation);
        let arrival = number.and_then(|number| engine.store.arrival(number));
        if let (Some(arrival), Some(residual)) = (arrival, residual)
            && arrival.phase == phase
            && heard.get(&arrival.station).is_none_or(|before| arrival.at_us < before.at.0)
        {
            let (station, at) = (arrival.station, Time(arrival.at_us));
            heard.insert(station, Heard { station, at, residual, counts });
        }
    }
    Some(Origin { at: located.at, place: located.place.mean, heard })
}

fn as_located(origin: &Origin, speed_m_s: f64, post_of: &BTreeMap<u32, usize>) -> Located {
    let noticed = origin.heard.values().filter_map(|heard| {
        Some((*post_of.get(&heard.station)?, heard.residual.value, heard.residual.sigma))
    });
    Located {
        at: origin.at,
        place: origin.place,
        side: None,
        speed_m_s,
        noticed: noticed.collect(),
    }
}

/// The times of a later phase: they say of a clock and a place what the first one does.
fn time_later(
    origin: &Origin,
    speed_m_s: f64,
    post_of: &BTreeMap<u32, usize>,
    posts: &[Post],
    items: &mut [Vec<Item>],
) {
    for heard in origin.heard.values() {
        let Some(&post) = post_of.get(&heard.station) else { continue };
        let what = What::Timing {
            residual_s: heard.residual.value,
            sigma_s: heard.residual.sigma,
            azimuth_deg: posts[post].place.bearing_deg(origin.place),
            slowness_s_m: 1.0 / speed_m_s,
        };
        items[post].push(Item { at: origin.at, what });
    }
}
