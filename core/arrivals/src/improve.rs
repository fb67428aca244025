//! The order of work: confident incidents first, what they teach, the rest, the shared medium.

use crate::associate::Settings;
use crate::hint::{Hint, NUISANCES, Spread};
use crate::matrix;
use crate::medium::{Medium, Prior};
use crate::search::{Bar, Search, Take};
use crate::share::Field;

/// The first incidents, that everything is learned from, must be beyond doubt.
const FIRST: Bar = Bar { picks_min: 6, log_odds_min: 15.0 };

impl<const N: usize, M: Medium<N>> Search<'_, N, M> {
    /// Everything from an empty list to the last.
    pub fn improve(&mut self, settings: &Settings, bar: Bar, duration_s: f64) {
        if settings.greedy {
            return self.greedy(bar);
        }
        self.births(FIRST, Take::Free);
        // The first gates may have cut what a worse onset error would have let in: twice.
        for _ in 0..2 {
            self.learn(duration_s);
            self.refresh();
            self.revisit(bar, Take::Better, None);
        }
        self.births(bar, Take::Free);
        self.settle(bar);
        self.learn(duration_s);
        self.refresh();
        let shares = settings.share_medium && N > M::ORIGIN;
        if shares {
            self.share();
        }
        if self.learn_following() || shares {
            self.refresh();
        }
        self.settle(bar);
        let before = self.owners.clone();
        self.births(bar, Take::Better);
        self.settle_since(&before, bar);
        if self.learn_following() {
            self.refresh();
        }
        let before = self.owners.clone();
        let shared = self.deaths(bar);
        self.settle_since(&before, bar);
        // What errors and field say of each other takes a second round; errors alone are there in one.
        for _ in 0..if self.field.is_some() { 2 } else { 1 } {
            self.learn_errors();
            if self.field.is_some() {
                self.share();
            }
            self.refresh();
        }
        for (incident, shared) in self.incidents.iter_mut().zip(shared) {
            if let Some(incident) = incident {
                incident.log_odds -= shared;
            }
        }
    }

    /// The baseline to compare with: the same model and seeds, every seed grown once, the best
    /// accepted first and its picks gone for good; nothing is learned, nobody looks again.
    fn greedy(&mut self, bar: Bar) {
        let picks = self.picks;
        let mut grown = Vec::new();
        let prior = self.prior;
        for &pick in picks.by_time() {
            for seed in self.seeds(pick, &prior, Take::Free, bar) {
                grown.extend(
                    self.grow(&seed, prior, Take::Free, bar).filter(|grown| bar.passes(grown)),
                );
            }
        }
        grown.sort_by(|a, b| {
            b.log_odds.total_cmp(&a.log_odds).then(a.fit.state[0].total_cmp(&b.fit.state[0]))
        });
        for incident in grown {
            let mut left = incident.clone();
            left.picks.retain(|&pick| self.owner(pick) == crate::arrival::NOBODY);
            // What an earlier one claimed is lost; the rest must pass the bar by itself.
            let again = if left.picks.len() == incident.picks.len() {
                Some(left)
            } else {
                self.replaced(&left, crate::arrival::NOBODY)
            };
            if let Some(again) = again.filter(|again| bar.passes(again)) {
                self.propose(again, None, bar);
            }
        }
    }

    /// Places and weighs every incident again with the picks it has, under what is believed now.
    pub fn refresh(&mut self) {
        for id in 0..self.incidents.len() {
            let Some(old) = self.incidents[id].take() else { continue };
            self.incidents[id] = Some(self.replaced(&old, id as u32).unwrap_or(old));
        }
    }

    /// Learns the field anew and gives every incident the prior its neighbours tell.
    fn share(&mut self) {
        let hints: Vec<Hint> = self.hints();
        let scales = self.field.as_ref().map(|field| field.scales);
        self.field = Field::new(hints, Spread::of::<N, M>(&self.prior), scales);
        let Some(field) = self.field.take() else { return };
        for incident_id in 0..self.incidents.len() {
            let Some(incident) = self.incidents[incident_id].as_ref() else { continue };
            let state = &incident.fit.state;
            let at = [state[1], state[2], state[0]];
            let prior = self.told(&field, &at, Some(incident_id as u32));
            if let Some(incident) = self.incidents[incident_id].as_mut() {
                incident.prior = prior;
            }
        }
        self.field = Some(field);
    }

    /// The prior at a place and time, one incident left out.
    pub(crate) fn told(&self, field: &Field, at: &[f64; 3], without: Option<u32>) -> Prior<N> {
        let mut prior = self.prior;
        let Some((mean, covariance)) = field.predict(at, without) else { return prior };
        let Some(factor) = matrix::cholesky(&covariance) else { return prior };
        let information = matrix::inverse(&factor);
        for i in 0..(N - M::ORIGIN).min(NUISANCES) {
            prior.mean[M::ORIGIN + i] = mean[i];
            for j in 0..(N - M::ORIGIN).min(NUISANCES) {
                prior.information[M::ORIGIN + i][M::ORIGIN + j] = information[i][j];
            }
        }
        prior
    }
}
