//! What a sensor makes of a happening: an arrival with its time, its error and its size, or silence.

use kernel::{Duration, Place, Time};

use crate::happening::{Extent, Happening, log_normal};
use crate::laws::Laws;
use crate::network::{Ear, Sensor};
use crate::physics;
use crate::random::Random;
use crate::weather::{self, Hour};

/// Phases, as the files write them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Phase {
    /// Through the ground, first.
    P,
    /// Through the ground, second.
    S,
    /// Through the air.
    Acoustic,
    /// Through the air, below hearing, to an array.
    Infrasound,
}

impl Phase {
    /// The word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::P => "P",
            Self::S => "S",
            Self::Acoustic => "acoustic",
            Self::Infrasound => "infrasound",
        }
    }
}

/// An onset as a sensor sends it.
#[derive(Clone, PartialEq, Debug)]
pub struct Arrival {
    /// The sensor.
    pub sensor: String,
    /// How it came.
    pub phase: Phase,
    /// When, by the sensor's clock.
    pub at: Time,
    /// When it is sent.
    pub sent: Time,
    /// One standard deviation of the time as the picker states it, seconds.
    pub error_s: f64,
    /// Peak over noise.
    pub snr: f64,
    /// Dominant period, seconds.
    pub period_s: f64,
    /// How long it lasts, seconds.
    pub duration_s: f64,
    /// Peak: pascal or m/s.
    pub amplitude: f64,
    /// Direction that it came from, degrees clockwise from north, and its error; arrays only.
    pub azimuth_deg: Option<(f64, f64)>,
}

/// Peak over noise at which a picker triggers.
pub const TRIGGER_SNR: f64 = 3.5;
/// Crustal speeds, m/s; the ratio is that of a Poisson solid.
const P_M_S: f64 = 5_800.0;
const S_M_S: f64 = 3_350.0;

/// A world's ears on one happening: its common luck with the weather stays the same for all.
pub struct Listening<'a> {
    /// Seed of the weather and of all chance.
    pub seed: u64,
    /// What happens.
    pub happening: &'a Happening,
    laws: Laws,
    hour: Hour,
    common_db: f64,
    ground: f64,
}

impl<'a> Listening<'a> {
    /// To one happening, by the textbook's laws.
    #[must_use]
    pub fn to(seed: u64, happening: &'a Happening) -> Self {
        Self::under(&Laws::textbook(), seed, happening)
    }

    /// To one happening in a world of other laws.
    #[must_use]
    pub fn under(laws: &Laws, seed: u64, happening: &'a Happening) -> Self {
        let mut random =
            Random::of(seed, &format!("path {} {}", happening.at.0, happening.place.lon));
        let hour = weather::hour(seed, happening.at);
        let common_db = 3.0 * random.normal();
        let ground = log_normal(&mut random, 1.0, 1.6);
        Self { seed, happening, laws: *laws, hour, common_db, ground }
    }

    /// What one sensor sends of one event. Nothing where the wave drowns in noise.
    #[must_use]
    pub fn at(&self, sensor: &Sensor, event_s: f64, random: &mut Random) -> Vec<Arrival> {
        match sensor.ear {
            Ear::Acoustic | Ear::Infrasound => {
                self.air(sensor, event_s, random).into_iter().collect()
            }
            Ear::Seismic => [Phase::P, Phase::S]
                .into_iter()
                .filter_map(|phase| self.ground(sensor, event_s, phase, random))
                .collect(),
        }
    }

