//! Which hotspots are of one fire: each is either a fire's first or was set off by an earlier one.
//!
//! A branching process, as in the declustering of earthquakes (Zhuang, Ogata and Vere-Jones 2002):
//! new fires start at a prior rate a km² and hour; burning spreads to neighbouring pixels with
//! a Gaussian kernel and goes on for a while. Given the process, each hotspot's origin is
//! independent of the others', so taking the likeliest origin of each gives the jointly
//! likeliest forest: nothing is searched, nothing is greedy, and no order of arrival matters.

use libm::{exp, log};

use crate::settings::Settings;
use crate::store::PackedHotspot;

/// No origin, or not yet known.
pub const NONE: u32 = u32::MAX;
/// Cells of the search grid, degrees. Only speed depends on it.
const CELL_DEG: f64 = 0.04;
const COLUMNS: i64 = 9_001;
const KM_PER_DEGREE: f64 = 111.195;
const HOUR_US: f64 = 3.6e9;
/// Bounds are loosened by so much that no rounding of what they bound can exceed them.
const ROUNDING: f64 = 0.999;
const GAIN_ROUNDING: f64 = 0.01;

/// One hotspot in the search grid, in order of cell and time, with enough of it that most others
/// are ruled out as its origin without being fetched from where they arrived.
#[derive(Clone, Copy, Debug)]
struct GridEntry {
    cell: u32,
    number: u32,
    start_us: i64,
    place_e7: (i32, i32),
    length_s: u32,
    /// No less than its variance in any direction, m².
    variance_m2: f32,
}

impl GridEntry {
    fn new(hotspot: &PackedHotspot, number: u32) -> Self {
        let (row, column) = cell_of(hotspot);
        let belief = hotspot.belief();
        let half_difference = (belief.ee_m2 - belief.nn_m2) / 2.0;
        let variance_m2 = (belief.ee_m2 + belief.nn_m2) / 2.0
            + libm::sqrt(half_difference * half_difference + belief.en_m2 * belief.en_m2);
        Self {
            cell: cell(row, column),
            number,
            start_us: hotspot.start_us(),
            place_e7: hotspot.place_e7(),
            length_s: hotspot.length_s(),
            variance_m2: (variance_m2 * 1.001) as f32,
        }
    }

    fn middle_us(&self) -> i64 {
        self.start_us + i64::from(self.length_s) * 500_000
    }
}

/// The likeliest origin of every hotspot.
#[derive(Clone, Debug)]
pub struct Burning {
    kernel: Kernel,
    grid: Vec<GridEntry>,
    /// Each cell that holds any, in order, with its first place in the grid: a search goes through
    /// these few instead of the whole grid.
    cells: Vec<(u32, u32)>,
    origins: Vec<Origin>,
    /// Largest standard deviation of any pixel so far, metres.
    sigma_m_max: f64,
}

/// Where a hotspot's burning came from: the likeliest earlier hotspot, and by how much likelier
/// that is than a new fire (log).
#[derive(Clone, Copy, Debug)]
pub struct Origin {
    /// The earlier hotspot, or [`NONE`].
    pub from: u32,
    /// Log of the ratio to a new fire.
    pub gain: f32,
}

/// The spread of burning in space and time, with what it is held against.
#[derive(Clone, Copy, Debug)]
struct Kernel {
    spread_m2: f64,
    same_pass_share: f64,
    same_pass_hours: f64,
    lasts_hours: f64,
    lasts_hours_max: f64,
    /// Log of new fires a km² and hour.
    new_log: f64,
    /// Log of the highest density in place over that of new fires.
    place_log: f64,
    /// Log of the highest density within an overpass, and of the density that lasting falls from.
    in_pass_log: f64,
    lasting_log: f64,
    /// Beyond so many hours a new fire is always likelier.
    gate_hours: f64,
}

