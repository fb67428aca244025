//! Depots a recipient may draw on: whose, how fast, and how full. Never where exactly.

use kernel::{Duration, PartyId};
use serde::{Deserialize, Serialize};

/// Where a depot is, as a class.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LocationClass {
    /// In the recipient's rear.
    Host,
    /// In a state next to it.
    Neighbour,
    /// In the owner's own country.
    Home,
}

/// How full a depot is of one category.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum StockLevel {
    Empty,
    Low,
    Half,
    Full,
}

/// One category of stock.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stock {
    /// What it is: `artillery-ammunition`.
    pub category: String,
    /// How much is there, as last stated; absent when nobody says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<StockLevel>,
}

/// One depot.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Depot {
    /// Short name.
    pub id: String,
    /// Whose it is.
    pub owner: PartyId,
    /// Where, as a class.
    pub location: LocationClass,
    /// Who may call on it.
    pub open_to: Vec<PartyId>,
    /// How soon after a call the goods leave.
    pub response: Duration,
    /// What it holds.
    pub stocks: Vec<Stock>,
    /// Where this is known from.
    pub source: Vec<String>,
}
