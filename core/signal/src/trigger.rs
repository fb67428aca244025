//! Recursive STA/LTA: short-term over long-term energy (Allen 1978; recursive form, Withers et al.
//! 1998), and the stretches in which it stays up.

use crate::lanes::{LANES, by_blocks};

/// Energies below this are nothing: averages let go of them (see `filter::NOTHING`).
const NOTHING: f64 = 1e-200;

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
        for group in channels.chunks_mut(LANES) {
            match group {
                [_] => self.ratios_group::<1>(group),
                _ => ratios_eight(self, group),
            }
        }
        for channel in channels {
            let settling = (self.long as usize).min(channel.len());
            channel[..settling].fill(0.0);
        }
    }

    /// The first sample counts for nothing and the long-term average begins just above it, as in
    /// ObsPy's `recursive_sta_lta`.
    #[inline(always)]
    fn ratios_group<const L: usize>(self, group: &mut [&mut [f64]]) {
        let short = 1.0 / f64::from(self.short.max(1));
        let long = 1.0 / f64::from(self.long.max(1));
        let (old_short, old_long) = (1.0 - short, 1.0 - long);
        let (mut near, mut far) = ([0.0; L], [1e-99; L]);
        for channel in &mut *group {
            channel.first_mut().map(|sample| *sample = 0.0);
        }
        by_blocks(group, |lanes: &mut [[f64; L]]| {
            let (mut near_here, mut far_here) = (near, far);
            for lane in lanes {
                for index in 0..L {
                    let energy = lane[index] * lane[index];
                    let energy = if energy < f64::INFINITY { energy } else { 0.0 };
                    near_here[index] = short * energy + old_short * near_here[index];
                    far_here[index] = long * energy + old_long * far_here[index];
                    lane[index] = near_here[index] / far_here[index];
                }
            }
            near = near_here.map(|energy| if energy < NOTHING { 0.0 } else { energy });
            far = far_here.map(|energy| energy.max(NOTHING));
        });
    }
}

#[multiversion::multiversion(targets("x86_64+avx2"))]
fn ratios_eight(averages: Averages, group: &mut [&mut [f64]]) {
    averages.ratios_group::<LANES>(group);
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
