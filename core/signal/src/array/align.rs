//! Traces moved to a common moment by a slowness, what the beam leaves of them, and the slowness
//! at which that is least.

use core::f64::consts::PI;

use super::prepare::Prepared;
use super::slowness::Spread;

const TAPS: usize = 16;
const PHASES: usize = 512;
/// Samples on both sides that the derivative needs.
const SIDE: usize = 8;
const ROUNDS: usize = 4;
/// A step shorter than this, in samples across the array, is as good as none.
const STEP_MIN: f64 = 0.005;

/// Reading between samples: a sinc under a sinc eight times as wide (Lanczos; Duchon 1979).
pub(super) struct Kernel {
    weights: Vec<[f32; TAPS]>,
    slope: [f32; SIDE - 1],
}

impl Kernel {
    /// Samples before the one that a reading lies behind.
    pub const BEFORE: usize = TAPS / 2 - 1;

    pub fn new() -> Self {
        let sinc = |x: f64| if x == 0.0 { 1.0 } else { libm::sin(PI * x) / (PI * x) };
        let window = |x: f64| sinc(x / (TAPS / 2) as f64);
        let taps = |phase: usize| {
            let part = phase as f64 / PHASES as f64;
            let offset = |tap: usize| tap as f64 - Self::BEFORE as f64 - part;
            let raw: [f64; TAPS] =
                core::array::from_fn(|tap| sinc(offset(tap)) * window(offset(tap)));
            let sum: f64 = raw.iter().sum();
            raw.map(|weight| (weight / sum) as f32)
        };
        let slope = |at: usize| {
            let lag = (at + 1) as f64;
            let sign = if at.is_multiple_of(2) { 1.0 } else { -1.0 };
            (sign / lag * window(lag)) as f32
        };
        Self { weights: (0..=PHASES).map(taps).collect(), slope: core::array::from_fn(slope) }
    }

    /// Weights of the sixteen samples around a place this far behind the eighth, 0 to 1.
    pub fn weights(&self, part: f64) -> &[f32; TAPS] {
        &self.weights[(part * PHASES as f64 + 0.5) as usize % (PHASES + 1)]
    }

    /// The derivative, per sample; shorter by [`SIDE`] at both ends.
    fn derivative(&self, values: &[f32], into: &mut Vec<f32>) {
        into.clear();
        let length = values.len() - 2 * SIDE;
        into.resize(length, 0.0);
        for (lag, weight) in (1..).zip(&self.slope) {
            let (after, before) = (&values[SIDE + lag..], &values[SIDE - lag..]);
            for ((slope, after), before) in into.iter_mut().zip(after).zip(before) {
                *slope += weight * (after - before);
            }
        }
    }
}

/// A window of certain elements.
#[derive(Clone, Copy)]
pub(super) struct Window<'a> {
    pub start: usize,
    pub length: usize,
    /// The elements that take part, with the factor that makes each as loud as the others.
    pub elements: &'a [(usize, f32)],
}

/// A plane wave fitted to a window.
#[derive(Clone, Debug, Default)]
pub(super) struct Fit {
    pub east: f64,
    pub north: f64,
    /// Power of the beam against what is left of the traces.
    pub f_statistic: f64,
    /// Variance of an element's time from noise, s^2.
    pub time_variance: f64,
    /// Root mean square of the times left over, s; none with three elements.
    pub closure_s: Option<f64>,
    /// Largest amplitude of the beam, each element as loud as the others.
    pub amplitude: f64,
    /// Autocovariance of the noise from lag 0, over its value there; and its slope's energy.
    pub noise: Vec<f64>,
    pub noise_slope: f64,
}

/// Room to align in.
pub(super) struct Aligner<'a> {
    prepared: &'a Prepared,
    kernel: &'a Kernel,
    slowness_max: f64,
    lags: usize,
    traces: Vec<Vec<f32>>,
    beam: Vec<f32>,
    slope: Vec<f32>,
    scratch: Vec<f32>,
}

