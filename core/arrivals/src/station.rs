//! Where the sensors stand, and which of them can hear a place.

/// A sensor in a flat local frame: x east, y north, z down, kilometres.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Station {
    /// East, km.
    pub x_km: f64,
    /// North, km.
    pub y_km: f64,
    /// Down, km.
    pub z_km: f64,
}

/// How well it is known where a station stands and what its clock says: one standard deviation
/// each, nought where none is stated.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct StationError {
    /// Of the place along any direction, km.
    pub place_km: f64,
    /// Of the clock, s.
    pub clock_s: f64,
}

impl StationError {
    /// Variance of a time there, s^2, for a wave of such a slowness.
    #[must_use]
    pub fn variance_s2(&self, slowness_s_km: f64) -> f64 {
        let squared = |value: f64| if value.is_finite() { value * value } else { 0.0 };
        squared(self.place_km * slowness_s_km) + squared(self.clock_s)
    }
}

/// All sensors, with a grid that answers "who can hear this place" without a search.
#[derive(Clone, Debug, Default)]
pub struct Network {
    stations: Vec<Station>,
    errors: Vec<StationError>,
    grid: Grid,
}

/// For each cell the stations within reach of any point of it.
#[derive(Clone, Debug, Default)]
struct Grid {
    west_km: f64,
    south_km: f64,
    cells_per_km: f64,
    columns: usize,
    rows: usize,
    start: Vec<u32>,
    members: Vec<u32>,
}

/// Cells along one side at most, so that a far-away station cannot eat the memory.
const CELLS_A_SIDE_MAX: f64 = 1000.0;

impl Network {
    /// Takes the stations as they are; one with a position that is not finite is near nothing.
    #[must_use]
    pub fn new(stations: Vec<Station>, reach_km: f64) -> Self {
        let grid = Grid::new(&stations, reach_km);
        Self { stations, errors: Vec::new(), grid }
    }

    /// With what is stated of the stations' errors, in their order; none for those beyond the list.
    #[must_use]
    pub fn stating(self, errors: Vec<StationError>) -> Self {
        Self { errors, ..self }
    }

    /// What is stated of a station's errors.
    #[must_use]
    pub fn error_of(&self, station: usize) -> StationError {
        self.errors.get(station).copied().unwrap_or_default()
    }

    /// Every station, in the order given.
    #[must_use]
    pub fn stations(&self) -> &[Station] {
        &self.stations
    }

    /// Stations that may be within reach of a place: none that is within reach is left out.
    #[must_use]
    #[inline]
    pub fn near(&self, x_km: f64, y_km: f64) -> &[u32] {
        let Some(cell) = self.grid.cell(x_km, y_km) else { return &[] };
        &self.grid.members[self.grid.start[cell] as usize..self.grid.start[cell + 1] as usize]
    }

    /// Ground covered: cells that at least `stations_min` stations can hear, km^2.
    #[must_use]
    pub fn covered_km2(&self, stations_min: u32) -> f64 {
        let heard = self.grid.start.windows(2).filter(|pair| pair[1] - pair[0] >= stations_min);
        heard.count() as f64 / (self.grid.cells_per_km * self.grid.cells_per_km)
    }

    /// The stations nearest to each station within `reach_km`, nearest first, at most `count`.
    #[must_use]
    pub fn neighbours(&self, reach_km: f64, count: usize) -> Vec<Vec<u32>> {
        let all = &self.stations;
        // Stations in order of x; from each one outwards, until x alone is farther than the last kept.
        let mut order: Vec<u32> = (0..all.len() as u32)
            .filter(|&s| all[s as usize].x_km.is_finite() && all[s as usize].y_km.is_finite())
            .collect();
        order.sort_by(|&a, &b| all[a as usize].x_km.total_cmp(&all[b as usize].x_km));
        let mut lists = vec![Vec::new(); all.len()];
        for place in 0..order.len() {
            let mut kept: Vec<(f64, u32)> = Vec::with_capacity(count + 1);
            for other in [false, true].map(|east| outwards(&order, place, east)).into_iter() {
                consider(all, order[place], other, reach_km, count, &mut kept);
            }
            lists[order[place] as usize] = kept.into_iter().map(|pair| pair.1).collect();
        }
        lists
    }
}

fn outwards(order: &[u32], place: usize, east: bool) -> Box<dyn Iterator<Item = u32> + '_> {
    if east {
        Box::new(order[place + 1..].iter().copied())
    } else {
        Box::new(order[..place].iter().rev().copied())
    }
}

