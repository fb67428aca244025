//! The chance of noticing: stated against observed in a simulated world, and how fast a theatre
//! is done.
//!
//! The simulation shares no code with what it checks beyond the description of the scene: it
//! draws who is up, what each sensor's amplitude is, whether a fire still burns when a satellite
//! comes over and whether cloud lies between, and then applies the rule - enough arrivals, or one
//! look, pass or report - to each incident.

mod draw;
mod world;

use kernel::{Duration, Place, Time};
use watch::Class;
use watch::capability::notice::{Noticing, Question};
use watch::settings::Settings;

use crate::meter::Meter;
use crate::run::Outcome;
use draw::Draw;
use world::Kinds;

/// How much is drawn.
#[derive(clap::Args)]
pub struct Options {
    /// Scenes a kind of source.
    #[arg(long, default_value_t = 40_000)]
    scenes: u64,
    /// Incidents a scene.
    #[arg(long, default_value_t = 50)]
    incidents: u64,
    /// First seed.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

const KINDS: [(&str, Kinds); 7] = [
    ("acoustic networks", Kinds { acoustic: true, ..Kinds::NONE }),
    ("seismic networks", Kinds { seismic: true, ..Kinds::NONE }),
    ("infrasound networks", Kinds { infrasound: true, ..Kinds::NONE }),
    ("satellites", Kinds { satellites: true, ..Kinds::NONE }),
    ("cameras, drones, patrols", Kinds { looks: true, ..Kinds::NONE }),
    ("press", Kinds { press: true, ..Kinds::NONE }),
    ("all together", Kinds::ALL),
];
const CLASSES: [Class; 5] = [
    Class::Explosion,
    Class::AirStrike,
    Class::UavStrike,
    Class::WeaponsPresence,
    Class::AbnormalFire,
];
/// Stated chances are sorted into bins this wide.
const BIN: f64 = 0.05;
const BINS: usize = 20;
/// A bin with fewer incidents says nothing to two points.
const FEWEST: f64 = 10_000.0;

/// What was stated and observed in a bin.
#[derive(Clone, Copy, Default)]
struct Bin {
    stated: f64,
    noticed: f64,
    incidents: f64,
}

impl Bin {
    fn gap(&self) -> f64 {
        (self.noticed - self.stated) / self.incidents
    }

