//! Shapes on the ground: lines and polygons in degrees, with distances in metres.

use serde::{Deserialize, Serialize};

use crate::place::Place;

/// A line through places, as in a GeoJSON LineString.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Polyline(pub Vec<Place>);

impl Polyline {
    /// Shortest distance from `place` to the line in metres; infinite for an empty line.
    #[must_use]
    pub fn distance_m(&self, place: Place) -> f64 {
        self.nearest(place).map_or(f64::INFINITY, |nearest| nearest.distance_m)
    }

    /// The nearest point of the line, and on which hand `place` lies when walking along it.
    #[must_use]
    pub fn nearest(&self, place: Place) -> Option<Nearest> {
        if let [only] = self.0[..] {
            return Some(Nearest { distance_m: place.distance_m(only), left_of_line: false });
        }
        let segments = self.0.windows(2).map(|ends| nearest_on_segment(place, ends[0], ends[1]));
        segments.min_by(|one, other| one.distance_m.total_cmp(&other.distance_m))
    }
}

/// How a place lies to a line.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Nearest {
    /// Distance to the nearest point of the line, metres.
    pub distance_m: f64,
    /// Whether the place is to the left when walking the line from its first to its last place.
    pub left_of_line: bool,
}

fn nearest_on_segment(place: Place, from: Place, to: Place) -> Nearest {
    let (from_e, from_n) = place.offset_to_m(from);
    let (to_e, to_n) = place.offset_to_m(to);
    let (along_e, along_n) = (to_e - from_e, to_n - from_n);
    let length2 = along_e * along_e + along_n * along_n;
    let share = if length2 > 0.0 {
        (-(from_e * along_e + from_n * along_n) / length2).clamp(0.0, 1.0)
    } else {
        0.0
    };
    let (near_e, near_n) = (from_e + share * along_e, from_n + share * along_n);
    Nearest {
        distance_m: libm::hypot(near_e, near_n),
        left_of_line: along_n * from_e - along_e * from_n > 0.0,
    }
}

/// A polygon: an outer ring and holes, each closed (first place repeated last).
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Polygon(pub Vec<Vec<Place>>);

impl Polygon {
    /// Whether `place` lies inside the outer ring and outside the holes (even-odd rule).
    #[must_use]
    pub fn contains(&self, place: Place) -> bool {
        let edges = self.0.iter().flat_map(|ring| ring.windows(2));
        edges.fold(false, |inside, edge| inside ^ crosses(place, edge[0], edge[1]))
    }

    /// Distance in metres to the polygon: 0 inside, otherwise to its nearest edge.
    #[must_use]
    pub fn distance_m(&self, place: Place) -> f64 {
        if self.contains(place) { 0.0 } else { self.edge_distance_m(place) }
    }

    /// Distance in metres to the nearest edge, from inside or outside.
    #[must_use]
    pub fn edge_distance_m(&self, place: Place) -> f64 {
        let edges = self.0.iter().flat_map(|ring| ring.windows(2));
        edges
            .map(|edge| nearest_on_segment(place, edge[0], edge[1]).distance_m)
            .fold(f64::INFINITY, f64::min)
    }
}

/// Whether a ray going east from `place` crosses the edge.
fn crosses(place: Place, from: Place, to: Place) -> bool {
    (from.lat > place.lat) != (to.lat > place.lat)
        && place.lon < (to.lon - from.lon) * (place.lat - from.lat) / (to.lat - from.lat) + from.lon
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(lon: f64, lat: f64) -> Place {
        Place { lon, lat }
    }

    #[test]
    fn distance_to_a_line_and_its_hand() {
        let northward = Polyline(vec![at(37.0, 47.0), at(37.0, 49.0)]);
        let west = northward.nearest(at(36.9, 48.0)).unwrap();
        assert!(west.left_of_line && (west.distance_m - 7_440.0).abs() < 10.0);
        assert!(!northward.nearest(at(37.1, 48.0)).unwrap().left_of_line);
        assert!(Polyline(vec![]).distance_m(at(0.0, 0.0)).is_infinite());
    }

    #[test]
    fn a_hole_is_outside() {
        let square = |half: f64| {
            vec![
                at(-half, -half),
                at(half, -half),
                at(half, half),
                at(-half, half),
                at(-half, -half),
            ]
        };
        let ring = Polygon(vec![square(2.0), square(1.0)]);
        assert!(ring.contains(at(1.5, 0.0)) && !ring.contains(at(0.0, 0.0)));
        assert!((ring.distance_m(at(0.0, 0.0)) - 111_195.0).abs() < 50.0);
    }
}
