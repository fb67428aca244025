//! How much likelier an incident is for those around it: salvos, volleys, aftershocks.
//!
//! A self-exciting process: each incident may be followed by others near it, on top of a background that is
//! even in place and time. How soon, how near and how many is learned from the list itself, without a form
//! laid down for it (Marsan and Lengliné 2008, "Extending earthquakes' reach through cascading", Science 319,
//! 1076-1079): each incident is shared out between the background and those before it, and the shares, counted
//! by lag and by distance, tell the next round how to share. Where nothing follows, nothing changes.

use core::f64::consts::PI;

/// Lags told apart, each longer by half than the one before, up to `LAG_MAX_S`; the first from zero.
const LAGS: usize = 16;
const LAG_MAX_S: f64 = 128.0;
/// Rings of distance told apart, in the same steps, up to this part of how far a source is heard.
const RINGS: usize = 12;
const REACH_PART: f64 = 0.25;
const STEP: f64 = 1.5;
/// Rounds of sharing out; the shares hardly move after these.
const ROUNDS: usize = 12;
/// Followers of the prior guess in every lag and in every ring.
const PRIOR_FOLLOWERS: f64 = 0.5;
/// Share of incidents that follow others, before anything is learned.
const PRIOR_SHARE: f64 = 0.1;
/// Fewer incidents than this teach nothing about what follows.
const LEARNED_FROM: usize = 20;

/// An incident beyond doubt, and how many were to be expected where and when it was.
#[derive(Clone, Copy, Debug)]
struct Known {
    cell: [i32; 2],
    time_s: f64,
    place_km: [f64; 2],
    id: u32,
    expected: f64,
}

/// Background and followers.
#[derive(Clone, Debug)]
pub struct Following {
    /// Share of followers by lag, 1/s.
    by_lag: [f64; LAGS],
    /// Share of followers by distance, 1/km^2.
    by_ring: [f64; RINGS],
    /// Followers of an incident, on average.
    followers: f64,
    /// Share of incidents that follow none.
    background: f64,
    /// Incidents a second and km^2, if they were spread evenly.
    rate: f64,
    reach_km: f64,
    /// In order of cell, then time.
    known: Vec<Known>,
}

/// One that may follow another: its place in the list, bins of lag and distance.
struct Pair {
    to: usize,
    lag: usize,
    ring: usize,
}

impl Following {
    /// Learns from incidents beyond doubt, each `[time_s, x_km, y_km]` with its number in the list; `rate` is their
    /// number a second and km^2 spread evenly, `heard_km` how far one is heard. Nothing where too few are known, or none follow.
    #[must_use]
    pub fn learn(sure: &[(u32, [f64; 3])], rate: f64, heard_km: f64) -> Option<Self> {
        if sure.len() < LEARNED_FROM {
            return None;
        }
        let mut following = Self::broad(rate, REACH_PART * heard_km);
        following.known = sure.iter().map(|&(id, at)| following.known_as(id, at)).collect();
        following.known.sort_unstable_by(|a, b| {
            a.cell.cmp(&b.cell).then(a.time_s.total_cmp(&b.time_s)).then(a.id.cmp(&b.id))
        });
        let pairs = following.pairs();
        following.expect(&pairs);
        for _ in 0..ROUNDS {
            following.share_out(&pairs);
            following.expect(&pairs);
        }
        following.tells().then_some(following)
    }

    /// Whether what was learned explains the list better than chance would let so many parameters do (Schwarz
    /// 1978, "Estimating the dimension of a model", Ann. Stat. 6, 461-464).
    fn tells(&self) -> bool {
        let gain = |known: &Known| libm::log(known.expected / self.rate);
        let parameters = (LAGS + RINGS) as f64;
        let by_chance = 0.5 * parameters * libm::log(self.known.len() as f64);
        self.known.iter().map(gain).sum::<f64>() > by_chance
    }

