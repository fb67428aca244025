//! The auditor: keeps the truth to itself and says how far the house's incidents agree with it.

use std::collections::BTreeMap;
use std::fmt;

use kernel::{Duration, Place, Probability, Time};
use watch::{Class, Incident};

use crate::happening::Happening;
use crate::matching::{Pair, best};
use crate::sensing;
use crate::world::{Kind, Truth, World};

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
    /// Of the others, how many lie near a later round of such an attack, at its moment.
    pub rounds: u32,
    /// Found attacks whose true place lies inside the incident's 90 % ellipse.
    pub inside_90: u32,
    /// The same for 50 % and 99 %.
    pub inside_50_99: [u32; 2],
    /// By class that really was, rounds that sensors hear counted one by one.
    pub classes: BTreeMap<Class, ClassAudit>,
    /// Chances stated of classes against how often they came true, in tenths.
    pub calibration: Vec<Stated>,
}

impl fmt::Display for Audit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { attacks, found, called, right, rounds, inside_90, .. } = self;
        let [half, nearly] = self.inside_50_99;
        writeln!(
            out,
            "auditor: {attacks} attacks happened; {found} lie within an incident; {called} incidents called attacks, {right} of them rightly and {rounds} more as later rounds of them; {inside_90} of {found} true places inside the 90 % ellipse ({half} inside 50 %, {nearly} inside 99 %)"
        )?;
        for (class, of) in &self.classes {
            let ClassAudit { happened, found, named, said } = of;
            writeln!(
                out,
                "  {}: {happened} happened, {found} found, {named} of them named so; {said} incidents called so",
                class.word()
            )?;
        }
        for bin in self.calibration.iter().filter(|bin| bin.count > 0) {
            let share = |sum: f64| sum / f64::from(bin.count) * 100.0;
            let (stated, came) = (share(bin.stated), share(f64::from(bin.came)));
            writeln!(
                out,
                "  {} classes stated at {stated:.0} %: {came:.0} % came true",
                bin.count
            )?;
        }
        Ok(())
    }
}

/// How one class fared.
#[derive(Clone, Copy, PartialEq, Default, Debug, serde::Serialize)]
pub struct ClassAudit {
    /// How many things of it happened.
    pub happened: u32,
    /// Incidents that lie near one of them.
    pub found: u32,
    /// Of those, how many have it as likeliest class.
    pub named: u32,
    /// Incidents that have it as likeliest class, whatever they lie near.
    pub said: u32,
}

/// Chances stated within a tenth, and what came of them.
#[derive(Clone, Copy, PartialEq, Default, Debug, serde::Serialize)]
pub struct Stated {
    /// How many.
    pub count: u32,
    /// Their sum.
    pub stated: f64,
    /// How many came true.
    pub came: u32,
}

/// An incident within so long of an attack may be it.
const NEAR_TIME: Duration = Duration::hours(30);
/// Chi-square with two degrees of freedom: holds 99.9 %, and 50, 90 and 99 %.
const MATCHED: f64 = 13.8;
const INSIDE: [f64; 3] = [1.386, 4.605, 9.210];

/// An incident within so long of a round's moment may be that round.
const ROUND_TIME: Duration = Duration::seconds(10);

/// Something that happened, of whatever kind.
struct Real {
    at: Time,
    place: Place,
    class: Class,
    attack: bool,
}

/// Holds incidents against the truth. An incident matches what lies inside its 99.9 % ellipse and
/// within its time; the matching is the one of most pairs at the least sum of distances, attacks
/// first.
#[must_use]
pub fn audit(world: &World, incidents: &[&Incident]) -> Audit {
    let real = all_that_happened(world);
    let attacks = matched(incidents, &real, |one| one.attack);
    let attack_count = real.iter().filter(|one| one.attack).count();
    let used: Vec<usize> = attacks.iter().map(|pair| pair.one).collect();
    let called = incidents.iter().enumerate().filter(|(_, incident)| is_called_attack(incident));
    let called: Vec<usize> = called.map(|(index, _)| index).collect();
    let inside =
        |limit: f64| attacks.iter().filter(|pair| squared(pair.cost) < limit).count() as u32;
    let later = later_rounds(world);
    let rounds = of_rounds(incidents, &attacks, &later);
    let all = matched(incidents, &real, |_| true);
    let mut known: Vec<(&Incident, &Real)> =
        all.iter().map(|pair| (incidents[pair.one], &real[pair.other])).collect();
    known.extend(of_rounds(incidents, &all, &later));
    Audit {
        attacks: attack_count as u32,
        found: attacks.len() as u32,
        called: called.len() as u32,
        right: called.iter().filter(|index| used.contains(index)).count() as u32,
        rounds: rounds.iter().filter(|(incident, _)| is_called_attack(incident)).count() as u32,
        inside_90: inside(INSIDE[1]),
        inside_50_99: [inside(INSIDE[0]), inside(INSIDE[2])],
        classes: by_class(incidents, real.iter().chain(&later), &known),
        calibration: calibration(&known),
    }
}

/// Incidents without a partner that are a later round, with the round.
fn of_rounds<'a>(
    incidents: &[&'a Incident],
    matched: &[Pair],
    later: &'a [Real],
) -> Vec<(&'a Incident, &'a Real)> {
    let used: Vec<usize> = matched.iter().map(|pair| pair.one).collect();
    let left: Vec<&Incident> = (0..incidents.len())
        .filter(|index| !used.contains(index))
        .map(|index| incidents[index])
        .collect();
    let pairs = matched_within(&left, later, ROUND_TIME, |_| true);
    pairs.into_iter().map(|pair| (left[pair.one], &later[pair.other])).collect()
}

