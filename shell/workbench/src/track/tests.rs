//! The verb from files to files.

use std::fmt::Write;
use std::path::Path;

use super::{Track, track};

/// A thing going east at 20 m/s, seen every second among a little clutter, and every fifth missed.
fn detections(scans: usize) -> String {
    let mut text = "scan,time_s,det_id,x_m,y_m\n".to_owned();
    for scan in 0..scans {
        let wobble = [0.0, 8.0, -8.0][scan % 3];
        if scan % 5 != 4 {
            let x_m = 1000 + 20 * scan;
            writeln!(text, "{scan},{scan}.0,{scan},{x_m},{}", 2000.0 + wobble).unwrap();
        }
        for clutter in 0..3 {
            let at = |by: usize| (scan * by + clutter * 1301 + 77) % 4000;
            writeln!(text, "{scan},{scan}.0,{scan}{clutter},{},{}", at(971), at(1543)).unwrap();
        }
    }
    text
}

const KNOWN: &str =
    r#"{"known":{"area_km":4.0,"clutter":3,"pd":0.8,"sigma":10.0,"q":0.5},"seed":1}"#;

struct Desk(tempfile::TempDir);

impl Desk {
    fn new(detections: &str) -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        desk.put("detections.csv", detections);
        desk.put("known.json", KNOWN);
        desk
    }
    fn put(&self, name: &str, text: &str) {
        std::fs::write(self.0.path().join(name), text).unwrap();
    }
    fn words(&self) -> Track {
        let at = |name: &str| self.0.path().join(name);
        let given = |name: &str| Some(at(name)).filter(|path: &std::path::PathBuf| path.exists());
        Track {
            detections: at("detections.csv"),
            known: at("known.json"),
            out: at("out"),
            sensors: given("sensors.csv"),
            zones: given("zones.geojson"),
            kinds: false,
            states: true,
        }
    }
    fn run(&self) -> String {
        track(&self.words()).unwrap();
        self.told("tracks.csv")
    }
    fn told(&self, name: &str) -> String {
        std::fs::read_to_string(Path::new(self.0.path()).join("out").join(name)).unwrap()
    }
    fn problems(&self) -> serde_json::Value {
        let account: serde_json::Value = serde_json::from_str(&self.told("run.json")).unwrap();
        account["problems"].clone()
    }
}

#[test]
fn quotes_and_semicolons_are_read() {
    let plain = detections(30);
    let line = |line: &str| format!("\"{}\"\r\n", line.replace(',', "\";\""));
    let quoted: String = plain.lines().map(line).collect();
    assert_eq!(Desk::new(&plain).run(), Desk::new(&quoted).run());
}

#[test]
fn a_file_of_which_nothing_can_be_read_is_refused() {
    let desk = Desk::new("scan,time_s,x_m,y_m\n0,soon,1,1\n1,later,1,1\n");
    assert!(track(&desk.words()).unwrap_err().to_string().contains("no detection"));
}

#[test]
fn a_thing_is_followed_and_only_what_went_before_is_used() {
    let whole = Desk::new(&detections(40)).run();
    let half = Desk::new(&detections(20)).run();
    assert!(whole.starts_with(&half), "rows of the first scans changed with later ones");
    let last = whole.lines().last().unwrap();
    let fields: Vec<f64> = last.split(',').map(|field| field.parse().unwrap()).collect();
    assert_eq!(fields[0], 39.0);
    assert!((fields[2] - 1780.0).abs() < 25.0 && (fields[3] - 2000.0).abs() < 25.0, "{last}");
}

#[test]
fn order_in_a_scan_and_ids_do_not_matter() {
    let text = detections(30);
    let (header, body) = text.split_once('\n').unwrap();
    let mut lines: Vec<&str> = body.lines().collect();
    lines.reverse();
    lines.sort_by_key(|line| line.split(',').next().unwrap().parse::<i64>().unwrap());
    let turned = format!("{header}\n{}\n", lines.join("\n"));
    assert_eq!(Desk::new(&text).run(), Desk::new(&turned).run());
}

