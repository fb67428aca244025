//! Arrivals, and the store that finds those of one channel around an instant.

use std::ops::Range;

use crate::rungs::Rungs;
use crate::station::Network;

/// What kind of wave was seen to arrive.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Phase {
    /// Compressional ground wave.
    P,
    /// Shear ground wave.
    S,
    /// Compressional wave guided by the crust.
    Pg,
    /// Shear wave guided by the crust.
    Lg,
    /// Sound in air, at audible range.
    Acoustic,
    /// Sound in air below hearing, over long range.
    Infrasound,
    /// A ground wave nobody named.
    Unknown,
}

/// One onset at one station.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Arrival {
    /// Index of the station in the network.
    pub station: u32,
    /// Kind of wave.
    pub phase: Phase,
    /// Seconds since an instant that the caller chooses.
    pub time_s: f64,
    /// One standard deviation of the onset as its picker states it, s; nought where none is stated.
    /// It is added to what the engine learns of onsets in general.
    pub error_s: f32,
}

/// Why an arrival takes no part.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum LeftOut {
    /// Its station is not in the network, or has no finite position.
    StationUnknown,
    /// Its time is not a finite number.
    TimeNotFinite,
    /// The medium does not carry its phase.
    PhaseNotCarried,
    /// The same station, phase and instant came before.
    Duplicate,
    /// It lies more than a year from the median arrival, or outside the window of a live watch.
    ClockJump,
    /// A live watch holds as many arrivals as it may.
    WindowFull,
}

impl LeftOut {
    /// Its stable code, as `docs/errors.md` lists it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::StationUnknown => "station-unknown",
            Self::TimeNotFinite => "time-not-finite",
            Self::PhaseNotCarried => "phase-not-carried",
            Self::Duplicate => "arrival-repeated",
            Self::ClockJump => "clock-jump",
            Self::WindowFull => "window-full",
        }
    }
}

/// No pick.
pub const NOBODY: u32 = u32::MAX;

/// Arrivals by channel (station and phase), each channel in time order.
///
/// A *pick* is a place in this store. An arrival of unknown phase stands in every channel of its
/// station; its picks share an arrival, and only one of them can be used.
#[derive(Clone, Debug, Default)]
pub struct Picks {
    start: Vec<u32>,
    times_s: Vec<f64>,
    arrivals: Vec<u32>,
    channels: Vec<u32>,
    by_time: Vec<u32>,
    rungs: Rungs,
    base_s: f64,
    stated: Stated,
}

/// What pickers say of their own errors; empty where none says anything.
#[derive(Clone, Debug, Default)]
struct Stated {
    /// By pick, s^2.
    variances: Vec<f64>,
    /// The largest of each channel, s^2.
    largest: Vec<f64>,
}

/// An onset stated worse than this says nothing more by it, s.
const STATED_MAX_S: f32 = 60.0;

impl Arrival {
    /// The stated variance, s^2; nought where there is none.
    fn stated_s2(&self) -> f64 {
        let stated = self.error_s.is_finite() && self.error_s > 0.0;
        let error_s = if stated { f64::from(self.error_s.min(STATED_MAX_S)) } else { 0.0 };
        error_s * error_s
    }
}

/// Longest span of one set, seconds: what lies outside is a clock that jumped.
const SPAN_S: f64 = 366.0 * 86_400.0;

impl Picks {
    /// Sorts arrivals into channels; tells which were left out and why, in input order.
    #[must_use]
    pub fn new(
        network: &Network,
        phases: &[Phase],
        arrivals: &[Arrival],
    ) -> (Self, Vec<(u32, LeftOut)>) {
        let middle_s = median_time(arrivals);
        // Times are kept from an instant nearby, so that a large epoch costs no digits.
        let base_s = libm::floor(middle_s);
        let mut left_out = Vec::new();
        let mut sorted: Vec<(u32, f64, u32)> = Vec::with_capacity(arrivals.len());
        for (index, arrival) in arrivals.iter().enumerate() {
            let index = index as u32;
            match refuse(network, phases, arrival, middle_s) {
                Some(reason) => left_out.push((index, reason)),
                None => {
                    for (place, phase) in phases.iter().enumerate() {
                        if arrival.phase == *phase || arrival.phase == Phase::Unknown {
                            let channel = arrival.station * phases.len() as u32 + place as u32;
                            sorted.push((channel, arrival.time_s - base_s, index));
                        }
                    }
                }
            }
        }
        // Of one onset given twice the one stated better counts, in whatever order they come.
        let stated = |one: &(u32, f64, u32)| arrivals[one.2 as usize].stated_s2();
        sorted.sort_unstable_by(|a, b| {
            let by_time = a.0.cmp(&b.0).then(a.1.total_cmp(&b.1));
            by_time.then_with(|| stated(a).total_cmp(&stated(b))).then(a.2.cmp(&b.2))
        });
        sorted.dedup_by(|later, first| {
            let same = later.0 == first.0 && later.1 == first.1;
            if same {
                left_out.push((later.2, LeftOut::Duplicate));
            }
            same
        });
        left_out.sort_unstable();
        left_out.dedup();
        let channels = network.stations().len() * phases.len();
        let mut picks = Self { base_s, ..Self::from_sorted(channels, &sorted) };
        picks.state(arrivals);
        (picks, left_out)
    }

