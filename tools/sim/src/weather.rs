//! The weather of a simulated world, hour by hour: what carries sound, makes noise, hides the
//! ground and thunders.

use kernel::{Place, Time};

use crate::random::Random;

/// One hour.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Hour {
    /// Of the air near the ground, kelvin.
    pub temperature_k: f64,
    /// Relative humidity, percent.
    pub humidity_percent: f64,
    /// Wind blows this fast towards the east, m/s.
    pub wind_east_m_s: f64,
    /// And towards the north.
    pub wind_north_m_s: f64,
    /// Share of the sky under cloud, 0 to 1.
    pub cloud: f64,
    /// Whether the sun is up.
    pub day: bool,
}

impl Hour {
    /// How fast it blows, m/s.
    #[must_use]
    pub fn wind_m_s(&self) -> f64 {
        libm::hypot(self.wind_east_m_s, self.wind_north_m_s)
    }

    /// The part of the wind that blows from `from` towards `to`, m/s.
    #[must_use]
    pub fn along_m_s(&self, from: Place, to: Place) -> f64 {
        let turn = from.bearing_deg(to).to_radians();
        self.wind_east_m_s * libm::sin(turn) + self.wind_north_m_s * libm::cos(turn)
    }
}

/// A thunderstorm.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Storm {
    /// When it begins.
    pub from: Time,
    /// How long it lasts, seconds.
    pub lasts_s: f64,
    /// Where it begins.
    pub place: Place,
    /// Radius of its cell, metres.
    pub radius_m: f64,
}

/// The weather of one hour. The wind of a day turns slowly; every hour is a little different.
#[must_use]
pub fn hour(seed: u64, at: Time) -> Hour {
    let day = at.day_number();
    let clock_h = (at - at.day_start()).as_seconds() / 3_600.0;
    let mut of_day = Random::of(seed, &format!("weather {day}"));
    let mut of_hour = Random::of(seed, &format!("weather {day} {}", clock_h as u32));
    let year = std::f64::consts::TAU * f64::from(at.day_of_year()) / 365.25;
    // Local solar time near 36 degrees east is 2.4 hours ahead of UTC.
    let sun = -libm::cos(std::f64::consts::TAU * (clock_h + 2.4) / 24.0);
    let base_k = 282.0 - 12.0 * libm::cos(year) + 3.0 * of_day.normal();
    let direction = std::f64::consts::TAU * of_day.unit() + 0.3 * of_hour.normal();
    let speed = (libm::exp(1.2 + 0.5 * of_day.normal() + 0.25 * of_hour.normal())
        * (1.0 + 0.3 * sun))
        .min(18.0);
    let cloud = (of_day.unit() + 0.15 * of_hour.normal()).clamp(0.0, 1.0);
    Hour {
        temperature_k: base_k + 4.0 * sun,
        humidity_percent: (70.0 - 15.0 * sun + 8.0 * of_hour.normal()).clamp(15.0, 99.0),
        wind_east_m_s: speed * libm::sin(direction),
        wind_north_m_s: speed * libm::cos(direction),
        cloud,
        day: sun > 0.0,
    }
}

/// The storms of a day over a place some hundreds of kilometres wide: in summer, in the afternoon.
#[must_use]
pub fn storms(seed: u64, day_start: Time, middle: Place, reach_m: f64) -> Vec<Storm> {
    let mut random = Random::of(seed, &format!("storms {}", day_start.day_number()));
    let year = std::f64::consts::TAU * f64::from(day_start.day_of_year()) / 365.25;
    let count = random.poisson(0.8 * (1.0 - libm::cos(year)));
    let storm = |random: &mut Random| Storm {
        from: day_start + kernel::Duration::seconds((random.between(10.0, 19.0) * 3_600.0) as i64),
        lasts_s: random.between(1_800.0, 7_200.0),
        place: middle.shifted_m(random.normal() * reach_m, random.normal() * reach_m),
        radius_m: random.between(4_000.0, 15_000.0),
    };
    (0..count).map(|_| storm(&mut random)).collect()
}
