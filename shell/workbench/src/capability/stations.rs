//! A network's sensors from a CSV file: `station,x_km,y_km` or `station,lon,lat`, with `noise`,
//! `ratio` and `uptime` where they differ. Read line by line, whatever its size.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use super::file::{Hourly, StationWords};
use super::grid::Frame;

/// Longest line; a longer one is named and left out.
const LINE_MAX: u64 = 65_536;
/// Most sensors of one file.
const STATIONS_MAX: usize = 200_000;

/// The sensors with their lines; what cannot be read is added to `problems`.
pub fn read(path: &Path, frame: Frame, problems: &mut Vec<String>) -> Vec<(u64, StationWords)> {
    let mut named = |words: String| problems.push(format!("{}: {words}", path.display()));
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) => {
            named(error.to_string());
            return vec![];
        }
    };
    let mut lines = Lines { file: BufReader::new(file), number: 0, broken: false };
    let Some(Ok(header)) = lines.next() else {
        named("there is no header line".to_owned());
        return vec![];
    };
    let header = header.trim_start_matches('\u{feff}').to_ascii_lowercase();
    let names: Vec<&str> = header.split(',').map(str::trim).collect();
    let column = |name: &str| names.iter().position(|other| *other == name);
    let [x, y] = match frame {
        Frame::Degrees => ["lon", "lat"],
        Frame::Km => ["x_km", "y_km"],
    };
    let (Some(id), Some(x), Some(y)) = (column("station"), column(x), column(y)) else {
        named(format!("the header needs station,{}", frame.columns()));
        return vec![];
    };
    let more = [column("noise"), column("ratio"), column("uptime")];
    let mut stations = vec![];
    while let Some(line) = lines.next() {
        let number = lines.number;
        let read = line.and_then(|line| station(&line, [id, x, y], more));
        match read {
            Ok(Some(_)) if stations.len() == STATIONS_MAX => {
                named(format!("{STATIONS_MAX} sensors are the most; the rest is left out"));
                break;
            }
            Ok(Some(station)) => stations.push((number, station)),
            Ok(None) => {}
            Err(words) => named(format!("line {number}: {words}")),
        }
    }
    stations
}

fn station(
    line: &str,
    [id, x, y]: [usize; 3],
    more: [Option<usize>; 3],
) -> Result<Option<StationWords>, String> {
    if line.trim().is_empty() {
        return Ok(None);
    }
    let fields: Vec<&str> = line.split(',').map(str::trim).collect();
    let field = |at: usize| fields.get(at).copied().unwrap_or_default();
    let number = |at: usize| {
        let number: Option<f64> = field(at).parse().ok().filter(|n: &f64| n.is_finite());
        number.ok_or_else(|| format!("{:?} is no number", field(at)))
    };
    let optional = |at: Option<usize>| match at {
        Some(at) if !field(at).is_empty() => number(at).map(Some),
        _ => Ok(None),
    };
    let [noise, ratio, uptime] = more;
    Ok(Some(StationWords {
        id: field(id).to_owned(),
        place: [number(x)?, number(y)?],
        noise: optional(noise)?.map(Hourly::All),
        ratio: optional(ratio)?,
        uptime: optional(uptime)?,
    }))
}

/// Lines of a bounded length.
struct Lines {
    file: BufReader<File>,
    number: u64,
    broken: bool,
}

impl Iterator for Lines {
    type Item = Result<String, String>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.broken {
            return None;
        }
        let mut line = vec![];
        let read = (&mut self.file).take(LINE_MAX).read_until(b'\n', &mut line);
        self.number += 1;
        match read {
            Ok(0) => None,
            Ok(_) if line.len() as u64 == LINE_MAX && line.last() != Some(&b'\n') => {
                let rest = self.file.skip_until(b'\n');
                Some(Err(rest.err().map_or("too long".to_owned(), |error| error.to_string())))
            }
            Ok(_) => Some(String::from_utf8(line).map_err(|_| "not UTF-8".to_owned())),
            Err(error) => {
                self.broken = true;
                Some(Err(error.to_string()))
            }
        }
    }
}
