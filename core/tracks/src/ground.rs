//! What is watched: the rectangle told, or else the one detections have filled so far.

use libm::erfc;

use crate::settings::Rect;
use crate::state::State;

/// An edge told beforehand is not believed when so many detections, evenly spread, would have left
/// a gap like the one seen with a chance of e^-16.
const GAP: f64 = 16.0;

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
            for axis in 0..2 {
                seen.low_m[axis] = seen.low_m[axis].min(at_m[axis]);
                seen.high_m[axis] = seen.high_m[axis].max(at_m[axis]);
            }
        }
        if let Some(seen) = self.seen {
            (0..2).for_each(|axis| self.settle(axis, &seen));
        }
    }

    fn settle(&mut self, axis: usize, seen: &Rect) {
        let step = (seen.high_m[axis] - seen.low_m[axis]) / self.count;
        let (low, high) = (seen.low_m[axis] - step, seen.high_m[axis] + step);
        let believed = |told: f64, gap: f64, learned: f64| match gap {
            gap if gap < 0.0 || gap > GAP * step => learned,
            _ => told,
        };
        let told = self.told;
        self.rect.low_m[axis] = told.map_or(low, |told| {
            believed(told.low_m[axis], seen.low_m[axis] - told.low_m[axis], low)
        });
        self.rect.high_m[axis] = told.map_or(high, |told| {
            believed(told.high_m[axis], told.high_m[axis] - seen.high_m[axis], high)
        });
    }

    /// Chance that a thing is still inside.
    pub fn inside(&self, state: &State) -> f64 {
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
