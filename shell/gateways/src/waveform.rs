//! Records put together: stretches without gaps, handed on in pieces so that a file of any length
//! takes no more memory than its channels.

mod ascii;

use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::ops::Range;

use kernel::{Duration, Problem, Time};
use signal::{ChannelName, Trace};

use crate::miniseed::{self, Header, Record, Records};
use crate::reading::Fault;
use crate::sac;

/// Most problems kept one by one; the rest are counted.
pub const PROBLEMS_MAX: usize = 1_000;
/// Most channels of a file: a network of thousands of instruments has a third of this.
pub const CHANNELS_MAX: usize = 30_000;
/// Most stretches of a channel that are remembered to tell what is repeated; then the earliest goes.
const STRETCHES_MAX: usize = 1_000_000;
/// Largest relative difference between two rates that are the same.
const RATE_TOLERANCE: f64 = 1e-4;

/// How long the pieces are.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct PieceSize {
    /// New samples in a piece.
    pub fresh: usize,
    /// How much of the piece before stands at the front again so that filters settle, seconds.
    pub lead_s: f64,
}

impl PieceSize {
    /// Every stretch in one piece.
    pub const WHOLE: Self = Self { fresh: usize::MAX / 4, lead_s: 0.0 };
}

/// A part of a stretch without gaps.
#[derive(Clone, PartialEq, Debug)]
pub struct Piece {
    /// The samples, those that stood in the piece before included.
    pub trace: Trace,
    /// How many samples at the front stood in the piece before.
    pub lead: usize,
    /// Whether more of the same stretch may follow.
    pub goes_on: bool,
}

/// What is wrong with the records, and what they say of their clocks.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Account {
    /// The first problems; `line` is the number of the record.
    pub problems: Vec<Problem>,
    /// All problems, those not kept too.
    pub problem_count: u64,
    /// Records read.
    pub records: u64,
    /// Lowest timing quality that any record states, %, by channel.
    pub timing_percent: BTreeMap<ChannelName, u8>,
    /// Longitude, latitude (degrees) and height (metres) of channels whose files state them.
    pub places: BTreeMap<ChannelName, [f64; 3]>,
}

impl Account {
    /// Adds a problem.
    pub fn add(&mut self, problem: Problem) {
        self.problem_count += 1;
        if self.problems.len() < PROBLEMS_MAX {
            self.problems.push(problem);
        }
    }
}

/// One channel as it comes in.
struct Open {
    trace: Trace,
    /// Where the stretch began, and how many of its samples stood in pieces handed on and gone.
    origin: Time,
    gone: u64,
    lead: usize,
    /// Stretches taken in so far, first sample to the one after the last; none overlap.
    taken: BTreeMap<Time, Time>,
}

/// What a file is, by how it begins.
enum Kind {
    Sac,
    Ascii,
    MiniSeed,
}

/// The first bytes of a source, enough to tell what it is, and the source with them in front again.
fn opened<R: Read>(mut source: R) -> std::io::Result<(Kind, Vec<u8>, impl Read)> {
    let mut first = Vec::new();
    source.by_ref().take(sac::HEADER_BYTES as u64).read_to_end(&mut first)?;
    let kind = if first.starts_with(b"TIMESERIES") {
        Kind::Ascii
    } else if sac::begins(&first) {
        Kind::Sac
    } else {
        Kind::MiniSeed
    };
    Ok((kind, first.clone(), Cursor::new(first).chain(source)))
}

/// Reads miniSEED, SAC or ASCII time series from `source`, told apart by how they begin, handing
/// on pieces of `size` as they are full. Memory is bounded by the number of channels times a piece.
///
/// # Errors
/// When the source itself cannot be read.
pub fn read(
    source: impl Read,
    size: PieceSize,
    hand: &mut impl FnMut(Piece),
) -> std::io::Result<Account> {
    read_wanted(source, &|_| true, size, hand)
}

