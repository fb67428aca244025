//! The tracker: scans in, tracks with their chances out, nothing later than each scan used.
//!
//! A multi-Bernoulli mixture in its track-oriented marginal form (Williams, "Marginal multi-Bernoulli
//! filters: RFS derivation of MHT, JIPDA and association-based MeMBer", IEEE Trans. AES 51(3), 2015),
//! with the alternatives of each track kept apart over time as in multiple-hypothesis tracking.

use crate::association::Association;
use crate::claims::{Offer, Way};
use crate::clock::{Clock, Step};
use crate::crossing::Crossings;
use crate::grid::Grid;
use crate::learn::guess_speeds;
use crate::problem::{Problem, clean};
use crate::rivals::Rivals;
use crate::sensor::{Detection, Kind, Look, Sensor};
use crate::settings::Settings;
use crate::speeds::Speeds;
use crate::state::{Covariance, State};
use crate::track::{Part, Track};
use crate::update::Seen;
use crate::world::{Causes, World};

/// Existence below which a track is not carried to the next scan in any case.
const NOTHING: f64 = 1e-9;
/// A track is kept down to this share of the chance that an unclaimed detection is a new thing's.
const OF_NEW: f64 = 0.5;
/// Below this nothing is kept, whatever the clutter: it bounds the work.
const FORGOTTEN_LEAST: f64 = 1e-6;

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
    /// Seconds since it was last seen beyond doubt.
    pub unseen_s: f64,
}

/// A track as zones need it.
pub(crate) struct Followed {
    pub track: u64,
    pub existence: f64,
    /// Chance that it ever existed.
    pub ever: f64,
    /// The weighted Gaussians that together say where it is.
    pub parts: Vec<(f64, State)>,
}

/// What was learned so far, for the record.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Learned {
    /// Chance of the first sensor's detecting a thing in reach.
    pub detection_chance: f64,
    /// The first sensor's false detections a look.
    pub false_a_look: f64,
    /// The first sensor's standard deviation, in the unit of its kind.
    pub sigma: f64,
    /// Acceleration noise of the first motion, m^2/s^3.
    pub q: f64,
    /// Root mean square speed, metres a second.
    pub speed_mps: f64,
    /// Things that appear in the area, a second.
    pub appear_per_s: f64,
    /// Chance of a thing's ending, a second.
    pub end_per_s: f64,
}

/// Follows things through scans.
#[derive(Clone, Debug)]
pub struct Tracker {
    settings: Settings,
    world: World,
    clock: Clock,
    tracks: Vec<Track>,
    next_number: u64,
    next_label: u64,
    /// Logarithm of how likely all detections so far were.
    evidence: f64,
    /// Of this scan's detections that no track has, the least chance to be a new thing's.
    least_real: f64,
    rivals: Rivals,
    work: Work,
}

/// Working space kept between looks.
#[derive(Clone, Debug, Default)]
struct Work {
    association: Association,
    grid: Grid,
    ways: Vec<Way>,
    parts: Vec<Part>,
    clean: Vec<Detection>,
    densities: Vec<f64>,
    crossings: Crossings,
}

