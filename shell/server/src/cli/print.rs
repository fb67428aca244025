//! Data to standard output, in the form asked for.

use std::io::{self, Write as _};

use desk::Error;
use serde_json::Value;

use super::act::Said;
use super::args::Form;
use super::list::Noun;

/// Writes text as it is. A reader that has gone away (`| head`) is no error.
///
/// # Errors
/// When it cannot be written.
pub fn text(text: &str) -> Result<(), Error> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Error::file("write", std::path::Path::new("standard output"), error))
        }
        _ => Ok(()),
    }
}

/// One JSON value on a line.
///
/// # Errors
/// When it cannot be written.
pub fn line(value: &Value) -> Result<(), Error> {
    text(&format!("{value}\n"))
}

/// One thing, whole: JSON on one line for machines, indented for people.
///
/// # Errors
/// When it cannot be written.
pub fn one(form: &Form, value: &Value) -> Result<(), Error> {
    if form.json { line(value) } else { text(&format!("{value:#}\n")) }
}

/// Rows: one JSON object a line, CSV, or a table.
///
/// # Errors
/// When they cannot be written, or have no place and GeoJSON was asked for.
pub fn rows(form: &Form, noun: Noun, rows: &[Value]) -> Result<(), Error> {
    if form.geojson {
        return Err(Error::Usage(format!(
            "--geojson: {} have no single place; incidents do",
            format!("{noun:?}").to_lowercase()
        )));
    }
    if form.json {
        return rows.iter().try_for_each(line);
    }
    let columns = columns(noun);
    let cells = rows.iter().map(|row| columns.iter().map(|column| cell(row, column)).collect());
    let cells: Vec<Vec<String>> = cells.collect();
    let titles: Vec<&str> =
        columns.iter().map(|column| column.rsplit('.').next().unwrap_or(column)).collect();
    if form.csv {
        return csv(&titles, &cells);
    }
    table(&titles, &cells)?;
    let plural = format!("{noun:?}").to_lowercase();
    eprintln!("{}", counted(rows.len() as u64, &plural));
    Ok(())
}

/// `1 case`, `2 cases`: every word counted here has a plural in -s, or in -ies for -y.
fn counted(count: u64, plural: &str) -> String {
    if count != 1 {
        return format!("{count} {plural}");
    }
    match plural.strip_suffix("ies") {
        Some(stem) => format!("1 {stem}y"),
        None if plural == "batches" => "1 batch".to_owned(),
        None => format!("1 {}", plural.trim_end_matches('s')),
    }
}

/// The columns people see; JSON has all of them.
fn columns(noun: Noun) -> &'static [&'static str] {
    match noun {
        Noun::Incidents => &[
            "id",
            "when.start",
            "lon",
            "lat",
            "semi_major_m",
            "class",
            "class_share",
            "real",
            "members",
            "case",
        ],
        Noun::Allegations => &[
            "id",
            "when.start",
            "article",
            "rule",
            "verdict",
            "chance",
            "severity",
            "alleged",
            "incident",
        ],
        Noun::Cases => &["id", "stage", "deadline", "allegations", "parties", "level", "title"],
        Noun::Findings => &[
            "id",
            "level",
            "published",
            "violation",
            "proof",
            "likelihood",
            "responsibility",
            "severity",
            "case",
        ],
        Noun::Pledges => &["id", "pledger", "status", "clause_status", "binding", "action"],
        Noun::Obligations => &["id", "bearer", "standing", "due", "pledge", "action"],
        Noun::Facts => &["name", "subject", "holds", "since", "known", "stated_by"],
        Noun::Contributions => &["contribution.id", "contribution.party", "open", "deployed"],
        Noun::Packages => &["id", "rung", "package.owner", "package.kind"],
        Noun::Sources => &[
            "id",
            "kind",
            "owner",
            "side",
            "reliability",
            "observations",
            "available",
            "timely",
            "doubted",
        ],
        Noun::Tasks => &["number", "to", "due", "text", "closed"],
        Noun::Notifications => &["number", "to", "what", "about", "acknowledged"],
    }
}

