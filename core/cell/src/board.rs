//! The 48-hour board: what happened, newest first, as a duty officer reads it out.

use kernel::{Duration, Time};
use serde::Serialize;

/// How far back the board looks.
pub const WINDOW: Duration = Duration::hours(48);

/// One line of the board.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Line {
    /// When the record learnt of it.
    pub at: Time,
    /// Kind of matter: `incidents`, `case`, `finding`, `obligation`, `notice`, `fact`, `task`.
    pub kind: &'static str,
    /// One sentence.
    pub title: String,
    /// Its id, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
}

/// The lines of the last 48 hours before `as_of`, newest first; equal times keep the given order.
#[must_use]
pub fn board(lines: impl IntoIterator<Item = Line>, as_of: Time) -> Vec<Line> {
    let recent = |line: &Line| line.at <= as_of && as_of - line.at <= WINDOW;
    let mut shown: Vec<Line> = lines.into_iter().filter(recent).collect();
    shown.sort_by_key(|line| std::cmp::Reverse(line.at));
    shown
}
