//! Which sources what the house holds gives reason to doubt: each station held beside the others at
//! the incidents that they located together.
//!
//! What is set aside had no part in the incident that lists it, so that a doubted station is judged
//! by what the others say without it, and a doubt does not take away its own ground.

use std::collections::BTreeMap;

use kernel::{SourceId, Time};

use crate::engine::Engine;
use crate::entry::SourcesChecked;
use crate::incident::Incident;
use crate::judged_bearings;
use crate::judged_looks;
use crate::judged_waves::{self, Waves};
use crate::observation::Phase;
use crate::onsets::PackedArrival;
use crate::source::SourceKind;
use crate::standing::Standings;
use crate::state::State;
use crate::store::{KeptOther, Store};
use crate::trust::{Item, Stated, What};
use crate::trust_doubt::{SourceDoubted, doubt};

/// Kinds of wave by which stations are held beside one another: sound in air at 15 degrees Celsius,
/// and P and S in the crust.
const WAVES: [Waves; 2] = [
    Waves {
        through: "air",
        by: SourceKind::Acoustic,
        first: Phase::Acoustic,
        speed_m_s: 340.0,
        later: None,
    },
    Waves {
        through: "ground",
        by: SourceKind::Seismic,
        first: Phase::P,
        speed_m_s: 6_000.0,
        later: Some((Phase::S, 3_500.0)),
    },
];
/// So many of the latest incidents are looked at: sources are checked every day.
const INCIDENTS_MAX: usize = 5_000;
/// An incident that fewer stations noticed is not certain enough to hold against anybody.
pub(crate) const CERTAIN: usize = 5;

/// Fewer stations than this are not each other's like.
const LIKE_MIN: usize = 3;
/// So many show better than the register how much is told of nothing, and no source tells less than so.
const LIKE_MANY: usize = 8;
const FALSE_SHARE_MIN: f64 = 0.02;

/// What a source's stations usually tell that nobody else noticed.
#[derive(Clone, Copy, Default)]
struct Usual {
    /// As much as the middle one of them.
    alone: f64,
    /// Of so many.
    of: usize,
}

/// What is learnt of each source and station, by name; the source itself by the empty one.
pub type Learnt = BTreeMap<(SourceId, String), Vec<Item>>;

/// What a check came to.
#[derive(Clone, PartialEq, Debug)]
pub struct Check {
    /// What it rests on.
    pub checked: SourcesChecked,
    /// New doubts, changed ones and lifted ones, by source and station.
    pub doubts: Vec<SourceDoubted>,
}

impl Engine {
    /// Takes in what entry `entry` of the record says of a source or station: from its moment on
    /// what that noticed, and that it noticed nothing, counts so far in every incident.
    pub fn take_doubt(&mut self, doubt: &SourceDoubted, entry: u64) {
        let Some(since) = self.store.standings.take_in(doubt, entry) else { return };
        self.stage.touch_from(since);
        self.all_stale |= self.store.has_more_than_waves(&doubt.source);
        // Reviews stand, and say whose word they rest on.
        let later = self.pins.iter().filter(|(_, pin)| since <= pin.when.end);
        self.stale.extend(later.map(|(node, _)| node));
    }

    /// Takes in at once how all sources and stations stand.
    pub fn take_standings(&mut self, standings: &Standings) {
        self.store.standings.clone_from(standings);
        self.all_stale = true;
    }

    /// What it holds now has been assembled: here, or as the record says.
    pub fn mark_assembled(&mut self) {
        let Store { onsets, others, .. } = &self.store;
        self.assembled = [onsets.arrivals.len(), others.len()];
    }

    /// Arrivals that the last assembly rests on.
    pub(crate) fn assembled_arrivals(&self) -> &[PackedArrival] {
        let arrivals = &self.store.onsets.arrivals;
        arrivals.get(..self.assembled[0]).unwrap_or(arrivals)
    }

    /// Bearings, looks and the like that the last assembly rests on.
    pub(crate) fn assembled_others(&self) -> &[Box<KeptOther>] {
        let others = &self.store.others;
        others.get(..self.assembled[1]).unwrap_or(others)
    }

    /// What is to be said of sources and stations beyond what `state` says already, as of the last
    /// assembly. No station answers for a time before its source's first arrival or after its last
    /// one, nor for one over which an outage was stated.
    #[must_use]
    pub fn check(&self, state: &State) -> Check {
        let incidents = self.judged_by();
        let learnt = self.learnt_from(&incidents);
        let windows = self.watched();
        let judged = learnt.len();
        let usual = usual_alone(&learnt);
        let said = learnt.into_iter().filter_map(|((source, station), mut items)| {
            let window = windows.get(&source);
            items.retain(|item| {
                let asked = matches!(item.what, What::Chance { .. });
                !asked || window.is_none_or(|window| answers(&source, item.at, *window, state))
            });
            let of = self.store.sources.iter().find(|of| of.id == source)?;
            let mut stated = self.stated(of, &station);
            let usual = usual.get(&source).copied().unwrap_or_default();
            let told = f64::from(told_alone(&items).1.max(1));
            let as_its_like = (usual.alone / told).min(1.0);
            stated.false_share = if usual.of >= LIKE_MANY {
                as_its_like.max(FALSE_SHARE_MIN)
            } else {
                stated.false_share.max(as_its_like)
            };
            let name = (!station.is_empty()).then_some(station.as_str());
            doubt(&source, name, &items, &stated, state.doubt(&source, name))
        });
        let doubts: Vec<SourceDoubted> = said.collect();
        let checked = SourcesChecked {
            judged: judged as u64,
            incidents: incidents.len() as u64,
            said: doubts.len() as u64,
        };
        Check { checked, doubts }
    }

