//! What is known beforehand: the `known` block, of which anything may be missing.

use std::path::Path;

use serde_json::Value;
use tracks::{Motion, Rect};

use super::frame::Frame;
use super::trouble::Troubles;
use crate::Error;
use crate::associate_known::KNOWN_BYTES_MAX;

/// What the `known` block says; nothing else of the file is read.
#[derive(Clone, Copy, Default, Debug)]
pub struct Known {
    area_km: Option<f64>,
    /// False detections a scan.
    pub clutter: Option<f64>,
    /// Chance of detection.
    pub pd: Option<f64>,
    /// Standard deviation of a position, metres.
    pub sigma: Option<f64>,
    q: Option<f64>,
}

/// Reads it.
pub fn read(path: &Path, troubles: &mut Troubles) -> Result<Known, Error> {
    let bytes = crate::small_file::bytes(path, KNOWN_BYTES_MAX)?;
    let value: Value = serde_json::from_slice(&bytes).map_err(|error| {
        let sentence = format!("{} is no JSON: {error}", path.display());
        Error::new(sentence, "Give a JSON object with a `known` block; the block may be empty.")
    })?;
    let known = &value["known"];
    if !known.is_object() {
        troubles.add("no block known, all learned", 0);
    }
    let mut number = |name: &str, least: f64, most: f64| {
        let value = known.get(name).filter(|value| !value.is_null())?;
        let number = value.as_f64().filter(|number| (least..=most).contains(number));
        if number.is_none() {
            troubles.add("known value out of range, learned instead", 0);
        }
        number
    };
    Ok(Known {
        area_km: number("area_km", 1e-3, 1e5),
        clutter: number("clutter", 0.0, 1e9),
        pd: number("pd", 1e-3, 1.0),
        sigma: number("sigma", 1e-6, 1e6),
        q: number("q", 0.0, 1e6),
    })
}

impl Known {
    /// The square from the origin, when its side is known and places are in metres.
    pub fn area(&self, frame: &Frame) -> Option<Rect> {
        let side_m = self.area_km.filter(|_| *frame == Frame::Metres)? * 1e3;
        Some(Rect { low_m: [0.0; 2], high_m: [side_m; 2] })
    }

    /// How things move: of two kinds to tell apart, or of one to learn.
    pub fn motions(&self, kinds: bool) -> Vec<Motion> {
        if kinds {
            return vec![Motion::GROUND, Motion::DRONE];
        }
        let q = self.q.unwrap_or(Motion::ANY.q).max(1e-6);
        vec![Motion { q, ..Motion::ANY }]
    }
}
