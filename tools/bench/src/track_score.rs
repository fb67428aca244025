//! `cargo x score tracks`: tracks against the truth of seeded scenes, and stated chances against what
//! came true.

use std::collections::BTreeMap;

use tracks::{Incursions, Kind, Look, Rect, Settings, State, Told, Tracker, Zone, along};

use crate::run::Outcome;
use crate::track_scenes::{Play, Scan, Scene, Thing, sensor, within};

/// Scans at the start that no figure counts, as with the peers.
const WARM: usize = 10;
/// Bins of a stated chance.
const BINS: usize = 10;

/// A stated chance against the share that came true, by tenths.
#[derive(Default)]
pub struct Calibration {
    bins: [(f64, f64, f64); BINS],
}

impl Calibration {
    fn add(&mut self, stated: f64, came_true: bool) {
        let bin = &mut self.bins[((stated * BINS as f64) as usize).min(BINS - 1)];
        *bin = (bin.0 + 1.0, bin.1 + stated, bin.2 + f64::from(u8::from(came_true)));
    }
    /// Mean distance of stated and true shares, weighted by how often each bin was used.
    fn error(&self) -> f64 {
        let total: f64 = self.bins.iter().map(|bin| bin.0).sum();
        self.bins.iter().map(|bin| (bin.1 - bin.2).abs()).sum::<f64>() / total.max(1.0)
    }
    fn print(&self, name: &str) {
        println!("  {name}: off by {:.4} on average", self.error());
        for (count, stated, came) in self.bins.iter().filter(|bin| bin.0 > 0.0) {
            println!("    stated {:.3}  share {:.3}  n {count}", stated / count, came / count);
        }
    }
}

/// What a scene came to.
#[derive(Default)]
struct Tally {
    scans: f64,
    gospa: f64,
    missed: f64,
    extra: f64,
    there: f64,
    square: f64,
    oracle: f64,
    switches: f64,
    paired: f64,
    within: [f64; 3],
    sorted: f64,
    existence: Calibration,
}

/// Chi-squared of two degrees at 50, 90 and 99 %.
const LEVELS: [f64; 3] = [1.386, 4.605, 9.210];

impl Tally {
    fn scan(&mut self, things: &[Thing], told: &[Told], pairs: &Pairs, cut_m: f64) {
        let square: f64 = pairs.all.iter().map(|pair| pair.2 * pair.2).sum();
        let (missed, extra) = (things.len() - pairs.all.len(), told.len() - pairs.all.len());
        self.scans += 1.0;
        self.gospa += (square + cut_m * cut_m / 2.0 * (missed + extra) as f64).sqrt();
        self.missed += missed as f64;
        self.extra += extra as f64;
        self.there += things.len() as f64;
        self.switches += pairs.switches as f64;
        let mut matched = vec![false; told.len()];
        for &(thing, track, _) in &pairs.all {
            matched[track] = true;
            self.paired += 1.0;
            self.sorted += f64::from(u8::from(things[thing].sort == told[track].motion));
            let distance2 = mahalanobis2(&told[track].state, &things[thing]);
            for (count, level) in self.within.iter_mut().zip(LEVELS) {
                *count += f64::from(u8::from(distance2 <= level));
            }
        }
        told.iter().zip(matched).for_each(|(told, hit)| self.existence.add(told.existence, hit));
    }

    fn print(&self, scene: &Scene) {
        let mota = 1.0 - (self.missed + self.extra + self.switches) / self.there.max(1.0);
        let each = |count: f64| count / self.scans.max(1.0);
        println!(
            "{}: GOSPA {:.1}  missed {:.2}  extra {:.2} of {:.0}  MOTA {mota:.4}  switches {}",
            scene.name,
            each(self.gospa),
            each(self.missed),
            each(self.extra),
            each(self.there),
            self.switches
        );
        let held = self.within.map(|count| 100.0 * count / self.paired.max(1.0));
        println!(
            "  rms {:.2} m{}  ellipses hold {:.1} / {:.1} / {:.1} % (50/90/99)",
            (self.square / self.paired.max(1.0)).sqrt(),
            if self.oracle > 0.0 {
                format!("  x oracle {:.4}", (self.square / self.oracle).sqrt())
            } else {
                String::new()
            },
            held[0],
            held[1],
            held[2]
        );
        if scene.sorts.len() > 1 {
            println!("  right sort told of {:.3}", self.sorted / self.paired.max(1.0));
        }
        self.existence.print("existence");
    }
}

