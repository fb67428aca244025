//! What the search believes about sensors and sources; begun broad, sharpened from the data.

use crate::matrix::Vector;
use crate::medium::Medium;
use crate::station::{Network, Station};

/// Sizes of source told apart, by how far they are heard.
pub const SIZES: usize = 16;
/// Steps of distance in the tables.
const BINS: usize = 128;

/// Everything learned, with how far it is heard in tables.
#[derive(Clone, Debug)]
pub struct Model {
    /// Variance of an onset, by phase, s^2.
    pub onset_variance: Vec<f64>,
    /// Variance of a travel time over its square, by phase.
    pub path_variance: Vec<f64>,
    /// Extra variance by channel, of a station whose time or place is stated not to be exact, s^2.
    pub station_variance: Vec<f64>,
    /// Mean residual of a station that has one, s; taken off before use.
    pub station_bias_s: Vec<f64>,
    /// Log of false arrivals a second, by channel.
    pub log_false_rate: Vec<f64>,
    /// How many times the usual density codas of incidents add to false arrivals where each pick
    /// is; empty where codas are not looked for.
    pub coda: Vec<f64>,
    /// Arrivals up to this instant are here, on the clock of the picks; later ones are not missed.
    pub heard_until_s: f64,
    /// Log of incidents per second and km^2 (and km of depth).
    pub log_rate: f64,
    /// The chance of being noticed.
    pub detection: Detection,
}

/// The chance that a station notices a source, by distance and size of source.
///
/// `p(d | r) = p0 / (1 + exp((d - r) / (w r)))` with `r` the range of the source; the share of
/// sources of each range is learned, and the range of an incident is summed out.
#[derive(Clone, Debug)]
pub struct Detection {
    /// Chance close by, by phase.
    pub near: Vec<f64>,
    /// Width of the fall over the range.
    pub width: f64,
    /// Ranges, km, rising.
    pub ranges_km: [f64; SIZES],
    /// Share of incidents of each range.
    pub shares: [f64; SIZES],
    /// Farther than this nobody hears anything, km.
    pub reach_km: f64,
    bins_per_km: f64,
    chances: Vec<[f64; SIZES]>,
    hit: Vec<[f64; SIZES]>,
    miss: Vec<[f64; SIZES]>,
    log_odds: Vec<f64>,
}

/// The chance below which a station is taken to be out of reach.
const REACH_CHANCE: f64 = 0.003;
/// No chance in the tables is nearer to 0 or 1 than this.
const CHANCE_MIN: f64 = 1e-4;

impl Detection {
    /// Sources of ranges between two distances, most of them about `range_km`.
    #[must_use]
    pub fn broad(phases: usize, range_km: f64, span: (f64, f64)) -> Self {
        let (low, high) = span;
        let step = libm::log(high / low) / (SIZES as f64 - 1.0);
        let mut ranges_km = [0.0; SIZES];
        let mut shares = [0.0; SIZES];
        for size in 0..SIZES {
            let ratio = low * libm::exp(step * size as f64);
            ranges_km[size] = range_km * ratio;
            let far = libm::log(ratio) / 0.25;
            shares[size] = libm::exp(-0.5 * far * far) + 0.02;
        }
        let mut detection = Self {
            near: vec![0.8; phases],
            width: 0.1,
            ranges_km,
            shares,
            reach_km: 0.0,
            bins_per_km: 0.0,
            chances: Vec::new(),
            hit: Vec::new(),
            miss: Vec::new(),
            log_odds: Vec::new(),
        };
        detection.tabulate();
        detection
    }

