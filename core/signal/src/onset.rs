//! The onset of an arrival where two stretches of noise join best (Akaike's criterion, Maeda 1985),
//! as a distribution over the samples of a window.

/// An onset in samples from the start of the window, with one standard deviation.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Onset {
    /// First sample of the arrival, to a fraction.
    pub sample: f64,
    /// Standard deviation.
    pub error_samples: f64,
}

/// Fewest samples on either side that a variance can rest on.
pub(crate) const SIDE_MIN: usize = 8;
/// A sample is taken somewhere within its step: a step by the root of 12.
pub(crate) const STEP_ERROR: f64 = 0.288_675;

/// The onset in a window of one or several components of equal length; none when it is too short
/// or holds no change at all.
///
/// `AIC / 2` is the negative logarithm of the likelihood of a change at each sample, were all
/// samples independent. Filtered ones are not: `independent` says which share of them is, twice
/// the bandwidth over the rate, and the logarithm counts for as much. What follows is a
/// distribution; its mean and its width are the onset and its error.
#[must_use]
pub fn onset(components: &[&[f64]], independent: f64) -> Option<Onset> {
    let count = components.iter().map(|window| window.len()).min()?;
    let mut criteria = vec![0.0; count];
    components.iter().for_each(|window| add_criteria(&window[..count], &mut criteria));
    let places = (count + 1).saturating_sub(2 * SIDE_MIN);
    let candidates = || {
        let inner = criteria.iter().copied().enumerate().skip(SIDE_MIN).take(places);
        inner.filter(|(_, value)| value.is_finite())
    };
    let (best, least) = candidates().reduce(|one, next| if next.1 < one.1 { next } else { one })?;
    let (mut total, mut first, mut second) = (0.0, 0.0, 0.0);
    for (at, value) in candidates() {
        let weight = libm::exp((least - value) * independent.clamp(0.0, 1.0) / 2.0);
        let off = at as f64 - best as f64;
        total += weight;
        first += weight * off;
        second += weight * off * off;
    }
    let mean = first / total;
    let variance = (second / total - mean * mean).max(0.0);
    Some(Onset {
        sample: best as f64 + mean,
        error_samples: (variance + STEP_ERROR * STEP_ERROR).sqrt(),
    })
}

/// Adds `AIC(k) = k ln var(x[..k]) + (n - k - 1) ln var(x[k..])` for every place; not finite where
/// there is no variance on one side. Running sums make it one pass.
fn add_criteria(window: &[f64], criteria: &mut [f64]) {
    let count = window.len();
    let add = |(sum, squares): (f64, f64), sample: &f64| (sum + sample, squares + sample * sample);
    let whole = window.iter().fold((0.0, 0.0), add);
    let mut before = (0.0, 0.0);
    for ((at, sample), criterion) in window.iter().enumerate().zip(criteria) {
        let after = (whole.0 - before.0, whole.1 - before.1);
        let (left, right) = (variance(before, at), variance(after, count - at));
        let sides = at as f64 * libm::log(left) + (count - at - 1) as f64 * libm::log(right);
        *criterion += if left > 0.0 && right > 0.0 { sides } else { f64::NAN };
        before = add(before, sample);
    }
}

fn variance((sum, squares): (f64, f64), count: usize) -> f64 {
    let mean = sum / count as f64;
    squares / count as f64 - mean * mean
}
