//! Recursive STA/LTA: short-term over long-term energy (Allen 1978; recursive form, Withers 1998).

/// Settings of the trigger.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Trigger {
    /// Length of the short-term average, samples.
    pub short: u32,
    /// Length of the long-term average, samples; also the time it is left to settle.
    pub long: u32,
    /// Ratio at which it triggers.
    pub on: f64,
    /// Ratio below which it ends.
    pub off: f64,
}

/// A stretch in which the ratio stayed up, in samples from the start.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Stretch {
    /// First sample at or above `on`.
    pub start: usize,
    /// First sample below `off` again, or the end of the data.
    pub end: usize,
    /// Largest ratio.
    pub ratio: f64,
}

/// The stretches that trigger.
#[must_use]
pub fn trigger(samples: &[f64], settings: Trigger) -> Vec<Stretch> {
    let (short, long) = (f64::from(settings.short.max(1)), f64::from(settings.long.max(1)));
    let (mut near, mut far) = (0.0, 0.0);
    let mut found = Vec::new();
    let mut open: Option<Stretch> = None;
    for (at, sample) in samples.iter().enumerate() {
        let energy = sample * sample;
        near += (energy - near) / short;
        far += (energy - far) / long;
        let settled = at >= settings.long as usize && far > 0.0;
        let ratio = if settled { near / far } else { 0.0 };
        open = match open {
            Some(stretch) if ratio < settings.off => {
                found.push(Stretch { end: at, ..stretch });
                None
            }
            Some(stretch) => Some(Stretch { ratio: stretch.ratio.max(ratio), ..stretch }),
            None => {
                (ratio >= settings.on).then_some(Stretch { start: at, end: samples.len(), ratio })
            }
        };
    }
    found.extend(open);
    found
}
