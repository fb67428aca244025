//! Packing into Steim frames, each word with as many differences as fit.

use super::{FRAME_BYTES, Packing};

/// How many differences of how many bits a word may hold, the control code, and the word's own
/// upper two bits (0 where the differences reach up to there).
type Width = (usize, u32, u32, u32);

const STEIM1: [Width; 3] = [(4, 8, 1, 0), (2, 16, 2, 0), (1, 32, 3, 0)];
const STEIM2: [Width; 7] = [
    (7, 4, 3, 2),
    (6, 5, 3, 1),
    (5, 6, 3, 0),
    (4, 8, 1, 0),
    (3, 10, 2, 3),
    (2, 15, 2, 2),
    (1, 30, 2, 1),
];

/// Packs as many of `samples` as fit into `frames` frames, most significant byte first; gives the
/// frames and how many samples they hold. `before` is the sample before the first one. None when
/// a difference is too wide for the packing.
#[must_use]
pub fn pack(
    samples: &[i32],
    before: i32,
    frames: usize,
    packing: Packing,
) -> Option<(Vec<u8>, usize)> {
    let widths: &[Width] = if packing == Packing::Steim1 { &STEIM1 } else { &STEIM2 };
    let mut last = before;
    let mut differences = Vec::with_capacity(samples.len().min(frames * 105));
    for sample in samples.iter().take(frames * 105) {
        differences.push(sample.wrapping_sub(last));
        last = *sample;
    }
    let mut bytes = vec![0; frames * FRAME_BYTES];
    let (mut done, mut used) = (0, 0);
    for (frame, bytes) in bytes.chunks_exact_mut(FRAME_BYTES).enumerate() {
        let mut control = 0;
        for word in (if frame == 0 { 3 } else { 1 })..16 {
            let rest = &differences[done..];
            if rest.is_empty() {
                break;
            }
            let (count, bits, code, upper) = *widths.iter().find(|width| fits(rest, width))?;
            let packed = word_of(&rest[..count], bits) | upper << 30;
            bytes[word * 4..word * 4 + 4].copy_from_slice(&packed.to_be_bytes());
            control |= code << (30 - 2 * word);
            (done, used) = (done + count, frame + 1);
        }
        bytes[..4].copy_from_slice(&control.to_be_bytes());
    }
    if let (Some(first), Some(last)) = (samples.first(), done.checked_sub(1).map(|at| samples[at]))
    {
        bytes[4..8].copy_from_slice(&first.to_be_bytes());
        bytes[8..12].copy_from_slice(&last.to_be_bytes());
    }
    bytes.truncate(used.max(1) * FRAME_BYTES);
    Some((bytes, done))
}

fn fits(differences: &[i32], (count, bits, ..): &Width) -> bool {
    let most = i32::MAX >> (32 - bits);
    let held = differences.get(..*count);
    held.is_some_and(|held| held.iter().all(|one| (-most - 1..=most).contains(one)))
}

fn word_of(differences: &[i32], bits: u32) -> u32 {
    let mask = u32::MAX >> (32 - bits);
    differences
        .iter()
        .rev()
        .zip(0..)
        .fold(0, |word, (one, place)| word | (*one as u32 & mask) << (place * bits))
}
