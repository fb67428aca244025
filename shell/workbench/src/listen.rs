//! A SeedLink server listened to: records kept, onsets picked as they come, and after a break, or a
//! run that was ended, on with the very next record.

mod kept;

use std::fs::File;
use std::io::Write as _;
use std::net::{TcpStream, ToSocketAddrs as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Args;
use gateways::miniseed::Records;
use gateways::picker::{Found, Groups, Picking, station};
use gateways::seedlink::{Broken, Flow, Progress, Wanted, follow};
use gateways::stationxml::{self, Inventory};
use gateways::waveform::{Assembler, Piece, PieceSize};

use crate::Error;
use crate::pick::table;
use kept::Kept;

/// New samples in a piece: what an onset waits for beside its own measures, 10 s at 100 Hz.
const PIECE_SAMPLES: usize = 1_000;
/// A server that says nothing for so long is asked anew.
const SILENCE_MAX: Duration = Duration::from_secs(120);
/// How often the numbers are written down.
const SAVED_EVERY: Duration = Duration::from_secs(1);

/// Listen to a SeedLink server.
#[derive(Args, Debug)]
pub struct Listen {
    /// The server.
    #[arg(long, value_name = "HOST:PORT")]
    pub seedlink: String,
    /// A station, `NET.STA`, or with the channels wanted, `NET.STA:HH?,HN?`; may be given often.
    #[arg(long = "station", required = true, value_name = "NET.STA", value_parser = wanted)]
    pub stations: Vec<Wanted>,
    /// Remembers the last record of each station: a later run goes on behind it.
    #[arg(long, value_name = "FILE")]
    pub state: PathBuf,
    /// Folder to keep the records in, a miniSEED file a station and day.
    #[arg(long, value_name = "DIR", required_unless_present = "picks")]
    pub out: Option<PathBuf>,
    /// CSV of onsets to append to; `-` is standard output. An onset is told when its measures are
    /// complete, some 45 s behind it.
    #[arg(long, value_name = "CSV")]
    pub picks: Option<PathBuf>,
    /// StationXML: amplitudes become those of the ground, directions are put right.
    #[arg(long, value_name = "XML")]
    pub stationxml: Option<PathBuf>,
    /// End after so many records.
    #[arg(long)]
    pub records: Option<u64>,
    /// Longest wait before connecting again, seconds.
    #[arg(long, default_value_t = 300)]
    pub wait_s_max: u64,
}

fn wanted(word: &str) -> Result<Wanted, String> {
    let (name, selectors) = word.split_once(':').unwrap_or((word, ""));
    let (network, station) = name.split_once('.').ok_or("it is NET.STA, like GE.APE")?;
    let sound = |code: &str, most| (1..=most).contains(&code.len()) && code.is_ascii();
    if !sound(network, 2) || !sound(station, 5) {
        return Err("a network has one or two letters, a station one to five".to_owned());
    }
    let selectors = selectors.split(',').filter(|one| !one.is_empty()).map(str::to_owned);
    Ok(Wanted {
        network: network.to_owned(),
        station: station.to_owned(),
        selectors: selectors.collect(),
    })
}

/// Listen to a SeedLink server.
pub fn listen(words: &Listen) -> Result<(), Error> {
    let failed = |what, path: &Path| {
        let path = path.to_owned();
        move |error| Error::file(what, &path, &error)
    };
    let mut progress = Progress::load(&words.state).map_err(failed("read", &words.state))?;
    let inventory = words.stationxml.as_deref().map(read_stations).transpose()?;
    let inventory = inventory.unwrap_or_default();
    let picking = Picking::default();
    let mut taking = Taking {
        words,
        kept: words.out.as_deref().map(Kept::open).transpose()?,
        picker: Picker::new(&picking, &inventory, words.picks.as_deref())?,
        damaged: None,
        taken: 0,
        saved: Instant::now(),
        failure: None,
    };
    if let Some(kept) = &taking.kept {
        kept.lead(words.stations.as_slice(), &mut |record| taking.picker.lead(record))?;
    }
    let wait = |pause: Duration, broken: &Broken| {
        let pause = pause.min(Duration::from_secs(words.wait_s_max));
        eprintln!("{broken}; connecting again in {} s", pause.as_secs());
        std::thread::sleep(pause);
    };
    let connect = || connect(&words.seedlink);
    let mut last = progress.clone();
    follow(connect, wait, &words.stations, &mut progress, &mut |record, next| {
        let flow = taking.take(record, next);
        if flow == Flow::On {
            last = next.clone();
            // The last one wanted is kept before the listening ends.
            if words.records.is_some_and(|most| taking.taken >= most) {
                return Flow::Stop;
            }
        }
        flow
    });
    let Taking { failure, taken, picker, .. } = taking;
    picker.finish()?;
    last.save(&words.state).map_err(failed("write", &words.state))?;
    eprintln!("{taken} records");
    failure.map_or(Ok(()), Err)
}

fn connect(server: &str) -> std::io::Result<TcpStream> {
    let mut failure = std::io::Error::other("the name stands for no address");
    for address in server.to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, Duration::from_secs(20)) {
            Ok(line) => {
                line.set_read_timeout(Some(SILENCE_MAX))?;
                return Ok(line);
            }
            Err(error) => failure = error,
        }
    }
    Err(failure)
}

