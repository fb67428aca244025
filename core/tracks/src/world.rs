//! All that is believed of sensors and of things in general, as told and as learned.

use crate::clutter::Clutter;
use crate::ground::Ground;
use crate::noise::Noise;
use crate::rates::{LifeRates, SensorRates};
use crate::sensor::{Kind, Sensor};
use crate::settings::{Motion, Settings};
use crate::speeds::Speeds;
use crate::state::{Covariance, State};
use crate::track::Part;

/// Beliefs of sensors, motion, life and ground.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub ground: Ground,
    pub sensors: Vec<Sensor>,
    pub rates: Vec<SensorRates>,
    pub clutter: Vec<Clutter>,
    pub life: LifeRates,
    pub motions: Vec<Motion>,
    pub speeds: Vec<Speeds>,
    pub noise: Option<Noise>,
}

/// What may cause a detection apart from the things followed, as densities in the space of what the
/// sensor says: a square metre, a radian, a second.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Causes {
    /// Nothing at all.
    pub false_density: f64,
    /// A thing not seen before.
    pub new_density: f64,
    /// Chance of detecting a thing in reach.
    pub chance: f64,
    /// How much there is of the space: square metres, radians, seconds.
    pub spread: f64,
}

impl Causes {
    pub fn total(&self) -> f64 {
        self.false_density + self.new_density
    }
}

impl World {
    pub fn new(settings: &Settings) -> Self {
        let rate = |sensor: &Sensor| SensorRates::new(sensor.detection_chance, sensor.false_a_look);
        Self {
            ground: Ground::new(settings.area),
            sensors: settings.sensors.clone(),
            rates: settings.sensors.iter().map(rate).collect(),
            clutter: settings.sensors.iter().map(|_| Clutter::new()).collect(),
            life: LifeRates::new(),
            motions: settings.motions.clone(),
            speeds: settings.motions.iter().map(|m| Speeds::up_to(m.speed_mps)).collect(),
            noise: noise(settings),
        }
    }

    pub fn causes(&self, index: usize) -> Causes {
        let (sensor, rates) = (&self.sensors[index], &self.rates[index]);
        let chance = rates.chance();
        let seen_m2 = sensor.seen_m2(self.ground.rect.area_m2());
        let spread = match sensor.kind {
            Kind::Position => seen_m2,
            _ => sensor.spread_of_false(),
        };
        let unseen = self.life.unseen() * self.seen_share(sensor);
        Causes {
            false_density: rates.false_now() / spread,
            new_density: chance * unseen / spread,
            chance,
            spread,
        }
    }

    /// Density of all causes but tracks where a sensor of positions says something is.
    pub fn density_at(&self, index: usize, causes: &Causes, at_m: [f64; 2]) -> f64 {
        let share = self.seen_share(&self.sensors[index]);
        let a_look = self.rates[index].false_a_look.mean();
        causes.false_density * self.clutter[index].relative(at_m, a_look, share)
            + causes.new_density
    }

    /// How much of the ground a sensor sees.
    pub fn seen_share(&self, sensor: &Sensor) -> f64 {
        let area_m2 = self.ground.rect.area_m2();
        sensor.seen_m2(area_m2) / area_m2
    }

    /// A thing seen once, with every speed it may have, moved to now as one Gaussian.
    pub fn once(&self, part: &Part) -> State {
        let variance = self.speeds.iter().map(Speeds::variance).fold(0.0, f64::max);
        let mut from = part.state;
        from.velocity = Covariance::round(variance);
        from.moved(part.once_s, self.motions.iter().map(|motion| motion.q).fold(0.0, f64::max))
    }

    /// A place, with each motion's own spread of velocities.
    pub fn every_motion(&self, state: &State) -> Vec<Part> {
        let motions = self.motions.iter().zip(&self.speeds).enumerate();
        let part = |(index, (motion, speeds)): (usize, (&Motion, &Speeds))| {
            let velocity = Covariance::round(speeds.variance());
            let state = State { velocity, ..*state };
            Part { weight: motion.share, state, once_s: -1.0, motion: index as u8 }
        };
        motions.map(part).collect()
    }

    /// Where a part is now, whether or not its velocity is known.
    pub fn now(&self, part: &Part) -> State {
        if part.is_once() { self.once(part) } else { part.state }
    }
}

/// Scatter and swerve can be told apart where there is one of each.
fn noise(settings: &Settings) -> Option<Noise> {
    let ([sensor], [motion]) = (&settings.sensors[..], &settings.motions[..]) else { return None };
    (sensor.kind == Kind::Position).then(|| Noise::new(sensor.sigma, motion.q))
}
