//! From a set of fires and reports to the incident as it is published.
//!
//! Rounding: places to 1e-6 degrees, covariances to 1 m², chances to 1e-4.

use std::collections::{BTreeMap, BTreeSet};

use kernel::place::round_to;
use kernel::{CountRange, Duration, Interval, PartyId, PlaceBelief, Probability, Shares, Time};

use crate::burning::Burning;
use crate::capability::law::Wave;
use crate::ears::{Ears, Unheard};
use crate::evidence::{self, Atom, Evidence};
use crate::fire::{self, Fire};
use crate::gauss;
use crate::incident::{
    Claim, Incident, IncidentId, Located, Member, Passed, Product, Residual, SetAside, Silence,
    SinceReview,
};
use crate::looks::{Looks, Missed};
use crate::observation::Shape;
use crate::origin::{Band, Origin};
use crate::set_aside;
use crate::settings::{CLASS_COUNT, CLASSES, Settings};
use crate::source::SourceKind;
use crate::standing;
use crate::store::{KeptReport, Numbered, Store};

/// A day without its last moment is still date-only.
const DATE_ONLY: Duration = Duration::hours(23);

/// An observation timed at least so well may name an incident before one that is not.
const PRECISE: Duration = Duration::hours(6);

/// What an incident is made of: each kind in canonical order.
#[derive(Debug, Default)]
pub struct Parts<'a> {
    /// The reviewed incident that the rest has joined.
    pub pin: Option<(&'a Incident, &'a Atom)>,
    /// Origins with their atoms and the chance that each belongs here.
    pub origins: Vec<(&'a Origin, &'a Atom, f64)>,
    /// Fires with their atoms and the chance that each belongs here.
    pub fires: Vec<(&'a Fire, &'a Atom, f64)>,
    /// Report numbers with their atoms and the chance that each belongs here.
    pub reports: Vec<(u32, &'a Atom, f64)>,
    /// Reports that fit and are set aside.
    pub aside: Vec<u32>,
}

impl<'a> Parts<'a> {
    /// The atoms of all that counts.
    #[must_use]
    pub fn atoms(&self) -> Vec<&'a Atom> {
        let pinned = self.pin.iter().map(|(_, atom)| *atom);
        let fires = self.fires.iter().map(|(_, atom, _)| *atom);
        let origins = self.origins.iter().map(|(_, atom, _)| *atom);
        let reports = self.reports.iter().map(|(_, atom, _)| *atom);
        pinned.chain(fires).chain(origins).chain(reports).collect()
    }
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
    /// Who looked and saw nothing.
    pub looks: &'a Looks,
    /// Who listened and located nothing.
    pub(crate) ears: &'a Ears,
}

/// The incident of these parts, in its first version; none for an empty set.
#[must_use]
pub fn incident(desk: Desk<'_>, parts: &Parts<'_>) -> Option<Incident> {
    let atoms = parts.atoms();
    let evidence = evidence::of(&atoms)?;
    let members = members(desk, parts);
    let classes = evidence::class_shares(&atoms, desk.settings);
    if let Some((pin, _)) = parts.pin {
        return reviewed(pin, members, &evidence, classes, desk);
    }
    let (groups, unreal) = independent(desk.store, parts);
    let place = place(parts, &evidence, desk.settings)?;
    let when = when(parts, desk.store, &evidence);
    let looked = desk.looks.missed(&place, when, desk.store);
    let listened = desk.ears.unheard(&place, when, &waves(parts), desk.store);
    let (classes, unreal, silence) = heard_nothing(looked, listened, classes, unreal);
    Some(Incident {
        id: IncidentId::of(&members.first()?.observation.0),
        version: 1,
        product: Product::Automatic1,
        when,
        place,
        classes: Shares::from_weights(CLASSES.into_iter().zip(classes)),
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
        set_aside: set_aside(parts, desk.store),
        located: located(parts),
        silence,
        review: None,
        since_review: None,
        path: path(parts),
        lapse: None,
        withdrawn: false,
    })
}

/// The caveat of a reviewed incident that rests on a source which the record doubts by now.
pub const DOUBTED_SINCE_REVIEW: &str = "doubted-since-review";

