//! Stations and arrivals from CSV, a line at a time, with every bad line named.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use arrivals::{Arrival, Phase, Station};

use crate::Error;

/// Longest line that is read; what is longer is named and skipped.
const LINE_BYTES_MAX: u64 = 64 * 1024;
/// Arrivals read at most, so that a file of any size fits the memory.
const ARRIVALS_MAX: usize = 50_000_000;
/// Stations read at most.
const STATIONS_MAX: usize = 200_000;
/// Problems told one by one, for each code; the rest is only counted.
const TOLD_MAX: u64 = 5;

/// Stations as read.
#[derive(Debug, Default)]
pub struct Stations {
    /// Names, in file order.
    pub names: Vec<String>,
    /// East or longitude, north or latitude, down; km or degrees.
    pub places: Vec<[f64; 3]>,
    /// Whether the first two are degrees.
    pub degrees: bool,
    index: HashMap<Vec<u8>, u32>,
}

/// Arrivals as read.
#[derive(Debug, Default)]
pub struct Onsets {
    /// The arrivals.
    pub arrivals: Vec<Arrival>,
    ids: Vec<u8>,
    id_ends: Vec<usize>,
}

/// Bad lines by code.
#[derive(Debug, Default)]
pub struct Problems {
    /// How many, by code.
    pub counts: std::collections::BTreeMap<String, u64>,
}

impl Stations {
    /// The stations in a flat frame as the file gives it.
    pub fn flat(&self) -> Vec<Station> {
        let flat = |&[x_km, y_km, z_km]: &[f64; 3]| Station { x_km, y_km, z_km };
        self.places.iter().map(flat).collect()
    }
}

impl Problems {
    /// Says on standard error how often those were met that were not all named.
    pub fn sum_up(&self) {
        for (code, count) in self.counts.iter().filter(|(_, count)| **count > TOLD_MAX) {
            eprintln!("{code}: {count} in all");
        }
    }

    /// Names a problem on standard error, or only counts it when it has been named often.
    pub fn add(&mut self, code: &str, sentence: impl FnOnce() -> String) {
        let count = self.counts.entry(code.to_owned()).or_default();
        *count += 1;
        if *count <= TOLD_MAX {
            eprintln!("{code}: {}", sentence());
        }
    }
}

impl Onsets {
    /// What the file calls an arrival.
    pub fn id(&self, index: u32) -> &[u8] {
        let index = index as usize;
        let start = if index == 0 { 0 } else { self.id_ends[index - 1] };
        &self.ids[start..self.id_ends[index]]
    }
}

/// Reads stations from a file.
pub fn stations(path: &Path, problems: &mut Problems) -> Result<Stations, Error> {
    let file = File::open(path).map_err(|error| Error::file("open", path, &error))?;
    stations_from(file, problems).map_err(|error| told(path, error))
}

/// Reads arrivals from a file.
pub fn onsets(path: &Path, stations: &Stations, problems: &mut Problems) -> Result<Onsets, Error> {
    let file = File::open(path).map_err(|error| Error::file("open", path, &error))?;
    onsets_from(file, stations, problems).map_err(|error| told(path, error))
}

fn told(path: &Path, error: std::io::Error) -> Error {
    Error::new(
        format!("could not read {}: {error}", path.display()),
        "Check that it is CSV with a header line, as `--help` says.",
    )
}

