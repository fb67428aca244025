//! `cargo x score infrasound`: sources from bearings and times, on the real shot of 2004 beside BISL's
//! method, on simulated ones whether regions hold what they promise, and how association grows.

use std::process::Command;

use arrivals::infrasound::globe::Spot;
use arrivals::infrasound::{
    Heard, Propagation, Rates, array_error_deg, associate, locate, locate_all, propagation::Path,
};
use clap::Args;
use gateways::infrapy;
use serde_json::Value;
use sim::random::Random;

use crate::meter::Meter;
use crate::run::Outcome;
use crate::score::data;

const PEER: &str = include_str!("infrasound_peer.py");
/// Where and when the shot was (InfraPy, examples/test_bisl.py): 17:23:04 UTC.
const SHOT: (f64, f64) = (41.131, -112.896);
const SHOT_TIME: &str = "2004-06-02T17:23:04Z";
/// The canonical shares of Blom et al. 2018, which count rays.
const CANONICAL: [f64; 3] = [0.0539, 0.0899, 0.8562];

/// The peer.
#[derive(Args)]
pub struct Options {
    /// A Python that has NumPy; without it only our own figures are told.
    #[arg(long, default_value = "python3")]
    python: String,
}

/// Prints all three.
pub fn score(options: &Options) -> Outcome {
    let air = Propagation::default();
    shot(options, &air)?;
    println!(
        "\nsimulated sources: share within the 50, 90 and 99 % region; median area of 90 %, km2"
    );
    let canonical = with_shares(&air, CANONICAL);
    let wide = Propagation { deviation_deg: 4.5, ..air };
    let narrow = Propagation { deviation_deg: 1.5, ..air };
    for of_one_air in [1, 20] {
        println!("  in lists of {of_one_air}:");
        calibration("the prior's own air", &air, &air, of_one_air);
        calibration("canonical shares of paths", &canonical, &air, of_one_air);
        calibration("bearings deviate by 1.5 degrees", &narrow, &air, of_one_air);
        calibration("bearings deviate by 4.5 degrees", &wide, &air, of_one_air);
    }
    println!("\nassociation: sources and false alarms over days at 8 arrays");
    for days in [1.0, 2.0, 4.0, 8.0, 16.0] {
        growth(days, &air);
    }
    println!("\nassociation: as much within one hour, one in five of a source");
    for (count, arrays) in [(300, 8), (3_000, 8), (3_000, 30)] {
        dense(count, arrays, &air);
    }
    Ok(())
}

fn with_shares(air: &Propagation, shares: [f64; 3]) -> Propagation {
    let mut changed = *air;
    let paths = changed.paths.iter_mut().zip(shares);
    paths.for_each(|(path, share): (&mut Path, f64)| path.share = share);
    changed
}

fn shot(options: &Options, air: &Propagation) -> Outcome {
    let folder = data().join("infrasound/uttr2004");
    let truth: kernel::Time = SHOT_TIME.parse().map_err(|_| "the shot's time")?;
    for (name, members) in [("example2.dets.json", 3), ("example1.dets.json", 4)] {
        let path = folder.join(name);
        let bytes = std::fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let infrapy::Read { detections, problems, .. } = infrapy::read(&bytes);
        if !problems.is_empty() {
            return Err(format!("{}: {problems:?}", path.display()));
        }
        let mut arrays: Vec<&str> = detections.iter().map(|one| one.array.as_str()).collect();
        arrays.sort_unstable();
        let heard = |one: &infrapy::Detection| Heard {
            array: arrays.binary_search(&one.array.as_str()).unwrap_or(0) as u32,
            lat_deg: one.lat,
            lon_deg: one.lon,
            time_s: one.time.map(|time| (time - truth).as_seconds()),
            back_azimuth_deg: one.back_azimuth_deg,
            error_deg: array_error_deg(one.f_statistic.unwrap_or(0.0), one.elements.unwrap_or(0.0)),
        };
        let heard: Vec<Heard> = detections.iter().map(heard).collect();
        let of_shot = &heard[..members];
        let origin = locate(of_shot, air).ok_or("no origin")?;
        let when = origin.when.ok_or("no time")?;
        let meter = Meter::start();
        for _ in 0..400 {
            std::hint::black_box(locate(of_shot, air));
        }
        let locate_ms = meter.cost().cpu_s * 1e3 / 400.0;
        let [half, most, all] = origin.regions.map(|region| region.area_km2);
        println!(
            "{name}: {members} detections in {locate_ms:.2} cpu-ms; truth at level {:.2} (time {:.0} s off, \
             90 % {:.0} to {:.0}); 50/90/99 %: {half:.0} {most:.0} {all:.0} km2",
            origin.level_at(SHOT.0, SHOT.1),
            when.time_s,
            when.from_s,
            when.to_s,
        );
        let meter = Meter::start();
        for _ in 0..100 {
            std::hint::black_box(associate(&heard, air, &Rates::default()));
        }
        let associate_ms = meter.cost().cpu_s * 1e3 / 100.0;
        let found = associate(&heard, air, &Rates::default());
        let members: Vec<&[usize]> = found.iter().map(|shared| shared.members.as_slice()).collect();
        let pairs = (heard.len() * (heard.len() - 1) / 2) as f64;
        println!(
            "  association of {}: {members:?} in {associate_ms:.1} cpu-ms, {:.0} pairs a cpu-second",
            heard.len(),
            pairs / associate_ms * 1e3,
        );
        if name.starts_with("example2") {
            peer(options, &path);
        }
    }
    Ok(())
}

