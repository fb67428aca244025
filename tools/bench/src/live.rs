//! `cargo x bench live`: thousands of onsets a second on one core, and how late the first word is.

use arrivals::air::Air;
use arrivals::{Arrival, Live, Network, Phase, Settings, Stage};
use clap::Args;

use crate::explosions::{Dice, Plan, Scene, play};
use crate::meter;

/// A stream at full rate.
#[derive(Args)]
pub struct Options {
    /// Acoustic sensors.
    #[arg(long, default_value_t = 15_000)]
    sensors: usize,
    /// Onsets a second, sustained.
    #[arg(long, default_value_t = 3_000.0)]
    onsets_per_s: f64,
    /// Onsets a second in a burst of one second; one a minute.
    #[arg(long, default_value_t = 30_000.0)]
    burst_per_s: f64,
    /// Seconds of stream.
    #[arg(long, default_value_t = 180.0)]
    seconds: f64,
    /// Seconds between marks.
    #[arg(long, default_value_t = 0.15)]
    mark_s: f64,
}

/// True arrivals of an explosion, about, on this network.
const HEARD: f64 = 13.0;
const FALSE_SHARE: f64 = 0.3;

/// Plays a stream through the engine as fast as the engine can, and tells how late its words
/// would have been on one core: the engine is busy for as long as it was measured to compute.
pub fn live(options: &Options) -> Result<(), String> {
    // As dense as the scored sets: a sensor for 12 km^2.
    let height_km = 100.0;
    let width_km = options.sensors as f64 * 12.0 / height_km;
    let scene = play(&Plan {
        seed: 7,
        sensors: options.sensors,
        size_km: [width_km, height_km],
        duration_s: options.seconds,
        rate: options.onsets_per_s * (1.0 - FALSE_SHARE) / HEARD,
        false_share: FALSE_SHARE,
        ..Plan::default()
    });
    let (onsets, real) = with_bursts(&scene, options);
    let run = stream(&scene, &onsets, options)?;
    tell(&scene, &real, &run, onsets.len(), options.seconds);
    Ok(())
}

/// The scene's onsets with gusts between them: a second of false onsets once a minute.
fn with_bursts(scene: &Scene, options: &Options) -> (Vec<Arrival>, Vec<u32>) {
    let mut dice = Dice(11);
    let mut all: Vec<(Arrival, u32)> =
        scene.arrivals.iter().enumerate().map(|(i, a)| (*a, i as u32)).collect();
    let extra = (options.burst_per_s - options.onsets_per_s).max(0.0) as usize;
    let mut begin_s = 40.0;
    while begin_s < options.seconds {
        for _ in 0..extra {
            let station = (dice.even() * options.sensors as f64) as u32;
            let time_s = begin_s + dice.even();
            all.push((Arrival { station, phase: Phase::Acoustic, time_s, error_s: 0.0 }, u32::MAX));
        }
        begin_s += 60.0;
    }
    all.sort_by(|a, b| a.0.time_s.total_cmp(&b.0.time_s).then(a.0.station.cmp(&b.0.station)));
    // For each onset of the scene its place in the stream.
    let mut place = vec![0; scene.arrivals.len()];
    for (at, (_, index)) in all.iter().enumerate() {
        if let Some(place) = place.get_mut(*index as usize) {
            *place = at as u32;
        }
    }
    (all.into_iter().map(|pair| pair.0).collect(), place)
}

/// A first word: when it came on the stream's clock, and for which onsets.
struct Word {
    said_s: f64,
    onsets: Vec<u64>,
    withdrawn: bool,
    id: u64,
}

struct Run {
    words: Vec<Word>,
    busy_s: f64,
    slowest_s: f64,
}

