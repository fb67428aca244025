//! From a set of fires and reports to the incident as it is published.
//!
//! Rounding: places to 1e-6 degrees, covariances to 1 m², chances to 1e-4.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{CountRange, Duration, Interval, PartyId, PlaceBelief, Probability, Shares};

use crate::burning::Burning;
use crate::evidence::{self, Atom, Evidence};
use crate::fire::{self, Fire};
use crate::gauss;
use crate::incident::{Claim, Incident, IncidentId, Member, Product};
use crate::observation::Shape;
use crate::settings::{CLASSES, Settings};
use crate::source::SourceKind;
use crate::store::{KeptReport, Store};

/// A day without its last moment is still date-only.
const DATE_ONLY: Duration = Duration::hours(23);

/// An observation timed at least so well may name an incident before one that is not.
const PRECISE: Duration = Duration::hours(6);

/// What an incident is made of: fires and reports, each in canonical order.
#[derive(Debug)]
pub struct Parts<'a> {
    /// Fires with their atoms and the chance that each belongs here.
    pub fires: Vec<(&'a Fire, &'a Atom, f64)>,
    /// Report numbers with their atoms and the chance that each belongs here.
    pub reports: Vec<(u32, &'a Atom, f64)>,
}

/// What every incident is held against.
#[derive(Clone, Copy, Debug)]
pub struct Desk<'a> {
    /// Rates and spreads.
    pub settings: &'a Settings,
    /// All observations.
    pub store: &'a Store,
    /// Which hotspot came of which.
    pub burning: &'a Burning,
}

/// The incident of these parts, in its first version; none for an empty set.
#[must_use]
pub fn incident(desk: Desk<'_>, parts: &Parts<'_>) -> Option<Incident> {
    let atoms: Vec<&Atom> = parts
        .fires
        .iter()
        .map(|(_, atom, _)| *atom)
        .chain(parts.reports.iter().map(|(_, atom, _)| *atom))
        .collect();
    let evidence = evidence::of(&atoms)?;
    let members = members(desk, parts);
    let (groups, unreal) = independent(desk.store, parts);
    let classes = evidence::class_shares(&atoms, desk.settings);
    let chances = CLASSES.into_iter().zip(classes);
    Some(Incident {
        id: IncidentId::of(&members.first()?.observation.0),
        version: 1,
        product: Product::Automatic1,
        when: when(parts, desk.store, &evidence),
        place: place(parts, &evidence, desk.settings)?,
        classes: Shares::from_weights(chances),
        real: Probability::new(1.0 - unreal),
        count: count(parts, desk.store),
        independent_groups: groups,
        abnormality: crate::abnormality::of_incident(
            &parts.fires.iter().filter_map(|(fire, _, _)| fire.abnormality).collect::<Vec<_>>(),
        ),
        claims: claims(parts, desk.store),
        replaces: vec![],
        caveats: caveats(parts, desk.store, groups),
        members,
    })
}

fn reports<'a>(
    parts: &'a Parts<'_>,
    store: &'a Store,
) -> impl Iterator<Item = &'a KeptReport> + Clone {
    parts.reports.iter().filter_map(|(number, _, _)| store.report(*number))
}

/// Members in canonical order: the first names the incident.
fn members(desk: Desk<'_>, parts: &Parts<'_>) -> Vec<Member> {
    let Desk { store, burning, .. } = desk;
    let mut numbered: Vec<(u32, f64)> = Vec::new();
    for (fire, _, chance) in &parts.fires {
        let first = fire.hotspots.first();
        numbered.extend(fire.hotspots.iter().map(|number| {
            let origin =
                if Some(number) == first { 1.0 } else { burning.chance_of_origin(*number) };
            let truth = store
                .hotspots
                .get(*number as usize)
                .map_or(0.0, |hotspot| 1.0 - fire::false_share(hotspot, store));
            (*number, chance * origin * truth)
        }));
    }
    numbered.extend(
        parts
            .reports
            .iter()
            .map(|(number, atom, chance)| (*number, chance * (1.0 - atom.false_share))),
    );
    if parts.fires.len() + parts.reports.len() > 1 {
        // A day-long report begins before what happened that day: it leads only where nothing
        // better timed does, so that an incident keeps its name when the newspapers come out.
        let vague = |number: u32| store.when(number).length() > PRECISE;
        numbered.sort_by(|one, other| {
            vague(one.0).cmp(&vague(other.0)).then_with(|| store.cmp_canonical(one.0, other.0))
        });
    }
    numbered
        .into_iter()
        .filter_map(|(number, weight)| {
            Some(Member {
                observation: store.id_of(number),
                source: store.source_of(number)?.id.clone(),
                weight: Probability::new(weight),
            })
        })
        .collect()
}

