//! `cargo x bench signal`: miniSEED decoded, STA/LTA and a 4-corner band-pass over eight channels,
//! in samples a processor-second, with ObsPy over the same samples beside it in the same run.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::Path;
use std::process::Command;

use gateways::miniseed::{Stream, write};
use gateways::steim::Packing;
use gateways::waveform::{PieceSize, read};
use kernel::Time;
use signal::{Averages, Bandpass, ChannelName};
use sim::random::Random;

use crate::run::Outcome;

/// Channels, and samples of each: a quarter of a day at 100 Hz.
const CHANNELS: usize = 8;
const SAMPLES: usize = 2_160_000;
const RATE_HZ: f64 = 100.0;

/// How often a file is decoded in one run: the processor's time is told to a few ms.
const REPEATS: usize = 4;
/// Samples in a piece, as `watch pick` takes them; the peer takes whole traces, so those are
/// measured too.
const PIECE_SAMPLES: usize = 1 << 16;
const PIECES: PieceSize = PieceSize { fresh: PIECE_SAMPLES, lead_s: 0.0 };

/// How to measure.
#[derive(clap::Args)]
pub struct Options {
    /// Runs of each piece of work; the least processor time counts.
    #[arg(long, default_value_t = 5)]
    runs: usize,
}

/// Least processor time by name of the work, seconds.
type Times = BTreeMap<String, f64>;

