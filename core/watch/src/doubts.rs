//! Which stations what the house holds gives reason to doubt: each held beside the others at the
//! incidents that they located together.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{ObservationId, Time};

use crate::engine::Engine;
use crate::incident::Incident;
use crate::observation::Phase;
use crate::onsets::PackedArrival;
use crate::state::State;
use crate::trust::{Item, Stated, What};
use crate::trust_doubt::{SourceDoubted, doubt};
use crate::trust_items::{Located, Onset, Post, beside};

/// A kind of wave by which stations are held beside one another: the word of its origins, its
/// phase, and its usual speed over the ground, m/s (air at 15 degrees Celsius; P in the crust).
const MEDIA: [(&str, Phase, f64); 2] =
    [("air", Phase::Acoustic, 340.0), ("ground", Phase::P, 6_000.0)];

impl Engine {
    /// What is to be said of stations beyond what `state` says already: new doubts, changed ones and
    /// lifted ones, by source and station. `incidents` are the current ones. No station answers
    /// for a time before its source's first arrival or after its last one, nor for one over which
    /// an outage was stated.
    #[must_use]
    pub fn doubts<'a>(
        &self,
        incidents: impl IntoIterator<Item = &'a Incident>,
        state: &State,
    ) -> Vec<SourceDoubted> {
        let incidents: Vec<&Incident> =
            incidents.into_iter().filter(|incident| !incident.withdrawn).collect();
        let each = MEDIA.iter().flat_map(|medium| self.doubts_through(*medium, &incidents, state));
        let mut doubts: Vec<SourceDoubted> = each.collect();
        doubts.sort_by(|one, other| {
            (&one.source, &one.station).cmp(&(&other.source, &other.station))
        });
        doubts
    }

    fn doubts_through(
        &self,
        (through, phase, speed_m_s): (&str, Phase, f64),
        incidents: &[&Incident],
        state: &State,
    ) -> Vec<SourceDoubted> {
        let onsets = &self.store.onsets;
        let arrivals: Vec<&PackedArrival> =
            onsets.arrivals.iter().filter(|arrival| arrival.phase == phase).collect();
        let watched = self.watched(&arrivals);
        let (numbers, posts) = self.stations_of(&watched);
        let place_of: BTreeMap<u32, usize> =
            numbers.iter().enumerate().map(|(place, number)| (*number, place)).collect();
        let located: Vec<Located> = incidents
            .iter()
            .filter_map(|incident| self.located(incident, through, phase, speed_m_s, &place_of))
            .collect();
        let shared: BTreeSet<ObservationId> = incidents
            .iter()
            .flat_map(|incident| &incident.members)
            .filter(|member| member.residual.is_some())
            .map(|member| member.observation)
            .collect();
        let onset = |arrival: &&PackedArrival| {
            let signal = &arrival.signal;
            Some(Onset {
                post: *place_of.get(&arrival.station)?,
                at: Time(arrival.at_us),
                shared: shared.contains(&arrival.id),
                reading: [signal.snr, signal.period_s, signal.amplitude],
            })
        };
        let heard: Vec<Onset> = arrivals.iter().filter_map(onset).collect();
        let items = beside(&posts, &located, &heard);
        let judged = numbers.iter().zip(items).filter_map(|(&number, items)| {
            let source = self.store.source(onsets.source_of(number)?)?;
            let window = watched.get(&onsets.source_of(number)?)?;
            let items: Vec<Item> = items
                .into_iter()
                .filter(|item| {
                    let asked = matches!(item.what, What::Chance { .. });
                    !asked || answers(&source.id, item.at, *window, state)
                })
                .collect();
            let name = onsets.name_of(number);
            let stood = onsets.station_at(number, window.1);
            let stated = Stated {
                false_share: source.false_alarm_share,
                clock_error_s: stood
                    .and_then(|station| station.clock_error_s)
                    .unwrap_or(Stated::default().clock_error_s),
                ..Stated::default()
            };
            doubt(&source.id, Some(name), &items, &stated, state.doubt(&source.id, Some(name)))
        });
        judged.collect()
    }

    /// The sources of these arrivals, each with the times of its first and last one.
    fn watched(&self, arrivals: &[&PackedArrival]) -> BTreeMap<u16, (Time, Time)> {
        let mut watched: BTreeMap<u16, (Time, Time)> = BTreeMap::new();
        for arrival in arrivals {
            let Some(source) = self.store.onsets.source_of(arrival.station) else { continue };
            let at = Time(arrival.at_us);
            let window = watched.entry(source).or_insert((at, at));
            *window = (window.0.min(at), window.1.max(at));
        }
        watched
    }

    /// The stations of these sources in the order of source and name, where they last stood.
    fn stations_of(&self, watched: &BTreeMap<u16, (Time, Time)>) -> (Vec<u32>, Vec<Post>) {
        let mut stations: Vec<_> = self
            .store
            .onsets
            .stations()
            .iter()
            .zip(0_u32..)
            .filter_map(|(station, number)| {
                let (_, last) = watched.get(&station.source)?;
                let source = &self.store.source(station.source)?.id;
                let place = station.at(*last)?.place();
                Some((source, &station.name, number, Post { place, side: None }))
            })
            .collect();
        stations.sort_by(|one, other| (one.0, one.1).cmp(&(other.0, other.1)));
        stations.into_iter().map(|(_, _, number, post)| (number, post)).unzip()
    }

    /// An incident as its origin through one medium says, with each station's first arrival there.
    fn located(
        &self,
        incident: &Incident,
        through: &str,
        phase: Phase,
        speed_m_s: f64,
        place_of: &BTreeMap<u32, usize>,
    ) -> Option<Located> {
        let origin = incident.located.iter().find(|located| located.through == through)?;
        let mut noticed: BTreeMap<usize, (i64, f64, f64)> = BTreeMap::new();
        for member in &incident.members {
            let Some(residual) = member.residual else { continue };
            let number = self.store.find(&member.observation);
            let Some(arrival) = number.and_then(|number| self.store.arrival(number)) else {
                continue;
            };
            let Some(&post) = place_of.get(&arrival.station) else { continue };
            let first = noticed.get(&post).is_none_or(|before| arrival.at_us < before.0);
            if arrival.phase == phase && first {
                noticed.insert(post, (arrival.at_us, residual.value, residual.sigma));
            }
        }
        Some(Located {
            at: origin.at,
            place: origin.place.mean,
            side: None,
            speed_m_s,
            noticed: noticed
                .into_iter()
                .map(|(post, (_, residual_s, sigma_s))| (post, residual_s, sigma_s))
                .collect(),
        })
    }
}

/// Whether a station of a source answers for having noticed nothing at a moment.
fn answers(
    source: &kernel::SourceId,
    moment: Time,
    (first, last): (Time, Time),
    state: &State,
) -> bool {
    let out = state.outages().iter().any(|outage| {
        outage.source == *source
            && outage.from <= moment
            && outage.until.is_none_or(|until| moment <= until)
    });
    (first..=last).contains(&moment) && !out
}
