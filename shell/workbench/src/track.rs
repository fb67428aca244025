//! Detections in, tracks out, using nothing later than each scan.

use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use tracks::{Detection, Kind, Look, Motion, Rect, Sensor, Settings, Tracker};

use crate::Error;

/// Follow moving things through detections.
#[derive(Args, Debug)]
pub struct Track {
    /// Detections: `scan,time_s,det_id,x_m,y_m`.
    #[arg(long)]
    pub detections: PathBuf,
    /// What is known of the sensor: JSON with a `known` block.
    #[arg(long)]
    pub known: PathBuf,
    /// Folder to write `tracks.csv` and `run.json` in.
    #[arg(long)]
    pub out: PathBuf,
}

/// Follow moving things through detections.
pub fn track(words: &Track) -> Result<(), Error> {
    let known: serde_json::Value = serde_json::from_slice(&std::fs::read(&words.known).unwrap()).unwrap();
    let known = &known["known"];
    let num = |k: &str, d: f64| known[k].as_f64().unwrap_or(d);
    let mut settings = Settings::new(vec![Sensor {
        kind: Kind::Position,
        detection_chance: num("pd", 0.8),
        false_a_look: num("clutter", 10.0),
        sigma: num("sigma", 20.0),
        reach: None,
    }]);
    settings.motions = vec![Motion { q: num("q", 1.0), ..Motion::ANY }];
    if let Some(a) = known["area_km"].as_f64() {
        settings.area = Some(Rect { low_m: [0.0; 2], high_m: [a * 1e3; 2] });
    }
    let mut tracker = Tracker::new(settings);
    std::fs::create_dir_all(&words.out).unwrap();
    let mut out = BufWriter::new(File::create(words.out.join("tracks.csv")).unwrap());
    writeln!(out, "scan,track_id,x_m,y_m").unwrap();
    let mut text = String::new();
    File::open(&words.detections).unwrap().read_to_string(&mut text).unwrap();
    let mut dets = vec![];
    let mut cur = (-1i64, 0.0);
    let mut flush = |cur: (i64, f64), dets: &mut Vec<Detection>| {
        if cur.0 >= 0 {
            tracker.scan(cur.1, &[Look { sensor: 0, detections: dets }]);
            for t in tracker.tracks() {
                writeln!(out, "{},{},{:.2},{:.2}", cur.0, t.track, t.state.at_m[0], t.state.at_m[1]).unwrap();
            }
        }
        dets.clear();
    };
    for line in text.lines().skip(1) {
        let mut f = line.split(',');
        let scan: i64 = f.next().unwrap().parse().unwrap();
        let time: f64 = f.next().unwrap().parse().unwrap();
        f.next();
        if scan != cur.0 { flush(cur, &mut dets); cur = (scan, time); }
        let x: f64 = f.next().unwrap().parse().unwrap();
        let y: f64 = f.next().unwrap().parse().unwrap();
        dets.push(Detection::position(x, y));
    }
    flush(cur, &mut dets);
    let _ = Path::new("");
    Ok(())
}
