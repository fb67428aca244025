//! NASA FIRMS active-fire CSV: VIIRS and MODIS, as downloaded or with columns left out.

use kernel::{Duration, Interval, ObservationId, Time};
use watch::{Content, Hotspot, HotspotConfidence, Observation, Shape};

use crate::moment::{plausible, utc_date, utc_day};
use crate::number::{decimal, unreadable};
use crate::position::{MicroDegrees, position};
use crate::reading::{Fault, ReadContext, Reading, shown};
use crate::record::Record;
use crate::table::{Header, field_count, is_blank, open, text};

/// Columns without which there is no hotspot, each with its other names.
pub const NEEDED: &[&[&str]] = &[&["latitude", "lat"], &["longitude", "lon"], &["acq_date"]];

/// `acq_time` names the minute a granule began; the longest granule covers six minutes (VIIRS
/// level 2; MODIS covers five).
const GRANULE: Duration = Duration::seconds(360);
/// One standard deviation of a pixel's stated centre, metres: VIIRS is within 75 m at nadir
/// (Wolfe et al. 2013, doi:10.1002/jgrd.50873), MODIS within 50 m.
const GEOLOCATION_M: f64 = 75.0;
/// Scan lines of polar orbits lie within 15 degrees of east-west below 55 degrees of latitude.
const SCAN_AZIMUTH_DEG: f32 = 90.0;
/// Largest pixel the products state, km (MODIS: 4.8 along the scan); twice that is nonsense.
const PIXEL_MAX_KM: f64 = 10.0;
/// Largest fire radiative power taken for real, MW; recorded ones stay below some 20,000.
const POWER_MAX_MW: f64 = 100_000.0;

/// The shortest row (`0,0,2026-04-21` and a line end): bounds what is set aside for observations.
const ROW_MIN_BYTES: usize = 15;

/// The size of a pixel on the ground, km.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Pixel {
    scan_km: f64,
    track_km: f64,
}

/// VIIRS I band: 0.375 km at nadir to 0.8 km at the edge of the swath (VNP14IMG user's guide);
/// the root mean square of sizes spread evenly between the two.
const VIIRS: Pixel = Pixel { scan_km: 0.6, track_km: 0.6 };
/// MODIS: 1 by 1 km at nadir to 4.8 by 2 km at the edge (MODIS fire user's guide); as above.
const MODIS: Pixel = Pixel { scan_km: 3.1, track_km: 1.53 };
/// Neither instrument nor pixel stated, as in mixed date-only files: most are VIIRS, some MODIS,
/// and 1 km is the smallest pixel of the coarser one.
const MIXED: Pixel = Pixel { scan_km: 1.0, track_km: 1.0 };

/// Reads a FIRMS CSV file. `docs/formats.md` says which columns matter and what the id is made of.
#[must_use]
pub fn read(bytes: &[u8], context: &ReadContext) -> Reading {
    let (header, mut records) = match open(bytes, context, false) {
        Ok(opened) => opened,
        Err(fault) => return Reading::refused(fault),
    };
    let missing = header.missing(NEEDED);
    if !missing.is_empty() {
        return Reading::refused(crate::format::wrong_columns(&header, &missing));
    }
    let mut reader = Reader::new(&header, context);
    let mut reading = Reading::default();
    reading.observations.reserve(records.lines_left().min(bytes.len() / ROW_MIN_BYTES));
    for record in records.by_ref() {
        match reader.observe(&record) {
            Ok(observation) => reading.observations.push(observation),
            Err(_) if record.fault.is_none() && is_blank(record.bytes, header.delimiter) => {}
            Err(fault) => reading.problems.push(fault.at(record.line)),
        }
    }
    reading.lines = records.next_line() - context.first_line;
    reading
}

/// Where the columns stand; only the first three must be there.
struct Columns {
    latitude: usize,
    longitude: usize,
    date: usize,
    time: Option<usize>,
    satellite: Option<usize>,
    scan: Option<usize>,
    track: Option<usize>,
    confidence: Option<usize>,
    power: Option<usize>,
}

/// Reads line after line, keeping what repeats.
struct Reader<'a> {
    context: &'a ReadContext,
    columns: Columns,
    width: usize,
    delimiter: u8,
    pixel: Option<Pixel>,
    fields: Vec<&'a [u8]>,
    last_day: (&'a [u8], Time),
}

