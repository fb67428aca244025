//! Recursive STA/LTA: short-term over long-term energy (Allen 1978; recursive form, Withers et al.
//! 1998), and the stretches in which it stays up.

use crate::lanes::{LANES, Work, alone, side_by_side};

/// Energies below this are nothing: averages let go of them (see `filter::NOTHING`).
const NOTHING: f64 = 1e-200;

/// What comes while the ratio is still up is an arrival of its own from so many times the energy on.
/// S waves have some thirty times that of their P waves, by (velocity ratio)^6 (Aki and Richards
/// 2002, section 4.3), and far more only where the P wave is hardly radiated.
const ANOTHER: f64 = 1_000.0;

/// Lengths of the two averages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Averages {
    /// Length of the short-term average, samples.
    pub short: u32,
    /// Length of the long-term average, samples; also the time it is left to settle.
    pub long: u32,
}

/// A stretch in which the ratio stayed up, in samples from the start.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Stretch {
    /// First sample at or above the upper threshold.
    pub start: usize,
    /// First sample below the lower threshold again, or the end of the data.
    pub end: usize,
    /// Largest ratio.
    pub ratio: f64,
}

impl Averages {
    /// Puts the ratio in the place of the samples of every channel. It is 0 until the long-term
    /// average has settled. A sample that is not finite counts as silence.
    pub fn ratios(self, channels: &mut [&mut [f64]]) {
        // The first sample counts for nothing, as in ObsPy's `recursive_sta_lta`.
        channels.iter_mut().flat_map(|channel| channel.first_mut()).for_each(|first| *first = 0.0);
        for group in channels.chunks_mut(LANES) {
            match group {
                [channel] => alone(channel, &mut Running::new(self)),
                _ => ratios_eight(self, group),
            }
        }
        for channel in channels {
            let settling = (self.long as usize).min(channel.len());
            channel[..settling].fill(0.0);
        }
    }
}

/// The averages on their way through lanes.
struct Running<const L: usize> {
    /// How much of each average the newest sample makes.
    shares: [f64; 2],
    near: [f64; L],
    far: [f64; L],
}

impl<const L: usize> Running<L> {
    /// The long-term average begins just above nothing, as ObsPy's does.
    fn new(averages: Averages) -> Self {
        let shares = [averages.short, averages.long].map(|length| 1.0 / f64::from(length.max(1)));
        Self { shares, near: [0.0; L], far: [1e-99; L] }
    }
}

impl<const L: usize> Work<L> for Running<L> {
    #[inline(always)]
    fn block(&mut self, lanes: &mut [[f64; L]]) {
        let [short, long] = self.shares;
        let (old_short, old_long) = (1.0 - short, 1.0 - long);
        let (mut near, mut far) = (self.near, self.far);
        for lane in lanes {
            for index in 0..L {
                let energy = lane[index] * lane[index];
                let energy = if energy < f64::INFINITY { energy } else { 0.0 };
                near[index] = short * energy + old_short * near[index];
                far[index] = long * energy + old_long * far[index];
                lane[index] = near[index] / far[index];
            }
        }
        self.near = near.map(|energy| if energy < NOTHING { 0.0 } else { energy });
        self.far = far.map(|energy| energy.max(NOTHING));
    }
}

#[multiversion::multiversion(targets("x86_64+avx2"))]
fn ratios_eight(averages: Averages, group: &mut [&mut [f64]]) {
    side_by_side(group, &mut Running::new(averages));
}

/// The stretches in which `ratios` rose to `on` and had not fallen below `off` again.
#[must_use]
pub fn stretches(ratios: &[f64], on: f64, off: f64) -> Vec<Stretch> {
    let mut found = Vec::new();
    let mut open: Option<Stretch> = None;
    for (at, ratio) in ratios.iter().copied().enumerate() {
        open = match open {
            Some(stretch) if ratio < off => {
                found.push(Stretch { end: at, ..stretch });
                None
            }
            Some(stretch) => Some(Stretch { ratio: stretch.ratio.max(ratio), ..stretch }),
            None => (ratio >= on).then_some(Stretch { start: at, end: ratios.len(), ratio }),
        };
    }
    found.extend(open);
    found
}

/// A stretch cut where something far stronger begins than what triggered it: else a large arrival
/// would be lost behind a small one shortly before. `short` samples tell how strong each is.
#[must_use]
pub(crate) fn parted(
    stretch: Stretch,
    filtered: &[f64],
    ratios: &[f64],
    short: usize,
) -> Vec<Stretch> {
    let energy = |sample: &f64| sample * sample;
    let about = |at: usize| {
        let near = &filtered[at.saturating_sub(short)..(at + short).min(filtered.len())];
        near.iter().map(energy).fold(0.0, f64::max)
    };
    let end = stretch.end.min(filtered.len());
    let mut starts = vec![stretch.start];
    let (mut strength, mut at) = (about(stretch.start), stretch.start + short);
    while at < end {
        if energy(&filtered[at]) > ANOTHER * strength {
            starts.push(at);
            (strength, at) = (about(at), at + short);
        } else {
            at += 1;
        }
    }
    let ends = starts.iter().skip(1).copied().chain([stretch.end]);
    let largest = |from: usize, to: usize| ratios[from..to].iter().copied().fold(0.0, f64::max);
    let part = |(start, end)| Stretch { start, end, ratio: largest(start, end) };
    starts.iter().copied().zip(ends).map(part).collect()
}
