//! Shapes of observations and beliefs as GeoJSON (RFC 7946).

use kernel::{Ellipse, Place};
use serde_json::{Value, json};
use watch::{Content, Seen, Shape, Station};

/// Corners of a drawn ellipse or sector.
const CORNERS: usize = 49;

/// A ring of places as a polygon.
#[must_use]
pub fn polygon(ring: &[Place]) -> Value {
    let ring: Vec<[f64; 2]> = ring.iter().map(|place| [place.lon, place.lat]).collect();
    json!({"type": "Polygon", "coordinates": [ring]})
}

/// An ellipse as a polygon.
#[must_use]
pub fn ellipse(ellipse: &Ellipse) -> Value {
    polygon(&ellipse.outline(CORNERS))
}

/// A circle as a polygon.
#[must_use]
pub fn circle(center: Place, radius_m: f64) -> Value {
    let round = Ellipse {
        center,
        semi_major_m: radius_m,
        semi_minor_m: radius_m,
        azimuth_deg: 0.0,
        level: 1.0,
    };
    ellipse(&round)
}

/// Where an observation says it was.
#[must_use]
pub fn of_seen(seen: &Seen<'_>) -> Value {
    match seen {
        Seen::Hotspot { place, .. } => ellipse(&place.ellipse(0.95)),
        Seen::Report { shape, .. } => of_shape(shape),
        Seen::Arrival { station, .. } => station.as_ref().map_or(Value::Null, of_station),
        Seen::Other { station: Some(station), .. } => of_station(station),
        Seen::Other { content: Content::Look(look), .. } if look.outline.len() > 2 => {
            let first = look.outline.first();
            polygon(&look.outline.iter().chain(first).copied().collect::<Vec<_>>())
        }
        Seen::Other { shape, .. } => of_shape(shape),
    }
}

fn of_station(station: &Station) -> Value {
    point(station.place())
}

fn point(place: Place) -> Value {
    json!({"type": "Point", "coordinates": [place.lon, place.lat]})
}

fn of_shape(shape: &Shape) -> Value {
    match *shape {
        Shape::Point { place, .. } => point(place),
        Shape::Area { center, radius_m } | Shape::Footprint { center, radius_m } => {
            circle(center, f64::from(radius_m))
        }
        Shape::Station { place } => place.map_or(Value::Null, point),
        Shape::Sector { from, azimuth_deg, half_width_deg, range_min_m, range_max_m } => {
            sector(from, [azimuth_deg, half_width_deg, range_min_m, range_max_m].map(f64::from))
        }
    }
}

/// "2-7 km north-north-east of its position" as a ring: out along the far arc, back along the near.
fn sector(from: Place, [azimuth_deg, half_width_deg, near_m, far_m]: [f64; 4]) -> Value {
    let steps = CORNERS / 2;
    let at = |range_m: f64, share: f64| {
        let angle = (azimuth_deg - half_width_deg + 2.0 * half_width_deg * share).to_radians();
        from.shifted_m(range_m * angle.sin(), range_m * angle.cos()).rounded()
    };
    let share = |step: usize| step as f64 / steps as f64;
    // Exterior rings run counter-clockwise (RFC 7946, 3.1.6), bearings clockwise: far arc backward.
    let far = (0..=steps).rev().map(|step| at(far_m, share(step)));
    let near = (0..=steps).map(|step| at(near_m, share(step)));
    let mut ring: Vec<Place> = far.chain(near).collect();
    ring.extend(ring.first().copied());
    polygon(&ring)
}
