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
