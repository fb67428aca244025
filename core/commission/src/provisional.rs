//! The finding the house assembles from the evidence: within hours, unsigned, reversible.

use kernel::belief::DegreeOfProof;
use kernel::party::Attributed;
use kernel::{LikelihoodWord, Time};

use crate::case::{Case, Proposal, Standing};
use crate::finding::{Finding, FindingId, Ground, Level, Responsibility, Signature};
use crate::rules::{LevelRule, Rules};
use crate::wording::finding_text;

/// Whether the evidence reaches the agreement's threshold.
#[must_use]
pub fn reached(rules: &Rules, case: &Case) -> bool {
    let threshold = &rules.provisional;
    case.strongest() >= threshold.chance_min
        && case.active().count() >= threshold.allegations_min.max(1)
}

/// Whether a new provisional finding is called for: none stands and the threshold is reached, or
/// what stands no longer agrees with the evidence. No machine overrules what the seats found.
#[must_use]
pub fn called_for(rules: &Rules, case: &Case) -> bool {
    let by_seats = case.published.iter().any(|standing| standing.level > Level::Provisional);
    let stands = case.published.last().is_some_and(|standing| standing.violation);
    case.closed.is_none()
        && case.draft.is_none()
        && !by_seats
        && !case.cited.is_empty()
        && reached(rules, case) != stands
}

/// Whether the evidence still says what a waiting draft says.
#[must_use]
pub fn agrees(rules: &Rules, case: &Case, draft: &Finding) -> bool {
    reached(rules, case) == draft.violation
        && (!draft.violation || responsibility(rules, case) == draft.responsibility)
}

/// What the evidence alone says.
#[must_use]
pub fn from_evidence(rules: &Rules, case: &Case) -> Proposal {
    let chance = case.strongest();
    let violation = reached(rules, case);
    let asked = rules.levels.get(&Level::Provisional).map(|level: &LevelRule| level.proof_min);
    let enough = asked.unwrap_or(DegreeOfProof::ReasonableGrounds);
    let severity = case.active().map(|cited| cited.severity).max().unwrap_or(0);
    let spans = case.active().map(|cited| cited.when);
    Proposal {
        level: Level::Provisional,
        violation,
        articles: case.articles.iter().cloned().collect(),
        allegations: case.cited.keys().copied().collect(),
        proof: if violation { enough } else { DegreeOfProof::Insufficient },
        chance,
        responsibility: responsibility(rules, case),
        severity,
        breach: spans.reduce(|a, b| a.hull(b)).unwrap_or(case.when),
        remedies: vec![],
        account: account(case),
    }
}

/// A party is named only with the share the agreement asks for; "both" is for people to find.
fn responsibility(rules: &Rules, case: &Case) -> Responsibility {
    let alleged = case.alleged();
    match alleged.likeliest() {
        Some(who @ Attributed::Party(party))
            if alleged.share(who) >= rules.provisional.party_share_min.value() =>
        {
            Responsibility::Party(party.clone())
        }
        _ => Responsibility::Undetermined,
    }
}

fn account(case: &Case) -> String {
    let alleged = case.alleged();
    let mut shares: Vec<_> = alleged.iter().collect();
    // By share, so that a party's name does not decide where it stands.
    shares.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
    let shares = shares.into_iter().map(|(who, share)| format!("{who} {:.0} %", share * 100.0));
    let count = case.active().count();
    format!(
        "It rests on {count} allegation{} and names who is alleged as follows: {}. \
         No seat has judged it.",
        if count == 1 { "" } else { "s" },
        shares.collect::<Vec<_>>().join(", ")
    )
}

/// The finding that a proposal becomes. What stood before in the case is superseded.
#[must_use]
pub fn finding(
    rules: &Rules,
    case: &Case,
    proposal: &Proposal,
    ground: Ground,
    at: Time,
) -> Finding {
    let remedies: Vec<String> = proposal
        .remedies
        .iter()
        .map(|id| rules.remedies.get(id).cloned().unwrap_or_else(|| id.clone()))
        .collect();
    let supersedes = case.published.last().map(|standing: &Standing| standing.finding);
    let text = finding_text(proposal, rules.body.outcome, &remedies);
    let name = format!("{} {:?} {supersedes:?}\n{text}", case.id, proposal.level);
    let seats = rules.seats.iter().filter(|seat| case.is_recused(seat, rules));
    Finding {
        id: FindingId::of(name.as_bytes()),
        case: case.id,
        level: proposal.level,
        violation: proposal.violation,
        articles: proposal.articles.clone(),
        allegations: proposal.allegations.clone(),
        proof: proposal.proof,
        likelihood: LikelihoodWord::of(proposal.chance),
        responsibility: proposal.responsibility.clone(),
        severity: proposal.severity,
        breach: proposal.breach,
        published: at,
        text,
        remedies: proposal.remedies.clone(),
        ground,
        signatures: vec![],
        votes: vec![],
        dissents: vec![],
        recused: seats.map(|seat| seat.id.clone()).collect(),
        supersedes,
    }
}

/// The carried motion as a finding, with the votes of the seats that may judge, their dissents
/// and their signatures.
#[must_use]
pub fn carried(rules: &Rules, case: &Case, at: Time) -> Option<Finding> {
    let motion = case.motion.as_ref()?;
    let mut finding = finding(rules, case, &motion.proposal, Ground::Voted, at);
    let judges = |seat: &kernel::Identity| !finding.recused.contains(seat);
    let votes = motion.votes.iter().filter(|(seat, _)| judges(seat));
    let votes: Vec<_> = votes.map(|(seat, vote)| (seat.clone(), *vote)).collect();
    let signed = motion.signed.iter().filter(|(seat, _)| judges(seat));
    let signed: Vec<_> =
        signed.map(|(seat, entry)| Signature { seat: seat.clone(), entry: *entry }).collect();
    let dissents = motion.dissents.iter().filter(|(seat, _)| judges(seat));
    let dissents: Vec<_> = dissents.map(|(seat, text)| (seat.clone(), text.clone())).collect();
    (finding.votes, finding.signatures, finding.dissents) = (votes, signed, dissents);
    Some(finding)
}
