//! Windows that stand out, put together where they follow each other from one direction.

use super::Wave;
use super::slowness::Slowness;

/// Successive windows of one wave may differ by so much in direction, degrees, beside their
/// errors: real waves wander while they last.
const WANDER_DEG: f64 = 5.0;
/// Squared distance, in errors, beyond which two slownesses are two waves: 1 in 1,000.
const APART: f64 = 13.8;

/// A wave that lasted one window or more.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct ArrayDetection {
    /// Beginning of its first window, seconds from the first sample.
    pub start_s: f64,
    /// End of its last.
    pub end_s: f64,
    /// Middle of the window in which it stands out most.
    pub peak_s: f64,
    /// That window; its slowness and errors are the detection's.
    pub peak: Wave,
    /// How many windows.
    pub windows: u32,
}

/// Marks each window whose chance is under `chance` with its detection, and lists those.
pub(super) fn merge(waves: &mut [Wave], chance: f64, step_s: f64) -> Vec<ArrayDetection> {
    let mut found: Vec<(ArrayDetection, Wave)> = Vec::new();
    for wave in waves.iter_mut().filter(|wave| wave.chance < chance) {
        let end_s = wave.start_s + wave.window_s;
        let goes_on = |(_, last): &(ArrayDetection, Wave)| {
            // One window between may have failed.
            wave.start_s - last.start_s < 2.5 * step_s && alike(&last.slowness, &wave.slowness)
        };
        let at = found.iter().rposition(goes_on).unwrap_or(found.len());
        wave.detection = Some(at as u32);
        let peak_s = wave.start_s + wave.window_s / 2.0;
        match found.get_mut(at) {
            Some((detection, last)) => {
                (detection.end_s, *last) = (end_s, *wave);
                detection.windows += 1;
                if wave.f_statistic > detection.peak.f_statistic {
                    (detection.peak, detection.peak_s) = (*wave, peak_s);
                }
            }
            None => {
                let start_s = wave.start_s;
                let alone = ArrayDetection { start_s, end_s, peak_s, peak: *wave, windows: 1 };
                found.push((alone, *wave));
            }
        }
    }
    found.into_iter().map(|(detection, _)| detection).collect()
}

fn alike(one: &Slowness, other: &Slowness) -> bool {
    let long = libm::hypot(one.east, one.north).max(libm::hypot(other.east, other.north));
    let wander = WANDER_DEG.to_radians() * long;
    let variance = wander * wander;
    let wide = Slowness { ee: one.ee + variance, nn: one.nn + variance, ..*one };
    wide.distance_squared(other) < APART
}
