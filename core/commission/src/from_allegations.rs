//! Allegations become cases: many of one article, ground, window and alleged parties make one.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Context, Refusal};
use terms::{Allegation, AllegationId, Verdict};

use crate::case::{Case, Cited, Key};
use crate::clock;
use crate::entry::{Entry, Opening};
use crate::finding::CaseId;
use crate::rules::{Grouping, Stage};
use crate::state::State;

/// Allegations in one entry, so that none grows past the record's 64 KiB.
const CITED_PER_ENTRY: usize = 120;
/// Allegations in one case; what comes beyond goes to a case that follows it.
pub const CITED_PER_CASE_MAX: usize = 1_000;

/// What new and changed allegations do to the docket. A new version of an allegation goes to the
/// case that has it, at whatever stage. Otherwise an alleged breach opens a case or joins the one
/// with its key; an undetermined or slight one only joins. The order of `allegations` plays no part.
#[must_use]
pub fn from_allegations(
    state: &State,
    allegations: &[Allegation],
    context: &Context,
) -> Vec<Entry> {
    let mut latest = BTreeMap::<AllegationId, &Allegation>::new();
    for allegation in allegations {
        let kept = latest.entry(allegation.id).or_insert(allegation);
        if allegation.version > kept.version {
            *kept = allegation;
        }
    }
    let mut sorted: Vec<&Allegation> = latest.into_values().collect();
    // What can open a case goes first, so that what can only join finds it; then by meaning.
    sorted.sort_by(|a, b| {
        let key = |x: &Allegation| (!opens(x, &state.rules.grouping), x.when, x.rule.clone(), x.id);
        key(a).cmp(&key(b))
    });
    let mut docket = Docket::of(state);
    for allegation in sorted {
        docket.place(allegation);
    }
    docket.entries(context)
}

/// Holds what a submission says about allegations against what the terms know.
///
/// # Errors
/// When an allegation is unknown, or was changed on its way.
pub fn check_cited(
    cited: &[Cited],
    known: impl Fn(AllegationId) -> Option<Cited>,
) -> Result<(), Refusal> {
    let differing = cited.iter().find(|cited| known(cited.allegation).as_ref() != Some(cited));
    differing.map_or(Ok(()), |cited| {
        let id = cited.allegation;
        Err(Refusal::new(
            "allegation-not-as-recorded",
            format!("{id} is not as the record has it."),
        )
        .hint("Cite allegations as `servanda allegations show` prints them."))
    })
}

fn opens(allegation: &Allegation, grouping: &Grouping) -> bool {
    allegation.verdict == Verdict::Alleged && allegation.severity >= grouping.severity_min
}

/// The key under which an allegation is gathered: cell by its mean place, window by its first
/// moment, both counted from fixed zeros.
#[must_use]
pub fn key_of(allegation: &Allegation, grouping: &Grouping) -> Key {
    let cell = |degrees: f64| libm::floor(degrees / grouping.cell_deg) * grouping.cell_deg + 0.0;
    let mean = allegation.place.mean;
    let zone = allegation.zone.as_deref().unwrap_or("outside any zone");
    let window_us = grouping.window.0.max(1);
    let start = allegation.when.start.0;
    let party_share_min = grouping.party_share_min;
    Key {
        article: allegation.article.clone(),
        ground: Some(format!("{zone}, {:.2} N {:.2} E", cell(mean.lat), cell(mean.lon))),
        window: kernel::Time(start.div_euclid(window_us).saturating_mul(window_us)),
        parties: Cited::from(allegation).parties(party_share_min).collect::<BTreeSet<_>>(),
    }
}

/// A case being filled in this step.
struct Filling {
    case: CaseId,
    opening: Option<Box<Opening>>,
    cited: Vec<Cited>,
    size: usize,
    gathers: bool,
}

/// The docket as it will be after this step.
struct Docket<'a> {
    state: &'a State,
    filling: Vec<Filling>,
    by_case: BTreeMap<CaseId, usize>,
    by_key: BTreeMap<Key, usize>,
    case_of: BTreeMap<AllegationId, CaseId>,
    opened_in_window: BTreeMap<kernel::Time, usize>,
}

impl<'a> Docket<'a> {
    fn of(state: &'a State) -> Self {
        Self {
            state,
            filling: vec![],
            by_case: BTreeMap::new(),
            by_key: BTreeMap::new(),
            case_of: BTreeMap::new(),
            opened_in_window: BTreeMap::new(),
        }
    }

