//! Waveforms in, onsets with their errors out.

pub(crate) mod table;
mod tally;

use std::fs::File;
use std::path::{Path, PathBuf};

use clap::Args;
use gateways::picker::{Groups, Picking};
use gateways::stationxml::{self, Inventory};
use gateways::waveform;
use signal::Trace;

use crate::plot::waveform::Portrait;
use crate::{Error, Unread};
use tally::Tally;

/// Find onsets in waveforms.
#[derive(Args, Debug)]
pub struct Pick {
    /// Waveforms: miniSEED 2 or 3, SAC, ASCII time series. Their order does not matter.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// CSV to write; standard output when not named.
    #[arg(long)]
    pub out: Option<PathBuf>,
    /// StationXML: amplitudes become those of the ground, directions are put right.
    #[arg(long, value_name = "XML")]
    pub stations: Option<PathBuf>,
    /// CSV of stations to write, as `watch associate` reads it; needs `--stations`.
    #[arg(long, value_name = "CSV", requires = "stations")]
    pub stations_out: Option<PathBuf>,
    /// Drawing of the waveforms with their onsets to write.
    #[arg(long)]
    pub svg: Option<PathBuf>,
    /// Lower corner of the band, Hz.
    #[arg(long, default_value_t = 2.0)]
    pub low_hz: f64,
    /// Upper corner of the band, Hz; lowered to 0.45 of the rate where it lies above.
    #[arg(long, default_value_t = 20.0)]
    pub high_hz: f64,
    /// Poles on either side of the band.
    #[arg(long, default_value_t = 4)]
    pub corners: usize,
    /// Short-term average, seconds.
    #[arg(long, default_value_t = 0.5)]
    pub short_s: f64,
    /// Long-term average, seconds.
    #[arg(long, default_value_t = 10.0)]
    pub long_s: f64,
    /// Ratio of energies at which it triggers.
    #[arg(long, default_value_t = 4.0)]
    pub on: f64,
    /// Ratio below which it ends.
    #[arg(long, default_value_t = 1.5)]
    pub off: f64,
}

impl Pick {
    fn picking(&self) -> Result<Picking, Error> {
        let Self { low_hz, high_hz, corners, short_s, long_s, on, off, .. } = *self;
        let picking = Picking { low_hz, high_hz, corners, short_s, long_s, on, off };
        let words = "the settings do not fit each other";
        let hint = "0 < --low-hz < --high-hz, 0 < --short-s < --long-s <= 3600, --off <= --on, 1 to 16 --corners.";
        picking.is_sound().then_some(picking).ok_or_else(|| Error::new(words, hint))
    }
}

/// Find onsets in waveforms.
pub fn pick(words: &Pick) -> Result<(), Error> {
    let picking = words.picking()?;
    let mut tally = Tally::default();
    let inventory =
        words.stations.as_deref().map(|path| read_stations(path, &mut tally)).transpose()?;
    let inventory = inventory.unwrap_or_default();
    let mut portrait = Portrait::default();
    let mut show = |trace: &Trace, skip| portrait.add(trace, skip);
    let drawn = words.svg.is_some().then_some(&mut show as &mut dyn FnMut(&Trace, usize));
    let mut groups = Groups::new(&picking, &inventory, drawn);
    let mut unread = Unread::default();
    for path in in_order_of_time(&words.files, &mut unread) {
        let read = open(path).and_then(|file| {
            waveform::read(file, picking.piece_size(), &mut |piece| groups.add(piece))
                .map_err(|error| Error::file("read", path, &error))
        });
        if let Some(account) = unread.note(read) {
            tally.account(path, &account);
        }
    }
    let gathered = groups.finish();
    tally.channels(gathered.problems());
    let picks = gathered.found;
    table::write_picks(words.out.as_deref(), &picks)?;
    if let Some(path) = &words.stations_out {
        table::write_stations(path, &inventory)?;
    }
    if let Some(path) = &words.svg {
        let marks: Vec<_> = picks.iter().map(table::mark).collect();
        std::fs::write(path, portrait.draw(&marks))
            .map_err(|error| Error::file("write", path, &error))?;
    }
    tally.tell(picks.len());
    if tally.is_empty() {
        return Err(Error::new(
            "no record could be read",
            "Give miniSEED 2 or 3, or SAC; StationXML goes behind --stations.",
        ));
    }
    unread.end()
}

fn open(path: &Path) -> Result<File, Error> {
    File::open(path).map_err(|error| Error::file("open", path, &error))
}

fn read_stations(path: &Path, tally: &mut Tally) -> Result<Inventory, Error> {
    let (inventory, problems) = stationxml::read(std::io::BufReader::new(open(path)?));
    problems.iter().for_each(|problem| tally.problem(path, problem));
    Ok(inventory)
}

/// The files by the time of their first sample, so that what is found does not hang on the order
/// in which they are named.
fn in_order_of_time<'a>(files: &'a [PathBuf], unread: &mut Unread) -> Vec<&'a Path> {
    // A pipe can be read but once.
    if let [only] = files {
        return vec![only];
    }
    let mut starts = Vec::new();
    for path in files {
        let start = open(path).and_then(|file| {
            waveform::first_time(file).map_err(|error| Error::file("read", path, &error))
        });
        starts.extend(unread.note(start).map(|start| (start, path.as_path())));
    }
    starts.sort();
    starts.into_iter().map(|(_, path)| path).collect()
}
