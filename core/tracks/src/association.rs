//! Which detection came from which track: the chance of every pairing, given that a detection has
//! one cause and a track at most one detection in a look.
//!
//! Loopy belief propagation on the graph of tracks and detections (Williams and Lau, "Approximate
//! evaluation of marginal association probabilities with belief propagation", IEEE Trans. AES 50(4),
//! 2014): exact where the graph has no cycles, which is nearly everywhere at ordinary densities.

/// A claim of a track on a detection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Claim {
    pub track: u32,
    pub detection: u32,
    /// One past the last of the ways that make up this claim.
    pub ways_end: u32,
    /// Odds: this pairing against the track going unseen and the detection having another cause.
    pub odds: f64,
    /// Chance of the pairing, once shared out.
    pub chance: f64,
}

/// Messages stop when none moves by more than this.
const SETTLED: f64 = 1e-5;
/// And after so many rounds in any case; convergence is geometric, so this is never near.
const ROUNDS_MAX: usize = 100;

/// Working space kept between looks.
#[derive(Default, Debug, Clone)]
pub(crate) struct Association {
    /// Claims, those of one track side by side.
    pub claims: Vec<Claim>,
    /// Logarithm of the chance that every track goes unseen.
    pub unseen_log: f64,
    /// Chance that no track has the detection, by detection.
    pub unclaimed: Vec<f64>,
    claimed: Vec<f64>,
    said: Vec<f64>,
    shared: Vec<(u32, u32)>,
}

impl Association {
    /// Sets the chance of every claim, and `unclaimed`.
    pub fn share_out(&mut self, detections: usize) {
        self.claimed.clear();
        self.claimed.resize(detections, 0.0);
        self.said.clear();
        self.said.extend(self.claims.iter().map(|claim| claim.odds));
        self.gather();
        self.find_shared();
        for _ in 0..ROUNDS_MAX {
            if self.pass() < SETTLED {
                break;
            }
        }
        self.settle();
    }

    /// Logarithm of the sum over all ways of pairing, of products of odds (the Bethe approximation,
    /// exact where the messages are).
    pub fn pairings_log(&self) -> f64 {
        let mut sum: f64 = self.claimed.iter().map(|claimed| libm::log1p(*claimed)).sum();
        let mut start = 0;
        for group in self.claims.chunk_by(|one, other| one.track == other.track) {
            let mut held = 0.0;
            for (claim, said) in group.iter().zip(&self.said[start..]) {
                let free = 1.0 / (1.0 + (self.claimed[claim.detection as usize] - said).max(0.0));
                held += claim.odds * free;
                sum -= libm::log1p(said * free);
            }
            sum += libm::log1p(held);
            start += group.len();
        }
        sum
    }

    fn gather(&mut self) {
        self.claimed.fill(0.0);
        for (claim, said) in self.claims.iter().zip(&self.said) {
            self.claimed[claim.detection as usize] += said;
        }
    }

    /// Ranges of claims of tracks with more than one claim or a detection that others claim too;
    /// the rest need no messages.
    fn find_shared(&mut self) {
        self.shared.clear();
        let mut start = 0;
        for group in self.claims.chunk_by(|one, other| one.track == other.track) {
            let alone = group.len() == 1
                && self.claimed[group[0].detection as usize] <= group[0].odds * (1.0 + 1e-12);
            if !alone {
                self.shared.push((start, start + group.len() as u32));
            }
            start += group.len() as u32;
        }
    }

    /// One round of messages; the largest change of any.
    fn pass(&mut self) -> f64 {
        let mut moved: f64 = 0.0;
        for &(start, end) in &self.shared {
            let range = start as usize..end as usize;
            let answer = |claim: &Claim, said: f64| {
                claim.odds / (1.0 + (self.claimed[claim.detection as usize] - said).max(0.0))
            };
            let claims = &self.claims[range.clone()];
            let held: f64 =
                claims.iter().zip(&self.said[range.clone()]).map(|(c, s)| answer(c, *s)).sum();
            for index in range {
                let (claim, said) = (self.claims[index], self.said[index]);
                let next = claim.odds / (1.0 + (held - answer(&claim, said)).max(0.0));
                moved = moved.max((next - said).abs() / (1.0 + next.max(said)));
                self.said[index] = next;
            }
        }
        self.gather();
        moved
    }

    fn settle(&mut self) {
        self.unclaimed.clear();
        self.unclaimed.extend(self.claimed.iter().map(|claimed| 1.0 / (1.0 + claimed)));
        let claimed = &self.claimed;
        let mut start = 0;
        for group in self.claims.chunk_by_mut(|one, other| one.track == other.track) {
            let said = &self.said[start..start + group.len()];
            let mut held = 0.0;
            for (claim, said) in group.iter_mut().zip(said) {
                let others = (claimed[claim.detection as usize] - said).max(0.0);
                claim.chance = claim.odds / (1.0 + others);
                held += claim.chance;
            }
            group.iter_mut().for_each(|claim| claim.chance /= 1.0 + held);
            start += group.len();
        }
    }
}
