//! What each source promised and how it kept it: shares with their denominator, by source and day.

use cell::daily::SourceKept;
use kernel::place::round_to;
use kernel::{Duration, Interval, Time};
use serde_json::{Value, json};
use watch::Source;
use watch::incident::LapsedSource;
use watch::promise::{Done, Gap, Kept, kept};
use watch::stretches::Came;

use super::Sight;

/// Gaps told one by one; the rest are counted.
const GAPS_TOLD: usize = 20;

/// How a source did over a window; without shares when it promised nothing, or nothing of the
/// window was due.
#[must_use]
pub fn line(sight: &Sight<'_>, source: &Source, window: Interval) -> Value {
    let kept = kept(&sight.state.watch, source, sight.as_of);
    line_of(sight, source, kept.as_ref(), window)
}

/// The same, day by day over a window.
#[must_use]
pub fn days(sight: &Sight<'_>, source: &Source, window: Interval) -> Vec<Value> {
    let kept = kept(&sight.state.watch, source, sight.as_of);
    let first = kept.as_ref().map_or(window.start, |kept| window.start.max(kept.since));
    let days = std::iter::successors(Some(first.day_start()), |day| Some(*day + Duration::days(1)));
    days.take_while(|day| *day < window.end)
        .map(|day| Interval {
            start: day.max(window.start),
            end: (day + Duration::days(1)).min(window.end),
        })
        .map(|day| line_of(sight, source, kept.as_ref(), day))
        .collect()
}

/// Shares of the last 24 hours that were due; none when it promised nothing.
#[must_use]
pub fn lately(sight: &Sight<'_>, source: &Source) -> Option<Done> {
    let kept = kept(&sight.state.watch, source, sight.as_of)?;
    let done = kept.over(&source.id, kept.last_day(), &sight.outages());
    (done.availability.promised > Duration::ZERO).then_some(done)
}

/// Every source that promised something of a period, for its report.
#[must_use]
pub fn of_report(sight: &Sight<'_>, period: Interval) -> Vec<SourceKept> {
    let watch = &sight.state.watch;
    let share_due = sight.state.engine.settings().share_due;
    let of = |source: &Source| {
        let kept = kept(watch, source, sight.as_of)?;
        let done = kept.over(&source.id, period, &sight.outages());
        let available = &done.availability;
        (available.promised > Duration::ZERO).then(|| SourceKept {
            source: source.id.clone(),
            available: share(available.share_available),
            timely: share(available.share_timely),
            late: share(available.share_late()),
            lost: share(available.share_lost()),
            promised_s: available.promised.as_seconds() as u64,
            announced_s: available.announced.as_seconds() as u64,
            gaps: done.gaps.len() as u32,
            enough: available.is_enough(share_due),
        })
    };
    watch.sources().filter_map(of).collect()
}

/// A source's time told stretch by stretch over a window; the longest stay. Empty when it promised
/// nothing. What was lost says why, as chances, and which incident says so.
#[must_use]
pub fn stretches(sight: &Sight<'_>, source: &Source, window: Interval, most: usize) -> Vec<Value> {
    let Some(kept) = kept(&sight.state.watch, source, sight.as_of) else { return Vec::new() };
    let window = Interval { start: window.start.max(kept.since).min(window.end), ..window };
    let mut stretches = kept.ledger.stretches(window);
    stretches.sort_by_key(|(stretch, _)| (-stretch.length().0, stretch.start));
    stretches.truncate(most);
    stretches.sort_by_key(|(stretch, _)| stretch.start);
    let told = |(stretch, came): &(Interval, Came)| {
        let mut told = json!({"from": stretch.start, "until": stretch.end, "came": came});
        if matches!(came, Came::Lost | Came::Unusable | Came::Announced) {
            why(sight, source, *stretch, &mut told);
        }
        told
    };
    stretches.iter().map(told).collect()
}

