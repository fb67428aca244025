//! What really happens in a world of sensors: things that are loud, burn, move or are only told of,
//! weapons and peaceful ones alike.

use kernel::{Duration, Place, Time};
use watch::classify_cause::Cause;

use crate::random::Random;

/// Where the sound comes from.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Extent {
    /// One place.
    Point,
    /// A straight track through the air, passing over the place at `Happening::at`.
    Track {
        /// Flies towards, degrees clockwise from north.
        course_deg: f64,
        /// Speed, m/s.
        speed_m_s: f64,
        /// Height, metres.
        height_m: f64,
    },
    /// A volume: arrivals scatter by so many seconds.
    Volume {
        /// One standard deviation.
        scatter_s: f64,
    },
}

/// One thing that happens. Truth: no source is told any of it.
#[derive(Clone, PartialEq, Debug)]
pub struct Happening {
    /// What.
    pub cause: Cause,
    /// When it begins.
    pub at: Time,
    /// Where.
    pub place: Place,
    /// Charge of each single event, kilograms of TNT; 0 when it is no explosion.
    pub charge_kg: f64,
    /// How far its air wave is weaker than that of a charge on the ground, 1 for none.
    pub muffled: f64,
    /// Peak pressure at 1 km of what is no explosion, pascal.
    pub level_pa: f64,
    /// Its dominant period, seconds.
    pub period_s: f64,
    /// By how much its wave is longer than that of a bare charge of its size, or than `period_s`.
    pub lengthened: f64,
    /// Share of the charge that the ground feels: 1 on the ground, 12 in rock, less in the air.
    pub coupling: f64,
    /// How long one event sounds at the source, seconds.
    pub duration_s: f64,
    /// Single events, seconds after `at`, in order; the first is 0.
    pub events_s: Vec<f64>,
    /// Where the sound comes from.
    pub extent: Extent,
    /// What burns after it, megawatts; 0 for nothing.
    pub burns_mw: f64,
    /// Whether engines approach before it.
    pub approach: bool,
}

impl Happening {
    fn quiet(cause: Cause, at: Time, place: Place) -> Self {
        Self {
            cause,
            at,
            place,
            charge_kg: 0.0,
            muffled: 1.0,
            level_pa: 0.0,
            period_s: 0.05,
            lengthened: 1.0,
            coupling: 0.0,
            duration_s: 0.5,
            events_s: vec![0.0],
            extent: Extent::Point,
            burns_mw: 0.0,
            approach: false,
        }
    }

    /// Something of this cause, drawn from what is known of weapons, storms, quarries and rockets.
    #[must_use]
    pub fn draw(cause: Cause, at: Time, place: Place, random: &mut Random) -> Self {
        let mut one = Self::quiet(cause, at, place);
        match cause {
            Cause::Detonation | Cause::AirStrike | Cause::UavStrike => one.strike(random),
            Cause::Artillery | Cause::SmallArms => one.fire_mission(random),
            Cause::QuarryBlast => one.quarry(random),
            Cause::Thunder => one.thunder(random),
            Cause::AircraftPassing | Cause::SonicBoom => one.aircraft(random),
            Cause::RocketLaunch | Cause::ReEntry => one.rocket(random),
            Cause::Earthquake => {
                one.charge_kg = log_normal(random, 2_000.0, 6.0);
                one.muffled = 1e-4;
                one.coupling = 12.0;
                one.duration_s = random.between(5.0, 40.0);
            }
            Cause::OrdinaryFire => one.burns_mw = log_normal(random, 4.0, 2.5),
            Cause::AbnormalFire => one.burns_mw = log_normal(random, 9.0, 3.0),
            Cause::Weapons | Cause::AccessDenial | Cause::Interference | Cause::News => {}
        }
        one
    }

    fn strike(&mut self, random: &mut Random) {
        let (charges, more, burns): (&[f64], f64, f64) = match self.cause {
            Cause::AirStrike => (&[87.0, 150.0, 250.0, 320.0, 450.0], 0.5, 0.25),
            Cause::UavStrike => (&[1.2, 3.0, 20.0, 40.0, 50.0], 0.1, 0.12),
            _ => (&[0.4, 5.0, 8.0, 20.0, 300.0], 0.2, 0.06),
        };
        self.charge_kg = pick(random, charges) * random.between(0.8, 1.25);
        self.coupling = log_normal(random, 0.9, 1.8);
        let count = if random.chance(more) { 2 + random.poisson(1.2) } else { 1 };
        self.events(random, count, if self.cause == Cause::UavStrike { 90.0 } else { 5.0 });
        self.duration_s = random.between(0.2, 1.5);
        self.approach = random.chance(match self.cause {
            Cause::UavStrike => 0.6,
            Cause::AirStrike => 0.15,
            _ => 0.02,
        });
        if random.chance(burns) {
            self.burns_mw = log_normal(random, 7.0, 3.0);
        }
    }

