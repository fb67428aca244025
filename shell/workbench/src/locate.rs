//! Bearings in, sources with their regions out.

mod sheet;
mod written;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use arrivals::infrasound::{
    Heard, Propagation, Rates, Shared, array_error_deg, associate, locate as locate_one,
};
use clap::Args;
use gateways::infrapy::{BYTES_MAX, DETECTIONS_MAX, Detection, read};
use gateways::reading::Fault;
use kernel::{Duration, Time};

use crate::{Error, Unread};

/// A detection that states neither error nor Fisher's ratio is taken to be as good as this, degrees.
const ERROR_UNSTATED_DEG: f64 = 5.0;
/// Problems shown of one file; the rest is counted.
const PROBLEMS_SHOWN: usize = 20;

/// Place sources from bearings.
#[derive(Args, Debug)]
pub struct Locate {
    /// Detections as InfraPy writes them: JSON, or the table of six columns. Of several files all
    /// detections are taken together.
    #[arg(long, num_args = 1.., required = true, value_name = "FILE")]
    pub bearings: Vec<PathBuf>,
    /// Take all detections as one source's instead of finding out which belong together.
    #[arg(long)]
    pub together: bool,
    /// Folder to write `origins.csv`, `origins.geojson`, `assignments.csv` and `run.json` in.
    #[arg(long, value_name = "FOLDER")]
    pub out: Option<PathBuf>,
    /// Write a map of each source's region as `origin-N.svg` too.
    #[arg(long, requires = "out")]
    pub svg: bool,
}

/// Place sources from bearings.
///
/// # Errors
/// When a file cannot be read or holds no detections; single bad detections are named on standard
/// error, and the rest is read.
pub fn locate(words: &Locate) -> Result<(), Error> {
    let mut unread = Unread::default();
    let (detections, problems) = read_all(&words.bearings, &mut unread)?;
    let base = detections.iter().filter_map(|one| one.time).min().unwrap_or(Time(0));
    let heard = heard(&detections, base);
    let air = Propagation::default();
    let found = if words.together {
        let origin = locate_one(&heard, &air);
        let members = (0..heard.len()).collect();
        origin
            .map(|origin| Shared { members, ln_odds: f64::INFINITY, origin })
            .into_iter()
            .collect()
    } else {
        associate(&heard, &air, &Rates::default())
    };
    for (number, shared) in (1..).zip(&found) {
        println!("{}", sentence(number, shared, base));
    }
    let grouped: usize = found.iter().map(|shared| shared.members.len()).sum();
    println!(
        "{} detections: {grouped} in {} sources, {} alone; {problems} could not be read or were repeated",
        detections.len(),
        found.len(),
        detections.len() - grouped,
    );
    if let Some(folder) = &words.out {
        std::fs::create_dir_all(folder).map_err(|error| Error::file("make", folder, &error))?;
        written::write(folder, &found, &detections, base, problems)?;
        if words.svg {
            for (number, shared) in (1..).zip(&found) {
                let path = folder.join(format!("origin-{number}.svg"));
                let text = sheet::sheet(number, shared, &detections);
                std::fs::write(&path, text).map_err(|error| Error::file("write", &path, &error))?;
            }
        }
    }
    unread.end()
}

fn read_all(paths: &[PathBuf], unread: &mut Unread) -> Result<(Vec<Detection>, u64), Error> {
    let (mut detections, mut problems) = (Vec::new(), 0);
    for path in paths {
        let Some((bytes, whole)) = unread.note(bytes(path)) else { continue };
        let mut file = read(&bytes);
        if !whole {
            let reason =
                format!("what comes after {BYTES_MAX} bytes is not read: hand it in in parts");
            file.problem(0, Fault::new("file-too-large", reason));
        }
        for problem in file.problems.iter().take(PROBLEMS_SHOWN) {
            eprintln!("{}:{}: {}: {}", path.display(), problem.line, problem.code, problem.reason);
        }
        let shown = file.problems.len().min(PROBLEMS_SHOWN) as u64;
        if file.problem_count > shown {
            eprintln!("{}: {} more like these", path.display(), file.problem_count - shown);
        }
        problems += file.problem_count;
        detections.extend(file.detections);
        problems += beyond(&mut detections);
    }
    let repeated = take_out_repeated(&mut detections);
    if repeated > 0 {
        eprintln!("detection-repeated: {repeated} say what one before them said; left out");
    }
    if detections.is_empty() {
        return Err(Error::new(
            "no detections could be read",
            "Detections are a JSON list of objects with Latitude, Longitude, Back Azimuth and \
             `Peak F-Stat Time (UTC)`, as InfraPy or `watch beam --detections` write them.",
        ));
    }
    Ok((detections, problems + repeated as u64))
}