    /// Makes the tables again after a change of shares, chance or width.
    pub fn tabulate(&mut self) {
        let sum: f64 = self.shares.iter().sum();
        self.shares.iter_mut().for_each(|share| *share /= sum);
        let farthest = self.ranges_km[SIZES - 1] * (1.0 + 6.0 * self.width);
        self.bins_per_km = BINS as f64 / farthest;
        let phases = self.near.len();
        self.chances = vec![[0.0; SIZES]; phases * BINS];
        self.hit = vec![[0.0; SIZES]; phases * BINS];
        self.miss = vec![[0.0; SIZES]; phases * BINS];
        self.log_odds = vec![0.0; phases * BINS];
        self.reach_km = 0.0;
        for place in 0..phases {
            for bin in 0..BINS {
                let distance_km = (bin as f64 + 0.5) / self.bins_per_km;
                let mut mean = 0.0;
                for size in 0..SIZES {
                    let chance = self.chance(place, distance_km, size);
                    mean += self.shares[size] * chance;
                    let held = chance.clamp(CHANCE_MIN, 1.0 - CHANCE_MIN);
                    self.chances[place * BINS + bin][size] = chance;
                    self.hit[place * BINS + bin][size] = libm::log(held);
                    self.miss[place * BINS + bin][size] = libm::log(1.0 - chance.min(0.999));
                }
                if mean > REACH_CHANCE {
                    self.reach_km = self.reach_km.max((bin + 1) as f64 / self.bins_per_km);
                }
                let held = mean.clamp(CHANCE_MIN, 1.0 - CHANCE_MIN);
                self.log_odds[place * BINS + bin] = libm::log(held / (1.0 - held));
            }
        }
    }

    fn chance(&self, place: usize, distance_km: f64, size: usize) -> f64 {
        let range_km = self.ranges_km[size];
        let far = (distance_km - range_km) / (self.width * range_km);
        self.near[place] / (1.0 + libm::exp(far.min(500.0)))
    }

    #[inline]
    fn bin(&self, place: usize, distance_km: f64) -> usize {
        place * BINS + ((distance_km * self.bins_per_km) as usize).min(BINS - 1)
    }

    /// Log odds of being noticed at a distance, the size not known.
    #[must_use]
    #[inline]
    pub fn log_odds(&self, place: usize, distance_km: f64) -> f64 {
        self.log_odds[self.bin(place, distance_km)]
    }

    /// Log odds of being noticed at a distance for a source of such sizes (shares adding to 1).
    #[must_use]
    #[inline]
    pub fn log_odds_of(&self, place: usize, distance_km: f64, sizes: &[f64; SIZES]) -> f64 {
        let chances = &self.chances[self.bin(place, distance_km)];
        let mean: f64 = (0..SIZES).map(|size| sizes[size] * chances[size]).sum();
        let held = mean.clamp(CHANCE_MIN, 1.0 - CHANCE_MIN);
        libm::log(held / (1.0 - held))
    }

    /// Farther than this a source of such sizes is not heard, km.
    #[must_use]
    pub fn reach_of(&self, sizes: &[f64; SIZES]) -> f64 {
        let largest = sizes.iter().rposition(|share| *share > REACH_CHANCE).unwrap_or(SIZES - 1);
        let range_km = self.ranges_km[largest];
        let fall = libm::log(1.0 / REACH_CHANCE) * self.width;
        (range_km * (1.0 + fall)).min(self.reach_km)
    }

    /// Log chance of being noticed, by size.
    #[must_use]
    #[inline]
    pub fn hit(&self, place: usize, distance_km: f64) -> &[f64; SIZES] {
        &self.hit[self.bin(place, distance_km)]
    }

    /// Log chance of not being noticed, by size.
    #[must_use]
    #[inline]
    pub fn miss(&self, place: usize, distance_km: f64) -> &[f64; SIZES] {
        &self.miss[self.bin(place, distance_km)]
    }

    /// Adds up sizes: log evidence, and the share of each size given what was noticed.
    #[must_use]
    pub fn sum_out(&self, by_size: &[f64; SIZES]) -> (f64, [f64; SIZES]) {
        let highest = by_size.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mut weights = [0.0; SIZES];
        let mut sum = 0.0;
        for size in 0..SIZES {
            // What is far below the best adds nothing; skip its exponential.
            let below = by_size[size] - highest;
            if below > -30.0 {
                weights[size] = self.shares[size] * libm::exp(below);
                sum += weights[size];
            }
        }
        weights.iter_mut().for_each(|weight| *weight /= sum);
        (highest + libm::log(sum), weights)
    }
}

