//! What is needed against what is offered, could go, and is there: separate columns, never one.

use kernel::{Context, Truth};
use serde::{Deserialize, Serialize};

use crate::gate::open;
use crate::plan::RequirementLine;
use crate::rotation::{Range, rotation};
use crate::state::State;

/// One line of the requirement with what stands against it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Gap {
    /// The line.
    pub line: RequirementLine,
    /// Offered to be deployed at a time.
    pub offered: Range,
    /// Of that, with every gate open.
    pub gates_open: Range,
    /// What the offers can sustain for ever by their stated pools, tours and dwell.
    pub sustained: Range,
    /// How many offers say nothing from which to compute what they sustain.
    pub sustained_unknown: u32,
    /// Reported as deployed.
    pub deployed: u64,
    /// Missing even if every offer comes with its most and the least is needed.
    pub missing_least: u64,
    /// Missing if every offer comes with its least and the most is needed; absent when nobody
    /// says how much is needed at most.
    pub missing_most: Option<u64>,
}

/// Every line of the requirement with its gap.
#[must_use]
pub fn gaps(state: &State, context: &Context<'_>) -> Vec<Gap> {
    state.plan().requirement.iter().map(|line| gap(state, line, context)).collect()
}

const NOTHING: Range = Range { min: 0, max: Some(0) };

fn gap(state: &State, line: &RequirementLine, context: &Context<'_>) -> Gap {
    let (mut offered, mut gates_open, mut sustained) = (NOTHING, NOTHING, NOTHING);
    let (mut sustained_unknown, mut deployed) = (0, 0);
    let fits = state
        .contributions()
        .filter(|one| one.component == line.component && one.unit == line.unit);
    for contribution in fits {
        deployed += state.deployed(&contribution.id);
        if let Some(strength) = &contribution.deployed {
            let range = Range { min: strength.min, max: strength.max };
            offered = plus(offered, range);
            if open(&state.gates(contribution, context)) == Truth::Yes {
                gates_open = plus(gates_open, range);
            }
        }
        match rotation(contribution).sustained {
            Some(range) => sustained = plus(sustained, range),
            None => sustained_unknown += 1,
        }
    }
    let needed = &line.needed;
    Gap {
        line: line.clone(),
        offered,
        gates_open,
        sustained,
        sustained_unknown,
        deployed,
        missing_least: offered.max.map_or(0, |most| needed.min.saturating_sub(most)),
        missing_most: needed.max.map(|most| most.saturating_sub(offered.min)),
    }
}

fn plus(one: Range, other: Range) -> Range {
    let max = one.max.zip(other.max).map(|(one, other)| one.saturating_add(other));
    Range { min: one.min.saturating_add(other.min), max }
}
