//! What every reader must hold to, whatever the bytes.

use std::collections::BTreeSet;

use gateways::split::{NotSplit, Parts};
use gateways::{Format, ReadContext, Reading};
use kernel::{PartyId, SourceId};

/// The context of a whole file.
#[must_use]
pub fn context() -> ReadContext {
    let received = kernel::Time(1_800_000_000_000_000);
    let context = ReadContext::whole(SourceId::from("fuzz"), received);
    ReadContext { claimant: Some(PartyId::from("AA")), ..context }
}

/// Reads the bytes twice: the same both times, and no line both read and named.
pub fn hold(format: Format, bytes: &[u8]) {
    let reading = format.read(bytes, &context());
    assert_eq!(reading, format.read(bytes, &context()));
    let read: BTreeSet<u64> = reading.observations.iter().map(|one| one.line).collect();
    let array = bytes.trim_ascii_start().starts_with(b"[");
    for problem in &reading.problems {
        assert!(problem.line <= reading.lines);
        assert!(array || !read.contains(&problem.line), "line {} is read and named", problem.line);
    }
    assert!(reading.observations.iter().all(|one| one.when.start <= one.when.end));
}

/// Reads the bytes whole and in parts: the observations are the same.
pub fn hold_split(part_bytes: usize, bytes: &[u8]) {
    let parts = match Parts::of_size(bytes, None, part_bytes) {
        Ok(parts) => parts,
        Err(NotSplit::Refused(_)) => return,
        Err(NotSplit::Read(error)) => panic!("{error}"),
    };
    let format = parts.format();
    // Filters remember what stands before a seam: waveforms have a test of their own.
    if !Format::TABLES.contains(&format) {
        return;
    }
    let mut all = Reading::default();
    for part in parts.map_while(Result::ok) {
        let (header, first_line) = (part.header, part.first_line);
        let reading = format.read(&part.bytes, &ReadContext { header, first_line, ..context() });
        all.observations.extend(reading.observations);
        all.problems.extend(part.problems);
        all.problems.extend(reading.problems);
        all.lines += reading.lines;
    }
    all.problems.sort_by_key(|problem| problem.line);
    assert_eq!(all, format.read(bytes, &context()));
}

/// Reads waveforms whole and in pieces: the same samples, none before the one ahead of it.
pub fn hold_waveforms(bytes: &[u8]) {
    use gateways::waveform::{PieceSize, first_time, read};
    let read_all = |size| {
        let mut samples = std::collections::BTreeMap::<_, Vec<u64>>::new();
        let account = read(bytes, size, &mut |piece| {
            assert!(piece.lead <= piece.trace.samples.len() && piece.trace.rate_hz > 0.0);
            let fresh = piece.trace.samples[piece.lead..].iter().map(|sample| sample.to_bits());
            samples.entry(piece.trace.name).or_default().extend(fresh);
        });
        (samples, account.map(|account| account.problem_count).unwrap_or_default())
    };
    let whole = read_all(PieceSize::WHOLE);
    assert_eq!(whole.0, read_all(PieceSize { fresh: 1_000, lead_s: 0.0 }).0);
    let _ = first_time(bytes);
}

/// Reads StationXML: every channel has a place that can be.
pub fn hold_stationxml(bytes: &[u8]) {
    let (inventory, _) = gateways::stationxml::read(bytes);
    for channel in inventory.channels() {
        assert!(channel.place[0].abs() <= 180.0 && channel.place[1].abs() <= 90.0);
    }
    let _ = inventory.stations();
}

/// Listens to a server that says `bytes`: ends, and hands on whole records only.
pub fn hold_seedlink(bytes: &[u8]) {
    use gateways::seedlink::{Flow, Progress, Wanted, catalogue, listen};
    struct Says<'a>(&'a [u8]);
    impl std::io::Read for Says<'_> {
        fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
            self.0.read(into)
        }
    }
    impl std::io::Write for Says<'_> {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let _ = catalogue(Says(bytes));
    let wanted =
        Wanted { network: "AA".into(), station: "BBB".into(), selectors: vec!["HHZ".into()] };
    let mut progress = Progress::default();
    let outcome = listen(Says(bytes), &[wanted], &mut progress, &mut |record, _| {
        assert_eq!(record.len(), 512);
        Flow::On
    });
    assert!(outcome.is_err());
}