/// What one alignment shows.
struct Look {
    /// `sum_t slope(t) left_j(t)` of each element.
    pulls: Vec<f64>,
    /// Energy of the signal's slope, noise taken out.
    sharpness: f64,
    noise_slope: f64,
}

impl<'a> Aligner<'a> {
    /// `lags`: how far noise is correlated, samples.
    pub fn new(prepared: &'a Prepared, kernel: &'a Kernel, slowness_max: f64, lags: usize) -> Self {
        let traces = vec![Vec::new(); prepared.traces.len()];
        let (beam, slope, scratch) = Default::default();
        Self { prepared, kernel, slowness_max, lags, traces, beam, slope, scratch }
    }

    /// Gauss-Newton from a slowness to the loudest beam nearby, no farther than `reach` a step.
    pub fn fit(&mut self, window: &Window, from: (f64, f64), reach: f64) -> Option<Fit> {
        let places = window.elements.iter().map(|(element, _)| self.prepared.places_m[*element]);
        let inverse = Spread::of(places.clone()).inverse()?;
        let widest = places.map(|(east, north)| libm::hypot(east, north)).fold(0.0, f64::max);
        let (mut east, mut north) = from;
        let mut look = self.look(window, (east, north));
        for _ in 0..ROUNDS {
            if look.sharpness <= 0.0 {
                break;
            }
            let step = inverse.times(self.pull(window, &look));
            let long = libm::hypot(step.0, step.1);
            let share = if long > reach { reach / long } else { 1.0 };
            (east, north) = self.within((east + step.0 * share, north + step.1 * share));
            look = self.look(window, (east, north));
            if long * widest * self.prepared.rate_hz < STEP_MIN {
                break;
            }
        }
        Some(self.judge(window, (east, north), &look))
    }

    /// The change of slowness that the elements' times ask for, times their spread. What a delay
    /// `d` leaves of an element is `-slope d`, so its time is late by `-pull / sharpness`.
    fn pull(&self, window: &Window, look: &Look) -> (f64, f64) {
        let unit = -1.0 / (look.sharpness * self.prepared.rate_hz);
        let pulls = look.pulls.iter().zip(window.elements);
        pulls.fold((0.0, 0.0), |(east, north), (pull, (element, _))| {
            let place = self.prepared.places_m[*element];
            (east + unit * pull * place.0, north + unit * pull * place.1)
        })
    }

    fn within(&self, (east, north): (f64, f64)) -> (f64, f64) {
        let share = (self.slowness_max / libm::hypot(east, north)).min(1.0);
        (east * share, north * share)
    }

    /// Aligns, forms the beam, leaves in `traces` what it does not explain.
    fn look(&mut self, window: &Window, (east, north): (f64, f64)) -> Look {
        let count = window.elements.len() as f32;
        self.beam.clear();
        self.beam.resize(window.length + 2 * SIDE, 0.0);
        for (element, factor) in window.elements {
            let place = self.prepared.places_m[*element];
            let delay = (east * place.0 + north * place.1) * self.prepared.rate_hz;
            let whole = libm::floor(delay);
            let from = self.prepared.pad + window.start;
            let from = (from as f64 + whole) as usize - SIDE - Kernel::BEFORE;
            let source = &self.prepared.traces[*element][from..];
            let weights = self.kernel.weights(delay - whole).map(|weight| weight * factor);
            let trace = &mut self.traces[*element];
            moved(source, &weights, window.length + 2 * SIDE, trace);
            for (sum, value) in self.beam.iter_mut().zip(trace.iter()) {
                *sum += value / count;
            }
        }
        self.kernel.derivative(&self.beam, &mut self.slope);
        let mut look = Look { pulls: Vec::new(), sharpness: 0.0, noise_slope: 0.0 };
        for (element, _) in window.elements {
            let trace = &mut self.traces[*element];
            trace.iter_mut().zip(&self.beam).for_each(|(value, beam)| *value -= beam);
            self.kernel.derivative(trace, &mut self.scratch);
            look.noise_slope += dot(&self.scratch, &self.scratch);
            look.pulls.push(dot(&self.slope, &trace[SIDE..]));
        }
        let count = f64::from(count);
        look.sharpness = dot(&self.slope, &self.slope) - look.noise_slope / (count * (count - 1.0));
        look
    }

