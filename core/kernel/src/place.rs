//! Where: WGS 84 degrees, and a belief about a place as a two-dimensional Gaussian.

use libm::{asin, atan2, cos, sin, sqrt};
use serde::{Deserialize, Serialize};

/// Mean Earth radius, metres (IUGG R1).
pub const EARTH_RADIUS_M: f64 = 6_371_008.8;
const RADIANS: f64 = std::f64::consts::PI / 180.0;

/// A point in WGS 84 degrees.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Place {
    /// East positive, -180 to 180.
    pub lon: f64,
    /// North positive, -90 to 90.
    pub lat: f64,
}

impl Place {
    /// The place, if the numbers are finite and on Earth.
    #[must_use]
    pub fn new(lon: f64, lat: f64) -> Option<Self> {
        let on_earth = lon.abs() <= 180.0 && lat.abs() <= 90.0;
        on_earth.then_some(Self { lon, lat })
    }

    /// Great-circle distance in metres (haversine; within 0.5 % of the ellipsoid).
    #[must_use]
    pub fn distance_m(self, other: Self) -> f64 {
        let half_lat = sin((other.lat - self.lat) * RADIANS / 2.0);
        let half_lon = sin((other.lon - self.lon) * RADIANS / 2.0);
        let chord = half_lat * half_lat
            + cos(self.lat * RADIANS) * cos(other.lat * RADIANS) * half_lon * half_lon;
        2.0 * EARTH_RADIUS_M * asin(sqrt(chord.clamp(0.0, 1.0)))
    }

    /// East and north metres from `self` to `other` on the local tangent plane; good to 0.1 %
    /// within 100 km of mid latitudes.
    #[must_use]
    pub fn offset_to_m(self, other: Self) -> (f64, f64) {
        let mut degrees_east = other.lon - self.lon;
        if degrees_east > 180.0 {
            degrees_east -= 360.0;
        } else if degrees_east < -180.0 {
            degrees_east += 360.0;
        }
        let parallel = cos((self.lat + other.lat) / 2.0 * RADIANS);
        let scale_m = EARTH_RADIUS_M * RADIANS;
        (degrees_east * parallel * scale_m, (other.lat - self.lat) * scale_m)
    }

    /// The place `east_m` and `north_m` metres away on the local tangent plane.
    #[must_use]
    pub fn shifted_m(self, east_m: f64, north_m: f64) -> Self {
        let scale_m = EARTH_RADIUS_M * RADIANS;
        let lat = (self.lat + north_m / scale_m).clamp(-90.0, 90.0);
        let parallel = cos((self.lat + lat) / 2.0 * RADIANS).max(1e-6);
        let lon = self.lon + east_m / (scale_m * parallel);
        Self { lon: (lon + 540.0).rem_euclid(360.0) - 180.0, lat }
    }

    /// Bearing from `self` to `other`, degrees clockwise from north, 0 to 360.
    #[must_use]
    pub fn bearing_deg(self, other: Self) -> f64 {
        let (east_m, north_m) = self.offset_to_m(other);
        (atan2(east_m, north_m) / RADIANS).rem_euclid(360.0)
    }

    /// Rounded to 1e-6 degrees (0.1 m), the stated rounding of recorded places.
    #[must_use]
    pub fn rounded(self) -> Self {
        Self { lon: round_to(self.lon, 1e6), lat: round_to(self.lat, 1e6) }
    }
}

/// `value` rounded to a multiple of `1 / per_unit`, half away from zero, never minus zero.
#[must_use]
pub fn round_to(value: f64, per_unit: f64) -> f64 {
    libm::round(value * per_unit) / per_unit + 0.0
}

/// Belief about a place: a Gaussian on the tangent plane at its mean.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct PlaceBelief {
    /// The mean.
    pub mean: Place,
    /// East-east covariance, m².
    pub ee_m2: f64,
    /// East-north covariance, m².
    pub en_m2: f64,
    /// North-north covariance, m².
    pub nn_m2: f64,
}

impl PlaceBelief {
    /// The same error in every direction: `sigma_m` is one standard deviation along each axis.
    #[must_use]
    pub fn round(mean: Place, sigma_m: f64) -> Self {
        Self { mean, ee_m2: sigma_m * sigma_m, en_m2: 0.0, nn_m2: sigma_m * sigma_m }
    }

