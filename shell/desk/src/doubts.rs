//! Sources held against what the house holds, and what is found put on the record.

use kernel::{Identity, Time};
use secretariat::Command;
use watch::trust_doubt::SourceDoubted;

use crate::{Desk, Error};

/// Records every doubt that is new, changed or lifted, and says which they were, by source and
/// station. Incidents are as the last assembly left them.
///
/// # Errors
/// When a payload cannot be read, or `by` has no mandate for it.
pub fn check(desk: &mut Desk, by: &Identity, now: Time) -> Result<Vec<SourceDoubted>, Error> {
    let incidents = desk.incidents()?;
    let state = desk.house().state();
    let doubts = state.engine.doubts(incidents.values(), &state.watch);
    for doubt in &doubts {
        let command = watch::command::Command::DoubtSource { doubt: doubt.clone() };
        desk.submit(by, Command::Watch(command), now)?;
    }
    Ok(doubts)
}