    fn air(&self, sensor: &Sensor, event_s: f64, random: &mut Random) -> Option<Arrival> {
        let one = self.happening;
        let (way_m, way_s) = self.way(sensor.place, random);
        let (source_pa, mut period_s) = if one.charge_kg > 0.0 {
            (
                physics::blast_pa(one.charge_kg, way_m) * one.muffled,
                physics::blast_period_s(one.charge_kg, way_m),
            )
        } else {
            (one.level_pa * 1_000.0 / way_m.max(10.0), one.period_s)
        };
        let fallen = libm::pow(way_m.max(100.0) / 1_000.0, -self.laws.fall);
        let source_pa = source_pa * self.laws.air * fallen;
        period_s *= one.lengthened;
        let (phase, refraction_db) = match sensor.ear {
            Ear::Infrasound => (Phase::Infrasound, self.ducted_db(sensor.place, way_m)),
            _ => (Phase::Acoustic, self.refracted_db(sensor.place, way_m)),
        };
        // What absorption leaves is longer: the highest frequency that survives 20 dB.
        let heard_s = self.longest_absorbed_s(way_m);
        period_s = libm::hypot(period_s, 0.7 * heard_s) * log_normal(random, 1.0, 1.25);
        let absorbed_db = self.absorbed_db(1.0 / period_s, way_m).min(60.0);
        let loss_db = absorbed_db + refraction_db + self.common_db + 4.0 * random.normal();
        let amplitude = source_pa * libm::pow(10.0, -loss_db / 20.0);
        let start = one.moment(event_s) + Duration((way_s * 1e6) as i64);
        // Paths multiply with distance.
        let duration_s = one.duration_s * log_normal(random, 1.0, 1.3)
            + way_m / 340.0 * random.between(0.0, 0.02);
        let mut arrival = self.pick(sensor, phase, start, amplitude, period_s, random)?;
        arrival.duration_s = duration_s;
        if sensor.ear == Ear::Infrasound {
            let error_deg = random.between(1.0, 4.0) * (1.0 + 5.0 / arrival.snr);
            let seen = sensor.place.bearing_deg(one.place) + error_deg * random.normal();
            arrival.azimuth_deg = Some((seen.rem_euclid(360.0), error_deg));
        }
        Some(arrival)
    }

    fn ground(
        &self,
        sensor: &Sensor,
        event_s: f64,
        phase: Phase,
        random: &mut Random,
    ) -> Option<Arrival> {
        let one = self.happening;
        let range_m = one.place.distance_m(sensor.place).max(100.0);
        // A volume or a track shakes the ground through the air only.
        let charge_kg =
            if one.charge_kg > 0.0 { one.charge_kg } else { libm::pow(one.level_pa / 85.0, 3.0) };
        let quake = one.cause == watch::classify_cause::Cause::Earthquake;
        let (speed, share) = match phase {
            Phase::P => (P_M_S, if quake { 0.35 } else { 1.0 }),
            _ => (S_M_S, if quake { 1.4 } else { 0.7 }),
        };
        let felt = physics::tremor_m_s(
            charge_kg,
            one.coupling * self.ground,
            range_m,
            5.0,
            self.laws.quality,
        );
        let amplitude = felt * share * log_normal(random, 1.0, 1.9);
        let way_s = range_m / speed * (1.0 + 0.01 * random.normal());
        let start = one.moment(event_s) + Duration((way_s * 1e6) as i64);
        let period_s = random.between(0.08, 0.35);
        let mut arrival = self.pick(sensor, phase, start, amplitude, period_s, random)?;
        arrival.duration_s = one.duration_s + range_m / 20_000.0 * random.between(0.5, 1.5);
        Some(arrival)
    }

