//! All windows of an array, one after the other.

use std::collections::VecDeque;

use super::align::{Aligner, Fit, Kernel, Window};
use super::chance::Beams;
use super::correlate::{Block, Pair, block, pairs};
use super::grid::Grid;
use super::merge::{ArrayDetection, merge};
use super::prepare::Prepared;
use super::slowness::{Slowness, Spread};
use super::{ArrayFault, ArraySettings, Dropped, Element, Wave};

/// Noise is taken to be correlated over so many times one over the bandwidth.
const NOISE_SPANS: f64 = 6.0;
/// With fewer windows than this nothing is said about the coherence of the noise.
const WINDOWS_MIN: usize = 20;
/// The quarter of windows that are quietest speak for the noise.
const QUIET_SHARE: f64 = 0.25;

/// What an array heard.
#[derive(Clone, PartialEq, Debug)]
pub struct Sweep {
    /// Every window with enough elements, in order of time.
    pub windows: Vec<Wave>,
    /// Those that stand out of the noise, put together.
    pub detections: Vec<ArrayDetection>,
    /// Elements left out altogether.
    pub dropped: Vec<Dropped>,
    /// Windows left out since fewer than three elements, or a line of them, were whole.
    pub skipped: u32,
    /// How much more coherent the noise is than noise independent at every element: the factor
    /// by which ratios are divided before they are judged (Arrowsmith et al. 2009), at least 1.
    pub coherence: f64,
    /// Chance under which a window is a detection.
    pub chance_max: f64,
}

/// Looks through all windows of an array.
///
/// # Errors
/// When fewer than three elements or only a line of them can be used, and for settings that do
/// not fit; each says what to change.
pub fn sweep(elements: &[Element], settings: &ArraySettings) -> Result<Sweep, ArrayFault> {
    let prepared = Prepared::new(elements, settings)?;
    let kernel = Kernel::new();
    let mut walk = Walk::new(&prepared, &kernel, settings);
    let (fits, skipped) = walk.windows();
    let noise = Noise::of(&fits, &prepared, settings);
    let ratio = |(window, fit): &(Held, Fit)| (noise.beams(window, &prepared), fit.f_statistic);
    let coherence = coherence(&fits.iter().map(ratio).collect::<Vec<_>>());
    let wave = |(window, fit): &(Held, Fit)| {
        let beams = noise.beams(window, &prepared);
        wave(window, fit, settings, &prepared, beams.chance(fit.f_statistic / coherence))
    };
    let mut windows: Vec<Wave> = fits.iter().map(wave).collect();
    let chance_max = (settings.false_alarms_a_day * settings.step_s / 86_400.0).min(0.5);
    let detections = merge(&mut windows, chance_max, settings.step_s);
    Ok(Sweep { windows, detections, dropped: prepared.dropped, skipped, coherence, chance_max })
}

/// A window as it was looked at.
struct Held {
    start: usize,
    length: usize,
    elements: Vec<(usize, f32)>,
}

struct Walk<'a> {
    prepared: &'a Prepared,
    kernel: &'a Kernel,
    pairs: Vec<Pair>,
    lags: usize,
    grid: Grid,
    aligner: Aligner<'a>,
    step: usize,
    steps: usize,
    blocks: VecDeque<Block>,
}

impl<'a> Walk<'a> {
    fn new(prepared: &'a Prepared, kernel: &'a Kernel, settings: &ArraySettings) -> Self {
        let ArraySettings { low_hz, high_hz, slowest_m_s, .. } = *settings;
        let (pairs, lags) = pairs(prepared, slowest_m_s);
        let span = (NOISE_SPANS * prepared.rate_hz / (high_hz - low_hz)) as usize + 2;
        Self {
            prepared,
            kernel,
            pairs,
            lags,
            grid: Grid::new(prepared, slowest_m_s, (low_hz, high_hz)),
            aligner: Aligner::new(prepared, kernel, 1.0 / slowest_m_s, span),
            step: (libm::round(settings.step_s * prepared.rate_hz) as usize).max(1),
            steps: (libm::round(settings.window_s / settings.step_s) as usize).max(1),
            blocks: VecDeque::new(),
        }
    }

    fn windows(&mut self) -> (Vec<(Held, Fit)>, u32) {
        let (mut fits, mut skipped) = (Vec::new(), 0);
        for number in 0..self.prepared.count / self.step {
            let start = number * self.step;
            let next = block(self.prepared, &self.pairs, self.lags, start, self.step);
            self.blocks.push_back(next);
            if self.blocks.len() > self.steps {
                self.blocks.pop_front();
            }
            if self.blocks.len() == self.steps {
                let start = (number + 1 - self.steps) * self.step;
                match self.window(start) {
                    Some(fit) => fits.push(fit),
                    None => skipped += 1,
                }
            }
        }
        (fits, skipped)
    }

    fn window(&mut self, start: usize) -> Option<(Held, Fit)> {
        let length = self.step * self.steps;
        let factors = self.factors(start, length);
        let elements: Vec<(usize, f32)> =
            factors.iter().copied().enumerate().filter(|(_, factor)| *factor > 0.0).collect();
        if elements.len() < 3 {
            return None;
        }
        let mut sums = vec![0.0; self.lags];
        for block in &self.blocks {
            sums.iter_mut().zip(&block.correlations).for_each(|(sum, value)| *sum += value);
        }
        let weigh = |pair: &Pair| factors[pair.one] * factors[pair.other];
        let peaks = self.grid.loudest(&self.pairs, &sums, weigh, self.kernel);
        let window = Window { start, length, elements: &elements };
        let reach = 2.0 * self.grid.spacing();
        let fits = peaks.into_iter().flatten();
        let fits = fits.filter_map(|from| self.aligner.fit(&window, from, reach));
        let best = fits.max_by(|one, other| one.f_statistic.total_cmp(&other.f_statistic))?;
        Some((Held { start, length, elements }, best))
    }