#[test]
fn a_file_in_any_order_is_sorted() {
    let text = detections(30);
    let (header, body) = text.split_once('\n').unwrap();
    let mut lines: Vec<&str> = body.lines().collect();
    lines.sort_by_key(|line| line.bytes().rev().collect::<Vec<u8>>());
    let turned = format!("{header}\n{}\n", lines.join("\n"));
    let desk = Desk::new(&turned);
    assert_eq!(desk.run(), Desk::new(&text).run());
    assert_eq!(
        desk.problems(),
        serde_json::json!({"file not in the order of its scans, sorted": 1})
    );
    // Without numbers of scans the times tell.
    let bare = |text: &str| text.replacen("scan,", "number,", 1);
    let desk = Desk::new(&bare(&turned));
    assert_eq!(desk.run(), Desk::new(&bare(&text)).run());
    assert_eq!(
        desk.problems(),
        serde_json::json!({"file not in the order of its scans, sorted": 1})
    );
}

#[test]
fn times_may_be_moments() {
    let text = detections(30);
    let moments = text.lines().enumerate().map(|(number, line)| match line.split_once(".0,") {
        Some((front, rest)) if number > 0 => {
            let (scan, second) = front.split_once(',').unwrap();
            format!("{scan},1970-01-01T00:00:{:02}Z,{rest}\r\n", second.parse::<u32>().unwrap())
        }
        _ => format!("{line}\r\n"),
    });
    assert_eq!(Desk::new(&moments.collect::<String>()).run(), Desk::new(&text).run());
}

#[test]
fn damage_is_named_and_the_rest_is_read() {
    let clean = Desk::new(&detections(30)).run();
    let mut text = detections(30);
    let doubled: Vec<&str> = text.lines().skip(1).collect();
    let mut damaged = "scan,time_s,det_id,x_m,y_m\n".to_owned();
    for line in doubled {
        writeln!(damaged, "{line}\n{line}").unwrap();
    }
    text = damaged;
    text.push_str("29,29.0,1,NaN,5\n29,29.0,1,inf,5\n29,29.0\nrubbish,,,\n3,3.0,9,100,100\n");
    text.push_str(&"9".repeat(200_000));
    text.push_str("\n29,29.0,7,12");
    let desk = Desk::new(&text);
    assert_eq!(desk.run(), clean);
    let problems = desk.problems();
    assert_eq!(problems["detection that is no finite number, left out"], 2);
    assert_eq!(problems["detection of an earlier scan, left out"], 1);
    assert_eq!(problems["line too long, left out"], 1);
    assert_eq!(problems["line not understood, left out"], 3);
    assert!(problems["repeated detection, left out"].as_u64().unwrap() > 90);
}

#[test]
fn a_clock_that_jumps_is_named() {
    let text =
        detections(30).replace("\n12,12.0,", "\n12,99999999.0,").replace("\n20,20.0,", "\n20,3.0,");
    let desk = Desk::new(&text);
    assert!(desk.run().lines().count() > 20);
    assert_eq!(desk.problems()["scan out of order or of unusable time, left out"], 2);
}