/// The chances of noticing that the house stated for attacks, against how many were found.
#[must_use]
pub fn capability(
    world: &World,
    incidents: &[&Incident],
    chance: impl Fn(&Truth) -> Option<f64>,
) -> Vec<Stated> {
    let real = all_that_happened(world);
    let pairs = matched(incidents, &real, |one| one.attack);
    let mut bins = vec![Stated::default(); 10];
    for attack in world.truth.iter().filter(|event| event.kind.is_attack()) {
        let Some(stated) = chance(attack) else { continue };
        let found = pairs.iter().any(|pair| {
            let one = &real[pair.other];
            one.attack && one.at == attack.at && one.place == attack.place
        });
        add(&mut bins, stated, found);
    }
    bins
}

/// The story's events and, where there are sensors, the peaceful noises.
fn all_that_happened(world: &World) -> Vec<Real> {
    let of_story = |event: &Truth| Real {
        at: event.at,
        place: event.place,
        class: class_of(event.kind),
        attack: event.kind.is_attack(),
    };
    let mut real: Vec<Real> = world.truth.iter().map(of_story).collect();
    let peaceful = sensing::peaceful_noises(world);
    real.extend(peaceful.into_iter().map(|one| Real {
        at: one.at,
        place: one.place,
        class: one.cause.class(),
        attack: false,
    }));
    real
}

/// The rounds of attacks after the first, where sensors hear each.
fn later_rounds(world: &World) -> Vec<Real> {
    if world.scenario.sensors.is_none() {
        return vec![];
    }
    let of_attack = |one: &Happening| -> Vec<Real> {
        let at = |seconds: &f64| one.at + Duration((seconds * 1e6) as i64);
        let real = |at| Real { at, place: one.place, class: one.cause.class(), attack: true };
        one.events_s.iter().skip(1).map(at).map(real).collect()
    };
    sensing::attacks(world).iter().flat_map(of_attack).collect()
}

fn class_of(kind: Kind) -> Class {
    match kind {
        Kind::Shelling => Class::ArtilleryFire,
        Kind::Drone => Class::UavStrike,
        Kind::AirStrike => Class::AirStrike,
        Kind::FieldBurning => Class::OrdinaryFire,
        Kind::AccessDenied => Class::AccessDenial,
    }
}

/// Pairs of incident and happening; costs are distances with a small share of time, which parts
/// salvos at one place.
fn matched(incidents: &[&Incident], real: &[Real], of: impl Fn(&Real) -> bool) -> Vec<Pair> {
    matched_within(incidents, real, NEAR_TIME, of)
}

fn matched_within(
    incidents: &[&Incident],
    real: &[Real],
    near: Duration,
    of: impl Fn(&Real) -> bool,
) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for (one, incident) in incidents.iter().enumerate() {
        for (other, happened) in real.iter().enumerate().filter(|(_, happened)| of(happened)) {
            let (early, late) = (incident.when.start - near, incident.when.end + near);
            if happened.at < early || late < happened.at {
                continue;
            }
            let distance2 = mahalanobis2(incident, happened.place);
            if distance2 < MATCHED {
                let off_s = (incident.when.middle() - happened.at).as_seconds().abs();
                let share = (off_s / near.as_seconds()).min(0.999);
                // The distance in thousandths, the time in what is below them.
                let cost = (libm::floor(distance2 * 1_000.0) + share) / 1_000.0;
                pairs.push(Pair { one, other, cost });
            }
        }
    }
    best(incidents.len(), real.len(), &pairs)
}

/// The squared distance that a cost stands for.
fn squared(cost: f64) -> f64 {
    libm::floor(cost * 1_000.0) / 1_000.0
}

fn by_class<'a>(
    incidents: &[&Incident],
    real: impl Iterator<Item = &'a Real>,
    known: &[(&Incident, &Real)],
) -> BTreeMap<Class, ClassAudit> {
    let mut classes: BTreeMap<Class, ClassAudit> = BTreeMap::new();
    for one in real {
        classes.entry(one.class).or_default().happened += 1;
    }
    for incident in incidents {
        if let Some(said) = incident.classes.likeliest() {
            classes.entry(*said).or_default().said += 1;
        }
    }
    for (incident, one) in known {
        let of = classes.entry(one.class).or_default();
        of.found += 1;
        of.named += u32::from(incident.classes.likeliest() == Some(&one.class));
    }
    classes
}

fn calibration(known: &[(&Incident, &Real)]) -> Vec<Stated> {
    let mut bins = vec![Stated::default(); 10];
    for (incident, one) in known {
        for (class, share) in incident.classes.iter() {
            add(&mut bins, share, *class == one.class);
        }
    }
    bins
}

fn add(bins: &mut [Stated], stated: f64, came: bool) {
    let bin = &mut bins[((stated * 10.0) as usize).min(9)];
    bin.count += 1;
    bin.stated += stated;
    bin.came += u32::from(came);
}

/// Squared distance of a place from an incident's, in standard deviations.
#[must_use]
pub fn mahalanobis2(incident: &Incident, place: Place) -> f64 {
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
