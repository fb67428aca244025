//! Located sources as files: a table, a map layer, which detections they rest on, an account.

use std::fmt::Write as _;
use std::path::Path;

use arrivals::infrasound::Shared;
use arrivals::infrasound::globe::Spot;
use gateways::infrapy::Detection;
use kernel::{Place, PlaceBelief, Time};
use serde_json::{Value, json};

use super::{chance, moment};
use crate::Error;

const COLUMNS: &str = "origin,lat,lon,best_lat,best_lon,ee_km2,en_km2,nn_km2,time,time_error_s,\
    time_from,time_to,area50_km2,area90_km2,area99_km2,chance,detections\n";

pub fn write(
    folder: &Path,
    found: &[Shared],
    detections: &[Detection],
    base: Time,
    problems: u64,
) -> Result<(), Error> {
    let put = |name: &str, text: String| {
        let path = folder.join(name);
        std::fs::write(&path, text).map_err(|error| Error::file("write", &path, &error))
    };
    put("origins.csv", table(found, base))?;
    put("origins.geojson", collection(found, base).to_string() + "\n")?;
    put("assignments.csv", assignments(found, detections))?;
    let run = json!({
        "detections": detections.len(), "origins": found.len(), "problems": problems,
    });
    put("run.json", run.to_string() + "\n")
}

fn table(found: &[Shared], base: Time) -> String {
    let mut text = COLUMNS.to_owned();
    for (number, shared) in (1..).zip(found) {
        let origin = &shared.origin;
        let ((lat, lon), (best_lat, best_lon)) = (origin.mean_deg, origin.best_deg);
        let [ee, en, nn] = origin.covariance_km2;
        let when = origin.when.map_or(",,,".to_owned(), |when| {
            let [time, from, to] = [when.time_s, when.from_s, when.to_s].map(|at| moment(base, at));
            format!("{time},{:.1},{from},{to}", when.error_s)
        });
        let [half, most, all] = origin.regions.map(|region| region.area_km2);
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{number},{lat:.5},{lon:.5},{best_lat:.5},{best_lon:.5},{ee:.3},{en:.3},{nn:.3},{when},\
             {half:.1},{most:.1},{all:.1},{:.4},{}",
            chance(shared),
            shared.members.len(),
        );
    }
    text
}

fn assignments(found: &[Shared], detections: &[Detection]) -> String {
    let mut text = "detection,line,array,origin\n".to_owned();
    for (at, detection) in detections.iter().enumerate() {
        let origin = found.iter().position(|shared| shared.members.contains(&at));
        let origin = origin.map(|number| (number + 1).to_string()).unwrap_or_default();
        let array = detection.array.replace([',', '"', '\n', '\r'], " ");
        let _ = writeln!(text, "{},{},{array},{origin}", at + 1, detection.line);
    }
    text
}

/// Each source as a point with its numbers, and its 90 % ellipse as an outline.
fn collection(found: &[Shared], base: Time) -> Value {
    let features = (1..).zip(found).flat_map(|(number, shared)| {
        let origin = &shared.origin;
        let [ee, en, nn] = origin.covariance_km2.map(|value| value * 1e6);
        let mean = Place { lon: origin.mean_deg.1, lat: origin.mean_deg.0 };
        let belief = PlaceBelief { mean, ee_m2: ee, en_m2: en, nn_m2: nn };
        let (ellipse, rounded) = (belief.ellipse(0.9), mean.rounded());
        let ring: Vec<[f64; 2]> =
            ellipse.outline(72).iter().map(|place| [place.lon, place.lat]).collect();
        let when = origin.when.map(|when| moment(base, when.time_s).to_string());
        let point = json!({
            "type": "Feature",
            "geometry": { "type": "Point", "coordinates": [rounded.lon, rounded.lat] },
            "properties": {
                "origin": number, "time": when, "time_error_s": origin.when.map(|when| when.error_s),
                "chance": chance(shared), "detections": shared.members.len(),
                "area_90_km2": origin.regions[1].area_km2,
            },
        });
        let outline = json!({
            "type": "Feature",
            "geometry": { "type": "Polygon", "coordinates": [ring] },
            "properties": { "origin": number, "ellipse_level": ellipse.level },
        });
        [point, outline]
    });
    json!({ "type": "FeatureCollection", "features": features.collect::<Vec<_>>() })
}

/// Where a place lies on a source's plane, km east and north.
pub fn on_plane(shared: &Shared, lat: f64, lon: f64) -> (f64, f64) {
    shared.origin.middle.offset_km(&Spot::new(lat, lon))
}
