//! What can be wrong with a source, and what it does to what the source says.

use kernel::{Duration, Time};

use crate::hear::Arrival;
use crate::random::Random;

/// A fault and when it begins.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Fault {
    /// From when.
    pub since: Time,
    /// What.
    pub kind: FaultKind,
}

/// Kinds of fault.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum FaultKind {
    /// Its clock runs off by so many seconds a day.
    ClockDrift {
        /// Seconds a day.
        s_per_day: f64,
    },
    /// Its clock jumped.
    ClockJump {
        /// Seconds.
        by_s: f64,
    },
    /// It says nothing any more.
    Dead,
    /// It gives the same reading again and again.
    Stuck,
    /// Every message comes twice and more.
    Duplicated,
    /// It sends late.
    Late {
        /// By so many seconds.
        by_s: f64,
    },
    /// It tells of what never was: so many a day.
    Inventing {
        /// A day.
        a_day: f64,
    },
    /// It leaves out this share of what it noticed.
    Hiding {
        /// 0 to 1.
        share: f64,
    },
    /// It stands elsewhere than stated: the stated place lies off by so much.
    Misplaced {
        /// East, metres.
        east_m: f64,
        /// North, metres.
        north_m: f64,
    },
    /// It is jammed for a while: deaf, and full of false onsets.
    Jammed {
        /// For how long, seconds.
        for_s: f64,
    },
}

impl Fault {
    /// What becomes of an arrival; copies come out as several.
    #[must_use]
    pub fn act(&self, arrival: Arrival, random: &mut Random) -> Vec<Arrival> {
        if arrival.at < self.since {
            return vec![arrival];
        }
        let elapsed_s = (arrival.at - self.since).as_seconds();
        let moved = |by_s: f64| Arrival {
            at: arrival.at + Duration((by_s * 1e6) as i64),
            ..arrival.clone()
        };
        match self.kind {
            FaultKind::ClockDrift { s_per_day } => vec![moved(s_per_day * elapsed_s / 86_400.0)],
            FaultKind::ClockJump { by_s } => vec![moved(by_s)],
            FaultKind::Dead => vec![],
            FaultKind::Stuck => {
                let frozen = Arrival { snr: 7.0, period_s: 0.1, amplitude: 0.5, ..arrival };
                vec![frozen]
            }
            FaultKind::Duplicated => {
                let copies = 2 + random.poisson(0.5) as usize;
                vec![arrival; copies]
            }
            FaultKind::Late { by_s } => {
                let sent = arrival.sent + Duration((by_s * 1e6) as i64);
                vec![Arrival { sent, ..arrival }]
            }
            FaultKind::Hiding { share } if random.chance(share) => vec![],
            FaultKind::Jammed { for_s } if elapsed_s < for_s => vec![],
            FaultKind::Inventing { .. }
            | FaultKind::Hiding { .. }
            | FaultKind::Misplaced { .. }
            | FaultKind::Jammed { .. } => vec![arrival],
        }
    }

    /// Moments between `from` and `to` at which it tells of what never was.
    #[must_use]
    pub fn inventions(&self, from: Time, to: Time, random: &mut Random) -> Vec<Time> {
        let start = from.max(self.since);
        let (end, a_day) = match self.kind {
            FaultKind::Inventing { a_day } => (to, a_day),
            FaultKind::Jammed { for_s } => {
                (to.min(self.since + Duration((for_s * 1e6) as i64)), 2_000.0)
            }
            _ => return vec![],
        };
        let span_s = (end - start).as_seconds();
        if span_s <= 0.0 {
            return vec![];
        }
        let count = random.poisson((a_day * span_s / 86_400.0).min(500.0));
        (0..count).map(|_| start + Duration((random.unit() * span_s * 1e6) as i64)).collect()
    }
}
