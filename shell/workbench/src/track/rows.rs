//! Detections read line by line: a bad line is a problem, and the rest is read.

use std::fs::File;
use std::path::Path;

use tracks::{Detection, Kind};

use super::frame::Frame;
use super::sensors::Described;
use super::trouble::Troubles;
use crate::Error;
use crate::table::{Line, Table, seconds};

const UNREAD: &str = "line not understood, left out";

/// A detection as read.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Number of its line.
    pub line: u64,
    /// Number of its scan.
    pub scan: i64,
    /// Its time, seconds; may be anything.
    pub time_s: f64,
    /// Index of its sensor.
    pub sensor: usize,
    /// What was seen.
    pub detection: Detection,
}

/// Where the columns stand.
#[derive(Clone, Copy, Default, Debug)]
struct Columns {
    scan: Option<usize>,
    time: Option<usize>,
    sensor: Option<usize>,
    place: [Option<usize>; 2],
    degrees: bool,
    azimuth: Option<usize>,
    delay: Option<usize>,
    sigma_m: Option<usize>,
    sigma_deg: Option<usize>,
    sigma_s: Option<usize>,
}

/// A file of detections, as a stream.
pub struct Rows {
    table: Table<File>,
    columns: Columns,
    frame: Frame,
    scan: i64,
    time_s: f64,
    /// How often time went back, in a file that does not number its scans.
    back: u64,
}

impl Rows {
    /// Opens a file and reads its header.
    pub fn open(path: &Path, troubles: &mut Troubles) -> Result<Self, Error> {
        let file = File::open(path).map_err(|error| Error::file("open", path, &error))?;
        let refused = |error: std::io::Error| {
            let hint = "Name the columns in the first line: scan,time_s,det_id,x_m,y_m.";
            Error::new(format!("could not read {}: {error}", path.display()), hint)
        };
        let table = Table::open(file).map_err(refused)?;
        if table.twice().is_some() {
            troubles.add("column named twice, the first counts", 1);
        }
        let columns = columns(&table).map_err(refused)?;
        let (scan, time_s, back) = (-1, f64::NAN, 0);
        Ok(Self { table, columns, frame: Frame::Metres, scan, time_s, back })
    }

    /// How places are written; degrees are laid flat round the first place in the file.
    pub fn frame(&mut self, troubles: &mut Troubles) -> Result<Frame, Error> {
        while self.columns.degrees {
            let Some(line) = next(&mut self.table, troubles)? else { break };
            if let [Some(lon), Some(lat)] = line.cells(self.columns.place).map(finite)
                && let frame = (Frame::Degrees { lon, lat })
                && !frame.is_off_earth([lon, lat])
            {
                self.frame = frame;
                self.table.keep();
                break;
            }
            troubles.add(UNREAD, line.number);
        }
        Ok(self.frame)
    }

    /// Whether the columns have what the sensors say.
    pub fn expects(&self, described: &[Described]) -> Result<(), Error> {
        let missing = described.iter().find_map(|one| match one.sensor.kind {
            Kind::Position => self.columns.place[0].is_none().then_some("x_m,y_m or lon,lat"),
            Kind::Azimuth { .. } => self.columns.azimuth.is_none().then_some("azimuth_deg"),
            Kind::Delay { .. } => self.columns.delay.is_none().then_some("delay_s"),
        });
        match missing {
            None => Ok(()),
            Some(name) => Err(Error::new(
                format!("the detections have no column {name}"),
                "Name the columns in the first line; give --sensors for other kinds than positions.",
            )),
        }
    }

    /// Whether the scans have numbers of their own.
    pub fn are_numbered(&self) -> bool {
        self.columns.scan.is_some()
    }

    /// How often time went back so far, where scans have no numbers.
    pub fn back(&self) -> u64 {
        self.back
    }

    /// The next detection that can be read.
    pub fn next(
        &mut self,
        described: &[Described],
        troubles: &mut Troubles,
    ) -> Result<Option<Row>, Error> {
        loop {
            let Some(line) = next(&mut self.table, troubles)? else { return Ok(None) };
            let number = line.number;
            match row(&line, &self.columns, &self.frame, described) {
                Ok((row, scan)) => return Ok(Some(self.numbered(row, scan))),
                Err(name) => troubles.add(name, number),
            }
        }
    }

