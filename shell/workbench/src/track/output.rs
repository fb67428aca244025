//! What is written: tracks scan by scan, incursions as they end, and an account of the run.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use serde_json::json;
use tracks::{Incursion, Incursions, Told, Tracker};

use super::Track;
use super::frame::Frame;
use super::trouble::Troubles;
use super::zones::Named;
use crate::Error;

/// Incursions less likely than this are not told.
const TOLD: f64 = 0.5;

/// A file under way.
struct Sheet {
    path: PathBuf,
    writer: BufWriter<File>,
}

impl Sheet {
    fn create(folder: &Path, name: &str, header: &str) -> Result<Self, Error> {
        let path = folder.join(name);
        let file = File::create(&path).map_err(|error| Error::file("create", &path, &error))?;
        let mut sheet = Self { path, writer: BufWriter::with_capacity(1 << 18, file) };
        sheet.put(format!("{header}\n").as_bytes())?;
        Ok(sheet)
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.writer.write_all(bytes).map_err(|error| Error::file("write", &self.path, &error))
    }

    fn finish(&mut self) -> Result<(), Error> {
        self.writer.flush().map_err(|error| Error::file("write", &self.path, &error))
    }
}

/// All that is written.
pub struct Output {
    folder: PathBuf,
    frame: Frame,
    tracks: Sheet,
    states: Option<Sheet>,
    stays: Option<(Sheet, Incursions, Vec<String>)>,
    told: u64,
    rows: u64,
    scans: i64,
    line: Vec<u8>,
}

impl Output {
    /// Makes the folder and the files.
    pub fn create(words: &Track, frame: &Frame, zones: Vec<Named>) -> Result<Self, Error> {
        let folder = words.out.clone();
        std::fs::create_dir_all(&folder).map_err(|error| Error::file("create", &folder, &error))?;
        let at = frame.columns();
        let states = format!(
            "scan,time_s,track_id,{at},cxx_m2,cxy_m2,cyy_m2,vx_mps,vy_mps,existence,motion,unseen_s"
        );
        let entered =
            "zone,track_id,probability,entered_after_s,entered_before_s,left_after_s,left_before_s";
        let states = words.states.then(|| Sheet::create(&folder, "states.csv", &states));
        let stays = if zones.is_empty() {
            None
        } else {
            let sheet = Sheet::create(&folder, "incursions.csv", entered)?;
            let (names, shapes) = zones.into_iter().map(|zone| (zone.name, zone.shape)).unzip();
            Some((sheet, Incursions::new(shapes), names))
        };
        Ok(Self {
            tracks: Sheet::create(&folder, "tracks.csv", &format!("scan,track_id,{at}"))?,
            states: states.transpose()?,
            stays,
            folder,
            frame: *frame,
            told: 0,
            rows: 0,
            scans: 0,
            line: Vec::new(),
        })
    }

    /// Writes what is told after a scan.
    pub fn scan(&mut self, scan: i64, time_s: f64, tracker: &Tracker) -> Result<(), Error> {
        self.scans = self.scans.max(scan.saturating_add(1));
        let digits = self.frame.digits();
        for told in tracker.tracks() {
            self.told = self.told.max(told.track + 1);
            self.rows += 1;
            let [first, second] = self.frame.written(told.state.at_m);
            let line = &mut self.line;
            line.clear();
            whole(line, scan);
            line.push(b',');
            whole(line, told.track as i64);
            line.push(b',');
            fixed(line, first, digits);
            line.push(b',');
            fixed(line, second, digits);
            line.push(b'\n');
            self.tracks.put(line)?;
            if let Some(states) = &mut self.states {
                states.put(state(scan, time_s, &told, [first, second]).as_bytes())?;
            }
        }
        if let Some((sheet, stays, names)) = &mut self.stays {
            for stay in stays.note(time_s, tracker) {
                sheet.put(incursion(&stay, names).as_bytes())?;
            }
        }
        Ok(())
    }

    /// Writes what is still under way, and the account.
    pub fn finish(&mut self, tracker: &Tracker, troubles: &Troubles) -> Result<(), Error> {
        if let Some((sheet, stays, names)) = &mut self.stays {
            for stay in stays.under_way() {
                sheet.put(incursion(&stay, names).as_bytes())?;
            }
            sheet.finish()?;
        }
        self.tracks.finish()?;
        self.states.as_mut().map_or(Ok(()), Sheet::finish)?;
        let learned = tracker.learned().map(|learned| {
            json!({
                "pd": learned.detection_chance,
                "clutter": learned.false_a_look,
                "sigma": learned.sigma,
                "q": learned.q,
                "speed_mps": learned.speed_mps,
                "appear_per_s": learned.appear_per_s,
                "end_per_s": learned.end_per_s,
            })
        });
        let account = json!({
            "scans": self.scans,
            "tracks": self.told,
            "rows": self.rows,
            "learned": learned,
            "problems": troubles.counts(),
        });
        let path = self.folder.join("run.json");
        std::fs::write(&path, format!("{account:#}\n"))
            .map_err(|error| Error::file("write", &path, &error))
    }
}

fn state(scan: i64, time_s: f64, told: &Told, [first, second]: [f64; 2]) -> String {
    let (spread, [vx, vy]) = (told.state.position, told.state.velocity_mps);
    format!(
        "{scan},{time_s:.3},{},{first:.7},{second:.7},{:.2},{:.2},{:.2},{vx:.3},{vy:.3},{:.4},{},{:.3}\n",
        told.track, spread.xx, spread.xy, spread.yy, told.existence, told.motion, told.unseen_s
    )
}

fn incursion(stay: &Incursion, names: &[String]) -> String {
    if stay.chance < TOLD {
        return String::new();
    }
    let name = names.get(stay.zone).map_or("", String::as_str);
    let (after, before) = stay.entered_s;
    let left =
        stay.left_s.map_or(",".to_owned(), |(after, before)| format!("{after:.3},{before:.3}"));
    format!("{name},{},{:.4},{after:.3},{before:.3},{left}\n", stay.track, stay.chance)
}

/// A whole number.
fn whole(line: &mut Vec<u8>, number: i64) {
    let mut digits = [0; 20];
    let mut left = number.unsigned_abs();
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (left % 10) as u8;
        left /= 10;
        if left == 0 {
            break;
        }
    }
    if number < 0 {
        line.push(b'-');
    }
    line.extend_from_slice(&digits[at..]);
}

/// A number with so many digits after the point, rounded; several times as fast as `format!`, which
/// was a third of a run.
fn fixed(line: &mut Vec<u8>, number: f64, digits: u32) {
    let scale = 10_i64.pow(digits);
    let scaled = (number * scale as f64).round();
    if scaled.abs() >= 9e17 || !scaled.is_finite() {
        line.extend_from_slice(format!("{number}").as_bytes());
        return;
    }
    let scaled = scaled as i64;
    if scaled < 0 {
        line.push(b'-');
    }
    whole(line, (scaled / scale).abs());
    line.push(b'.');
    let part = (scaled % scale).unsigned_abs();
    let mut unit = scale as u64 / 10;
    while unit > 0 {
        line.push(b'0' + (part / unit % 10) as u8);
        unit /= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_format_does() {
        for number in [0.0, -0.004, 0.005, 1.0, -1.5, 123_456.789, -98_765.432_1, 1e-9] {
            let mut line = vec![];
            fixed(&mut line, number, 2);
            let told: f64 = String::from_utf8(line).unwrap().parse().unwrap();
            assert!((told - number).abs() <= 0.005 + 1e-9, "{number} {told}");
        }
    }
}
