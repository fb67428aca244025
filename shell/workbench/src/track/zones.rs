//! Zones from GeoJSON: polygons and multipolygons, in the frame of the detections.

use std::path::Path;

use serde_json::Value;
use tracks::Zone;

use super::frame::Frame;
use super::trouble::Troubles;
use crate::Error;

/// Most bytes of a file of zones.
const BYTES_MAX: u64 = 16 << 20;

/// A zone and its name.
pub struct Named {
    /// Its `name` or `id`, or its place in the file.
    pub name: String,
    /// Its shape; a multipolygon is several.
    pub shape: Zone,
}

/// Reads them; one that is no polygon is named, and a file without a usable zone is refused, since
/// an empty answer would be read as one.
pub fn read(path: &Path, frame: &Frame, troubles: &mut Troubles) -> Result<Vec<Named>, Error> {
    let bytes = crate::small_file::bytes(path, BYTES_MAX)?;
    let refused = |why: String| {
        let sentence = format!("{}: {why}", path.display());
        Error::new(sentence, "Give a GeoJSON FeatureCollection of Polygons or MultiPolygons.")
    };
    let value: Value =
        serde_json::from_slice(&bytes).map_err(|error| refused(error.to_string()))?;
    let features = match value["features"].as_array() {
        Some(features) => features.clone(),
        None => vec![value],
    };
    let mut zones = Vec::new();
    for (index, feature) in features.iter().enumerate() {
        let name = name(feature, index);
        match shapes(feature, frame) {
            Some(shapes) => {
                zones.extend(shapes.into_iter().map(|shape| Named { name: name.clone(), shape }));
            }
            None => {
                eprintln!("{}: zone {name} is no polygon", path.display());
                troubles.add("zone that is no polygon, left out", index as u64 + 1);
            }
        }
    }
    if zones.is_empty() {
        return Err(refused("no zone in it".to_owned()));
    }
    Ok(zones)
}

fn name(feature: &Value, index: usize) -> String {
    let named = [&feature["properties"]["name"], &feature["id"]].into_iter().find(|v| !v.is_null());
    let name = match named {
        Some(Value::String(name)) => name.clone(),
        Some(other) => other.to_string(),
        None => (index + 1).to_string(),
    };
    // a name stands in a CSV
    name.replace([',', '\n', '\r', '"'], " ")
}

fn shapes(feature: &Value, frame: &Frame) -> Option<Vec<Zone>> {
    let geometry = if feature["geometry"].is_object() { &feature["geometry"] } else { feature };
    let polygon = |value: &Value| {
        Zone::new(value.as_array()?.iter().map(|r| ring(r, frame)).collect::<Option<_>>()?)
    };
    match geometry["type"].as_str()? {
        "Polygon" => Some(vec![polygon(&geometry["coordinates"])?]),
        "MultiPolygon" => geometry["coordinates"].as_array()?.iter().map(polygon).collect(),
        _ => None,
    }
}

fn ring(value: &Value, frame: &Frame) -> Option<Vec<[f64; 2]>> {
    let mut corners: Vec<[f64; 2]> = Vec::new();
    for corner in value.as_array()? {
        corners.push(frame.metres([corner[0].as_f64()?, corner[1].as_f64()?]));
    }
    if corners.len() > 1 && corners.first() == corners.last() {
        corners.pop();
    }
    Some(corners)
}
