//! Distances and directions on a sphere by vectors, and a plane laid on it.

use libm::{atan2, cos, hypot, sin};

/// Mean radius of the Earth, km (IUGG R1).
pub const RADIUS_KM: f64 = 6_371.008_8;

/// A direction from the middle of the Earth, with north and east as seen there.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Spot {
    up: [f64; 3],
    north: [f64; 3],
    east: [f64; 3],
}

impl Spot {
    /// A place by its degrees.
    #[must_use]
    pub fn new(lat_deg: f64, lon_deg: f64) -> Self {
        let (lat, lon) = (lat_deg.to_radians(), lon_deg.to_radians());
        let (sin_lat, cos_lat) = (sin(lat), cos(lat));
        let (sin_lon, cos_lon) = (sin(lon), cos(lon));
        Self {
            up: [cos_lat * cos_lon, cos_lat * sin_lon, sin_lat],
            north: [-sin_lat * cos_lon, -sin_lat * sin_lon, cos_lat],
            east: [-sin_lon, cos_lon, 0.0],
        }
    }

    /// Latitude and longitude, degrees.
    #[must_use]
    pub fn degrees(&self) -> (f64, f64) {
        let [x, y, z] = self.up;
        (atan2(z, hypot(x, y)).to_degrees(), atan2(y, x).to_degrees())
    }

    /// Distance along the surface, km, and bearing, radians clockwise from north, to another.
    #[must_use]
    pub fn to(&self, other: &Self) -> (f64, f64) {
        let along = [self.north, self.east, self.up].map(|axis| dot(axis, other.up));
        let flat = hypot(along[0], along[1]);
        (RADIUS_KM * atan2(flat, along[2]), atan2(along[1], along[0]))
    }

    /// The direction there is at a bearing (radians clockwise from north) from here.
    #[must_use]
    pub fn ray(&self, bearing: f64) -> Ray {
        let (sine, cosine) = (sin(bearing), cos(bearing));
        let mix = |a: f64, b: f64| {
            core::array::from_fn(|axis| a * self.north[axis] + b * self.east[axis])
        };
        Ray { up: self.up, ahead: mix(cosine, sine), aside: mix(-sine, cosine) }
    }

    /// The place so many km east and north on the plane laid here, distances and bearings from
    /// here kept (azimuthal equidistant).
    #[must_use]
    pub fn away(&self, east_km: f64, north_km: f64) -> Self {
        let up = self.up_away(east_km, north_km);
        let flat = hypot(up[0], up[1]).max(1e-12);
        let (sin_lon, cos_lon) = (up[1] / flat, up[0] / flat);
        Self {
            up,
            north: [-up[2] * cos_lon, -up[2] * sin_lon, flat],
            east: [-sin_lon, cos_lon, 0.0],
        }
    }

    /// As [`Spot::away`], as a direction from the middle of the Earth alone.
    #[must_use]
    pub fn up_away(&self, east_km: f64, north_km: f64) -> [f64; 3] {
        let range_km = (east_km * east_km + north_km * north_km).sqrt();
        let angle = range_km / RADIUS_KM;
        let far = if range_km > 0.0 { sin(angle) / range_km } else { 1.0 / RADIUS_KM };
        let (near, east, north) = (cos(angle), far * east_km, far * north_km);
        core::array::from_fn(|axis| {
            near * self.up[axis] + east * self.east[axis] + north * self.north[axis]
        })
    }

    /// East and north of another on the plane laid here, km.
    #[must_use]
    pub fn offset_km(&self, other: &Self) -> (f64, f64) {
        let (range_km, bearing) = self.to(other);
        (range_km * sin(bearing), range_km * cos(bearing))
    }

    /// The spot in the middle of several; their first if they cancel out.
    #[must_use]
    pub fn middle(spots: &[Self]) -> Option<Self> {
        let first = spots.first()?;
        let sum = spots
            .iter()
            .fold([0.0; 3], |sum, spot| core::array::from_fn(|axis| sum[axis] + spot.up[axis]));
        let flat = hypot(sum[0], sum[1]);
        if hypot(flat, sum[2]) < 1e-9 {
            return Some(*first);
        }
        let (lat, lon) = (atan2(sum[2], flat), atan2(sum[1], sum[0]));
        Some(Self::new(lat.to_degrees(), lon.to_degrees()))
    }
}

/// A place and a direction from it along the ground.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Ray {
    up: [f64; 3],
    ahead: [f64; 3],
    aside: [f64; 3],
}

impl Ray {
    /// Distance to a place along the surface, km, and one less the cosine of the angle between the
    /// ray and the way there.
    #[must_use]
    pub fn to(&self, up: [f64; 3]) -> (f64, f64) {
        let [ahead, aside, above] = [self.ahead, self.aside, self.up].map(|axis| dot(axis, up));
        let flat_squared = ahead * ahead + aside * aside;
        let flat = flat_squared.sqrt();
        let past_ahead = if flat > 0.0 { 1.0 - ahead / flat } else { 0.0 };
        if above < 0.7 {
            return (RADIUS_KM * atan2(flat, above), past_ahead);
        }
        // The angle is twice the arc sine of half the chord, by its series, right to 1e-9.
        let half_squared = flat_squared / (2.0 * (1.0 + above));
        let series = ARC_SINE.iter().rev().fold(0.0, |sum, term| sum * half_squared + term);
        (2.0 * RADIUS_KM * half_squared.sqrt() * series, past_ahead)
    }
}

/// Series of `asin(x) / x` in `x^2`.
const ARC_SINE: [f64; 9] = [
    1.0,
    1.0 / 6.0,
    3.0 / 40.0,
    15.0 / 336.0,
    105.0 / 3_456.0,
    945.0 / 42_240.0,
    10_395.0 / 599_040.0,
    135_135.0 / 9_676_800.0,
    2_027_025.0 / 175_472_640.0,
];

fn dot(one: [f64; 3], other: [f64; 3]) -> f64 {
    one[0] * other[0] + one[1] * other[1] + one[2] * other[2]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ray_measures_as_two_spots_do() {
        let here = Spot::new(48.0, 37.0);
        for (east, north) in [(300.0, -400.0), (0.0, 2_900.0), (-0.5, 0.1), (5_000.0, 1_000.0)] {
            let there = here.away(east, north);
            let (range_km, bearing) = here.to(&there);
            let (by_ray_km, past_ahead) = here.ray(1.0).to(there.up);
            assert!((range_km - by_ray_km).abs() < 1e-4, "{range_km} {by_ray_km}");
            assert!((past_ahead - (1.0 - cos(bearing - 1.0))).abs() < 1e-9);
        }
    }

    #[test]
    fn a_plane_keeps_distance_and_bearing_from_its_middle() {
        let here = Spot::new(48.0, 37.0);
        for (east, north) in [(300.0, -400.0), (0.0, 2_000.0), (-5.0, 1.0)] {
            let there = here.away(east, north);
            let (back_east, back_north) = here.offset_km(&there);
            assert!((back_east - east).abs() < 1e-6 && (back_north - north).abs() < 1e-6);
            let (lat, lon) = there.degrees();
            let again = Spot::new(lat, lon);
            assert!(there.to(&again).0 < 1e-6);
        }
        // Kyiv to Donetsk is 597 km at a bearing of 118 degrees.
        let (range, bearing) = Spot::new(50.45, 30.523).to(&Spot::new(48.003, 37.805));
        assert!((range - 597.0).abs() < 3.0 && (bearing.to_degrees() - 115.0).abs() < 4.0);
    }
}
