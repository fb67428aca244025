//! Seeded scenes: sensors on a plain, explosions, false onsets, weather; the truth beside them.

use arrivals::{Arrival, Phase, Station};

/// What a scene is made of.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Everything follows from it.
    pub seed: u64,
    /// Sensors.
    pub sensors: usize,
    /// East and north extent, km.
    pub size_km: [f64; 2],
    /// Seconds.
    pub duration_s: f64,
    /// Explosions a second.
    pub rate: f64,
    /// Share of onsets that are false.
    pub false_share: f64,
    /// Standard deviation of onsets, s.
    pub onset_error_s: f64,
    /// Standard deviation of travel times over themselves.
    pub path_error: f64,
    /// Chance of being noticed from near.
    pub chance: f64,
    /// Distance at which half notice, km.
    pub range_km: f64,
    /// Largest speed offset and wind over the speed of sound.
    pub weather: [f64; 2],
    /// Speed of sound, km/s.
    pub speed_km_s: f64,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            seed: 1,
            sensors: 200,
            size_km: [60.0, 40.0],
            duration_s: 600.0,
            rate: 0.1,
            false_share: 0.3,
            onset_error_s: 0.02,
            path_error: 0.001,
            chance: 0.9,
            range_km: 8.0,
            weather: [0.02, 0.01],
            speed_km_s: 0.34,
        }
    }
}

/// An explosion and who noticed it.
#[derive(Clone, Debug)]
pub struct Explosion {
    /// Origin time, s.
    pub time_s: f64,
    /// East and north, km.
    pub place_km: [f64; 2],
    /// Indices of its arrivals.
    pub arrivals: Vec<u32>,
}

/// A scene with its truth.
#[derive(Clone, Debug)]
pub struct Scene {
    /// Sensors.
    pub stations: Vec<Station>,
    /// Onsets in time order.
    pub arrivals: Vec<Arrival>,
    /// Explosions.
    pub explosions: Vec<Explosion>,
}

/// SplitMix64 (Steele, Lea and Flood 2014).
pub struct Dice(pub u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Between 0 and 1.
    pub fn even(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Standard normal (Box and Muller).
    pub fn normal(&mut self) -> f64 {
        let (a, b) = (self.even().max(1e-300), self.even());
        libm::sqrt(-2.0 * libm::log(a)) * libm::cos(core::f64::consts::TAU * b)
    }
}

/// The weather at a place and time: speed offset and wind.
fn weather(plan: &Plan, x_km: f64, time_s: f64) -> [f64; 3] {
    let turn = core::f64::consts::TAU;
    let offset = libm::sin(turn * (time_s / 21_600.0 + x_km / 400.0) + 0.7);
    let angle = turn * (time_s / 14_400.0 + x_km / 600.0);
    [
        plan.weather[0] * offset,
        plan.weather[1] * libm::cos(angle),
        plan.weather[1] * libm::sin(angle),
    ]
}

/// Plays a plan.
#[must_use]
pub fn play(plan: &Plan) -> Scene {
    let mut dice = Dice(plan.seed);
    let [width, height] = plan.size_km;
    let stations: Vec<Station> = (0..plan.sensors)
        .map(|_| Station { x_km: dice.even() * width, y_km: dice.even() * height, z_km: 0.0 })
        .collect();
    let near = arrivals::Network::new(stations.clone(), plan.range_km * 2.0);
    let mut onsets: Vec<(f64, u32, usize)> = Vec::new();
    let mut explosions = Vec::new();
    let count = (plan.rate * plan.duration_s) as usize;
    for index in 0..count {
        let time_s = dice.even() * plan.duration_s;
        let place_km = [dice.even() * width, dice.even() * height];
        let range_km =
            (plan.range_km + dice.normal()).clamp(plan.range_km / 2.0, plan.range_km * 1.4);
        let [offset, east, north] = weather(plan, place_km[0], time_s);
        for &station in near.near(place_km[0], place_km[1]) {
            let at = &stations[station as usize];
            let (dx, dy) = (at.x_km - place_km[0], at.y_km - place_km[1]);
            let km = libm::sqrt(dx * dx + dy * dy).max(1e-6);
            let heard = plan.chance / (1.0 + libm::exp((km - range_km) / 0.6));
            if dice.even() < heard {
                let along = (east * dx + north * dy) / km;
                let speed = plan.speed_km_s
                    * (1.0 + offset + along)
                    * (1.0 + plan.path_error * dice.normal());
                let time_s = time_s + km / speed + plan.onset_error_s * dice.normal();
                onsets.push((time_s, station, index));
            }
        }
        explosions.push(Explosion { time_s, place_km, arrivals: Vec::new() });
    }
    let wrong = onsets.len() as f64 * plan.false_share / (1.0 - plan.false_share);
    for _ in 0..wrong as usize {
        let station = (dice.even() * plan.sensors as f64) as u32;
        onsets.push((dice.even() * plan.duration_s, station, usize::MAX));
    }
    onsets.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    for (arrival, &(_, _, explosion)) in onsets.iter().enumerate() {
        if let Some(explosion) = explosions.get_mut(explosion) {
            explosion.arrivals.push(arrival as u32);
        }
    }
    let arrival = |&(time_s, station, _): &(f64, u32, usize)| Arrival {
        station,
        phase: Phase::Acoustic,
        time_s,
        error_s: 0.0,
    };
    Scene { stations, arrivals: onsets.iter().map(arrival).collect(), explosions }
}
