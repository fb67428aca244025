//! How strong a wave arrives: amplitude against size and distance, one law a kind of wave.

use libm::log10;

/// The waves that networks listen for.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Wave {
    /// Sound in the audible and low range; amplitudes in pascal.
    Acoustic,
    /// Sound below 20 Hz over long paths; amplitudes in pascal.
    Infrasound,
    /// Ground motion; amplitudes in nanometres as a Wood-Anderson seismograph shows them.
    Seismic,
}

/// log10 amplitude = `at_1kg_1km` + `by_size` log10 kg - `by_distance` log10 km - `by_km` km, with
/// a normal scatter about it.
#[derive(Clone, Copy, PartialEq, Debug, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Law {
    /// log10 of the amplitude of 1 kg TNT at 1 km.
    pub at_1kg_1km: f64,
    /// Growth with log10 size; above 0.
    pub by_size: f64,
    /// Fall with log10 distance.
    pub by_distance: f64,
    /// Fall a kilometre on top of that.
    pub by_km: f64,
    /// One standard deviation of log10 amplitude over paths and days.
    pub scatter: f64,
    /// Nobody is reckoned with beyond this distance, km: the law is not known there.
    pub reach_km: f64,
    /// Amplitude that a wind of 1 m/s makes in the sensor; grows as its square (turbulent
    /// stagnation pressure: Raspet, Webster and Dillion 2006).
    pub wind_noise: f64,
    /// Speed of the wave, km/s.
    pub speed_km_s: f64,
}

/// Nearer than this a source is not resolved, km.
const NEAREST_KM: f64 = 0.05;

impl Law {
    /// The law taken where a file states none. Acoustic: ANSI S2.20-1983 for the far field, a
    /// surface charge, with 0.02 a km for what refraction takes away. Infrasound: Stevens and
    /// others 2002. Seismic: local magnitude by IASPEI 2013 with
    /// ML = -1 + 0.75 log10 kg for charges at the surface (a magnitude and more below the
    /// contained ones of Khalturin and others 1998).
    #[must_use]
    pub fn of(wave: Wave) -> Self {
        match wave {
            Wave::Acoustic => Self {
                at_1kg_1km: 1.72,
                by_size: 0.3667,
                by_distance: 1.1,
                by_km: 0.02,
                scatter: 0.3,
                reach_km: 60.0,
                wind_noise: 0.002,
                speed_km_s: 0.34,
            },
            Wave::Infrasound => Self {
                at_1kg_1km: -0.71,
                by_size: 0.68,
                by_distance: 1.36,
                by_km: 0.0,
                scatter: 0.4,
                reach_km: 1_000.0,
                wind_noise: 0.001,
                speed_km_s: 0.3,
            },
            Wave::Seismic => Self {
                at_1kg_1km: 1.09,
                by_size: 0.75,
                by_distance: 1.11,
                by_km: 0.001_89,
                scatter: 0.3,
                reach_km: 300.0,
                wind_noise: 0.0,
                speed_km_s: 3.5,
            },
        }
    }

    /// The size, in log10 kg, that an amplitude of 1 at a distance means; an amplitude of
    /// `a` adds [`Law::size_of`] of it.
    #[must_use]
    pub fn size_at(&self, range_km: f64) -> f64 {
        let range_km = range_km.max(NEAREST_KM);
        let fall = self.by_distance * log10(range_km) + self.by_km * range_km;
        (fall - self.at_1kg_1km) / self.by_size
    }

    /// What an amplitude adds to the size, log10 kg; an amplitude that is none adds nothing less
    /// than the smallest number.
    #[must_use]
    pub fn size_of(&self, amplitude: f64) -> f64 {
        log10(amplitude.max(1e-300)) / self.by_size
    }

    /// One standard deviation of a size read off one amplitude, log10 kg.
    #[must_use]
    pub fn size_scatter(&self) -> f64 {
        (self.scatter / self.by_size).max(1e-6)
    }

    /// What is wrong with a law, if anything is.
    #[must_use]
    pub fn mistake(&self) -> Option<&'static str> {
        let finite = [self.at_1kg_1km, self.by_km, self.wind_noise].iter().all(|n| n.is_finite());
        let positive = |number: f64, most: f64| number > 0.0 && number <= most;
        if !finite || self.by_km < 0.0 || self.wind_noise < 0.0 {
            return Some(
                "at_1kg_1km, by_km and wind_noise must be numbers, the latter two not below 0",
            );
        }
        if !positive(self.by_size, 10.0) || !positive(self.by_distance, 10.0) {
            return Some("by_size and by_distance must be above 0 and at most 10");
        }
        if !positive(self.scatter, 5.0) || !positive(self.speed_km_s, 20.0) {
            return Some(
                "scatter must be above 0 and at most 5, speed_km_s above 0 and at most 20",
            );
        }
        (!positive(self.reach_km, 3_000.0)).then_some("reach_km must be above 0 and at most 3000")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_laws_give_what_their_papers_print() {
        // ANSI S2.20: 6.526 kPa (2e-6 kt)^0.3667 at 1 km for 1 kg of TNT at the surface.
        let acoustic = Law::of(Wave::Acoustic);
        assert!((acoustic.at_1kg_1km - log10(6526.0 * libm::pow(2e-6, 0.3667))).abs() < 0.02);
        // Stevens 2002: log10 Pa = 3.37 + 0.68 log10 kt - 1.36 log10 km; 1 kt is 10^6 kg.
        let infrasound = Law::of(Wave::Infrasound);
        assert!((infrasound.at_1kg_1km - (3.37 - 6.0 * 0.68)).abs() < 1e-9);
        // IASPEI: ML = log10 nm + 1.11 log10 km + 0.00189 km - 2.09.
        let seismic = Law::of(Wave::Seismic);
        let size = seismic.size_at(100.0) + seismic.size_of(10.0);
        let magnitude = 1.0 + 1.11 * 2.0 + 0.189 - 2.09;
        assert!((-1.0 + 0.75 * size - magnitude).abs() < 1e-9);
        assert!([acoustic, infrasound, seismic].iter().all(|law| law.mistake().is_none()));
    }
}