#[test]
fn an_unknown_sensor_is_named_and_directions_are_followed() {
    let posts = [[0.0, 0.0], [4000.0, 500.0], [2000.0, 4000.0_f64]];
    let mut text = "scan,time_s,sensor,azimuth_deg\n".to_owned();
    for scan in 0..30 {
        let at = [1000.0 + 20.0 * f64::from(scan), 2000.0];
        for (index, post) in posts.iter().enumerate() {
            let azimuth = f64::atan2(at[0] - post[0], at[1] - post[1]).to_degrees();
            let off = 0.2 * f64::from((scan + index as i32) % 3 - 1);
            writeln!(text, "{scan},{scan}.0,post{index},{}", azimuth + off).unwrap();
        }
        writeln!(text, "{scan},{scan}.0,nobody,12.0").unwrap();
    }
    let desk = Desk::new(&text);
    desk.put("known.json", r#"{"known":{"clutter":0.2,"pd":0.95,"area_km":4.0}}"#);
    desk.put(
        "sensors.csv",
        "sensor,kind,x_m,y_m,sigma_deg,range_m\npost0,azimuth,0,0,0.3,9000\n\
         post1,azimuth,4000,500,0.3,\npost2,azimuth,2000,4000,0.3,\npost2,azimuth,1,1,1,\n,,,,,\n",
    );
    let told = desk.run();
    let last: Vec<f64> =
        told.lines().last().unwrap().split(',').map(|field| field.parse().unwrap()).collect();
    assert!((last[2] - 1580.0).abs() < 60.0 && (last[3] - 2000.0).abs() < 60.0, "{last:?}");
    assert_eq!(desk.problems()["unknown sensor, left out"], 30);
    assert_eq!(desk.problems()["sensor described twice, the first kept"], 1);
}

#[test]
fn places_in_degrees_and_a_zone_entered() {
    let mut text = "scan,time_s,lon,lat\n".to_owned();
    for scan in 0..60 {
        let wobble = [0.0, 5e-5, -5e-5][scan % 3];
        let lon = 30.0 + 3e-4 * scan as f64;
        writeln!(text, "{scan},{scan},{lon},{}", 50.0 + wobble).unwrap();
    }
    let desk = Desk::new(&text);
    desk.put("known.json", r#"{"known":{"clutter":0.1,"pd":0.95,"sigma":6.0}}"#);
    desk.put(
        "zones.geojson",
        r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"bridge"},
        "geometry":{"type":"Polygon","coordinates":[[[30.006,49.9],[30.012,49.9],[30.012,50.1],
        [30.006,50.1],[30.006,49.9]]]}}]}"#,
    );
    let told = desk.run();
    assert!(told.starts_with("scan,track_id,lon,lat\n"));
    let last: Vec<f64> =
        told.lines().last().unwrap().split(',').map(|field| field.parse().unwrap()).collect();
    assert!((last[2] - 30.0177).abs() < 2e-4 && (last[3] - 50.0).abs() < 1e-4, "{last:?}");
    let stays = desk.told("incursions.csv");
    let fields: Vec<&str> = stays.lines().nth(1).unwrap().split(',').collect();
    assert_eq!((stays.lines().count(), fields[0]), (2, "bridge"));
    // inside from 20 s to 40 s
    let number = |at: usize| fields[at].parse::<f64>().unwrap();
    assert!(number(2) > 0.95 && number(3) <= 20.0 && number(4) >= 20.0 && number(4) < 24.0);
    assert!(number(5) <= 40.0 && number(6) >= 40.0 && number(6) < 44.0);
}

#[test]
fn what_cannot_be_is_named_and_spoils_nothing() {
    let clean = Desk::new(&detections(30)).run();
    let text = detections(30).replace("\n20,", "\n20,20.0,x,1e308,-1e308\n20,20.0,x,1e9,5\n20,");
    let desk = Desk::new(&text);
    desk.put(
        "zones.geojson",
        r#"{"features":[{"geometry":{"type":"Point","coordinates":[1,2]}},
        {"geometry":{"type":"Polygon","coordinates":[[[0,0],[9,0],[9,9]]]}}]}"#,
    );
    assert_eq!(desk.run(), clean);
    assert!(desk.problems()["place that is not on Earth, left out"].as_u64().unwrap() > 1);
    assert_eq!(desk.problems()["zone that is no polygon, left out"], 1);
    let desk = Desk::new("scan,time_s,x_m,y_m\n");
    assert_eq!(desk.run().lines().count(), 1);
    assert_eq!(desk.problems()["no detection in the file"], 1);
}

#[test]
fn what_is_missing_is_said_with_what_to_do() {
    let desk = Desk::new("a,b\n1,2\n");
    let error = track(&desk.words()).unwrap_err();
    assert!(error.sentence.contains("time_s") && error.hint.contains("scan,time_s"));
    desk.put("detections.csv", "time_s,azimuth_deg\n1,2\n");
    assert!(track(&desk.words()).unwrap_err().sentence.contains("x_m,y_m"));
    desk.put("zones.geojson", "{}");
    desk.put("detections.csv", &detections(3));
    assert!(track(&desk.words()).unwrap_err().sentence.contains("zone"));
}
