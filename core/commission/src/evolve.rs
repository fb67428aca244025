//! How a case changes with each entry; total, for what is on the record has happened.

use std::collections::{BTreeMap, BTreeSet};

use kernel::party::Attributed;
use kernel::{Probability, Stamp, Time};
use terms::AllegationId;

use crate::case::{Case, Cited, Motion, Standing, Statement};
use crate::entry::{Entry, Opening};
use crate::exhibit::Held;
use crate::finding::{CaseId, Finding, Level};
use crate::hypothesis::{Evidence, Weighing};
use crate::rules::Stage;

impl Entry {
    /// The case an entry speaks of.
    #[must_use]
    pub fn case(&self) -> Option<CaseId> {
        match self {
            Self::CaseOpened { opening } => Some(opening.case),
            Self::ProvisionalAssembled { finding } | Self::FindingPublished { finding } => {
                Some(finding.case)
            }
            Self::CasesJoined { into, .. } => Some(*into),
            Self::AllegationsAdded { case, .. }
            | Self::CaseAdvanced { case, .. }
            | Self::PartyAccused { case, .. }
            | Self::StatementFiled { case, .. }
            | Self::AnswerFiled { case, .. }
            | Self::ExhibitAdded { case, .. }
            | Self::ExhibitTransferred { case, .. }
            | Self::ExhibitScored { case, .. }
            | Self::ExhibitSetAside { case, .. }
            | Self::HypothesisProposed { case, .. }
            | Self::EvidenceWeighed { case, .. }
            | Self::RecusalMoved { case, .. }
            | Self::SeatRecused { case, .. }
            | Self::FindingMoved { case, .. }
            | Self::VoteCast { case, .. }
            | Self::MotionRejected { case }
            | Self::DissentFiled { case, .. }
            | Self::FindingSigned { case, .. }
            | Self::ProvisionalDropped { case }
            | Self::CaseEscalated { case, .. }
            | Self::CaseSplit { case, .. }
            | Self::CaseClosed { case, .. } => Some(*case),
        }
    }
}

impl Case {
    pub(crate) fn opened(opening: &Opening, stamp: &Stamp) -> Self {
        let cited = opening.cited.iter().map(|cited| (cited.allegation, cited.clone()));
        Self {
            id: opening.case,
            title: opening.title.clone(),
            articles: opening.articles.clone(),
            accused: opening.accused.clone(),
            when: opening.when,
            key: opening.key.clone(),
            follows: opening.follows,
            entry: stamp.position,
            opened: stamp.at,
            opened_by: stamp.by.clone(),
            complainant: opening.complainant.clone(),
            account: opening.account.clone(),
            cited: cited.collect(),
            stage: Stage::Docket,
            due: opening.due,
            deliberation_due: None,
            escalated: 0,
            replied: BTreeSet::new(),
            statements: vec![],
            exhibits: BTreeMap::new(),
            hypotheses: vec![],
            weighings: BTreeMap::new(),
            recusal_moves: BTreeMap::new(),
            recused: BTreeSet::new(),
            motion: None,
            draft: None,
            published: vec![],
            closed: None,
        }
    }

    pub(crate) fn evolve(&mut self, entry: &Entry, stamp: &Stamp) {
        match entry {
            Entry::CaseAdvanced { stage, due, .. } => self.advance(*stage, *due),
            Entry::PartyAccused { party, .. } => {
                self.accused.insert(party.clone());
            }
            Entry::StatementFiled { .. } | Entry::AnswerFiled { .. } => self.file(entry, stamp),
            Entry::ExhibitAdded { .. }
            | Entry::ExhibitTransferred { .. }
            | Entry::ExhibitScored { .. }
            | Entry::ExhibitSetAside { .. } => self.deposit(entry, stamp),
            Entry::HypothesisProposed { hypothesis, .. } => {
                self.hypotheses.push(hypothesis.clone())
            }
            Entry::EvidenceWeighed { seat, hypothesis, evidence, bearing, reason, .. } => {
                let weighing = Weighing { bearing: *bearing, reason: reason.clone() };
                self.weighings.insert((*hypothesis, evidence.clone(), seat.clone()), weighing);
            }
            Entry::RecusalMoved { seat, by, .. } => {
                self.recusal_moves.entry(seat.clone()).or_default().insert(by.clone());
            }
            Entry::SeatRecused { seat, .. } => {
                self.recused.insert(seat.clone());
            }
            Entry::ProvisionalDropped { .. } => self.draft = None,
            Entry::CaseEscalated { due, .. } => {
                self.escalated += 1;
                self.due = Some(*due);
                self.deliberation_due = Some(*due);
            }
            Entry::CaseClosed { how, .. } => {
                self.closed = Some(how.clone());
                self.due = None;
                self.draft = None;
            }
            other => self.evolve_motion(other, stamp),
        }
    }

    fn evolve_motion(&mut self, entry: &Entry, stamp: &Stamp) {
        if let Entry::FindingMoved { seat, proposal, .. } = entry {
            self.motion = Some(Motion {
                by: seat.clone(),
                proposal: (**proposal).clone(),
                votes: BTreeMap::new(),
                dissents: BTreeMap::new(),
                signed: BTreeMap::new(),
            });
        }
        let Some(motion) = &mut self.motion else { return };
        match entry {
            Entry::VoteCast { seat, vote, .. } => {
                motion.votes.insert(seat.clone(), *vote);
            }
            Entry::DissentFiled { seat, text, .. } => {
                motion.dissents.insert(seat.clone(), text.clone());
            }
            Entry::FindingSigned { seat, .. } => {
                motion.signed.insert(seat.clone(), stamp.position);
            }
            Entry::MotionRejected { .. } => self.motion = None,
            _ => {}
        }
    }

