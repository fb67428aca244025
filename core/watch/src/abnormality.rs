//! Whether burning is what peacetime explains: a hotspot's cell and day held against the season,
//! the day's burning in the region, and the month's burning in the neighbourhood.
//!
//! The method, how its few numbers were chosen and what it scores: `docs/design/0031-thermal.md`.

use kernel::{Place, Probability, Time, place::round_to};

use crate::baseline::{Baseline, Cell, Expected, Measure, PRIOR_COUNT, Seasons};
use crate::incident::Abnormality;
use crate::tally::{Calendar, Tally, Window};

/// A hotspot farther away than this never changes a hotspot's abnormality, metres: the far
/// corner of the region's three by three degrees.
pub const REACH_M: f64 = 320_000.0;
/// A hotspot counts for its own day and this many days after it, never for days before it: what
/// was said about a day changes only when late data come.
pub const REACH_DAYS: i64 = 30;
/// Burning with a smaller chance in peacetime than this is called abnormal.
pub const ABNORMAL_CHANCE: f64 = 0.05;

/// Width of a neighbourhood, in cells: half a degree.
const ZONE_CELLS: i32 = 5;
/// Width of a block of the region, in cells: one degree. A region is three by three blocks.
const BLOCK_CELLS: i32 = 10;
/// Hotspots added on both sides before a region's day is compared, so that few say little.
const REGION_WEIGHT: f64 = 20.0;
/// Burning cells added on both sides before a neighbourhood is compared.
const ZONE_WEIGHT: f64 = 2.0;
/// Prior count of burning cell-days in a neighbourhood and season: a quarter a cell.
const ZONE_PRIOR: f64 = 6.25;
/// Surprises below this many nats are alike.
const SURPRISE_FLOOR: f64 = 0.05;
/// Scale and shape of the Weibull law of unusualness among peacetime hotspots.
const PEACE_SCALE: f64 = 7.8;
const PEACE_SHAPE: f64 = 2.0 / 3.0;
/// Multipliers are summed in units of 1/1024, exactly, whatever lies outside the window.
const UNIT: f64 = 1024.0;
/// A region's day is never taken to burn more than this many times its season.
const MULTIPLIER_MAX: f64 = 64.0;

/// The abnormality of every hotspot, in the order given. It depends on the set of hotspots only,
/// and on those within [`REACH_M`] and on the same or the [`REACH_DAYS`] days before.
#[must_use]
pub fn abnormality_of_hotspots(
    baseline: &Baseline,
    hotspots: &[(Place, Time)],
) -> Vec<Abnormality> {
    let keys: Vec<(Cell, i64)> =
        hotspots.iter().map(|(place, at)| (Cell::of(*place), at.day_number())).collect();
    let cells = Tally::of(keys.iter().map(|key| (*key, 1)).collect());
    let surroundings = Surroundings::new(baseline, &cells);
    let mut calendar = Calendar::default();
    let mut answers = Vec::with_capacity(cells.0.len());
    for days in cells.0.chunk_by(|one, other| one.0.0 == other.0.0) {
        let Some(((cell, _), _)) = days.first() else { continue };
        let seasons = baseline.seasons_of_cell(*cell);
        for ((_, day), count) in days {
            let expected = baseline.expected_by_season(&seasons, calendar.day_of_year(*day));
            let (multiplier, ratio) = surroundings.at(*cell, *day);
            answers.push(judge(*count, expected, multiplier, ratio));
        }
    }
    let find = |key: &(Cell, i64)| cells.0.binary_search_by_key(key, |(other, _)| *other).ok();
    keys.iter().filter_map(|key| answers.get(find(key)?).copied()).collect()
}

/// The abnormality of an incident: that of the middle one of its hotspots (the less unusual of the
/// two middle ones), so that neither one odd pixel nor a wide edge decides.
#[must_use]
pub fn of_incident(hotspots: &[Abnormality]) -> Option<Abnormality> {
    let mut sorted = hotspots.to_vec();
    sorted.sort_by(|one, other| {
        let by_chance = one.chance.value().total_cmp(&other.chance.value());
        by_chance
            .then(one.observed.cmp(&other.observed))
            .then(one.expected.total_cmp(&other.expected))
    });
    sorted.get(sorted.len() / 2).copied()
}

