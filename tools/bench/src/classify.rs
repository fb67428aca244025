//! `cargo x score classify`: how often the chances that the classifier gives come true, in worlds
//! whose physics, weather, habits and rates it is not told. Every world has laws of its own
//! (`sim::laws`): a hundred worlds of one law would be one world, and judge the classifier on it.

use sim::happening::Happening;
use sim::laws::Laws;
use sim::network::{Sensor, network};
use sim::noticing::notice;
use sim::random::Random;
use watch::classify::classify;
use watch::classify_assumptions::Assumptions;
use watch::classify_cause::{CAUSE_COUNT, CAUSES, Cause};
use watch::classify_features::{Features, Fire};
use watch::priors::Priors;
use watch::settings::{CLASS_COUNT, CLASSES};
use watch::{Class, settings};

use crate::run::Outcome;

/// How much to simulate.
#[derive(clap::Args)]
pub struct Options {
    /// The first world's seed.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many worlds.
    #[arg(long, default_value_t = 40)]
    worlds: u64,
    /// Happenings in each.
    #[arg(long, default_value_t = 150)]
    happenings: u32,
    /// One law for all worlds: that of the textbook, where charges of one size are all alike.
    #[arg(long)]
    textbook: bool,
    /// By sound and tremor alone: nothing of fires, strokes, engines, words and the place's history.
    #[arg(long)]
    sound_only: bool,
}

/// How often each cause happens against the others; a world's own rates differ by a factor of two.
const MIX: [(Cause, f64); CAUSE_COUNT] = [
    (Cause::Detonation, 4.0),
    (Cause::AirStrike, 4.0),
    (Cause::UavStrike, 6.0),
    (Cause::Artillery, 14.0),
    (Cause::SmallArms, 6.0),
    (Cause::Weapons, 2.0),
    (Cause::AircraftPassing, 6.0),
    (Cause::SonicBoom, 3.0),
    (Cause::AccessDenial, 2.0),
    (Cause::Interference, 2.0),
    (Cause::AbnormalFire, 4.0),
    (Cause::OrdinaryFire, 10.0),
    (Cause::QuarryBlast, 8.0),
    (Cause::Thunder, 14.0),
    (Cause::RocketLaunch, 2.0),
    (Cause::ReEntry, 2.0),
    (Cause::Earthquake, 3.0),
    (Cause::News, 8.0),
];
/// Classes that say "something exploded".
const EXPLOSIVE: [Class; 4] =
    [Class::Explosion, Class::AirStrike, Class::UavStrike, Class::ArtilleryFire];

/// One judged happening.
struct Judged {
    cause: Cause,
    heard: bool,
    classes: [f64; CLASS_COUNT],
    prior: [f64; CLASS_COUNT],
    size: Option<(f64, [f64; 3])>,
}

/// Runs and prints.
pub fn score(options: &Options) -> Outcome {
    let assumptions = Assumptions::default();
    let mut rates = [0.0; CAUSE_COUNT];
    for (cause, rate) in MIX {
        rates[cause as usize] = rate;
    }
    let priors = Priors::stated(rates);
    let mut judged = Vec::new();
    let started = std::time::Instant::now();
    for seed in options.seed..options.seed + options.worlds {
        let laws = if options.textbook { Laws::textbook() } else { Laws::of(seed) };
        world(&laws, seed, options, &priors, &assumptions, &mut judged);
    }
    println!(
        "{} happenings noticed in {} worlds ({:.1} s)\n",
        judged.len(),
        options.worlds,
        started.elapsed().as_secs_f64()
    );
    let heard: Vec<&Judged> = judged.iter().filter(|one| one.heard).collect();
    summary("all", &judged.iter().collect::<Vec<_>>());
    summary("heard by sensors", &heard);
    reliability(&judged);
    by_class(&judged);
    by_cause(&judged);
    sizes(&heard);
    Ok(())
}

