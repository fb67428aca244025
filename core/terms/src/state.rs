//! What the terms know: facts, notices, positions, allegations, omissions. Replay is `evolve`.

use std::collections::BTreeMap;
use std::sync::Arc;

use kernel::{Fact, FactBook, Identity, PartyId, Stamp, Time};
use serde::Serialize;
use watch::IncidentId;

use crate::agreement::Agreement;
use crate::allegation::{Allegation, AllegationId};
use crate::entry::Entry;
use crate::notice::Notice;
use crate::omission::{Omission, OmissionId};
use crate::parties::Stance;

/// A position a party has taken on the record; those of `parties.toml` stand in the agreement.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Taken {
    /// The party.
    pub party: PartyId,
    /// The article's number.
    pub article: String,
    /// How it stands.
    pub stance: Stance,
    /// In its own words.
    pub text: String,
    /// When the record took it.
    pub at: Time,
    /// Who spoke for it.
    pub by: Identity,
}

/// The terms' part of the house.
#[derive(Clone, Debug)]
pub struct State {
    agreement: Arc<Agreement>,
    facts: FactBook,
    notices: Vec<Notice>,
    positions: Vec<Taken>,
    allegations: BTreeMap<AllegationId, Allegation>,
    by_incident: BTreeMap<IncidentId, Vec<AllegationId>>,
    omissions: BTreeMap<OmissionId, Omission>,
}

impl State {
    /// The state of a house founded on `agreement`, before any entry.
    #[must_use]
    pub fn new(agreement: Arc<Agreement>) -> Self {
        Self {
            agreement,
            facts: FactBook::default(),
            notices: Vec::new(),
            positions: Vec::new(),
            allegations: BTreeMap::new(),
            by_incident: BTreeMap::new(),
            omissions: BTreeMap::new(),
        }
    }

    /// Takes in an entry. Of allegations it holds only the digest: [`State::absorb`] takes in
    /// what the vault holds under it.
    pub fn evolve(&mut self, entry: &Entry, stamp: &Stamp) {
        match entry {
            Entry::FactStated { fact, subject, holds, since, basis } => self.facts.state(Fact {
                name: fact.clone(),
                subject: subject.clone(),
                holds: *holds,
                since: *since,
                known: stamp.at,
                stated_by: stamp.by.clone(),
                basis: basis.clone(),
                entry: stamp.position,
            }),
            Entry::NoticeFiled { notice } => self.notices.push(notice.clone()),
            Entry::PositionTaken { party, article, stance, text } => self.positions.push(Taken {
                party: party.clone(),
                article: article.clone(),
                stance: *stance,
                text: text.clone(),
                at: stamp.at,
                by: stamp.by.clone(),
            }),
            Entry::AllegationsRaised { .. } => {}
            Entry::OmissionRaised { omission } => {
                self.omissions.insert(omission.id, omission.clone());
            }
            Entry::OmissionWithdrawn { omission } => {
                self.omissions.remove(&omission.id);
            }
        }
    }

    /// Takes in the allegations of a payload; a version that is not newer changes nothing.
    pub fn absorb(&mut self, allegations: impl IntoIterator<Item = Allegation>) {
        for allegation in allegations {
            let known = self.allegations.get(&allegation.id);
            if known.is_some_and(|known| known.version >= allegation.version) {
                continue;
            }
            if known.is_none() {
                self.by_incident.entry(allegation.incident).or_default().push(allegation.id);
            }
            self.allegations.insert(allegation.id, allegation);
        }
    }

    /// The agreement.
    #[must_use]
    pub fn agreement(&self) -> &Agreement {
        &self.agreement
    }
    /// All facts stated.
    #[must_use]
    pub fn facts(&self) -> &FactBook {
        &self.facts
    }
    /// All notices, in the order they were filed.
    #[must_use]
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }
    /// Positions taken on the record, in order.
    #[must_use]
    pub fn positions(&self) -> &[Taken] {
        &self.positions
    }
    /// The latest version of every allegation, withdrawn ones too.
    #[must_use]
    pub fn allegations(&self) -> &BTreeMap<AllegationId, Allegation> {
        &self.allegations
    }
    /// The latest versions of what is alleged of an incident.
    #[must_use]
    pub fn of_incident(&self, incident: IncidentId) -> Vec<&Allegation> {
        let ids = self.by_incident.get(&incident).into_iter().flatten();
        ids.filter_map(|id| self.allegations.get(id)).collect()
    }
    /// Omissions that stand.
    #[must_use]
    pub fn omissions(&self) -> &BTreeMap<OmissionId, Omission> {
        &self.omissions
    }

    /// How a party stood to an article at a moment: its latest statement, on the record or in the
    /// agreement's parties; not stated when it has said nothing.
    #[must_use]
    pub fn stance(&self, party: &PartyId, article: &str, at: Time) -> Stance {
        let taken = self.positions.iter().rev();
        let mut taken = taken
            .filter(|taken| taken.party == *party && taken.article == article && taken.at <= at);
        if let Some(latest) = taken.next() {
            return latest.stance;
        }
        let written = self.agreement.parties.party(party).into_iter();
        let written = written.flat_map(|party| party.positions.iter().rev());
        let on_article = |number: &String| number == article;
        written
            .filter(|position| position.at <= at && position.articles.iter().any(on_article))
            .find_map(|position| position.stance)
            .unwrap_or(Stance::NotStated)
    }
}
