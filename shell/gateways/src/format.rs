//! The formats by name: recognised by their columns, dispatched to their readers.

use std::fmt;
use std::str::FromStr;

use crate::json::Layout;
use crate::reading::{Fault, ReadContext, Reading};
use crate::stationxml::Inventory;
use crate::table::{Header, first_line};
use crate::{
    arrivals_csv, bearings, firms, inventory, looks, onsets, party_log, patrol, stations_csv,
    tracks_csv, uptime, viina, waveform,
};

/// A format that can be read.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Format {
    /// NASA FIRMS active-fire CSV.
    Firms,
    /// VIINA press reports CSV.
    Viina,
    /// Patrol reports, CSV or JSON.
    Patrol,
    /// A party's incident log, CSV.
    PartyLog,
    /// Onsets by station, CSV.
    Arrivals,
    /// Directions from which waves came to arrays, CSV or InfraPy's JSON.
    Bearings,
    /// Footprints that were looked over, CSV.
    Looks,
    /// Positions of moving things, CSV.
    Tracks,
    /// Where a source's stations stand, CSV.
    Stations,
    /// Signs of life of a source or its stations, CSV.
    Uptime,
    /// Waveforms: miniSEED 2 and 3, SAC, ASCII time series.
    Waveforms,
    /// Where a source's stations stand, and what their channels measure: FDSN StationXML.
    StationXml,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 12] = [
        Self::Firms,
        Self::Viina,
        Self::Patrol,
        Self::PartyLog,
        Self::Arrivals,
        Self::Bearings,
        Self::Looks,
        Self::Tracks,
        Self::Stations,
        Self::Uptime,
        Self::Waveforms,
        Self::StationXml,
    ];
    /// Those with columns, in the order in which a file's columns are tried.
    pub const TABLES: [Self; 10] = [
        Self::Firms,
        Self::Viina,
        Self::Patrol,
        Self::PartyLog,
        Self::Arrivals,
        Self::Bearings,
        Self::Looks,
        Self::Tracks,
        Self::Stations,
        Self::Uptime,
    ];

    /// The name used in commands: `firms`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Firms => "firms",
            Self::Viina => "viina",
            Self::Patrol => "patrol",
            Self::PartyLog => "party-log",
            Self::Arrivals => "arrivals",
            Self::Bearings => "bearings",
            Self::Looks => "looks",
            Self::Tracks => "tracks",
            Self::Stations => "stations",
            Self::Uptime => "uptime",
            Self::Waveforms => "waveforms",
            Self::StationXml => "stationxml",
        }
    }
    /// The reader's version. It is recorded with each batch, and changes when the same bytes
    /// would give other observations.
    #[must_use]
    pub fn version(self) -> u32 {
        match self {
            Self::Firms | Self::Viina | Self::Patrol | Self::PartyLog => 1,
            Self::Arrivals | Self::Bearings | Self::Looks | Self::Tracks | Self::Stations => 1,
            Self::Uptime => 1,
            Self::Waveforms | Self::StationXml => 1,
        }
    }
    /// Recognises a format from the beginning of a file.
    ///
    /// # Errors
    /// `empty-file`, `utf-16`, `not-text`, or `wrong-columns` with the nearest format's lacks.
    pub fn detect(head: &[u8]) -> Result<Self, Fault> {
        if let Some(format) = Self::of_bytes(head) {
            return Ok(format);
        }
        let (line, _) = first_line(head, 1)?;
        if Layout::of(line) != Layout::Table {
            let infrapy = memchr::memmem::find(head, bearings::INFRAPY.as_bytes()).is_some();
            return Ok(if infrapy { Self::Bearings } else { Self::Patrol });
        }
        let header = Header::parse(line);
        Self::TABLES.into_iter().find(|format| format.missing(&header).is_empty()).ok_or_else(
            || {
                let nearest =
                    Self::TABLES.into_iter().min_by_key(|format| format.missing(&header).len());
                let missing = nearest.map(|format| (format, format.missing(&header)));
                let lacks = missing.map_or_else(String::new, |(format, names)| {
                    format!("; the nearest is {format}, which also needs {}", names.join(", "))
                });
                let columns = header.columns.join(", ");
                Fault::new("wrong-columns", format!("no format has the columns {columns}{lacks}"))
            },
        )
    }
    /// Holds the beginning of a file against this format's columns.
    ///
    /// # Errors
    /// As [`Self::detect`].
    pub fn check(self, head: &[u8]) -> Result<(), Fault> {
        if matches!(self, Self::Waveforms | Self::StationXml) {
            let words = if self == Self::Waveforms { "miniSEED, SAC or ASCII" } else { "XML" };
            let fault = || Fault::new("wrong-format", format!("the file is no {words}"));
            return (Self::of_bytes(head) == Some(self)).then_some(()).ok_or_else(fault);
        }
        let (line, _) = first_line(head, 1)?;
        let header = Header::parse(line);
        let json = self.may_be_json() && Layout::of(line) != Layout::Table;
        let missing = if json { Vec::new() } else { self.missing(&header) };
        missing.is_empty().then_some(()).ok_or_else(|| wrong_columns(&header, &missing))
    }
    /// A format that is known by how its bytes begin.
    fn of_bytes(head: &[u8]) -> Option<Self> {
        let waves = waveform::begins(head).then_some(Self::Waveforms);
        waves.or_else(|| inventory::begins(head).then_some(Self::StationXml))
    }
    /// Reads bytes of this format; waveforms without a description of their stations.
    #[must_use]
    pub fn read(self, bytes: &[u8], context: &ReadContext) -> Reading {
        match self {
            Self::Firms => firms::read(bytes, context),
            Self::Viina => viina::read(bytes, context),
            Self::Patrol => patrol::read(bytes, context),
            Self::PartyLog => party_log::read(bytes, context),
            Self::Arrivals => arrivals_csv::read(bytes, context),
            Self::Bearings => bearings::read(bytes, context),
            Self::Looks => looks::read(bytes, context),
            Self::Tracks => tracks_csv::read(bytes, context),
            Self::Stations => stations_csv::read(bytes, context),
            Self::Uptime => uptime::read(bytes, context),
            Self::Waveforms => onsets::read(bytes, context, &Inventory::default()),
            Self::StationXml => inventory::read(bytes, context),
        }
    }
    /// Whether files of this format may be JSON rather than a table.
    #[must_use]
    pub fn may_be_json(self) -> bool {
        matches!(self, Self::Patrol | Self::Bearings)
    }
    /// Columns of this format that a header lacks.
    fn missing(self, header: &Header) -> Vec<&'static str> {
        match self {
            Self::Firms => header.missing(firms::NEEDED),
            Self::Viina => viina::missing(header),
            Self::Patrol => header.missing(patrol::NEEDED),
            Self::PartyLog => header.missing(party_log::NEEDED),
            Self::Arrivals => header.missing(arrivals_csv::NEEDED),
            Self::Bearings => header.missing(bearings::NEEDED),
            Self::Looks => header.missing(looks::NEEDED),
            Self::Tracks => header.missing(tracks_csv::NEEDED),
            Self::Stations => header.missing(stations_csv::NEEDED),
            Self::Uptime => header.missing(uptime::NEEDED),
            Self::Waveforms | Self::StationXml => vec!["bytes that are no table"],
        }
    }
}

