//! P, S or sound: arrivals at one instrument named by how the ground moves.

use serde::{Deserialize, Serialize};

use crate::detect::{Detection, Settings, behind};
use crate::features::features;
use crate::onset::onset;
use crate::polarisation::{Polarisation, polarisation};
use crate::swell::{BACK, Swells};

/// What kind of wave.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum Phase {
    /// Compression in the ground.
    P,
    /// Shear in the ground.
    S,
    /// Sound in the air.
    A,
}

impl Phase {
    /// The letter it is written as.
    #[must_use]
    pub fn letter(self) -> &'static str {
        match self {
            Self::P => "P",
            Self::S => "S",
            Self::A => "A",
        }
    }
}

/// An arrival at an instrument.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Arrival {
    /// What kind of wave.
    pub phase: Phase,
    /// Which component the onset is read from (0 vertical or only one, 1 north, 2 east).
    pub component: usize,
    /// The onset and its measures.
    pub detection: Detection,
    /// How the ground moved, with three components.
    pub polarisation: Option<Polarisation>,
}

/// S comes within so long of P or is taken for another event: 450 km at 7.5 km between them a
/// second.
const S_WITHIN_S: f64 = 60.0;
/// Motion of an S wave lies across that of its P wave; more than half a right angle is asked for.
const ALONG_MOST: f64 = core::f64::consts::FRAC_1_SQRT_2;
/// Energy across the P wave's motion grows by so much at an S wave within the coda of its P wave.
const S_GROWTH: f64 = 3.0;
/// Share of the energy that is vertical below which a first arrival is taken for an S wave.
const S_VERTICAL_SHARE: f64 = 0.1;

