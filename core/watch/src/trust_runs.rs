//! The filter over a source's states and the moments at which they changed.

use kernel::{Duration, Probability, Time};
use libm::{exp, log};

use crate::gauss::log_sum;
use crate::trust::{Item, State, Stated, Verdict, What};
use crate::trust_channels::{Channels, Noticing};

/// How many states there are.
pub const STATES: usize = 8;
const STATE_LIST: [State; STATES] = [
    State::Sound,
    State::DriftingClock,
    State::Misplaced,
    State::Stuck,
    State::Duplicated,
    State::Deaf,
    State::Inventing,
    State::Hiding,
];
/// So many runs are kept, and what equals the last; the rest hold next to nothing.
const RUNS_MAX: usize = 64;

/// A state with the size of its fault.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Variant {
    /// As registered.
    Sound,
    /// Clock: one standard deviation of its offset (seconds) and of its drift (seconds a day).
    Clock(f64, f64),
    /// Place: one standard deviation of how far it is off, metres.
    Place(f64),
    /// Direction: one standard deviation of how far it is turned, degrees.
    Turned(f64),
    /// One reading again and again.
    Stuck,
    /// Messages twice.
    Duplicated,
    /// Misses.
    Deaf,
    /// Share that is invented.
    Inventing(f64),
    /// Leaves out what falls on its own side (true) or the other.
    Hiding(bool),
}

/// All variants but the sound one; each state's share is split among its variants.
const FAULTS: [Variant; 16] = [
    Variant::Clock(0.3, 0.3),
    Variant::Clock(10.0, 10.0),
    Variant::Clock(600.0, 200.0),
    Variant::Place(300.0),
    Variant::Place(3_000.0),
    Variant::Place(30_000.0),
    Variant::Turned(10.0),
    Variant::Turned(90.0),
    Variant::Stuck,
    Variant::Duplicated,
    Variant::Deaf,
    Variant::Inventing(0.3),
    Variant::Inventing(0.6),
    Variant::Inventing(0.9),
    Variant::Hiding(true),
    Variant::Hiding(false),
];

impl Variant {
    fn state(self) -> State {
        match self {
            Self::Sound => State::Sound,
            Self::Clock(..) => State::DriftingClock,
            Self::Place(_) | Self::Turned(_) => State::Misplaced,
            Self::Stuck => State::Stuck,
            Self::Duplicated => State::Duplicated,
            Self::Deaf => State::Deaf,
            Self::Inventing(_) => State::Inventing,
            Self::Hiding(_) => State::Hiding,
        }
    }

    /// Log share of all faults that begin.
    fn share_log(self) -> f64 {
        let kin = FAULTS.iter().filter(|other| other.state() == self.state()).count();
        -log((STATES - 1) as f64 * kin as f64)
    }

    /// Whether it keeps the source from noticing what this item is of.
    pub fn misses(self, item: &Item) -> bool {
        match (self, item.what) {
            (Self::Deaf, What::Chance { .. }) => true,
            (Self::Hiding(own), What::Chance { own_side, .. }) => own_side == Some(own),
            _ => false,
        }
    }

    /// How far what it says counts: a wrong time or place misleads, a copy is half a message. A
    /// reading that is repeated says nothing, but its time does as far as others bear it out.
    fn weight(self, borne_out: f64) -> f64 {
        match self {
            Self::Sound | Self::Deaf | Self::Hiding(_) => 1.0,
            Self::Clock(..) | Self::Place(_) | Self::Turned(_) => 0.0,
            Self::Stuck => borne_out,
            Self::Duplicated => 0.5,
            Self::Inventing(share) => 1.0 - share,
        }
    }

    /// How far its silence counts.
    fn silence_weight(self) -> f64 {
        match self {
            Self::Sound | Self::Duplicated | Self::Inventing(_) => 1.0,
            _ => 0.0,
        }
    }
}

/// A time over which the source stayed in one state, up to now.
#[derive(Clone)]
struct Run {
    variant: Variant,
    since: Time,
    log: f64,
    channels: Channels,
}

/// The filter.
pub struct Filter<'a> {
    stated: &'a Stated,
    runs: Vec<Run>,
    noticing: Noticing,
    at: Option<Time>,
}

impl<'a> Filter<'a> {
    /// Before the first item: sound, but for the share that is wrong at any time.
    #[must_use]
    pub fn new(stated: &'a Stated) -> Self {
        Self { stated, runs: Vec::new(), noticing: Noticing::new(), at: None }
    }

    fn run(&self, variant: Variant, since: Time, log: f64) -> Run {
        Run { variant, since, log, channels: Channels::new(variant, self.stated) }
    }

