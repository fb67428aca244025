//! Seeded scenes of moving things and what sensors make of them; the tracker never sees the truth.

use tracks::{Detection, Kind, Motion, Reach, Sensor};

/// SplitMix64 (Steele, Lea and Flood 2014): small, and the same everywhere.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    /// Between two numbers.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
    /// Standard normal (Box and Muller).
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * self.between(f64::MIN_POSITIVE, 1.0).ln()).sqrt();
        radius * self.between(0.0, std::f64::consts::TAU).cos()
    }
    /// A Poisson count; exact up to a few hundred, and by the normal law beyond.
    pub fn count(&mut self, mean: f64) -> usize {
        if mean > 500.0 {
            return (mean + mean.sqrt() * self.normal()).round().max(0.0) as usize;
        }
        let (mut count, mut left) = (0, self.between(f64::MIN_POSITIVE, 1.0));
        let least = (-mean).exp();
        while left > least {
            count += 1;
            left *= self.between(f64::MIN_POSITIVE, 1.0);
        }
        count
    }
    pub fn happens(&mut self, chance: f64) -> bool {
        self.between(0.0, 1.0) < chance
    }
}

/// Something that moves.
#[derive(Clone, Copy)]
pub struct Thing {
    pub id: usize,
    /// Position and velocity, metres and metres a second.
    pub state: [f64; 4],
    /// Which of the scene's sorts.
    pub sort: usize,
}

/// How a scene is made.
#[derive(Clone)]
pub struct Scene {
    pub name: &'static str,
    pub seed: u64,
    pub side_m: f64,
    pub things: usize,
    pub scans: usize,
    pub step_s: f64,
    /// Share of a step by which it may be longer or shorter.
    pub jitter: f64,
    /// Chance of ending, a second.
    pub end_per_s: f64,
    /// Acceleration noise and range of speeds by sort.
    pub sorts: Vec<(f64, [f64; 2])>,
    pub sensors: Vec<Sensor>,
}

impl Scene {
    /// Positions from one sensor of the whole square.
    pub fn positions(name: &'static str, seed: u64, things: usize, clutter: f64) -> Self {
        Self {
            name,
            seed,
            side_m: 2000.0 * (things as f64).sqrt(),
            things,
            scans: 120,
            step_s: 1.0,
            jitter: 0.0,
            end_per_s: 0.005,
            sorts: vec![(1.0, [5.0, 60.0])],
            sensors: vec![sensor(Kind::Position, 0.9, clutter, 15.0)],
        }
    }

    pub fn motions(&self) -> Vec<Motion> {
        if self.sorts.len() == 2 {
            return vec![Motion::GROUND, Motion::DRONE];
        }
        vec![Motion { q: self.sorts[0].0, ..Motion::ANY }]
    }
}

/// A sensor that sees everywhere.
pub fn sensor(kind: Kind, detection_chance: f64, false_a_look: f64, sigma: f64) -> Sensor {
    let false_a_look = Some(false_a_look);
    Sensor { kind, detection_chance, false_a_look, sigma, reach: None }
}

/// The same, within a range of a place.
pub fn within(sensor: Sensor, at_m: [f64; 2], range_m: f64) -> Sensor {
    let reach = Reach { at_m, range_m, from_rad: 0.0, width_rad: std::f64::consts::TAU };
    Sensor { reach: Some(reach), ..sensor }
}

/// One scan: its time, what is there, and what each sensor says, with whose it is.
pub struct Scan {
    pub time_s: f64,
    pub things: Vec<Thing>,
    pub looks: Vec<Vec<Detection>>,
    pub owners: Vec<Vec<Option<usize>>>,
}

/// A scene under way.
pub struct Play {
    scene: Scene,
    dice: Dice,
    things: Vec<Thing>,
    made: usize,
    time_s: f64,
    scan: usize,
}

impl Play {
    pub fn new(scene: &Scene) -> Self {
        let mut play = Self {
            scene: scene.clone(),
            dice: Dice::new(scene.seed),
            things: vec![],
            made: 0,
            time_s: 0.0,
            scan: 0,
        };
        play.fill();
        play
    }

