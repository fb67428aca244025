//! What the house knows, as JSON: one view for the command line, the API and the app.

pub mod availability;
pub mod board;
pub mod capability;
pub mod capability_map;
pub mod cases;
pub mod geometry;
pub mod incidents;
pub mod lapsed;
pub mod lists;
pub mod overview;
pub mod pledges;
pub mod release;
pub mod reports;
pub mod waveforms;
pub mod waves;
pub mod zones;

use kernel::{Context, Identity, Stamp, Time};
use secretariat::State;
use secretariat::founding::HOUSE;
use watch::entry::Outage;

use desk::{Bulletin, Reader};

/// What a view looks at: the state, the incidents, the moment.
#[derive(Clone, Copy)]
pub struct Sight<'a> {
    /// The state.
    pub state: &'a State,
    /// The current incidents.
    pub bulletin: &'a Bulletin,
    /// "As of": conditions and clocks are shown as they stand at this moment.
    pub as_of: Time,
}

impl<'a> Sight<'a> {
    /// What a house shows as of its last entry.
    #[must_use]
    pub fn of(reader: &'a Reader) -> Self {
        Self {
            state: reader.replayed.house.state(),
            bulletin: &reader.bulletin,
            as_of: reader.replayed.last,
        }
    }
}

impl Sight<'_> {
    /// Times in which sources did not watch: those stated, and those found from their silence.
    #[must_use]
    pub fn outages(&self) -> Vec<Outage> {
        let stated = self.state.watch.outages().iter().cloned();
        stated.chain(watch::lapses::outages(self.bulletin.in_order())).collect()
    }

    /// The stamp of somebody who asks now.
    #[must_use]
    pub fn stamp(&self) -> Stamp {
        Stamp { position: 0, at: self.as_of, by: Identity::from(HOUSE) }
    }

    /// Does `look` with the context of somebody who asks now.
    pub fn with_context<T>(&self, look: impl FnOnce(&Context<'_>) -> T) -> T {
        let stamp = self.stamp();
        look(&Context { stamp: &stamp, facts: self.state.facts() })
    }
}

/// A half-open window of time.
#[derive(Clone, Copy, Debug, Default)]
pub struct Window {
    /// First moment.
    pub from: Option<Time>,
    /// First moment after it.
    pub to: Option<Time>,
}

impl Window {
    /// Whether a moment lies in it.
    #[must_use]
    pub fn holds(&self, moment: Time) -> bool {
        self.from.is_none_or(|from| from <= moment) && self.to.is_none_or(|to| moment < to)
    }
}

/// A value of ours as JSON. Every noun of the core has a JSON form; one that had none would show
/// as null rather than stop the page.
pub fn json<T: serde::Serialize>(value: &T) -> serde_json::Value {
    serde_json::to_value(value).unwrap_or_default()
}

/// A value of ours as the word it is written with.
pub fn word<T: serde::Serialize>(value: &T) -> String {
    json(value).as_str().map(str::to_owned).unwrap_or_default()
}
