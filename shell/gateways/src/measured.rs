//! Cells of instruments' tables: moments, numbers within bounds, stations.

use kernel::{Place, Time};

use crate::cells::Cells;
use crate::moment::{plausible, stated};
use crate::number::typed;
use crate::reading::{Fault, shown};

/// Longest name of a station or track, bytes.
const NAME_MAX: usize = 64;

impl Cells {
    /// A moment in UTC or with its offset; a day is none.
    ///
    /// # Errors
    /// As [`stated`] and [`plausible`]; `time-unreadable` for a day.
    pub fn moment(&self, name: &str, received: Time) -> Result<Time, Fault> {
        let words = self.need(name)?;
        let stated = stated(words, None)?;
        if stated.day_only {
            let reason = format!("`{}` is a day; a moment is needed", shown(words.as_bytes()));
            return Err(Fault::new("time-unreadable", reason));
        }
        Ok(plausible(stated.when, received)?.start)
    }

    /// A number within bounds, both included; none when the cell is empty.
    ///
    /// # Errors
    /// `number-unreadable`, `number-out-of-range`.
    pub fn number(&self, name: &str, low: f64, high: f64) -> Result<Option<f64>, Fault> {
        let words = self.get(name);
        if words.is_empty() {
            return Ok(None);
        }
        let number = typed(words)?;
        let refuse = || {
            let reason = format!(
                "`{name}` is {}; it lies between {low} and {high}",
                shown(words.as_bytes())
            );
            Fault::new("number-out-of-range", reason)
        };
        (low..=high).contains(&number).then_some(Some(number)).ok_or_else(refuse)
    }

    /// The name of a station or a track.
    ///
    /// # Errors
    /// `field-missing`, and `name-too-long` over 64 bytes.
    pub fn name(&self, column: &str) -> Result<&str, Fault> {
        let name = self.need(column)?;
        let refuse = || {
            let reason = format!("`{}` has over {NAME_MAX} bytes", shown(name.as_bytes()));
            Fault::new("name-too-long", reason)
        };
        (name.len() <= NAME_MAX).then_some(name).ok_or_else(refuse)
    }

    /// The position in `lon` and `lat`, which must be filled.
    ///
    /// # Errors
    /// As [`Cells::position`], and `field-missing`.
    pub fn place(&self) -> Result<Place, Fault> {
        let missing = || Fault::new("field-missing", "neither `lon` nor `lat` is filled");
        Ok(self.position("lon", "lat")?.ok_or_else(missing)?.place())
    }
}
