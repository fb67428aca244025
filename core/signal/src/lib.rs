//! Waveforms become detections.

pub mod array;
pub mod detect;
pub mod filter;
pub mod onset;
pub mod trace;
pub mod trigger;

pub use array::{ArrayDetection, ArrayFault, ArraySettings, Element, Sweep, Wave, sweep};
pub use detect::{Detection, Settings, detect};
pub use filter::Bandpass;
pub use onset::{Onset, onset};
pub use trace::{ChannelName, Trace};
pub use trigger::{Stretch, Trigger, trigger};
