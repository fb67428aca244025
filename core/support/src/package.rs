//! A package of support: what, from whom, worth how much on which price basis, and how far it has come.

use std::collections::BTreeMap;

use guarantees::pledge::{Quantity, Statement};
use kernel::quantity::Money;
use kernel::{PartyId, Time};
use serde::{Deserialize, Serialize};

/// The kinds of support the seed articles and their sources speak of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum Kind {
    DefencePackage,
    PurchaseFinancing,
    BudgetHelp,
    DepotAccess,
    FortificationAssistance,
    Training,
    IndustrialProject,
    IntelligenceSharing,
    InCountryProduction,
    LongRangeMunitions,
    ForceRegeneration,
    Reconstruction,
    LogisticsHub,
    EnergyAndHumanitarian,
}

/// How far a package has come. The order is the ladder; nothing climbs down.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rung {
    /// Said in public.
    Announced,
    /// Promised by a decision.
    Committed,
    /// Earmarked for a purpose or delivery.
    Allocated,
    /// Ordered.
    Contracted,
    /// Ready in a depot.
    InDepot,
    /// On its way.
    InTransit,
    /// Handed over, as the donor reports; the recipient's word stands beside it.
    Delivered,
    /// In use, as the recipient reports.
    InUse,
}

impl Rung {
    /// All rungs from the lowest.
    pub const ALL: [Self; 8] = [
        Self::Announced,
        Self::Committed,
        Self::Allocated,
        Self::Contracted,
        Self::InDepot,
        Self::InTransit,
        Self::Delivered,
        Self::InUse,
    ];
}

/// On which prices a value rests. Values on different bases are never added up.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PriceBasis {
    /// The source does not say.
    #[default]
    Unstated,
    /// Money itself.
    Cash,
    /// Market price of the item.
    Market,
    /// Price of its replacement.
    Replacement,
    /// Value in the donor's books.
    Book,
}

/// One package.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Package {
    /// Short name: `de.rebuild-1`.
    pub id: String,
    /// Who gives.
    pub donor: PartyId,
    /// Who receives.
    pub recipient: PartyId,
    /// What kind of support.
    pub kind: Kind,
    /// What it is, in words.
    pub title: String,
    /// Worth, where somebody put a value on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Money>,
    /// On which prices.
    #[serde(default)]
    pub price_basis: PriceBasis,
    /// Whether it is goods or services rather than money.
    #[serde(default)]
    pub in_kind: bool,
    /// How much of it, as a range.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Quantity>,
    /// How far it had come when it was entered.
    pub rung: Rung,
    /// By when each rung was promised.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub promised: BTreeMap<Rung, Time>,
    /// The pledge it fulfils.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pledge: Option<String>,
    /// For what is shared rather than shipped: the audiences it may be released to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub releasable_to: Vec<String>,
    /// What people said about it, side by side.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub statements: Vec<Statement>,
    /// Where it is known from; `[o]` marks what the seed articles do not say.
    pub source: Vec<String>,
}
