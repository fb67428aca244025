//! Waveforms in, onsets with their errors out.

mod groups;
mod table;
mod tally;
mod upright;

use std::fs::File;
use std::path::{Path, PathBuf};

use clap::Args;
use gateways::stationxml::{self, Inventory};
use gateways::waveform::{self, PieceSize};
use signal::Settings;

use crate::Error;
use crate::plot::waveform::Portrait;
use groups::Groups;
use tally::Tally;

/// New samples in a piece: what a channel holds in memory at once, half a megabyte.
const PIECE_SAMPLES: usize = 1 << 16;
/// Share of the rate that the band may reach up to.
const BAND_SHARE: f64 = 0.45;

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
    /// The settings for channels at `rate_hz`; none when the band does not fit below it.
    fn settings(&self, rate_hz: f64) -> Option<Settings> {
        let settings = self.at_rate(rate_hz, self.high_hz.min(BAND_SHARE * rate_hz));
        (settings.low_hz < settings.high_hz).then_some(settings)
    }

    fn at_rate(&self, rate_hz: f64, high_hz: f64) -> Settings {
        let Self { low_hz, corners, short_s, long_s, on, off, .. } = *self;
        Settings { rate_hz, low_hz, high_hz, corners, short_s, long_s, on, off }
    }

    fn check(&self) -> Result<(), Error> {
        let sound = 0.0 < self.low_hz
            && self.low_hz < self.high_hz
            && 0.0 < self.short_s
            && self.short_s < self.long_s
            && self.long_s <= 3_600.0
            && (1..=signal::filter::CORNERS_MAX).contains(&self.corners)
            && 0.0 < self.off
            && self.off <= self.on;
        let words = "the settings do not fit each other";
        let hint = "0 < --low-hz < --high-hz, 0 < --short-s < --long-s <= 3600, --off <= --on, 1 to 16 --corners.";
        sound.then_some(()).ok_or_else(|| Error::new(words, hint))
    }
}

/// Find onsets in waveforms.
pub fn pick(words: &Pick) -> Result<(), Error> {
    words.check()?;
    let mut tally = Tally::default();
    let inventory =
        words.stations.as_deref().map(|path| read_stations(path, &mut tally)).transpose()?;
    let inventory = inventory.unwrap_or_default();
    // Enough for filter and averages to settle, and for what is measured behind an onset.
    let spans = words.at_rate(0.0, words.high_hz);
    let size = PieceSize { fresh: PIECE_SAMPLES, lead_s: spans.settling_s() + spans.tail_s() };
    let mut groups =
        Groups::new(words, &inventory, words.svg.as_ref().map(|_| Portrait::default()));
    for path in in_order_of_time(&words.files)? {
        let file = File::open(path).map_err(|error| Error::file("open", path, &error))?;
        let account = waveform::read(file, size, &mut |piece| groups.add(piece))
            .map_err(|error| Error::file("read", path, &error))?;
        tally.account(path, &account);
    }
    let (picks, portrait) = groups.finish(&mut tally);
    table::write_picks(words.out.as_deref(), &picks)?;
    if let Some(path) = &words.stations_out {
        table::write_stations(path, &inventory)?;
    }
    if let (Some(path), Some(portrait)) = (&words.svg, portrait) {
        let marks: Vec<_> = picks.iter().map(|pick| pick.mark()).collect();
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
    Ok(())
}

fn read_stations(path: &Path, tally: &mut Tally) -> Result<Inventory, Error> {
    let file = File::open(path).map_err(|error| Error::file("open", path, &error))?;
    let (inventory, problems) = stationxml::read(std::io::BufReader::new(file));
    problems.iter().for_each(|problem| tally.problem(path, problem));
    Ok(inventory)
}

/// The files by the time of their first sample, so that what is found does not hang on the order
/// in which they are named.
fn in_order_of_time(files: &[PathBuf]) -> Result<Vec<&Path>, Error> {
    // A pipe can be read but once.
    if let [only] = files {
        return Ok(vec![only]);
    }
    let mut starts = Vec::new();
    for path in files {
        let file = File::open(path).map_err(|error| Error::file("open", path, &error))?;
        let start =
            waveform::first_time(file).map_err(|error| Error::file("read", path, &error))?;
        starts.push((start, path.as_path()));
    }
    starts.sort();
    Ok(starts.into_iter().map(|(_, path)| path).collect())
}