/// As [`read`]; of miniSEED only the records that are wanted are unpacked.
///
/// # Errors
/// When the source itself cannot be read.
pub fn read_wanted(
    source: impl Read,
    wanted: &dyn Fn(&Header) -> bool,
    size: PieceSize,
    hand: &mut impl FnMut(Piece),
) -> std::io::Result<Account> {
    let (kind, _, source) = opened(source)?;
    let mut assembler = Assembler::new(size);
    match kind {
        Kind::Sac => sac::read(source, &mut assembler, hand)?,
        Kind::Ascii => ascii::read(source, &mut assembler, hand)?,
        Kind::MiniSeed => assembler.records(source, wanted, hand)?,
    }
    Ok(assembler.finish(hand))
}

/// Whether bytes begin as waveforms do that [`read`] can read.
#[must_use]
pub fn begins(head: &[u8]) -> bool {
    head.starts_with(b"TIMESERIES ") || sac::begins(head) || miniseed::begins(head)
}

/// Reads one part of a miniSEED file that was cut at the ends of records. `lead` stood in the part
/// before and is read for what filters need of it; `goes_on` says that another part follows.
/// Whatever is not miniSEED is never cut, and read as by [`read`].
///
/// # Errors
/// When the source itself cannot be read; bytes in memory always can.
pub fn read_part(
    [lead, fresh]: [&[u8]; 2],
    goes_on: bool,
    size: PieceSize,
    hand: &mut impl FnMut(Piece),
) -> std::io::Result<Account> {
    if lead.is_empty() && !goes_on {
        return read(fresh, size, hand);
    }
    let mut assembler = Assembler::new(size);
    assembler.records(lead, &|_| true, &mut |_| {})?;
    assembler.lead_ends();
    assembler.records(fresh, &|_| true, hand)?;
    Ok(if goes_on { assembler.pause(hand) } else { assembler.finish(hand) })
}

/// When the first record of a source begins.
///
/// # Errors
/// When the source itself cannot be read.
pub fn first_time(source: impl Read) -> std::io::Result<Option<Time>> {
    let (kind, first, source) = opened(source)?;
    match kind {
        Kind::Sac => Ok(sac::header(&first).ok().map(|header| header.start)),
        Kind::Ascii => {
            Ok(ascii::first_time(first.split(|byte| *byte == b'\n').next().unwrap_or(&first)))
        }
        Kind::MiniSeed => {
            let mut records = Records::new(source);
            loop {
                match records.next_record()? {
                    Some(Ok(record)) => return Ok(Some(record.header.start)),
                    Some(Err(_)) => {}
                    None => return Ok(None),
                }
            }
        }
    }
}

/// Puts records together by channel.
pub struct Assembler {
    size: PieceSize,
    open: BTreeMap<ChannelName, Open>,
    samples: Vec<f64>,
    /// What was found on the way.
    pub account: Account,
}

impl Assembler {
    /// Hands on pieces of `size`.
    #[must_use]
    pub fn new(size: PieceSize) -> Self {
        Self { size, open: BTreeMap::new(), samples: Vec::new(), account: Account::default() }
    }

    /// Takes in miniSEED records to the end of `source`.
    fn records(
        &mut self,
        source: impl Read,
        wanted: &dyn Fn(&Header) -> bool,
        hand: &mut impl FnMut(Piece),
    ) -> std::io::Result<()> {
        let mut records = Records::new(source);
        while let Some(next) = records.next_record()? {
            match next {
                Ok(record) if !wanted(&record.header) => {}
                Ok(record) => self.record(&record, hand),
                Err(problem) => self.account.add(problem),
            }
        }
        Ok(())
    }

    /// What was taken in so far was handed on by somebody else: it is only to go before the rest.
    fn lead_ends(&mut self) {
        self.account = Account::default();
        self.open.values_mut().for_each(|open| open.lead = open.trace.samples.len());
    }

    /// Hands on what is left, where more is to come elsewhere; of a channel that gave nothing since
    /// its lead, nothing is expected.
    pub fn pause(mut self, hand: &mut impl FnMut(Piece)) -> Account {
        for open in self.open.values_mut() {
            let goes_on = open.trace.samples.len() > open.lead;
            if let Some(piece) = open.close() {
                hand(Piece { goes_on, ..piece });
            }
        }
        self.account
    }

