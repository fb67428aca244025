//! What each class of incident gives away: waves, flames, something to see.

use crate::incident::Class;

/// What an incident of a class shows of itself to each kind of watcher.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Signs {
    /// Its usual size in kg of TNT, where it makes waves at all; a stated, broad prior that
    /// `--size` and a sources file replace.
    pub usual_kg: Option<f64>,
    /// Whether somebody who looks at the place sees it.
    pub visible: bool,
    /// How long it lasts to be seen, mean hours; 0 when it is over at once.
    pub lasts_hours: f64,
    /// Whether it is itself burning, and so lasts as long as fires do.
    pub burning: bool,
}

/// How long heavy weapons stay where they are, mean hours: they are seen by patrols hours after.
const WEAPONS_STAY_HOURS: f64 = 12.0;

/// The signs of a class. Charges: 152 mm shell 6 kg, loitering munition 30 kg, aerial bomb and
/// missile 250 kg, rifle muzzle blast 3 g.
#[must_use]
pub fn signs(class: Class) -> Signs {
    let seen = |usual_kg| Signs { usual_kg, visible: true, lasts_hours: 0.0, burning: false };
    let unseen = Signs { visible: false, ..seen(None) };
    match class {
        Class::Explosion => seen(Some(10.0)),
        Class::AirStrike => seen(Some(250.0)),
        Class::UavStrike => seen(Some(30.0)),
        Class::ArtilleryFire => seen(Some(6.0)),
        Class::SmallArmsFire => seen(Some(0.003)),
        Class::WeaponsPresence => Signs { lasts_hours: WEAPONS_STAY_HOURS, ..seen(None) },
        Class::Overflight => seen(None),
        Class::AbnormalFire | Class::OrdinaryFire => Signs { burning: true, ..seen(None) },
        Class::AccessDenial | Class::Interference | Class::Other | Class::Outage => unseen,
    }
}