    /// For each element the factor that makes it as loud as the others; 0 where samples miss.
    fn factors(&self, start: usize, length: usize) -> Vec<f32> {
        let around = self.prepared.pad;
        let factor = |element: usize| {
            let energy: f32 = self.blocks.iter().map(|block| block.energies[element]).sum();
            let from = start.saturating_sub(around);
            let whole = self.prepared.whole(element, from, length + 2 * around);
            if whole && energy > 0.0 { (length as f32 / energy).sqrt() } else { 0.0 }
        };
        (0..self.prepared.traces.len()).map(factor).collect()
    }
}

/// What all windows say of the noise.
struct Noise {
    freedom: f64,
    /// Mean square of the angular frequency, 1/s^2.
    roughness: f64,
    slowness_max: f64,
}

impl Noise {
    fn of(fits: &[(Held, Fit)], prepared: &Prepared, settings: &ArraySettings) -> Self {
        let count = fits.len().max(1) as f64;
        let spans = fits.iter().map(|(_, fit)| fit.noise.len()).max().unwrap_or(0);
        let mean = |lag: usize| {
            let at_lag = fits.iter().map(|(_, fit)| fit.noise.get(lag).copied().unwrap_or(0.0));
            at_lag.sum::<f64>() / count
        };
        let squares: f64 = (1..spans).map(mean).map(|value| 2.0 * value * value).sum();
        let length = fits.first().map_or(0.0, |(held, _)| held.length as f64);
        let slope = fits.iter().map(|(_, fit)| fit.noise_slope).sum::<f64>() / count;
        Self {
            freedom: (length / (1.0 + squares)).max(2.0),
            roughness: slope * prepared.rate_hz * prepared.rate_hz,
            slowness_max: 1.0 / settings.slowest_m_s,
        }
    }

    /// Power at two slownesses `d` apart is correlated as `1 - d^T L d / 2` with
    /// `L = 2 w^2 sum r r^T / N`, the beam's own correlation squared.
    fn beams(&self, window: &Held, prepared: &Prepared) -> Beams {
        let spread =
            Spread::of(window.elements.iter().map(|(element, _)| prepared.places_m[*element]));
        let elements = window.elements.len() as f64;
        let unit = 2.0 * self.roughness * self.slowness_max * self.slowness_max / elements;
        let mean = (spread.0[0] + spread.0[2]) / 2.0;
        Beams {
            elements,
            freedom: self.freedom,
            area: core::f64::consts::PI * unit * spread.determinant().max(0.0).sqrt(),
            edge: 2.0 * core::f64::consts::PI * (unit * mean).sqrt(),
        }
    }
}

/// How much louder the quiet windows' beams are than those of independent noise.
fn coherence(ratios: &[(Beams, f64)]) -> f64 {
    let Some((beams, _)) = ratios.first().filter(|_| ratios.len() >= WINDOWS_MIN) else {
        return 1.0;
    };
    let mut sorted: Vec<f64> = ratios.iter().map(|(_, ratio)| *ratio).collect();
    sorted.sort_by(f64::total_cmp);
    let quiet = sorted[(QUIET_SHARE * sorted.len() as f64) as usize];
    (quiet / beams.ratio(1.0 - QUIET_SHARE)).max(1.0)
}

fn wave(
    held: &Held,
    fit: &Fit,
    settings: &ArraySettings,
    prepared: &Prepared,
    chance: f64,
) -> Wave {
    let places = held.elements.iter().map(|(element, _)| prepared.places_m[*element]);
    let [ee, en, nn] = Spread::of(places).inverse().map_or([f64::INFINITY; 3], |inverse| inverse.0);
    let variance = time_variance(fit, held.elements.len(), settings);
    let factors: f64 = held.elements.iter().map(|(_, factor)| f64::from(*factor)).sum();
    let slowness = Slowness {
        east: fit.east,
        north: fit.north,
        ee: ee * variance,
        en: en * variance,
        nn: nn * variance,
    };
    Wave {
        start_s: held.start as f64 / prepared.rate_hz,
        window_s: held.length as f64 / prepared.rate_hz,
        elements: held.elements.len() as u32,
        slowness,
        f_statistic: fit.f_statistic,
        chance,
        closure_s: fit.closure_s.unwrap_or(0.0),
        amplitude: fit.amplitude * held.elements.len() as f64 / factors,
        detection: None,
    }
}

/// Variance of an element's time: noise, or what the fit leaves when that is more than noise
/// explains (1 in 100); clock and position besides.
fn time_variance(fit: &Fit, elements: usize, settings: &ArraySettings) -> f64 {
    let size = libm::hypot(fit.east, fit.north);
    let placed = settings.position_error_m * size;
    let known =
        fit.time_variance + settings.timing_error_s * settings.timing_error_s + placed * placed;
    let closure = fit.closure_s.unwrap_or(0.0);
    let freedom = elements.saturating_sub(3).max(1) as f64;
    // The 99 % point of chi-square over its degrees of freedom (Wilson & Hilferty 1931).
    let part = 2.0 / (9.0 * freedom);
    let root = 1.0 - part + 2.326 * part.sqrt();
    if closure * closure > known * root * root * root { closure * closure } else { known }
}
