//! Times in which sources did not watch, as incidents of their own: those that were stated, and those
//! found because a source that promised to speak fell silent beyond its delay.
//!
//! Sources near each other that fall silent at once are one incident when one cause explains it
//! better than as many faults do (`silence_cause`). Nothing here asks whose side a source is on.

use std::collections::BTreeMap;

use kernel::{CountRange, Duration, Interval, PlaceBelief, Probability, Shares, SourceId, Time};

use crate::availability::{gaps, union};
use crate::engine::Engine;
use crate::entry::Outage;
use crate::incident::{Incident, IncidentId, Lapsed, LapsedSource, Product};
use crate::outage::OutageKind;
use crate::promise::{Kept, kept};
use crate::silence_cause::{Watcher, Why, why};
use crate::source::Source;
use crate::state::State;

/// Sources farther apart than this have no cause in common, metres.
const APART_M: f64 = 100e3;
/// Silences at most, the latest ones; a source that keeps its promise has a few a year.
const SILENCES_MAX: usize = 2_000;
/// Nobody falls silent more exactly than this.
const AT_ONCE: Duration = Duration::seconds(60);

/// The lapses that the record shows at a moment, each in its first version, by id.
#[must_use]
pub fn found(state: &State, engine: &Engine, as_of: Time) -> Vec<Incident> {
    let promised = promised(state, engine, as_of);
    let mut incidents = stated(state, engine, as_of);
    if !promised.is_empty() {
        incidents.extend(silent(state, &promised, as_of));
    }
    incidents.sort_by_key(|incident| incident.id);
    incidents
}

/// Whether a source has fallen silent and the engine's lapses do not say so. Asked often, it looks
/// only at when each source spoke last.
#[must_use]
pub fn due(state: &State, engine: &Engine, as_of: Time) -> bool {
    let fell_silent = |source: &Source| {
        let Some(cadence) = source.cadence else { return false };
        let since = state.spoken_until(&source.id).or_else(|| state.known_since(&source.id));
        let since = since.max(state.promised_later(&source.id));
        let goes_on = |lapse: &Outage| lapse.source == source.id && lapse.until.is_none();
        let told = outages(engine.lapses.values()).any(|lapse| goes_on(&lapse))
            || state.outages().iter().any(goes_on);
        !told && since.is_some_and(|since| as_of - source.delay_max - cadence > since)
    };
    state.sources().any(fell_silent) && engine.lapses_differ(&found(state, engine, as_of))
}

/// Found lapses as outages, beside those that were stated: what they take from every chance of
/// noticing. `incidents` are current ones.
pub fn outages<'a>(
    incidents: impl IntoIterator<Item = &'a Incident>,
) -> impl Iterator<Item = Outage> {
    let found = incidents.into_iter().filter(|incident| !incident.withdrawn);
    let found = found.filter_map(|incident| incident.lapse.as_ref()).filter(|lapse| !lapse.stated);
    found.flat_map(|lapse| {
        let kind = lapse.kinds.likeliest().copied().unwrap_or_default();
        let reason = lapse.evidence.first().cloned().unwrap_or_default();
        let sources = lapse.sources.iter();
        sources.map(move |lapsed| Outage {
            source: lapsed.source.clone(),
            from: lapsed.from,
            until: lapsed.until,
            kind,
            reason: reason.clone(),
        })
    })
}

/// A source that promised to speak.
struct Promised<'a> {
    source: &'a Source,
    kept: Kept,
    place: Option<PlaceBelief>,
    silences: Vec<Silence>,
}

/// A time in which one of them did not.
#[derive(Clone, Copy)]
struct Silence {
    whose: usize,
    from: Time,
    until: Option<Time>,
    /// It sent what cannot be worked with.
    blinded: bool,
}

fn promised<'a>(state: &'a State, engine: &Engine, as_of: Time) -> Vec<Promised<'a>> {
    let promising = state.sources().filter(|source| source.cadence.is_some());
    let known = promising.filter_map(|source| Some((source, kept(state, source, as_of)?)));
    known
        .enumerate()
        .map(|(whose, (source, kept))| {
            let silences = silences(state, whose, source, &kept, as_of);
            let place = engine.haunt(&source.id, as_of);
            Promised { source, kept, place, silences }
        })
        .collect()
}

