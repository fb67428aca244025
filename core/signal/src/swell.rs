//! The onset of an arrival behind the band-pass, whether it begins at once or swells: the power
//! expected after each possible onset, laid over the window in every way.
//!
//! As Maeda's criterion (1985; `onset`) two stretches of noise are joined at every place, but the
//! later one grows as the filter lets it: what it delays and smears is part of the model. How
//! an arrival grows is not known, so all ways count by how well they fit, and the error of an
//! onset is as wide as they leave it.

use crate::detect::Settings;
use crate::filter::Bandpass;
use crate::onset::{Onset, SIDE_MIN, STEP_ERROR};

/// Rises of the amplitude, shares of the stretch of a window before its trigger: each twice the
/// one before, since no length is preferred.
const RISES: [f64; 7] = [1.0 / 64.0, 1.0 / 32.0, 1.0 / 16.0, 0.125, 0.25, 0.5, 1.0];
/// Ways of beginning at once. That an arrival does is held as likely as that it rises.
const AT_ONCE: usize = 3;
/// Values of power kept in a period of the band's upper corner; more would tell nothing.
const A_PERIOD: f64 = 8.0;
/// Arrivals are no larger than this over the noise, in power.
const POWER_MOST: f64 = 1e15;
/// Places at which every way is tried before the best is looked at one by one.
const PLACES: usize = 32;
/// Values worked on side by side.
const ABREAST: usize = 16;
/// A product above this is turned into its logarithm: [`ABREAST`] times [`POWER_MOST`] more and it
/// stays finite.
const PRODUCT_MOST: f64 = 1e60;

/// Short averages that a window reaches back before a trigger at most.
pub(crate) const BACK: usize = 4;

/// The ways in which arrivals grow behind a filter.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Swells {
    /// Samples to one value of power.
    thinned: usize,
    /// Share of the values that is independent of the others.
    independent: f64,
    ways: Vec<Way>,
}

/// One way to grow.
#[derive(Clone, PartialEq, Debug)]
struct Way {
    /// Negative logarithm of its odds beforehand.
    unlikely: f64,
    /// Power at each place since the onset, for an input of one.
    powers: Vec<f64>,
    /// Sums of the powers before each place.
    sums: Vec<f64>,
}

impl Way {
    fn new(odds: f64, powers: Vec<f64>) -> Self {
        let sums = sums_before(&powers);
        Self { unlikely: -libm::log(odds), powers, sums }
    }
}

impl Swells {
    /// None when the settings fit no filter.
    pub(crate) fn new(settings: &Settings) -> Option<Self> {
        let Settings { rate_hz, low_hz, high_hz, corners, .. } = *settings;
        let longest = (BACK + 2) * (settings.short() + 1) + 3 * SIDE_MIN;
        let thinned = ((rate_hz / (A_PERIOD * high_hz)) as usize).max(1);
        let mut answer = vec![0.0; longest.next_multiple_of(thinned)];
        answer[0] = 1.0;
        Bandpass::new(rate_hz, low_hz, high_hz, corners)?.filter(&mut [&mut answer]);
        // A value is the mean of its samples' power, the input that of as many samples.
        let answer: Vec<f64> =
            answer.chunks(thinned).map(|part| part.iter().map(|one| one * one).sum()).collect();
        let short = settings.short_s * rate_hz / thinned as f64;
        let at_once = 1.0 / AT_ONCE as f64;
        // To stay, dying away within the short average, and over in a sample.
        let mut ways = vec![
            Way::new(at_once, risen(&answer, 0.0)),
            Way::new(at_once, fading(&answer, libm::exp(-4.0 / short))),
            Way::new(at_once, answer.clone()),
        ];
        let rises = RISES.map(|share| risen(&answer, 4.0 * short * share));
        ways.extend(rises.map(|powers| Way::new(1.0 / RISES.len() as f64, powers)));
        let independent = (settings.independent() * thinned as f64).min(1.0);
        Some(Self { thinned, independent, ways })
    }

    /// The onset in a filtered window of one or several components of equal length: median and
    /// spread over all places and ways. None when the window is too short or nothing in it can be
    /// told apart.
    pub(crate) fn onset(&self, components: &[&[f64]]) -> Option<Onset> {
        let thinned = self.thinned as f64;
        let powers: Vec<Powers> =
            components.iter().map(|window| Powers::new(window, self.thinned)).collect();
        let tried = self.ways.iter().flat_map(|way| self.tries(&powers, way));
        let mut tried: Vec<Tried> = tried.collect();
        let least = tried.iter().map(|one| one.against).reduce(f64::min)?;
        tried.sort_by(|one, other| one.place.total_cmp(&other.place));
        let weight = |one: &Tried| one.width * libm::exp(least - one.against);
        let weights: Vec<f64> = tried.iter().map(weight).collect();
        let half = weights.iter().sum::<f64>() / 2.0;
        let (mut sum, mut sample) = (0.0, 0.0);
        for (one, weight) in tried.iter().zip(&weights) {
            if sum < half && sum + weight >= half {
                sample = one.place + one.width * ((half - sum) / weight - 0.5);
            }
            sum += weight;
        }
        let square = |one: &Tried| (one.place - sample) * (one.place - sample);
        let squares = tried.iter().zip(&weights).map(|(one, weight)| weight * square(one));
        let variance = squares.sum::<f64>() / sum;
        let error_samples = (variance + STEP_ERROR * STEP_ERROR).sqrt();
        Some(Onset { sample: sample * thinned, error_samples: error_samples * thinned })
    }

