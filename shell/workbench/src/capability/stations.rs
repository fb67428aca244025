//! A network's sensors from a CSV file: `station,x_km,y_km` or `station,lon,lat`, with `noise`,
//! `ratio` and `uptime` where they differ. Read line by line, whatever its size.

use std::fs::File;
use std::path::Path;

use super::file::{Hourly, StationWords};
use super::grid::Frame;
use super::named::Named;
use crate::table::{Line, Table, number};

/// Most sensors of one file.
const STATIONS_MAX: usize = 200_000;

/// The sensors with their lines; what cannot be read is added to `problems`.
pub fn read(path: &Path, frame: Frame, problems: &mut Named) -> Vec<(u64, StationWords)> {
    let mut stations = vec![];
    if let Err(error) = read_into(path, frame, problems, &mut stations) {
        problems.add(|| format!("{}: {error}", path.display()));
    }
    stations
}

fn read_into(
    path: &Path,
    frame: Frame,
    problems: &mut Named,
    stations: &mut Vec<(u64, StationWords)>,
) -> std::io::Result<()> {
    let mut table = Table::open(File::open(path)?)?;
    let [x, y] = match frame {
        Frame::Degrees => ["lon", "lat"],
        Frame::Km => ["x_km", "y_km"],
    };
    let columns = [
        Some(table.column("station")?),
        Some(table.column(x)?),
        Some(table.column(y)?),
        table.find("noise"),
        table.find("ratio"),
        table.find("uptime"),
    ];
    let shown = path.display();
    let too_long =
        |problems: &mut Named, number| problems.add(|| format!("{shown}: line {number}: too long"));
    while let Some(line) = table.next(&mut |number| too_long(problems, number))? {
        match station(&line, columns) {
            Ok(_) if stations.len() == STATIONS_MAX => {
                problems.add(|| {
                    format!("{shown}: {STATIONS_MAX} sensors are the most; the rest is left out")
                });
                break;
            }
            Ok(station) => stations.push((line.number, station)),
            Err(words) => problems.add(|| format!("{shown}: line {}: {words}", line.number)),
        }
    }
    Ok(())
}

fn station(line: &Line<'_>, columns: [Option<usize>; 6]) -> Result<StationWords, String> {
    let [id, x, y, noise, ratio, uptime] = line.cells(columns).map(Option::unwrap_or_default);
    let needed = |cell: &[u8]| {
        number(cell).ok_or_else(|| format!("{:.40?} is no number", String::from_utf8_lossy(cell)))
    };
    let optional = |cell: &[u8]| (!cell.is_empty()).then(|| needed(cell)).transpose();
    Ok(StationWords {
        id: String::from_utf8(id.to_vec()).map_err(|_| "its name is not UTF-8".to_owned())?,
        place: [needed(x)?, needed(y)?],
        noise: optional(noise)?.map(Hourly::All),
        ratio: optional(ratio)?,
        uptime: optional(uptime)?,
    })
}