/// Whether burning is called abnormal; never without a baseline.
#[must_use]
pub fn is_abnormal(abnormality: &Abnormality) -> bool {
    abnormality.baseline_years > 0 && abnormality.chance.value() < ABNORMAL_CHANCE
}

fn judge(count: u64, expected: Expected, multiplier: f64, ratio: f64) -> Abnormality {
    let mean = expected.rate * libm::sqrt(multiplier);
    let surprise = surprise(count as f64, mean, expected.seen + PRIOR_COUNT);
    let unusual = (surprise + SURPRISE_FLOOR) * libm::sqrt(ratio);
    let chance = libm::exp(-libm::pow(unusual / PEACE_SCALE, PEACE_SHAPE));
    let known = expected.years > 0;
    Abnormality {
        observed: u32::try_from(count).unwrap_or(u32::MAX),
        expected: if known { round_to(mean, 1e6) } else { 0.0 },
        chance: if known { Probability::new(chance) } else { Probability::ONE },
        baseline_years: expected.years,
    }
}

/// Minus the natural logarithm of the chance of `count` or more, in nats, when the rate is
/// Gamma-distributed: the negative binomial predictive of a Poisson count with an uncertain rate
/// (Gelman et al., Bayesian Data Analysis, 3rd ed., section 2.6).
fn surprise(count: f64, mean: f64, size: f64) -> f64 {
    let share = mean / (mean + size);
    let first = libm::lgamma(count + size) - libm::lgamma(size) - libm::lgamma(count + 1.0)
        + size * libm::log(1.0 - share)
        + count * libm::log(share);
    let (mut sum, mut term, mut next) = (1.0, 1.0, count);
    while (next < mean || term > 1e-12 * sum) && next < count + 10_000.0 {
        term *= (next + size) / (next + 1.0) * share;
        sum += term;
        next += 1.0;
    }
    -(first + libm::log(sum)).min(0.0)
}

/// What the region and the neighbourhood of each square say, day by day.
struct Surroundings {
    blocks: Vec<(Cell, Vec<(i64, u64)>)>,
    zones: Vec<(Cell, Vec<(i64, f64)>)>,
}

impl Surroundings {
    fn new(baseline: &Baseline, cells: &Tally) -> Self {
        let coarse = |width, amount: fn(u64) -> u64| {
            let square = |((cell, day), count): &((Cell, i64), u64)| {
                ((cell.in_blocks_of(width), *day), amount(*count))
            };
            Tally::of(cells.0.iter().map(square).collect())
        };
        let (hotspots, burning) = (coarse(BLOCK_CELLS, |count| count), coarse(ZONE_CELLS, |_| 1));
        let blocks = squares(&hotspots)
            .map(|block| (block, multipliers(baseline, &hotspots, block)))
            .collect();
        let mut found = Self { blocks, zones: Vec::new() };
        found.zones =
            squares(&burning).map(|zone| (zone, found.ratios(baseline, &burning, zone))).collect();
        found
    }

    /// How many times its season the region burns that day, and the neighbourhood that month.
    fn at(&self, cell: Cell, day: i64) -> (f64, f64) {
        let block = entry(&self.blocks, cell.in_blocks_of(BLOCK_CELLS));
        let zone = entry(&self.zones, cell.in_blocks_of(ZONE_CELLS));
        let above = on_day(block, day).unwrap_or(0);
        (1.0 + above as f64 / UNIT, on_day(zone, day).unwrap_or(1.0))
    }

