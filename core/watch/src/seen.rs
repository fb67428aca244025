//! What the engine still holds of one observation, for people who ask what an incident rests on.

use kernel::{Interval, ObservationId, Place, PlaceBelief};

use crate::engine::Engine;
use crate::observation::{Report, Shape};
use crate::source::Source;

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
}

impl Engine {
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
        let hotspot = self.store.hotspots.get(number as usize)?;
        Some(Seen::Hotspot { source, when: hotspot.when(), place: hotspot.belief() })
    }
}

impl Seen<'_> {
    /// Its source.
    #[must_use]
    pub fn source(&self) -> &Source {
        match self {
            Self::Hotspot { source, .. } | Self::Report { source, .. } => source,
        }
    }
    /// When.
    #[must_use]
    pub fn when(&self) -> Interval {
        match self {
            Self::Hotspot { when, .. } | Self::Report { when, .. } => *when,
        }
    }
    /// Its middle.
    #[must_use]
    pub fn middle(&self) -> Place {
        match self {
            Self::Hotspot { place, .. } => place.mean,
            Self::Report { shape, .. } => crate::shape_belief::middle(shape),
        }
    }
}
