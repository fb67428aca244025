//! Eight channels side by side, so that a recursion which cannot be sped up along time runs for
//! eight at once: sample `i` of all channels stands together.
//!
//! Blocks of the channels are turned into lanes and back within the fastest cache. What is done in
//! a lane is what would be done for the channel alone, bit for bit, whatever the processor.

/// Channels side by side.
pub(crate) const LANES: usize = 8;
/// Samples turned at once: 8 KB of lanes.
const BLOCK: usize = 128;

/// Hands the channels to `work` in blocks of lanes, in place, `L` channels at most. Channels that
/// have ended are silent. `work` must be compiled for the wider registers: call this from a
/// function with several versions.
#[inline(always)]
pub(crate) fn by_blocks<const L: usize>(
    channels: &mut [&mut [f64]],
    mut work: impl FnMut(&mut [[f64; L]]),
) {
    let longest = channels.iter().map(|channel| channel.len()).max().unwrap_or(0);
    let shortest = channels.iter().map(|channel| channel.len()).min().unwrap_or(0);
    let tiled = if channels.len() == L && L == LANES { shortest - shortest % BLOCK } else { 0 };
    let mut lanes = [[0.0; L]; BLOCK];
    for at in (0..longest).step_by(BLOCK) {
        if at < tiled {
            turn_in(channels, at, &mut lanes);
            work(&mut lanes);
            turn_out(channels, at, &lanes);
        } else {
            let count = BLOCK.min(longest - at);
            let part = &mut lanes[..count];
            for (offset, lane) in part.iter_mut().enumerate() {
                *lane = std::array::from_fn(|index| {
                    let sample = channels.get(index).and_then(|channel| channel.get(at + offset));
                    sample.copied().unwrap_or(0.0)
                });
            }
            work(part);
            for (index, channel) in channels.iter_mut().enumerate().take(L) {
                let rest = channel.get_mut(at..).unwrap_or_default();
                rest.iter_mut().zip(&*part).for_each(|(sample, lane)| *sample = lane[index]);
            }
        }
    }
}

/// Whole tiles of eight samples of eight channels. Both are tiles of eight by construction.
#[inline(always)]
fn turn_in<const L: usize>(channels: &[&mut [f64]], at: usize, lanes: &mut [[f64; L]; BLOCK]) {
    for (tile, lanes) in lanes.as_chunks_mut::<L>().0.iter_mut().enumerate() {
        let from = at + tile * L;
        let rows: [[f64; L]; L] = std::array::from_fn(|index| {
            channels[index][from..].first_chunk().copied().unwrap_or([0.0; L])
        });
        *lanes = turned(rows);
    }
}

#[inline(always)]
fn turn_out<const L: usize>(channels: &mut [&mut [f64]], at: usize, lanes: &[[f64; L]; BLOCK]) {
    for (tile, lanes) in lanes.as_chunks::<L>().0.iter().enumerate() {
        let from = at + tile * L;
        for (channel, row) in channels.iter_mut().zip(turned(*lanes)) {
            channel[from..from + L].copy_from_slice(&row);
        }
    }
}

/// The transpose by swapping halves of halves (Eklundh 1972): compilers make shuffles of it.
#[inline(always)]
fn turned<const L: usize>(mut tile: [[f64; L]; L]) -> [[f64; L]; L] {
    let mut half = 1;
    while half < L {
        let before = tile;
        for row in 0..L {
            for column in 0..L {
                let (upper, left) = (row & half == 0, column & half == 0);
                tile[row][column] = match (upper, left) {
                    (true, false) => before[row + half][column - half],
                    (false, true) => before[row - half][column + half],
                    _ => before[row][column],
                };
            }
        }
        half *= 2;
    }
    tile
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Whatever the lengths, each sample is seen once, in its channel's lane, and put back.
        #[test]
        fn blocks_cover_every_sample_once(lengths in prop::collection::vec(0usize..600, 1..=LANES)) {
            let make = |add: f64| lengths.iter().enumerate().map(|(index, length)| {
                (0..*length).map(|at| (index * 1_000 + at) as f64 + add).collect::<Vec<_>>()
            }).collect::<Vec<_>>();
            let mut channels = make(0.25);
            let mut slices: Vec<&mut [f64]> = channels.iter_mut().map(Vec::as_mut_slice).collect();
            by_blocks::<LANES>(&mut slices, |lanes| lanes.iter_mut().flatten().for_each(|sample| *sample += 1.0));
            prop_assert_eq!(channels, make(1.25));
        }
    }
}