/// What was decided, and what has come since.
fn reviewed(
    pin: &Incident,
    new: Vec<Member>,
    evidence: &Evidence,
    classes: [f64; CLASS_COUNT],
    desk: Desk<'_>,
) -> Option<Incident> {
    let mut incident = pin.clone();
    incident.since_review = None;
    let counts_less = |member: &Member| {
        let standing = desk.store.find(&member.observation).and_then(|at| desk.store.standing(at));
        standing.is_some_and(|standing| standing.counts_less())
    };
    if pin.members.iter().any(counts_less) {
        incident.caveats.push(DOUBTED_SINCE_REVIEW.to_owned());
        incident.caveats.sort_unstable();
    }
    if !new.is_empty() {
        let place = gauss::widened(&evidence.place.collapsed()?, desk.settings.model_error_m);
        incident.since_review = Some(SinceReview {
            members: u32::try_from(new.len()).unwrap_or(u32::MAX),
            place: place.rounded(),
            classes: Shares::from_weights(CLASSES.into_iter().zip(classes)),
        });
        incident.members.extend(new);
    }
    Some(incident)
}

/// The waves that gave an origin, if not the class: networks that listen for them were not silent.
fn waves(parts: &Parts<'_>) -> Vec<Wave> {
    let bands = parts.origins.iter().map(|(origin, _, _)| origin.band);
    bands
        .filter_map(|band| match band {
            Band::Air => Some(Wave::Acoustic),
            Band::Ground => Some(Wave::Seismic),
            Band::Bearings | Band::Tracks => None,
        })
        .collect()
}

/// Class shares and the chance of being of nothing, given that others looked and saw nothing, and
/// listened and located nothing.
fn heard_nothing(
    looked: Option<Missed>,
    listened: Option<Unheard>,
    mut classes: [f64; CLASS_COUNT],
    unreal: f64,
) -> ([f64; CLASS_COUNT], f64, Option<Silence>) {
    if looked.is_none() && listened.is_none() {
        return (classes, unreal, None);
    }
    let total: f64 = classes.iter().sum();
    let missed = [looked.map(|looked| looked.chance), listened.as_ref().map(|ears| ears.missed)];
    for missed in missed.iter().flatten() {
        classes.iter_mut().zip(missed).for_each(|(class, missed)| *class *= missed);
    }
    let all = classes.iter().sum::<f64>() / total;
    // Bayes: real and missed by all, against of nothing, which nobody could see.
    let real = (1.0 - unreal) * all;
    let silence = Silence {
        looks: looked.map_or(0, |looked| looked.looks),
        stations: listened.map_or(0, |ears| ears.stations),
        missed: Probability::new(all),
    };
    if all <= 0.0 {
        return ([1.0 / CLASS_COUNT as f64; CLASS_COUNT], 1.0, Some(silence));
    }
    (classes, unreal / (unreal + real), Some(silence))
}

/// What fits and is set aside, in canonical order.
fn set_aside(parts: &Parts<'_>, store: &Store) -> Vec<SetAside> {
    let waves = parts.origins.iter().flat_map(|(origin, _, _)| &origin.aside);
    let waves = waves.map(|one| (one.number, Some((one.residual, one.sigma))));
    let mut aside: Vec<_> = waves.chain(parts.aside.iter().map(|number| (*number, None))).collect();
    aside.sort_by(|one, other| store.cmp_canonical(one.0, other.0));
    aside
        .into_iter()
        .filter_map(|(number, residual)| set_aside::listed(number, residual, store))
        .collect()
}

/// The origins among the parts, rounded as recorded.
fn located(parts: &Parts<'_>) -> Vec<Located> {
    let located = parts.origins.iter().map(|(origin, _, _)| Located {
        through: origin.band.word().to_owned(),
        at: Time(origin.at_us),
        error_s: round_to(origin.at_sigma_s, 1e3),
        place: origin.place.rounded(),
        explains: u32::try_from(origin.members.len()).unwrap_or(u32::MAX),
        log_odds: round_to(origin.log_odds, 1e2),
        salvo: origin.salvo.filter(|salvo| salvo.events > 1),
        cause: origin.sound.map(|sound| sound.cause),
        size_kg: origin.sound.and_then(|sound| sound.size_kg),
    });
    let mut located: Vec<Located> = located.collect();
    located.sort_by(|one, other| one.through.cmp(&other.through));
    located
}

