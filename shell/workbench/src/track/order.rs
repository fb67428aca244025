//! Detections put in the order of their scans, for a file that has them in another.

use std::path::Path;

use super::rows::{Row, Rows};
use super::sensors::Described;
use super::trouble::Troubles;
use crate::Error;

/// Most detections that are put in order, 0.6 GB of them.
const SORTED_MAX: u64 = 10_000_000;

/// Whether so many rows of a file can be read again and held; a pipe can be read but once.
pub fn fits(path: &Path, rows: u64) -> bool {
    rows <= SORTED_MAX && path.metadata().is_ok_and(|file| file.is_file())
}

/// All rows of a file by the number of their scan; where scans have none, by time, each time a scan.
pub fn sorted(
    rows: &mut Rows,
    described: &[Described],
    troubles: &mut Troubles,
) -> Result<Vec<Row>, Error> {
    let mut sorted: Vec<Row> = Vec::new();
    let mut first_late = 0;
    while let Some(row) = rows.next(described, troubles)? {
        let before = sorted.last().is_some_and(|last| is_later(last, &row, rows.are_numbered()));
        if before && first_late == 0 {
            first_late = row.line;
        }
        sorted.push(row);
    }
    troubles.add("file not in the order of its scans, sorted", first_late);
    if rows.are_numbered() {
        sorted.sort_by_key(|row| (row.scan, row.line));
        return Ok(sorted);
    }
    sorted
        .sort_by(|one, other| one.time_s.total_cmp(&other.time_s).then(one.line.cmp(&other.line)));
    let (mut scan, mut time_s) = (-1, f64::NAN);
    for row in &mut sorted {
        scan += i64::from(row.time_s != time_s);
        (row.scan, time_s) = (scan, row.time_s);
    }
    Ok(sorted)
}

fn is_later(last: &Row, row: &Row, by_scan: bool) -> bool {
    if by_scan { last.scan > row.scan } else { last.time_s > row.time_s }
}
