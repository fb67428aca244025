//! What every incident of a batch is weighed with: points, facts in order of time, notices, T0.

use std::collections::BTreeMap;

use kernel::{Duration, FactBook, Place, Time, Truth};

use crate::agreement::{Agreement, Rule};
use crate::guard::weigh::{Quadrature, Sieve};
use crate::guard::{Condition, Moment};
use crate::notice::Notice;
use crate::read_settings::CEASEFIRE;

type FactKey = (String, Option<String>);

/// The scales for one batch of incidents.
pub struct Scales<'a> {
    /// The agreement.
    pub agreement: &'a Agreement,
    /// Equally likely points.
    pub quadrature: Quadrature,
    /// Notices, by the position of their kind in the agreement.
    pub notices: Vec<Vec<&'a Notice>>,
    /// What a rule's conditions depend on, rule by rule.
    pub needs: Vec<Needs>,
    /// Protected objects by category: middle and own radius in metres.
    pub objects: BTreeMap<&'a str, Vec<(Place, f64)>>,
    facts: BTreeMap<FactKey, Vec<(Time, Truth)>>,
}

/// What a rule's conditions depend on.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Needs {
    /// Whether the class changes them.
    pub class: bool,
    /// The moments at which they change.
    pub moments: Vec<Moment>,
    /// The facts they ask, with subjects.
    pub facts: Vec<FactKey>,
    /// The kinds of notice they ask.
    pub notices: Vec<usize>,
}

impl Needs {
    fn of(rule: &Rule) -> Self {
        let mut needs = Self::default();
        let switch = rule.in_force_with.iter();
        needs.facts.extend(switch.map(|name| (name.clone(), None)));
        if let Some(duty) = rule.duty.as_ref().filter(|_| !rule.trigger.is_empty()) {
            needs.moments.push(duty.due);
        }
        for clause in &rule.clauses {
            clause.condition.walk(&mut |condition| match condition {
                Condition::At(_, moment) => needs.moments.push(*moment),
                Condition::Class(_) => needs.class = true,
                Condition::Noticed(kind) => needs.notices.push(*kind),
                Condition::Fact { name, subject } => {
                    needs.facts.push((name.clone(), subject.clone()));
                }
                _ => {}
            });
        }
        needs
    }
}

impl<'a> Scales<'a> {
    /// Scales with what the record knows: all facts stated and all notices filed so far.
    #[must_use]
    pub fn new(agreement: &'a Agreement, facts: &FactBook, filed: &'a [Notice]) -> Self {
        let mut stated: BTreeMap<FactKey, Vec<(Time, Time, u64, Truth)>> = BTreeMap::new();
        for fact in facts.iter() {
            let key = (fact.name.clone(), fact.subject.clone());
            stated.entry(key).or_default().push((fact.since, fact.known, fact.entry, fact.holds));
        }
        let in_order = |mut steps: Vec<(Time, Time, u64, Truth)>| {
            steps.sort();
            steps.into_iter().map(|(since, _, _, holds)| (since, holds)).collect()
        };
        let kinds = agreement.notices.iter();
        let of_kind = |name: &str| filed.iter().filter(|notice| notice.kind == name).collect();
        let mut objects: BTreeMap<&str, Vec<(Place, f64)>> = BTreeMap::new();
        for object in &agreement.zones.objects {
            let places = objects.entry(&object.category).or_default();
            places.push((object.place, object.radius_m));
        }
        Self {
            agreement,
            quadrature: Quadrature::default(),
            notices: kinds.map(|kind| of_kind(&kind.name)).collect(),
            needs: agreement.rules.iter().map(Needs::of).collect(),
            objects,
            facts: stated.into_iter().map(|(key, steps)| (key, in_order(steps))).collect(),
        }
    }

    /// When the ceasefire came into force that governs `at`: T0.
    #[must_use]
    pub fn start(&self, at: Time) -> Option<Time> {
        let steps = self.steps(&(CEASEFIRE.to_owned(), None));
        let before = steps.iter().filter(|(since, holds)| *since <= at && *holds == Truth::Yes);
        before.map(|(since, _)| *since).next_back()
    }
    /// The statements of a fact in order of the moments they speak of.
    #[must_use]
    pub fn steps(&self, key: &FactKey) -> &[(Time, Truth)] {
        self.facts.get(key).map_or(&[], Vec::as_slice)
    }
    /// Whether a fact holds at a moment, by all that is known now.
    #[must_use]
    pub fn fact(&self, key: &FactKey, at: Time) -> Truth {
        let steps = self.steps(key);
        let before = steps.partition_point(|(since, _)| *since <= at);
        before.checked_sub(1).and_then(|last| steps.get(last)).map_or(Truth::NotYetKnown, |s| s.1)
    }
    /// How long before its window a notice of this kind must be on the record.
    #[must_use]
    pub fn lead(&self, kind: usize) -> Duration {
        self.agreement.notices.get(kind).map_or(Duration::ZERO, |kind| kind.lead_min)
    }
    /// How far beyond its area a notice of this kind covers, metres.
    #[must_use]
    pub fn margin_m(&self, kind: usize) -> f64 {
        self.agreement.notices.get(kind).map_or(0.0, |kind| kind.margin_m)
    }
    /// Whether the switch that the rule hangs on holds: what nobody stated counts as no, because
    /// no rule bites before its switch is a fact.
    #[must_use]
    pub fn in_force(&self, rule: &Rule, at: Time) -> Sieve {
        match &rule.in_force_with {
            None => Sieve::YES,
            Some(name) => Sieve::from(self.fact(&(name.clone(), None), at) == Truth::Yes),
        }
    }
}