    /// An onset, if it stands out of the noise: the weaker, the later and the less sure.
    fn pick(
        &self,
        sensor: &Sensor,
        phase: Phase,
        start: Time,
        amplitude: f64,
        period_s: f64,
        random: &mut Random,
    ) -> Option<Arrival> {
        let snr = amplitude / sensor.noise_at(self.seed, start);
        if snr.is_nan() || snr * log_normal(random, 1.0, 1.2) < TRIGGER_SNR {
            return None;
        }
        let sigma_s = libm::hypot(0.003, 0.5 * period_s / snr.min(50.0) * 2.0);
        let gross =
            if random.chance(0.02) { random.between(0.0, 3.0 * period_s + 0.3) } else { 0.0 };
        let late_s = sigma_s * random.normal() + gross;
        let at = start + Duration((late_s * 1e6) as i64);
        Some(Arrival {
            sensor: sensor.name.clone(),
            phase,
            at,
            sent: at + Duration((random.between(0.2, 2.0) * 1e6) as i64),
            error_s: sigma_s * log_normal(random, 1.0, 1.2),
            snr,
            period_s,
            duration_s: 0.0,
            amplitude: amplitude * log_normal(random, 1.0, 1.1),
            azimuth_deg: None,
        })
    }

    /// How far sound goes to a place, metres, and how long it takes, seconds.
    fn way(&self, to: Place, random: &mut Random) -> (f64, f64) {
        let one = self.happening;
        let still = physics::sound_m_s(self.hour.temperature_k);
        let turbulent = 1.0 + 0.002 * random.normal();
        match one.extent {
            Extent::Track { course_deg, speed_m_s, height_m } => {
                let (east, north) = one.place.offset_to_m(to);
                let turn = course_deg.to_radians();
                let along = east * libm::sin(turn) + north * libm::cos(turn);
                let across = east * libm::cos(turn) - north * libm::sin(turn);
                let slant = libm::hypot(across, height_m);
                // Colder aloft: the way down is slower than the ground's speed of sound.
                let sound = still - 12.0;
                let mach = speed_m_s / sound;
                let down_s = if mach > 1.0 {
                    slant / sound * libm::sqrt(1.0 - 1.0 / (mach * mach))
                } else {
                    // Heard from when it is about three slants away until it is gone.
                    slant / sound - 2.0 * slant / speed_m_s + 5.0 * random.normal()
                };
                (slant.max(100.0), along / speed_m_s + down_s * turbulent)
            }
            extent => {
                let range = one.place.distance_m(to).max(30.0);
                let speed = still + self.hour.along_m_s(one.place, to);
                let scatter = if let Extent::Volume { scatter_s } = extent {
                    scatter_s * random.normal()
                } else {
                    0.0
                };
                (range, range / speed * turbulent + scatter)
            }
        }
    }

    /// Upwind and by day sound bends up and leaves a shadow; downwind and by night it bends down
    /// (Wiener and Keast 1959: up to 20 dB and more).
    fn refracted_db(&self, to: Place, way_m: f64) -> f64 {
        let bends =
            self.hour.along_m_s(self.happening.place, to) + if self.hour.day { -1.5 } else { 1.5 };
        let octaves = libm::log2((way_m / 500.0).max(1.0));
        (-bends * 0.6 * octaves).clamp(-4.0, 22.0)
    }

    /// The stratospheric duct carries infrasound along its wind (towards the west in summer, the
    /// east in winter; Drob, Picone and Garcés 2003); below 150 km the near path serves.
    fn ducted_db(&self, to: Place, way_m: f64) -> f64 {
        let year = f64::from(self.happening.at.day_of_year()) / 365.25 * std::f64::consts::TAU;
        let eastward = libm::cos(year);
        let east = libm::sin(self.happening.place.bearing_deg(to).to_radians());
        let far = libm::log2((way_m / 50_000.0).max(1.0));
        far * (4.0 - 6.0 * eastward * east)
    }

    fn absorbed_db(&self, frequency_hz: f64, way_m: f64) -> f64 {
        physics::absorption_db_m(frequency_hz, self.hour.temperature_k, self.hour.humidity_percent)
            * way_m
    }

    fn longest_absorbed_s(&self, way_m: f64) -> f64 {
        let octave = (0..14).map(|octave| 4_000.0 / f64::from(1 << octave));
        let heard = octave.into_iter().find(|hz| self.absorbed_db(*hz, way_m) < 20.0);
        1.0 / heard.unwrap_or(0.5)
    }
}
