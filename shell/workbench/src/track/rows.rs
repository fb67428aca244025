//! Detections read line by line: a bad line is a problem, and the rest is read.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use tracks::{Detection, Kind};

use super::frame::Frame;
use super::sensors::Described;
use super::trouble::Troubles;
use crate::Error;

/// Longest line read, bytes.
const LINE_MAX: u64 = 65_536;
/// Columns of a file.
const COLUMNS_MAX: usize = 64;

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
    place: Option<[usize; 2]>,
    degrees: bool,
    azimuth: Option<usize>,
    delay: Option<usize>,
    sigma_m: Option<usize>,
    sigma_deg: Option<usize>,
    sigma_s: Option<usize>,
}

/// A file of detections, as a stream.
pub struct Rows {
    reader: BufReader<File>,
    columns: Columns,
    /// What stands between fields: commas, or the semicolons or tabs of the header.
    separator: u8,
    frame: Frame,
    line: Vec<u8>,
    number: u64,
    /// A line read ahead, to be given again.
    kept: bool,
    scan: i64,
    time_s: f64,
}

impl Rows {
    /// Opens a file and reads its header.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let file = File::open(path).map_err(|error| Error::file("open", path, &error))?;
        let mut rows = Self {
            reader: BufReader::with_capacity(1 << 18, file),
            columns: Columns::default(),
            separator: b',',
            frame: Frame::Metres,
            line: Vec::new(),
            number: 0,
            kept: false,
            scan: -1,
            time_s: f64::NAN,
        };
        rows.read_line(&mut Troubles::default())?;
        let header = String::from_utf8_lossy(&rows.line);
        let used = [b',', b';', b'\t'].into_iter().find(|separator| rows.line.contains(separator));
        rows.separator = used.unwrap_or(b',');
        rows.columns = columns(header.trim_start_matches('\u{feff}'), rows.separator)?;
        Ok(rows)
    }

    /// How places are written; degrees are laid flat round the first place in the file.
    pub fn frame(&mut self, troubles: &mut Troubles) -> Result<Frame, Error> {
        while self.columns.degrees && self.read_line(troubles)? {
            let fields = fields(&self.line, self.separator);
            let at = self.columns.place.map(|at| at.map(|column| number(&fields, Some(column))));
            if let Some([Some(lon), Some(lat)]) = at
                && lon.abs() <= 360.0
                && lat.abs() < 90.0
            {
                self.frame = Frame::Degrees { lon, lat };
                self.kept = true;
                break;
            }
            troubles.add("line not understood, left out", self.number);
        }
        Ok(self.frame)
    }

    /// Whether the columns have what the sensors say.
    pub fn expects(&self, described: &[Described]) -> Result<(), Error> {
        let missing = described.iter().find_map(|one| match one.sensor.kind {
            Kind::Position => self.columns.place.is_none().then_some("x_m,y_m or lon,lat"),
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

    /// The next detection that can be read.
    pub fn next(
        &mut self,
        described: &[Described],
        troubles: &mut Troubles,
    ) -> Result<Option<Row>, Error> {
        while self.read_line(troubles)? {
            if self.line.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            match self.row(described) {
                Ok(row) => return Ok(Some(row)),
                Err(name) => troubles.add(name, self.number),
            }
        }
        Ok(None)
    }

    fn row(&mut self, described: &[Described]) -> Result<Row, &'static str> {
        const UNREAD: &str = "line not understood, left out";
        let fields = fields(&self.line, self.separator);
        let columns = &self.columns;
        let name =
            columns.sensor.and_then(|column| fields.get(column)).copied().unwrap_or_default();
        let sensor = match described {
            [only] if columns.sensor.is_none() || only.name.is_empty() => 0,
            _ => {
                let named =
                    described.iter().position(|one| one.name.as_bytes() == name.trim_ascii());
                named.ok_or("unknown sensor, left out")?
            }
        };
        let detection = detection(columns, &self.frame, &fields, described[sensor].sensor.kind);
        let time_s = number(&fields, columns.time).ok_or(UNREAD)?;
        let scan = match columns.scan {
            Some(_) => {
                number(&fields, columns.scan).filter(|scan| scan.abs() < 1e15).ok_or(UNREAD)? as i64
            }
            None if time_s == self.time_s => self.scan,
            None => self.scan + 1,
        };
        (self.scan, self.time_s) = (scan, time_s);
        Ok(Row { line: self.number, scan, time_s, sensor, detection: detection.ok_or(UNREAD)? })
    }

    /// Reads a line into `line`; false at the end. A line too long to be one is skipped and told.
    fn read_line(&mut self, troubles: &mut Troubles) -> Result<bool, Error> {
        if std::mem::take(&mut self.kept) {
            return Ok(true);
        }
        let failed = |error: std::io::Error| {
            Error::new(format!("reading the detections failed: {error}"), "Check the disk.")
        };
        loop {
            self.line.clear();
            let mut short = self.reader.by_ref().take(LINE_MAX);
            if short.read_until(b'\n', &mut self.line).map_err(failed)? == 0 {
                return Ok(false);
            }
            self.number += 1;
            if self.line.ends_with(b"\n") || (self.line.len() as u64) < LINE_MAX {
                return Ok(true);
            }
            troubles.add("line too long, left out", self.number);
            self.reader.skip_until(b'\n').map_err(failed)?;
        }
    }
}

/// Fields of a line, quotes around them left out; those beyond the most allowed are not seen.
fn fields(line: &[u8], separator: u8) -> Fields<'_> {
    let mut fields = Fields { all: [b""; COLUMNS_MAX], count: 0 };
    for field in line.split(|byte| *byte == separator).take(COLUMNS_MAX) {
        let field = field.trim_ascii();
        let inner = field.strip_prefix(b"\"").and_then(|field| field.strip_suffix(b"\""));
        fields.all[fields.count] = inner.unwrap_or(field);
        fields.count += 1;
    }
    fields
}

