//! A million hotspots, spread over two years and a country as real ones are: how fast, how large.
#![allow(clippy::disallowed_types, clippy::disallowed_macros, clippy::disallowed_methods)]

use kernel::belief::Reliability;
use kernel::{Duration, Interval, ObservationId, Place, Time};
use watch::{
    Content, Engine, Hotspot, HotspotConfidence, Observation, Settings, Shape, Source, SourceKind,
};

/// SplitMix64: seeded, so that every run measures the same.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((bits ^ (bits >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }
    fn normal(&mut self) -> f64 {
        (-2.0 * (1.0 - self.next()).ln()).sqrt() * (std::f64::consts::TAU * self.next()).cos()
    }
}

fn source() -> Source {
    Source {
        id: "firms-viirs".into(),
        kind: SourceKind::ThermalSatellite,
        owner: "US".into(),
        side: None,
        independence_group: "viirs".into(),
        reliability: Reliability::B,
        false_alarm_share: 0.05,
        delay_max: Duration::hours(6),
        releasable_to: vec![],
        stations: vec![],
        cadence: None,
    }
}

/// Burning seasons, a front, steel works: fires of one to sixty pixels over one to four passes.
fn world(count: usize) -> Vec<Observation> {
    let mut dice = Dice(20_260_421);
    let works: Vec<Place> = (0..40)
        .map(|_| Place { lon: 22.0 + 18.0 * dice.next(), lat: 44.5 + 7.5 * dice.next() })
        .collect();
    let mut hotspots = Vec::with_capacity(count);
    while hotspots.len() < count {
        let kind = dice.next();
        let middle = if kind < 0.05 {
            works[(dice.next() * works.len() as f64) as usize]
        } else if kind < 0.35 {
            let along = dice.next();
            let place = Place { lon: 33.0 + 6.0 * along, lat: 46.5 + 3.0 * along };
            place.shifted_m(15_000.0 * dice.normal(), 15_000.0 * dice.normal())
        } else {
            Place { lon: 22.0 + 18.0 * dice.next(), lat: 44.5 + 7.5 * dice.next() }
        };
        let season =
            if dice.next() < 0.5 { 60.0 + 80.0 * dice.next() } else { 365.0 * dice.next() };
        let day = (season + if dice.next() < 0.5 { 365.0 } else { 0.0 }).floor();
        let size = (1.0 / (1.0 - 0.97 * dice.next())).floor() as usize;
        let passes = 1 + (dice.next() * 3.0) as i64;
        for pass in 0..passes {
            let minute =
                day as i64 * 1_440 + [65, 115, 655, 705][pass as usize % 4] + pass / 2 * 1_440;
            for _ in 0..size {
                let spread_m = 300.0 * (size as f64).sqrt();
                let place = middle.shifted_m(spread_m * dice.normal(), spread_m * dice.normal());
                hotspots.push((minute, place.rounded()));
            }
        }
    }
    hotspots.truncate(count);
    hotspots.sort_by_key(|(minute, _)| *minute);
    let start = Time::from_date(2024, 1, 1).unwrap();
    hotspots
        .into_iter()
        .enumerate()
        .map(|(line, (minute, place))| Observation {
            id: ObservationId::of("firms-viirs", format!("{minute}{place:?}{line}").as_bytes()),
            line: line as u64,
            when: Interval::at(start + Duration::seconds(60 * minute)),
            shape: Shape::Point { place, along_m: 108.0, across_m: 125.0, azimuth_deg: 10.0 },
            content: Content::Hotspot(Hotspot {
                power_mw: Some(5.0),
                confidence: HotspotConfidence::Nominal,
            }),
        })
        .collect()
}

/// Seconds this process has spent on a processor: what others do at the same time is left out.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    stat.split(' ').next().and_then(|word| word.parse::<f64>().ok()).unwrap_or(0.0) / 1e9
}

fn resident_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kb = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name))?;
        line.split_whitespace().nth(1)?.parse::<u64>().ok()
    };
    kb("VmRSS:").unwrap_or(0) / 1024
}

fn main() {
    let mut words = std::env::args().skip(1);
    let count: usize = words.next().and_then(|word| word.parse().ok()).unwrap_or(1_000_000);
    let batches: usize = words.next().and_then(|word| word.parse().ok()).unwrap_or(1);
    let peace: usize = words.next().and_then(|word| word.parse().ok()).unwrap_or(0);
    let observations = world(count);
    let source = source();
    let mut engine = Engine::new(Settings::default());
    engine.absorb_baseline(&world(peace));
    let mut incidents = 0;
    let mut seconds = 0.0;
    let (start_mb, size) = (resident_mb(), count.div_ceil(batches));
    for batch in observations.chunks(size) {
        let batch = batch.to_vec();
        let start = cpu_seconds();
        engine.absorb(&source, batch);
        let absorbed = cpu_seconds() - start;
        engine.assemble_each(|_| incidents += 1);
        let all = cpu_seconds() - start;
        seconds += all;
        println!("absorb {absorbed:.2} s, assemble {:.2} s", all - absorbed);
    }
    let late = world(200)
        .into_iter()
        .rev()
        .take(100)
        .map(|late| Observation { id: ObservationId::of("late", &late.id.0), ..late });
    let start = cpu_seconds();
    engine.absorb(&source, late.collect());
    println!("100 late ones: {} changes", engine.assemble().len());
    println!("they took {:.3} s", cpu_seconds() - start);
    println!(
        "{count} hotspots in {batches} batches: {seconds:.2} CPU-seconds, {incidents} changes, {} MB beyond the input",
        resident_mb().saturating_sub(start_mb)
    );
}
