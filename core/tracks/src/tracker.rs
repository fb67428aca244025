//! The tracker: scans in, tracks with their chances out, nothing later than each scan used.
//!
//! A multi-Bernoulli mixture in its track-oriented marginal form (Williams, "Marginal multi-Bernoulli
//! filters: RFS derivation of MHT, JIPDA and association-based MeMBer", IEEE Trans. AES 51(3), 2015),
//! with the alternatives of each track kept apart over time as in multiple-hypothesis tracking.

use crate::association::{Association, Claim};
use crate::grid::Grid;
use crate::ground::Ground;
use crate::problem::Problem;
use crate::rates::{LifeRates, SensorRates};
use crate::sensor::{Detection, Kind, Look, Sensor};
use crate::settings::Settings;
use crate::speeds::{SCALES, Speeds, spread_out};
use crate::state::{Covariance, State, density};
use crate::track::{Part, Track, tidy};

/// Squared standard deviations within which a detection may be a track's: all but 5 in 100,000.
const GATE2: f64 = 20.0;
/// The same for a thing seen once, whose speed has a lighter tail than a Gaussian.
const GATE_ONCE2: f64 = 12.0;
/// Claims with odds below this are not worth a message.
const ODDS_LEAST: f64 = 1e-6;
/// Chance from which something counts as beyond doubt when rates are learned.
const BEYOND_DOUBT: f64 = 0.95;
/// Detections after which a track's velocity has settled.
const SETTLED_HITS: u32 = 4;
/// Scans refused in a row after which the clock is believed to have been set anew.
const REFUSED_MAX: u32 = 3;

/// A way a part of a track may have been detected.
#[derive(Clone, Copy, Debug)]
struct Way {
    part: u32,
    detection: u32,
    weight: f64,
}

/// A track as it is told.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Told {
    /// Its number, the same over its life.
    pub track: u64,
    /// Where it is and how it moves, with covariance.
    pub state: State,
    /// Chance that it exists.
    pub existence: f64,
    /// The likeliest of the settings' motions.
    pub motion: usize,
}

/// Follows things through scans.
#[derive(Clone, Debug)]
pub struct Tracker {
    settings: Settings,
    ground: Ground,
    sensors: Vec<Sensor>,
    rates: Vec<SensorRates>,
    life: LifeRates,
    speeds: Vec<Speeds>,
    tracks: Vec<Track>,
    time_s: Option<f64>,
    refused: u32,
    refused_s: f64,
    next_number: u64,
    next_label: u64,
    association: Association,
    grid: Grid,
    ways: Vec<Way>,
    parts: Vec<Part>,
    clean: Vec<Detection>,
}

