//! `cargo x bench array` and `cargo x score array`: waves across arrays, how fast beside ObsPy's f-k,
//! and whether stated errors and false alarms are what comes out.

use std::fmt::Write as _;
use std::process::Command;

use clap::Args;
use gateways::waveform::{self, PieceSize};
use kernel::Place;
use serde_json::Value;
use signal::{ArraySettings, Element, Sweep, sweep};
use sim::random::Random;

use crate::meter::Meter;
use crate::run::{Outcome, root};
use crate::score::data;

const PEER: &str = include_str!("array_peer.py");

/// The peer.
#[derive(Args)]
pub struct Options {
    /// A Python that has ObsPy; without it only our own speed is told.
    #[arg(long, default_value = "python3")]
    python: String,
}

/// Elements with places and samples.
struct Array {
    places_m: Vec<(f64, f64)>,
    samples: Vec<Vec<f64>>,
}

impl Array {
    fn sweep(&self, settings: &ArraySettings) -> Outcome<Sweep> {
        let elements: Vec<Element> = self
            .places_m
            .iter()
            .zip(&self.samples)
            .map(|((east_m, north_m), samples)| Element {
                name: "element",
                east_m: *east_m,
                north_m: *north_m,
                samples,
            })
            .collect();
        sweep(&elements, settings).map_err(|fault| fault.to_string())
    }
}

/// Speed on the real array of four and on a simulated one of nine, beside the peer.
pub fn bench(options: &Options) -> Outcome {
    let folder = data().join("infrasound/brp2012");
    let real = read(&folder)?;
    let settings = ArraySettings::infrasound(100.0, 0.5, 2.5);
    let found = timed("brp2012, 4 elements, 100 Hz, 0.5-2.5 Hz", &real, &settings)?;
    for one in &found.detections {
        let slowness = &one.peak.slowness;
        println!(
            "  {:.0} to {:.0} s: from {:.1} +- {:.1} deg, {:.0} +- {:.0} m/s, F {:.1}, closure {:.1} ms",
            one.start_s,
            one.end_s,
            slowness.back_azimuth_deg(),
            slowness.back_azimuth_error_deg(),
            slowness.trace_velocity_m_s(),
            slowness.trace_velocity_error_m_s(),
            one.peak.f_statistic,
            one.peak.closure_s * 1e3,
        );
    }
    peer(options, &["brp", &folder.display().to_string()]);
    let array = simulated(&mut Random::of(99, "array"), 9, 2_000.0, 20.0, 900.0, Some(1.0));
    let settings = ArraySettings::infrasound(20.0, 0.5, 4.0);
    timed("simulated, 9 elements, 20 Hz, 0.5-4 Hz", &array.0, &settings)?;
    let file = root().join("target/bench/array.csv");
    let mut text = String::new();
    for ((east, north), samples) in array.0.places_m.iter().zip(&array.0.samples) {
        let _ = write!(text, "{east},{north}");
        samples.iter().for_each(|sample| _ = write!(text, ",{sample:.5}"));
        text.push('\n');
    }
    let failed = |error: std::io::Error| format!("{}: {error}", file.display());
    std::fs::create_dir_all(root().join("target/bench")).map_err(failed)?;
    std::fs::write(&file, text).map_err(failed)?;
    peer(options, &["csv", &file.display().to_string(), "20"]);
    Ok(())
}

fn timed(name: &str, array: &Array, settings: &ArraySettings) -> Outcome<Sweep> {
    let found = array.sweep(settings)?;
    let meter = Meter::start();
    let mut rounds = 0;
    while meter.cost().cpu_s < 1.0 {
        array.sweep(settings)?;
        rounds += 1;
    }
    let windows = found.windows.len() as f64 * f64::from(rounds);
    println!(
        "{name}: {:.0} windows a cpu-second ({} windows)",
        windows / meter.cost().cpu_s,
        found.windows.len()
    );
    Ok(found)
}

fn peer(options: &Options, words: &[&str]) {
    let answer = Command::new(&options.python).arg("-c").arg(PEER).args(words).output();
    let answer =
        answer.ok().and_then(|answer| serde_json::from_slice::<Value>(&answer.stdout).ok());
    let Some(answer) = answer else {
        println!("  ObsPy: {} has it not", options.python);
        return;
    };
    let (windows, cpu_s) = (answer["windows"].as_f64(), answer["cpu_s"].as_f64());
    if let (Some(windows), Some(cpu_s)) = (windows, cpu_s) {
        println!(
            "  ObsPy f-k, 41 x 41: {:.0} windows a cpu-second ({windows} windows)",
            windows / cpu_s
        );
        println!("  its strongest [s, power, back azimuth]: {}", answer["strongest"]);
    }
}

fn read(folder: &std::path::Path) -> Outcome<Array> {
    let (mut places, mut samples) = (Vec::new(), Vec::new());
    let entries =
        std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        let failed = |error: std::io::Error| format!("{}: {error}", path.display());
        let file = std::fs::File::open(&path).map_err(failed)?;
        let account = waveform::read(file, PieceSize::WHOLE, &mut |piece| {
            samples.push(piece.trace.samples);
        });
        places.extend(account.map_err(failed)?.places.into_values());
    }
    let middle = Place { lon: places[0][0], lat: places[0][1] };
    let place = |[lon, lat, _]: &[f64; 3]| middle.offset_to_m(Place { lon: *lon, lat: *lat });
    Ok(Array { places_m: places.iter().map(place).collect(), samples })
}

