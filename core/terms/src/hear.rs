//! One incident held against one rule: the verdict, its reasons, and what would refute it.

use kernel::Probability;
use watch::Incident;

use crate::agreement::{Agreement, Rule};
use crate::allegation::{Allegation, AllegationId, TraceStep, Verdict};
use crate::attribution;
use crate::guard::{Condition, Moment};
use crate::scales::{Needs, Scales};
use crate::scene::{Chance, Scene, Weighed};
use crate::words::class_name;

/// The allegation that `rule` raises on the scene's incident. `None` when it raises none and none
/// stood before (`prior`); a verdict of `Withdrawn` when one stood and no longer does.
#[must_use]
pub fn hear(
    scales: &Scales<'_>,
    scene: &Scene<'_>,
    rule: &Rule,
    needs: &Needs,
    prior: Option<&Allegation>,
) -> Option<Allegation> {
    let heading = &scales.agreement.heading;
    if rule.trigger.is_empty() {
        return None;
    }
    if prior.is_none() && !scene.may_exceed(rule, needs, heading.p_none) {
        return None;
    }
    let weighed = scene.weigh(rule, needs);
    let chance = weighed.all.times(scene.incident().real.value());
    let verdict = if chance.low >= heading.p_alleged {
        Verdict::Alleged
    } else if chance.high <= heading.p_none {
        Verdict::Withdrawn
    } else {
        Verdict::Undetermined
    };
    Some(allegation(scales, scene, rule, &weighed, chance, verdict))
}

fn allegation(
    scales: &Scales<'_>,
    scene: &Scene<'_>,
    rule: &Rule,
    weighed: &Weighed,
    chance: Chance,
    verdict: Verdict,
) -> Allegation {
    let agreement = scales.agreement;
    let incident = scene.incident();
    let spoken = incident.classes.iter().filter(|(class, _)| rule.trigger.contains(class));
    let class = spoken.max_by(|(a, one), (b, other)| one.total_cmp(other).then(b.cmp(a)));
    let severity = class.map_or(1, |(class, _)| scene.level(&rule.severity, *class));
    Allegation {
        id: id(rule, incident),
        version: 1,
        rule: rule.id.clone(),
        article: rule.article.clone(),
        incident: incident.id,
        incident_version: incident.version,
        when: incident.when,
        place: incident.place,
        zone: zone(agreement, rule, weighed),
        chance: Probability::new(chance.low),
        chance_max: Probability::new(chance.high),
        verdict,
        severity,
        alleged: attribution::alleged(scene, rule, &agreement.weights, &agreement.zones.lines),
        trace: trace(agreement, incident, rule, weighed),
        refuted_by: refuted_by(agreement, rule),
        replaces: Vec::new(),
        review_due: false,
    }
}

/// Named after the rule and the incident.
#[must_use]
pub fn id(rule: &Rule, incident: &Incident) -> AllegationId {
    AllegationId::of(format!("{}\n{}", rule.id, incident.id).as_bytes())
}

/// The first zone the rule names that more likely than not holds the incident.
fn zone(agreement: &Agreement, rule: &Rule, weighed: &Weighed) -> Option<String> {
    let likely = rule.clauses.iter().zip(&weighed.clauses).filter(|(_, chance)| chance.low >= 0.5);
    let index = likely.into_iter().find_map(|(clause, _)| match clause.condition {
        Condition::Zone(index) => Some(index),
        _ => None,
    });
    Some(agreement.zones.zones.get(index?)?.id.clone())
}

