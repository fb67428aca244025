//! The area cut into cells, and each cell into the places that stand for it.

use kernel::Place;

use crate::Error;

/// How positions are written in a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Frame {
    /// Longitude and latitude, degrees.
    Degrees,
    /// East and north on a flat plane, km.
    Km,
}

/// Kilometres in a degree of the sphere that the house reckons on.
const DEGREE_KM: f64 = kernel::place::EARTH_RADIUS_M * std::f64::consts::PI / 180.0 / 1e3;
/// A flat frame lies around 0, 0, where a degree is as long both ways; so far from it the error
/// of a distance stays under 2 %.
const FLAT_KM_MAX: f64 = 1_200.0;

impl Frame {
    /// The place of a written pair, if it is one.
    pub fn place(self, [x, y]: [f64; 2]) -> Option<Place> {
        match self {
            Self::Degrees => Place::new(x, y),
            Self::Km => (x.abs() <= FLAT_KM_MAX && y.abs() <= FLAT_KM_MAX)
                .then(|| Place::new(x / DEGREE_KM, y / DEGREE_KM))
                .flatten(),
        }
    }

    /// A place as it is written.
    pub fn pair(self, place: Place) -> [f64; 2] {
        match self {
            Self::Degrees => [place.lon, place.lat],
            Self::Km => [place.lon * DEGREE_KM, place.lat * DEGREE_KM],
        }
    }

    /// The names of the columns.
    pub fn columns(self) -> &'static str {
        match self {
            Self::Degrees => "lon,lat",
            Self::Km => "x_km,y_km",
        }
    }
}

/// Cells of a regular grid, row by row from the south-west.
#[derive(Clone, PartialEq, Debug)]
pub struct Grid {
    /// South-west corner.
    pub corner: Place,
    /// How many cells from west to east.
    pub columns: usize,
    /// How many from south to north.
    pub rows: usize,
    /// Width of a cell, degrees.
    pub width_deg: f64,
    /// Height of a cell, degrees.
    pub height_deg: f64,
    /// Area of a cell, km².
    pub cell_km2: f64,
    /// Places that stand for a cell, along each side.
    side: usize,
}

/// Most cells of a map.
pub const CELLS_MAX: usize = 250_000;

impl Grid {
    /// Cuts the area from `west_south` to `east_north` into cells of `cell_km`.
    pub fn new(
        west_south: Place,
        east_north: Place,
        cell_km: f64,
        side: usize,
    ) -> Result<Self, Error> {
        let (wide_deg, high_deg) =
            (east_north.lon - west_south.lon, east_north.lat - west_south.lat);
        if !(wide_deg > 0.0 && high_deg > 0.0) {
            return Err(Error::new(
                "the area has no extent",
                "Write `area` as [west, south, east, north], the smaller number first.",
            ));
        }
        let height_deg = cell_km / DEGREE_KM;
        let middle_lat = (west_south.lat + high_deg / 2.0).to_radians();
        let width_deg = height_deg / libm::cos(middle_lat).max(0.05);
        // A sliver that rounding leaves is no cell.
        let count = |deg: f64, cell_deg: f64| (deg / cell_deg - 1e-6).ceil().max(1.0);
        let (columns, rows) = (count(wide_deg, width_deg), count(high_deg, height_deg));
        if columns * rows > CELLS_MAX as f64 {
            return Err(Error::new(
                format!(
                    "the area holds {} cells of {cell_km} km; {CELLS_MAX} is the most",
                    columns * rows
                ),
                "Take larger cells with --cell-km, or a smaller `area`.",
            ));
        }
        Ok(Self {
            corner: west_south,
            columns: columns as usize,
            rows: rows as usize,
            width_deg,
            height_deg,
            cell_km2: cell_km * cell_km,
            side: side.clamp(1, 8),
        })
    }

    /// How many cells.
    pub fn len(&self) -> usize {
        self.columns * self.rows
    }

    /// How many places stand for a cell.
    pub fn places_a_cell(&self) -> usize {
        self.side * self.side
    }

    /// A corner of a cell: 0, 0 is its south-west, 1, 1 its north-east.
    pub fn within(&self, cell: usize, east: f64, north: f64) -> Place {
        let (column, row) = ((cell % self.columns) as f64, (cell / self.columns) as f64);
        Place {
            lon: self.corner.lon + (column + east) * self.width_deg,
            lat: self.corner.lat + (row + north) * self.height_deg,
        }
    }

    /// The places that stand for all cells, cell by cell: the middles of equal parts.
    pub fn places(&self) -> Vec<Place> {
        let part = |at: usize| (at as f64 + 0.5) / self.side as f64;
        (0..self.len())
            .flat_map(|cell| {
                (0..self.places_a_cell())
                    .map(move |at| self.within(cell, part(at % self.side), part(at / self.side)))
            })
            .collect()
    }

    /// The cells that share a side with one.
    pub fn neighbours(&self, cell: usize) -> impl Iterator<Item = usize> {
        let (column, row) = (cell % self.columns, cell / self.columns);
        let sides = [
            (column > 0).then(|| cell - 1),
            (column + 1 < self.columns).then(|| cell + 1),
            (row > 0).then(|| cell - self.columns),
            (row + 1 < self.rows).then(|| cell + self.columns),
        ];
        sides.into_iter().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flat_theatre_becomes_whole_cells() {
        let corner = |pair| Frame::Km.place(pair).unwrap();
        let grid = Grid::new(corner([0.0, 0.0]), corner([1000.0, 300.0]), 10.0, 2).unwrap();
        assert_eq!((grid.columns, grid.rows, grid.places().len()), (100, 30, 12_000));
        let [x, y] = Frame::Km.pair(grid.within(0, 0.5, 0.5));
        assert!((x - 5.0).abs() < 0.01 && (y - 5.0).abs() < 0.01, "{x} {y}");
        assert_eq!(grid.neighbours(0).collect::<Vec<_>>(), [1, 100]);
        assert!(Grid::new(corner([0.0, 0.0]), corner([900.0, 900.0]), 0.1, 1).is_err());
        assert!(Frame::Km.place([5e3, 0.0]).is_none());
    }
}
