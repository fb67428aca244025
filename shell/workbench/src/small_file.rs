//! Files that are read whole, being small: settings, lists of sensors, zones.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::Error;

/// Most bytes of such a file.
const BYTES_MAX: u64 = 64 << 20;

/// The bytes of a small file.
///
/// # Errors
/// When it cannot be read, or is too large to be one.
pub fn bytes(path: &Path) -> Result<Vec<u8>, Error> {
    let failed = |error: std::io::Error| Error::file("read", path, &error);
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(failed)?;
    file.take(BYTES_MAX + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > BYTES_MAX {
        return Err(Error::new(
            format!("{} has over {} MB", path.display(), BYTES_MAX >> 20),
            "Check which file was named: this one holds settings or a list of places.",
        ));
    }
    Ok(bytes)
}

/// The text of a small file; a byte order mark is left out, what is no UTF-8 replaced.
///
/// # Errors
/// As [`bytes`].
pub fn text(path: &Path) -> Result<String, Error> {
    let bytes = bytes(path)?;
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
    Ok(String::from_utf8_lossy(bytes).into_owned())
}
