//! The elements made ready: filtered, thinned out to what the band needs, what is missing marked.

use super::slowness::Spread;
use super::{ArrayFault, ArraySettings, Dropped, Element};
use crate::filter::Bandpass;

/// Samples of silence before and after each trace beyond the longest delay.
pub(super) const MARGIN: usize = 16;
/// Longest delay between two elements, samples of the thinned traces.
const DELAY_MAX: usize = 20_000;
/// Thinned traces keep at least so many samples a cycle of the upper corner; the filter leaves a
/// thousandth of what folds into the band then.
const SAMPLES_A_CYCLE: f64 = 8.0;
const CORNERS: usize = 4;
/// Cycles of the lower corner that the filter rings for.
const RINGING_CYCLES: f64 = 3.0;

/// Elements that can be used, with what all windows share.
pub(super) struct Prepared {
    /// East and north of the middle of the array, metres.
    pub places_m: Vec<(f64, f64)>,
    /// Filtered, thinned and padded traces.
    pub traces: Vec<Vec<f32>>,
    /// For each trace, how many samples before each are not to be used.
    pub missing: Vec<Vec<u32>>,
    /// Silence before each trace, samples.
    pub pad: usize,
    /// Samples in each trace without the silence.
    pub count: usize,
    /// Samples a second after thinning.
    pub rate_hz: f64,
    /// What is left out.
    pub dropped: Vec<Dropped>,
}

impl Prepared {
    pub fn new(elements: &[Element], settings: &ArraySettings) -> Result<Self, ArrayFault> {
        check(settings)?;
        let (used, dropped) = choose(elements);
        let places_m = centred(&used);
        if used.len() < 3 {
            let why: Vec<String> =
                dropped.iter().map(|one| format!("{}: {}", one.name, one.reason)).collect();
            let why = if why.is_empty() { "no others were given".into() } else { why.join("; ") };
            let (left, given) = (used.len(), elements.len());
            return Err(ArrayFault::TooFewElements { left, given, why });
        }
        Spread::of(places_m.iter().copied()).inverse().ok_or(ArrayFault::OneLine)?;
        let thinning = (settings.rate_hz / (SAMPLES_A_CYCLE * settings.high_hz)).max(1.0) as usize;
        let rate_hz = settings.rate_hz / thinning as f64;
        let aperture_m = aperture_m(&places_m);
        let longest = (aperture_m / settings.slowest_m_s * rate_hz) as usize + 1;
        if longest > DELAY_MAX {
            let (slowest_m_s, limit) = (settings.slowest_m_s, DELAY_MAX);
            return Err(ArrayFault::TooWide { aperture_m, slowest_m_s, limit });
        }
        let pad = longest + MARGIN;
        let count = used.iter().map(|one| one.samples.len() / thinning).max().unwrap_or(0);
        let filtered = filtered(&used, settings);
        let ready = used.iter().zip(&filtered).map(|(element, filtered)| {
            thin((element.samples, filtered), settings, thinning, pad, count)
        });
        let (traces, missing) = ready.unzip();
        Ok(Self { places_m, traces, missing, pad, count, rate_hz, dropped })
    }

    /// Whether an element has every sample from `start` on, `length` of them.
    pub fn whole(&self, element: usize, start: usize, length: usize) -> bool {
        let missing = &self.missing[element];
        missing[(start + length).min(self.count)] == missing[start.min(self.count)]
    }
}

fn check(settings: &ArraySettings) -> Result<(), ArrayFault> {
    let ArraySettings { rate_hz, low_hz, high_hz, window_s, step_s, .. } = *settings;
    if !(0.0 < low_hz && low_hz < high_hz && high_hz <= 0.4 * rate_hz && rate_hz.is_finite()) {
        return Err(ArrayFault::Band { low_hz, high_hz, rate_hz });
    }
    let long_enough = window_s.is_finite() && window_s * low_hz >= 2.0;
    if !(long_enough && step_s * rate_hz >= 1.0 && step_s <= window_s) {
        return Err(ArrayFault::Window { window_s, step_s, low_hz });
    }
    let positive = [settings.slowest_m_s, settings.false_alarms_a_day];
    let errors = [settings.timing_error_s, settings.position_error_m];
    let fit = positive.iter().all(|value| *value > 0.0 && value.is_finite())
        && errors.iter().all(|value| *value >= 0.0 && value.is_finite());
    fit.then_some(()).ok_or(ArrayFault::Settings)
}