/// The times longer than a promise leaves open in which a source did not say what it promised, and
/// nobody stated why.
fn silences(
    state: &State,
    whose: usize,
    source: &Source,
    kept: &Kept,
    as_of: Time,
) -> Vec<Silence> {
    let least = source.cadence.unwrap_or(Duration::ZERO).max(source.delay_max);
    let window = Interval { start: kept.since.min(as_of), end: as_of };
    let mine = state.outages().iter().filter(|outage| outage.source == source.id);
    let stated = union(mine.map(|outage| Interval {
        start: outage.from,
        end: outage.until.unwrap_or(Time::MAX).max(outage.from),
    }));
    let last = kept.ledger.due_until();
    let lost = kept.ledger.losses(window).into_iter();
    let unexplained = lost.flat_map(|(gap, blinded)| {
        let rest = gaps(&stated, gap).into_iter();
        rest.map(move |gap| Silence {
            whose,
            from: gap.start,
            until: (gap.end < last).then_some(gap.end),
            blinded,
        })
    });
    unexplained.filter(|silence| silence.until.unwrap_or(as_of) - silence.from > least).collect()
}

/// The silences put together by cause.
fn silent(state: &State, promised: &[Promised<'_>], as_of: Time) -> Vec<Incident> {
    let mut all: Vec<Silence> =
        promised.iter().flat_map(|of| of.silences.iter().copied()).collect();
    all.sort_by_key(|silence| (silence.from, silence.whose));
    all.drain(..all.len().saturating_sub(SILENCES_MAX));
    let mut taken = vec![false; all.len()];
    let mut incidents = Vec::new();
    for at in 0..all.len() {
        if taken[at] {
            continue;
        }
        let together: Vec<usize> = (at..all.len())
            .filter(|other| !taken[*other] && at_once(promised, all[at], all[*other]))
            .collect();
        let mut members: Vec<Silence> = together.iter().map(|other| all[*other]).collect();
        let mut verdict = asked(promised, &members);
        if verdict.common_log <= 0.0 && members.len() > 1 {
            members.truncate(1);
            verdict = asked(promised, &members);
        } else {
            together.iter().for_each(|other| taken[*other] = true);
        }
        taken[at] = true;
        incidents.extend(incident(state, promised, &members, &verdict, as_of));
    }
    incidents
}

/// Whether a silence began with another, near it, and is of another source.
fn at_once(promised: &[Promised<'_>], first: Silence, other: Silence) -> bool {
    if first.whose == other.whose {
        return first.from == other.from;
    }
    let window = promised[first.whose].cadence().max(promised[other.whose].cadence());
    let near = promised[first.whose].away_m(&promised[other.whose]).is_some_and(|m| m <= APART_M);
    let same_group = promised[first.whose].source.independence_group
        == promised[other.whose].source.independence_group;
    other.from - first.from <= window && (near || same_group) && first.blinded == other.blinded
}

impl Promised<'_> {
    fn cadence(&self) -> Duration {
        self.source.cadence.unwrap_or(Duration::ZERO).max(AT_ONCE)
    }

    fn away_m(&self, other: &Self) -> Option<f64> {
        Some(self.place?.mean.distance_m(other.place?.mean))
    }
}

/// Why these fell silent, held against everybody near who had promised to speak then.
fn asked(promised: &[Promised<'_>], members: &[Silence]) -> Why {
    let Some(first) = members.first() else { return why(&[], 1.0, false) };
    let leader = &promised[first.whose];
    let watcher = |at: usize, away_m: f64, silent: bool| {
        let of = &promised[at];
        let past = of.silences.iter().filter(|silence| silence.from < first.from);
        Watcher {
            kind: of.source.kind,
            same_group: of.source.independence_group == leader.source.independence_group,
            away_m,
            silent,
            faults: past.count() as f64,
            days: (first.from - of.kept.since).as_seconds().max(0.0) / 86_400.0,
        }
    };
    let mut watchers = vec![watcher(first.whose, 0.0, true)];
    for (at, of) in promised.iter().enumerate().filter(|(at, _)| *at != first.whose) {
        let silent = members.iter().any(|member| member.whose == at);
        let away_m = of.away_m(leader).unwrap_or(if silent { 0.0 } else { f64::INFINITY });
        let spoke = silent || of.kept.ledger.spoke_of(first.from);
        if away_m <= APART_M && spoke {
            watchers.push(watcher(at, away_m, silent));
        }
    }
    let window = members.iter().map(|member| promised[member.whose].cadence()).max();
    why(&watchers, window.unwrap_or(AT_ONCE).as_seconds() / 86_400.0, first.blinded)
}

fn incident(
    state: &State,
    promised: &[Promised<'_>],
    members: &[Silence],
    verdict: &Why,
    as_of: Time,
) -> Option<Incident> {
    let first = members.first()?;
    let places: Vec<PlaceBelief> =
        members.iter().filter_map(|member| promised[member.whose].place).collect();
    let place = middle(&places).or_else(|| anywhere(promised))?;
    let sources = members.iter().map(|member| LapsedSource {
        source: promised[member.whose].source.id.clone(),
        from: member.from,
        until: member.until,
    });
    let mut evidence: Vec<String> =
        members.iter().map(|member| sentence(&promised[member.whose], member)).collect();
    if members.len() > 1 {
        evidence.insert(
            0,
            format!(
                "{} sources near each other fell silent at once: one cause is e^{:.0} times likelier than as many faults",
                members.len(),
                verdict.common_log
            ),
        );
    }
    let lapsed = Lapsed {
        kinds: verdict.kinds.clone(),
        stated: false,
        until: last(members.iter().map(|member| member.until)),
        sources: sources.collect(),
        evidence,
    };
    let name = (&promised[first.whose].source.id, first.from, "silent");
    Some(made(state, name, place, lapsed, as_of))
}

fn sentence(promised: &Promised<'_>, silence: &Silence) -> String {
    let source = promised.source;
    let what = if silence.blinded { "nothing that can be worked with" } else { "nothing" };
    let until = silence.until.map_or_else(
        || "and nothing has come since".to_owned(),
        |until| format!("to {until}, then it came again"),
    );
    format!(
        "{} promised to speak every {} within {}; {what} came of {} {until}",
        source.id,
        source.cadence.unwrap_or(Duration::ZERO),
        source.delay_max,
        silence.from,
    )
}

/// The last end; none when one goes on.
fn last(ends: impl Iterator<Item = Option<Time>>) -> Option<Time> {
    let ends: Option<Vec<Time>> = ends.collect();
    ends?.into_iter().max()
}

/// One belief over several places: their mean, as wide as they lie apart.
fn middle(places: &[PlaceBelief]) -> Option<PlaceBelief> {
    crate::gauss::Mixture::even(places.to_vec()).collapsed()
}

/// Where all that watch are, for a source that has no place of its own.
fn anywhere(promised: &[Promised<'_>]) -> Option<PlaceBelief> {
    let places: Vec<PlaceBelief> = promised.iter().filter_map(|of| of.place).collect();
    middle(&places)
}

/// Outages as stated: those of one kind and reason that began at one moment in one.
fn stated(state: &State, engine: &Engine, as_of: Time) -> Vec<Incident> {
    let mut together = BTreeMap::<(OutageKind, Time, &str), Vec<&Outage>>::new();
    for outage in state.outages() {
        together.entry((outage.kind, outage.from, &outage.reason)).or_default().push(outage);
    }
    let incidents = together.into_iter().filter_map(|((kind, _, reason), mut outages)| {
        outages.sort_by(|one, other| one.source.cmp(&other.source));
        let places: Vec<PlaceBelief> =
            outages.iter().filter_map(|outage| engine.haunt(&outage.source, as_of)).collect();
        let place = middle(&places).or_else(|| {
            let all = state.sources().filter_map(|source| engine.haunt(&source.id, as_of));
            middle(&all.collect::<Vec<_>>())
        })?;
        let sources = outages.iter().map(|outage| LapsedSource {
            source: outage.source.clone(),
            from: outage.from,
            until: outage.until,
        });
        let lapsed = Lapsed {
            kinds: Shares::from_weights([(kind, 1.0)]),
            stated: true,
            until: last(outages.iter().map(|outage| outage.until)),
            sources: sources.collect(),
            evidence: vec![format!("stated: {reason}")],
        };
        let first = outages.first()?;
        Some(made(state, (&first.source, first.from, "stated"), place, lapsed, as_of))
    });
    incidents.collect()
}

fn made(
    state: &State,
    (source, from, how): (&SourceId, Time, &str),
    place: PlaceBelief,
    lapse: Lapsed,
    as_of: Time,
) -> Incident {
    let group = |lapsed: &LapsedSource| {
        state.source(&lapsed.source).map(|source| source.independence_group.clone())
    };
    let groups: std::collections::BTreeSet<String> =
        lapse.sources.iter().filter_map(group).collect();
    let name = format!("lapse {how} {source} {}", from.0);
    Incident {
        id: IncidentId::of(name.as_bytes()),
        version: 1,
        product: Product::Automatic1,
        when: Interval { start: from, end: lapse.until.unwrap_or(as_of).max(from) },
        place: place.rounded(),
        classes: Shares::from_weights(
            lapse.kinds.iter().map(|(kind, share)| (kind.class(), share)),
        ),
        real: Probability::ONE,
        count: CountRange { min: 1, max: Some(1) },
        members: vec![],
        independent_groups: u32::try_from(groups.len()).unwrap_or(u32::MAX),
        abnormality: None,
        claims: vec![],
        replaces: vec![],
        caveats: vec!["restriction".to_owned()],
        located: vec![],
        silence: None,
        review: None,
        since_review: None,
        set_aside: vec![],
        path: vec![],
        lapse: Some(lapse),
        withdrawn: false,
    }
}
