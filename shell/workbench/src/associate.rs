//! Arrivals in, located origins out.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use arrivals::{Arrival, Bulletin, Medium, Network, Origin, Settings};
use clap::Args;
use serde_json::{Value, json};

use crate::Error;
use crate::associate_clocks::arrivals_astray;
use crate::associate_ground;
use crate::associate_known;
use crate::associate_plots::Scene;
use crate::associate_read::{Onsets, Problems, Stations, onsets, stations};

/// Put arrivals together and say where each origin was.
#[derive(Args, Debug)]
pub struct Associate {
    /// Stations: `station,x_km,y_km,z_km` or `station,lon,lat,z_km`.
    #[arg(long)]
    pub stations: PathBuf,
    /// Arrivals: `pick_id,station,phase,time_s`.
    #[arg(long)]
    pub picks: PathBuf,
    /// What is known of the medium: JSON with a `known` block.
    #[arg(long)]
    pub known: PathBuf,
    /// Folder to write `events.csv`, `assignments.csv` and `run.json` in.
    #[arg(long)]
    pub out: PathBuf,
    /// Folder to draw in: a map with ellipses, all residuals, and those of each of the hundred
    /// surest origins.
    #[arg(long, value_name = "DIR")]
    pub svg: Option<PathBuf>,
    /// Let every incident stand alone: what one says of the medium does not help its neighbours.
    #[arg(long)]
    pub no_sharing: bool,
    /// The baseline: best seed first, picks taken for good, nothing looked at again.
    #[arg(long)]
    pub greedy: bool,
    /// Arrivals an origin must have at least: 5 for sound in air (three place it, two bear it
    /// out), 4 for ground waves.
    #[arg(long)]
    pub picks_min: Option<usize>,
    /// Log posterior odds an origin must have at least.
    #[arg(long, default_value_t = 2.0)]
    pub log_odds_min: f64,
}

/// Put arrivals together and say where each origin was.
pub fn associate(words: &Associate) -> Result<(), Error> {
    let began = Instant::now();
    let mut problems = Problems::default();
    let known = associate_known::read(&words.known, &mut problems)?;
    // Before the work, so that nobody waits for what cannot be written.
    std::fs::create_dir_all(&words.out).map_err(|error| Error::file("make", &words.out, &error))?;
    let stations = stations(&words.stations, &mut problems)?;
    let onsets = onsets(&words.picks, &stations, &mut problems)?;
    if onsets.arrivals.is_empty() && !problems.counts.is_empty() {
        problems.sum_up();
        return Err(Error::new(
            format!("no arrival of {} could be read", words.picks.display()),
            "Mend what the lines above name: the spelling of stations, and times in seconds.",
        ));
    }
    if onsets.arrivals.is_empty() {
        problems.add("arrivals-none", || format!("{} holds none", words.picks.display()));
    }
    arrivals_astray(&onsets, &stations, &mut problems);
    let in_air = !known.has("vp") && !known.has("model");
    let settings = Settings {
        picks_min: words.picks_min.unwrap_or(if in_air { 5 } else { 4 }).max(4),
        log_odds_min: words.log_odds_min,
        share_medium: !words.no_sharing,
        greedy: words.greedy,
    };
    let svg = words.svg.as_deref();
    let run = Run { out: &words.out, svg, stations: &stations, onsets: &onsets, began };
    match known.model() {
        Some(model) => associate_ground::globe(model, run, &settings, problems),
        None if known.has("vp") => associate_ground::crust(&known, run, &settings, problems),
        None => {
            let air = known.air(&mut problems);
            let (frame, places) = associate_ground::framed(&stations);
            let places = if stations.degrees { places } else { stations.flat() };
            let network = Network::new(places, air.range_km * 2.5).stating(stations.errors.clone());
            let bulletin = arrivals::associate(&air, &network, &onsets.arrivals, &settings);
            run.draw(&air, &network, &onsets.arrivals, &bulletin)?;
            if stations.degrees {
                return run.write(&bulletin, problems, &["lon", "lat"], |origin| {
                    associate_ground::on_globe(&frame, origin, 0.0)
                });
            }
            run.write(&bulletin, problems, &["x_km", "y_km"], |origin| {
                let (s, c) = (&origin.state, &origin.covariance);
                Told { place: [s[1], s[2], 0.0], covariance: [c[1][1], c[1][2], c[2][2]] }
            })
        }
    }
}

/// What a run was given and where its files go.
pub(crate) struct Run<'a> {
    pub out: &'a Path,
    pub svg: Option<&'a Path>,
    pub stations: &'a Stations,
    pub onsets: &'a Onsets,
    pub began: Instant,
}

/// An origin's place as the file tells it, and the covariance of its first two coordinates, km^2
/// east and north.
pub(crate) struct Told {
    pub place: [f64; 3],
    pub covariance: [f64; 3],
}

