//! Whether sound came from a point, from along a line, or from all over a volume.
//!
//! A body faster than sound drags a cone over the network: t = t0 + x/v + √(1/c² - 1/v²) · √(y² + h²),
//! with x along its track and y across (Whitham 1952; Ishihara and others 2003 locate meteors so).
//! A point gives t0 + r/c. Thunder comes from kilometres of channel: a point with seconds of
//! scatter. Each is fitted by least squares; the evidence is the likelihood at the best fit less
//! half a log count for each number fitted (Schwarz 1978).

use libm::{cos, exp, log, sin, sqrt};

use crate::gauss::log_sum;

/// An arrival of sound at one sensor, in any flat frame.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct SoundArrival {
    /// East of any origin, metres.
    pub east_m: f64,
    /// North of it, metres.
    pub north_m: f64,
    /// After any moment, seconds.
    pub time_s: f64,
    /// One standard deviation, seconds.
    pub sigma_s: f64,
}

/// Fewer arrivals than this tell nothing: the line alone has five numbers.
pub const ARRIVALS_MIN: usize = 8;
/// More than these tell no more of the source's shape: of a longer list, these many are taken
/// evenly from first to last.
const ARRIVALS_MAX: usize = 40;
/// Speed of sound and one standard deviation of it and of each component of the wind, m/s.
const SOUND: (f64, f64, f64) = (340.0, 12.0, 8.0);
/// Share of the way's time by which turbulence shifts an arrival.
const TURBULENCE: f64 = 0.002;
/// Scatter of a source that fills a volume, seconds.
const SCATTERS_S: [f64; 3] = [0.5, 2.0, 8.0];
/// Mach number of a body that falls or flies faster than sound: middle and factor.
const MACH: (f64, f64) = (3.0, 3.0);
/// Height of a body that booms: middle and factor, metres.
const HEIGHT: (f64, f64) = (12_000.0, 2.5);
/// Rounds of the fit.
const ROUNDS: usize = 30;
/// Numbers fitted at most.
const MOST: usize = 6;

/// The log Bayes factor of a source that moves or fills a volume over a point; none with fewer
/// than [`ARRIVALS_MIN`] good arrivals. The order of the arrivals does not matter.
#[must_use]
pub fn line_log(arrivals: &[SoundArrival]) -> Option<f64> {
    let mut sorted: Vec<SoundArrival> = arrivals
        .iter()
        .copied()
        .filter(|one| {
            let all = [one.east_m, one.north_m, one.time_s, one.sigma_s];
            all.iter().all(|value| value.is_finite()) && one.sigma_s >= 0.0
        })
        .collect();
    if sorted.len() < ARRIVALS_MIN {
        return None;
    }
    sorted.sort_by(|one, other| {
        let key = |of: &SoundArrival| [of.time_s, of.east_m, of.north_m, of.sigma_s];
        let pairs = key(one).into_iter().zip(key(other));
        pairs
            .map(|(a, b)| a.total_cmp(&b))
            .find(|order| order.is_ne())
            .unwrap_or(std::cmp::Ordering::Equal)
    });
    let centred = centred(thinned(sorted));
    let point = point_of(&centred, 0.0);
    let volumes = SCATTERS_S.map(|scatter| point_of(&centred, scatter) - log(3.0));
    let moves = log_sum(volumes.into_iter().chain([line(&centred)])) - log(2.0);
    Some(moves - point)
}

fn thinned(arrivals: Vec<SoundArrival>) -> Vec<SoundArrival> {
    let count = arrivals.len();
    if count <= ARRIVALS_MAX {
        return arrivals;
    }
    let kept = (0..ARRIVALS_MAX).map(|index| index * (count - 1) / (ARRIVALS_MAX - 1));
    kept.filter_map(|index| arrivals.get(index).copied()).collect()
}

