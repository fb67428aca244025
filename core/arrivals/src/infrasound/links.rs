//! Which detections may share a source at all, and which of them are the likeliest to: those whose bearings cross
//! where the ranges suit both times.

use libm::{exp, log};

use super::Heard;
use super::globe::Spot;
use super::propagation::Propagation;

/// Squared misfit of a pair's bearings beyond which it is not looked at: four deviations.
const GATE: f64 = 16.0;
/// A detection is held against so many later ones, the nearest in time, so that a list in which all
/// happens at once costs no more a detection than this many.
const ASKED_MAX: usize = 2_000;
/// Of those that may share its source, so many are kept, the likeliest.
const LINKS_MAX: usize = 128;
/// Of those, so many are judged as pairs.
const JUDGED_MAX: usize = 12;

/// What each detection may share its source with.
pub struct Links {
    /// For each detection, the others, in rising order.
    pub of: Vec<Vec<usize>>,
    /// Pairs worth judging: each detection's likeliest, in rising order.
    pub pairs: Vec<(usize, usize)>,
}

/// What may share a source. `ln_false` is each detection's density as a false alarm, logarithm.
pub fn links(heard: &[Heard], air: &Propagation, ln_false: &[f64]) -> Links {
    let pairs = Pairs::new(heard, air);
    let mut order: Vec<(f64, usize)> = heard
        .iter()
        .enumerate()
        .filter_map(|(at, one)| one.time_s.map(|time_s| (time_s, at)))
        .collect();
    order.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.cmp(&other.1)));
    let span_s = pairs.widest_s();
    let mut likeliest = vec![Vec::new(); heard.len()];
    for (place, (time_s, one)) in order.iter().enumerate() {
        let later = order[place + 1..].iter().take(ASKED_MAX);
        for (_, other) in later.take_while(|(later_s, _)| later_s - time_s <= span_s) {
            let Some(crossing) = pairs.crossing(*one, *other) else { continue };
            let ln_pair = crossing.ln_density(air) - ln_false[*one] - ln_false[*other];
            keep(&mut likeliest[*one], (ln_pair, *other));
            keep(&mut likeliest[*other], (ln_pair, *one));
        }
    }
    likeliest.iter_mut().for_each(cut);
    let both = |most: usize| -> Vec<(usize, usize)> {
        let of = likeliest.iter().enumerate();
        let mut all: Vec<(usize, usize)> = of
            .flat_map(|(one, others)| {
                others.iter().take(most).map(move |(_, other)| (one.min(*other), one.max(*other)))
            })
            .collect();
        all.sort_unstable();
        all.dedup();
        all
    };
    let mut of = vec![Vec::new(); heard.len()];
    for (one, other) in both(LINKS_MAX) {
        of[one].push(other);
        of[other].push(one);
    }
    of.iter_mut().for_each(|others| others.sort_unstable());
    Links { of, pairs: both(JUDGED_MAX) }
}

/// Takes another in, as long as it may be among the likeliest.
fn keep(others: &mut Vec<(f64, usize)>, other: (f64, usize)) {
    others.push(other);
    if others.len() == 2 * LINKS_MAX {
        cut(others);
    }
}

/// The likeliest, in that order.
fn cut(others: &mut Vec<(f64, usize)>) {
    others.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
    others.truncate(LINKS_MAX);
}

/// Where two bearings cross, on a plane.
struct Crossing {
    /// From each array, km.
    range_km: [f64; 2],
    /// Variance of each bearing, square radians.
    variance: [f64; 2],
    /// Under which angle.
    angle: f64,
    /// Squared misfit of bearings that do not meet, over twice their variance.
    misfit: f64,
    /// The first's time less the second's, seconds.
    apart_s: f64,
}

impl Crossing {
    /// Logarithm of the density of both bearings and the difference of times, if they share a source,
    /// times km²: the bearings fix the place, and the times have a law there. Right where they cross
    /// well; elsewhere of the right order.
    fn ln_density(&self, air: &Propagation) -> f64 {
        let [a, b] = self.range_km;
        let spread = |range: f64, variance: f64| range * range * variance;
        let tan = libm::tan(self.angle / 2.0);
        let slow = air.paths[0].mean_s_km * tan;
        let of_place = slow * slow * (spread(a, self.variance[0]) + spread(b, self.variance[1]));
        let own = 2.0 * air.time_error_s * air.time_error_s + of_place;
        let mut density = 0.0;
        for one in &air.paths {
            for other in &air.paths {
                let (wide, narrow) = (one.spread_s_km * a, other.spread_s_km * b);
                let variance = wide * wide + narrow * narrow + own;
                let off = self.apart_s - one.mean_s_km * a + other.mean_s_km * b;
                density += one.share * other.share * exp(-0.5 * off * off / variance)
                    / (core::f64::consts::TAU * variance).sqrt();
            }
        }
        log(a * b / libm::sin(self.angle)) + log(density.max(1e-30)) - self.misfit
    }
}

struct Pairs<'a> {
    heard: &'a [Heard],
    air: &'a Propagation,
    spots: Vec<Spot>,
    /// Variance of each bearing, its deviation taken rather too wide, square radians.
    variances: Vec<f64>,
}