    /// Log of how much likelier an incident is here and now for those around it than if all were spread evenly.
    ///
    /// Its own rate given those before it, and what it adds to the rates of those after: the likelihood of a
    /// self-exciting process with it over that without it (Daley and Vere-Jones 2003, "An introduction to the
    /// theory of point processes", proposition 7.2.III). `id` is its own number: it is not its own neighbour.
    #[must_use]
    pub fn log_ratio(&self, at: [f64; 3], id: u32) -> f64 {
        let here = self.known_as(id, at);
        let floor = self.background * self.rate;
        let (mut expected, mut after) = (floor, 0.0);
        let counted = self.near(&here).any(|other| self.known[other].id == id);
        for other in self.near(&here).map(|other| &self.known[other]) {
            if other.id == id {
                continue;
            }
            let Some((lag, ring, follows)) = self.bins(&here, other) else { continue };
            let density = self.density(lag, ring);
            if follows {
                let without = if counted { other.expected - density } else { other.expected };
                after += libm::log1p(density / without.max(floor));
            } else {
                expected += density;
            }
        }
        libm::log(expected / self.rate) + after - self.followers
    }

    fn broad(rate: f64, reach_km: f64) -> Self {
        let mut following = Self {
            by_lag: [0.0; LAGS],
            by_ring: [0.0; RINGS],
            followers: PRIOR_SHARE,
            background: 1.0 - PRIOR_SHARE,
            rate,
            reach_km,
            known: Vec::new(),
        };
        following.spread([1.0; LAGS], [1.0; RINGS]);
        following
    }

    /// Densities from followers counted by lag and by ring.
    fn spread(&mut self, lags: [f64; LAGS], rings: [f64; RINGS]) {
        let (all, around): (f64, f64) = (lags.iter().sum(), rings.iter().sum());
        for (lag, count) in lags.into_iter().enumerate() {
            let [from_s, until_s] = edges(lag, LAGS, LAG_MAX_S);
            self.by_lag[lag] = count / (all * (until_s - from_s));
        }
        for (ring, count) in rings.into_iter().enumerate() {
            let [from_km, until_km] = edges(ring, RINGS, self.reach_km);
            self.by_ring[ring] = count / (around * PI * (until_km * until_km - from_km * from_km));
        }
    }

    /// Every one that may follow another.
    fn pairs(&self) -> Vec<Pair> {
        let mut pairs = Vec::new();
        for (from, known) in self.known.iter().enumerate() {
            for to in self.near(known).filter(|&to| to != from) {
                if let Some((lag, ring, true)) = self.bins(known, &self.known[to]) {
                    pairs.push(Pair { to, lag, ring });
                }
            }
        }
        pairs
    }

    /// How many were to be expected where and when each of the known was, 1/(s km^2).
    fn expect(&mut self, pairs: &[Pair]) {
        let floor = self.background * self.rate;
        self.known.iter_mut().for_each(|known| known.expected = floor);
        for pair in pairs {
            self.known[pair.to].expected += self.density(pair.lag, pair.ring);
        }
    }

    /// Shares each incident out between the background and those before it, and counts the shares.
    fn share_out(&mut self, pairs: &[Pair]) {
        let (mut lags, mut rings) = ([PRIOR_FOLLOWERS; LAGS], [PRIOR_FOLLOWERS; RINGS]);
        let mut followers = 0.0;
        for pair in pairs {
            let share = self.density(pair.lag, pair.ring) / self.known[pair.to].expected;
            lags[pair.lag] += share;
            rings[pair.ring] += share;
            followers += share;
        }
        self.followers = followers / self.known.len() as f64;
        self.background = (1.0 - self.followers).max(0.01);
        self.spread(lags, rings);
    }

    /// Followers of one a second and km^2, at a lag and distance from it.
    fn density(&self, lag: usize, ring: usize) -> f64 {
        self.followers * self.by_lag[lag] * self.by_ring[ring]
    }

    fn known_as(&self, id: u32, [time_s, x_km, y_km]: [f64; 3]) -> Known {
        let cell = [x_km, y_km].map(|km| libm::floor(km / self.reach_km) as i32);
        Known { cell, time_s, place_km: [x_km, y_km], id, expected: 0.0 }
    }

    /// Places in the list of those in the cells around one, within the longest lag before and after it.
    fn near(&self, of: &Known) -> impl Iterator<Item = usize> {
        let from = |known: &Known, cell: [i32; 2], time_s: f64| {
            (known.cell, known.time_s)
                .partial_cmp(&(cell, time_s))
                .is_some_and(core::cmp::Ordering::is_lt)
        };
        let ([x, y], time_s) = (of.cell, of.time_s);
        let cells = (-1..=1).flat_map(move |dx| (-1..=1).map(move |dy| [x + dx, y + dy]));
        cells.flat_map(move |cell| {
            let first = self.known.partition_point(|known| from(known, cell, time_s - LAG_MAX_S));
            let last = self.known.partition_point(|known| from(known, cell, time_s + LAG_MAX_S));
            first..last
        })
    }

