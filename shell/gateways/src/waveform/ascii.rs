//! ASCII time series: a header line `TIMESERIES BW_UH1__SHZ_D, 11517 samples, 50 sps,
//! 2010-05-27T16:24:03.679998, SLIST, INTEGER, Counts` and numbers behind it; `TSPAIR` has the time
//! of each before it (IRIS web services, "Simple ASCII formats", 2013).

use std::io::{BufRead, BufReader, Read};

use kernel::{Duration, Time};
use signal::ChannelName;

use super::{Assembler, Piece};
use crate::reading::{Fault, shown};

/// Longest line, bytes.
const LINE_BYTES_MAX: u64 = 64 * 1024;
/// Samples handed on at once.
const CHUNK_SAMPLES: usize = 1 << 15;

/// What a header line says.
struct Series {
    name: ChannelName,
    start: Time,
    rate_hz: f64,
    pairs: bool,
}

/// When the first series of a file begins.
pub fn first_time(line: &[u8]) -> Option<Time> {
    series(line).ok().map(|series| series.start)
}

/// Reads series after series through `assembler`.
pub fn read(
    source: impl Read,
    assembler: &mut Assembler,
    hand: &mut impl FnMut(Piece),
) -> std::io::Result<()> {
    let mut lines = BufReader::new(source);
    let (mut line, mut number) = (Vec::new(), 0);
    let mut current: Option<Series> = None;
    let mut samples = Vec::new();
    loop {
        line.clear();
        let read = lines.by_ref().take(LINE_BYTES_MAX).read_until(b'\n', &mut line)?;
        number += u64::from(read > 0);
        let header = line.starts_with(b"TIMESERIES");
        if read == 0 || header || samples.len() >= CHUNK_SAMPLES {
            hand_on(current.as_mut(), &mut samples, number, assembler, hand);
        }
        if read == 0 {
            return Ok(());
        }
        if header {
            assembler.account.records += 1;
            current = series(&line).map_err(|fault| assembler.account.add(fault.at(number))).ok();
        } else if let Some(series) = &current {
            for word in words(&line, series.pairs) {
                samples.push(word.parse().unwrap_or_else(|_| {
                    let fault =
                        Fault::new("sample-unreadable", format!("`{}`", shown(word.as_bytes())));
                    assembler.account.add(fault.at(number));
                    f64::NAN
                }));
            }
        }
    }
}

fn hand_on(
    series: Option<&mut Series>,
    samples: &mut Vec<f64>,
    number: u64,
    assembler: &mut Assembler,
    hand: &mut impl FnMut(Piece),
) {
    if let Some(series) = series {
        assembler.samples(number, &series.name, series.start, series.rate_hz, samples, hand);
        let length_s = samples.len() as f64 / series.rate_hz;
        series.start = series.start + Duration((length_s * 1e6).round() as i64);
    }
    samples.clear();
}

fn words(line: &[u8], pairs: bool) -> impl Iterator<Item = &str> {
    let text = str::from_utf8(line).unwrap_or("?");
    text.split_ascii_whitespace().skip(usize::from(pairs))
}

fn series(line: &[u8]) -> Result<Series, Fault> {
    let refuse = || Fault::new("header-unreadable", format!("`{}`", shown(line)));
    let text = str::from_utf8(line).map_err(|_| refuse())?;
    let parts: Vec<&str> = text.split(',').map(str::trim).collect();
    let [name, _, rate, start, form, ..] = parts[..] else { return Err(refuse()) };
    let codes: Vec<&str> =
        name.strip_prefix("TIMESERIES ").ok_or_else(refuse)?.split('_').collect();
    let [network, station, location, channel, ..] = codes[..] else { return Err(refuse()) };
    let rate_hz = rate.strip_suffix("sps").and_then(|rate| rate.trim().parse().ok());
    let rate_hz: f64 = rate_hz.filter(|rate| *rate > 0.0 && *rate < 1e9).ok_or_else(refuse)?;
    let name = ChannelName {
        network: network.into(),
        station: station.into(),
        location: location.into(),
        channel: channel.into(),
    };
    let start = format!("{start}Z").parse().map_err(|_| refuse())?;
    Ok(Series { name, start, rate_hz, pairs: form == "TSPAIR" })
}
