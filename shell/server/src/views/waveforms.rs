//! The waveforms around an incident's onsets, from the vault.
//!
//! First it is asked, with the house at hand, which onsets there are and who may see them; then,
//! without it, the vault is read. What a source does not release to everybody is withheld from
//! whoever is not named.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::{Mutex, PoisonError};

use gateways::Format;
use gateways::excerpt::{self, Wanted};
use kernel::place::round_to;
use kernel::{Digest, Duration, Identity, Interval, ObservationId, SourceId, Time};
use serde_json::{Value, json};
use signal::Trace;
use stores::{StoreError, VaultReader};
use watch::{IncidentId, Phase, Seen};

use super::Sight;
use super::release::releases;

/// Onsets shown, those of the nearest stations first.
const SHOWN_MAX: usize = 24;
/// Pairs of samples sent of one stretch.
const COLUMNS: usize = 300;
/// Shown before and after an onset.
const BEFORE: Duration = Duration(5_000_000);
const AFTER: Duration = Duration(15_000_000);
/// Read before that, so that the filter has settled.
const SETTLING: Duration = Duration(12_000_000);

/// Which stations each batch of waveforms holds, and when: found out once for each.
#[derive(Default)]
pub struct WaveIndex(Mutex<BTreeMap<Digest, BTreeMap<String, Interval>>>);

impl WaveIndex {
    /// Whether a batch holds any of a station's time.
    fn holds(
        &self,
        vault: &dyn VaultReader,
        batch: Digest,
        wanted: &Wanted,
    ) -> Result<bool, StoreError> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let stations = match known.entry(batch) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(vacant) => vacant.insert(excerpt::stations(&vault.get(&batch)?)),
        };
        let spans = stations.get(&wanted.station);
        Ok(spans.is_some_and(|span| span.start <= wanted.when.end && wanted.when.start <= span.end))
    }
}

/// An onset whose waveform is asked for.
pub struct Onset {
    observation: ObservationId,
    source: SourceId,
    station: String,
    phase: Phase,
    time: Time,
    error_s: f64,
    distance_m: f64,
}

/// What is asked of the vault.
#[derive(Default)]
pub struct Asked {
    onsets: Vec<Onset>,
    /// Onsets beyond the most that are shown.
    more: usize,
    /// Sources that withhold theirs, and from whom they do not.
    withheld: BTreeMap<SourceId, Vec<String>>,
    /// Batches of waveforms, the latest first.
    batches: Vec<(SourceId, Digest)>,
}

impl Asked {
    /// Sources that withhold their waveforms, and to whom they would release them.
    pub fn withheld(&self) -> impl Iterator<Item = (&SourceId, &[String])> {
        self.withheld.iter().map(|(source, to)| (source, to.as_slice()))
    }
}

/// An onset with its waveform, in the band that it was picked in.
pub struct Shown {
    /// The onset.
    pub onset: Onset,
    /// What was recorded around it.
    pub trace: Trace,
}

impl Shown {
    /// The onset's moment, its error in seconds, and the letter of its wave.
    #[must_use]
    pub fn mark(&self) -> (Time, f64, &'static str) {
        let letter = match self.onset.phase {
            Phase::P => "P",
            Phase::S => "S",
            Phase::Acoustic | Phase::Infrasound => "A",
        };
        (self.onset.time, self.onset.error_s, letter)
    }
}

/// What is to be asked of the vault for an incident; none when there is no such incident.
#[must_use]
pub fn asked(sight: &Sight, id: &IncidentId, to: Option<&Identity>) -> Option<Asked> {
    let incident = sight.bulletin.get(id)?;
    let watch = &sight.state.watch;
    let reader = Format::Waveforms.to_string();
    let mut asked = Asked::default();
    let held =
        watch.batches().iter().rev().filter(|batch| {
            batch.reader == reader && !watch.is_erased(batch.digest, &batch.source)
        });
    asked.batches.extend(held.map(|batch| (batch.source.clone(), batch.digest)));
    for member in &incident.members {
        let Some(Seen::Arrival { source, when, name, station, arrival }) =
            sight.state.engine.seen(&member.observation)
        else {
            continue;
        };
        if !asked.batches.iter().any(|(of, _)| *of == source.id) {
            continue;
        }
        if !releases(sight, source, to) {
            asked.withheld.insert(source.id.clone(), source.releasable_to.clone());
            continue;
        }
        let place = station.as_ref().map(watch::Station::place);
        asked.onsets.push(Onset {
            observation: member.observation,
            source: source.id.clone(),
            station: name.to_owned(),
            phase: arrival.phase,
            time: when.start,
            error_s: f64::from(arrival.error_s),
            distance_m: place.map_or(f64::INFINITY, |at| incident.place.mean.distance_m(at)),
        });
    }
    let order = |onset: &Onset| (onset.time, onset.observation);
    asked.onsets.sort_by(|one, other| {
        one.distance_m.total_cmp(&other.distance_m).then_with(|| order(one).cmp(&order(other)))
    });
    asked.more = asked.onsets.len().saturating_sub(SHOWN_MAX);
    asked.onsets.truncate(SHOWN_MAX);
    Some(asked)
}

