//! Eight channels side by side, so that a recursion which cannot be sped up along time runs for
//! eight at once: sample `i` of all channels stands together.
//!
//! Blocks of the channels are turned into lanes and back within the fastest cache. What is done in
//! a lane is what would be done for the channel alone, bit for bit, whatever the processor.

/// Channels side by side.
pub(crate) const LANES: usize = 8;
/// Samples turned at once: 8 KB of lanes.
const BLOCK: usize = 128;

/// What is done to lanes, block after block. Implementations are `#[inline(always)]` (a closure
/// cannot be), so that they are compiled for the registers of the function that calls.
pub(crate) trait Work<const L: usize> {
    /// Works on the next block in place.
    fn block(&mut self, lanes: &mut [[f64; L]]);
}

/// Hands one channel to `work` in blocks, in place.
#[inline(always)]
pub(crate) fn alone(channel: &mut [f64], work: &mut impl Work<1>) {
    channel.as_chunks_mut::<1>().0.chunks_mut(BLOCK).for_each(|block| work.block(block));
}

/// Hands up to eight channels to `work` in blocks of lanes, in place. Channels that have ended are
/// silent. Call this from a function with several versions.
#[inline(always)]
pub(crate) fn side_by_side(channels: &mut [&mut [f64]], work: &mut impl Work<LANES>) {
    let longest = channels.iter().map(|channel| channel.len()).max().unwrap_or(0);
    let shortest = channels.iter().map(|channel| channel.len()).min().unwrap_or(0);
    let whole = if channels.len() == LANES { shortest - shortest % BLOCK } else { 0 };
    let mut lanes = [[0.0; LANES]; BLOCK];
    for at in (0..longest).step_by(BLOCK) {
        if at < whole {
            turn_in(channels, at, &mut lanes);
            work.block(&mut lanes);
            turn_out(channels, at, &lanes);
        } else {
            let part = &mut lanes[..BLOCK.min(longest - at)];
            copy_in(channels, at, part);
            work.block(part);
            copy_out(channels, at, part);
        }
    }
}

fn copy_in(channels: &[&mut [f64]], at: usize, lanes: &mut [[f64; LANES]]) {
    for (offset, lane) in lanes.iter_mut().enumerate() {
        *lane = std::array::from_fn(|index| {
            let sample = channels.get(index).and_then(|channel| channel.get(at + offset));
            sample.copied().unwrap_or(0.0)
        });
    }
}

fn copy_out(channels: &mut [&mut [f64]], at: usize, lanes: &[[f64; LANES]]) {
    for (index, channel) in channels.iter_mut().enumerate().take(LANES) {
        let rest = channel.get_mut(at..).unwrap_or_default();
        rest.iter_mut().zip(lanes).for_each(|(sample, lane)| *sample = lane[index]);
    }
}

/// Eight samples of eight channels.
type Tile = [[f64; LANES]; LANES];

/// A whole block of eight channels that reach so far.
#[inline(always)]
fn turn_in(channels: &[&mut [f64]], at: usize, lanes: &mut [[f64; LANES]; BLOCK]) {
    for (tile, lanes) in lanes.as_chunks_mut::<LANES>().0.iter_mut().enumerate() {
        let from = at + tile * LANES;
        let rows: Tile = std::array::from_fn(|index| {
            channels[index][from..].first_chunk().copied().unwrap_or([0.0; LANES])
        });
        *lanes = turned(rows);
    }
}

#[inline(always)]
fn turn_out(channels: &mut [&mut [f64]], at: usize, lanes: &[[f64; LANES]; BLOCK]) {
    for (tile, lanes) in lanes.as_chunks::<LANES>().0.iter().enumerate() {
        let from = at + tile * LANES;
        for (channel, row) in channels.iter_mut().zip(turned(*lanes)) {
            channel[from..from + LANES].copy_from_slice(&row);
        }
    }
}

/// The transpose by swapping halves of halves (Eklundh 1972), written out so that compilers make
/// shuffles of it.
#[inline(always)]
fn turned(tile: Tile) -> Tile {
    let (mut one, mut other) = (tile, tile);
    for row in [0, 2, 4, 6] {
        for column in [0, 2, 4, 6] {
            other[row][column + 1] = one[row + 1][column];
            other[row + 1][column] = one[row][column + 1];
        }
    }
    one = other;
    for row in [0, 1, 4, 5] {
        for column in [0, 1, 4, 5] {
            one[row][column + 2] = other[row + 2][column];
            one[row + 2][column] = other[row][column + 2];
        }
    }
    other = one;
    for row in [0, 1, 2, 3] {
        for column in [0, 1, 2, 3] {
            other[row][column + 4] = one[row + 4][column];
            other[row + 4][column] = one[row][column + 4];
        }
    }
    other
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    struct AddOne;

    impl Work<LANES> for AddOne {
        fn block(&mut self, lanes: &mut [[f64; LANES]]) {
            lanes.iter_mut().flatten().for_each(|sample| *sample += 1.0);
        }
    }

    proptest! {
        /// Whatever the lengths, each sample is seen once, in its channel's lane, and put back.
        #[test]
        fn blocks_cover_every_sample_once(lengths in prop::collection::vec(0usize..600, 1..=LANES)) {
            let make = |add: f64| lengths.iter().enumerate().map(|(index, length)| {
                (0..*length).map(|at| (index * 1_000 + at) as f64 + add).collect::<Vec<_>>()
            }).collect::<Vec<_>>();
            let mut channels = make(0.25);
            let mut slices: Vec<&mut [f64]> = channels.iter_mut().map(Vec::as_mut_slice).collect();
            side_by_side(&mut slices, &mut AddOne);
            prop_assert_eq!(channels, make(1.25));
        }
    }
}
