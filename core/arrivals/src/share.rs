//! The medium shared between neighbours: wind and speed as smooth random fields over place and time.
//!
//! Every incident leaves a hint of its medium; the field is solved from all hints of a box of place and
//! time and around it. An incident's prior is what the field says without the incident's own hint, so that
//! no arrival is used twice.

use crate::hint::{Hint, NUISANCES, Spread};
use crate::matrix::{Matrix, Vector};
pub use crate::scales::Scales;
use crate::tile::Tile;

/// Hints with what is needed to predict from them.
#[derive(Clone, Debug)]
pub struct Field {
    /// Each incident's own hint, in order of incident, and the tile it lies in.
    hints: Vec<(Hint, u32)>,
    tiles: Vec<Placed>,
    /// Belief where nothing is near.
    pub spread: Spread,
    /// How far the medium stays alike.
    pub scales: Scales,
}

/// A tile and the box it was made for.
#[derive(Clone, Debug)]
struct Placed {
    low: [f64; 3],
    high: [f64; 3],
    tile: Tile,
}

/// Fewer hints than this say nothing about scales.
const HINTS_MIN: usize = 12;
/// Longest side of a tile's box over the shortest scale, and how far around it hints are heard.
const SIDE: f64 = 1.5;
const MARGIN: f64 = 0.8;

impl Field {
    /// A field from hints, its scales the likeliest unless they are given.
    #[must_use]
    pub fn new(mut hints: Vec<Hint>, spread: Spread, scales: Option<Scales>) -> Option<Self> {
        if hints.len() < HINTS_MIN {
            return None;
        }
        hints.sort_by(by_place);
        let scales = scales.unwrap_or_else(|| Scales::choose(&hints, &spread));
        let mut field = Self { hints: Vec::new(), tiles: Vec::new(), spread, scales };
        let all: Vec<u32> = (0..hints.len() as u32).collect();
        field.split(&hints, all);
        field.hints.sort_by_key(|(hint, _)| hint.incident);
        Some(field)
    }

    /// Halves a box until it is small, then makes its tile.
    fn split(&mut self, hints: &[Hint], members: Vec<u32>) {
        let mut low = [f64::INFINITY; 3];
        let mut high = [f64::NEG_INFINITY; 3];
        for &member in &members {
            for axis in 0..3 {
                low[axis] = low[axis].min(hints[member as usize].at[axis]);
                high[axis] = high[axis].max(hints[member as usize].at[axis]);
            }
        }
        let [km, s] = self.scales.shortest();
        let unit = [km, km, s];
        let long = |axis: usize| (high[axis] - low[axis]) / unit[axis];
        let longest =
            (1..3).fold(0, |best, axis| if long(axis) > long(best) { axis } else { best });
        if long(longest) > SIDE {
            let middle = 0.5 * (low[longest] + high[longest]);
            let (below, above): (Vec<u32>, Vec<u32>) =
                members.into_iter().partition(|&m| hints[m as usize].at[longest] < middle);
            self.split(hints, below);
            self.split(hints, above);
            return;
        }
        let from = hints.partition_point(|hint| hint.at[0] < low[0] - MARGIN * km);
        let until = hints.partition_point(|hint| hint.at[0] <= high[0] + MARGIN * km);
        let around = |hint: &&Hint| {
            (1..3).all(|axis| {
                hint.at[axis] >= low[axis] - MARGIN * unit[axis]
                    && hint.at[axis] <= high[axis] + MARGIN * unit[axis]
            })
        };
        let heard: Vec<Hint> = hints[from..until].iter().filter(around).copied().collect();
        if let Some(tile) = Tile::new(&heard, &self.scales, &self.spread) {
            let place = self.tiles.len() as u32;
            self.hints.extend(members.iter().map(|&member| (hints[member as usize], place)));
            self.tiles.push(Placed { low, high, tile });
        }
    }

    /// What the neighbours of an incident say of its medium: mean and covariance.
    ///
    /// `without` leaves one incident's own hint out.
    #[must_use]
    pub fn predict(
        &self,
        at: &[f64; 3],
        without: Option<u32>,
    ) -> Option<(Vector<NUISANCES>, Matrix<NUISANCES>)> {
        let own = without.and_then(|id| {
            let place = self.hints.binary_search_by_key(&id, |(hint, _)| hint.incident).ok()?;
            self.hints.get(place)
        });
        let (hint, tile) = match own {
            Some((hint, tile)) => (Some(hint), self.tiles.get(*tile as usize)?),
            None => (None, self.nearest(at)?),
        };
        let at = hint.map_or(at, |hint| &hint.at);
        let (mut mean, covariance) = tile.tile.predict(at, hint, &self.spread)?;
        (0..NUISANCES).for_each(|i| mean[i] += self.spread.mean[i]);
        Some((mean, covariance))
    }

    /// The tile whose box is nearest.
    fn nearest(&self, at: &[f64; 3]) -> Option<&Placed> {
        let [km, s] = self.scales.shortest();
        let unit = [km, km, s];
        let apart = |placed: &&Placed| -> f64 {
            (0..3)
                .map(|i| (placed.low[i] - at[i]).max(at[i] - placed.high[i]).max(0.0) / unit[i])
                .map(|apart| apart * apart)
                .sum()
        };
        self.tiles.iter().min_by(|a, b| apart(a).total_cmp(&apart(b)))
    }
}

fn by_place(a: &Hint, b: &Hint) -> core::cmp::Ordering {
    let order = |axis: usize| a.at[axis].total_cmp(&b.at[axis]);
    order(0).then(order(2)).then(order(1))
}