fn world(
    laws: &Laws,
    seed: u64,
    options: &Options,
    priors: &Priors,
    assumptions: &Assumptions,
    judged: &mut Vec<Judged>,
) {
    let middle = kernel::Place { lon: 36.0, lat: 48.5 };
    let sensors = heard_by(laws, seed, middle);
    let mut random = Random::of(seed, "classify");
    let weights: Vec<f64> =
        MIX.iter().map(|(_, rate)| rate * libm::exp(0.7 * random.normal())).collect();
    let prior = classes_of(&priors.shares());
    for _ in 0..options.happenings {
        let cause = MIX[drawn(&weights, &mut random)].0;
        let at = kernel::Time::from_date(2026, 1, 1).unwrap_or(kernel::Time::MIN)
            + kernel::Duration::seconds((random.unit() * 365.0 * 86_400.0) as i64);
        let place = middle
            .shifted_m(random.between(-25_000.0, 25_000.0), random.between(-25_000.0, 25_000.0));
        let happening = laws.bend(Happening::draw(cause, at, place, &mut random), &mut random);
        let mut noticed = notice(laws, seed, &sensors, &happening, &mut random);
        if options.sound_only {
            noticed.features = sound_of(noticed.features);
        }
        let heard = noticed.first.len() >= 4;
        let fire = matches!(noticed.features.fire, Some(Fire::Seen { .. }));
        if !heard && !fire && noticed.features.words.is_none() {
            continue;
        }
        let verdict = classify(&noticed.features, priors, assumptions);
        let size = verdict
            .size_kg
            .filter(|_| EXPLOSIVE.contains(&cause.class()))
            .map(|size| (happening.charge_kg * libm::pow(happening.muffled, 3.0), size));
        judged.push(Judged { cause, heard, classes: verdict.class_shares(), prior, size });
    }
}

/// What sensors of sound and tremors alone can tell.
fn sound_of(features: Features) -> Features {
    Features { approach: None, fire: None, lightning: None, words: None, pattern: None, ..features }
}

/// Microphones 5 to 12 km apart, as quiet or noisy as the world's laws say.
fn heard_by(laws: &Laws, seed: u64, middle: kernel::Place) -> Vec<Sensor> {
    let spacing_m = Random::of(seed, "classify spacing").between(5_000.0, 12_000.0);
    let mut sensors = network(seed, middle, 60_000.0, spacing_m);
    sensors.iter_mut().for_each(|sensor| sensor.noise *= laws.noise);
    sensors
}

fn classes_of(causes: &[f64; CAUSE_COUNT]) -> [f64; CLASS_COUNT] {
    let mut classes = [0.0; CLASS_COUNT];
    for (cause, share) in CAUSES.iter().zip(causes) {
        classes[cause.class() as usize] += share;
    }
    classes
}

fn drawn(weights: &[f64], random: &mut Random) -> usize {
    let mut left = random.unit() * weights.iter().sum::<f64>();
    for (index, weight) in weights.iter().enumerate() {
        left -= weight;
        if left < 0.0 {
            return index;
        }
    }
    weights.len() - 1
}

fn summary(name: &str, judged: &[&Judged]) {
    let count = judged.len() as f64;
    let loss = |of: fn(&Judged) -> &[f64; CLASS_COUNT]| {
        let each =
            judged.iter().map(|one| -libm::log(of(one)[one.cause.class() as usize].max(1e-6)));
        each.sum::<f64>() / count
    };
    let right = judged.iter().filter(|one| likeliest(&one.classes) == one.cause.class()).count();
    println!(
        "{name} ({count}): log loss {:.3} nats against {:.3} of the prior; likeliest class right {:.1} %; expected calibration error {:.2} % (likeliest), {:.2} % (every class)",
        loss(|one| &one.classes),
        loss(|one| &one.prior),
        right as f64 / count * 100.0,
        error(&bins(judged, true)) * 100.0,
        error(&bins(judged, false)) * 100.0,
    );
}

fn likeliest(classes: &[f64; CLASS_COUNT]) -> Class {
    let best = (0..CLASS_COUNT).max_by(|one, other| classes[*one].total_cmp(&classes[*other]));
    settings::CLASSES[best.unwrap_or(0)]
}

/// Ten bins of the stated chance: count, mean stated, share that came true.
fn bins(judged: &[&Judged], likeliest_only: bool) -> [(f64, f64, f64); 10] {
    let mut bins = [(0.0, 0.0, 0.0); 10];
    for one in judged {
        for class in CLASSES {
            if likeliest_only && likeliest(&one.classes) != class {
                continue;
            }
            let came = f64::from(u8::from(one.cause.class() == class));
            into(&mut bins, one.classes[class as usize], came);
        }
    }
    bins
}

fn into(bins: &mut [(f64, f64, f64); 10], stated: f64, came: f64) {
    let bin = &mut bins[((stated * 10.0) as usize).min(9)];
    *bin = (bin.0 + 1.0, bin.1 + stated, bin.2 + came);
}

