//! A house of real observations, handed in by one writer after the other, passes.

mod common;

use std::fs;
use std::path::Path;

use common::{at, founded, hand_in};
use desk::{Desk, ingest};

#[test]
fn real_hotspots_and_reports_verify() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let read = |name: &str| fs::read_to_string(data.join(name));
    let (Ok(thermal), Ok(press)) = (
        read("thermal/firms_viirs_ua_20260421_20260614.csv"),
        read("reports/viina_events_20260421_20260614.csv"),
    ) else {
        eprintln!("NOT TESTED: there are no shared data in {}", data.display());
        return;
    };
    let (head, lines) = press.split_once('\n').unwrap();
    let middle = lines.len() / 2 + lines[lines.len() / 2..].find('\n').unwrap() + 1;
    let halves = [&lines[..middle], &lines[middle..]].map(|half| format!("{head}\n{half}"));
    let built = founded(3);
    let now = "2026-06-15T00:00:00Z";
    for text in [&thermal, &halves[0], &halves[1]] {
        let mut desk = Desk::open(&built.house).unwrap();
        hand_in(&mut desk, text, now);
        ingest::assemble(&mut desk, at(now)).unwrap();
    }
    let report = built.verify().unwrap();
    assert!(report.assemblies == 3 && report.observations > 25_000, "{report}");
}