impl Tracker {
    /// A tracker that has seen nothing yet.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let rate = |sensor: &Sensor| SensorRates::new(sensor.detection_chance, sensor.false_a_look);
        Self {
            ground: Ground::new(settings.area),
            sensors: settings.sensors.clone(),
            rates: settings.sensors.iter().map(rate).collect(),
            life: LifeRates::new(),
            speeds: settings.motions.iter().map(|m| Speeds::up_to(m.speed_mps)).collect(),
            tracks: Vec::new(),
            time_s: None,
            refused: 0,
            refused_s: f64::NEG_INFINITY,
            next_number: 0,
            next_label: 0,
            association: Association::default(),
            grid: Grid::default(),
            ways: Vec::new(),
            parts: Vec::new(),
            clean: Vec::new(),
            settings,
        }
    }

    /// Takes in all looks of one time; what was wrong with them comes back, and the rest is used.
    pub fn scan(&mut self, time_s: f64, looks: &[Look<'_>]) -> Vec<Problem> {
        let mut problems = Vec::new();
        let Some(dt_s) = self.step(time_s, &mut problems) else { return problems };
        self.predict(dt_s);
        let mut order: Vec<&Look<'_>> = looks.iter().collect();
        order.sort_by_key(|look| look.sensor);
        for look in order {
            self.look(look, &mut problems);
        }
        let least = self.settings.forgotten_below;
        self.end_tracks(least);
        self.label();
        problems
    }

    /// Everything that more likely exists than not.
    pub fn tracks(&self) -> impl Iterator<Item = Told> + '_ {
        let told = |track: &Track| track.existence > self.settings.told_above;
        self.tracks.iter().filter(move |track| told(track)).map(|track| Told {
            track: track.label.unwrap_or(track.number),
            state: track.state(),
            existence: track.existence,
            motion: track.motion(),
        })
    }

    fn step(&mut self, time_s: f64, problems: &mut Vec<Problem>) -> Option<f64> {
        let Some(last_s) = self.time_s else {
            if !time_s.is_finite() {
                problems.push(Problem::TimeUnusable { time_s });
                return None;
            }
            self.time_s = Some(time_s);
            return Some(0.0);
        };
        let dt_s = time_s - last_s;
        if dt_s > 0.0 && dt_s <= self.settings.step_max_s {
            self.time_s = Some(time_s);
            self.refused = 0;
            return Some(dt_s);
        }
        problems.push(Problem::TimeUnusable { time_s });
        self.refuse(time_s, problems)
    }

    /// Refuses a scan; the third in a row with rising times starts the clock and the tracks anew.
    fn refuse(&mut self, time_s: f64, problems: &mut Vec<Problem>) -> Option<f64> {
        if !time_s.is_finite() {
            return None;
        }
        let goes_on = time_s > self.refused_s && time_s - self.refused_s <= self.settings.step_max_s;
        self.refused = if goes_on { self.refused + 1 } else { 1 };
        self.refused_s = time_s;
        if self.refused < REFUSED_MAX {
            return None;
        }
        problems.push(Problem::ClockSetAnew { time_s });
        self.tracks.clear();
        self.refused = 0;
        self.time_s = Some(time_s);
        Some(0.0)
    }

    fn predict(&mut self, dt_s: f64) {
        if dt_s <= 0.0 {
            return;
        }
        self.life.pass(dt_s);
        let stay = libm::exp(-self.life.end.mean() * dt_s);
        let ground = &self.ground;
        let motions = &self.settings.motions;
        for track in &mut self.tracks {
            let mut held = 0.0;
            for part in &mut track.parts {
                if part.is_once() {
                    part.once_s += dt_s;
                } else {
                    part.state = part.state.moved(dt_s, motions[part.motion as usize].q);
                    part.weight *= ground.inside(&part.state);
                }
                held += part.weight;
            }
            track.inside = held;
            track.existence *= stay * held;
            if held > 0.0 {
                track.parts.iter_mut().for_each(|part| part.weight /= held);
            }
        }
        self.end_tracks(1e-9);
    }

    fn look(&mut self, look: &Look<'_>, problems: &mut Vec<Problem>) {
        let Some(&sensor) = self.sensors.get(look.sensor) else {
            problems.push(Problem::SensorUnknown { sensor: look.sensor });
            return;
        };
        if look.detections.len() > self.settings.detections_max {
            let seen = look.detections.len();
            problems.push(Problem::TooMany { seen, most: self.settings.detections_max });
            return;
        }
        let mut clean = core::mem::take(&mut self.clean);
        crate::problem::clean(look.detections, &mut clean, problems);
        if sensor.kind == Kind::Position {
            self.ground.learn(clean.iter().map(|detection| detection.said));
            self.grid.fill(&clean);
        }
        if self.life.appear.is_none() {
            let rates = &self.rates[look.sensor];
            let there = (clean.len() as f64 - rates.false_a_look.mean()) / rates.chance();
            self.life.begin(there);
        }
        self.update(look.sensor, &sensor, &clean);
        self.clean = clean;
    }

    fn update(&mut self, index: usize, sensor: &Sensor, clean: &[Detection]) {
        let chance = self.rates[index].chance();
        let area = self.ground.rect.area_m2();
        let false_density = self.rates[index].false_a_look.mean() / area;
        let new_density = chance * self.life.unseen() / area;
        let other_cause = false_density + new_density;
        self.claim(sensor, clean, chance, other_cause);
        self.association.share_out(clean.len());
        self.take_over(index, sensor, clean, chance);
        let is_new = self.life.is_new();
        let real = new_density / other_cause;
        let mut false_seen = 0.0;
        for (at, detection) in clean.iter().enumerate() {
            let unclaimed = self.association.unclaimed[at];
            false_seen += unclaimed * (1.0 - real);
            if unclaimed * real > self.settings.forgotten_below {
                self.start(sensor, detection, unclaimed * real, is_new);
            }
        }
        self.rates[index].count_false(false_seen);
        self.life.looked(chance);
    }

    fn start(&mut self, sensor: &Sensor, detection: &Detection, existence: f64, is_new: f64) {
        let sigma = detection.sigma.unwrap_or(sensor.sigma);
        let speed = self.speeds[0].variance().sqrt();
        let state = State::seen_once(detection.said, Covariance::round(sigma * sigma), speed);
        let now = self.time_s.unwrap_or_default();
        self.tracks.push(Track {
            number: self.next_number,
            label: None,
            existence,
            parts: vec![Part { weight: 1.0, state, once_s: 0.0, motion: 0 }],
            hits: 1,
            misses: Vec::new(),
            seen_s: now,
            first_s: now,
            new_share: is_new,
            inside: 1.0,
        });
        self.next_number += 1;
    }

    /// Every claim of every track on the detections of a look.
    fn claim(&mut self, sensor: &Sensor, clean: &[Detection], chance: f64, other_cause: f64) {
        self.ways.clear();
        self.association.claims.clear();
        let reach = Reached {
            sensor,
            clean,
            grid: &self.grid,
            speeds: &self.speeds,
            motions: &self.settings.motions,
        };
        for (number, track) in self.tracks.iter().enumerate() {
            let first = self.ways.len();
            let mut seen_chance = 0.0;
            for (at, part) in track.parts.iter().enumerate() {
                if !sensor.sees(part.state.at_m) {
                    continue;
                }
                seen_chance += part.weight;
                reach.ways(at as u32, part, &mut self.ways);
            }
            let unseen = 1.0 - track.existence * chance * seen_chance;
            let scale = track.existence * chance / (unseen * other_cause);
            let ways = &mut self.ways[first..];
            ways.iter_mut().for_each(|way| way.weight *= scale);
            if track.parts.len() > 1 {
                ways.sort_by_key(|way| way.detection);
            }
            let mut ways_end = first as u32;
            for same in ways.chunk_by(|one, other| one.detection == other.detection) {
                let odds = same.iter().map(|way| way.weight).sum();
                let (track, detection) = (number as u32, same[0].detection);
                ways_end += same.len() as u32;
                let claim = Claim { track, detection, ways_end, odds, chance: 0.0 };
                self.association.claims.push(claim);
            }
        }
    }

    /// Every track becomes what it is after the look.
    fn take_over(&mut self, index: usize, sensor: &Sensor, clean: &[Detection], chance: f64) {
        let now = self.time_s.unwrap_or_default();
        let (mut claim_at, mut way_at) = (0, 0);
        let Self { tracks, association, ways, parts, settings, speeds, rates, life, .. } = self;
        for (number, track) in tracks.iter_mut().enumerate() {
            let claims = &association.claims[claim_at..];
            let mine = claims.iter().take_while(|claim| claim.track as usize == number).count();
            let claims = &claims[..mine];
            claim_at += mine;
            parts.clear();
            let mut seen = 0.0;
            for claim in claims {
                seen += claim.chance;
                for way in &ways[way_at..claim.ways_end as usize] {
                    let weight = claim.chance * way.weight / claim.odds;
                    if weight > 1e-3 * track.existence {
                        let detection = &clean[way.detection as usize];
                        let part = &track.parts[way.part as usize];
                        told(sensor, detection, part, weight, settings, speeds, parts);
                    }
                }
                way_at = claim.ways_end as usize;
            }
            let visible: f64 = track
                .parts
                .iter()
                .map(|part| if sensor.sees(part.state.at_m) { part.weight } else { 0.0 })
                .sum();
            let unseen = 1.0 - track.existence * chance * visible;
            let missed = (1.0 - seen).max(0.0) * track.existence / unseen;
            for part in &track.parts {
                let in_sight = if sensor.sees(part.state.at_m) { 1.0 - chance } else { 1.0 };
                let weight = part.weight * missed * in_sight;
                if weight > 1e-3 * (seen + missed * (1.0 - chance)) {
                    parts.push(Part { weight, ..*part });
                }
            }
            let before = track.existence;
            track.existence =
                (seen + missed * (1.0 - chance * visible)).clamp(0.0, 1.0);
            tidy(parts, settings.alternatives_max);
            core::mem::swap(&mut track.parts, parts);
            learn(track, index, (seen, visible, before), now, &mut rates[index], life, speeds);
        }
    }

    fn end_tracks(&mut self, least: f64) {
        let life = &mut self.life;
        self.tracks.retain(|track| {
            let stays = track.existence >= least && !track.parts.is_empty();
            if !stays && track.label.is_some() && track.hits >= SETTLED_HITS {
                life.end.learn(track.inside.min(1.0), 0.0);
            }
            stays
        });
    }

    fn label(&mut self) {
        for track in &mut self.tracks {
            if track.label.is_none() && track.existence > self.settings.told_above {
                track.label = Some(self.next_label);
                self.next_label += 1;
            }
        }
    }
}

