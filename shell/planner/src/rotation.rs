//! Proposes a rotation: which contingent covers which line from which month.

use force::tours::check;
use force::{Contingent, Need, Tour};
use serde::{Deserialize, Serialize};

use crate::bound::bound;

/// A proposal, checked by the core, with how good it can be at best.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Proposal {
    /// The tours, by contingent and month.
    pub tours: Vec<Tour>,
    /// Strength-months covered, as the core counts them.
    pub covered: u64,
    /// Strength-months needed.
    pub needed: u64,
    /// No plan at all covers more.
    pub bound: u64,
}

/// A plan the core refused: a fault of this planner, named.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the proposed rotation breaks what was stated: {}", .0.join("; "))]
pub struct Unsound(pub Vec<String>);

/// Proposes a rotation. Each contingent in turn takes its best schedule against what the others
/// leave open, until none can do better. Coverage has falling returns, so where that ends it
/// covers at least half of the best plan (Vetta 2002); the bound says how far it is at most.
///
/// # Errors
/// When the core finds that the plan does not keep to what contributors stated.
pub fn propose(contingents: &[Contingent], needs: &[Need]) -> Result<Proposal, Unsound> {
    let mut schedules: Vec<Vec<Tour>> = vec![Vec::new(); contingents.len()];
    loop {
        let mut better = false;
        for index in 0..contingents.len() {
            let open = open_needs(contingents, needs, &schedules, index);
            let (gain, schedule) = best_schedule(&contingents[index], index, needs, &open);
            if gain > gain_of(&contingents[index], &schedules[index], &open) {
                schedules[index] = schedule;
                better = true;
            }
        }
        if !better {
            break;
        }
    }
    let tours = schedules.concat();
    let covered = check(contingents, needs, &tours).map_err(Unsound)?;
    let needed = needs.iter().flat_map(|need| &need.needed).sum();
    Ok(Proposal { tours, covered, needed, bound: bound(contingents, needs) })
}

/// What every line still needs in every month when all contingents but one keep their schedules.
fn open_needs(
    contingents: &[Contingent],
    needs: &[Need],
    schedules: &[Vec<Tour>],
    but: usize,
) -> Vec<Vec<u64>> {
    let mut open: Vec<_> = needs.iter().map(|need| need.needed.clone()).collect();
    let others = schedules.iter().enumerate().filter(|(index, _)| *index != but);
    for tour in others.flat_map(|(_, schedule)| schedule) {
        let contingent = &contingents[tour.contingent];
        for month in months_of(contingent, tour.start_month, open[tour.line].len()) {
            open[tour.line][month] = open[tour.line][month].saturating_sub(contingent.strength);
        }
    }
    open
}

fn months_of(contingent: &Contingent, start_month: u32, horizon: usize) -> std::ops::Range<usize> {
    let start = (start_month as usize).min(horizon);
    start..start.saturating_add(contingent.tour_months as usize).min(horizon)
}

fn gain_of_tour(contingent: &Contingent, start_month: u32, open: &[u64]) -> u64 {
    months_of(contingent, start_month, open.len())
        .map(|month| open[month].min(contingent.strength))
        .sum()
}

/// A contingent's tours never overlap, so its gains add up.
fn gain_of(contingent: &Contingent, schedule: &[Tour], open: &[Vec<u64>]) -> u64 {
    schedule.iter().map(|tour| gain_of_tour(contingent, tour.start_month, &open[tour.line])).sum()
}

/// The best schedule of one contingent, from the last month backward.
fn best_schedule(
    contingent: &Contingent,
    index: usize,
    needs: &[Need],
    open: &[Vec<u64>],
) -> (u64, Vec<Tour>) {
    let horizon = open.iter().map(Vec::len).max().unwrap_or(0);
    let cycle = (contingent.tour_months + contingent.dwell_months).max(1) as usize;
    let mut best = vec![(0, None); horizon + 1];
    for month in (contingent.first_month as usize..horizon).rev() {
        best[month] = (best[month + 1].0, None);
        for (line, _) in needs.iter().enumerate().filter(|(_, need)| need.suits(contingent)) {
            let gain = gain_of_tour(contingent, month as u32, &open[line])
                + best[(month + cycle).min(horizon)].0;
            if gain > best[month].0 {
                best[month] = (gain, Some(line));
            }
        }
    }
    let mut schedule = Vec::new();
    let mut month = contingent.first_month as usize;
    while month < horizon {
        match best[month].1 {
            Some(line) => {
                schedule.push(Tour { contingent: index, line, start_month: month as u32 });
                month += cycle;
            }
            None => month += 1,
        }
    }
    let gain = best.get(contingent.first_month as usize).map_or(0, |(gain, _)| *gain);
    (gain, schedule)
}
