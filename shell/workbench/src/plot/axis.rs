//! From values to pixels, with ticks at round numbers.

/// About how many ticks an axis bears.
const TICKS: f64 = 6.0;
/// Most ticks, whatever the bounds.
const TICKS_MAX: usize = 20;

/// A linear axis: `from` stands at `from_px`, `to` at `to_px`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Axis {
    from: f64,
    to: f64,
    from_px: f64,
    to_px: f64,
}

impl Axis {
    /// An axis; bounds that are equal or not finite become a span of one about what is there.
    #[must_use]
    pub fn new(from: f64, to: f64, from_px: f64, to_px: f64) -> Self {
        let sound = from.is_finite() && to.is_finite();
        let (from, to) = if sound { (from, to) } else { (0.0, 1.0) };
        let (from, to) = if from == to { (from - 0.5, to + 0.5) } else { (from, to) };
        Self { from, to, from_px, to_px }
    }

    /// The pixel of a value.
    #[must_use]
    pub fn at(&self, value: f64) -> f64 {
        self.from_px + (value - self.from) / (self.to - self.from) * (self.to_px - self.from_px)
    }

    /// The pixels of both ends.
    #[must_use]
    pub fn ends(&self) -> (f64, f64) {
        (self.from_px, self.to_px)
    }

    /// Round values within the bounds, as they are written.
    #[must_use]
    pub fn ticks(&self) -> Vec<(f64, String)> {
        let (low, high) = (self.from.min(self.to), self.from.max(self.to));
        let step = round_step((high - low) / TICKS);
        let decimals = (-step.log10().floor()).clamp(0.0, 9.0) as usize;
        let first = (low / step).ceil();
        (0..TICKS_MAX)
            .map(|count| (first + count as f64) * step)
            .take_while(|value| *value <= high + step * 1e-9)
            .map(|value| (value, format!("{:.decimals$}", if value == 0.0 { 0.0 } else { value })))
            .collect()
    }
}

/// The smallest of 1, 2 or 5 times a power of ten that is not below `least`.
fn round_step(least: f64) -> f64 {
    let power = 10f64.powf(least.log10().floor());
    [1.0, 2.0, 5.0]
        .map(|factor| factor * power)
        .into_iter()
        .find(|step| *step >= least)
        .unwrap_or(10.0 * power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_inside() {
        let written = |from, to| {
            Axis::new(from, to, 0.0, 1.0)
                .ticks()
                .into_iter()
                .map(|(_, words)| words)
                .collect::<Vec<_>>()
        };
        assert_eq!(written(0.0, 10.0), ["0", "2", "4", "6", "8", "10"]);
        assert_eq!(written(-0.1, 0.25), ["-0.1", "0.0", "0.1", "0.2"]);
        assert_eq!(written(360.0, 0.0).first().map(String::as_str), Some("0"));
    }

    #[test]
    fn values_become_pixels_upside_down_too() {
        let axis = Axis::new(-1.0, 1.0, 100.0, 0.0);
        assert_eq!((axis.at(-1.0), axis.at(0.0), axis.at(1.0)), (100.0, 50.0, 0.0));
        assert!(Axis::new(3.0, 3.0, 0.0, 1.0).at(3.0).is_finite());
    }
}
