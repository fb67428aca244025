//! The sensors of a simulated world: where they stand, how quiet they are, what is wrong with them.

use kernel::{Place, Time};

use crate::faults::Fault;
use crate::random::Random;

/// What a sensor hears through.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Ear {
    /// A microphone.
    Acoustic,
    /// A seismometer.
    Seismic,
    /// A small array of barometers.
    Infrasound,
}

/// A sensor.
#[derive(Clone, PartialEq, Debug)]
pub struct Sensor {
    /// Its name.
    pub name: String,
    /// What it is.
    pub ear: Ear,
    /// Where it truly stands.
    pub place: Place,
    /// Its quietest noise: pascal, or m/s of ground velocity.
    pub noise: f64,
    /// What is wrong with it, if anything.
    pub fault: Option<Fault>,
}

impl Sensor {
    /// Its noise in this hour: wind on the microphone, people by day.
    #[must_use]
    pub fn noise_at(&self, seed: u64, at: Time) -> f64 {
        let hour = crate::weather::hour(seed, at);
        let people = if hour.day { 1.6 } else { 1.0 };
        let wind = match self.ear {
            Ear::Acoustic => libm::exp(0.25 * hour.wind_m_s()),
            Ear::Seismic => libm::exp(0.06 * hour.wind_m_s()),
            Ear::Infrasound => libm::exp(0.18 * hour.wind_m_s()),
        };
        self.noise * people * wind
    }

    /// Where its owner says that it stands.
    #[must_use]
    pub fn stated_place(&self) -> Place {
        match self.fault {
            Some(Fault {
                kind: crate::faults::FaultKind::Misplaced { east_m, north_m }, ..
            }) => self.place.shifted_m(east_m, north_m),
            _ => self.place,
        }
    }
}

/// Sensors over a square `side_m` wide: microphones every `spacing_m` (less or more), seismometers
/// five times as far apart, arrays at the corners.
#[must_use]
pub fn network(seed: u64, middle: Place, side_m: f64, spacing_m: f64) -> Vec<Sensor> {
    let mut random = Random::of(seed, "network");
    let mut sensors = Vec::new();
    let kinds = [
        (Ear::Acoustic, spacing_m, 0.004, "AC"),
        (Ear::Seismic, spacing_m * 5.0, 2e-8, "SE"),
        (Ear::Infrasound, side_m * 0.9, 0.01, "IS"),
    ];
    for (ear, spacing_m, quiet, letters) in kinds {
        let across = ((side_m / spacing_m) as usize).max(1) + 1;
        for cell in 0..across * across {
            let of = |step: usize| (step as f64 / (across - 1) as f64 - 0.5) * side_m;
            let jitter_m = spacing_m * 0.25;
            let place = middle.shifted_m(
                of(cell % across) + random.normal() * jitter_m,
                of(cell / across) + random.normal() * jitter_m,
            );
            let noise = quiet * libm::exp(0.5 * random.normal());
            let name = format!("{letters}{cell:03}");
            sensors.push(Sensor { name, ear, place: place.rounded(), noise, fault: None });
        }
    }
    sensors
}
