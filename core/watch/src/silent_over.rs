//! What must be put together again because somebody looked or listened over it, or did not after all.

use kernel::{Duration, Interval, Place, SourceId};

use crate::engine::Engine;
use crate::entry::Outage;
use crate::observation::Shape;
use crate::store::FIRST_REPORT;

/// Beyond a footprint's edge nothing's place reaches into it by more than this, metres.
const LOOK_MARGIN_M: f64 = 60_000.0;

impl Engine {
    /// Marks everything that a new look may have covered.
    pub(crate) fn weigh_looks(&mut self, stale: &mut [bool]) {
        let mut looks = std::mem::take(&mut self.looks);
        let fresh = looks.extend(&self.store).into_iter();
        let footprints: Vec<_> = fresh.map(|look| (look.shape, look.when)).collect();
        for (shape, when) in footprints {
            let Shape::Footprint { center, radius_m } = shape else { continue };
            self.touch(center, f64::from(radius_m) + LOOK_MARGIN_M, when, stale);
        }
        self.looks = looks;
    }

    /// Marks everything that a network may now be said to have listened for.
    pub(crate) fn weigh_ears(&mut self, anew: bool, stale: &mut [bool]) {
        let mut ears = std::mem::take(&mut self.ears);
        for listened in ears.extend(&self.store, anew) {
            let radius_m = listened.radius_m + LOOK_MARGIN_M;
            self.touch(listened.center, radius_m, listened.when, stale);
        }
        self.ears = ears;
    }

    /// Marks everything near a place that may have happened within a time.
    fn touch(&mut self, center: Place, reach_m: f64, when: Interval, stale: &mut [bool]) {
        let fire = &self.settings.fire;
        let margin = Duration(((fire.lasts_hours_max + fire.unseen_hours) * 3.6e9) as i64);
        let wide = Interval { start: when.start - margin, end: when.end + margin };
        let window_us = (wide.start.0, wide.end.0);
        self.burning.visit_near((center.lon, center.lat), reach_m / 1e3, window_us, |number| {
            stale[self.fires.roots[number as usize] as usize] = true;
        });
        let reports = self.grid.around(center, reach_m, wide).into_iter();
        self.stale.extend(reports.map(|(report, _)| FIRST_REPORT + report));
        let spots = self.spots.near(center, reach_m, wide).into_iter();
        self.stale.extend(spots.map(|(node, _)| node));
    }

    /// Takes in all that was stated of the outages of a source: its silence then says nothing.
    pub fn tell_outages<'a>(
        &mut self,
        source: &SourceId,
        outages: impl Iterator<Item = &'a Outage>,
    ) {
        self.ears.lose(source, outages);
        self.all_stale |= !self.ears.is_empty();
    }
}
