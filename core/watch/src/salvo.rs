//! Salvos: detonations at one place seconds apart, of which each is an incident and all tell what it was.

use kernel::PlaceBelief;
use serde::{Deserialize, Serialize};

use crate::origin::{Band, Origin};

/// Detonations no farther apart in time than this may be of one salvo, µs. A gun crew fires every
/// few seconds, a launcher several times a second; a minute's pause is another fire mission.
pub const APART_MAX_US: i64 = 60_000_000;
/// Scatter of the rounds of one salvo about where it is laid, one standard deviation a direction,
/// metres: probable errors in range of guns and mortars at 10 km are 50 to 100 m, of rockets more.
const SCATTER_M: f64 = 200.0;
/// Squared distance, over place errors and scatter of two rounds, that holds 99 % (chi-square,
/// two degrees of freedom).
const NEAR: f64 = 9.21;

/// The company that a detonation was in.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Salvo {
    /// How many detonations, it among them, there were within a minute either side of it.
    pub events: u32,
    /// The middle one of the pauses between them, seconds; nought for one alone.
    pub gap_s: f64,
}

/// The company of an origin among those around it. Only sound tells: each round is loud enough
/// for it, while the ground carries the largest alone.
#[must_use]
pub fn of(origin: &Origin, around: &[&Origin]) -> Option<Salvo> {
    if origin.band != Band::Air {
        return None;
    }
    let with = |other: &&&Origin| {
        (other.at_us - origin.at_us).abs() <= APART_MAX_US
            && near(&origin.place, &other.place, SCATTER_M)
    };
    let mut moments: Vec<i64> = around.iter().filter(with).map(|other| other.at_us).collect();
    moments.sort_unstable();
    let mut gaps: Vec<i64> = moments.windows(2).map(|pair| pair[1] - pair[0]).collect();
    gaps.sort_unstable();
    let gap_us = gaps.get(gaps.len() / 2).copied().unwrap_or(0);
    Some(Salvo { events: moments.len().max(1) as u32, gap_s: gap_us as f64 / 1e6 })
}

/// Whether two places may be one, about which things scatter so far a direction, metres.
pub(crate) fn near(one: &PlaceBelief, other: &PlaceBelief, scatter_m: f64) -> bool {
    let (east_m, north_m) = one.mean.offset_to_m(other.mean);
    let scatter_m2 = 2.0 * scatter_m * scatter_m;
    let (ee, nn) = (one.ee_m2 + other.ee_m2 + scatter_m2, one.nn_m2 + other.nn_m2 + scatter_m2);
    let en = one.en_m2 + other.en_m2;
    let squared = nn * east_m * east_m - 2.0 * en * east_m * north_m + ee * north_m * north_m;
    squared <= NEAR * (ee * nn - en * en)
}

#[cfg(test)]
mod tests {
    use kernel::Place;

    use super::*;

    fn at(seconds: f64, north_m: f64) -> Origin {
        let mean = Place { lon: 35.5, lat: 47.5 }.shifted_m(0.0, north_m);
        Origin::loud_at(Band::Air, (seconds * 1e6) as i64, mean)
    }

    #[test]
    fn rounds_at_one_place_keep_company() {
        let all = [at(0.0, 0.0), at(6.0, 150.0), at(15.0, -90.0), at(18.0, 40.0)];
        let around: Vec<&Origin> = all.iter().collect();
        assert!(all.iter().all(|one| of(one, &around) == Some(Salvo { events: 4, gap_s: 6.0 })));
    }

    #[test]
    fn another_place_or_another_minute_is_another_matter() {
        let all = [at(0.0, 0.0), at(10.0, 1_500.0), at(75.0, 0.0)];
        let around: Vec<&Origin> = all.iter().collect();
        assert!(all.iter().all(|one| of(one, &around) == Some(Salvo { events: 1, gap_s: 0.0 })));
    }

    #[test]
    fn the_ground_does_not_tell() {
        let one = Origin { band: Band::Ground, ..at(0.0, 0.0) };
        assert_eq!(of(&one, &[&one]), None);
    }
}