fn trace(
    agreement: &Agreement,
    incident: &Incident,
    rule: &Rule,
    weighed: &Weighed,
) -> Vec<TraceStep> {
    let step = |condition: &str, chance: f64, against: String| TraceStep {
        condition: condition.to_owned(),
        chance: Probability::new(chance),
        against,
    };
    let classes: Vec<&str> = rule.trigger.iter().map(|class| class_name(*class)).collect();
    let groups = incident.independent_groups;
    let mut steps = vec![
        step("it happened", incident.real.value(), format!("seen by {groups} independent groups")),
        step("it is of a class the rule speaks to", weighed.class, classes.join(", ")),
    ];
    if let Some(switch) = &rule.in_force_with {
        let until = rule.duty.as_ref().map_or(String::new(), |_| ", and past its due time".into());
        let against = format!("the fact {switch} when it happened{until}");
        steps.push(step("the rule was in force", weighed.in_force.low, against));
    }
    for (clause, chance) in rule.clauses.iter().zip(&weighed.clauses) {
        let mut against = describe(agreement, &clause.condition);
        if chance.high - chance.low > 5e-5 {
            let most = Probability::new(chance.high).value();
            against.push_str(&format!("; up to {most} if what is not yet known held"));
        }
        steps.push(step(&clause.text, chance.low, against));
    }
    steps
}

/// What a condition holds the incident against.
fn describe(agreement: &Agreement, condition: &Condition) -> String {
    let zone = |index: &usize| {
        let zone = agreement.zones.zones.get(*index);
        zone.map_or(String::new(), |zone| format!("zone {}: {}", zone.id, zone.names.en))
    };
    let both = |inner: &[Condition], joint: &str| {
        let parts: Vec<String> = inner.iter().map(|one| describe(agreement, one)).collect();
        parts.join(joint)
    };
    match condition {
        Condition::Always(_) => "the rule itself".into(),
        Condition::Not(inner) => format!("not {}", describe(agreement, inner)),
        Condition::All(inner) => both(inner, " and "),
        Condition::Any(inner) => both(inner, " or "),
        Condition::At(_, Moment::AfterStart(span)) => format!("T0 + {span}"),
        Condition::At(_, Moment::Fixed(time)) => time.to_string(),
        Condition::Class(classes) => {
            let names: Vec<&str> = classes.iter().map(|class| class_name(*class)).collect();
            names.join(", ")
        }
        Condition::Zone(index) => zone(index),
        Condition::Near { category, within_m } => {
            format!("{within_m} m around protected objects of category {category}")
        }
        Condition::InsideWithdrawal => {
            let (least_m, most_m) = agreement.withdrawal_m();
            format!(
                "withdrawal distances of {} to {} km; the calibre was not seen",
                least_m / 1_000.0,
                most_m / 1_000.0
            )
        }
        Condition::Fact { name, subject } => {
            let of = subject.as_ref().map_or(String::new(), |subject| format!(" of {subject}"));
            format!("the fact {name}{of}")
        }
        Condition::Noticed(kind) => {
            let name = agreement.notices.get(*kind).map_or("", |kind| kind.name.as_str());
            format!("notices of kind {name} filed in time")
        }
        Condition::Count(..) => "the number of single events".into(),
        Condition::Groups(..) => "the number of independent groups".into(),
    }
}

/// What would refute the allegation: the opposite of each condition, and what the rule adds.
fn refuted_by(agreement: &Agreement, rule: &Rule) -> Vec<String> {
    let mut list = vec!["evidence that it did not happen, or was of another class".to_owned()];
    for clause in &rule.clauses {
        list.extend(match &clause.condition {
            Condition::Not(inner) => match &**inner {
                Condition::Noticed(kind) => agreement.notices.get(*kind).map(|kind| {
                    let (name, lead) = (&kind.name, kind.lead_min);
                    format!("a {name} notice on the record {lead} before, for that place and time")
                }),
                inner => Some(format!("that it belongs to {}", describe(agreement, inner))),
            },
            Condition::Zone(_) | Condition::Near { .. } => {
                Some(format!("a place outside {}", describe(agreement, &clause.condition)))
            }
            Condition::At(..) => Some(format!("a time for which `{}` does not hold", clause.text)),
            Condition::InsideWithdrawal => {
                Some("a calibre that may stand at that distance, or storage agreed there".into())
            }
            _ => None,
        });
    }
    list.extend(rule.refuted_by.iter().cloned());
    list
}