fn stream(scene: &Scene, onsets: &[Arrival], options: &Options) -> Result<Run, String> {
    let air = Air { speed_km_s: 0.34, offset_error: 0.015, wind_error: 0.015, ..Air::default() };
    let network = Network::new(scene.stations.clone(), 20.0);
    let settings = Settings { picks_min: 5, ..Settings::default() };
    let mut live = Live::new(&air, &network, &settings, 0.0);
    let mut run = Run { words: Vec::new(), busy_s: 0.0, slowest_s: 0.0 };
    let (mut next, mut free_s, mut news) = (0, 0.0_f64, Vec::new());
    let mut mark_s = options.mark_s;
    while mark_s < options.seconds {
        // The engine starts when it is free, and takes what has come by then.
        let start_s = mark_s.max(free_s);
        let began = cpu_s();
        while next < onsets.len() && onsets[next].time_s <= start_s {
            live.push(onsets[next]).map_err(|reason| format!("{reason:?}"))?;
            next += 1;
        }
        live.mark(start_s, &mut news);
        let took_s = cpu_s() - began;
        free_s = start_s + took_s;
        run.busy_s += took_s;
        run.slowest_s = run.slowest_s.max(took_s);
        for one in news.drain(..) {
            match one.stage {
                Stage::Automatic1 => run.words.push(Word {
                    said_s: free_s,
                    onsets: one.origin.arrivals.iter().map(|&a| one.first + u64::from(a)).collect(),
                    withdrawn: false,
                    id: one.id,
                }),
                Stage::Withdrawn => {
                    if let Ok(at) = run.words.binary_search_by_key(&one.id, |word| word.id) {
                        run.words[at].withdrawn = true;
                    }
                }
                Stage::Automatic2 => {}
            }
        }
        mark_s = (mark_s + options.mark_s).max(free_s);
    }
    Ok(run)
}

fn tell(scene: &Scene, place: &[u32], run: &Run, onsets: usize, seconds: f64) {
    let mut owner = vec![u32::MAX; onsets];
    for (index, explosion) in scene.explosions.iter().enumerate() {
        for &arrival in &explosion.arrivals {
            owner[place[arrival as usize] as usize] = index as u32;
        }
    }
    let times: Vec<f64> = scene.arrivals.iter().map(|arrival| arrival.time_s).collect();
    let mut first: Vec<Option<f64>> = vec![None; scene.explosions.len()];
    let (mut late_s, mut wrong) = (Vec::new(), 0);
    for word in &run.words {
        let mut of: Vec<u32> = word.onsets.iter().map(|&onset| owner[onset as usize]).collect();
        of.sort_unstable();
        let best = of.chunk_by(|a, b| a == b).max_by_key(|same| same.len());
        let Some((&explosion, count)) = best.and_then(|same| Some((same.first()?, same.len())))
        else {
            continue;
        };
        if explosion == u32::MAX || count < 4 {
            wrong += usize::from(!word.withdrawn);
            continue;
        }
        // The last needed onset: the latest of those the first word rests on.
        let all = &scene.explosions[explosion as usize].arrivals;
        let rests = |&&arrival: &&u32| word.onsets.contains(&u64::from(place[arrival as usize]));
        let needed_s = all.iter().filter(rests).map(|&a| times[a as usize]).fold(0.0, f64::max);
        if first[explosion as usize].is_none() {
            first[explosion as usize] = Some(word.said_s);
            late_s.push(word.said_s - needed_s);
        }
    }
    late_s.sort_unstable_by(f64::total_cmp);
    let at = |share: f64| late_s[((late_s.len() as f64 * share) as usize).min(late_s.len() - 1)];
    let counted = |e: &&crate::explosions::Explosion| {
        e.arrivals.len() >= 5 && times[e.arrivals[4] as usize] < seconds - 5.0
    };
    let due = scene.explosions.iter().filter(counted).count();
    let (mut fifth_s, mut told) = (Vec::new(), 0);
    for (explosion, said) in scene.explosions.iter().zip(&first) {
        if let (true, Some(said)) = (counted(&explosion), said) {
            told += 1;
            fifth_s.push(said - times[explosion.arrivals[4] as usize]);
        }
    }
    fifth_s.sort_unstable_by(f64::total_cmp);
    let fifth =
        |share: f64| fifth_s[((fifth_s.len() as f64 * share) as usize).min(fifth_s.len() - 1)];
    println!("{onsets} onsets in {seconds} s, {} stations", scene.stations.len());
    println!(
        "busy {:.1} s of one core ({:.0} %), slowest mark {:.2} s",
        run.busy_s,
        100.0 * run.busy_s / seconds,
        run.slowest_s
    );
    println!("explosions with five arrivals {due}, told {told}, words for none {wrong}");
    println!(
        "after the last onset the word rests on: median {:.2} s, p99 {:.2} s, worst {:.2} s",
        at(0.5),
        at(0.99),
        at(1.0)
    );
    println!("after the fifth onset: median {:.2} s, p99 {:.2} s", fifth(0.5), fifth(0.99));
    println!("memory at its peak {:.0} MB", meter::peak_mb());
}

/// Processor time of this process to the nanosecond (proc(5), `schedstat`, first field).
fn cpu_s() -> f64 {
    let text = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    text.split(' ').next().and_then(|ns| ns.parse::<f64>().ok()).unwrap_or(0.0) * 1e-9
}
