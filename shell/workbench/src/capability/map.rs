//! The capability map over time: one panel a stretch of hours, one colour a cell.

use kernel::Duration;

use super::grid::{Frame, Grid};
use super::summary::Summary;
use crate::plot::{Anchor, Sheet, heat};

const COLUMNS: usize = 4;
const PANEL_PX: f64 = 250.0;
const GAP_PX: f64 = 26.0;
const HEAD_PX: f64 = 64.0;

/// The map as SVG: dark is blind or bright is seen as [`heat`] has it, with its key above.
pub fn draw(summary: &Summary, grid: &Grid, frame: Frame) -> String {
    let [west, south] = frame.pair(grid.within(0, 0.0, 0.0));
    let [east, north] = frame.pair(grid.within(grid.len() - 1, 1.0, 1.0));
    let squeeze = match frame {
        Frame::Degrees => libm::cos(((south + north) / 2.0).to_radians()).max(0.05),
        Frame::Km => 1.0,
    };
    let tall = PANEL_PX * (north - south) / ((east - west) * squeeze);
    let tall = tall.clamp(20.0, 4.0 * PANEL_PX);
    let columns = COLUMNS.min(summary.panels.len()).max(1);
    let rows = summary.panels.len().div_ceil(columns);
    let width = (columns as f64 * (PANEL_PX + GAP_PX) + GAP_PX).max(420.0);
    let height = HEAD_PX + rows as f64 * (tall + GAP_PX) + GAP_PX;
    let mut sheet = Sheet::new(width, height, "Chance of noticing, by cell and time");
    key(&mut sheet);
    for (at, panel) in summary.panels.iter().enumerate() {
        let left = GAP_PX + (at % columns) as f64 * (PANEL_PX + GAP_PX);
        let top = HEAD_PX + (at / columns) as f64 * (tall + GAP_PX) + 14.0;
        let hours = at * summary.hours_a_panel;
        let words = (summary.start + Duration::hours(hours as i64)).to_string();
        sheet.text("faint", Anchor::Start, left, top - 4.0, &words);
        let (wide, high) = (PANEL_PX / grid.columns as f64, tall / grid.rows as f64);
        for (cell, chance) in panel.iter().enumerate() {
            let (column, row) = (cell % grid.columns, cell / grid.columns);
            let corner = [left + column as f64 * wide, top + (grid.rows - 1 - row) as f64 * high];
            // A hair wider than the cell, so that no seam shows between two.
            sheet.cell(&heat(*chance), corner, [wide + 0.3, high + 0.3]);
        }
    }
    sheet.finish()
}

fn key(sheet: &mut Sheet) {
    for step in 0..=10 {
        let share = f64::from(step) / 10.0;
        sheet.cell(&heat(share), [GAP_PX + f64::from(step) * 20.0, 34.0], [20.0, 10.0]);
    }
    sheet.text("faint", Anchor::Start, GAP_PX, 56.0, "0 %: blind");
    sheet.text("faint", Anchor::End, GAP_PX + 220.0, 56.0, "100 %");
}