/// `station,x_km,y_km[,z_km]` or `station,lon,lat[,elev]`.
pub fn stations_from(input: impl Read, problems: &mut Problems) -> std::io::Result<Stations> {
    let mut table = Table::open(input)?;
    let name = table.column("station")?;
    let degrees = table.has("lon") && table.has("lat");
    let (x, y) = if degrees {
        (table.column("lon")?, table.column("lat")?)
    } else {
        (table.column("x_km")?, table.column("y_km")?)
    };
    let depth = table.names.iter().position(|n| n == b"z_km");
    let height = table.names.iter().position(|n| n == b"elev" || n == b"elev_m");
    let mut out = Stations { degrees, ..Stations::default() };
    while let Some(line) = table.next(problems)? {
        let fields = line.fields();
        let number = |column: usize| fields.get(column).and_then(|field| number(field));
        let (Some(id), Some(a), Some(b)) = (fields.get(name), number(x), number(y)) else {
            problems.add("station-not-read", || line.tell("a station without name or place"));
            continue;
        };
        if degrees && !(a.abs() <= 180.0 && b.abs() <= 90.0) {
            problems.add("station-off-earth", || line.tell("a station that is not on Earth"));
            continue;
        }
        let below = depth.and_then(number);
        let z = below.or_else(|| height.and_then(number).map(|m| -m / 1000.0)).unwrap_or(0.0);
        if out.index.contains_key(*id) {
            problems.add("station-twice", || line.tell("a station listed before"));
            continue;
        }
        if out.names.len() == STATIONS_MAX {
            problems.add("stations-too-many", || line.tell("the rest is not read: cut the list"));
            break;
        }
        out.index.insert(id.to_vec(), out.names.len() as u32);
        out.names.push(String::from_utf8_lossy(id).into_owned());
        out.places.push([a, b, z]);
    }
    Ok(out)
}

/// `pick_id,station,phase,time_s`, more columns ignored. A time written as a moment
/// (`2026-11-22T10:00:15.25Z`) counts from 1970.
pub fn onsets_from(
    input: impl Read,
    stations: &Stations,
    problems: &mut Problems,
) -> std::io::Result<Onsets> {
    let mut out = Onsets::default();
    each_onset(input, stations, problems, &mut |id, arrival, problems| {
        if out.arrivals.len() == ARRIVALS_MAX {
            let words =
                format!("what comes after {ARRIVALS_MAX} arrivals is not read: cut the file");
            problems.add("arrivals-too-many", || words);
            return false;
        }
        out.arrivals.push(arrival);
        out.ids.extend_from_slice(id);
        out.id_ends.push(out.ids.len());
        true
    })?;
    Ok(out)
}

/// The same, each handed over as soon as its line is there, with what the file calls it; `hand`
/// says whether to go on.
pub fn each_onset(
    input: impl Read,
    stations: &Stations,
    problems: &mut Problems,
    hand: &mut impl FnMut(&[u8], Arrival, &mut Problems) -> bool,
) -> std::io::Result<()> {
    let mut table = Table::open(input)?;
    let columns = [
        table.column("pick_id")?,
        table.column("station")?,
        table.column("phase")?,
        table.column("time_s")?,
    ];
    while let Some(line) = table.next(problems)? {
        let fields = line.fields();
        let [Some(id), Some(station), Some(phase), Some(time)] =
            columns.map(|column| fields.get(column).copied())
        else {
            problems.add("pick-not-read", || line.tell("an arrival with too few fields"));
            continue;
        };
        let Some(&station) = stations.index.get(station) else {
            problems.add("station-unknown", || line.tell("an arrival at a station not listed"));
            continue;
        };
        let Some(time_s) = number(time).or_else(|| moment_s(time)) else {
            problems.add("time-not-read", || line.tell("an arrival whose time is no number"));
            continue;
        };
        if !hand(id, Arrival { station, phase: phase_of(phase), time_s }, problems) {
            break;
        }
    }
    Ok(())
}

fn phase_of(name: &[u8]) -> Phase {
    match name {
        b"P" | b"p" | b"Pn" => Phase::P,
        b"S" | b"s" | b"Sn" => Phase::S,
        b"Pg" => Phase::Pg,
        b"Lg" | b"Sg" => Phase::Lg,
        b"A" | b"a" => Phase::Acoustic,
        b"I" | b"i" => Phase::Infrasound,
        _ => Phase::Unknown,
    }
}

/// Seconds from the beginning of 1970 to a moment.
fn moment_s(text: &[u8]) -> Option<f64> {
    let moment: kernel::Time = std::str::from_utf8(text).ok()?.parse().ok()?;
    Some((moment - kernel::Time(0)).as_seconds())
}

/// A finite number. Plain decimals take a short way that is exact; the rest takes the library's.
fn number(text: &[u8]) -> Option<f64> {
    plain(text).or_else(|| {
        let value: f64 = std::str::from_utf8(text).ok()?.trim().parse().ok()?;
        value.is_finite().then_some(value)
    })
}

