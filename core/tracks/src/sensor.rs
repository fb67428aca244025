//! What looks, what it can see, and what it says it saw.

use libm::{atan2, cos, sin};

/// What a sensor measures, and how to read its numbers.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Kind {
    /// A place; sigma in metres along each axis.
    Position,
    /// The direction from `at_m`, clockwise from the y axis (north), radians; sigma in radians.
    Azimuth {
        /// Where it stands, metres.
        at_m: [f64; 2],
    },
    /// How much later a sound came to `at_m` than to `other_m`, seconds; sigma in seconds.
    Delay {
        /// Where the first ear stands, metres.
        at_m: [f64; 2],
        /// Where the second ear stands, metres.
        other_m: [f64; 2],
        /// Speed of sound, metres a second.
        speed_mps: f64,
    },
}

/// Where a sensor can see: a ring sector round a point. What is outside it is never detected.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Reach {
    /// Its middle, metres.
    pub at_m: [f64; 2],
    /// How far, metres.
    pub range_m: f64,
    /// First direction seen, radians clockwise from north; the sector runs clockwise.
    pub from_rad: f64,
    /// Width of the sector, radians; a full turn or more sees all round.
    pub width_rad: f64,
}

impl Reach {
    /// Whether a place lies in it.
    #[must_use]
    pub fn holds(&self, at_m: [f64; 2]) -> bool {
        let (dx, dy) = (at_m[0] - self.at_m[0], at_m[1] - self.at_m[1]);
        let tau = core::f64::consts::TAU;
        dx * dx + dy * dy <= self.range_m * self.range_m
            && (self.width_rad >= tau
                || (atan2(dx, dy) - self.from_rad).rem_euclid(tau) <= self.width_rad)
    }
}

/// A sensor as it is described beforehand; what is described somewhat wrongly is learned.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Sensor {
    /// What it measures.
    pub kind: Kind,
    /// Chance of detecting a thing in reach at one look.
    pub detection_chance: f64,
    /// False detections to expect at one look; when absent, half of what the first look brings, until
    /// more is known.
    pub false_a_look: Option<f64>,
    /// Standard deviation of what it measures, in the unit of its kind.
    pub sigma: f64,
    /// Where it can see; everywhere in the area when absent.
    pub reach: Option<Reach>,
}

impl Sensor {
    pub(crate) fn sees(&self, at_m: [f64; 2]) -> bool {
        self.reach.is_none_or(|reach| reach.holds(at_m))
    }

    /// Variance of a detection, in the unit of the kind squared.
    pub(crate) fn variance(&self, detection: &Detection) -> f64 {
        detection.sigma.unwrap_or(self.sigma).powi(2)
    }

    /// How much of an area it sees, square metres.
    pub(crate) fn seen_m2(&self, area_m2: f64) -> f64 {
        let turn = core::f64::consts::TAU;
        self.reach.map_or(area_m2, |reach| {
            let sector = 0.5 * reach.width_rad.min(turn) * reach.range_m * reach.range_m;
            sector.clamp(1.0, area_m2)
        })
    }

    /// Largest second derivative of what it says, per square metre.
    pub(crate) fn bend(&self, at_m: [f64; 2]) -> f64 {
        let apart = |one: [f64; 2]| {
            let (dx, dy) = (at_m[0] - one[0], at_m[1] - one[1]);
            (dx * dx + dy * dy).max(1.0)
        };
        match self.kind {
            Kind::Position => 0.0,
            Kind::Azimuth { at_m: one } => 1.0 / apart(one),
            Kind::Delay { at_m: one, other_m, speed_mps } => {
                (1.0 / apart(one).sqrt() + 1.0 / apart(other_m).sqrt()) / speed_mps
            }
        }
    }

    /// What the sensor would say of a place, and how that grows per metre along x and y; `None` for
    /// sensors of positions and at the sensor itself, where a direction has no meaning.
    pub(crate) fn expected(&self, at_m: [f64; 2]) -> Option<(f64, [f64; 2])> {
        match self.kind {
            Kind::Position => None,
            Kind::Azimuth { at_m: from } => {
                let (dx, dy) = (at_m[0] - from[0], at_m[1] - from[1]);
                let range2 = dx * dx + dy * dy;
                (range2 > 1.0).then(|| (atan2(dx, dy), [dy / range2, -dx / range2]))
            }
            Kind::Delay { at_m: one, other_m, speed_mps } => {
                let (far, toward) = ray(one, at_m)?;
                let (other_far, other_toward) = ray(other_m, at_m)?;
                let slope = [toward[0] - other_toward[0], toward[1] - other_toward[1]];
                Some(((far - other_far) / speed_mps, slope.map(|part| part / speed_mps)))
            }
        }
    }

    /// What was said less what was expected; angles come home to half a turn either way.
    pub(crate) fn miss(&self, said: f64, expected: f64) -> f64 {
        match self.kind {
            Kind::Azimuth { .. } => {
                let turn = core::f64::consts::TAU;
                (said - expected + turn / 2.0).rem_euclid(turn) - turn / 2.0
            }
            _ => said - expected,
        }
    }

    /// Over how wide a range of numbers false detections spread: radians or seconds.
    pub(crate) fn spread_of_false(&self) -> f64 {
        let tau = core::f64::consts::TAU;
        match self.kind {
            Kind::Position => 1.0,
            Kind::Azimuth { .. } => self.reach.map_or(tau, |reach| reach.width_rad.min(tau)),
            Kind::Delay { at_m, other_m, speed_mps } => {
                let apart = libm::hypot(at_m[0] - other_m[0], at_m[1] - other_m[1]);
                (2.0 * apart / speed_mps).max(1e-6)
            }
        }
    }
}

fn ray(from: [f64; 2], to: [f64; 2]) -> Option<(f64, [f64; 2])> {
    let (dx, dy) = (to[0] - from[0], to[1] - from[1]);
    let far = libm::hypot(dx, dy);
    (far > 1.0).then(|| (far, [dx / far, dy / far]))
}

/// The point `range_m` away in a direction clockwise from north.
#[must_use]
pub fn along(at_m: [f64; 2], azimuth_rad: f64, range_m: f64) -> [f64; 2] {
    [at_m[0] + range_m * sin(azimuth_rad), at_m[1] + range_m * cos(azimuth_rad)]
}

/// One thing a sensor says it saw.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Detection {
    /// What it says, by the sensor's kind: x and y in metres; or one number and a zero.
    pub said: [f64; 2],
    /// Its own standard deviation, in the unit of the kind; the sensor's when absent.
    pub sigma: Option<f64>,
}

impl Detection {
    /// A place, metres.
    #[must_use]
    pub fn position(x_m: f64, y_m: f64) -> Self {
        Self { said: [x_m, y_m], sigma: None }
    }
    /// A direction in radians, or a delay in seconds.
    #[must_use]
    pub fn number(said: f64) -> Self {
        Self { said: [said, 0.0], sigma: None }
    }
    pub(crate) fn is_usable(&self) -> bool {
        self.said.iter().all(|part| part.is_finite())
            && self.sigma.is_none_or(|sigma| sigma.is_finite() && sigma > 0.0)
    }
}

/// All that one sensor saw at one time. A look that saw nothing is a look all the same.
#[derive(Clone, Copy, Debug)]
pub struct Look<'a> {
    /// Which of the settings' sensors.
    pub sensor: usize,
    /// What it saw, in any order.
    pub detections: &'a [Detection],
}
