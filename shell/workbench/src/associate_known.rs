//! What is known of the medium beforehand: the `known` block, of which nearly all may be missing.
//! A value that cannot be is named, and stands as if it were missing.

use std::path::Path;

use arrivals::air::Air;
use serde_json::Value;

use crate::Error;
use crate::associate_read::Problems;

/// Most bytes of a file with a `known` block.
pub const KNOWN_BYTES_MAX: u64 = 4 << 20;

/// The block of a file.
pub struct Known(Value);

/// Reads it; nothing else of the file is looked at.
pub fn read(path: &Path, problems: &mut Problems) -> Result<Known, Error> {
    let bytes = crate::small_file::bytes(path, KNOWN_BYTES_MAX)?;
    let mut all: Value = serde_json::from_slice(&bytes).map_err(|error| {
        Error::new(
            format!("{} is not JSON: {error}", path.display()),
            "Give a file with a `known` block, as `{\"known\": {\"c\": 0.34}}`.",
        )
    })?;
    let known = all.get_mut("known").map(Value::take).unwrap_or_default();
    if !known.is_object() {
        problems.add("known-missing", || {
            format!("{} has no block `known`: air with broad priors is taken", path.display())
        });
    }
    Ok(Known(known))
}

impl Known {
    /// Whether something is said in a name.
    pub fn has(&self, name: &str) -> bool {
        self.0.get(name).is_some()
    }

    /// The name of an earth model, if it is to be one.
    pub fn model(&self) -> Option<&str> {
        self.0.get("model").map(|model| model.as_str().unwrap_or_default())
    }

    /// A number between two bounds.
    fn number(&self, name: &str, [low, high]: [f64; 2], problems: &mut Problems) -> Option<f64> {
        let value = self.0.get(name)?;
        let number = value.as_f64().filter(|number| (low..=high).contains(number));
        if number.is_none() {
            problems.add("known-out-of-range", || {
                format!("`{name}` is {value:.40}, no number from {low} to {high}; left out")
            });
        }
        number
    }

    /// Air, and a broad prior for what is not known of it.
    pub fn air(&self, problems: &mut Problems) -> Air {
        let broad = Air::default();
        let mut number = |name, bounds| self.number(name, bounds, problems);
        // A tolerance bounds offset and wind together; a bound is about two standard deviations.
        let tolerance = number("c_tolerance", [1e-6, 0.5]);
        Air {
            speed_km_s: number("c", [0.1, 10.0]).unwrap_or(broad.speed_km_s),
            offset_error: tolerance.map_or(broad.offset_error, |bound| bound * 0.5),
            wind_error: tolerance.map_or(broad.wind_error, |bound| bound * 0.5),
            range_km: number("range_km", [0.01, 1_000.0]).unwrap_or(broad.range_km),
            onset_error_s: number("onset_jitter_s", [1e-6, 60.0]).unwrap_or(broad.onset_error_s),
        }
    }

    /// A speed of waves in the ground, km/s.
    ///
    /// # Errors
    /// When there is none that can be.
    pub fn speed(&self, name: &str) -> Result<f64, Error> {
        let speed = self.0.get(name).and_then(Value::as_f64);
        speed.filter(|value| (0.1..20.0).contains(value)).ok_or_else(|| {
            Error::new(
                format!("`known` holds no speed {name} between 0.1 and 20 km/s"),
                "Give both, as `{\"known\": {\"vp\": 6.0, \"vs\": 3.46}}`.",
            )
        })
    }

    /// Lower and upper bound of a coordinate, km, none farther than `most_km` from 0.
    pub fn bounds_km(&self, name: &str, most_km: f64, problems: &mut Problems) -> Option<[f64; 2]> {
        let value = self.0.get(name)?;
        let pair = serde_json::from_value::<[f64; 2]>(value.clone()).ok();
        let good = pair.filter(|[low, high]| low < high && low.abs().max(high.abs()) <= most_km);
        if good.is_none() {
            problems.add("known-out-of-range", || {
                format!("`{name}` is not [low, high] within {most_km} km of 0; left out")
            });
        }
        good
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_is_named_and_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("known.json");
        let text =
            r#"{"known": {"c": "0.34", "range_km": 1e300, "c_tolerance": 0.02, "z": [3, 1]}}"#;
        std::fs::write(&path, text).unwrap();
        let mut problems = Problems::default();
        let known = read(&path, &mut problems).unwrap();
        let (air, broad) = (known.air(&mut problems), Air::default());
        assert_eq!((air.speed_km_s, air.range_km), (broad.speed_km_s, broad.range_km));
        assert_eq!(air.wind_error, 0.01);
        assert_eq!(known.bounds_km("z", 1e3, &mut problems), None);
        assert_eq!(problems.counts["known-out-of-range"], 3);
        std::fs::write(&path, "[]").unwrap();
        assert!(!read(&path, &mut problems).unwrap().has("c"));
        assert_eq!(problems.counts["known-missing"], 1);
    }
}
