//! Signs of life: from when to when a station, or a source as a whole, watched.

use kernel::{Duration, Interval};
use watch::{Content, Observation, Shape, Up};

use crate::cells::{Cells, read_table};
use crate::reading::{Fault, ReadContext, Reading, shown};
use crate::words::plain;

/// Columns without which there are no signs of life.
pub const NEEDED: &[&[&str]] = &[&["up_from"], &["up_until"]];
/// Every column that is read; others are ignored.
const COLUMNS: [&str; 4] = ["station", "up_from", "up_until", "usable"];
/// Nobody vouches for longer in one row.
const LONGEST: Duration = Duration::days(31);

/// Reads signs of life.
#[must_use]
pub fn read(bytes: &[u8], context: &ReadContext) -> Reading {
    read_table(bytes, context, NEEDED, &COLUMNS, observe)
}

fn observe(cells: &Cells, line: u64, context: &ReadContext) -> Result<Observation, Fault> {
    let start = cells.moment("up_from", context.received)?;
    // One that only says that it is there says so of that moment.
    let sign = cells.get("up_until").is_empty();
    let end = if sign { start } else { cells.moment("up_until", context.received)? };
    if end < start || end - start > LONGEST {
        let reason = format!("from {start} to {end} runs backward or is too long");
        return Err(Fault::new("interval-unreadable", reason));
    }
    Ok(Observation {
        id: cells.id(context.source.as_str(), 0),
        line,
        when: Interval { start, end },
        shape: Shape::Station { place: None },
        content: Content::Up(Up {
            station: cells.get("station").to_owned(),
            usable: usable(cells.get("usable"))?,
        }),
    })
}

fn usable(words: &str) -> Result<bool, Fault> {
    match plain(words).as_str() {
        "" | "yes" | "true" | "1" => Ok(true),
        "no" | "false" | "0" => Ok(false),
        other => {
            let reason = format!("`{}` is neither yes nor no", shown(other.as_bytes()));
            Err(Fault::new("kind-unknown", reason))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Format;

    #[test]
    fn signs_of_life_are_read_and_what_is_none_is_named() {
        let table = "station,up_from,up_until,usable\n\
            mic-1,2026-03-02T10:00:00Z,2026-03-02T11:00:00Z,\n\
            ,2026-03-02T10:00:00Z,,no\n\
            mic-1,2026-03-02T11:00:00Z,2026-03-02T10:00:00Z,yes\n\
            mic-1,2026-03-02T11:00:00Z,,perhaps\n";
        assert_eq!(Format::detect(table.as_bytes()), Ok(Format::Uptime));
        let context = ReadContext {
            source: "line".into(),
            received: "2026-03-03T00:00:00Z".parse().unwrap(),
            header: None,
            first_line: 1,
            claimant: None,
        };
        let reading = read(table.as_bytes(), &context);
        let up = |row: &Observation| match &row.content {
            Content::Up(up) => Some((up.station.clone(), up.usable, row.when.length())),
            _ => None,
        };
        let rows: Vec<_> = reading.observations.iter().filter_map(up).collect();
        assert_eq!(
            rows,
            [
                ("mic-1".to_owned(), true, Duration::hours(1)),
                (String::new(), false, Duration::ZERO)
            ]
        );
        let codes: Vec<&str> =
            reading.problems.iter().map(|problem| problem.code.as_str()).collect();
        assert_eq!(codes, ["interval-unreadable", "kind-unknown"]);
    }
}
