//! Waveforms handed in, picked, located, and shown around their onsets from the vault.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use desk::{Desk, found, ingest};
use gateways::miniseed::{Stream, write};
use gateways::steim::Packing;
use kernel::{Duration, Place, Time};
use server::http::hall::Hall;
use signal::ChannelName;

use crate::client::Served;

/// Where and when a charge goes off, and how fast sound is, m/s.
const CHARGE: Place = Place { lon: 36.5, lat: 48.5 };
const SOUND_M_S: f64 = 340.0;
const COUNTS_A_PASCAL: f64 = 1_000.0;

fn began() -> Time {
    "2026-03-02T10:00:00Z".parse().expect("a time")
}

fn microphones() -> Vec<(String, Place)> {
    let place = |at: u32| {
        let turn = f64::from(at) * 2.4;
        let away = 0.02 + 0.004 * f64::from(at);
        Place { lon: CHARGE.lon + away * 1.5 * turn.cos(), lat: CHARGE.lat + away * turn.sin() }
    };
    (0..12).map(|at| (format!("M{at:02}"), place(at))).collect()
}

/// Three minutes at 100 Hz: noise, and a burst when the sound is there.
fn record(name: &str, place: Place) -> Vec<u8> {
    let heard_s = 60.0 + CHARGE.distance_m(place) / SOUND_M_S;
    let mut state =
        name.bytes().fold(1_u32, |seed, byte| seed.wrapping_mul(31) + u32::from(byte)) | 1;
    let samples: Vec<i32> = (0..18_000)
        .map(|at| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = f64::from(state >> 16) / 65_536.0 - 0.5;
            let since_s = f64::from(at) / 100.0 - heard_s;
            let wave = (-since_s / 0.4).exp() * (2.0 * std::f64::consts::PI * 8.0 * since_s).sin();
            let burst = if since_s < 0.0 { 0.0 } else { 4_000.0 * wave };
            (60.0 * noise + burst).round() as i32
        })
        .collect();
    let stream = Stream {
        name: ChannelName {
            network: "XX".into(),
            station: name.into(),
            location: String::new(),
            channel: "HDF".into(),
        },
        start: began(),
        rate_hz: 100.0,
        version: 2,
        packing: Packing::Steim2,
        record_bytes: 512,
    };
    write(&stream, &samples).expect("they fit")
}

fn description() -> String {
    let mut xml = String::from("<?xml version=\"1.0\"?><FDSNStationXML><Network code=\"XX\">");
    for (name, place) in microphones() {
        let Place { lon, lat } = place;
        let _ = write!(
            xml,
            "<Station code=\"{name}\"><Channel code=\"HDF\" locationCode=\"\" startDate=\"2020-01-01T00:00:00\">\
             <Latitude>{lat:.6}</Latitude><Longitude>{lon:.6}</Longitude><Elevation>100</Elevation><Depth>0</Depth>\
             <Response><InstrumentSensitivity><Value>{COUNTS_A_PASCAL}</Value><Frequency>5</Frequency>\
             <InputUnits><Name>PA</Name></InputUnits></InstrumentSensitivity></Response></Channel></Station>"
        );
    }
    xml + "</Network></FDSNStationXML>"
}

fn house(folder: &Path, withheld: bool) -> Desk {
    let agreements = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../agreements/paris");
    let mut text = found::read_agreement(&agreements).expect("an agreement");
    if withheld {
        let sources = text.0.get_mut("sources.toml").expect("its sources");
        let named = "id = \"acoustic-line\"\n";
        *sources = sources.replace(named, &format!("{named}releasable-to = [\"us\"]\n"));
    }
    let at = "2026-02-26T00:00:00Z".parse().expect("a time");
    let options = found::Options { exercise: true, seed: Some(1), at };
    found::found(folder, &text, options).expect("founded");
    let mut desk = Desk::open(folder).expect("a house");
    let waves: Vec<u8> =
        microphones().iter().flat_map(|(name, place)| record(name, *place)).collect();
    for bytes in [description().as_bytes(), &waves] {
        let options = ingest::Options {
            by: "house".into(),
            format: None,
            source: Some("acoustic-line".into()),
            baseline: false,
            covers: None,
            now: began() + Duration::hours(1),
        };
        let outcome = ingest::stream(&mut desk, "file", bytes, &options, &mut |_| {});
        let outcome = outcome.expect("taken in");
        assert_eq!((outcome.problems, outcome.observations), (0, 12), "{outcome:?}");
    }
    ingest::assemble(&mut desk, began() + Duration::hours(1)).expect("assembled");
    desk
}

