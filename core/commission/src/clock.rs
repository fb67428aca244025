//! When a stage's time runs out.

use kernel::Time;

use crate::case::Case;
use crate::rules::{Clock, Rules, Stage};

/// The deadline of `stage` entered at `at`, for something that began at `happened`.
#[must_use]
pub fn due(rules: &Rules, stage: Stage, happened: Time, at: Time) -> Option<Time> {
    let rule = rules.stage(stage)?;
    let from = match rule.clock {
        Clock::Happened => happened,
        Clock::Known => at,
    };
    Some(from + rule.within)
}

/// The deadline when `case` enters `stage` at `at`. A case that went up to another body keeps
/// that body's deadline until it is decided.
#[must_use]
pub fn entering(rules: &Rules, case: &Case, stage: Stage, at: Time) -> Option<Time> {
    if case.escalated > 0 && stage < Stage::Signed {
        case.due
    } else {
        due(rules, stage, case.when.start, at)
    }
}