/// Distances from the middle of the sensors, times from the first arrival.
fn centred(mut arrivals: Vec<SoundArrival>) -> Vec<SoundArrival> {
    let count = arrivals.len() as f64;
    let east = arrivals.iter().map(|one| one.east_m).sum::<f64>() / count;
    let north = arrivals.iter().map(|one| one.north_m).sum::<f64>() / count;
    let first = arrivals.first().map_or(0.0, |one| one.time_s);
    for one in &mut arrivals {
        one.east_m -= east;
        one.north_m -= north;
        one.time_s -= first;
        one.sigma_s = one.sigma_s.max(0.002);
    }
    arrivals
}

type Numbers = [f64; MOST];

/// One kind of source: predicted time and time under way at a sensor, and what is assumed of its
/// numbers (middle, standard deviation).
struct Kind<'a> {
    arrivals: &'a [SoundArrival],
    scatter_s: f64,
    time: fn(&Numbers, &SoundArrival) -> (f64, f64),
    prior: [(f64, f64); MOST],
}

/// Numbers: east, north (tens of km), start, speed of sound, wind east, wind north.
fn point_of(arrivals: &[SoundArrival], scatter_s: f64) -> f64 {
    let kind = Kind {
        arrivals,
        scatter_s,
        time: point_time,
        prior: [
            (0.0, 40_000.0),
            (0.0, 40_000.0),
            (0.0, 120.0),
            (SOUND.0, SOUND.1),
            (0.0, SOUND.2),
            (0.0, SOUND.2),
        ],
    };
    let reach = reach_m(arrivals);
    let starts = [(0.0, 0.0), (1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0)];
    let first = arrivals.first().map_or((0.0, 0.0), |one| (one.east_m, one.north_m));
    let spots = starts.into_iter().map(|(e, n)| (e * reach, n * reach)).chain([first]);
    kind.evidence(spots.map(|(east, north)| [east, north, 0.0, SOUND.0, 0.0, 0.0]))
}

fn point_time(of: &Numbers, at: &SoundArrival) -> (f64, f64) {
    let [east, north, start, sound, wind_east, wind_north] = *of;
    let (de, dn) = (at.east_m - east, at.north_m - north);
    let range = libm::hypot(de, dn).max(1.0);
    let speed = (sound + (wind_east * de + wind_north * dn) / range).clamp(200.0, 500.0);
    (start + range / speed, range / speed)
}

/// Numbers: direction of flight, log Mach number less one, log height, distance across of the
/// track from the middle, start, speed of sound.
fn line(arrivals: &[SoundArrival]) -> f64 {
    let kind = Kind {
        arrivals,
        scatter_s: 0.0,
        time: line_time,
        prior: [
            (0.0, 100.0),
            (log(MACH.0 - 1.0), log(MACH.1)),
            (log(HEIGHT.0), log(HEIGHT.1)),
            (0.0, 40_000.0),
            (0.0, 120.0),
            (SOUND.0 - 20.0, SOUND.1),
        ],
    };
    let directions = (0..8).map(|eighth| f64::from(eighth) * std::f64::consts::FRAC_PI_4);
    let starts = directions.flat_map(|direction| {
        [0.0, 2.0].map(|mach| [direction, mach, log(HEIGHT.0), 0.0, 0.0, SOUND.0 - 20.0])
    });
    // The direction has no better prior than all around.
    kind.evidence(starts) + log(100.0 / sqrt(std::f64::consts::TAU))
}

fn line_time(of: &Numbers, at: &SoundArrival) -> (f64, f64) {
    let [direction, mach, height, across, start, sound] = *of;
    let sound = sound.clamp(250.0, 400.0);
    let speed = sound * (1.0 + exp(mach.clamp(-5.0, 5.0)));
    let height = exp(height.clamp(4.0, 12.0));
    let (east, north) = (sin(direction), cos(direction));
    let x = at.east_m * east + at.north_m * north;
    let y = at.east_m * north - at.north_m * east - across;
    let slow = sqrt((1.0 / (sound * sound) - 1.0 / (speed * speed)).max(0.0));
    let down = slow * libm::hypot(y, height);
    (start + x / speed + down, down)
}

