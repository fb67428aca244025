//! Incidents as a GeoJSON FeatureCollection (RFC 7946).

use serde_json::{Map, Value, json};
use watch::Incident;

/// Chance that an incident's ellipse holds its true place.
pub const ELLIPSE_LEVEL: f64 = 0.95;

/// The collection: a point at each incident's mean, everything else in its properties. The order
/// is that of the incidents.
#[must_use]
pub fn incidents<'a>(incidents: impl IntoIterator<Item = &'a Incident>) -> Value {
    let features: Vec<Value> = incidents.into_iter().map(feature).collect();
    json!({ "type": "FeatureCollection", "features": features })
}

fn feature(incident: &Incident) -> Value {
    let mean = incident.place.mean.rounded();
    json!({
        "type": "Feature",
        "id": incident.id,
        // Longitude first (RFC 7946, 3.1.1).
        "geometry": { "type": "Point", "coordinates": [mean.lon, mean.lat] },
        "properties": properties(incident),
    })
}

/// The incident as it is recorded, its covariance replaced by an ellipse that maps can draw.
fn properties(incident: &Incident) -> Map<String, Value> {
    let mut properties = match serde_json::to_value(incident) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    };
    properties.remove("place");
    // Where a moving thing went from moment to moment stays in the house.
    properties.remove("path");
    let ellipse = incident.place.ellipse(ELLIPSE_LEVEL);
    let shown = json!({
        "class": incident.classes.likeliest(),
        "start": incident.when.start,
        "end": incident.when.end,
        "ellipse_level": ellipse.level,
        "ellipse_semi_major_m": ellipse.semi_major_m.round(),
        "ellipse_semi_minor_m": ellipse.semi_minor_m.round(),
        "ellipse_azimuth_deg": (ellipse.azimuth_deg * 10.0).round() / 10.0,
    });
    properties.remove("when");
    properties.extend(shown.as_object().cloned().unwrap_or_default());
    properties
}
