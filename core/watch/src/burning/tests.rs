//! The bound that rules out origins must hold for every pair, or results would change with it.

use kernel::{Interval, ObservationId, Place, Time};
use proptest::prelude::*;

use super::{GridEntry, KM_PER_DEGREE, Kernel};
use crate::observation::{Content, Hotspot, HotspotConfidence, Observation, Shape};
use crate::settings::Settings;
use crate::store::{PackedHotspot, Store};

fn hotspots(pair: [(Place, i64, i64, f32, f32, f32); 2]) -> Vec<PackedHotspot> {
    let mut store = Store::default();
    for (line, (place, start_s, length_s, along_m, across_m, azimuth_deg)) in (0..).zip(pair) {
        let (start, end) = (start_s * 1_000_000, (start_s + length_s) * 1_000_000);
        let content = Hotspot { power_mw: None, confidence: HotspotConfidence::Nominal };
        let observation = Observation {
            id: ObservationId::of("s", &[line as u8]),
            line,
            when: Interval { start: Time(start), end: Time(end) },
            shape: Shape::Point { place, along_m, across_m, azimuth_deg },
            content: Content::Hotspot(content),
        };
        store.keep(0, observation);
    }
    store.hotspots
}

fn lengths() -> impl Strategy<Value = i64> {
    prop_oneof![Just(0), Just(60), Just(86_400)]
}

proptest! {
    #[test]
    fn no_gain_exceeds_its_bound(
        (lon, lat) in (-180.0..180.0_f64, -89.5..89.5_f64),
        (east_m, north_m) in (-20_000.0..20_000.0_f64, -20_000.0..20_000.0_f64),
        (apart_s, nearness) in (-400_000..400_000_i64, 0..12_u32),
        lengths in (lengths(), lengths()),
        pixels in prop::array::uniform2((10.0..2_500.0_f32, 10.0..2_500.0_f32, 0.0..180.0_f32)),
    ) {
        let scale = f64::from(1 << nearness);
        let one = Place { lon, lat };
        let other = one.shifted_m(east_m / scale, north_m / scale);
        let [first, second] = pixels;
        let pair = hotspots([
            (one, 0, lengths.0, first.0, first.1, first.2),
            (other, apart_s >> nearness, lengths.1, second.0, second.1, second.2),
        ]);
        let kernel = Kernel::new(&Settings::default());
        let poleward = lat.abs() + 30.0 / KM_PER_DEGREE;
        let parallel = if poleward < 89.0 { libm::cos(poleward.to_radians()) } else { 0.0 };
        let [one, other] = [0, 1].map(|at| GridEntry::new(&pair[at], at as u32));
        let bound = kernel.gain_max(&one, &other, parallel);
        prop_assert!(kernel.gain(&pair[0], &pair[1]) <= bound);
        prop_assert!(kernel.gain(&pair[1], &pair[0]) <= bound);
    }
}
