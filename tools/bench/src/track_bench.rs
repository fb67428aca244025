//! `cargo x bench tracks`: scans a processor second, and memory, by how much there is to follow.

use std::hint::black_box;

use clap::Args;
use tracks::{Look, Rect, Settings, Tracker};

use crate::meter::{Meter, peak_mb};
use crate::run::Outcome;
use crate::track_scenes::{Play, Scene};

/// How fast things are followed.
#[derive(Args)]
pub struct Options {
    /// Things there at a time.
    #[arg(long, value_delimiter = ',', default_values_t = [100, 1000, 10_000])]
    things: Vec<usize>,
    /// False detections a scan for each thing.
    #[arg(long, default_value_t = 1.0)]
    clutter: f64,
    /// Scans.
    #[arg(long, default_value_t = 60)]
    scans: usize,
}

/// Prints a line for each number of things; the scene is made before the clock starts.
///
/// # Errors
/// Never; scenes are made here.
pub fn bench(options: &Options) -> Outcome {
    for &things in &options.things {
        let mut scene = Scene::positions("", 1, things, options.clutter * things as f64);
        scene.scans = options.scans;
        let scans: Vec<_> = Play::new(&scene).collect();
        let detections: usize = scans.iter().map(|scan| scan.looks[0].len()).sum();
        let mut settings = Settings::new(scene.sensors.clone());
        settings.area = Some(Rect { low_m: [0.0; 2], high_m: [scene.side_m; 2] });
        settings.motions = scene.motions();
        let mut tracker = Tracker::new(settings);
        let meter = Meter::start();
        for scan in &scans {
            tracker.scan(scan.time_s, &[Look { sensor: 0, detections: &scan.looks[0] }]);
            black_box(tracker.tracks().count());
        }
        let cpu_s = meter.cost().cpu_s.max(1e-3);
        println!(
            "{things} things, {detections} detections: {:.0} scans and {:.2} million detections a cpu-second, peak {:.0} MB with the scene",
            scans.len() as f64 / cpu_s,
            detections as f64 / cpu_s / 1e6,
            peak_mb()
        );
    }
    Ok(())
}
