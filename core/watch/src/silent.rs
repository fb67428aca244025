//! Who should have noticed an incident and did not: stations in reach that heard nothing, and looks
//! that saw nothing.

use std::collections::BTreeSet;

use arrivals::air::Air;
use kernel::{Place, SourceId};

use crate::engine::Engine;
use crate::incident::Incident;
use crate::source::SourceKind;

/// A station or a look that noticed nothing.
#[derive(Clone, PartialEq, Debug)]
pub struct Silent {
    /// Its source.
    pub source: SourceId,
    /// The station, or who looked.
    pub station: String,
    /// Where it stands, or the middle of what was in view.
    pub place: Place,
    /// How far from the incident that is, metres.
    pub distance_m: f64,
    /// Chance that it would have noticed a middling incident there.
    pub chance: f64,
}

/// Stations that would have noticed with less than this chance are not told.
const CHANCE_MIN: f64 = 0.05;

impl Engine {
    /// Who should have noticed an incident through the air and did not, the nearest first: stations
    /// beside those that located it, or, where nobody did, all that listened. The
    /// chance falls with the square of the distance to a half at the range of a middling
    /// explosion; nothing is known here of whether the station was up.
    #[must_use]
    pub fn silent(&self, incident: &Incident) -> Vec<Silent> {
        let by_air = incident.located.iter().find(|located| located.through == "air");
        let middle = incident.place.mean;
        let mut silent = Vec::new();
        // Of what nothing located, those are silent who listened over it.
        let listened = incident.silence.is_some_and(|silence| silence.stations > 0);
        let moment = by_air.map(|located| located.at);
        if let Some(moment) = moment.or_else(|| listened.then(|| incident.when.middle())) {
            let noticed: BTreeSet<u32> = incident
                .members
                .iter()
                .filter_map(|member| self.store.find(&member.observation))
                .filter_map(|number| Some(self.store.arrival(number)?.station))
                .collect();
            let range_m = Air::default().range_km * 1e3;
            for (station, number) in self.store.onsets.stations().iter().zip(0..) {
                let Some(source) = self.store.source(station.source) else { continue };
                let Some(stood) = station.at(moment) else { continue };
                let distance_m = stood.place().distance_m(middle);
                let share = distance_m / range_m;
                let counts = self.store.standings.silence(&source.id, &station.name, moment);
                let chance = libm::exp2(-share * share) * counts;
                let there = || self.ears.listened(station.source, &station.name, incident.when);
                if source.kind == SourceKind::Acoustic
                    && (by_air.is_some() || there() > 0.0)
                    && chance >= CHANCE_MIN
                    && !noticed.contains(&number)
                {
                    silent.push(Silent {
                        source: source.id.clone(),
                        station: station.name.clone(),
                        place: stood.place(),
                        distance_m,
                        chance,
                    });
                }
            }
        }
        silent.extend(self.looked_over(incident));
        silent.sort_by(|one, other| {
            let nearest = one.distance_m.total_cmp(&other.distance_m);
            nearest.then_with(|| (&one.source, &one.station).cmp(&(&other.source, &other.station)))
        });
        silent
    }

    /// The looks that covered an incident and saw nothing.
    fn looked_over(&self, incident: &Incident) -> Vec<Silent> {
        let over = self.assembly().looks.over(&incident.place, incident.when, &self.store);
        let silent = over.into_iter().filter_map(|(kept, look, chance)| {
            let source = self.store.source(kept.source)?.id.clone();
            let counts = self.store.standings.silence(&source, &look.observer, kept.when.start);
            let chance = chance * counts;
            let place = crate::shape_belief::middle(&kept.shape);
            let distance_m = place.distance_m(incident.place.mean);
            Some(Silent { source, station: look.observer.clone(), place, distance_m, chance })
        });
        silent.collect()
    }
}
