//! A case: allegations gathered, both sides heard, evidence weighed, a motion voted and signed.

use std::collections::{BTreeMap, BTreeSet};

use kernel::belief::DegreeOfProof;
use kernel::party::Attributed;
use kernel::{Digest, Identity, Interval, PartyId, Probability, Shares, Time};
use serde::ser::SerializeSeq;
use serde::{Deserialize, Serialize, Serializer};
use terms::{Allegation, AllegationId, Verdict};

use crate::exhibit::Held;
use crate::finding::{CaseId, Finding, FindingId, Level, Responsibility, Vote};
use crate::hypothesis::{Attribution, Evidence, Hypothesis, Weighings, attribution};
use crate::logs::LogLine;
use crate::rules::{Rules, Seat, Stage};

/// What makes allegations one case: the same article, ground, window and alleged parties.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Key {
    /// The article.
    pub article: String,
    /// Zone and cell; absent for what is gathered regardless of place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ground: Option<String>,
    /// Beginning of the window.
    pub window: Time,
    /// Parties alleged.
    pub parties: BTreeSet<PartyId>,
}

/// An allegation as a case cites it: enough to see how strong the case is without the vault.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Cited {
    /// Which.
    pub allegation: AllegationId,
    /// Which version of it.
    pub version: u32,
    /// When the incident happened.
    pub when: Interval,
    /// Chance that the rule was broken.
    pub chance: Probability,
    /// Where it stands.
    pub verdict: Verdict,
    /// Severity on the agreement's scale.
    pub severity: u8,
    /// Who is alleged.
    pub alleged: Shares<Attributed>,
}

impl From<&Allegation> for Cited {
    fn from(allegation: &Allegation) -> Self {
        Self {
            allegation: allegation.id,
            version: allegation.version,
            when: allegation.when,
            chance: allegation.chance,
            verdict: allegation.verdict,
            severity: allegation.severity,
            alleged: allegation.alleged.clone(),
        }
    }
}

/// A statement or an answer.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Statement {
    /// When the record received it.
    pub at: Time,
    /// Who filed it.
    pub by: Identity,
    /// The party it speaks for.
    pub party: Option<PartyId>,
    /// Its text.
    pub text: String,
    /// Whether it answers the case (or the statement in `to`).
    pub answer: bool,
    /// The statement it answers.
    pub to: Option<u32>,
    /// Whether it came after the time for reply: kept all the same.
    pub late: bool,
    /// Lines of the party's own log.
    pub log: Vec<LogLine>,
}

/// What a seat proposes to find.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Proposal {
    /// How firm a product.
    pub level: Level,
    /// Whether a rule was broken.
    pub violation: bool,
    /// The articles concerned.
    pub articles: Vec<String>,
    /// The allegations it disposes of.
    pub allegations: Vec<AllegationId>,
    /// How firmly it is proved.
    pub proof: DegreeOfProof,
    /// Chance that a rule was broken; printed as an ICD 203 word.
    pub chance: Probability,
    /// Whose act it was.
    pub responsibility: Responsibility,
    /// Severity on the agreement's scale.
    pub severity: u8,
    /// When the breach happened.
    pub breach: Interval,
    /// Remedies, by their ids in the agreement.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remedies: Vec<String>,
    /// The commission's account of the facts and its reasons.
    pub account: String,
}

/// A proposal on the table, with the votes on it.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Motion {
    /// Who moved it.
    pub by: Identity,
    /// What is proposed.
    pub proposal: Proposal,
    /// Votes cast, by seat.
    pub votes: BTreeMap<Identity, Vote>,
    /// Dissents, by seat.
    pub dissents: BTreeMap<Identity, String>,
    /// Positions of the seats' signing entries.
    pub signed: BTreeMap<Identity, u64>,
}

/// How a case ended without standing open.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Closure {
    /// Time ran out.
    Lapsed,
    /// Went into another case.
    Joined(CaseId),
    /// Its complainant took it back.
    Withdrawn,
}

/// A published finding of the case, in short.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Standing {
    /// Which.
    pub finding: FindingId,
    /// Its level.
    pub level: Level,
    /// Whether it holds that a rule was broken.
    pub violation: bool,
}

