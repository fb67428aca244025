//! Seeded random numbers that are the same on every machine.

/// SplitMix64 (Steele, Lea and Flood 2014): small, fast, and good enough for a simulated world.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// A stream of its own for `purpose`, so that one source's draws never move another's.
    #[must_use]
    pub fn of(seed: u64, purpose: &str) -> Self {
        let mixed = purpose.bytes().fold(seed ^ 0x9e37_79b9_7f4a_7c15, |state, byte| {
            (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Self(mixed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Between 0 and 1, never 1.
    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
    /// Between `low` and `high`.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }
    /// True with chance `chance`.
    pub fn chance(&mut self, chance: f64) -> bool {
        self.unit() < chance
    }
    /// One of `0..count`; 0 when there is none.
    pub fn index(&mut self, count: usize) -> usize {
        ((self.unit() * count as f64) as usize).min(count.saturating_sub(1))
    }
    /// Standard normal (Box and Muller 1958).
    pub fn normal(&mut self) -> f64 {
        let radius = libm::sqrt(-2.0 * libm::log(1.0 - self.unit()));
        radius * libm::cos(std::f64::consts::TAU * self.unit())
    }
    /// A count with this mean (Knuth 1969, 3.4.1; for means below some hundreds).
    pub fn poisson(&mut self, mean: f64) -> u32 {
        let floor = libm::exp(-mean);
        let mut product = self.unit();
        let mut count = 0;
        while product > floor {
            product *= self.unit();
            count += 1;
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_is_one_stream() {
        let draw = |seed, purpose| {
            let mut random = Random::of(seed, purpose);
            (random.next(), random.next())
        };
        assert_eq!(draw(1, "truth"), draw(1, "truth"));
        assert_ne!(draw(1, "truth"), draw(1, "press"));
        assert_ne!(draw(1, "truth"), draw(2, "truth"));
    }

    #[test]
    fn moments_are_right() {
        let mut random = Random::of(7, "moments");
        let count = 20_000;
        let normals: Vec<f64> = (0..count).map(|_| random.normal()).collect();
        let mean = normals.iter().sum::<f64>() / f64::from(count);
        let variance = normals.iter().map(|x| x * x).sum::<f64>() / f64::from(count);
        assert!(mean.abs() < 0.03 && (variance - 1.0).abs() < 0.05, "{mean} {variance}");
        let mean =
            (0..count).map(|_| f64::from(random.poisson(3.0))).sum::<f64>() / f64::from(count);
        assert!((mean - 3.0).abs() < 0.06, "{mean}");
    }
}
