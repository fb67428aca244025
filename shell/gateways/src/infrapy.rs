//! Array detections as InfraPy writes them: its detection JSON, and the older table of six columns.
//! (For the house they become observations in [`crate::bearings`]; here they stay as they are.)

use kernel::{Problem, Time};
use serde_json::Value;

use crate::json::{Layout, elements, value};
use crate::reading::{Fault, shown};
use crate::table::not_utf16;

/// Most bytes to hand in of one file: about 200,000 detections as InfraPy writes them.
pub const BYTES_MAX: usize = 128 * 1024 * 1024;
/// Most detections read of one file.
pub const DETECTIONS_MAX: usize = 1_000_000;
/// Problems kept one by one; the rest is counted.
const PROBLEMS_MAX: usize = 1_000;
/// Metres by which positions of one array may differ: five places of a degree.
const PLACES: f64 = 1e5;

/// What one array heard.
#[derive(Clone, PartialEq, Debug)]
pub struct Detection {
    /// The array: network and station, or its position where it has no name.
    pub array: String,
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
    /// When its beam was loudest.
    pub time: Option<Time>,
    /// Degrees clockwise from north, -360 to 360.
    pub back_azimuth_deg: f64,
    /// One standard deviation of it, where it is stated (`Back Azimuth Error`, ours).
    pub error_deg: Option<f64>,
    /// Fisher's ratio of the beam.
    pub f_statistic: Option<f64>,
    /// Elements of the array.
    pub elements: Option<f64>,
    /// Its line, from 1.
    pub line: u64,
}

/// What a file holds.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Read {
    /// In the order of the file.
    pub detections: Vec<Detection>,
    /// The first problems, with their lines.
    pub problems: Vec<Problem>,
    /// All problems, those not kept too.
    pub problem_count: u64,
}

impl Read {
    /// Adds a problem at a line; 0 is the whole file.
    pub fn problem(&mut self, line: u64, fault: Fault) {
        self.problem_count += 1;
        if self.problems.len() < PROBLEMS_MAX {
            self.problems.push(fault.at(line));
        }
    }

    /// Takes in what stands on a line; tells whether there is room for more.
    fn add(&mut self, line: u64, one: Result<Detection, Fault>) -> bool {
        match one {
            Ok(_) if self.detections.len() == DETECTIONS_MAX => {
                let reason = format!("what comes after {DETECTIONS_MAX} detections is not read");
                self.problem(line, Fault::new("detections-too-many", reason));
                return false;
            }
            Ok(detection) => self.detections.push(Detection { line, ..detection }),
            Err(fault) => self.problem(line, fault),
        }
        true
    }
}

/// The detections of a file; a bad one becomes a problem with its line, and the rest is read, of a
/// list that ends too early too.
#[must_use]
pub fn read(bytes: &[u8]) -> Read {
    let mut read = Read::default();
    if let Err(fault) = not_utf16(bytes) {
        read.problem(0, fault);
        return read;
    }
    // A byte that is no UTF-8 spoils its own detection only.
    let text = String::from_utf8_lossy(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes));
    match Layout::of(&text) {
        Layout::Array => {
            elements(&text).all(|(line, json)| read.add(line, json.and_then(of_object)))
        }
        Layout::Lines => rows(&text).all(|(line, json)| read.add(line, of_object(json))),
        Layout::Table => rows(&text).all(|(line, row)| read.add(line, of_row(row))),
    };
    read
}

/// Lines that are neither blank nor a remark, with their numbers.
fn rows(text: &str) -> impl Iterator<Item = (u64, &str)> {
    let rows = (1..).zip(text.lines().map(str::trim));
    rows.filter(|(_, row)| !row.is_empty() && !row.starts_with('#'))
}

fn of_object(json: &str) -> Result<Detection, Fault> {
    let object = value(json)?;
    let number = |name: &str| match object.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => value.as_f64().map(Some).ok_or_else(|| {
            let shown = shown(value.to_string().as_bytes());
            Fault::new("number-unreadable", format!("`{name}` is {shown}"))
        }),
    };
    let needed = |name: &str| number(name)?.ok_or_else(|| missing(name));
    let word = |name: &str| object.get(name).and_then(Value::as_str).unwrap_or_default().trim();
    let named = [word("Network"), word("Station"), word("Name")];
    let named: Vec<&str> = named.into_iter().filter(|part| !part.is_empty()).collect();
    let time = ["Peak F-Stat Time (UTC)", "Time (UTC)"].map(word).join("");
    checked(Detection {
        array: named.join("."),
        lat: needed("Latitude")?,
        lon: needed("Longitude")?,
        time: if time.is_empty() { None } else { Some(moment(&time)?) },
        back_azimuth_deg: needed("Back Azimuth")?,
        error_deg: number("Back Azimuth Error")?,
        f_statistic: number("F Statistic")?,
        elements: number("Array Dimension")?,
        line: 0,
    })
}

/// A row of latitude, longitude, time, back azimuth, F and elements, parted by white space.
fn of_row(row: &str) -> Result<Detection, Fault> {
    let fields: Vec<&str> = row.split_whitespace().take(7).collect();
    let &[lat, lon, time, azimuth, ratio, elements] = fields.as_slice() else {
        let reason = format!(
            "{} fields, not latitude, longitude, time, back azimuth, F, elements",
            fields.len()
        );
        return Err(Fault::new("field-count", reason));
    };
    let number = |field: &str| {
        field.parse::<f64>().map_err(|_| Fault::new("number-unreadable", shown(field.as_bytes())))
    };
    checked(Detection {
        array: String::new(),
        lat: number(lat)?,
        lon: number(lon)?,
        time: Some(moment(time)?),
        back_azimuth_deg: number(azimuth)?,
        error_deg: None,
        f_statistic: Some(number(ratio)?),
        elements: Some(number(elements)?),
        line: 0,
    })
}