    /// For each day of a neighbourhood: cells that burnt on it and the days before, over what the
    /// season and the region's multipliers lead one to expect.
    fn ratios(&self, baseline: &Baseline, burning: &Tally, zone: Cell) -> Vec<(i64, f64)> {
        let seasons = seasons_of_square(baseline, zone, ZONE_CELLS, 0, Measure::BurningCells);
        let corner = Cell { row: zone.row * ZONE_CELLS, column: zone.column * ZONE_CELLS };
        let above = entry(&self.blocks, corner.in_blocks_of(BLOCK_CELLS));
        let days: Vec<(i64, u64)> =
            burning.days(zone).iter().map(|((_, day), count)| (*day, *count)).collect();
        let mut calendar = Calendar::default();
        let (mut seen, mut multiplied) = (Window::default(), Window::default());
        days.iter()
            .map(|(day, _)| {
                let season = seasons.around(calendar.day_of_year(*day)) as f64;
                let usual = baseline.rate(season, ZONE_PRIOR);
                let times = (REACH_DAYS + 1) as f64 + multiplied.sum(above, *day) as f64 / UNIT;
                let seen = seen.sum(&days, *day) as f64;
                (*day, (seen + ZONE_WEIGHT) / (usual * times + ZONE_WEIGHT))
            })
            .collect()
    }
}

/// For each day, by how much its region's hotspots exceed their season, in [`UNIT`]s.
fn multipliers(baseline: &Baseline, hotspots: &Tally, block: Cell) -> Vec<(i64, u64)> {
    let seasons = seasons_of_square(baseline, block, BLOCK_CELLS, 1, Measure::Hotspots);
    let prior = PRIOR_COUNT * f64::from(9 * BLOCK_CELLS * BLOCK_CELLS);
    let mut calendar = Calendar::default();
    region_days(hotspots, block)
        .into_iter()
        .map(|(day, count)| {
            let season = seasons.around(calendar.day_of_year(day)) as f64;
            let usual = baseline.rate(season, prior);
            let times = (count as f64 + REGION_WEIGHT) / (usual + REGION_WEIGHT);
            (day, libm::round((times.clamp(1.0, MULTIPLIER_MAX) - 1.0) * UNIT) as u64)
        })
        .collect()
}

/// Hotspots by day in the three by three blocks around one.
fn region_days(hotspots: &Tally, block: Cell) -> Vec<(i64, u64)> {
    let mut days = Vec::new();
    for row in block.row - 1..=block.row + 1 {
        for column in block.column - 1..=block.column + 1 {
            let neighbour = hotspots.days(Cell { row, column });
            days.extend(neighbour.iter().map(|((_, day), count)| ((block, *day), *count)));
        }
    }
    Tally::of(days).0.into_iter().map(|((_, day), count)| (day, count)).collect()
}

/// Seasons of a coarse square with `margin` more such squares on each side.
fn seasons_of_square(
    baseline: &Baseline,
    square: Cell,
    width: i32,
    margin: i32,
    measure: Measure,
) -> Seasons {
    let low = |count: i32| (count - margin) * width;
    let high = |count: i32| (count + margin + 1) * width - 1;
    let from = Cell { row: low(square.row), column: low(square.column) };
    let to = Cell { row: high(square.row), column: high(square.column) };
    baseline.seasons_of(from, to, measure)
}

fn squares(tally: &Tally) -> impl Iterator<Item = Cell> {
    tally.0.chunk_by(|one, other| one.0.0 == other.0.0).filter_map(|days| Some(days.first()?.0.0))
}

fn entry<T>(sorted: &[(Cell, Vec<(i64, T)>)], square: Cell) -> &[(i64, T)] {
    let found = sorted.binary_search_by_key(&square, |(other, _)| *other).ok();
    found.and_then(|index| sorted.get(index)).map_or(&[], |(_, days)| days)
}

