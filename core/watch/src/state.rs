//! Where the watch stands: its sources, the batches it rests on, and the last assembly.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Digest, Duration, SourceId, Stamp, Time};

use crate::entry::{BatchReceived, Entry, IncidentsAssembled, Outage};
use crate::source::Source;
use crate::standing::Standings;
use crate::trust_doubt::SourceDoubted;

/// Sources are held beside one another so often, in the record's own time.
const CHECKED_EVERY: Duration = Duration::days(1);

/// What has been entered so far. Observations and incidents themselves live in the engine.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct State {
    sources: BTreeMap<SourceId, Source>,
    batches: Vec<BatchReceived>,
    received: BTreeSet<(Digest, SourceId)>,
    erased: BTreeSet<(Digest, SourceId)>,
    assemblies: Vec<IncidentsAssembled>,
    outages: Vec<Outage>,
    /// When each outage was first stated, in the same order.
    outages_stated: Vec<Time>,
    /// When each batch was taken in, in the same order.
    received_at: Vec<Time>,
    /// When each source was first registered; what stands in the agreement was so from the first
    /// entry on.
    registered_at: BTreeMap<SourceId, Time>,
    /// Since when a source promises to speak that was known before and promised nothing.
    promised_later: BTreeMap<SourceId, Time>,
    first_at: Option<Time>,
    /// Until when each source has spoken of something that can be worked with, by its own batches.
    spoken_until: BTreeMap<SourceId, Time>,
    doubts: BTreeMap<(SourceId, Option<String>), (u64, SourceDoubted)>,
    standings: Standings,
    /// When sources were last checked, or incidents first assembled, and how many assemblies there
    /// were then.
    checked: Option<(Time, usize)>,
}

impl State {
    /// Takes in an entry. Every entry that was decided can be taken in.
    pub fn evolve(&mut self, entry: &Entry, stamp: &Stamp) {
        if stamp.at > Time::MIN {
            self.first_at.get_or_insert(stamp.at);
        }
        match entry {
            Entry::SourceRegistered(source) => {
                self.registered_at.entry(source.id.clone()).or_insert(stamp.at);
                let known = self.sources.get(&source.id);
                if known.is_some_and(|known| known.cadence.is_none()) && source.cadence.is_some() {
                    self.promised_later.insert(source.id.clone(), stamp.at);
                }
                self.sources.insert(source.id.clone(), source.clone());
            }
            Entry::BatchReceived(batch) => {
                self.received.insert((batch.digest, batch.source.clone()));
                self.batches.push(batch.clone());
                self.received_at.push(stamp.at);
                let ends = batch.covers.iter().flat_map(|covers| &covers.spans);
                if let Some(end) = ends.map(|span| span.end).max().filter(|_| !batch.baseline) {
                    let until = self.spoken_until.entry(batch.source.clone()).or_insert(end);
                    *until = end.max(*until);
                }
            }
            Entry::IncidentsAssembled(assembled) => {
                self.checked.get_or_insert((stamp.at, 0));
                self.assemblies.push(assembled.clone());
            }
            Entry::SourcesChecked(_) => self.checked = Some((stamp.at, self.assemblies.len())),
            Entry::BatchErased(erased) => {
                self.erased.insert((erased.digest, erased.source.clone()));
            }
            Entry::OutageStated(outage) => self.state_outage(outage, stamp.at),
            Entry::SourceDoubted(doubt) => {
                self.standings.take_in(doubt, stamp.position);
                let of = (doubt.source.clone(), doubt.station.clone());
                self.doubts.insert(of, (stamp.position, doubt.clone()));
            }
            // What was decided stands in the incident itself.
            Entry::IncidentReviewed(_) => {}
        }
    }

    /// What is said again of one that began at the same moment takes the place of what was said.
    fn state_outage(&mut self, outage: &Outage, at: Time) {
        let same = |kept: &Outage| kept.source == outage.source && kept.from == outage.from;
        if let Some(kept) = self.outages.iter_mut().find(|kept| same(kept)) {
            kept.clone_from(outage);
        } else {
            self.outages.push(outage.clone());
            self.outages_stated.push(at);
        }
    }

    /// A source by name.
    #[must_use]
    pub fn source(&self, id: &SourceId) -> Option<&Source> {
        self.sources.get(id)
    }

    /// All sources, by name.
    pub fn sources(&self) -> impl Iterator<Item = &Source> {
        self.sources.values()
    }

    /// All batches in the order they were taken in, baseline and erased ones among them.
    #[must_use]
    pub fn batches(&self) -> &[BatchReceived] {
        &self.batches
    }

