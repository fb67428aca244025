//! Obligations with deadlines counted from T0 that fell due unfulfilled, and those that turn out
//! to have been fulfilled in time.

use kernel::{Context, PartyId, Time, Truth};

use crate::agreement::{Duty, Rule};
use crate::entry::Entry;
use crate::guard::Level;
use crate::omission::{Omission, OmissionId};
use crate::read_settings::CEASEFIRE;
use crate::state::State;

/// What has fallen due by `context.stamp.at` and is not on the record yet. An omission stays as
/// raised when T0 is corrected or the ceasefire ends later: it fell due by the facts of its day.
#[must_use]
pub fn falls_due(state: &State, context: &Context<'_>) -> Vec<Entry> {
    let now = context.stamp.at;
    let start = context.facts.since(CEASEFIRE, None, now);
    let mut entries = Vec::new();
    for rule in &state.agreement().rules {
        let Some(duty) = &rule.duty else { continue };
        let due = duty.due.resolve(start).filter(|due| *due <= now);
        let applies = rule.in_force_with.as_deref().is_none_or(|switch| {
            due.is_some_and(|due| state_at(context, switch, None, due) == Truth::Yes)
        });
        for bearer in &rule.bearers {
            let Some(due) = due.filter(|_| applies) else { continue };
            let omission = omission(rule, duty, bearer, due);
            let done = state_at(context, &duty.fulfilled_by, Some(bearer), due) == Truth::Yes;
            match (done, state.omissions().contains_key(&omission.id)) {
                (false, false) => entries.push(Entry::OmissionRaised { omission }),
                (true, true) => entries.push(Entry::OmissionWithdrawn { omission }),
                _ => {}
            }
        }
    }
    entries
}

/// Whether a fact held at `at`, by all that is known now.
fn state_at(context: &Context<'_>, name: &str, subject: Option<&PartyId>, at: Time) -> Truth {
    let subject = subject.map(PartyId::as_str);
    let fact = context.facts.at(name, subject, at, context.stamp.at);
    fact.map_or(Truth::NotYetKnown, |fact| fact.holds)
}

fn omission(rule: &Rule, duty: &Duty, bearer: &PartyId, due: Time) -> Omission {
    Omission {
        id: OmissionId::of(format!("{}\n{bearer}\n{due}", rule.id).as_bytes()),
        rule: rule.id.clone(),
        article: rule.article.clone(),
        bearer: bearer.clone(),
        due,
        fulfilled_by: duty.fulfilled_by.clone(),
        severity: least(&rule.severity),
    }
}

/// Without an incident no condition can be asked: the least of the levels the rule names.
fn least(level: &Level) -> u8 {
    match level {
        Level::Is(number) => number.clamp(0.0, 255.0) as u8,
        Level::Choice(_, yes, no) => least(yes).min(least(no)),
    }
}