/// Distances at which the slowness of a phase is asked for, km: the first at which it is carried.
const SLOWNESS_AT_KM: [f64; 3] = [10.0, 100.0, 1000.0];

/// What the stated errors of its station add to the variance of a time, by channel, s^2.
fn stated<const N: usize, M: Medium<N>>(medium: &M, network: &Network) -> Vec<f64> {
    let slowness_s_km: Vec<f64> = (0..medium.phases().len())
        .map(|place| {
            let mut ways = SLOWNESS_AT_KM.iter().map(|&x_km| {
                let station = Station { x_km, ..Station::default() };
                medium.ray(&[0.0; N], &station, place)
            });
            let carried = ways.find(|ray| ray.travel_s.is_finite());
            carried.map_or(0.0, |ray| libm::hypot(ray.row[1], ray.row[2]))
        })
        .collect();
    let errors = (0..network.stations().len()).map(|station| network.error_of(station));
    errors
        .flat_map(|of| slowness_s_km.iter().map(move |slowness| of.variance_s2(*slowness)))
        .collect()
}

impl Model {
    /// Before anything is learned: broad, and half of all arrivals false.
    #[must_use]
    pub fn broad<const N: usize, M: Medium<N>>(
        medium: &M,
        network: &Network,
        per_channel: &[u32],
        duration_s: f64,
    ) -> Self {
        let phases = medium.phases().len();
        let total: u32 = per_channel.iter().sum();
        let detection = Detection::broad(phases, medium.range_km(), medium.size_span());
        let mut model = Self {
            onset_variance: (0..phases)
                .map(|place| medium.onset_error_s(place) * medium.onset_error_s(place))
                .collect(),
            path_variance: vec![medium.path_error() * medium.path_error(); phases],
            station_variance: stated(medium, network),
            station_bias_s: vec![0.0; network.stations().len()],
            log_false_rate: Vec::new(),
            coda: Vec::new(),
            heard_until_s: f64::INFINITY,
            log_rate: 0.0,
            detection,
        };
        let half: Vec<f64> = per_channel.iter().map(|&count| 0.5 * f64::from(count)).collect();
        model.learn_false_rates(&half, duration_s);
        let expected = (f64::from(total) / 20.0).max(1.0);
        model.learn_rate(medium, network, expected, duration_s);
        model
    }

    /// Variance of the arrival of a phase after a travel time at a station, s^2.
    #[must_use]
    #[inline]
    pub fn variance(&self, place: usize, station: usize, travel_s: f64) -> f64 {
        self.onset_variance[place]
            + self.path_variance[place] * travel_s * travel_s
            + self.station_variance[station * self.onset_variance.len() + place]
    }

    /// Rates from counts of false arrivals, drawn to the mean by the weight of two counts.
    pub fn learn_false_rates(&mut self, counts: &[f64], duration_s: f64) {
        let total: f64 = counts.iter().sum();
        let mean = (total + 1.0) / (counts.len().max(1) as f64 * duration_s);
        let rate = |count: &f64| libm::log((count + 2.0) / (duration_s + 2.0 / mean));
        self.log_false_rate = counts.iter().map(rate).collect();
    }

    /// Rate of incidents from their count over the ground that the network covers.
    pub fn learn_rate<const N: usize, M: Medium<N>>(
        &mut self,
        medium: &M,
        network: &Network,
        count: f64,
        duration_s: f64,
    ) {
        let covered = network.covered_km2(3).max(1.0) * medium.depth_km().max(1.0);
        self.log_rate = libm::log((count + 1.0) / (covered * duration_s));
    }

    /// The residual of an arrival, s.
    #[must_use]
    #[inline]
    pub fn residual<const N: usize>(
        &self,
        time_s: f64,
        station: usize,
        state: &Vector<N>,
        travel_s: f64,
    ) -> f64 {
        time_s - self.station_bias_s[station] - state[0] - travel_s
    }
}