impl Kernel {
    fn new(settings: &Settings) -> Self {
        let fire = &settings.fire;
        let rates = settings.rates_per_km2_hour.iter().zip(settings.burns_share);
        let new = rates.map(|(rate, burns)| rate * burns).sum::<f64>().max(1e-12);
        let spread_km2 = (fire.spread_m * fire.spread_m / 1e6).max(1e-4);
        let lasts_hours = fire.lasts_hours.max(0.1);
        let nearest = (1.0 - fire.same_pass_share) / (std::f64::consts::TAU * spread_km2);
        let same_pass_hours = fire.same_pass_hours.max(0.01);
        let lasting = (1.0 - fire.same_pass_share) / lasts_hours;
        Self {
            spread_m2: spread_km2 * 1e6,
            same_pass_share: fire.same_pass_share,
            same_pass_hours,
            place_log: -log(std::f64::consts::TAU * spread_km2) - log(new),
            in_pass_log: log(fire.same_pass_share / same_pass_hours + lasting),
            lasting_log: log(lasting),
            lasts_hours,
            lasts_hours_max: fire.lasts_hours_max,
            new_log: log(new),
            gate_hours: (lasts_hours * log((nearest / (lasts_hours * new)).max(1.0)))
                .max(fire.same_pass_hours),
        }
    }

    /// Distance beyond which a new fire is always likelier, for pixels of this standard
    /// deviation, km.
    fn gate_km(&self, sigma_m: f64) -> f64 {
        let variance_km2 = (self.spread_m2 + 2.0 * sigma_m * sigma_m) / 1e6;
        let in_pass = 1.0 / self.same_pass_hours.min(self.lasts_hours);
        // The widest kernel reaches farthest; the narrowest is highest at its middle.
        let top = in_pass / (std::f64::consts::TAU * self.spread_m2 / 1e6);
        libm::sqrt(2.0 * variance_km2 * (log(top) - self.new_log).max(0.0))
    }

    /// Log of the chance that `late` came of `early` rather than being a new fire.
    fn gain(&self, early: &PackedHotspot, late: &PackedHotspot) -> f64 {
        let apart_hours = (late.middle_us() - early.middle_us()).abs() as f64 / HOUR_US;
        let (one, other) = (early.belief(), late.belief());
        let ee = one.ee_m2 + other.ee_m2 + self.spread_m2;
        let nn = one.nn_m2 + other.nn_m2 + self.spread_m2;
        let en = one.en_m2 + other.en_m2;
        let (east, north) = one.mean.offset_to_m(other.mean);
        let determinant = ee * nn - en * en;
        let away2 = (nn * east * east - 2.0 * en * east * north + ee * north * north) / determinant;
        // A date-only pair may lie anywhere in its day.
        let blur = early.length_hours().max(late.length_hours());
        let pass = self.same_pass_hours.max(blur);
        let in_pass = if apart_hours <= pass { self.same_pass_share / pass } else { 0.0 };
        let lasting = (1.0 - self.same_pass_share) * exp(-apart_hours / self.lasts_hours)
            / self.lasts_hours.max(blur);
        let place_log = -log(std::f64::consts::TAU / 1e6) - log(determinant) / 2.0 - away2 / 2.0;
        place_log + log(in_pass + lasting) - self.new_log
    }
}

impl Kernel {
    /// What [`Kernel::gain`] cannot exceed for these two, in either order, at no logarithm's cost.
    /// A degree of longitude is at least `parallel` of one of latitude.
    fn gain_max(&self, one: &GridEntry, other: &GridEntry, parallel: f64) -> f64 {
        let apart_hours = (one.middle_us() - other.middle_us()).abs() as f64 / HOUR_US;
        let blur = f64::from(one.length_s.max(other.length_s)) / 3_600.0;
        let time_log = if apart_hours <= self.same_pass_hours.max(blur) {
            self.in_pass_log
        } else {
            self.lasting_log - apart_hours / self.lasts_hours
        };
        let apart_deg = |one: i32, other: i32| (f64::from(one) - f64::from(other)) / 1e7;
        let east_deg = apart_deg(one.place_e7.0, other.place_e7.0);
        // Round the back of the Earth it may be nearer.
        let east_deg = if east_deg.abs() > 180.0 { 0.0 } else { east_deg * parallel };
        let north_deg = apart_deg(one.place_e7.1, other.place_e7.1);
        let away_deg2 = east_deg * east_deg + north_deg * north_deg;
        let away_m2 = away_deg2 * (KM_PER_DEGREE * KM_PER_DEGREE * 1e6 * ROUNDING);
        // The widest direction bounds the exponent, the spread alone the determinant.
        let variance_m2 =
            self.spread_m2 + f64::from(one.variance_m2) + f64::from(other.variance_m2);
        self.place_log + time_log - away_m2 / (2.0 * variance_m2) + GAIN_ROUNDING
    }
}

