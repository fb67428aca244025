//! What makes a sound, a tremor or a fire, told apart more finely than the classes of an incident:
//! a quarry and a thunderstorm are both "other", but nothing else about them is alike.

use serde::{Deserialize, Serialize};

use crate::incident::Class;

/// How many causes there are.
pub const CAUSE_COUNT: usize = 18;

/// A cause. Each belongs to one [`Class`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// A mine, an unexploded shell, a depot, an accident: an explosion that nobody delivered.
    Detonation,
    /// A bomb from an aircraft or a missile.
    AirStrike,
    /// An uncrewed aircraft that strikes.
    UavStrike,
    /// Shells, mortar rounds, rockets: their firing and their impact.
    Artillery,
    /// Shots and bursts.
    SmallArms,
    /// Heavy weapons that stand or move.
    Weapons,
    /// Engines of an aircraft, crewed or not, that passes.
    AircraftPassing,
    /// The boom of an aircraft faster than sound.
    SonicBoom,
    /// Monitors refused.
    AccessDenial,
    /// Means jammed or blinded.
    Interference,
    /// Burning that peacetime does not explain.
    AbnormalFire,
    /// Fields, flares, steel works.
    OrdinaryFire,
    /// A blast in a quarry or an open pit, confined in rock and fired in delays.
    QuarryBlast,
    /// Thunder.
    Thunder,
    /// A large rocket that leaves.
    RocketLaunch,
    /// A meteor, a returning stage, debris: a body that falls faster than sound.
    ReEntry,
    /// An earthquake, natural or in a mine.
    Earthquake,
    /// Anything else that somebody may report.
    News,
}

/// All causes; a cause's place in this list is `cause as usize`.
pub const CAUSES: [Cause; CAUSE_COUNT] = [
    Cause::Detonation,
    Cause::AirStrike,
    Cause::UavStrike,
    Cause::Artillery,
    Cause::SmallArms,
    Cause::Weapons,
    Cause::AircraftPassing,
    Cause::SonicBoom,
    Cause::AccessDenial,
    Cause::Interference,
    Cause::AbnormalFire,
    Cause::OrdinaryFire,
    Cause::QuarryBlast,
    Cause::Thunder,
    Cause::RocketLaunch,
    Cause::ReEntry,
    Cause::Earthquake,
    Cause::News,
];

impl Cause {
    /// The class it belongs to.
    #[must_use]
    pub fn class(self) -> Class {
        match self {
            Self::Detonation => Class::Explosion,
            Self::AirStrike => Class::AirStrike,
            Self::UavStrike => Class::UavStrike,
            Self::Artillery => Class::ArtilleryFire,
            Self::SmallArms => Class::SmallArmsFire,
            Self::Weapons => Class::WeaponsPresence,
            Self::AircraftPassing | Self::SonicBoom => Class::Overflight,
            Self::AccessDenial => Class::AccessDenial,
            Self::Interference => Class::Interference,
            Self::AbnormalFire => Class::AbnormalFire,
            Self::OrdinaryFire => Class::OrdinaryFire,
            Self::QuarryBlast
            | Self::Thunder
            | Self::RocketLaunch
            | Self::ReEntry
            | Self::Earthquake
            | Self::News => Class::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::CLASSES;

    #[test]
    fn every_class_has_a_cause_and_every_cause_its_place() {
        assert!(CLASSES.iter().all(|class| CAUSES.iter().any(|cause| cause.class() == *class)));
        assert!(CAUSES.iter().enumerate().all(|(index, cause)| *cause as usize == index));
    }
}
