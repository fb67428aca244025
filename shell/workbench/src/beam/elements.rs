//! The elements of an array out of waveform files: one trace each, all beginning at one moment.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;

use gateways::stationxml::{self, Inventory};
use gateways::waveform::{self, PieceSize};
use kernel::{Place, Time};
use signal::{ChannelName, Trace};

use super::Beam;
use crate::{Error, Unread};

/// Most samples held of all elements together: a day of eleven elements at 100 a second.
const SAMPLES_MAX: usize = 100_000_000;
/// Samples taken in at a time.
const PIECE: PieceSize = PieceSize { fresh: 1 << 20, lead_s: 0.0 };
/// Largest relative difference between rates that are the same.
const RATE_TOLERANCE: f64 = 1e-4;
const PROBLEMS_SHOWN: usize = 20;

/// An element with its place; samples that are missing are not numbers.
pub struct Placed {
    pub name: String,
    pub place: Place,
    pub samples: Vec<f64>,
}

/// An array.
pub struct Array {
    /// Network and stations' common beginning.
    pub name: String,
    pub middle: Place,
    pub start: Time,
    pub rate_hz: f64,
    pub elements: Vec<Placed>,
}

/// Reads all files; what cannot be used is named on standard error.
pub fn read(words: &Beam, unread: &mut Unread) -> Result<Array, Error> {
    let (mut traces, mut places) = (BTreeMap::<ChannelName, Vec<Trace>>::new(), BTreeMap::new());
    let inventory = inventory(words)?;
    let mut count = 0;
    for path in &words.files {
        let opened = File::open(path).map_err(|error| Error::file("read", path, &error));
        let Some(file) = unread.note(opened) else { continue };
        let account = waveform::read(file, PIECE, &mut |piece| {
            let samples = piece.trace.samples.len();
            if count + samples <= SAMPLES_MAX {
                traces.entry(piece.trace.name.clone()).or_default().push(piece.trace);
            }
            count += samples;
        });
        let account = account.map_err(|error| Error::file("read", path, &error));
        let Some(account) = unread.note(account) else { continue };
        for problem in account.problems.iter().take(PROBLEMS_SHOWN) {
            eprintln!("{}:{}: {}: {}", path.display(), problem.line, problem.code, problem.reason);
        }
        if account.records == 0 {
            eprintln!("{} holds no record that could be read", path.display());
        }
        places.extend(account.places);
    }
    if count > SAMPLES_MAX {
        return Err(Error::new(
            format!("{count} samples are more than the {SAMPLES_MAX} that are held at once"),
            "Hand in shorter files, a day at a time.",
        ));
    }
    gather(traces, &places, &inventory)
}

fn inventory(words: &Beam) -> Result<Inventory, Error> {
    let Some(path) = &words.stations else { return Ok(Inventory::default()) };
    let file = File::open(path).map_err(|error| Error::file("read", path, &error))?;
    let (inventory, problems) = stationxml::read(BufReader::new(file));
    for problem in problems.iter().take(PROBLEMS_SHOWN) {
        eprintln!("{}:{}: {}: {}", path.display(), problem.line, problem.code, problem.reason);
    }
    Ok(inventory)
}

fn gather(
    traces: BTreeMap<ChannelName, Vec<Trace>>,
    stated: &BTreeMap<ChannelName, [f64; 3]>,
    inventory: &Inventory,
) -> Result<Array, Error> {
    let rate_hz = common_rate(&traces);
    let mut usable = Vec::new();
    for (name, pieces) in traces {
        let start = pieces.first().map_or(Time(0), |piece| piece.start);
        let listed = || inventory.channel(&name, start).map(|channel| channel.place);
        let place = stated.get(&name).copied().or_else(listed);
        let place = place.and_then(|[lon, lat, _]| Place::new(lon, lat));
        let same = |piece: &Trace| (piece.rate_hz / rate_hz - 1.0).abs() < RATE_TOLERANCE;
        match place {
            None => eprintln!("{name} takes no part: its position is not stated"),
            Some(_) if !pieces.iter().all(same) => {
                eprintln!("{name} takes no part: it does not run at {rate_hz} samples a second");
            }
            Some(place) => usable.push((name, place, pieces)),
        }
    }
    let every = || usable.iter().flat_map(|(_, _, pieces)| pieces);
    let start = every().map(|piece| piece.start).min();
    let end = every().map(Trace::end).max();
    let (Some(start), Some(end)) = (start, end) else {
        return Err(Error::new(
            "no element has both samples and a position",
            "SAC states positions in its header; for miniSEED name `--stations` StationXML.",
        ));
    };
    let length = ((end - start).as_seconds() * rate_hz).round() as usize;
    if length.saturating_mul(usable.len()) > SAMPLES_MAX {
        return Err(Error::new(
            format!("the files lie apart: {start} to {end} is too long to hold at once"),
            "Hand in files of one time.",
        ));
    }
    let names: Vec<&str> = usable.iter().map(|(name, _, _)| name.station.as_str()).collect();
    let name = common(&names);
    let network = usable.first().map_or("", |(name, _, _)| name.network.as_str());
    let name = format!("{network}.{name}");
    let lon = usable.iter().map(|(_, place, _)| place.lon).sum::<f64>() / usable.len() as f64;
    let lat = usable.iter().map(|(_, place, _)| place.lat).sum::<f64>() / usable.len() as f64;
    let elements = usable.into_iter().map(|(name, place, pieces)| Placed {
        name: name.to_string(),
        place,
        samples: laid(&pieces, start, rate_hz, length),
    });
    Ok(Array { name, middle: Place { lon, lat }, start, rate_hz, elements: elements.collect() })
}

/// Pieces laid on one line of time, to the nearest sample; what none covers is not a number.
fn laid(pieces: &[Trace], start: Time, rate_hz: f64, length: usize) -> Vec<f64> {
    let mut samples = vec![f64::NAN; length];
    for piece in pieces {
        let from = ((piece.start - start).as_seconds() * rate_hz).round() as usize;
        let places = samples.iter_mut().skip(from);
        places.zip(&piece.samples).for_each(|(place, sample)| *place = *sample);
    }
    samples
}

/// The rate that most traces have, the highest of those.
fn common_rate(traces: &BTreeMap<ChannelName, Vec<Trace>>) -> f64 {
    let rates: Vec<f64> = traces.values().flatten().map(|piece| piece.rate_hz).collect();
    let alike = |rate: f64| {
        rates.iter().filter(|other| (*other / rate - 1.0).abs() < RATE_TOLERANCE).count()
    };
    let best = |one: &f64, other: &f64| (alike(*one), *one).partial_cmp(&(alike(*other), *other));
    rates
        .iter()
        .copied()
        .max_by(|one, other| best(one, other).unwrap_or(std::cmp::Ordering::Equal))
        .unwrap_or(1.0)
}

/// What all names begin with.
fn common(names: &[&str]) -> String {
    let first = names.first().copied().unwrap_or_default();
    let shared = |count: &usize| {
        let start: String = first.chars().take(*count).collect();
        names.iter().all(|name| name.starts_with(&start))
    };
    let count = (0..=first.chars().count()).rev().find(shared).unwrap_or(0);
    first.chars().take(count).collect()
}
