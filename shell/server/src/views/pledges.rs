//! The pledge board, obligations, the force's contributions with their gates, support packages.

use guarantees::{Obligation, Pledge};
use serde_json::{Map, Value, json};

use super::{Sight, json as as_json};

/// An obligation with what has been reported about it.
#[must_use]
pub fn obligation(sight: &Sight, owed: &Obligation) -> Value {
    let mut view = as_json(owed);
    let reports: Vec<Value> = sight
        .state
        .guarantees
        .reports(owed.id)
        .iter()
        .map(|report| json!({"at": report.known, "by": report.by, "entry": report.entry}))
        .collect();
    if let Some(fields) = view.as_object_mut() {
        fields.insert("reports".into(), Value::Array(reports));
    }
    view
}

/// All obligations by when they are due.
#[must_use]
pub fn obligations(sight: &Sight) -> Value {
    let mut all: Vec<&Obligation> = sight.state.guarantees.obligations().values().collect();
    all.sort_by_key(|owed| (owed.due, owed.pledge.clone(), owed.id));
    let items: Vec<Value> = all.into_iter().map(|owed| obligation(sight, owed)).collect();
    json!({"as_of": sight.as_of, "total": items.len(), "items": items})
}

/// Every pledge with the state of its conditions and what it has led to.
#[must_use]
pub fn board(sight: &Sight) -> Value {
    let items = sight.with_context(|context| {
        let outlook = sight.state.guarantees.outlook(context);
        outlook
            .into_iter()
            .map(|(pledge, life, conditions)| item(sight, pledge, &json!(life), &json!(conditions)))
            .collect::<Vec<_>>()
    });
    json!({"as_of": sight.as_of, "total": items.len(), "items": items})
}

fn item(sight: &Sight, pledge: &Pledge, life: &Value, conditions: &Value) -> Value {
    let owed =
        sight.state.guarantees.obligations().values().filter(|owed| owed.pledge == pledge.id);
    let not_triggered: Vec<_> = sight
        .state
        .guarantees
        .current_causes()
        .flat_map(|ground| sight.state.guarantees.not_triggered(ground.finding))
        .filter(|reason| reason.pledge == pledge.id)
        .collect();
    let mut fields = match as_json(pledge) {
        Value::Object(fields) => fields,
        _ => Map::new(),
    };
    let clause_status = sight.state.guarantees.clause_status(pledge);
    fields.insert("clause_status".into(), json!(clause_status));
    fields.insert("status".into(), life.clone());
    fields.insert("conditions".into(), conditions.clone());
    fields.insert("not_triggered".into(), json!(not_triggered));
    fields.insert("source".into(), json!(pledge.source.join("; ")));
    fields.insert("obligations".into(), owed.map(|owed| obligation(sight, owed)).collect());
    Value::Object(fields)
}

/// Contributions to the force, each with its gates.
#[must_use]
pub fn contributions(sight: &Sight) -> Value {
    let items: Vec<Value> = sight.with_context(|context| {
        let force = &sight.state.force;
        force
            .contributions()
            .map(|contribution| {
                let gates = force.gates(contribution, context);
                json!({
                    "contribution": contribution,
                    "gates": gates,
                    "open": force::gate::open(&gates),
                    "deployed": force.deployed(&contribution.id),
                })
            })
            .collect()
    });
    json!({"as_of": sight.as_of, "total": items.len(), "items": items})
}

/// Support packages, each on its rung, and the totals rung by rung (never one number).
#[must_use]
pub fn packages(sight: &Sight) -> Value {
    let support = &sight.state.support;
    let items: Vec<Value> = support
        .packages()
        .iter()
        .map(|(id, progress)| {
            json!({
                "id": id,
                "package": progress.package,
                "rung": progress.rung,
                "reached": progress.reached,
                "receipt": progress.receipt,
                "slipped": progress.slipped,
                "withdrawn": progress.withdrawn,
            })
        })
        .collect();
    json!({"as_of": sight.as_of, "total": items.len(), "items": items, "totals": support::totals(support)})
}
