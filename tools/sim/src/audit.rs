//! The auditor: keeps the truth to itself and says how far the house's incidents agree with it.

use std::collections::BTreeSet;

use kernel::{Duration, Probability};
use watch::{Class, Incident};

use crate::world::World;

/// How the house's incidents stand against the truth.
#[derive(Clone, PartialEq, Debug, serde::Serialize)]
pub struct Audit {
    /// Attacks that really happened.
    pub attacks: u32,
    /// Attacks that some source saw or said something of, so far as an incident lies near them.
    pub found: u32,
    /// Incidents called attacks (chance of being real and an attack at least one half).
    pub called: u32,
    /// Of those, how many lie near an attack that really happened.
    pub right: u32,
    /// Found attacks whose true place lies inside the incident's 90 % ellipse.
    pub inside_90: u32,
}

/// An incident within so long of an attack may be it.
const NEAR_TIME: Duration = Duration::hours(30);

/// Holds incidents against the truth. An incident matches an attack when the attack lies inside
/// its 99.9 % ellipse and within its time; each matches at most one, nearest first.
#[must_use]
pub fn audit(world: &World, incidents: &[&Incident]) -> Audit {
    let attacks: Vec<_> = world.truth.iter().filter(|event| event.kind.is_attack()).collect();
    let mut pairs = Vec::new();
    for (index, incident) in incidents.iter().enumerate() {
        for (number, attack) in attacks.iter().enumerate() {
            let within = incident.when.start - NEAR_TIME <= attack.at
                && attack.at <= incident.when.end + NEAR_TIME;
            let distance2 = mahalanobis2(incident, attack.place);
            // Chi-square with two degrees of freedom: 13.8 holds 99.9 %.
            if within && distance2 < 13.8 {
                pairs.push((distance2, index, number));
            }
        }
    }
    pairs.sort_by(|one, other| {
        one.0.total_cmp(&other.0).then((one.1, one.2).cmp(&(other.1, other.2)))
    });
    let (mut used, mut found) = (BTreeSet::new(), BTreeSet::new());
    let mut inside_90 = 0;
    for (distance2, index, number) in pairs {
        if used.contains(&index) || found.contains(&number) {
            continue;
        }
        used.insert(index);
        found.insert(number);
        inside_90 += u32::from(distance2 < 4.605);
    }
    let called: Vec<usize> =
        (0..incidents.len()).filter(|&index| is_called_attack(incidents[index])).collect();
    Audit {
        attacks: attacks.len() as u32,
        found: found.len() as u32,
        called: called.len() as u32,
        right: called.iter().filter(|index| used.contains(index)).count() as u32,
        inside_90,
    }
}

fn mahalanobis2(incident: &Incident, place: kernel::Place) -> f64 {
    let (east_m, north_m) = incident.place.mean.offset_to_m(place);
    let (ee, en, nn) = (incident.place.ee_m2, incident.place.en_m2, incident.place.nn_m2);
    let determinant = ee * nn - en * en;
    if determinant <= 0.0 {
        return f64::INFINITY;
    }
    (nn * east_m * east_m - 2.0 * en * east_m * north_m + ee * north_m * north_m) / determinant
}

fn is_called_attack(incident: &Incident) -> bool {
    const ATTACKS: [Class; 5] = [
        Class::Explosion,
        Class::AirStrike,
        Class::UavStrike,
        Class::ArtilleryFire,
        Class::AbnormalFire,
    ];
    let share: f64 = ATTACKS.iter().map(|class| incident.classes.share(class)).sum();
    Probability::new(share * incident.real.value()).value() >= 0.5
}