    /// The row with the number of its scan: its own, or another one for another time.
    fn numbered(&mut self, row: Row, scan: Option<i64>) -> Row {
        if scan.is_none() {
            self.back += u64::from(row.time_s < self.time_s);
        }
        let next = if row.time_s == self.time_s { self.scan } else { self.scan + 1 };
        (self.scan, self.time_s) = (scan.unwrap_or(next), row.time_s);
        Row { scan: self.scan, ..row }
    }
}

/// The next line; those that are too long are named.
fn next<'a>(
    table: &'a mut Table<File>,
    troubles: &mut Troubles,
) -> Result<Option<Line<'a>>, Error> {
    let line = table.next(&mut |number| troubles.add("line too long, left out", number));
    line.map_err(|error| {
        Error::new(format!("reading the detections failed: {error}"), "Check the disk.")
    })
}

/// A detection, and the number of its scan where there is one.
fn row(
    line: &Line<'_>,
    columns: &Columns,
    frame: &Frame,
    described: &[Described],
) -> Result<(Row, Option<i64>), &'static str> {
    let [scan, time, name] = line.cells([columns.scan, columns.time, columns.sensor]);
    let sensor = match described {
        [only] if columns.sensor.is_none() || only.name.is_empty() => 0,
        _ => {
            let name = name.unwrap_or_default();
            let named = described.iter().position(|one| one.name.as_bytes() == name);
            named.ok_or("unknown sensor, left out")?
        }
    };
    let detection = detection(line, columns, frame, described[sensor].sensor.kind);
    let time_s = time.and_then(seconds).or_else(|| any(time)).ok_or(UNREAD)?;
    let scan = match columns.scan {
        Some(_) => Some(any(scan).filter(|scan| scan.abs() < 1e15).ok_or(UNREAD)? as i64),
        None => None,
    };
    let (line, detection) = (line.number, detection.ok_or(UNREAD)??);
    Ok((Row { line, scan: 0, time_s, sensor, detection }, scan))
}

/// Any number, NaN and infinities too: the tracker names them.
fn any(cell: Option<&[u8]>) -> Option<f64> {
    std::str::from_utf8(cell?).ok()?.parse().ok()
}

fn finite(cell: Option<&[u8]>) -> Option<f64> {
    crate::table::number(cell?)
}

/// What a line says; none where a field is no number, in words where the place cannot be.
fn detection(
    line: &Line<'_>,
    columns: &Columns,
    frame: &Frame,
    kind: Kind,
) -> Option<Result<Detection, &'static str>> {
    let own = |sigma: Option<&[u8]>| finite(sigma).filter(|sigma| *sigma > 0.0 && *sigma < 1e6);
    let (said, sigma) = match kind {
        Kind::Position => {
            let [first, second] = columns.place;
            let [first, second, sigma] = line.cells([first, second, columns.sigma_m]);
            let written = [any(first)?, any(second)?];
            if frame.is_off_earth(written) {
                return Some(Err("place that is not on Earth, left out"));
            }
            (frame.metres(written), own(sigma))
        }
        Kind::Azimuth { .. } => {
            let [azimuth, sigma] = line.cells([columns.azimuth, columns.sigma_deg]);
            ([any(azimuth)?.to_radians(), 0.0], own(sigma).map(f64::to_radians))
        }
        Kind::Delay { .. } => {
            let [delay, sigma] = line.cells([columns.delay, columns.sigma_s]);
            ([any(delay)?, 0.0], own(sigma))
        }
    };
    Some(Ok(Detection { said, sigma }))
}

fn columns(table: &Table<File>) -> std::io::Result<Columns> {
    let pair = |one: &str, other: &str| table.find(one).zip(table.find(other));
    let (metres, degrees) = (pair("x_m", "y_m"), pair("lon", "lat"));
    let place = metres.or(degrees).map_or([None; 2], |(one, other)| [Some(one), Some(other)]);
    Ok(Columns {
        scan: table.find("scan"),
        time: Some(table.column("time_s")?),
        sensor: table.find("sensor"),
        place,
        degrees: metres.is_none() && degrees.is_some(),
        azimuth: table.find("azimuth_deg"),
        delay: table.find("delay_s"),
        sigma_m: table.find("sigma_m"),
        sigma_deg: table.find("sigma_deg"),
        sigma_s: table.find("sigma_s"),
    })
}