fn peer(options: &Options, path: &std::path::Path) {
    let answer = Command::new(&options.python).arg("-c").arg(PEER).arg(path).output();
    let answer =
        answer.ok().and_then(|answer| serde_json::from_slice::<Value>(&answer.stdout).ok());
    match answer {
        Some(answer) => println!("  BISL's method in NumPy: {answer}"),
        None => println!("  BISL's method: {} has no NumPy", options.python),
    }
}

/// Arrays at random in a disc of 800 km.
fn network(random: &mut Random, middle: &Spot, count: usize) -> Vec<Spot> {
    let spot = |random: &mut Random| {
        let (range_km, angle) =
            (800.0 * random.unit().sqrt(), std::f64::consts::TAU * random.unit());
        let (lat, lon) = middle.away(range_km * angle.sin(), range_km * angle.cos()).degrees();
        Spot::new(lat, lon)
    };
    (0..count).map(|_| spot(random)).collect()
}

/// What an array hears of a source.
fn hear(
    random: &mut Random,
    air: &Propagation,
    array: u32,
    station: &Spot,
    source: &Spot,
    time_s: f64,
) -> Heard {
    let (range_km, bearing) = station.to(source);
    let error_deg = random.between(0.5, 4.0);
    let aside =
        (error_deg * error_deg + air.deviation_deg * air.deviation_deg).sqrt() * random.normal();
    let mut wanted = random.unit();
    let path = air.paths.iter().find(|path| {
        wanted -= path.share;
        wanted <= 0.0
    });
    let path = path.unwrap_or(&air.paths[2]);
    let slow = path.mean_s_km + path.spread_s_km * random.normal();
    let (lat_deg, lon_deg) = station.degrees();
    Heard {
        array,
        lat_deg,
        lon_deg,
        time_s: Some(time_s + slow * range_km + air.time_error_s * random.normal()),
        back_azimuth_deg: bearing.to_degrees() + aside,
        error_deg,
    }
}

/// Sources, each with a network of its own, in lists that share what bearings stray.
fn calibration(name: &str, world: &Propagation, air: &Propagation, of_one_air: usize) {
    let mut random = Random::of(7, name);
    let count = 1_000;
    let (mut held, mut areas, meter) = ([0; 3], Vec::new(), Meter::start());
    for _ in 0..count / of_one_air {
        let drawn: Vec<(Spot, Vec<Heard>)> =
            (0..of_one_air).map(|_| draw(&mut random, world)).collect();
        let heard: Vec<Vec<Heard>> = drawn.iter().map(|(_, heard)| heard.clone()).collect();
        for ((source, _), origin) in drawn.iter().zip(locate_all(&heard, air)) {
            let Some(origin) = origin else { continue };
            let (lat, lon) = source.degrees();
            let level = origin.level_at(lat, lon);
            held.iter_mut()
                .zip([0.5, 0.9, 0.99])
                .for_each(|(sum, limit)| *sum += i32::from(level <= limit));
            areas.push(origin.regions[1].area_km2);
        }
    }
    areas.sort_by(f64::total_cmp);
    let share = held.map(|held| f64::from(held) / count as f64);
    println!(
        "    {name}: {share:?}, {:.0}; {:.2} cpu-ms each",
        areas[areas.len() / 2],
        meter.cost().cpu_s * 1e3 / count as f64,
    );
}

