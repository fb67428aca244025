//! A quick look along the record before the walk: which batches come, and which were erased.

use std::collections::BTreeMap;

use gateways::ReadContext;
use kernel::{Digest, SourceId, SourceText};
use record::Entry;
use secretariat::Founding;
use stores::{RecordReader, StoreError, VaultReader};
use watch::Source;
use watch::entry::{BatchReceived, Entry as Watched};

/// What the walk will meet. Nothing rests on it but speed, except for what is erased: that is
/// named by entries whose signatures and mandates the walk checks.
#[derive(Default)]
pub struct Outline {
    /// Batches in order, each with what its reader is told.
    pub batches: Vec<(BatchReceived, ReadContext)>,
    /// Digests of batches that some entry says are erased, with the first position that says so.
    pub erased: BTreeMap<Digest, u64>,
}

/// How an entry of the watch shows in canonical bytes; all others are passed over unread.
const MARKS: [&str; 3] = [
    "\"kind\":\"watch/batch-received\"",
    "\"kind\":\"watch/batch-erased\"",
    "\"kind\":\"watch/source-registered\"",
];

impl Outline {
    /// Looks along `record`. Where something cannot be read the outline ends: the walk will say
    /// what is wrong there.
    #[must_use]
    pub fn of(record: &dyn RecordReader, vault: &dyn VaultReader, founding: &Founding) -> Self {
        let mut outline = Self::default();
        let mut sources = founding_sources(vault, founding);
        // A failure is not dropped: the walk reads the same entries again and names it.
        outline.look(record, &mut sources).unwrap_or_default();
        outline
    }

    fn look(
        &mut self,
        record: &dyn RecordReader,
        sources: &mut BTreeMap<SourceId, Source>,
    ) -> Result<(), StoreError> {
        for stored in record.read(0..u64::MAX)? {
            let stored = stored?;
            let text = String::from_utf8_lossy(&stored.bytes);
            if !MARKS.iter().any(|mark| text.contains(mark)) {
                continue;
            }
            let Ok(entry) = serde_json::from_str::<Entry>(&text) else { return Ok(()) };
            let read = secretariat::Entry::from_record(&entry.kind, entry.version, &entry.body);
            let Ok(secretariat::Entry::Watch(watched)) = read else { continue };
            self.take(stored.position, watched, &entry, sources);
        }
        Ok(())
    }

    fn take(
        &mut self,
        position: u64,
        watched: Watched,
        entry: &Entry,
        sources: &mut BTreeMap<SourceId, Source>,
    ) {
        match watched {
            Watched::SourceRegistered(source) => {
                sources.insert(source.id.clone(), source);
            }
            Watched::BatchReceived(batch) => {
                let Some(source) = sources.get(&batch.source) else { return };
                let (first_line, header) = (batch.first_line, batch.header.clone());
                let context = desk::bulk::read_context(source, entry.at, first_line, header);
                self.batches.push((batch, context));
            }
            Watched::BatchErased(erased) => {
                for digest in [erased.digest].iter().chain(&erased.picked) {
                    self.erased.entry(*digest).or_insert(position);
                }
            }
            _ => {}
        }
    }
}

fn founding_sources(vault: &dyn VaultReader, founding: &Founding) -> BTreeMap<SourceId, Source> {
    let mut text = SourceText::default();
    for (name, digest) in &founding.files {
        if let Some(file) = vault.get(digest).ok().and_then(|bytes| String::from_utf8(bytes).ok()) {
            text.0.insert(name.clone(), file);
        }
    }
    watch::read(&text).0.sources
}