/// Elements that say something, and the others with the reason.
fn choose<'a, 'b>(elements: &'b [Element<'a>]) -> (Vec<&'b Element<'a>>, Vec<Dropped>) {
    let (mut used, mut dropped) = (Vec::new(), Vec::new());
    for element in elements {
        let finite = element.samples.iter().filter(|sample| sample.is_finite());
        let (least, most) = finite.clone().fold((f64::MAX, f64::MIN), |(least, most), sample| {
            (f64::min(least, *sample), f64::max(most, *sample))
        });
        let placed = element.east_m.is_finite() && element.north_m.is_finite();
        let reason = if !placed {
            "its position is not finite".to_owned()
        } else if finite.count() * 2 < element.samples.len().max(1) {
            "more than half of its samples are missing or not finite".to_owned()
        } else if least >= most {
            "all its samples are the same".to_owned()
        } else {
            used.push(element);
            continue;
        };
        dropped.push(Dropped { name: element.name.to_owned(), reason });
    }
    (used, dropped)
}

fn centred(elements: &[&Element]) -> Vec<(f64, f64)> {
    let count = elements.len().max(1) as f64;
    let east = elements.iter().map(|one| one.east_m).sum::<f64>() / count;
    let north = elements.iter().map(|one| one.north_m).sum::<f64>() / count;
    elements.iter().map(|one| (one.east_m - east, one.north_m - north)).collect()
}

/// Largest distance between two places.
pub(super) fn aperture_m(places_m: &[(f64, f64)]) -> f64 {
    let from = |one: &(f64, f64)| {
        let distances = places_m.iter().map(|other| libm::hypot(one.0 - other.0, one.1 - other.1));
        distances.fold(0.0, f64::max)
    };
    places_m.iter().map(from).fold(0.0, f64::max)
}

/// All traces filtered side by side, each from rest about its mean.
fn filtered(elements: &[&Element], settings: &ArraySettings) -> Vec<Vec<f64>> {
    let centred = |element: &&Element| {
        let finite = element.samples.iter().filter(|sample| sample.is_finite());
        let mean = finite.clone().sum::<f64>() / finite.count().max(1) as f64;
        element.samples.iter().map(|sample| sample - mean).collect()
    };
    let mut traces: Vec<Vec<f64>> = elements.iter().map(centred).collect();
    let ArraySettings { rate_hz, low_hz, high_hz, .. } = *settings;
    if let Some(filter) = Bandpass::new(rate_hz, low_hz, high_hz, CORNERS) {
        let mut channels: Vec<&mut [f64]> = traces.iter_mut().map(Vec::as_mut_slice).collect();
        filter.filter(&mut channels);
    }
    traces
}

/// Every `thinning`-th sample of a filtered trace, with `pad` of silence on both sides; and the
/// running count of samples that must not be used: the missing ones, and those that the filter
/// still rings in.
fn thin(
    (raw, filtered): (&[f64], &[f64]),
    settings: &ArraySettings,
    thinning: usize,
    pad: usize,
    count: usize,
) -> (Vec<f32>, Vec<u32>) {
    let ringing = (RINGING_CYCLES * settings.rate_hz / settings.low_hz) as usize;
    let mut trace = vec![0.0; count + 2 * pad];
    let kept = filtered.iter().step_by(thinning);
    for (kept, filtered) in trace.iter_mut().skip(pad).take(count).zip(kept) {
        *kept = if filtered.is_finite() { *filtered as f32 } else { 0.0 };
    }
    let mut missing = vec![0_u32; count + 1];
    let mut rings = ringing;
    for slot in 0..count {
        // A trace that ends before the others is missing from there on.
        let first = (slot * thinning).min(raw.len());
        let these = &raw[first..(first + thinning).min(raw.len())];
        let broken = these.is_empty() || these.iter().any(|sample| !sample.is_finite());
        rings = if broken { ringing } else { rings.saturating_sub(thinning) };
        missing[slot + 1] = missing[slot] + u32::from(rings > 0);
    }
    (trace, missing)
}