/// Adds why a source did not watch over a stretch, as chances, and the lapse that says so.
fn why(sight: &Sight<'_>, source: &Source, stretch: Interval, told: &mut Value) {
    let is_its = |lapsed: &LapsedSource| {
        let until = lapsed.until.unwrap_or(Time::MAX);
        lapsed.source == source.id && lapsed.from < stretch.end && stretch.start < until
    };
    let lapses = sight.bulletin.in_order();
    let found = lapses.into_iter().find_map(|incident| {
        let lapse = incident.lapse.as_ref()?;
        lapse.sources.iter().any(is_its).then_some((incident, lapse))
    });
    if let Some((incident, lapse)) = found {
        told["incident"] = super::json(&incident.id);
        told["kinds"] = super::json(&lapse.kinds);
        told["stated"] = Value::Bool(lapse.stated);
    }
}

fn line_of(sight: &Sight<'_>, source: &Source, kept: Option<&Kept>, window: Interval) -> Value {
    let share_due = sight.state.engine.settings().share_due;
    let done = kept.map(|kept| kept.over(&source.id, window, &sight.outages()));
    let due = done.filter(|done| done.availability.promised > Duration::ZERO);
    let of = |take: fn(&Done) -> f64| due.as_ref().map(|done| share(take(done)));
    let seconds = |take: fn(&Done) -> Duration| due.as_ref().map(|done| take(done).as_seconds());
    let (rows, twice) = twice(sight, source, window);
    let gaps = due.as_ref().map_or_else(|| stated(sight, source, window), |done| done.gaps.clone());
    json!({
        "source": source.id,
        "from": window.start,
        "until": window.end,
        "cadence": source.cadence,
        "delay_max": source.delay_max,
        "share_due": share_due,
        "share_available": of(|done| done.availability.share_available),
        "share_timely": of(|done| done.availability.share_timely),
        "share_late": of(|done| done.availability.share_late()),
        "share_lost": of(|done| done.availability.share_lost()),
        "promised_s": seconds(|done| done.availability.promised),
        "announced_s": seconds(|done| done.availability.announced),
        "enough": due.as_ref().map(|done| done.availability.is_enough(share_due)),
        "observations": rows,
        "duplicates": twice,
        "gaps": gaps.len(),
        "reasons": gaps.iter().take(GAPS_TOLD).map(|gap| told(sight, source, gap)).collect::<Vec<_>>(),
    })
}

/// A gap with its chances, where a lapse on record says why.
fn told(sight: &Sight<'_>, source: &Source, gap: &Gap) -> Value {
    let mut told = super::json(gap);
    why(sight, source, Interval { start: gap.from, end: gap.until }, &mut told);
    told
}

/// Shares are told to a thousandth, never up: 0.97996 is not 0.98.
#[must_use]
pub fn share(of: f64) -> f64 {
    round_to((of * 1e3).floor() / 1e3, 1e3)
}

/// Rows that speak of some of a window, and how many of them had come before.
fn twice(sight: &Sight<'_>, source: &Source, window: Interval) -> (u64, u64) {
    let batches = sight.state.watch.batches().iter().filter(|batch| {
        let covers = batch.covers.iter().flat_map(|covers| &covers.spans);
        batch.source == source.id && covers.into_iter().any(|span| span.overlaps(window))
    });
    batches
        .fold((0, 0), |(rows, twice), batch| (rows + batch.observations, twice + batch.duplicates))
}

/// What was stated of a source that promised nothing.
fn stated(sight: &Sight<'_>, source: &Source, window: Interval) -> Vec<Gap> {
    let outages = sight.outages().into_iter().filter(|outage| outage.source == source.id);
    let during = outages.filter_map(|outage| {
        let until = outage.until.unwrap_or(window.end).min(window.end);
        let from = outage.from.max(window.start);
        (from < until).then_some(Gap {
            from,
            until,
            kind: Some(outage.kind),
            reason: Some(outage.reason),
        })
    });
    during.collect()
}
