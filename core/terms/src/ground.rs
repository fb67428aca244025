//! Zones on the tangent plane of one incident: is its place surely inside, surely outside, or which
//! of its points are?

use std::cell::OnceCell;

use kernel::{Place, PlaceBelief, Polygon};
use libm::hypot;

use crate::guard::weigh::{Mask, Quadrature, Sieve};
use crate::zones::{Ground, Hand, Line};

/// East and north metres from the incident's mean.
pub type Flat = (f64, f64);

/// How a point lies to a line.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Fix {
    /// Metres to the nearest point of the line; infinite when there is no line.
    pub distance_m: f64,
    /// Whether it lies to the left.
    pub left: bool,
}

/// A path on the tangent plane at `mean`.
#[must_use]
pub fn flatten(path: &[Place], mean: Place) -> Vec<Flat> {
    path.iter().map(|place| mean.offset_to_m(*place)).collect()
}

/// How `at` lies to a flat path. Where two segments share the nearest point, a corner, the one
/// whose own line is farther decides the side: the other sees the point past its end.
#[must_use]
pub fn fix(path: &[Flat], at: Flat) -> Fix {
    let mut best = (f64::INFINITY, 0.0);
    for ends in path.windows(2) {
        let [from, to] = ends else { continue };
        let (along_e, along_n) = (to.0 - from.0, to.1 - from.1);
        let (rel_e, rel_n) = (at.0 - from.0, at.1 - from.1);
        let length2 = along_e * along_e + along_n * along_n;
        if length2 == 0.0 {
            continue;
        }
        let share = ((rel_e * along_e + rel_n * along_n) / length2).clamp(0.0, 1.0);
        let (gap_e, gap_n) = (rel_e - share * along_e, rel_n - share * along_n);
        let distance2 = gap_e * gap_e + gap_n * gap_n;
        let across = (along_e * rel_n - along_n * rel_e) / libm::sqrt(length2);
        // A corner is met twice with distances that differ by rounding only.
        let nearer = distance2 < best.0 * (1.0 - 1e-12);
        let corner = !nearer && distance2 <= best.0 * (1.0 + 1e-12);
        if nearer || (corner && across.abs() > f64::abs(best.1)) {
            best = (distance2, across);
        }
    }
    Fix { distance_m: libm::sqrt(best.0), left: best.1 > 0.0 }
}

/// Whether a buffer holds a point that lies so, and how far its edge is at least.
fn buffered(fix: Fix, within_m: f64, hand: Hand) -> (bool, f64) {
    let on_hand = match hand {
        Hand::Left => fix.left,
        Hand::Right => !fix.left,
        Hand::Both => true,
    };
    let inside = on_hand && fix.distance_m <= within_m;
    let rim_m = (fix.distance_m - within_m).abs();
    let margin_m = match (hand, on_hand) {
        (Hand::Both, _) => rim_m,
        (_, true) => rim_m.min(fix.distance_m),
        (_, false) => fix.distance_m,
    };
    (inside, margin_m)
}

/// The ground around one incident: distances and points are worked out once, when asked for.
pub struct Terrain<'a> {
    place: &'a PlaceBelief,
    quadrature: &'a Quadrature,
    lines: &'a [Line],
    fixes: Vec<OnceCell<(Vec<Flat>, Fix)>>,
    points: OnceCell<Vec<Flat>>,
    reach_m: f64,
}

impl<'a> Terrain<'a> {
    /// The ground around `place`, with these lines.
    #[must_use]
    pub fn new(place: &'a PlaceBelief, quadrature: &'a Quadrature, lines: &'a [Line]) -> Self {
        let fixes = lines.iter().map(|_| OnceCell::new()).collect();
        let reach_m = quadrature.reach_m(place);
        Self { place, quadrature, lines, fixes, points: OnceCell::new(), reach_m }
    }