fn read_stations(path: &Path) -> Result<Inventory, Error> {
    let file = File::open(path).map_err(|error| Error::file("open", path, &error))?;
    let (inventory, problems) = stationxml::read(std::io::BufReader::new(file));
    for problem in problems.iter().take(5) {
        eprintln!("{}: {}, channel {}", problem.code, problem.reason, problem.line);
    }
    Ok(inventory)
}

/// What is done with each record.
struct Taking<'a> {
    words: &'a Listen,
    kept: Option<Kept>,
    picker: Picker<'a>,
    /// The record that was asked for again.
    damaged: Option<Progress>,
    taken: u64,
    saved: Instant,
    failure: Option<Error>,
}

impl Taking<'_> {
    fn take(&mut self, record: &[u8], next: &Progress) -> Flow {
        if !is_sound(record) && self.damaged.as_ref() != Some(next) {
            // Cut short on its way, perhaps: a second time it is taken for what it is.
            self.damaged = Some(next.clone());
            return Flow::Again;
        }
        match self.keep(record, next) {
            Ok(()) => Flow::On,
            Err(error) => {
                self.failure = Some(error);
                Flow::Stop
            }
        }
    }

    fn keep(&mut self, record: &[u8], next: &Progress) -> Result<(), Error> {
        let fresh = match &mut self.kept {
            Some(kept) => kept.add(record)?,
            None => true,
        };
        if fresh {
            self.taken += 1;
            self.picker.add(record)?;
        }
        if self.saved.elapsed() >= SAVED_EVERY {
            let path = &self.words.state;
            next.save(path).map_err(|error| Error::file("write", path, &error))?;
            self.saved = Instant::now();
        }
        Ok(())
    }
}

/// Whether the bytes are one record whose samples can all be read.
fn is_sound(bytes: &[u8]) -> bool {
    let mut records = Records::new(bytes);
    let sound = match records.next_record() {
        Ok(Some(Ok(record))) => {
            record.header.count == 0 || record.unpack(&mut Vec::<f64>::new()).is_ok()
        }
        _ => false,
    };
    sound && records.offset() == bytes.len() as u64
}

/// Onsets as they come.
struct Picker<'a> {
    picking: &'a Picking,
    assembler: Assembler,
    groups: Groups<'a>,
    out: Option<Box<dyn std::io::Write>>,
    /// Onsets told before, by this run or an earlier one: the last of each station.
    told: Vec<(String, kernel::Time)>,
    number: usize,
}