    /// The ellipse that holds the truth with chance `level` (0 to 1), if the belief is right.
    #[must_use]
    pub fn ellipse(&self, level: f64) -> Ellipse {
        // Two degrees of freedom: the chi-square quantile is -2 ln(1 - level).
        let scale = -2.0 * libm::log(1.0 - level.clamp(0.0, 0.999_999));
        let half_sum = (self.ee_m2 + self.nn_m2) / 2.0;
        let half_difference = (self.ee_m2 - self.nn_m2) / 2.0;
        let spread = sqrt(half_difference * half_difference + self.en_m2 * self.en_m2);
        // The major axis turns from north toward east by half the angle of (2 en, nn - ee).
        let azimuth = atan2(self.en_m2, -half_difference) / 2.0 / RADIANS;
        Ellipse {
            center: self.mean,
            semi_major_m: sqrt(scale * (half_sum + spread).max(0.0)),
            semi_minor_m: sqrt(scale * (half_sum - spread).max(0.0)),
            azimuth_deg: azimuth.rem_euclid(180.0),
            level,
        }
    }

    /// Rounded as recorded: places to 1e-6 degrees, covariances to 1 m².
    #[must_use]
    pub fn rounded(&self) -> Self {
        Self {
            mean: self.mean.rounded(),
            ee_m2: round_to(self.ee_m2, 1.0),
            en_m2: round_to(self.en_m2, 1.0),
            nn_m2: round_to(self.nn_m2, 1.0),
        }
    }
}

/// A confidence ellipse.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Ellipse {
    /// Middle.
    pub center: Place,
    /// Half the long axis, metres.
    pub semi_major_m: f64,
    /// Half the short axis, metres.
    pub semi_minor_m: f64,
    /// Direction of the long axis, degrees clockwise from north, 0 to 180.
    pub azimuth_deg: f64,
    /// Chance that the truth lies inside.
    pub level: f64,
}

impl Ellipse {
    /// The outline as `points` places, first and last equal, counter-clockwise (RFC 7946, 3.1.6).
    #[must_use]
    pub fn outline(&self, points: usize) -> Vec<Place> {
        let (turn_sin, turn_cos) = {
            let turn = self.azimuth_deg * RADIANS;
            (sin(turn), cos(turn))
        };
        let corners = points.max(4) - 1;
        (0..=corners)
            .map(|corner| {
                let angle = -std::f64::consts::TAU * (corner % corners) as f64 / corners as f64;
                let along_m = self.semi_major_m * cos(angle);
                let across_m = self.semi_minor_m * sin(angle);
                self.center
                    .shifted_m(
                        along_m * turn_sin + across_m * turn_cos,
                        along_m * turn_cos - across_m * turn_sin,
                    )
                    .rounded()
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KYIV: Place = Place { lon: 30.52, lat: 50.45 };
    const KHARKIV: Place = Place { lon: 36.23, lat: 49.99 };

    #[test]
    fn distance_and_offsets_agree() {
        let far_m = KYIV.distance_m(KHARKIV);
        assert!((far_m - 409_000.0).abs() < 2_000.0, "{far_m}");
        let near = KYIV.shifted_m(3_000.0, -4_000.0);
        assert!((KYIV.distance_m(near) - 5_000.0).abs() < 1.0);
        let (east_m, north_m) = KYIV.offset_to_m(near);
        assert!((east_m - 3_000.0).abs() < 0.01 && (north_m + 4_000.0).abs() < 0.01);
        assert!((KYIV.bearing_deg(near) - 143.13).abs() < 0.01);
    }

    #[test]
    fn nowhere_is_no_place() {
        assert!(Place::new(0.0, 200.0).is_none());
        assert!(Place::new(f64::NAN, 0.0).is_none());
    }

    #[test]
    fn an_ellipse_points_along_its_long_axis() {
        let belief = PlaceBelief { mean: KYIV, ee_m2: 400.0, en_m2: 0.0, nn_m2: 100.0 };
        let ellipse = belief.ellipse(0.95);
        assert!((ellipse.azimuth_deg - 90.0).abs() < 1e-9);
        assert!((ellipse.semi_major_m - 20.0 * 2.4477).abs() < 0.01);
        let north_east = PlaceBelief { mean: KYIV, ee_m2: 100.0, en_m2: 60.0, nn_m2: 100.0 };
        assert!((north_east.ellipse(0.5).azimuth_deg - 45.0).abs() < 1e-9);
        let outline = ellipse.outline(33);
        assert_eq!((outline.len(), outline[0]), (33, outline[32]));
    }
}
