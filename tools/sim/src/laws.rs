//! How one world's physics and habits stray from the textbook's, so that what is judged on many
//! worlds is judged on none of them in particular.

use crate::happening::{Happening, log_normal};
use crate::random::Random;

/// What one world multiplies or adds. [`Laws::textbook`] changes nothing.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Laws {
    /// Pressure of all sound. Published air-blast laws differ by two in the far field: 41 Pa
    /// (ANSI S2.20-1983) and 85 Pa (Sadovsky 1952) of a kilogram at a kilometre.
    pub air: f64,
    /// Added to the power that pressure falls off with: 0.9 over water and snow to 1.4 over woods.
    pub fall: f64,
    /// Motion of the ground beside the textbook's.
    pub ground: f64,
    /// Quality of the ground's rock, which absorbs tremors.
    pub quality: f64,
    /// Length of all periods.
    pub period: f64,
    /// Factor of one standard deviation of one charge's period: shape, casing, depth, height.
    pub period_each: f64,
    /// Length of all durations.
    pub lasts: f64,
    /// Chance that a second or later round, strike or stroke of the textbook's comes here too.
    pub again: f64,
    /// Time between them.
    pub gap: f64,
    /// Share of reports that name the very class.
    pub words: f64,
    /// Share of fires that are told of.
    pub fires_told: f64,
    /// Share of abnormal fires that burn where fires are rare in peacetime.
    pub odd_fires: f64,
    /// Share of quarries known to keep working hours.
    pub hours: f64,
    /// Noise of all sensors.
    pub noise: f64,
}

impl Laws {
    /// The laws of `physics` and `happening` as they stand there.
    #[must_use]
    pub fn textbook() -> Self {
        Self {
            air: 1.0,
            fall: 0.0,
            ground: 1.0,
            quality: 180.0,
            period: 1.0,
            period_each: 1.0,
            lasts: 1.0,
            again: 1.0,
            gap: 1.0,
            words: 0.65,
            fires_told: 0.15,
            odd_fires: 1.0,
            hours: 0.93,
            noise: 1.0,
        }
    }

    /// Those of world `seed`.
    #[must_use]
    pub fn of(seed: u64) -> Self {
        let mut random = Random::of(seed, "laws");
        Self {
            air: log_normal(&mut random, 0.7, 1.6),
            fall: random.between(-0.1, 0.4),
            ground: log_normal(&mut random, 1.0, 1.8),
            quality: random.between(60.0, 400.0),
            period: log_normal(&mut random, 1.0, 1.35),
            period_each: random.between(1.1, 1.4),
            lasts: log_normal(&mut random, 1.0, 1.4),
            again: random.between(0.3, 1.0),
            gap: log_normal(&mut random, 1.0, 1.7),
            words: random.between(0.45, 0.8),
            fires_told: log_normal(&mut random, 0.02, 2.5).min(0.5),
            odd_fires: random.between(0.4, 1.0),
            hours: random.between(0.85, 0.98),
            noise: log_normal(&mut random, 1.0, 2.0),
        }
    }

    /// The same happening as this world has it.
    #[must_use]
    pub fn bend(&self, mut one: Happening, random: &mut Random) -> Happening {
        one.lengthened = self.period * log_normal(random, 1.0, self.period_each);
        one.duration_s *= self.lasts;
        one.coupling *= self.ground;
        one.events_s.retain(|after| *after == 0.0 || random.chance(self.again));
        one.events_s.iter_mut().for_each(|after| *after *= self.gap);
        one
    }
}
