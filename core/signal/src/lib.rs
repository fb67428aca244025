//! Waveforms become detections.

pub mod detect;
pub mod filter;
pub mod onset;
pub mod trigger;

pub use detect::{Detection, Settings, detect};
pub use filter::Bandpass;
pub use onset::{Onset, onset};
pub use trigger::{Stretch, Trigger, trigger};