    /// One standard deviation of the observed share.
    fn error(&self) -> f64 {
        let share = self.stated / self.incidents;
        (share * (1.0 - share) / self.incidents).sqrt()
    }
}

/// Compares, kind by kind, and prints the table.
pub fn score(options: &Options) -> Outcome {
    println!("stated against observed share of incidents noticed; gaps in points, with one error");
    let mut worst = 0.0_f64;
    for (at, (name, kinds)) in KINDS.into_iter().enumerate() {
        let bins = compare(kinds, options, options.seed + at as u64 * 1_000_003);
        worst = worst.max(print(name, &bins));
    }
    limits(options);
    println!("worst gap of all bins with {FEWEST} incidents or more: {:.2} points", worst * 100.0);
    Ok(())
}

fn compare(kinds: Kinds, options: &Options, seed: u64) -> [Bin; BINS] {
    let (settings, mut bins) = (Settings::default(), [Bin::default(); BINS]);
    for scene in 0..options.scenes {
        let mut draw = Draw::new(seed.wrapping_add(scene.wrapping_mul(7_919)));
        let class = CLASSES[draw.below(CLASSES.len())];
        let world = world::world(&mut draw, kinds);
        let size_kg = draw.between_logs(1.0, 500.0);
        let question =
            Question { class, size_kg: Some(size_kg), as_of: Some(world.as_of), level: 0.9 };
        let noticing = Noticing::new(&world.scene, question, &settings, &world.cell_places());
        let hour = noticing.hour(world.hour);
        let stated = noticing.over(&hour, 0..world.cell_places().len()).chance;
        let bin = &mut bins[((stated / BIN) as usize).min(BINS - 1)];
        for _ in 0..options.incidents {
            bin.stated += stated;
            bin.incidents += 1.0;
            bin.noticed += f64::from(world::noticed(&mut draw, &world, class, size_kg, &settings));
        }
    }
    bins
}

/// Prints the bins of a kind; the worst gap of those that say something.
fn print(name: &str, bins: &[Bin; BINS]) -> f64 {
    println!("{name}");
    let mut worst = Bin::default();
    let (mut stated, mut noticed, mut incidents) = (0.0, 0.0, 0.0);
    for bin in bins.iter().filter(|bin| bin.incidents > 0.0) {
        let percent = |sum: f64| sum / bin.incidents * 100.0;
        println!(
            "  stated {:5.1} %  observed {:5.1} %  gap {:+5.2} +- {:.2}  ({} incidents)",
            percent(bin.stated),
            percent(bin.noticed),
            bin.gap() * 100.0,
            bin.error() * 100.0,
            bin.incidents
        );
        (stated, noticed) = (stated + bin.stated, noticed + bin.noticed);
        incidents += bin.incidents;
        if bin.incidents >= FEWEST
            && (worst.incidents == 0.0 || bin.gap().abs() > worst.gap().abs())
        {
            worst = *bin;
        }
    }
    let overall = (noticed - stated) / incidents * 100.0;
    let (gap, error) =
        if worst.incidents > 0.0 { (worst.gap(), worst.error()) } else { (0.0, 0.0) };
    println!(
        "  overall {overall:+.2} points; worst bin {:+.2} +- {:.2}",
        gap * 100.0,
        error * 100.0
    );
    gap.abs()
}

/// The upper limit: an incident of just that size must stay below every sensor's noise in one
/// case of ten.
fn limits(options: &Options) {
    let (mut hidden, mut incidents) = (0.0_f64, 0.0_f64);
    for scene in 0..options.scenes {
        let mut draw = Draw::new(options.seed.wrapping_add(scene.wrapping_mul(104_729)));
        let kinds = Kinds { acoustic: true, seismic: true, ..Kinds::NONE };
        let mut world = world::world(&mut draw, kinds);
        // With nothing lost, so that one minute of the hour is as good as another.
        world.scene.losses.clear();
        let question = Question { class: Class::Explosion, size_kg: None, as_of: None, level: 0.9 };
        let places = [world.centre];
        let noticing = Noticing::new(&world.scene, question, &Settings::default(), &places);
        let limit = noticing.at(&noticing.hour(world.hour), 0).limit_log_kg;
        let Some(limit) = limit.filter(|limit| limit.is_finite()) else { continue };
        for _ in 0..options.incidents {
            hidden += f64::from(world::hides(&mut draw, &world, limit));
            incidents += 1.0;
        }
    }
    let share = hidden / incidents;
    let error = (0.09 / incidents).sqrt();
    println!(
        "upper limit at 90 %: an incident of that size hides in {:.2} +- {:.2} % of cases (stated 10 %)",
        share * 100.0,
        error * 100.0
    );
}

/// How large the theatre is.
#[derive(clap::Args)]
pub struct SpeedOptions {
    /// Sensors.
    #[arg(long, default_value_t = 2_000)]
    sensors: usize,
    /// Hours.
    #[arg(long, default_value_t = 24)]
    hours: i64,
}

/// Times a theatre of 1000 x 300 km in cells of 10 km, four places a cell.
pub fn speed(options: &SpeedOptions) -> Outcome {
    let mut draw = Draw::new(7);
    let scene = world::theatre(&mut draw, options.sensors);
    let places: Vec<Place> = (0..200 * 60)
        .map(|at| world::east_north((at % 200) as f64 * 5.0 + 2.5, (at / 200) as f64 * 5.0 + 2.5))
        .collect();
    let meter = Meter::start();
    let question = Question { class: Class::ArtilleryFire, size_kg: None, as_of: None, level: 0.9 };
    let noticing = Noticing::new(&scene, question, &Settings::default(), &places);
    let ready_s = meter.cost().cpu_s;
    let mut sum = 0.0;
    for at in 0..options.hours {
        let hour = noticing.hour(Time(0) + Duration::hours(at));
        // The four places of a cell lie side by side only two by two: their mean is the same.
        sum += (0..places.len()).map(|place| noticing.at(&hour, place).chance).sum::<f64>();
    }
    let cost = meter.cost();
    println!(
        "1000 x 300 km, 3000 cells of 10 km, {} hours, {} sensors, {} looks: {:.2} cpu-s ({ready_s:.2} \
         to make ready), mean chance {:.3}",
        options.hours,
        options.sensors,
        scene.looks.len(),
        cost.cpu_s,
        sum / (places.len() as f64 * options.hours as f64)
    );
    Ok(())
}