/// A source somewhere, and what two to six arrays around hear of it.
fn draw(random: &mut Random, world: &Propagation) -> (Spot, Vec<Heard>) {
    let middle = Spot::new(random.between(-60.0, 60.0), random.between(-180.0, 180.0));
    let size = 2 + random.index(5);
    let stations = network(random, &middle, size);
    let source = network(random, &middle, 1)[0];
    let heard = (0..)
        .zip(&stations)
        .map(|(array, station)| hear(random, world, array, station, &source, 0.0))
        .collect();
    (source, heard)
}

/// Twelve sources and ten false alarms an array a day; half of the arrays hear a source.
fn growth(days: f64, air: &Propagation) {
    let mut random = Random::of(11, "growth");
    let middle = Spot::new(48.0, 32.0);
    let stations = network(&mut random, &middle, 8);
    let (mut heard, mut truth) = (Vec::new(), Vec::new());
    let sources = (12.0 * days) as u32;
    for number in 0..sources {
        let (source, time_s) =
            (network(&mut random, &middle, 1)[0], random.between(0.0, 86_400.0 * days));
        for (array, station) in (0..).zip(&stations) {
            if random.chance(0.5) {
                heard.push(hear(&mut random, air, array, station, &source, time_s));
                truth.push(number);
            }
        }
    }
    for (array, station) in (0..).zip(&stations) {
        for _ in 0..(10.0 * days) as usize {
            let (lat_deg, lon_deg) = station.degrees();
            heard.push(Heard {
                array,
                lat_deg,
                lon_deg,
                time_s: Some(random.between(0.0, 86_400.0 * days)),
                back_azimuth_deg: random.between(0.0, 360.0),
                error_deg: random.between(0.5, 4.0),
            });
            truth.push(u32::MAX);
        }
    }
    let meter = Meter::start();
    let found = associate(&heard, air, &Rates::default());
    let cpu_s = meter.cost().cpu_s;
    // A group is a source's when more than half of it is, and it is not that source's second.
    let mut right = std::collections::BTreeSet::new();
    for shared in &found {
        let of =
            |number: u32| shared.members.iter().filter(|member| truth[**member] == number).count();
        right.extend((0..sources).find(|number| 2 * of(*number) > shared.members.len()));
    }
    let several =
        (0..sources).filter(|number| truth.iter().filter(|of| *of == number).count() >= 2).count();
    println!(
        "  {days} days, {} detections: {:.2} cpu-s, {:.2} ms each, {:.0} pairs a cpu-second; {} groups, {} of {several} sources heard twice or more",
        heard.len(),
        cpu_s,
        cpu_s * 1e3 / heard.len() as f64,
        (heard.len() * (heard.len() - 1) / 2) as f64 / cpu_s,
        found.len(),
        right.len(),
    );
}

/// Detections that all come within one hour.
fn dense(count: usize, arrays: usize, air: &Propagation) {
    let mut random = Random::of(11, "dense");
    let middle = Spot::new(48.0, 32.0);
    let stations = network(&mut random, &middle, arrays);
    let mut heard = Vec::new();
    while heard.len() < count / 5 {
        let source = network(&mut random, &middle, 1)[0];
        let time_s = random.between(0.0, 3_600.0);
        for (array, station) in (0..).zip(&stations) {
            if random.chance(0.5) {
                heard.push(hear(&mut random, air, array, station, &source, time_s));
            }
        }
    }
    while heard.len() < count {
        let array = random.index(arrays);
        let (lat_deg, lon_deg) = stations[array].degrees();
        heard.push(Heard {
            array: array as u32,
            lat_deg,
            lon_deg,
            time_s: Some(random.between(0.0, 3_600.0)),
            back_azimuth_deg: random.between(0.0, 360.0),
            error_deg: random.between(0.5, 4.0),
        });
    }
    let meter = Meter::start();
    let found = associate(&heard, air, &Rates::default());
    let cpu_s = meter.cost().cpu_s;
    println!(
        "  {} detections at {arrays} arrays: {cpu_s:.2} cpu-s, {:.2} ms each; {} groups",
        heard.len(),
        cpu_s * 1e3 / heard.len() as f64,
        found.len(),
    );
}
