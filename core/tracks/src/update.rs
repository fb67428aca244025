//! What a track becomes after a look: its ways told by detections, or missed, with new chances.

use crate::association::Claim;
use crate::claims::{Expected, Way};
use crate::sensor::{Detection, Kind, Sensor};
use crate::speeds::spread_out;
use crate::state::{Covariance, State, density};
use crate::track::{Part, Track, tidy};
use crate::world::{Causes, World};

/// Ways with less than this share of a track are not worked out.
const FAINT: f64 = 1e-3;

/// A look, as those who update a track need it.
pub(crate) struct Seen<'a> {
    pub sensor: &'a Sensor,
    pub causes: Causes,
    pub clean: &'a [Detection],
    pub alternatives_max: usize,
}

/// How a look went for one track.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fate {
    /// Chance that it exists and was seen.
    pub seen: f64,
    /// Chance that it was in reach.
    pub visible: f64,
    /// Chance before the look that it exists.
    pub before: f64,
    /// The detection that was its own beyond doubt, if any.
    pub own: Option<Detection>,
}

/// Chance from which something counts as beyond doubt.
pub(crate) const BEYOND_DOUBT: f64 = 0.95;

impl Seen<'_> {
    /// Gives a track its ways and chance after the look; `ways` are those of `claims`, in order, and
    /// `first` is the index of the first of them.
    pub fn update(
        &self,
        world: &World,
        track: &mut Track,
        claims: &[Claim],
        (first, ways): (usize, &[Way]),
        parts: &mut Vec<Part>,
    ) -> Fate {
        parts.clear();
        let before = track.existence;
        let mut seen = 0.0;
        let mut way_at = first;
        for claim in claims {
            seen += claim.chance;
            for way in &ways[way_at - first..claim.ways_end as usize - first] {
                let weight = claim.chance * way.weight / claim.odds;
                if weight > FAINT * before {
                    let part = &track.parts[way.part as usize];
                    self.tell(world, &self.clean[way.detection as usize], part, weight, parts);
                }
            }
            way_at = claim.ways_end as usize;
        }
        let visible = self.miss(track, seen, parts);
        // what is not there, ended or never been, explains the look equally well
        track.ended *= ((1.0 - track.existence) / (1.0 - before).max(1e-12)).min(1e6);
        track.ended = track.ended.min(1.0 - track.existence);
        tidy(parts, self.alternatives_max);
        core::mem::swap(&mut track.parts, parts);
        let sure = claims.iter().find(|claim| claim.chance > BEYOND_DOUBT * track.existence);
        let own = sure.map(|claim| self.clean[claim.detection as usize]);
        Fate { seen, visible, before, own }
    }

    /// Adds the ways in which it was missed; the chance that it was in reach.
    fn miss(&self, track: &mut Track, seen: f64, parts: &mut Vec<Part>) -> f64 {
        let chance = self.causes.chance;
        let reach = |part: &Part| self.sensor.sees(part.state.at_m);
        let in_reach = track.parts.iter().filter(|part| reach(part));
        let visible: f64 = in_reach.map(|part| part.weight).sum();
        let unseen = 1.0 - track.existence * chance * visible;
        let missed = (1.0 - seen).max(0.0) * track.existence / unseen;
        track.existence = (seen + missed * (1.0 - chance * visible)).clamp(0.0, 1.0);
        for part in &track.parts {
            let weight = part.weight * missed * if reach(part) { 1.0 - chance } else { 1.0 };
            if weight > FAINT * track.existence {
                parts.push(Part { weight, ..*part });
            }
        }
        visible
    }

    /// What a part becomes when a detection was its own; a thing seen once becomes one part for each
    /// motion.
    fn tell(
        &self,
        world: &World,
        detection: &Detection,
        part: &Part,
        weight: f64,
        parts: &mut Vec<Part>,
    ) {
        if self.sensor.kind != Kind::Position {
            let state = self.told_number(&world.now(part), detection);
            parts.push(Part { weight, state, once_s: -1.0, ..*part });
        } else if part.once_s > 0.0 {
            self.tell_once(world, detection, part, weight, parts);
        } else {
            let (_, state) = self.told_position(&part.state, detection);
            parts.push(Part { weight, state, ..*part });
        }
    }

    fn told_position(&self, state: &State, detection: &Detection) -> (f64, State) {
        let miss = state.miss(detection.said);
        let spread = state.position.plus(Covariance::round(self.sensor.variance(detection)));
        (density(miss, spread).0, state.told_position(miss, spread))
    }

    fn told_number(&self, state: &State, detection: &Detection) -> State {
        let Some(expected) = Expected::new(self.sensor, state) else { return *state };
        let miss = self.sensor.miss(detection.said[0], expected.said);
        let spread = expected.variance + self.sensor.variance(detection);
        state.told_number(miss, expected.slope, spread)
    }

    fn tell_once(
        &self,
        world: &World,
        detection: &Detection,
        part: &Part,
        weight: f64,
        parts: &mut Vec<Part>,
    ) {
        let first = parts.len();
        for (index, (motion, speeds)) in world.motions.iter().zip(&world.speeds).enumerate() {
            let mut ways = spread_out(&part.state, part.once_s, motion.q, speeds);
            for (share, state) in &mut ways {
                let (fit, next) = self.told_position(state, detection);
                *share *= fit;
                *state = next;
            }
            let total: f64 = ways.iter().map(|(share, _)| share).sum();
            if total > 0.0 {
                let state = State::merged(&ways);
                let weight = total * motion.share;
                parts.push(Part { weight, state, once_s: -1.0, motion: index as u8 });
            }
        }
        let total: f64 = parts[first..].iter().map(|part| part.weight).sum();
        parts[first..].iter_mut().for_each(|part| part.weight *= weight / total);
    }
}
