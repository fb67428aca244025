//! Lists that need no view of their own: allegations, facts, sources, tasks, notifications.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};
use watch::IncidentId;

use super::{Sight, json as as_json, overview};

/// A list with its denominator and its moment.
fn listed(sight: &Sight, items: Vec<Value>) -> Value {
    json!({"as_of": sight.as_of, "total": items.len(), "items": items})
}

/// Allegations by time, all or those of one incident.
#[must_use]
pub fn allegations(sight: &Sight, incident: Option<IncidentId>) -> Value {
    let mut raised: Vec<_> = sight.state.terms.allegations().values().collect();
    raised.retain(|raised| incident.is_none_or(|incident| raised.incident == incident));
    raised.sort_by_key(|raised| (raised.when, raised.rule.clone(), raised.id));
    listed(sight, raised.into_iter().map(as_json).collect())
}

/// Every fact ever stated, by name and subject, oldest first.
#[must_use]
pub fn facts(sight: &Sight) -> Value {
    listed(sight, sight.state.facts().iter().map(as_json).collect())
}

/// Sources that watch.
#[must_use]
pub fn sources(sight: &Sight) -> Value {
    listed(sight, overview::sources(sight))
}

/// Tasks of the cell by number.
#[must_use]
pub fn tasks(sight: &Sight) -> Value {
    listed(sight, numbered(&sight.state.cell.tasks))
}

/// Who must know what, by number.
#[must_use]
pub fn notifications(sight: &Sight) -> Value {
    listed(sight, numbered(&sight.state.cell.notifications))
}

fn numbered<T: Serialize>(things: &BTreeMap<u64, T>) -> Vec<Value> {
    let number = |(number, thing): (&u64, &T)| {
        let mut row = as_json(thing);
        if let Some(fields) = row.as_object_mut() {
            fields.insert("number".into(), json!(number));
        }
        row
    };
    things.iter().map(number).collect()
}