fn mahalanobis2(state: &State, thing: &Thing) -> f64 {
    let (dx, dy) = (thing.state[0] - state.at_m[0], thing.state[1] - state.at_m[1]);
    let p = state.position;
    (p.yy * dx * dx - 2.0 * p.xy * dx * dy + p.xx * dy * dy) / p.determinant()
}

/// Things and tracks paired, nearest first: never better than the best pairing, so that no figure
/// flatters.
struct Pairs {
    all: Vec<(usize, usize, f64)>,
    switches: usize,
}

fn pairs(things: &[Thing], told: &[Told], cut_m: f64, last: &mut BTreeMap<usize, u64>) -> Pairs {
    let mut near = Vec::new();
    for (thing, truth) in things.iter().enumerate() {
        for (track, told) in told.iter().enumerate() {
            let (dx, dy) =
                (truth.state[0] - told.state.at_m[0], truth.state[1] - told.state.at_m[1]);
            if dx.abs() < cut_m && dy.abs() < cut_m && dx.hypot(dy) < cut_m {
                near.push((thing, track, dx.hypot(dy)));
            }
        }
    }
    near.sort_by(|one, other| one.2.total_cmp(&other.2));
    let (mut taken, mut used) = (vec![false; things.len()], vec![false; told.len()]);
    near.retain(|&(thing, track, _)| {
        let free = !taken[thing] && !used[track];
        taken[thing] |= free;
        used[track] |= free;
        free
    });
    let switched = near.iter().filter(|&&(thing, track, _)| {
        let now = told[track].track;
        last.insert(things[thing].id, now).is_some_and(|before| before != now)
    });
    let switches = switched.count();
    Pairs { all: near, switches }
}

/// A Kalman filter for each thing that is told which detections are its own.
#[derive(Default)]
struct Oracle(BTreeMap<usize, State>);

impl Oracle {
    fn scan(&mut self, scene: &Scene, dt_s: f64, scan: &Scan) {
        let mut next = BTreeMap::new();
        for thing in &scan.things {
            let (q, [_, speed]) = scene.sorts[thing.sort];
            let mut state = self.0.get(&thing.id).map(|state| state.moved(dt_s, q));
            for ((sensor, look), owners) in scene.sensors.iter().zip(&scan.looks).zip(&scan.owners)
            {
                let own = owners.iter().position(|owner| *owner == Some(thing.id));
                let Some(said) = own.map(|at| look[at].said) else { continue };
                let noise = tracks::Covariance::round(sensor.sigma * sensor.sigma);
                state = Some(match state {
                    Some(state) => state.told_position(
                        state.miss(said),
                        tracks::Covariance {
                            xx: state.position.xx + noise.xx,
                            xy: state.position.xy,
                            yy: state.position.yy + noise.yy,
                        },
                    ),
                    None => State::seen_once(said, noise, speed / 2.0),
                });
            }
            if let Some(state) = state {
                next.insert(thing.id, state);
            }
        }
        self.0 = next;
    }
}

fn settings(scene: &Scene) -> Settings {
    let mut settings = Settings::new(scene.sensors.clone());
    settings.area = Some(Rect { low_m: [0.0; 2], high_m: [scene.side_m; 2] });
    settings.motions = scene.motions();
    settings
}

fn looks(scan: &Scan) -> Vec<Look<'_>> {
    let each = scan.looks.iter().enumerate();
    each.map(|(sensor, detections)| Look { sensor, detections }).collect()
}

