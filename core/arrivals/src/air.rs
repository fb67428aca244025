//! Sound in air along straight rays, with a speed and a wind that are not known.

use crate::arrival::Phase;
use crate::matrix::{Vector, zeros};
use crate::medium::{Medium, Prior, Ray, Seed, View};
use crate::seed;
use crate::station::Station;

/// Parameters of the state: `[t0_s, x_km, y_km, speed offset, wind east, wind north]`, the last
/// three as fractions of the nominal speed.
pub const PARAMETERS: usize = 6;

/// Air of one nominal sound speed.
///
/// The effective speed towards a station is `c (1 + offset + wind . u)` with `u` the unit vector
/// from source to station: temperature changes the first, wind the second, and both stay well
/// below a tenth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Air {
    /// Nominal speed of sound, km/s.
    pub speed_km_s: f64,
    /// Standard deviation of the common relative speed offset.
    pub offset_error: f64,
    /// Standard deviation of each wind component over the speed of sound.
    pub wind_error: f64,
    /// Distance at which a middling explosion is heard half as often as from near, km.
    pub range_km: f64,
    /// Standard deviation of an onset, s.
    pub onset_error_s: f64,
}

impl Default for Air {
    /// Air between -25 and +40 degrees Celsius in a breeze, and sensors as cheap microphones are.
    fn default() -> Self {
        Self {
            speed_km_s: 0.337,
            offset_error: 0.03,
            wind_error: 0.02,
            range_km: 8.0,
            onset_error_s: 0.03,
        }
    }
}

/// Largest offset or wind the formula is used for.
const NUISANCE_MAX: f64 = 0.25;

impl Medium<PARAMETERS> for Air {
    const ORIGIN: usize = 3;

    fn phases(&self) -> &[Phase] {
        &[Phase::Acoustic]
    }

    #[inline]
    fn ray(&self, state: &Vector<PARAMETERS>, station: &Station, _place: usize) -> Ray<PARAMETERS> {
        let (dx, dy) = (station.x_km - state[1], station.y_km - state[2]);
        let distance_km = (dx * dx + dy * dy).sqrt();
        // A source on top of a sensor has no direction; a metre gives one without harm.
        let per_km = 1.0 / distance_km.max(1e-3);
        let (ux, uy) = (dx * per_km, dy * per_km);
        let (wind_x, wind_y) = (state[4], state[5]);
        let along = wind_x * ux + wind_y * uy;
        let slowness = 1.0 / (self.speed_km_s * (1.0 + state[3] + along));
        let travel_s = distance_km * slowness;
        // The direction turns as the source moves, and the wind along the ray with it.
        let turn = slowness * slowness * self.speed_km_s;
        let by_speed = -travel_s * slowness * self.speed_km_s;
        Ray {
            travel_s,
            row: [
                1.0,
                -ux * slowness + turn * (wind_x - along * ux),
                -uy * slowness + turn * (wind_y - along * uy),
                by_speed,
                by_speed * ux,
                by_speed * uy,
            ],
        }
    }

    #[inline]
    fn hold(&self, state: &mut Vector<PARAMETERS>) {
        for nuisance in &mut state[Self::ORIGIN..] {
            *nuisance = nuisance.clamp(-NUISANCE_MAX, NUISANCE_MAX);
        }
    }

    fn prior(&self) -> Prior<PARAMETERS> {
        let mut information = zeros();
        information[3][3] = 1.0 / (self.offset_error * self.offset_error);
        information[4][4] = 1.0 / (self.wind_error * self.wind_error);
        information[5][5] = information[4][4];
        Prior { mean: [0.0; PARAMETERS], information }
    }

    fn onset_error_s(&self, _place: usize) -> f64 {
        self.onset_error_s
    }

    fn range_km(&self) -> f64 {
        self.range_km
    }

    fn longest_s(&self, distance_km: f64) -> f64 {
        distance_km
            / (self.speed_km_s * (1.0 - 3.0 * self.offset_error.max(self.wind_error)).max(0.5))
    }

    fn seeds(&self, view: &View<'_>, pick: u32, out: &mut Vec<Seed<PARAMETERS>>) {
        seed::around(self, view, pick, out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derivatives_agree_with_differences() {
        let air = Air::default();
        let station = Station { x_km: 3.0, y_km: -4.0, z_km: 0.0 };
        let state = [10.0, 0.3, 0.7, 0.02, -0.03, 0.04];
        let ray = air.ray(&state, &station, 0);
        for parameter in 0..PARAMETERS {
            let step = 1e-6;
            let arrival = |sign: f64| {
                let mut moved = state;
                moved[parameter] += sign * step;
                moved[0] + air.ray(&moved, &station, 0).travel_s
            };
            let slope = (arrival(1.0) - arrival(-1.0)) / (2.0 * step);
            assert!((slope - ray.row[parameter]).abs() < 1e-5, "{parameter}: {slope}");
        }
    }
}