/// What a part of a track meets in a look.
struct Reached<'a> {
    sensor: &'a Sensor,
    clean: &'a [Detection],
    grid: &'a Grid,
    speeds: &'a [Speeds],
    motions: &'a [crate::settings::Motion],
}

impl Reached<'_> {
    fn ways(&self, at: u32, part: &Part, ways: &mut Vec<Way>) {
        if part.is_once() {
            self.ways_once(at, part, ways);
        } else {
            self.ways_known(at, part, ways);
        }
    }

    fn noise(&self, detection: &Detection) -> f64 {
        detection.sigma.unwrap_or(self.sensor.sigma).powi(2)
    }

    fn ways_known(&self, at: u32, part: &Part, ways: &mut Vec<Way>) {
        let state = &part.state;
        let loose = self.sensor.sigma * self.sensor.sigma;
        let half =
            [state.position.xx, state.position.yy].map(|var| (GATE2 * (var + loose)).sqrt());
        self.grid.near(state.at_m, half, |index| {
            let detection = &self.clean[index as usize];
            let miss = [detection.said[0] - state.at_m[0], detection.said[1] - state.at_m[1]];
            if miss[0].abs() > half[0] || miss[1].abs() > half[1] {
                return;
            }
            let spread = state.position.plus(Covariance::round(self.noise(detection)));
            let (dens, distance2) = density(miss, spread);
            if distance2 < GATE2 {
                ways.push(Way { part: at, detection: index, weight: part.weight * dens });
            }
        });
    }

    fn ways_once(&self, at: u32, part: &Part, ways: &mut Vec<Way>) {
        let age = part.once_s;
        let speed2 = self.speeds.iter().map(Speeds::variance).fold(0.0, f64::max);
        let loose = self.sensor.sigma * self.sensor.sigma;
        let half = (GATE_ONCE2 * (part.state.position.xx + loose + speed2 * age * age)).sqrt();
        self.grid.near(part.state.at_m, [half; 2], |index| {
            let detection = &self.clean[index as usize];
            let at_m = part.state.at_m;
            let miss = [detection.said[0] - at_m[0], detection.said[1] - at_m[1]];
            let distance2 = miss[0] * miss[0] + miss[1] * miss[1];
            if distance2 > half * half {
                return;
            }
            let mut dens = 0.0;
            for (motion, speeds) in self.motions.iter().zip(self.speeds) {
                let weights = speeds.weights();
                let base = part.state.position.xx
                    + self.noise(detection)
                    + motion.q * age * age * age / 3.0;
                for scale in 0..SCALES {
                    let var = base + (speeds.scale_mps[scale] * age).powi(2);
                    let exponent = libm::exp(-0.5 * distance2 / var);
                    dens += motion.share * weights[scale] * exponent
                        / (core::f64::consts::TAU * var);
                }
            }
            ways.push(Way { part: at, detection: index, weight: part.weight * dens });
        });
    }
}

