//! Zones, and the chance that something of which only a Gaussian is known is inside one.

use libm::{erfc, exp};

use crate::state::{Covariance, State};

/// Standard deviations beyond which nothing is counted.
const FAR: f64 = 9.0;
/// Nodes and weights of Gauss and Legendre's rule of order eight on -1..1, the positive half.
const NODES: [(f64, f64); 4] = [
    (0.183_434_642_495_649_8, 0.362_683_783_378_362),
    (0.525_532_409_916_329, 0.313_706_645_877_887_3),
    (0.796_666_477_413_626_7, 0.222_381_034_453_374_48),
    (0.960_289_856_497_536_3, 0.101_228_536_290_376_26),
];

/// A polygon in the plane: rings of corners in metres, in any sense of turning; a ring inside another
/// is a hole (even-odd rule). Rings that cross themselves have no meaning here.
#[derive(Clone, PartialEq, Debug)]
pub struct Zone {
    rings: Vec<Vec<[f64; 2]>>,
    low_m: [f64; 2],
    high_m: [f64; 2],
}

impl Zone {
    /// From rings of corners, metres; a repeated last corner does no harm. `None` when a corner is not
    /// finite or a ring has fewer than three.
    #[must_use]
    pub fn new(rings: Vec<Vec<[f64; 2]>>) -> Option<Self> {
        let sound = |ring: &Vec<[f64; 2]>| {
            ring.len() >= 3 && ring.iter().flatten().all(|part| part.is_finite())
        };
        if rings.is_empty() || !rings.iter().all(sound) {
            return None;
        }
        let corners = || rings.iter().flatten();
        let least = |axis: usize| corners().map(|at| at[axis]).fold(f64::INFINITY, f64::min);
        let most = |axis: usize| corners().map(|at| at[axis]).fold(f64::NEG_INFINITY, f64::max);
        let (low_m, high_m) = ([least(0), least(1)], [most(0), most(1)]);
        // the outer ring turns left and the others right, so that holes take away
        let mut rings = rings;
        for (index, ring) in rings.iter_mut().enumerate() {
            if (turning(ring) > 0.0) != (index == 0) {
                ring.reverse();
            }
        }
        Some(Self { rings, low_m, high_m })
    }

    /// Whether a place is inside.
    #[must_use]
    pub fn holds(&self, at_m: [f64; 2]) -> bool {
        let edges = self.rings.iter().flat_map(|ring| edges(ring));
        edges.fold(false, |inside, (from, to)| {
            let straddles = (from[1] > at_m[1]) != (to[1] > at_m[1]);
            let along = || (at_m[1] - from[1]) / (to[1] - from[1]);
            inside ^ (straddles && at_m[0] < from[0] + along() * (to[0] - from[0]))
        })
    }

    /// Chance that something with this position is inside, to about 1e-6.
    #[must_use]
    pub fn chance(&self, state: &State) -> f64 {
        let spread = state.position;
        let (sdx, sdy) = (spread.xx.sqrt(), spread.yy.sqrt());
        let reach = [FAR * sdx, FAR * sdy];
        let apart = (0..2).any(|axis| {
            state.at_m[axis] + reach[axis] < self.low_m[axis]
                || state.at_m[axis] - reach[axis] > self.high_m[axis]
        });
        if apart {
            return 0.0;
        }
        let Some(whiten) = Whiten::new(spread) else {
            return if self.holds(state.at_m) { 1.0 } else { 0.0 };
        };
        let mut chance = 0.0;
        for (from, to) in self.rings.iter().flat_map(|ring| edges(ring)) {
            chance -= edge(whiten.of(state.miss(from)), whiten.of(state.miss(to)));
        }
        chance.clamp(0.0, 1.0)
    }
}

fn edges(ring: &[[f64; 2]]) -> impl Iterator<Item = ([f64; 2], [f64; 2])> + '_ {
    ring.iter().copied().zip(ring.iter().copied().cycle().skip(1))
}

/// Twice the area, positive when the ring turns left.
fn turning(ring: &[[f64; 2]]) -> f64 {
    edges(ring).map(|(from, to)| from[0] * to[1] - to[0] * from[1]).sum()
}

/// Turns a Gaussian into the standard one (inverse of the Cholesky factor).
struct Whiten {
    x: f64,
    xy: f64,
    y: f64,
}

impl Whiten {
    fn new(spread: Covariance) -> Option<Self> {
        let lx = spread.xx.sqrt();
        let slant = spread.xy / lx;
        let ly = (spread.yy - slant * slant).sqrt();
        let whiten = Self { x: 1.0 / lx, xy: -slant / (lx * ly), y: 1.0 / ly };
        let sound = whiten.x.is_finite() && whiten.xy.is_finite() && whiten.y.is_finite();
        sound.then_some(whiten)
    }
    fn of(&self, [dx, dy]: [f64; 2]) -> [f64; 2] {
        [self.x * dx, self.xy * dx + self.y * dy]
    }
}