    fn points(&self) -> &[Flat] {
        self.points.get_or_init(|| self.quadrature.points_m(self.place))
    }
    fn line(&self, index: usize) -> Option<(&[Flat], Fix)> {
        let (line, cell) = self.lines.get(index).zip(self.fixes.get(index))?;
        let (path, here) = cell.get_or_init(|| {
            let path = flatten(&line.path.0, self.place.mean);
            let here = fix(&path, (0.0, 0.0));
            (path, here)
        });
        Some((path, *here))
    }
    /// Metres from the incident's mean to a line; infinite when there is none.
    #[must_use]
    pub fn line_m(&self, index: usize) -> f64 {
        self.line(index).map_or(f64::INFINITY, |(_, here)| here.distance_m)
    }

    /// The points inside a zone's ground.
    #[must_use]
    pub fn inside(&self, ground: &Ground) -> Sieve {
        match ground {
            Ground::Buffer { line, within_m, hand } => self.buffer(*line, *within_m, *hand),
            Ground::Circle { center, radius_m } => self.circle(*center, *radius_m),
            Ground::Polygons { polygons } => {
                polygons.iter().map(|polygon| self.polygon(polygon)).fold(Sieve::NO, |a, b| a | b)
            }
        }
    }
    /// The points within so many metres of a line, on one hand or both.
    #[must_use]
    pub fn buffer(&self, line: usize, within_m: f64, hand: Hand) -> Sieve {
        let Some((path, here)) = self.line(line) else { return Sieve::NO };
        let (inside, margin_m) = buffered(here, within_m, hand);
        if margin_m > self.reach_m {
            return Sieve::from(inside);
        }
        let holds = |point: &Flat| buffered(fix(path, *point), within_m, hand).0;
        Sieve::known(Mask::of(self.points(), holds))
    }
    /// The points inside a circle.
    #[must_use]
    pub fn circle(&self, center: Place, radius_m: f64) -> Sieve {
        let (east_m, north_m) = self.place.mean.offset_to_m(center);
        let distance_m = hypot(east_m, north_m);
        if (distance_m - radius_m).abs() > self.reach_m {
            return Sieve::from(distance_m <= radius_m);
        }
        let holds = |point: &Flat| hypot(point.0 - east_m, point.1 - north_m) <= radius_m;
        Sieve::known(Mask::of(self.points(), holds))
    }
    fn polygon(&self, polygon: &Polygon) -> Sieve {
        let flat = |ring: &Vec<Place>| flatten(ring, self.place.mean);
        let rings: Vec<Vec<Flat>> = polygon.0.iter().map(flat).collect();
        let edges_m = rings.iter().map(|ring| fix(ring, (0.0, 0.0)).distance_m);
        if edges_m.fold(f64::INFINITY, f64::min) > self.reach_m {
            return Sieve::from(holds(&rings, (0.0, 0.0)));
        }
        Sieve::known(Mask::of(self.points(), |point| holds(&rings, *point)))
    }
}

/// Even-odd rule over all rings.
fn holds(rings: &[Vec<Flat>], at: Flat) -> bool {
    let edges = rings.iter().flat_map(|ring| ring.windows(2));
    edges.fold(false, |inside, edge| {
        let [from, to] = edge else { return inside };
        let spans = (from.1 > at.1) != (to.1 > at.1);
        inside ^ (spans && at.0 < (to.0 - from.0) * (at.1 - from.1) / (to.1 - from.1) + from.0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sharp_corner_has_two_clear_sides() {
        // A spike pointing north: right of the way up is east, and so is right of the way down.
        let spike = [(-1.0, 0.0), (0.0, 10.0), (1.0, 0.0)];
        assert!(fix(&spike, (0.1, 12.0)).left && fix(&spike, (-0.1, 12.0)).left);
        assert!(!fix(&spike, (0.0, 5.0)).left);
    }

    #[test]
    fn a_buffer_on_one_hand_ends_at_the_line() {
        let here = Fix { distance_m: 4.0, left: true };
        assert_eq!(buffered(here, 10.0, Hand::Left), (true, 4.0));
        assert_eq!(buffered(here, 10.0, Hand::Right), (false, 4.0));
        assert_eq!(buffered(here, 10.0, Hand::Both), (true, 6.0));
        assert_eq!(buffered(here, f64::INFINITY, Hand::Left), (true, 4.0));
    }
}
