//! The coordination cell: one picture, tasks, notifications, the 48-hour board, the daily report.
//!
//! The cell computes nothing of its own: it counts, compares and says who must know. Every count
//! stands with its denominator, every picture with its "as of".

pub mod board;
pub mod command;
pub mod daily;
pub mod decide;
pub mod entry;
pub mod notify;
pub mod state;

pub use command::Command;
pub use decide::decide;
pub use entry::Entry;
pub use state::{Notification, State, Task};