/// Lets go of detections that are too many for one run; gives back how many.
fn beyond(detections: &mut Vec<Detection>) -> u64 {
    let many = detections.len().saturating_sub(DETECTIONS_MAX);
    if many > 0 {
        detections.truncate(DETECTIONS_MAX);
        eprintln!("detections-too-many: {many} after {DETECTIONS_MAX} of one run are left out");
    }
    many as u64
}

/// Takes out what one array said before, word for word; gives back how many.
fn take_out_repeated(detections: &mut Vec<Detection>) -> usize {
    let before = detections.len();
    let mut seen = BTreeSet::new();
    detections
        .retain(|one| seen.insert((one.array.clone(), one.time, one.back_azimuth_deg.to_bits())));
    before - detections.len()
}

/// A file, no farther than the reader takes it, and whether that is all of it.
fn bytes(path: &Path) -> Result<(Vec<u8>, bool), Error> {
    use std::io::Read as _;
    let file = std::fs::File::open(path).map_err(|error| Error::file("read", path, &error))?;
    let mut bytes = Vec::new();
    let most = BYTES_MAX as u64 + 1;
    file.take(most).read_to_end(&mut bytes).map_err(|error| Error::file("read", path, &error))?;
    let whole = bytes.len() <= BYTES_MAX;
    bytes.truncate(BYTES_MAX);
    Ok((bytes, whole))
}

fn heard(detections: &[Detection], base: Time) -> Vec<Heard> {
    let mut arrays = BTreeMap::new();
    for detection in detections {
        let next = arrays.len() as u32;
        arrays.entry(detection.array.as_str()).or_insert(next);
    }
    let heard = detections.iter().map(|one| Heard {
        array: arrays.get(one.array.as_str()).copied().unwrap_or_default(),
        lat_deg: one.lat,
        lon_deg: one.lon,
        time_s: one.time.map(|time| (time - base).as_seconds()),
        back_azimuth_deg: one.back_azimuth_deg,
        error_deg: error_deg(one),
    });
    heard.collect()
}

fn error_deg(detection: &Detection) -> f64 {
    match (detection.error_deg, detection.f_statistic, detection.elements) {
        (Some(error), _, _) => error.clamp(0.01, 100.0),
        (None, Some(ratio), Some(elements)) => array_error_deg(ratio, elements),
        _ => ERROR_UNSTATED_DEG,
    }
}

/// A moment in seconds after the first detection.
fn moment(base: Time, seconds: f64) -> Time {
    base + Duration((seconds * 1e6) as i64)
}

/// Chance that the detections share a source.
fn chance(shared: &Shared) -> f64 {
    1.0 / (1.0 + libm::exp(-shared.ln_odds))
}

fn sentence(number: usize, shared: &Shared, base: Time) -> String {
    let origin = &shared.origin;
    let (lat, lon) = origin.mean_deg;
    let [half, most, all] = origin.regions.map(|region| region.area_km2);
    let when = origin.when.map_or("time unknown".to_owned(), |when| {
        let time = moment(base, when.time_s.round());
        let (from, to) = (moment(base, when.from_s.round()), moment(base, when.to_s.round()));
        format!("{time} give or take {:.0} s (90 % within {from} and {to})", when.error_s)
    });
    format!(
        "source {number}: {} detections (chance {:.2}), {lat:.3} {lon:.3}, {when}; \
         50/90/99 % within {half:.0}, {most:.0} and {all:.0} km2",
        shared.members.len(),
        chance(shared),
    )
}
