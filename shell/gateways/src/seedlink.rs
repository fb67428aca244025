//! SeedLink 3 client (SeisComP, "SeedLink protocol version 3"; libslink): asks a server for
//! stations from where it left off, and takes packets of a sequence number and 512 bytes of
//! miniSEED. What was handed on is remembered by its number, so that nothing is lost or doubled by
//! a broken line.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::Path;
use std::time::Duration;

/// Bytes of a packet: `SL`, six hexadecimal digits, a record.
const PACKET_BYTES: usize = 8 + RECORD_BYTES;
const RECORD_BYTES: usize = 512;
/// Longest line of an answer.
const LINE_BYTES_MAX: usize = 1_024;
/// Longest list of stations that is read.
const CATALOGUE_BYTES_MAX: usize = 1 << 20;
/// Sequence numbers have 24 bits and begin again.
const SEQUENCE_MASK: u32 = 0xFF_FFFF;
/// Waiting before the second try to connect; doubled with each that fails.
const WAIT_FIRST: Duration = Duration::from_secs(1);
/// A packet so far behind the last one of its station, or less, is that one over again; from
/// farther behind, the server has begun to count anew.
const REPEATED_MAX: u32 = 1_000;
/// Longest waiting.
const WAIT_MAX: Duration = Duration::from_secs(300);

/// A station to listen to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wanted {
    /// Network code.
    pub network: String,
    /// Station code.
    pub station: String,
    /// Channels as SeedLink selects them, like `HH?` or `00HHZ.D`; all when empty.
    pub selectors: Vec<String>,
}

/// The last sequence number handed on, by network and station.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Progress(BTreeMap<(String, String), u32>);

/// Why a connection ended.
#[derive(Debug, thiserror::Error)]
pub enum Broken {
    /// The line itself.
    #[error("the connection broke: {0}")]
    Line(#[from] std::io::Error),
    /// The server said no.
    #[error("the server refused `{command}`: {answer}")]
    Refused {
        /// What was asked.
        command: String,
        /// What it said.
        answer: String,
    },
    /// What came is no SeedLink.
    #[error("not a SeedLink 3 packet: {0}")]
    NotAPacket(String),
    /// Whoever takes the records has had enough.
    #[error("stopped")]
    Stopped,
}

/// Whether to go on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Flow {
    /// The record is kept; go on.
    On,
    /// The record is damaged: break off, and ask for it again.
    Again,
    /// The record is not kept; stop.
    Stop,
}

impl Progress {
    /// Reads what [`Progress::save`] wrote; nothing when there is no such file. Lines that cannot
    /// be read are left out: those stations begin with what comes next.
    ///
    /// # Errors
    /// When there is a file and it cannot be read.
    pub fn load(path: &Path) -> std::io::Result<Self> {
        let text = match std::fs::read_to_string(path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            other => other?,
        };
        let entries = text.lines().filter_map(|line| {
            let [network, station, number] = line.split(' ').collect::<Vec<_>>()[..] else {
                return None;
            };
            let number = u32::from_str_radix(number, 16).ok()?;
            Some(((network.to_owned(), station.to_owned()), number & SEQUENCE_MASK))
        });
        Ok(Self(entries.collect()))
    }

    /// Writes the numbers, whole or not at all.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save(&self, path: &Path) -> std::io::Result<()> {
        let lines = self
            .0
            .iter()
            .map(|((network, station), number)| format!("{network} {station} {number:06X}\n"));
        let beside = path.with_extension("new");
        std::fs::write(&beside, lines.collect::<String>())?;
        std::fs::rename(beside, path)
    }

    /// The last number of a station.
    #[must_use]
    pub fn last(&self, network: &str, station: &str) -> Option<u32> {
        self.0.get(&(network.to_owned(), station.to_owned())).copied()
    }

    fn note(&mut self, record: &[u8], number: u32) {
        self.0.insert(station_of(record), number);
    }

    /// Whether a record was handed on before.
    fn repeats(&self, record: &[u8], number: u32) -> bool {
        let last = self.0.get(&station_of(record));
        last.is_some_and(|last| (last.wrapping_sub(number) & SEQUENCE_MASK) < REPEATED_MAX)
    }
}

/// Network and station, where a fixed header of miniSEED 2 has them.
fn station_of(record: &[u8]) -> (String, String) {
    let words = |field: &[u8]| String::from_utf8_lossy(field).trim().to_owned();
    (words(&record[18..20]), words(&record[8..13]))
}

/// The server's list of stations, a line each (`CAT`).
///
/// # Errors
/// When the line breaks or the list does not end.
pub fn catalogue(mut line: impl Read + Write) -> Result<Vec<String>, Broken> {
    line.write_all(b"CAT\r\n")?;
    let mut text = Vec::new();
    while !text.ends_with(b"END") {
        if text.len() == CATALOGUE_BYTES_MAX {
            return Err(Broken::NotAPacket("a list of stations without an end".into()));
        }
        text.push(byte(&mut line)?);
    }
    let text = String::from_utf8_lossy(&text).into_owned();
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && *line != "END");
    Ok(lines.map(str::to_owned).collect())
}