/// What a part becomes when a detection was its own; one part for each motion of a thing seen once.
fn told(
    sensor: &Sensor,
    detection: &Detection,
    part: &Part,
    weight: f64,
    settings: &Settings,
    speeds: &[Speeds],
    parts: &mut Vec<Part>,
) {
    let noise = Covariance::round(detection.sigma.unwrap_or(sensor.sigma).powi(2));
    let update = |state: &State| {
        let miss = [detection.said[0] - state.at_m[0], detection.said[1] - state.at_m[1]];
        let spread = state.position.plus(noise);
        (density(miss, spread).0, state.told_position(miss, spread))
    };
    if !part.is_once() {
        parts.push(Part { weight, state: update(&part.state).1, ..*part });
        return;
    }
    let first = parts.len();
    for (index, (motion, speeds)) in settings.motions.iter().zip(speeds).enumerate() {
        let mut ways = spread_out(&part.state, part.once_s, motion.q, speeds);
        let mut total = 0.0;
        for (share, state) in &mut ways {
            let (fit, next) = update(state);
            *share *= fit;
            *state = next;
            total += *share;
        }
        let state = State::merged(&ways);
        let weight = total * motion.share;
        parts.push(Part { weight, state, once_s: -1.0, motion: index as u8 });
    }
    let total: f64 = parts[first..].iter().map(|part| part.weight).sum();
    parts[first..].iter_mut().for_each(|part| part.weight *= weight / total);
}

/// Takes from a track that is beyond doubt what it says of the rates.
fn learn(
    track: &mut Track,
    sensor: usize,
    (seen, visible, before): (f64, f64, f64),
    now: f64,
    rates: &mut SensorRates,
    life: &mut LifeRates,
    speeds: &mut [Speeds],
) {
    if visible < 0.5 {
        return;
    }
    if seen <= BEYOND_DOUBT * track.existence.min(before.max(0.5)) {
        if track.misses.len() <= sensor {
            track.misses.resize(sensor + 1, 0);
        }
        track.misses[sensor] += 1;
        return;
    }
    track.hits += 1;
    let settled = track.existence > BEYOND_DOUBT && track.hits > SETTLED_HITS;
    let missed = track.misses.get_mut(sensor).map_or(0, core::mem::take);
    if settled {
        rates.detection.learn(1.0, 1.0 + f64::from(missed));
        life.end.learn(0.0, now - track.seen_s);
    }
    if track.existence > BEYOND_DOUBT && track.hits == SETTLED_HITS {
        if let Some(appear) = &mut life.appear {
            appear.learn(track.new_share, 0.0);
        }
        let motion = track.motion();
        let state = track.state();
        speeds[motion].learn(state.velocity_mps, state.velocity);
    }
    track.seen_s = now;
}
