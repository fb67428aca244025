//! Pieces of the components of one instrument brought together, many instruments through the
//! detector at once.

use std::collections::BTreeMap;

use kernel::{Duration, Problem, Time};
use signal::{
    Arrival, ChannelName, Components, Detected, Detection, FlawKind, Phase, Settings, Trace,
    detect, name_phases,
};

use super::upright::upright;
use super::{Found, Picking};
use crate::stationxml::Inventory;
use crate::waveform::Piece;

/// Channels sent through the detector together; as many as its filter takes side by side.
const CHANNELS: usize = 8;
/// Most rates that pieces wait in for others of their own.
const RATES_MAX: usize = 1_000;

/// Is shown each stretch as filtered, and how many of its samples were shown before.
pub type Shown<'a> = &'a mut dyn FnMut(&Trace, usize);

/// What all pieces gave.
#[derive(Default)]
pub struct Gathered {
    /// The onsets in order of time, each once.
    pub found: Vec<Found>,
    /// What is wrong with the samples of a channel: in how many places, and for how many seconds.
    pub flaws: BTreeMap<(ChannelName, FlawKind), (u64, f64)>,
    /// Channels whose rate, Hz, is too low for the band.
    pub too_slow: BTreeMap<ChannelName, f64>,
}

impl Gathered {
    /// What is wrong with channels as a whole.
    pub fn problems(&self) -> impl Iterator<Item = Problem> {
        let flaws = self.flaws.iter().map(|((name, kind), (count, seconds))| {
            let (code, what) = match kind {
                FlawKind::NotFinite => ("samples-not-finite", "without a number"),
                FlawKind::Flat => ("samples-flat", "without any change: dead or stuck"),
                FlawKind::Spike => ("samples-spiked", "of single spikes"),
            };
            Problem::new(0, code, format!("{name}: {seconds:.2} s in {count} places {what}"))
        });
        let slow = self.too_slow.iter().map(|(name, rate_hz)| {
            let words = format!("{name}: {rate_hz} samples a second are too few for the band");
            Problem::new(0, "rate-too-low", words)
        });
        flaws.chain(slow)
    }
}

/// Pieces waiting for the other components of their instrument, and those ready.
pub struct Groups<'a> {
    picking: &'a Picking,
    inventory: &'a Inventory,
    waiting: BTreeMap<ChannelName, Vec<Piece>>,
    ready: BTreeMap<u64, Vec<Vec<Piece>>>,
    gathered: Gathered,
    show: Option<Shown<'a>>,
}

impl<'a> Groups<'a> {
    /// Looks for what `picking` says, in channels that `inventory` describes.
    #[must_use]
    pub fn new(picking: &'a Picking, inventory: &'a Inventory, show: Option<Shown<'a>>) -> Self {
        Self {
            picking,
            inventory,
            waiting: BTreeMap::new(),
            ready: BTreeMap::new(),
            gathered: Gathered::default(),
            show,
        }
    }

    /// Takes in a piece. When its channel is here already, what waits goes without the others.
    pub fn add(&mut self, piece: Piece) {
        let instrument = piece.trace.name.instrument();
        let waiting = self.waiting.entry(instrument.clone()).or_default();
        let fits = waiting
            .iter()
            .all(|other| other.trace.name != piece.trace.name && belong_together(other, &piece));
        let before = if fits { Vec::new() } else { std::mem::take(waiting) };
        waiting.push(piece);
        let full = if waiting.len() == 3 { std::mem::take(waiting) } else { Vec::new() };
        if waiting.is_empty() {
            self.waiting.remove(&instrument);
        }
        self.queue(before);
        self.queue(full);
    }

    fn queue(&mut self, group: Vec<Piece>) {
        let Some(rate_hz) = group.first().map(|piece| piece.trace.rate_hz) else { return };
        let ready = self.ready.entry(rate_hz.to_bits()).or_default();
        ready.push(group);
        if ready.iter().map(Vec::len).sum::<usize>() >= CHANNELS {
            let batch = std::mem::take(ready);
            self.detect(rate_hz, batch);
        } else if self.ready.len() > RATES_MAX {
            self.work_off();
        }
    }

    /// What was found so far and not yet handed over, in order of time; components that wait for
    /// their others go on waiting.
    pub fn take(&mut self) -> Vec<Found> {
        self.work_off();
        let mut found = std::mem::take(&mut self.gathered.found);
        found.sort_by(Found::order);
        found
    }

    fn work_off(&mut self) {
        for (rate, batch) in std::mem::take(&mut self.ready) {
            self.detect(f64::from_bits(rate), batch);
        }
    }

    /// Works off what waits, and hands over what was found.
    #[must_use]
    pub fn finish(mut self) -> Gathered {
        for group in std::mem::take(&mut self.waiting).into_values() {
            self.queue(group);
        }
        self.work_off();
        let mut gathered = self.gathered;
        gathered.found.sort_by(Found::order);
        gathered.found.dedup_by(|later, earlier| later.repeats(earlier, self.picking.short_s));
        gathered
    }

