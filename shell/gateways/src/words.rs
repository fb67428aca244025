//! What the words of reports speak of: classes of incidents, with weights.

use watch::Class::{self, *};

/// Classes with the weight a word gives to each. A word that speaks of none has an empty list.
pub type Weights = &'static [(Class, f32)];

/// Harm was done by something that the word does not name.
const HARM: Weights = &[(Explosion, 0.5), (Other, 0.5)];
/// Air defence fired at something in the air, which may or may not have struck.
const AIR_DEFENCE: Weights = &[(Overflight, 0.5), (UavStrike, 0.25), (AirStrike, 0.25)];
/// "UAV": strikes are reported far more often than flights.
const UAV: Weights = &[(UavStrike, 0.8), (Overflight, 0.2)];

/// VIINA's event types: the letters of the daily events, the words of the incidents. Words whose
/// inner `t_` was cut away upstream (`arrest_b` became `arresb`) are taken as what they were.
#[must_use]
pub fn viina_type(word: &str) -> Option<Weights> {
    Some(match word {
        "S" | "airstrike" => &[(AirStrike, 1.0)],
        "D" | "uav" => UAV,
        "A" | "artillery" => &[(ArtilleryFire, 1.0)],
        "F" | "firefight" | "firefighb" => &[(SmallArmsFire, 1.0)],
        "V" | "armor" => &[(WeaponsPresence, 1.0)],
        "C" | "M" | "civcas" | "milcas" | "property" => HARM,
        "ied" => &[(Explosion, 1.0)],
        "aad" => AIR_DEFENCE,
        "raid" => &[(SmallArmsFire, 0.5), (Other, 0.5)],
        "L" | "O" | "loc" | "airalert" | "airalerb" | "arrest" | "arresb" | "retreat"
        | "retreab" | "control" | "occupy" | "cyber" | "hospital" | "mil" | "san" | "" => &[],
        _ => return None,
    })
}

/// Stems of attack words in Ukrainian and Russian, as the VIINA rebuild lists them.
#[must_use]
pub fn attack_term(term: &str) -> Weights {
    match term.to_lowercase().as_str() {
        "ракет" => &[(AirStrike, 1.0)],
        "дрон" | "безпілот" | "беспилот" => UAV,
        "вибух" | "взрыв" => &[(Explosion, 1.0)],
        "пожеж" | "пожар" => {
            &[(Explosion, 0.4), (AbnormalFire, 0.4), (OrdinaryFire, 0.2)]
        }
        "удар" | "атак" | "знищ" | "уничтож" | "пошкодж" | "поврежд" => {
            HARM
        }
        _ => &[],
    }
}

/// The weights of several words together, classes in their order.
#[must_use]
pub fn together<'a>(lists: impl IntoIterator<Item = &'a [(Class, f32)]>) -> Vec<(Class, f32)> {
    let mut sums = std::collections::BTreeMap::<Class, f32>::new();
    for (class, weight) in lists.into_iter().flatten() {
        *sums.entry(*class).or_default() += weight;
    }
    sums.into_iter().collect()
}

/// What people write for what they saw or heard, in any case, with spaces or hyphens.
#[must_use]
pub fn plain(word: &str) -> String {
    word.trim().to_lowercase().replace([' ', '_'], "-")
}

/// The classes that a monitor's kind of event speaks of before a weapon is considered.
#[must_use]
pub fn kind(kind: &str) -> Option<Weights> {
    Some(match plain(kind).as_str() {
        "explosion" | "undetermined-explosion" | "explosion-undetermined" | "crater" => {
            &[(Explosion, 1.0)]
        }
        "outgoing" | "explosion-outgoing" | "impact" | "explosion-impact" | "shelling" => {
            &[(ArtilleryFire, 0.6), (Explosion, 0.4)]
        }
        "airburst" | "explosion-airburst" => {
            &[(Explosion, 0.4), (ArtilleryFire, 0.3), (AirStrike, 0.15), (UavStrike, 0.15)]
        }
        "projectile" | "projectile-in-flight" => &[(ArtilleryFire, 0.7), (SmallArmsFire, 0.3)],
        "muzzle-flash" => &[(ArtilleryFire, 0.5), (SmallArmsFire, 0.5)],
        "flare" | "illumination-flare" | "other" => &[(Other, 1.0)],
        "burst" | "shot" | "small-arms-fire" => &[(SmallArmsFire, 1.0)],
        "air-strike" | "airstrike" => &[(AirStrike, 1.0)],
        "uav-strike" => &[(UavStrike, 1.0)],
        "uav" | "uav-flight" | "aircraft" | "overflight" => &[(Overflight, 1.0)],
        "fire" | "smoke" => &[(AbnormalFire, 0.5), (OrdinaryFire, 0.5)],
        "weapons" | "weapons-seen" | "weapons-presence" => &[(WeaponsPresence, 1.0)],
        "access-denied" | "access-denial" | "access-delayed" => &[(AccessDenial, 1.0)],
        "jamming" | "interference" => &[(Interference, 1.0)],
        _ => return None,
    })
}

/// The class a weapon's fire belongs to; none when the words do not name one that is known here.
#[must_use]
pub fn weapon(weapon: &str) -> Option<Class> {
    const FAMILIES: [(Class, &[&str]); 4] = [
        (
            SmallArmsFire,
            &["small-arm", "rifle", "machine-gun", "hmg", "pistol", "grenade-launcher"],
        ),
        (UavStrike, &["uav", "drone", "fpv", "loitering"]),
        (AirStrike, &["bomb", "missile", "aircraft", "helicopter"]),
        (ArtilleryFire, &["mortar", "artillery", "howitzer", "mlrs", "rocket", "tank", "gun"]),
    ];
    let words = plain(weapon);
    let named = FAMILIES.iter().find(|(_, names)| names.iter().any(|name| words.contains(name)));
    named.map(|(class, _)| *class)
}

/// How much of an event's weight an assessment moves to the class of the assessed weapon.
#[must_use]
pub fn assessment(verb: &str) -> Option<f32> {
    Some(match plain(verb).as_str() {
        "corroborated" | "confirmed" => 0.95,
        "" | "assessed" | "assessed-as" => 0.9,
        "probable" | "probably" => 0.8,
        "likely" => 0.7,
        "possible" | "possibly" => 0.5,
        "not-able-to-confirm" | "unconfirmed" => 0.3,
        _ => return None,
    })
}

/// An event's classes, its weapon considered: fire by a known weapon moves to that weapon's class.
#[must_use]
pub fn weigh(kind: Weights, weapon: Option<Class>, share: f32) -> Vec<(Class, f32)> {
    let is_fire = |class: &Class| {
        matches!(class, Explosion | ArtilleryFire | SmallArmsFire | AirStrike | UavStrike)
    };
    let Some(weapon) = weapon else { return together([kind]) };
    let mut moved = 0.0;
    let mut weights: Vec<_> = kind.to_vec();
    for (_, weight) in weights.iter_mut().filter(|(class, _)| is_fire(class) && *class != weapon) {
        moved += *weight * share;
        *weight *= 1.0 - share;
    }
    if moved > 0.0 {
        weights.push((weapon, moved));
    }
    together([&weights[..]])
}
