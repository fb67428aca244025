//! What the classifier assumes of each cause: stated, broad, and open to a mission's calibration
//! through `[cause.<name>]` in `watch.toml`.
//!
//! Sizes are *acoustic* kilograms of TNT: the charge on the ground that would be as loud. A
//! quantity is given by its median and the factor of one standard deviation (log-normal).
//! Sources: USBM RI 8485 and RI 8507 (air blast and ground motion of confined quarry shots),
//! ANSI S2.20-1983 (air blast), Stump, Hedlin and others 2002 (Reviews of Geophysics 40: mining
//! explosions), Few 1969 and Assink and others 2008 (thunder), Cook and others 1971 and
//! Blom and others 2016 (rockets), Edwards and others 2006 (meteors), Plotkin 1989 (booms),
//! Dando and others 2023 (attacks in seismic data). Where none gives a figure, an order of
//! magnitude is assumed, with a factor that says so.

use crate::classify_cause::{CAUSE_COUNT, Cause};
use crate::incident::Class;

/// A positive quantity known by its median and the factor of one standard deviation.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Spread {
    /// Half the cases lie below.
    pub median: f64,
    /// Two thirds of the cases lie between median / factor and median * factor; at least 1.
    pub factor: f64,
}

/// What is assumed of one cause.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct CauseAssumptions {
    /// The share of its class's incidents; for causes of [`Class::Other`] that make a sound,
    /// incidents a km² and hour instead.
    pub rate: f64,
    /// Share of such incidents that make a sound or a tremor which sensors can notice, 0 to 1.
    pub sounds: f64,
    /// Loudness, acoustic kilograms of TNT.
    pub size_kg: Spread,
    /// How much stronger the ground moves than under a charge on the ground that is as loud.
    pub coupling: Spread,
    /// Dominant period of a source of one acoustic kilogram, seconds.
    pub period_s: Spread,
    /// Power of the size that the period grows with: 1/3 for explosions, 0 where size does not
    /// set it.
    pub period_power: f64,
    /// How long the signal lasts at one sensor, seconds.
    pub duration_s: Spread,
    /// Chance that a single event is followed by another of the same incident, 0 to below 1.
    pub followed: f64,
    /// Time between single events, seconds.
    pub gap_s: Spread,
    /// Share whose sound comes from along a line rather than from a point, 0 to 1.
    pub moves: f64,
    /// Share before which engines are heard to approach, 0 to 1.
    pub approach: f64,
    /// Share that follows a pattern of working hours, 0 to 1.
    pub works: f64,
    /// Share with lightning at its time and place, beyond chance, 0 to 1.
    pub lightning: f64,
    /// Radiative power of its burning, megawatts.
    pub power_mw: Spread,
}

/// What is assumed of all causes, by [`Cause`] as index.
#[derive(Clone, PartialEq, Debug)]
pub struct Assumptions {
    /// By cause.
    pub causes: [CauseAssumptions; CAUSE_COUNT],
    /// Share of readings that fit no assumption at all (wrong picks, odd weather), 0 to 1.
    pub stray_share: f64,
    /// Share of the week that is working hours, 0 to 1.
    pub working_share: f64,
}

const fn spread(median: f64, factor: f64) -> Spread {
    Spread { median, factor }
}

/// A charge on the ground; the causes are told by how they differ from it.
const CHARGE: CauseAssumptions = CauseAssumptions {
    rate: 1.0,
    sounds: 1.0,
    size_kg: spread(10.0, 8.0),
    coupling: spread(1.0, 2.7),
    period_s: spread(0.035, 1.7),
    period_power: 1.0 / 3.0,
    duration_s: spread(0.8, 2.3),
    followed: 0.15,
    gap_s: spread(20.0, 6.0),
    moves: 0.003,
    approach: 0.03,
    works: 0.02,
    lightning: 0.0,
    power_mw: spread(6.0, 3.0),
};
/// What makes no sound that sensors notice but by coincidence.
const SILENT: CauseAssumptions = CauseAssumptions {
    sounds: 1e-3,
    size_kg: spread(1e-6, 1e3),
    coupling: spread(1.0, 10.0),
    period_s: spread(0.1, 4.0),
    period_power: 0.0,
    duration_s: spread(2.0, 5.0),
    followed: 0.3,
    moves: 0.05,
    ..CHARGE
};