/// Integral of `phi(x) Phi(y) dx` along an edge: by Green's theorem, the sum over a ring that turns
/// left is less the chance inside.
fn edge(from: [f64; 2], to: [f64; 2]) -> f64 {
    let (start, end) = within(from[0], to[0], (0.0, 1.0));
    let (low, high) = within(from[1], to[1], (start, end));
    let point =
        |share: f64| [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])];
    // beyond the middle stretch `Phi(y)` is nothing or one
    let plain = |one: f64, other: f64| {
        let above = other > one && point(0.5 * (one + other))[1] > 0.0;
        if above { normal(point(other)[0]) - normal(point(one)[0]) } else { 0.0 }
    };
    if high <= low {
        return plain(start, end);
    }
    plain(start, low) + winding(point(low), point(high)) + plain(high, end)
}

/// The stretch of `range` over which a coordinate going from one value to another is within `FAR`.
fn within(from: f64, to: f64, range: (f64, f64)) -> (f64, f64) {
    let step = to - from;
    if step == 0.0 {
        return if from.abs() <= FAR { range } else { (range.0, range.0) };
    }
    let (one, other) = ((-FAR - from) / step, (FAR - from) / step);
    let (start, end) = (range.0.max(one.min(other)), range.1.min(one.max(other)));
    if end > start { (start, end) } else { (range.0, range.0) }
}

/// The integral by quadrature, in pieces of at most one standard deviation.
fn winding(from: [f64; 2], to: [f64; 2]) -> f64 {
    let (dx, dy) = (to[0] - from[0], to[1] - from[1]);
    let pieces = (libm::hypot(dx, dy).ceil() as usize).max(1);
    let half = 0.5 / pieces as f64;
    let mut sum = 0.0;
    for piece in 0..pieces {
        let middle = half * (2 * piece + 1) as f64;
        for (node, weight) in NODES {
            for share in [middle - half * node, middle + half * node] {
                let (x, y) = (from[0] + share * dx, from[1] + share * dy);
                sum += weight * exp(-0.5 * x * x) * normal(y);
            }
        }
    }
    sum * half * dx / core::f64::consts::TAU.sqrt()
}

/// The standard normal distribution function.
fn normal(x: f64) -> f64 {
    0.5 * erfc(-x / core::f64::consts::SQRT_2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(x: f64, y: f64, xx: f64, xy: f64, yy: f64) -> State {
        State { at_m: [x, y], position: Covariance { xx, xy, yy }, ..State::default() }
    }

    fn square(half: f64) -> Vec<[f64; 2]> {
        vec![[-half, -half], [half, -half], [half, half], [-half, half]]
    }

    #[test]
    fn a_square_holds_what_the_normal_law_says() {
        let zone = Zone::new(vec![square(100.0)]).unwrap();
        let one_side = normal(1.0) - normal(-1.0);
        let chance = zone.chance(&at(0.0, 0.0, 1e4, 0.0, 1e4));
        assert!((chance - one_side * one_side).abs() < 1e-9, "{chance}");
        assert!((zone.chance(&at(100.0, 0.0, 1.0, 0.0, 1.0)) - 0.5).abs() < 1e-9);
        assert!((zone.chance(&at(100.0, 100.0, 1.0, 0.0, 1.0)) - 0.25).abs() < 1e-9);
        assert_eq!(zone.chance(&at(1e5, 0.0, 1.0, 0.0, 1.0)), 0.0);
        assert!((zone.chance(&at(3.0, -7.0, 1e-4, 0.0, 1e-4)) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn a_hole_takes_away_and_sense_does_not_matter() {
        let mut hole = square(50.0);
        let with = |hole: Vec<[f64; 2]>| Zone::new(vec![square(100.0), hole]).unwrap();
        let state = at(10.0, 20.0, 5000.0, 1500.0, 3000.0);
        let whole = Zone::new(vec![square(100.0)]).unwrap().chance(&state);
        let taken = Zone::new(vec![hole.clone()]).unwrap().chance(&state);
        assert!((with(hole.clone()).chance(&state) - (whole - taken)).abs() < 1e-9);
        hole.reverse();
        assert!((with(hole).chance(&state) - (whole - taken)).abs() < 1e-9);
    }

    #[test]
    fn a_slanted_gaussian_agrees_with_counting() {
        let zone = Zone::new(vec![vec![[0.0, 0.0], [300.0, 40.0], [220.0, 260.0], [90.0, 110.0]]])
            .unwrap();
        let state = at(120.0, 60.0, 8000.0, -3000.0, 5000.0);
        let (mut inside, mut total) = (0.0, 0.0);
        for i in 0..600 {
            for j in 0..600 {
                let place = [-500.0 + 2.0 * f64::from(i), -500.0 + 2.0 * f64::from(j)];
                let weight = exp(-0.5 * state.position.distance2(state.miss(place)));
                total += weight;
                inside += if zone.holds(place) { weight } else { 0.0 };
            }
        }
        let chance = zone.chance(&state);
        assert!((chance - inside / total).abs() < 2e-3, "{chance} {}", inside / total);
    }

    #[test]
    fn nonsense_is_no_zone() {
        assert!(Zone::new(vec![]).is_none());
        assert!(Zone::new(vec![vec![[0.0, 0.0], [1.0, 1.0]]]).is_none());
        assert!(Zone::new(vec![vec![[0.0, 0.0], [1.0, f64::NAN], [1.0, 0.0]]]).is_none());
    }
}
