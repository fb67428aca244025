//! Metres in the plane, whether places come as metres or as degrees.

use libm::cos;

/// Metres in a degree of latitude (mean of the WGS 84 ellipsoid).
const METRES_A_DEGREE: f64 = 111_132.0;
/// Farthest that two places on Earth lie from each other along its surface, metres.
const FAR_M: f64 = 20_100e3;

/// How places are written.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Frame {
    /// As metres east and north.
    Metres,
    /// As degrees; laid flat round a place, which serves for a few hundred kilometres.
    Degrees {
        /// Longitude of the place.
        lon: f64,
        /// Latitude of the place.
        lat: f64,
    },
}

impl Frame {
    /// Metres from what is written.
    pub fn metres(&self, [first, second]: [f64; 2]) -> [f64; 2] {
        match *self {
            Self::Metres => [first, second],
            Self::Degrees { lon, lat } => {
                [(first - lon) * east_m(lat), (second - lat) * METRES_A_DEGREE]
            }
        }
    }

    /// Whether what is written can be no place on Earth. NaN is another matter.
    pub fn is_off_earth(&self, [first, second]: [f64; 2]) -> bool {
        let beyond = |value: f64, most: f64| value.is_finite() && value.abs() > most;
        match *self {
            Self::Metres => beyond(first, FAR_M) || beyond(second, FAR_M),
            Self::Degrees { .. } => beyond(first, 360.0) || beyond(second, 90.0),
        }
    }

    /// What is written, from metres.
    pub fn written(&self, [x_m, y_m]: [f64; 2]) -> [f64; 2] {
        match *self {
            Self::Metres => [x_m, y_m],
            Self::Degrees { lon, lat } => [lon + x_m / east_m(lat), lat + y_m / METRES_A_DEGREE],
        }
    }

    /// Names of the two columns.
    pub fn columns(&self) -> &'static str {
        match self {
            Self::Metres => "x_m,y_m",
            Self::Degrees { .. } => "lon,lat",
        }
    }

    /// Digits after the point that show centimetres.
    pub fn digits(&self) -> u32 {
        match self {
            Self::Metres => 2,
            Self::Degrees { .. } => 7,
        }
    }
}

fn east_m(lat: f64) -> f64 {
    1.001_7 * METRES_A_DEGREE * cos(lat.to_radians()).max(1e-3)
}