    /// All batches, each with the moment at which it was taken in.
    pub fn received(&self) -> impl Iterator<Item = (&BatchReceived, Time)> {
        self.batches.iter().zip(self.received_at.iter().copied())
    }

    /// Since when a source is known; none before the first entry.
    #[must_use]
    pub fn known_since(&self, source: &SourceId) -> Option<Time> {
        Some((*self.registered_at.get(source)?).max(self.first_at?))
    }

    /// Since when a source promises to speak, where it was known before and promised nothing: it
    /// is not held to what it had not promised.
    #[must_use]
    pub fn promised_later(&self, source: &SourceId) -> Option<Time> {
        self.promised_later.get(source).copied()
    }

    /// Until when a source has spoken of something that can be worked with.
    #[must_use]
    pub fn spoken_until(&self, source: &SourceId) -> Option<Time> {
        self.spoken_until.get(source).copied()
    }

    /// Whether these bytes of this source were taken in before.
    #[must_use]
    pub fn has_received(&self, digest: Digest, source: &SourceId) -> bool {
        self.received.contains(&(digest, source.clone()))
    }

    /// The latest reading of these bytes of this source, if they were taken in.
    #[must_use]
    pub fn latest(&self, digest: Digest, source: &SourceId) -> Option<&BatchReceived> {
        if !self.has_received(digest, source) {
            return None;
        }
        let is_it = |batch: &&BatchReceived| batch.digest == digest && batch.source == *source;
        self.batches.iter().rev().find(is_it)
    }

    /// Batches that count, in the order they were taken in, each with its moment: of one that was
    /// read again its latest reading, and none that was erased.
    pub fn current(&self) -> impl Iterator<Item = (&BatchReceived, Time)> {
        let mut last = BTreeMap::new();
        for (at, batch) in self.batches.iter().enumerate() {
            last.insert((batch.digest, &batch.source), at);
        }
        let counts = move |at: usize, batch: &BatchReceived| {
            last.get(&(batch.digest, &batch.source)) == Some(&at)
                && !self.is_erased(batch.digest, &batch.source)
        };
        let all = self.received().enumerate();
        all.filter(move |(at, (batch, _))| counts(*at, batch)).map(|(_, kept)| kept)
    }

    /// Whether the bytes of a batch were erased.
    #[must_use]
    pub fn is_erased(&self, digest: Digest, source: &SourceId) -> bool {
        self.erased.contains(&(digest, source.clone()))
    }

    /// All assemblies, oldest first.
    #[must_use]
    pub fn assemblies(&self) -> &[IncidentsAssembled] {
        &self.assemblies
    }

    /// Whether batches have come that no assembly rests on.
    #[must_use]
    pub fn assembly_due(&self) -> bool {
        let rests_on = self.assemblies.last().map_or(0, |last| last.as_of_batches);
        rests_on < self.batches.len() as u64
    }

    /// What the record says last of a source, or of a station of one; none when it was never doubted.
    #[must_use]
    pub fn doubt(&self, source: &SourceId, station: Option<&str>) -> Option<&SourceDoubted> {
        self.doubts.get(&(source.clone(), station.map(str::to_owned))).map(|(_, doubt)| doubt)
    }

    /// Everything that is said of sources and stations, by name, each with the position of its
    /// entry; lifted doubts among it.
    pub fn doubts(&self) -> impl Iterator<Item = (u64, &SourceDoubted)> {
        self.doubts.values().map(|(entry, doubt)| (*entry, doubt))
    }

    /// How sources and stations stood, over time.
    #[must_use]
    pub fn standings(&self) -> &Standings {
        &self.standings
    }

    /// Whether sources must be held beside one another again: a day has passed, and incidents have
    /// been assembled since.
    #[must_use]
    pub fn check_due(&self, now: Time) -> bool {
        self.checked.is_some_and(|(at, assemblies)| {
            now - at >= CHECKED_EVERY && assemblies < self.assemblies.len()
        })
    }

    /// Outages that were stated before they began, by source: nobody is asked for data of them.
    pub fn announced(&self, source: &SourceId) -> impl Iterator<Item = &Outage> {
        let stated = self.outages.iter().zip(&self.outages_stated);
        stated
            .filter(move |(outage, at)| outage.source == *source && **at <= outage.from)
            .map(|(outage, _)| outage)
    }

    /// Outages as stated, in that order.
    #[must_use]
    pub fn outages(&self) -> &[Outage] {
        &self.outages
    }
}
