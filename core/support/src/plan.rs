//! The support's part of an agreement folder, `support.toml`: packages and depots.

use std::collections::BTreeMap;

use guarantees::tables::Tables;
use kernel::{Mistake, SourceText};

use crate::depot::Depot;
use crate::package::Package;

/// Everything `support.toml` says.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Plan {
    /// Packages by id.
    pub packages: BTreeMap<String, Package>,
    /// Depots by id.
    pub depots: BTreeMap<String, Depot>,
}

/// Reads `support.toml`, with every mistake in it.
#[must_use]
pub fn read(text: &SourceText) -> (Plan, Vec<Mistake>) {
    let mut tables = Tables::open(text, "support.toml");
    let mut plan = Plan::default();
    for read in tables.list::<Package>("package") {
        if let Err(message) = check(&read.value) {
            tables.mistake(read.bytes.clone(), format!("package `{}`: {message}", read.value.id));
        }
        if let Some(twice) = plan.packages.insert(read.value.id.clone(), read.value) {
            tables.mistake(read.bytes, format!("the package `{}` is written twice", twice.id));
        }
    }
    for read in tables.list::<Depot>("depot") {
        if let Some(twice) = plan.depots.insert(read.value.id.clone(), read.value) {
            tables.mistake(read.bytes, format!("the depot `{}` is written twice", twice.id));
        }
    }
    (plan, tables.finish())
}

/// Whether a package makes sense by itself.
///
/// # Errors
/// With what does not.
pub fn check(package: &Package) -> Result<(), String> {
    if package.value.as_ref().is_some_and(|value| value.minor < 0) {
        return Err("a package is not worth less than nothing".to_owned());
    }
    if package.quantity.as_ref().is_some_and(|count| count.max.is_some_and(|max| max < count.min)) {
        return Err("its quantity ends below where it begins".to_owned());
    }
    let promised: Vec<_> = package.promised.values().collect();
    if !promised.is_sorted() {
        return Err("a higher rung is promised before a lower one".to_owned());
    }
    Ok(())
}