impl fmt::Display for Format {
    /// Name and version: `firms/1`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.name(), self.version())
    }
}
impl FromStr for Format {
    type Err = Fault;
    fn from_str(word: &str) -> Result<Self, Fault> {
        let named = |format: &Self| word == format.name() || word == format.to_string();
        Self::ALL.into_iter().find(named).ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            Fault::new("unknown-format", format!("`{word}` is no format; there are {names}"))
        })
    }
}

/// The fault of a table that lacks columns which its reader needs.
#[must_use]
pub fn wrong_columns(header: &Header, missing: &[&str]) -> Fault {
    let fits = Format::TABLES.into_iter().find(|format| format.missing(header).is_empty());
    let fits =
        fits.map_or_else(String::new, |format| format!("; the columns are those of {format}"));
    Fault::new("wrong-columns", format!("missing columns: {}{fits}", missing.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_known_by_their_columns() {
        let format = |head: &str| Format::detect(head.as_bytes()).unwrap();
        assert_eq!(format("ACQ_DATE,LATITUDE,LONGITUDE\n"), Format::Firms);
        assert_eq!(
            format("\u{feff}\"datetime\",\"lon\",\"lat\",\"place_name\",\"event_type\""),
            Format::Viina
        );
        assert_eq!(format("observer;observer_lon;observer_lat;kind"), Format::Patrol);
        assert_eq!(format("  [{}]"), Format::Patrol);
        assert_eq!(format("local_id,from,lon,lat,kind"), Format::PartyLog);
        assert_eq!("firms/1".parse::<Format>(), Ok(Format::Firms));
        assert_eq!(Format::PartyLog.to_string().parse(), Ok(Format::PartyLog));
        assert!("firms/2".parse::<Format>().is_err());
    }

    #[test]
    fn wrong_columns_say_what_is_missing() {
        let fault = Format::detect(b"latitude,longitude,when\n").unwrap_err();
        assert_eq!(fault.code, "wrong-columns");
        assert!(fault.reason.ends_with("firms/1, which also needs acq_date"), "{}", fault.reason);
        let fault = Format::Firms.check(b"date,lon,lat,place,type_code\n").unwrap_err();
        assert!(fault.reason.ends_with("the columns are those of viina/1"), "{}", fault.reason);
    }
}
