//! Files that are read whole, being small: what is known, zones, sources.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::Error;

/// The bytes of a small file, from a pipe too.
///
/// # Errors
/// When it cannot be read, or has more bytes than `most`: what is read whole becomes many times as
/// large in memory.
pub fn bytes(path: &Path, most: u64) -> Result<Vec<u8>, Error> {
    let failed = |error: std::io::Error| Error::file("read", path, &error);
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(failed)?;
    file.take(most + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > most {
        return Err(Error::new(
            format!("{} has over {} MiB", path.display(), most >> 20),
            "Check which file was named: this one is read whole. Long lists belong into CSV files.",
        ));
    }
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        let sentence = format!("{} is in UTF-16", path.display());
        return Err(Error::new(sentence, "Save it as UTF-8."));
    }
    if bytes.starts_with(b"\xEF\xBB\xBF") {
        bytes.drain(..3);
    }
    Ok(bytes)
}