    /// What the last look says of the fit. With noise alike at all elements and waves known only
    /// from their beam, the pull on an element has the variance `sum_l noise(l) slope(l)` of two
    /// autocovariances, and its time that over the square of the sharpness.
    fn judge(&self, window: &Window, (east, north): (f64, f64), look: &Look) -> Fit {
        let (count, length) = (window.elements.len() as f64, window.length as f64);
        let beam = &self.beam[SIDE..SIDE + window.length];
        let noise = self.noise(window);
        let left = noise.first().copied().unwrap_or(0.0) * (count - 1.0) * length;
        let variance = (0..noise.len()).map(|lag| {
            let taper = 1.0 - lag as f64 / noise.len() as f64;
            let both = if lag == 0 { 1.0 } else { 2.0 };
            both * taper * noise[lag] * dot(&self.slope[lag..], &self.slope)
        });
        let per_sample = variance.sum::<f64>() / (look.sharpness * look.sharpness);
        let rate_hz = self.prepared.rate_hz;
        let times = look.pulls.iter().map(|pull| pull / (look.sharpness * rate_hz));
        let squares: f64 = times.map(|time| time * time).sum();
        let scale = noise.first().map_or(1.0, |first| 1.0 / first.max(f64::MIN_POSITIVE));
        Fit {
            east,
            north,
            f_statistic: (count - 1.0) * count * dot(beam, beam) / left.max(f64::MIN_POSITIVE),
            time_variance: if look.sharpness > 0.0 {
                per_sample / (rate_hz * rate_hz)
            } else {
                f64::INFINITY
            },
            closure_s: (count > 3.0).then(|| (squares / (count - 3.0)).sqrt()),
            amplitude: f64::from(beam.iter().fold(0.0, |most: f32, value| most.max(value.abs()))),
            noise: noise.iter().map(|value| value * scale).collect(),
            noise_slope: look.noise_slope * scale / ((count - 1.0) * length),
        }
    }

    /// Autocovariance of an element's noise, from what the beam leaves.
    fn noise(&self, window: &Window) -> Vec<f64> {
        let mut sums = vec![0.0; self.lags.min(window.length)];
        for (element, _) in window.elements {
            let left = &self.traces[*element][SIDE..SIDE + window.length];
            for (lag, sum) in sums.iter_mut().enumerate() {
                *sum += dot(&left[lag..], left);
            }
        }
        let norm = window.length as f64 * (window.elements.len() as f64 - 1.0);
        sums.iter().map(|sum| sum / norm).collect()
    }
}

/// The trace read between its samples.
fn moved(source: &[f32], weights: &[f32; TAPS], length: usize, into: &mut Vec<f32>) {
    into.clear();
    into.resize(length, 0.0);
    for (tap, weight) in weights.iter().enumerate() {
        for (value, sample) in into.iter_mut().zip(&source[tap..]) {
            *value += weight * sample;
        }
    }
}

/// The sum of products over the shorter of the two, in eight parts that run as one vector.
fn dot(one: &[f32], other: &[f32]) -> f64 {
    let length = one.len().min(other.len());
    let (one, other) = (one[..length].chunks_exact(8), other[..length].chunks_exact(8));
    let rest: f32 = one.remainder().iter().zip(other.remainder()).map(|(a, b)| a * b).sum();
    let mut parts = [0.0_f32; 8];
    for (a, b) in one.zip(other) {
        for (part, (a, b)) in parts.iter_mut().zip(a.iter().zip(b)) {
            *part += a * b;
        }
    }
    f64::from(parts.iter().sum::<f32>() + rest)
}
