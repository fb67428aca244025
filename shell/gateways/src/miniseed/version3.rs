//! The header of version 3, its checksum, and the timing quality among its extra headers.

use signal::ChannelName;

use super::{Encoding, Found, Header, RECORD_BYTES_MAX, moment};
use crate::crc32c::crc32c;
use crate::reading::{Fault, shown};

/// Bytes of the fixed header.
const HEADER_BYTES: usize = 40;

/// Whether a record begins here.
pub fn begins(window: &[u8]) -> bool {
    window.len() >= HEADER_BYTES
        && window.starts_with(b"MS\x03")
        && window[12] < 24
        && window[13] < 60
}

fn number<const N: usize>(window: &[u8], at: usize) -> [u8; N] {
    let mut bytes = [0; N];
    bytes.copy_from_slice(&window[at..at + N]);
    bytes
}

/// Reads the record at the start of `window`, which holds a fixed header.
pub fn look(window: &[u8]) -> Found {
    let name_bytes = usize::from(window[33]);
    let extra_bytes = usize::from(u16::from_le_bytes(number(window, 34)));
    let data_bytes = u32::from_le_bytes(number(window, 36)) as usize;
    let length = HEADER_BYTES + name_bytes + extra_bytes + data_bytes;
    if length > RECORD_BYTES_MAX {
        let reason = format!("a record of {length} bytes; at most {RECORD_BYTES_MAX} are read");
        return Found::Broken(HEADER_BYTES, Fault::new("record-length-out-of-range", reason));
    }
    let Some(record) = window.get(..length) else { return Found::Needs(length) };
    let stated = u32::from_le_bytes(number(record, 28));
    let found = crc32c(&[&record[..28], &[0; 4], &record[32..]]);
    if stated != found {
        let reason = format!("the header says {stated:08x}, the bytes give {found:08x}");
        // Where no record follows, the length itself may be what is wrong.
        let follows = window.len() == length || super::begins(&window[length..]);
        let over = if follows { length } else { HEADER_BYTES };
        return Found::Broken(over, Fault::new("checksum-differs", reason));
    }
    header(record, HEADER_BYTES + name_bytes, extra_bytes)
        .map_or_else(|fault| Found::Broken(length, fault), Found::Record)
}

fn header(record: &[u8], extra_from: usize, extra_bytes: usize) -> Result<Header, Fault> {
    let data_from = extra_from + extra_bytes;
    let nanoseconds = u32::from_le_bytes(number(record, 4)).min(999_999_999);
    let (year, day) =
        (u16::from_le_bytes(number(record, 8)), u16::from_le_bytes(number(record, 10)));
    let clock = [record[12], record[13], record[14]];
    let stated = f64::from_le_bytes(number(record, 16));
    // A negative figure is a period in seconds.
    let rate_hz = if stated < 0.0 { -1.0 / stated } else { stated };
    let encoding = Encoding::of(record[15]);
    Ok(Header {
        version: 3,
        name: name(&record[HEADER_BYTES..extra_from])?,
        start: moment(year, day, clock, nanoseconds)?,
        rate_hz: if rate_hz.is_finite() { rate_hz } else { 0.0 },
        count: u32::from_le_bytes(number(record, 24)) as usize,
        encoding,
        // Everything is least significant byte first but the frames of Steim.
        little_endian: !matches!(encoding, Encoding::Steim1 | Encoding::Steim2),
        timing_percent: timing_percent(&record[extra_from..data_from]),
        time_questionable: record[3] & 0b10 != 0,
        leap_second: clock[2] == 60,
        length: record.len(),
        data_from,
        data_to: record.len(),
    })
}

/// `FDSN:NET_STA_LOC_B_S_D`: band, source and direction run together where each is one letter, as
/// they did in version 2.
fn name(identifier: &[u8]) -> Result<ChannelName, Fault> {
    let refuse = || {
        let reason = format!("`{}` is not like FDSN:NET_STA_LOC_B_S_D", shown(identifier));
        Fault::new("channel-name-unreadable", reason)
    };
    let text = str::from_utf8(identifier).map_err(|_| refuse())?;
    let parts: Vec<&str> = text.strip_prefix("FDSN:").ok_or_else(refuse)?.split('_').collect();
    let [network, station, location, band, source, direction] = parts[..] else {
        return Err(refuse());
    };
    let letters = [band, source, direction];
    let short = letters.iter().all(|part| part.len() <= 1);
    Ok(ChannelName {
        network: network.into(),
        station: station.into(),
        location: location.into(),
        channel: letters.join(if short { "" } else { "_" }),
    })
}

/// `FDSN.Time.Quality` of the extra headers, which are JSON.
fn timing_percent(extra: &[u8]) -> Option<u8> {
    if extra.is_empty() {
        return None;
    }
    let headers: serde_json::Value = serde_json::from_slice(extra).ok()?;
    let quality = headers.pointer("/FDSN/Time/Quality")?.as_f64()?;
    (0.0..=100.0).contains(&quality).then_some(quality.round() as u8)
}
