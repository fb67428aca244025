//! Positions as the formats write them, held against the globe.

use kernel::Place;

use crate::number::{millionths, unreadable};
use crate::reading::{Fault, shown};

const QUARTER: i64 = 90_000_000;
const HALF: i64 = 180_000_000;

/// A position in millionths of a degree: what ids are made of and places are rounded to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MicroDegrees {
    /// East positive.
    pub lon: i32,
    /// North positive.
    pub lat: i32,
}

impl MicroDegrees {
    /// The position in degrees.
    #[must_use]
    pub fn place(self) -> Place {
        Place { lon: f64::from(self.lon) / 1e6, lat: f64::from(self.lat) / 1e6 }
    }
}

/// Reads a position from its two fields, in degrees.
///
/// # Errors
/// `number-unreadable`, `latitude-out-of-range`, `longitude-out-of-range`, and
/// `coordinates-swapped` when the latitude is impossible and the two are possible the other way.
pub fn position(lon: &[u8], lat: &[u8]) -> Result<MicroDegrees, Fault> {
    let read = |field: &[u8]| millionths(field).ok_or_else(|| unreadable(field));
    let (lon_micro, lat_micro) = (read(lon)?, read(lat)?);
    if lat_micro.abs() <= QUARTER && lon_micro.abs() <= HALF {
        return Ok(MicroDegrees { lon: lon_micro as i32, lat: lat_micro as i32 });
    }
    let (code, range, field) = if lat_micro.abs() <= QUARTER {
        ("longitude-out-of-range", "a longitude between -180 and 180", lon)
    } else if lat_micro.abs() <= HALF && lon_micro.abs() <= QUARTER {
        ("coordinates-swapped", "a latitude, but would be a longitude", lat)
    } else {
        ("latitude-out-of-range", "a latitude between -90 and 90", lat)
    };
    Err(Fault::new(code, format!("{} is not {range}", shown(field))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn off_the_globe() {
        let code =
            |lon: &str, lat: &str| position(lon.as_bytes(), lat.as_bytes()).unwrap_err().code;
        assert_eq!(code("36.2", "200"), "latitude-out-of-range");
        assert_eq!(code("181", "50"), "longitude-out-of-range");
        assert_eq!(code("50.2", "136.2"), "coordinates-swapped");
        assert_eq!(code("nan", "50"), "number-unreadable");
        let kharkiv = position(b"36.26597", b"50.20104").unwrap();
        assert_eq!(kharkiv.place(), Place { lon: 36.26597, lat: 50.20104 });
    }
}
