//! Detections in, tracks out, using nothing later than each scan.
//!
//! Memory holds one scan: a file of any length is read as a stream. One that turns out to be in
//! another order than that of its scans is read again and put in order, if it is not too long. What
//! is written here is for the house's own desk; what leaves the house is delayed and coarsened there.

mod frame;
mod known;
mod order;
mod output;
mod rows;
mod sensors;
#[cfg(test)]
mod tests;
mod trouble;
mod zones;

use std::path::PathBuf;

use clap::Args;
use tracks::{Detection, Look, Settings, Tracker};

use crate::Error;
use frame::Frame;
use output::Output;
use rows::{Row, Rows};
use sensors::Described;
use trouble::Troubles;

/// Missing scan numbers that are filled in; a longer gap only moves time on.
const FILLED_MAX: i64 = 1000;
/// With more detections than this to expect, a scan without any is one that was not made.
const NOT_MADE: f64 = 3.0;
/// Detections held of one scan, of all sensors.
const HELD_MAX: usize = 2_000_000;

/// Follow moving things through detections.
#[derive(Args, Debug)]
pub struct Track {
    /// Detections: `scan,time_s,det_id,x_m,y_m`, or `lon,lat` for places; with `--sensors` also
    /// `sensor`, `azimuth_deg`, `delay_s`; `sigma_m`, `sigma_deg`, `sigma_s` where a detection has its
    /// own.
    #[arg(long)]
    pub detections: PathBuf,
    /// What is known of the sensor: JSON with a `known` block (`area_km`, `clutter`, `pd`, `sigma`, `q`,
    /// each of which may be missing or somewhat wrong).
    #[arg(long)]
    pub known: PathBuf,
    /// Folder to write `tracks.csv` and `run.json` in, and `incursions.csv` with `--zones`.
    #[arg(long)]
    pub out: PathBuf,
    /// Sensors, when there is more than one of positions: CSV, a line a sensor.
    #[arg(long)]
    pub sensors: Option<PathBuf>,
    /// Zones to watch: GeoJSON polygons, in the frame of the detections.
    #[arg(long)]
    pub zones: Option<PathBuf>,
    /// Tell vehicles on the ground from drones by how they move, rather than learn one motion.
    #[arg(long)]
    pub kinds: bool,
    /// Also write `states.csv`: covariances, velocities and chances of existence.
    #[arg(long)]
    pub states: bool,
}

/// Follow moving things through detections.
pub fn track(words: &Track) -> Result<(), Error> {
    let mut run = pass(words, Order::AsRead)?;
    if run.is_shuffled() && order::fits(&words.detections, run.rows) {
        run = pass(words, Order::Sorted)?;
    }
    let damaged = run.last.is_none() && !run.troubles.counts().is_empty();
    if run.rows == 0 && !damaged {
        run.troubles.add("no detection in the file", 1);
    }
    run.output.finish(&run.tracker, &run.troubles)?;
    run.troubles.say();
    if damaged {
        return Err(Error::new(
            format!("no detection of {} could be read", words.detections.display()),
            "Mend what the lines above name: numbers in every column, times in seconds.",
        ));
    }
    Ok(())
}

/// In which order detections are taken in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    AsRead,
    Sorted,
}

/// Everything from the files to the last scan.
fn pass(words: &Track, order: Order) -> Result<Run, Error> {
    let mut troubles = Troubles::default();
    let known = known::read(&words.known, &mut troubles)?;
    let mut rows = Rows::open(&words.detections, &mut troubles)?;
    let frame = rows.frame(&mut troubles)?;
    let described = match &words.sensors {
        Some(path) => sensors::read(path, &frame, &known, &mut troubles)?,
        None => vec![Described::only(&known)],
    };
    rows.expects(&described)?;
    let zones = match &words.zones {
        Some(path) => zones::read(path, &frame, &mut troubles)?,
        None => vec![],
    };
    let tracker = Tracker::new(settings(words, &known, &described, &frame));
    let output = Output::create(words, &frame, zones)?;
    let (held, last) = (vec![], None);
    let mut run =
        Run { described, tracker, output, troubles, held, last, rows: 0, scans: 0, late: 0 };
    match order {
        Order::AsRead => run.all(|described, troubles| rows.next(described, troubles))?,
        Order::Sorted => {
            let sorted = order::sorted(&mut rows, &run.described, &mut run.troubles)?;
            let mut sorted = sorted.into_iter();
            run.all(|_, _| Ok(sorted.next()))?;
        }
    }
    if !rows.are_numbered() {
        run.late = rows.back();
    }
    Ok(run)
}

fn settings(
    words: &Track,
    known: &known::Known,
    described: &[Described],
    frame: &Frame,
) -> Settings {
    let sensors = described.iter().map(|described| described.sensor).collect();
    let mut settings = Settings::new(sensors);
    settings.area = known.area(frame).or_else(|| sensors::area(described));
    settings.sigma_is_told = known.sigma.is_some();
    settings.motions = known.motions(words.kinds);
    settings.detections_max = HELD_MAX;
    settings
}

