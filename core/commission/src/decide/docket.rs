//! Opening, joining, splitting and taking back cases.

use std::collections::BTreeSet;

use kernel::{Interval, PartyId, Refusal};
use terms::AllegationId;

use super::{Decision, Desk};
use crate::case::{Case, Cited, Closure};
use crate::clock;
use crate::entry::{Entry, Opening};
use crate::finding::CaseId;
use crate::from_allegations::CITED_PER_CASE_MAX;
use crate::rules::Stage;

/// A case as laid before the commission by hand.
pub(super) struct ByHand {
    pub title: String,
    pub articles: Vec<String>,
    pub accused: Vec<PartyId>,
    pub when: Interval,
    pub account: String,
    pub cited: Vec<Cited>,
}

impl Desk<'_> {
    /// Any party may open a case; nothing in here asks another party or the chair.
    pub(super) fn open_case(&self, hand: ByHand, position: u64) -> Decision {
        let complainant = self.party();
        self.name(&hand.title, "title")?;
        self.text(&hand.account, "account")?;
        self.rows(hand.articles.len() + hand.accused.len(), "articles and parties")?;
        hand.articles.iter().try_for_each(|article| self.name(article, "article"))?;
        self.respondents(&hand.accused)?;
        if hand.articles.is_empty() {
            let sentence = "The case names no article.";
            return Err(self.refuse(
                "article-missing",
                sentence,
                "Name the article said to be broken.",
            ));
        }
        if hand.when.start > self.at || hand.when.end < hand.when.start {
            let sentence = "What is alleged has not happened yet, or ends before it begins.";
            return Err(self.refuse(
                "time-impossible",
                sentence,
                "Give the interval it happened in.",
            ));
        }
        self.citable(&hand.cited)?;
        let when = hand.cited.iter().fold(hand.when, |when, cited| when.hull(cited.when));
        let opening = Opening {
            case: self.new_id(position, &hand.title),
            title: hand.title,
            articles: hand.articles.into_iter().collect(),
            accused: hand.accused.into_iter().collect(),
            when,
            key: None,
            follows: None,
            complainant,
            account: hand.account,
            cited: hand.cited,
            due: clock::due(self.rules, Stage::Docket, when.start, self.at),
        };
        Ok(vec![Entry::CaseOpened { opening: Box::new(opening) }])
    }

    fn new_id(&self, position: u64, title: &str) -> CaseId {
        CaseId::of(format!("{position}\n{}\n{}\n{title}", self.at, self.by).as_bytes())
    }

    fn respondents(&self, accused: &[PartyId]) -> Result<(), Refusal> {
        let known = &self.rules.body.respondents;
        match accused.iter().find(|party| !known.contains(party)) {
            Some(party) => {
                let sentence = format!("A case cannot be laid against {party}.");
                let names: Vec<_> = known.iter().map(ToString::to_string).collect();
                let hint =
                    format!("The agreement binds {} before the commission.", names.join(", "));
                Err(self.refuse("not-a-respondent", sentence, hint))
            }
            None => Ok(()),
        }
    }

    /// Allegations that no other case disposes of.
    fn citable(&self, cited: &[Cited]) -> Result<(), Refusal> {
        self.rows(cited.len(), "allegations")?;
        let taken = cited.iter().find_map(|cited| {
            Some((cited.allegation, *self.state.case_of.get(&cited.allegation)?))
        });
        match taken {
            Some((allegation, case)) => {
                let sentence = format!("{allegation} is already before the commission in {case}.");
                let hint = format!("Join the cases, or split {case}.");
                Err(self.refuse("allegation-in-another-case", sentence, hint))
            }
            None => Ok(()),
        }
    }

    pub(super) fn add_allegations(&self, case: CaseId, cited: Vec<Cited>) -> Decision {
        let on_docket = self.case_until(case, Stage::Deliberation)?;
        if cited.is_empty() {
            let sentence = "No allegation is named.";
            return Err(self.refuse(
                "allegation-missing",
                sentence,
                "Name at least one allegation.",
            ));
        }
        self.citable(&cited)?;
        self.room(on_docket.cited.len() + cited.len())?;
        Ok(vec![Entry::AllegationsAdded { case, cited }])
    }

    fn room(&self, count: usize) -> Result<(), Refusal> {
        if count > CITED_PER_CASE_MAX {
            let sentence = format!("A case holds at most {CITED_PER_CASE_MAX} allegations.");
            return Err(self.refuse("case-full", sentence, "Open a second case."));
        }
        Ok(())
    }

    /// Only the start of the clock depends on this, never the case: without it the docket's own
    /// deadline moves the case on.
    pub(super) fn notify(&self, case: CaseId) -> Decision {
        let on_docket = self.case_until(case, Stage::Docket)?;
        self.judge(on_docket)?;
        Ok(vec![self.advance(on_docket, Stage::Reply)])
    }

    pub(super) fn join_cases(&self, into: CaseId, from: Vec<CaseId>) -> Decision {
        let target = self.case_until(into, Stage::Deliberation)?;
        self.judge(target)?;
        self.rows(from.len(), "cases")?;
        let distinct: BTreeSet<CaseId> =
            from.iter().copied().filter(|case| *case != into).collect();
        if distinct.is_empty() || distinct.len() != from.len() {
            let sentence = "Cases to join must be different ones.";
            return Err(self.refuse("nothing-to-join", sentence, "Name each other case once."));
        }
        let mut whole = target.clone();
        let mut entries = Vec::new();
        for id in from {
            let part = self.case_until(id, Stage::Deliberation)?;
            self.judge(part)?;
            if !part.published.is_empty() || !target.published.is_empty() {
                let sentence = "A case with a published finding stays as it is.";
                let hint = "Move a finding that supersedes the published one.";
                return Err(self.refuse("already-found", sentence, hint));
            }
            whole.stage = whole.stage.min(part.stage);
            whole.absorb(part.clone());
            entries.push(Entry::CasesJoined { into, from: id });
        }
        self.room(whole.cited.len())?;
        entries.push(self.after_joining(&whole));
        Ok(entries)
    }

    /// Whoever was not heard in each of the cases gets its time to answer.
    fn after_joining(&self, whole: &Case) -> Entry {
        let heard = whole.unheard().next().is_none();
        let stage = match whole.stage {
            Stage::Docket => Stage::Docket,
            _ if heard => Stage::Deliberation,
            _ => Stage::Reply,
        };
        self.advance(whole, stage)
    }

    pub(super) fn split_case(
        &self,
        case: CaseId,
        title: String,
        allegations: Vec<AllegationId>,
        position: u64,
    ) -> Decision {
        let whole = self.case_until(case, Stage::Deliberation)?;
        self.judge(whole)?;
        self.name(&title, "title")?;
        let taken: BTreeSet<AllegationId> = allegations.iter().copied().collect();
        let known = taken.iter().all(|id| whole.cited.contains_key(id));
        if taken.is_empty() || !known || taken.len() >= whole.cited.len() {
            let sentence = format!("These allegations do not divide {case} in two.");
            let hint = "Name some, but not all, of the allegations the case cites.";
            return Err(self.refuse("nothing-to-split", sentence, hint));
        }
        let new = self.new_id(position, &title);
        Ok(vec![Entry::CaseSplit { case, new, title, allegations: taken.into_iter().collect() }])
    }

    /// A complaint can be taken back while nobody else rests on it.
    pub(super) fn withdraw(&self, case: CaseId, reason: String) -> Decision {
        let complaint = self.case_until(case, Stage::Deliberation)?;
        self.text(&reason, "reason")?;
        let party = self.party();
        let own = complaint.key.is_none()
            && (complaint.opened_by == *self.by
                || (party.is_some() && complaint.complainant == party));
        if !own {
            let sentence = format!("{case} was not opened by {}.", self.by);
            let hint = "Only the complainant can withdraw; what the house opened is decided.";
            return Err(self.refuse("not-the-complainant", sentence, hint));
        }
        let others = complaint.statements.iter().any(|said| said.party != complaint.complainant)
            || complaint.exhibits.values().any(|held| held.party != complaint.complainant)
            || !complaint.published.is_empty()
            || complaint.draft.is_some();
        if others {
            let sentence = "Others have spoken in this case, or it has a finding already.";
            let hint = "Let it be decided; state there that the complaint is no longer pressed.";
            return Err(self.refuse("others-rely-on-it", sentence, hint));
        }
        Ok(vec![Entry::CaseClosed { case, how: Closure::Withdrawn, reason }])
    }
}
