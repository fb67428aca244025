//! Where two sensors of numbers point at the same place: the start of a track that no sensor of
//! positions saw.
//!
//! A pair of detections from two sensors is either one new thing's or two other causes'. The chance
//! follows from how many unseen things there are to a square metre, and from the area over which the
//! pair's numbers would be as they are: one over the determinant of their slopes.

use crate::sensor::{Detection, Sensor};
use crate::state::{Covariance, State};
use crate::world::{Causes, World};

/// Places to start the search from, to a side.
const STARTS: usize = 5;
/// Newton steps from each.
const STEPS: usize = 12;
/// Pairs tried in one look; the rest start nothing until the next.
const PAIRS_MAX: usize = 20_000;
/// Starts with a smaller chance than this are not worth following.
const CHANCE_LEAST: f64 = 1e-4;
/// Detections that tracks claim with more than this chance start nothing.
const CLAIMED_MAX: f64 = 0.5;

/// A detection no track has, of a look at this scan.
#[derive(Clone, Copy, Debug)]
struct Loose {
    sensor: Sensor,
    causes: Causes,
    detection: Detection,
    /// Chance that nothing has it.
    chance: f64,
}

/// Detections of this scan that nothing claims yet, look by look.
#[derive(Clone, Debug, Default)]
pub(crate) struct Crossings {
    loose: Vec<Loose>,
}

impl Crossings {
    /// A new scan: forgets the last one's.
    pub fn begin(&mut self) {
        self.loose.clear();
    }

    /// Starts from this look's detections with those of earlier looks: states and their chances.
    pub fn look(
        &mut self,
        world: &World,
        sensor: &Sensor,
        causes: Causes,
        clean: &[Detection],
        unclaimed: &[f64],
    ) -> Vec<(State, f64)> {
        let mut starts = Vec::new();
        let earlier = self.loose.len();
        let mut tried = 0;
        for (&detection, &chance) in clean.iter().zip(unclaimed) {
            if chance < 1.0 - CLAIMED_MAX {
                continue;
            }
            let mut one = Loose { sensor: *sensor, causes, detection, chance };
            for at in 0..earlier {
                tried += 1;
                if tried > PAIRS_MAX {
                    break;
                }
                let found = crossing(world, &one, &self.loose[at]);
                for (state, chance) in found {
                    one.chance *= 1.0 - chance;
                    self.loose[at].chance *= 1.0 - chance;
                    starts.push((state, chance));
                }
            }
            self.loose.push(one);
        }
        starts
    }
}

/// Every place in the area where both say what they said, with the chance of a thing there.
fn crossing(world: &World, one: &Loose, other: &Loose) -> Vec<(State, f64)> {
    let rect = world.ground.rect;
    let mut found: Vec<(State, f64)> = Vec::new();
    for start in 0..STARTS * STARTS {
        let at = |axis: usize, step: usize| {
            let share = (step as f64 + 0.5) / STARTS as f64;
            rect.low_m[axis] + share * (rect.high_m[axis] - rect.low_m[axis])
        };
        let from = [at(0, start % STARTS), at(1, start / STARTS)];
        let Some((state, determinant)) = solve(from, one, other) else { continue };
        let apart = |seen: &State| {
            let [dx, dy] = seen.miss(state.at_m);
            dx * dx + dy * dy > 1e-3 * state.position.trace()
        };
        let inside = (0..2).all(|axis| {
            state.at_m[axis] >= rect.low_m[axis] && state.at_m[axis] <= rect.high_m[axis]
        });
        if inside && found.iter().all(|(seen, _)| apart(seen)) {
            let chance = chance_of(world, one, other, &state, determinant);
            if chance > CHANCE_LEAST {
                found.push((state, chance));
            }
        }
    }
    found
}

fn chance_of(world: &World, one: &Loose, other: &Loose, state: &State, determinant: f64) -> f64 {
    if !one.sensor.sees(state.at_m) || !other.sensor.sees(state.at_m) {
        return 0.0;
    }
    let things_a_m2 = world.life.unseen() / world.ground.rect.area_m2();
    let both = things_a_m2 * one.causes.chance * other.causes.chance / determinant;
    let odds = both / (one.causes.total() * other.causes.total());
    one.chance * other.chance * odds / (1.0 + odds)
}

/// Newton's method for the place; the state there and the size of the slopes' determinant.
fn solve(from: [f64; 2], one: &Loose, other: &Loose) -> Option<(State, f64)> {
    let mut at_m = from;
    for _ in 0..STEPS {
        let (miss, slopes, determinant) = misses(at_m, one, other)?;
        let step = [
            (slopes[1][1] * miss[0] - slopes[0][1] * miss[1]) / determinant,
            (slopes[0][0] * miss[1] - slopes[1][0] * miss[0]) / determinant,
        ];
        at_m = [at_m[0] + step[0], at_m[1] + step[1]];
        if !(at_m[0].is_finite() && at_m[1].is_finite()) {
            return None;
        }
    }
    let (miss, slopes, determinant) = misses(at_m, one, other)?;
    let variances = [one.sensor.variance(&one.detection), other.sensor.variance(&other.detection)];
    if miss[0] * miss[0] > 1e-4 * variances[0] || miss[1] * miss[1] > 1e-4 * variances[1] {
        return None;
    }
    // the inverse of the slopes carries the variances over to the ground
    let square = determinant * determinant;
    let [[a, b], [c, d]] = slopes;
    let position = Covariance {
        xx: (d * d * variances[0] + b * b * variances[1]) / square,
        xy: -(c * d * variances[0] + a * b * variances[1]) / square,
        yy: (c * c * variances[0] + a * a * variances[1]) / square,
    };
    Some((State::seen_once(at_m, position, 0.0), determinant.abs()))
}

/// Misses of both, their slopes by row, and the determinant of these; `None` where they run along
/// each other.
fn misses(at_m: [f64; 2], one: &Loose, other: &Loose) -> Option<([f64; 2], [[f64; 2]; 2], f64)> {
    let (expected, slope) = one.sensor.expected(at_m)?;
    let (other_expected, other_slope) = other.sensor.expected(at_m)?;
    let miss = [
        one.sensor.miss(one.detection.said[0], expected),
        other.sensor.miss(other.detection.said[0], other_expected),
    ];
    let determinant = slope[0] * other_slope[1] - slope[1] * other_slope[0];
    let lengths = libm::hypot(slope[0], slope[1]) * libm::hypot(other_slope[0], other_slope[1]);
    (determinant.abs() > 0.02 * lengths).then_some((miss, [slope, other_slope], determinant))
}
