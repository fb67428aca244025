//! What has fallen due: stages that ran out, with the default the agreement states.

use kernel::{Context, Duration, Time};

use crate::case::{Case, Closure};
use crate::clock;
use crate::entry::Entry;
use crate::finding::{Finding, Ground, Level};
use crate::provisional;
use crate::rules::{OnExpiry, Rules, Stage};
use crate::state::State;
use crate::tally::{self, Outcome};

/// The entries due at `context.stamp.at`, case by case. What they lead to may fall due at the
/// same moment: ask again after they are taken in, until nothing is due.
#[must_use]
pub fn falls_due(state: &State, context: &Context) -> Vec<Entry> {
    let at = context.stamp.at;
    let open = state.cases.values().filter(|case| case.closed.is_none());
    let mut cases: Vec<&Case> = open.collect();
    cases.sort_by_key(|case| (case.due, case.entry));
    cases.into_iter().flat_map(|case| of_case(&state.rules, case, at)).collect()
}

fn of_case(rules: &Rules, case: &Case, at: Time) -> Vec<Entry> {
    if let Some(draft) = &case.draft {
        if !provisional::agrees(rules, case, draft) {
            return vec![Entry::ProvisionalDropped { case: case.id }];
        }
        if draft.published <= at {
            return vec![publish(Finding { published: at, ..draft.clone() })];
        }
    }
    if rules.provisional.automatic && provisional::called_for(rules, case) {
        return vec![assemble(rules, case, at)];
    }
    if case.due.is_none_or(|due| due > at) {
        return vec![];
    }
    expire(rules, case, at)
}

/// The provisional finding, to be published when the chair confirms or its time has come.
pub(crate) fn assemble(rules: &Rules, case: &Case, at: Time) -> Entry {
    let proposal = provisional::from_evidence(rules, case);
    let when = at + rules.provisional.publish_after;
    let finding = provisional::finding(rules, case, &proposal, Ground::Assembled, when);
    Entry::ProvisionalAssembled { finding: Box::new(finding) }
}

fn expire(rules: &Rules, case: &Case, at: Time) -> Vec<Entry> {
    if case.stage == Stage::Vote
        && let Some(motion) = &case.motion
        && tally::outcome(rules, case, motion, true) == Outcome::Carried
        && crate::decision_box::prerequisites_hold(rules, case)
    {
        return vec![advance(rules, case, Stage::Signed, at)];
    }
    if case.stage == Stage::Signed {
        return signatures_over(rules, case, at);
    }
    let up = case.escalated.checked_sub(1).and_then(|step| rules.escalation.get(step));
    let on_expiry = match up {
        Some(step) => Some(step.on_expiry),
        None => rules.stage(case.stage).map(|rule| rule.on_expiry),
    };
    match (on_expiry.unwrap_or(OnExpiry::Lapse), case.stage) {
        (OnExpiry::Proceed, Stage::Docket) => vec![advance(rules, case, Stage::Reply, at)],
        (OnExpiry::Proceed, Stage::Reply) => vec![advance(rules, case, Stage::Deliberation, at)],
        (OnExpiry::Escalate, _) => vec![escalate(rules, case, at)],
        (OnExpiry::PublishProvisional, _) => let_stand(rules, case, at),
        (OnExpiry::Presume, _) => vec![presume(rules, case, at)],
        (OnExpiry::Proceed | OnExpiry::Lapse, _) => vec![lapse(case, "Its time ran out.")],
    }
}

/// The motion is carried; what is missing are signatures or the time until publication. A seat
/// that does not sign cannot hold back what the seats have found.
fn signatures_over(rules: &Rules, case: &Case, at: Time) -> Vec<Entry> {
    match provisional::carried(rules, case, at) {
        Some(finding) => vec![publish(finding)],
        None => vec![lapse(case, "There is no motion to sign.")],
    }
}

fn publish(finding: Finding) -> Entry {
    Entry::FindingPublished { finding: Box::new(finding) }
}

pub(crate) fn advance(rules: &Rules, case: &Case, stage: Stage, at: Time) -> Entry {
    Entry::CaseAdvanced { case: case.id, stage, due: clock::entering(rules, case, stage, at) }
}

fn escalate(rules: &Rules, case: &Case, at: Time) -> Entry {
    match rules.escalation.get(case.escalated) {
        Some(step) => {
            Entry::CaseEscalated { case: case.id, to: step.to.clone(), due: at + step.within }
        }
        None => lapse(case, "No body above could decide it."),
    }
}

/// What the evidence says is published as provisional, if it was not already, and stands until a
/// later finding supersedes it.
fn let_stand(rules: &Rules, case: &Case, at: Time) -> Vec<Entry> {
    let standing = Entry::CaseAdvanced { case: case.id, stage: Stage::Published, due: None };
    if !case.published.is_empty() {
        return vec![standing];
    }
    if case.cited.is_empty() {
        return vec![lapse(case, "Its time ran out, and no allegation says what to publish.")];
    }
    let proposal = provisional::from_evidence(rules, case);
    let finding = provisional::finding(rules, case, &proposal, Ground::Assembled, at);
    vec![publish(finding), standing]
}

/// The motion, or else the allegations, are presumed; that nobody proved it is said. A bare
/// complaint is never presumed, or filing one and staying silent would make a finding.
fn presume(rules: &Rules, case: &Case, at: Time) -> Entry {
    let moved = case.motion.as_ref().map(|motion| motion.proposal.clone());
    let Some(mut proposal) =
        moved.or_else(|| (!case.cited.is_empty()).then(|| provisional::from_evidence(rules, case)))
    else {
        return lapse(case, "Its time ran out, and nothing was there to presume.");
    };
    proposal.level = proposal.level.max(Level::Confirmed);
    proposal.proof = kernel::belief::DegreeOfProof::Insufficient;
    proposal.account = format!(
        "The seats did not decide in time; the agreement presumes it.\n{}",
        proposal.account
    );
    publish(provisional::finding(rules, case, &proposal, Ground::Presumed, at))
}

fn lapse(case: &Case, reason: &str) -> Entry {
    Entry::CaseClosed { case: case.id, how: Closure::Lapsed, reason: reason.to_owned() }
}

/// The next moment at which something falls due, for whoever sets an alarm clock.
#[must_use]
pub fn next_due(state: &State) -> Option<Time> {
    let open = state.cases.values().filter(|case| case.closed.is_none());
    let moments = open.flat_map(|case| [case.due, case.draft.as_ref().map(|d| d.published)]);
    moments.flatten().min()
}

/// Whether publication follows the last signature at once.
pub(crate) fn at_once(rules: &Rules) -> bool {
    rules.publication.delay <= Duration::ZERO
}
