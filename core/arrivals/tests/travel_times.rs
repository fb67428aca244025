//! The travel-time table against the published ak135 times: Kennett (2005), "Seismological tables:
//! ak135", Australian National University; seconds, by distance in degrees and depth in km.

use std::sync::LazyLock;

use arrivals::ground::earth::Wave;
use arrivals::ground::table::{DEPTH_MAX_KM, DISTANCE_MAX_DEG, Table};
use proptest::prelude::*;

static TABLES: LazyLock<[Table; 2]> = LazyLock::new(|| [Table::new(Wave::P), Table::new(Wave::S)]);

/// Distance, then first P for a source at 0, 15, 35 and 50 km.
#[rustfmt::skip]
const P: [(f64, [f64; 4]); 14] = [
    (1.0, [19.17, 19.01, 17.51, 17.70]), (2.0, [35.03, 33.23, 31.27, 31.32]), (3.0, [48.78, 46.98, 45.02, 45.02]),
    (5.0, [76.27, 74.47, 72.51, 72.45]), (8.0, [117.47, 115.67, 113.70, 113.58]), (10.0, [144.90, 143.09, 141.12, 140.96]),
    (13.0, [185.94, 184.13, 182.14, 181.93]), (15.0, [213.23, 211.41, 209.32, 208.75]), (17.0, [239.13, 237.17, 234.96, 234.17]),
    (19.0, [263.16, 261.04, 258.57, 257.44]), (21.0, [284.95, 282.82, 280.32, 279.16]), (23.0, [306.34, 304.18, 301.65, 300.46]),
    (25.0, [325.43, 323.15, 320.44, 319.04]), (28.0, [352.50, 350.22, 347.49, 346.07]),
];

/// The same for first S.
#[rustfmt::skip]
const S: [(f64, [f64; 4]); 12] = [
    (1.0, [32.14, 31.98, 30.38, 30.74]), (2.0, [60.75, 57.98, 55.06, 55.14]), (3.0, [85.43, 82.66, 79.73, 79.72]),
    (5.0, [134.76, 131.99, 129.06, 128.93]), (8.0, [208.65, 205.87, 202.92, 202.66]), (10.0, [257.80, 255.01, 252.05, 251.70]),
    (13.0, [331.29, 328.47, 325.48, 325.01]), (16.0, [404.41, 401.57, 398.55, 397.96]), (19.0, [477.10, 474.25, 471.17, 470.47]),
    (22.0, [539.30, 535.85, 531.83, 529.77]), (25.0, [590.26, 586.50, 582.01, 579.46]), (28.0, [637.69, 633.92, 629.40, 626.82]),
];

/// Within 0.1 s up to 10 degrees and 0.3 s beyond.
#[test]
fn the_published_times_are_met() {
    for ((wave, rows), table) in [(Wave::P, &P[..]), (Wave::S, &S[..])].iter().zip(&*TABLES) {
        for (distance_deg, times) in *rows {
            for (depth_km, time_s) in [0.0, 15.0, 35.0, 50.0].into_iter().zip(times) {
                let here = table.first(*distance_deg, depth_km).unwrap();
                let limit_s = if *distance_deg <= 10.0 { 0.1 } else { 0.3 };
                let miss_s = here.time_s - time_s;
                assert!(miss_s.abs() < limit_s, "{wave:?} {distance_deg} {depth_km}: {miss_s}");
            }
        }
    }
}

#[test]
fn what_is_not_in_the_table_has_no_time() {
    let table = &TABLES[0];
    for (distance, depth) in [(-1.0, 5.0), (f64::NAN, 5.0), (10.0, f64::NAN), (10.0, -0.1)] {
        assert!(table.first(distance, depth).is_none(), "{distance} {depth}");
    }
    assert!(table.first(10.0, DEPTH_MAX_KM + 1.0).is_none());
    assert!(table.first(DISTANCE_MAX_DEG + 1.0, 5.0).is_none());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn times_rise_with_distance_and_slopes_are_theirs(depth in 0.0..50.0_f64, start in 0.0..1.0_f64) {
        let tables = &*TABLES;
        let mut last = [0.0; 2];
        let mut distance = start;
        while distance < 98.0 {
            let both = [0, 1].map(|wave| tables[wave].first(distance, depth));
            let [Some(p), Some(s)] = both else { panic!("nothing at {distance}, {depth}") };
            prop_assert!(p.time_s > last[0] && s.time_s > last[1], "falls at {}", distance);
            prop_assert!(s.time_s > p.time_s);
            let step = 1e-4;
            let ahead = tables[0].first(distance + step, depth).map_or(f64::NAN, |ahead| ahead.time_s);
            let slope = (ahead - p.time_s) / step;
            // At a corner between two branches the slopes differ.
            prop_assert!((slope - p.per_deg_s).abs() < 0.5 || p.per_deg_s - slope > 0.0, "{} {}", slope, p.per_deg_s);
            last = [p.time_s, s.time_s];
            distance += 0.37;
        }
    }
}
