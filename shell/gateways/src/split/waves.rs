//! miniSEED cut at the ends of records; a part begins with the last minute of every channel of the
//! part before, so that its filters have settled where it goes on.

use std::collections::{BTreeMap, VecDeque};
use std::io::{self, Read};
use std::ops::Range;

use kernel::{Duration, Time};
use signal::ChannelName;

use super::Part;
use crate::miniseed::{Header, RECORD_BYTES_MAX, Records};
use crate::onsets::Seam;
use crate::picker::Picking;

/// The parts of a miniSEED file, in order.
#[derive(Debug)]
pub struct Waves<R> {
    input: R,
    part_bytes: usize,
    /// What is repeated of the part before, and what has been read behind it.
    buffer: Vec<u8>,
    lead: usize,
    ended: bool,
    /// Records in the parts so far.
    number: u64,
}

/// The last records of a channel in a part: when each ends, and where it lies.
#[derive(Default)]
struct Tail {
    records: VecDeque<(Time, Range<usize>)>,
    fresh: bool,
}

impl<R: Read> Waves<R> {
    /// Begins to split `input`, the first bytes of which stand in `buffer`.
    pub fn new(input: R, buffer: Vec<u8>, part_bytes: usize) -> Self {
        Self { input, part_bytes, buffer, lead: 0, ended: false, number: 0 }
    }

    /// The next part.
    pub fn part(&mut self) -> io::Result<Option<Part>> {
        self.fill()?;
        if self.buffer.len() == self.lead {
            return Ok(None);
        }
        let (cut, number, tails) = self.scan()?;
        let goes_on = !self.ended || cut < self.buffer.len();
        let mut later = if goes_on { self.repeated(tails) } else { Vec::new() };
        let lead = std::mem::replace(&mut self.lead, later.len());
        later.extend_from_slice(&self.buffer[cut..]);
        let mut bytes = std::mem::replace(&mut self.buffer, later);
        bytes.truncate(cut);
        let seam = Seam { lead, goes_on, stations: vec![] };
        let first_line = self.number + 1;
        self.number += number;
        Ok(Some(Part { bytes, header: seam.header(), first_line, problems: Vec::new() }))
    }

    /// Sees to it that the part and one record more stand in the buffer, unless the input ends.
    fn fill(&mut self) -> io::Result<()> {
        let wanted = self.lead + self.part_bytes + RECORD_BYTES_MAX + 1;
        let room = wanted.saturating_sub(self.buffer.len());
        if room > 0 && !self.ended {
            let read = self.input.by_ref().take(room as u64).read_to_end(&mut self.buffer)?;
            self.ended = read < room;
        }
        Ok(())
    }

    /// Where the part ends, how many records are new in it, and how its channels end.
    fn scan(&self) -> io::Result<(usize, u64, BTreeMap<ChannelName, Tail>)> {
        let lead_s = Picking::default().lead_s();
        let mut tails: BTreeMap<ChannelName, Tail> = BTreeMap::new();
        let mut records = Records::new(&self.buffer[..]);
        let mut before = 0;
        while let Some(next) = records.next_record()? {
            let header = next.ok().map(|record| record.header);
            let end = records.offset() as usize;
            if end <= self.lead {
                before = records.number();
            }
            if let Some(header) = header.filter(|header| header.rate_hz > 0.0) {
                tails.entry(header.name.clone()).or_default().push(&header, end, lead_s, self.lead);
            }
            if end >= self.lead + self.part_bytes {
                return Ok((end, records.number() - before, tails));
            }
        }
        Ok((self.buffer.len(), records.number() - before, tails))
    }

    /// The records that the next part begins with: nothing where they would be half of it.
    fn repeated(&self, tails: BTreeMap<ChannelName, Tail>) -> Vec<u8> {
        let fresh = tails.into_values().filter(|tail| tail.fresh);
        let mut ranges: Vec<Range<usize>> =
            fresh.flat_map(|tail| tail.records).map(|(_, range)| range).collect();
        ranges.sort_by_key(|range| range.start);
        let total: usize = ranges.iter().map(Range::len).sum();
        if total > self.part_bytes / 2 {
            return Vec::new();
        }
        ranges.into_iter().flat_map(|range| &self.buffer[range]).copied().collect()
    }
}

impl Tail {
    fn push(&mut self, header: &Header, end: usize, lead_s: f64, lead: usize) {
        let length_s = header.count as f64 / header.rate_hz;
        let ends = header.start + Duration((length_s * 1e6).round() as i64);
        self.fresh |= end > lead;
        self.records.push_back((ends, end.saturating_sub(header.length)..end));
        let needed = ends - Duration((lead_s * 1e6) as i64);
        while self.records.front().is_some_and(|(ends, _)| *ends <= needed) {
            self.records.pop_front();
        }
    }
}