impl Run<'_> {
    /// Draws what came out, if that is asked for.
    pub(crate) fn draw<const N: usize, M: Medium<N>>(
        &self,
        medium: &M,
        network: &Network,
        arrivals: &[Arrival],
        bulletin: &Bulletin<N>,
    ) -> Result<(), Error> {
        let scene = Scene { medium, network, names: &self.stations.names, arrivals };
        self.svg.map_or(Ok(()), |folder| scene.draw(folder, bulletin))
    }

    /// Writes the files; `names` are the columns of the place.
    pub(crate) fn write<const N: usize>(
        &self,
        bulletin: &Bulletin<N>,
        mut problems: Problems,
        names: &[&str; 2],
        tell: impl Fn(&Origin<N>) -> Told,
    ) -> Result<(), Error> {
        for (arrival, reason) in &bulletin.left_out {
            let id = self.onsets.id(*arrival);
            problems.add(reason.code(), || {
                format!("arrival {} takes no part", String::from_utf8_lossy(id))
            });
        }
        for astray in &bulletin.astray {
            let name = &self.stations.names[astray.station as usize];
            let [east, north] = astray.moved_km;
            problems.add("station-astray", || {
                format!(
                    "station {name} had {} of {:.0} arrivals due, and {} fit when it stands {east:.2} km \
                     east and {north:.2} km north of its listed place: check the list",
                    astray.heard, astray.expected, astray.fitting
                )
            });
        }
        problems.sum_up();
        write(self, bulletin, &problems, names, tell)?;
        println!(
            "{} origins from {} arrivals at {} stations, in {}",
            bulletin.origins.len(),
            self.onsets.arrivals.len(),
            self.stations.names.len(),
            self.out.display(),
        );
        Ok(())
    }
}

fn write<const N: usize>(
    run: &Run<'_>,
    bulletin: &Bulletin<N>,
    problems: &Problems,
    [x, y]: &[&str; 2],
    tell: impl Fn(&Origin<N>) -> Told,
) -> Result<(), Error> {
    let Run { out, stations, onsets, began, .. } = run;
    std::fs::create_dir_all(out).map_err(|error| Error::file("make", out, &error))?;
    let failed = |error: std::io::Error| Error::file("write in", out, &error);
    let mut events = BufWriter::new(File::create(out.join("events.csv")).map_err(failed)?);
    let mut members = BufWriter::new(File::create(out.join("assignments.csv")).map_err(failed)?);
    writeln!(events, "event_id,time_s,{x},{y},z_km,cxx,cxy,cyy,log_odds").map_err(failed)?;
    writeln!(members, "pick_id,event_id").map_err(failed)?;
    for (id, origin) in bulletin.origins.iter().enumerate() {
        let Told { place: [x, y, z], covariance: [cxx, cxy, cyy] } = tell(origin);
        writeln!(
            events,
            "{id},{:.5},{x:.6},{y:.6},{z:.3},{cxx:.6e},{cxy:.6e},{cyy:.6e},{:.2}",
            origin.state[0], origin.log_odds
        )
        .map_err(failed)?;
        for &arrival in &origin.arrivals {
            members.write_all(onsets.id(arrival)).map_err(failed)?;
            writeln!(members, ",{id}").map_err(failed)?;
        }
    }
    events.flush().map_err(failed)?;
    members.flush().map_err(failed)?;
    let run = json!({
        "cpu_s": cpu_s(),
        "wall_s": began.elapsed().as_secs_f64(),
        "peak_rss_mb": peak_rss_mb(),
        "stations": stations.names.len(),
        "arrivals": onsets.arrivals.len(),
        "origins": bulletin.origins.len(),
        "problems": problems.counts,
        "learned": learned(bulletin),
    });
    std::fs::write(out.join("run.json"), format!("{run:#}\n")).map_err(failed)
}

fn learned<const N: usize>(bulletin: &Bulletin<N>) -> Value {
    let model = &bulletin.model;
    let root = |list: &[f64]| list.iter().map(|v| v.sqrt()).collect::<Vec<f64>>();
    json!({
        "onset_error_s": root(&model.onset_variance),
        "path_error": root(&model.path_variance),
        "chance_near": model.detection.near,
        "range_width": model.detection.width,
        "range_km": model.detection.ranges_km,
        "range_share": model.detection.shares,
        "log_rate": model.log_rate,
        "medium_mean": bulletin.spread.mean,
        "medium_spread": root(&bulletin.spread.variance),
        "medium_alike_km": bulletin.scales.map(|scales| scales.km),
        "medium_alike_s": bulletin.scales.map(|scales| scales.s),
        "medium_smooth": bulletin.scales.map(|scales| scales.smooth),
        "medium_own_share": bulletin.scales.map(|scales| scales.own),
    })
}

/// Processor time of this process so far, s (user and system; 0 where /proc is not there).
fn cpu_s() -> f64 {
    let Ok(text) = std::fs::read_to_string("/proc/self/schedstat") else { return 0.0 };
    let ns: f64 = text.split_whitespace().next().and_then(|n| n.parse().ok()).unwrap_or(0.0);
    ns * 1e-9
}

/// Most memory held at once, MB (0 where /proc is not there).
fn peak_rss_mb() -> f64 {
    let Ok(text) = std::fs::read_to_string("/proc/self/status") else { return 0.0 };
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kb = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    kb.unwrap_or(0.0) / 1024.0
}