/// Listens on one connection until it ends. `hand` gets each record once; when it has said
/// [`Flow::On`], `progress` remembers it.
///
/// # Errors
/// Always in the end: with why.
pub fn listen(
    mut line: impl Read + Write,
    wanted: &[Wanted],
    progress: &mut Progress,
    hand: &mut impl FnMut(&[u8], &Progress) -> Flow,
) -> Result<(), Broken> {
    ask(&mut line, wanted, progress)?;
    let mut packet = [0; PACKET_BYTES];
    loop {
        line.read_exact(&mut packet[..8])?;
        // A server that has no more says so instead of a packet.
        if packet.starts_with(b"END") || packet.starts_with(b"ERROR") {
            let answer = String::from_utf8_lossy(&packet[..8]).trim().to_owned();
            return Err(Broken::Refused { command: "END".into(), answer });
        }
        line.read_exact(&mut packet[8..])?;
        let (head, record) = packet.split_at(8);
        // Answers to INFO have no number; they are no data.
        if head.starts_with(b"SLINFO") {
            continue;
        }
        let number = sequence(head)?;
        if progress.repeats(record, number) {
            continue;
        }
        let mut next = progress.clone();
        next.note(record, number);
        match hand(record, &next) {
            Flow::On => *progress = next,
            Flow::Again => {
                return Err(Broken::NotAPacket(format!("record {number:06X} is damaged")));
            }
            Flow::Stop => return Err(Broken::Stopped),
        }
    }
}

/// Listens for ever: connects, listens, and after a break waits longer each time until data flow
/// again. `connect` and `wait` are the world's: a TCP stream with a read timeout, a sleep.
pub fn follow<L: Read + Write>(
    mut connect: impl FnMut() -> std::io::Result<L>,
    mut wait: impl FnMut(Duration, &Broken),
    wanted: &[Wanted],
    progress: &mut Progress,
    hand: &mut impl FnMut(&[u8], &Progress) -> Flow,
) {
    let mut pause = WAIT_FIRST;
    loop {
        let mut flowed = false;
        let mut count = |record: &[u8], progress: &Progress| {
            flowed = true;
            hand(record, progress)
        };
        let outcome = connect()
            .map_err(Broken::from)
            .and_then(|line| listen(line, wanted, progress, &mut count));
        match outcome {
            Err(Broken::Stopped) | Ok(()) => return,
            Err(broken) => {
                pause = if flowed { WAIT_FIRST } else { pause };
                wait(pause, &broken);
                pause = (2 * pause).min(WAIT_MAX);
            }
        }
    }
}

/// Says hello and asks for every station, from behind the last packet where there is one.
fn ask(
    line: &mut (impl Read + Write),
    wanted: &[Wanted],
    progress: &Progress,
) -> Result<(), Broken> {
    line.write_all(b"HELLO\r\n")?;
    let hello = answer(line)?;
    answer(line)?;
    if !hello.starts_with("SeedLink v3") {
        return Err(Broken::Refused { command: "HELLO".into(), answer: hello });
    }
    for one in wanted {
        command(line, &format!("STATION {} {}", one.station, one.network))?;
        for selector in &one.selectors {
            command(line, &format!("SELECT {selector}"))?;
        }
        let data = match progress.last(&one.network, &one.station) {
            Some(last) => format!("DATA {:06X}", (last + 1) & SEQUENCE_MASK),
            None => "DATA".to_owned(),
        };
        command(line, &data)?;
    }
    line.write_all(b"END\r\n")?;
    Ok(())
}

fn command(line: &mut (impl Read + Write), words: &str) -> Result<(), Broken> {
    line.write_all(format!("{words}\r\n").as_bytes())?;
    let answer = answer(line)?;
    let refuse = || Broken::Refused { command: words.to_owned(), answer: answer.clone() };
    answer.eq_ignore_ascii_case("OK").then_some(()).ok_or_else(refuse)
}

fn byte(line: &mut impl Read) -> std::io::Result<u8> {
    let mut byte = [0];
    line.read_exact(&mut byte)?;
    Ok(byte[0])
}

/// A line of an answer without its end.
fn answer(line: &mut impl Read) -> Result<String, Broken> {
    let mut text = Vec::new();
    loop {
        match byte(line)? {
            b'\n' => return Ok(String::from_utf8_lossy(&text).trim().to_owned()),
            _ if text.len() == LINE_BYTES_MAX => {
                return Err(Broken::NotAPacket("an answer without an end".into()));
            }
            other => text.push(other),
        }
    }
}

fn sequence(head: &[u8]) -> Result<u32, Broken> {
    let digits = head.strip_prefix(b"SL").and_then(|digits| str::from_utf8(digits).ok());
    let number = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
    number.ok_or_else(|| Broken::NotAPacket(String::from_utf8_lossy(head).into_owned()))
}
