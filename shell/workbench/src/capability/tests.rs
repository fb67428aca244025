//! Files in, files out: a good file in both spellings, and one in which much is wrong.

use std::path::Path;

use super::*;

const GOOD: &str = r#"
frame = "km"
area = [0, 0, 40, 20]
party_logs = ["log"]
[weather]
cloud = 0.5
[[networks]]
id = "mic"
wave = "acoustic"
noise = 50
stations = [
  { id = "a", place = [5, 5] }, { id = "b", place = [15, 5] }, { id = "c", place = [5, 15] },
]
[[satellites]]
id = "viirs"
daily = ["01:30", "12:40"]
[[lookers]]
id = "drone"
kind = "drone"
chance = 0.9
looks = [{ from = 2026-04-21T01:00:00Z, until = 2026-04-21T02:00:00Z, place = [35, 15], range_km = 6, saw = "nothing" }]
[[press]]
id = "news"
settlements = [{ place = [20, 10], radius_km = 5 }]
[[losses]]
kind = "jamming"
from = 2026-04-21T01:15:00Z
until = 2026-04-21T01:45:00Z
source = "drone"
"#;

const BAD: &str = r#"{"typo": 1, "frame": "km", "area": [0, 0, 20, 20], "groups": {"g": {"uptime": 2}},
 "laws": {"acoustic": {"scatter": -1}}, "weather": {"cloud": 7, "cells": [{"place": [1, 1]}]},
 "networks": [{"id": "n", "wave": "acoustic", "noise": 0.01, "stations_file": "s.csv",
   "stations": [{"id": "a", "place": [1, 1]}, {"id": "a", "place": [2, 2]}, {"id": "b", "place": [9999, 1]}]},
  {"id": "m", "wave": "light"}],
 "satellites": [{"id": "v", "daily": ["25:00"]}],
 "lookers": [{"id": "p", "kind": "press"}, {"id": "d", "kind": "drone", "looks": [{}]}],
 "losses": [{"from": "2026-04-21T00:00:00Z", "source": "nobody"}, {"from": "never", "source": "a"}],
 "received": [{"source": "nobody", "cadence": "1h", "delay": "1h", "data": []}]}"#;

fn words(folder: &Path, sources: &str, out: &str) -> Capability {
    Capability {
        sources: folder.join(sources),
        from: "2026-04-21T00:00:00Z".parse().unwrap(),
        to: "2026-04-21T03:00:00Z".parse().unwrap(),
        class: "explosion".to_owned(),
        out: folder.join(out),
        svg: Some(folder.join("map.svg")),
        size: None,
        cell_km: 10.0,
        points_per_side: 2,
        level: 0.9,
        seen: None,
        as_of: None,
    }
}

fn window() -> Interval {
    let time = |text: &str| text.parse::<Time>().unwrap();
    Interval { start: time("2026-04-21T00:00:00Z"), end: time("2026-04-21T03:00:00Z") }
}

#[test]
fn a_file_reads_the_same_in_both_spellings_and_comes_out_as_cells_and_hours() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("good.toml"), GOOD).unwrap();
    let toml = read::sources(&folder.path().join("good.toml"), window()).unwrap();
    assert_eq!(toml.problems.first, Vec::<String>::new());
    let table: toml::Value =
        toml::from_str(&GOOD.replace("2026-", "\"2026-").replace("00Z", "00Z\"")).unwrap();
    let json = serde_json::to_string(&table).unwrap();
    std::fs::write(folder.path().join("good.json"), json).unwrap();
    let json = read::sources(&folder.path().join("good.json"), window()).unwrap();
    assert!(json.scene == toml.scene && json.area == toml.area);

    capability(&words(folder.path(), "good.toml", "out.csv")).unwrap();
    let text = std::fs::read_to_string(folder.path().join("out.csv")).unwrap();
    assert_eq!(text.lines().count(), 1 + 8 * 3);
    assert!(text.starts_with("hour,x_km,y_km,chance,lost_to_outages,lost_to_weather,limit_kg\n"));
    let row = |hour: &str, east_km: f64, north_km: f64| {
        let numbers = |line: &str| -> Vec<f64> {
            line.split(',').skip(1).map(|field| field.parse().unwrap()).collect()
        };
        let rows = text.lines().filter(|line| line.starts_with(hour)).map(numbers);
        let near = |row: &Vec<f64>| (row[0] - east_km).abs() + (row[1] - north_km).abs() < 0.1;
        rows.into_iter().find(near).unwrap()
    };
    // The drone looked over this cell for an hour and was jammed for half of it.
    let looked = row("2026-04-21T01", 35.0, 15.0);
    assert!((looked[2] - 0.45).abs() < 0.03 && (looked[3] - 0.45).abs() < 0.03, "{looked:?}");
    assert!(row("2026-04-21T00", 35.0, 15.0)[2] < 0.05);
    assert!(std::fs::read_to_string(folder.path().join("map.svg")).unwrap().contains("<svg"));
}

#[test]
fn every_mistake_is_named_and_the_rest_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("bad.json"), BAD).unwrap();
    let csv = "station,x_km,y_km,noise\nc,3,3,0.1\nd,NaN,3,0.1\ne,4,4,inf\n\nf,5,5,-1\ng,6,6,\n";
    std::fs::write(folder.path().join("s.csv"), csv).unwrap();
    let sources = read::sources(&folder.path().join("bad.json"), window()).unwrap();
    let names: Vec<&str> = sources.scene.watchers.iter().map(|source| source.id.as_str()).collect();
    assert_eq!(names, ["a", "c", "g", "v", "d"]);
    for part in [
        "typo",
        "groups.g",
        "laws.acoustic",
        "weather:",
        "weather.cells[0]",
        "networks[0].stations[1]",
        "networks[0].stations[2]",
        "line 3",
        "line 4",
        "s.csv:6",
        "networks[1]",
        "satellites[0]",
        "lookers[0]",
        "lookers[1].looks[0]",
        "losses[0]",
        "losses[1]",
        "received[0]",
    ] {
        let named = sources.problems.first.iter().filter(|problem| problem.contains(part)).count();
        assert_eq!(named, 1, "{part}: {:?}", sources.problems);
    }
    assert_eq!(sources.problems.count, 17, "{:?}", sources.problems);
}

#[test]
fn a_question_without_an_answer_is_refused_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("good.toml"), GOOD).unwrap();
    let ask = |change: fn(&mut Capability)| {
        let mut words = words(folder.path(), "good.toml", "out.csv");
        change(&mut words);
        capability(&words).unwrap_err().sentence
    };
    assert!(ask(|words| words.class = "bang".into()).contains("bang"));
    assert!(ask(|words| words.to = words.from).contains("no hours"));
    assert!(ask(|words| words.out = "out.txt".into()).contains("neither"));
    assert!(ask(|words| words.out = "out.geojson".into()).contains("degrees"));
    assert!(ask(|words| words.cell_km = 0.001).contains("cells"));
    assert!(ask(|words| words.size = Some(f64::NAN)).contains("--size"));
    assert!(ask(|words| words.sources = "none.toml".into()).contains("none.toml"));
}
