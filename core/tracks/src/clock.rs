//! When a scan's time is to be believed.

use crate::problem::Problem;

/// Scans refused in a row, with rising times, after which the clock is believed to have been set.
const REFUSED_MAX: u32 = 3;

/// The time of the last scan, and of those refused since.
#[derive(Clone, Debug)]
pub(crate) struct Clock {
    step_max_s: f64,
    now_s: Option<f64>,
    refused: u32,
    refused_s: f64,
}

/// What a scan's time means.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Step {
    /// So many seconds on.
    On(f64),
    /// The scan is left out.
    Refused,
    /// All begins anew.
    Anew,
}

impl Clock {
    pub fn new(step_max_s: f64) -> Self {
        Self { step_max_s, now_s: None, refused: 0, refused_s: f64::NEG_INFINITY }
    }

    /// The time of the last scan taken in, seconds.
    pub fn now_s(&self) -> f64 {
        self.now_s.unwrap_or_default()
    }

    pub fn step(&mut self, time_s: f64, problems: &mut Vec<Problem>) -> Step {
        if !time_s.is_finite() {
            problems.push(Problem::TimeUnusable { time_s });
            return Step::Refused;
        }
        let dt_s = self.now_s.map_or(0.0, |last_s| time_s - last_s);
        if self.now_s.is_none() || (dt_s > 0.0 && dt_s <= self.step_max_s) {
            self.now_s = Some(time_s);
            self.refused = 0;
            return Step::On(dt_s);
        }
        problems.push(Problem::TimeUnusable { time_s });
        self.refuse(time_s, problems)
    }

    fn refuse(&mut self, time_s: f64, problems: &mut Vec<Problem>) -> Step {
        let ahead_s = time_s - self.refused_s;
        let goes_on = ahead_s > 0.0 && ahead_s <= self.step_max_s;
        self.refused = if goes_on { self.refused + 1 } else { 1 };
        self.refused_s = time_s;
        if self.refused < REFUSED_MAX {
            return Step::Refused;
        }
        problems.push(Problem::ClockSetAnew { time_s });
        self.refused = 0;
        self.now_s = Some(time_s);
        Step::Anew
    }
}