    fn fire_mission(&mut self, random: &mut Random) {
        let small = self.cause == Cause::SmallArms;
        if small {
            self.charge_kg = random.between(0.001, 0.007);
            self.coupling = 0.02;
            self.duration_s = random.between(0.02, 0.1);
        } else {
            let leaving = random.chance(0.4);
            self.charge_kg = pick(random, &[0.5, 1.6, 3.6, 6.6, 9.0]) * random.between(0.8, 1.25);
            self.coupling = log_normal(random, if leaving { 0.2 } else { 0.8 }, 1.7);
            self.duration_s = random.between(0.2, 1.2);
            if random.chance(0.06) {
                self.burns_mw = log_normal(random, 6.0, 3.0);
            }
        }
        let (mean, gap_s) = if small { (12.0, 0.5) } else { (3.5, 7.0) };
        let many = random.chance(0.1);
        let count = 1 + random.poisson(if many { mean * 5.0 } else { mean });
        self.events(random, count, if many { gap_s / 4.0 } else { gap_s });
    }

    fn quarry(&mut self, random: &mut Random) {
        let total_kg = log_normal(random, 3_000.0, 2.5);
        let delays = random.between(8.0, 40.0);
        self.charge_kg = total_kg / delays;
        self.muffled = log_normal(random, 0.15, 1.6);
        self.coupling = log_normal(random, 14.0, 1.7);
        self.duration_s = random.between(0.4, 2.5);
    }

    fn thunder(&mut self, random: &mut Random) {
        self.level_pa = log_normal(random, 9.0, 2.2);
        self.period_s = log_normal(random, 0.018, 1.9);
        self.duration_s = random.between(5.0, 30.0);
        self.extent = Extent::Volume { scatter_s: random.between(0.7, 5.0) };
        self.coupling = 0.01;
        let count = if random.chance(0.5) { 1 } else { 2 + random.poisson(2.0) };
        self.events(random, count, 35.0);
    }

    fn aircraft(&mut self, random: &mut Random) {
        let boom = self.cause == Cause::SonicBoom;
        let (speed_m_s, height_m) = if boom {
            (random.between(380.0, 720.0), random.between(7_000.0, 16_000.0))
        } else {
            (random.between(35.0, 240.0), random.between(200.0, 7_000.0))
        };
        let course_deg = random.between(0.0, 360.0);
        self.extent = Extent::Track { course_deg, speed_m_s, height_m };
        self.level_pa =
            if boom { log_normal(random, 600.0, 1.7) } else { log_normal(random, 0.1, 5.0) };
        self.period_s = if boom { random.between(0.08, 0.3) } else { random.between(0.006, 0.03) };
        self.duration_s = if boom { random.between(0.2, 1.0) } else { random.between(30.0, 180.0) };
        self.approach = !boom && random.chance(0.85);
    }

    fn rocket(&mut self, random: &mut Random) {
        let launch = self.cause == Cause::RocketLaunch;
        let (speed_m_s, height_m) = if launch {
            (random.between(600.0, 1_500.0), random.between(15_000.0, 40_000.0))
        } else {
            (random.between(2_000.0, 12_000.0), random.between(20_000.0, 60_000.0))
        };
        let course_deg = random.between(0.0, 360.0);
        self.extent = Extent::Track { course_deg, speed_m_s, height_m };
        self.level_pa = log_normal(random, if launch { 300.0 } else { 1_500.0 }, 2.5);
        self.period_s = if launch { random.between(0.1, 1.0) } else { random.between(0.2, 4.0) };
        self.duration_s =
            if launch { random.between(80.0, 260.0) } else { random.between(4.0, 50.0) };
    }

    fn events(&mut self, random: &mut Random, count: u32, gap_s: f64) {
        let mut after = 0.0;
        for _ in 1..count.min(80) {
            after += log_normal(random, gap_s, 2.2);
            self.events_s.push(after);
        }
    }

    /// The moment of one of its events.
    #[must_use]
    pub fn moment(&self, event_s: f64) -> Time {
        self.at + Duration((event_s * 1e6) as i64)
    }
}

/// A positive number by its median and the factor of one standard deviation.
pub fn log_normal(random: &mut Random, median: f64, factor: f64) -> f64 {
    median * libm::exp(libm::log(factor) * random.normal())
}

fn pick(random: &mut Random, of: &[f64]) -> f64 {
    of[random.index(of.len())]
}
