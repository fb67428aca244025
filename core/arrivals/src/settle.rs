//! Incidents look again at the picks around them until nothing changes.

use crate::incident::Incident;
use crate::medium::Medium;
use crate::search::{Bar, Search, Take};

/// Rounds of looking again, at most.
const ROUNDS_MAX: usize = 4;
/// A loose pick may concern an incident within this many standard deviations of when one is due.
const CONCERN: f64 = 5.0;
/// Travel times beyond an incident's longest so far at which a pick may still concern it.
const BEYOND: f64 = 1.5;

impl<const N: usize, M: Medium<N>> Search<'_, N, M> {
    /// Lets all incidents look again, then those that the last round concerned.
    pub(crate) fn settle(&mut self, bar: Bar) {
        self.settle_from(bar, None);
    }

    /// Lets those look again that are concerned by what changed since the picks had these owners.
    pub(crate) fn settle_since(&mut self, before: &[u32], bar: Bar) {
        self.settle_from(bar, Some(self.concerned(before)));
    }

    fn settle_from(&mut self, bar: Bar, mut concerned: Option<Vec<u32>>) {
        for _ in 0..ROUNDS_MAX {
            let before = self.owners.clone();
            if self.revisit(bar, Take::Better, concerned.as_deref()) == 0 {
                break;
            }
            concerned = Some(self.concerned(&before));
        }
    }

    /// Lets incidents (all, or those named) look again at the picks around them; tells how many
    /// changed.
    pub fn revisit(&mut self, bar: Bar, take: Take, which: Option<&[u32]>) -> usize {
        let mut changed = 0;
        let count = which.map_or(self.incidents.len(), <[u32]>::len);
        for at in 0..count {
            let id = which.map_or(at as u32, |which| which[at]);
            let Some(old) = self.incidents[id as usize].clone() else { continue };
            if let Some(grown) = self.regrow(&old, id, take)
                && grown.picks.len() >= bar.picks_min
            {
                changed += usize::from(self.propose(grown, Some(id), bar));
            }
            let stands = |incident: &Incident<N>| bar.passes(incident);
            if self.incidents[id as usize].as_ref().is_some_and(|incident| !stands(incident)) {
                self.remove(id);
                changed += 1;
            }
        }
        changed
    }

    /// Incidents that changed since `before`, and those that a pick let go since may concern.
    fn concerned(&self, before: &[u32]) -> Vec<u32> {
        let moved = |pick: u32| {
            let arrival = self.picks.arrival(pick) as usize;
            self.owners[arrival] != before[arrival]
        };
        let loose: Vec<u32> = self.picks.by_time().iter().copied().filter(|&p| moved(p)).collect();
        let all = self.incidents.iter().enumerate();
        all.filter_map(|(id, incident)| {
            let incident = incident.as_ref()?;
            let concerned = incident.picks.iter().any(|&pick| moved(pick))
                || self.may_want(incident, id as u32, &loose);
            concerned.then_some(id as u32)
        })
        .collect()
    }

    fn may_want(&self, incident: &Incident<N>, id: u32, loose: &[u32]) -> bool {
        let state = &incident.fit.state;
        let travel = |pick: u32| self.picks.time_s(pick) - state[0];
        let longest_s = incident.picks.iter().map(|&pick| travel(pick)).fold(0.0, f64::max);
        let from = loose.partition_point(|&pick| travel(pick) < 0.0);
        let near = loose[from..].iter().take_while(|&&pick| travel(pick) <= BEYOND * longest_s);
        near.into_iter().any(|&pick| {
            let (residual, variance) = self.ground().residual(state, pick);
            let others = self.owners[self.picks.arrival(pick) as usize] != id;
            others && residual * residual < CONCERN * CONCERN * variance
        })
    }
}
