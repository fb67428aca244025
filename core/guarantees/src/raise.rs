//! Raises an obligation when every condition holds, with its clock counted out.

use kernel::{Context, Time, Truth};

use crate::cause::Occasion;
use crate::obligation::{Anchor, Clock, ConditionState, Obligation, ObligationId, Standing};
use crate::pledge::Pledge;
use crate::state::State;
use crate::weigh::{Asked, all_hold, weigh};

/// The obligation, or the conditions that stand in its way.
pub(crate) fn raise(
    state: &State,
    pledge: &Pledge,
    occasion: Occasion<'_>,
    context: &Context<'_>,
) -> Result<Obligation, Vec<ConditionState>> {
    let conditions = weigh(state, pledge, occasion, context);
    let start = counted_from(state, pledge, occasion, context);
    let Some(counted_from) = start.filter(|_| all_hold(&conditions) == Truth::Yes) else {
        return Err(conditions);
    };
    let due = counted_from + pledge.deadline.within;
    Ok(Obligation {
        id: obligation_id(pledge, occasion),
        pledge: pledge.id.clone(),
        bearer: pledge.pledger.clone(),
        action: pledge.action.clone(),
        domain: pledge.domain,
        finding: occasion.cause().map(|cause| cause.finding),
        anchor: pledge.deadline.anchor,
        clock: pledge.deadline.clock,
        counted_from,
        due,
        raised: context.stamp.at,
        // Overdue at birth is said openly: a breach found late leaves no time to answer it.
        standing: open_standing(due, context.stamp.at),
        conditions,
    })
}

/// Due until its time has passed, then overdue.
pub(crate) fn open_standing(due: Time, now: Time) -> Standing {
    if due < now { Standing::Overdue } else { Standing::Due }
}

/// One obligation for a pledge and a case, a request, or a time a fact came to hold.
pub(crate) fn obligation_id(pledge: &Pledge, occasion: Occasion<'_>) -> ObligationId {
    let what = match occasion {
        Occasion::Finding(cause) => cause.finding.to_string(),
        Occasion::Request(request) => format!("request {}", request.position),
        Occasion::Fact(fact) => format!("{} since {}", fact.name, fact.since),
        Occasion::None => String::new(),
    };
    ObligationId::of(format!("{}\n{}\n{what}", pledge.id, pledge.version).as_bytes())
}

/// The moment the deadline counts from, on the clock the clause names.
pub(crate) fn counted_from(
    state: &State,
    pledge: &Pledge,
    occasion: Occasion<'_>,
    context: &Context<'_>,
) -> Option<Time> {
    let happened = pledge.deadline.clock == Clock::Happened;
    let cause = occasion.cause();
    match pledge.deadline.anchor {
        Anchor::Breach => cause.map(|it| if happened { it.breach.start } else { it.known }),
        Anchor::FindingPublished => cause.map(|it| if happened { it.published } else { it.known }),
        Anchor::Fact => match occasion {
            Occasion::Fact(fact) => Some(if happened { fact.since } else { fact.known }),
            Occasion::Finding(_) | Occasion::Request(_) | Occasion::None => None,
        },
        Anchor::Request => match occasion {
            Occasion::Request(request) => Some(if happened { request.made } else { request.known }),
            _ => host_request(state, pledge, occasion, context, happened),
        },
    }
}

/// The host's request among the pledge's conditions. A standing request made before the breach
/// cannot start a clock before there is anything to answer, so the later moment counts.
fn host_request(
    state: &State,
    pledge: &Pledge,
    occasion: Occasion<'_>,
    context: &Context<'_>,
    happened: bool,
) -> Option<Time> {
    let asked = Asked { state, pledge, occasion, context };
    let questions = pledge.conditions.iter().flat_map(|condition| condition.questions());
    let mut stated = questions
        .filter(|question| question.fact == "host-request")
        .filter_map(|question| asked.fact(question))
        .filter(|fact| fact.holds == Truth::Yes);
    let fact = stated.next()?;
    let (asked_at, earliest) = match occasion.cause() {
        Some(cause) if happened => (fact.since, cause.breach.start),
        Some(cause) => (fact.known, cause.known),
        None if happened => (fact.since, Time::MIN),
        None => (fact.known, Time::MIN),
    };
    Some(asked_at.max(earliest))
}
