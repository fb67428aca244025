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
