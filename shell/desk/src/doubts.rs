//! Sources held against what the house holds, and what is found put on the record.

use kernel::{Identity, Time};
use secretariat::Command;
use secretariat::command::HouseCommand;
use watch::trust_doubt::SourceDoubted;

use crate::{Desk, Error};

/// Has the house check its sources as of the last assembly, and says which doubts are new, changed
/// or lifted, by source and station.
///
/// # Errors
/// When it cannot be made durable, or `by` has no mandate for it.
pub fn check(desk: &mut Desk, by: &Identity, now: Time) -> Result<Vec<SourceDoubted>, Error> {
    let before = desk.size();
    desk.submit(by, Command::House(HouseCommand::CheckSources), now)?;
    let doubts = desk.house().state().watch.doubts();
    Ok(doubts.filter(|(entry, _)| *entry >= before).map(|(_, doubt)| doubt.clone()).collect())
}
