//! One incident on the scales: each condition of a rule, and all of them together, as a chance.

use kernel::{Interval, Time};
use watch::{Class, Incident};

use crate::agreement::Rule;
use crate::ground::Terrain;
use crate::guard::condition::Compare;
use crate::guard::weigh::Sieve;
use crate::guard::{Condition, Level};
use crate::notice::Notice;
use crate::scales::{Needs, Scales};
use crate::zones::{Ground, Hand};

/// A chance as far as it is known: between what surely holds and what may hold.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Chance {
    /// Taking the unknown as not holding.
    pub low: f64,
    /// Taking the unknown as holding.
    pub high: f64,
}

impl Chance {
    fn add(&mut self, sieve: Sieve, weight: f64) {
        self.low += weight * sieve.yes.share();
        self.high += weight * sieve.may.share();
    }
    /// Both ends times a factor between 0 and 1.
    #[must_use]
    pub fn times(self, factor: f64) -> Self {
        Self { low: self.low * factor, high: self.high * factor }
    }
}

/// A rule weighed over one incident.
#[derive(Clone, PartialEq, Debug)]
pub struct Weighed {
    /// Chance that the incident is of a class the rule speaks to.
    pub class: f64,
    /// Chance that the rule was in force.
    pub in_force: Chance,
    /// Chance of each condition by itself, in the rule's order.
    pub clauses: Vec<Chance>,
    /// Chance of all together, the incident being real.
    pub all: Chance,
}

/// One incident being weighed.
pub struct Scene<'a> {
    scales: &'a Scales<'a>,
    incident: &'a Incident,
    terrain: Terrain<'a>,
    /// The ground around each place that a moving thing passed.
    path: Vec<Terrain<'a>>,
    start: Option<Time>,
    /// Notices that could cover it, by kind.
    notices: Vec<Vec<&'a Notice>>,
}