    fn detect(&mut self, rate_hz: f64, mut batch: Vec<Vec<Piece>>) {
        let Some(settings) = self.picking.settings(rate_hz) else {
            let names = batch.iter().flatten().map(|piece| (piece.trace.name.clone(), rate_hz));
            self.gathered.too_slow.extend(names);
            return;
        };
        for group in &mut batch {
            upright(group, self.inventory);
        }
        let samples =
            batch.iter_mut().flatten().map(|piece| std::mem::take(&mut piece.trace.samples));
        let mut channels: Vec<Vec<f64>> = samples.collect();
        let detected = detect(&mut channels, &settings);
        let filtered = batch.iter_mut().flatten().zip(channels);
        filtered.for_each(|(piece, filtered)| piece.trace.samples = filtered);
        let mut detected = detected.into_iter();
        for group in batch {
            let detected: Vec<Detected> = detected.by_ref().take(group.len()).collect();
            self.note_flaws(&group, &detected);
            self.group(&group, &detected, &settings);
            if let Some(show) = &mut self.show {
                group.iter().for_each(|piece| show(&piece.trace, piece.lead));
            }
        }
    }

    fn note_flaws(&mut self, group: &[Piece], detected: &[Detected]) {
        for (piece, detected) in group.iter().zip(detected) {
            for flaw in detected.flaws.iter().filter(|flaw| flaw.end > piece.lead) {
                let name = (piece.trace.name.clone(), flaw.kind);
                let (count, seconds) = self.gathered.flaws.entry(name).or_default();
                *count += 1;
                *seconds += (flaw.end - flaw.start.max(piece.lead)) as f64 / piece.trace.rate_hz;
            }
        }
    }

    fn group(&mut self, group: &[Piece], detected: &[Detected], settings: &Settings) {
        match three(group) {
            Some(order) => {
                let (traces, detections) = aligned(group, detected, order);
                let components = Components {
                    filtered: [&traces[0], &traces[1], &traces[2]],
                    detections: [&detections[0], &detections[1], &detections[2]],
                };
                for arrival in name_phases(&components, settings) {
                    self.keep(
                        &group[order[0]],
                        &group[order[arrival.component]],
                        arrival,
                        settings,
                    );
                }
            }
            None => {
                for (piece, detected) in group.iter().zip(detected) {
                    for detection in &detected.detections {
                        let arrival = alone(&piece.trace.name, *detection);
                        self.keep(piece, piece, arrival, settings);
                    }
                }
            }
        }
    }

    /// Keeps an arrival if it falls into this piece and not into the one before or behind.
    fn keep(&mut self, clock: &Piece, piece: &Piece, arrival: Arrival, settings: &Settings) {
        let Piece { trace, lead, goes_on } = clock;
        let length_s = trace.samples.len() as f64 / trace.rate_hz;
        let from_s =
            if *lead == 0 { 0.0 } else { *lead as f64 / trace.rate_hz - settings.tail_s() };
        let to_s = if *goes_on { length_s - settings.tail_s() } else { f64::INFINITY };
        if (from_s..to_s).contains(&arrival.detection.trigger_s) {
            let time = trace.start + Duration((arrival.detection.onset_s * 1e6).round() as i64);
            let gain = self.inventory.gain(&piece.trace.name, time);
            self.gathered.found.push(Found { name: piece.trace.name.clone(), time, arrival, gain });
        }
    }
}

/// Whether two pieces are of the same time, near enough.
fn belong_together(one: &Piece, other: &Piece) -> bool {
    let near = Duration::seconds(60);
    let begins: [Time; 2] = [one.trace.start, other.trace.start];
    one.trace.rate_hz == other.trace.rate_hz
        && begins[0] - near < begins[1]
        && begins[1] - near < begins[0]
}

/// A channel by itself: sound where it is a pressure sensor (instrument code D), S on a horizontal
/// component, else P.
fn alone(name: &ChannelName, detection: Detection) -> Arrival {
    let pressure = name.channel.chars().nth(1) == Some('D');
    let phase = match name.direction() {
        _ if pressure => Phase::A,
        Some('N' | 'E' | '1' | '2') => Phase::S,
        _ => Phase::P,
    };
    Arrival { phase, component: 0, detection, polarisation: None }
}

/// Where the vertical, north and east components stand in a group that has them.
fn three(group: &[Piece]) -> Option<[usize; 3]> {
    let find = |letters: [char; 2]| {
        let mut names = group.iter().map(|piece| piece.trace.name.direction());
        names.position(|letter| letter.is_some_and(|letter| letters.contains(&letter)))
    };
    Some([find(['Z', 'Z'])?, find(['N', '1'])?, find(['E', '2'])?])
}

/// The components from the same first sample on: that of the vertical one. Detections keep in
/// step with it.
fn aligned(
    group: &[Piece],
    detected: &[Detected],
    order: [usize; 3],
) -> ([Vec<f64>; 3], [Vec<Detection>; 3]) {
    let clock = &group[order[0]].trace;
    let traces = order.map(|at| {
        let trace = &group[at].trace;
        let late = ((trace.start - clock.start).as_seconds() * clock.rate_hz).round() as i64;
        let sample = |at: i64| usize::try_from(at - late).ok().and_then(|at| trace.samples.get(at));
        (0..clock.samples.len() as i64).map(|at| sample(at).copied().unwrap_or(0.0)).collect()
    });
    let detections = order.map(|at| {
        let late_s = (group[at].trace.start - clock.start).as_seconds();
        let later = |detection: &Detection| Detection {
            onset_s: detection.onset_s + late_s,
            trigger_s: detection.trigger_s + late_s,
            ..*detection
        };
        detected[at].detections.iter().map(later).collect()
    });
    (traces, detections)
}