    /// Lag and ring of another incident, and whether it comes after; nothing where it is too far.
    fn bins(&self, here: &Known, other: &Known) -> Option<(usize, usize, bool)> {
        let lag_s = other.time_s - here.time_s;
        let [dx, dy] = [0, 1].map(|axis| other.place_km[axis] - here.place_km[axis]);
        let lag = bin(lag_s.abs(), LAGS, LAG_MAX_S)?;
        let ring = bin((dx * dx + dy * dy).sqrt(), RINGS, self.reach_km)?;
        Some((lag, ring, (lag_s, other.id) > (0.0, here.id)))
    }
}

/// The bin of a value, the last of `count` ending at `end`.
fn bin(value: f64, count: usize, end: f64) -> Option<usize> {
    let from_end = libm::floor(libm::log(end / value.max(1e-9)) / libm::log(STEP));
    (value < end).then(|| (count - 1).saturating_sub(from_end as usize))
}

/// Where a bin begins and ends.
fn edges(bin: usize, count: usize, end: f64) -> [f64; 2] {
    let edge = |at: usize| end * libm::pow(STEP, at as f64 - count as f64);
    [if bin == 0 { 0.0 } else { edge(bin) }, edge(bin + 1)]
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEARD_KM: f64 = 8.0;

    /// Even in place and time, without dice: additive recurrences of irrational steps.
    fn even(count: u32) -> Vec<(u32, [f64; 3])> {
        let part = |at: f64, step: f64| (at * step).fract();
        (0..count)
            .map(|id| {
                let at = f64::from(id);
                let place = [part(at, 0.754_877_67) * 100.0, part(at, 0.569_840_29) * 100.0];
                (id, [part(at, 0.671_043_61) * 36_000.0, place[0], place[1]])
            })
            .collect()
    }

    fn salvos() -> Vec<(u32, [f64; 3])> {
        let mut sure = even(400);
        for salvo in 0..100 {
            let [time_s, x_km, y_km] = sure[salvo as usize * 4].1;
            for shot in 1..4 {
                let shift_km = 0.05 * f64::from(shot);
                let at = [time_s + 9.0 * f64::from(shot), x_km + shift_km, y_km - shift_km];
                sure.push((1_000 + 3 * salvo + shot, at));
            }
        }
        sure
    }

    fn rate(count: usize) -> f64 {
        count as f64 / (36_000.0 * 100.0 * 100.0)
    }

    #[test]
    fn where_nothing_follows_nothing_changes() {
        let sure = even(2_000);
        assert!(Following::learn(&sure, rate(sure.len()), HEARD_KM).is_none());
    }

    #[test]
    fn a_shot_of_a_salvo_is_likelier_and_one_elsewhere_is_not() {
        let sure = salvos();
        let following = Following::learn(&sure, rate(sure.len()), HEARD_KM).expect("enough");
        let [time_s, x_km, y_km] = sure[0].1;
        let next = following.log_ratio([time_s + 36.0, x_km + 0.1, y_km], NEW);
        let beside = following.log_ratio([time_s + 36.0, x_km + 1.2, y_km - 1.2], NEW);
        let soon = following.log_ratio([time_s + 2.0, x_km + 0.1, y_km], NEW);
        assert!(next > 5.0 && beside < next - 4.0 && soon < next - 3.0, "{next} {beside} {soon}");
    }

    const NEW: u32 = u32::MAX;

    #[test]
    fn the_order_of_the_list_says_nothing() {
        let sure = salvos();
        let backwards: Vec<_> = sure.iter().rev().copied().collect();
        let one = Following::learn(&sure, rate(700), HEARD_KM).expect("enough");
        let other = Following::learn(&backwards, rate(700), HEARD_KM).expect("enough");
        for (id, at) in sure {
            assert_eq!(one.log_ratio(at, id), other.log_ratio(at, id));
        }
    }
}
