//! The search for the list of incidents with the highest posterior.

use crate::arrival::{NOBODY, Picks};
use crate::following::Following;
use crate::grow::PICKS_MIN;
use crate::hint::Spread;
use crate::incident::Incident;
use crate::locate::Ground;
use crate::medium::{Medium, Prior, Seed, View};
use crate::model::Model;
use crate::share::Field;
use crate::station::Network;

/// What an incident must have to stand.
#[derive(Clone, Copy, Debug)]
pub struct Bar {
    /// Picks at least.
    pub picks_min: usize,
    /// Log posterior odds at least.
    pub log_odds_min: f64,
}

impl Bar {
    /// Whether an incident may stand.
    #[must_use]
    pub fn passes<const N: usize>(&self, incident: &Incident<N>) -> bool {
        incident.picks.len() >= self.picks_min && incident.log_odds > self.log_odds_min
    }
}

/// A list of incidents being improved.
pub struct Search<'a, const N: usize, M: Medium<N>> {
    /// What carries the waves.
    pub medium: &'a M,
    /// The stations.
    pub network: &'a Network,
    /// The arrivals.
    pub picks: &'a Picks,
    /// What has been learned.
    pub model: Model,
    /// Belief about the medium where nothing nearer is known.
    pub prior: Prior<N>,
    /// Incidents; a place once given stays.
    pub incidents: Vec<Option<Incident<N>>>,
    /// For each arrival the incident that holds it.
    pub owners: Vec<u32>,
    /// The medium as neighbours tell it, once they do.
    pub field: Option<Field>,
    /// How incidents follow each other, once that is learned.
    pub(crate) following: Option<Following>,
    pub(crate) neighbours: Vec<Vec<u32>>,
    pub(crate) marks: Vec<u32>,
    pub(crate) taken: Vec<u32>,
    pub(crate) stamp: u32,
}

/// Log odds that one more pick can add.
const ONE_MORE: f64 = 8.0;
/// Neighbours listed for each station.
const NEIGHBOURS: usize = 24;

/// Which held picks a growing incident may take.
#[derive(Clone, Copy, PartialEq)]
pub enum Take {
    /// Only picks that nobody holds.
    Free,
    /// Those too that fit it better than their holder.
    Better,
    /// All, whoever holds them.
    Any,
}

impl<'a, const N: usize, M: Medium<N>> Search<'a, N, M> {
    /// An empty list.
    pub fn new(
        medium: &'a M,
        network: &'a Network,
        picks: &'a Picks,
        arrivals: usize,
        model: Model,
    ) -> Self {
        let neighbours = network.neighbours(medium.neighbour_reach_km(), NEIGHBOURS);
        Self {
            medium,
            network,
            picks,
            prior: medium.prior(),
            incidents: Vec::new(),
            owners: vec![NOBODY; arrivals],
            field: None,
            following: None,
            neighbours,
            marks: vec![0; picks.channel_count()],
            taken: vec![0; arrivals],
            stamp: 0,
            model,
        }
    }