impl<'a> Picker<'a> {
    fn new(
        picking: &'a Picking,
        inventory: &'a Inventory,
        path: Option<&Path>,
    ) -> Result<Self, Error> {
        let size = PieceSize { fresh: PIECE_SAMPLES, lead_s: picking.lead_s() };
        let mut picker = Self {
            picking,
            assembler: Assembler::new(size),
            groups: Groups::new(picking, inventory, None),
            out: None,
            told: Vec::new(),
            number: 0,
        };
        if let Some(path) = path {
            picker.open(path)?;
        }
        Ok(picker)
    }

    /// Goes on behind the onsets that the file holds.
    fn open(&mut self, path: &Path) -> Result<(), Error> {
        if path.as_os_str() == "-" {
            self.out = Some(Box::new(std::io::stdout()));
            return self.write(&format!("{}\n", table::HEADER));
        }
        let failed = |error| Error::file("write", path, &error);
        let text = match std::fs::read_to_string(path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            other => other.map_err(|error| Error::file("read", path, &error))?,
        };
        for row in text.lines().skip(1) {
            let cells: Vec<&str> = row.split(',').collect();
            if let (Some(channel), Some(Ok(time))) =
                (cells.get(6), cells.get(5).map(|time| time.parse()))
            {
                self.told.push(((*channel).to_owned(), time));
            }
        }
        self.number = text.lines().count().saturating_sub(1);
        let file = File::options().create(true).append(true).open(path).map_err(failed)?;
        self.out = Some(Box::new(file));
        if text.is_empty() { self.write(&format!("{}\n", table::HEADER)) } else { Ok(()) }
    }

    fn write(&mut self, text: &str) -> Result<(), Error> {
        let Some(out) = &mut self.out else { return Ok(()) };
        let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
        written.map_err(|error| Error::file("write", Path::new("the onsets"), &error))
    }

    /// A record that an earlier run took in: filters go on from it.
    fn lead(&mut self, record: &[u8]) {
        if self.out.is_some() {
            self.feed(record);
        }
    }

    fn add(&mut self, record: &[u8]) -> Result<(), Error> {
        if self.out.is_none() {
            return Ok(());
        }
        self.feed(record);
        let found = self.groups.take();
        self.tell(&found)
    }

    fn feed(&mut self, record: &[u8]) {
        let Self { assembler, groups, .. } = self;
        let mut hand = |piece: Piece| groups.add(piece);
        let mut records = Records::new(record);
        match records.next_record() {
            Ok(Some(Ok(record))) => assembler.record(&record, &mut hand),
            Ok(Some(Err(problem))) => eprintln!("{}: {}", problem.code, problem.reason),
            _ => {}
        }
        for problem in std::mem::take(&mut assembler.account).problems {
            eprintln!("{}: {}", problem.code, problem.reason);
        }
    }

    fn tell(&mut self, found: &[Found]) -> Result<(), Error> {
        for one in found {
            let channel = one.name.to_string();
            let again = |(name, time): &(String, kernel::Time)| {
                *name == channel
                    && (*time - one.time).as_seconds().abs() <= 0.5 * self.picking.short_s
            };
            if self.told.iter().any(again) {
                continue;
            }
            let row = format!("{}\n", table::row(self.number, one));
            self.write(&row)?;
            self.number += 1;
            // What is long past cannot come again.
            let old = one.time - kernel::Duration::seconds(3_600);
            let here = station(&one.name);
            self.told.retain(|(name, time)| *time > old || !name.starts_with(&here));
            self.told.push((channel, one.time));
        }
        Ok(())
    }

    /// Tells what is still to be told.
    fn finish(mut self) -> Result<(), Error> {
        let Self { picking, .. } = self;
        let size = PieceSize { fresh: PIECE_SAMPLES, lead_s: picking.lead_s() };
        let assembler = std::mem::replace(&mut self.assembler, Assembler::new(size));
        let groups = &mut self.groups;
        // More comes in the next run, which begins with the end of this one.
        assembler.pause(&mut |piece| groups.add(piece));
        let found = self.groups.take();
        self.tell(&found)
    }
}
