//! Pieces of waveform in, onsets with their errors out: the same for files on a bench and for
//! batches in a house.

mod found;
mod groups;
mod upright;

use signal::Settings;

use crate::waveform::PieceSize;

pub use found::{Found, station};
pub use groups::{Gathered, Groups, Shown};

/// New samples in a piece: what a channel holds in memory at once, half a megabyte.
const PIECE_SAMPLES: usize = 1 << 16;
/// Share of the rate that the band may reach up to.
const BAND_SHARE: f64 = 0.45;

/// What is looked for, whatever the rate of a channel.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Picking {
    /// Lower corner of the band, Hz.
    pub low_hz: f64,
    /// Upper corner of the band, Hz; lowered to 0.45 of the rate where it lies above.
    pub high_hz: f64,
    /// Poles on either side of the band.
    pub corners: usize,
    /// Short-term average, seconds.
    pub short_s: f64,
    /// Long-term average, seconds.
    pub long_s: f64,
    /// Ratio of energies at which it triggers.
    pub on: f64,
    /// Ratio below which it ends.
    pub off: f64,
}

impl Default for Picking {
    /// Local blasts and quakes on short-period and broad-band instruments, and what a microphone
    /// hears of them.
    fn default() -> Self {
        Self {
            low_hz: 2.0,
            high_hz: 20.0,
            corners: 4,
            short_s: 0.5,
            long_s: 10.0,
            on: 4.0,
            off: 1.5,
        }
    }
}

impl Picking {
    /// The settings for channels at `rate_hz`; none when the band does not fit below it.
    #[must_use]
    pub fn settings(&self, rate_hz: f64) -> Option<Settings> {
        let settings = self.at_rate(rate_hz, self.high_hz.min(BAND_SHARE * rate_hz));
        (settings.low_hz < settings.high_hz).then_some(settings)
    }

    fn at_rate(&self, rate_hz: f64, high_hz: f64) -> Settings {
        let Self { low_hz, corners, short_s, long_s, on, off, .. } = *self;
        Settings { rate_hz, low_hz, high_hz, corners, short_s, long_s, on, off }
    }

    /// How much of a channel has to stand before the part that is worked over, seconds: enough for
    /// filter and averages to settle, and for what is measured behind an onset.
    #[must_use]
    pub fn lead_s(&self) -> f64 {
        let spans = self.at_rate(0.0, self.high_hz);
        spans.settling_s() + spans.tail_s()
    }

    /// The pieces that channels are taken in.
    #[must_use]
    pub fn piece_size(&self) -> PieceSize {
        PieceSize { fresh: PIECE_SAMPLES, lead_s: self.lead_s() }
    }

    /// Whether the settings fit each other.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        0.0 < self.low_hz
            && self.low_hz < self.high_hz
            && 0.0 < self.short_s
            && self.short_s < self.long_s
            && self.long_s <= 3_600.0
            && (1..=signal::filter::CORNERS_MAX).contains(&self.corners)
            && 0.0 < self.off
            && self.off <= self.on
    }
}
