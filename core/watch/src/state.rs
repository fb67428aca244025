//! Where the watch stands: its sources, the batches it rests on, and the last assembly.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Digest, SourceId, Stamp};

use crate::entry::{BatchReceived, Entry, IncidentsAssembled, Outage};
use crate::source::Source;
use crate::trust_doubt::SourceDoubted;

/// What has been entered so far. Observations and incidents themselves live in the engine.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct State {
    sources: BTreeMap<SourceId, Source>,
    batches: Vec<BatchReceived>,
    received: BTreeSet<(Digest, SourceId)>,
    erased: BTreeSet<(Digest, SourceId)>,
    assemblies: Vec<IncidentsAssembled>,
    outages: Vec<Outage>,
    doubts: BTreeMap<(SourceId, Option<String>), SourceDoubted>,
}

impl State {
    /// Takes in an entry. Every entry that was decided can be taken in.
    pub fn evolve(&mut self, entry: &Entry, _stamp: &Stamp) {
        match entry {
            Entry::SourceRegistered(source) => {
                self.sources.insert(source.id.clone(), source.clone());
            }
            Entry::BatchReceived(batch) => {
                self.received.insert((batch.digest, batch.source.clone()));
                self.batches.push(batch.clone());
            }
            Entry::IncidentsAssembled(assembled) => self.assemblies.push(assembled.clone()),
            Entry::BatchErased(erased) => {
                self.erased.insert((erased.digest, erased.source.clone()));
            }
            Entry::OutageStated(outage) => self.outages.push(outage.clone()),
            Entry::SourceDoubted(doubt) => {
                self.doubts.insert((doubt.source.clone(), doubt.station.clone()), doubt.clone());
            }
            // What was decided stands in the incident itself.
            Entry::IncidentReviewed(_) => {}
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

    /// Whether these bytes of this source were taken in before.
    #[must_use]
    pub fn has_received(&self, digest: Digest, source: &SourceId) -> bool {
        self.received.contains(&(digest, source.clone()))
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
        self.doubts.get(&(source.clone(), station.map(str::to_owned)))
    }

    /// Everything that is said of sources and stations, by name; lifted doubts among it.
    pub fn doubts(&self) -> impl Iterator<Item = &SourceDoubted> {
        self.doubts.values()
    }

    /// Outages as stated, in that order.
    #[must_use]
    pub fn outages(&self) -> &[Outage] {
        &self.outages
    }
}
