//! Where a sensor's false detections come from: roads, flocks and turbines give many from one
//! place, and what appears there is rarely a thing.

use crate::settings::Rect;

/// Looks after which what was counted has lost most of its weight.
const MEMORY: f64 = 60.0;
/// What the ground around a cell says of it is worth, in false detections counted there.
const WORTH: f64 = 16.0;
/// False detections a cell should count within the memory, as if they came evenly.
const A_CELL: f64 = 4.0;
/// Cells to a side.
const SIDE: (usize, usize) = (4, 128);
/// Cells of the coarser map to a side are fewer by so much.
const COARSER: usize = 4;

/// False detections counted by place, in small cells and in large ones around them.
#[derive(Clone, Debug)]
pub(crate) struct Clutter {
    rect: Rect,
    side: usize,
    fine: Vec<f64>,
    coarse: Vec<f64>,
    looks: f64,
}

impl Clutter {
    pub fn new() -> Self {
        let rect = Rect { low_m: [0.0; 2], high_m: [0.0; 2] };
        Self { rect, side: 0, fine: Vec::new(), coarse: Vec::new(), looks: 0.0 }
    }

    /// A new look, over this ground, of which so many false detections are expected. When the ground
    /// has grown by much, counting begins anew.
    pub fn begin(&mut self, rect: Rect, expected: f64) {
        let reaches = |axis: usize| {
            let slack_m = 0.1 * (self.rect.high_m[axis] - self.rect.low_m[axis]);
            rect.low_m[axis] >= self.rect.low_m[axis] - slack_m
                && rect.high_m[axis] <= self.rect.high_m[axis] + slack_m
        };
        if self.side == 0 || !(reaches(0) && reaches(1)) {
            let side = (expected * MEMORY / A_CELL).sqrt() as usize;
            self.rect = rect;
            self.side = side.clamp(SIDE.0, SIDE.1).next_multiple_of(COARSER);
            let coarse = self.side / COARSER;
            self.fine = vec![0.0; self.side * self.side];
            self.coarse = vec![0.0; coarse * coarse];
            self.looks = 0.0;
        }
        let keep = 1.0 - 1.0 / MEMORY;
        self.fine.iter_mut().chain(&mut self.coarse).for_each(|count| *count *= keep);
        self.looks *= keep;
    }

    /// The look that began has been counted.
    pub fn end(&mut self) {
        self.looks += 1.0;
    }

    fn cells(&self, at_m: [f64; 2]) -> [usize; 2] {
        let cell = |axis: usize| {
            let span_m = self.rect.high_m[axis] - self.rect.low_m[axis];
            let share = (at_m[axis] - self.rect.low_m[axis]) / span_m.max(1.0);
            ((share * self.side as f64).max(0.0) as usize).min(self.side - 1)
        };
        let (column, row) = (cell(0), cell(1));
        let coarse = (row / COARSER) * (self.side / COARSER) + column / COARSER;
        [row * self.side + column, coarse]
    }

    /// Counts what is false here with this chance.
    pub fn count(&mut self, at_m: [f64; 2], chance: f64) {
        let [fine, coarse] = self.cells(at_m);
        self.fine[fine] += chance;
        self.coarse[coarse] += chance;
    }

    /// How much denser false detections lie here than `a_look` of them spread evenly over
    /// `seen_share` of the ground would: a gamma prior about what the ground around says
    /// (Gelman and others 2013, section 2.6), twice over.
    pub fn relative(&self, at_m: [f64; 2], a_look: f64, seen_share: f64) -> f64 {
        let even = a_look * self.looks / (self.fine.len() as f64 * seen_share);
        if even.is_nan() || even <= 0.0 {
            return 1.0;
        }
        let [fine, coarse] = self.cells(at_m);
        let within = (COARSER * COARSER) as f64;
        let around = (self.coarse[coarse] + WORTH) / (even * within + WORTH);
        (self.fine[fine] + WORTH) / (even + WORTH / around)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A_LOOK: f64 = 40.0;

    /// After looks of false detections, all on a lattice, and some more about one place.
    fn counted(hot: usize) -> Clutter {
        let rect = Rect { low_m: [0.0; 2], high_m: [8_000.0; 2] };
        let mut clutter = Clutter::new();
        for look in 0..100 {
            clutter.begin(rect, A_LOOK);
            for at in 0..40 - hot {
                let step = (look * 40 + at) as f64;
                clutter.count([step * 377.0 % 8_000.0, step * 1_234.5 % 8_000.0], 1.0);
            }
            (0..hot).for_each(|_| clutter.count([2_050.0, 6_050.0], 1.0));
            clutter.end();
        }
        clutter
    }

    #[test]
    fn false_detections_that_come_evenly_are_as_dense_everywhere() {
        let clutter = counted(0);
        for at in 0..64 {
            let at_m = [f64::from(at % 8) * 1_000.0 + 500.0, f64::from(at / 8) * 1_000.0 + 500.0];
            let relative = clutter.relative(at_m, A_LOOK, 1.0);
            assert!((0.7..1.4).contains(&relative), "{at_m:?}: {relative}");
        }
    }

    #[test]
    fn a_place_that_gives_many_is_known_and_the_rest_is_not_blamed() {
        let clutter = counted(20);
        assert!(clutter.relative([2_050.0, 6_050.0], A_LOOK, 1.0) > 30.0);
        let far = clutter.relative([6_000.0, 2_000.0], A_LOOK, 1.0);
        assert!((0.3..0.8).contains(&far), "{far}");
    }

    #[test]
    fn before_anything_is_counted_all_places_are_alike() {
        let mut clutter = Clutter::new();
        clutter.begin(Rect { low_m: [0.0; 2], high_m: [100.0; 2] }, 0.0);
        assert!((clutter.relative([50.0, 50.0], 0.0, 1.0) - 1.0).abs() < 1e-12);
        let beyond = clutter.relative([f64::MAX, -1e9], 5.0, 1.0);
        assert!((beyond - 1.0).abs() < 1e-12);
    }
}