/// Digits, a point, digits: exact when mantissa and power of ten are (Clinger 1990).
fn plain(text: &[u8]) -> Option<f64> {
    const POWERS: [f64; 16] =
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];
    let (negative, digits) = match text.split_first()? {
        (b'-', rest) => (true, rest),
        _ => (false, text),
    };
    if digits.is_empty() || digits.len() > 16 {
        return None;
    }
    let (mut mantissa, mut decimals, mut point) = (0_u64, 0, false);
    for &byte in digits {
        match byte {
            b'0'..=b'9' => {
                mantissa = mantissa * 10 + u64::from(byte - b'0');
                decimals += usize::from(point);
            }
            b'.' if !point => point = true,
            _ => return None,
        }
    }
    if mantissa >= 1 << 53 || digits == b"." {
        return None;
    }
    let value = mantissa as f64 / POWERS[decimals];
    Some(if negative { -value } else { value })
}

/// A table with a header, read a line at a time. Fields stand between commas, or between the semicolons
/// or tabs of the header, with or without quotes; a quoted field holds no separator.
struct Table<R: Read> {
    input: BufReader<R>,
    names: Vec<Vec<u8>>,
    separator: u8,
    buffer: Vec<u8>,
    line: u64,
}

/// One line.
struct Line<'a> {
    bytes: &'a [u8],
    separator: u8,
    number: u64,
}

/// Fields of a line; those beyond the ones anybody asks for are left in one piece.
const FIELDS_MAX: usize = 32;

/// The fields of one line, on the stack.
struct Fields<'a> {
    parts: [&'a [u8]; FIELDS_MAX],
    count: usize,
}

impl<'a> Fields<'a> {
    fn get(&self, column: usize) -> Option<&&'a [u8]> {
        self.parts[..self.count].get(column)
    }
}

impl<'a> Line<'a> {
    fn fields(&self) -> Fields<'a> {
        let mut fields = Fields { parts: [&[]; FIELDS_MAX], count: 0 };
        for part in self.bytes.splitn(FIELDS_MAX, |&byte| byte == self.separator) {
            fields.parts[fields.count] = bare(part);
            fields.count += 1;
        }
        fields
    }

    fn tell(&self, what: &str) -> String {
        format!("line {}: {what}: {}", self.number, shown(self.bytes))
    }
}

/// The beginning of a line.
fn shown(line: &[u8]) -> String {
    String::from_utf8_lossy(&line[..line.len().min(80)]).trim_end().to_owned()
}

/// A field without the blanks and quotes around it.
fn bare(field: &[u8]) -> &[u8] {
    let field = field.trim_ascii();
    let inner = field.strip_prefix(b"\"").and_then(|field| field.strip_suffix(b"\""));
    inner.map_or(field, <[u8]>::trim_ascii)
}

impl<R: Read> Table<R> {
    fn open(input: R) -> std::io::Result<Self> {
        let mut table = Self {
            input: BufReader::with_capacity(1 << 18, input),
            names: Vec::new(),
            separator: b',',
            buffer: Vec::new(),
            line: 0,
        };
        table.read_line()?;
        let header = table.buffer.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&table.buffer);
        let separators = [b',', b';', b'\t'];
        let used = separators.into_iter().find(|separator| header.contains(separator));
        table.separator = used.unwrap_or(b',');
        let names = header.split(|&byte| byte == table.separator);
        table.names = names.map(|name| bare(name).to_vec()).collect();
        Ok(table)
    }

    fn has(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name.as_bytes())
    }

    fn column(&self, name: &str) -> std::io::Result<usize> {
        let place = self.names.iter().position(|known| known == name.as_bytes());
        place.filter(|&place| place < FIELDS_MAX).ok_or_else(|| {
            std::io::Error::new(
                std::io::ErrorKind::InvalidData,
                format!("its header `{}` has no column `{name}`", shown(&self.buffer)),
            )
        })
    }

    /// Reads a line into the buffer; tells whether there was one and whether it was whole.
    fn read_line(&mut self) -> std::io::Result<(bool, bool)> {
        self.buffer.clear();
        self.line += 1;
        let mut limited = (&mut self.input).take(LINE_BYTES_MAX);
        let count = limited.read_until(b'\n', &mut self.buffer)?;
        let whole = self.buffer.ends_with(b"\n") || (count as u64) < LINE_BYTES_MAX;
        if !whole {
            skip_line(&mut self.input)?;
        }
        Ok((count > 0, whole))
    }

    fn next(&mut self, problems: &mut Problems) -> std::io::Result<Option<Line<'_>>> {
        loop {
            let (more, whole) = self.read_line()?;
            if !more {
                return Ok(None);
            }
            let number = self.line;
            if !whole {
                problems.add("line-too-long", || format!("line {number} has over 64 KiB"));
            } else if !self.buffer.trim_ascii().is_empty() {
                return Ok(Some(Line { bytes: &self.buffer, separator: self.separator, number }));
            }
        }
    }
}

