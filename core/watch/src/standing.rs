//! What the record says of each source and station over time: how far what it noticed counts, and
//! how far that it noticed nothing.

use std::collections::BTreeMap;

use kernel::{SourceId, Time};

use crate::trust::State;
use crate::trust_doubt::SourceDoubted;

/// What counts less than this is set aside: it does more harm than good. A copy counts half, and stays.
pub const COUNTS_FROM: f64 = 0.4;

/// What counts as much as this counts in full: nothing is known surely of anybody.
const COUNTS_IN_FULL_FROM: f64 = 0.9;

/// How a source or a station stands from a moment on.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Standing {
    /// Its state.
    pub state: State,
    /// How far what it says counts, 0 to 1.
    pub weight: f64,
    /// How far its silence counts, 0 to 1.
    pub silence_weight: f64,
    /// Position of the doubt on the record.
    pub entry: u64,
    /// Since when it stands so; the beginning of time where nobody knows.
    pub since: Time,
}

impl Standing {
    /// Whether what it says counts clearly less than in full.
    #[must_use]
    pub fn counts_less(&self) -> bool {
        self.weight < COUNTS_IN_FULL_FROM
    }

    /// Whether what it says is set aside.
    #[must_use]
    pub fn is_set_aside(&self) -> bool {
        self.weight < COUNTS_FROM
    }
}

/// All that is said. A doubt holds from its `since` until another word of the same source or
/// station holds; one that is lifted "since" a moment stood until then, one that is lifted without
/// a moment never stood.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Standings {
    /// By source, then by station: the empty name is the source as a whole.
    said: BTreeMap<SourceId, BTreeMap<String, BTreeMap<Time, Standing>>>,
}

impl Standings {
    /// Takes in what entry `entry` says; gives since when that changes anything, none when it says
    /// nothing new.
    pub fn take_in(&mut self, doubt: &SourceDoubted, entry: u64) -> Option<Time> {
        let stations = self.said.entry(doubt.source.clone()).or_default();
        let words = stations.entry(doubt.station.clone().unwrap_or_default()).or_default();
        if words.values().any(|standing| standing.entry == entry) {
            return None;
        }
        let since = doubt.since.unwrap_or(Time::MIN);
        words.retain(|from, _| *from < since);
        let standing = Standing {
            state: doubt.state,
            weight: doubt.weight.value(),
            silence_weight: doubt.silence_weight.value(),
            entry,
            since,
        };
        words.insert(since, standing);
        Some(since)
    }

    /// Whether nobody was ever doubted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.said.is_empty()
    }

    /// How a station of a source (or the source itself, by the empty name) stood at a moment; none
    /// when it was not doubted then. Where both are doubted, the one that counts less.
    #[must_use]
    pub fn of(&self, source: &SourceId, station: &str, at: Time) -> Option<Standing> {
        let stations = self.said.get(source)?;
        let of = |name: &str| stations.get(name).and_then(|words| standing_at(words, at));
        let whole = of("");
        let own = if station.is_empty() { None } else { of(station) };
        match (own, whole) {
            (Some(own), Some(whole)) => Some(Standing {
                silence_weight: own.silence_weight.min(whole.silence_weight),
                ..if whole.weight < own.weight { whole } else { own }
            }),
            (own, whole) => own.or(whole),
        }
    }

    /// How far it counts that a station (or the source itself) noticed nothing at a moment, 0 to 1.
    #[must_use]
    pub fn silence(&self, source: &SourceId, station: &str, at: Time) -> f64 {
        self.of(source, station, at).map_or(1.0, |standing| standing.silence_weight)
    }

    /// Times over which the silence of a source or station counts less than in full: from when,
    /// until when, and the standing. Stations by name, the source itself by the empty one.
    pub fn silences(&self) -> impl Iterator<Item = (&SourceId, &str, Time, Time, Standing)> {
        let stations = self.said.iter().flat_map(|(source, stations)| {
            stations.iter().map(move |(station, words)| (source, station.as_str(), words))
        });
        stations.flat_map(|(source, station, words)| {
            let ends = words.keys().skip(1).copied().chain([Time::MAX]);
            let spans = words.iter().zip(ends).filter(|((_, word), _)| word.state != State::Sound);
            spans.map(move |((from, word), until)| (source, station, *from, until, *word))
        })
    }
}

fn standing_at(words: &BTreeMap<Time, Standing>, at: Time) -> Option<Standing> {
    let (_, standing) = words.range(..=at).next_back()?;
    (standing.state != State::Sound).then_some(*standing)
}

/// A share of what is of something, of which only `weight` counts: the share that is of nothing.
#[must_use]
pub fn false_share(share: f64, standing: Option<Standing>) -> f64 {
    standing.map_or(share, |standing| 1.0 - (1.0 - share) * standing.weight)
}

/// A chance of what counts with a weight.
#[must_use]
pub fn weighed(chance: f64, standing: Option<Standing>) -> f64 {
    standing.map_or(chance, |standing| chance * standing.weight)
}
