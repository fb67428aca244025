//! Everything a finding still needs, condition by condition, with who owes it.

use kernel::Truth;
use serde::Serialize;
use terms::Verdict;

use crate::case::{Case, Motion};
use crate::exhibit::Held;
use crate::rules::{Rules, Stage};
use crate::tally::{self, Outcome};

/// One condition.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Condition {
    /// Stable, kebab-case: `reply`, `custody`, `quorum`.
    pub code: &'static str,
    /// The condition in words.
    pub condition: String,
    /// Whether the agreement asks for it; what it does not ask for is shown all the same.
    pub required: bool,
    /// The step that waits for it.
    pub before: Stage,
    /// Whether it holds.
    pub holds: Truth,
    /// Who owes the missing act, and which.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owed_by: Option<String>,
}

/// All conditions, in the order of the stages.
#[must_use]
pub fn decision_box(rules: &Rules, case: &Case) -> Vec<Condition> {
    let mut conditions = vec![
        notified(case),
        reply(rules, case),
        custody(rules, case),
        current(case),
        hypotheses(rules, case),
        team(rules, case),
    ];
    let motion = case.motion.as_ref();
    conditions.extend(level(rules, case, motion));
    conditions.push(moved(motion));
    conditions.extend(motion.into_iter().flat_map(|motion| {
        [quorum(rules, case, motion), carried(rules, case, motion), signed(rules, case, motion)]
    }));
    conditions
}

/// Whether everything asked for before `stage` holds; never yes while one condition is open.
#[must_use]
pub fn ready(conditions: &[Condition], stage: Stage) -> Truth {
    let asked =
        conditions.iter().filter(|condition| condition.required && condition.before <= stage);
    asked.fold(Truth::Yes, |all, condition| all.and(condition.holds))
}

/// What the machine checks before a vote.
#[must_use]
pub fn prerequisites(rules: &Rules, case: &Case) -> Vec<Condition> {
    let mut conditions = decision_box(rules, case);
    conditions.retain(|condition| condition.required && condition.before == Stage::Vote);
    conditions
}

fn condition(
    code: &'static str,
    words: impl Into<String>,
    before: Stage,
    holds: Truth,
    owed_by: Option<String>,
) -> Condition {
    let owed_by = if holds == Truth::Yes { None } else { owed_by };
    Condition { code, condition: words.into(), required: true, before, holds, owed_by }
}

fn notified(case: &Case) -> Condition {
    let holds = Truth::from(case.stage > Stage::Docket);
    let owed = Some("the chair: notify the alleged parties".to_owned());
    condition("notified", "The alleged parties have been notified", Stage::Vote, holds, owed)
}

fn reply(rules: &Rules, case: &Case) -> Condition {
    let missing: Vec<_> = case.unheard().map(ToString::to_string).collect();
    let expired = case.stage > Stage::Reply;
    let holds = if missing.is_empty() || expired { Truth::Yes } else { Truth::NotYetKnown };
    let until = case.due.map_or_else(String::new, |due| format!(", until {due}"));
    let owed = (!missing.is_empty()).then(|| format!("{}: answer{until}", missing.join(", ")));
    let words = "Every alleged party has answered, or its time to answer is over";
    Condition {
        required: rules.prerequisites.reply,
        ..condition("reply", words, Stage::Vote, holds, owed)
    }
}

fn custody(rules: &Rules, case: &Case) -> Condition {
    let unsound = |held: &&Held| !held.set_aside && !held.custody_intact();
    let broken = case.exhibits.values().filter(unsound);
    let names: Vec<_> = broken.map(|held| format!("\"{}\"", held.exhibit.title)).collect();
    let owed = format!("a seat: set {} aside, or deposit a sound copy", names.join(", "));
    let words = "Every exhibit's custody is unbroken, or the exhibit is set aside";
    let holds = Truth::from(names.is_empty());
    Condition {
        required: rules.prerequisites.custody,
        ..condition("custody", words, Stage::Vote, holds, Some(owed))
    }
}

fn current(case: &Case) -> Condition {
    let withdrawn = case.cited.values().filter(|cited| cited.verdict == Verdict::Withdrawn).count();
    let all = withdrawn > 0 && withdrawn == case.cited.len();
    let words = "Not all allegations have been withdrawn";
    let owed = Some("the complainant: withdraw the case, or rest it on something else".to_owned());
    Condition {
        required: false,
        ..condition("current", words, Stage::Vote, Truth::from(!all), owed)
    }
}

