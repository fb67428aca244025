//! The globe on a plane: a stereographic frame, in which spherical distances need no trigonometry but one arcsine.
//!
//! Latitudes become geocentric first, which takes most of the Earth's ellipticity out of travel times
//! (Dziewonski and Gilbert 1976, Geophys. J. R. astr. Soc. 44, 7-17).

use super::earth::EARTH_RADIUS_KM;

/// `1 - e^2` of WGS 84.
const AXES_SQUARED: f64 = 0.993_305_619_99;

const DEG: f64 = core::f64::consts::PI / 180.0;

/// A plane touching the globe at a centre: x east, y north (km), true to scale there and true to angles everywhere.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Frame {
    east: [f64; 3],
    north: [f64; 3],
    up: [f64; 3],
}

/// A place in the frame as people know it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spot {
    /// Geographic longitude (degrees).
    pub lon_deg: f64,
    /// Geographic latitude (degrees).
    pub lat_deg: f64,
    /// True kilometres for one kilometre of the frame.
    pub scale: f64,
    /// Angle from the frame's x to true east (rad, anticlockwise).
    pub turn_rad: f64,
}

impl Frame {
    /// A frame around the middle of some places (lon, lat; degrees). Places that are not finite do not count.
    pub fn around(places: impl Iterator<Item = (f64, f64)>) -> Self {
        let mut sum = [0.0; 3];
        for (lon, lat) in places.filter(|(lon, lat)| lon.is_finite() && lat.is_finite()) {
            let unit = unit(lon, lat);
            sum = core::array::from_fn(|axis| sum[axis] + unit[axis]);
        }
        let length = dot(sum, sum).sqrt();
        let up = if length > 1e-9 { sum.map(|one| one / length) } else { [1.0, 0.0, 0.0] };
        Self::at(up)
    }

    fn at(up: [f64; 3]) -> Self {
        let level = libm::hypot(up[0], up[1]);
        let east =
            if level > 1e-9 { [-up[1] / level, up[0] / level, 0.0] } else { [0.0, 1.0, 0.0] };
        Self { east, north: cross(up, east), up }
    }

    /// Where a place stands in the frame (km); the antipode of the centre stands at infinity.
    pub fn project(&self, lon_deg: f64, lat_deg: f64) -> (f64, f64) {
        let place = unit(lon_deg, lat_deg);
        let factor = 2.0 * EARTH_RADIUS_KM / (1.0 + dot(place, self.up));
        (dot(place, self.east) * factor, dot(place, self.north) * factor)
    }

    /// The place at a point of the frame.
    pub fn spot(&self, x_km: f64, y_km: f64) -> Spot {
        let squared = bulge(x_km, y_km);
        let flat = 1.0 / (EARTH_RADIUS_KM * (1.0 + squared));
        let (e, n, u) = (x_km * flat, y_km * flat, (1.0 - squared) / (1.0 + squared));
        let place: [f64; 3] = core::array::from_fn(|axis| {
            e * self.east[axis] + n * self.north[axis] + u * self.up[axis]
        });
        let geocentric = libm::atan2(place[2], libm::hypot(place[0], place[1]));
        let lon = libm::atan2(place[1], place[0]);
        let lat = libm::atan2(libm::sin(geocentric), AXES_SQUARED * libm::cos(geocentric));
        Spot {
            lon_deg: lon / DEG,
            lat_deg: lat / DEG,
            scale: 1.0 / (1.0 + squared),
            turn_rad: self.turn(place, lon),
        }
    }

    /// True east at a place, seen in the frame: stereographic projection turns about the axis `up + place`.
    fn turn(&self, place: [f64; 3], lon: f64) -> f64 {
        let true_east = [-libm::sin(lon), libm::cos(lon), 0.0];
        let share = dot(true_east, self.up) / (1.0 + dot(place, self.up));
        let carried: [f64; 3] =
            core::array::from_fn(|axis| true_east[axis] - share * (self.up[axis] + place[axis]));
        libm::atan2(dot(carried, self.north), dot(carried, self.east))
    }
}

/// `(x^2 + y^2) / (2 R)^2`: by how much a point of the frame is out of scale.
#[inline]
pub(super) fn bulge(x_km: f64, y_km: f64) -> f64 {
    (x_km * x_km + y_km * y_km) / (4.0 * EARTH_RADIUS_KM * EARTH_RADIUS_KM)
}

