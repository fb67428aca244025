//! How the chance of being noticed falls with distance, learned from who noticed and who did not.
//!
//! Expectation and maximisation: given the chances, each incident's range is a distribution; given
//! the ranges, what counts of a station is its distance over the range, so the chances close by and
//! the width of the fall are fitted on a histogram of that ratio.

use crate::model::{Detection, SIZES};

/// Distances at which one incident was noticed and was not, with the place of the phase.
#[derive(Clone, Debug, Default)]
pub struct Look {
    /// Noticed.
    pub hits: Vec<(usize, f64)>,
    /// Not noticed.
    pub misses: Vec<(usize, f64)>,
}

/// Steps of distance over range, up to `RATIO_MAX` ranges.
const STEPS: usize = 120;
const RATIO_MAX: f64 = 3.0;
/// Rounds of expectation and maximisation.
const ROUNDS: usize = 4;
/// A size less likely than this is left out of an incident's counts.
const SHARE_MIN: f64 = 0.01;
/// Chances close by, and widths, that are tried.
const NEAR_STEPS: u32 = 98;
const WIDTH_MIN: f64 = 0.02;
const WIDTH_STEPS: i32 = 34;
const WIDTH_RATIO: f64 = 1.1;

/// Hits and misses by distance over range, for one phase.
type Counts = [[f64; 2]; STEPS];

/// Shares of sizes (drawn to a prior), chances close by and width that make the looks likely.
#[must_use]
pub fn learn(from: &Detection, prior_counts: &[f64; SIZES], looks: &[Look]) -> Detection {
    let mut detection = from.clone();
    for _ in 0..ROUNDS {
        let mut shares = *prior_counts;
        let mut counts = vec![[[0.0; 2]; STEPS]; detection.near.len()];
        for look in looks {
            let (_, sizes) = detection.sum_out(&look.weigh(&detection));
            (0..SIZES).for_each(|size| shares[size] += sizes[size]);
            look.count(&detection, &sizes, &mut counts);
        }
        detection.shares = shares;
        for (near, counts) in detection.near.iter_mut().zip(&counts) {
            *near = likeliest_near(counts, detection.width);
        }
        detection.width = likeliest_width(&counts, &detection.near);
        detection.tabulate();
    }
    detection
}

impl Look {
    /// Log chance of this look, by size.
    fn weigh(&self, detection: &Detection) -> [f64; SIZES] {
        let mut sum = [0.0; SIZES];
        let mut add = |by: &[f64; SIZES]| (0..SIZES).for_each(|size| sum[size] += by[size]);
        self.hits.iter().for_each(|&(place, km)| add(detection.hit(place, km)));
        self.misses.iter().for_each(|&(place, km)| add(detection.miss(place, km)));
        sum
    }

    fn count(&self, detection: &Detection, sizes: &[f64; SIZES], counts: &mut [Counts]) {
        for (size, &share) in sizes.iter().enumerate().filter(|(_, share)| **share > SHARE_MIN) {
            let steps_per_km = STEPS as f64 / (RATIO_MAX * detection.ranges_km[size]);
            for (outcome, list) in [&self.hits, &self.misses].into_iter().enumerate() {
                for &(place, km) in list {
                    let step = (km * steps_per_km) as usize;
                    if step < STEPS {
                        counts[place][step][outcome] += share;
                    }
                }
            }
        }
    }
}

/// The fall from 1 to 0 at one step.
fn fall(step: usize, width: f64) -> f64 {
    let ratio = (step as f64 + 0.5) * RATIO_MAX / STEPS as f64;
    1.0 / (1.0 + libm::exp(((ratio - 1.0) / width).min(500.0)))
}

fn log_chance(counts: &Counts, near: f64, falls: &[f64; STEPS]) -> f64 {
    let mut sum = 0.0;
    for (&[hits, misses], fall) in counts.iter().zip(falls) {
        if hits + misses > 0.0 {
            let chance = (near * fall).clamp(1e-6, 0.999);
            sum += hits * libm::log(chance) + misses * libm::log(1.0 - chance);
        }
    }
    sum
}

fn falls(width: f64) -> [f64; STEPS] {
    core::array::from_fn(|step| fall(step, width))
}

fn likeliest_near(counts: &Counts, width: f64) -> f64 {
    let falls = falls(width);
    let nears = (1..=NEAR_STEPS).map(|step| f64::from(step) / 100.0);
    best(nears, |near| log_chance(counts, near, &falls))
}

fn likeliest_width(counts: &[Counts], nears: &[f64]) -> f64 {
    let widths = (0..WIDTH_STEPS).map(|step| WIDTH_MIN * libm::pow(WIDTH_RATIO, f64::from(step)));
    best(widths, |width| {
        let falls = falls(width);
        counts.iter().zip(nears).map(|(counts, &near)| log_chance(counts, near, &falls)).sum()
    })
}

fn best(values: impl Iterator<Item = f64>, score: impl Fn(f64) -> f64) -> f64 {
    let mut best = (f64::NEG_INFINITY, 0.0);
    for value in values {
        let score = score(value);
        if score > best.0 {
            best = (score, value);
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_fall_is_learned() {
        // Ranges of 10 and 20 km; noticed with chance 0.7 inside, evenly spread so no dice are needed.
        let mut looks = Vec::new();
        for incident in 0..200_usize {
            let range_km = [10.0, 20.0][incident % 2];
            let mut look = Look::default();
            for station in 0..60_usize {
                let km = station as f64 * 0.5 + 0.1;
                let chance = 0.7 / (1.0 + libm::exp((km - range_km) / (0.1 * range_km)));
                let dice = ((incident * 61 + station * 37) % 100) as f64 / 100.0;
                if dice < chance { &mut look.hits } else { &mut look.misses }.push((0, km));
            }
            looks.push(look);
        }
        let learned = learn(&Detection::broad(1, 14.0, (0.3, 3.0)), &[0.5; SIZES], &looks);
        assert!((learned.near[0] - 0.7).abs() < 0.05, "{}", learned.near[0]);
        assert!((learned.width - 0.1).abs() < 0.05, "{}", learned.width);
    }
}