/// Measures and prints. `PYTHON` names a Python with ObsPy; without one there are no ratios.
///
/// # Errors
/// When the files cannot be written.
pub fn bench(options: &Options) -> Outcome {
    let folder = std::env::temp_dir().join(format!("servanda-signal-{}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let outcome = measure(options, &folder);
    let _ = std::fs::remove_dir_all(&folder);
    outcome
}

fn measure(options: &Options, folder: &Path) -> Outcome {
    let channels: Vec<Vec<i32>> = (0..CHANNELS).map(|index| ground(index as u64)).collect();
    let mut ours = Times::new();
    for (name, packing, record_bytes) in [
        ("steim2_512", Packing::Steim2, 512),
        ("steim2_4096", Packing::Steim2, 4_096),
        ("steim1_4096", Packing::Steim1, 4_096),
    ] {
        let bytes = file(&channels, packing, record_bytes)?;
        let path = folder.join(format!("{name}.mseed"));
        std::fs::write(&path, &bytes).map_err(|error| error.to_string())?;
        for (way, size) in [("decode", PIECES), ("whole_decode", PieceSize::WHOLE)] {
            ours.insert(format!("{way}_{name}"), decode(&bytes, &channels, size, options.runs)?);
        }
    }
    let planes: Vec<Vec<f64>> =
        channels.iter().map(|channel| channel.iter().copied().map(f64::from).collect()).collect();
    let averages = Averages { short: 100, long: 3_000 };
    let filter = Bandpass::new(RATE_HZ, 1.0, 8.0, 4).ok_or("no such filter")?;
    for (way, length) in [("", PIECE_SAMPLES), ("whole_", SAMPLES)] {
        let ratios = |slices: &mut [&mut [f64]]| averages.ratios(slices);
        ours.insert(format!("{way}stalta"), in_place(&planes, length, options.runs, ratios));
        let filtered = |slices: &mut [&mut [f64]]| filter.filter(slices);
        ours.insert(format!("{way}bandpass"), in_place(&planes, length, options.runs, filtered));
    }
    let peers = peers(folder, options.runs);
    print(&ours, &peers);
    Ok(())
}

/// Noise as the ground makes it, a few octaves wide, with bursts: counts as a digitiser gives them.
fn ground(seed: u64) -> Vec<i32> {
    let mut random = Random::of(seed, "ground");
    let mut samples: Vec<f64> = (0..SAMPLES).map(|_| 1_500.0 * random.normal()).collect();
    for _ in 0..50 {
        let (at, size) = (random.index(SAMPLES - 3_000), random.between(2_000.0, 50_000.0));
        for (since, sample) in samples[at..at + 3_000].iter_mut().enumerate() {
            *sample += size * (-(since as f64) / 500.0).exp() * random.normal();
        }
    }
    let wide = Bandpass::new(RATE_HZ, 0.1, 8.0, 2);
    wide.iter().for_each(|filter| filter.filter(&mut [&mut samples]));
    samples.into_iter().map(|sample| sample.round() as i32).collect()
}

/// Channels one behind another in one file.
fn file(channels: &[Vec<i32>], packing: Packing, record_bytes: usize) -> Outcome<Vec<u8>> {
    let mut bytes = Vec::new();
    for (index, samples) in channels.iter().enumerate() {
        let name = ChannelName {
            network: "XX".into(),
            station: format!("BEN{index}"),
            location: String::new(),
            channel: "HHZ".into(),
        };
        let start = Time(1_767_225_600_000_000);
        let stream = Stream { name, start, rate_hz: RATE_HZ, version: 2, packing, record_bytes };
        bytes.extend(write(&stream, samples).ok_or("a step too wide to pack")?);
    }
    Ok(bytes)
}

/// From the bytes of a file to traces, handed on in pieces of `size`.
fn decode(bytes: &[u8], channels: &[Vec<i32>], size: PieceSize, runs: usize) -> Outcome<f64> {
    let mut traces = BTreeMap::<ChannelName, Vec<f64>>::new();
    let account = read(bytes, size, &mut |piece| {
        traces.entry(piece.trace.name).or_default().extend(&piece.trace.samples[piece.lead..]);
    });
    let account = account.map_err(|error| error.to_string())?;
    let same = traces
        .values()
        .zip(channels)
        .all(|(trace, channel)| trace.iter().copied().eq(channel.iter().copied().map(f64::from)));
    if !same || traces.len() != channels.len() || account.problem_count > 0 {
        return Err("what was decoded is not what was written".into());
    }
    let mut least_s = f64::INFINITY;
    for _ in 0..runs {
        let began_s = cpu_s();
        for _ in 0..REPEATS {
            let account = read(bytes, size, &mut |piece| _ = black_box(piece));
            black_box(account).map_err(|error| error.to_string())?;
        }
        least_s = least_s.min((cpu_s() - began_s) / REPEATS as f64);
    }
    Ok(least_s)
}

/// Work on all channels side by side, in place, `length` samples at a time; the least time.
fn in_place(
    planes: &[Vec<f64>],
    length: usize,
    runs: usize,
    work: impl Fn(&mut [&mut [f64]]),
) -> f64 {
    let mut least_s = f64::INFINITY;
    for _ in 0..runs {
        let mut planes = planes.to_vec();
        let began_s = cpu_s();
        for at in (0..SAMPLES).step_by(length) {
            let to = (at + length).min(SAMPLES);
            let mut slices: Vec<_> = planes.iter_mut().map(|plane| &mut plane[at..to]).collect();
            work(&mut slices);
        }
        least_s = least_s.min(cpu_s() - began_s);
    }
    least_s
}

/// Processor time of this thread (proc(5), `schedstat`: nanoseconds, brought up to date at every
/// tick of the kernel).
fn cpu_s() -> f64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    stat.split(' ').next().and_then(|ns| ns.parse::<f64>().ok()).unwrap_or_default() / 1e9
}

fn peers(folder: &Path, runs: usize) -> Times {
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".into());
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/src/signal_peer.py");
    let output = Command::new(&python).arg(script).arg(folder).arg(runs.to_string()).output();
    let text = match output {
        Ok(output) if output.status.success() => output.stdout,
        _ => {
            println!("no ObsPy under PYTHON={python}: no ratios");
            return Times::new();
        }
    };
    let text = String::from_utf8_lossy(&text).into_owned();
    text.lines().for_each(|line| {
        line.strip_prefix("version ").iter().for_each(|version| println!("peer: ObsPy {version}"));
    });
    let pairs = text.lines().filter_map(|line| line.split_once(' '));
    pairs.filter_map(|(name, value)| Some((name.to_owned(), value.parse().ok()?))).collect()
}

fn print(ours: &Times, peers: &Times) {
    let rate = |seconds: &f64| (CHANNELS * SAMPLES) as f64 / seconds / 1e6;
    println!("{CHANNELS} channels of {SAMPLES} samples; million samples a processor-second");
    println!("{:20} {:>8} {:>8} {:>6}", "work", "ours", "peer", "ratio");
    for (name, seconds) in ours {
        match peers.get(name.trim_start_matches("whole_")) {
            Some(peer) => {
                let ratio = peer / seconds;
                println!("{name:20} {:8.0} {:8.0} {ratio:6.2}", rate(seconds), rate(peer));
            }
            None => println!("{name:20} {:8.0}", rate(seconds)),
        }
    }
}
