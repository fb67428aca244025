//! What else an incident could be: each explanation of its observations with its chance.
//!
//! The chances come from what the engine weighed and recorded: whether anything happened at all,
//! whether what is joined belongs together, and what it was. They are those of one tree: nothing
//! happened, or, if something did, some members are of another happening, or, if none is, it was of
//! one class or another. So they exclude each other and add up to one.

use kernel::ObservationId;
use serde::Serialize;

use crate::incident::{Class, Incident};

/// Chances are given to so many parts of one.
const STEPS: f64 = 1e4;
/// Members this close to the least certain one are named with it: they were weighed as one.
const ALIKE: f64 = 1e-6;

/// What the observations may be of.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Explanation {
    /// One happening of this class, to which all of them belong.
    Class {
        /// What it was.
        class: Class,
    },
    /// Something happened, and these members are of something else.
    Apart {
        /// The least certain of them.
        members: Vec<ObservationId>,
    },
    /// Nothing happened: false alarms and mistakes that met.
    FalseAlarm,
}

/// An explanation and its chance.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Alternative {
    /// What the observations may be of.
    #[serde(flatten)]
    pub explanation: Explanation,
    /// Its chance, to 1e-4; those of an incident add up to one.
    pub chance: f64,
}

/// The explanations of an incident's observations that have a chance of at least 1e-4, the likeliest
/// first. The first is the incident as it stands, unless something else is likelier.
///
/// That some members are of something else is at least as likely as that the least certain one is:
/// this bound is what is given, for members are not weighed jointly.
#[must_use]
pub fn alternatives(incident: &Incident) -> Vec<Alternative> {
    let real = incident.real.value();
    let weights = || incident.members.iter().map(|member| member.weight.value());
    let least = weights().fold(1.0, f64::min);
    let together = real * least;
    let mut all: Vec<Alternative> = incident
        .classes
        .iter()
        .map(|(class, share)| Alternative {
            explanation: Explanation::Class { class: *class },
            chance: together * share,
        })
        .collect();
    if least < 1.0 {
        let loose = incident.members.iter().filter(|member| member.weight.value() <= least + ALIKE);
        let members = loose.map(|member| member.observation).collect();
        let chance = real * (1.0 - least);
        all.push(Alternative { explanation: Explanation::Apart { members }, chance });
    }
    all.push(Alternative { explanation: Explanation::FalseAlarm, chance: 1.0 - real });
    rounded(all)
}

/// Rounded so that they still add up: what rounding leaves goes to the likeliest.
fn rounded(mut all: Vec<Alternative>) -> Vec<Alternative> {
    all.sort_by(|one, other| other.chance.total_cmp(&one.chance));
    let steps = |chance: f64| libm::round(chance * STEPS);
    let others: f64 = all.iter().skip(1).map(|one| steps(one.chance)).sum();
    for (at, one) in all.iter_mut().enumerate() {
        one.chance = if at == 0 { STEPS - others } else { steps(one.chance) } / STEPS;
    }
    all.retain(|one| one.chance > 0.0);
    all
}

#[cfg(test)]
mod tests {
    use kernel::{CountRange, Interval, Place, PlaceBelief, Probability, Shares, Time};

    use super::*;
    use crate::incident::{IncidentId, Member, Product};

    fn incident(real: f64, weights: &[f64]) -> Incident {
        let members = weights.iter().enumerate().map(|(at, weight)| Member {
            observation: ObservationId([at as u8; 16]),
            source: "microphones".into(),
            weight: Probability::new(*weight),
            residual: None,
        });
        Incident {
            id: IncidentId::of(b"one"),
            version: 1,
            product: Product::Automatic1,
            when: Interval::at(Time(0)),
            place: PlaceBelief::round(Place { lon: 36.0, lat: 49.0 }, 100.0),
            classes: Shares::from_weights([(Class::Explosion, 0.7), (Class::ArtilleryFire, 0.3)]),
            real: Probability::new(real),
            count: CountRange { min: 1, max: Some(1) },
            members: members.collect(),
            independent_groups: 1,
            abnormality: None,
            claims: vec![],
            replaces: vec![],
            caveats: vec![],
            located: vec![],
            silence: None,
            review: None,
            set_aside: vec![],
            since_review: None,
            path: vec![],
            lapse: None,
            withdrawn: false,
        }
    }

    #[test]
    fn chances_are_those_of_the_tree_and_add_up() {
        let found = alternatives(&incident(0.9, &[1.0, 0.8, 0.8]));
        let chance = |explanation: &Explanation| {
            found.iter().find(|one| one.explanation == *explanation).map(|one| one.chance)
        };
        let apart = vec![ObservationId([1; 16]), ObservationId([2; 16])];
        assert_eq!(chance(&Explanation::FalseAlarm), Some(0.1));
        assert_eq!(chance(&Explanation::Apart { members: apart }), Some(0.18));
        assert_eq!(chance(&Explanation::Class { class: Class::ArtilleryFire }), Some(0.216));
        assert_eq!(found[0].explanation, Explanation::Class { class: Class::Explosion });
        for real in [0.0, 0.123_45, 1.0] {
            let sum: f64 =
                alternatives(&incident(real, &[0.999_9])).iter().map(|one| one.chance).sum();
            assert!((sum - 1.0).abs() < 1e-9, "{real}: {sum}");
        }
    }
}
