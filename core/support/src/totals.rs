//! Sums rung by rung: one row for each rung, currency and price basis, and never one number.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::package::{PriceBasis, Rung};
use crate::state::{Progress, State};

/// One row of the table.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Row {
    /// The rung these packages have reached; they may stand higher.
    pub rung: Rung,
    /// ISO 4217 code; absent for packages nobody put a value on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// On which prices.
    pub price_basis: PriceBasis,
    /// Goods and services, or money.
    pub in_kind: bool,
    /// Sum in minor units; 0 when nobody put a value on them.
    pub minor: i64,
    /// How many packages.
    pub packages: u32,
    /// Of these, how many stand on this very rung.
    pub standing_here: u32,
    /// Of these, how many deliveries the recipient has confirmed.
    pub confirmed: u32,
}

/// The table of everything not withdrawn: what has reached each rung.
#[must_use]
pub fn totals(state: &State) -> Vec<Row> {
    let mut rows = BTreeMap::new();
    for progress in state.packages().values().filter(|progress| progress.withdrawn.is_none()) {
        for rung in Rung::ALL.into_iter().filter(|rung| *rung <= progress.rung) {
            let package = &progress.package;
            let currency = package.value.as_ref().map(|value| value.currency.clone());
            let key = (rung, currency.clone(), package.price_basis, package.in_kind);
            let empty = Row {
                rung,
                currency,
                price_basis: package.price_basis,
                in_kind: package.in_kind,
                minor: 0,
                packages: 0,
                standing_here: 0,
                confirmed: 0,
            };
            add(rows.entry(key).or_insert(empty), progress);
        }
    }
    rows.into_values().collect()
}

fn add(row: &mut Row, progress: &Progress) {
    let minor = progress.package.value.as_ref().map_or(0, |value| value.minor);
    row.minor = row.minor.saturating_add(minor);
    row.packages += 1;
    row.standing_here += u32::from(progress.rung == row.rung);
    row.confirmed += u32::from(matches!(progress.receipt, Some((true, _, _))));
}
