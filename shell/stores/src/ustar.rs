//! Plain tar headers (POSIX.1-1988 ustar) with nothing in them that could differ between machines.

/// Size of a tar block, bytes.
pub const BLOCK: usize = 512;

/// Largest file whose size fits the eleven octal digits of a ustar header, bytes.
pub const MAX_FILE_BYTES: u64 = (1 << 33) - 1;

/// The header of a file: mode 0444, owner 0, time 0, so that name and size say everything.
/// `None` when the name is longer than 100 bytes or the file larger than [`MAX_FILE_BYTES`].
#[must_use]
pub fn header(name: &str, size: u64) -> Option<[u8; BLOCK]> {
    if name.len() > 100 || size > MAX_FILE_BYTES {
        return None;
    }
    let mut block = [0; BLOCK];
    let mut put = |at: usize, field: &[u8]| block[at..at + field.len()].copy_from_slice(field);
    put(0, name.as_bytes());
    put(100, b"0000444\0"); // mode
    put(108, b"0000000\0"); // owner
    put(116, b"0000000\0"); // group
    put(124, format!("{size:011o}\0").as_bytes());
    put(136, b"00000000000\0"); // time
    put(148, b"        "); // the checksum is taken with blanks in its own place
    put(156, b"0"); // a regular file
    put(257, b"ustar\x0000");
    put(329, b"0000000\0"); // device
    put(337, b"0000000\0");
    let sum: u32 = block.iter().map(|&byte| u32::from(byte)).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    Some(block)
}

/// The name and size in a header, if it is byte for byte one that [`header`] writes.
#[must_use]
pub fn read_header(block: &[u8; BLOCK]) -> Option<(String, u64)> {
    let end = block[..100].iter().position(|&byte| byte == 0).unwrap_or(100);
    let name = str::from_utf8(&block[..end]).ok()?;
    let size = u64::from_str_radix(str::from_utf8(&block[124..135]).ok()?, 8).ok()?;
    (header(name, size)? == *block).then(|| (name.to_owned(), size))
}

/// Zero bytes after a file of `size` bytes, up to the next block.
#[must_use]
pub fn padding(size: u64) -> usize {
    (BLOCK - (size % BLOCK as u64) as usize) % BLOCK
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_reads_back_what_it_writes_and_nothing_else() {
        let block = header("vault/ab", 1234).unwrap();
        assert_eq!(read_header(&block), Some(("vault/ab".to_owned(), 1234)));
        for at in 0..BLOCK {
            let mut changed = block;
            changed[at] ^= 1;
            let read = read_header(&changed);
            assert!(read.is_none(), "a changed byte {at} passed: {read:?}");
        }
        assert!(header(&"x".repeat(101), 0).is_none() && header("x", MAX_FILE_BYTES + 1).is_none());
    }
}