    /// What locating needs.
    #[must_use]
    pub fn ground(&self) -> Ground<'_, N, M> {
        Ground { medium: self.medium, network: self.network, picks: self.picks, model: &self.model }
    }

    /// Tries an incident at every pick that nobody holds, in time order.
    pub fn births(&mut self, bar: Bar, take: Take) {
        self.births_at(self.picks.by_time(), bar, take);
    }

    /// Tries an incident at each of these picks that nobody holds.
    pub fn births_at(&mut self, at: &[u32], bar: Bar, take: Take) {
        // A pick that another holds by chance may be the one that is wanting: taking it must pay for both.
        let fewer = usize::from(take == Take::Better);
        let one_short = Bar { picks_min: (bar.picks_min - fewer).max(PICKS_MIN), ..bar };
        for &pick in at {
            if self.owner(pick) != NOBODY {
                continue;
            }
            let prior = self.told_near(pick);
            for seed in self.seeds(pick, &prior, take, bar) {
                let Some(grown) = self.grow(&seed, prior, take, one_short) else { continue };
                let near = take == Take::Better && grown.log_odds > bar.log_odds_min - ONE_MORE;
                let grown = if !bar.passes(&grown) && near {
                    self.regrow(&grown, NOBODY, Take::Any)
                } else {
                    Some(grown)
                };
                let Some(grown) = grown.filter(|grown| bar.passes(grown)) else { continue };
                if self.propose(grown, None, bar) {
                    break;
                }
            }
        }
    }

    /// The medium's seeds around a pick.
    pub(crate) fn seeds(&self, pick: u32, prior: &Prior<N>, take: Take, bar: Bar) -> Vec<Seed<N>> {
        let mut seeds = Vec::new();
        let view = View {
            network: self.network,
            picks: self.picks,
            owners: &self.owners,
            contest: take != Take::Free,
            neighbours: &self.neighbours,
            model: &self.model,
            hidden: Spread::of::<N, M>(prior),
            picks_min: bar.picks_min,
        };
        self.medium.seeds(&view, pick, &mut seeds);
        seeds
    }

    /// What is believed of the medium around a pick.
    pub(crate) fn told_near(&self, pick: u32) -> Prior<N> {
        let Some(field) = &self.field else { return self.prior };
        let station = self.picks.channel(pick) as usize / self.medium.phases().len();
        let at = self.network.stations()[station];
        self.told(field, &[at.x_km, at.y_km, self.picks.time_s(pick)], None)
    }

    /// Puts an incident in (or in the place of one) when the whole list becomes more likely,
    /// counting what the incidents lose whose picks it takes.
    pub(crate) fn propose(&mut self, new: Incident<N>, replaces: Option<u32>, bar: Bar) -> bool {
        let mut victims: Vec<u32> = new.picks.iter().map(|&pick| self.owner(pick)).collect();
        victims.sort_unstable();
        victims.dedup();
        victims.retain(|&victim| victim != NOBODY && Some(victim) != replaces);
        let old = replaces.and_then(|id| self.incidents[id as usize].take());
        let before = old.as_ref().map_or(0.0, |old| old.log_odds);
        if victims.is_empty() {
            if new.log_odds <= before + 1e-6 {
                if let (Some(old), Some(id)) = (old, replaces) {
                    self.incidents[id as usize] = Some(old);
                }
                return false;
            }
            let id = self.place(replaces);
            if let Some(old) = &old {
                self.own(&old.picks, NOBODY);
            }
            self.own(&new.picks, id);
            self.incidents[id as usize] = Some(new);
            return true;
        }
        self.contest(new, old, replaces, &victims, bar)
    }

    fn contest(
        &mut self,
        new: Incident<N>,
        old: Option<Incident<N>>,
        replaces: Option<u32>,
        victims: &[u32],
        bar: Bar,
    ) -> bool {
        let id = self.place(replaces);
        let saved: Vec<Option<Incident<N>>> =
            victims.iter().map(|&victim| self.incidents[victim as usize].clone()).collect();
        let sum = |list: &[Option<Incident<N>>]| -> f64 {
            list.iter().flatten().map(|incident| incident.log_odds).sum()
        };
        let before = sum(&saved) + old.as_ref().map_or(0.0, |old| old.log_odds);
        let mut after = new.log_odds;
        if let Some(old) = &old {
            self.own(&old.picks, NOBODY);
        }
        for victim in saved.iter().flatten() {
            self.own(&victim.picks, NOBODY);
        }
        self.own(&new.picks, id);
        for (&victim, saved) in victims.iter().zip(&saved) {
            let Some(saved) = saved else { continue };
            let mut left = saved.clone();
            left.picks.retain(|&pick| self.owner(pick) == NOBODY);
            self.incidents[victim as usize] = None;
            if left.picks.len() < 3 {
                continue;
            }
            let Some(again) = self.regrow(&left, victim, Take::Free) else { continue };
            if again.picks.len() >= bar.picks_min && again.log_odds > bar.log_odds_min.max(0.0) {
                after += again.log_odds;
                self.own(&again.picks, victim);
                self.incidents[victim as usize] = Some(again);
            }
        }
        if after > before + 1e-6 {
            self.incidents[id as usize] = Some(new);
            return true;
        }
        // Back as it was.
        self.own(&new.picks, NOBODY);
        for &victim in victims {
            if let Some(again) = self.incidents[victim as usize].take() {
                self.own(&again.picks, NOBODY);
            }
        }
        for (&victim, saved) in victims.iter().zip(saved) {
            if let Some(saved) = &saved {
                self.own(&saved.picks, victim);
            }
            self.incidents[victim as usize] = saved;
        }
        if let Some(old) = &old {
            self.own(&old.picks, id);
        }
        self.incidents[id as usize] = old;
        false
    }

    fn place(&mut self, replaces: Option<u32>) -> u32 {
        replaces.unwrap_or_else(|| {
            self.incidents.push(None);
            self.incidents.len() as u32 - 1
        })
    }

    /// Takes an incident off the list; its picks are free again.
    pub fn remove(&mut self, id: u32) {
        if let Some(old) = self.incidents[id as usize].take() {
            self.own(&old.picks, NOBODY);
        }
    }

    pub(crate) fn own(&mut self, picks: &[u32], owner: u32) {
        for &pick in picks {
            self.owners[self.picks.arrival(pick) as usize] = owner;
        }
    }

    pub(crate) fn owner(&self, pick: u32) -> u32 {
        self.owners[self.picks.arrival(pick) as usize]
    }
}
