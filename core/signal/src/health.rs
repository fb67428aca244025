//! What is wrong with samples themselves: missing, flat, single spikes. Each is named and mended
//! before a filter sees it, and what stands on mended ground is no arrival.

use serde::{Deserialize, Serialize};

/// A channel that does not change for so long is not recording, seconds.
const FLAT_S: f64 = 2.0;
/// The same in samples, for slow channels.
const FLAT_SAMPLES: usize = 40;
/// A spike stands out from its neighbours by so many times the usual step between samples.
const SPIKE_STEPS: f64 = 60.0;
/// And all around it there is no step of more than this share of its height: an arrival goes on.
const SPIKE_REST: f64 = 0.1;
/// How far around, samples on either side.
const SPIKE_SURROUNDINGS: usize = 12;
/// Longest spike, samples.
const SPIKE_SAMPLES: usize = 2;
/// Samples that the usual step is taken from.
const STEPS_SAMPLED: usize = 4_096;

/// What is wrong.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FlawKind {
    /// Not a number, or infinite.
    NotFinite,
    /// The same value for seconds: dead or stuck.
    Flat,
    /// One or two samples far from all around them: a disturbance of the electronics.
    Spike,
}

/// Samples that cannot be used, from `start` up to but without `end`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Flaw {
    /// What is wrong.
    pub kind: FlawKind,
    /// First sample.
    pub start: usize,
    /// The one after the last.
    pub end: usize,
}

/// Finds what is wrong with `samples` and mends it: missing samples and spikes by a straight line
/// between what stands on both sides. Flat stretches are named and left.
#[must_use]
pub fn mend(samples: &mut [f64], rate_hz: f64) -> Vec<Flaw> {
    let mut flaws = not_finite(samples);
    flaws.extend(flat(samples, rate_hz));
    flaws.extend(spikes(samples));
    flaws.sort_by_key(|flaw| (flaw.start, flaw.end, flaw.kind));
    flaws
}

fn not_finite(samples: &mut [f64]) -> Vec<Flaw> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = position(samples, at, |sample| !sample.is_finite()) {
        let end = position(samples, start, f64::is_finite).unwrap_or(samples.len());
        bridge(samples, start, end);
        found.push(Flaw { kind: FlawKind::NotFinite, start, end });
        at = end;
    }
    found
}

fn position(samples: &[f64], from: usize, is: impl Fn(f64) -> bool) -> Option<usize> {
    Some(from + samples.get(from..)?.iter().position(|sample| is(*sample))?)
}

/// A straight line from the sample before `start` to that at `end`; level where one is missing.
fn bridge(samples: &mut [f64], start: usize, end: usize) {
    let before = start.checked_sub(1).map(|at| samples[at]);
    let behind = samples.get(end).copied().filter(|sample| sample.is_finite());
    let from = before.or(behind).unwrap_or(0.0);
    let to = behind.unwrap_or(from);
    let steps = (end - start + 1) as f64;
    for (step, sample) in samples[start..end].iter_mut().enumerate() {
        let share = (step + 1) as f64 / steps;
        *sample = from * (1.0 - share) + to * share;
    }
}

fn flat(samples: &[f64], rate_hz: f64) -> Vec<Flaw> {
    let least = ((FLAT_S * rate_hz) as usize).max(FLAT_SAMPLES);
    let mut start = 0;
    let mut found = Vec::new();
    for run in samples.chunk_by(|one, next| one == next) {
        if run.len() >= least {
            found.push(Flaw { kind: FlawKind::Flat, start, end: start + run.len() });
        }
        start += run.len();
    }
    found
}

fn spikes(samples: &mut [f64]) -> Vec<Flaw> {
    let limit = SPIKE_STEPS * usual_step(samples);
    let mut found = Vec::new();
    let mut at = 1;
    while limit > 0.0 && at + 1 < samples.len() {
        let before = samples[at - 1];
        let width = (1..=SPIKE_SAMPLES).find(|width| is_spike(samples, at, *width, limit));
        if let Some(width) = width.filter(|_| (samples[at] - before).abs() > limit) {
            bridge(samples, at, at + width);
            found.push(Flaw { kind: FlawKind::Spike, start: at, end: at + width });
            at += width;
        }
        at += 1;
    }
    found
}

fn is_spike(samples: &[f64], at: usize, width: usize, limit: f64) -> bool {
    let (before, Some(behind)) = (samples[at - 1], samples.get(at + width)) else { return false };
    let heights = samples[at..at + width].iter().map(|sample| sample - before);
    let (least, most) = heights.fold((f64::MAX, f64::MIN), |(least, most), height| {
        (f64::min(least, height), f64::max(most, height))
    });
    let height = if least > 0.0 { least } else { -most };
    let quiet = |samples: &[f64]| {
        samples.windows(2).all(|pair| (pair[1] - pair[0]).abs() < SPIKE_REST * height)
    };
    let behind_all = &samples[at + width..(at + width + SPIKE_SURROUNDINGS).min(samples.len())];
    height > limit
        && (behind - before).abs() < SPIKE_REST * height
        && quiet(&samples[at.saturating_sub(SPIKE_SURROUNDINGS)..at])
        && quiet(behind_all)
}

/// The median step between neighbours, of samples spread over all.
fn usual_step(samples: &[f64]) -> f64 {
    let stride = (samples.len() / STEPS_SAMPLED).max(1);
    let mut steps: Vec<f64> =
        samples.windows(2).step_by(stride).map(|pair| (pair[1] - pair[0]).abs()).collect();
    let middle = steps.len() / 2;
    match steps.get(middle) {
        None => 0.0,
        Some(_) => *steps.select_nth_unstable_by(middle, f64::total_cmp).1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wave(count: usize) -> Vec<f64> {
        (0..count).map(|at| 100.0 * libm::sin(at as f64 / 7.0) + (at * 37 % 11) as f64).collect()
    }

    fn kinds(flaws: &[Flaw]) -> Vec<(FlawKind, usize, usize)> {
        flaws.iter().map(|flaw| (flaw.kind, flaw.start, flaw.end)).collect()
    }

    #[test]
    fn each_flaw_is_named_and_mended() {
        let mut samples = wave(2_000);
        samples[100] = f64::NAN;
        samples[101] = f64::INFINITY;
        samples[500] += 1e6;
        samples[700] -= 1e6;
        samples[701] -= 1.1e6;
        samples[1_000..1_500].fill(5.0);
        let flaws = mend(&mut samples, 100.0);
        assert_eq!(
            kinds(&flaws),
            [
                (FlawKind::NotFinite, 100, 102),
                (FlawKind::Spike, 500, 501),
                (FlawKind::Spike, 700, 702),
                (FlawKind::Flat, 1_000, 1_500),
            ]
        );
        assert!(samples.iter().all(|sample| sample.abs() < 200.0));
    }

    #[test]
    fn a_step_and_an_arrival_are_no_spikes() {
        let mut samples = wave(1_000);
        samples[500..].iter_mut().for_each(|sample| *sample += 1e6);
        assert_eq!(mend(&mut samples, 100.0), []);
        let mut nothing = vec![f64::NAN; 10];
        assert_eq!(kinds(&mend(&mut nothing, 100.0)), [(FlawKind::NotFinite, 0, 10)]);
        assert_eq!(nothing, [0.0; 10]);
        assert_eq!(mend(&mut [], 100.0), []);
    }
}
