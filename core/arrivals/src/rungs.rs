//! Where in a sorted channel an instant falls: as many even rungs as picks, so a search is one step or two.

/// Rungs of every channel, laid end to end as the picks are.
#[derive(Clone, Debug, Default)]
pub struct Rungs {
    /// For each rung the first pick on it or above.
    first: Vec<u32>,
    /// For each channel the time of its first pick, and rungs a second.
    scales: Vec<(f64, f64)>,
}

impl Rungs {
    /// Over channels that begin at `start` (one more than channels), each in time order.
    pub fn new(start: &[u32], times_s: &[f64]) -> Self {
        let mut first = vec![0; times_s.len()];
        let mut scales = Vec::with_capacity(start.len());
        for channel in start.windows(2) {
            let (from, to) = (channel[0] as usize, channel[1] as usize);
            let times = &times_s[from..to];
            let scale = scale(times);
            let mut next = 0;
            for (pick, &time_s) in times.iter().enumerate() {
                let rung = rung(scale, times.len(), time_s);
                while next <= rung {
                    first[from + next] = (from + pick) as u32;
                    next += 1;
                }
            }
            scales.push(scale);
        }
        Self { first, scales }
    }

    /// A pick at or before the first one not earlier than an instant, and close to it; `from` and
    /// `count` say where the channel lies, and it holds a pick.
    #[inline]
    pub fn at(&self, channel: usize, from: u32, count: usize, time_s: f64) -> u32 {
        self.first[from as usize + rung(self.scales[channel], count, time_s)]
    }
}

fn scale(times: &[f64]) -> (f64, f64) {
    match (times.first(), times.last()) {
        (Some(first), Some(last)) if last > first => (*first, times.len() as f64 / (last - first)),
        (Some(first), _) => (*first, 0.0),
        _ => (0.0, 0.0),
    }
}

/// Never falls as time rises, so what lies on a lower rung is earlier.
#[inline]
fn rung((first_s, per_s): (f64, f64), count: usize, time_s: f64) -> usize {
    (((time_s - first_s) * per_s) as usize).min(count - 1)
}