struct Fields<'a> {
    all: [&'a [u8]; COLUMNS_MAX],
    count: usize,
}

impl<'a> Fields<'a> {
    fn get(&self, column: usize) -> Option<&&'a [u8]> {
        self.all[..self.count].get(column)
    }
}

fn number(fields: &Fields<'_>, column: Option<usize>) -> Option<f64> {
    let text = std::str::from_utf8(fields.get(column?)?).ok()?;
    text.trim().parse().ok()
}

fn detection(
    columns: &Columns,
    frame: &Frame,
    fields: &Fields<'_>,
    kind: Kind,
) -> Option<Detection> {
    let own = |column: Option<usize>| number(fields, column).filter(|sigma| *sigma > 0.0);
    let (said, sigma) = match kind {
        Kind::Position => {
            let [first, second] = columns.place?;
            let at = [number(fields, Some(first))?, number(fields, Some(second))?];
            (frame.metres(at), own(columns.sigma_m))
        }
        Kind::Azimuth { .. } => {
            let azimuth_rad = number(fields, columns.azimuth)?.to_radians();
            ([azimuth_rad, 0.0], own(columns.sigma_deg).map(f64::to_radians))
        }
        Kind::Delay { .. } => ([number(fields, columns.delay)?, 0.0], own(columns.sigma_s)),
    };
    Some(Detection { said, sigma })
}

fn columns(header: &str, separator: u8) -> Result<Columns, Error> {
    let header = header.trim();
    let names: Vec<&str> =
        header.split(char::from(separator)).map(|name| name.trim().trim_matches('"')).collect();
    let find = |name: &str| names.iter().take(COLUMNS_MAX).position(|column| *column == name);
    let pair = |one: &str, other: &str| find(one).zip(find(other)).map(|(a, b)| [a, b]);
    let metres = pair("x_m", "y_m");
    let columns = Columns {
        scan: find("scan"),
        time: find("time_s"),
        sensor: find("sensor"),
        place: metres.or_else(|| pair("lon", "lat")),
        degrees: metres.is_none() && find("lon").is_some(),
        azimuth: find("azimuth_deg"),
        delay: find("delay_s"),
        sigma_m: find("sigma_m"),
        sigma_deg: find("sigma_deg"),
        sigma_s: find("sigma_s"),
    };
    if columns.time.is_none() {
        return Err(Error::new(
            format!("the detections have no column time_s; the first line is `{header:.80}`"),
            "Name the columns in the first line: scan,time_s,det_id,x_m,y_m.",
        ));
    }
    Ok(columns)
}