    /// Places all over the window, and each one about the best of them.
    fn tries(&self, components: &[Powers], way: &Way) -> Vec<Tried> {
        let count = components.iter().map(|powers| powers.squares.len()).min().unwrap_or(0);
        let stride = count.div_ceil(PLACES);
        let last = (count + 1).saturating_sub(SIDE_MIN);
        let at = |place: usize, width: usize| {
            let each = components.iter().map(|powers| criterion(powers, place, way));
            let against = self.independent * each.sum::<f64>() + way.unlikely;
            let tried = Tried { place: place as f64, width: width as f64, against };
            against.is_finite().then_some(tried)
        };
        let places = (SIDE_MIN..last).step_by(stride.max(1));
        let coarse: Vec<Tried> = places.filter_map(|place| at(place, stride)).collect();
        let better = |one: Tried, next: Tried| if next.against < one.against { next } else { one };
        let Some(best) = coarse.iter().copied().reduce(better) else { return coarse };
        let middle = best.place as usize;
        let near = (middle + 1).saturating_sub(stride).max(SIDE_MIN)..(middle + stride).min(last);
        let mut tried: Vec<Tried> = near.filter_map(|place| at(place, 1)).collect();
        tried.extend(coarse.into_iter().filter(|one| one.place != best.place));
        tried
    }
}

/// The power of one component.
struct Powers {
    squares: Vec<f64>,
    /// Sums of the squares before each place.
    sums: Vec<f64>,
}

impl Powers {
    fn new(window: &[f64], thinned: usize) -> Self {
        let power = |part: &[f64]| part.iter().map(|sample| sample * sample).sum::<f64>();
        let parts = window.chunks_exact(thinned);
        let squares: Vec<f64> = parts.map(|part| power(part) / thinned as f64).collect();
        let sums = sums_before(&squares);
        Self { squares, sums }
    }
}

/// A place at which one way was tried, and the samples it stands for.
#[derive(Clone, Copy)]
struct Tried {
    place: f64,
    width: f64,
    against: f64,
}

/// Sums of the values before each place, and of all.
fn sums_before(values: &[f64]) -> Vec<f64> {
    let ends = values.iter().scan(0.0, |sum, value| {
        *sum += value;
        Some(*sum)
    });
    core::iter::once(0.0).chain(ends).collect()
}

/// Power behind a filter whose answer to an impulse has these squares, for noise that begins at
/// one and keeps `share` of its power from each place to the next.
fn fading(answer: &[f64], share: f64) -> Vec<f64> {
    let powers = answer.iter().scan(0.0, |power, answer| {
        *power = *power * share + answer;
        Some(*power)
    });
    powers.collect()
}

/// The same for noise whose amplitude rises evenly to one over `rise` places, and stays there: the
/// power is a square, and its sum over the answer follows from the answer's first three moments.
fn risen(answer: &[f64], rise: f64) -> Vec<f64> {
    let moment = |order: i32| {
        let parts = answer.iter().enumerate().map(|(at, answer)| (at as f64).powi(order) * answer);
        sums_before(&parts.collect::<Vec<_>>())
    };
    let moments = [0, 1, 2].map(moment);
    let steps = libm::ceil(rise - 0.5).max(0.0) as usize;
    let at = |at: usize| {
        let whole = (at + 1).saturating_sub(steps);
        let [none, first, second] = [0, 1, 2].map(|order| {
            let sums: &Vec<f64> = &moments[order];
            sums[at + 1] - sums[whole]
        });
        let middle = at as f64 + 0.5;
        let growing = (middle * middle * none - 2.0 * middle * first + second).max(0.0);
        moments[0][whole] + if steps > 0 { growing / (rise * rise) } else { 0.0 }
    };
    (0..answer.len()).map(at).collect()
}

/// Negative logarithm of the likelihood of an onset at `place`, were all values independent:
/// noise of one power before it, which grows behind it in this way. How large the arrival is
/// follows from its energy and one step of scoring (Fisher 1925).
fn criterion(powers: &Powers, place: usize, way: &Way) -> f64 {
    let Powers { squares, sums } = powers;
    let (before, all) = (sums[place], sums[squares.len()]);
    let after = &squares[place..];
    let noise = before / place as f64;
    let Some(sum) = way.sums.get(after.len()).filter(|_| noise > 0.0) else { return f64::NAN };
    let per_noise = 1.0 / noise;
    let energy = (all - before) * per_noise;
    let size = ((energy - after.len() as f64) / sum).clamp(0.0, POWER_MOST);
    let [slope, curvature] = scored(after, &way.powers, per_noise, size);
    let size = (size + slope / curvature).clamp(size / 4.0, POWER_MOST);
    let fit = fitted(after, &way.powers, per_noise, size);
    (squares.len() as f64 * libm::log(noise) + place as f64 + fit) / 2.0
}