fn hypotheses(rules: &Rules, case: &Case) -> Condition {
    let (put, asked) = (case.hypotheses.len(), rules.prerequisites.hypotheses_min);
    let words = format!("At least {asked} competing hypotheses have been put ({put} so far)");
    let owed = Some("the seats: propose hypotheses".to_owned());
    condition("hypotheses", words, Stage::Vote, Truth::from(put >= asked), owed)
}

/// Seats that have weighed evidence. Seats that may not act are not waited for: a party must not
/// stop a finding by keeping its members away.
fn team(rules: &Rules, case: &Case) -> Condition {
    let judges = tally::eligible(rules, case);
    let weighed =
        |seat: &&&crate::rules::Seat| case.weighings.keys().any(|(_, _, by)| *by == seat.id);
    let team: Vec<_> = judges.iter().filter(weighed).collect();
    let able = |group: &str| judges.iter().any(|seat| seat.group == group);
    let missing: Vec<&str> = rules
        .prerequisites
        .team_groups
        .iter()
        .map(String::as_str)
        .filter(|group| able(group) && !team.iter().any(|seat| seat.group == *group))
        .collect();
    let asked = rules.prerequisites.team_min;
    let holds = Truth::from(team.len() >= asked && missing.is_empty());
    let owed = if missing.is_empty() {
        "the seats: weigh the evidence".to_owned()
    } else {
        format!("seats of {}: weigh the evidence", missing.join(", "))
    };
    let words = format!("At least {asked} seats have weighed the evidence ({} so far)", team.len());
    condition("team", words, Stage::Vote, holds, Some(owed))
}

fn level(rules: &Rules, case: &Case, motion: Option<&Motion>) -> Option<Condition> {
    let proposal = &motion?.proposal;
    let rule = rules.levels.get(&proposal.level)?;
    let before = rule.after.is_none_or(|needed| case.published.iter().any(|p| p.level >= needed));
    let firm = !proposal.violation || proposal.proof >= rule.proof_min;
    let exhibits = case.exhibits.values().filter(|held| !held.set_aside).count();
    let shown = exhibits >= rule.exhibits_min;
    let owed = Some("the mover: propose a level that the case has reached".to_owned());
    let words = "The level proposed is open: proof, exhibits and earlier finding suffice";
    Some(condition("level", words, Stage::Vote, Truth::from(before && firm && shown), owed))
}

fn moved(motion: Option<&Motion>) -> Condition {
    let owed = Some("a seat: move a finding".to_owned());
    let holds = Truth::from(motion.is_some());
    condition("motion", "A finding has been moved", Stage::Vote, holds, owed)
}

/// Seats that may judge and have not voted.
fn silent(rules: &Rules, case: &Case, motion: &Motion) -> String {
    let seats = tally::eligible(rules, case).into_iter();
    let silent = seats.filter(|seat| !motion.votes.contains_key(&seat.id));
    silent.map(|seat| seat.id.to_string()).collect::<Vec<_>>().join(", ")
}

fn quorum(rules: &Rules, case: &Case, motion: &Motion) -> Condition {
    let groups = rules.quorum.groups.iter();
    let groups: String = groups.map(|(group, count)| format!(", {count} of {group}")).collect();
    let words = format!("At least {} seats have voted{groups}", rules.quorum.seats);
    let owed = format!("{}: vote", silent(rules, case, motion));
    condition("quorum", words, Stage::Signed, tally::quorum(rules, case, motion), Some(owed))
}

fn carried(rules: &Rules, case: &Case, motion: &Motion) -> Condition {
    let decided = case.stage > Stage::Vote;
    let holds = match tally::outcome(rules, case, motion, decided) {
        Outcome::Carried => Truth::Yes,
        Outcome::Open => Truth::NotYetKnown,
        Outcome::Rejected => Truth::No,
    };
    let owed = format!("{}: vote", silent(rules, case, motion));
    condition("carried", "The motion is carried", Stage::Signed, holds, Some(owed))
}

fn signed(rules: &Rules, case: &Case, motion: &Motion) -> Condition {
    let seats = tally::signers(rules, case, motion).into_iter();
    let missing: Vec<_> = seats
        .filter(|seat| !motion.signed.contains_key(seat))
        .map(|seat| seat.to_string())
        .collect();
    let complete = missing.is_empty() && case.stage >= Stage::Signed;
    let holds = if complete { Truth::Yes } else { Truth::NotYetKnown };
    let owed = Some(format!("{}: sign", missing.join(", ")));
    condition("signed", "The seats have signed", Stage::Published, holds, owed)
}

/// Whether all of them hold.
pub(crate) fn prerequisites_hold(rules: &Rules, case: &Case) -> bool {
    prerequisites(rules, case).iter().all(|condition| condition.holds == Truth::Yes)
}