impl Burning {
    /// No hotspots yet.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        Self {
            kernel: Kernel::new(settings),
            grid: vec![],
            cells: vec![],
            origins: vec![],
            sigma_m_max: 0.0,
        }
    }

    /// Takes in all hotspots beyond those it knows. Each finds its origin, and is held as an
    /// origin against later ones that came before it.
    pub fn extend(&mut self, hotspots: &[PackedHotspot]) {
        let first_new = self.origins.len();
        let fresh = hotspots.get(first_new..).unwrap_or_default();
        self.origins.resize(hotspots.len(), Origin { from: NONE, gain: 0.0 });
        for (hotspot, number) in fresh.iter().zip(first_new as u32..) {
            let belief = hotspot.belief();
            let sigma_m = libm::sqrt(belief.ee_m2.max(belief.nn_m2));
            self.sigma_m_max = self.sigma_m_max.max(sigma_m);
            self.grid.push(GridEntry::new(hotspot, number));
        }
        // The sort finds the two sorted runs and merges them.
        self.grid.sort_by_key(|entry| (entry.cell, entry.start_us));
        self.cells.clear();
        for (entry, at) in self.grid.iter().zip(0..) {
            if self.cells.last().is_none_or(|(last, _)| *last != entry.cell) {
                self.cells.push((entry.cell, at));
            }
        }
        let gate_km = self.kernel.gate_km(self.sigma_m_max);
        for at in 0..self.grid.len() {
            let entry = self.grid[at];
            if entry.number as usize >= first_new {
                self.link(hotspots, &entry, first_new, gate_km);
            }
        }
    }

    fn link(
        &mut self,
        hotspots: &[PackedHotspot],
        entry: &GridEntry,
        first_new: usize,
        gate_km: f64,
    ) {
        let number = entry.number;
        let hotspot = &hotspots[number as usize];
        let gate_us = (self.kernel.gate_hours * HOUR_US) as i64;
        // Later ones that are new look for themselves.
        let until_us = hotspot.start_us() + if first_new == 0 { 0 } else { gate_us + DAY_US };
        let from_us = hotspot.start_us() - gate_us - DAY_US;
        let mut own = self.origins[number as usize];
        let mut others = Vec::new();
        let kernel = &self.kernel;
        let place = hotspot.place();
        let poleward = place.lat.abs() + gate_km / KM_PER_DEGREE;
        let parallel = if poleward < 89.0 { libm::cos(poleward.to_radians()) } else { 0.0 };
        self.scan((place.lon, place.lat), gate_km, (from_us, until_us), |near| {
            let other_number = near.number;
            // An earlier one must better the likeliest so far, a later one a new fire.
            let needed = if near.start_us < entry.start_us { f64::from(own.gain) } else { 0.0 };
            if other_number == number || kernel.gain_max(entry, near, parallel) < needed {
                return;
            }
            let other = &hotspots[other_number as usize];
            if too_far(hotspot, other, gate_km) {
                return;
            }
            if other.cmp_canonical(hotspot).is_lt() {
                let gain = kernel.gain(other, hotspot) as f32;
                prefer(&mut own, Origin { from: other_number, gain }, hotspots);
            } else if (other_number as usize) < first_new {
                let gain = kernel.gain(hotspot, other) as f32;
                others.push((other_number, Origin { from: number, gain }));
            }
        });
        self.origins[number as usize] = own;
        for (other, origin) in others {
            prefer(&mut self.origins[other as usize], origin, hotspots);
        }
    }

    /// The first hotspot of each hotspot's fire. A fire that lasts too long starts anew.
    #[must_use]
    pub fn roots(&self, hotspots: &[PackedHotspot]) -> Vec<u32> {
        let mut roots = vec![NONE; hotspots.len()];
        let longest_us = (self.kernel.lasts_hours_max * HOUR_US) as i64;
        let mut path = Vec::new();
        for number in 0..hotspots.len() as u32 {
            let mut at = number;
            while at != NONE && roots[at as usize] == NONE {
                path.push(at);
                at = self.origins[at as usize].from;
            }
            let mut root = if at == NONE { NONE } else { roots[at as usize] };
            while let Some(member) = path.pop() {
                let start_us = hotspots[member as usize].start_us();
                let over = |root: u32| start_us - hotspots[root as usize].start_us() > longest_us;
                if root == NONE || over(root) {
                    root = member;
                }
                roots[member as usize] = root;
            }
        }
        roots
    }

    /// Chance that a hotspot came of its origin rather than being a new fire.
    #[must_use]
    pub fn chance_of_origin(&self, number: u32) -> f64 {
        let gain = self.origins.get(number as usize).map_or(0.0, |origin| f64::from(origin.gain));
        1.0 / (1.0 + exp(-gain))
    }

    /// Calls `visit` with every hotspot within the box around `place` and the time window.
    pub fn visit_near(
        &self,
        place: (f64, f64),
        gate_km: f64,
        window_us: (i64, i64),
        mut visit: impl FnMut(u32),
    ) {
        self.scan(place, gate_km, window_us, |entry| visit(entry.number));
    }

    /// In each cell the latest first: what burnt last is the likeliest origin.
    fn scan(
        &self,
        (lon, lat): (f64, f64),
        gate_km: f64,
        (from_us, until_us): (i64, i64),
        mut visit: impl FnMut(&GridEntry),
    ) {
        let up = gate_km / KM_PER_DEGREE;
        let parallel = libm::cos((lat.abs() + up).min(89.0) * std::f64::consts::PI / 180.0);
        let across = up / parallel;
        let first_column = column_of(lon - across).max(0);
        let last_column = column_of(lon + across).min(COLUMNS - 1);
        for row in row_of(lat - up).max(0)..=row_of(lat + up) {
            let (first, last) = (cell(row, first_column), cell(row, last_column));
            let mut at = self.cells.partition_point(|(cell, _)| *cell < first);
            while self.cells.get(at).is_some_and(|(cell, _)| *cell <= last) {
                let entries = self.entries_of(at);
                let from = entries.partition_point(|entry| entry.start_us < from_us);
                let entries = entries.get(from..).unwrap_or_default();
                let until = entries.partition_point(|entry| entry.start_us <= until_us);
                entries.iter().take(until).rev().for_each(&mut visit);
                at += 1;
            }
        }
    }

    /// What the `at`-th cell holds, in order of time.
    fn entries_of(&self, at: usize) -> &[GridEntry] {
        let first =
            |at: usize| self.cells.get(at).map_or(self.grid.len(), |(_, first)| *first as usize);
        self.grid.get(first(at)..first(at + 1)).unwrap_or_default()
    }
}

