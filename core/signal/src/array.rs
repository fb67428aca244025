//! Waves across an array: where they come from, how fast they cross it, and how sure that is.
//!
//! The wave is plane: element `j` at `r_j` sees `s(t - u.r_j)` with slowness `u`. In noise alike at
//! all elements the likeliest `u` is where the beam (delay and sum) has most power, and that power
//! is a sum of pairwise correlations read at the delays of `u`: delay-and-sum, broad-band f-k and
//! time differences are one estimator. The search reads correlations on a grid; Gauss-Newton on
//! the aligned traces then finds the maximum itself. Method and papers: `docs/design/0033-arrays.md`.

mod align;
pub mod chance;
mod correlate;
mod grid;
mod merge;
mod prepare;
mod slowness;
mod sweep;

pub use merge::ArrayDetection;
pub use slowness::Slowness;
pub use sweep::{Sweep, sweep};

/// One element of an array: its place on the local plane and its samples. All elements begin at
/// the same moment; a sample that is missing is not finite.
#[derive(Clone, Copy, Debug)]
pub struct Element<'a> {
    /// What people call it; problems name it.
    pub name: &'a str,
    /// East of any common point, metres.
    pub east_m: f64,
    /// North of it, metres.
    pub north_m: f64,
    /// Samples in any unit.
    pub samples: &'a [f64],
}

/// How to look.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct ArraySettings {
    /// Samples a second.
    pub rate_hz: f64,
    /// Lower corner of the band.
    pub low_hz: f64,
    /// Upper corner of the band; at most two fifths of the rate.
    pub high_hz: f64,
    /// Length of a window; taken to the nearest whole number of steps.
    pub window_s: f64,
    /// From one window to the next.
    pub step_s: f64,
    /// Slowest trace velocity looked for, metres a second.
    pub slowest_m_s: f64,
    /// Windows a day that noise alone may raise.
    pub false_alarms_a_day: f64,
    /// Error of an element's clock, seconds.
    pub timing_error_s: f64,
    /// Error of an element's position in each direction, metres.
    pub position_error_m: f64,
}

impl ArraySettings {
    /// A band at a rate; for the rest what suits infrasound: 20 s windows every 5 s, waves no
    /// slower than 250 m/s, one false window a day, clocks to a millisecond, positions to a metre.
    #[must_use]
    pub fn infrasound(rate_hz: f64, low_hz: f64, high_hz: f64) -> Self {
        Self {
            rate_hz,
            low_hz,
            high_hz,
            window_s: 20.0,
            step_s: 5.0,
            slowest_m_s: 250.0,
            false_alarms_a_day: 1.0,
            timing_error_s: 1e-3,
            position_error_m: 1.0,
        }
    }
}

/// What one window holds: the plane wave with most power, whether or not it is one.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Wave {
    /// Beginning of the window, seconds from the first sample.
    pub start_s: f64,
    /// Its length, seconds.
    pub window_s: f64,
    /// How many elements took part.
    pub elements: u32,
    /// Slowness with its covariance.
    pub slowness: Slowness,
    /// Power of the beam over what it leaves (Fisher's ratio; Smart & Flinn 1971); 1 in noise.
    pub f_statistic: f64,
    /// Chance that the loudest beam of noise alone, coherent as it is in these data, reaches that.
    pub chance: f64,
    /// Root mean square of what the plane wave leaves of the pairs' delays, seconds (Szuberla &
    /// Olson's sigma-tau): large when the wave is not plane or a position or clock is wrong.
    pub closure_s: f64,
    /// Largest amplitude of the beam, in the unit of the samples.
    pub amplitude: f64,
    /// Which detection it is part of.
    pub detection: Option<u32>,
}

/// An element that takes no part, and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Dropped {
    /// The element.
    pub name: String,
    /// Why, in words.
    pub reason: String,
}

/// Why an array cannot be worked on at all.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
pub enum ArrayFault {
    /// A direction needs three elements.
    #[error("{left} elements can be used of {given}; a direction needs at least 3 ({why})")]
    TooFewElements {
        /// That can be used.
        left: usize,
        /// That were given.
        given: usize,
        /// What was wrong with the others.
        why: String,
    },
    /// Elements on one line leave the direction two-fold.
    #[error("the elements stand in one line, so that the direction has two answers")]
    OneLine,
    /// The band does not fit the rate.
    #[error(
        "the band {low_hz} to {high_hz} Hz does not fit {rate_hz} samples a second: it must lie between 0 and 0.4 of the rate"
    )]
    Band {
        /// Lower corner.
        low_hz: f64,
        /// Upper corner.
        high_hz: f64,
        /// Samples a second.
        rate_hz: f64,
    },
    /// Window or step are of no use.
    #[error(
        "window {window_s} s and step {step_s} s: the window must be finite, hold 2 cycles of {low_hz} Hz, and be no shorter than the step"
    )]
    Window {
        /// Length of a window.
        window_s: f64,
        /// From one to the next.
        step_s: f64,
        /// Lower corner.
        low_hz: f64,
    },
    /// The slowest velocity, an error or the rate of false alarms is of no use.
    #[error("slowest velocity, errors and false alarms must be finite and above zero")]
    Settings,
    /// The search would not fit memory.
    #[error(
        "an array of {aperture_m:.0} m crossed at {slowest_m_s} m/s needs delays of more than {limit} samples; raise the slowest velocity or lower the band"
    )]
    TooWide {
        /// Largest distance between two elements.
        aperture_m: f64,
        /// Slowest trace velocity.
        slowest_m_s: f64,
        /// Most samples of delay.
        limit: usize,
    },
}
