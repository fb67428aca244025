//! Words of the command line as values.

use kernel::{Duration, Identity, Interval, PartyId, SourceId, Time};

pub(super) fn time(word: &str) -> Result<Time, String> {
    word.parse().map_err(|error: kernel::id::NotAnId| error.to_string())
}

pub(super) fn interval(word: &str) -> Result<Interval, String> {
    let parts = word.split_once('/').ok_or("write FROM/TO, two times parted by a slash")?;
    let (start, end) = (time(parts.0)?, time(parts.1)?);
    if end < start {
        Err("it ends before it starts".to_owned())
    } else {
        Ok(Interval { start, end })
    }
}

pub(super) fn duration(word: &str) -> Result<Duration, String> {
    word.parse().map_err(|error: kernel::id::NotAnId| error.to_string())
}

pub(super) fn identity(word: &str) -> Result<Identity, String> {
    Ok(Identity::from(word))
}

pub(super) fn party(word: &str) -> Result<PartyId, String> {
    Ok(PartyId::from(word))
}

pub(super) fn source(word: &str) -> Result<SourceId, String> {
    Ok(SourceId::from(word))
}
