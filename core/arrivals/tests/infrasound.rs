//! Infrasound sources: regions that hold the source, and detections kept apart that have nothing in common.

use arrivals::infrasound::globe::Spot;
use arrivals::infrasound::{Heard, Propagation, Rates, associate, locate, locate_all};
use proptest::prelude::*;

/// What arrays hear of a source, each bearing off by so many of its errors.
fn heard(source: &Spot, stations: &[(f64, f64)], time_s: f64, off: &[f64]) -> Vec<Heard> {
    let air = Propagation::default();
    let heard = stations.iter().enumerate().map(|(at, (lat, lon))| {
        let (range_km, bearing) = Spot::new(*lat, *lon).to(source);
        Heard {
            array: at as u32,
            lat_deg: *lat,
            lon_deg: *lon,
            time_s: Some(time_s + range_km * air.paths[1].mean_s_km),
            back_azimuth_deg: bearing.to_degrees() + 3.2 * off[at],
            error_deg: 1.0,
        }
    });
    heard.collect()
}

const STATIONS: [(f64, f64); 4] = [(50.7, 29.2), (46.8, 37.1), (52.0, 34.0), (47.0, 28.9)];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn the_source_lies_in_its_region(
        lat in 46.0..52.0f64, lon in 28.0..38.0f64, off in prop::array::uniform4(-1.5..1.5f64),
    ) {
        let origin = locate(&heard(&Spot::new(lat, lon), &STATIONS, 100.0, &off), &Propagation::default()).unwrap();
        prop_assert!(origin.level_at(lat, lon) < 0.999, "{origin:?}");
        let when = origin.when.unwrap();
        prop_assert!((when.time_s - 100.0).abs() < 5.0 * when.error_s);
        let [half, most, all] = origin.regions.map(|region| region.area_km2);
        prop_assert!(0.0 < half && half < most && most < all);
        let sum: f64 = origin.cells.iter().map(|cell| libm::exp(cell.ln_density) * 4.0 * cell.half_km * cell.half_km).sum();
        prop_assert!((sum - 1.0).abs() < 1e-9);
    }

    #[test]
    fn the_order_of_detections_does_not_matter(lat in 46.0..52.0f64, lon in 28.0..38.0f64) {
        let mut all = heard(&Spot::new(lat, lon), &STATIONS, 100.0, &[0.3, -0.5, 0.8, 0.0]);
        let one = locate(&all, &Propagation::default()).unwrap();
        all.reverse();
        let other = locate(&all, &Propagation::default()).unwrap();
        prop_assert!((one.mean_deg.0 - other.mean_deg.0).abs() < 1e-6);
        prop_assert!((one.ln_evidence - other.ln_evidence).abs() < 1e-6);
    }
}

#[test]
fn another_array_narrows_the_region() {
    let source = Spot::new(49.0, 33.0);
    let all = heard(&source, &STATIONS, 0.0, &[0.0; 4]);
    let air = Propagation::default();
    let area = |count: usize| locate(&all[..count], &air).unwrap().regions[1].area_km2;
    assert!(area(2) > area(3) && area(3) > area(4));
    assert!(locate(&[], &air).is_none());
}

#[test]
fn a_list_of_sources_tells_how_far_its_bearings_stray() {
    let air = Propagation::default();
    let list = |stray: f64| -> Vec<Vec<Heard>> {
        let source = |number: usize| {
            let spot = Spot::new(47.0 + 0.3 * number as f64, 31.0 + 0.4 * number as f64);
            let off: [f64; 4] =
                core::array::from_fn(|at| [1.0, -1.0, 1.1, -0.9][(at + number) % 4] * stray);
            heard(&spot, &STATIONS, 0.0, &off)
        };
        (0..12).map(source).collect()
    };
    let area_with = |stray: f64| {
        let mut sources = list(stray);
        sources.push(heard(&Spot::new(49.0, 33.0), &STATIONS, 0.0, &[0.6, -0.5, 0.7, 0.4]));
        locate_all(&sources, &air)[12].clone().unwrap().regions[1].area_km2
    };
    let (calm, middling, stormy) = (area_with(0.3), area_with(1.0), area_with(2.0));
    assert!(1.2 * calm < middling && 1.2 * middling < stormy, "{calm} {middling} {stormy}");
}

#[test]
fn two_sources_are_told_apart_and_a_false_alarm_stays_alone() {
    let (one, other) = (Spot::new(49.0, 33.0), Spot::new(47.5, 35.5));
    let mut all = heard(&one, &STATIONS, 0.0, &[0.4, -0.3, 0.1, 0.2]);
    all.extend(heard(&other, &STATIONS, 9_000.0, &[0.1, 0.5, -0.2, 0.3]));
    all.push(Heard { array: 0, time_s: Some(20_000.0), back_azimuth_deg: 300.0, ..all[0] });
    let found = associate(&all, &Propagation::default(), &Rates::default());
    let mut members: Vec<Vec<usize>> = found.iter().map(|shared| shared.members.clone()).collect();
    members.sort();
    assert_eq!(members, [vec![0, 1, 2, 3], vec![4, 5, 6, 7]]);
}