impl<'a> Pairs<'a> {
    fn new(heard: &'a [Heard], air: &'a Propagation) -> Self {
        let wide = air.deviation_deg * libm::exp(0.5 * air.deviation_doubt);
        let variance = |one: &Heard| {
            let degrees = one.error_deg * one.error_deg + wide * wide;
            degrees * (core::f64::consts::PI / 180.0) * (core::f64::consts::PI / 180.0)
        };
        let spots = heard.iter().map(|one| Spot::new(one.lat_deg, one.lon_deg)).collect();
        Self { heard, air, spots, variances: heard.iter().map(variance).collect() }
    }

    /// The longest difference of times that two detections of one source can have: over the arrays'
    /// distance, plus what the slowest and fastest way differ by at the farthest range.
    fn widest_s(&self) -> f64 {
        let (fastest, slowest) = self.air.limits_s_km();
        let Some(middle) = Spot::middle(&self.spots) else { return 0.0 };
        let radius = self.spots.iter().map(|spot| middle.to(spot).0).fold(0.0, f64::max);
        2.0 * radius * slowest + self.air.range_max_km * (slowest - fastest)
    }

    /// Where two detections' bearings cross, if they do, or nearly, at a place whose ranges suit their
    /// times.
    fn crossing(&self, one: usize, other: usize) -> Option<Crossing> {
        let (a, b) = (&self.heard[one], &self.heard[other]);
        if a.array == b.array {
            return None;
        }
        let apart_s = a.time_s? - b.time_s?;
        let (apart_km, bearing) = self.spots[one].to(&self.spots[other]);
        // On a plane a difference of ranges is never more than the distance between the arrays.
        let (fastest, slowest) = self.air.limits_s_km();
        let most = apart_km * slowest + self.air.range_max_km * (slowest - fastest);
        if apart_s.abs() > most {
            return None;
        }
        let back = self.spots[other].to(&self.spots[one]).1;
        let inner_a = turned(a.back_azimuth_deg.to_radians() - bearing);
        let inner_b = turned(back - b.back_azimuth_deg.to_radians());
        let variance = [self.variances[one], self.variances[other]];
        let both = variance[0] + variance[1];
        let gate = (GATE * both).sqrt();
        // Both rays must run to one side, or nearly along the line between the arrays.
        let (low, high) = (inner_a.abs().min(inner_b.abs()), inner_a.abs() + inner_b.abs());
        let crosses = inner_a * inner_b >= 0.0;
        if !(crosses || low <= gate) || high > core::f64::consts::PI + gate {
            return None;
        }
        // No angle of the triangle is known to be smaller than its error.
        let least = both.sqrt();
        let angle = (core::f64::consts::PI - high).clamp(least, core::f64::consts::PI - least);
        let range = |opposite: f64| {
            let opposite = opposite.abs().clamp(least, core::f64::consts::PI - least);
            let range_km = apart_km.max(1.0) * libm::sin(opposite) / libm::sin(angle);
            range_km.min(self.air.range_max_km)
        };
        let beyond = (high - core::f64::consts::PI).max(if crosses { 0.0 } else { low });
        let misfit = beyond * beyond / (2.0 * both);
        let range_km = [range(inner_b), range(inner_a)];
        Some(Crossing { range_km, variance, angle, misfit, apart_s })
    }
}

/// An angle brought to -pi to pi.
fn turned(angle: f64) -> f64 {
    let turns = libm::round(angle / (2.0 * core::f64::consts::PI));
    angle - turns * 2.0 * core::f64::consts::PI
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Arrays 400 km apart hear one source where their bearings cross, and one of them a hundred times
    /// something else from everywhere.
    #[test]
    fn those_that_cross_in_time_are_the_likeliest() {
        let air = Propagation::default();
        let [west, east, source] =
            [(48.0, 30.0), (48.0, 35.4), (50.0, 32.5)].map(|(lat, lon)| Spot::new(lat, lon));
        let heard = |array: u32, spot: &Spot, towards_deg: f64, time_s: f64| {
            let (lat_deg, lon_deg) = spot.degrees();
            let back_azimuth_deg = towards_deg;
            Heard {
                array,
                lat_deg,
                lon_deg,
                time_s: Some(time_s),
                back_azimuth_deg,
                error_deg: 2.0,
            }
        };
        let of_source = |array: u32, spot: &Spot| {
            let (range_km, bearing) = spot.to(&source);
            heard(array, spot, bearing.to_degrees(), range_km / 0.293)
        };
        let mut list = vec![of_source(0, &west), of_source(1, &east)];
        list.extend((0..100).map(|number| {
            let time_s = 900.0 + f64::from(number * 37 % 100) * 20.0;
            heard(1, &east, f64::from(number) * 3.6, time_s)
        }));
        let links = links(&list, &air, &vec![-8.0; list.len()]);
        assert!(links.pairs.contains(&(0, 1)));
        assert!(links.of[0].len() > JUDGED_MAX && links.of[0].contains(&1));
        // Each of the hundred has the first alone to pair with; the first has its likeliest.
        assert_eq!(links.of[1], [0]);
    }
}
