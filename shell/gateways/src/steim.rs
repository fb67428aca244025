//! Steim 1 and 2: differences packed into frames of sixteen words (SEED manual 2.4, appendix B).
//!
//! Which widths a word holds cannot be foretold, so that a branch on it is mispredicted every other
//! time. Every word is therefore unpacked in the same way: eight shifts by amounts from a table,
//! of which the first few count, and the next word's overwrite the rest.

mod pack;

use crate::reading::Fault;

pub use pack::pack;

/// Bytes of a frame.
pub const FRAME_BYTES: usize = 64;
/// Most differences in a frame: fifteen words of seven.
const FRAME_DIFFERENCES: usize = 15 * 7;
/// Where they are unpacked to: eight are written wherever the next one goes.
const ROOM: usize = 128 + 8;

/// Which of the two packings.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Packing {
    /// Differences of 8, 16 and 32 bits.
    Steim1,
    /// Differences of 4, 5, 6, 8, 10, 15 and 30 bits.
    Steim2,
}

/// How the differences lie in one word: difference `i` is `word << left[i] >> right`.
#[derive(Clone, Copy)]
struct Layout {
    left: [u32; 8],
    right: u32,
    count: u32,
    broken: u32,
}

impl Layout {
    /// `count` differences of `bits` each, the last one ending at the word's lowest bit.
    const fn of(count: u32, bits: u32) -> Self {
        let mut left = [0; 8];
        let mut index = 0;
        while index < count {
            left[index as usize] = 32 - bits * (count - index);
            index += 1;
        }
        Self { left, right: 32 - bits, count, broken: 0 }
    }
    const NONE: Self = Self { left: [0; 8], right: 0, count: 0, broken: 0 };
    const BROKEN: Self = Self { broken: 1, ..Self::NONE };
}

/// Layouts by the control nibble (upper two bits) and the word's own upper two bits.
type Layouts = [Layout; 16];

const STEIM1: Layouts = {
    let (none, bytes, halves, whole) =
        (Layout::NONE, Layout::of(4, 8), Layout::of(2, 16), Layout::of(1, 32));
    [
        none, none, none, none, bytes, bytes, bytes, bytes, halves, halves, halves, halves, whole,
        whole, whole, whole,
    ]
};
const STEIM2: Layouts = {
    let (none, bytes) = (Layout::NONE, Layout::of(4, 8));
    [
        none,
        none,
        none,
        none,
        bytes,
        bytes,
        bytes,
        bytes,
        Layout::BROKEN,
        Layout::of(1, 30),
        Layout::of(2, 15),
        Layout::of(3, 10),
        Layout::of(5, 6),
        Layout::of(6, 5),
        Layout::of(7, 4),
        Layout::BROKEN,
    ]
};

/// Unpacks `count` samples from `payload` onto the end of `samples`. On a fault nothing is added.
///
/// # Errors
/// `record-truncated` when the frames end early, `steim-word-unknown` for a code that the packing
/// does not have, `steim-sum-differs` when the last sample is not the one the header states.
pub fn unpack<T: From<i32>>(
    payload: &[u8],
    count: usize,
    packing: Packing,
    little_endian: bool,
    samples: &mut Vec<T>,
) -> Result<(), Fault> {
    if count == 0 {
        return Ok(());
    }
    let frames = payload.as_chunks::<FRAME_BYTES>().0;
    // A frame holds at most so many: a count beyond that is refused before anything is set aside.
    if count > frames.len() * FRAME_DIFFERENCES {
        return Err(truncated(0, count));
    }
    let layouts = if packing == Packing::Steim1 { &STEIM1 } else { &STEIM2 };
    let before = samples.len();
    samples.reserve(count);
    let outcome = unpack_frames(frames, count, layouts, little_endian, samples);
    if outcome.is_err() {
        samples.truncate(before);
    }
    outcome
}

fn truncated(found: usize, count: usize) -> Fault {
    Fault::new("record-truncated", format!("the frames hold {found} of {count} samples"))
}

#[multiversion::multiversion(targets("x86_64+avx2"))]
fn unpack_frames<T: From<i32>>(
    frames: &[[u8; FRAME_BYTES]],
    count: usize,
    layouts: &Layouts,
    little_endian: bool,
    samples: &mut Vec<T>,
) -> Result<(), Fault> {
    let mut left = count;
    let (mut value, mut last) = (0_i32, 0_i32);
    for (index, frame) in frames.iter().enumerate() {
        let mut words = words(frame, little_endian);
        let mut differences = [0_i32; ROOM];
        if index == 0 {
            // Words 1 and 2 hold the first and the last sample: they are no differences.
            (value, last) = (words[1] as i32, words[2] as i32);
            words[0] &= 0x03FF_FFFF;
        }
        let (found, broken) = unpack_frame(&words, layouts, &mut differences);
        if broken != 0 {
            return Err(Fault::new(
                "steim-word-unknown",
                format!("frame {index} holds a code without a meaning"),
            ));
        }
        if index == 0 {
            // The first difference leads here from the record before.
            value = value.wrapping_sub(differences[0]);
        }
        let taken = found.min(left);
        samples.extend(differences[..taken].iter().map(|difference| {
            value = value.wrapping_add(*difference);
            T::from(value)
        }));
        left -= taken;
        if left == 0 {
            break;
        }
    }
    if left > 0 {
        return Err(truncated(count - left, count));
    }
    let differs = || {
        Fault::new(
            "steim-sum-differs",
            format!("the last sample is {value}, the header says {last}"),
        )
    };
    (value == last).then_some(()).ok_or_else(differs)
}

#[inline(always)]
fn words(frame: &[u8; FRAME_BYTES], little_endian: bool) -> [u32; 16] {
    let bytes = frame.as_chunks::<4>().0;
    if little_endian {
        std::array::from_fn(|index| u32::from_le_bytes(bytes[index]))
    } else {
        std::array::from_fn(|index| u32::from_be_bytes(bytes[index]))
    }
}

/// The differences of one frame, how many they are, and whether a code was unknown.
#[inline(always)]
fn unpack_frame(
    words: &[u32; 16],
    layouts: &Layouts,
    differences: &mut [i32; ROOM],
) -> (usize, u32) {
    let (mut at, mut broken) = (0_usize, 0);
    for (index, word) in words.iter().enumerate().skip(1) {
        let code = words[0] >> (30 - 2 * index) & 3;
        let layout = &layouts[(code << 2 | word >> 30) as usize];
        // `at` is at most 14 * 7, so that the mask changes nothing; it spares the bounds check.
        let room = &mut differences[at & 127..][..8];
        for (difference, left) in room.iter_mut().zip(layout.left) {
            *difference = (word << (left & 31)) as i32 >> (layout.right & 31);
        }
        at += layout.count as usize;
        broken |= layout.broken;
    }
    (at, broken)
}
