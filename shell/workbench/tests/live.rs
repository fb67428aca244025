//! `watch live`: what comes in as lines, late and out of order, comes out as words about origins.

use std::fmt::Write as _;

use clap::Parser;
use serde_json::Value;

#[derive(Parser)]
struct Words {
    #[command(subcommand)]
    verb: workbench::Verb,
}

const SOUND_KM_S: f64 = 0.34;

/// Thirty stations on 12 by 10 km, three charges 40 s apart in the middle; one arrival comes 8 s late.
fn scene() -> (String, String) {
    let place = |at: u32| [f64::from(at % 6) * 2.4, f64::from(at / 6) * 2.5];
    let mut stations = String::from("station,x_km,y_km,z_km\n");
    (0..30).for_each(|at| {
        let [x, y] = place(at);
        let _ = writeln!(stations, "S{at},{x},{y},0");
    });
    let mut heard = Vec::new();
    for charge in 0..3_u32 {
        let middle = [5.0 + f64::from(charge), 5.3];
        for at in 0..30 {
            let [x, y] = place(at);
            let away = (x - middle[0]).hypot(y - middle[1]);
            if away < 5.0 {
                let jitter = f64::from((at * 7919 + charge * 31) % 13) * 0.004 - 0.024;
                let time_s = 30.0 + 40.0 * f64::from(charge) + away / SOUND_KM_S + jitter;
                let late = charge == 1 && at == 15;
                let came_s = if late { time_s + 8.0 } else { time_s };
                heard.push((came_s, format!("c{charge}s{at},S{at},A,{time_s:.4}")));
            }
        }
    }
    heard.sort_by(|one, other| one.0.total_cmp(&other.0));
    let mut picks = String::from("pick_id,station,phase,time_s\n");
    heard.iter().for_each(|(_, row)| picks.push_str(&format!("{row}\n")));
    picks.push_str("odd,S0,A,1e12\nnobody,S99,A,12\nword,S1,A,noon\n");
    (stations, picks)
}

#[test]
fn each_charge_is_told_at_once_and_again_when_all_is_in() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).to_str().expect("a path").to_owned();
    let (stations, picks) = scene();
    std::fs::write(path("stations.csv"), stations).expect("written");
    std::fs::write(path("picks.csv"), picks).expect("written");
    std::fs::write(path("known.json"), "{\"known\": {\"c\": 0.34, \"range_km\": 5}}")
        .expect("written");
    let words = [
        "watch",
        "live",
        "--stations",
        &path("stations.csv"),
        "--known",
        &path("known.json"),
        "--picks",
        &path("picks.csv"),
        "--out",
        &path("words.jsonl"),
    ];
    let words = Words::try_parse_from(words).expect("the words fit");
    workbench::run(&words.verb).expect("it runs");
    let text = std::fs::read_to_string(path("words.jsonl")).expect("words");
    let lines: Vec<Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    for charge in 0..3 {
        let at_s = 30.0 + 40.0 * f64::from(charge);
        let number = |line: &Value, name: &str| line[name].as_f64().expect("a number");
        let told: Vec<&Value> =
            lines.iter().filter(|line| (number(line, "time_s") - at_s).abs() < 1.0).collect();
        let stages: Vec<&str> = told.iter().filter_map(|line| line["stage"].as_str()).collect();
        assert_eq!(stages, ["automatic-1", "automatic-2"], "{text}");
        assert_eq!((told[0]["why"].as_str(), &told[0]["id"]), (Some("first-seen"), &told[1]["id"]));
        assert!(number(told[0], "at_s") < at_s + 20.0, "told while the sound was under way");
        let off_km = (number(told[1], "x_km") - 5.0 - f64::from(charge))
            .hypot(number(told[1], "y_km") - 5.3);
        assert!(off_km < 0.1, "{off_km} km off");
        let added = told[1]["changed"]["picks_added"].as_u64().expect("a count");
        assert_eq!(told[1]["why"], if added > 0 { "late-data" } else { "no-more-can-come" });
        if charge == 1 {
            let picks = told[1]["picks"].as_array().expect("picks");
            assert!(
                picks.iter().any(|pick| pick == "c1s15"),
                "the late one is taken up: {picks:?}"
            );
        }
    }
}
