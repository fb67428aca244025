//! The onset of an arrival where two stretches of noise join best (Akaike's criterion, Maeda 1985).

/// An onset in samples from the start, with one standard deviation.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Onset {
    /// First sample of the arrival.
    pub sample: usize,
    /// Standard deviation by Akaike weights, never under half a sample. Samples of a filtered
    /// trace are correlated, so the true error is larger by about the root of that length.
    pub error_samples: f64,
}

/// Fewest samples on either side that a variance can rest on.
const SIDE_MIN: usize = 8;

/// The likeliest onset in a window; none when it is too short or holds no change at all.
#[must_use]
pub fn onset(window: &[f64]) -> Option<Onset> {
    let criteria = criteria(window);
    let least = criteria.iter().map(|(_, value)| *value).fold(f64::INFINITY, f64::min);
    let (sample, _) = criteria.iter().find(|(_, value)| *value == least)?;
    let spread = |at: usize| at as f64 - *sample as f64;
    let weigh = |value: f64| libm::exp((least - value) / 2.0);
    let total: f64 = criteria.iter().map(|(_, value)| weigh(*value)).sum();
    let squares: f64 =
        criteria.iter().map(|(at, value)| weigh(*value) * spread(*at) * spread(*at)).sum();
    let error_samples = (squares / total).sqrt().max(0.5);
    Some(Onset { sample: *sample, error_samples })
}

/// `AIC(k) = k ln var(x[..k]) + (n - k - 1) ln var(x[k..])` for every place that leaves enough on
/// both sides. Running sums make it one pass.
fn criteria(window: &[f64]) -> Vec<(usize, f64)> {
    let count = window.len();
    let add = |(sum, squares): (f64, f64), sample: &f64| (sum + sample, squares + sample * sample);
    let whole = window.iter().fold((0.0, 0.0), add);
    let mut before = (0.0, 0.0);
    let mut found = Vec::new();
    for (at, sample) in window.iter().enumerate() {
        if at >= SIDE_MIN && at + SIDE_MIN <= count {
            let after = (whole.0 - before.0, whole.1 - before.1);
            let (left, right) = (variance(before, at), variance(after, count - at));
            if left > 0.0 && right > 0.0 {
                let value =
                    at as f64 * libm::log(left) + (count - at - 1) as f64 * libm::log(right);
                found.push((at, value));
            }
        }
        before = add(before, sample);
    }
    found
}

fn variance((sum, squares): (f64, f64), count: usize) -> f64 {
    let mean = sum / count as f64;
    squares / count as f64 - mean * mean
}
