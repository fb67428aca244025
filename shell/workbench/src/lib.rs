//! `servanda watch ...`: the watch's engines on files alone, without a house or a record.

mod error;

pub use error::Error;
use error::Unread;

mod associate;
mod associate_clocks;
mod associate_ground;
mod associate_known;
mod associate_plots;
mod associate_read;
mod beam;
mod capability;
mod listen;
mod live;
mod locate;
mod pick;
pub mod plot;
mod reports;
mod reports_files;
mod size;
mod small_file;
mod table;
mod thermal;
mod track;

/// Readers that face any bytes, for the fuzz targets.
#[doc(hidden)]
pub mod fuzzing {
    pub use crate::associate_read::{Problems, onsets_from, stations_from};
}

use clap::Subcommand;

/// What to work on.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Put arrivals together and say where each origin was.
    Associate(associate::Associate),
    /// Follow moving things through detections.
    Track(track::Track),
    /// Direction and speed of waves across an array.
    Beam(beam::Beam),
    /// Place an origin from bearings.
    Locate(locate::Locate),
    /// Find onsets in waveforms.
    Pick(pick::Pick),
    /// Listen to a SeedLink server, keep its records, and find onsets as they come.
    Listen(listen::Listen),
    /// Put arrivals together as they come in on standard input.
    Live(live::LiveWords),
    /// Hotspots that peacetime does not explain.
    Thermal(thermal::Thermal),
    /// How large an explosion was, by its pressure at a known distance.
    Size(size::Size),
    /// Reports put together into incidents.
    Reports(reports::Reports),
    /// What would have been noticed.
    Capability(capability::Capability),
}

/// Does one of them.
///
/// # Errors
/// With what went wrong and what to do next.
pub fn run(verb: &Verb) -> Result<(), Error> {
    match verb {
        Verb::Associate(words) => associate::associate(words),
        Verb::Track(words) => track::track(words),
        Verb::Beam(words) => beam::beam(words),
        Verb::Locate(words) => locate::locate(words),
        Verb::Pick(words) => pick::pick(words),
        Verb::Listen(words) => listen::listen(words),
        Verb::Live(words) => live::live(words),
        Verb::Thermal(words) => thermal::thermal(words),
        Verb::Size(words) => size::measure(words),
        Verb::Reports(words) => reports::reports(words),
        Verb::Capability(words) => capability::capability(words),
    }
}
