//! What follows from what: the story of the house as code.
//!
//! ```text
//! observations -> incidents -> allegations -> cases -> findings -> obligations -> calls, deliveries
//! ```

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Context, Identity, Refusal, Stamp};
use terms::{Allegation, AllegationId};
use watch::entry::IncidentsAssembled;
use watch::{Change, Incident, IncidentId, Product};

use crate::bulk::{Bulk, from_lines, to_lines};
use crate::entry::Entry;
use crate::house::wrap;
use crate::state::State;

/// Incidents in one payload, so that no payload grows past some megabytes.
const INCIDENTS_PER_PAYLOAD: usize = 4_096;
/// Allegations in one payload.
const ALLEGATIONS_PER_PAYLOAD: usize = 4_096;

/// Observations -> incidents -> allegations: what the observations received since the last
/// assembly change, and what has not come that was promised.
pub fn assemble(state: &mut State, stamp: &Stamp, bulk: &dyn Bulk) -> Vec<Entry> {
    let lapses = watch::lapses::found(&state.watch, &state.engine, stamp.at);
    let made = |engine: &mut watch::Engine, take: &mut dyn FnMut(Change)| {
        engine.assemble_each(&mut *take);
        engine.enter_lapses(lapses, take);
        Ok(())
    };
    let as_of_batches = state.watch.batches().len() as u64;
    changed(state, as_of_batches, bulk, made).unwrap_or_default()
}

/// Silence and stated outages -> incidents of their own, as they are at the stamp's time; nothing
/// when the record says so already.
pub fn lapse(state: &mut State, stamp: &Stamp, bulk: &dyn Bulk) -> Vec<Entry> {
    let lapses = watch::lapses::found(&state.watch, &state.engine, stamp.at);
    if !state.engine.lapses_differ(&lapses) {
        return Vec::new();
    }
    // No observation was looked at anew.
    let as_of_batches = state.watch.assemblies().last().map_or(0, |last| last.as_of_batches);
    let made = |engine: &mut watch::Engine, take: &mut dyn FnMut(Change)| {
        engine.enter_lapses(lapses, take);
        Ok(())
    };
    changed(state, as_of_batches, bulk, made).unwrap_or_default()
}

/// Whether a source has fallen silent, or spoken again, since the record last said so.
#[must_use]
pub fn lapse_due(state: &State, stamp: &Stamp) -> bool {
    watch::lapses::due(&state.watch, &state.engine, stamp.at)
}

/// The same; once a day the sources are held beside one another first.
pub fn assemble_checked(state: &mut State, stamp: &Stamp, bulk: &dyn Bulk) -> Vec<Entry> {
    let due = state.watch.check_due(stamp.at) && state.engine.can_check();
    let mut entries = if due { checked(state, stamp) } else { Vec::new() };
    entries.extend(assemble(state, stamp, bulk));
    entries
}

/// Incidents -> doubts of the sources that they rest on -> the incidents as they are with them.
pub fn check_sources(state: &mut State, stamp: &Stamp, bulk: &dyn Bulk) -> Vec<Entry> {
    let mut entries = checked(state, stamp);
    // The first entry says that there was a check; doubts follow it.
    if entries.len() > 1 {
        entries.extend(assemble(state, stamp, bulk));
    }
    entries
}

/// A doubt that somebody raises or lifts -> the incidents as they are with it.
///
/// # Errors
/// With the reason, when the watch says no.
pub fn doubt(
    state: &mut State,
    command: watch::command::Command,
    stamp: &Stamp,
    bulk: &dyn Bulk,
) -> Result<Vec<Entry>, Refusal> {
    let context = Context { stamp, facts: state.terms.facts() };
    let decided = watch::decide::decide(&state.watch, command, &context)?;
    take_doubts(state, &decided, stamp);
    let mut entries = wrap(Entry::Watch, decided);
    entries.extend(assemble(state, stamp, bulk));
    Ok(entries)
}

fn checked(state: &mut State, stamp: &Stamp) -> Vec<Entry> {
    let check = state.engine.check(&state.watch);
    let mut entries = vec![watch::entry::Entry::SourcesChecked(check.checked)];
    entries.extend(check.doubts.into_iter().map(watch::entry::Entry::SourceDoubted));
    take_doubts(state, &entries, stamp);
    wrap(Entry::Watch, entries)
}

/// Has the engine take in the doubts among the entries that will stand right behind `stamp`.
fn take_doubts(state: &mut State, entries: &[watch::entry::Entry], stamp: &Stamp) {
    for (entry, position) in entries.iter().zip(stamp.position + 1..) {
        if let watch::entry::Entry::SourceDoubted(doubt) = entry {
            state.engine.take_doubt(doubt, position);
        }
    }
}