    /// Takes in one miniSEED record.
    pub fn record(&mut self, record: &Record<'_>, hand: &mut impl FnMut(Piece)) {
        self.account.records += 1;
        let number = record.number;
        let header = &record.header;
        self.note_clock(number, header);
        if header.count == 0 || header.rate_hz <= 0.0 {
            return;
        }
        // The usual case: the record goes on where the last one ended, and is unpacked in place.
        if let Some(open) = self.open.get_mut(&header.name)
            && open.takes(header, self.size)
        {
            match record.unpack(&mut open.trace.samples) {
                Ok(()) => open.grown(),
                Err(fault) => self.account.add(named(&header.name, fault).at(number)),
            }
            return;
        }
        let mut samples = std::mem::take(&mut self.samples);
        samples.clear();
        match record.unpack(&mut samples) {
            Ok(()) => {
                self.samples(number, &header.name, header.start, header.rate_hz, &samples, hand);
            }
            Err(fault) => self.account.add(named(&header.name, fault).at(number)),
        }
        self.samples = samples;
    }

    fn note_clock(&mut self, number: u64, header: &Header) {
        let mut say = |code, words: &str| {
            self.account.add(named(&header.name, Fault::new(code, words)).at(number));
        };
        if header.time_questionable {
            say("clock-questionable", "the record calls its own time questionable");
        }
        if header.leap_second {
            say(
                "leap-second",
                "a leap second falls into the record; times behind it may be 1 s off",
            );
        }
        if let Some(percent) = header.timing_percent {
            let lowest = &mut self.account.timing_percent;
            if lowest.len() < CHANNELS_MAX || lowest.contains_key(&header.name) {
                let lowest = lowest.entry(header.name.clone()).or_insert(percent);
                *lowest = percent.min(*lowest);
            }
        }
    }

    /// Takes in samples of a channel that begin at `start`; `number` tells them in problems.
    pub fn samples(
        &mut self,
        number: u64,
        name: &ChannelName,
        start: Time,
        rate_hz: f64,
        samples: &[f64],
        hand: &mut impl FnMut(Piece),
    ) {
        let size = self.size;
        if !self.open.contains_key(name) {
            if self.open.len() == CHANNELS_MAX {
                let reason = format!("{name} is one more than {CHANNELS_MAX}; it is left out");
                self.account.add(Problem::new(number, "channels-too-many", reason));
                return;
            }
            self.open.insert(name.clone(), Open::empty(name, start, rate_hz));
        }
        let Some(open) = self.open.get_mut(name) else { return };
        let (fresh, fault) = open.place(start, rate_hz, samples.len());
        if let Some(fault) = fault {
            self.account.add(named(name, fault).at(number));
        }
        let new = samples.get(fresh.clone()).unwrap_or_default();
        if new.is_empty() {
            return;
        }
        let begin = start + Duration((fresh.start as f64 / rate_hz * 1e6).round() as i64);
        if !open.continues(begin, rate_hz) {
            open.close().map(&mut *hand);
            open.begin(begin, rate_hz);
        }
        open.take(new, size, hand);
    }

    /// Hands on what is left.
    pub fn finish(mut self, hand: &mut impl FnMut(Piece)) -> Account {
        for open in self.open.values_mut() {
            open.close().map(&mut *hand);
        }
        self.account
    }
}

fn named(name: &ChannelName, fault: Fault) -> Fault {
    Fault { reason: format!("{name}: {}", fault.reason), ..fault }
}

impl Open {
    fn empty(name: &ChannelName, start: Time, rate_hz: f64) -> Self {
        let trace = Trace { name: name.clone(), start, rate_hz, samples: Vec::new() };
        Self { trace, origin: start, gone: 0, lead: 0, taken: BTreeMap::new() }
    }

    /// Which of a record's samples are new, and what is wrong with where it lies.
    fn place(&self, start: Time, rate_hz: f64, count: usize) -> (Range<usize>, Option<Fault>) {
        let half = Duration((5e5 / rate_hz) as i64);
        let samples_to = |moment: Time| {
            let samples = ((moment - start).as_seconds() * rate_hz).round();
            (samples.max(0.0) as usize).min(count)
        };
        let before = self.taken.range(..=start + half).next_back();
        let behind = self.taken.range(start + half + Duration(1)..).next();
        let from = before.map_or(0, |(_, until)| samples_to(*until));
        let to = behind.map_or(count, |(begun, _)| samples_to(*begun)).max(from);
        if to - from < count {
            let known = count - (to - from);
            let reason = format!("{known} of {count} samples from {start} on stand there already");
            return (from..to, Some(Fault::new("samples-repeated", reason)));
        }
        (0..count, self.step(start, rate_hz, half))
    }

