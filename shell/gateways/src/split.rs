//! Cuts a file of any size into parts that a reader can take one by one, in bounded memory.
//!
//! The parts of a table read to the same observations as the whole file, wherever it is cut: what
//! decides about a record never lies outside it (see [`crate::record::window`]). Waveforms are cut
//! at ends of records, and a part begins with what filters need of the one before.

mod lines;
mod waves;

use std::io::{self, Read};

use kernel::Problem;

use crate::format::Format;
use crate::reading::Fault;
use crate::table::first_line;
use lines::Lines;
use waves::Waves;

/// A part is closed at the first end of a record behind so many bytes.
pub const PART_BYTES: usize = 8 * 1024 * 1024;
/// The same for waveforms, whose parts repeat the last minute of every channel.
pub const WAVES_BYTES: usize = 4 * PART_BYTES;
/// A part holds no more lines than this, so that a part of nothing but bad lines has no more
/// problems either.
pub const PART_LINES: u64 = 200_000;
/// Largest file that is taken in whole: StationXML, SAC, ASCII time series, SEED volumes.
pub const WHOLE_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Bytes asked of the input at a time.
const CHUNK_BYTES: u64 = 256 * 1024;

/// Some records of a file, to be read with the context that they carry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Part {
    /// The bytes, beginning and ending at ends of records. Lines that could not be taken in stand
    /// as empty lines.
    pub bytes: Vec<u8>,
    /// What the reader is to be told: the header line, for every part but the first of a CSV file;
    /// for waveforms where the seams are ([`crate::onsets::Seam`]).
    pub header: Option<String>,
    /// The line, or the record, of the file at which the part begins, from 1.
    pub first_line: u64,
    /// The lines that could not be taken in.
    pub problems: Vec<Problem>,
}

/// Why a file cannot be split.
#[derive(Debug, thiserror::Error)]
pub enum NotSplit {
    /// The input failed.
    #[error("cannot read the input")]
    Read(#[from] io::Error),
    /// Nothing in the file can be read, as a problem of the whole file says.
    #[error("{}", .0.reason)]
    Refused(Fault),
}

/// The parts of one file, in order.
#[derive(Debug)]
pub struct Parts<R> {
    format: Format,
    cutter: Cutter<R>,
}

#[derive(Debug)]
enum Cutter<R> {
    Lines(Box<Lines<R>>),
    Waves(Waves<R>),
    Whole(Option<Vec<u8>>),
}

impl<R: Read> Parts<R> {
    /// Begins to split `input`, whose format is recognised unless it is told.
    ///
    /// # Errors
    /// When the input fails or nothing in it can be read.
    pub fn open(input: R, format: Option<Format>) -> Result<Self, NotSplit> {
        Self::cut(input, format, PART_BYTES, WAVES_BYTES)
    }

    /// As [`Self::open`], with parts of about `part_bytes`.
    ///
    /// # Errors
    /// When the input fails or nothing in it can be read.
    pub fn of_size(input: R, format: Option<Format>, part_bytes: usize) -> Result<Self, NotSplit> {
        Self::cut(input, format, part_bytes, part_bytes)
    }

    fn cut(
        mut input: R,
        format: Option<Format>,
        part_bytes: usize,
        waves_bytes: usize,
    ) -> Result<Self, NotSplit> {
        let mut buffer = Vec::new();
        input.by_ref().take(2 * CHUNK_BYTES).read_to_end(&mut buffer)?;
        let format = match format {
            Some(told) => told.check(&buffer).map(|()| told),
            None => Format::detect(&buffer),
        };
        let format = format.map_err(NotSplit::Refused)?;
        let cutter = match format {
            Format::Waveforms if crate::miniseed::begins(&buffer) => {
                Cutter::Waves(Waves::new(input, buffer, waves_bytes))
            }
            Format::Waveforms | Format::StationXml => Cutter::Whole(Some(whole(input, buffer)?)),
            _ => {
                let line = first_line(&buffer, 1).map_err(NotSplit::Refused)?.0.to_owned();
                Cutter::Lines(Box::new(Lines::new(input, buffer, &line, format, part_bytes)?))
            }
        };
        Ok(Self { format, cutter })
    }

    /// The format of the file.
    #[must_use]
    pub fn format(&self) -> Format {
        self.format
    }
}

impl<R: Read> Iterator for Parts<R> {
    type Item = io::Result<Part>;
    fn next(&mut self) -> Option<io::Result<Part>> {
        match &mut self.cutter {
            Cutter::Lines(lines) => lines.part().transpose(),
            Cutter::Waves(waves) => waves.part().transpose(),
            Cutter::Whole(bytes) => bytes
                .take()
                .map(|bytes| Ok(Part { bytes, header: None, first_line: 1, problems: Vec::new() })),
        }
    }
}

/// A file that cannot be cut.
fn whole(mut input: impl Read, mut bytes: Vec<u8>) -> Result<Vec<u8>, NotSplit> {
    let room = (WHOLE_BYTES_MAX + 1).saturating_sub(bytes.len()) as u64;
    input.by_ref().take(room).read_to_end(&mut bytes)?;
    if bytes.len() > WHOLE_BYTES_MAX {
        let reason = format!(
            "the file is longer than {WHOLE_BYTES_MAX} bytes and cannot be cut: write waveforms as \
             miniSEED, and StationXML at the level of channels"
        );
        return Err(NotSplit::Refused(Fault::new("file-too-large", reason)));
    }
    Ok(bytes)
}