fn skip_line(input: &mut impl BufRead) -> std::io::Result<()> {
    loop {
        let (found, used) = {
            let bytes = input.fill_buf()?;
            match bytes.iter().position(|&byte| byte == b'\n') {
                Some(place) => (true, place + 1),
                None => (bytes.is_empty(), bytes.len()),
            }
        };
        input.consume(used);
        if found {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_semicolons_and_moments_are_read() {
        let mut problems = Problems::default();
        let list = "\u{feff}\"station\";\"x_km\";\"y_km\"\r\n\"A 1\";1.5;-2\r\n";
        let stations = stations_from(list.as_bytes(), &mut problems).unwrap();
        assert_eq!((&stations.names[0][..], stations.places[0]), ("A 1", [1.5, -2.0, 0.0]));
        let list = "time_s\tpick_id\tphase\tstation\n1970-01-01T00:01:00.25Z\t7\tA\tA 1\nsoon\t8\tA\tA 1\n";
        let onsets = onsets_from(list.as_bytes(), &stations, &mut problems).unwrap();
        assert_eq!((onsets.arrivals.len(), onsets.arrivals[0].time_s), (1, 60.25));
        assert_eq!(problems.counts["time-not-read"], 1);
        let error = onsets_from(&b"id|time\n"[..], &stations, &mut problems).unwrap_err();
        assert!(error.to_string().contains("`id|time`"));
    }

    #[test]
    fn a_list_of_stations_without_end_is_cut() {
        let mut problems = Problems::default();
        let mut list = String::from("station,x_km,y_km\n");
        (0..=STATIONS_MAX).for_each(|number| list.push_str(&format!("{number},1,1\n")));
        let stations = stations_from(list.as_bytes(), &mut problems).unwrap();
        assert_eq!(stations.names.len(), STATIONS_MAX);
        assert_eq!(problems.counts["stations-too-many"], 1);
    }

    #[test]
    fn good_lines_are_read_and_bad_ones_named() {
        let mut problems = Problems::default();
        let list = "station,x_km,y_km,z_km\nA,1.5,-2,0\nB,nan,3,0\nA,1,1,1\nC,2,2\n";
        let stations = stations_from(list.as_bytes(), &mut problems).unwrap();
        assert_eq!(stations.names, ["A", "C"]);
        assert_eq!(stations.places[0], [1.5, -2.0, 0.0]);
        let long = "x".repeat(70_000);
        let list = format!(
            "pick_id,station,phase,time_s,amp\n0,A,A,12.25,1\n1,Z,A,1,1\n2,C,A,inf,\n{long}\n3,C\n4,C,P,1e1\n"
        );
        let onsets = onsets_from(list.as_bytes(), &stations, &mut problems).unwrap();
        assert_eq!(onsets.arrivals.len(), 2);
        assert_eq!((onsets.id(0), onsets.id(1)), (&b"0"[..], &b"4"[..]));
        assert_eq!(onsets.arrivals[0].time_s, 12.25);
        let codes: Vec<&str> = problems.counts.keys().map(String::as_str).collect();
        let all = [
            "line-too-long",
            "pick-not-read",
            "station-not-read",
            "station-twice",
            "station-unknown",
            "time-not-read",
        ];
        assert_eq!(codes, all);
    }

    #[test]
    fn the_short_way_to_a_number_agrees_with_the_long() {
        for text in ["0", "-1.5", "3408.45855", "170.00001", "9007199254740991", ".5", "5."] {
            assert_eq!(number(text.as_bytes()), text.parse().ok(), "{text}");
        }
        for text in ["", "-", ".", "1.2.3", "nan", "inf", "1e400", "x"] {
            assert_eq!(number(text.as_bytes()), None, "{text}");
        }
    }
}