const DAY_US: i64 = 86_400_000_000;

/// The likelier of two origins; the earlier one among equals. An origin counts only when it is
/// likelier than a new fire.
fn prefer(kept: &mut Origin, offered: Origin, hotspots: &[PackedHotspot]) {
    let better = match offered.gain.total_cmp(&kept.gain) {
        std::cmp::Ordering::Greater => true,
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Equal => {
            kept.from != NONE
                && hotspots[offered.from as usize]
                    .cmp_canonical(&hotspots[kept.from as usize])
                    .is_lt()
        }
    };
    if better {
        *kept = offered;
    }
}

fn too_far(one: &PackedHotspot, other: &PackedHotspot, gate_km: f64) -> bool {
    (one.place().lat - other.place().lat).abs() * KM_PER_DEGREE > gate_km
}

fn cell_of(hotspot: &PackedHotspot) -> (i64, i64) {
    let place = hotspot.place();
    (row_of(place.lat), column_of(place.lon))
}

fn row_of(lat: f64) -> i64 {
    libm::floor((lat + 90.0) / CELL_DEG) as i64
}

fn column_of(lon: f64) -> i64 {
    libm::floor((lon + 180.0) / CELL_DEG) as i64
}

fn cell(row: i64, column: i64) -> u32 {
    u32::try_from(row * COLUMNS + column).unwrap_or(0)
}

#[cfg(test)]
mod tests;