/// How many independent voices there are, and the chance that all of them are of nothing: each
/// voice counts with the share of its best member, and voices fail independently.
fn independent(store: &Store, parts: &Parts<'_>) -> (u32, f64) {
    let mut best = BTreeMap::<&str, f64>::new();
    for hotspot in parts.fires.iter().flat_map(|(fire, _, _)| &fire.hotspots) {
        let Some(hotspot) = store.hotspots.get(*hotspot as usize) else { continue };
        let Some(source) = store.source(hotspot.source) else { continue };
        let share = best.entry(source.independence_group.as_str()).or_insert(1.0);
        *share = share.min(fire::false_share(hotspot, store));
    }
    let mut count = best.len() as u32;
    let mut unreal: f64 = best.values().product();
    let atoms: Vec<&Atom> = parts.reports.iter().map(|(_, atom, _)| *atom).collect();
    let voices = if atoms.is_empty() { vec![] } else { evidence::voices(&atoms) };
    for voice in voices {
        count += 1;
        unreal *= voice.iter().map(|&member| atoms[member].false_share).fold(1.0, f64::min);
    }
    (count, unreal)
}

/// From when it may have happened to when its burning was last seen.
fn when(parts: &Parts<'_>, store: &Store, evidence: &Evidence) -> Interval {
    let burning = parts.fires.iter().map(|(fire, _, _)| fire.when);
    let burning = burning.reduce(Interval::hull);
    let said = reports(parts, store).map(|report| report.when).reduce(Interval::hull);
    let (burning, said) = match (burning, said) {
        (Some(burning), None) => return burning,
        (None, Some(said)) => return clipped(evidence.window, said),
        (Some(burning), Some(said)) => (burning, said),
        (None, None) => return evidence.window,
    };
    // A strike comes before its burning is seen: from the reports' time to the last hotspot.
    let start = clipped(evidence.window, said).start.min(burning.start);
    Interval { start, end: burning.end }
}

/// The part of `window` inside `bounds`; `bounds` where they share nothing.
fn clipped(window: Interval, bounds: Interval) -> Interval {
    let (start, end) = (window.start.max(bounds.start), window.end.min(bounds.end));
    if start <= end { Interval { start, end } } else { bounds }
}

/// Where: the product of the members' beliefs, widened by what is wrong with every place. Fires
/// alone keep the spread of their burning.
fn place(parts: &Parts<'_>, evidence: &Evidence, settings: &Settings) -> Option<PlaceBelief> {
    let belief = match parts.fires[..] {
        [(fire, _, _)] if parts.reports.is_empty() => fire.place,
        _ => evidence.place.collapsed()?,
    };
    Some(gauss::widened(&belief, settings.model_error_m).rounded())
}

/// How many single events: reports may each have heard only some of them, so the range runs from
/// the largest lower to the largest upper count.
fn count(parts: &Parts<'_>, store: &Store) -> CountRange {
    let counts: Vec<CountRange> =
        reports(parts, store).filter_map(|report| report.report.count).collect();
    let min = counts.iter().map(|count| count.min).max().unwrap_or(1).max(1);
    let open = counts.is_empty() || counts.iter().any(|count| count.max.is_none());
    let max = counts.iter().filter_map(|count| count.max).max().filter(|_| !open);
    CountRange { min, max: max.map(|max| max.max(min)) }
}

/// What the parties' own logs say, counted.
fn claims(parts: &Parts<'_>, store: &Store) -> Vec<Claim> {
    let mut counted = BTreeMap::<(&PartyId, Option<&PartyId>), u32>::new();
    for report in reports(parts, store) {
        if let Some(by) = &report.report.claimed_by {
            *counted.entry((by, report.report.claimed_against.as_ref())).or_default() += 1;
        }
    }
    counted
        .into_iter()
        .map(|((by, against), reports)| Claim {
            by: by.clone(),
            against: against.cloned(),
            reports,
        })
        .collect()
}

/// What a reader must bear in mind; the codes are listed in `docs/formats.md`.
fn caveats(parts: &Parts<'_>, store: &Store, groups: u32) -> Vec<String> {
    let burns = !parts.fires.is_empty();
    let speaks = !parts.reports.is_empty();
    let reports = reports(parts, store);
    let kinds: BTreeSet<SourceKind> = reports
        .clone()
        .filter_map(|report| store.source(report.source))
        .map(|source| source.kind)
        .collect();
    let areas = |report: &KeptReport| matches!(report.shape, Shape::Area { .. });
    let whole_day = |when: Interval| when.length() >= DATE_ONLY;
    let first_days = parts.fires.iter().all(|(fire, _, _)| {
        let first = fire.hotspots.first().and_then(|first| store.hotspots.get(*first as usize));
        first.is_some_and(|first| whole_day(first.when()))
    });
    let years = |(fire, _, _): &(&Fire, &Atom, f64)| {
        fire.abnormality.map_or(0, |abnormality| abnormality.baseline_years)
    };
    let codes = [
        ("baseline-missing", burns && parts.fires.iter().all(|fire| years(fire) == 0)),
        // Cloud may have hidden when it began, how far it spread, and other fires beside it.
        ("cloud", burns),
        ("date-only", first_days && reports.clone().all(|report| whole_day(report.when))),
        ("extended", parts.fires.iter().any(|(fire, _, _)| fire.extended)),
        ("party-log-only", !burns && kinds == BTreeSet::from([SourceKind::PartyLog])),
        ("settlement-centroid", !burns && speaks && reports.clone().all(areas)),
        ("single-source", groups == 1),
    ];
    codes.iter().filter(|(_, holds)| *holds).map(|(code, _)| (*code).to_owned()).collect()
}