fn reach_m(arrivals: &[SoundArrival]) -> f64 {
    let far = arrivals.iter().map(|one| libm::hypot(one.east_m, one.north_m));
    far.fold(1_000.0, f64::max)
}

impl Kind<'_> {
    /// The evidence of the best of the fits that begin at `starts`. A start's clock number is set
    /// so that the middle residual is nought.
    fn evidence(&self, starts: impl Iterator<Item = Numbers>) -> f64 {
        let clock = if self.prior[2].1 == 120.0 { 2 } else { 4 };
        let fitted = starts.map(|mut start| {
            let mut gaps: Vec<f64> =
                self.arrivals.iter().map(|one| one.time_s - (self.time)(&start, one).0).collect();
            gaps.sort_by(f64::total_cmp);
            start[clock] += gaps.get(gaps.len() / 2).copied().unwrap_or(0.0);
            self.fit(start)
        });
        let best = fitted.fold(f64::INFINITY, f64::min);
        -best - MOST as f64 / 2.0 * log(self.arrivals.len() as f64)
    }

    /// Minus the log likelihood. Student's t with four degrees of freedom: a few arrivals are of
    /// something else.
    fn cost(&self, of: &Numbers) -> f64 {
        let misfits = self.arrivals.iter().map(|one| {
            let (time, way) = (self.time)(of, one);
            let sigma = self.sigma(one, way);
            let z = (one.time_s - time) / sigma;
            2.5 * log(1.0 + z * z / 4.0) + log(sigma)
        });
        let priors = of.iter().zip(self.prior).map(|(value, (middle, sigma))| {
            let z = (value - middle) / sigma;
            z * z / 2.0
        });
        misfits.sum::<f64>() + priors.sum::<f64>()
    }

    fn sigma(&self, one: &SoundArrival, way_s: f64) -> f64 {
        let turbulence = TURBULENCE * way_s;
        sqrt(one.sigma_s * one.sigma_s + turbulence * turbulence + self.scatter_s * self.scatter_s)
    }

    /// Levenberg and Marquardt, reweighted for the tails; gives the cost at the end.
    fn fit(&self, start: Numbers) -> f64 {
        let (mut at, mut cost, mut damping) = (start, self.cost(&start), 1e-3);
        for _ in 0..ROUNDS {
            let (normal, slope) = self.normal(&at);
            let Some(step) = solve(&normal, &slope, damping) else { break };
            let mut next = at;
            next.iter_mut().zip(step).for_each(|(value, change)| *value += change);
            let reached = self.cost(&next);
            if reached < cost {
                let gained = cost - reached;
                (at, cost, damping) = (next, reached, (damping / 5.0).max(1e-9));
                if gained < 1e-4 {
                    break;
                }
            } else {
                damping *= 8.0;
                if damping > 1e8 {
                    break;
                }
            }
        }
        cost
    }

    /// The normal equations at `of`, by differences.
    fn normal(&self, of: &Numbers) -> ([Numbers; MOST], Numbers) {
        let (mut normal, mut slope) = ([[0.0; MOST]; MOST], [0.0; MOST]);
        for one in self.arrivals {
            let (time, way) = (self.time)(of, one);
            let sigma = self.sigma(one, way);
            let gap = one.time_s - time;
            let weight = 5.0 / (4.0 + (gap / sigma) * (gap / sigma)) / (sigma * sigma);
            let mut row = [0.0; MOST];
            for (index, cell) in row.iter_mut().enumerate() {
                let step = 1e-4 * self.prior[index].1.min(1_000.0);
                let mut moved = *of;
                moved[index] += step;
                *cell = ((self.time)(&moved, one).0 - time) / step;
            }
            for (r, line) in normal.iter_mut().enumerate() {
                slope[r] += weight * row[r] * gap;
                line.iter_mut().zip(row).for_each(|(cell, other)| *cell += weight * row[r] * other);
            }
        }
        for index in 0..MOST {
            let (middle, sigma) = self.prior[index];
            normal[index][index] += 1.0 / (sigma * sigma);
            slope[index] += (middle - of[index]) / (sigma * sigma);
        }
        (normal, slope)
    }
}