/// A run under way.
struct Run {
    described: Vec<Described>,
    tracker: Tracker,
    output: Output,
    troubles: Troubles,
    held: Vec<Row>,
    /// The last scan taken in: its number and time.
    last: Option<(i64, f64)>,
    /// Detections read, and scans closed.
    rows: u64,
    scans: u64,
    /// Detections of an earlier scan than the one before them; without numbers of scans, how often
    /// time went back.
    late: u64,
}

impl Run {
    /// Whether the file is in another order than that of its scans. A clock that is set back makes
    /// time go back once; a file in disorder makes it go back again and again.
    fn is_shuffled(&self) -> bool {
        self.late > 3 + self.scans / 50
    }

    fn all(
        &mut self,
        mut next: impl FnMut(&[Described], &mut Troubles) -> Result<Option<Row>, Error>,
    ) -> Result<(), Error> {
        let mut open: Option<i64> = None;
        let mut lost = 0;
        while let Some(row) = next(&self.described, &mut self.troubles)? {
            self.rows += 1;
            if open.is_some_and(|scan| row.scan < scan) {
                self.late += 1;
                self.troubles.add("detection of an earlier scan, left out", row.line);
                continue;
            }
            if open != Some(row.scan) {
                self.close(open, &mut lost)?;
                open = Some(row.scan);
            }
            if self.held.len() < HELD_MAX {
                self.held.push(row);
            } else {
                lost += 1;
            }
        }
        self.close(open, &mut lost)
    }

    /// Takes in the scan that has been read.
    fn close(&mut self, open: Option<i64>, lost: &mut u64) -> Result<(), Error> {
        let Some(scan) = open else { return Ok(()) };
        self.scans += 1;
        if std::mem::take(lost) > 0 {
            self.troubles.add("more detections than one scan may hold, left out", scan as u64);
        }
        let held = std::mem::take(&mut self.held);
        let time_s = middle_time_s(&held);
        self.fill(scan, time_s)?;
        let mut by_sensor: Vec<Vec<Detection>> = vec![vec![]; self.described.len()];
        held.iter().for_each(|row| by_sensor[row.sensor].push(row.detection));
        let looks = |(sensor, detections): (usize, &Vec<Detection>)| {
            let looked = self.described[sensor].looks_at(time_s) || !detections.is_empty();
            looked.then(|| (sensor, detections.clone()))
        };
        let looks: Vec<_> = by_sensor.iter().enumerate().filter_map(looks).collect();
        self.take_in(scan, time_s, &looks)?;
        self.held = held;
        self.held.clear();
        Ok(())
    }

    fn take_in(
        &mut self,
        scan: i64,
        time_s: f64,
        looks: &[(usize, Vec<Detection>)],
    ) -> Result<(), Error> {
        let looks: Vec<Look<'_>> =
            looks.iter().map(|(sensor, detections)| Look { sensor: *sensor, detections }).collect();
        let problems = self.tracker.scan(time_s, &looks);
        problems.iter().for_each(|problem| self.troubles.of_scan(problem, scan));
        self.last = Some((scan, time_s));
        self.output.scan(scan, time_s, &self.tracker)
    }

    /// Puts in the scans whose numbers are missing. A scan with nothing in it is left out of such a
    /// file: where next to nothing was to be expected it was a look that saw nothing, otherwise none.
    fn fill(&mut self, scan: i64, time_s: f64) -> Result<(), Error> {
        let Some((last, last_s)) = self.last else { return Ok(()) };
        let missing = scan - last - 1;
        let goes_on = time_s > last_s;
        if !(1..=FILLED_MAX).contains(&missing) || !goes_on {
            return Ok(());
        }
        let step_s = (time_s - last_s) / (missing + 1) as f64;
        for step in 1..=missing {
            let at_s = last_s + step as f64 * step_s;
            let looked = self.tracker.expected_detections() < NOT_MADE;
            let all = 0..if looked { self.described.len() } else { 0 };
            let looks: Vec<_> = all
                .filter(|&sensor| self.described[sensor].looks_at(at_s))
                .map(|sensor| (sensor, vec![]))
                .collect();
            self.take_in(last + step, at_s, &looks)?;
        }
        Ok(())
    }
}

/// The middle one of the times in a scan, so that a damaged one does no harm.
fn middle_time_s(held: &[Row]) -> f64 {
    let mut times: Vec<f64> = held.iter().map(|row| row.time_s).filter(|t| t.is_finite()).collect();
    let middle = times.len() / 2;
    if times.is_empty() {
        return f64::NAN;
    }
    *times.select_nth_unstable_by(middle, f64::total_cmp).1
}
