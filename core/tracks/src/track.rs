//! One possible thing: the chance that it exists and what it may be doing.

use crate::noise::Run;
use crate::state::State;

/// One way its past may have been.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part {
    /// Chance of this way, given that the thing exists.
    pub weight: f64,
    /// Where it is, if so; for a thing seen once, where it was then.
    pub state: State,
    /// Seconds since it was seen for the only time; negative once its velocity is known.
    pub once_s: f64,
    /// Which of the settings' motions.
    pub motion: u8,
}

impl Part {
    pub fn is_once(&self) -> bool {
        self.once_s >= 0.0
    }
}

/// A possible thing (a Bernoulli component).
#[derive(Clone, Debug)]
pub(crate) struct Track {
    /// Order of making: stable for one input.
    pub number: u64,
    /// The number it is told under, once it was ever told.
    pub label: Option<u64>,
    /// Chance that it exists.
    pub existence: f64,
    /// Chance that it existed and has ended; the rest is that it never was.
    pub ended: f64,
    /// The ways its past may have been; weights add to one.
    pub parts: Vec<Part>,
    /// Detections that were its own beyond doubt.
    pub hits: u32,
    /// Looks since then in which it was in reach and missed, by sensor.
    pub misses: Vec<u32>,
    /// When it was last seen beyond doubt, seconds.
    pub seen_s: f64,
    /// Chance, when it was first seen, that it had just appeared.
    pub new_share: f64,
    /// Chance of still being in the area at the last step.
    pub inside: f64,
    /// Whether it was counted among those that appeared.
    pub counted: bool,
    /// Detections recorded to learn the noise from.
    pub run: Run,
}

impl Track {
    /// The mean and covariance over all its ways; a thing seen once stands where it was seen.
    pub fn state(&self) -> State {
        if let [only] = &self.parts[..] {
            return only.state;
        }
        let parts: Vec<(f64, State)> =
            self.parts.iter().map(|part| (part.weight, part.state)).collect();
        State::merged(&parts)
    }

    /// The likeliest motion.
    pub fn motion(&self) -> usize {
        let best = self.parts.iter().max_by(|one, other| one.weight.total_cmp(&other.weight));
        best.map_or(0, |part| part.motion as usize)
    }
}

/// Ways closer than this, in squared standard deviations summed over both axes, become one.
const SAME: f64 = 0.5;
/// Ways less likely than this are forgotten.
const FAINT: f64 = 1e-3;

/// Forgets faint ways, joins those that agree, keeps at most `most`, and makes weights add to one.
pub(crate) fn tidy(parts: &mut Vec<Part>, most: usize) {
    if parts.len() > 1 {
        parts.sort_by(|one, other| other.weight.total_cmp(&one.weight));
        let total: f64 = parts.iter().map(|part| part.weight).sum();
        parts.retain(|part| part.weight >= FAINT * total);
        join(parts);
        parts.truncate(most.max(1));
    }
    let total: f64 = parts.iter().map(|part| part.weight).sum();
    if total > 0.0 {
        parts.iter_mut().for_each(|part| part.weight /= total);
    }
}

fn join(parts: &mut Vec<Part>) {
    let mut index = 0;
    while index < parts.len() {
        let head = parts[index];
        let mut group = vec![(head.weight, head.state)];
        let mut later = index + 1;
        while later < parts.len() {
            if agree(&head, &parts[later]) {
                let same = parts.remove(later);
                group.push((same.weight, same.state));
            } else {
                later += 1;
            }
        }
        if group.len() > 1 {
            parts[index].weight = group.iter().map(|(weight, _)| weight).sum();
            parts[index].state = State::merged(&group);
        }
        index += 1;
    }
}

fn agree(one: &Part, other: &Part) -> bool {
    if one.motion != other.motion || one.is_once() || other.is_once() {
        return false;
    }
    let gap = |a: [f64; 2], b: [f64; 2]| (a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2);
    let (here, there) = (&one.state, &other.state);
    gap(here.at_m, there.at_m) < SAME * here.position.trace()
        && gap(here.velocity_mps, there.velocity_mps) < SAME * here.velocity.trace()
}
