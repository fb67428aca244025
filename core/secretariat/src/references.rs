//! Which vault objects an entry rests on, and which it says are erased.

use kernel::Digest;

use crate::command::Command;
use crate::entry::Entry;

/// Digests named by a submission: what must lie in the vault before it is taken in.
#[must_use]
pub fn of_command(command: &Command) -> Vec<Digest> {
    match command {
        Command::Watch(watch::command::Command::ReceiveBatch { batch }) => of_batch(batch),
        Command::Commission(commission::Command::AddExhibit { exhibit, .. }) => {
            vec![exhibit.digest]
        }
        Command::Guarantees(guarantees::Command::ReportPerformance { proof, .. }) => proof.clone(),
        Command::Cell(cell::Command::IssueDailyReport { report, .. }) => vec![*report],
        _ => Vec::new(),
    }
}

/// Digests named by what followed.
#[must_use]
pub fn of_entry(entry: &Entry) -> Vec<Digest> {
    match entry {
        Entry::Founded(founding) => founding.files.values().copied().collect(),
        Entry::Watch(watch::entry::Entry::BatchReceived(batch)) => of_batch(batch),
        Entry::Watch(watch::entry::Entry::IncidentsAssembled(assembled)) => vec![assembled.payload],
        Entry::Terms(terms::Entry::AllegationsRaised { payload, .. }) => vec![*payload],
        _ => Vec::new(),
    }
}

fn of_batch(batch: &watch::entry::BatchReceived) -> Vec<Digest> {
    [batch.digest].into_iter().chain(batch.picked).collect()
}

/// What an entry says is erased: a batch's bytes, and what was read in them.
#[must_use]
pub fn erased_by(entry: &Entry) -> Vec<Digest> {
    match entry {
        Entry::Watch(watch::entry::Entry::BatchErased(erased)) => {
            [erased.digest].into_iter().chain(erased.picked.iter().copied()).collect()
        }
        _ => Vec::new(),
    }
}