/// A review -> the incidents as decided, and what else has changed since the last assembly ->
/// allegations.
///
/// # Errors
/// With the reason, when the incident is not there to be decided so.
pub fn review(
    state: &mut State,
    review: &watch::review::Reviewed,
    stamp: &Stamp,
    bulk: &dyn Bulk,
) -> Result<Vec<Entry>, Refusal> {
    let as_of_batches = state.watch.batches().len() as u64;
    let decided = |engine: &mut watch::Engine, take: &mut dyn FnMut(Change)| {
        engine.review(review, &stamp.by, stamp.at, take)
    };
    changed(state, as_of_batches, bulk, decided)
}

/// What `make` changes, in parts, each with its allegations.
fn changed(
    state: &mut State,
    as_of_batches: u64,
    bulk: &dyn Bulk,
    make: impl FnOnce(&mut watch::Engine, &mut dyn FnMut(Change)) -> Result<(), Refusal>,
) -> Result<Vec<Entry>, Refusal> {
    let cited = cited(state);
    let State { engine, terms, .. } = state;
    let mut batch = Assembling::default();
    let mut entries = Vec::new();
    make(engine, &mut |change| {
        batch.take(change);
        if batch.incidents.len() >= INCIDENTS_PER_PAYLOAD {
            entries.extend(std::mem::take(&mut batch).seal(terms, &cited, as_of_batches, bulk));
        }
    })?;
    // The last part is written even when nothing changed: it says that all batches were looked at.
    entries.extend(batch.seal(terms, &cited, as_of_batches, bulk));
    Ok(entries)
}

/// Changes on their way into one payload.
#[derive(Default)]
struct Assembling {
    incidents: Vec<Incident>,
    added: u64,
    revised: u64,
    replaced: u64,
}

impl Assembling {
    fn take(&mut self, change: Change) {
        match change {
            Change::Added(incident) => {
                self.added += 1;
                self.incidents.push(*incident);
            }
            Change::Revised(incident) => {
                self.revised += 1;
                self.incidents.push(*incident);
            }
            Change::Replaced { .. } => self.replaced += 1,
        }
    }

    fn seal(
        self,
        terms: &terms::State,
        cited: &BTreeSet<AllegationId>,
        as_of_batches: u64,
        bulk: &dyn Bulk,
    ) -> Vec<Entry> {
        let product = if self.revised > 0 { Product::Automatic2 } else { Product::Automatic1 };
        let assembled = IncidentsAssembled {
            payload: bulk.seal(&to_lines(&self.incidents)),
            product,
            added: self.added,
            revised: self.revised,
            replaced: self.replaced,
            as_of_batches,
        };
        let mut entries = vec![Entry::Watch(watch::entry::Entry::IncidentsAssembled(assembled))];
        let allegations = terms::from_incidents(terms, terms.facts(), &self.incidents, cited);
        entries.extend(raised(&allegations, bulk));
        entries
    }
}

/// The entries that name these allegations, and their payloads sealed.
fn raised(allegations: &[Allegation], bulk: &dyn Bulk) -> Vec<Entry> {
    let parts = allegations.chunks(ALLEGATIONS_PER_PAYLOAD);
    let sealed = parts.filter_map(|part| terms::Entry::of_allegations(part).ok().flatten());
    sealed
        .map(|(entry, payload)| {
            bulk.seal(&payload);
            Entry::Terms(entry)
        })
        .collect()
}

/// What follows from one entry.
pub fn react(state: &State, entry: &Entry, stamp: &Stamp, bulk: &dyn Bulk) -> Vec<Entry> {
    let context = Context { stamp, facts: state.facts() };
    match entry {
        Entry::Terms(entry) => from_terms(state, entry, &context, bulk),
        Entry::Commission(entry) => from_commission(state, entry, &context),
        Entry::Guarantees(entry) => from_guarantees(state, entry, &context),
        _ => Vec::new(),
    }
}

/// Allegations -> cases; facts and notices -> allegations again; facts -> obligations.
fn from_terms(
    state: &State,
    entry: &terms::Entry,
    context: &Context,
    bulk: &dyn Bulk,
) -> Vec<Entry> {
    match entry {
        terms::Entry::AllegationsRaised { payload, .. } => {
            let allegations: Vec<Allegation> =
                bulk.payload(payload).map_or_else(Vec::new, |bytes| from_lines(&bytes));
            wrap(
                Entry::Commission,
                commission::from_allegations(&state.commission, &allegations, context),
            )
        }
        terms::Entry::FactStated { fact, .. } => {
            let mut entries = reconsider(state, fact, bulk);
            entries.extend(wrap(
                Entry::Guarantees,
                guarantees::from_facts(&state.guarantees, context),
            ));
            entries
        }
        terms::Entry::NoticeFiled { notice } => reconsider(state, &notice.kind, bulk),
        _ => Vec::new(),
    }
}

