//! Submissions over HTTP: a complete entry, signed by its submitter's own key elsewhere.

use desk::{Desk, Error, Receipt};
use kernel::{Duration, Refusal};
use record::Entry;
use secretariat::Command;

use super::problem::Problem;
use crate::cli::now;

/// Clocks differ; an entry dated further ahead than this would hold up everybody else's.
const AHEAD_MAX: Duration = Duration::seconds(600);

/// Reads a submission: the JSON of an entry whose body is a command.
///
/// # Errors
/// When it is no entry, or no command.
pub fn read(bytes: &[u8]) -> Result<(Entry, Command), Problem> {
    let entry: Entry = serde_json::from_slice(bytes).map_err(|error| {
        Refusal::new("not-a-submission", format!("This is not an entry: {error}."))
            .hint("docs/formats.md shows how an entry is written and signed.")
    })?;
    let none = || {
        let sentence = format!("`{}` is not something that can be asked of the house.", entry.kind);
        Refusal::new("not-a-submission", sentence).hint("A submission's body has a `command`.")
    };
    let command =
        Command::from_record(&entry.kind, entry.version, &entry.body)?.ok_or_else(none)?;
    if command.to_record()?.0 != entry.kind {
        let sentence = format!("The entry says `{}` and its body is another command.", entry.kind);
        return Err(Refusal::new("kind-and-body-differ", sentence).into());
    }
    Ok((entry, command))
}

/// Takes it in, after what was due before it.
///
/// # Errors
/// When the house refuses, or it cannot be made durable.
pub fn take_in(desk: &mut Desk, entry: Entry, command: Command) -> Result<Receipt, Error> {
    if !desk.house().state().founding.exercise {
        let now = now();
        if entry.at > now + AHEAD_MAX {
            let sentence = format!("The submission is dated {}, and it is {now} here.", entry.at);
            return Err(Refusal::new("dated-in-the-future", sentence)
                .hint("Set the submitter's clock and sign it again.")
                .into());
        }
    }
    desk.submit_signed(entry, command)
}