impl Default for Assumptions {
    fn default() -> Self {
        let mut causes = [SILENT; CAUSE_COUNT];
        let mut of = |cause: Cause, assumed| causes[cause as usize] = assumed;
        weapons(&mut of);
        aloft(&mut of);
        peaceful(&mut of);
        Self { causes, stray_share: 0.03, working_share: 0.3 }
    }
}

/// Weapons that go off. Charges: shells 1 to 10 kg, one-way drones 5 to 50 kg, bombs and missiles
/// 100 to 500 kg. A shot's muzzle blast equals a few grams; nearly nothing of it enters the ground.
fn weapons(of: &mut impl FnMut(Cause, CauseAssumptions)) {
    of(Cause::Detonation, CHARGE);
    let air_strike = CauseAssumptions {
        size_kg: spread(200.0, 2.7),
        followed: 0.4,
        gap_s: spread(4.0, 4.0),
        approach: 0.2,
        ..CHARGE
    };
    of(Cause::AirStrike, air_strike);
    let uav_strike = CauseAssumptions {
        size_kg: spread(15.0, 3.5),
        gap_s: spread(120.0, 4.0),
        approach: 0.5,
        ..CHARGE
    };
    of(Cause::UavStrike, uav_strike);
    let artillery = CauseAssumptions {
        size_kg: spread(5.0, 2.5),
        coupling: spread(0.6, 3.0),
        followed: 0.8,
        gap_s: spread(8.0, 3.5),
        ..CHARGE
    };
    of(Cause::Artillery, artillery);
    let small_arms = CauseAssumptions {
        size_kg: spread(0.003, 3.0),
        coupling: spread(0.05, 5.0),
        duration_s: spread(0.06, 2.5),
        followed: 0.9,
        gap_s: spread(0.4, 4.0),
        ..CHARGE
    };
    of(Cause::SmallArms, small_arms);
}

/// What flies. It is loud from along a line and moves the ground only through the air.
fn aloft(of: &mut impl FnMut(Cause, CauseAssumptions)) {
    let passing = CauseAssumptions {
        rate: 0.9,
        sounds: 0.8,
        size_kg: spread(1e-8, 400.0),
        coupling: spread(0.02, 6.0),
        period_s: spread(0.012, 2.5),
        period_power: 0.0,
        duration_s: spread(80.0, 2.5),
        followed: 0.1,
        moves: 0.95,
        approach: 0.8,
        ..CHARGE
    };
    of(Cause::AircraftPassing, passing);
    let boom = CauseAssumptions {
        rate: 0.1,
        size_kg: spread(1_500.0, 8.0),
        coupling: spread(0.02, 5.0),
        period_s: spread(0.15, 1.8),
        period_power: 0.0,
        duration_s: spread(0.5, 2.3),
        followed: 0.1,
        moves: 0.97,
        ..CHARGE
    };
    of(Cause::SonicBoom, boom);
    let launch = CauseAssumptions {
        rate: 1e-10,
        size_kg: spread(200.0, 12.0),
        coupling: spread(0.03, 6.0),
        period_s: spread(0.4, 2.5),
        period_power: 0.0,
        duration_s: spread(150.0, 1.9),
        followed: 0.02,
        moves: 0.9,
        approach: 0.01,
        ..CHARGE
    };
    of(Cause::RocketLaunch, launch);
    let entry = CauseAssumptions {
        rate: 1e-10,
        size_kg: spread(2e4, 20.0),
        period_s: spread(1.0, 3.0),
        duration_s: spread(20.0, 3.0),
        ..launch
    };
    of(Cause::ReEntry, entry);
}