/// Holds every incident against the rules again when some rule asks about `word`.
fn reconsider(state: &State, word: &str, bulk: &dyn Bulk) -> Vec<Entry> {
    let asks = state.agreement.rules.iter().any(|rule| {
        rule.in_force_with.as_deref() == Some(word)
            || rule.clauses.iter().any(|clause| clause.text.contains(word))
    });
    if !asks {
        return Vec::new();
    }
    raise(state, current_incidents(state, bulk).values(), bulk)
}

/// Incidents -> allegations: the entries that name what the terms say of them, in parts.
pub fn raise<'a>(
    state: &State,
    incidents: impl IntoIterator<Item = &'a Incident>,
    bulk: &dyn Bulk,
) -> Vec<Entry> {
    raised(&terms::from_incidents(&state.terms, state.facts(), incidents, &cited(state)), bulk)
}

/// The current version of every incident, from the payloads of all assemblies.
#[must_use]
pub fn current_incidents(state: &State, bulk: &dyn Bulk) -> BTreeMap<IncidentId, Incident> {
    let mut current = BTreeMap::new();
    for assembled in state.watch.assemblies() {
        let Some(bytes) = bulk.payload(&assembled.payload) else { continue };
        for incident in from_lines::<Incident>(&bytes) {
            for gone in &incident.replaces {
                current.remove(gone);
            }
            current.insert(incident.id, incident);
        }
    }
    current
}

/// Allegations that a case rests on.
fn cited(state: &State) -> BTreeSet<AllegationId> {
    state.commission.case_of.keys().copied().collect()
}

/// Findings -> obligations; who must know of a case or a finding.
fn from_commission(state: &State, entry: &commission::Entry, context: &Context) -> Vec<Entry> {
    match entry {
        commission::Entry::CaseOpened { opening } => {
            let mut to = everyone_concerned(state);
            to.extend(opening.accused.iter().flat_map(|party| state.offices_of(party)).cloned());
            wrap(
                Entry::Cell,
                cell::notify::notify(&state.cell, &to, "case-opened", &opening.case.to_string()),
            )
        }
        commission::Entry::FindingPublished { finding } => {
            let followed = guarantees::from_findings(&state.guarantees, finding, context);
            let mut entries = wrap(Entry::Guarantees, followed);
            let to = everyone_concerned(state);
            let told = cell::notify::notify(
                &state.cell,
                &to,
                "finding-published",
                &finding.id.to_string(),
            );
            entries.extend(wrap(Entry::Cell, told));
            entries
        }
        _ => Vec::new(),
    }
}

/// The offices of every party that bears the rules: the same for all of them, accepted or not.
fn everyone_concerned(state: &State) -> BTreeSet<Identity> {
    let bearers = state.agreement.parties.parties.iter().filter(|party| party.bears_rules());
    bearers.flat_map(|party| state.offices_of(&party.id)).cloned().collect()
}

/// Pledges signed or approved -> obligations; obligations -> calls on the force, deliveries due,
/// and released again when they lapse; the bearer is told.
fn from_guarantees(state: &State, entry: &guarantees::Entry, context: &Context) -> Vec<Entry> {
    if entry.may_set_off() {
        return wrap(Entry::Guarantees, guarantees::from_facts(&state.guarantees, context));
    }
    let (id, word) = match entry {
        guarantees::Entry::ObligationRaised(obligation) => (obligation.id, "obligation-raised"),
        guarantees::Entry::ObligationLapsed { obligation, .. } => {
            (*obligation, "obligation-lapsed")
        }
        _ => return Vec::new(),
    };
    let Some(obligation) = state.guarantees.obligations().get(&id) else { return Vec::new() };
    let calls = force::from_obligations(&state.force, obligation, context);
    let deliveries = support::from_obligations(&state.support, obligation, context);
    let to = state.offices_of(&obligation.bearer).cloned().collect();
    let told = cell::notify::notify(&state.cell, &to, word, &id.to_string());
    let mut entries = wrap(Entry::Force, calls);
    entries.extend(wrap(Entry::Support, deliveries));
    entries.extend(wrap(Entry::Cell, told));
    entries
}

/// What has fallen due by the stamp's time, pillar by pillar.
#[must_use]
pub fn falls_due(state: &State, stamp: &Stamp) -> Vec<Entry> {
    let context = Context { stamp, facts: state.facts() };
    let mut entries = wrap(Entry::Terms, terms::falls_due(&state.terms, &context));
    entries.extend(wrap(Entry::Commission, commission::falls_due(&state.commission, &context)));
    entries.extend(wrap(Entry::Guarantees, guarantees::falls_due(&state.guarantees, &context)));
    entries.extend(wrap(Entry::Support, support::falls_due(&state.support, &context)));
    entries
}