impl<'a> Reader<'a> {
    fn new(header: &Header, context: &'a ReadContext) -> Self {
        let find = |index: usize| header.find(NEEDED[index]).unwrap_or_default();
        let columns = Columns {
            latitude: find(0),
            longitude: find(1),
            date: find(2),
            time: header.find(&["acq_time"]),
            satellite: header.find(&["satellite"]),
            scan: header.find(&["scan"]),
            track: header.find(&["track"]),
            confidence: header.find(&["confidence"]),
            power: header.find(&["frp"]),
        };
        Self {
            context,
            columns,
            width: header.columns.len(),
            delimiter: header.delimiter,
            pixel: pixel_of_header(header),
            fields: Vec::with_capacity(header.columns.len()),
            last_day: (b"", Time::MIN),
        }
    }

    fn observe(&mut self, record: &Record<'a>) -> Result<Observation, Fault> {
        if let Some(fault) = &record.fault {
            return Err(fault.clone());
        }
        text(record.bytes)?;
        self.split(record.bytes)?;
        let at = position(self.fields[self.columns.longitude], self.fields[self.columns.latitude])?;
        let when = self.when()?;
        let satellite = satellite(self.field(self.columns.satellite));
        let pixel = self.pixel(satellite)?;
        Ok(Observation {
            id: id(self.context.source.as_str(), at, when, satellite),
            line: record.line,
            when,
            shape: Shape::Point {
                place: at.place(),
                along_m: sigma_m(pixel.scan_km),
                across_m: sigma_m(pixel.track_km),
                azimuth_deg: SCAN_AZIMUTH_DEG,
            },
            content: Content::Hotspot(Hotspot {
                power_mw: power_mw(self.field(self.columns.power))?,
                confidence: confidence(self.field(self.columns.confidence))?,
            }),
        })
    }

    /// Cuts a line at its delimiters; these files hold no text that would need quotes, but some
    /// programs quote everything.
    fn split(&mut self, line: &'a [u8]) -> Result<(), Fault> {
        self.fields.clear();
        let mut start = 0;
        for end in memchr::memchr_iter(self.delimiter, line) {
            self.fields.push(bare(&line[start..end]));
            start = end + 1;
        }
        self.fields.push(bare(&line[start..]));
        let found = self.fields.len();
        (found == self.width).then_some(()).ok_or_else(|| field_count(found, self.width))
    }

    fn field(&self, column: Option<usize>) -> &'a [u8] {
        column.map_or(b"", |index| self.fields[index])
    }

    fn when(&mut self) -> Result<Interval, Fault> {
        let date = self.fields[self.columns.date];
        if date != self.last_day.0 {
            self.last_day = (date, utc_date(date)?);
        }
        let day = self.last_day.1;
        let when = match self.field(self.columns.time) {
            b"" => utc_day(day),
            field => {
                let start = day + time_of_day(field)?;
                Interval { start, end: start + GRANULE }
            }
        };
        plausible(when, self.context.received)
    }

    fn pixel(&self, satellite: &[u8]) -> Result<Pixel, Fault> {
        let default = self.pixel.unwrap_or(match satellite {
            b"A" | b"T" => MODIS,
            b"N" | b"N20" | b"N21" => VIIRS,
            _ => MIXED,
        });
        let scan_km = pixel_km(self.field(self.columns.scan))?.unwrap_or(default.scan_km);
        let track_km = pixel_km(self.field(self.columns.track))?.unwrap_or(default.track_km);
        Ok(Pixel { scan_km, track_km })
    }
}

/// The instrument as far as the columns alone tell it: each has a brightness of its own.
fn pixel_of_header(header: &Header) -> Option<Pixel> {
    let has = |name| header.find(&[name]).is_some();
    match (has("bright_ti4") || has("bright_ti5"), has("bright_t31")) {
        (true, false) => Some(VIIRS),
        (false, true) => Some(MODIS),
        _ => None,
    }
}

fn bare(field: &[u8]) -> &[u8] {
    let field = field.trim_ascii();
    match field {
        [b'"', inner @ .., b'"'] => inner.trim_ascii(),
        field => field,
    }
}

/// A fire lies anywhere in its pixel with equal chance: variance is the square of its width by 12.
fn sigma_m(width_km: f64) -> f32 {
    let width_m = width_km * 1_000.0;
    (width_m * width_m / 12.0 + GEOLOCATION_M * GEOLOCATION_M).sqrt() as f32
}

