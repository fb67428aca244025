//! The world's formats become observations, one file per standard.
//!
//! Every reader is `read(bytes, context) -> Reading`: it never fails, a bad line becomes a problem
//! with its line number and code, and the rest is read. The layouts are described in
//! `docs/formats.md`, the problem codes in `docs/errors.md`. Modules stand in reading order.

pub mod arrivals_csv;
pub mod bearings;
pub mod cells;
pub mod compass;
pub mod crc32c;
pub mod csv_out;
pub mod excerpt;
pub mod firms;
pub mod format;
pub mod geojson;
pub mod infrapy;
pub mod inventory;
pub mod json;
pub mod looks;
pub mod measured;
pub mod miniseed;
pub mod moment;
pub mod number;
pub mod onsets;
pub mod party_log;
pub mod patrol;
pub mod picked;
pub mod picker;
pub mod position;
pub mod reading;
pub mod record;
pub mod sac;
pub mod seedlink;
pub mod split;
pub mod stations_csv;
pub mod stationxml;
pub mod steim;
pub mod table;
pub mod tracks_csv;
pub mod uptime;
pub mod viina;
pub mod waveform;
pub mod words;

pub use format::Format;
pub use reading::{ReadContext, Reading};
