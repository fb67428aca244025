//! Every row of the real files is read or named.

mod common;

use common::{read, real, rows};
use gateways::Format;
use watch::{Class, Content};

/// Reads a real file and checks its rows and observations; problems must be none.
fn check(name: &str, format: Format, rows_expected: usize, observations: usize) {
    let Some(bytes) = real(name) else { return };
    let (found, reading) = read(&bytes);
    let distinct: std::collections::BTreeSet<_> =
        reading.observations.iter().map(|observation| observation.id).collect();
    eprintln!(
        "{name}: {found}, {} lines, {} rows, {} observations ({} distinct), {} problems",
        reading.lines,
        rows(&reading).len(),
        reading.observations.len(),
        distinct.len(),
        reading.problems.len()
    );
    assert_eq!(found, format);
    assert_eq!(reading.problems, []);
    assert_eq!((rows(&reading).len(), reading.observations.len()), (rows_expected, observations));
}

#[test]
fn firms() {
    check("thermal/firms_viirs_ua_20260421_20260614.csv", Format::Firms, 17_672, 17_672);
    check("thermal/fires_dateonly_2018_prewar.csv", Format::Firms, 91_932, 91_932);
    check("thermal/fires_dateonly_2021_prewar.csv", Format::Firms, 57_595, 57_595);
    check("thermal/fires_dateonly_20220224_20220630.csv", Format::Firms, 70_865, 70_865);
}

#[test]
fn viina() {
    check("reports/viina_events_20260421_20260614.csv", Format::Viina, 7_913, 8_934);
    check("reports/viina_incidents_202406.csv", Format::Viina, 7_139, 7_139);
    check("reports/viina_incidents_202410.csv", Format::Viina, 6_080, 6_080);
    check("reports/VIINA_2022_REBUILD.csv", Format::Viina, 2_060, 2_170);
    check("reports/VIINA_2022_EXACT_DEDUPE.csv", Format::Viina, 639, 684);
}

#[test]
fn damaged_event_types_are_mended() {
    let Some(bytes) = real("reports/viina_incidents_202406.csv") else { return };
    let (_, reading) = read(&bytes);
    let fights = reading.observations.iter().filter(|observation| {
        let Content::Report(report) = &observation.content else { return false };
        report
            .classes
            .iter()
            .any(|(class, weight)| *class == Class::SmallArmsFire && *weight >= 1.0)
    });
    // 81 rows of type `firefighb`, counted in the file.
    assert_eq!(fights.count(), 81);
}

#[test]
fn bearings_of_an_array_toolbox() {
    let Some(bytes) = real("infrasound/uttr2004/example2.dets.json") else { return };
    let (format, reading) = read(&bytes);
    assert_eq!((format, reading.problems), (Format::Bearings, vec![]));
    let azimuths = reading.observations.iter().map(|observation| {
        let Content::Bearing(bearing) = &observation.content else { return None };
        Some((bearing.azimuth_deg, bearing.station.clone()))
    });
    let azimuths: Vec<_> = azimuths.collect();
    assert_eq!(azimuths.len(), 3);
    assert_eq!(azimuths[0], Some((234.4, "-109.5939 42.7668".to_owned())));
}
