//! How many can be kept deployed from a pool, and for how long: arithmetic on tours and dwell.

use kernel::Duration;
use serde::{Deserialize, Serialize};

use crate::contribution::Contribution;

/// A whole number known as a range; no upper end when nobody can say.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Range {
    /// At least.
    pub min: u64,
    /// At most.
    pub max: Option<u64>,
}

/// How long a deployed strength can be kept up.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(tag = "lasts", content = "span", rename_all = "kebab-case")]
pub enum Lasting {
    /// Until fresh people run out.
    For(Duration),
    /// As long as the pool is kept up.
    Indefinitely,
}

/// What a contribution's figures allow. Each is absent when a figure it needs is not stated.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Rotation {
    /// Strength that can be kept deployed for ever.
    pub sustained: Option<Range>,
    /// How long the stated deployed strength lasts, by the least favourable figures.
    pub lasts_least: Option<Lasting>,
    /// How long it lasts by the most favourable figures.
    pub lasts_most: Option<Lasting>,
}

/// What can be sustained from `pool`: the share of its time that everyone spends deployed.
#[must_use]
pub fn sustained(pool: u64, tour: Duration, dwell: Duration) -> u64 {
    let (tour, dwell) = (i128::from(tour.0.max(0)), i128::from(dwell.0.max(0)));
    if tour == 0 {
        return 0;
    }
    u64::try_from(i128::from(pool) * tour / (tour + dwell)).unwrap_or(u64::MAX)
}

/// How long `deployed` at a time can be kept up from `pool`. The pool makes so many whole
/// contingents; when the last comes home the first must have had its dwell, else it ends there.
#[must_use]
pub fn lasts(pool: u64, deployed: u64, tour: Duration, dwell: Duration) -> Lasting {
    let contingents = pool
        .checked_div(deployed)
        .map_or(i64::MAX, |count| i64::try_from(count).unwrap_or(i64::MAX));
    let others_deployed = tour.0.max(0).saturating_mul(contingents.saturating_sub(1));
    if contingents > 0 && others_deployed >= dwell.0 {
        Lasting::Indefinitely
    } else {
        Lasting::For(Duration(tour.0.max(0).saturating_mul(contingents)))
    }
}

/// What the stated figures of a contribution allow.
#[must_use]
pub fn rotation(contribution: &Contribution) -> Rotation {
    let cycle = contribution.tour.zip(contribution.dwell);
    let pool = contribution.pool.as_ref();
    let deployed = contribution.deployed.as_ref();
    let kept = |count| cycle.map(|(tour, dwell)| sustained(count, tour, dwell));
    let lasting = |pool: Option<u64>, deployed: Option<u64>| {
        let ((pool, deployed), (tour, dwell)) = pool.zip(deployed).zip(cycle)?;
        Some(lasts(pool, deployed, tour, dwell))
    };
    Rotation {
        sustained: pool
            .and_then(|pool| Some(Range { min: kept(pool.min)?, max: pool.max.and_then(kept) })),
        lasts_least: lasting(pool.map(|pool| pool.min), deployed.and_then(|deployed| deployed.max)),
        lasts_most: lasting(pool.and_then(|pool| pool.max), deployed.map(|deployed| deployed.min)),
    }
}

#[cfg(test)]
mod tests {
    use std::ops::Range as Span;

    use super::*;

    fn months(count: i64) -> Duration {
        Duration::days(30 * count)
    }

    /// Figures of practice 14: 64,000 for two years ties up 256,000 (4:1); 5,000 "accounting for
    /// rotations" is 1,250 to 1,667 deployed if it is the pool.
    #[test]
    fn published_ratios_come_out() {
        assert_eq!(sustained(256_000, months(6), months(18)), 64_000);
        assert_eq!(sustained(5_000, months(6), months(18)), 1_250);
        assert_eq!(sustained(5_000, months(6), months(12)), 1_666);
        assert_eq!(lasts(30_000, 10_000, months(6), months(12)), Lasting::Indefinitely);
    }

    #[test]
    fn too_small_a_pool_runs_out() {
        assert_eq!(lasts(20_000, 10_000, months(6), months(12)), Lasting::For(months(12)));
        assert_eq!(lasts(5_000, 10_000, months(6), months(12)), Lasting::For(Duration::ZERO));
        assert_eq!(lasts(5_000, 0, months(6), months(12)), Lasting::Indefinitely);
    }

    /// Held against a calendar played month by month.
    #[test]
    fn lasting_agrees_with_a_calendar() {
        for (pool, deployed, tour, dwell) in cases((1..7, 1..4, 1..4, 0..9)) {
            let played = play(pool, deployed, tour, dwell);
            let said = match lasts(pool, deployed, months(tour), months(dwell)) {
                Lasting::Indefinitely => None,
                Lasting::For(span) => Some(span.0 / months(1).0),
            };
            assert_eq!(said, played, "pool {pool} deployed {deployed} tour {tour} dwell {dwell}");
        }
    }

    type Ranges = (Span<u64>, Span<u64>, Span<i64>, Span<i64>);

    fn cases((pools, deployeds, tours, dwells): Ranges) -> Vec<(u64, u64, i64, i64)> {
        let mut all = Vec::new();
        for pool in pools {
            for deployed in deployeds.clone() {
                for tour in tours.clone() {
                    all.extend(dwells.clone().map(|dwell| (pool, deployed, tour, dwell)));
                }
            }
        }
        all
    }

    /// Month in which no rested contingent is left; `None` when there always was one.
    fn play(pool: u64, deployed: u64, tour: i64, dwell: i64) -> Option<i64> {
        let mut free_from = vec![0; usize::try_from(pool / deployed).unwrap()];
        for month in (0..200).step_by(usize::try_from(tour).unwrap()) {
            match free_from.iter_mut().find(|free| **free <= month) {
                Some(free) => *free = month + tour + dwell,
                None => return Some(month),
            }
        }
        None
    }
}
