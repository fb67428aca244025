//! What is watched: the rectangle told, or else the one detections have filled so far.

use libm::erfc;

use crate::settings::Rect;
use crate::state::State;

/// Detections from which the edges they show are sharp enough to say that a thing has left.
const SHARP: f64 = 200.0;
/// The ground is taken to reach beyond what detections show by so many of their mean spacings.
const MARGIN: f64 = 2.0;
/// No ground is taken to be smaller than this, metres.
const LEAST_M: f64 = 1000.0;

/// The rectangle watched and what it rests on.
#[derive(Clone, Debug)]
pub(crate) struct Ground {
    told: Option<Rect>,
    seen: Option<Rect>,
    count: f64,
    /// The rectangle as believed now.
    pub rect: Rect,
}

impl Ground {
    pub fn new(told: Option<Rect>) -> Self {
        let rect = told.unwrap_or(Rect { low_m: [0.0; 2], high_m: [1.0; 2] });
        Self { told, seen: None, count: 0.0, rect }
    }

    /// Takes in where detections of positions lie.
    pub fn learn(&mut self, points: impl Iterator<Item = [f64; 2]>) {
        for at_m in points {
            self.count += 1.0;
            let seen = self.seen.get_or_insert(Rect { low_m: at_m, high_m: at_m });
            for (low, part) in seen.low_m.iter_mut().zip(at_m) {
                *low = low.min(part);
            }
            for (high, part) in seen.high_m.iter_mut().zip(at_m) {
                *high = high.max(part);
            }
        }
        if let Some(seen) = self.seen {
            (0..2).for_each(|axis| self.settle(axis, &seen));
        }
    }

    /// A told edge holds until something is seen beyond it.
    fn settle(&mut self, axis: usize, seen: &Rect) {
        let span = seen.high_m[axis] - seen.low_m[axis];
        let margin = (MARGIN * span / self.count).max(0.5 * (LEAST_M - span));
        let (low, high) = (seen.low_m[axis] - margin, seen.high_m[axis] + margin);
        let told = self.told;
        let low = told.map_or(low, |told| told.low_m[axis].min(seen.low_m[axis]));
        let high = told.map_or(high, |told| told.high_m[axis].max(seen.high_m[axis]));
        (self.rect.low_m[axis], self.rect.high_m[axis]) = (low, high);
    }

    /// Chance that a thing is still inside.
    pub fn inside(&self, state: &State) -> f64 {
        if self.told.is_none() && self.count < SHARP {
            return 1.0;
        }
        let variances = [state.position.xx, state.position.yy];
        (0..2).map(|axis| self.within(axis, state.at_m[axis], variances[axis])).product()
    }

    fn within(&self, axis: usize, at_m: f64, variance: f64) -> f64 {
        let sd = variance.sqrt();
        let low = at_m - self.rect.low_m[axis];
        let high = self.rect.high_m[axis] - at_m;
        if low.min(high) > 5.0 * sd {
            return 1.0;
        }
        let beyond = |gap: f64| 0.5 * erfc(gap / (sd * core::f64::consts::SQRT_2));
        (1.0 - beyond(low) - beyond(high)).max(0.0)
    }
}