    /// Takes in the next item.
    pub fn take_in(&mut self, item: &Item) {
        self.drop_slight();
        match self.at {
            None => self.begin(item.at),
            Some(before) => self.pass(item.at, item.at - before),
        }
        self.at = Some(item.at);
        for run in &mut self.runs {
            run.log += run.channels.take_in(item, run.since, &self.noticing);
        }
        self.scale();
        let free = self.runs.iter().filter(|run| !run.variant.misses(item));
        let free: f64 = free.map(|run| exp(run.log)).sum();
        self.noticing.learn(item, free.min(1.0));
    }

    fn begin(&mut self, at: Time) {
        let (faults, repairs) = self.hazards();
        let wrong = faults / (faults + repairs);
        self.runs.push(self.run(Variant::Sound, at, log(1.0 - wrong)));
        for variant in FAULTS {
            self.runs.push(self.run(variant, at, log(wrong) + variant.share_log()));
        }
    }

    /// Faults and repairs a day, kept off nought.
    fn hazards(&self) -> (f64, f64) {
        (
            self.stated.faults_per_day.clamp(1e-9, 10.0),
            self.stated.repairs_per_day.clamp(1e-9, 10.0),
        )
    }

    /// Time goes by: each run may end, and others begin where it ends.
    fn pass(&mut self, at: Time, elapsed: Duration) {
        let days = elapsed.as_seconds().max(0.0) / 86_400.0;
        // Items of one moment still leave a chance for change between them, or a burst of items
        // would be taken for a fault of the moment before.
        let days = days.max(1e-4);
        let (faults, repairs) = self.hazards();
        let (fault, repair) = (-libm::expm1(-faults * days), -libm::expm1(-repairs * days));
        let mass = |runs: &[Run], sound: bool| {
            let of = |run: &&Run| (run.variant == Variant::Sound) == sound;
            log_sum(runs.iter().filter(of).map(|run| run.log).collect::<Vec<_>>().into_iter())
        };
        let (sound, wrong) = (mass(&self.runs, true), mass(&self.runs, false));
        for run in &mut self.runs {
            let ends = if run.variant == Variant::Sound { fault } else { repair };
            run.log += log(1.0 - ends);
        }
        if wrong > f64::NEG_INFINITY {
            self.runs.push(self.run(Variant::Sound, at, wrong + log(repair)));
        }
        if sound > f64::NEG_INFINITY {
            for variant in FAULTS {
                self.runs.push(self.run(variant, at, sound + log(fault) + variant.share_log()));
            }
        }
    }

    /// Scales to one.
    fn scale(&mut self) {
        let total = log_sum(self.runs.iter().map(|run| run.log));
        for run in &mut self.runs {
            run.log -= total;
        }
    }

    /// Drops what no longer matters: before an item, so that what it says decides by itself.
    fn drop_slight(&mut self) {
        self.runs.sort_by(|one, other| other.log.total_cmp(&one.log));
        // Equals stay together: which side is hidden must not hang on an order.
        let last = self.runs.get(RUNS_MAX - 1).map_or(f64::NEG_INFINITY, |run| run.log);
        let least = log(1e-12).max(last - 1e-9);
        self.runs.retain(|run| run.log > least);
    }

    /// Where the source stands.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let mut chances = [0.0; STATES];
        let (mut weight, mut silence) = (0.0, 0.0);
        if self.runs.is_empty() {
            (chances[0], weight, silence) = (1.0, 1.0, 1.0);
        }
        let total: f64 = self.runs.iter().map(|run| exp(run.log)).sum();
        for run in &self.runs {
            let share = exp(run.log) / total;
            chances[run.variant.state() as usize] += share;
            weight += share * run.variant.weight(run.channels.borne_out());
            silence += share * run.variant.silence_weight();
        }
        let state = STATE_LIST.into_iter().fold(State::Sound, |best, one| {
            if chances[one as usize] > chances[best as usize] { one } else { best }
        });
        Verdict {
            state,
            chances,
            since: self.since(state),
            weight: Probability::new(weight),
            silence_weight: Probability::new(silence),
        }
    }

    fn since(&self, state: State) -> Option<Time> {
        let mut starts: Vec<(Time, f64)> = self
            .runs
            .iter()
            .filter(|run| run.variant.state() == state)
            .map(|run| (run.since, exp(run.log)))
            .collect();
        starts.sort_by(|one, other| one.0.cmp(&other.0).then(one.1.total_cmp(&other.1)));
        let half = starts.iter().map(|(_, share)| share).sum::<f64>() / 2.0;
        let mut sum = 0.0;
        let middle = starts.iter().find(|(_, share)| {
            sum += share;
            sum >= half
        });
        middle.map(|(start, _)| *start)
    }
}
