//! Holds a pledge against an occasion and the facts, condition by condition.

use std::collections::BTreeSet;

use commission::{Level, Responsibility};
use kernel::{Context, PartyId, Truth};

use crate::cause::{Cause, Occasion};
use crate::condition::{Condition, Question};
use crate::obligation::ConditionState;
use crate::pledge::{ApprovalTime, ClauseStatus, Life, Pledge, Trigger};
use crate::state::State;

/// Every condition of `pledge` on `occasion` with its answer. The pledge is triggered when all
/// say yes.
#[must_use]
pub fn weigh(
    state: &State,
    pledge: &Pledge,
    occasion: Occasion<'_>,
    context: &Context<'_>,
) -> Vec<ConditionState> {
    let mut weighed = own_conditions(state, pledge, context);
    weighed.extend(pledge.depends_on.iter().map(|other| dependence(state, other, context)));
    weighed.extend(occasion_conditions(pledge, occasion));
    let asked = Asked { state, pledge, occasion, context };
    weighed.extend(pledge.conditions.iter().map(|condition| asked.condition(condition)));
    weighed.extend(pledge.unless.iter().map(|condition| asked.exception(condition)));
    weighed
}

/// Whether everything holds that does not wait for a finding.
#[must_use]
pub fn armed(state: &State, pledge: &Pledge, context: &Context<'_>) -> Truth {
    let asked = Asked { state, pledge, occasion: Occasion::None, context };
    let general = |condition: &&Condition| !condition.to_string().contains("{finding}");
    let conditions = pledge.conditions.iter().filter(general).map(|one| asked.condition(one));
    let exceptions = pledge.unless.iter().filter(general).map(|one| asked.exception(one));
    let held = conditions.chain(exceptions).collect::<Vec<_>>();
    stands(state, &pledge.id, context).and(all_hold(&held))
}

/// Whether all conditions hold.
#[must_use]
pub fn all_hold(conditions: &[ConditionState]) -> Truth {
    conditions.iter().fold(Truth::Yes, |so_far, condition| so_far.and(condition.holds))
}

/// Whether a pledge stands by itself: adopted, signed, approved, in force, and so on downward
/// through what it depends on.
#[must_use]
pub fn stands(state: &State, id: &str, context: &Context<'_>) -> Truth {
    stands_apart_from(state, id, context, &mut BTreeSet::new())
}

fn stands_apart_from<'a>(
    state: &'a State,
    id: &'a str,
    context: &Context<'_>,
    on_the_way: &mut BTreeSet<&'a str>,
) -> Truth {
    let Some(pledge) = state.pledge(id) else { return Truth::No };
    if !on_the_way.insert(id) {
        return Truth::NotYetKnown;
    }
    let own = all_hold(&own_conditions(state, pledge, context));
    let others = pledge.depends_on.iter().fold(Truth::Yes, |so_far, other| {
        so_far.and(stands_apart_from(state, other, context, on_the_way))
    });
    on_the_way.remove(id);
    own.and(others)
}

fn state_of(condition: impl Into<String>, holds: Truth, owed: impl Into<String>) -> ConditionState {
    let owed = (holds != Truth::Yes).then(|| owed.into()).filter(|owed| !owed.is_empty());
    ConditionState { condition: condition.into(), holds, owed }
}

/// The conditions every pledge has: clause adopted, signed, in force, approved beforehand.
fn own_conditions(state: &State, pledge: &Pledge, context: &Context<'_>) -> Vec<ConditionState> {
    let pledger = &pledge.pledger;
    let adopted = match state.clause_status(pledge) {
        ClauseStatus::Adopted => Truth::Yes,
        ClauseStatus::Proposed | ClauseStatus::Draft => Truth::NotYetKnown,
        ClauseStatus::Deleted | ClauseStatus::NotEndorsed => Truth::No,
    };
    let signed =
        if state.early_life(pledge) >= Life::Signed { Truth::Yes } else { Truth::NotYetKnown };
    let in_force = state.in_force(pledge, context.stamp.at);
    let mut own = vec![
        state_of("the clause is adopted", adopted, format!("{pledger}: adopt the clause")),
        state_of(format!("{pledger} has signed"), signed, format!("{pledger}: sign")),
        state_of(
            "the pledge is in force",
            in_force.into(),
            format!("{pledger}: renew or pledge again"),
        ),
    ];
    for approval in pledge.approvals.iter().filter(|approval| approval.when == ApprovalTime::Before)
    {
        let holds = state.approved(pledge, &approval.body, context);
        let kind = format!("{:?}", approval.kind).to_lowercase();
        let owed = format!("{pledger}: state the decision of {}", approval.body);
        own.push(state_of(format!("approval by {} ({kind})", approval.body), holds, owed));
    }
    own
}

fn dependence(state: &State, other: &str, context: &Context<'_>) -> ConditionState {
    let owner = state.pledge(other).map_or("nobody", |pledge| pledge.pledger.as_str());
    let holds = stands(state, other, context);
    state_of(
        format!("the pledge {other} stands"),
        holds,
        format!("{owner}: bring {other} into force"),
    )
}

