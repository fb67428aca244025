//! What can be asked of the watch.

use kernel::{Digest, SourceId, Time};
use serde::{Deserialize, Serialize};

use crate::entry::{BatchReceived, IncidentsAssembled};
use crate::outage::OutageKind;
use crate::review::Reviewed;
use crate::source::Source;
use crate::trust_doubt::SourceDoubted;

/// A request, before it is decided.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "command")]
pub enum Command {
    /// Register a source, or give new particulars of one already registered.
    RegisterSource {
        /// The source.
        source: Source,
    },
    /// Take in a batch whose bytes lie in the vault.
    ReceiveBatch {
        /// What the door read in it.
        batch: BatchReceived,
    },
    /// Record what the watch made of all batches so far.
    AssembleIncidents {
        /// Payload and counts.
        assembled: IncidentsAssembled,
    },
    /// Erase a batch's bytes; the entry that took it in stays.
    EraseBatch {
        /// The batch.
        digest: Digest,
        /// Its source.
        source: SourceId,
        /// Why, for whoever later finds that it cannot be recomputed.
        reason: String,
    },
    /// Record that a source is doubted, or no longer.
    DoubtSource {
        /// What is said of it, and why.
        doubt: SourceDoubted,
    },
    /// State over which time a source was out of action.
    StateOutage {
        /// The source.
        source: SourceId,
        /// First moment it did not watch.
        from: Time,
        /// Last moment, when it is known.
        until: Option<Time>,
        /// What it was: an outage when nothing is said.
        #[serde(default)]
        kind: OutageKind,
        /// Why.
        reason: String,
    },
    /// Review an incident.
    ReviewIncident {
        /// Which, what was decided, and why.
        review: Reviewed,
    },
}
