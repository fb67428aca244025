//! The docket, a case room, findings.

use commission::{Case, CaseId, Finding, decision_box};
use serde_json::{Value, json};

use super::{Sight, pledges};

/// One line of the docket.
#[must_use]
pub fn item(case: &Case) -> Value {
    json!({
        "id": case.id,
        "title": case.title,
        "stage": case.stage,
        "opened": case.opened,
        "opened_by": case.opened_by,
        "deadline": case.due,
        "allegations": case.cited.len(),
        "parties": case.accused,
        "level": case.published.last().map(|standing| standing.level),
        "closed": case.closed,
    })
}

/// The docket, newest case first.
#[must_use]
pub fn docket(sight: &Sight) -> Value {
    let mut cases: Vec<&Case> = sight.state.commission.cases.values().collect();
    cases.sort_by_key(|case| std::cmp::Reverse(case.entry));
    json!({"as_of": sight.as_of, "total": cases.len(), "items": cases.into_iter().map(item).collect::<Vec<_>>()})
}

/// A case, whole.
#[must_use]
pub fn whole(sight: &Sight, id: &CaseId) -> Option<Value> {
    let state = sight.state;
    let case = state.commission.cases.get(id)?;
    let allegations: Vec<_> =
        case.cited.keys().filter_map(|id| state.terms.allegations().get(id)).collect();
    let findings: Vec<&Finding> =
        state.commission.findings.values().filter(|finding| finding.case == *id).collect();
    let votes: Vec<Value> = case
        .motion
        .iter()
        .flat_map(|motion| &motion.votes)
        .map(|(seat, vote)| json!({"seat": seat, "vote": vote}))
        .collect();
    let obligations: Vec<Value> = state
        .guarantees
        .obligations()
        .values()
        .filter(|owed| {
            owed.finding.is_some_and(|finding| findings.iter().any(|found| found.id == finding))
        })
        .map(|owed| pledges::obligation(sight, owed))
        .collect();
    Some(json!({
        "case": item(case),
        "account": case.account,
        "complainant": case.complainant,
        "articles": case.articles,
        "decision_box": decision_box(&state.commission.rules, case),
        "allegations": allegations,
        "statements": case.statements,
        "exhibits": case.exhibits.values().map(exhibit).collect::<Vec<_>>(),
        "hypotheses": case.hypotheses,
        "attribution": case.attribution(),
        "recused": case.recused,
        "motion": case.motion,
        "draft": case.draft,
        "votes": votes,
        "findings": findings,
        "obligations": obligations,
    }))
}

fn exhibit(held: &commission::exhibit::Held) -> Value {
    json!({
        "digest": held.exhibit.digest,
        "title": held.exhibit.title,
        "media_type": held.exhibit.media_type,
        "size_bytes": held.exhibit.size_bytes,
        "deposited_by": held.deposited_by,
        "party": held.party,
        "received": held.received,
        "custody_intact": held.custody_intact(),
        "custody": held.custody,
        "grades": held.grades,
    })
}

/// All findings, newest first.
#[must_use]
pub fn findings(sight: &Sight) -> Value {
    let mut findings: Vec<&Finding> = sight.state.commission.findings.values().collect();
    findings.sort_by_key(|finding| std::cmp::Reverse((finding.published, finding.id)));
    json!({"as_of": sight.as_of, "total": findings.len(), "items": findings})
}
