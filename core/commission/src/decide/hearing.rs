//! Both sides are heard: statements, answers, exhibits and their custody.

use kernel::belief::{Credibility, Reliability};
use kernel::{Digest, Identity, Refusal};

use super::{Decision, Desk};
use crate::case::Case;
use crate::entry::Entry;
use crate::exhibit::{Exhibit, Grade, Held, Transfer};
use crate::finding::CaseId;
use crate::logs::LogLine;
use crate::rules::Stage;

impl Desk<'_> {
    pub(super) fn file_statement(&self, case: CaseId, text: String, log: Vec<LogLine>) -> Decision {
        self.case(case)?;
        let party = self.party();
        self.text(&text, "statement")?;
        self.rows(log.len(), "log lines")?;
        for line in &log {
            self.name(&line.reference, "log line's reference")?;
            self.name(&line.text, "log line's text")?;
        }
        Ok(vec![Entry::StatementFiled { case, party, text, log }])
    }

    /// An answer is never turned away; after its time it is marked late. With the last one
    /// outstanding the case moves on.
    pub(super) fn answer(&self, case: CaseId, to: Option<u32>, text: String) -> Decision {
        let on_docket = self.case(case)?;
        let party = self.party();
        self.text(&text, "answer")?;
        if to.is_some_and(|number| number as usize >= on_docket.statements.len()) {
            let sentence = "There is no statement of that number.";
            return Err(self.refuse(
                "no-such-statement",
                sentence,
                "Leave it out to answer the case.",
            ));
        }
        let late = on_docket.stage > Stage::Reply;
        let last = party.as_ref().is_some_and(|party| on_docket.accused.contains(party))
            && on_docket.unheard().all(|unheard| Some(unheard) == party.as_ref());
        let mut entries = vec![Entry::AnswerFiled { case, party, to, text, late }];
        if last && on_docket.stage == Stage::Reply {
            entries.push(self.advance(on_docket, Stage::Deliberation));
        }
        Ok(entries)
    }

    pub(super) fn add_exhibit(&self, case: CaseId, exhibit: Box<Exhibit>) -> Decision {
        let on_docket = self.case(case)?;
        let party = self.party();
        self.name(&exhibit.title, "title")?;
        self.described(&exhibit)?;
        if on_docket.exhibits.contains_key(&exhibit.digest) {
            let sentence = "These very bytes lie before the commission already.";
            return Err(self.refuse(
                "exhibit-twice",
                sentence,
                "Refer to the exhibit that is there.",
            ));
        }
        if let Some(copy) = &exhibit.made_from {
            self.text(&copy.transformation, "transformation")?;
            self.exhibit(on_docket, copy.parent)?;
        }
        if exhibit.captured.is_some_and(|captured| captured.start > self.at) {
            let sentence = "The exhibit says that it was taken in the future.";
            return Err(self.refuse("time-impossible", sentence, "Correct the time of capture."));
        }
        Ok(vec![Entry::ExhibitAdded { case, party, exhibit }])
    }

    fn described(&self, exhibit: &Exhibit) -> Result<(), Refusal> {
        let texts = [&exhibit.media_type, &exhibit.handling];
        let length = texts.into_iter().chain(&exhibit.method).map(String::len).sum::<usize>()
            + exhibit.releasable_to.iter().map(String::len).sum::<usize>();
        if length > super::TEXT_BYTES_MAX {
            let sentence = "The exhibit's description is too long.";
            return Err(self.refuse(
                "text-too-long",
                sentence,
                "Put the description in a statement.",
            ));
        }
        Ok(())
    }

    fn exhibit<'c>(&self, case: &'c Case, digest: Digest) -> Result<&'c Held, Refusal> {
        case.exhibits.get(&digest).ok_or_else(|| {
            let sentence = format!("{} has no exhibit {digest}.", case.id);
            self.refuse("no-such-exhibit", sentence, "Deposit it first.")
        })
    }

    /// Bytes that differ are recorded, not refused: a broken custody is itself evidence.
    pub(super) fn transfer_exhibit(
        &self,
        case: CaseId,
        exhibit: Digest,
        transfer: Transfer,
    ) -> Decision {
        let on_docket = self.case(case)?;
        let held = self.exhibit(on_docket, exhibit)?;
        self.text(&transfer.purpose, "purpose")?;
        self.name(transfer.to.as_str(), "receiver's name")?;
        if *held.holder() != transfer.from {
            let sentence =
                format!("The exhibit is with {}, not with {}.", held.holder(), transfer.from);
            let hint = format!("{} records the step that is missing.", held.holder());
            return Err(self.refuse("custody-elsewhere", sentence, hint));
        }
        if *self.by != transfer.from && *self.by != transfer.to {
            let sentence = "Only who gives or who receives an exhibit can record its transfer.";
            let hint = format!("{} or {} submits it.", transfer.from, transfer.to);
            return Err(self.refuse("custody-not-yours", sentence, hint));
        }
        let last = held.custody.last().map(|last| last.at);
        if transfer.at > self.at || last.is_some_and(|last| transfer.at < last) {
            let sentence = "The transfer lies in the future, or before the one it follows.";
            return Err(self.refuse(
                "time-impossible",
                sentence,
                "Give the time it changed hands.",
            ));
        }
        Ok(vec![Entry::ExhibitTransferred { case, exhibit, transfer }])
    }

    pub(super) fn score_exhibit(
        &self,
        case: CaseId,
        exhibit: Digest,
        (source, information): (Option<Reliability>, Option<Credibility>),
        reason: String,
    ) -> Decision {
        let on_docket = self.case(case)?;
        let by: Identity = self.judge(on_docket)?.id.clone();
        self.exhibit(on_docket, exhibit)?;
        self.text(&reason, "reason")?;
        if source.is_none() && information.is_none() {
            let sentence = "Neither the source nor the information is graded.";
            let hint = "Grade the source A to F, the information 1 to 6, or both, each apart.";
            return Err(self.refuse("grade-missing", sentence, hint));
        }
        let grade = Grade { by, source, information, reason };
        Ok(vec![Entry::ExhibitScored { case, exhibit, grade }])
    }

    /// Whoever holds an exhibit could break its custody and so stop a vote; a seat can go on
    /// without it.
    pub(super) fn set_aside(&self, case: CaseId, exhibit: Digest, reason: String) -> Decision {
        let on_docket = self.case(case)?;
        let seat = self.judge(on_docket)?.id.clone();
        self.text(&reason, "reason")?;
        if self.exhibit(on_docket, exhibit)?.set_aside {
            let sentence = "The exhibit has been set aside.";
            return Err(self.refuse("set-aside-twice", sentence, "Nothing more is needed."));
        }
        Ok(vec![Entry::ExhibitSetAside { case, exhibit, seat, reason }])
    }
}
