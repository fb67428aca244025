//! Stations and arrivals from CSV, a line at a time, with every bad line named.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use arrivals::{Arrival, Phase, Station, StationError};

use crate::Error;
use crate::table::{Line, Table, number, seconds};

/// Arrivals read at most, so that a file of any size fits the memory.
const ARRIVALS_MAX: usize = 50_000_000;
/// Stations read at most.
const STATIONS_MAX: usize = 200_000;
/// Farthest that two places on Earth lie from each other along its surface, km.
pub const FAR_KM: f64 = 20_100.0;
/// Highest and deepest that a station stands, km.
const HEIGHT_MAX_KM: f64 = 100.0;
/// Problems told one by one, for each code; the rest is only counted.
const TOLD_MAX: u64 = 5;

/// Stations as read.
#[derive(Debug, Default)]
pub struct Stations {
    /// Names, in file order.
    pub names: Vec<String>,
    /// East or longitude, north or latitude, down; km or degrees.
    pub places: Vec<[f64; 3]>,
    /// What is stated of their errors; nothing at all where no column states any.
    pub errors: Vec<StationError>,
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
    let stations = stations_from(file, problems).map_err(|error| told(path, error))?;
    if stations.names.is_empty() {
        problems.sum_up();
        return Err(Error::new(
            format!("no station of {} could be read", path.display()),
            "Give a line a station: `station,x_km,y_km` or `station,lon,lat`.",
        ));
    }
    Ok(stations)
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

/// `station,x_km,y_km[,z_km]` or `station,lon,lat[,elev]`, and `error_m`, `clock_error_s` where stated.
pub fn stations_from(input: impl Read, problems: &mut Problems) -> std::io::Result<Stations> {
    let mut table = opened(input, problems)?;
    let degrees = table.find("lon").is_some() && table.find("lat").is_some();
    let [x, y] = if degrees { ["lon", "lat"] } else { ["x_km", "y_km"] };
    let columns = [
        Some(table.column("station")?),
        Some(table.column(x)?),
        Some(table.column(y)?),
        table.find("z_km"),
        table.find("elev").or_else(|| table.find("elev_m")),
        table.find("error_m"),
        table.find("clock_error_s"),
    ];
    let states = columns[5..].iter().any(Option::is_some);
    let [x_max, y_max] = if degrees { [180.0, 90.0] } else { [FAR_KM; 2] };
    let mut out = Stations { degrees, ..Stations::default() };
    while let Some(line) = next(&mut table, problems)? {
        let [id, x, y, down_km, up_m, error_m, clock_s] = line.cells(columns);
        let id = id.filter(|id| !id.is_empty());
        let (Some(id), Some(x), Some(y)) = (id, x.and_then(number), y.and_then(number)) else {
            problems.add("station-not-read", || line.tell("a station without name or place"));
            continue;
        };
        if x.abs() > x_max || y.abs() > y_max {
            problems.add("station-off-earth", || line.tell("a station that is not on Earth"));
            continue;
        }
        let z = depth_km(down_km, up_m).unwrap_or_else(|| {
            problems.add("height-not-read", || line.tell("a station's height is taken as 0"));
            0.0
        });
        if let Some(&known) = out.index.get(id) {
            let same = out.places[known as usize] == [x, y, z];
            let what = if same { "listed before" } else { "listed before, at another place" };
            problems.add("station-twice", || line.tell(&format!("a station {what}")));
            continue;
        }
        if out.names.len() == STATIONS_MAX {
            problems.add("stations-too-many", || line.tell("the rest is not read: cut the list"));
            break;
        }
        out.index.insert(id.to_vec(), out.names.len() as u32);
        out.names.push(String::from_utf8_lossy(id).into_owned());
        out.places.push([x, y, z]);
        if states {
            let [error_m, clock_s] = [error_m, clock_s].map(|cell| stated(cell, &line, problems));
            out.errors.push(StationError { place_km: error_m / 1e3, clock_s });
        }
    }
    Ok(out)
}

/// A stated error; nought where none is, or none that can be one.
fn stated(cell: Option<&[u8]>, line: &Line<'_>, problems: &mut Problems) -> f64 {
    let Some(cell) = cell.filter(|cell| !cell.is_empty()) else { return 0.0 };
    number(cell).filter(|value| *value >= 0.0).unwrap_or_else(|| {
        problems.add("error-not-read", || {
            line.tell("a stated error that is none; the line counts as if none were stated")
        });
        0.0
    })
}

/// Kilometres down, of what is written as such or as metres up; 0 where nothing is.
fn depth_km(down_km: Option<&[u8]>, up_m: Option<&[u8]>) -> Option<f64> {
    let written = |cell: Option<&[u8]>| cell.filter(|cell| !cell.is_empty()).map(number);
    let depth = match (written(down_km), written(up_m)) {
        (Some(down_km), _) => down_km,
        (None, Some(up_m)) => up_m.map(|up_m| -up_m / 1000.0),
        (None, None) => Some(0.0),
    };
    depth.filter(|depth| depth.abs() <= HEIGHT_MAX_KM)
}

/// A table; a column that its header has twice is named.
fn opened<R: Read>(input: R, problems: &mut Problems) -> std::io::Result<Table<R>> {
    let table = Table::open(input)?;
    if let Some(name) = table.twice() {
        problems.add("column-twice", || {
            format!("the header has `{name}` twice, of which the first counts")
        });
    }
    Ok(table)
}

/// The next line; those that are too long are named.
fn next<'a, R: Read>(
    table: &'a mut Table<R>,
    problems: &mut Problems,
) -> std::io::Result<Option<Line<'a>>> {
    table.next(&mut |number| {
        problems.add("line-too-long", || format!("line {number} has over 64 KiB"));
    })
}