impl Tracker {
    /// A tracker that has seen nothing yet.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            world: World::new(&settings),
            clock: Clock::new(settings.step_max_s),
            tracks: Vec::new(),
            next_number: 0,
            next_label: 0,
            evidence: 0.0,
            least_real: 1.0,
            rivals: Rivals::of(&settings),
            work: Work::default(),
            settings,
        }
    }

    /// Takes in all looks of one time; what was wrong with them comes back, and the rest is used. A
    /// scan without looks only moves time on.
    pub fn scan(&mut self, time_s: f64, looks: &[Look<'_>]) -> Vec<Problem> {
        let mut problems = Vec::new();
        match self.clock.step(time_s, &mut problems) {
            Step::Refused => return problems,
            Step::Anew => self.tracks.clear(),
            Step::On(dt_s) => self.predict(dt_s),
        }
        let mut order: Vec<&Look<'_>> = looks.iter().collect();
        order.sort_by_key(|look| look.sensor);
        self.work.crossings.begin();
        self.least_real = 1.0;
        for look in order {
            self.look(look, &mut problems);
        }
        self.end_tracks(self.forgotten_below());
        self.label();
        self.world.settle_noise(&mut self.tracks);
        let mut rivals = core::mem::take(&mut self.rivals);
        match rivals.scan(time_s, looks, self) {
            Some(better) => self.give_way(better),
            None => self.rivals = rivals,
        }
        problems
    }

    /// Lets another go on instead, under numbers not told of before.
    fn give_way(&mut self, mut better: Tracker) {
        for track in &mut better.tracks {
            track.label = track.label.map(|label| label + self.next_label);
        }
        better.next_label += self.next_label;
        *self = better;
    }

    pub(crate) fn evidence(&self) -> f64 {
        self.evidence
    }

    /// Everything that more likely exists than not.
    pub fn tracks(&self) -> impl Iterator<Item = Told> + '_ {
        let told_above = self.settings.told_above;
        let told = self.tracks.iter().filter(move |track| track.existence > told_above);
        told.map(|track| Told {
            track: track.label.unwrap_or(track.number),
            state: self.state(track),
            existence: track.existence,
            motion: track.motion(),
            unseen_s: self.clock.now_s() - track.seen_s,
        })
    }

    /// What zones ask of every track that was ever told.
    pub(crate) fn followed(&self) -> impl Iterator<Item = Followed> + '_ {
        self.tracks.iter().filter_map(|track| {
            let parts = track.parts.iter().map(|part| (part.weight, self.world.now(part)));
            Some(Followed {
                track: track.label?,
                existence: track.existence,
                ever: (track.existence + track.ended).min(1.0),
                parts: parts.collect(),
            })
        })
    }

    /// How many detections a look of every sensor should bring now.
    #[must_use]
    pub fn expected_detections(&self) -> f64 {
        let there: f64 = self.tracks.iter().map(|track| track.existence).sum();
        let each = self.world.rates.iter().zip(&self.world.sensors).map(|(rates, sensor)| {
            rates.false_a_look.mean() + there * rates.chance() * self.world.seen_share(sensor)
        });
        each.sum()
    }

    /// What was learned so far; `None` without sensors or motions.
    #[must_use]
    pub fn learned(&self) -> Option<Learned> {
        let (rates, sensor) = (self.world.rates.first()?, self.world.sensors.first()?);
        Some(Learned {
            detection_chance: rates.chance(),
            false_a_look: rates.false_a_look.mean(),
            sigma: sensor.sigma,
            q: self.world.motions.first()?.q,
            speed_mps: (2.0 * self.world.speeds.first()?.variance()).sqrt(),
            appear_per_s: self.world.life.appear.map_or(0.0, |rate| rate.mean()),
            end_per_s: self.world.life.end.mean(),
        })
    }

    fn state(&self, track: &Track) -> State {
        if let [only] = &track.parts[..] {
            return self.world.now(only);
        }
        let now = |part: &Part| (part.weight, self.world.now(part));
        State::merged(&track.parts.iter().map(now).collect::<Vec<_>>())
    }

    fn predict(&mut self, dt_s: f64) {
        if dt_s <= 0.0 {
            return;
        }
        self.world.life.pass(dt_s);
        let stay = libm::exp(-self.world.life.end.mean() * dt_s);
        let (ground, motions) = (&self.world.ground, &self.world.motions);
        for track in &mut self.tracks {
            let mut inside = 0.0;
            for part in &mut track.parts {
                if part.is_once() {
                    part.once_s += dt_s;
                } else {
                    part.state = part.state.moved(dt_s, motions[part.motion as usize].q);
                    part.weight *= ground.inside(&part.state);
                }
                inside += part.weight;
            }
            track.inside = inside;
            track.ended += track.existence * (1.0 - stay * inside);
            track.existence *= stay * inside;
            track.parts.iter_mut().for_each(|part| part.weight /= inside.max(f64::MIN_POSITIVE));
        }
        self.end_tracks(NOTHING);
    }

    fn look(&mut self, look: &Look<'_>, problems: &mut Vec<Problem>) {
        let Some(&sensor) = self.world.sensors.get(look.sensor) else {
            problems.push(Problem::SensorUnknown { sensor: look.sensor });
            return;
        };
        let (seen, most) = (look.detections.len(), self.settings.detections_max);
        if seen > most {
            problems.push(Problem::TooMany { seen, most });
            return;
        }
        let mut kept = core::mem::take(&mut self.work.clean);
        clean(look.detections, &mut kept, problems);
        if sensor.kind == Kind::Position {
            self.world.ground.learn(kept.iter().map(|detection| detection.said));
            self.work.grid.fill(&kept);
        }
        self.world.rates[look.sensor].begin(kept.len());
        if sensor.kind == Kind::Position {
            let settled = self.tracks.iter().filter(|track| track.counted);
            let there = settled.map(|track| track.existence).sum::<f64>();
            let share = self.world.seen_share(&sensor);
            let rates = &mut self.world.rates[look.sensor];
            rates.look(kept.len() as f64 - there * share * rates.chance());
            let expected = rates.false_a_look.mean();
            self.world.clutter[look.sensor].begin(self.world.ground.rect, expected);
        }
        if self.world.life.appear.is_none() {
            let rates = &self.world.rates[look.sensor];
            let there = (kept.len() as f64 - rates.false_a_look.mean()) / rates.chance();
            self.world.life.begin(there);
        }
        self.associate(look.sensor, &sensor, &kept);
        self.work.clean = kept;
    }

    fn associate(&mut self, index: usize, sensor: &Sensor, clean: &[Detection]) {
        let causes = self.world.causes(index);
        let variances = clean.iter().map(|detection| sensor.variance(detection));
        let loosest2 = variances.fold(0.0, f64::max);
        let mut densities = core::mem::take(&mut self.work.densities);
        densities.clear();
        densities.extend(clean.iter().map(|detection| match sensor.kind {
            Kind::Position => self.world.density_at(index, &causes, detection.said),
            _ => causes.total(),
        }));
        let Work { association, ways, grid, .. } = &mut self.work;
        let offer = Offer { sensor, causes, clean, densities: &densities, grid, loosest2 };
        offer.claim(&self.world, &self.tracks, ways, association);
        association.share_out(clean.len());
        if self.world.is_vague() && sensor.kind == Kind::Position {
            guess_speeds(&mut self.world, &offer, &self.tracks, ways, association);
        }
        self.evidence += association.unseen_log + association.pairings_log()
            - causes.total() * causes.spread
            + densities.iter().map(|density| libm::log(*density)).sum::<f64>();
        self.work.densities = densities;
        let alternatives_max = self.settings.alternatives_max;
        self.update(index, &Seen { sensor, causes, clean, alternatives_max });
        self.begin_tracks(index, sensor, causes, clean);
        self.world.life.looked(causes.chance * self.world.seen_share(sensor));
    }

    fn update(&mut self, index: usize, seen: &Seen<'_>) {
        let now_s = self.clock.now_s();
        let Work { association, ways, parts, .. } = &mut self.work;
        let (mut claim_at, mut way_at) = (0, 0);
        for (number, track) in self.tracks.iter_mut().enumerate() {
            let rest = &association.claims[claim_at..];
            let mine = rest.iter().take_while(|claim| claim.track as usize == number).count();
            let claims = &rest[..mine];
            let ways_end = claims.last().map_or(way_at, |claim| claim.ways_end as usize);
            let ways = (way_at, &ways[way_at..ways_end]);
            let fate = seen.update(&self.world, track, claims, ways, parts);
            self.world.learn(track, index, fate, now_s);
            claim_at += mine;
            way_at = ways_end;
        }
        self.world.speeds.iter_mut().for_each(Speeds::settle);
    }

    /// Begins a possible track wherever a detection may be a thing not seen before.
    fn begin_tracks(&mut self, index: usize, sensor: &Sensor, causes: Causes, clean: &[Detection]) {
        let unclaimed = &self.work.association.unclaimed;
        let chances = unclaimed.iter().zip(&self.work.densities);
        let chances: Vec<[f64; 2]> = chances
            .map(|(unclaimed, density)| [*unclaimed, causes.new_density / density])
            .collect();
        let nothing = |[unclaimed, real]: &[f64; 2]| unclaimed * (1.0 - real);
        self.world.rates[index].count_false(chances.iter().map(nothing).sum());
        let is_new = self.world.life.is_new();
        if sensor.kind != Kind::Position {
            let mut crossings = core::mem::take(&mut self.work.crossings);
            let unclaimed = &self.work.association.unclaimed;
            let starts = crossings.look(&self.world, sensor, causes, clean, unclaimed);
            for (state, chance) in starts {
                let parts = self.world.every_motion(&state);
                self.begin(parts, chance, is_new);
            }
            self.work.crossings = crossings;
            return;
        }
        for (detection, chances) in clean.iter().zip(&chances) {
            self.world.clutter[index].count(detection.said, nothing(chances));
            self.least_real = self.least_real.min(chances[1]);
        }
        self.world.clutter[index].end();
        let least = self.forgotten_below();
        for (detection, [unclaimed, real]) in clean.iter().zip(&chances) {
            let existence = unclaimed * real;
            if existence > least {
                let noise = Covariance::round(sensor.variance(detection));
                let state = State::seen_once(detection.said, noise, 0.0);
                let once = Part { weight: 1.0, state, once_s: 0.0, motion: 0 };
                self.begin(vec![once], existence, is_new);
            }
        }
    }

    fn begin(&mut self, parts: Vec<Part>, existence: f64, new_share: f64) {
        self.tracks.push(Track {
            number: self.next_number,
            label: None,
            existence,
            ended: 0.0,
            parts,
            hits: 1,
            misses: Vec::new(),
            seen_s: self.clock.now_s(),
            new_share,
            inside: 1.0,
            counted: false,
            run: Vec::new(),
        });
        self.next_number += 1;
    }

    /// The existence below which a track is forgotten: where false detections are many, less than
    /// the settings' own, or nothing that appears would ever be followed.
    fn forgotten_below(&self) -> f64 {
        let most = self.settings.forgotten_below;
        (OF_NEW * self.least_real).clamp(most.min(FORGOTTEN_LEAST), most)
    }

    fn end_tracks(&mut self, least: f64) {
        let life = &mut self.world.life;
        self.tracks.retain(|track| {
            let stays = track.existence >= least && !track.parts.is_empty();
            if !stays && track.counted {
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