/// Three components, filtered, from the same first sample.
#[derive(Clone, Copy)]
pub struct Components<'a> {
    /// Vertical, north, east; up, north and east positive.
    pub filtered: [&'a [f64]; 3],
    /// What was detected on each.
    pub detections: [&'a [Detection]; 3],
}

/// Names the arrivals at an instrument with three components, an S wave hidden in the coda of its
/// P wave too, in order of time.
#[must_use]
pub fn name_phases(components: &Components, settings: &Settings) -> Vec<Arrival> {
    let mut found: Vec<Arrival> = Vec::new();
    let mut p: Option<Arrival> = None;
    for some in together(components.detections, settings.short_s) {
        let Some((component, detection)) = clearest(&some) else { continue };
        let motion = motion(components, &detection, settings);
        p = p.filter(|p| detection.onset_s - p.detection.onset_s < S_WITHIN_S);
        let phase = match (p.and_then(|p| p.polarisation), motion) {
            (Some(first), Some(now)) if along(&first, &now) < ALONG_MOST => Phase::S,
            (None, Some(now)) if now.vertical_share < S_VERTICAL_SHARE => Phase::S,
            _ => Phase::P,
        };
        // The first of several across the P wave's motion is the S wave; the rest is its coda.
        if phase == Phase::S && p.is_some() && found.last().is_some_and(|one| one.phase == Phase::S)
        {
            continue;
        }
        // A P wave is read from the vertical component where it can be: there it is first.
        let vertical = some.iter().find(|(component, _)| phase == Phase::P && *component == 0);
        let (component, detection) = *vertical.unwrap_or(&(component, detection));
        let arrival = Arrival { phase, component, detection, polarisation: motion };
        found.push(arrival);
        if phase == Phase::P {
            p = Some(arrival);
        }
    }
    let hidden = found.iter().enumerate().filter_map(|(at, p)| {
        let next = found.get(at + 1);
        let until_s = next.map_or(f64::INFINITY, |next| next.detection.onset_s);
        let open = p.phase == Phase::P && next.is_none_or(|next| next.phase == Phase::P);
        open.then(|| hidden_s(components, p, until_s, settings))?
    });
    let hidden: Vec<Arrival> = hidden.collect();
    found.extend(hidden);
    found.sort_by(|one, other| one.detection.onset_s.total_cmp(&other.detection.onset_s));
    found
}

/// Detections of several components that are one arrival.
fn together(detections: [&[Detection]; 3], within_s: f64) -> Vec<Vec<(usize, Detection)>> {
    let mut all: Vec<(usize, Detection)> = detections
        .iter()
        .enumerate()
        .flat_map(|(component, some)| some.iter().map(move |one| (component, *one)))
        .collect();
    all.sort_by(|one, other| one.1.onset_s.total_cmp(&other.1.onset_s));
    let groups = all.chunk_by(|one, next| next.1.onset_s - one.1.onset_s <= within_s);
    groups.map(<[_]>::to_vec).collect()
}

fn clearest(some: &[(usize, Detection)]) -> Option<(usize, Detection)> {
    let clearer = |one: &(usize, Detection), next: &(usize, Detection)| {
        next.1.features.snr > one.1.features.snr
    };
    some.iter().copied().reduce(|best, next| if clearer(&best, &next) { next } else { best })
}

/// The motion in the first two periods of an arrival.
fn motion(
    components: &Components,
    detection: &Detection,
    settings: &Settings,
) -> Option<Polarisation> {
    let span_s =
        (2.0 * detection.features.period_s).clamp(2.0 / settings.high_hz, 2.0 / settings.low_hz);
    let from = (detection.onset_s * settings.rate_hz).round().max(0.0) as usize;
    let length = ((span_s * settings.rate_hz).ceil() as usize).max(8);
    let [vertical, north, east] =
        components.filtered.map(|samples| samples.get(from..from + length));
    polarisation(vertical?, north?, east?, length as f64 * settings.independent())
}

/// The axis of the motion: up, north and east.
fn axis(motion: &Polarisation) -> [f64; 3] {
    let (azimuth, incidence) =
        (motion.back_azimuth_deg.to_radians(), motion.incidence_deg.to_radians());
    let flat = libm::sin(incidence);
    [libm::cos(incidence), -flat * libm::cos(azimuth), -flat * libm::sin(azimuth)]
}

/// The cosine between two directions of motion.
fn along(one: &Polarisation, other: &Polarisation) -> f64 {
    let pairs = axis(one).into_iter().zip(axis(other));
    pairs.map(|(one, other)| one * other).sum::<f64>().abs()
}

/// Motion across an axis, in the vertical plane through it and level, where there is least of what
/// moves along it (the rays' system of Plesinger, Hellweg and Seidl 1986).
fn across(filtered: [&[f64]; 3], motion: &Polarisation) -> [Vec<f64>; 2] {
    let [up, north, east] = axis(motion);
    let flat = libm::hypot(north, east);
    let (north, east) = if flat > 0.0 { (north / flat, east / flat) } else { (1.0, 0.0) };
    let turned = |[one, two, three]: [f64; 3]| {
        let level = filtered[1].iter().zip(filtered[2]);
        let all = filtered[0].iter().zip(level);
        all.map(|(z, (n, e))| one * z + two * n + three * e).collect()
    };
    [turned([-flat, up * north, up * east]), turned([0.0, -east, north])]
}

/// An S wave that did not trigger because the coda of its P wave was still up: where the motion
/// across the P wave's grows once more.
fn hidden_s(
    components: &Components,
    p: &Arrival,
    until_s: f64,
    settings: &Settings,
) -> Option<Arrival> {
    let rate_hz = settings.rate_hz;
    let sample = |time_s: f64| (time_s * rate_hz).max(0.0) as usize;
    let first =
        sample(p.detection.onset_s + p.detection.features.period_s.max(0.5 * settings.short_s));
    let last = sample((p.detection.onset_s + p.detection.up_s.min(S_WITHIN_S)).min(until_s));
    let whole = components.filtered.iter().map(|samples| samples.len()).min()?.min(last);
    let parts = components.filtered.map(|samples| samples.get(first..whole).unwrap_or_default());
    let first_motion = p.polarisation?;
    let [one, other] = across(parts, &first_motion);
    let energy = |at: usize| one[at] * one[at] + other[at] * other[at];
    let loudest =
        (0..one.len()).reduce(|most, at| if energy(at) > energy(most) { at } else { most })?;
    let to = (loudest + settings.short() / 4).min(one.len());
    let rough = onset(&[&one[..to], &other[..to]], settings.independent())?;
    let at = rough.sample.round() as usize;
    let from = at.saturating_sub(BACK * settings.short());
    let to = (at + behind(settings.short())).min(one.len());
    let found = Swells::new(settings)?.onset(&[&one[from..to], &other[from..to]])?;
    let mean = |range: core::ops::Range<usize>| {
        let length = range.len().max(1) as f64;
        range.map(energy).sum::<f64>() / length
    };
    let span = settings.short().max(4);
    let growth = mean(at..(at + span).min(one.len())) / mean(at.saturating_sub(span)..at);
    let [_, north, east] = parts;
    let component = if mean_square(&north[at..to]) > mean_square(&east[at..to]) { 1 } else { 2 };
    let onset = (first + from) as f64 + found.sample;
    let filtered = components.filtered[component];
    let detection = Detection {
        onset_s: onset / rate_hz,
        onset_error_s: found.error_samples / rate_hz,
        features: features(filtered, onset.round() as usize, rate_hz, settings.spans()),
        ..p.detection
    };
    let motion = motion(components, &detection, settings)?;
    let phase = Phase::S;
    (along(&first_motion, &motion) < ALONG_MOST && growth > S_GROWTH).then_some(Arrival {
        phase,
        component,
        detection,
        polarisation: Some(motion),
    })
}

fn mean_square(samples: &[f64]) -> f64 {
    samples.iter().map(|sample| sample * sample).sum::<f64>() / samples.len().max(1) as f64
}