/// `pick_id,station,phase,time_s[,error_s]`, more columns ignored. A time written as a moment
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
    let mut table = opened(input, problems)?;
    let names = ["pick_id", "station", "phase", "time_s"];
    let mut columns = [None; 5];
    for (column, name) in columns.iter_mut().zip(names) {
        *column = Some(table.column(name)?);
    }
    columns[4] = table.find("error_s");
    while let Some(line) = next(&mut table, problems)? {
        let [Some(id), Some(station), Some(phase), Some(time), error] = line.cells(columns) else {
            problems.add("pick-not-read", || line.tell("an arrival with too few fields"));
            continue;
        };
        let Some(&station) = stations.index.get(station) else {
            problems.add("station-unknown", || line.tell("an arrival at a station not listed"));
            continue;
        };
        let Some(time_s) = seconds(time) else {
            problems.add("time-not-read", || {
                line.tell("an arrival whose time is neither a number nor a moment")
            });
            continue;
        };
        let error_s = stated(error, &line, problems) as f32;
        if !hand(id, Arrival { station, phase: phase_of(phase), time_s, error_s }, problems) {
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
        let list = "station,x_km,y_km,x_km,z_km\nA,1,2,3,nan\nA,1,3,3,\nB,1e308,0,0,\n";
        let stations = stations_from(list.as_bytes(), &mut problems).unwrap();
        assert_eq!(stations.places, [[1.0, 2.0, 0.0]]);
        for code in ["column-twice", "height-not-read", "station-twice", "station-off-earth"] {
            assert_eq!(problems.counts[code], 1, "{code}");
        }
    }

    #[test]
    fn stated_errors_are_read_and_bad_ones_named() {
        let mut problems = Problems::default();
        let list = "station,x_km,y_km,error_m,clock_error_s\nA,1,1,50,0.2\nB,2,2,,x\n";
        let stations = stations_from(list.as_bytes(), &mut problems).unwrap();
        let stated = StationError { place_km: 0.05, clock_s: 0.2 };
        assert_eq!(stations.errors, [stated, StationError::default()]);
        let list = "pick_id,station,phase,time_s,error_s\n0,A,A,1,0.3\n1,B,A,2,\n2,B,A,3,-1\n";
        let onsets = onsets_from(list.as_bytes(), &stations, &mut problems).unwrap();
        let errors: Vec<f32> = onsets.arrivals.iter().map(|arrival| arrival.error_s).collect();
        assert_eq!((errors, problems.counts["error-not-read"]), (vec![0.3, 0.0, 0.0], 2));
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
}
