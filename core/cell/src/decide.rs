//! Whether the cell does what it is asked.

use kernel::{Context, Refusal, Time};

use crate::command::Command;
use crate::entry::Entry;
use crate::state::State;

/// What follows from a request, or why it is refused.
///
/// # Errors
/// A refusal names what is missing and what to do next.
pub fn decide(state: &State, command: Command, context: &Context) -> Result<Vec<Entry>, Refusal> {
    let entry = match command {
        Command::AssignTask { text, to, due, about } => {
            refuse_past(due, context.stamp.at)?;
            Entry::TaskAssigned { task: state.next_task(), text, to, due, about }
        }
        Command::CloseTask { task, outcome } => {
            let open = state.tasks.get(&task).ok_or_else(|| no_such("task", task))?;
            if open.closed.is_some() {
                return Err(Refusal::new(
                    "task-already-closed",
                    format!("Task {task} is already closed."),
                ));
            }
            Entry::TaskClosed { task, outcome }
        }
        Command::AcknowledgeNotification { notification } => {
            let raised = state.notifications.get(&notification);
            let raised = raised.ok_or_else(|| no_such("notification", notification))?;
            if raised.to != context.stamp.by {
                let sentence = format!(
                    "Notification {notification} is for {}, not for {}.",
                    raised.to, context.stamp.by
                );
                return Err(Refusal::new("not-yours", sentence)
                    .hint("Submit as the identity it is addressed to."));
            }
            Entry::NotificationAcknowledged { notification }
        }
        Command::IssueDailyReport { day, report } => {
            if Time::from_day_text(&day).is_none() {
                let sentence = format!("`{day}` is not a day.");
                return Err(Refusal::new("not-a-day", sentence).hint("Write it like 2026-03-02."));
            }
            let corrects = state.reports.get(&day).copied();
            if corrects == Some(report) {
                let sentence =
                    format!("The report of {day} with this very content is already issued.");
                return Err(Refusal::new("report-already-issued", sentence));
            }
            Entry::DailyReportIssued { day, report, corrects }
        }
    };
    Ok(vec![entry])
}

fn refuse_past(due: Time, now: Time) -> Result<(), Refusal> {
    if due > now {
        return Ok(());
    }
    let sentence = format!("The task would be due at {due}, and the record's time is {now}.");
    Err(Refusal::new("due-in-the-past", sentence).hint("Give a time after the record's time."))
}

fn no_such(what: &str, number: u64) -> Refusal {
    Refusal::new("no-such-number", format!("There is no {what} {number}."))
        .hint(format!("List them with `servanda {what} list HOUSE`."))
}

#[cfg(test)]
mod tests {
    use kernel::{FactBook, Stamp};

    use super::*;

    #[test]
    fn only_the_addressee_acknowledges() {
        let facts = FactBook::default();
        let stamp = Stamp { position: 5, at: Time(10), by: "fr.liaison".into() };
        let context = Context { stamp: &stamp, facts: &facts };
        let mut state = State::default();
        let raised = Entry::NotificationRaised {
            to: "gb.liaison".into(),
            what: "finding-published".into(),
            about: "FND-1".into(),
        };
        state.evolve(&raised, &stamp);
        let refusal =
            decide(&state, Command::AcknowledgeNotification { notification: 5 }, &context);
        assert_eq!(refusal.unwrap_err().code, "not-yours");
        let missing =
            decide(&state, Command::AcknowledgeNotification { notification: 2 }, &context);
        assert_eq!(missing.unwrap_err().code, "no-such-number");
    }
}
