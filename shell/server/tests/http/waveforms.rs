//! Waveforms handed in, picked, located, and shown around their onsets from the vault.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use desk::{Desk, found, ingest};
use gateways::miniseed::{Stream, write};
use gateways::steim::Packing;
use kernel::{Duration, Place, Time};
use secretariat::Command;
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

fn founded(folder: &Path, withheld: bool) -> Desk {
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
    Desk::open(folder).expect("a house")
}

fn waves() -> Vec<u8> {
    microphones().iter().flat_map(|(name, place)| record(name, *place)).collect()
}

fn hand_in(desk: &mut Desk, bytes: &[u8]) {
    let options = ingest::Options {
        by: "house".into(),
        format: None,
        source: Some("acoustic-line".into()),
        baseline: false,
        covers: None,
        now: began() + Duration::hours(1),
    };
    let outcome = ingest::stream(desk, "file", bytes, &options, &mut |_| {});
    let outcome = outcome.expect("taken in");
    assert_eq!((outcome.problems, outcome.observations), (0, 12), "{outcome:?}");
}

fn assemble(desk: &mut Desk) {
    ingest::assemble(desk, began() + Duration::hours(1)).expect("assembled");
}

fn house(folder: &Path, withheld: bool) -> Desk {
    let mut desk = founded(folder, withheld);
    hand_in(&mut desk, description().as_bytes());
    hand_in(&mut desk, &waves());
    assemble(&mut desk);
    desk
}

/// The incidents as they stand, but for how often they were assembled.
fn incidents(desk: &Desk) -> Vec<watch::Incident> {
    let all = desk.incidents().expect("incidents").into_values();
    let plain =
        |incident| watch::Incident { version: 1, product: watch::Product::Automatic1, ..incident };
    all.map(plain).collect()
}

fn verified(folder: &Path) -> verify::Report {
    verify::verify(folder, &verify::Given::default(), &mut |_, _| {}).expect("in order")
}

#[test]
fn a_description_that_comes_late_gives_what_it_would_have_given_early() {
    let folder = tempfile::tempdir().expect("a folder");
    let early = house(&folder.path().join("early"), false);
    let told = incidents(&early);
    let sized =
        |incident: &watch::Incident| incident.located.iter().any(|one| one.size_kg.is_some());
    assert!(
        told.len() == 1 && sized(&told[0]),
        "with a description there are amplitudes: {told:?}"
    );
    for assembled_before in [false, true] {
        let path = folder.path().join(format!("late-{assembled_before}"));
        let mut late = founded(&path, false);
        hand_in(&mut late, &waves());
        if assembled_before {
            assemble(&mut late);
            assert!(!incidents(&late).iter().any(sized), "without one nobody knows them");
        }
        hand_in(&mut late, description().as_bytes());
        assemble(&mut late);
        assert_eq!(incidents(&late), told);
        drop(late);
        let again = Desk::open(&path).expect("opened again");
        assert_eq!(incidents(&again), told);
        assert_eq!(
            again.house().state().engine.observations(),
            early.house().state().engine.observations()
        );
        assert!(verified(&path).not_recomputable.is_empty());
    }
}

#[test]
fn a_house_opened_again_takes_onsets_as_kept_and_the_verifier_reads_them_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("house");
    let mut desk = house(&path, false);
    let told = incidents(&desk);
    let batch = desk.house().state().watch.batches().last().cloned().expect("a batch");
    let kept = batch.picked.expect("what was read is kept");
    let bulk = desk::bulk::VaultBulk::new(desk.vault(), None);
    let source = desk.house().state().watch.source(&batch.source).cloned().expect("a source");
    let bytes = stores::VaultReader::get(desk.vault(), &batch.digest).expect("its bytes");
    let context =
        desk::bulk::read_context(&source, began(), batch.first_line, batch.header.clone());
    let read = desk::bulk::read_batch(desk.vault(), &bytes, &batch, &context);
    let read = read.expect("a vault").expect("a reader").observations;
    let as_kept = secretariat::Bulk::observations(&bulk, &batch, &source, began());
    assert_eq!(as_kept, Some(read));
    assert!(verified(&path).not_recomputable.is_empty());
    // Another reading than the bytes give, kept by whoever holds the house's keys, is found out.
    let lie = desk.seal(b"").expect("sealed");
    let header = Some("goes-on".to_owned());
    let batch = watch::entry::BatchReceived { picked: Some(lie), header, ..batch };
    let command = Command::Watch(watch::command::Command::ReceiveBatch { batch });
    desk.submit(&"house".into(), command, began() + Duration::hours(2)).expect("its word");
    assert_ne!((kept, told.len()), (lie, 0));
    let wrong = verify::verify(&path, &verify::Given::default(), &mut |_, _| {});
    let verify::Failure::Wrong(wrong) = wrong.expect_err("a lie") else { panic!("not opened") };
    assert!(wrong.why.contains("kept"), "{wrong:?}");
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