fn cell(row: &Value, column: &str) -> String {
    let value = column.split('.').try_fold(row, |value, name| value.get(name));
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(items)) => items.iter().map(plain).collect::<Vec<_>>().join(" "),
        // Whose it was found to be: a party, or `both`, `undetermined`.
        Some(Value::Object(fields)) if fields.contains_key("responsible") => {
            fields.get("party").or(fields.get("responsible")).map(plain).unwrap_or_default()
        }
        Some(Value::Object(fields)) => fields
            .iter()
            .map(|(name, value)| format!("{name} {}", plain(value)))
            .collect::<Vec<_>>()
            .join(", "),
        Some(other) => other.to_string(),
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// RFC 4180.
fn csv(titles: &[&str], rows: &[Vec<String>]) -> Result<(), Error> {
    let quote = |cell: &str| {
        if cell.contains([',', '"', '\n', '\r']) {
            format!("\"{}\"", cell.replace('"', "\"\""))
        } else {
            cell.to_owned()
        }
    };
    let mut out = format!("{}\r\n", titles.join(","));
    for row in rows {
        out.push_str(&row.iter().map(|cell| quote(cell)).collect::<Vec<_>>().join(","));
        out.push_str("\r\n");
    }
    text(&out)
}

/// Longest cell shown in a table; JSON and CSV have all of it.
const CELL_MAX: usize = 60;

fn table(titles: &[&str], rows: &[Vec<String>]) -> Result<(), Error> {
    let short = |cell: &str| -> String { cell.replace('\n', " ").chars().take(CELL_MAX).collect() };
    let mut widths: Vec<usize> = titles.iter().map(|title| title.len()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(short(cell).chars().count());
        }
    }
    let line = |cells: Vec<String>| {
        let padded = cells.iter().zip(&widths).map(|(cell, &width)| format!("{cell:<width$}"));
        format!("{}\n", padded.collect::<Vec<_>>().join("  ").trim_end())
    };
    let mut out = line(titles.iter().map(|title| (*title).to_owned()).collect());
    for row in rows {
        out.push_str(&line(row.iter().map(|cell| short(cell)).collect()));
    }
    text(&out)
}

/// What a submission came to.
///
/// # Errors
/// When it cannot be written, or lines had problems and `--strict` was asked for.
pub fn said(form: &Form, said: &Said) -> Result<(), Error> {
    match said {
        Said::Entered(receipt) if form.json => line(&crate::views::json(receipt)),
        Said::Entered(receipt) => {
            let followed = receipt.followed.iter().map(|kind| format!("  followed by {kind}\n"));
            text(&format!(
                "entry {} at {}\n{}",
                receipt.position,
                receipt.at,
                followed.collect::<String>()
            ))
        }
        Said::Sources(doubts) if form.json => {
            doubts.iter().try_for_each(|doubt| line(&crate::views::json(doubt)))
        }
        Said::Sources(doubts) => text(&super::source::told(doubts)),
        Said::Files { files, incidents, strict } => {
            for file in files {
                if form.json { line(&crate::views::json(file))? } else { text(&one_file(file))? }
            }
            if !form.json {
                text(&format!("{} in the bulletin\n", counted(*incidents, "incidents")))?;
            }
            let problems: u64 = files.iter().map(|file| file.problems).sum();
            if *strict && problems > 0 {
                return Err(Error::Problems(problems));
            }
            Ok(())
        }
    }
}

fn one_file(file: &desk::ingest::Outcome) -> String {
    let mut out = format!(
        "{}: {} from {}: {}, {} ({} known before), {}, {}{}\n",
        file.file,
        file.format,
        file.source,
        counted(file.lines, "lines"),
        counted(file.observations, "observations"),
        file.duplicates,
        counted(file.problems, "problems"),
        counted(file.batches, "batches"),
        if file.already_received > 0 {
            format!(", {} already received", file.already_received)
        } else {
            String::new()
        },
    );
    for problem in &file.first_problems {
        out.push_str(&format!("  line {}: {}: {}\n", problem.line, problem.code, problem.reason));
    }
    let more = file.problems.saturating_sub(file.first_problems.len() as u64);
    if more > 0 {
        out.push_str(&format!("  and {more} more\n"));
    }
    out
}

/// An error, once, at the edge: what went wrong, the article, what to do next.
pub fn failed(error: &Error, json: bool) {
    let hint = error.hint();
    if json {
        let (code, article) = match error {
            Error::Refused(refusal) => (Some(refusal.code.as_str()), refusal.article.as_deref()),
            _ => (None, None),
        };
        eprintln!(
            "{}",
            serde_json::json!({"error": error.to_string(), "code": code, "article": article, "hint": hint})
        );
        return;
    }
    match error {
        Error::Refused(refusal) => eprintln!("refused: {refusal} [{}]", refusal.code),
        _ => eprintln!("error: {}", error.whole()),
    }
    if let Error::Refused(kernel::Refusal { article: Some(article), .. }) = error {
        eprintln!("article: {article}");
    }
    if let Some(hint) = hint {
        eprintln!("next: {hint}");
    }
}