/// Keeps the nearest `count` of the stations that come ever farther in x.
fn consider(
    all: &[Station],
    here: u32,
    others: impl Iterator<Item = u32>,
    reach_km: f64,
    count: usize,
    kept: &mut Vec<(f64, u32)>,
) {
    let at = all[here as usize];
    for other in others {
        let there = &all[other as usize];
        let (dx, dy) = (there.x_km - at.x_km, there.y_km - at.y_km);
        let farthest = match kept.get(count - 1) {
            Some(last) => last.0,
            None => reach_km * reach_km,
        };
        if dx * dx > farthest {
            break;
        }
        let pair = (dx * dx + dy * dy, other);
        if pair.0 < farthest {
            let rank = kept.partition_point(|k| k.0 < pair.0 || (k.0 == pair.0 && k.1 < pair.1));
            kept.insert(rank, pair);
            kept.truncate(count);
        }
    }
}

impl Grid {
    fn new(stations: &[Station], reach_km: f64) -> Self {
        let placed = |s: &&Station| s.x_km.is_finite() && s.y_km.is_finite();
        let bound = |value: fn(&Station) -> f64, pick: fn(f64, f64) -> f64| {
            stations.iter().filter(placed).map(value).reduce(pick)
        };
        let (Some(west), Some(east), Some(south), Some(north)) = (
            bound(|s| s.x_km, f64::min),
            bound(|s| s.x_km, f64::max),
            bound(|s| s.y_km, f64::min),
            bound(|s| s.y_km, f64::max),
        ) else {
            return Self::default();
        };
        let side_km = (east - west).max(north - south) + 2.0 * reach_km;
        let cell_km = (reach_km / 4.0).max(side_km / CELLS_A_SIDE_MAX);
        let cells = |span: f64| ((span + 2.0 * reach_km) / cell_km) as usize + 1;
        let mut grid = Self {
            west_km: west - reach_km,
            south_km: south - reach_km,
            cells_per_km: 1.0 / cell_km,
            columns: cells(east - west),
            rows: cells(north - south),
            ..Self::default()
        };
        grid.fill(stations, reach_km + cell_km * 0.708);
        grid
    }

    /// Two passes, count and place, so that each cell's list stands in station order.
    fn fill(&mut self, stations: &[Station], radius_km: f64) {
        let mut count = vec![0_u32; self.columns * self.rows + 1];
        for station in stations {
            self.each_cell(station, radius_km, |cell| count[cell + 1] += 1);
        }
        for cell in 1..count.len() {
            count[cell] += count[cell - 1];
        }
        let mut next = count.clone();
        let mut members = vec![0_u32; count.last().copied().unwrap_or(0) as usize];
        for (index, station) in stations.iter().enumerate() {
            self.each_cell(station, radius_km, |cell| {
                members[next[cell] as usize] = index as u32;
                next[cell] += 1;
            });
        }
        self.start = count;
        self.members = members;
    }

    fn each_cell(&self, station: &Station, radius_km: f64, mut act: impl FnMut(usize)) {
        if !(station.x_km.is_finite() && station.y_km.is_finite()) {
            return;
        }
        let cell_km = 1.0 / self.cells_per_km;
        let span = |value: f64, origin: f64, limit: usize| {
            let low = ((value - radius_km - origin) * self.cells_per_km).max(0.0) as usize;
            let high = ((value + radius_km - origin) * self.cells_per_km).max(0.0) as usize;
            (low, high.min(limit.saturating_sub(1)))
        };
        let (left, right) = span(station.x_km, self.west_km, self.columns);
        let (bottom, top) = span(station.y_km, self.south_km, self.rows);
        for row in bottom..=top {
            let dy = self.south_km + (row as f64 + 0.5) * cell_km - station.y_km;
            for column in left..=right {
                let dx = self.west_km + (column as f64 + 0.5) * cell_km - station.x_km;
                if dx * dx + dy * dy <= radius_km * radius_km {
                    act(row * self.columns + column);
                }
            }
        }
    }

    #[inline]
    fn cell(&self, x_km: f64, y_km: f64) -> Option<usize> {
        let column = (x_km - self.west_km) * self.cells_per_km;
        let row = (y_km - self.south_km) * self.cells_per_km;
        if !(column >= 0.0 && row >= 0.0) {
            return None;
        }
        let (column, row) = (column as usize, row as usize);
        (column < self.columns && row < self.rows).then_some(row * self.columns + column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_within_reach_is_left_out() {
        let stations: Vec<Station> = (0..200)
            .map(|i| Station {
                x_km: f64::from(i * 37 % 100),
                y_km: f64::from(i * 61 % 53),
                z_km: 0.0,
            })
            .collect();
        let network = Network::new(stations.clone(), 9.0);
        for (x, y) in [(0.0, 0.0), (50.5, 20.0), (99.0, 52.0), (-8.0, 3.0), (104.0, 58.0)] {
            let near = network.near(x, y);
            for (index, s) in stations.iter().enumerate() {
                let squared = (s.x_km - x) * (s.x_km - x) + (s.y_km - y) * (s.y_km - y);
                assert!(squared > 81.0 || near.contains(&(index as u32)), "{x} {y} {index}");
            }
        }
        assert!(network.near(1e9, 0.0).is_empty() && network.near(f64::NAN, 0.0).is_empty());
    }
}