/// Plays a scene to the tracker.
fn play(scene: &Scene, cut_m: f64) {
    let mut tracker = Tracker::new(settings(scene));
    let (mut tally, mut last) = (Tally::default(), BTreeMap::new());
    let mut oracle = Oracle::default();
    let exact = scene.sensors.iter().all(|sensor| sensor.kind == Kind::Position);
    let mut before_s = 0.0;
    let mut sightings: BTreeMap<usize, usize> = BTreeMap::new();
    let parted = scene.sensors.iter().any(|sensor| sensor.reach.is_some());
    for (index, mut scan) in Play::new(scene).enumerate() {
        tracker.scan(scan.time_s, &looks(&scan));
        // where sensors do not see everything, only what they have seen can be asked for
        for owner in scan.owners.iter().flatten().flatten() {
            *sightings.entry(*owner).or_default() += 1;
        }
        if parted {
            scan.things.retain(|thing| sightings.get(&thing.id).is_some_and(|seen| *seen >= 3));
        }
        if exact {
            oracle.scan(scene, scan.time_s - before_s, &scan);
        }
        before_s = scan.time_s;
        let told: Vec<Told> = tracker.tracks().collect();
        let pairs = pairs(&scan.things, &told, cut_m, &mut last);
        if index < WARM {
            continue;
        }
        tally.scan(&scan.things, &told, &pairs, cut_m);
        for &(thing, _, off_m) in &pairs.all {
            let truth = &scan.things[thing];
            tally.square += off_m * off_m;
            if let Some(state) = oracle.0.get(&truth.id) {
                let (dx, dy) = (truth.state[0] - state.at_m[0], truth.state[1] - state.at_m[1]);
                tally.oracle += dx * dx + dy * dy;
            }
        }
    }
    tally.print(scene);
}

/// Stated chances of being in a zone against the truth, and times of entry.
fn incursions(scene: &Scene) {
    let side = scene.side_m;
    let corner = |x: f64, y: f64| [x * side, y * side];
    let zone = Zone::new(vec![
        vec![
            corner(0.1, 0.15),
            corner(0.55, 0.1),
            corner(0.9, 0.5),
            corner(0.5, 0.45),
            corner(0.3, 0.9),
        ],
        vec![corner(0.3, 0.3), corner(0.45, 0.3), corner(0.4, 0.42)],
    ]);
    let Some(zone) = zone else { return };
    let mut tracker = Tracker::new(settings(scene));
    let mut stays = Incursions::new(vec![zone.clone()]);
    let (mut chance, mut last) = (Calibration::default(), BTreeMap::new());
    let mut history: Vec<(f64, BTreeMap<u64, bool>)> = Vec::new();
    let mut ended = Vec::new();
    for (index, scan) in Play::new(scene).enumerate() {
        tracker.scan(scan.time_s, &looks(&scan));
        let told: Vec<Told> = tracker.tracks().collect();
        let pairs = pairs(&scan.things, &told, 100.0, &mut last);
        let truth: BTreeMap<u64, bool> = (pairs.all.iter())
            .map(|&(thing, track, _)| {
                let state = scan.things[thing].state;
                (told[track].track, zone.holds([state[0], state[1]]))
            })
            .collect();
        if index >= WARM {
            let inside = tracker.incursions(&zone).into_iter();
            for inside in inside.filter(|inside| told.iter().any(|t| t.track == inside.track)) {
                chance.add(inside.chance, truth.get(&inside.track) == Some(&true));
            }
        }
        ended.extend(stays.note(scan.time_s, &tracker));
        history.push((scan.time_s, truth));
    }
    println!("incursions into a zone with a hole, {}:", scene.name);
    chance.print("chance of being inside at a scan");
    entries(&ended, &history);
}

/// How many told stays were true, and how many entered when they were said to have.
fn entries(ended: &[tracks::Incursion], history: &[(f64, BTreeMap<u64, bool>)]) {
    let mut chance = Calibration::default();
    let (mut came_true, mut timed) = (0.0, 0.0);
    let long = ended.iter().filter(|stay| stay.chance >= 0.5 && stay.entered_s.0 > history[WARM].0);
    for stay in long {
        let until_s = stay.left_s.map_or(f64::INFINITY, |left| left.1);
        let span =
            history.iter().filter(|(time_s, _)| *time_s >= stay.entered_s.0 && *time_s <= until_s);
        let first = span.clone().find(|(_, truth)| truth.get(&stay.track) == Some(&true));
        chance.add(stay.chance, first.is_some());
        if let Some((time_s, _)) = first {
            came_true += 1.0;
            timed += f64::from(u8::from(*time_s <= stay.entered_s.1));
        }
    }
    chance.print("chance of a told stay");
    println!("  entered within the stated times {:.3}", timed / came_true);
}

