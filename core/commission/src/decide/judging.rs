//! The seats weigh, move, vote, dissent, sign; the house assembles and publishes.

use kernel::{Identity, Refusal, Truth};

use super::{Decision, Desk};
use crate::case::{Case, Motion, Proposal};
use crate::decision_box::{Condition, prerequisites};
use crate::entry::Entry;
use crate::falls_due;
use crate::finding::{CaseId, Finding, Level, Responsibility, Vote};
use crate::hypothesis::{Bearing, Cause, Evidence, Hypothesis};
use crate::provisional;
use crate::rules::Stage;
use crate::tally::{self, Outcome};
use crate::wording;

impl Desk<'_> {
    /// Any party may put one forward. A seat that names a party not yet alleged thereby alleges
    /// it: that party is heard before anything is decided.
    pub(super) fn propose_hypothesis(
        &self,
        case: CaseId,
        cause: Cause,
        account: String,
    ) -> Decision {
        let on_docket = self.case(case)?;
        self.text(&account, "account")?;
        self.rows(on_docket.hypotheses.len() + 1, "hypotheses")?;
        let named = match &cause {
            Cause::Party(party) => Some(party.clone()),
            _ => None,
        };
        let hypothesis = Hypothesis { cause, account, by: self.by.clone() };
        let mut entries = vec![Entry::HypothesisProposed { case, hypothesis }];
        let Some(party) = named else { return Ok(entries) };
        if !self.rules.body.respondents.contains(&party) {
            let sentence = format!("A case cannot be laid against {party}.");
            let hint = "Put forward `unknown-cause` and say in the account what speaks for it.";
            return Err(self.refuse("not-a-respondent", sentence, hint));
        }
        let fresh = !on_docket.accused.contains(&party) && on_docket.stage <= Stage::Deliberation;
        if fresh && self.judge(on_docket).is_ok() {
            entries.push(Entry::PartyAccused { case, party });
            if on_docket.stage == Stage::Deliberation {
                entries.push(self.advance(on_docket, Stage::Reply));
            }
        }
        Ok(entries)
    }

    pub(super) fn weigh_evidence(
        &self,
        case: CaseId,
        hypothesis: u32,
        evidence: Evidence,
        (bearing, reason): (Bearing, String),
    ) -> Decision {
        let on_docket = self.case(case)?;
        let seat = self.judge(on_docket)?.id.clone();
        self.text(&reason, "reason")?;
        if hypothesis as usize >= on_docket.hypotheses.len() || !on_docket.holds(&evidence) {
            let sentence = "The hypothesis or the evidence is not in this case.";
            let hint = "Propose the hypothesis, or deposit the exhibit, first.";
            return Err(self.refuse("nothing-to-weigh", sentence, hint));
        }
        Ok(vec![Entry::EvidenceWeighed { case, seat, hypothesis, evidence, bearing, reason }])
    }

    pub(super) fn recuse(&self, case: CaseId, seat: Identity, reason: String) -> Decision {
        let on_docket = self.case_until(case, Stage::Vote)?;
        let by = self.judge(on_docket)?.id.clone();
        self.text(&reason, "reason")?;
        let judges = tally::eligible(self.rules, on_docket);
        if !judges.iter().any(|judge| judge.id == seat) {
            let sentence = format!("{seat} does not judge this case.");
            return Err(self.refuse("nobody-to-recuse", sentence, "Name a seat that takes part."));
        }
        if by == seat {
            return Ok(vec![Entry::SeatRecused { case, seat, reason }]);
        }
        if !self.rules.recusal.by_motion {
            let sentence = "The agreement lets a seat step aside only by its own word.";
            return Err(self.refuse("recusal-not-movable", sentence, format!("Ask {seat}.")));
        }
        let mut movers = on_docket.recusal_moves.get(&seat).cloned().unwrap_or_default();
        movers.insert(by.clone());
        let others = judges.iter().filter(|judge| judge.id != seat);
        let (moved, all) = others.fold((0, 0), |(moved, all), judge| {
            (moved + usize::from(movers.contains(&judge.id)), all + 1)
        });
        let mut entries =
            vec![Entry::RecusalMoved { case, seat: seat.clone(), by, reason: reason.clone() }];
        if moved * 2 > all && all > 1 {
            entries.push(Entry::SeatRecused { case, seat, reason });
        }
        Ok(entries)
    }

    pub(super) fn move_finding(&self, case: CaseId, proposal: Box<Proposal>) -> Decision {
        let on_docket = self.case(case)?;
        let seat = self.judge(on_docket)?.id.clone();
        if !matches!(on_docket.stage, Stage::Deliberation | Stage::Published) {
            let (sentence, hint) = match on_docket.stage {
                Stage::Docket | Stage::Reply => {
                    ("The alleged parties have not been heard yet.", self.first_open(on_docket))
                }
                _ => ("A finding is before the seats already.", "Vote on it first.".to_owned()),
            };
            return Err(self.refuse("not-in-deliberation", sentence, hint));
        }
        self.sound(on_docket, &proposal)?;
        let mut moved = on_docket.clone();
        moved.motion = Some(Motion {
            by: seat.clone(),
            proposal: (*proposal).clone(),
            votes: [].into(),
            dissents: [].into(),
            signed: [].into(),
        });
        self.prerequisites(&moved)?;
        let to_vote = self.advance(on_docket, Stage::Vote);
        Ok(vec![Entry::FindingMoved { case, seat, proposal }, to_vote])
    }

    fn first_open(&self, case: &Case) -> String {
        let conditions = prerequisites(self.rules, case);
        let owed = conditions.into_iter().find_map(|condition| condition.owed_by);
        owed.unwrap_or_else(|| "Wait for the stage's deadline.".to_owned())
    }

    /// Refuses with the first prerequisite that is open and who owes it.
    fn prerequisites(&self, case: &Case) -> Result<(), Refusal> {
        let conditions = prerequisites(self.rules, case);
        let open = conditions.into_iter().find(|condition| condition.holds != Truth::Yes);
        let Some(Condition { condition, owed_by, code, .. }) = open else { return Ok(()) };
        let sentence = format!("A vote waits for this: {condition}.");
        Err(self.refuse(
            &format!("prerequisite-open-{code}"),
            sentence,
            owed_by.unwrap_or_else(|| "See the case's decision box.".to_owned()),
        ))
    }

    /// What is wrong with the proposal itself, whatever the state of the case.
    fn sound(&self, case: &Case, proposal: &Proposal) -> Result<(), Refusal> {
        self.text(&proposal.account, "account")?;
        self.rows(proposal.articles.len() + proposal.remedies.len(), "articles and remedies")?;
        if proposal.level == Level::Provisional || !self.rules.levels.contains_key(&proposal.level)
        {
            let sentence = "The seats find at the confirmed or the full level.";
            let hint = "Provisional findings are assembled by the house.";
            return Err(self.refuse("level-not-votable", sentence, hint));
        }
        let articles = proposal.articles.iter().all(|article| case.articles.contains(article));
        if proposal.articles.is_empty() || !articles {
            let sentence = "The finding must speak of articles the case concerns.";
            return Err(self.refuse(
                "article-not-in-case",
                sentence,
                "Open a case on that article.",
            ));
        }
        let cited = proposal.allegations.iter().all(|id| case.cited.contains_key(id));
        if !cited || proposal.allegations.len() > case.cited.len() {
            let sentence = "The finding must dispose of allegations the case cites, each once.";
            return Err(self.refuse(
                "allegation-not-in-case",
                sentence,
                "Add it to the case first.",
            ));
        }
        if let Some(id) = proposal.remedies.iter().find(|id| !self.rules.remedies.contains_key(*id))
        {
            let sentence = format!("The agreement knows no remedy `{id}`.");
            let known: Vec<_> = self.rules.remedies.keys().cloned().collect();
            return Err(self.refuse(
                "remedy-unknown",
                sentence,
                format!("Use {}.", known.join(", ")),
            ));
        }
        self.sound_attribution(case, proposal)?;
        wording::keep_apart(&proposal.account)
            .map_err(|refusal| refusal.under(self.rules.body.article.as_str()))
    }

    /// Nobody is held responsible who was not alleged, for only those alleged were heard.
    fn sound_attribution(&self, case: &Case, proposal: &Proposal) -> Result<(), Refusal> {
        let heard = match &proposal.responsibility {
            Responsibility::Party(party) => case.accused.contains(party),
            Responsibility::Both => case.accused.len() >= 2,
            Responsibility::Undetermined => true,
        };
        if !heard {
            let sentence = "The finding holds responsible who was not alleged and so not heard.";
            let hint = "Propose a hypothesis that names the party: it then has its time to answer.";
            return Err(self.refuse("responsible-not-heard", sentence, hint));
        }
        if !proposal.violation && proposal.responsibility != Responsibility::Undetermined {
            let sentence = "Nobody is responsible for a breach that was not found.";
            return Err(self.refuse(
                "responsible-without-breach",
                sentence,
                "Leave it undetermined.",
            ));
        }
        let timely = proposal.breach.start <= proposal.breach.end
            && proposal.breach.overlaps(case.when)
            && proposal.breach.start <= self.at;
        if !timely || (proposal.violation && proposal.severity == 0) {
            let sentence = "The breach lies outside the time of the case, or has no severity.";
            let hint = format!("The case spans {} to {}.", case.when.start, case.when.end);
            return Err(self.refuse("breach-out-of-case", sentence, hint));
        }
        Ok(())
    }

    pub(super) fn vote(&self, case: CaseId, vote: Vote) -> Decision {
        let on_docket = self.case(case)?;
        let seat = self.judge(on_docket)?.id.clone();
        let motion = self.motion_at(on_docket, Stage::Vote, "no-vote-open")?;
        self.prerequisites(on_docket)?;
        if motion.votes.contains_key(&seat) {
            let sentence = format!("{seat} has voted.");
            return Err(self.refuse(
                "already-voted",
                sentence,
                "File a dissent to explain the vote.",
            ));
        }
        let mut voted = on_docket.clone();
        if let Some(motion) = &mut voted.motion {
            motion.votes.insert(seat.clone(), vote);
        }
        let mut entries = vec![Entry::VoteCast { case, seat, vote }];
        let outcome = voted
            .motion
            .as_ref()
            .map_or(Outcome::Open, |motion| tally::outcome(self.rules, &voted, motion, false));
        match outcome {
            Outcome::Open => {}
            Outcome::Carried => entries.push(self.advance(on_docket, Stage::Signed)),
            Outcome::Rejected => entries.extend(self.rejected(on_docket)),
        }
        Ok(entries)
    }

    /// Back to deliberation, whose first deadline stands: failing motions buy no time. Where a
    /// finding stands already the case returns to it.
    fn rejected(&self, case: &Case) -> [Entry; 2] {
        let found = case.published.iter().any(|standing| standing.level > Level::Provisional);
        let (stage, due) = if found {
            (Stage::Published, None)
        } else {
            (Stage::Deliberation, case.deliberation_due)
        };
        [Entry::MotionRejected { case: case.id }, Entry::CaseAdvanced { case: case.id, stage, due }]
    }

    fn motion_at<'c>(
        &self,
        case: &'c Case,
        stage: Stage,
        code: &str,
    ) -> Result<&'c Motion, Refusal> {
        let motion = case.motion.as_ref().filter(|_| case.stage == stage);
        motion.ok_or_else(|| {
            let sentence = format!("{} is not at the stage for that.", case.id);
            self.refuse(code, sentence, self.first_open(case))
        })
    }

    pub(super) fn dissent(&self, case: CaseId, text: String) -> Decision {
        let on_docket = self.case(case)?;
        let seat = self.judge(on_docket)?.id.clone();
        let stage = if on_docket.stage == Stage::Vote { Stage::Vote } else { Stage::Signed };
        let motion = self.motion_at(on_docket, stage, "nothing-to-dissent-from")?;
        // All dissents go into one published finding, which must fit one entry of the record.
        let others =
            motion.dissents.iter().filter(|(by, _)| **by != seat).map(|(_, text)| text.len());
        self.text(&text, "dissent")?;
        if others.sum::<usize>() + text.len() > super::TEXT_BYTES_MAX {
            let sentence = "The dissents together are too long for one finding.";
            return Err(self.refuse(
                "text-too-long",
                sentence,
                "Deposit the long text as an exhibit.",
            ));
        }
        Ok(vec![Entry::DissentFiled { case, seat, text }])
    }

    pub(super) fn sign(&self, case: CaseId, position: u64) -> Decision {
        let on_docket = self.case(case)?;
        let seat = self.judge(on_docket)?.id.clone();
        let motion = self.motion_at(on_docket, Stage::Signed, "nothing-to-sign")?;
        let signers = tally::signers(self.rules, on_docket, motion);
        if !signers.contains(&seat) || motion.signed.contains_key(&seat) {
            let sentence = format!("{seat} has no signature to give here.");
            let hint = "Seats that carried the finding sign it once; others may file a dissent.";
            return Err(self.refuse("not-a-signatory", sentence, hint));
        }
        let mut signed = on_docket.clone();
        let complete = signed.motion.as_mut().is_some_and(|motion| {
            motion.signed.insert(seat.clone(), position);
            signers.iter().all(|signer| motion.signed.contains_key(signer))
        });
        let mut entries = vec![Entry::FindingSigned { case, seat }];
        if complete {
            entries.extend(self.completed(&signed));
        }
        Ok(entries)
    }

    fn completed(&self, case: &Case) -> Option<Entry> {
        if falls_due::at_once(self.rules) {
            let finding = provisional::carried(self.rules, case, self.at)?;
            return Some(Entry::FindingPublished { finding: Box::new(finding) });
        }
        let due = Some(self.at + self.rules.publication.delay);
        Some(Entry::CaseAdvanced { case: case.id, stage: Stage::Signed, due })
    }

    /// The presiding seat's word that the waiting provisional finding goes out now.
    pub(super) fn publish(&self, case: CaseId) -> Decision {
        let on_docket = self.case(case)?;
        self.chair(on_docket)?;
        let current = |draft: &&Finding| provisional::agrees(self.rules, on_docket, draft);
        let Some(draft) = on_docket.draft.as_ref().filter(current) else {
            let sentence = "No provisional finding that the evidence still bears waits here.";
            let hint = "A carried finding is published with its last signature.";
            return Err(self.refuse("nothing-to-publish", sentence, hint));
        };
        let finding = Box::new(Finding { published: self.at, ..draft.clone() });
        Ok(vec![Entry::FindingPublished { finding }])
    }

    fn chair(&self, case: &Case) -> Result<(), Refusal> {
        let seat = self.judge(case)?;
        let presiding = tally::presiding(self.rules, case);
        if presiding.is_none_or(|chair| chair.id != seat.id) {
            let chair = presiding.map_or("no seat".to_owned(), |chair| chair.id.to_string());
            let sentence = format!("In this case {chair} presides.");
            return Err(self.refuse("not-presiding", sentence, format!("Ask {chair}.")));
        }
        Ok(())
    }

    pub(super) fn assemble_provisional(&self, case: CaseId) -> Decision {
        let on_docket = self.case(case)?;
        if provisional::called_for(self.rules, on_docket) {
            return Ok(vec![falls_due::assemble(self.rules, on_docket, self.at)]);
        }
        let threshold = &self.rules.provisional;
        let sentence = format!(
            "The evidence does not call for a provisional finding: its strongest allegation stands \
             at {:.2} where {:.2} is asked, with {} of {} allegations.",
            on_docket.strongest().value(),
            threshold.chance_min.value(),
            on_docket.active().count(),
            threshold.allegations_min
        );
        let hint = "It may also be that one waits or stands already; see the case.";
        Err(self.refuse("threshold-not-reached", sentence, hint))
    }
}
