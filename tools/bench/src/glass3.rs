//! Real picks: 31,203 automatic ones at 575 stations, 30 catalogued quakes, and what the reference
//! associator (USGS neic-glass3, its regional example) made of them.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use kernel::Time;

use crate::run::{Outcome, root};
use crate::score::{data, text};
use crate::shared_watch::watch;

/// A detection is a quake's within these (glass3's own evaluation).
const MATCH_S: f64 = 30.0;
const MATCH_KM: f64 = 100.0;

/// Log odds at which detections are counted: the first is where the run itself stops.
const LEVELS: [f64; 8] = [2.0, 5.0, 10.0, 20.0, 30.0, 40.0, 60.0, 100.0];

const START: &str = "2017-01-01T00:00:00Z";
const EARTH_KM: f64 = 6371.0;

/// Somewhere at some time.
#[derive(Clone, Copy)]
struct Happened {
    time_s: f64,
    lat: f64,
    lon: f64,
    log_odds: f64,
}

/// Associates the picks through `watch associate` and prints what was found and at what cost.
pub fn score() -> Outcome {
    let folder = data().join("seismic");
    let work = root().join("target/bench/glass3");
    fs::create_dir_all(&work).map_err(|error| error.to_string())?;
    write_inputs(&folder, &work)?;
    let file = |name: &str| work.join(name).display().to_string();
    let [stations, picks, known] = ["stations.csv", "picks.csv", "known.json"].map(file);
    let words = ["associate", "--stations", &stations, "--picks", &picks, "--known", &known];
    let cpu = watch(&words, &work.display().to_string(), &[])?;
    let quakes = read(&folder.join("glass3_ceus_earthquakes.csv"), ["OT", "Lat", "Lon"], None)?;
    let reference = read(
        &folder.join("glass3_ceus_reference_detections.csv"),
        ["time_utc", "lat", "lon"],
        None,
    )?;
    let ours = read(&work.join("events.csv"), ["time_s", "lat", "lon"], Some("log_odds"))?;
    println!(
        "reference: {} of {} quakes with {} detections in all",
        found(&quakes, &reference),
        quakes.len(),
        reference.len()
    );
    for level in LEVELS {
        let told: Vec<Happened> = ours.iter().copied().filter(|o| o.log_odds >= level).collect();
        println!(
            "log odds >= {level:>5}: {} of {} quakes with {} detections in all",
            found(&quakes, &told),
            quakes.len(),
            told.len()
        );
    }
    print_errors(&quakes, &ours);
    println!("{cpu:.1} cpu-s");
    Ok(())
}

/// The shared files in the form that `watch associate` reads.
fn write_inputs(folder: &Path, work: &Path) -> Outcome {
    let mut stations = String::from("station,lon,lat,elev_m\n");
    for [network, station, lon, lat, height] in columns(
        &folder.join("glass3_ceus_stations.csv"),
        ["network", "station", "lon", "lat", "elev_m"],
    )? {
        let _ = writeln!(stations, "{network}.{station},{lon},{lat},{height}");
    }
    let mut picks = String::from("pick_id,station,phase,time_s\n");
    for [time, network, station, phase, id] in columns(
        &folder.join("glass3_ceus_picks.csv"),
        ["time_utc", "network", "station", "phase", "pick_id"],
    )? {
        let _ = writeln!(picks, "{id},{network}.{station},{phase},{:.3}", seconds(&time)?);
    }
    let known = r#"{"known": {"kind": "seis", "model": "ak135"}}"#;
    for (name, text) in
        [("stations.csv", &*stations), ("picks.csv", &*picks), ("known.json", known)]
    {
        fs::write(work.join(name), text).map_err(|error| format!("{name}: {error}"))?;
    }
    Ok(())
}

