//! An upper bound that anybody can check: the capacity of a cut between contingents and needs.

use std::collections::VecDeque;

use force::{Contingent, Need};

/// No plan covers more strength-months than this.
///
/// Every plan is a flow from contingents (their strength times the months they can be away)
/// through the months to the needs, so the smallest cut bounds every plan. Tours being whole is
/// what the bound leaves out.
#[must_use]
pub fn bound(contingents: &[Contingent], needs: &[Need]) -> u64 {
    let months = needs.iter().map(|need| need.needed.len()).max().unwrap_or(0);
    let mut network = Network::new(2 + contingents.len() + needs.len() * months);
    for (index, contingent) in contingents.iter().enumerate() {
        let node = 2 + index;
        network.join(0, node, contingent.strength.saturating_mul(away_months(contingent, months)));
        for (line, need) in needs.iter().enumerate().filter(|(_, need)| need.suits(contingent)) {
            for month in contingent.first_month as usize..need.needed.len() {
                network.join(
                    node,
                    2 + contingents.len() + line * months + month,
                    contingent.strength,
                );
            }
        }
    }
    for (line, need) in needs.iter().enumerate() {
        for (month, needed) in need.needed.iter().enumerate() {
            network.join(2 + contingents.len() + line * months + month, 1, *needed);
        }
    }
    network.most_flow()
}

/// Most months within the horizon that a contingent can spend on tours: one after the other from
/// its first month, as starting later never gains any.
fn away_months(contingent: &Contingent, months: usize) -> u64 {
    let cycle = (contingent.tour_months + contingent.dwell_months).max(1) as usize;
    let left = months.saturating_sub(contingent.first_month as usize);
    let tour = contingent.tour_months as usize;
    (left / cycle * tour + (left % cycle).min(tour)) as u64
}

/// Edges with what is left of their capacity; each stands beside its way back.
struct Network {
    edges: Vec<(usize, u64)>,
    leaving: Vec<Vec<usize>>,
}

impl Network {
    fn new(nodes: usize) -> Self {
        Self { edges: Vec::new(), leaving: vec![Vec::new(); nodes] }
    }

    fn join(&mut self, from: usize, to: usize, capacity: u64) {
        self.leaving[from].push(self.edges.len());
        self.edges.push((to, capacity));
        self.leaving[to].push(self.edges.len());
        self.edges.push((from, 0));
    }

    /// Shortest ways from node 0 to node 1 until there is none (Edmonds and Karp 1972).
    fn most_flow(&mut self) -> u64 {
        let mut total = 0_u64;
        while let Some(way) = self.shortest_way() {
            let step = way.iter().map(|edge| self.edges[*edge].1).min().unwrap_or(0);
            for edge in way {
                self.edges[edge].1 -= step;
                self.edges[edge ^ 1].1 += step;
            }
            total = total.saturating_add(step);
        }
        total
    }

    fn shortest_way(&self) -> Option<Vec<usize>> {
        let mut by = vec![None; self.leaving.len()];
        let mut next = VecDeque::from([0]);
        while let Some(node) = next.pop_front() {
            for &edge in &self.leaving[node] {
                let (to, left) = self.edges[edge];
                if left > 0 && to != 0 && by[to].is_none() {
                    by[to] = Some(edge);
                    next.push_back(to);
                }
            }
        }
        let mut way = Vec::new();
        let mut node = 1;
        while node != 0 {
            let edge: usize = by[node]?;
            way.push(edge);
            node = self.edges[edge ^ 1].0;
        }
        Some(way)
    }
}
