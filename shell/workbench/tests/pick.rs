//! `watch pick` from files to a table, on real data where they are.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Parser;
use gateways::miniseed::{Stream, write};
use gateways::steim::Packing;
use kernel::Time;
use signal::ChannelName;

#[derive(Parser)]
struct Words {
    #[command(subcommand)]
    verb: workbench::Verb,
}

/// Runs `pick` and gives the rows of its table, by column.
fn pick(folder: &Path, words: &[&str]) -> Vec<Vec<String>> {
    let out = folder.join("picks.csv");
    let first = ["watch", "pick", "--out", out.to_str().expect("a path")];
    let words = Words::try_parse_from(first.iter().chain(words)).expect("the words fit");
    workbench::run(&words.verb).expect("it runs");
    let table = std::fs::read_to_string(out).expect("a table");
    assert!(table.starts_with("pick_id,station,phase,time_s,error_s,"));
    table.lines().skip(1).map(|row| row.split(',').map(str::to_owned).collect()).collect()
}

fn seconds(row: &[String]) -> f64 {
    row[3].parse().expect("seconds")
}

fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("servanda-pick-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/seismic/obspy")
}

fn file(folder: &Path, name: &str, stream: &Stream, samples: &[i32]) -> String {
    let path = folder.join(name);
    std::fs::write(&path, write(stream, samples).expect("they fit")).expect("written");
    path.to_str().expect("a path").to_owned()
}

fn stream(channel: &str, rate_hz: f64) -> Stream {
    let name = ChannelName {
        network: "BW".into(),
        station: "RJOB".into(),
        location: String::new(),
        channel: channel.into(),
    };
    // The first sample as the names of ObsPy's files of this event have it.
    let start: Time = "2005-08-01T14:57:19.850000Z".parse().expect("a time");
    Stream { name, start, rate_hz, version: 3, packing: Packing::Steim2, record_bytes: 512 }
}

/// ObsPy 1.5.1, `ar_pick(z, n, e, 200, 1, 20, 1, 0.1, 4, 1, 2, 8, 0.1, 0.2)`: P at 30.635 s; its
/// documentation has S at 31.28 s.
#[test]
fn p_and_s_of_a_local_event() {
    let folder = folder("local");
    let mut names = Vec::new();
    for (letter, channel) in [("z", "EHZ"), ("n", "EHN"), ("e", "EHE")] {
        let path = data().join(format!("loc_RJOB20050801145719850.{letter}"));
        let Ok(text) = std::fs::read_to_string(&path) else {
            eprintln!("NOT CHECKED: {} is not there", path.display());
            return;
        };
        let sample = |line: &str| Some(line.trim().parse::<f64>().ok()?.round() as i32);
        let samples: Vec<i32> = text.lines().filter_map(sample).collect();
        names.push(file(&folder, channel, &stream(channel, 200.0), &samples));
    }
    let svg = folder.join("picks.svg");
    let mut words: Vec<&str> = names.iter().map(String::as_str).collect();
    words.extend(["--svg", svg.to_str().expect("a path")]);
    let rows = pick(&folder, &words);
    let begun = stream("EHZ", 200.0).start.0 as f64 / 1e6;
    let onsets: Vec<(&str, f64)> =
        rows.iter().map(|row| (row[2].as_str(), seconds(row) - begun)).collect();
    assert!(onsets.len() == 2 && rows.iter().all(|row| row[1] == "BW.RJOB"), "{onsets:?}");
    assert!(onsets[0].0 == "P" && (onsets[0].1 - 30.62).abs() < 0.02, "{onsets:?}");
    assert!(onsets[1].0 == "S" && (onsets[1].1 - 31.28).abs() < 0.03, "{onsets:?}");
    let drawing = std::fs::read_to_string(svg).expect("a drawing");
    assert!(drawing.contains("BW.RJOB..EHZ") && drawing.contains(">S</text>"));
    std::fs::remove_dir_all(&folder).expect("removed");
}

/// ObsPy 1.5.1: band-pass 10 to 20 Hz, `coincidence_trigger("recstalta", 3.5, 1, st, 3, sta=0.5,
/// lta=10)` of these channels: at 16:24:33.21, 16:27:01.26 and 16:27:30.51.
#[test]
fn three_events_at_four_stations() {
    let folder = folder("coincidence");
    let mut names = Vec::new();
    for name in ["UH1._.SHZ", "UH2._.SHZ", "UH3._.SHZ", "UH3._.SHN", "UH3._.SHE", "UH4._.EHZ"] {
        let packed = data().join(format!("BW.{name}.D.2010.147.cut.slist.gz"));
        let unpacked = Command::new("gzip").arg("-dc").arg(&packed).output();
        let Some(unpacked) = unpacked.ok().filter(|output| output.status.success()) else {
            eprintln!("NOT CHECKED: {} is not there", packed.display());
            return;
        };
        let path = folder.join(name);
        std::fs::write(&path, unpacked.stdout).expect("written");
        names.push(path.to_str().expect("a path").to_owned());
    }
    let band = ["--low-hz", "10", "--high-hz", "20", "--on", "3.5", "--off", "1"];
    let words: Vec<&str> = names.iter().map(String::as_str).chain(band).collect();
    let rows = pick(&folder, &words);
    for clock in ["16:24:33.21", "16:27:01.26", "16:27:30.51"] {
        let event: Time = format!("2010-05-27T{clock}Z").parse().expect("a time");
        let near =
            |row: &&Vec<String>| row[2] == "P" && (seconds(row) - event.0 as f64 / 1e6).abs() < 1.5;
        let stations: BTreeSet<&str> =
            rows.iter().filter(near).map(|row| row[1].as_str()).collect();
        assert!(stations.len() >= 3, "{clock}: {stations:?}");
    }
    // Whatever the order of the files, the table is the same.
    let turned: Vec<&str> = names.iter().rev().map(String::as_str).chain(band).collect();
    assert_eq!(pick(&folder, &turned), rows);
    std::fs::remove_dir_all(&folder).expect("removed");
}

/// An onset is found once wherever it falls in the pieces that a long file is read in.
#[test]
fn onsets_of_a_long_file_are_found_once_each() {
    let mut state = 5_u64;
    let mut noise = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / (1_u64 << 30) as f64 - 1.0
    };
    let at: Vec<usize> = (1..30).map(|index| index * 6_553 + 17 * index * index % 90).collect();
    let samples: Vec<i32> = (0..200_000_usize)
        .map(|index| {
            let last = at.iter().rev().find(|at| **at <= index);
            let since = last.map_or(1e9, |at| (index - at) as f64);
            let wave = 3_000.0 * (-since / 60.0).exp() * (since * 0.5).cos();
            (100.0 * noise() + wave) as i32
        })
        .collect();
    let folder = folder("long");
    let path = file(&folder, "long", &stream("HHZ", 100.0), &samples);
    let rows = pick(&folder, &[&path]);
    let begun = stream("HHZ", 100.0).start.0 as f64 / 1e6;
    let found: Vec<f64> = rows.iter().map(|row| (seconds(row) - begun) * 100.0).collect();
    assert_eq!(found.len(), at.len(), "{found:?}");
    let near = |(found, at): (&f64, &usize)| (found - *at as f64).abs() < 8.0;
    assert!(found.iter().zip(&at).all(near), "{found:?}");
    std::fs::remove_dir_all(&folder).expect("removed");
}
