//! What may be asked of the terms: state a fact, file a notice, take a position.

use kernel::{Interval, PartyId, Place, Time, Truth};
use serde::{Deserialize, Serialize};

use crate::parties::Stance;

/// A request; `decide` answers it with entries or a refusal.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "command")]
pub enum Command {
    /// State that a fact holds, does not hold, or is not yet known.
    StateFact {
        /// Its name, as the agreement declares it.
        fact: String,
        /// Of whom or what.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        subject: Option<String>,
        /// Whether it holds.
        holds: Truth,
        /// Since when; never later than now.
        since: Time,
        /// What the statement rests on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        basis: Option<String>,
    },
    /// File an advance notice or a window.
    FileNotice {
        /// Its kind, as the agreement declares it.
        kind: String,
        /// When it takes place.
        window: Interval,
        /// Middle of its area.
        center: Place,
        /// Radius of its area, metres.
        radius_m: f64,
        /// The party whose activity it is, if any.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        party: Option<PartyId>,
        /// What is announced.
        text: String,
    },
    /// Say how one's party stands to an article.
    TakePosition {
        /// The article's number.
        article: String,
        /// How it stands.
        stance: Stance,
        /// In its own words.
        text: String,
    },
}