/// What belongs to peace. Quarries fire some 150 kg a delay, 15 dB quieter in air than an open charge
/// and coupled ten times better (RI 8485, RI 8507): a hundredth of it by sound, 1.4 acoustic
/// kilograms, while the ground and the period are those of the whole: 10 * 107^0.8 times too strong
/// a motion, 107^(1/3) times too long a wave. Nearly all keep working hours; mines below ground and road works do not.
/// Lightning strikes some 2 times a km² and year in eastern Europe.
fn peaceful(of: &mut impl FnMut(Cause, CauseAssumptions)) {
    let quarry = CauseAssumptions {
        rate: 3e-6,
        size_kg: spread(1.4, 5.0),
        coupling: spread(420.0, 4.0),
        period_s: spread(0.17, 2.0),
        duration_s: spread(1.6, 2.0),
        followed: 0.06,
        works: 0.92,
        ..CHARGE
    };
    of(Cause::QuarryBlast, quarry);
    let thunder = CauseAssumptions {
        rate: 2e-4,
        size_kg: spread(0.02, 12.0),
        coupling: spread(0.02, 5.0),
        period_s: spread(0.02, 2.2),
        period_power: 0.0,
        duration_s: spread(12.0, 2.2),
        followed: 0.6,
        gap_s: spread(40.0, 3.0),
        moves: 0.6,
        approach: 0.02,
        lightning: 0.9,
        ..CHARGE
    };
    of(Cause::Thunder, thunder);
    let quake = CauseAssumptions {
        rate: 1e-8,
        size_kg: spread(1e-4, 50.0),
        coupling: spread(1e5, 30.0),
        period_s: spread(0.2, 2.5),
        period_power: 0.0,
        duration_s: spread(15.0, 2.3),
        followed: 0.1,
        approach: 0.01,
        ..CHARGE
    };
    of(Cause::Earthquake, quake);
    of(Cause::OrdinaryFire, CauseAssumptions { power_mw: spread(5.0, 2.7), ..SILENT });
}

impl Assumptions {
    /// Where `[cause.<cause>] key` of `watch.toml` is kept, and the least and largest value that
    /// it may have; none when there is no such setting.
    pub fn place_of(&mut self, cause: Cause, key: &str) -> Option<(&mut f64, f64, f64)> {
        let of = &mut self.causes[cause as usize];
        let share = (0.0, 1.0);
        let median = (1e-12, 1e12);
        let factor = (1.0, 1e6);
        let (place, (least, most)) = match key {
            "rate" => (&mut of.rate, share),
            "sounds" => (&mut of.sounds, share),
            "size_kg" => (&mut of.size_kg.median, median),
            "size_factor" => (&mut of.size_kg.factor, factor),
            "coupling" => (&mut of.coupling.median, median),
            "coupling_factor" => (&mut of.coupling.factor, factor),
            "period_s" => (&mut of.period_s.median, median),
            "period_factor" => (&mut of.period_s.factor, factor),
            "period_power" => (&mut of.period_power, share),
            "duration_s" => (&mut of.duration_s.median, median),
            "duration_factor" => (&mut of.duration_s.factor, factor),
            "followed" => (&mut of.followed, (0.0, 0.999)),
            "gap_s" => (&mut of.gap_s.median, median),
            "gap_factor" => (&mut of.gap_s.factor, factor),
            "moves" => (&mut of.moves, share),
            "approach" => (&mut of.approach, share),
            "works" => (&mut of.works, share),
            "lightning" => (&mut of.lightning, share),
            "power_mw" => (&mut of.power_mw.median, median),
            "power_factor" => (&mut of.power_mw.factor, factor),
            _ => return None,
        };
        Some((place, least, most))
    }

    /// What is assumed of one cause.
    #[must_use]
    pub fn of(&self, cause: Cause) -> &CauseAssumptions {
        &self.causes[cause as usize]
    }

    /// The rate of a cause where its class comes at `class_rate`: its share of that class, or its
    /// own rate when it is something loud that belongs to "other".
    #[must_use]
    pub fn rate(&self, cause: Cause, class_rate: f64) -> f64 {
        let rate = self.of(cause).rate;
        let own = cause.class() == Class::Other && cause != Cause::News;
        if own { rate } else { rate * class_rate }
    }
}
