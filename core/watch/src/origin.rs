//! An origin: where and when something happened by the arrivals, bearings or positions that one
//! happening explains, as one piece of evidence.

use kernel::{Duration, Estimate, Interval, PlaceBelief, Time};

use crate::classify_cause::Cause;
use crate::evidence::{Atom, ClassLogs};
use crate::gauss::Mixture;
use crate::incident::Class;
pub use crate::incident::Passed;
use crate::observation::Mover;
use crate::salvo::Salvo;
use crate::settings::CLASS_COUNT;

/// Through what the waves came. One happening gives at most one origin through each.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Band {
    /// Sound in air, by onset times.
    Air,
    /// Waves in the ground, by onset times.
    Ground,
    /// Infrasound, by bearings and times.
    Bearings,
    /// No wave: a moving thing, by the positions that its source joined to a track.
    Tracks,
}

impl Band {
    /// All bands.
    pub const ALL: [Self; 4] = [Self::Air, Self::Ground, Self::Bearings, Self::Tracks];

    /// Its word on the record.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Air => "air",
            Self::Ground => "ground",
            Self::Bearings => "bearings",
            Self::Tracks => "tracks",
        }
    }

    /// Its bit in [`Atom::bands`].
    #[must_use]
    pub fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// One arrival or bearing that an origin explains.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Explained {
    /// The observation's number.
    pub number: u32,
    /// Observed less predicted: seconds, or degrees for a bearing.
    pub residual: f64,
    /// One standard deviation of it, all errors together.
    pub sigma: f64,
}

/// What one happening explains.
#[derive(Clone, PartialEq, Debug)]
pub struct Origin {
    /// Through what.
    pub band: Band,
    /// When, microseconds.
    pub at_us: i64,
    /// One standard deviation of it, seconds.
    pub at_sigma_s: f64,
    /// Where.
    pub place: PlaceBelief,
    /// Log posterior odds that it is real rather than chance, missed detections counted.
    pub log_odds: f64,
    /// What it explains, in canonical order: the first names it.
    pub members: Vec<Explained>,
    /// What fits it and is set aside: no part of it, in the order of the observations.
    pub aside: Vec<Explained>,
    /// Log of the chance of it, for each class.
    pub likelihood_log: ClassLogs,
    /// The detonations around it, of one that was heard in air.
    pub salvo: Option<Salvo>,
    /// What it sounded like, where its onsets say more than when.
    pub sound: Option<Sound>,
    /// Where a moving thing was and when, in order; empty for waves.
    pub path: Vec<Passed>,
}

/// What an origin sounded like.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Sound {
    /// The likeliest cause.
    pub cause: Cause,
    /// Its chance, by sound alone.
    pub chance: f64,
    /// Kilograms of TNT with as much sound, where anything was heard.
    pub size_kg: Option<Estimate>,
}

/// How far the moment of another source's observation of the same may lie from an origin's, beside
/// both errors: clocks of different networks.
pub(crate) const SLACK: Duration = Duration::seconds(30);

impl Origin {
    /// The number of the observation that names it.
    #[must_use]
    pub fn lead(&self) -> Option<u32> {
        self.members.first().map(|first| first.number)
    }

    /// When: three standard deviations either side; of a track, all the time it was seen.
    #[must_use]
    pub fn when(&self) -> Interval {
        let half = Duration((3e6 * self.at_sigma_s.clamp(1e-3, 3_600.0)) as i64);
        Interval { start: Time(self.at_us) - half, end: Time(self.at_us) + half }
    }

    /// Chance that it is of nothing.
    #[must_use]
    pub fn false_share(&self) -> f64 {
        1.0 / (1.0 + libm::exp(self.log_odds.min(700.0)))
    }

    /// The origin as evidence.
    #[must_use]
    pub fn atom(&self, voices: Vec<u64>) -> Atom {
        let when = self.when();
        Atom {
            place: Mixture::single(self.place),
            area: None,
            window: Interval { start: when.start - SLACK, end: when.end + SLACK },
            likelihood_log: self.likelihood_log,
            voices,
            false_share: self.false_share(),
            bands: self.band.bit(),
        }
    }
}

/// Log of the chance that an incident of each class sends waves which a network locates, relative
/// to the loudest. Assumptions: blasts are loud, small arms carry a kilometre or two, fires and
/// what people do without blasts send none that are located.
#[must_use]
pub fn loud() -> ClassLogs {
    logs(&[
        (Class::Explosion, 1.0),
        (Class::AirStrike, 0.9),
        (Class::UavStrike, 0.8),
        (Class::ArtilleryFire, 0.9),
        (Class::SmallArmsFire, 0.02),
        (Class::Overflight, 0.01),
        (Class::Other, 1e-3),
    ])
}

/// Log of the chance that an incident of each class shows as a track of such a thing. Assumptions:
/// what flies overflies, and now and then strikes; a vehicle may be a weapon on the move.
#[must_use]
pub fn moved(mover: Mover) -> ClassLogs {
    match mover {
        Mover::Drone => logs(&[(Class::Overflight, 1.0), (Class::UavStrike, 0.1)]),
        Mover::Aircraft => logs(&[(Class::Overflight, 1.0), (Class::AirStrike, 0.1)]),
        Mover::Vehicle => logs(&[(Class::WeaponsPresence, 0.1), (Class::Other, 1.0)]),
        Mover::Unknown => logs(&[(Class::Overflight, 0.5), (Class::Other, 0.5)]),
    }
}

fn logs(shares: &[(Class, f64)]) -> ClassLogs {
    let mut chance = [1e-4; CLASS_COUNT];
    for (class, share) in shares {
        chance[*class as usize] = *share;
    }
    chance.map(libm::log)
}

#[cfg(test)]
impl Origin {
    /// A loud one known to 50 m and a tenth of a second, without members: what tests begin from.
    pub(crate) fn loud_at(band: Band, at_us: i64, place: kernel::Place) -> Self {
        Self {
            band,
            at_us,
            at_sigma_s: 0.1,
            place: PlaceBelief::round(place, 50.0),
            log_odds: 20.0,
            members: vec![],
            aside: vec![],
            likelihood_log: loud(),
            salvo: None,
            sound: None,
            path: vec![],
        }
    }
}
