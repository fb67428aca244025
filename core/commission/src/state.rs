//! The commission's state: rules, who acts for whom, cases and findings.

use std::collections::BTreeMap;

use kernel::{Identity, PartyId, Stamp, Time};
use terms::AllegationId;

use crate::case::{Case, Closure, Key};
use crate::entry::Entry;
use crate::finding::{CaseId, Finding, FindingId};
use crate::rules::Rules;

/// Everything the commission decides from.
#[derive(Clone, PartialEq, Debug)]
pub struct State {
    /// The agreement's rules.
    pub rules: Rules,
    /// Which party an identity acts for.
    pub roles: BTreeMap<Identity, PartyId>,
    /// Cases by id.
    pub cases: BTreeMap<CaseId, Case>,
    /// Published findings by id.
    pub findings: BTreeMap<FindingId, Finding>,
    /// The case that disposes of an allegation.
    pub case_of: BTreeMap<AllegationId, CaseId>,
    /// The latest case gathered under a key.
    pub gathering: BTreeMap<Key, CaseId>,
    /// Keys with a ground, by window: how many cases by place it has.
    pub in_window: BTreeMap<Time, usize>,
}

impl State {
    /// The state before the first entry.
    #[must_use]
    pub fn found(rules: Rules, roles: BTreeMap<Identity, PartyId>) -> Self {
        Self {
            rules,
            roles,
            cases: BTreeMap::new(),
            findings: BTreeMap::new(),
            case_of: BTreeMap::new(),
            gathering: BTreeMap::new(),
            in_window: BTreeMap::new(),
        }
    }

    /// Takes in an entry. Entries that speak of a case this state does not know change nothing.
    pub fn evolve(&mut self, entry: &Entry, stamp: &Stamp) {
        match entry {
            Entry::CaseOpened { opening } => self.open(Case::opened(opening, stamp)),
            Entry::CasesJoined { into, from } => self.join(*into, *from),
            Entry::CaseSplit { case, new, title, allegations } => {
                let split = self
                    .cases
                    .get_mut(case)
                    .map(|case| case.split(*new, title, allegations, stamp));
                if let Some(part) = split {
                    self.open(part);
                }
            }
            Entry::FindingPublished { finding } => {
                if let Some(case) = self.cases.get_mut(&finding.case) {
                    case.publish(finding);
                }
                self.findings.insert(finding.id, (**finding).clone());
            }
            Entry::ProvisionalAssembled { finding } => {
                if let Some(case) = self.cases.get_mut(&finding.case) {
                    case.draft = Some((**finding).clone());
                }
            }
            Entry::AllegationsAdded { case, cited } => {
                if let Some(case) = self.cases.get_mut(case) {
                    case.cite(cited, self.rules.grouping.party_share_min);
                    self.case_of.extend(cited.iter().map(|cited| (cited.allegation, case.id)));
                }
            }
            other => self.evolve_case(other, stamp),
        }
    }

    fn evolve_case(&mut self, entry: &Entry, stamp: &Stamp) {
        if let Some(case) = entry.case().and_then(|id| self.cases.get_mut(&id)) {
            case.evolve(entry, stamp);
        }
    }

    fn open(&mut self, case: Case) {
        self.case_of.extend(case.cited.keys().map(|id| (*id, case.id)));
        if let Some(key) = &case.key {
            if key.ground.is_some() && !self.gathering.contains_key(key) {
                *self.in_window.entry(key.window).or_default() += 1;
            }
            self.gathering.insert(key.clone(), case.id);
        }
        self.cases.insert(case.id, case);
    }

    fn join(&mut self, into: CaseId, from: CaseId) {
        if into == from || !self.cases.contains_key(&into) {
            return;
        }
        let Some(part) = self.cases.get_mut(&from) else { return };
        let copy = part.clone();
        part.closed = Some(Closure::Joined(into));
        part.due = None;
        self.case_of.extend(copy.cited.keys().map(|id| (*id, into)));
        if let Some(key) = &copy.key {
            self.gathering.insert(key.clone(), into);
        }
        if let Some(case) = self.cases.get_mut(&into) {
            case.absorb(copy);
        }
    }
}