/// Six listening posts round a square, each giving directions only.
fn bearings() -> Scene {
    let mut scene = Scene::positions("bearings only, 6 posts, 8 things, 10 km", 31, 8, 0.0);
    scene.side_m = 10_000.0;
    scene.sorts = vec![(0.5, [10.0, 40.0])];
    let post = |index: usize| {
        let at_m = along([5000.0; 2], index as f64 * std::f64::consts::TAU / 6.0, 4500.0);
        sensor(Kind::Azimuth { at_m }, 0.85, 1.0, 0.5_f64.to_radians())
    };
    scene.sensors = (0..6).map(post).collect();
    scene
}

/// Seven ears, each paired with the one in the middle, giving differences of arrival only.
fn delays() -> Scene {
    let mut scene =
        Scene::positions("arrival differences only, 7 ears, 5 things, 8 km", 32, 5, 0.0);
    scene.side_m = 8000.0;
    scene.sorts = vec![(0.5, [10.0, 40.0])];
    let ear = |index: usize| {
        let at_m = along([4000.0; 2], index as f64 * std::f64::consts::TAU / 6.0, 3000.0);
        let kind = Kind::Delay { at_m, other_m: [4000.0; 2], speed_mps: 340.0 };
        sensor(kind, 0.85, 1.0, 0.05)
    };
    scene.sensors = (0..6).map(ear).collect();
    scene
}

/// Two sensors of positions whose circles hardly meet, and a strip that neither sees.
fn handover() -> Scene {
    let mut scene = Scene::positions("handover and gap, two circles", 33, 25, 0.0);
    scene.side_m = 10_000.0;
    scene.end_per_s = 0.001;
    scene.sorts = vec![(0.2, [20.0, 40.0])];
    let circle = |x_m: f64, chance: f64, sigma: f64| {
        within(sensor(Kind::Position, chance, 10.0, sigma), [x_m, 5000.0], 3300.0)
    };
    scene.sensors = vec![circle(2200.0, 0.9, 15.0), circle(7800.0, 0.7, 40.0)];
    scene
}

/// Vehicles and drones together.
fn kinds() -> Scene {
    let mut scene = Scene::positions("vehicles and drones", 34, 100, 100.0);
    scene.sorts = vec![(1.0, [3.0, 20.0]), (4.0, [20.0, 80.0])];
    scene
}

/// Prints all.
///
/// # Errors
/// Never; scenes are made here.
pub fn score() -> Outcome {
    for (name, seed, clutter, chance) in [
        ("positions", 11, 100.0, 0.9),
        ("positions, clutter ten times", 12, 1000.0, 0.9),
        ("positions, seen 6 times in 10", 13, 100.0, 0.6),
        ("positions, seen 98 times in 100", 14, 100.0, 0.98),
    ] {
        let mut scene = Scene::positions(name, seed, 100, clutter);
        scene.sensors[0].detection_chance = chance;
        play(&scene, 100.0);
    }
    let mut uneven = Scene::positions("positions, uneven steps of 2 s", 15, 100, 100.0);
    (uneven.step_s, uneven.jitter) = (2.0, 0.7);
    play(&uneven, 100.0);
    play(&kinds(), 100.0);
    play(&bearings(), 300.0);
    play(&delays(), 300.0);
    play(&handover(), 300.0);
    let mut zone = Scene::positions("100 things, 20 km", 21, 100, 100.0);
    zone.scans = 400;
    incursions(&zone);
    let mut sparse = Scene::positions("seen 6 times in 10, every 4 s", 22, 100, 50.0);
    (sparse.step_s, sparse.scans) = (4.0, 400);
    sparse.sensors[0].detection_chance = 0.6;
    incursions(&sparse);
    Ok(())
}
