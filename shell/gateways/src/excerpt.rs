//! Stretches of waveform around moments, out of bytes that hold many channels for hours.

use std::collections::BTreeMap;

use kernel::{Duration, Interval};
use signal::filter::Bandpass;
use signal::{ChannelName, Trace};

use crate::miniseed::{Header, Records};
use crate::picker::{Picking, station};
use crate::waveform::{self, PieceSize};

/// Samples read of a channel at once.
const PIECE: PieceSize = PieceSize { fresh: 1 << 16, lead_s: 0.0 };

/// What is wanted: a station's instruments over some time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wanted {
    /// The station, as [`station`] calls it.
    pub station: String,
    /// From when to when.
    pub when: Interval,
}

impl Wanted {
    fn holds(&self, name: &ChannelName, when: Interval) -> bool {
        when.start <= self.when.end && self.when.start <= when.end && station(name) == self.station
    }
}

fn span(header: &Header) -> Interval {
    let length_s = header.count as f64 / header.rate_hz.max(1e-9);
    Interval::new(header.start, header.start + Duration((length_s.min(1e9) * 1e6) as i64))
}

/// Which stations the bytes hold, each from its first sample to its last.
#[must_use]
pub fn stations(bytes: &[u8]) -> BTreeMap<String, Interval> {
    let mut found: BTreeMap<String, Interval> = BTreeMap::new();
    let mut note = |name: &ChannelName, when: Interval| {
        let kept = found.entry(station(name)).or_insert(when);
        *kept = Interval::new(kept.start.min(when.start), kept.end.max(when.end));
    };
    if crate::miniseed::begins(bytes) {
        let mut records = Records::new(bytes);
        while let Ok(Some(next)) = records.next_record() {
            if let Ok(record) = next {
                note(&record.header.name, span(&record.header));
            }
        }
    } else {
        // Bytes in memory can always be read.
        let _ = waveform::read(bytes, PIECE, &mut |piece| {
            note(&piece.trace.name, Interval::new(piece.trace.start, piece.trace.end()));
        });
    }
    found
}

/// For each of `wanted` the stretches that the bytes hold of it, channel by channel, in order of
/// time; parts with a gap between them stand apart.
#[must_use]
pub fn cut(bytes: &[u8], wanted: &[Wanted]) -> Vec<BTreeMap<ChannelName, Vec<Trace>>> {
    let mut cut = vec![BTreeMap::new(); wanted.len()];
    let asked = |header: &Header| {
        let when = span(header);
        wanted.iter().any(|one| one.holds(&header.name, when))
    };
    // Bytes in memory can always be read.
    let _ = waveform::read_wanted(bytes, &asked, PIECE, &mut |piece| {
        let when = Interval::new(piece.trace.start, piece.trace.end());
        for (one, cut) in wanted.iter().zip(&mut cut) {
            if one.holds(&piece.trace.name, when) {
                let parts: &mut Vec<Trace> = cut.entry(piece.trace.name.clone()).or_default();
                add(parts, within(&piece.trace, one.when));
            }
        }
    });
    cut
}

/// The samples of a trace that fall into `when`.
#[must_use]
pub fn within(trace: &Trace, when: Interval) -> Trace {
    let sample = |moment| {
        let at: Duration = moment - trace.start;
        ((at.as_seconds() * trace.rate_hz).ceil().max(0.0) as usize).min(trace.samples.len())
    };
    let (from, to) = (sample(when.start), sample(when.end));
    let samples = trace.samples.get(from..to.max(from)).unwrap_or_default().to_vec();
    Trace { start: trace.time_of(from as f64), samples, ..trace.clone() }
}

fn add(parts: &mut Vec<Trace>, trace: Trace) {
    if trace.samples.is_empty() {
        return;
    }
    match parts.last_mut() {
        Some(last)
            if last.rate_hz == trace.rate_hz
                && (trace.start - last.end()).as_seconds().abs() * trace.rate_hz <= 0.5 =>
        {
            last.samples.extend(trace.samples);
        }
        _ => parts.push(trace),
    }
}

/// The trace as the picker sees it: about its mean, and in the picker's band.
#[must_use]
pub fn as_picked(mut trace: Trace) -> Trace {
    let count = trace.samples.len().max(1) as f64;
    let mean = trace.samples.iter().filter(|sample| sample.is_finite()).sum::<f64>() / count;
    for sample in &mut trace.samples {
        *sample = if sample.is_finite() { *sample - mean } else { 0.0 };
    }
    let settings = Picking::default().settings(trace.rate_hz);
    let band = settings
        .and_then(|band| Bandpass::new(band.rate_hz, band.low_hz, band.high_hz, band.corners));
    if let Some(band) = band {
        band.filter(&mut [&mut trace.samples[..]]);
    }
    trace
}

/// At most `columns` pairs of samples, the lowest and highest of even stretches in the order in
/// which they came, so that peaks stay; and their rate, Hz.
#[must_use]
pub fn thinned(trace: &Trace, columns: usize) -> (Vec<f64>, f64) {
    let width = trace.samples.len().div_ceil(columns.max(1));
    if width <= 2 {
        return (trace.samples.clone(), trace.rate_hz);
    }
    let mut samples = Vec::with_capacity(2 * columns);
    for part in trace.samples.chunks(width) {
        let order = |one: &usize, other: &usize| part[*one].total_cmp(&part[*other]);
        let low = (0..part.len()).min_by(order).unwrap_or(0);
        let high = (0..part.len()).max_by(order).unwrap_or(0);
        samples.extend([part[low.min(high)], part[low.max(high)]]);
    }
    (samples, trace.rate_hz * 2.0 / width as f64)
}
