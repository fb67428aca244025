//! Who needs no look: networks of sensors, and newsrooms.

use super::super::network::Fewer;
use super::super::normal::below;
use super::super::reach::{Near, Reach};
use super::super::sight::Other;
use super::super::threshold::{IDLE, Term};
use super::{Hour, Noticing};

/// A sensor this many standard deviations short of an arrival is not reckoned with (3 in 10^6).
const HOPELESS: f64 = -4.5;
/// A network that misses with less than this chance is not asked further.
const CERTAIN: f64 = 1e-10;

impl Noticing<'_> {
    /// What networks and newsrooms miss of something that begins in the minute `from`.
    pub(super) fn others(&self, hour: &Hour, reach: &Reach, from: u32, others: &mut Vec<Other>) {
        others.clear();
        if let Some(size) = self.size_log_kg {
            for (network, range) in &reach.networks {
                let missed =
                    self.network_misses(hour, *network, &reach.near[range.clone()], from, size);
                self.multiply(others, self.scene.networks[*network].group, missed);
            }
        }
        let mut press: Vec<(usize, f64)> = vec![];
        for (group, chance, watcher) in &reach.press {
            let up = hour.listened[*watcher] >> from & 1 == 1;
            let chance = if up { chance * self.press_share * hour.arrived[*watcher] } else { 0.0 };
            match press.iter_mut().find(|(other, _)| other == group) {
                Some((_, best)) => *best = best.max(chance),
                None => press.push((*group, chance)),
            }
        }
        for (group, chance) in press {
            self.multiply(others, group, 1.0 - chance);
        }
    }

    /// The chance that too few sensors of a network have an arrival. They come nearest first, so
    /// that what no sensor could hear any more ends the count.
    fn network_misses(
        &self,
        hour: &Hour,
        network: usize,
        near: &[Near],
        from: u32,
        size: f64,
    ) -> f64 {
        let spread = self.laws[network].size_scatter();
        let hopeless = size - hour.quietest[network].threshold - HOPELESS * spread;
        let mut fewer = Fewer::than(self.scene.networks[network].needs);
        for (count, one) in near.iter().enumerate() {
            let size_at = f64::from(one.size_at);
            if size_at > hopeless {
                break;
            }
            let heard = &hour.stations[one.station as usize];
            let z = (size - size_at - heard.threshold) / spread;
            if z > HOPELESS && heard.minutes >> from & 1 == 1 {
                fewer.add(heard.counts * below(z));
                if count % 4 == 3 && fewer.chance() < CERTAIN {
                    break;
                }
            }
        }
        fewer.chance()
    }

    fn multiply(&self, others: &mut Vec<Other>, group: usize, missed: f64) {
        match others.iter_mut().find(|other| other.group == group) {
            Some(other) => other.missed *= missed,
            None => others.push(Other { missed, ..self.alone(group) }),
        }
    }

    /// The largest size that could have stayed below the noise in the minute `from`, log10 kg.
    pub(super) fn limit(&self, hour: &Hour, reach: &Reach, from: u32) -> f64 {
        let (mut busy, mut best) = (vec![], f64::INFINITY);
        for (network, range) in &reach.networks {
            let spread = self.laws[*network].size_scatter();
            let quietest = hour.quietest[*network].noise;
            for near in &reach.near[range.clone()] {
                let size_at = f64::from(near.size_at);
                if size_at + quietest >= best + IDLE * spread {
                    break;
                }
                let heard = &hour.stations[near.station as usize];
                let term = Term { size: size_at + heard.noise, spread };
                if heard.minutes >> from & 1 == 1 && term.size < best + IDLE * spread {
                    best = best.min(self.level.alone(term));
                    busy.push(term);
                }
            }
        }
        self.level.limit(busy.into_iter())
    }
}
