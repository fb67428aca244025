//! At least so many of so many sensors: the exact Poisson-binomial chance, one sensor at a time.

/// More arrivals than this no rule asks for.
pub const NEEDS_MAX: usize = 16;

/// The chance that fewer than `needs` of independent sensors notice, as sensors are added.
///
/// The count's distribution is carried up to `needs - 1` only (Chen and Liu 1997, their recursion
/// 2, cut off): adding a sensor costs `needs` multiplications and no step subtracts, so nothing
/// is lost to rounding and the order of sensors does not matter beyond it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Fewer {
    /// `exactly[j]`: the chance that exactly `j` have noticed so far.
    exactly: [f64; NEEDS_MAX],
    needs: usize,
}

impl Fewer {
    /// No sensor yet. `needs` is taken between 1 and [`NEEDS_MAX`].
    #[must_use]
    pub fn than(needs: usize) -> Self {
        let mut exactly = [0.0; NEEDS_MAX];
        exactly[0] = 1.0;
        Self { exactly, needs: needs.clamp(1, NEEDS_MAX) }
    }

    /// Adds a sensor that notices with `chance`.
    #[inline]
    pub fn add(&mut self, chance: f64) {
        let chance = chance.clamp(0.0, 1.0);
        let missed = 1.0 - chance;
        for count in (1..self.needs).rev() {
            self.exactly[count] = self.exactly[count] * missed + self.exactly[count - 1] * chance;
        }
        self.exactly[0] *= missed;
    }

    /// The chance that fewer than `needs` have noticed.
    #[must_use]
    pub fn chance(&self) -> f64 {
        self.exactly[..self.needs].iter().sum::<f64>().min(1.0)
    }
}

/// The chance that at least `needs` of sensors with these chances notice.
#[must_use]
pub fn at_least(needs: usize, chances: impl IntoIterator<Item = f64>) -> f64 {
    let mut fewer = Fewer::than(needs);
    chances.into_iter().for_each(|chance| fewer.add(chance));
    1.0 - fewer.chance()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Every subset counted out.
    fn counted(needs: usize, chances: &[f64]) -> f64 {
        (0u32..1 << chances.len())
            .filter(|set| set.count_ones() as usize >= needs)
            .map(|set| {
                let part = |(at, chance): (usize, &f64)| {
                    if set >> at & 1 == 1 { *chance } else { 1.0 - chance }
                };
                chances.iter().enumerate().map(part).product::<f64>()
            })
            .sum()
    }

    proptest! {
        #[test]
        fn it_is_the_sum_over_all_subsets(
            chances in proptest::collection::vec(0.0f64..=1.0, 0..10),
            needs in 1usize..6,
        ) {
            let exact = at_least(needs, chances.iter().copied());
            prop_assert!((exact - counted(needs, &chances)).abs() < 1e-12);
        }

        #[test]
        fn losing_a_sensor_never_raises_it(
            chances in proptest::collection::vec(0.0f64..=1.0, 1..40),
            gone: prop::sample::Index,
            needs in 1usize..8,
        ) {
            let all = at_least(needs, chances.iter().copied());
            let mut fewer = chances.clone();
            fewer.remove(gone.index(chances.len()));
            prop_assert!(at_least(needs, fewer) <= all + 1e-14);
        }
    }
}
