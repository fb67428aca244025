//! Array detections as InfraPy writes them: its detection JSON, and the older table of six columns.
//! (For the house they become observations in [`crate::bearings`]; here they stay as they are.)

use std::borrow::Cow;

use kernel::{Problem, Time};
use serde_json::Value;

use crate::reading::{Fault, shown};

/// Most bytes read of one file: about 200,000 detections.
pub const BYTES_MAX: usize = 128 * 1024 * 1024;
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

/// The detections of a file; a bad one becomes a problem with its line, and the rest is read.
#[must_use]
pub fn read(bytes: &[u8]) -> (Vec<Detection>, Vec<Problem>) {
    let whole = |code, reason: String| (vec![], vec![Problem::new(0, code, reason)]);
    if bytes.len() > BYTES_MAX {
        return whole("json-malformed", format!("over {BYTES_MAX} bytes: hand it in in parts"));
    }
    let Ok(text) = std::str::from_utf8(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)) else {
        return whole("not-utf8", "not UTF-8".into());
    };
    let read = match text.trim_start().strip_prefix('[') {
        Some(list) => of_json(text, list),
        None => of_table(text),
    };
    let (mut detections, mut problems) = (Vec::new(), Vec::new());
    for (line, one) in read {
        match one {
            Ok(detection) => detections.push(Detection { line, ..detection }),
            Err(fault) => problems.push(fault.at(line)),
        }
    }
    (detections, problems)
}

/// The objects of a list whose first bracket has been taken off the `text`; what is left of a list
/// that ends too early is read.
fn of_json(text: &str, list: &str) -> Vec<(u64, Result<Detection, Fault>)> {
    let (pieces, closed) = pieces(list);
    let (mut line, mut counted) = (1, 0);
    let mut line_of = |piece: &str| {
        // A piece borrows from the text, so that its place there tells its line.
        let start = piece.as_ptr().addr() - text.as_ptr().addr();
        line += text[counted..start].matches('\n').count() as u64;
        counted = start;
        line
    };
    let mut read: Vec<_> =
        pieces.into_iter().map(|piece| (line_of(piece), of_object(piece))).collect();
    if !closed {
        let reason = "the list has no end: the file may be cut off";
        read.push((line_of(&list[list.len()..]), Err(Fault::new("json-malformed", reason))));
    }
    read
}

/// What stands between the commas of a list, and whether the list is closed.
fn pieces(list: &str) -> (Vec<&str>, bool) {
    let mut pieces = Vec::new();
    let (mut from, mut depth, mut quoted, mut escaped) = (0, 0_u32, false, false);
    for (at, byte) in list.bytes().enumerate() {
        let outside = depth == 0 && !quoted;
        match byte {
            b',' | b']' if outside => {
                pieces.push(list[from..at].trim());
                from = at + 1;
                if byte == b']' {
                    // `[]` holds nothing.
                    pieces.retain(|piece| !piece.is_empty());
                    return (pieces, true);
                }
            }
            b'"' if !escaped => quoted = !quoted,
            b'{' | b'[' if !quoted => depth += 1,
            b'}' | b']' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        escaped = quoted && byte == b'\\' && !escaped;
    }
    pieces.push(list[from..].trim());
    pieces.retain(|piece| !piece.is_empty());
    (pieces, false)
}

/// The text with `null` for what Python writes where a number is none, outside of quotes.
fn without_nan(json: &str) -> Cow<'_, str> {
    const NONE: [&str; 3] = ["-Infinity", "Infinity", "NaN"];
    if !NONE.iter().any(|word| json.contains(word)) {
        return Cow::Borrowed(json);
    }
    let parts = json.split('"').enumerate().map(|(number, part)| {
        let outside = number % 2 == 0;
        NONE.iter().fold(part.to_owned(), |part, word| match outside {
            true => part.replace(word, "null"),
            false => part,
        })
    });
    Cow::Owned(parts.collect::<Vec<String>>().join("\""))
}

fn of_object(json: &str) -> Result<Detection, Fault> {
    let object: Value = serde_json::from_str(&without_nan(json))
        .map_err(|error| Fault::new("json-malformed", error.to_string()))?;
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

/// Rows of latitude, longitude, time, back azimuth, F and elements, parted by white space.
fn of_table(text: &str) -> Vec<(u64, Result<Detection, Fault>)> {
    let rows = (1..).zip(text.lines().map(str::trim));
    let rows = rows.filter(|(_, row)| !row.is_empty() && !row.starts_with('#'));
    rows.map(|(line, row)| (line, of_row(row))).collect()
}

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
        let (detections, problems) = read(text.as_bytes());
        assert_eq!(detections.len(), 2);
        assert_eq!(detections[0].array, "42.7668,-109.5939");
        assert_eq!(detections[0].time, "2004-06-02T17:42:14Z".parse().ok());
        let found: Vec<_> = problems.iter().map(|one| (one.line, one.code.as_str())).collect();
        assert_eq!(
            found,
            [(4, "field-missing"), (5, "latitude-out-of-range"), (6, "field-missing")]
        );
        assert_eq!(read(b"[{]").1[0].code, "json-malformed");
    }

    #[test]
    fn a_list_that_is_cut_off_or_has_no_numbers_keeps_its_good_ones() {
        let nan = GOOD.replace("75.0", "NaN");
        let (detections, problems) = read(format!("[{GOOD},{nan},\n{{\"Latit").as_bytes());
        assert_eq!((detections.len(), detections[1].f_statistic), (2, None));
        let found: Vec<_> = problems.iter().map(|one| (one.line, one.code.as_str())).collect();
        assert_eq!(found, [(6, "json-malformed"), (6, "json-malformed")]);
        assert_eq!(read(b"[]"), (vec![], vec![]));
        assert_eq!(read(b"[ , ]").0, []);
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
            let (detections, problems) = read(&bytes);
            assert!(detections.len() <= 4 && problems.len() <= 44);
            assert!(detections.iter().all(|one| one.lat.abs() <= 90.0 && one.lon.abs() <= 180.0));
            assert!(!detections.is_empty() || !problems.is_empty());
        }
    }

    #[test]
    fn the_table_says_the_same() {
        let table =
            "# Lat Lon\n42.7668\t-109.5939\t2004-06-02T17:42:14.0\t-125.6\t75.0\t4\n\n1 2 3";
        let (detections, problems) = read(table.as_bytes());
        let json = read(format!("[{GOOD}]").as_bytes()).0;
        assert_eq!(detections, [Detection { line: 2, ..json[0].clone() }]);
        assert_eq!((problems[0].line, problems[0].code.as_str()), (4, "field-count"));
    }
}
