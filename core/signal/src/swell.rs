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
/// How much likelier each way of beginning at once is than each rise: two arrivals in three.
const AT_ONCE: f64 = 5.0;
/// Independent values of power in a window over twice bandwidth times length. Set on 5,000
/// synthetic onsets, checked on others (docs/design/0029-signal.md).
const INDEPENDENT: f64 = 1.5;
/// Arrivals are no larger than this over the noise, in power.
const POWER_MOST: f64 = 1e15;
/// Places at which every way is tried before the best is looked at sample by sample.
const PLACES: usize = 32;
/// Factors multiplied before a logarithm is taken: all of [`POWER_MOST`] they stay finite.
const FACTORS: usize = 16;

/// The ways in which arrivals grow behind a filter.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Swells {
    independent: f64,
    ways: Vec<Way>,
}

/// One way to grow.
#[derive(Clone, PartialEq, Debug)]
struct Way {
    /// Negative logarithm of its odds beforehand.
    unlikely: f64,
    /// Power at each sample since the onset, for an input of one.
    powers: Vec<f64>,
    /// Sums of the powers before each sample.
    sums: Vec<f64>,
}

impl Way {
    fn new(odds: f64, powers: Vec<f64>) -> Self {
        let mut sum = 0.0;
        let ends = powers.iter().map(|power| {
            sum += power;
            sum
        });
        let sums = core::iter::once(0.0).chain(ends).collect();
        Self { unlikely: -libm::log(odds), powers, sums }
    }
}

impl Swells {
    /// For windows of `longest` samples; none when the settings fit no filter.
    pub(crate) fn new(settings: &Settings, longest: usize) -> Option<Self> {
        let Settings { rate_hz, low_hz, high_hz, corners, .. } = *settings;
        let mut answer = vec![0.0; longest.max(1)];
        answer[0] = 1.0;
        Bandpass::new(rate_hz, low_hz, high_hz, corners)?.filter(&mut [&mut answer]);
        let answer: Vec<f64> = answer.iter().map(|value| value * value).collect();
        let short = settings.short_s * rate_hz;
        let behind = |input: &dyn Fn(f64) -> f64| behind(&answer, input);
        // At once and to stay, dying away within the short average, and over in a sample.
        let mut ways = vec![
            Way::new(AT_ONCE, behind(&|_| 1.0)),
            Way::new(AT_ONCE, behind(&|since| libm::exp(-4.0 * since / short))),
            Way::new(AT_ONCE, answer.clone()),
        ];
        ways.extend(RISES.map(|share| {
            let rise = 4.0 * short * share;
            let amplitude = |since: f64| ((since + 0.5) / rise).min(1.0);
            Way::new(1.0, behind(&|since| amplitude(since) * amplitude(since)))
        }));
        Some(Self { independent: settings.independent() * INDEPENDENT, ways })
    }

    /// The onset in a filtered window: median and spread over all places and ways. None when the
    /// window is too short or nothing in it can be told apart.
    pub(crate) fn onset(&self, window: &[f64]) -> Option<Onset> {
        let squares: Vec<f64> = window.iter().map(|sample| sample * sample).collect();
        let tried = self.ways.iter().flat_map(|way| self.tries(&squares, way));
        let mut tried: Vec<Tried> = tried.collect();
        let least = tried.iter().map(|one| one.against).reduce(f64::min)?;
        tried.sort_by(|one, other| one.place.total_cmp(&other.place));
        let weight = |one: &Tried| one.width * libm::exp(least - one.against);
        let half = tried.iter().map(weight).sum::<f64>() / 2.0;
        let (mut sum, mut sample) = (0.0, 0.0);
        for one in &tried {
            let weight = weight(one);
            if sum < half && sum + weight >= half {
                sample = one.place + one.width * ((half - sum) / weight - 0.5);
            }
            sum += weight;
        }
        let square = |one: &Tried| weight(one) * (one.place - sample) * (one.place - sample);
        let variance = tried.iter().map(square).sum::<f64>() / sum;
        let error_samples = (variance + STEP_ERROR * STEP_ERROR).sqrt();
        Some(Onset { sample, error_samples })
    }

    /// Places all over the window, and each sample about the best of them.
    fn tries(&self, squares: &[f64], way: &Way) -> Vec<Tried> {
        let stride = squares.len().div_ceil(PLACES);
        let last = (squares.len() + 1).saturating_sub(SIDE_MIN);
        let at = |place: usize, width: usize| {
            let against = self.independent * criterion(squares, place, way) + way.unlikely;
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

/// A place at which one way was tried, and the samples it stands for.
#[derive(Clone, Copy)]
struct Tried {
    place: f64,
    width: f64,
    against: f64,
}

/// Power behind a filter whose answer to an impulse has these squares, for noise whose power is
/// `input` at each sample since the onset.
fn behind(answer: &[f64], input: &dyn Fn(f64) -> f64) -> Vec<f64> {
    let input: Vec<f64> = (0..answer.len()).map(|since| input(since as f64)).collect();
    let at = |at: usize| {
        let pairs = answer[..=at].iter().zip(input[..=at].iter().rev());
        pairs.map(|(answer, input)| answer * input).sum()
    };
    (0..answer.len()).map(at).collect()
}

/// Negative logarithm of the likelihood of an onset at `place`, were all samples independent:
/// noise of one power before it, which grows behind it in this way. How large the arrival is
/// follows from its energy and one step of scoring (Fisher 1925).
fn criterion(squares: &[f64], place: usize, way: &Way) -> f64 {
    let (before, after) = squares.split_at(place);
    let noise = before.iter().sum::<f64>() / place as f64;
    let Some(sum) = way.sums.get(after.len()).filter(|_| noise > 0.0) else { return f64::NAN };
    let energy = after.iter().sum::<f64>() / noise;
    let size = ((energy - after.len() as f64) / sum).clamp(0.0, POWER_MOST);
    let (mut slope, mut curvature) = (0.0, 0.0);
    for (square, power) in after.iter().zip(&way.powers) {
        let expected = 1.0 + size * power;
        let share = power / expected;
        slope += share * (square / (noise * expected) - 1.0);
        curvature += share * share;
    }
    let size = (size + slope / curvature).clamp(size / 4.0, POWER_MOST);
    let (mut fit, mut logarithms) = (0.0, 0.0);
    for (squares, powers) in after.chunks(FACTORS).zip(way.powers.chunks(FACTORS)) {
        let mut product = 1.0;
        for (square, power) in squares.iter().zip(powers) {
            let expected = 1.0 + size * power;
            product *= expected;
            fit += square / (noise * expected);
        }
        logarithms += libm::log(product);
    }
    (squares.len() as f64 * libm::log(noise) + place as f64 + logarithms + fit) / 2.0
}