    fn from_sorted(channels: usize, sorted: &[(u32, f64, u32)]) -> Self {
        let mut start = vec![0_u32; channels + 1];
        for one in sorted {
            start[one.0 as usize + 1] += 1;
        }
        for channel in 1..start.len() {
            start[channel] += start[channel - 1];
        }
        let times_s: Vec<f64> = sorted.iter().map(|one| one.1).collect();
        let mut by_time: Vec<u32> = (0..sorted.len() as u32).collect();
        by_time.sort_unstable_by(|&a, &b| {
            times_s[a as usize].total_cmp(&times_s[b as usize]).then(a.cmp(&b))
        });
        Self {
            rungs: Rungs::new(&start, &times_s),
            stated: Stated::default(),
            start,
            arrivals: sorted.iter().map(|one| one.2).collect(),
            channels: sorted.iter().map(|one| one.0).collect(),
            times_s,
            by_time,
            base_s: 0.0,
        }
    }

    /// Keeps what is stated of errors, if anything is.
    fn state(&mut self, arrivals: &[Arrival]) {
        let variance = |&index: &u32| arrivals[index as usize].stated_s2();
        let variances: Vec<f64> = self.arrivals.iter().map(variance).collect();
        if variances.iter().all(|variance| *variance == 0.0) {
            return;
        }
        let mut largest = vec![0.0_f64; self.channel_count()];
        for (&channel, &variance) in self.channels.iter().zip(&variances) {
            largest[channel as usize] = largest[channel as usize].max(variance);
        }
        self.stated = Stated { variances, largest };
    }

    /// The variance that its picker states for a pick, s^2; nought where none is stated.
    #[must_use]
    #[inline]
    pub fn stated_s2(&self, pick: u32) -> f64 {
        self.stated.variances.get(pick as usize).copied().unwrap_or(0.0)
    }

    /// The largest variance stated in a channel, s^2.
    #[must_use]
    #[inline]
    pub fn stated_most_s2(&self, channel: u32) -> f64 {
        self.stated.largest.get(channel as usize).copied().unwrap_or(0.0)
    }

    /// The instant that times are counted from, in the caller's seconds.
    #[must_use]
    pub fn base_s(&self) -> f64 {
        self.base_s
    }

    /// How many picks there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.times_s.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.times_s.is_empty()
    }

    /// How many channels there are.
    #[must_use]
    pub fn channel_count(&self) -> usize {
        self.start.len().saturating_sub(1)
    }

    /// The time of a pick.
    #[must_use]
    #[inline]
    pub fn time_s(&self, pick: u32) -> f64 {
        self.times_s[pick as usize]
    }

    /// The channel of a pick.
    #[must_use]
    #[inline]
    pub fn channel(&self, pick: u32) -> u32 {
        self.channels[pick as usize]
    }

    /// The arrival behind a pick: its index in the input.
    #[must_use]
    #[inline]
    pub fn arrival(&self, pick: u32) -> u32 {
        self.arrivals[pick as usize]
    }

    /// Picks in time order.
    #[must_use]
    pub fn by_time(&self) -> &[u32] {
        &self.by_time
    }

    /// All picks of a channel, in time order.
    #[must_use]
    #[inline]
    pub fn of_channel(&self, channel: u32) -> Range<u32> {
        self.start[channel as usize]..self.start[channel as usize + 1]
    }

    /// Picks of a channel between two instants, both included.
    #[must_use]
    #[inline]
    pub fn within(&self, channel: u32, from_s: f64, to_s: f64) -> Range<u32> {
        let all = self.of_channel(channel);
        if all.is_empty() {
            return all;
        }
        let mut first = self.rungs.at(channel as usize, all.start, all.len(), from_s);
        while first < all.end && self.time_s(first) < from_s {
            first += 1;
        }
        let mut last = first;
        while last < all.end && self.time_s(last) <= to_s {
            last += 1;
        }
        first..last
    }

    /// Time that was watched, s: the span without its long silences, which are outages or
    /// windows cut out. No silence counts for more than 300 middling ones.
    #[must_use]
    pub fn watched_s(&self) -> f64 {
        let mut gaps: Vec<f64> = self
            .by_time
            .windows(2)
            .map(|pair| self.time_s(pair[1]) - self.time_s(pair[0]))
            .filter(|gap| *gap > 0.0)
            .collect();
        if gaps.is_empty() {
            return 0.0;
        }
        let middle = gaps.len() / 2;
        let limit = 300.0 * *gaps.select_nth_unstable_by(middle, f64::total_cmp).1;
        gaps.iter().map(|gap| gap.min(limit)).sum()
    }

    /// First and last instant, or nothing when empty.
    #[must_use]
    pub fn span_s(&self) -> Option<(f64, f64)> {
        let (&first, &last) = (self.by_time.first()?, self.by_time.last()?);
        Some((self.time_s(first), self.time_s(last)))
    }
}

fn refuse(
    network: &Network,
    phases: &[Phase],
    arrival: &Arrival,
    middle_s: f64,
) -> Option<LeftOut> {
    let placed = network
        .stations()
        .get(arrival.station as usize)
        .is_some_and(|s| s.x_km.is_finite() && s.y_km.is_finite() && s.z_km.is_finite());
    if !placed {
        Some(LeftOut::StationUnknown)
    } else if !arrival.time_s.is_finite() {
        Some(LeftOut::TimeNotFinite)
    } else if arrival.phase != Phase::Unknown && !phases.contains(&arrival.phase) {
        Some(LeftOut::PhaseNotCarried)
    } else if (arrival.time_s - middle_s).abs() > SPAN_S {
        Some(LeftOut::ClockJump)
    } else {
        None
    }
}

fn median_time(arrivals: &[Arrival]) -> f64 {
    let mut times: Vec<f64> =
        arrivals.iter().map(|arrival| arrival.time_s).filter(|time| time.is_finite()).collect();
    let middle = times.len() / 2;
    if times.is_empty() {
        return 0.0;
    }
    *times.select_nth_unstable_by(middle, f64::total_cmp).1
}