/// A detection whose numbers can be meant.
fn checked(mut detection: Detection) -> Result<Detection, Fault> {
    let within = |name: &str, value: Option<f64>, low: f64, high: f64| match value {
        Some(value) if !(low..=high).contains(&value) => Err(Fault::new(
            "number-out-of-range",
            format!("`{name}` is {value}, not {low} to {high}"),
        )),
        _ => Ok(()),
    };
    let Detection { lat, lon, back_azimuth_deg, error_deg, f_statistic, elements, .. } = detection;
    if !(-90.0..=90.0).contains(&lat) {
        return Err(Fault::new("latitude-out-of-range", lat.to_string()));
    }
    if !(-180.0..=180.0).contains(&lon) {
        return Err(Fault::new("longitude-out-of-range", lon.to_string()));
    }
    within("Back Azimuth", Some(back_azimuth_deg), -360.0, 360.0)?;
    within("Back Azimuth Error", error_deg, 0.0, 180.0)?;
    within("F Statistic", f_statistic, 0.0, 1e12)?;
    within("Array Dimension", elements, 1.0, 1e4)?;
    if detection.array.is_empty() {
        let place = |degrees: f64| (degrees * PLACES).round() / PLACES;
        detection.array = format!("{},{}", place(lat), place(lon));
    }
    Ok(detection)
}

/// A time that InfraPy means as UTC without saying so.
fn moment(word: &str) -> Result<Time, Fault> {
    let zoned = if word.ends_with('Z') { word.to_owned() } else { format!("{word}Z") };
    zoned.parse().map_err(|_| Fault::new("time-unreadable", shown(word.as_bytes())))
}

fn missing(name: &str) -> Fault {
    Fault::new("field-missing", format!("`{name}` is empty"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"{"Name": "", "Peak F-Stat Time (UTC)": "2004-06-02T17:42:14",
        "F Statistic": 75.0, "Back Azimuth": -125.6, "Latitude": 42.7668,
        "Longitude": -109.5939, "Array Dimension": 4, "Trace Velocity (m/s)": null}"#;

    #[test]
    fn a_bad_detection_is_named_and_the_rest_is_read() {
        let bad = ["{}", "{\"Latitude\": 95, \"Longitude\": 1, \"Back Azimuth\": 1}", "7"];
        let text = format!("[{GOOD},\n{},\n{},\n{},\n{GOOD}]", bad[0], bad[1], bad[2]);
        let Read { detections, problems, .. } = read(text.as_bytes());
        assert_eq!(detections.len(), 2);
        assert_eq!(detections[0].array, "42.7668,-109.5939");
        assert_eq!(detections[0].time, "2004-06-02T17:42:14Z".parse().ok());
        let found: Vec<_> = problems.iter().map(|one| (one.line, one.code.as_str())).collect();
        assert_eq!(
            found,
            [(4, "field-missing"), (5, "latitude-out-of-range"), (6, "field-missing")]
        );
        assert_eq!(read(b"[{]").problems[0].code, "json-malformed");
    }

    #[test]
    fn a_list_that_is_cut_off_or_has_no_numbers_keeps_its_good_ones() {
        let nan = GOOD.replace("75.0", "NaN");
        let Read { detections, problems, .. } =
            read(format!("[{GOOD},{nan},\n{{\"Latit").as_bytes());
        assert_eq!((detections.len(), detections[1].f_statistic), (2, None));
        let found: Vec<_> = problems.iter().map(|one| (one.line, one.code.as_str())).collect();
        assert_eq!(found, [(6, "json-malformed"), (6, "json-malformed")]);
        assert_eq!(read(b"[]"), Read::default());
        assert_eq!(read(b"[ , ]").detections, []);
    }

    proptest::proptest! {
        #[test]
        fn whatever_the_damage_what_is_read_can_be_meant(
            at in 0..2_000_usize, length in 0..40_usize, junk in proptest::collection::vec(0..=255_u8, 0..40),
        ) {
            let mut bytes = format!("[{GOOD},\n{GOOD},\n{GOOD}]").into_bytes();
            let at = at.min(bytes.len());
            let end = (at + length).min(bytes.len());
            bytes.splice(at..end, junk);
            let Read { detections, problems, .. } = read(&bytes);
            assert!(detections.len() <= 4 && problems.len() <= 44);
            assert!(detections.iter().all(|one| one.lat.abs() <= 90.0 && one.lon.abs() <= 180.0));
            assert!(!detections.is_empty() || !problems.is_empty());
        }
    }

    #[test]
    fn the_table_says_the_same() {
        let table =
            "# Lat Lon\n42.7668\t-109.5939\t2004-06-02T17:42:14.0\t-125.6\t75.0\t4\n\n1 2 3";
        let Read { detections, problems, .. } = read(table.as_bytes());
        let json = read(format!("[{GOOD}]").as_bytes()).detections;
        assert_eq!(detections, [Detection { line: 2, ..json[0].clone() }]);
        assert_eq!((problems[0].line, problems[0].code.as_str()), (4, "field-count"));
    }
}
