//! Whether the watch does as asked, and what then goes on the record.

use kernel::{Context, Digest, Refusal, SourceId};

use crate::command::Command;
use crate::entry::{BatchErased, BatchReceived, Entry, IncidentsAssembled, Outage};
use crate::source::Source;
use crate::state::State;

/// Decides a command.
///
/// # Errors
/// With the reason, when the house says no.
pub fn decide(
    state: &State,
    command: Command,
    _context: &Context<'_>,
) -> Result<Vec<Entry>, Refusal> {
    let entry = match command {
        Command::RegisterSource { source } => register(source)?,
        Command::ReceiveBatch { batch } => receive(state, batch)?,
        Command::AssembleIncidents { assembled } => assemble(state, assembled)?,
        Command::DoubtSource { doubt } => {
            known(state, &doubt.source)?;
            let standing = state.doubt(&doubt.source, doubt.station.as_deref());
            crate::trust_doubt::check(&doubt, standing)?;
            Entry::SourceDoubted(doubt)
        }
        Command::ReviewIncident { review } => {
            crate::review::check_words(&review)?;
            Entry::IncidentReviewed(review)
        }
        Command::EraseBatch { digest, source, reason } => erase(state, digest, source, reason)?,
        Command::StateOutage { source, from, until, kind, reason } => {
            known(state, &source)?;
            if until.is_some_and(|until| until < from) {
                return Err(Refusal::new(
                    "outage-ends-before-it-starts",
                    format!("The outage of {source} would end before it starts."),
                ));
            }
            Entry::OutageStated(Outage { source, from, until, kind, reason })
        }
    };
    Ok(vec![entry])
}

fn register(source: Source) -> Result<Entry, Refusal> {
    if !(0.0..=1.0).contains(&source.false_alarm_share) {
        return Err(Refusal::new(
            "share-out-of-range",
            format!("The false-alarm share of {} must lie between 0 and 1.", source.id),
        ));
    }
    if source.independence_group.is_empty() {
        return Err(Refusal::new(
            "independence-group-missing",
            format!("{} must name the group it fails together with.", source.id),
        )
        .hint("a source that fails alone is a group of its own: give its own name"));
    }
    Ok(Entry::SourceRegistered(source))
}

fn receive(state: &State, batch: BatchReceived) -> Result<Entry, Refusal> {
    known(state, &batch.source)?;
    let before = state.latest(batch.digest, &batch.source);
    if before.is_some_and(|before| !batch.reads_again(before)) {
        return Err(Refusal::new(
            "already-received",
            format!("These bytes of {} were taken in before; nothing was doubled.", batch.source),
        )
        .hint("nothing more needs to be done"));
    }
    Ok(Entry::BatchReceived(batch))
}

fn assemble(state: &State, assembled: IncidentsAssembled) -> Result<Entry, Refusal> {
    if assembled.as_of_batches > state.batches().len() as u64 {
        return Err(Refusal::new(
            "assembly-of-unknown-batches",
            "The assembly rests on more batches than the record holds.",
        ));
    }
    Ok(Entry::IncidentsAssembled(assembled))
}

fn erase(
    state: &State,
    digest: Digest,
    source: SourceId,
    reason: String,
) -> Result<Entry, Refusal> {
    if !state.has_received(digest, &source) {
        return Err(Refusal::new(
            "batch-unknown",
            format!("No batch {digest} of {source} was ever taken in."),
        ));
    }
    if state.is_erased(digest, &source) {
        return Err(Refusal::new("already-erased", "That batch was erased before."));
    }
    let readings = state.batches().iter();
    let readings = readings.filter(|batch| batch.digest == digest && batch.source == source);
    let picked = readings.filter_map(|batch| batch.picked).collect();
    Ok(Entry::BatchErased(BatchErased { digest, source, reason, picked }))
}

fn known(state: &State, source: &SourceId) -> Result<(), Refusal> {
    if state.source(source).is_some() {
        return Ok(());
    }
    Err(Refusal::new("source-unknown", format!("No source is registered as {source}."))
        .hint("register it first, or name one of the agreement's sources"))
}

#[cfg(test)]
mod tests {
    use kernel::belief::Reliability;
    use kernel::{Duration, FactBook, Stamp, Time};

    use super::*;
    use crate::source::SourceKind;

    fn source(id: &str) -> Source {
        Source {
            id: id.into(),
            kind: SourceKind::Press,
            owner: "house".into(),
            side: None,
            independence_group: id.to_owned(),
            reliability: Reliability::C,
            false_alarm_share: 0.2,
            delay_max: Duration::hours(24),
            releasable_to: vec![],
            stations: vec![],
            cadence: None,
        }
    }