/// Works through values and powers [`ABREAST`] at a time; behind the end are noughts, which count
/// for nothing.
#[inline(always)]
fn abreast(
    squares: &[f64],
    powers: &[f64],
    mut work: impl FnMut(&[f64; ABREAST], &[f64; ABREAST]),
) {
    let powers = &powers[..squares.len()];
    let (squares, last_squares) = squares.as_chunks::<ABREAST>();
    let (powers, last_powers) = powers.as_chunks::<ABREAST>();
    squares.iter().zip(powers).for_each(|(squares, powers)| work(squares, powers));
    let filled = |some: &[f64]| core::array::from_fn(|at| some.get(at).copied().unwrap_or(0.0));
    work(&filled(last_squares), &filled(last_powers));
}

/// Slope of the logarithm of the likelihood over the size, and what is expected of its curvature;
/// both twice as large.
#[multiversion::multiversion(targets("x86_64+avx2"))]
fn scored(squares: &[f64], powers: &[f64], per_noise: f64, size: f64) -> [f64; 2] {
    let (mut slopes, mut curvatures) = ([0.0; ABREAST], [0.0; ABREAST]);
    abreast(squares, powers, |squares, powers| {
        for at in 0..ABREAST {
            let inverse = 1.0 / (1.0 + size * powers[at]);
            let share = powers[at] * inverse;
            slopes[at] += share * (squares[at] * per_noise * inverse - 1.0);
            curvatures[at] += share * share;
        }
    });
    [slopes.iter().sum(), curvatures.iter().sum()]
}

/// Twice the negative logarithm of the likelihood of values of noise one with an arrival of this
/// size in it.
#[multiversion::multiversion(targets("x86_64+avx2"))]
fn fitted(squares: &[f64], powers: &[f64], per_noise: f64, size: f64) -> f64 {
    let (mut fits, mut logarithms, mut product) = ([0.0; ABREAST], 0.0, 1.0);
    abreast(squares, powers, |squares, powers| {
        let mut expected = [0.0; ABREAST];
        for at in 0..ABREAST {
            expected[at] = 1.0 + size * powers[at];
            fits[at] += squares[at] * per_noise / expected[at];
        }
        product *= expected.iter().product::<f64>();
        if product > PRODUCT_MOST {
            logarithms += libm::log(product);
            product = 1.0;
        }
    });
    logarithms + libm::log(product) + fits.iter().sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every power is the answer's squares times the power that came in as long before.
    #[test]
    fn powers_are_what_the_filter_makes_of_them() {
        let answer: Vec<f64> = (0..200).map(|at| libm::exp(-0.05 * f64::from(at))).collect();
        let near = |powers: Vec<f64>, input: &dyn Fn(f64) -> f64| {
            for (at, power) in powers.iter().enumerate() {
                let each = (0..=at).map(|since| answer[at - since] * input(since as f64));
                let sum: f64 = each.sum();
                assert!((power - sum).abs() < 1e-9 * sum, "{at}: {power}, {sum}");
            }
        };
        near(fading(&answer, 0.9), &|since| libm::pow(0.9, since));
        for rise in [0.0, 0.4, 3.0, 70.3, 900.0] {
            let amplitude = |since: f64| ((since + 0.5) / rise).min(1.0);
            near(risen(&answer, rise), &|since| amplitude(since) * amplitude(since));
        }
    }

    /// What is sampled more often than the band asks for is read at the same place.
    #[test]
    fn a_fast_rate_changes_nothing() {
        let read = |rate_hz: f64| {
            let (low_hz, high_hz, corners) = (2.0, 20.0, 4);
            let (short_s, long_s, on, off) = (0.5, 10.0, 4.0, 1.5);
            let settings = Settings { rate_hz, low_hz, high_hz, corners, short_s, long_s, on, off };
            let value = |at: usize| {
                let time_s = at as f64 / rate_hz;
                let hum = libm::sin(70.0 * time_s) + libm::sin(31.0 * time_s);
                let since_s = time_s - 1.2;
                hum + if since_s > 0.0 { 20.0 * libm::sin(50.0 * since_s) } else { 0.0 }
            };
            let window: Vec<f64> = (0..(1.4 * rate_hz) as usize).map(value).collect();
            let onset = Swells::new(&settings).and_then(|some| some.onset(&[&window]));
            onset.map(|onset| (onset.sample / rate_hz, onset.error_samples / rate_hz))
        };
        let (slow, fast) = (read(160.0).expect("an onset"), read(8_000.0).expect("an onset"));
        assert!((slow.0 - fast.0).abs() < 0.5 * slow.1, "{slow:?} {fast:?}");
        assert!((slow.1 / fast.1 - 1.0).abs() < 0.2, "{slow:?} {fast:?}");
    }
}
