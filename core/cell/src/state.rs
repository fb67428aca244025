//! The cell's open tasks, notifications and issued reports.

use std::collections::BTreeMap;

use kernel::{Digest, Identity, Stamp, Time};
use serde::Serialize;

use crate::entry::Entry;

/// Something somebody was given to do.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Task {
    /// What.
    pub text: String,
    /// Who.
    pub to: Identity,
    /// By when.
    pub due: Time,
    /// What it concerns.
    pub about: Option<String>,
    /// When it was given.
    pub assigned: Time,
    /// When it was closed and what came of it.
    pub closed: Option<(Time, String)>,
}

/// Something somebody must know.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Notification {
    /// Who.
    pub to: Identity,
    /// What, as a code.
    pub what: String,
    /// The case, finding or obligation.
    pub about: String,
    /// When it was raised.
    pub raised: Time,
    /// When it was read.
    pub acknowledged: Option<Time>,
}

/// Everything the cell keeps.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct State {
    /// Tasks by number.
    pub tasks: BTreeMap<u64, Task>,
    /// Notifications by number, which is the position of the entry that raised it.
    pub notifications: BTreeMap<u64, Notification>,
    /// The last report issued for each day.
    pub reports: BTreeMap<String, Digest>,
}

impl State {
    /// Takes in what happened.
    pub fn evolve(&mut self, entry: &Entry, stamp: &Stamp) {
        match entry.clone() {
            Entry::TaskAssigned { task, text, to, due, about } => {
                self.tasks
                    .insert(task, Task { text, to, due, about, assigned: stamp.at, closed: None });
            }
            Entry::TaskClosed { task, outcome } => {
                if let Some(task) = self.tasks.get_mut(&task) {
                    task.closed = Some((stamp.at, outcome));
                }
            }
            Entry::NotificationRaised { to, what, about } => {
                let raised = Notification { to, what, about, raised: stamp.at, acknowledged: None };
                self.notifications.insert(stamp.position, raised);
            }
            Entry::NotificationAcknowledged { notification } => {
                if let Some(notification) = self.notifications.get_mut(&notification) {
                    notification.acknowledged = Some(stamp.at);
                }
            }
            Entry::DailyReportIssued { day, report, .. } => {
                self.reports.insert(day, report);
            }
        }
    }

    /// The number of the next task.
    #[must_use]
    pub fn next_task(&self) -> u64 {
        self.tasks.last_key_value().map_or(1, |(number, _)| number + 1)
    }
}