    /// What is odd about a record that begins at `start`, all of it new.
    fn step(&self, start: Time, rate_hz: f64, half: Duration) -> Option<Fault> {
        let (due, before_hz) = (self.trace.end(), self.trace.rate_hz);
        if self.trace.samples.is_empty() || self.continues(start, rate_hz) {
            None
        } else if !same_rate(rate_hz, before_hz) {
            let reason = format!("from {before_hz} to {rate_hz} samples a second at {start}");
            Some(Fault::new("rate-changed", reason))
        } else if start > due + half {
            let length_s = (start - due).as_seconds();
            let reason = format!("nothing from {due} to {start}, {length_s:.4} s");
            Some(Fault::new("gap", reason))
        } else {
            Some(Fault::new("records-out-of-order", format!("{start} comes after {due}")))
        }
    }

    fn continues(&self, begin: Time, rate_hz: f64) -> bool {
        let off_us = (begin - self.trace.end()).0.abs() as f64;
        // Times are rounded to the microsecond on both sides.
        let in_step = off_us <= 5e5 / rate_hz + 1.0;
        !self.trace.samples.is_empty() && same_rate(rate_hz, self.trace.rate_hz) && in_step
    }

    /// Whether a record goes on right behind, all of it new and within the piece.
    fn takes(&self, header: &Header, size: PieceSize) -> bool {
        let room = size.fresh.max(1) + self.lead - self.trace.samples.len();
        let latest = self.taken.keys().next_back() == Some(&self.origin);
        latest && header.count < room && self.continues(header.start, header.rate_hz)
    }

    /// Notes how far the stretch reaches now.
    fn grown(&mut self) {
        self.taken.insert(self.origin, self.trace.end());
        if self.taken.len() > STRETCHES_MAX {
            self.taken.pop_first();
        }
    }

    fn begin(&mut self, start: Time, rate_hz: f64) {
        (self.trace.start, self.trace.rate_hz) = (start, rate_hz);
        (self.origin, self.gone, self.lead) = (start, 0, 0);
    }

    fn take(&mut self, mut new: &[f64], size: PieceSize, hand: &mut impl FnMut(Piece)) {
        while !new.is_empty() {
            let room = size.fresh.max(1) + self.lead - self.trace.samples.len();
            let (now, later) = new.split_at(room.min(new.len()));
            self.trace.samples.extend_from_slice(now);
            self.grown();
            new = later;
            if now.len() == room {
                self.hand_on(size.lead_s, hand);
            }
        }
    }

    fn hand_on(&mut self, lead_s: f64, hand: &mut impl FnMut(Piece)) {
        let lead = (lead_s * self.trace.rate_hz).ceil() as usize;
        let gone = self.trace.samples.len().saturating_sub(lead);
        let kept = self.trace.samples[gone..].to_vec();
        let samples = std::mem::replace(&mut self.trace.samples, kept);
        hand(Piece {
            trace: Trace { samples, ..self.trace.clone() },
            lead: self.lead,
            goes_on: true,
        });
        self.gone += gone as u64;
        self.lead = self.trace.samples.len();
        // From the origin, so that roundings do not add up.
        let since_s = self.gone as f64 / self.trace.rate_hz;
        self.trace.start = self.origin + Duration((since_s * 1e6).round() as i64);
    }

    fn close(&mut self) -> Option<Piece> {
        let samples = std::mem::take(&mut self.trace.samples);
        let lead = std::mem::take(&mut self.lead);
        let trace = Trace { samples, ..self.trace.clone() };
        (!trace.samples.is_empty()).then_some(Piece { trace, lead, goes_on: false })
    }
}

fn same_rate(one_hz: f64, other_hz: f64) -> bool {
    (one_hz / other_hz - 1.0).abs() <= RATE_TOLERANCE
}