    /// What the last assembly teaches of each source and station.
    #[must_use]
    pub fn learnt(&self) -> Learnt {
        self.learnt_from(&self.judged_by())
    }

    fn learnt_from(&self, incidents: &[&Incident]) -> Learnt {
        let mut learnt = Learnt::new();
        for waves in &WAVES {
            judged_waves::learn(self, waves, incidents, &mut learnt);
        }
        judged_bearings::learn(self, incidents, &mut learnt);
        judged_looks::learn(self, incidents, &mut learnt);
        learnt
    }

    /// Whether there is anything that sources can be held beside one another by.
    #[must_use]
    pub fn can_check(&self) -> bool {
        !self.judged_by().is_empty()
    }

    /// The latest current incidents that enough stations located, in the order of time.
    fn judged_by(&self) -> Vec<&Incident> {
        let pinned = self.pins.iter().map(|(_, incident)| incident);
        let certain = |incident: &&Incident| {
            let explains = incident.located.iter().map(|located| located.explains as usize);
            !incident.withdrawn && explains.max().is_some_and(|explains| explains >= CERTAIN)
        };
        let mut incidents: Vec<&Incident> =
            self.known.of_waves().chain(pinned).filter(certain).collect();
        incidents.sort_by_key(|incident| (incident.when, incident.id));
        incidents.split_off(incidents.len().saturating_sub(INCIDENTS_MAX))
    }

    /// Sources with the times of their first and last arrival.
    fn watched(&self) -> BTreeMap<SourceId, (Time, Time)> {
        let mut watched = BTreeMap::<u16, (Time, Time)>::new();
        for arrival in self.assembled_arrivals() {
            let Some(source) = self.store.onsets.source_of(arrival.station) else { continue };
            let at = Time(arrival.at_us);
            let window = watched.entry(source).or_insert((at, at));
            *window = (window.0.min(at), window.1.max(at));
        }
        let named = watched.into_iter();
        named.filter_map(|(of, window)| Some((self.store.source(of)?.id.clone(), window))).collect()
    }

    fn stated(&self, source: &crate::source::Source, station: &str) -> Stated {
        let number = self.store.sources.iter().position(|known| known.id == source.id);
        let stood = number.and_then(|number| {
            self.store.onsets.named_at(u16::try_from(number).ok()?, station, Time::MAX)
        });
        Stated {
            false_share: source.false_alarm_share,
            clock_error_s: stood
                .and_then(|station| station.clock_error_s)
                .unwrap_or(Stated::default().clock_error_s),
            ..Stated::default()
        }
    }
}

/// How much a station told that nobody else noticed, and how much in all.
fn told_alone(items: &[Item]) -> (u32, u32) {
    let told = items.iter().filter_map(|item| match item.what {
        What::Spoke { alone, .. } => Some(u32::from(alone)),
        _ => None,
    });
    told.fold((0, 0), |(alone, all), one| (alone + one, all + 1))
}

/// How much the middle one of a source's stations told that nobody else noticed. Where little happens
/// nearly all onsets are of carts and gusts: only who tells many more of them than its like invents.
fn usual_alone(learnt: &Learnt) -> BTreeMap<SourceId, Usual> {
    let mut counts = BTreeMap::<SourceId, Vec<u32>>::new();
    for ((source, station), items) in learnt {
        if !station.is_empty() {
            counts.entry(source.clone()).or_default().push(told_alone(items).0);
        }
    }
    let middle = |mut counts: Vec<u32>| {
        counts.sort_unstable();
        Usual { alone: f64::from(counts[counts.len() / 2]), of: counts.len() }
    };
    let like = counts.into_iter().filter(|(_, counts)| counts.len() >= LIKE_MIN);
    like.map(|(source, counts)| (source, middle(counts))).collect()
}

/// Whether a station of a source answers for having noticed nothing at a moment.
fn answers(source: &SourceId, moment: Time, (first, last): (Time, Time), state: &State) -> bool {
    let out = state.outages().iter().any(|outage| {
        outage.source == *source
            && outage.from <= moment
            && outage.until.is_none_or(|until| moment <= until)
    });
    (first..=last).contains(&moment) && !out
}