/// What the trigger itself asks of the occasion.
fn occasion_conditions(pledge: &Pledge, occasion: Occasion<'_>) -> Vec<ConditionState> {
    match (&pledge.trigger, occasion) {
        (Trigger::Finding { armed_by, severity_min, responsible }, Occasion::Finding(cause)) => {
            finding_conditions(*armed_by, *severity_min, responsible, cause)
        }
        (Trigger::Finding { armed_by, .. }, _) => {
            let condition = format!("a {} finding of a violation", level_word(*armed_by));
            vec![state_of(condition, Truth::NotYetKnown, "the commission: publish a finding")]
        }
        (Trigger::Request, Occasion::Request(_)) | (Trigger::Fact { .. }, Occasion::Fact(_)) => {
            Vec::new()
        }
        (Trigger::Request, _) => {
            let who = words(&pledge.beneficiaries);
            vec![state_of(
                "a request on record",
                Truth::NotYetKnown,
                format!("{who}: make the request"),
            )]
        }
        (Trigger::Fact { fact }, _) => {
            vec![state_of(fact.clone(), Truth::NotYetKnown, format!("whoever states {fact}"))]
        }
    }
}

fn finding_conditions(
    armed_by: Level,
    severity_min: u8,
    responsible: &[PartyId],
    cause: &Cause,
) -> Vec<ConditionState> {
    // A level not reached yet may still be reached by the same case, so it is not a "no".
    let level = if cause.level >= armed_by { Truth::Yes } else { Truth::NotYetKnown };
    let mut found = vec![
        state_of("the finding is that a rule was broken", cause.violation.into(), ""),
        state_of(
            format!("the finding is {} or fuller", level_word(armed_by)),
            level,
            format!("the commission: a {} finding", level_word(armed_by)),
        ),
    ];
    if severity_min > 0 {
        let severe = (cause.severity >= severity_min).into();
        found.push(state_of(format!("severity {severity_min} or more"), severe, ""));
    }
    if !responsible.is_empty() {
        let laid = match &cause.responsibility {
            Responsibility::Party(party) => responsible.contains(party).into(),
            Responsibility::Both => Truth::Yes,
            Responsibility::Undetermined => Truth::NotYetKnown,
        };
        let condition = format!("the breach is found to be that of {}", words(responsible));
        found.push(state_of(condition, laid, "the commission: attribute the breach"));
    }
    found
}

fn level_word(level: Level) -> &'static str {
    match level {
        Level::Provisional => "provisional",
        Level::Confirmed => "confirmed",
        Level::Full => "full",
    }
}

fn words(parties: &[PartyId]) -> String {
    parties.iter().map(PartyId::as_str).collect::<Vec<_>>().join(" or ")
}

/// A pledge's own conditions being asked.
pub(crate) struct Asked<'a> {
    pub state: &'a State,
    pub pledge: &'a Pledge,
    pub occasion: Occasion<'a>,
    pub context: &'a Context<'a>,
}

impl Asked<'_> {
    fn condition(&self, condition: &Condition) -> ConditionState {
        let holds = condition.answer(&|question| self.answer(question));
        state_of(condition.to_string(), holds, self.owed(condition))
    }

    fn exception(&self, condition: &Condition) -> ConditionState {
        let holds = !condition.answer(&|question| self.answer(question));
        state_of(format!("unless {condition}"), holds, self.owed(condition))
    }

    /// The fact book's answer.
    fn answer(&self, question: &Question) -> Truth {
        self.fact(question).map_or(Truth::NotYetKnown, |fact| fact.holds)
    }

    /// The statement in force that answers a question.
    pub(crate) fn fact(&self, question: &Question) -> Option<&kernel::Fact> {
        let now = self.context.stamp.at;
        let breach = self.occasion.cause().map(|cause| cause.breach.start);
        let at = breach.filter(|_| question.at_breach).unwrap_or(now);
        let stated = |subject: Option<String>| {
            self.context.facts.at(&question.fact, subject.as_deref(), at, now)
        };
        match &question.subject {
            None => stated(None),
            Some(template) => self.subjects(template).into_iter().find_map(|one| stated(Some(one))),
        }
    }

    /// The subjects a template can mean. `{finding}` means the finding at hand or an earlier one
    /// of its case, newest first: what was asked about a provisional finding still stands when
    /// a confirmed one takes its place.
    fn subjects(&self, template: &str) -> Vec<String> {
        let named = template
            .replace("{pledge}", &self.pledge.id)
            .replace("{pledger}", self.pledge.pledger.as_str());
        if !named.contains("{finding}") {
            return vec![named];
        }
        let Some(cause) = self.occasion.cause() else { return Vec::new() };
        let earlier = self.state.findings_of(cause.case);
        std::iter::once(cause.finding)
            .chain(earlier)
            .map(|finding| named.replace("{finding}", &finding.to_string()))
            .collect()
    }

    /// Who owes the statements that are missing.
    fn owed(&self, condition: &Condition) -> String {
        let mut missing: Vec<_> = condition
            .questions()
            .into_iter()
            .filter(|question| self.answer(question) == Truth::NotYetKnown)
            .map(|question| self.state.owed_words(&question.fact))
            .collect();
        missing.dedup();
        missing.join("; ")
    }
}
