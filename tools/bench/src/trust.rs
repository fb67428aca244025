//! `cargo x score trust`: how soon each fault of a simulated sensor is found, and how often a sound
//! one is accused, against the bound.

use kernel::{Duration, Place, Time};
use sim::faults::{Fault, FaultKind};
use sim::happening::Happening;
use sim::random::Random;
use sim::watching::{Watched, watch};
use watch::classify_cause::Cause;
use watch::trust::{DOUBTED, State, Stated, follow};

use crate::run::Outcome;

/// How much to simulate.
#[derive(clap::Args)]
pub struct Options {
    /// The first world's seed.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many worlds.
    #[arg(long, default_value_t = 6)]
    worlds: u64,
    /// Incidents in each world's month.
    #[arg(long, default_value_t = 400)]
    incidents: u32,
}

/// The faults, by name and the state in which each is rightly found.
const FAULTS: [(&str, FaultKind, State); 9] = [
    ("clock runs off 2 s a day", FaultKind::ClockDrift { s_per_day: 2.0 }, State::DriftingClock),
    ("clock jumps by 1.5 s", FaultKind::ClockJump { by_s: 1.5 }, State::DriftingClock),
    ("dead", FaultKind::Dead, State::Deaf),
    ("stuck", FaultKind::Stuck, State::Stuck),
    ("duplicated", FaultKind::Duplicated, State::Duplicated),
    ("invents 20 a day", FaultKind::Inventing { a_day: 20.0 }, State::Inventing),
    ("hides half", FaultKind::Hiding { share: 0.5 }, State::Hiding),
    ("hides nine tenths", FaultKind::Hiding { share: 0.9 }, State::Hiding),
    ("1.1 km off", FaultKind::Misplaced { east_m: 900.0, north_m: -600.0 }, State::Misplaced),
];
const DAYS: i64 = 30;

/// What became of the sensors with one fault.
#[derive(Default)]
struct Found {
    sensors: u32,
    doubted: u32,
    named: u32,
    after: Vec<u32>,
    before: u32,
}

/// Runs and prints.
pub fn score(options: &Options) -> Outcome {
    let mut found: Vec<Found> = FAULTS.iter().map(|_| Found::default()).collect();
    let (mut sound, mut accused, mut as_what) = (0_u32, 0_u32, std::collections::BTreeMap::new());
    let stated = Stated::default();
    for seed in options.seed..options.seed + options.worlds {
        let (watched, faults) = world(seed, options.incidents);
        for (sensor, fault) in watched.iter().zip(&faults) {
            let steps = follow(&sensor.items, &stated);
            let doubted = steps.iter().find(|(_, verdict)| verdict.unsound() >= DOUBTED);
            let Some((kind, since)) = fault else {
                sound += 1;
                if let Some((_, verdict)) = doubted {
                    accused += 1;
                    *as_what.entry(verdict.state).or_insert(0) += 1;
                }
                continue;
            };
            found[*kind].judge(sensor, &steps, *since, FAULTS[*kind].2);
        }
    }
    println!(
        "{} worlds of {DAYS} days with {} incidents each\n",
        options.worlds, options.incidents
    );
    println!(
        "fault | sensors | doubted | rightly named | chances to notice until then: median, 90 % | doubted before it began"
    );
    for ((name, ..), one) in FAULTS.iter().zip(&mut found) {
        one.after.sort_unstable();
        let at = |share: f64| {
            let after = one.after.get((one.after.len() as f64 * share) as usize);
            after.map_or("-".to_owned(), ToString::to_string)
        };
        println!(
            "  {name} | {} | {} | {} | {}, {} | {}",
            one.sensors,
            one.doubted,
            one.named,
            at(0.5),
            at(0.9),
            one.before
        );
    }
    // A posterior odds that grows by chance alone exceeds A with at most (prior odds + hazard) / A.
    let prior = stated.faults_per_day / stated.repairs_per_day;
    let bound = (prior + stated.faults_per_day * DAYS as f64) * (1.0 - DOUBTED) / DOUBTED;
    println!(
        "\nsound sensors: {accused} of {sound} source-months accused ({:.3} % against a bound of {:.3} %); accused as: {as_what:?}",
        f64::from(accused) / f64::from(sound.max(1)) * 100.0,
        bound * 100.0
    );
    Ok(())
}

impl Found {
    fn judge(
        &mut self,
        sensor: &Watched,
        steps: &[(Time, watch::trust::Verdict)],
        since: Time,
        right: State,
    ) {
        self.sensors += 1;
        self.before += u32::from(
            steps.iter().any(|(at, verdict)| *at < since && verdict.unsound() >= DOUBTED),
        );
        let doubted =
            steps.iter().find(|(at, verdict)| *at >= since && verdict.unsound() >= DOUBTED);
        let Some((at, _)) = doubted else { return };
        self.doubted += 1;
        self.named += u32::from(steps.last().is_some_and(|(_, last)| last.state == right));
        let chance = |item: &&watch::trust::Item| {
            let chance = matches!(item.what, watch::trust::What::Chance { .. });
            chance && since <= item.at && item.at <= *at
        };
        self.after.push(sensor.items.iter().filter(chance).count() as u32);
    }
}

type Faulty = Option<(usize, Time)>;

/// A month of strikes and shelling, heard by a network of which some sensors go wrong.
fn world(seed: u64, incidents: u32) -> (Vec<Watched>, Vec<Faulty>) {
    let middle = Place { lon: 36.0, lat: 48.5 };
    let start = Time::from_date(2026, 4, 1).unwrap_or(Time::MIN);
    let mut random = Random::of(seed, "trust");
    let mut sensors = sim::network::network(seed, middle, 36_000.0, 3_600.0);
    sensors.retain(|sensor| sensor.ear == sim::network::Ear::Acoustic);
    let mut faults: Vec<Faulty> = vec![None; sensors.len()];
    for kind in (0..FAULTS.len()).chain(0..FAULTS.len()) {
        let index = random.index(sensors.len());
        let since = start + Duration::seconds((random.between(6.0, 12.0) * 86_400.0) as i64);
        if faults[index].is_none() {
            sensors[index].fault = Some(Fault { since, kind: FAULTS[kind].1 });
            // A wrong position is wrong from the start.
            let misplaced = matches!(FAULTS[kind].1, FaultKind::Misplaced { .. });
            faults[index] = Some((kind, if misplaced { start } else { since }));
        }
    }
    let mut happenings: Vec<Happening> = (0..incidents)
        .map(|_| {
            let at = start + Duration((random.unit() * DAYS as f64 * 86_400.0 * 1e6) as i64);
            let place = middle.shifted_m(
                random.between(-18_000.0, 18_000.0),
                random.between(-18_000.0, 18_000.0),
            );
            let causes = [Cause::Artillery, Cause::UavStrike, Cause::Detonation, Cause::AirStrike];
            Happening::draw(causes[random.index(causes.len())], at, place, &mut random)
        })
        .collect();
    happenings.sort_by_key(|happening| happening.at);
    let end = start + Duration::days(DAYS);
    (watch(seed, &sensors, &happenings, (start, end), middle), faults)
}
