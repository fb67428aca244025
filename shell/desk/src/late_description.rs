//! Waveforms and the description of their channels, whichever comes first: what was read without a
//! description that has come since is read again with it.

use gateways::onsets::Seam;
use gateways::stationxml::Inventory;
use gateways::{Format, excerpt, picked};
use kernel::{Digest, Identity, SourceId, Time};
use secretariat::Command;
use stores::VaultReader as _;
use watch::Source;
use watch::entry::BatchReceived;
use watch::promise::Covers;

use crate::bulk::{described, read_as, read_context};
use crate::error::Error;
use crate::writer::Desk;

/// Descriptions of one source's stations that waveforms are read with, the latest ones.
const DESCRIPTIONS_MAX: usize = 64;

/// The header of a part of waveforms with the descriptions of the source's stations that stand on
/// the record: amplitudes and directions are then those of the ground and the air.
pub fn header(
    desk: &Desk,
    source: &SourceId,
    header: Option<String>,
) -> Result<Option<String>, Error> {
    let seam = seam(header.as_deref())?;
    Ok(Seam { stations: descriptions(desk, source), ..seam }.header())
}

fn seam(header: Option<&str>) -> Result<Seam, Error> {
    Seam::of(header).map_err(|fault| Error::other(fault.reason, "Submit the file again."))
}

/// The descriptions of a source's stations, in the order in which they were received.
fn descriptions(desk: &Desk, source: &SourceId) -> Vec<Digest> {
    let reader = Format::StationXml.to_string();
    let all = desk.house().state().watch.current();
    let its = all.filter(|(batch, _)| batch.source == *source && batch.reader == reader);
    let mut digests: Vec<Digest> = its.map(|(batch, _)| batch.digest).collect();
    digests.drain(..digests.len().saturating_sub(DESCRIPTIONS_MAX));
    digests
}

/// Reads a source's waveforms again, as `by`, where the description that has just come says
/// something else of their channels than what they were read with.
///
/// # Errors
/// When they cannot be read, or what is read cannot be made durable. What was read again stays; the
/// rest is read again with the next description.
pub fn read_again(desk: &mut Desk, source: &Source, by: &Identity, now: Time) -> Result<(), Error> {
    let stations = descriptions(desk, &source.id);
    let now_known = described(desk.vault(), &stations)?;
    let all = desk.house().state().watch.current();
    let its = all.filter(|(batch, _)| batch.source == source.id && batch.is_of_waveforms());
    let batches: Vec<BatchReceived> = its.map(|(batch, _)| batch.clone()).collect();
    for batch in batches {
        let seam = seam(batch.header.as_deref())?;
        let known_then = described(desk.vault(), &seam.stations)?;
        let bytes = desk.vault().get(&batch.digest)?;
        if !says_the_same(&bytes, &known_then, &now_known) {
            let header = Seam { stations: stations.clone(), ..seam }.header();
            submit_again(desk, source, by, now, &bytes, BatchReceived { header, ..batch })?;
        }
    }
    Ok(())
}

/// Whether two descriptions say the same of the stations and times that bytes hold.
fn says_the_same(bytes: &[u8], one: &Inventory, other: &Inventory) -> bool {
    let spans = excerpt::stations(bytes);
    spans.iter().all(|(name, when)| one.about(name, *when).eq(other.about(name, *when)))
}

fn submit_again(
    desk: &mut Desk,
    source: &Source,
    by: &Identity,
    now: Time,
    bytes: &[u8],
    batch: BatchReceived,
) -> Result<(), Error> {
    let now = now.max(desk.last());
    let context = read_context(source, now, batch.first_line, batch.header.clone());
    let reading = read_as(desk.vault(), bytes, Format::Waveforms, &context)?;
    let by_rows = source.cadence.map(|cadence| Covers::of(&reading.observations, cadence));
    let batch = BatchReceived {
        covers: batch.covers.filter(|covers| covers.stated).or(by_rows),
        picked: Some(desk.seal(&picked::write(&reading))?),
        lines: reading.lines,
        observations: reading.observations.len() as u64,
        problems: reading.problems.len() as u64 + batch.oversize,
        duplicates: batch.observations.min(reading.observations.len() as u64),
        ..batch
    };
    desk.keep_reading(batch.digest, reading.observations);
    let command = Command::Watch(watch::command::Command::ReceiveBatch { batch });
    desk.submit(by, command, now).map(|_| ())
}