fn error(bins: &[(f64, f64, f64); 10]) -> f64 {
    let count: f64 = bins.iter().map(|bin| bin.0).sum();
    bins.iter().map(|bin| (bin.1 - bin.2).abs()).sum::<f64>() / count.max(1.0)
}

fn reliability(judged: &[Judged]) {
    let all: Vec<&Judged> = judged.iter().collect();
    println!("\nstated chance of a class | times stated | mean stated | came true (99 % interval)");
    for (count, stated, came) in bins(&all, false) {
        if count > 0.0 {
            let (stated, share) = (stated / count, came / count);
            let [low, high] = wilson(came, count);
            println!(
                "  {count:7} | {:5.1} % | {:5.1} % ({:.1} to {:.1})",
                stated * 100.0,
                share * 100.0,
                low * 100.0,
                high * 100.0
            );
        }
    }
}

/// The 99 % interval of a share (Wilson 1927).
fn wilson(came: f64, count: f64) -> [f64; 2] {
    const Z: f64 = 2.576;
    let (share, shrunk) = (came / count, Z * Z / count);
    let half = Z * ((share * (1.0 - share) + shrunk / 4.0) / count).sqrt();
    [-half, half].map(|half| (share + shrunk / 2.0 + half) / (1.0 + shrunk))
}

/// Each class as a question of its own: how far its stated chances are off, in the mean over ten
/// bins, and what they score.
fn by_class(judged: &[Judged]) {
    println!(
        "\nclass | times | mean stated | expected calibration error | Brier score | log score, nats"
    );
    let count = judged.len() as f64;
    for class in CLASSES {
        let mut bins = [(0.0, 0.0, 0.0); 10];
        let (mut times, mut sum, mut brier, mut loss) = (0.0, 0.0, 0.0, 0.0);
        for one in judged {
            let (stated, came) =
                (one.classes[class as usize], f64::from(u8::from(one.cause.class() == class)));
            into(&mut bins, stated, came);
            (times, sum) = (times + came, sum + stated);
            brier += (stated - came) * (stated - came);
            loss -= libm::log((1.0 - (stated - came).abs()).max(1e-6));
        }
        println!(
            "  {class:?}: {times} | {:.2} % ({:.2} % were) | {:.2} % | {:.4} | {:.4}",
            sum / count * 100.0,
            times / count * 100.0,
            error(&bins) * 100.0,
            brier / count,
            loss / count
        );
    }
}

fn by_cause(judged: &[Judged]) {
    println!(
        "\ncause | heard | likeliest class right | chance given to explosions, mean | called an explosion (>= 50 %)"
    );
    for cause in CAUSES {
        let of: Vec<&Judged> = judged.iter().filter(|one| one.cause == cause).collect();
        if of.is_empty() {
            continue;
        }
        let count = of.len() as f64;
        let explosive = |one: &Judged| -> f64 {
            EXPLOSIVE.iter().map(|class| one.classes[*class as usize]).sum()
        };
        let heard = of.iter().filter(|one| one.heard).count();
        let right = of.iter().filter(|one| likeliest(&one.classes) == cause.class()).count();
        let mean = of.iter().map(|one| explosive(one)).sum::<f64>() / count;
        let called = of.iter().filter(|one| explosive(one) >= 0.5).count();
        println!(
            "  {cause:?} {count}: {heard} | {:.1} % | {:.1} % | {called}",
            right as f64 / count * 100.0,
            mean * 100.0
        );
    }
}

/// How often the 5 % to 95 % interval of the size holds the acoustic charge.
fn sizes(heard: &[&Judged]) {
    let sized: Vec<(f64, [f64; 3])> = heard.iter().filter_map(|one| one.size).collect();
    let inside = sized.iter().filter(|(truth, of)| of[0] <= *truth && *truth <= of[2]).count();
    let mut factors: Vec<f64> = sized.iter().map(|(truth, of)| of[1] / truth).collect();
    factors.sort_by(f64::total_cmp);
    let at = |share: f64| factors.get((factors.len() as f64 * share) as usize).copied();
    println!(
        "\nsize: {inside} of {} charges inside 5 % to 95 % ({:.1} %); estimate over truth: 5 % {:.2?}, median {:.2?}, 95 % {:.2?}",
        sized.len(),
        inside as f64 / sized.len().max(1) as f64 * 100.0,
        at(0.05),
        at(0.5),
        at(0.95)
    );
}
