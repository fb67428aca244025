//! A slowness with its covariance, and what it says of direction and speed.

use libm::{atan2, hypot};

const DEGREES: f64 = 180.0 / core::f64::consts::PI;
/// Standard deviation of a direction of which nothing is known: uniform over the circle.
const NO_DIRECTION_DEG: f64 = 103.923_048_454_132_64;

/// Slowness on the ground in the direction in which the wave travels, seconds a metre.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Slowness {
    /// Eastward, s/m.
    pub east: f64,
    /// Northward, s/m.
    pub north: f64,
    /// Variance of `east`, (s/m)^2.
    pub ee: f64,
    /// Covariance, (s/m)^2.
    pub en: f64,
    /// Variance of `north`, (s/m)^2.
    pub nn: f64,
}

impl Slowness {
    /// Where the wave comes from, degrees clockwise from north, 0 to 360.
    #[must_use]
    pub fn back_azimuth_deg(&self) -> f64 {
        let azimuth = atan2(-self.east, -self.north) * DEGREES;
        if azimuth < 0.0 { azimuth + 360.0 } else { azimuth }
    }

    /// One standard deviation of it, degrees: the error across the slowness, as an angle at its
    /// end (the exact wrapped spread differs by under 3 % below 25 degrees); never more than that
    /// of no direction at all.
    #[must_use]
    pub fn back_azimuth_error_deg(&self) -> f64 {
        let size = self.size();
        let across = self.variance_along(-self.north / size, self.east / size);
        let error = across.max(0.0).sqrt() / size * DEGREES;
        if error < NO_DIRECTION_DEG { error } else { NO_DIRECTION_DEG }
    }

    /// Speed at which the wave crosses the array, m/s.
    #[must_use]
    pub fn trace_velocity_m_s(&self) -> f64 {
        1.0 / self.size()
    }

    /// One standard deviation of it, m/s.
    #[must_use]
    pub fn trace_velocity_error_m_s(&self) -> f64 {
        let size = self.size();
        self.variance_along(self.east / size, self.north / size).max(0.0).sqrt() / (size * size)
    }

    /// Squared distance to another slowness in units of both their errors; two degrees of freedom.
    #[must_use]
    pub fn distance_squared(&self, other: &Self) -> f64 {
        let (east, north) = (self.east - other.east, self.north - other.north);
        let (ee, en, nn) = (self.ee + other.ee, self.en + other.en, self.nn + other.nn);
        let determinant = ee * nn - en * en;
        (nn * east * east - 2.0 * en * east * north + ee * north * north) / determinant
    }

    fn size(&self) -> f64 {
        hypot(self.east, self.north)
    }

    fn variance_along(&self, east: f64, north: f64) -> f64 {
        self.ee * east * east + 2.0 * self.en * east * north + self.nn * north * north
    }
}

/// A symmetric two by two matrix: `[ee, en, nn]`.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Spread(pub [f64; 3]);

impl Spread {
    /// Sum of `r r^T` about the mean of the places.
    pub fn of(places_m: impl Iterator<Item = (f64, f64)> + Clone) -> Self {
        let count = places_m.clone().count().max(1) as f64;
        let (east, north) =
            places_m.clone().fold((0.0, 0.0), |sum, place| (sum.0 + place.0, sum.1 + place.1));
        let middle = (east / count, north / count);
        let mut spread = [0.0; 3];
        for (east, north) in places_m {
            let (east, north) = (east - middle.0, north - middle.1);
            spread[0] += east * east;
            spread[1] += east * north;
            spread[2] += north * north;
        }
        Self(spread)
    }

    /// Its determinant.
    pub fn determinant(&self) -> f64 {
        self.0[0] * self.0[2] - self.0[1] * self.0[1]
    }

    /// Its inverse; none when the places are as good as on one line (the narrow side under 1 % of the wide).
    pub fn inverse(&self) -> Option<Self> {
        let [ee, en, nn] = self.0;
        let (determinant, trace) = (self.determinant(), ee + nn);
        // The ratio of the eigenvalues is about determinant / trace^2.
        (determinant > 1e-4 * trace * trace)
            .then(|| Self([nn / determinant, -en / determinant, ee / determinant]))
    }

    /// The matrix times a vector.
    pub fn times(&self, (east, north): (f64, f64)) -> (f64, f64) {
        let [ee, en, nn] = self.0;
        (ee * east + en * north, en * east + nn * north)
    }
}