/// Angle between two points of the frame (rad), and its slopes against the first one's x and y (rad/km).
#[inline]
pub(super) fn angle(a: (f64, f64), b: (f64, f64)) -> (f64, [f64; 2]) {
    let (out_a, out_b) = (1.0 + bulge(a.0, a.1), 1.0 + bulge(b.0, b.1));
    let (dx, dy) = (a.0 - b.0, a.1 - b.1);
    let shrink = 1.0 / (EARTH_RADIUS_KM * EARTH_RADIUS_KM * out_a * out_b);
    let chord_squared = ((dx * dx + dy * dy) * shrink).min(4.0);
    let chord = chord_squared.sqrt();
    let angle = 2.0 * libm::asin(chord / 2.0);
    // From d(chord^2), with the shrinking's own change.
    let per_square = 1.0 / (2.0 * chord.max(1e-9) * (1.0 - chord_squared / 4.0).max(1e-12).sqrt());
    let loss = chord_squared / (2.0 * EARTH_RADIUS_KM * EARTH_RADIUS_KM * out_a);
    (
        angle,
        [
            (2.0 * dx * shrink - a.0 * loss) * per_square,
            (2.0 * dy * shrink - a.1 * loss) * per_square,
        ],
    )
}

/// The point reached from a point of the frame by going an angle (rad) in a direction of the frame (rad from x).
pub(super) fn onward(from: (f64, f64), direction_rad: f64, angle_rad: f64) -> (f64, f64) {
    let out = 1.0 + bulge(from.0, from.1);
    let (e, n) = (from.0 / (EARTH_RADIUS_KM * out), from.1 / (EARTH_RADIUS_KM * out));
    let u = 2.0 / out - 1.0;
    // The frame keeps angles: its x and y at a point, carried on the globe.
    let (dx, dy) = (libm::cos(direction_rad), libm::sin(direction_rad));
    let share = (e * dx + n * dy) / (1.0 + u);
    let way = [dx - share * e, dy - share * n, -share * (1.0 + u)];
    let (cos, sin) = (libm::cos(angle_rad), libm::sin(angle_rad));
    let [e, n, u] = [e * cos + way[0] * sin, n * cos + way[1] * sin, u * cos + way[2] * sin];
    let factor = 2.0 * EARTH_RADIUS_KM / (1.0 + u).max(1e-6);
    (e * factor, n * factor)
}

fn unit(lon_deg: f64, lat_deg: f64) -> [f64; 3] {
    let lat = libm::atan2(AXES_SQUARED * libm::sin(lat_deg * DEG), libm::cos(lat_deg * DEG));
    let (lon, level) = (lon_deg * DEG, libm::cos(lat));
    [level * libm::cos(lon), level * libm::sin(lon), libm::sin(lat)]
}

fn dot(a: [f64; 3], b: [f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

fn cross(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_frame_is_left_as_it_was_entered(lon in -179.0..179.0_f64, lat in -80.0..80.0_f64, at in -60.0..60.0_f64) {
            let frame = Frame::around([(30.0, at)].into_iter());
            let (x, y) = frame.project(lon, lat);
            prop_assume!(x.abs().max(y.abs()) < 50_000.0);
            let spot = frame.spot(x, y);
            prop_assert!((spot.lon_deg - lon).abs() < 1e-7 && (spot.lat_deg - lat).abs() < 1e-7);
            // A little east: the frame says how long that is and which way it points.
            let (x_east, y_east) = frame.project(lon + 1e-4, lat);
            let (dx, dy) = (x_east - x, y_east - y);
            let geocentric = libm::atan2(AXES_SQUARED * libm::sin(lat * DEG), libm::cos(lat * DEG));
            let truly = 1e-4 * DEG * EARTH_RADIUS_KM * libm::cos(geocentric);
            prop_assert!((libm::hypot(dx, dy) * spot.scale / truly - 1.0).abs() < 1e-3);
            let aside = libm::sin(libm::atan2(dy, dx) - spot.turn_rad);
            prop_assert!(aside.abs() < 1e-3, "{} {}", libm::atan2(dy, dx), spot.turn_rad);
        }

        #[test]
        fn going_onward_goes_that_far_that_way(from in (-3e3..3e3_f64, -3e3..3e3_f64), way in 0.0..6.2_f64, far in 0.01..1.7_f64) {
            let there = onward(from, way, far);
            prop_assert!((angle(from, there).0 - far).abs() < 1e-9);
            let near = onward(from, way, 1e-4);
            let turned = libm::sin(libm::atan2(near.1 - from.1, near.0 - from.0) - way);
            prop_assert!(turned.abs() < 1e-3);
        }

        #[test]
        fn angles_and_their_slopes(a in (-9e3..9e3_f64, -9e3..9e3_f64), b in (-3e3..3e3_f64, -3e3..3e3_f64)) {
            let (here, slopes) = angle(a, b);
            prop_assert!((angle(b, a).0 - here).abs() < 1e-12, "the way back is as long");
            prop_assume!(here > 1e-3);
            let step = 1e-2;
            let along_x = (angle((a.0 + step, a.1), b).0 - angle((a.0 - step, a.1), b).0) / (2.0 * step);
            let along_y = (angle((a.0, a.1 + step), b).0 - angle((a.0, a.1 - step), b).0) / (2.0 * step);
            prop_assert!((along_x - slopes[0]).abs() < 1e-9 && (along_y - slopes[1]).abs() < 1e-9);
        }
    }
}
