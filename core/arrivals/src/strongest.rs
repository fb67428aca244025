//! Births in order of strength, for arrivals whose phases nobody named.
//!
//! An onset may be first P, S or a guided wave, and a source seen through the wrong branch explains some of
//! its onsets, enough to stand. So every seed is grown first, and the strongest incident is accepted, then the
//! strongest of what is left. What it leaves over at the stations that heard it is mostly its coda (Arora,
//! Russell and Sudderth 2013, "NET-VISA", Bull. Seismol. Soc. Am. 103, 709-729, give codas a model as well).

use std::collections::BinaryHeap;

use crate::arrival::NOBODY;
use crate::incident::Incident;
use crate::medium::Medium;
use crate::search::{Bar, Search, Take};

/// False onsets right after an incident's own, over the usual density, and how fast that falls.
const CODA_RATIO: f64 = 30.0;
const CODA_S: f64 = 60.0;

/// Codas end after this many times `CODA_S`.
const CODA_END: f64 = 4.0;

/// Log odds from which an incident is beyond doubt.
const SURE: f64 = 30.0;

/// An incident waiting, with the coda its picks lay in when it was weighed.
struct Waiting<const N: usize> {
    incident: Incident<N>,
    coda: f64,
}

/// For each pick the strongest incident grown so far that holds it, and how strong it is.
struct Seen {
    of_pick: Vec<(u32, f64)>,
    count: u32,
}

impl Seen {
    /// Whether one incident that is beyond doubt holds all of these: growing from them would find it again.
    fn together(&self, picks: &[u32]) -> bool {
        let of = |pick: &u32| self.of_pick[*pick as usize];
        let first = of(&picks[0]);
        first.1 > SURE && picks.iter().all(|pick| of(pick).0 == first.0)
    }

    fn note(&mut self, picks: &[u32], log_odds: f64) {
        self.count += 1;
        for &pick in picks {
            let held = &mut self.of_pick[pick as usize];
            if log_odds > held.1 {
                *held = (self.count, log_odds);
            }
        }
    }
}

impl<const N: usize, M: Medium<N>> Search<'_, N, M> {
    /// Everything from an empty list to the last: once to learn, once for good.
    pub fn rank(&mut self, bar: Bar, duration_s: f64) {
        self.strongest(bar);
        self.learn(duration_s);
        self.incidents.clear();
        self.owners.fill(NOBODY);
        self.model.coda.clear();
        self.strongest(bar);
    }

    /// Accepts incidents out of free picks, strongest first.
    fn strongest(&mut self, bar: Bar) {
        self.model.coda.resize(self.picks.len(), 0.0);
        let mut waiting = BinaryHeap::new();
        let mut seen = Seen { of_pick: vec![(0, f64::NEG_INFINITY); self.picks.len()], count: 0 };
        for &pick in self.picks.by_time() {
            for incident in self.grown_from(pick, bar, &mut seen) {
                waiting.push(self.waiting(incident));
            }
        }
        while let Some(Waiting { incident, coda }) = waiting.pop() {
            let free = incident.picks.iter().all(|&pick| self.is_free(pick));
            if free && self.coda_of(&incident) <= coda + 1e-9 {
                self.accept(incident, bar);
            } else if let Some(again) = self.again(&incident, bar) {
                waiting.push(self.waiting(again));
            }
        }
    }

    fn grown_from(&mut self, pick: u32, bar: Bar, seen: &mut Seen) -> Vec<Incident<N>> {
        if !self.is_free(pick) {
            return Vec::new();
        }
        let prior = self.prior;
        let seeds = self.seeds(pick, &prior, Take::Free, bar);
        let mut grown = Vec::new();
        for seed in seeds.iter().filter(|seed| seed.count > 0) {
            if seen.together(&seed.picks[..seed.count]) {
                continue;
            }
            if let Some(incident) =
                self.grow(seed, prior, Take::Free, bar).filter(|one| bar.passes(one))
            {
                seen.note(&incident.picks, incident.log_odds);
                grown.push(incident);
            }
        }
        grown
    }

    /// What is left of an incident whose picks others took, weighed anew.
    fn again(&mut self, incident: &Incident<N>, bar: Bar) -> Option<Incident<N>> {
        let mut left = incident.clone();
        left.picks.retain(|&pick| self.is_free(pick));
        if left.picks.len() < bar.picks_min {
            return None;
        }
        // Growing from fewer picks may find others, but never more than before: no endless rounds.
        self.regrow(&left, NOBODY, Take::Free)
            .filter(|again| bar.passes(again) && again.log_odds < incident.log_odds + 1e-6)
    }

    fn accept(&mut self, incident: Incident<N>, bar: Bar) {
        if self.propose(incident, None, bar) {
            self.coda(self.incidents.len() - 1, 1.0);
        }
    }

    /// Adds (or with -1 takes away) the coda of an incident at the stations that heard it.
    pub(crate) fn coda(&mut self, id: usize, sign: f64) {
        let Some(incident) = self.incidents.get(id).and_then(Option::as_ref) else { return };
        let phases = self.medium.phases().len() as u32;
        let mut first: Vec<(u32, f64)> = incident
            .picks
            .iter()
            .map(|&pick| (self.picks.channel(pick) / phases, self.picks.time_s(pick)))
            .collect();
        first.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        first.dedup_by_key(|one| one.0);
        for (station, onset_s) in first {
            for channel in station * phases..(station + 1) * phases {
                for pick in self.picks.within(channel, onset_s, onset_s + CODA_END * CODA_S) {
                    let lag_s = self.picks.time_s(pick) - onset_s;
                    let ratio = &mut self.model.coda[pick as usize];
                    *ratio = (*ratio + sign * CODA_RATIO * libm::exp(-lag_s / CODA_S)).max(0.0);
                }
            }
        }
    }

    fn is_free(&self, pick: u32) -> bool {
        self.owners[self.picks.arrival(pick) as usize] == NOBODY
    }

    fn coda_of(&self, incident: &Incident<N>) -> f64 {
        incident.picks.iter().map(|&pick| self.model.coda[pick as usize]).sum()
    }

    fn waiting(&self, incident: Incident<N>) -> Waiting<N> {
        Waiting { coda: self.coda_of(&incident), incident }
    }
}

impl<const N: usize> Ord for Waiting<N> {
    fn cmp(&self, other: &Self) -> core::cmp::Ordering {
        let by_odds = self.incident.log_odds.total_cmp(&other.incident.log_odds);
        by_odds.then_with(|| other.incident.picks.cmp(&self.incident.picks))
    }
}

impl<const N: usize> PartialOrd for Waiting<N> {
    fn partial_cmp(&self, other: &Self) -> Option<core::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<const N: usize> PartialEq for Waiting<N> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl<const N: usize> Eq for Waiting<N> {}