impl<'a> Scene<'a> {
    /// Puts an incident on the scales.
    #[must_use]
    pub fn new(scales: &'a Scales<'a>, incident: &'a Incident) -> Self {
        let lines = &scales.agreement.zones.lines;
        let around = |place| Terrain::new(place, &scales.quadrature, lines);
        let terrain = around(&incident.place);
        let path = incident.path.iter().map(|passed| around(&passed.place)).collect();
        let overlapping = |filed: &Vec<&'a Notice>| {
            let notices = filed.iter().copied();
            notices.filter(|notice| notice.window.overlaps(incident.when)).collect()
        };
        let notices = scales.notices.iter().map(overlapping).collect();
        Self { scales, incident, terrain, path, start: scales.start(incident.when.end), notices }
    }
    /// The incident.
    #[must_use]
    pub fn incident(&self) -> &'a Incident {
        self.incident
    }
    /// The ground around it.
    #[must_use]
    pub fn terrain(&self) -> &Terrain<'a> {
        &self.terrain
    }

    /// Chance that the incident is of a class the rule speaks to.
    #[must_use]
    pub fn class_chance(&self, rule: &Rule) -> f64 {
        let shares = self.incident.classes.iter();
        shares.filter(|(class, _)| rule.trigger.contains(class)).map(|(_, share)| share).sum()
    }

    /// Whether the rule's chance may be above `least`; cheap, and no for most pairs of rule and
    /// incident.
    #[must_use]
    pub fn may_exceed(&self, rule: &Rule, needs: &Needs, least: f64) -> bool {
        let real = self.incident.real.value();
        if self.class_chance(rule) * real <= least {
            return false;
        }
        let mut high = 0.0;
        for (moment, weight) in self.pieces(needs) {
            for (class, share) in self.classes(rule, needs) {
                high += weight * share * self.together(rule, moment, class).may.share();
            }
        }
        high * real > least
    }
    fn together(&self, rule: &Rule, moment: Time, class: Class) -> Sieve {
        let mut all = self.gate(rule, moment);
        for clause in &rule.clauses {
            if all == Sieve::NO {
                break;
            }
            all = all & self.sieve(&clause.condition, moment, class);
        }
        all
    }
    /// In force, and past the moment from which an obligation must be kept up.
    fn gate(&self, rule: &Rule, moment: Time) -> Sieve {
        let due = rule.duty.as_ref().map(|duty| match duty.due.resolve(self.start) {
            Some(due) => Sieve::from(moment >= due),
            None => Sieve::UNKNOWN,
        });
        self.scales.in_force(rule, moment) & due.unwrap_or(Sieve::YES)
    }

    /// Weighs each condition and all together.
    #[must_use]
    pub fn weigh(&self, rule: &Rule, needs: &Needs) -> Weighed {
        let class_total = self.class_chance(rule);
        let scale = if class_total > 0.0 { 1.0 / class_total } else { 0.0 };
        let mut in_force = Chance::default();
        let mut clauses = vec![Chance::default(); rule.clauses.len()];
        let mut all = Chance::default();
        for (moment, weight) in self.pieces(needs) {
            for (class, share) in self.classes(rule, needs) {
                let gate = self.gate(rule, moment);
                in_force.add(gate, weight * share * scale);
                let mut both = gate;
                for (clause, sum) in rule.clauses.iter().zip(&mut clauses) {
                    let sieve = self.sieve(&clause.condition, moment, class);
                    sum.add(sieve, weight * share * scale);
                    both = both & sieve;
                }
                all.add(both, weight * share);
            }
        }
        Weighed { class: class_total, in_force, clauses, all }
    }

    /// The classes to go through, with shares; one for all when no condition asks the class.
    fn classes(&self, rule: &Rule, needs: &Needs) -> Vec<(Class, f64)> {
        let shares = self.incident.classes.iter();
        let mut classes: Vec<(Class, f64)> = shares
            .filter(|(class, _)| rule.trigger.contains(class))
            .map(|(class, share)| (*class, share))
            .collect();
        if !needs.class {
            let total = classes.iter().map(|(_, share)| share).sum();
            classes.truncate(1);
            classes.iter_mut().for_each(|(_, share)| *share = total);
        }
        classes
    }

    /// The interval cut at every moment at which a condition can change: middles and shares.
    fn pieces(&self, needs: &Needs) -> Vec<(Time, f64)> {
        let Interval { start, end } = self.incident.when;
        if start == end {
            return vec![(start, 1.0)];
        }
        let mut cuts: Vec<Time> = vec![start, end];
        cuts.extend(needs.moments.iter().filter_map(|moment| moment.resolve(self.start)));
        for key in &needs.facts {
            cuts.extend(self.scales.steps(key).iter().map(|(since, _)| *since));
        }
        for &kind in &needs.notices {
            for notice in self.notices.get(kind).into_iter().flatten() {
                let open = notice.known + self.scales.lead(kind);
                cuts.extend([notice.window.start, notice.window.end, open]);
            }
        }
        cuts.retain(|cut| start <= *cut && *cut <= end);
        cuts.sort();
        cuts.dedup();
        let whole = (end - start).as_seconds();
        let piece = |ends: &[Time]| match ends {
            [from, to] => {
                let piece = Interval::new(*from, *to);
                (piece.middle(), piece.length().as_seconds() / whole)
            }
            _ => (start, 0.0),
        };
        cuts.windows(2).map(piece).collect()
    }

    /// Where a condition holds, at a moment and for a class.
    #[must_use]
    pub fn sieve(&self, condition: &Condition, moment: Time, class: Class) -> Sieve {
        let again = |inner: &Condition| self.sieve(inner, moment, class);
        match condition {
            Condition::Always(holds) => Sieve::from(*holds),
            Condition::Not(inner) => !again(inner),
            Condition::All(inner) => inner.iter().map(again).fold(Sieve::YES, |a, b| a & b),
            Condition::Any(inner) => inner.iter().map(again).fold(Sieve::NO, |a, b| a | b),
            Condition::At(compare, than) => match than.resolve(self.start) {
                Some(than) => Sieve::from(compare.holds(moment, than)),
                None => Sieve::UNKNOWN,
            },
            Condition::Class(classes) => Sieve::from(classes.contains(&class)),
            Condition::Zone(index) => {
                let zone = self.scales.agreement.zones.zones.get(*index);
                zone.map_or(Sieve::NO, |zone| self.inside(&zone.ground))
            }
            Condition::Near { category, within_m } => self.near(category, *within_m),
            Condition::InsideWithdrawal => self.inside_withdrawal(),
            Condition::Fact { name, subject } => {
                Sieve::from(self.scales.fact(&(name.clone(), subject.clone()), moment))
            }
            Condition::Noticed(kind) => self.noticed(*kind, moment),
            Condition::Count(compare, number) => self.count(*compare, *number),
            Condition::Groups(compare, number) => {
                Sieve::from(compare.holds(f64::from(self.incident.independent_groups), *number))
            }
        }
    }

    /// Where it was inside a zone's ground: of a moving thing, at any moment of its path. What is
    /// wrong with its places is wrong with all of them alike, so a path that runs along an edge
    /// does not get in by running long.
    fn inside(&self, ground: &Ground) -> Sieve {
        if self.path.is_empty() {
            return self.terrain.inside(ground);
        }
        self.path.iter().map(|around| around.inside(ground)).fold(Sieve::NO, |a, b| a | b)
    }
    fn near(&self, category: &str, within_m: f64) -> Sieve {
        let objects = self.scales.objects.get(category).into_iter().flatten();
        let around = objects.map(|(place, own_m)| self.terrain.circle(*place, own_m + within_m));
        around.fold(Sieve::NO, |a, b| a | b)
    }
    fn inside_withdrawal(&self) -> Sieve {
        let (least_m, most_m) = self.scales.agreement.withdrawal_m();
        let within = |distance_m| self.terrain.buffer(0, distance_m, Hand::Both).yes;
        Sieve { yes: within(least_m), may: within(most_m) }
    }
    fn noticed(&self, kind: usize, moment: Time) -> Sieve {
        let lead = self.scales.lead(kind);
        let open = self
            .notices
            .get(kind)
            .into_iter()
            .flatten()
            .filter(|notice| notice.known + lead <= moment && notice.window.contains(moment));
        let margin_m = self.scales.margin_m(kind);
        let covers =
            open.map(|notice| self.terrain.circle(notice.center, notice.radius_m + margin_m));
        covers.fold(Sieve::NO, |a, b| a | b)
    }
    fn count(&self, compare: Compare, number: f64) -> Sieve {
        let least = compare.holds(f64::from(self.incident.count.min), number);
        // A count that is open upward may be anything from its minimum on.
        let most = self.incident.count.max.map_or(f64::INFINITY, f64::from);
        match (least, compare.holds(most, number)) {
            (true, true) => Sieve::YES,
            (false, false) => Sieve::NO,
            _ => Sieve::UNKNOWN,
        }
    }

    /// The severity: each choice goes the way that is more likely than not.
    #[must_use]
    pub fn level(&self, level: &Level, class: Class) -> u8 {
        match level {
            Level::Is(number) => number.clamp(0.0, 255.0) as u8,
            Level::Choice(test, yes, no) => {
                let sieve = self.sieve(test, self.incident.when.middle(), class);
                self.level(if sieve.yes.share() >= 0.5 { yes } else { no }, class)
            }
        }
    }
}
