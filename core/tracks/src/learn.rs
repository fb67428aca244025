//! What tracks beyond doubt teach of the world.

use crate::association::Association;
use crate::claims::{Offer, Way};
use crate::noise::RUN;
use crate::speeds::{SCALES, Speeds};
use crate::track::Track;
use crate::update::{BEYOND_DOUBT, Fate};
use crate::world::World;

/// Detections after which a track's velocity has settled.
const SETTLED_HITS: u32 = 4;
/// Rounds of guessing speeds, pairing again in between.
const PAIR_ROUNDS: usize = 2;
/// Rounds of guessing with the pairs as they are.
const GUESS_ROUNDS: usize = 20;

impl World {
    /// Takes from what became of a track in a look of `sensor` what it says of the rates.
    pub fn learn(&mut self, track: &mut Track, sensor: usize, fate: Fate, now_s: f64) {
        if fate.visible < 0.5 {
            return;
        }
        if fate.seen <= BEYOND_DOUBT * track.existence.min(fate.before.max(0.5)) {
            if track.misses.len() <= sensor {
                track.misses.resize(sensor + 1, 0);
            }
            track.misses[sensor] += 1;
            return;
        }
        track.hits += 1;
        let missed = track.misses.get_mut(sensor).map_or(0, core::mem::take);
        if track.counted {
            self.rates[sensor].detection.learn(1.0, 1.0 + f64::from(missed));
            self.life.end.learn(0.0, now_s - track.seen_s);
        }
        if track.existence > BEYOND_DOUBT && track.hits >= SETTLED_HITS && !track.counted {
            self.count(track);
        }
        track.seen_s = now_s;
        if let (Some(noise), Some(own), true) = (&mut self.noise, fate.own, track.counted)
            && own.sigma.is_none()
            && (!track.run.is_empty() || noise.begins())
        {
            track.run.push([now_s, own.said[0], own.said[1]]);
        }
    }

    /// A track has settled: one more that appeared, with its speed.
    fn count(&mut self, track: &mut Track) {
        track.counted = true;
        if let Some(appear) = &mut self.life.appear {
            appear.learn(track.new_share, 0.0);
        }
        let state = track.state();
        self.speeds[track.motion()].learn(state.velocity_mps, state.velocity);
    }

    /// Takes in the runs that are whole.
    pub fn settle_noise(&mut self, tracks: &mut [Track]) {
        let Some(noise) = &mut self.noise else { return };
        let mut learned = false;
        for track in tracks.iter_mut().filter(|track| track.run.len() >= RUN) {
            noise.learn(&core::mem::take(&mut track.run));
            learned = true;
        }
        noise.pass(tracks.iter().filter(|track| !track.run.is_empty()).count());
        if learned {
            let (sigma, q) = noise.best();
            self.sensors[0].sigma = sigma;
            self.motions[0].q = q;
        }
    }

    /// While few tracks have settled: speeds from pairs of detections, each by its chance of being
    /// one thing's (expectation-maximisation). Whether there was anything to learn from.
    fn guess(&mut self, before: &[[f64; SCALES]], pairs: &[Pair]) {
        for _ in 0..GUESS_ROUNDS {
            let mut guesses = before.to_vec();
            for pair in pairs {
                let weighed = pair.fits.iter().zip(&self.speeds);
                let fits: Vec<_> = weighed.map(|(fit, speeds)| speeds.weigh(fit)).collect();
                let total: f64 = fits.iter().flatten().sum();
                for (guess, fit) in guesses.iter_mut().zip(&fits) {
                    (0..SCALES).for_each(|at| guess[at] += pair.chance * fit[at] / total);
                }
            }
            self.speeds.iter_mut().zip(guesses).for_each(|(speeds, guess)| speeds.guess(guess));
        }
    }

    /// Whether speeds are still to be guessed.
    pub fn is_vague(&self) -> bool {
        self.speeds.iter().any(Speeds::is_vague)
    }
}

/// A thing seen once and a detection that may be its second.
pub(crate) struct Pair {
    chance: f64,
    /// Density of the detection by motion and scale of speed.
    fits: Vec<[f64; SCALES]>,
}

/// Guesses speeds from a look and makes its claims again with them.
pub(crate) fn guess_speeds(
    world: &mut World,
    offer: &Offer<'_>,
    tracks: &[Track],
    ways: &mut Vec<Way>,
    association: &mut Association,
) {
    let before: Vec<_> = world.speeds.iter().map(Speeds::guessed).collect();
    for _ in 0..PAIR_ROUNDS {
        let pairs = offer.pairs(world, tracks, ways, association);
        if pairs.is_empty() {
            return;
        }
        world.guess(&before, &pairs);
        offer.claim(world, tracks, ways, association);
        association.share_out(offer.clean.len());
    }
}

impl Offer<'_> {
    fn pairs(
        &self,
        world: &World,
        tracks: &[Track],
        ways: &[Way],
        association: &Association,
    ) -> Vec<Pair> {
        let mut pairs = Vec::new();
        let mut way_at = 0;
        for claim in &association.claims {
            let track = &tracks[claim.track as usize];
            for way in &ways[way_at..claim.ways_end as usize] {
                let part = &track.parts[way.part as usize];
                if !part.is_once() || part.once_s == 0.0 {
                    continue;
                }
                let detection = &self.clean[way.detection as usize];
                let miss = part.state.miss(detection.said);
                let distance2 = miss[0] * miss[0] + miss[1] * miss[1];
                let noise = part.state.position.xx + self.sensor.variance(detection);
                let chance = claim.chance * way.weight / claim.odds;
                let motions = world.motions.iter().zip(&world.speeds);
                let fits = motions.map(|(motion, speeds)| {
                    let variance = noise + motion.q * part.once_s.powi(3) / 3.0;
                    speeds.reach(distance2, variance, part.once_s).map(|fit| fit * motion.share)
                });
                pairs.push(Pair { chance, fits: fits.collect() });
            }
            way_at = claim.ways_end as usize;
        }
        pairs
    }
}
