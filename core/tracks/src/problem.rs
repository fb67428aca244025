//! What can be wrong with a scan, and the cleaning that leaves the rest.

use crate::sensor::Detection;

/// What was wrong with a scan.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Problem {
    /// Not a number, not after the last scan, or too far ahead of it: the scan was left out.
    TimeUnusable {
        /// The time it bore, seconds.
        time_s: f64,
    },
    /// Several scans in a row agreed on another time: tracking began anew.
    ClockSetAnew {
        /// The time it was set to, seconds.
        time_s: f64,
    },
    /// A look by a sensor that the settings do not have: it was left out.
    SensorUnknown {
        /// Its index.
        sensor: usize,
    },
    /// More detections in a look than the settings allow: it was left out.
    TooMany {
        /// Detections in the look.
        seen: usize,
        /// The most allowed.
        most: usize,
    },
    /// Detections that were not finite numbers: they were left out.
    NotFinite {
        /// How many.
        count: usize,
    },
    /// Detections that said exactly what another did: one of each was kept.
    Repeated {
        /// How many were left out.
        count: usize,
    },
}

/// Usable detections, each once, in an order that does not depend on the order they came in.
pub(crate) fn clean(
    detections: &[Detection],
    kept: &mut Vec<Detection>,
    problems: &mut Vec<Problem>,
) {
    kept.clear();
    kept.extend(detections.iter().filter(|detection| detection.is_usable()));
    let count = detections.len() - kept.len();
    if count > 0 {
        problems.push(Problem::NotFinite { count });
    }
    kept.sort_unstable_by(|one, other| {
        let sigma = |detection: &Detection| detection.sigma.unwrap_or(0.0);
        let by_place = one.said[0].total_cmp(&other.said[0]);
        by_place
            .then(one.said[1].total_cmp(&other.said[1]))
            .then(sigma(one).total_cmp(&sigma(other)))
    });
    let usable = kept.len();
    kept.dedup_by(|one, other| one.said == other.said);
    if kept.len() < usable {
        problems.push(Problem::Repeated { count: usable - kept.len() });
    }
}
