//! Reports in, incidents out.

use std::path::PathBuf;

use clap::Args;
use gateways::{csv_out, geojson};
use watch::engine::Engine;
use watch::settings::Settings;

use crate::reports_files::{Room, Written, incidents, kind, open, read, source, write};
use crate::{Error, Unread};

/// Reports put together into incidents.
#[derive(Args, Debug)]
pub struct Reports {
    /// Report files, each in any format that the house reads.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// File to write, `.csv`, `.geojson` or `.json`.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

/// Reports put together into incidents.
///
/// # Errors
/// When a file cannot be read or written or is in no known format; single bad lines are named on
/// standard error, and the rest is read.
pub fn reports(words: &Reports) -> Result<(), Error> {
    let written = Written::by_name(&words.out)?;
    let mut engine = Engine::new(Settings::default());
    let (mut new, mut duplicates, mut problems) = (0, 0, 0);
    let (mut room, mut unread) = (Room::default(), Unread::default());
    for path in &words.files {
        let count = open(path, None).and_then(|parts| {
            let source = source(path, kind(parts.format())?);
            read(path, parts, &source, &mut room, |seen| {
                let absorbed = engine.absorb(&source, seen);
                new += absorbed.new;
                duplicates += absorbed.duplicates;
            })
        });
        problems += unread.note(count).unwrap_or_default();
    }
    if new == 0 {
        unread.nothing()?;
    }
    let incidents = incidents(&mut engine);
    let text = match written {
        Written::Csv => csv_out::incidents(&incidents),
        Written::GeoJson => geojson::incidents(&incidents).to_string() + "\n",
    };
    write(&words.out, &text)?;
    let several = incidents.iter().filter(|incident| incident.members.len() > 1).count();
    println!(
        "{new} reports ({duplicates} twice) in {} incidents, {several} of several reports; \
         {problems} lines with problems",
        incidents.len(),
    );
    unread.end()
}
