//! A rotation plan's nouns, and the check that a plan keeps to what contributors stated.

use kernel::Duration;
use serde::{Deserialize, Serialize};

use crate::contribution::{Component, Contribution};
use crate::plan::RequirementLine;

/// A whole unit that goes and comes back together.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Contingent {
    /// The contribution it is part of.
    pub contribution: String,
    /// Which of its contingents, from 0.
    pub number: u32,
    /// Which part of the force.
    pub component: Component,
    /// What its strength counts.
    pub unit: String,
    /// How many.
    pub strength: u64,
    /// Length of a tour, months.
    pub tour_months: u32,
    /// Months at home between tours.
    pub dwell_months: u32,
    /// First month it can be there by its notice to move.
    pub first_month: u32,
}

/// What one line needs, month by month.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Need {
    /// The line of the requirement.
    pub line: String,
    /// Which part of the force.
    pub component: Component,
    /// What it counts.
    pub unit: String,
    /// How many in each month.
    pub needed: Vec<u64>,
}

impl Need {
    /// The least that a line needs, in each of `months`.
    #[must_use]
    pub fn least(line: &RequirementLine, months: usize) -> Self {
        let (component, unit) = (line.component, line.unit.clone());
        Self { line: line.id.clone(), component, unit, needed: vec![line.needed.min; months] }
    }
    /// Whether a contingent can serve this line at all.
    #[must_use]
    pub fn suits(&self, contingent: &Contingent) -> bool {
        self.component == contingent.component && self.unit == contingent.unit
    }
}

/// One tour: a contingent covers a line from a month on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Tour {
    /// Index of the contingent.
    pub contingent: usize,
    /// Index of the line.
    pub line: usize,
    /// First month, from 0.
    pub start_month: u32,
}

/// The contingents a contribution can be counted on for, by its least figures; none when it has
/// not stated deployed strength, pool, tour and dwell.
#[must_use]
pub fn contingents(contribution: &Contribution) -> Vec<Contingent> {
    let figures = contribution.deployed.as_ref().zip(contribution.pool.as_ref());
    let Some(((deployed, pool), (tour, dwell))) =
        figures.zip(contribution.tour.zip(contribution.dwell))
    else {
        return Vec::new();
    };
    let count = pool.min.checked_div(deployed.min).unwrap_or(0);
    let contingent = |number| Contingent {
        contribution: contribution.id.clone(),
        number,
        component: contribution.component,
        unit: contribution.unit.clone(),
        strength: deployed.min,
        tour_months: whole_months(tour),
        dwell_months: whole_months(dwell),
        first_month: contribution.notice_to_move.map_or(0, whole_months),
    };
    (0..u32::try_from(count).unwrap_or(u32::MAX).min(CONTINGENTS_MAX)).map(contingent).collect()
}

/// More contingents of one contribution than this are not planned for one by one.
const CONTINGENTS_MAX: u32 = 64;

/// Months of 30 days, rounded up.
fn whole_months(span: Duration) -> u32 {
    let month = Duration::days(30).0;
    u32::try_from(span.0.max(0).saturating_add(month - 1) / month).unwrap_or(u32::MAX)
}

/// Strength-months covered by a plan, each month of a line up to its need.
///
/// # Errors
/// With everything in which the plan does not keep to what was stated.
pub fn check(
    contingents: &[Contingent],
    needs: &[Need],
    tours: &[Tour],
) -> Result<u64, Vec<String>> {
    let mut wrong = Vec::new();
    let mut sorted = tours.to_vec();
    sorted.sort_unstable_by_key(|tour| (tour.contingent, tour.start_month));
    let mut assigned: Vec<Vec<u64>> = needs.iter().map(|need| vec![0; need.needed.len()]).collect();
    for (at, tour) in sorted.iter().enumerate() {
        let Some((contingent, need)) = contingents.get(tour.contingent).zip(needs.get(tour.line))
        else {
            wrong.push(format!("{tour:?} names a contingent or line that is not there"));
            continue;
        };
        let name = format!("{} {}", contingent.contribution, contingent.number);
        if !need.suits(contingent) {
            wrong.push(format!("{name} cannot serve {}", need.line));
        }
        if tour.start_month < contingent.first_month {
            wrong.push(format!("{name} cannot be there in month {}", tour.start_month));
        }
        let rested = |next: &&Tour| {
            next.contingent == tour.contingent && next.start_month < free_again(contingent, tour)
        };
        if let Some(next) = sorted.get(at + 1).filter(rested) {
            wrong.push(format!(
                "{name} goes again in month {} without its time at home",
                next.start_month
            ));
        }
        let months = assigned.get_mut(tour.line).into_iter().flatten();
        let during = months.skip(tour.start_month as usize).take(contingent.tour_months as usize);
        during.for_each(|month| *month = month.saturating_add(contingent.strength));
    }
    let covered = needs.iter().zip(&assigned).flat_map(|(need, got)| need.needed.iter().zip(got));
    let covered = covered.fold(0_u64, |sum, (needed, got)| sum.saturating_add(*needed.min(got)));
    if wrong.is_empty() { Ok(covered) } else { Err(wrong) }
}

/// First month in which a contingent may go again after a tour.
#[must_use]
pub fn free_again(contingent: &Contingent, tour: &Tour) -> u32 {
    tour.start_month.saturating_add(contingent.tour_months).saturating_add(contingent.dwell_months)
}
