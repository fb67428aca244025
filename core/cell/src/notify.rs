//! Who must know what: the same rule for every party.

use std::collections::BTreeSet;

use kernel::Identity;

use crate::entry::Entry;
use crate::state::State;

/// One notification to each of `to`, once for each matter.
#[must_use]
pub fn notify(state: &State, to: &BTreeSet<Identity>, what: &str, about: &str) -> Vec<Entry> {
    let known = |identity: &Identity| {
        state
            .notifications
            .values()
            .any(|raised| raised.to == *identity && raised.what == what && raised.about == about)
    };
    let unaware = to.iter().filter(|identity| !known(identity));
    unaware
        .map(|identity| Entry::NotificationRaised {
            to: identity.clone(),
            what: what.to_owned(),
            about: about.to_owned(),
        })
        .collect()
}
