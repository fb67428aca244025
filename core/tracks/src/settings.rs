//! What the tracker is told beforehand. All of it may be somewhat wrong, and is then learned.

use crate::sensor::Sensor;

/// A rectangle along the axes, metres.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Rect {
    /// Least x and y.
    pub low_m: [f64; 2],
    /// Greatest x and y.
    pub high_m: [f64; 2],
}

impl Rect {
    /// Its area, square metres; at least one.
    #[must_use]
    pub fn area_m2(&self) -> f64 {
        let side = |axis: usize| (self.high_m[axis] - self.low_m[axis]).max(1.0);
        side(0) * side(1)
    }
}

/// How one sort of thing moves: nearly constant velocity, pushed about by white noise.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Motion {
    /// Density of the acceleration noise, m^2/s^3 (its square root: change of speed over a second).
    pub q: f64,
    /// Speeds to expect, as the largest of the scales tried, metres a second per axis.
    pub speed_mps: f64,
    /// Share of things that move so.
    pub share: f64,
}

impl Motion {
    /// A vehicle on the ground: up to some 30 m/s, turning and braking.
    pub const GROUND: Self = Self { q: 1.0, speed_mps: 15.0, share: 0.5 };
    /// A drone: up to some 100 m/s, steadier for its speed.
    pub const DRONE: Self = Self { q: 4.0, speed_mps: 60.0, share: 0.5 };
    /// Anything: a broad prior for when nothing is said.
    pub const ANY: Self = Self { q: 1.0, speed_mps: 120.0, share: 1.0 };
}

/// What the tracker is told beforehand.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What is watched; learned from where detections lie when absent. Nothing is followed outside.
    pub area: Option<Rect>,
    /// The sensors; looks name them by index.
    pub sensors: Vec<Sensor>,
    /// Whether the sensors' sigma was told; where it is a stand-in, others up to six times as large and
    /// as small are tried beside it over the first scans, and the likeliest is kept.
    pub sigma_is_told: bool,
    /// The sorts of motion to tell apart, at least one.
    pub motions: Vec<Motion>,
    /// Existence above which a track is told of. One half is what minimises the expected GOSPA.
    pub told_above: f64,
    /// Existence below which a possible track is forgotten; lower where a detection is so rarely a
    /// new thing's that none would reach it.
    pub forgotten_below: f64,
    /// Alternatives kept for each track.
    pub alternatives_max: usize,
    /// Detections taken from one look; a look with more is refused whole.
    pub detections_max: usize,
    /// A longer step ahead than this is taken for a broken clock, seconds.
    pub step_max_s: f64,
}

impl Settings {
    /// One sensor of positions and one sort of motion.
    #[must_use]
    pub fn new(sensors: Vec<Sensor>) -> Self {
        Self {
            area: None,
            sensors,
            sigma_is_told: true,
            motions: vec![Motion::ANY],
            told_above: 0.5,
            forgotten_below: 1e-4,
            alternatives_max: 8,
            detections_max: 1_000_000,
            step_max_s: 600.0,
        }
    }
}
