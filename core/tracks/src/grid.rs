//! Detections by place, so that a track meets only those near it.

use crate::sensor::Detection;

/// Points in square cells, about one a cell.
#[derive(Default, Debug, Clone)]
pub(crate) struct Grid {
    corner_m: [f64; 2],
    cells_a_metre: f64,
    columns: usize,
    rows: usize,
    /// First entry of each cell in `entries`, and one past the last.
    starts: Vec<u32>,
    entries: Vec<u32>,
}

impl Grid {
    /// Takes in positions afresh.
    pub fn fill(&mut self, points: &[Detection]) {
        self.lay_out(points);
        self.starts.clear();
        self.starts.resize(self.columns * self.rows + 1, 0);
        for point in points {
            let cell = self.cell(point.said);
            self.starts[cell + 1] += 1;
        }
        for cell in 1..self.starts.len() {
            self.starts[cell] += self.starts[cell - 1];
        }
        self.entries.clear();
        self.entries.resize(points.len(), 0);
        for (index, point) in points.iter().enumerate().rev() {
            let cell = self.cell(point.said);
            // filled from the back, so that `starts` ends one place early and is put right below
            self.starts[cell + 1] -= 1;
            self.entries[self.starts[cell + 1] as usize] = index as u32;
        }
        self.starts.remove(0);
        self.starts.push(points.len() as u32);
    }

    fn lay_out(&mut self, points: &[Detection]) {
        let mut low = [f64::INFINITY; 2];
        let mut high = [f64::NEG_INFINITY; 2];
        for point in points {
            for axis in 0..2 {
                low[axis] = low[axis].min(point.said[axis]);
                high[axis] = high[axis].max(point.said[axis]);
            }
        }
        let (width, height) = ((high[0] - low[0]).max(1.0), (high[1] - low[1]).max(1.0));
        let (width, height) = if points.is_empty() { (1.0, 1.0) } else { (width, height) };
        self.corner_m = if points.is_empty() { [0.0; 2] } else { low };
        let side = (width * height / (points.len().max(1) as f64)).sqrt();
        let side = side.max(width.max(height) / 2000.0);
        self.cells_a_metre = 1.0 / side;
        self.columns = (width / side) as usize + 1;
        self.rows = (height / side) as usize + 1;
    }

    fn column(&self, x_m: f64) -> usize {
        (((x_m - self.corner_m[0]) * self.cells_a_metre).max(0.0) as usize).min(self.columns - 1)
    }

    fn row(&self, y_m: f64) -> usize {
        (((y_m - self.corner_m[1]) * self.cells_a_metre).max(0.0) as usize).min(self.rows - 1)
    }

    fn cell(&self, at_m: [f64; 2]) -> usize {
        self.row(at_m[1]) * self.columns + self.column(at_m[0])
    }

    /// Calls `see` with every point whose cell touches the box; more than those inside it.
    pub fn near(&self, at_m: [f64; 2], half_m: [f64; 2], mut see: impl FnMut(u32)) {
        if self.entries.is_empty() {
            return;
        }
        let (left, right) = (self.column(at_m[0] - half_m[0]), self.column(at_m[0] + half_m[0]));
        let (low, high) = (self.row(at_m[1] - half_m[1]), self.row(at_m[1] + half_m[1]));
        for row in low..=high {
            let first = self.starts[row * self.columns + left] as usize;
            let last = self.starts[row * self.columns + right + 1] as usize;
            self.entries[first..last].iter().for_each(|&entry| see(entry));
        }
    }
}