#[test]
fn waveforms_become_arrivals_and_are_shown_from_the_vault() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("house");
    drop(house(&path, false));
    let served = Served::start(Arc::new(Hall::open(&path).expect("a hall")));
    let list = served.json("/api/v1/incidents");
    let incident = &list["items"][0];
    assert_eq!((list["total"].as_u64(), incident["members"].as_u64()), (Some(1), Some(12)));
    let away = |field: &str, at: f64| (incident[field].as_f64().expect("a number") - at).abs();
    assert!(away("lon", CHARGE.lon) < 0.003 && away("lat", CHARGE.lat) < 0.002, "{incident}");
    let id = incident["id"].as_str().expect("an id");
    let whole = served.json(&format!("/api/v1/incidents/{id}"));
    assert!(whole["incident"]["located"][0]["size_kg"].is_object(), "amplitudes say a size");
    let sum: f64 = whole["alternatives"]
        .as_array()
        .expect("alternatives")
        .iter()
        .filter_map(|one| one["chance"].as_f64())
        .sum();
    assert!((sum - 1.0).abs() < 1e-9);
    let view = served.json(&format!("/api/v1/incidents/{id}/waveforms"));
    let shown = view["waveforms"].as_array().expect("waveforms");
    assert_eq!(shown.len(), 12);
    for one in shown {
        let samples: Vec<f64> = one["samples"]
            .as_array()
            .expect("samples")
            .iter()
            .filter_map(|one| one.as_f64())
            .collect();
        let time = |field: &str| one[field].as_str().expect("a time").parse::<Time>().expect("one");
        let rate_hz = one["rate_hz"].as_f64().expect("a rate");
        let onset = ((time("onset") - time("start")).as_seconds() * rate_hz) as usize;
        let loudest =
            |part: &[f64]| part.iter().fold(0.0_f64, |most, sample| most.max(sample.abs()));
        assert!(loudest(&samples[onset.saturating_sub(4)..]) > 900.0, "{one}");
        assert!(loudest(&samples[..onset - 4]) < 100.0, "nothing comes before the onset");
    }
    assert_eq!(served.get("/api/v1/incidents/INC-0000000000000000/waveforms").status, 404);
    served.stop();
}

#[test]
fn what_is_not_released_to_everybody_is_withheld() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("house");
    drop(house(&path, true));
    let served = Served::start(Arc::new(Hall::open(&path).expect("a hall")));
    let list = served.json("/api/v1/incidents");
    let id = list["items"][0]["id"].as_str().expect("an id").to_owned();
    let view = served.json(&format!("/api/v1/incidents/{id}/waveforms"));
    assert_eq!(view["waveforms"].as_array().map(Vec::len), Some(0));
    assert_eq!(view["withheld"][0]["releasable_to"][0], "us");
    let whole = served.json(&format!("/api/v1/incidents/{id}"));
    let observations = whole["observations"].as_array().expect("observations");
    assert_eq!(observations.len(), 12);
    for one in observations {
        let told: Vec<&str> =
            one.as_object().expect("an object").keys().map(String::as_str).collect();
        assert_eq!(told, ["id", "releasable_to", "source", "weight", "withheld"], "{one}");
    }
    let text = whole.to_string();
    for given_away in ["residual", "XX.M"] {
        assert!(!text.contains(given_away), "{given_away} stands in {text}");
    }
    let features = served.get("/api/v1/incidents?format=geojson").text();
    assert!(features.contains("members") && !features.contains("residual"), "{features}");
    served.stop();
}