/// The waveforms themselves, in the order asked; those that the vault does not hold are left out.
///
/// # Errors
/// When the vault cannot be read.
pub fn read(
    vault: &dyn VaultReader,
    index: &WaveIndex,
    asked: &mut Asked,
) -> Result<Vec<Shown>, StoreError> {
    let onsets = std::mem::take(&mut asked.onsets);
    let wanted: Vec<Wanted> = onsets
        .iter()
        .map(|onset| Wanted {
            station: onset.station.clone(),
            when: Interval::new(onset.time - BEFORE - SETTLING, onset.time + AFTER),
        })
        .collect();
    let mut best: Vec<Option<Trace>> = vec![None; onsets.len()];
    for (source, batch) in &asked.batches {
        let mut here = Vec::new();
        for (at, onset) in onsets.iter().enumerate().filter(|(_, onset)| onset.source == *source) {
            let whole = best[at].as_ref().is_some_and(|trace| is_whole(trace, &wanted[at]));
            if !whole && index.holds(vault, *batch, &wanted[at])? {
                here.push((at, onset));
            }
        }
        if here.is_empty() {
            continue;
        }
        let asked: Vec<Wanted> = here.iter().map(|(at, _)| wanted[*at].clone()).collect();
        let cut = excerpt::cut(&vault.get(batch)?, &asked);
        for ((at, onset), channels) in here.into_iter().zip(cut) {
            let traces = channels.into_values().flatten();
            best[at] = traces.chain(best[at].take()).max_by_key(|trace| fits(trace, onset));
        }
    }
    let shown = onsets.into_iter().zip(best).filter_map(|(onset, trace)| {
        let when = Interval::new(onset.time - BEFORE, onset.time + AFTER);
        let trace = excerpt::within(&excerpt::as_picked(trace?), when);
        (!trace.samples.is_empty()).then_some(Shown { onset, trace })
    });
    Ok(shown.collect())
}

fn is_whole(trace: &Trace, wanted: &Wanted) -> bool {
    let length = wanted.when.length().as_seconds();
    trace.samples.len() as f64 / trace.rate_hz >= 0.9 * length
}

/// How well a stretch shows an onset: whether it holds it, whether its channel is the one such a
/// wave is read from (vertical P, horizontal S, pressure for sound), how long it is.
fn fits(trace: &Trace, onset: &Onset) -> (bool, bool, i64) {
    let holds = trace.start <= onset.time && onset.time <= trace.end();
    let direction = trace.name.direction();
    let apt = match onset.phase {
        Phase::P => direction == Some('Z'),
        Phase::S => matches!(direction, Some('N' | 'E' | '1' | '2')),
        Phase::Acoustic | Phase::Infrasound => trace.name.channel.chars().nth(1) == Some('D'),
    };
    (holds, apt, (trace.end() - trace.start).0)
}

/// As the API and `--json` give them.
#[must_use]
pub fn view(asked: &Asked, shown: &[Shown]) -> Value {
    let waveforms: Vec<Value> = shown.iter().map(one).collect();
    let withheld: Vec<Value> = asked
        .withheld
        .iter()
        .map(|(source, to)| json!({"source": source, "releasable_to": to}))
        .collect();
    json!({"waveforms": waveforms, "more": asked.more, "withheld": withheld})
}

fn one(shown: &Shown) -> Value {
    let Shown { onset, trace } = shown;
    let (samples, rate_hz) = excerpt::thinned(trace, COLUMNS);
    let most = samples.iter().fold(0.0_f64, |most, sample| most.max(sample.abs()));
    // Three digits of the largest: a pixel is coarser.
    let steps = if most > 0.0 { 1e3 / most } else { 1.0 };
    let samples: Vec<f64> = samples.into_iter().map(|sample| (sample * steps).round()).collect();
    json!({
        "observation": onset.observation,
        "source": onset.source,
        "station": onset.station,
        "channel": trace.name.to_string(),
        "phase": onset.phase,
        "onset": onset.time,
        "error_s": onset.error_s.is_finite().then(|| round_to(onset.error_s, 1e4)),
        "distance_km": onset.distance_m.is_finite().then(|| round_to(onset.distance_m / 1e3, 1e3)),
        "start": trace.start,
        "rate_hz": rate_hz,
        "samples": samples,
    })
}