fn on_day<T: Copy>(days: &[(i64, T)], day: i64) -> Option<T> {
    let found = days.binary_search_by_key(&day, |(other, _)| *other).ok()?;
    days.get(found).map(|(_, value)| *value)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FIELD: Place = Place { lon: 36.05, lat: 49.05 };

    fn day(text: &str) -> Time {
        text.parse().unwrap()
    }

    /// Two peaceful years in which the fields around burn in April.
    fn peace() -> Baseline {
        let mut baseline = Baseline::default();
        for year in ["2018", "2021"] {
            for april in 1..=30 {
                for east in 0..20 {
                    let place = Place { lon: FIELD.lon + 0.1 * f64::from(east), ..FIELD };
                    baseline.absorb(place, day(&format!("{year}-04-{april:02}")));
                }
            }
        }
        baseline
    }

    fn chance(baseline: &Baseline, hotspots: &[(Place, Time)]) -> f64 {
        abnormality_of_hotspots(baseline, hotspots)[0].chance.value()
    }

    #[test]
    fn the_same_burning_is_ordinary_in_its_season_and_place_only() {
        let burst = |place, text| vec![(place, day(text)); 12];
        let elsewhere = Place { lat: 45.05, ..FIELD };
        assert!(chance(&peace(), &burst(FIELD, "2022-04-15")) > ABNORMAL_CHANCE);
        assert!(chance(&peace(), &burst(FIELD, "2022-09-15")) < ABNORMAL_CHANCE);
        assert!(chance(&peace(), &burst(elsewhere, "2022-04-15")) < ABNORMAL_CHANCE);
    }

    #[test]
    fn a_dry_day_excuses_what_burns_on_it() {
        let alone = vec![(FIELD, day("2022-09-15")); 4];
        let mut dry = alone.clone();
        dry.extend((0..300).map(|number| {
            let place = Place { lon: FIELD.lon + 0.1 * f64::from(1 + number % 8), lat: 49.75 };
            (place, day("2022-09-15"))
        }));
        assert!(chance(&peace(), &dry) > chance(&peace(), &alone));
    }

    #[test]
    fn burning_that_goes_on_is_more_unusual_than_a_single_day_of_it() {
        let mut month = vec![(FIELD, day("2022-09-30")); 4];
        let single = chance(&peace(), &month);
        month.extend((1..30).map(|number| (FIELD, day(&format!("2022-09-{number:02}")))));
        assert!(chance(&peace(), &month) < single);
    }

    #[test]
    fn without_a_baseline_nothing_is_abnormal() {
        let judged = abnormality_of_hotspots(&Baseline::default(), &[(FIELD, day("2022-09-15"))]);
        assert!(judged[0].baseline_years == 0 && !is_abnormal(&judged[0]));
        assert!(of_incident(&[]).is_none());
    }

    #[test]
    fn many_hotspots_in_one_cell_are_counted_and_do_not_overflow() {
        let judged = abnormality_of_hotspots(&peace(), &vec![(FIELD, day("2022-09-15")); 50_000]);
        assert_eq!((judged[0].observed, judged[0].chance), (50_000, Probability::ZERO));
    }

    #[test]
    fn surprise_is_the_negative_binomial_tail() {
        // P(X >= 1) = 1 - (size / (size + mean))^size.
        let exact = -libm::log(1.0 - libm::pow(0.5 / 0.6, 0.5));
        assert!((surprise(1.0, 0.1, 0.5) - exact).abs() < 1e-10);
        assert!(surprise(3.0, 90.0, 40.0) < 1e-6);
    }

    proptest! {
        #[test]
        fn neither_order_nor_what_is_far_or_later_matters(
            seeds in proptest::collection::vec((0..40_u8, 0..40_u8, 0..90_u8), 1..60),
            turn in 0..60_usize,
        ) {
            let baseline = peace();
            let start = day("2022-03-20");
            let mut hotspots: Vec<(Place, Time)> = seeds
                .iter()
                .map(|(east, north, later)| {
                    let place = Place {
                        lon: FIELD.lon + f64::from(*east) * 0.07,
                        lat: FIELD.lat + f64::from(*north) * 0.07,
                    };
                    (place, start + kernel::Duration::days(i64::from(*later)))
                })
                .collect();
            let judged = abnormality_of_hotspots(&baseline, &hotspots);
            for ((place, at), abnormality) in hotspots.iter().zip(&judged) {
                let near: Vec<_> = hotspots
                    .iter()
                    .copied()
                    .filter(|other| {
                        let age = at.day_number() - other.1.day_number();
                        (0..=REACH_DAYS).contains(&age) && place.distance_m(other.0) <= REACH_M
                    })
                    .collect();
                let own = near.iter().position(|other| *other == (*place, *at)).unwrap();
                prop_assert_eq!(&abnormality_of_hotspots(&baseline, &near)[own], abnormality);
            }
            let turn = turn % hotspots.len();
            hotspots.rotate_left(turn);
            let mut turned = abnormality_of_hotspots(&baseline, &hotspots);
            turned.rotate_right(turn);
            prop_assert_eq!(turned, judged);
        }
    }
}