/// Some columns of a CSV file without quotes.
fn columns<const N: usize>(path: &Path, names: [&str; N]) -> Outcome<Vec<[String; N]>> {
    let text = text(path)?;
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
    let mut places = [0; N];
    for (place, name) in places.iter_mut().zip(names) {
        let found = header.iter().position(|column| *column == name);
        *place = found.ok_or_else(|| format!("{} has no column {name}", path.display()))?;
    }
    lines
        .map(|line| {
            let fields: Vec<&str> = line.split(',').collect();
            let field = |place: usize| fields.get(place).map(|field| (*field).to_owned());
            let row: Option<Vec<String>> = places.iter().map(|&place| field(place)).collect();
            row.and_then(|row| row.try_into().ok())
                .ok_or_else(|| format!("{}: too few fields in {line:?}", path.display()))
        })
        .collect()
}

fn read(path: &Path, [time, lat, lon]: [&str; 3], odds: Option<&str>) -> Outcome<Vec<Happened>> {
    let number = |text: &str| text.parse::<f64>().map_err(|error| format!("{text:?}: {error}"));
    let rows = columns(path, [time, lat, lon, odds.unwrap_or(time)])?;
    rows.iter()
        .map(|[when, lat, lon, log_odds]| {
            Ok(Happened {
                time_s: seconds(when)?,
                lat: number(lat)?,
                lon: number(lon)?,
                log_odds: if odds.is_some() { number(log_odds)? } else { f64::INFINITY },
            })
        })
        .collect()
}

/// Seconds since `START`: of a moment in RFC 3339, of Unix seconds, or as they are.
fn seconds(text: &str) -> Outcome<f64> {
    let start: Time = START.parse().map_err(|error| format!("{error}"))?;
    match text.parse::<f64>() {
        Ok(unix) if unix > 1e9 => Ok(unix - start.0 as f64 * 1e-6),
        Ok(seconds) => Ok(seconds),
        Err(_) => {
            let time: Time = text.parse().map_err(|error| format!("{text:?}: {error}"))?;
            Ok((time.0 - start.0) as f64 * 1e-6)
        }
    }
}

fn found(quakes: &[Happened], detections: &[Happened]) -> usize {
    quakes.iter().filter(|quake| nearest(quake, detections).is_some()).count()
}

/// The strongest detection that matches a quake, with how far and how late it is.
fn nearest(quake: &Happened, detections: &[Happened]) -> Option<(f64, f64)> {
    let apart = |one: &Happened| (distance_km(quake, one), one.time_s - quake.time_s);
    let matching = |one: &&Happened| {
        let (km, late_s) = apart(one);
        km < MATCH_KM && late_s.abs() < MATCH_S
    };
    let strongest =
        detections.iter().filter(matching).max_by(|a, b| a.log_odds.total_cmp(&b.log_odds));
    strongest.map(apart)
}

fn print_errors(quakes: &[Happened], ours: &[Happened]) {
    let mut km: Vec<f64> = Vec::new();
    let mut late_s: Vec<f64> = Vec::new();
    for (far, late) in quakes.iter().filter_map(|quake| nearest(quake, ours)) {
        km.push(far);
        late_s.push(late.abs());
    }
    for list in [&mut km, &mut late_s] {
        list.sort_unstable_by(f64::total_cmp);
    }
    let at = |list: &[f64], share: f64| {
        list.get((list.len() as f64 * share) as usize).copied().unwrap_or(f64::NAN)
    };
    println!(
        "from the catalogue: median {:.1} km and {:.1} s, 9 of 10 within {:.1} km and {:.1} s",
        at(&km, 0.5),
        at(&late_s, 0.5),
        at(&km, 0.9),
        at(&late_s, 0.9)
    );
}

fn distance_km(one: &Happened, other: &Happened) -> f64 {
    let (lat_a, lat_b) = (one.lat.to_radians(), other.lat.to_radians());
    let (half_lat, half_lon) = ((lat_a - lat_b) / 2.0, (one.lon - other.lon).to_radians() / 2.0);
    let square = half_lat.sin().powi(2) + lat_a.cos() * lat_b.cos() * half_lon.sin().powi(2);
    2.0 * EARTH_KM * square.sqrt().asin()
}
