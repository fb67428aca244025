//! The house at a glance: which agreement, as of when, how much of everything.

use record::Frontier;
use serde_json::{Value, json};
use watch::trust::State;
use watch::trust_doubt::SourceDoubted;

use super::Sight;
use super::availability::{self, share};

/// The overview. `frontier` is the tree over the record.
#[must_use]
pub fn overview(sight: &Sight, frontier: &Frontier) -> Value {
    let state = sight.state;
    let heading = &state.agreement.heading;
    let t0 = state.facts().at(terms::CEASEFIRE, None, sight.as_of, sight.as_of);
    let parties: Vec<Value> = state
        .agreement
        .parties
        .parties
        .iter()
        .map(|party| json!({"id": party.id, "name": party.names, "role": party.role}))
        .collect();
    json!({
        "agreement": {
            "id": heading.id,
            "title": heading.title,
            "version": heading.version,
            "status": heading.status,
            "authoritative_language": heading.authoritative_language,
            "boundary_view": heading.boundary_view,
            "time_zone": heading.time_zone,
        },
        "exercise": state.founding.exercise,
        "as_of": sight.as_of,
        "t0": t0.map(|fact| json!({"holds": fact.holds, "since": fact.since})),
        "parties": parties,
        "counts": {
            "observations": state.engine.observations(),
            "incidents": sight.bulletin.len(),
            "allegations": state.terms.allegations().values().filter(|raised| raised.verdict != terms::Verdict::Withdrawn).count(),
            "cases": state.commission.cases.len(),
            "findings": state.commission.findings.len(),
            "obligations": state.guarantees.obligations().len(),
        },
        "watch": {"sources": sources(sight)},
        "record": {"origin": state.founding.origin, "size": frontier.size(), "root": frontier.root()},
    })
}

/// Sources with their particulars and how much of each was taken in.
#[must_use]
pub fn sources(sight: &Sight) -> Vec<Value> {
    let watch = &sight.state.watch;
    let noticing = super::capability::Noticing::of(sight);
    watch
        .sources()
        .map(|source| {
            let batches = watch.batches().iter().filter(|batch| batch.source == source.id);
            let (count, observations) = batches
                .fold((0_u64, 0_u64), |(count, sum), batch| (count + 1, sum + batch.observations));
            let doubts: Vec<_> = watch
                .doubts()
                .filter(|(_, doubt)| doubt.source == source.id && doubt.state != State::Sound)
                .map(|(entry, doubt)| doubted(entry, doubt))
                .collect();
            let lately = availability::lately(sight, source);
            json!({
                "id": source.id,
                "kind": source.kind,
                "owner": source.owner,
                "side": source.side,
                "reliability": source.reliability,
                "independence_group": source.independence_group,
                "delay_max": source.delay_max,
                "cadence": source.cadence,
                "available": lately.as_ref().map(|done| share(done.availability.share_available)),
                "timely": lately.as_ref().map(|done| share(done.availability.share_timely)),
                "batches": count,
                "observations": observations,
                "last": noticing.last(&source.id),
                "doubted": doubts.len(),
                "doubts": doubts,
            })
        })
        .collect()
}

/// A doubt as it stands on the record, with the position of its entry.
fn doubted(entry: u64, doubt: &SourceDoubted) -> Value {
    let mut doubted = super::json(doubt);
    doubted["entry"] = json!(entry);
    doubted
}