/// An array at random in a square, white noise of unit power in the band of 3.5 Hz, and, when a
/// ratio of powers is given, one plane wave of many tones; its direction and speed beside it.
fn simulated(
    random: &mut Random,
    elements: usize,
    wide_m: f64,
    rate_hz: f64,
    long_s: f64,
    ratio: Option<f64>,
) -> (Array, (f64, f64)) {
    let place =
        |random: &mut Random| ((random.unit() - 0.5) * wide_m, (random.unit() - 0.5) * wide_m);
    let places_m: Vec<(f64, f64)> = (0..elements).map(|_| place(random)).collect();
    let (azimuth, speed_m_s) = (360.0 * random.unit(), 300.0 + 150.0 * random.unit());
    let slowness =
        (-azimuth.to_radians().sin() / speed_m_s, -azimuth.to_radians().cos() / speed_m_s);
    let tones: Vec<[f64; 3]> = (0..50)
        .map(|_| {
            [0.5 + 3.5 * random.unit(), std::f64::consts::TAU * random.unit(), random.normal()]
        })
        .collect();
    let (noise, count) = ((rate_hz / 7.0).sqrt(), (long_s * rate_hz) as usize);
    let wave = |time_s: f64| -> f64 {
        let tone = |[hz, phase, size]: &[f64; 3]| {
            size * (std::f64::consts::TAU * hz * time_s + phase).cos()
        };
        tones.iter().map(tone).sum::<f64>() / 5.0
    };
    let samples = places_m.iter().map(|(east, north)| {
        let delay_s = slowness.0 * east + slowness.1 * north;
        let sample = |at: usize| {
            let signal =
                ratio.map_or(0.0, |ratio| ratio.sqrt() * wave(at as f64 / rate_hz - delay_s));
            signal + noise * random.normal()
        };
        (0..count).map(sample).collect()
    });
    let samples = samples.collect();
    (Array { places_m, samples }, slowness)
}

/// False alarms in noise, and errors against the spread, on arrays of many shapes.
pub fn score() -> Outcome {
    println!("noise alone: share of windows under a chance (12 h each)");
    for (elements, wide_m) in [(4, 170.0), (4, 1_000.0), (6, 500.0), (9, 2_000.0)] {
        let mut random = Random::of(elements as u64, "noise");
        let (array, _) = simulated(&mut random, elements, wide_m, 20.0, 43_200.0, None);
        let found = array.sweep(&ArraySettings::infrasound(20.0, 0.5, 4.0))?;
        let windows = found.windows.len() as f64;
        let share = |chance: f64| {
            found.windows.iter().filter(|wave| wave.chance < chance).count() as f64 / windows
        };
        println!(
            "  {elements} elements in {wide_m:.0} m: 0.1: {:.3}, 0.01: {:.4}, 0.001: {:.4}; {} detections at 1 a day",
            share(0.1),
            share(0.01),
            share(0.001),
            found.detections.len(),
        );
    }
    println!("plane waves: share of 400 within the 50, 90 and 99 % ellipse of slowness");
    let mut pooled = [0.0; 4];
    for (number, elements, wide_m, ratio) in [
        (1, 3, 300.0, 3.0),
        (2, 4, 170.0, 1.0),
        (3, 4, 170.0, 10.0),
        (4, 4, 1_000.0, 30.0),
        (5, 6, 500.0, 0.3),
        (6, 9, 2_000.0, 0.2),
        (7, 9, 1_000.0, 30.0),
        (8, 20, 1_000.0, 1.0),
    ] {
        let mut random = Random::of(number, "waves");
        let held = waves(&mut random, elements, wide_m, ratio)?;
        let [count, half, most, all] = held;
        pooled.iter_mut().zip(held).for_each(|(sum, value)| *sum += value);
        println!(
            "  {elements} elements in {wide_m:.0} m, power ratio {ratio}: {:.3} {:.3} {:.3} of {count} seen",
            half / count,
            most / count,
            all / count,
        );
    }
    let [count, half, most, all] = pooled;
    println!("  all: {:.3} {:.3} {:.3} of {count}", half / count, most / count, all / count);
    Ok(())
}

/// How many waves were seen, and how many of them lay within the three ellipses.
fn waves(random: &mut Random, elements: usize, wide_m: f64, ratio: f64) -> Outcome<[f64; 4]> {
    let mut held = [0.0; 4];
    for _ in 0..400 {
        let (array, (east, north)) = simulated(random, elements, wide_m, 20.0, 60.0, Some(ratio));
        let settings = ArraySettings {
            timing_error_s: 0.0,
            position_error_m: 0.0,
            ..ArraySettings::infrasound(20.0, 0.5, 4.0)
        };
        // An array that chance has put on a line is no array.
        let Ok(found) = array.sweep(&settings) else { continue };
        let Some(wave) = found.windows.get(2).filter(|wave| wave.chance < 1e-4) else { continue };
        let truth = signal::array::Slowness { east, north, ..Default::default() };
        let distance = wave.slowness.distance_squared(&truth);
        held[0] += 1.0;
        for (sum, level) in held[1..].iter_mut().zip([0.5_f64, 0.9, 0.99]) {
            *sum += f64::from(u8::from(distance < -2.0 * (1.0 - level).ln()));
        }
    }
    Ok(held)
}
