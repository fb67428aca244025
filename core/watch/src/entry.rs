//! What the watch puts on the record.

use kernel::{Digest, SourceId, Time};
use serde::{Deserialize, Serialize};

use crate::incident::Product;
use crate::outage::OutageKind;
use crate::promise::Covers;
use crate::review::Reviewed;
use crate::source::Source;
use crate::trust_doubt::SourceDoubted;

/// A thing that has happened in the watch.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "entry")]
pub enum Entry {
    /// A source was registered, or its particulars were replaced.
    SourceRegistered(Source),
    /// A batch of observations was taken in.
    BatchReceived(BatchReceived),
    /// Incidents were assembled from all batches so far.
    IncidentsAssembled(IncidentsAssembled),
    /// A batch's bytes were erased: what rests on it cannot be recomputed.
    BatchErased(BatchErased),
    /// A source was out of action.
    OutageStated(Outage),
    /// Every station was held beside the others.
    SourcesChecked(SourcesChecked),
    /// A source was doubted, or a doubt was lifted.
    SourceDoubted(SourceDoubted),
    /// An analyst reviewed an incident.
    IncidentReviewed(Reviewed),
}

impl Entry {
    /// The kind and version under which it stands on the record.
    #[must_use]
    pub fn kind(&self) -> (&'static str, u32) {
        match self {
            Self::SourceRegistered(_) => ("watch/source-registered", 1),
            Self::BatchReceived(_) => ("watch/batch-received", 1),
            Self::IncidentsAssembled(_) => ("watch/incidents-assembled", 1),
            Self::BatchErased(_) => ("watch/batch-erased", 1),
            Self::OutageStated(_) => ("watch/outage-stated", 1),
            Self::SourcesChecked(_) => ("watch/sources-checked", 1),
            Self::SourceDoubted(_) => ("watch/source-doubted", 1),
            Self::IncidentReviewed(_) => ("watch/incident-reviewed", 1),
        }
    }
}

/// A batch as taken in: enough to read its bytes again in just the same way.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct BatchReceived {
    /// SHA-256 of its bytes, which lie in the vault.
    pub digest: Digest,
    /// How many bytes.
    pub size_bytes: u64,
    /// Its source.
    pub source: SourceId,
    /// The reader and its version, as in `firms/1`.
    pub reader: String,
    /// Line of the submitted file at which the batch begins, from 1.
    pub first_line: u64,
    /// How many lines it has.
    pub lines: u64,
    /// How many observations were read in it.
    pub observations: u64,
    /// How many lines were named as problems.
    pub problems: u64,
    /// How many of its observations were known already.
    pub duplicates: u64,
    /// The header line, when the batch is a later part of a split file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    /// Bytes of lines too long to be read, left out of the batch.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub oversize: u64,
    /// What was read in it, sealed beside it: a house that is opened again need not read waveforms
    /// again. Whoever checks the record does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picked: Option<Digest>,
    /// What time it speaks of; absent when its source promised nothing and nobody said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub covers: Option<Covers>,
    /// Whether it is peacetime baseline rather than observations of now.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub baseline: bool,
}

/// How a reader of waveforms is named, without its version.
const WAVEFORMS: &str = "waveforms/";

impl BatchReceived {
    /// Whether it holds waveforms: what is read in them hangs on how their channels are described.
    #[must_use]
    pub fn is_of_waveforms(&self) -> bool {
        self.reader.starts_with(WAVEFORMS)
    }

    /// Whether it is `before` over again, read with another description of its channels.
    #[must_use]
    pub fn reads_again(&self, before: &Self) -> bool {
        self.digest == before.digest
            && self.source == before.source
            && self.reader == before.reader
            && self.is_of_waveforms()
            && self.header != before.header
    }
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// What an assembly gave. The incidents themselves lie in the vault, one JSON object a line.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct IncidentsAssembled {
    /// Digest of the payload.
    pub payload: Digest,
    /// How far they have been worked over.
    pub product: Product,
    /// Incidents seen for the first time.
    pub added: u64,
    /// Incidents with a new version.
    pub revised: u64,
    /// Incidents whose place another took.
    pub replaced: u64,
    /// How many batches, baseline among them, it rests on.
    pub as_of_batches: u64,
}

/// A check of all sources, with what it rests on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SourcesChecked {
    /// Stations and sources held beside the others.
    pub judged: u64,
    /// Incidents at which they were.
    pub incidents: u64,
    /// How many of them something new is said of: the entries that follow.
    pub said: u64,
}

/// An erasure.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct BatchErased {
    /// The batch.
    pub digest: Digest,
    /// Its source.
    pub source: SourceId,
    /// Why.
    pub reason: String,
    /// What was read in it and goes with it, each time it was read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub picked: Vec<Digest>,
}

/// A time over which a source did not watch.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Outage {
    /// The source.
    pub source: SourceId,
    /// First moment.
    pub from: Time,
    /// Last moment; absent while it goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Time>,
    /// What it was.
    #[serde(default, skip_serializing_if = "OutageKind::is_outage")]
    pub kind: OutageKind,
    /// Why.
    pub reason: String,
}
