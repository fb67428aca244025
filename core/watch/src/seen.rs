//! What the engine still holds of one observation, for people who ask what an incident rests on.

use kernel::{Interval, ObservationId, Place, PlaceBelief};

use crate::engine::Engine;
use crate::incident::IncidentId;
use crate::observation::{Content, Report, Shape};
use crate::onsets::PackedArrival;
use crate::source::{Source, Station};

/// An observation as kept.
#[derive(Clone, PartialEq, Debug)]
pub enum Seen<'a> {
    /// A hot pixel.
    Hotspot {
        /// Its source.
        source: &'a Source,
        /// When.
        when: Interval,
        /// Where, with the pixel's error.
        place: PlaceBelief,
    },
    /// A report.
    Report {
        /// Its source.
        source: &'a Source,
        /// When.
        when: Interval,
        /// Where.
        shape: Shape,
        /// The words.
        report: &'a Report,
    },
    /// A wave's onset at a station.
    Arrival {
        /// Its source.
        source: &'a Source,
        /// When.
        when: Interval,
        /// The station's name.
        name: &'a str,
        /// Where the station stood then, as far as anybody has said.
        station: Option<Station>,
        /// The onset.
        arrival: Onset,
    },
    /// A bearing, a look, a position of a track, or a station.
    Other {
        /// Its source.
        source: &'a Source,
        /// When.
        when: Interval,
        /// Where.
        shape: Shape,
        /// Where its station stood then, if it names one and anybody has said.
        station: Option<Station>,
        /// What.
        content: &'a Content,
    },
}

/// The onset of an arrival.
pub type Onset = PackedArrival;

impl Engine {
    /// How many incidents stand: neither replaced nor withdrawn.
    #[must_use]
    pub fn standing(&self) -> usize {
        let discarded = self.pins.iter().filter(|(_, incident)| incident.withdrawn).count();
        let lapses = self.lapses.values().filter(|lapse| !lapse.withdrawn).count();
        self.known.live().saturating_sub(discarded) + lapses
    }

    /// The version of an incident that is on record now; none when it is not current.
    #[must_use]
    pub fn version_of(&self, id: IncidentId) -> Option<u32> {
        if let Some(lapse) = self.lapses.get(&id) {
            return (!lapse.withdrawn).then_some(lapse.version);
        }
        let (_, live, version) = self.known.by_id(id)?;
        live.then_some(version)
    }

    /// Whether this observation was taken in.
    #[must_use]
    pub fn knows(&self, id: &ObservationId) -> bool {
        self.store.find(id).is_some()
    }

    /// An observation as kept; none when it was never taken in, or was erased.
    #[must_use]
    pub fn seen(&self, id: &ObservationId) -> Option<Seen<'_>> {
        let number = self.store.find(id)?;
        let source = self.store.source_of(number)?;
        if let Some(kept) = self.store.report(number) {
            let (when, shape) = (kept.when, kept.shape);
            return Some(Seen::Report { source, when, shape, report: &kept.report });
        }
        if let Some(&arrival) = self.store.arrival(number) {
            let when = self.store.when(number);
            let station = self.store.onsets.station_at(arrival.station, when.start);
            let name = self.store.onsets.name_of(arrival.station);
            return Some(Seen::Arrival { source, when, name, station, arrival });
        }
        if let Some(kept) = self.store.other(number) {
            let (when, shape, content) = (kept.when, kept.shape, &kept.content);
            let name = if let Content::Bearing(bearing) = content { &bearing.station } else { "" };
            let station = self.store.onsets.named_at(kept.source, name, when.start);
            return Some(Seen::Other { source, when, shape, station, content });
        }
        let hotspot = self.store.hotspots.get(number as usize)?;
        Some(Seen::Hotspot { source, when: hotspot.when(), place: hotspot.belief() })
    }
}

impl Seen<'_> {
    /// Its source.
    #[must_use]
    pub fn source(&self) -> &Source {
        match self {
            Self::Hotspot { source, .. }
            | Self::Report { source, .. }
            | Self::Arrival { source, .. }
            | Self::Other { source, .. } => source,
        }
    }
    /// When.
    #[must_use]
    pub fn when(&self) -> Interval {
        match self {
            Self::Hotspot { when, .. }
            | Self::Report { when, .. }
            | Self::Arrival { when, .. }
            | Self::Other { when, .. } => *when,
        }
    }
    /// Its middle.
    #[must_use]
    pub fn middle(&self) -> Place {
        match self {
            Self::Hotspot { place, .. } => place.mean,
            Self::Report { shape, .. } => crate::shape_belief::middle(shape),
            Self::Arrival { station, .. } => {
                station.as_ref().map_or(Place { lon: 0.0, lat: 0.0 }, Station::place)
            }
            Self::Other { shape, station, .. } => match station {
                Some(station) => station.place(),
                None => crate::shape_belief::middle(shape),
            },
        }
    }
}