    fn place(&mut self, allegation: &Allegation) {
        let case_of = |id| self.case_of.get(id).or_else(|| self.state.case_of.get(id)).copied();
        // What takes the place of an allegation goes where that one was.
        let known =
            case_of(&allegation.id).or_else(|| allegation.replaces.iter().find_map(case_of));
        if let Some(case) = known {
            if self.is_news(case, allegation)
                && let Some(at) = self.fill(case)
            {
                self.cite(at, allegation);
            }
            return;
        }
        if allegation.verdict == Verdict::Withdrawn {
            return;
        }
        let key = self.key_in_bounds(allegation);
        let earlier = self.gathering(&key);
        let room = earlier.filter(|&at| {
            self.filling.get(at).is_some_and(|case| case.gathers && case.size < CITED_PER_CASE_MAX)
        });
        match room {
            Some(at) => self.cite(at, allegation),
            None if opens(allegation, &self.state.rules.grouping) => {
                self.open(key, earlier, allegation)
            }
            None => {}
        }
    }

    /// Whether the case cites an older version of it, if any.
    fn is_news(&self, case: CaseId, allegation: &Allegation) -> bool {
        let case = self.state.cases.get(&case);
        let cited = case.and_then(|case| case.cited.get(&allegation.id));
        cited.is_none_or(|cited| cited.version < allegation.version)
    }

    /// The key, without its ground when the window already has as many cases by place as allowed.
    fn key_in_bounds(&self, allegation: &Allegation) -> Key {
        let grouping = &self.state.rules.grouping;
        let key = key_of(allegation, grouping);
        let window = &key.window;
        let count = |map: &BTreeMap<kernel::Time, usize>| map.get(window).copied().unwrap_or(0);
        let opened = count(&self.state.in_window) + count(&self.opened_in_window);
        let known = self.by_key.contains_key(&key) || self.state.gathering.contains_key(&key);
        if known || opened < grouping.cases_per_window_max {
            key
        } else {
            Key { ground: None, ..key }
        }
    }

    fn gathering(&mut self, key: &Key) -> Option<usize> {
        let known = self.by_key.get(key).copied();
        known.or_else(|| self.fill(*self.state.gathering.get(key)?))
    }

    /// The filling of a case on the docket, begun if need be.
    fn fill(&mut self, case: CaseId) -> Option<usize> {
        if let Some(&at) = self.by_case.get(&case) {
            return Some(at);
        }
        let on_docket = self.state.cases.get(&case)?;
        let (size, gathers) = (on_docket.cited.len(), Case::gathers(on_docket));
        let filling = Filling { case, opening: None, cited: vec![], size, gathers };
        Some(self.push(filling))
    }

    fn push(&mut self, filling: Filling) -> usize {
        let at = self.filling.len();
        self.by_case.insert(filling.case, at);
        self.filling.push(filling);
        at
    }

    fn cite(&mut self, at: usize, allegation: &Allegation) {
        if let Some(filling) = self.filling.get_mut(at) {
            let fresh = self.case_of.insert(allegation.id, filling.case).is_none();
            filling.size += usize::from(fresh && !self.state.case_of.contains_key(&allegation.id));
            filling.cited.push(Cited::from(allegation));
        }
    }

    fn open(&mut self, key: Key, earlier: Option<usize>, allegation: &Allegation) {
        let follows = earlier.and_then(|at| self.filling.get(at)).map(|filling| filling.case);
        if key.ground.is_some() && follows.is_none() {
            *self.opened_in_window.entry(key.window).or_default() += 1;
        }
        // An allegation opens one case only, so its id and version name the case.
        let case = CaseId::of(format!("{} {}", allegation.id, allegation.version).as_bytes());
        let opening = Opening {
            case,
            title: title(&key),
            articles: BTreeSet::from([key.article.clone()]),
            accused: key.parties.clone(),
            when: allegation.when,
            key: Some(key.clone()),
            follows,
            complainant: None,
            account: String::new(),
            cited: vec![],
            due: None,
        };
        let opening = Some(Box::new(opening));
        let at = self.push(Filling { case, opening, cited: vec![], size: 0, gathers: true });
        self.by_key.insert(key, at);
        self.cite(at, allegation);
    }

    fn entries(self, context: &Context) -> Vec<Entry> {
        let mut entries = Vec::new();
        for filling in self.filling {
            let mut chunks = filling.cited.chunks(CITED_PER_ENTRY).map(<[Cited]>::to_vec);
            if let Some(mut opening) = filling.opening {
                opening.cited = chunks.next().unwrap_or_default();
                let spans = opening.cited.iter().map(|cited| cited.when);
                opening.when = spans.fold(opening.when, kernel::Interval::hull);
                opening.due = clock::due(
                    &self.state.rules,
                    Stage::Docket,
                    opening.when.start,
                    context.stamp.at,
                );
                entries.push(Entry::CaseOpened { opening });
            }
            let case = filling.case;
            entries.extend(chunks.map(|cited| Entry::AllegationsAdded { case, cited }));
        }
        entries
    }
}

fn title(key: &Key) -> String {
    let ground = key.ground.as_deref().unwrap_or("many places");
    format!("Article {}: {ground}, from {}", key.article, key.window)
}
