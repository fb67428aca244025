//! What a track may have been seen as: the detections near it, and how likely each is.

use crate::association::{Association, Claim};
use crate::grid::Grid;
use crate::sensor::{Detection, Kind, Sensor};
use crate::speeds::Speeds;
use crate::state::{Covariance, State, density};
use crate::track::{Part, Track};
use crate::world::{Causes, World};

/// Squared standard deviations within which a detection may be a track's: all but 5 in 100,000.
const GATE2: f64 = 20.0;
/// The same for a thing seen once, whose speed has a lighter tail than a Gaussian.
const GATE_ONCE2: f64 = 12.0;

/// A way a part of a track may have been detected.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Way {
    pub part: u32,
    pub detection: u32,
    /// Its share in the odds of the claim.
    pub weight: f64,
}

/// What a look offers to the tracks.
pub(crate) struct Offer<'a> {
    pub sensor: &'a Sensor,
    pub causes: Causes,
    pub clean: &'a [Detection],
    /// Density of what else may have caused each detection.
    pub densities: &'a [f64],
    pub grid: &'a Grid,
    /// The largest variance of any of the detections.
    pub loosest2: f64,
}

impl Offer<'_> {
    /// Every claim of every track; `ways` and the association's claims are made afresh.
    pub fn claim(
        &self,
        world: &World,
        tracks: &[Track],
        ways: &mut Vec<Way>,
        association: &mut Association,
    ) {
        ways.clear();
        association.claims.clear();
        association.unseen_log = 0.0;
        for (number, track) in tracks.iter().enumerate() {
            let first = ways.len();
            let mut visible = 0.0;
            for (at, part) in track.parts.iter().enumerate() {
                if self.sensor.sees(part.state.at_m) {
                    visible += part.weight;
                    self.ways(world, at as u32, part, ways);
                }
            }
            let unseen = 1.0 - track.existence * self.causes.chance * visible;
            association.unseen_log += libm::log(unseen);
            let scale = track.existence * self.causes.chance / unseen;
            let ways = &mut ways[first..];
            ways.iter_mut()
                .for_each(|way| way.weight *= scale / self.densities[way.detection as usize]);
            if track.parts.len() > 1 {
                ways.sort_by_key(|way| way.detection);
            }
            let mut ways_end = first as u32;
            for same in ways.chunk_by(|one, other| one.detection == other.detection) {
                let odds = same.iter().map(|way| way.weight).sum();
                let (track, detection) = (number as u32, same[0].detection);
                ways_end += same.len() as u32;
                association.claims.push(Claim { track, detection, ways_end, odds, chance: 0.0 });
            }
        }
    }

    fn ways(&self, world: &World, at: u32, part: &Part, ways: &mut Vec<Way>) {
        match (self.sensor.kind, part.is_once()) {
            (Kind::Position, true) => self.ways_once(world, at, part, ways),
            (Kind::Position, false) => self.ways_known(at, part, ways),
            _ => self.ways_by_number(world, at, part, ways),
        }
    }

    fn ways_known(&self, at: u32, part: &Part, ways: &mut Vec<Way>) {
        let state = &part.state;
        let loose = self.loosest2;
        let half = [state.position.xx, state.position.yy].map(|var| (GATE2 * (var + loose)).sqrt());
        self.grid.near(state.at_m, half, |index| {
            let detection = &self.clean[index as usize];
            let miss = state.miss(detection.said);
            if miss[0].abs() > half[0] || miss[1].abs() > half[1] {
                return;
            }
            let spread = state.position.plus(Covariance::round(self.sensor.variance(detection)));
            let (fit, distance2) = density(miss, spread);
            if distance2 < GATE2 {
                ways.push(Way { part: at, detection: index, weight: part.weight * fit });
            }
        });
    }

    fn ways_once(&self, world: &World, at: u32, part: &Part, ways: &mut Vec<Way>) {
        let age = part.once_s;
        let World { speeds, motions, .. } = world;
        let speed2 = speeds.iter().map(Speeds::variance).fold(0.0, f64::max);
        let loose = self.loosest2;
        let half = (GATE_ONCE2 * (part.state.position.xx + loose + speed2 * age * age)).sqrt();
        self.grid.near(part.state.at_m, [half; 2], |index| {
            let detection = &self.clean[index as usize];
            let miss = part.state.miss(detection.said);
            let distance2 = miss[0] * miss[0] + miss[1] * miss[1];
            if distance2 > half * half {
                return;
            }
            let noise = part.state.position.xx + self.sensor.variance(detection);
            let mut fit = 0.0;
            for (motion, speeds) in motions.iter().zip(speeds) {
                let variance = noise + motion.q * age * age * age / 3.0;
                let fits = speeds.weigh(&speeds.reach(distance2, variance, age));
                fit += motion.share * fits.iter().sum::<f64>();
            }
            ways.push(Way { part: at, detection: index, weight: part.weight * fit });
        });
    }

    fn ways_by_number(&self, world: &World, at: u32, part: &Part, ways: &mut Vec<Way>) {
        let state = world.now(part);
        let Some(expected) = Expected::new(self.sensor, &state) else { return };
        for (index, detection) in self.clean.iter().enumerate() {
            let miss = self.sensor.miss(detection.said[0], expected.said);
            let spread = expected.variance + self.sensor.variance(detection);
            let distance2 = miss * miss / spread;
            if distance2 < GATE2 {
                let scale = (core::f64::consts::TAU * spread).sqrt();
                let weight = part.weight * libm::exp(-0.5 * distance2) / scale;
                ways.push(Way { part: at, detection: index as u32, weight });
            }
        }
    }
}

/// What a sensor of numbers would say of a state.
pub(crate) struct Expected {
    pub said: f64,
    pub slope: [f64; 2],
    /// Variance from not knowing where the thing is: along the slope, and from the bend of what is
    /// said over so wide a region (second-order term, Bar-Shalom, Li and Kirubarajan 2001, 10.3.2).
    pub variance: f64,
}

impl Expected {
    pub fn new(sensor: &Sensor, state: &State) -> Option<Self> {
        let (said, slope) = sensor.expected(state.at_m)?;
        let [gx, gy] = slope;
        let spread = state.position;
        let along = gx * gx * spread.xx + 2.0 * gx * gy * spread.xy + gy * gy * spread.yy;
        let bend = sensor.bend(state.at_m) * spread.trace();
        Some(Self { said, slope, variance: along + 0.5 * bend * bend })
    }
}