/// Solves the damped normal equations by Cholesky's method; none when they are not positive.
fn solve(normal: &[Numbers; MOST], slope: &Numbers, damping: f64) -> Option<Numbers> {
    let mut lower = [[0.0; MOST]; MOST];
    for row in 0..MOST {
        for column in 0..=row {
            let mut sum = normal[row][column];
            if row == column {
                sum *= 1.0 + damping;
            }
            let (mine, its) = (lower[row], lower[column]);
            sum -= mine.iter().zip(its).take(column).map(|(a, b)| a * b).sum::<f64>();
            lower[row][column] = if row == column {
                if sum.is_nan() || sum <= 0.0 {
                    return None;
                }
                sqrt(sum)
            } else {
                sum / lower[column][column]
            };
        }
    }
    let mut half = [0.0; MOST];
    for row in 0..MOST {
        let known: f64 = (0..row).map(|k| lower[row][k] * half[k]).sum();
        half[row] = (slope[row] - known) / lower[row][row];
    }
    let mut full = [0.0; MOST];
    for row in (0..MOST).rev() {
        let known: f64 = (row + 1..MOST).map(|k| lower[k][row] * full[k]).sum();
        full[row] = (half[row] - known) / lower[row][row];
    }
    Some(full)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Twelve sensors over 20 km, times by `time`, with deterministic jitter of about `sigma_s`.
    fn network(sigma_s: f64, time: impl Fn(f64, f64) -> f64) -> Vec<SoundArrival> {
        (0..12)
            .map(|index| {
                let east_m =
                    6_000.0 * f64::from(index % 4) - 9_000.0 + 700.0 * f64::from(index / 4);
                let north_m =
                    7_000.0 * f64::from(index / 4) - 7_000.0 - 900.0 * f64::from(index % 3);
                let jitter = sin(f64::from(index * index) * 1.7) * sigma_s;
                SoundArrival { east_m, north_m, time_s: time(east_m, north_m) + jitter, sigma_s }
            })
            .collect()
    }

    #[test]
    fn a_charge_is_a_point_and_a_cone_is_not() {
        let charge =
            network(0.03, |east, north| libm::hypot(east - 3_000.0, north + 2_000.0) / 333.0);
        assert!(line_log(&charge).unwrap() < -2.0, "{:?}", line_log(&charge));
        let slow = sqrt(1.0 / (320.0 * 320.0) - 1.0 / (800.0_f64 * 800.0));
        let cone = network(0.03, |east, north| {
            east / 800.0 + slow * libm::hypot(north - 4_000.0, 11_000.0)
        });
        assert!(line_log(&cone).unwrap() > 2.0, "{:?}", line_log(&cone));
    }

    #[test]
    fn thunder_fills_a_volume() {
        let thunder = network(0.03, |east, north| {
            libm::hypot(east - 3_000.0, north + 2_000.0) / 333.0 + 2.5 * sin(east * 0.9 + north)
        });
        assert!(line_log(&thunder).unwrap() > 4.0);
    }

    #[test]
    fn too_few_or_broken_arrivals_say_nothing() {
        let few = network(0.03, |east, _| east / 340.0);
        assert_eq!(line_log(&few[..7]), None);
        let broken = few.iter().map(|one| SoundArrival { time_s: f64::NAN, ..*one });
        assert_eq!(line_log(&broken.collect::<Vec<_>>()), None);
    }
}