    fn batch(content: &[u8], source: &str) -> BatchReceived {
        BatchReceived {
            digest: Digest::of(content),
            size_bytes: content.len() as u64,
            source: source.into(),
            reader: "viina/1".into(),
            first_line: 1,
            lines: 2,
            observations: 1,
            problems: 0,
            duplicates: 0,
            header: None,
            oversize: 0,
            picked: None,
            covers: None,
            baseline: false,
        }
    }

    fn ask(state: &mut State, command: Command) -> Result<(), String> {
        let stamp = Stamp { position: 0, at: Time(0), by: "house".into() };
        let facts = FactBook::default();
        let context = Context { stamp: &stamp, facts: &facts };
        let entries = decide(state, command, &context).map_err(|refusal| refusal.code)?;
        entries.iter().for_each(|entry| state.evolve(entry, &stamp));
        Ok(())
    }

    #[test]
    fn the_same_bytes_are_taken_in_once_for_each_source() {
        let mut state = State::default();
        let receive =
            |content: &[u8], source| Command::ReceiveBatch { batch: batch(content, source) };
        assert_eq!(ask(&mut state, receive(b"a", "viina")), Err("source-unknown".into()));
        for id in ["viina", "other"] {
            ask(&mut state, Command::RegisterSource { source: source(id) }).unwrap();
        }
        ask(&mut state, receive(b"a", "viina")).unwrap();
        assert!(state.assembly_due());
        assert_eq!(ask(&mut state, receive(b"a", "viina")), Err("already-received".into()));
        ask(&mut state, receive(b"a", "other")).unwrap();
        assert_eq!(state.batches().len(), 2);
    }

    #[test]
    fn waveforms_are_taken_in_again_when_their_channels_are_described_otherwise() {
        let mut state = State::default();
        ask(&mut state, Command::RegisterSource { source: source("net") }).unwrap();
        let waves = |header: Option<&str>, picked: &[u8]| BatchReceived {
            reader: "waveforms/1".into(),
            header: header.map(str::to_owned),
            picked: Some(Digest::of(picked)),
            ..batch(b"waves", "net")
        };
        let take = |state: &mut State, batch| ask(state, Command::ReceiveBatch { batch });
        take(&mut state, waves(None, b"1")).unwrap();
        assert_eq!(take(&mut state, waves(None, b"1")), Err("already-received".into()));
        take(&mut state, waves(Some("stations=a"), b"2")).unwrap();
        assert_eq!(
            take(&mut state, waves(Some("stations=a"), b"2")),
            Err("already-received".into())
        );
        let current: Vec<_> = state.current().map(|(batch, _)| batch.header.clone()).collect();
        assert_eq!(current, [Some("stations=a".to_owned())], "the first reading counts no more");
        let other = BatchReceived { header: Some("id,when".into()), ..batch(b"rows", "net") };
        take(&mut state, batch(b"rows", "net")).unwrap();
        assert_eq!(take(&mut state, other), Err("already-received".into()), "rows are as they are");
        let erase = Command::EraseBatch {
            digest: Digest::of(b"waves"),
            source: "net".into(),
            reason: "a person asked".into(),
        };
        ask(&mut state, erase).unwrap();
        assert_eq!(state.current().count(), 1, "what is erased is read no more");
    }

    #[test]
    fn only_what_was_taken_in_is_erased_and_only_once() {
        let mut state = State::default();
        ask(&mut state, Command::RegisterSource { source: source("viina") }).unwrap();
        let erase = || Command::EraseBatch {
            digest: Digest::of(b"a"),
            source: "viina".into(),
            reason: "a person asked".into(),
        };
        assert_eq!(ask(&mut state, erase()), Err("batch-unknown".into()));
        ask(&mut state, Command::ReceiveBatch { batch: batch(b"a", "viina") }).unwrap();
        ask(&mut state, erase()).unwrap();
        assert_eq!(ask(&mut state, erase()), Err("already-erased".into()));
        assert!(state.is_erased(Digest::of(b"a"), &"viina".into()));
    }

    #[test]
    fn entries_read_back_what_they_write() {
        let entry = Entry::BatchReceived(batch(b"a", "viina"));
        let text = serde_json::to_string(&entry).unwrap();
        assert!(text.starts_with("{\"entry\":\"batch-received\""), "{text}");
        assert_eq!(serde_json::from_str::<Entry>(&text).unwrap(), entry);
    }
}
