//! The checksum of miniSEED 3: CRC-32C (Castagnoli 1993; RFC 3720, appendix B.4), eight bytes at a
//! time (Kounavis and Berry 2008, "slicing-by-8").

const POLYNOMIAL: u32 = 0x82F6_3B78;

/// `TABLES[k][b]`: the checksum of byte `b` with `k` zero bytes behind it.
static TABLES: [[u32; 256]; 8] = {
    let mut tables = [[0; 256]; 8];
    let mut byte = 0;
    while byte < 256 {
        let mut sum = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            sum = if sum & 1 == 1 { sum >> 1 ^ POLYNOMIAL } else { sum >> 1 };
            bit += 1;
        }
        tables[0][byte] = sum;
        byte += 1;
    }
    let mut slice = 1;
    while slice < 8 {
        let mut byte = 0;
        while byte < 256 {
            let sum = tables[slice - 1][byte];
            tables[slice][byte] = sum >> 8 ^ tables[0][(sum & 0xFF) as usize];
            byte += 1;
        }
        slice += 1;
    }
    tables
};

/// The checksum of the parts as if they stood in one piece.
#[must_use]
pub fn crc32c(parts: &[&[u8]]) -> u32 {
    !parts.iter().fold(!0, |sum, part| extend(sum, part))
}

fn extend(mut sum: u32, bytes: &[u8]) -> u32 {
    let (eights, rest) = bytes.as_chunks::<8>();
    for eight in eights {
        let word = u64::from_le_bytes(*eight) ^ u64::from(sum);
        sum = (0..8).fold(0, |sum, at| sum ^ TABLES[7 - at][(word >> (8 * at) & 0xFF) as usize]);
    }
    for byte in rest {
        sum = sum >> 8 ^ TABLES[0][((sum ^ u32::from(*byte)) & 0xFF) as usize];
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The check value of RFC 3720, appendix B.4 (32 zero bytes), and the usual nine digits.
    #[test]
    fn the_standards_own_examples() {
        assert_eq!(crc32c(&[&[0; 32]]), 0x8A91_36AA);
        assert_eq!(crc32c(&[b"123456789"]), 0xE306_9283);
        assert_eq!(crc32c(&[b"1234", b"", b"56789"]), 0xE306_9283);
    }
}
