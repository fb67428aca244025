//! The line, the zones that can be drawn, and the protected objects as GeoJSON.

use serde_json::{Value, json};
use terms::zones::Ground;

use super::{Sight, geometry};

/// Everything of the agreement that has a place. Buffers of a line are described, not drawn: the
/// line and the distance say all.
#[must_use]
pub fn zones(sight: &Sight) -> Value {
    let zones = &sight.state.agreement.zones;
    let mut features = Vec::new();
    for line in &zones.lines {
        let path: Vec<[f64; 2]> = line.path.0.iter().map(|place| [place.lon, place.lat]).collect();
        let geometry = json!({"type": "LineString", "coordinates": path});
        features.push(feature(
            &line.id,
            "line",
            &json!(line.names),
            &geometry,
            json!({"status": line.status, "left": line.left, "right": line.right}),
        ));
    }
    for zone in &zones.zones {
        let (geometry, more) = ground(&zone.ground);
        features.push(feature(&zone.id, "zone", &json!(zone.names), &geometry, more));
    }
    for object in &zones.objects {
        let geometry =
            json!({"type": "Point", "coordinates": [object.place.lon, object.place.lat]});
        let more = json!({"category": object.category, "radius_m": object.radius_m});
        features.push(feature(&object.id, "object", &json!(object.names), &geometry, more));
    }
    json!({"type": "FeatureCollection", "features": features})
}

fn feature(id: &str, kind: &str, names: &Value, geometry: &Value, more: Value) -> Value {
    let mut properties = json!({"name": id, "kind": kind, "label": names});
    if let (Some(fields), Value::Object(more)) = (properties.as_object_mut(), more) {
        fields.extend(more);
    }
    json!({"type": "Feature", "id": id, "geometry": geometry, "properties": properties})
}

fn ground(ground: &Ground) -> (Value, Value) {
    match ground {
        Ground::Buffer { within_m, hand, .. } => {
            let within_m = within_m.is_finite().then_some(*within_m);
            (Value::Null, json!({"within_m": within_m, "hand": hand}))
        }
        Ground::Polygons { polygons } => {
            let rings = |polygon: &kernel::Polygon| -> Vec<Vec<[f64; 2]>> {
                polygon
                    .0
                    .iter()
                    .map(|ring| ring.iter().map(|place| [place.lon, place.lat]).collect())
                    .collect()
            };
            let coordinates: Vec<_> = polygons.iter().map(rings).collect();
            (json!({"type": "MultiPolygon", "coordinates": coordinates}), json!({}))
        }
        Ground::Circle { center, radius_m } => {
            (geometry::circle(*center, *radius_m), json!({"radius_m": radius_m}))
        }
    }
}