    fn advance(&mut self, stage: Stage, due: Option<Time>) {
        self.stage = stage;
        self.due = due;
        match stage {
            Stage::Deliberation => self.deliberation_due = due,
            Stage::Published => (self.motion, self.escalated) = (None, 0),
            _ => {}
        }
    }

    fn file(&mut self, entry: &Entry, stamp: &Stamp) {
        let (party, text, answer, to, late, log) = match entry {
            Entry::StatementFiled { party, text, log, .. } => {
                (party, text, false, None, false, log.clone())
            }
            Entry::AnswerFiled { party, to, text, late, .. } => {
                (party, text, true, *to, *late, vec![])
            }
            _ => return,
        };
        if let (true, Some(party)) = (answer, party) {
            self.replied.insert(party.clone());
        }
        self.statements.push(Statement {
            at: stamp.at,
            by: stamp.by.clone(),
            party: party.clone(),
            text: text.clone(),
            answer,
            to,
            late,
            log,
        });
    }

    fn deposit(&mut self, entry: &Entry, stamp: &Stamp) {
        match entry {
            Entry::ExhibitAdded { party, exhibit, .. } => {
                let held = Held {
                    exhibit: (**exhibit).clone(),
                    deposited_by: stamp.by.clone(),
                    party: party.clone(),
                    received: stamp.at,
                    custody: vec![],
                    grades: vec![],
                    set_aside: false,
                };
                self.exhibits.entry(exhibit.digest).or_insert(held);
            }
            Entry::ExhibitTransferred { exhibit, transfer, .. } => {
                if let Some(held) = self.exhibits.get_mut(exhibit) {
                    held.custody.push(transfer.clone());
                }
            }
            Entry::ExhibitScored { exhibit, grade, .. } => {
                if let Some(held) = self.exhibits.get_mut(exhibit) {
                    held.grades.push(grade.clone());
                }
            }
            Entry::ExhibitSetAside { exhibit, .. } => {
                if let Some(held) = self.exhibits.get_mut(exhibit) {
                    held.set_aside = true;
                }
            }
            _ => {}
        }
    }

    /// Takes in allegations or newer versions of them. Until the time for reply is over they may
    /// name further parties; later ones only a seat can, by a hypothesis.
    pub(crate) fn cite(&mut self, cited: &[Cited], party_share_min: Probability) {
        for allegation in cited {
            self.when = self.when.hull(allegation.when);
            if self.stage <= Stage::Reply && self.closed.is_none() {
                self.accused.extend(allegation.parties(party_share_min));
            }
            self.cited.insert(allegation.allegation, allegation.clone());
        }
    }

    pub(crate) fn publish(&mut self, finding: &Finding) {
        let standing =
            Standing { finding: finding.id, level: finding.level, violation: finding.violation };
        self.published.push(standing);
        self.draft = None;
        if finding.level > Level::Provisional {
            self.motion = None;
            self.stage = Stage::Published;
            self.due = None;
            self.escalated = 0;
        }
    }

    /// Takes out some allegations as a new case; what was said and shown goes with both.
    pub(crate) fn split(
        &mut self,
        new: CaseId,
        title: &str,
        taken: &[AllegationId],
        stamp: &Stamp,
    ) -> Self {
        let mut part = self.clone();
        part.id = new;
        (part.entry, part.opened) = (stamp.position, stamp.at);
        part.title = title.to_owned();
        part.key = None;
        part.follows = Some(self.id);
        part.draft = None;
        part.cited.retain(|id, _| taken.contains(id));
        self.cited.retain(|id, _| !taken.contains(id));
        for case in [&mut part, self] {
            let hull = case.cited.values().map(|cited| cited.when).reduce(|a, b| a.hull(b));
            case.when = hull.unwrap_or(case.when);
        }
        part
    }

    /// Takes in another case. A party counts as heard only if it was heard in each case that
    /// alleges against it.
    pub(crate) fn absorb(&mut self, other: Self) {
        let heard = |party: &&_, case: &Self| {
            !case.accused.contains(*party) || case.replied.contains(*party)
        };
        let accused: BTreeSet<_> = self.accused.union(&other.accused).cloned().collect();
        let both = accused.iter().filter(|party| heard(party, self) && heard(party, &other));
        self.replied = both.cloned().collect();
        self.accused = accused;
        self.when = self.when.hull(other.when);
        self.articles.extend(other.articles);
        self.cited.extend(other.cited);
        let (statements, hypotheses) = (self.statements.len() as u32, self.hypotheses.len() as u32);
        for ((hypothesis, evidence, seat), weighing) in other.weighings {
            let evidence = match evidence {
                Evidence::Statement(number) => Evidence::Statement(number + statements),
                kept => kept,
            };
            self.weighings.insert((hypothesis + hypotheses, evidence, seat), weighing);
        }
        let renumbered = other.statements.into_iter().map(|mut statement| {
            statement.to = statement.to.map(|number| number + statements);
            statement
        });
        self.statements.extend(renumbered);
        self.hypotheses.extend(other.hypotheses);
        for (digest, held) in other.exhibits {
            self.exhibits.entry(digest).or_insert(held);
        }
        for (seat, by) in other.recusal_moves {
            self.recusal_moves.entry(seat).or_default().extend(by);
        }
        self.recused.extend(other.recused);
    }
}

impl Cited {
    /// The parties it alleges with at least such a share.
    pub(crate) fn parties(&self, share_min: Probability) -> impl Iterator<Item = kernel::PartyId> {
        self.alleged.iter().filter_map(move |(who, share)| match who {
            Attributed::Party(party) if share >= share_min.value() => Some(party.clone()),
            _ => None,
        })
    }
}