/// One case.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Case {
    /// Names it.
    pub id: CaseId,
    /// What it is about, in words.
    pub title: String,
    /// The articles it concerns.
    pub articles: BTreeSet<String>,
    /// The parties it alleges against: they have the right of reply and do not judge.
    pub accused: BTreeSet<PartyId>,
    /// When it is said to have happened.
    pub when: Interval,
    /// What gathered it, when the house opened it.
    pub key: Option<Key>,
    /// The earlier case it continues.
    pub follows: Option<CaseId>,
    /// Position of the entry that opened it; cases are taken in this order.
    pub entry: u64,
    /// When it was opened.
    pub opened: Time,
    /// Who opened it.
    pub opened_by: Identity,
    /// The party that complains; none when the house opened it.
    pub complainant: Option<PartyId>,
    /// The opening account.
    pub account: String,
    /// The allegations.
    pub cited: BTreeMap<AllegationId, Cited>,
    /// Where it stands.
    pub stage: Stage,
    /// When that stage's time runs out.
    pub due: Option<Time>,
    /// When deliberation must end, however often a motion fails.
    pub deliberation_due: Option<Time>,
    /// Steps it went up.
    pub escalated: usize,
    /// Alleged parties that have answered.
    pub replied: BTreeSet<PartyId>,
    /// Statements and answers, in order.
    pub statements: Vec<Statement>,
    /// Exhibits by digest.
    pub exhibits: BTreeMap<Digest, Held>,
    /// Competing hypotheses, in order.
    pub hypotheses: Vec<Hypothesis>,
    /// What the seats make of the evidence.
    #[serde(serialize_with = "as_rows")]
    pub weighings: Weighings,
    /// Seats whose recusal was moved, and by which seats.
    pub recusal_moves: BTreeMap<Identity, BTreeSet<Identity>>,
    /// Seats recused by their own word or by motion.
    pub recused: BTreeSet<Identity>,
    /// The motion on the table.
    pub motion: Option<Motion>,
    /// The provisional finding that waits for the chair's word; its `published` is the time at
    /// which it is published without it.
    pub draft: Option<Finding>,
    /// Findings published, first to last.
    pub published: Vec<Standing>,
    /// How it ended, if it did.
    pub closed: Option<Closure>,
}

impl Case {
    /// Allegations that have not been withdrawn.
    pub fn active(&self) -> impl Iterator<Item = &Cited> {
        self.cited.values().filter(|cited| cited.verdict != Verdict::Withdrawn)
    }

    /// Chance of its strongest allegation. Allegations share their line, their zone and often
    /// their sources, so their chances are not multiplied.
    #[must_use]
    pub fn strongest(&self) -> Probability {
        let chances = self.active().map(|cited| cited.chance);
        chances.fold(Probability::ZERO, |most, chance| if chance > most { chance } else { most })
    }

    /// Who is alleged over all its allegations, each counting by its chance.
    #[must_use]
    pub fn alleged(&self) -> Shares<Attributed> {
        let weights = self.active().flat_map(|cited| {
            let chance = cited.chance.value();
            cited.alleged.iter().map(move |(who, share)| (who.clone(), chance * share))
        });
        Shares::from_weights(weights)
    }

    /// Whether allegations may still join it.
    #[must_use]
    pub fn gathers(&self) -> bool {
        self.closed.is_none() && self.stage <= Stage::Deliberation && self.published.is_empty()
    }

    /// Whether `seat` takes no part: accused, or recused by its own word or by motion.
    #[must_use]
    pub fn is_recused(&self, seat: &Seat, rules: &Rules) -> bool {
        let accused = seat.party.as_ref().is_some_and(|party| self.accused.contains(party));
        (rules.recusal.automatic && accused) || self.recused.contains(&seat.id)
    }

    /// Whose act it was by the hypotheses put and the evidence weighed.
    #[must_use]
    pub fn attribution(&self) -> Attribution {
        let aside = |evidence: &Evidence| match evidence {
            Evidence::Exhibit(digest) => {
                self.exhibits.get(digest).is_some_and(|held| held.set_aside)
            }
            Evidence::Allegation(_) | Evidence::Statement(_) => false,
        };
        let mut weighings = self.weighings.clone();
        weighings.retain(|(_, evidence, _), _| !aside(evidence));
        attribution(&self.hypotheses, &weighings, |evidence| match evidence {
            Evidence::Exhibit(digest) => self.exhibits.get(digest)?.credibility(),
            Evidence::Allegation(_) | Evidence::Statement(_) => None,
        })
    }

    /// Whether the case holds such a piece of evidence.
    #[must_use]
    pub fn holds(&self, evidence: &Evidence) -> bool {
        match evidence {
            Evidence::Exhibit(digest) => self.exhibits.contains_key(digest),
            Evidence::Allegation(id) => self.cited.contains_key(id),
            Evidence::Statement(number) => (*number as usize) < self.statements.len(),
        }
    }

    /// The lines of a party's own log filed in the case, for [`crate::logs::compare`].
    #[must_use]
    pub fn log_of(&self, party: &PartyId) -> Vec<LogLine> {
        let own = self.statements.iter().filter(|said| said.party.as_ref() == Some(party));
        own.flat_map(|said| said.log.iter().cloned()).collect()
    }

    /// Alleged parties that have not answered.
    pub fn unheard(&self) -> impl Iterator<Item = &PartyId> {
        self.accused.difference(&self.replied)
    }
}

/// The weighings as a list of rows, for JSON has no compound keys.
fn as_rows<S: Serializer>(weighings: &Weighings, serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Row<'a> {
        hypothesis: u32,
        evidence: &'a Evidence,
        seat: &'a Identity,
        bearing: crate::hypothesis::Bearing,
        reason: &'a str,
    }
    let mut rows = serializer.serialize_seq(Some(weighings.len()))?;
    for ((hypothesis, evidence, seat), weighing) in weighings {
        let (bearing, reason) = (weighing.bearing, weighing.reason.as_str());
        rows.serialize_element(&Row { hypothesis: *hypothesis, evidence, seat, bearing, reason })?;
    }
    rows.end()
}