fn pixel_km(field: &[u8]) -> Result<Option<f64>, Fault> {
    if field.is_empty() {
        return Ok(None);
    }
    let width_km = decimal(field).ok_or_else(|| unreadable(field))?;
    let refuse = || {
        let reason = format!("{} is not a pixel of 0 to {PIXEL_MAX_KM} km", shown(field));
        Fault::new("pixel-size-out-of-range", reason)
    };
    (width_km > 0.0 && width_km <= PIXEL_MAX_KM).then_some(Some(width_km)).ok_or_else(refuse)
}

fn power_mw(field: &[u8]) -> Result<Option<f32>, Fault> {
    if field.is_empty() {
        return Ok(None);
    }
    let power_mw = decimal(field).ok_or_else(|| unreadable(field))?;
    let refuse = || {
        let reason = format!("{} is not a power of 0 to {POWER_MAX_MW} MW", shown(field));
        Fault::new("power-out-of-range", reason)
    };
    (0.0..=POWER_MAX_MW).contains(&power_mw).then_some(Some(power_mw as f32)).ok_or_else(refuse)
}

/// VIIRS states a word or its letter, MODIS a percentage (below 30, below 80, and the rest).
fn confidence(field: &[u8]) -> Result<HotspotConfidence, Fault> {
    Ok(match field {
        b"" => HotspotConfidence::Unstated,
        b"l" | b"L" | b"low" | b"Low" => HotspotConfidence::Low,
        b"n" | b"N" | b"nominal" | b"Nominal" => HotspotConfidence::Nominal,
        b"h" | b"H" | b"high" | b"High" => HotspotConfidence::High,
        percentage => match decimal(percentage) {
            Some(percent) if (0.0..30.0).contains(&percent) => HotspotConfidence::Low,
            Some(percent) if (30.0..80.0).contains(&percent) => HotspotConfidence::Nominal,
            Some(percent) if (80.0..=100.0).contains(&percent) => HotspotConfidence::High,
            _ => {
                let reason = format!("`{}` is not l, n, h or 0 to 100", shown(percentage));
                return Err(Fault::new("confidence-unreadable", reason));
            }
        },
    })
}

/// HHMM in UTC; leading zeros may be lost (`3` is 00:03), and some products write `00:03`.
fn time_of_day(field: &[u8]) -> Result<Duration, Fault> {
    let mut number = 0_i64;
    let mut digits = 0;
    for (index, &byte) in field.iter().enumerate() {
        match byte {
            b'0'..=b'9' => (number, digits) = (number * 10 + i64::from(byte - b'0'), digits + 1),
            b':' if index + 3 == field.len() => {}
            _ => digits = usize::MAX / 2,
        }
        if digits > 4 {
            break;
        }
    }
    let (hours, minutes) = (number / 100, number % 100);
    if !(1..=4).contains(&digits) || hours > 23 || minutes > 59 {
        let reason = format!("`{}` is not a time of day like 0932", shown(field));
        return Err(Fault::new("time-unreadable", reason));
    }
    Ok(Duration::seconds(hours * 3_600 + minutes * 60))
}

/// One name for each satellite, however the product of the day writes it.
fn satellite(field: &[u8]) -> &[u8] {
    match field {
        b"N" | b"NPP" | b"SNPP" | b"Suomi NPP" => b"N",
        b"N20" | b"1" | b"J1" | b"NOAA-20" | b"NOAA20" => b"N20",
        b"N21" | b"2" | b"J2" | b"NOAA-21" | b"NOAA21" => b"N21",
        b"T" | b"Terra" | b"TERRA" => b"T",
        b"A" | b"Aqua" | b"AQUA" => b"A",
        other => other,
    }
}

/// The id of a hotspot: position in millionths of a degree, first and last moment, satellite.
fn id(source: &str, at: MicroDegrees, when: Interval, satellite: &[u8]) -> ObservationId {
    let name = &satellite[..satellite.len().min(16)];
    let mut content = [0; 40];
    content[..4].copy_from_slice(&at.lat.to_be_bytes());
    content[4..8].copy_from_slice(&at.lon.to_be_bytes());
    content[8..16].copy_from_slice(&when.start.0.to_be_bytes());
    content[16..24].copy_from_slice(&when.end.0.to_be_bytes());
    content[24..24 + name.len()].copy_from_slice(name);
    ObservationId::of(source, &content[..24 + name.len()])
}