/// Where a moving thing was, by the origin that tracked it; of two, the better followed.
fn path(parts: &Parts<'_>) -> Vec<Passed> {
    let paths = parts.origins.iter().map(|(origin, _, _)| &origin.path);
    paths.max_by_key(|path| path.len()).cloned().unwrap_or_default()
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
    let mut residuals = BTreeMap::new();
    for (origin, atom, chance) in &parts.origins {
        for member in &origin.members {
            let standing = store.standing(member.number);
            let belongs = standing::weighed(chance * (1.0 - atom.false_share), standing);
            numbered.push((member.number, belongs));
            let (value, sigma) = (round_to(member.residual, 1e4), round_to(member.sigma, 1e4));
            if sigma > 0.0 {
                residuals.insert(member.number, Residual { value, sigma });
            }
        }
    }
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
    if parts.fires.len() + parts.reports.len() + parts.origins.len() > 1 {
        // A day-long report begins before what happened that day: it leads only where nothing
        // better timed does, so that an incident keeps its name when the newspapers come out. Waves
        // and tracks are timed best, and come first of all.
        let vague = |number: u32| match Numbered::of(number) {
            Numbered::Arrival(_) | Numbered::Other(_) => 0,
            _ if store.when(number).length() <= PRECISE => 1,
            _ => 2,
        };
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
                residual: residuals.get(&number).copied(),
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
    let mut unreal: f64 = best.values().product();
    // What one place and moment explain is one statement, however many groups it takes.
    for (origin, atom, _) in &parts.origins {
        unreal *= atom.false_share;
        let numbers = origin.members.iter().map(|member| member.number);
        let groups = numbers.filter_map(|number| store.source_of(number));
        best.extend(groups.map(|source| (source.independence_group.as_str(), 1.0)));
    }
    let mut count = best.len() as u32;
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
    // Waves tell the moment better than anybody.
    let sharpest = |one: &&Origin, other: &&Origin| one.at_sigma_s.total_cmp(&other.at_sigma_s);
    let moment = parts.origins.iter().map(|(origin, _, _)| *origin).min_by(sharpest);
    if let Some(origin) = moment {
        let burnt = parts.fires.iter().map(|(fire, _, _)| fire.when.end).max();
        let when = origin.when();
        return Interval {
            start: when.start,
            end: burnt.map_or(when.end, |end| end.max(when.end)),
        };
    }
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
        [(fire, _, _)] if parts.reports.is_empty() && parts.origins.is_empty() => fire.place,
        _ => evidence.place.collapsed()?,
    };
    // What is wrong with maps and geolocation is wrong with pictures and words; stations were
    // surveyed, and what is wrong with the medium stands in the origin's own error.
    let by_waves = parts.fires.is_empty() && parts.reports.is_empty();
    let model_error_m = if by_waves { 0.0 } else { settings.model_error_m };
    Some(gauss::widened(&belief, model_error_m).rounded())
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
    let doubted = |number: &(u32, &Atom, f64)| store.standing(number.0).is_some();
    let codes = [
        ("baseline-missing", burns && parts.fires.iter().all(|fire| years(fire) == 0)),
        // Cloud may have hidden when it began, how far it spread, and other fires beside it.
        ("cloud", burns),
        (
            "date-only",
            first_days
                && parts.origins.is_empty()
                && reports.clone().all(|report| whole_day(report.when)),
        ),
        ("doubted-source", parts.reports.iter().any(doubted)),
        ("extended", parts.fires.iter().any(|(fire, _, _)| fire.extended)),
        (
            "party-log-only",
            !burns && parts.origins.is_empty() && kinds == BTreeSet::from([SourceKind::PartyLog]),
        ),
        (
            "settlement-centroid",
            !burns && speaks && parts.origins.is_empty() && reports.clone().all(areas),
        ),
        ("single-source", groups == 1),
    ];
    codes.iter().filter(|(_, holds)| *holds).map(|(code, _)| (*code).to_owned()).collect()
}
