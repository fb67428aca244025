//! A density on a plane, by squares that are cut in four where it is high.

/// A square of the plane.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Cell {
    /// East of the plane's middle, km.
    pub east_km: f64,
    /// North of it, km.
    pub north_km: f64,
    /// Half its width, km.
    pub half_km: f64,
    /// Logarithm of the density there, a km² unless it has been normed.
    pub ln_density: f64,
}

/// How finely a density is looked at.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Detail {
    /// Width of a square at the end, as a share of the density's narrow side.
    pub fine: f64,
    /// Squares whose density is lower than the highest by this (as logarithm) are not cut further.
    pub depth: f64,
}

/// At this, regions are right to 1 %; 1 part in 3,000 of a normal law lies beyond.
pub const FINE: Detail = Detail { fine: 0.4, depth: 8.0 };
/// At this, the integral alone is right to a few per cent.
pub const COARSE: Detail = Detail { fine: 1.0, depth: 6.0 };
/// At this, the integral is right within a factor of two or so: enough to choose what to look at.
pub const ROUGH: Detail = Detail { fine: 2.5, depth: 4.0 };
/// Squares on a side to begin with.
const FIRST: i32 = 16;
/// Smoothing over wide squares is rough: while they are, lower ones are kept too.
const ROUGH_DEPTH: f64 = 9.0;
const ROUGH_ROUNDS: usize = 3;
const CELLS_MAX: usize = 6_000;
const ROUNDS_MAX: usize = 24;

/// The squares that hold the density within `reach_km` of the middle, as finely as wanted.
/// `ln_density(east, north, half, floor)` is to be smoothed over a square of that half width, so that
/// nothing narrow is missed while squares are wide; where it is below `floor` it may be anything below.
pub fn cells(
    reach_km: f64,
    detail: Detail,
    mut ln_density: impl FnMut(f64, f64, f64, f64) -> f64,
) -> Vec<Cell> {
    let half_km = reach_km / f64::from(FIRST);
    let place = |number: i32| f64::from(2 * number + 1 - FIRST) * half_km;
    let squares = (0..FIRST * FIRST).map(|number| (place(number % FIRST), place(number / FIRST)));
    let mut cells = looked_at(squares, half_km, ROUGH_DEPTH, &mut ln_density);
    for round in 0..ROUNDS_MAX {
        let Some(half_km) = cells.first().map(|cell| cell.half_km) else { break };
        let [ee, en, nn] = moments(&cells).1;
        let narrow = (ee + nn) / 2.0 - libm::hypot((ee - nn) / 2.0, en);
        if cells.len() > CELLS_MAX || 2.0 * half_km < detail.fine * narrow.max(0.0).sqrt() {
            break;
        }
        let half_km = half_km / 2.0;
        let quarters = cells.iter().flat_map(|cell| {
            [(-1.0, -1.0), (1.0, -1.0), (-1.0, 1.0), (1.0, 1.0)].map(|(east, north)| {
                (cell.east_km + east * half_km, cell.north_km + north * half_km)
            })
        });
        let depth = if round < ROUGH_ROUNDS { ROUGH_DEPTH } else { detail.depth };
        cells = looked_at(quarters, half_km, depth, &mut ln_density);
    }
    cells
}

/// Squares with their densities, but for those lower than the highest by `depth`.
fn looked_at(
    squares: impl Iterator<Item = (f64, f64)>,
    half_km: f64,
    depth: f64,
    mut ln_density: impl FnMut(f64, f64, f64, f64) -> f64,
) -> Vec<Cell> {
    let (mut cells, mut most) = (Vec::new(), f64::NEG_INFINITY);
    for (east_km, north_km) in squares {
        let ln_density = ln_density(east_km, north_km, half_km, most - depth);
        if ln_density > most - depth {
            most = most.max(ln_density);
            cells.push(Cell { east_km, north_km, half_km, ln_density });
        }
    }
    cells.retain(|cell| cell.ln_density > most - depth);
    cells
}

/// Mean, and covariance `[ee, en, nn]`, of squares of one size.
pub fn moments(cells: &[Cell]) -> ((f64, f64), [f64; 3]) {
    let most = cells.iter().map(|cell| cell.ln_density).fold(f64::NEG_INFINITY, f64::max);
    let (mut sum, mut first, mut second) = (0.0, (0.0, 0.0), [0.0; 3]);
    for cell in cells {
        let mass = libm::exp(cell.ln_density - most);
        let (east, north) = (cell.east_km, cell.north_km);
        sum += mass;
        first = (first.0 + mass * east, first.1 + mass * north);
        second[0] += mass * east * east;
        second[1] += mass * east * north;
        second[2] += mass * north * north;
    }
    let mean = (first.0 / sum, first.1 / sum);
    // A square's own width adds a twelfth of its square.
    let own = cells.first().map_or(0.0, |cell| cell.half_km * cell.half_km / 3.0);
    let ee = second[0] / sum - mean.0 * mean.0 + own;
    let en = second[1] / sum - mean.0 * mean.1;
    let nn = second[2] / sum - mean.1 * mean.1 + own;
    (mean, [ee, en, nn])
}