    fn fill(&mut self) {
        while self.things.len() < self.scene.things {
            let side = self.scene.side_m;
            let sort = self.made % self.scene.sorts.len();
            let [low, high] = self.scene.sorts[sort].1;
            let (x, y) = (self.dice.between(0.0, side), self.dice.between(0.0, side));
            let speed = self.dice.between(low, high);
            let heading = self.dice.between(0.0, std::f64::consts::TAU);
            let state = [x, y, speed * heading.cos(), speed * heading.sin()];
            self.things.push(Thing { id: self.made, state, sort });
            self.made += 1;
        }
    }

    fn step(&mut self) -> f64 {
        let jitter = self.scene.jitter;
        let dt = self.scene.step_s * (1.0 + self.dice.between(-jitter, jitter));
        let mut stay = Vec::new();
        for thing in self.things.clone() {
            let q = self.scene.sorts[thing.sort].0;
            let mut state = thing.state;
            for axis in 0..2 {
                // Cholesky factor of the white-noise acceleration's covariance
                let (one, two) = (self.dice.normal(), self.dice.normal());
                let root = (q * dt).sqrt();
                state[axis] += dt * state[axis + 2] + root * dt / 3.0_f64.sqrt() * one;
                state[axis + 2] += root * (0.75_f64.sqrt() * one + 0.5 * two);
            }
            let inside = (0..2).all(|axis| state[axis] >= 0.0 && state[axis] < self.scene.side_m);
            if inside && !self.dice.happens(self.scene.end_per_s * dt) {
                stay.push(Thing { state, ..thing });
            }
        }
        self.things = stay;
        self.fill();
        dt
    }

    fn look(&mut self, sensor: &Sensor) -> (Vec<Detection>, Vec<Option<usize>>) {
        let mut seen = Vec::new();
        for thing in self.things.clone() {
            let at_m = [thing.state[0], thing.state[1]];
            let in_reach = sensor.reach.is_none_or(|reach| reach.holds(at_m));
            if in_reach && self.dice.happens(sensor.detection_chance) {
                let said = exact(sensor, at_m);
                let noise = [sensor.sigma * self.dice.normal(), sensor.sigma * self.dice.normal()];
                let second = if sensor.kind == Kind::Position { noise[1] } else { 0.0 };
                seen.push(([said[0] + noise[0], said[1] + second], Some(thing.id)));
            }
        }
        for _ in 0..self.dice.count(sensor.false_a_look.unwrap_or(0.0)) {
            let side = self.scene.side_m;
            let place = |dice: &mut Dice| [dice.between(0.0, side), dice.between(0.0, side)];
            let mut at_m = place(&mut self.dice);
            while sensor.kind == Kind::Position && sensor.reach.is_some_and(|r| !r.holds(at_m)) {
                at_m = place(&mut self.dice);
            }
            let said = match sensor.kind {
                Kind::Position => at_m,
                Kind::Azimuth { .. } => [self.dice.between(0.0, std::f64::consts::TAU), 0.0],
                Kind::Delay { at_m: one, other_m, speed_mps } => {
                    let most = (one[0] - other_m[0]).hypot(one[1] - other_m[1]) / speed_mps;
                    [self.dice.between(-most, most), 0.0]
                }
            };
            seen.push((said, None));
        }
        seen.into_iter().map(|(said, owner)| (Detection { said, sigma: None }, owner)).unzip()
    }
}

impl Iterator for Play {
    type Item = Scan;

    fn next(&mut self) -> Option<Scan> {
        if self.scan == self.scene.scans {
            return None;
        }
        if self.scan > 0 {
            self.time_s += self.step();
        }
        self.scan += 1;
        let sensors = self.scene.sensors.clone();
        let (looks, owners) = sensors.iter().map(|sensor| self.look(sensor)).unzip();
        Some(Scan { time_s: self.time_s, things: self.things.clone(), looks, owners })
    }
}

/// What a sensor would say of a place if it made no error.
fn exact(sensor: &Sensor, at_m: [f64; 2]) -> [f64; 2] {
    let from = |one: [f64; 2]| (at_m[0] - one[0], at_m[1] - one[1]);
    match sensor.kind {
        Kind::Position => at_m,
        Kind::Azimuth { at_m: one } => {
            let (dx, dy) = from(one);
            [dx.atan2(dy), 0.0]
        }
        Kind::Delay { at_m: one, other_m, speed_mps } => {
            let ((dx, dy), (ex, ey)) = (from(one), from(other_m));
            [(dx.hypot(dy) - ex.hypot(ey)) / speed_mps, 0.0]
        }
    }
}
