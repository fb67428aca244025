//! A guard after checking: every name resolved, every comparison of a kind that can be weighed.

use std::collections::BTreeSet;

use kernel::{Duration, Time};
use watch::Class;

/// A moment that a guard compares with: fixed, or counted from T0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Moment {
    /// A fixed moment.
    Fixed(Time),
    /// So long after the ceasefire came into force.
    AfterStart(Duration),
}

impl Moment {
    /// The moment, once T0 is known.
    #[must_use]
    pub fn resolve(self, start: Option<Time>) -> Option<Time> {
        match self {
            Self::Fixed(time) => Some(time),
            Self::AfterStart(span) => start.map(|start| start + span),
        }
    }
}

/// How two values compare.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Compare {
    /// `<` (and `<=` of continuous values: the two differ by nothing that can be measured).
    Below,
    /// `<=`
    AtMost,
    /// `>`
    Above,
    /// `>=`
    AtLeast,
}

impl Compare {
    /// Whether `one` compares so to `other`.
    #[must_use]
    pub fn holds<T: PartialOrd>(self, one: T, other: T) -> bool {
        match self {
            Self::Below => one < other,
            Self::AtMost => one <= other,
            Self::Above => one > other,
            Self::AtLeast => one >= other,
        }
    }
}

/// A checked condition. Numbers in it index the agreement's own lists.
#[derive(Clone, PartialEq, Debug)]
pub enum Condition {
    /// `true`, `false`.
    Always(bool),
    /// Not.
    Not(Box<Condition>),
    /// All of them.
    All(Vec<Condition>),
    /// At least one of them.
    Any(Vec<Condition>),
    /// The incident happened before, at or after a moment.
    At(Compare, Moment),
    /// The incident is of one of these classes.
    Class(BTreeSet<Class>),
    /// The incident lies in a zone.
    Zone(usize),
    /// The incident lies within so many metres of a protected object of a category.
    Near {
        /// The category, by its name in the zones.
        category: String,
        /// Metres around the object's own extent.
        within_m: f64,
    },
    /// Heavy weapons stand nearer to the line than their withdrawal distance. Their calibre is
    /// seldom seen: between the least and the greatest distance of the table, nobody can say.
    InsideWithdrawal,
    /// A fact holds when the incident happened.
    Fact {
        /// Its name.
        name: String,
        /// Of whom or what.
        subject: Option<String>,
    },
    /// A notice of this kind, filed early enough, covers the incident.
    Noticed(usize),
    /// The number of single events compares so.
    Count(Compare, f64),
    /// The number of independent groups that saw it compares so.
    Groups(Compare, f64),
}

/// A severity: a number that conditions may choose.
#[derive(Clone, PartialEq, Debug)]
pub enum Level {
    /// This number.
    Is(f64),
    /// One of two, as a condition says.
    Choice(Box<Condition>, Box<Level>, Box<Level>),
}

impl Condition {
    /// Calls `visit` with this condition and every one inside it.
    pub fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Condition)) {
        visit(self);
        match self {
            Self::Not(inner) => inner.walk(visit),
            Self::All(inner) | Self::Any(inner) => inner.iter().for_each(|one| one.walk(visit)),
            _ => {}
        }
    }
}
