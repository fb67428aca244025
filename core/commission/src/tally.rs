//! Who may vote, whether enough have, and what the votes come to.

use kernel::{Identity, Truth};
use serde::Serialize;

use crate::case::{Case, Motion};
use crate::finding::Vote;
use crate::rules::{Base, Rules, Seat, Signers, VotingRule};

/// What the votes come to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Votes yet to come can change it.
    Open,
    /// Carried, whatever comes.
    Carried,
    /// Lost, whatever comes.
    Rejected,
}

/// Seats that may judge the case: filled and not recused.
#[must_use]
pub fn eligible<'a>(rules: &'a Rules, case: &Case) -> Vec<&'a Seat> {
    let judges = |seat: &&Seat| !seat.vacant && !case.is_recused(seat, rules);
    rules.seats.iter().filter(judges).collect()
}

/// The presiding seat: the first in the agreement's order that may preside and may judge.
#[must_use]
pub fn presiding<'a>(rules: &'a Rules, case: &Case) -> Option<&'a Seat> {
    eligible(rules, case).into_iter().find(|seat| seat.chair)
}

/// The rule in force: the commission's own, or that of the body the case went up to.
#[must_use]
pub fn voting_rule<'a>(rules: &'a Rules, case: &Case) -> &'a VotingRule {
    let step = case.escalated.checked_sub(1).and_then(|step| rules.escalation.get(step));
    step.map_or(&rules.voting, |step| &step.voting)
}

/// Whether enough seats have voted: not yet known while those missing may still come.
#[must_use]
pub fn quorum(rules: &Rules, case: &Case, motion: &Motion) -> Truth {
    let seats = eligible(rules, case);
    let present = |seat: &&&Seat| motion.votes.contains_key(&seat.id);
    let enough = |group: Option<&str>, needed: usize| {
        let members = || seats.iter().filter(|seat| group.is_none_or(|name| seat.group == name));
        if members().filter(present).count() >= needed {
            Truth::Yes
        } else if members().count() >= needed {
            Truth::NotYetKnown
        } else {
            Truth::No
        }
    };
    let groups = rules.quorum.groups.iter().map(|(group, needed)| enough(Some(group), *needed));
    groups.fold(enough(None, rules.quorum.seats), Truth::and)
}

/// Votes counted over the seats that may judge; a recused seat's vote is never among them.
struct Count {
    votes_for: usize,
    against: usize,
    remaining: usize,
    eligible: usize,
}

fn count(seats: &[&Seat], motion: &Motion) -> Count {
    let of = |vote| seats.iter().filter(|seat| motion.votes.get(&seat.id) == Some(&vote)).count();
    let cast = seats.iter().filter(|seat| motion.votes.contains_key(&seat.id)).count();
    Count {
        votes_for: of(Vote::For),
        against: of(Vote::Against),
        remaining: seats.len() - cast,
        eligible: seats.len(),
    }
}

/// What the votes come to; `closed` when no more will come.
#[must_use]
pub fn outcome(rules: &Rules, case: &Case, motion: &Motion, closed: bool) -> Outcome {
    let seats = eligible(rules, case);
    let mut votes = count(&seats, motion);
    if closed {
        votes.remaining = 0;
    }
    let chair = presiding(rules, case).and_then(|seat| motion.votes.get(&seat.id)).copied();
    let outcome = by_rule(voting_rule(rules, case), &votes, chair);
    match (outcome, quorum(rules, case, motion)) {
        (Outcome::Carried, Truth::Yes) => Outcome::Carried,
        (Outcome::Carried, _) if votes.remaining > 0 => Outcome::Open,
        (Outcome::Carried, _) => Outcome::Rejected,
        (other, _) => other,
    }
}

fn by_rule(rule: &VotingRule, votes: &Count, chair: Option<Vote>) -> Outcome {
    match *rule {
        VotingRule::Consensus => unopposed(votes, 0),
        VotingRule::ConsensusMinus { minus } => unopposed(votes, minus),
        VotingRule::Qualified { r#for, of, base } => qualified(votes, r#for, of, base),
        VotingRule::Chair => match chair {
            Some(Vote::For) => Outcome::Carried,
            Some(_) => Outcome::Rejected,
            None if votes.remaining > 0 => Outcome::Open,
            None => Outcome::Rejected,
        },
    }
}

fn unopposed(votes: &Count, minus: usize) -> Outcome {
    if votes.against > minus {
        Outcome::Rejected
    } else if votes.votes_for > 0 && votes.against + votes.remaining <= minus {
        Outcome::Carried
    } else if votes.remaining == 0 {
        if votes.votes_for > 0 { Outcome::Carried } else { Outcome::Rejected }
    } else {
        Outcome::Open
    }
}

fn qualified(votes: &Count, needed: usize, of: usize, base: Base) -> Outcome {
    let cast = votes.votes_for + votes.against;
    // Worst case: all that remain vote against; best case: all vote for. Both make the base larger.
    let whole = match base {
        Base::Cast => cast + votes.remaining,
        Base::Seats => votes.eligible,
    };
    let enough = |votes_for: usize| {
        votes_for > 0 && votes_for.saturating_mul(of) >= needed.saturating_mul(whole)
    };
    if enough(votes.votes_for) {
        Outcome::Carried
    } else if votes.remaining == 0 || !enough(votes.votes_for + votes.remaining) {
        Outcome::Rejected
    } else {
        Outcome::Open
    }
}

/// Seats whose signature the carried motion needs.
#[must_use]
pub fn signers(rules: &Rules, case: &Case, motion: &Motion) -> Vec<Identity> {
    match rules.signatures.required {
        Signers::Chair => presiding(rules, case).map(|seat| seat.id.clone()).into_iter().collect(),
        Signers::Majority => eligible(rules, case)
            .into_iter()
            .filter(|seat| motion.votes.get(&seat.id) == Some(&Vote::For))
            .map(|seat| seat.id.clone())
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn votes(votes_for: usize, against: usize, remaining: usize) -> Count {
        Count { votes_for, against, remaining, eligible: votes_for + against + remaining }
    }

    #[test]
    fn consensus_waits_for_the_last_seat_and_falls_by_one() {
        assert_eq!(unopposed(&votes(2, 0, 1), 0), Outcome::Open);
        assert_eq!(unopposed(&votes(3, 0, 0), 0), Outcome::Carried);
        assert_eq!(unopposed(&votes(2, 1, 3), 0), Outcome::Rejected);
        assert_eq!(unopposed(&votes(2, 0, 1), 1), Outcome::Carried);
        assert_eq!(unopposed(&votes(0, 0, 0), 0), Outcome::Rejected);
    }

    #[test]
    fn two_thirds_are_decided_as_soon_as_nothing_can_change_them() {
        assert_eq!(qualified(&votes(4, 1, 1), 2, 3, Base::Cast), Outcome::Carried);
        assert_eq!(qualified(&votes(3, 1, 2), 2, 3, Base::Cast), Outcome::Open);
        assert_eq!(qualified(&votes(1, 3, 2), 2, 3, Base::Cast), Outcome::Rejected);
        assert_eq!(qualified(&votes(0, 0, 0), 2, 3, Base::Cast), Outcome::Rejected);
    }

    #[test]
    fn the_chair_decides_alone() {
        assert_eq!(by_rule(&VotingRule::Chair, &votes(1, 4, 0), Some(Vote::For)), Outcome::Carried);
        assert_eq!(by_rule(&VotingRule::Chair, &votes(4, 0, 1), None), Outcome::Open);
    }
}
