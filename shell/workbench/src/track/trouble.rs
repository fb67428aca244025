//! What was wrong with the input: named, counted, and told at the end.

use std::collections::BTreeMap;

use tracks::Problem;

/// Problems by name: how many, and where the first was.
#[derive(Default, Debug)]
pub struct Troubles(BTreeMap<&'static str, (u64, u64)>);

impl Troubles {
    /// One more, at a line or scan.
    pub fn add(&mut self, name: &'static str, at: u64) {
        self.many(name, at, 1);
    }

    fn many(&mut self, name: &'static str, at: u64, count: u64) {
        self.0.entry(name).or_insert((0, at)).0 += count;
    }

    /// One of the tracker's, in a scan.
    pub fn of_scan(&mut self, problem: &Problem, scan: i64) {
        let (name, count) = match *problem {
            Problem::TimeUnusable { .. } => ("scan out of order or of unusable time, left out", 1),
            Problem::ClockSetAnew { .. } => ("clock set anew, tracking begun again", 1),
            Problem::SensorUnknown { .. } => ("unknown sensor, left out", 1),
            Problem::TooMany { .. } => ("scan with more detections than are taken, left out", 1),
            Problem::NotFinite { count } => ("detection that is no finite number, left out", count),
            Problem::Repeated { count } => ("repeated detection, left out", count),
        };
        self.many(name, scan as u64, count as u64);
    }

    /// Tells all on standard error.
    pub fn say(&self) {
        for (name, (count, at)) in &self.0 {
            eprintln!("{count} x {name} (first at {at})");
        }
    }

    /// Counts by name.
    pub fn counts(&self) -> BTreeMap<&'static str, u64> {
        self.0.iter().map(|(name, (count, _))| (*name, *count)).collect()
    }
}
